import io
from collections.abc import Callable
from datetime import date

import pytest

from regua.core.events.base import Event
from regua.core.money import Money
from regua.errors import DecodeError
from regua.importfile import BadRow, MapError, parse_map, read_rows

Import = Callable[..., list[Event | BadRow]]

HEADER = "cliente,nota,emissao,valor,vencimento\n"
GOOD = "ana,1,01/02/2026,150.00,10/02/2026"


def test_a_row_becomes_an_event(import_rows: Import):
    """Columns fill the fields; a date becomes an instant at the clock time and zone of the map."""
    (event,) = import_rows(GOOD)
    assert event.id == "nf-1"
    assert event.debtor == "ana"
    assert event.amount == Money.of("150.00")
    assert event.due == date(2026, 2, 10)
    assert event.at.isoformat() == "2026-02-01T11:00:00+00:00"
    assert event.recorded_us == event.at_us


DATE = "no date written as DD/MM/YYYY; say how in columns.emissao.date of the map"
LOOSER = DATE.replace(";", "; D/M/YYYY reads one digit and two;")
SIGN = "a currency sign; signs are not read: strip them in the file"
OTHER_MARKS = "; decimal = '.', thousands = ',' would read it"
MARKS = "; say how in columns.valor.decimal and .thousands of the map"
EMPTY = "empty; invoice.issued needs it as at; where that is right, give the event a condition: when filled = true"
PLAIN = "no amount with decimal = '.', thousands = ''"


@pytest.mark.parametrize(
    ("issued", "value", "reason"),
    [
        ("30/02/2026", "30/02/2026", "a day that does not exist, read as DD/MM/YYYY"),
        ("01/02/26", "01/02/26", DATE),
        ("1/2/2026", "1/2/2026", LOOSER),
        ("1/2/26", "1/2/26", DATE),
        ("2026-02-01", "2026-02-01", DATE),
        ("\u0660\u0661/02/2026", "\u0660\u0661/02/2026", DATE),
        ("01/02/0026", "01/02/0026", "a day of the year 26, outside 1900 to 2999"),
        ("31/12/9999", "31/12/9999", "a day of the year 9999, outside 1900 to 2999"),
        ("", "", EMPTY),
    ],
)
def test_a_bad_date_is_reported(import_rows: Import, issued: str, value: str, reason: str):
    """The report has line, column, value and reason, with the remedy; the rows around it give their events."""
    before, bad, after = import_rows(GOOD, f"ana,9,{issued},1.00,10/02/2026", "bia,2,01/02/2026,1.00,10/02/2026")
    assert bad == BadRow(line=3, column="emissao", value=value, reason=reason)
    assert [before.id, after.id] == ["nf-1", "nf-2"]


@pytest.mark.parametrize(
    ("row", "clock", "zone", "column"),
    [
        ("ana,1,01/01/1900,1.00,10/02/2026", "00:30", "Asia/Tokyo", "emissao"),
        ("ana,1,31/12/2999,1.00,10/02/2026", "23:30", "America/Sao_Paulo", "emissao"),
        ("ana,1,01/02/2026,1.00,01/01/1900", "08:00", "UTC", "vencimento"),
    ],
)
def test_a_day_that_leaves_the_years_of_facts_is_reported(
    import_invoices: Import, row: str, clock: str, zone: str, column: str
):
    """By its clock time in its zone, or by the days that the map adds: the row is bad, and the file is read on."""
    more = '[[event]]\ntype = "invoice.amended"\nid = "am-{nota}"\nat = 2026-03-01T00:00:00Z\nreceivable = "{nota}"\n'
    more += 'due = { date = "{vencimento}", plus = "-1d" }'
    bad, *good = import_invoices(f"{HEADER}{row}\n{GOOD}\n", more=more, clock=f'clock = "{clock}"', zone=zone)
    assert (bad.line, bad.column, bad.reason) == (2, column, "comes to a day outside the years 1900 to 2999")
    assert bad.value in row
    assert [event.id for event in good] == ["nf-1", "am-1"]


def test_a_clock_time_that_leaves_the_years_of_facts_is_reported(import_rows: Import):
    """Also where the cell itself has it."""
    row = "ana,1,31/12/2999 23:30,1.00,10/02/2026 00:00"
    (bad,) = import_rows(row, columns='[columns.emissao]\ndate = "DD/MM/YYYY hh:mm"')
    assert (bad.line, bad.column) == (2, "emissao")


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("-1.00", "zero or less; an amount is above zero"),
        ("0.00", "zero or less; an amount is above zero"),
        ("1,234.56", PLAIN + OTHER_MARKS + MARKS),
        ("1.500", "more than the 2 decimals of BRL" + OTHER_MARKS + MARKS),
        ("1e3", PLAIN + MARKS),
        ("R$ 1.00", SIGN),
        ("€1,00", SIGN),
        ("1.00 BRL", SIGN),
        ("1234567890123456", "more than 15 digits"),
    ],
)
def test_a_bad_amount_is_reported(import_rows: Import, amount: str, reason: str):
    """Zero and less are no debt; another way of writing is named together with the keys of the map."""
    (bad,) = import_rows(f'ana,1,01/02/2026,"{amount}",10/02/2026')
    assert bad == BadRow(line=2, column="valor", value=amount, reason=reason)


