"""Published boletos, arrecadações and wrong lines, each row of `vectors.jsonl` with its source."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from regua.core.money import Money
from regua_boleto import BankSlip, BoletoError, CollectionSlip, make_free, read, read_free
from regua_boleto.digits import mod10, mod11
from regua_boleto.due import due_of, fator_of

ROWS = [json.loads(line) for line in (Path(__file__).parent / "vectors.jsonl").read_text("utf-8").splitlines()]
TODAY = date(2026, 11, 21)
FIRST_CIRCLE = date(1997, 10, 7)

FLAGGED = {
    "inconsistent in source (negative case)": (
        "bar code and line are of two due dates; each reads as what it says, and the bar code is made from the inputs"
    ),
    "campo_livre/nosso numero disputed: use for decoding only": (
        "Itaú's carteira 112 is in no manual; this library puts the account digit into the digit of the nosso número"
    ),
}
"""Every flag of the file, with what it means here."""

RENAMED = {"byte_idt": "byte", "conta_corrente": "conta", "digito_conta_corrente": "conta_dv"}
BESIDES = {
    "001": ("agencia", "conta"),
    "021": ("agencia", "carteira"),
    "033": ("agencia",),
    "097": ("conta",),
    "745": ("agencia", "conta"),
}
"""Inputs of the libraries that are no part of the bank's campo livre."""


def of_kind(kind: str, where: Callable[[dict[str, Any]], object] = lambda _: True) -> Any:
    """The rows of a kind as parameters."""
    rows = [row for row in ROWS if row["kind"] == kind and where(row)]
    return pytest.mark.parametrize("row", rows, ids=[row.get("barcode", row.get("fator", "")) for row in rows])


def _account_85(inputs: dict[str, str], _: str) -> dict[str, str]:
    account = inputs.pop("conta_com_dv")
    return {**inputs, "conta": account[:-1], "conta_dv": account[-1]}


def _itau(inputs: dict[str, str], free: str) -> dict[str, str]:
    if "seu_numero" in inputs:
        return {name: value for name, value in inputs.items() if name not in ("agencia", "conta")}
    return {"conta_dv": free[21], **inputs}


AS_GIVEN: dict[str, Callable[[dict[str, str], str], dict[str, str]]] = {
    "070": lambda inputs, _: {"incremento": "000", **inputs},
    "085": _account_85,
    "097": lambda inputs, free: {**inputs, "documento_dv": free[8]},
    "341": _itau,
    "745": lambda inputs, _: {**inputs, "convenio": inputs["convenio"][-9:]},
}
"""What the libraries leave out or compute and the bank gives; account digits are read off the row."""


def given(row: dict[str, Any]) -> dict[str, str]:
    """The inputs by the names of the layouts."""
    inputs = {RENAMED.get(name, name): value for name, value in row["inputs"].items()}
    if inputs.pop("nn17", False):
        return {name: inputs[name] for name in ("convenio", "nosso_numero")}
    if row["bank"] != "001" or len(inputs["convenio"]) > 6:
        inputs = {name: value for name, value in inputs.items() if name not in BESIDES.get(row["bank"], ())}
    return AS_GIVEN.get(row["bank"], lambda same, _: same)(inputs, row["campo_livre"])


def as_of(row: dict[str, Any]) -> date:
    """A day on which the row's fator means its date, or any date at all where the row has none."""
    due = date.fromisoformat(row["due"]) if row["due"] else FIRST_CIRCLE + timedelta(days=int(row["fator"]))
    return due - timedelta(days=10)


@of_kind("boleto", lambda row: row["checks"]["linha"])
def test_a_published_boleto_reads_and_is_written_again(row: dict[str, Any]) -> None:
    """From its bar code and from its line, masked or not: bank, due date, value and campo livre."""
    slip = read(row["barcode"], as_of=as_of(row))
    assert isinstance(slip, BankSlip)
    assert (slip.bank, slip.amount.minor, slip.free) == (row["bank"], row["amount_cents"], row["campo_livre"])
    if row["due"] is not None:
        assert slip.due == date.fromisoformat(row["due"])
    assert (slip.barcode, slip.line, slip.fator) == (row["barcode"], row["linha"], row["fator"])
    assert read(row["linha"], as_of=as_of(row)) == slip
    assert read(slip.masked_line, as_of=as_of(row)) == slip


@of_kind("boleto", lambda row: "due_if_today_2026_11_21" in row)
def test_its_fator_means_the_day_in_reach_of_today(row: dict[str, Any]) -> None:
    """Old boletos of the first circle mean days to come, or are refused between the two ends."""
    expected = row["due_if_today_2026_11_21"]
    if expected == "security-range":
        with pytest.raises(BoletoError, match="means no day"):
            read(row["barcode"], as_of=TODAY)
    else:
        assert read(row["barcode"], as_of=TODAY).due == date.fromisoformat(expected)


