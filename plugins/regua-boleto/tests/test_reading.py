from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua.core.money import Money
from regua.errors import ReguaError
from regua_boleto import BankSlip, BoletoError, CollectionSlip, Problem, Window, read
from regua_boleto.digits import mod10, mod11, mod11_bank

TODAY = date(2026, 11, 21)
LINE = "03399189977750000090400026901025916560000015320"
MASKED = "03399.18997 77500.000904 00026.901025 9 16560000015320"
WATER = "826100000007999000192024611300000001000000000034"
FREE = "9189977500000900002690102"


def refused(text: Any, **how: Any) -> tuple[Problem, ...]:
    """What is said to be wrong."""
    with pytest.raises(BoletoError) as raised:
        read(text, as_of=how.pop("as_of", TODAY), **how)
    return raised.value.problems


@pytest.mark.parametrize(
    "text",
    [
        MASKED,
        f"  {MASKED}\r\n",
        MASKED.encode(),
        bytearray(MASKED, "ascii"),
        "\t".join(MASKED),
    ],
)
def test_a_mask_is_taken_off(text: Any) -> None:
    """Points, hyphens and ASCII white space, in strings and in bytes."""
    slip = read(text, as_of=TODAY)
    assert slip == BankSlip(bank="033", due=date(2026, 12, 10), amount=Money.of("153.20"), free=FREE)
    assert (slip.masked_line, slip.currency) == (MASKED, "9")


def test_a_wrong_digit_is_told_with_its_field_and_place() -> None:
    """Expected and found; the mask does not count."""
    [field, general] = refused(MASKED.replace("000904", "001904"))
    assert str(field) == "field 2, digit 21: the check digit is 4 and the digits before it ask for 2"
    assert (field.code, field.position, field.expected, field.found) == ("check-digit", 21, "2", "4")
    assert (general.field, general.position, general.found) == ("general", 33, "9")
    [product, *_] = refused("7" + WATER[1:])
    assert str(product) == "product, digit 1: it is 7; an arrecadação begins with 8"


def test_all_that_is_wrong_is_told_at_once() -> None:
    """As everywhere in regua."""
    fields = [problem.field for problem in refused("1" * 47)]
    assert fields == ["field 1", "field 2", "field 3", "currency", "general"]
    assert [problem.field for problem in refused("880" + "1" * 45)] == ["segment", "identifier"]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "length", "line: 0 digits and not 44 (a bar code), 47 (the line of a bank), 48 (the line of"),
        ("1" * 1_000_000, "length", "line: 1000000 characters and not 44"),
        (b"\xff" * 1_000_000, "length", "line: 1000000 characters"),
        ("٣" * 47, "character", "line, digit 1: '\\u0663' is no ASCII digit"),
        ("\uff10" * 44, "character", "'\\uff10' is no ASCII digit"),
        ("1" * 46 + "²", "character", "line, digit 47: '\\xb2' is no ASCII digit"),
        (b"\xb2" * 47, "character", "'\\xb2' is no ASCII digit"),
        ("\ud800" * 47, "character", "'\\ud800' is no ASCII digit"),
        ("1\N{NO-BREAK SPACE}" * 47, "character", "'\\xa0' is no ASCII digit"),
        (None, "character", "give a string or bytes, not NoneType"),
        (int(LINE), "character", "give a string or bytes, not int"),
    ],
)
def test_what_is_no_line_is_refused(text: Any, code: str, said: str) -> None:
    """Whatever it is, by one type of error, which never repeats the whole."""
    [problem, *_] = refused(text)
    assert issubclass(BoletoError, ReguaError)
    assert problem.code == code
    assert said in str(problem)


@given(text=st.text() | st.binary() | st.from_regex(r"[0-9 .\-]{0,9}8?[0-9]{40,50}", fullmatch=True))
def test_nothing_else_is_raised(text: str | bytes) -> None:
    """A reader meets what people paste; what it reads, it reads again."""
    with suppress(BoletoError):
        slip = read(text, as_of=TODAY)
        assert read(slip.line, as_of=TODAY) == slip


@given(number=st.integers(0, 10**43 - 1))
def test_what_reads_is_written_the_same(number: int) -> None:
    """Any digits with the check digit that they ask for."""
    digits = f"{number:043}"
    code = digits[:3] + "9" + digits[4:]
    code = code[:4] + mod11_bank(code) + code[4:]
    windows = [Window(past=0, future=8999), Window(past=8999, future=0)]
    [due] = {read(code, as_of=date(2030, 1, 1), window=window).due is None for window in windows}
    assert due == (int(code[5:9]) < 1000)
    assert [read(code, as_of=date(2030, 1, 1), window=window).barcode for window in windows] == [code, code]


@given(
    segment=st.sampled_from("12345679"),
    identifier=st.sampled_from("6789"),
    value=st.integers(0, 10**11 - 1),
    number=st.integers(0, 10**29 - 1),
)
def test_an_arrecadacao_comes_back(segment: str, identifier: str, value: int, number: int) -> None:
    """Every segment, both moduli, money and quantities."""
    rest = f"{number:029}"
    cut = 8 if segment == "6" else 4
    slip = CollectionSlip(segment=segment, identifier=identifier, value=value, company=rest[:cut], free=rest[cut:])
    assert read(slip.line, as_of=TODAY) == slip
    assert read(slip.masked_line, as_of=TODAY) == slip
    assert read(slip.barcode, as_of=TODAY) == slip
    assert slip.amount == (Money(value) if identifier in "68" else None)


