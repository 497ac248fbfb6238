"""Money is a whole number of minor units; what is no amount is refused with the remedy."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from regua.core.money import Money, decimals, round_minor
from regua.errors import MoneyError


@pytest.mark.parametrize(
    ("text", "minor"),
    [("150.00", 15_000), ("153.2", 15_320), ("0.01", 1), ("-0.20", -20), ("7", 700), ("000.10", 10), ("1.100", 110)],
)
def test_an_amount_is_read_from_plain_digits(text: str, minor: int):
    """`R$ 153,20` is written "153.2"."""
    assert Money.of(text) == Money(minor)


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "1,00", "1e2", "+1", "--1", ".5", "-.5", "5.", "1.2.3", "NaN", "Infinity", "٣", "²", "1_000"],
)
def test_what_only_looks_like_an_amount_is_refused(text: str):
    """Whatever Decimal would have made of it."""
    with pytest.raises(MoneyError):
        Money.of(text)


@pytest.mark.parametrize("value", [1.5, True, None, b"1", Decimal("NaN"), Decimal("-Infinity"), Decimal("sNaN")])
def test_floats_and_strangers_are_refused(value: object):
    """Money never passes through a float."""
    with pytest.raises(MoneyError):
        Money.of(value)  # type: ignore[arg-type]


def test_decimals_and_whole_numbers_are_amounts_in_major_units():
    """150 is R$ 150,00."""
    assert Money.of(Decimal("0.20")) == Money(20)
    assert Money.of(150) == Money(15_000)
    assert Money.of(Decimal("1E+2")) == Money(10_000)


def test_more_decimals_than_the_currency_has_are_refused():
    """R$ 0,005 is no amount; 0.005 dinar is."""
    with pytest.raises(MoneyError, match="more than the 2 decimals of BRL"):
        Money.of("0.005")
    assert Money.of("0.005", "KWD") == Money(5, "KWD")
    with pytest.raises(MoneyError, match="more than the 0 decimals of JPY"):
        Money.of("1.5", "JPY")
    assert [decimals(currency) for currency in ("BRL", "JPY", "TND")] == [2, 0, 3]


def test_an_amount_lies_below_ten_to_the_eighteenth():
    """The largest has eighteen digits before the point."""
    assert Money.of("9" * 18).minor == 10**20 - 100
    with pytest.raises(MoneyError):
        Money.of("1" + "0" * 18)


@pytest.mark.parametrize("currency", ["brl", "BR", "BRLX", "B1L", "ÇÇÇ", "", None])
def test_a_currency_is_three_capital_letters(currency: object):
    """ISO 4217."""
    with pytest.raises(MoneyError, match="three capital letters"):
        Money(1, currency)  # type: ignore[arg-type]


@pytest.mark.parametrize("minor", [True, 1.0, "1", Decimal(1), None])
def test_minor_units_are_a_whole_number(minor: object):
    """And the message says which reader to use."""
    with pytest.raises(MoneyError, match=r"Money\.of"):
        Money(minor)  # type: ignore[arg-type]


def test_money_prints_with_all_decimals_of_its_currency():
    """The amount is a Decimal, never a float."""
    assert str(Money(15_320)) == "153.20 BRL"
    assert str(Money(-5)) == "-0.05 BRL"
    assert str(Money(5, "JPY")) == "5 JPY"
    assert Money(20).amount == Decimal("0.20")


def test_money_prints_the_same_in_any_decimal_context():
    """The core reads no environment: a host that computes with four digits gets R$ 1.234.567,89 all the same."""
    with localcontext(prec=4):
        assert str(Money(123_456_789)) == "1234567.89 BRL"
        assert Money(123_456_789).amount == Decimal("1234567.89")
    assert str(Money(10**40 + 1)) == f"1{'0' * 38}.01 BRL"


def test_money_of_one_currency_adds_and_compares():
    """R$ 150,00 + R$ 3,20 = R$ 153,20."""
    a, b = Money(15_000), Money(320)
    assert (a + b, a - b, -b) == (Money(15_320), Money(14_680), Money(-320))
    assert b < a
    assert b <= a
    assert a > b
    assert a >= b
    assert not a < Money(15_000)
    assert a <= Money(15_000)
    assert a >= Money(15_000)
    assert not a > Money(15_000)


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_money_of_two_currencies_does_not_mix(operation: str):
    """Not even to compare."""
    with pytest.raises(MoneyError, match="two currencies"):
        getattr(Money(1), operation)(Money(1, "USD"))


@pytest.mark.parametrize(
    ("exact", "half_up", "half_even", "truncate"),
    [
        ("1/2", 1, 0, 0),
        ("3/2", 2, 2, 1),
        ("5/2", 3, 2, 2),
        ("-1/2", -1, 0, 0),
        ("-5/2", -3, -2, -2),
        ("49/100", 0, 0, 0),
        ("51/100", 1, 1, 0),
        ("-51/100", -1, -1, 0),
        ("7", 7, 7, 7),
        ("0", 0, 0, 0),
    ],
)
def test_rounding_goes_by_name(exact: str, half_up: int, half_even: int, truncate: int):
    """Half-up is away from zero, truncate toward it."""
    found = [round_minor(Fraction(exact), name) for name in ("half-up", "half-even", "truncate")]  # type: ignore[arg-type]
    assert found == [half_up, half_even, truncate]
