import json
from pathlib import Path
from typing import Any

import pytest

from regua.core.money import Money
from regua_pix import BrCode, PixError, make, problems, read
from regua_pix.tlv import crc

LINES = (Path(__file__).parent / "pix_vectors.jsonl").read_text(encoding="utf-8").splitlines()
ROWS = [json.loads(line) for line in LINES]
CODES = [row for row in ROWS if row["kind"] == "pix"]
KINDS = {"static": "static", "dynamic": "dynamic", "composite": "composite", "recurrence_only": "recurrence"}
MALFORMED = {
    "DA67": ["62-05 txid"],  # a hyphen in the txid
    "F0C4": ["62-05 txid"],  # thirty characters of it
    "AD38": ["62-05 txid"],  # a hyphen, in the Banco Central's own example
    "3FD3": ["26-25 url"],  # https:// in front and no path
}
"""What of the valid rows `make` would not write, by checksum: banks did."""


def _where(row: dict[str, Any]) -> str:
    return f"{row['crc_stated']}-{row['source'][0].split()[0]}"


def test_every_row_is_of_a_kind_that_is_read():
    """A row of another kind would be passed over in silence."""
    assert {row["kind"] for row in ROWS} == {"pix", "crc"}
    assert {row["type"] for row in CODES if row["valid"]} == set(KINDS)


@pytest.mark.parametrize("row", [row for row in ROWS if row["kind"] == "crc"])
def test_checksums_are_those_of_the_table(row: dict[str, Any]):
    """CRC-16/CCITT-FALSE."""
    assert crc(row["input"]) == row["crc"]


@pytest.mark.parametrize("row", [row for row in CODES if row["valid"]], ids=_where)
def test_a_valid_code_says_what_the_row_says(row: dict[str, Any]):
    """Field by field."""
    assert read(row["payload"]) == BrCode(
        key=row.get("chave", ""),
        url=row.get("url", ""),
        recurrence=row.get("rec_url", ""),
        name=row["name"],
        city=row["city"],
        cep=row["cep"] or "" if "cep" in row else "",
        amount=Money.of(row["amount"]) if row["amount"] else None,
        txid="" if row["txid"] == "***" else row["txid"],
        info=row.get("info", ""),
        withdrawal=row.get("fss", ""),
        once=row["initiation"] == "12",
        category=row["mcc"],
    )
    assert read(row["payload"]).kind == KINDS[row["type"]]


@pytest.mark.parametrize("row", [row for row in CODES if row["valid"]], ids=_where)
def test_a_valid_code_is_made_again(row: dict[str, Any]):
    """Unless a bank was lenient: then it is said in which field."""
    code = read(row["payload"])
    assert [problem.field for problem in problems(code)] == MALFORMED.get(row["crc_stated"], [])
    if row["crc_stated"] not in MALFORMED:
        assert read(make(code)) == code


@pytest.mark.parametrize("row", [row for row in CODES if not row["valid"]], ids=_where)
def test_a_broken_code_is_refused(row: dict[str, Any]):
    """By its checksum, else by the field that is wrong."""
    with pytest.raises(PixError) as caught:
        read(row["payload"])
    assert (caught.value.field == "63 checksum") == (not row["crc_ok"])
