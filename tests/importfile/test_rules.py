from collections.abc import Callable
from datetime import date

import pytest

from regua.core.events.base import Event
from regua.core.money import Money
from regua.importfile import BadRow, MapError

Import = Callable[..., list[Event | BadRow]]

GOOD = "ana,1,01/02/2026,150.00,10/02/2026"


@pytest.mark.parametrize(
    ("values", "written", "amount"),
    [
        ('decimal = ","\nthousands = "."', '"1.234,56"', "1234.56"),
        ('decimal = ","\nthousands = "."', '"1234,5"', "1234.50"),
        ('decimal = "."\nthousands = ","', '"1,234,567.8"', "1234567.80"),
        ('decimal = ","\nthousands = " "', '"1\u202f234,56"', "1234.56"),
        ('thousands = "\'"', "1'234.00", "1234.00"),
        ("minor = true", "123456", "1234.56"),
        ("", "+7", "7.00"),
    ],
)
def test_amounts_are_read_as_declared(import_rows: Import, values: str, written: str, amount: str):
    """Decimal mark, separator of thousands, minor units; the last decimals may be missing."""
    (event,) = import_rows(f"ana,1,01/02/2026,{written},10/02/2026", values=values)
    assert event.amount == Money.of(amount)


@pytest.mark.parametrize("written", ["12.34,56", "1.2345,00", ".234,00", "1,23,4", "1.234.56"])
def test_misplaced_separators_are_refused(import_rows: Import, written: str):
    """A separator of thousands stands before groups of three, or the amount means something else."""
    (bad,) = import_rows(f'ana,1,01/02/2026,"{written}",10/02/2026', values='decimal = ","\nthousands = "."')
    assert bad.column == "valor"


def test_the_currency_may_stand_in_a_column(import_invoices: Import):
    """The decimals follow the currency; what is no currency is reported at its own column."""
    good, yen, bad = import_invoices(
        "cliente,nota,emissao,valor,vencimento,moeda\n"
        "ana,1,01/02/2026,1.50,10/02/2026,USD\n"
        "ana,2,01/02/2026,1.50,10/02/2026,JPY\n"
        "ana,3,01/02/2026,1.50,10/02/2026,real\n",
        columns='[columns.valor]\ncurrency = "{moeda}"',
    )
    assert good.amount == Money.of("1.50", "USD")
    assert yen.column == "valor"
    assert "more than the 0 decimals of JPY" in yen.reason
    assert (bad.column, bad.value) == ("moeda", "real")


@pytest.mark.parametrize(
    ("form", "written", "at"),
    [
        ("M/D/YYYY", "1/26/2012", "2012-01-26T10:00:00+00:00"),
        ("YYYYMMDD", "20260201", "2026-02-01T11:00:00+00:00"),
        ("DD/MM/YYYY hh:mm", "01/02/2026 14:30", "2026-02-01T17:30:00+00:00"),
        ("YYYY-MM-DDThh:mm:ss", "2026-02-01T14:30:15", "2026-02-01T17:30:15+00:00"),
        ("instant", "2026-02-01T14:30:15+01:00", "2026-02-01T13:30:15+00:00"),
    ],
)
def test_instants_come_from_dates_timestamps_and_instants(import_rows: Import, form: str, written: str, at: str):
    """A date takes the map's clock time, in the map's zone (daylight saving in 2012); a timestamp has its own."""
    (event,) = import_rows(f"ana,1,{written},1.00,10/02/2026", columns=f'[columns.emissao]\ndate = "{form}"')
    assert event.at.isoformat() == at


def test_the_due_date_of_a_timestamp_is_its_civil_day_in_the_zone(import_rows: Import):
    """02:00 UTC is still the day before in São Paulo."""
    (event,) = import_rows(
        "ana,1,01/02/2026,1.00,2026-02-10T02:00:00Z", columns='[columns.vencimento]\ndate = "instant"'
    )
    assert event.due == date(2026, 2, 9)