@of_kind("boleto", lambda row: row["inputs"] and row["checks"].get("campo_livre") is not False)
def test_a_published_boleto_is_made_from_its_inputs(row: dict[str, Any]) -> None:
    """Campo livre, digit of the nosso número, bar code and line."""
    made = make_free(row["bank"], given(row))
    assert made.digits == row["campo_livre"]
    if "nosso_numero_dv" in row:
        assert made.fields["nosso_numero_dv"] == row["nosso_numero_dv"]
    due = None if row["due"] is None else date.fromisoformat(row["due"])
    if due or row["fator"] == "0000":
        slip = BankSlip(bank=row["bank"], due=due, amount=Money(row["amount_cents"]), free=made.digits)
        assert slip.barcode == row["barcode"]
        assert slip.line == row["linha"] or "flag" in row
    assert made in read_free(row["bank"], row["campo_livre"])


def test_every_flag_is_explained() -> None:
    """What is flagged in the file, and nothing else, is not made from its inputs or not the same both ways."""
    assert {row["flag"] for row in ROWS if "flag" in row} == set(FLAGGED)
    disputed = [row for row in ROWS if row["kind"] == "boleto" and row["checks"].get("campo_livre") is False]
    assert {(row["bank"], row["inputs"]["carteira"]) for row in disputed} == {("341", "112")}
    assert all("flag" in row and not read_free("341", row["campo_livre"]) for row in disputed)
    [inconsistent] = [row for row in ROWS if row["kind"] == "boleto" and not row["checks"]["linha"]]
    by_line, by_code = (read(inconsistent[name], as_of=date(2018, 6, 1)) for name in ("linha", "barcode"))
    assert (by_line.due, by_code.due) == (date(2015, 12, 25), date(2020, 12, 30))
    assert by_line.free == by_code.free


@of_kind("arrecadacao")
def test_an_arrecadacao_reads_and_is_written_again(row: dict[str, Any]) -> None:
    """Segment, what the value is, who collects, and a due date where the rest begins with one."""
    slip = read(row["linha"], as_of=TODAY)
    assert isinstance(slip, CollectionSlip)
    assert (slip.segment, slip.identifier, slip.company) == (row["segment"], row["value_id"], row["company"])
    assert (slip.amount and slip.amount.minor) == row.get("amount_cents")
    assert (slip.possible_due and slip.possible_due.isoformat()) == row.get("possible_due")
    assert (slip.barcode, slip.line) == (row["barcode"], row["linha"])
    assert read(row["barcode"], as_of=TODAY) == slip
    assert read(slip.masked_line, as_of=TODAY) == slip


DETAILS = {"product": "product digit is not 8", "identifier": "value identifier (3rd digit) not in 6..9"}
DETAILS |= {f"block {number}": f"DAC of block {number}" for number in range(1, 5)}
DETAILS |= {"general": "general DAC (4th digit)"}
REASONS = {"mod10 of field 2": ["field 2"], "mod10 of field 3": ["field 3"]}
"""What the file says of the bank lines with one wrong field; in the others the general digit is among what is wrong."""


@pytest.mark.parametrize("row", [row for row in ROWS if row["kind"] == "invalid"], ids=lambda row: row["reason"])
def test_a_wrong_line_is_refused_with_what_is_wrong(row: dict[str, Any]) -> None:
    """Every problem that the file names, and no other."""
    with pytest.raises(BoletoError) as raised:
        read(row["value"], as_of=date(2016, 1, 1))
    fields = [problem.field for problem in raised.value.problems]
    if "detail" in row:
        assert [DETAILS[field] for field in fields] == row["detail"]
    elif row["reason"] in REASONS:
        assert fields == REASONS[row["reason"]]
    else:
        assert fields[-1] == ("line" if row["reason"] in ("46 digits", "empty", "non digits") else "general")


@of_kind("fator")
def test_a_day_has_its_fator(row: dict[str, Any]) -> None:
    """Both circles, and the beginning of a third."""
    due = date.fromisoformat(row["due"])
    assert fator_of(due) == row["fator"]
    assert due_of(row["fator"], as_of=due) == due


@of_kind("fator_decode")
def test_a_fator_means_a_day_as_of_another(row: dict[str, Any]) -> None:
    """FEBRABAN's movable window."""
    expected = date.fromisoformat(row["expected"]) if "expected" in row else None
    assert due_of(row["fator"], as_of=date.fromisoformat(row["today"])) == expected


@of_kind("dac")
def test_a_check_digit_of_the_manual(row: dict[str, Any]) -> None:
    """Of FEBRABAN's layout for arrecadação."""
    assert {10: mod10, 11: mod11}[row["modulo"]](row["input"]) == row["dac"]