TAIL = ",1,01/02/2026,1.00,10/02/2026"


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("ana,1,01/02/2026", "", "ana,1,01/02/2026", "3 cells where the header has 5"),
        (f"{TAIL},", "", f"{TAIL},", "6 cells where the header has 5"),
        (f"ana\0{TAIL}", "cliente", r"ana\x00", "a NUL byte; the file is damaged or in another encoding"),
        (
            f"an\ta{TAIL}",
            "cliente",
            r"an\ta",
            "invoice.issued refuses it as debtor: control characters or outer spaces in an identifier",
        ),
        (
            f"{'a' * 201}{TAIL}",
            "cliente",
            f"{'a' * 39}…",
            "invoice.issued refuses it as debtor: more than 200 characters in an identifier",
        ),
        (f"an\ra{TAIL}", "", rf"an\ra{TAIL}", "a lone carriage return inside the row; mend its line end"),
        (f'"ana"x{TAIL}', "", f'"ana"x{TAIL}', "text after a closing quote; the row was not read; double a quote"),
    ],
)
def test_a_damaged_row_is_reported(import_rows: Import, row: str, column: str, value: str, reason: str):
    """Wrong numbers of cells, control characters and bad quotes cost their row."""
    bad, good = import_rows(row, GOOD)
    assert (bad.line, bad.column, bad.value) == (2, column, value)
    assert bad.reason.startswith(reason)
    assert good.id == "nf-1"


def test_a_report_prints_as_one_safe_line():
    """Control characters are escaped and a long cell is clipped to 40 characters: it may be personal data."""
    bad = BadRow(line=7, column="nome", value="\x1b[31m" + "a" * 100, reason="no date")
    assert str(bad) == r"line 7, column 'nome': '\x1b[31m" + "a" * 31 + "…': no date"
    assert len(bad.value) == 40


def test_one_row_of_another_encoding_spoils_no_other(import_invoices: Import):
    """The row with bytes that are not UTF-8 is reported by line and column; the others are kept."""
    data = HEADER.encode() + "joão,1,01/02/2026,1.00,10/02/2026\n".encode() + b"jo\xe3o,2,01/02/2026,1.00,10/02/2026\n"
    good, bad = import_invoices(data)
    assert good.debtor == "joão"
    assert (bad.line, bad.column, bad.value) == (3, "cliente", r"jo\xe3o")
    assert 'write encoding in [file] of the map, such as "cp1252"' in bad.reason


def test_other_encodings_are_declared(import_invoices: Import):
    """Windows-1252, as spreadsheets in Brazil write it."""
    data = (HEADER + "joão,1,01/02/2026,1.00,10/02/2026\n").encode("cp1252")
    assert import_invoices(data, file='encoding = "cp1252"')[0].debtor == "joão"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark(import_invoices: Import, end: str, mark: str):
    """Unix, Windows and old Mac line ends, with and without a mark, a missing last line end and empty lines."""
    data = mark + HEADER + GOOD + "\n\n" + "bia,x,01/02/2026,no,10/02/2026"
    good, bad = import_invoices(data.replace("\n", end))
    assert good.id == "nf-1"
    assert (bad.line, bad.column) == (4, "valor")


def test_line_numbers_are_physical(import_invoices: Import):
    """A quoted cell over three lines counts as three, wherever the row begins."""
    rows = 'ana,1,01/02/2026,1.00,10/02/2026,"rua\num,\ndois"\nbia,2,01/02/2026,no,10/02/2026,\n'
    good, bad = import_invoices("cliente,nota,emissao,valor,vencimento,obs\n" + rows, more='description = "{obs}"')
    assert good.description == "rua\num,\ndois"
    assert bad.line == 5


def test_doubtful_quotes_are_never_read_as_rows(import_rows: Import):
    """A stray quote costs the lines up to the next one, said in the report; nothing between is imported."""
    bad, good = import_rows('"ana,1', "eva,666,01/02/2026,9.99,10/02/2026", '"x",2,01/02/2026', GOOD)
    assert "lines 2 to 4 were not read" in bad.reason
    assert good.id == "nf-1"


def test_without_multiline_a_stray_quote_costs_one_line(import_rows: Import):
    """`multiline = false` closes every quote at the end of its line."""
    bad, good = import_rows('"ana,1', GOOD, file="multiline = false")
    assert (bad.line, good.id) == (2, "nf-1")
    assert "not closed on its line" in bad.reason


def test_a_file_without_quotes(import_rows: Import):
    """`quote = ""` takes quotes as they come."""
    (event,) = import_rows('"ana",1,01/02/2026,1.00,10/02/2026', file='quote = ""')
    assert event.debtor == '"ana"'