def test_a_bad_instant_is_reported_without_quoting_it(import_rows: Import):
    """The reason names the form; the value stands in its own, clipped field."""
    (bad,) = import_rows("ana,1,01/02/2026,1.00,amanhã", columns='[columns.vencimento]\ndate = "instant"')
    assert bad.value == "amanhã"
    assert "amanhã" not in bad.reason


PAID = "cliente,nota,emissao,valor,vencimento,pago,contestado\n"
DISPUTE = """
[[event]]
type = "dispute.opened"
when = { column = "contestado", equals = ["sim", "s"] }
id = "nf-{nota}-contestada"
at = { earliest = [{ date = "{vencimento}", plus = "1d" }, { date = "{pago}" }], clock = "07:00" }
dispute = "{nota}"
receivables = ["{nota}"]
"""


@pytest.mark.parametrize(
    ("paid", "opened"),
    [("09/02/2026", "2026-02-09"), ("10/02/2026", "2026-02-10"), ("20/02/2026", "2026-02-11"), ("", "2026-02-11")],
)
def test_the_earliest_of_two_dates(import_invoices: Import, paid: str, opened: str):
    """One day after the due date, or the day of payment if that is earlier; an empty date does not count."""
    _, dispute = import_invoices(PAID + f"{GOOD},{paid},sim\n", more=DISPUTE)
    assert dispute.at.isoformat() == f"{opened}T10:00:00+00:00"


@pytest.mark.parametrize(("cell", "events"), [("sim", 2), ("s", 2), ("não", 1), ("", 1)])
def test_conditions_choose_the_rows(import_invoices: Import, cell: str, events: int):
    """`equals` takes one word or several."""
    assert len(import_invoices(PAID + f"{GOOD},,{cell}\n", more=DISPUTE)) == events


@pytest.mark.parametrize(
    ("when", "cell", "held"),
    [
        ('{ column = "pago", filled = true }', "x", True),
        ('{ column = "pago", filled = true }', " ", False),
        ('{ column = "pago", filled = false }', "", True),
        ('{ column = "pago", differs = "x" }', "x", False),
        ('[{ column = "pago", filled = true }, { column = "pago", differs = "x" }]', "y", True),
        ('[{ column = "pago", filled = true }, { column = "pago", differs = "x" }]', "", False),
    ],
)
def test_all_conditions_must_hold(import_invoices: Import, when: str, cell: str, held: bool):  # noqa: FBT001
    """`filled`, `differs`, and a list of conditions."""
    more = f'[[event]]\ntype = "credit.blocked"\nwhen = {when}\nid = "b-{{nota}}"\nat = "{{emissao}}"'
    assert (len(import_invoices(PAID + f"{GOOD},{cell},\n", more=more)) == 2) is held


def test_words_are_a_closed_list(import_invoices: Import):
    """A word that the map does not know is a bad row and not silently "no"."""
    (bad,) = import_invoices(
        PAID + f"{GOOD},,SIM\n", more=DISPUTE, columns='[columns.contestado]\nwords = ["sim", "s", "não"]'
    )
    assert (bad.column, bad.value) == ("contestado", "SIM")


def test_words_are_translated(import_invoices: Import):
    """A table of words gives what they stand for; an empty cell stays empty."""
    more = '[[event]]\ntype = "debtor.registered"\nonce = true\nid = "{cliente}"\nat = "{emissao}"\nkind = "{tipo}"'
    columns = '[columns.tipo]\nwords = { PF = "person", PJ = "company" }'
    header = "cliente,nota,emissao,valor,vencimento,tipo\n"
    kinds = [
        import_invoices(header + f"{GOOD},{kind}\n", more=more, columns=columns)[-1].kind for kind in ("PJ", "PF", "")
    ]
    assert kinds == ["company", "person", "person"]