def test_a_value_over_the_limit_takes_the_place_of_the_due_date() -> None:
    """R$ 100.000.000,00 and more; beside a due date the value has ten digits."""
    rich = BankSlip(bank="033", due=None, amount=Money.of("123456789.01"), free=FREE)
    assert rich.barcode[5:19] == "00012345678901"
    assert read(rich.line, as_of=TODAY) == rich
    most = BankSlip(bank="033", due=None, amount=Money.of("99999999999.99"), free=FREE)
    assert read(most.line, as_of=TODAY) == most
    with pytest.raises(BoletoError, match="the value takes the place of the due date"):
        BankSlip(bank="033", due=TODAY, amount=Money.of("100000000.00"), free=FREE)
    with pytest.raises(BoletoError, match="from zero to"):
        BankSlip(bank="033", due=None, amount=Money.of("100000000000.00"), free=FREE)


def test_there_may_be_neither_due_date_nor_value() -> None:
    """Fator 0000, and zero where the value is not stated."""
    bare = BankSlip(bank="237", due=None, amount=Money(0), free="0" * 25)
    assert (bare.fator, bare.barcode[5:19]) == ("0000", "0" * 14)
    assert read(bare.line, as_of=TODAY) == bare


def test_a_bar_code_that_begins_with_8() -> None:
    """It is an arrecadação, unless only the digit of a bank's bar code holds; the length of a line leaves no doubt."""
    bank = BankSlip(bank="826", due=date(2026, 12, 10), amount=Money.of("153.20"), free=FREE)
    assert mod10(bank.barcode[:3] + bank.barcode[4:]) != bank.barcode[3]
    assert read(bank.barcode, as_of=TODAY) == bank
    assert read(bank.line, as_of=TODAY) == bank
    assert isinstance(read(WATER[:11] + WATER[12:23] + WATER[24:35] + WATER[36:47], as_of=TODAY), CollectionSlip)
    both = next(
        slip
        for number in range(1000)
        if (slip := BankSlip(bank="828", due=None, amount=Money(0), free=f"{number:025}")).barcode[3]
        == mod11(slip.barcode[:3] + slip.barcode[4:])
    )
    assert isinstance(read(both.barcode, as_of=TODAY), CollectionSlip)
    assert read(both.line, as_of=TODAY) == both


def test_only_the_real_is_read() -> None:
    """The digit of the currency is 9."""
    [currency] = [problem for problem in refused(LINE[:3] + "8" + LINE[4:]) if problem.code == "currency"]
    assert str(currency) == "currency, digit 4: it is 8; only 9, the real, can be read"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bank": "33"}, "bank: it is 3 ASCII digits"),
        ({"bank": "٠٣٣"}, "bank: it is 3 ASCII digits"),
        ({"free": "1" * 24}, "free: it is 25 ASCII digits"),
        ({"free": None}, "free: it is 25 ASCII digits"),
        ({"due": datetime(2026, 12, 10, tzinfo=UTC)}, "due: it is a date or None, not datetime"),
        ({"due": date(1999, 12, 10)}, "due: 1999-12-10 lies before 2000-07-03"),
        ({"amount": Money(-1)}, "amount: it is money in BRL"),
        ({"amount": Money(1, "USD")}, "amount: it is money in BRL"),
        ({"amount": 1}, "amount: it is money in BRL"),
    ],
)
def test_what_no_bar_code_carries_is_refused(changed: dict[str, Any], said: str) -> None:
    """When the value is made, not when it is printed."""
    with pytest.raises(BoletoError, match=said):
        BankSlip(**{"bank": "033", "due": TODAY, "amount": Money(100), "free": FREE, **changed})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"segment": "8"}, "segment: it is one of 1, 2"),
        ({"segment": 3}, "segment: it is one of 1, 2"),
        ({"identifier": "5"}, "identifier: it is one of 6, 7, 8, 9"),
        ({"value": 10**11}, "value: it is a whole number of at most 11 digits"),
        ({"value": True}, "value: it is a whole number"),
        ({"segment": "6"}, "company: in segment 6 it is 8 ASCII digits"),
        ({"free": "x" * 25}, "free: in segment 3 it is 25 ASCII digits"),
    ],
)
def test_what_no_arrecadacao_carries_is_refused(changed: dict[str, Any], said: str) -> None:
    """As of a bank's boleto."""
    with pytest.raises(BoletoError, match=said):
        CollectionSlip(
            **{"segment": "3", "identifier": "6", "value": 1, "company": "0048", "free": "1" * 25, **changed}
        )


def test_the_day_of_reading_is_a_date() -> None:
    """An instant is a day only in a zone."""
    assert refused(LINE, as_of=datetime(2026, 11, 21, tzinfo=UTC))[0].field == "as_of"
    assert refused(LINE, as_of="2026-11-21")[0].message == "it is a date, not str"
