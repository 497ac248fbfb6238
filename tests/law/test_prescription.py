"""Prescription: what is time-barred is neither asked for, nor listed, nor protested, nor sued for."""

from datetime import date

import pytest
from tests.core.shop import policy, said, step
from tests.law.breaking import act, bill, codes, one, only

from regua.core import events as ev
from regua.core.events.base import Event
from regua.core.planning import Action

BARS = ("presc.extrajudicial", "protesto.prescricao")


def last_day(due: str, kind: str, *terms: str, by: str = "carta", facts: tuple[Event, ...] = ()) -> date:
    """The last day of the term, as the reason tells it that ends a step after it."""
    found = tried(due, kind, *terms, by=by, facts=facts)
    assert (found.status, codes(found)[0][0]) == ("ended", "time-barred")
    return date.fromisoformat(found.reasons[0].facts["last_day"])


def tried(due: str, kind: str, *terms: str, by: str, facts: tuple[Event, ...] = ()) -> Action:
    """A letter, or a protest, far too late."""
    late = step("carta", "D+3000 10:00") if by == "carta" else act("protesto", "D+3000 10:00", "protest")
    rules = policy(late, legal=only(*BARS, *terms))
    year, month, day = map(int, due.split("-"))
    asked = date.fromordinal(date(year, month, day).toordinal() + 3001).isoformat()
    return one(rules, [bill(due, kind, when=f"{year}-{month:02}-01"), *facts], asked, late.id)


@pytest.mark.law("presc.5a")
def test_a_written_debt_lives_for_five_years() -> None:
    """To the day of the same number."""
    assert last_day("2016-03-10", "contract", "presc.5a") == date(2021, 3, 10)


@pytest.mark.law("presc.5a")
def test_nobody_is_sued_for_what_is_time_barred() -> None:
    """Whether or not the switch for Tema 1.264 is off."""
    rules = policy(act("ação", "D+1900 10:00", "lawsuit"), legal=only("presc.5a"))
    found = one(rules, [bill("2016-03-10", "contract", when="2016-03-01")], "2021-05-24", "ação")
    assert (found.status, codes(found)[0]) == ("ended", ("time-barred", "presc.5a"))


@pytest.mark.law("presc.3a_aluguel")
def test_rent_lives_for_three_years() -> None:
    """Where both count, the shorter one does."""
    assert last_day("2016-03-10", "rent", "presc.5a", "presc.3a_aluguel") == date(2019, 3, 10)
    assert last_day("2016-03-10", "services", "presc.5a", "presc.3a_aluguel", "multa.usura") == date(2021, 3, 10)


@pytest.mark.law("presc.3a_titulo")
def test_a_credit_title_lives_for_three_years() -> None:
    """One that says so: a receivable of unknown kind keeps five."""
    terms = ("presc.5a", "presc.3a_titulo")
    assert last_day("2016-03-10", "credit-title", *terms) == date(2019, 3, 10)
    assert last_day("2016-03-10", "", *terms) == date(2021, 3, 10)


@pytest.mark.law("presc.duplicata")
def test_a_duplicata_is_protested_for_three_years_and_asked_for_during_five() -> None:
    """The ordinary claim on the same written debt lives on."""
    terms = ("presc.5a", "presc.duplicata")
    assert last_day("2016-03-10", "duplicata", *terms, by="protesto") == date(2019, 3, 10)
    assert last_day("2016-03-10", "duplicata", *terms) == date(2021, 3, 10)
    assert last_day("2016-03-10", "services", *terms, by="protesto") == date(2021, 3, 10)


@pytest.mark.law("presc.cheque")
def test_a_cheque_is_protested_for_six_months_after_its_presentation() -> None:
    """Issued on 10 March, presented until 9 April (30 days), protested until 9 October; asked for during five years."""
    terms = ("presc.5a", "presc.cheque")
    assert last_day("2016-03-10", "cheque", *terms, by="protesto") == date(2016, 10, 9)
    assert last_day("2016-03-10", "cheque", *terms) == date(2021, 3, 10)


@pytest.mark.law("presc.interrupcao")
def test_a_protest_restarts_the_term_once() -> None:
    """The second one does not."""
    first = said(ev.ProtestRegistered, "primeiro", "2017-05-02", receivable="nf-1")
    second = said(ev.ProtestRegistered, "segundo", "2018-05-02", receivable="nf-1")
    ends = said(ev.ProtestCancelled, "cancelado", "2018-06-01", receivable="nf-1")
    rules = ("presc.5a", "presc.interrupcao")
    found = tried("2016-03-10", "contract", *rules, by="protesto", facts=(first, second, ends))
    reason = next(each for each in found.reasons if each.code == "time-barred")
    assert reason.facts["last_day"] == "2022-05-02"
    assert reason.facts["restarted_by"] == "primeiro"


@pytest.mark.law("presc.interrupcao")
@pytest.mark.parametrize("event", [ev.ProtestRegistered, ev.LawsuitFiled])
def test_what_comes_after_the_term_does_not_wake_it(event: type[ev.ProtestRegistered]) -> None:
    """A claim that is time-barred stays so."""
    late = said(event, "tarde", "2021-04-01", receivable="nf-1")
    found = tried("2016-03-10", "contract", "presc.5a", "presc.interrupcao", by="protesto", facts=(late,))
    reason = next(each for each in found.reasons if each.code == "time-barred")
    assert reason.facts["last_day"] == "2021-03-10"


@pytest.mark.law("presc.interrupcao")
def test_no_claim_becomes_time_barred_while_its_suit_runs() -> None:
    """It counts again from the last act of the case (Código Civil art. 202, sole paragraph), which no fact tells."""
    suit = said(ev.LawsuitFiled, "acao", "2017-05-02", receivable="nf-1")
    found = tried("2016-03-10", "contract", "presc.5a", "presc.interrupcao", by="protesto", facts=(suit,))
    assert not [each for each in found.reasons if each.code == "time-barred"]


@pytest.mark.law("presc.covid")
def test_141_days_of_2020_do_not_count() -> None:
    """Of a debt that ran then; one due in November 2020 has five years and no more."""
    terms = ("presc.5a", "presc.covid")
    assert last_day("2016-03-10", "contract", *terms) == date(2021, 7, 29)
    assert last_day("2020-11-10", "contract", *terms) == date(2025, 11, 10)


@pytest.mark.law("presc.extrajudicial")
@pytest.mark.parametrize("kind", ["message", "task", "offer", "notice", "listing", "suspend", "agency"])
def test_what_is_time_barred_is_not_collected_out_of_court_either(kind: str) -> None:
    """Neither by a message nor by a call nor by anybody else."""
    usual = step("tarde", "D+1900 10:00") if kind in {"message", "offer"} else act("tarde", "D+1900 10:00", kind)
    rules = policy(usual, legal=only("presc.5a", "presc.extrajudicial"))
    found = one(rules, [bill("2020-11-10", "contract", when="2020-11-01")], "2026-01-23", "tarde")
    assert (found.status, codes(found)[0]) == ("ended", ("time-barred", "presc.extrajudicial"))


@pytest.mark.law("presc.extrajudicial")
def test_what_was_decided_in_2023_does_not_judge_2021() -> None:
    """A rule acts from the day of its force on."""
    rules = policy(act("tarde", "D+1900 10:00", "agency"), legal=only("presc.5a", "presc.extrajudicial"))
    assert one(rules, [bill("2016-03-10", "contract", when="2016-03-01")], "2021-05-24", "tarde").status == "due"