def test_words_for_empty(import_invoices: Import):
    """`empty` lists what else stands for nothing."""
    values = 'empty = ["NULL", "-"]'
    header = "cliente,nota,emissao,valor,vencimento,obs\n"
    good, bad = import_invoices(
        header + f"{GOOD},NULL\nana,2,-,1.00,10/02/2026,\n", values=values, more='description = "{obs}"'
    )
    assert good.description == ""
    assert bad.reason.startswith("empty; ")


def test_an_optional_column_may_be_missing(import_rows: Import):
    """Its cells are then empty."""
    (event,) = import_rows(GOOD, more='description = "obs-{obs}"', columns="[columns.obs]\noptional = true")
    assert event.description == ""


REGISTERED = """
[[event]]
type = "debtor.registered"
once = true
id = "{cliente}-cadastro"
at = "2020-01-01T00:00:00-03:00"
segment = "{grupo}"
"""
GROUP = "cliente,nota,emissao,valor,vencimento,grupo\n"


def test_once_for_each_debtor(import_invoices: Import):
    """Many rows name the debtor; the event comes with the first of them."""
    rows = [f"ana,{number},01/02/2026,1.00,10/02/2026,a" for number in (1, 2)] + ["bia,3,01/02/2026,1.00,10/02/2026,b"]
    events = import_invoices(GROUP + "\n".join(rows), more=REGISTERED)
    assert [event.id for event in events] == ["nf-1", "ana-cadastro", "nf-2", "nf-3", "bia-cadastro"]


def test_once_written_in_two_ways_is_the_same(import_invoices: Import):
    """What counts is the event and not the cells: " a" and "a", 1/2/2026 and 01/02/2026."""
    more = REGISTERED.replace('"2020-01-01T00:00:00-03:00"', '{ date = "{emissao}", clock = "00:00" }')
    rows = "ana,1,1/2/2026,1.00,10/2/2026,a\nana,2,01/02/2026,1.00,10/02/2026, a\n"
    events = import_invoices(
        GROUP + rows,
        more=more,
        values="",
        columns='[columns.emissao]\ndate = "D/M/YYYY"\n[columns.vencimento]\ndate = "D/M/YYYY"',
    )
    assert [event.id for event in events] == ["nf-1", "ana-cadastro", "nf-2"]


def test_once_with_other_content_is_a_conflict(import_invoices: Import):
    """The later row is bad as a whole; the first stands."""
    rows = (
        "ana,1,01/02/2026,1.00,10/02/2026,a\nana,2,01/02/2026,1.00,10/02/2026,b\nana,3,01/02/2026,1.00,10/02/2026,a\n"
    )
    _, _, bad, last = import_invoices(GROUP + rows, more=REGISTERED)
    assert (bad.line, bad.column, bad.value) == (3, "cliente", "ana-cadastro")
    assert bad.reason.startswith("EventConflict: ")
    assert last.id == "nf-3"


def test_a_row_is_all_or_nothing(import_invoices: Import):
    """A bad row registers nobody: the debtor comes with the next good row."""
    rows = "ana,1,01/02/2026,1.00,10/02/2026,a\n"
    late = REGISTERED + '[[event]]\ntype = "credit.blocked"\nid = "b-{nota}"\nat = "{bloqueio}"\n'
    header = GROUP.rstrip() + ",bloqueio\n"
    bad, *good = import_invoices(
        header + rows.replace("a\n", "a,nunca\n") + rows.replace(",1,", ",2,").replace("a\n", "a,01/02/2026\n"),
        more=late,
    )
    assert (bad.line, bad.column) == (2, "bloqueio")
    assert [event.id for event in good] == ["nf-2", "ana-cadastro", "b-2"]


def test_two_events_of_a_row_with_one_id(import_invoices: Import):
    """Columns that give one id by accident are found in the row."""
    more = '[[event]]\ntype = "credit.blocked"\nid = "{obs}"\nat = "{emissao}"'
    (bad,) = import_invoices("cliente,nota,emissao,valor,vencimento,obs\n" + f"{GOOD},nf-1\n", more=more)
    assert (bad.column, bad.value, bad.reason) == ("obs", "nf-1", "two events of this row have this id")