@pytest.mark.parametrize("cell", ["x" * 200_000, '"' + "x" * 200_000 + '"', "x" * 3_000_000])
def test_a_giant_cell_or_line_is_a_bad_row(import_rows: Import, cell: str):
    """A cell above 128 KiB or a line above 1 MiB is refused; its neighbours are kept."""
    bad, good = import_rows(f"{cell},1,01/02/2026,1.00,10/02/2026", GOOD)
    assert (bad.line, good.id) == (2, "nf-1")
    assert "of more than" in bad.reason
    assert len(bad.value) == 40


def test_an_open_quote_ends_at_the_bound_of_a_cell(import_rows: Import):
    """An opening quote without its other half eats at most 128 KiB of the file."""
    first, *rest = import_rows('"ana', *["bia"] * 50_000, GOOD)
    assert "not closed within 131072 characters; lines 2 to" in first.reason
    assert rest[-1].id == "nf-1"


def test_an_open_quote_before_a_giant_line(import_rows: Import):
    """A line too long for memory is not read into a quoted cell either."""
    bad, good = import_rows('"ana', "x" * 3_000_000, GOOD)
    assert "lines 2 to 3 were not read" in bad.reason
    assert good.id == "nf-1"


def test_what_looks_like_a_formula_is_left_as_it_is(import_rows: Import):
    """Text is imported as it stands; whoever writes a spreadsheet again has to escape it."""
    (event,) = import_rows("=HYPERLINK(1),@1,01/02/2026,1.00,10/02/2026")
    assert (event.debtor, event.receivable) == ("=HYPERLINK(1)", "@1")


def test_blanks_around_cells_do_not_count(import_rows: Import):
    """Padded columns give the same ids as unpadded ones."""
    (event,) = import_rows(" ana\t,\xa01, 01/02/2026 , 1.00, 10/02/2026")
    assert (event.debtor, event.receivable) == ("ana", "1")


def test_a_file_of_only_a_header_has_no_rows(import_invoices: Import):
    """Nothing was billed, which is no error."""
    assert import_invoices(HEADER) == import_invoices(HEADER.rstrip()) == []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "line 1: the file is empty; its first line names the columns"),
        (b"\xef\xbb\xbf", "line 1: the file is empty; its first line names the columns"),
        (HEADER.encode("utf-16"), "line 1: the file is UTF-16; convert it: iconv -f UTF-16 -t UTF-8"),
        (b'"cliente', "line 1: the header cannot be read: a quote that opens here is not closed"),
        (b"x" * 3_000_000, "line 1: the header cannot be read: a line of more than 1048576 bytes"),
        (b"emiss\xe3o\n", "line 1: the header is not written in utf-8"),
    ],
)
def test_a_file_that_is_none_is_refused_before_any_row(import_invoices: Import, data: bytes, says: str):
    """A file without a readable header is an error, not a bad row."""
    with pytest.raises(DecodeError) as refused:
        import_invoices(data)
    assert str(refused.value).startswith(says)


def test_the_header_is_checked_before_any_row_is_asked_for():
    """`read_rows` reports every missing and doubled column when it is called, with the nearest name."""
    mapping = parse_map(
        """
        format = 1
        values.timezone = "UTC"
        [[event]]
        type = "payments.known-through"
        creditor = "loja"
        debtor = "{Cliente}"
        id = "{Numero}"
        at = "2026-01-01T00:00:00Z"
        recorded_at = "at"
        through = "{Ate}"
        """,
        name="x.map.toml",
    )
    with pytest.raises(MapError) as refused:
        read_rows(io.BytesIO(b"cliente,Ate,Ate\n"), mapping)
    missing, mistyped, doubled = map(str, refused.value.problems)
    where = "of the file"
    assert missing.startswith(
        f"x.map.toml: column 'Numero' is not in the header {where}; the header has 'cliente', 'Ate'"
    )
    assert mistyped == f"x.map.toml: column 'Cliente' is not in the header {where}; did you mean 'cliente'?"
    assert doubled.startswith(f"x.map.toml: column 'Ate' stands 2 times in the header {where}; give each")


def test_columns_that_the_map_does_not_use_may_have_one_name(import_invoices: Import):
    """Only what the map reads must be unambiguous."""
    assert import_invoices(HEADER.rstrip() + ",obs,obs\n" + GOOD + ",x,y\n")[0].id == "nf-1"


def test_progress_tells_bytes_and_rows():
    """The callback hears of every chunk and, at the end, of everything."""
    heard: list[tuple[int, int]] = []
    mapping = parse_map(
        """
        format = 1
        values.timezone = "UTC"
        [[event]]
        type = "credit.blocked"
        creditor = "loja"
        debtor = "{a}"
        id = "{a}"
        at = "2026-01-01T00:00:00Z"
        recorded_at = "at"
        """
    )
    data = b"a\n" + b"".join(b"%050d\n" % number for number in range(12_000))
    rows = read_rows(io.BytesIO(data), mapping, progress=lambda read, rows: heard.append((read, rows)))
    assert len(list(rows)) == 12_000
    assert heard[-1] == (len(data), 12_000)
    assert len(heard) == 4
    assert heard == sorted(heard)
