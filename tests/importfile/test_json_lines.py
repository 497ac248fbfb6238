from collections.abc import Callable

import pytest

from regua.core.events.base import Event
from regua.core.money import Money
from regua.importfile import BadRow

Import = Callable[..., list[Event | BadRow]]

GOOD = '{"cliente": "ana", "nota": 1, "emissao": "01/02/2026", "valor": 150.50, "vencimento": "10/02/2026", "x": [1]}'
JSONL = 'format = "jsonl"'


def test_members_are_columns(import_invoices: Import):
    """Numbers keep their digits and have a decimal point, whatever the map says of text; other members are ignored."""
    (event,) = import_invoices(f"{GOOD}\n\n", file=JSONL, values='decimal = ","\nthousands = "."')
    assert event.amount == Money.of("150.50")
    assert type(event.receivable) is str


def test_amounts_in_minor_units(import_invoices: Import):
    """As payment providers write them."""
    (event,) = import_invoices(GOOD.replace("150.50", "15050"), file=JSONL, values="minor = true")
    assert event.amount == Money.of("150.50")


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("[1]", "", "not a JSON object; write one {…} a line"),
        ("{", "", "not JSON: Expecting property name enclosed in double quotes at character 2"),
        ('{"nota": 1, "nota": 2}', "", "the same key twice in one JSON object"),
        ('{"nota": NaN}', "", "NaN or Infinity is not JSON"),
        ("[" * 100_000, "", "JSON nested too deep"),
        (GOOD.replace("ana", "x" * 2_000_000), "", "a line of more than 1048576 bytes"),
        (GOOD.replace("ana", "x" * 200_000), "cliente", "a cell of more than 131072 characters"),
        (GOOD.replace('"ana"', "null"), "cliente", "empty; invoice.issued needs it as debtor"),
        (GOOD.replace('"ana"', '["ana"]'), "cliente", "a list or an object; a column is text"),
        (GOOD.replace("ana", r"\ud83d"), "cliente", "half a surrogate pair"),
        (GOOD.replace("ana", r"\u0000"), "cliente", "a NUL byte"),
        (GOOD.replace("cliente", "Cliente"), "cliente", "not in this line; did you mean 'Cliente'?"),
        (GOOD.replace("cliente", "y"), "cliente", "not in this line; optional = true in [columns.cliente] allows it"),
        (GOOD.replace("150.50", "1e3"), "valor", "no amount with decimal = '.', thousands = ''"),
        (GOOD.replace("150.50", "true"), "valor", "no amount"),
        (GOOD.replace("150.50", "false"), "valor", "no amount"),
    ],
)
def test_a_bad_line_is_reported_and_the_others_are_kept(import_invoices: Import, line: str, column: str, reason: str):
    """Each line stands for itself."""
    bad, good = import_invoices(f"{line}\n{GOOD}\n", file=JSONL)
    assert (bad.line, bad.column) == (1, column)
    assert bad.reason.startswith(reason)
    assert good.id == "nf-1"


def test_a_line_of_another_encoding(import_invoices: Import):
    """Bytes that are not UTF-8 cost their line."""
    bad, good = import_invoices(GOOD.replace("ana", "jo\xe3o").encode("cp1252") + b"\n" + GOOD.encode(), file=JSONL)
    assert "not written in utf-8" in bad.reason
    assert good.id == "nf-1"


def test_missing_members_may_be_allowed(import_invoices: Import):
    """`optional` makes a missing member an empty one."""
    parts = {"more": 'description = "{obs}"', "columns": "[columns.obs]\noptional = true"}
    (event,) = import_invoices(GOOD, file=JSONL, **parts)
    assert event.description == ""


def test_an_empty_file_has_no_rows(import_invoices: Import):
    """JSON Lines have no header to miss."""
    assert import_invoices("", file=JSONL) == []