def test_values_of_every_sort(import_invoices: Import):
    """Whole numbers, yes and no, tones and choices come from columns and say what is wrong with them."""
    more = """
[[event]]
type = "action.sent"
id = "a-{nota}"
at = "{emissao}"
action = "{nota}"
step = "lembrete"
attempt = "{vezes}"
tone = "{tom}"
reports_delivery = "{informa}"
"""
    header = "cliente,nota,emissao,valor,vencimento,vezes,tom,informa\n"
    _, sent, *bad = import_invoices(
        header + f"{GOOD},2,firm,false\n{GOOD},dois,firm,true\n{GOOD},2,angry,true\n{GOOD},2,firm,não\n", more=more
    )
    assert (sent.attempt, sent.tone.word, sent.reports_delivery) == (2, "firm", False)
    assert [(each.column, each.value) for each in bad] == [("vezes", "dois"), ("tom", "angry"), ("informa", "não")]


def test_an_agreement_with_its_instalments(import_invoices: Import):
    """Values inside an event are tables; what the event refuses is blamed on its column."""
    more = """
[[event]]
type = "agreement.signed"
id = "ac-{nota}"
at = { date = 2026-03-01, plus = "-1d", clock = "09:00" }
agreement = "{nota}"
receivables = ["{nota}", "{outra}"]
broken_after = 2
instalments = [
    { receivable = "{nota}-1", amount = "50.00", due = 2026-03-10 },
    { receivable = "{nota}-2", amount = "{valor}", due = { date = "{vencimento}", plus = "30d" } },
]
"""
    header = "cliente,nota,emissao,valor,vencimento,outra\n"
    _, signed, bad = import_invoices(header + f"{GOOD},9\n{GOOD},1\n", more=more)
    assert signed.at.isoformat() == "2026-02-28T12:00:00+00:00"
    assert signed.receivables == ("1", "9")
    assert [(each.receivable, each.amount, each.due) for each in signed.instalments] == [
        ("1-1", Money.of("50.00"), date(2026, 3, 10)),
        ("1-2", Money.of("150.00"), date(2026, 3, 12)),
    ]
    assert (bad.column, bad.reason) == (
        "nota",
        "agreement.signed refuses it as receivables: not distinct",
    )


def test_an_empty_cell_leaves_an_optional_field_alone(import_invoices: Import):
    """An amount, a date or the earliest of dates that are all empty is as if the map had not named it."""
    more = """
rebate = "{abatimento}"
[[event]]
type = "invoice.amended"
id = "am-{nota}"
at = "{emissao}"
receivable = "{nota}"
amount = "{novo}"
due = { earliest = [{ date = "{pago}" }] }
"""
    header = "cliente,nota,emissao,valor,vencimento,abatimento,novo,pago\n"
    issued, amended = import_invoices(header + f"{GOOD},,,\n", more=more)
    assert (issued.rebate, amended.amount, amended.due) == (None, None, None)


def test_what_is_no_number_of_minor_units(import_rows: Import):
    """A decimal mark in a file of centavos is not guessed away."""
    (bad,) = import_rows("ana,1,01/02/2026,150.00,10/02/2026", values="minor = true")
    assert bad.reason.startswith("no amount with minor = true; say how in columns.valor")


def test_dates_without_a_clock_time(import_rows: Import):
    """A map may give the clock time with each date instead of once for all."""
    with pytest.raises(MapError, match=r"event 2 \(credit.blocked\): at.clock: required; write clock"):
        import_rows(
            GOOD,
            columns='[columns.emissao]\ndate = "instant"',
            more='[[event]]\ntype = "credit.blocked"\nid = "b-{nota}"\nat = { date = "{vencimento}" }',
            clock="",
        )
