from collections.abc import Callable

import pytest

from regua_boleto import BoletoError, digits


@pytest.mark.parametrize(
    ("rule", "number", "digit"),
    [
        (digits.mod10, "01230067896", "3"),  # FEBRABAN V04 § 7
        (digits.mod10, "0", "0"),
        (digits.mod11, "8220000215048200974123220154098290108605940", "0"),  # FEBRABAN V04 § 10
        (digits.mod11, "6", "0"),  # the rest 1
        (digits.mod11, "5", "1"),  # the rest 10
        (digits.mod11_bank, "6", "1"),
        (digits.mod11_bank, "5", "1"),
        (digits.mod11_bank, "0", "1"),
        (digits.mod11_bank, "1", "9"),
        (digits.mod11_to_8, "0000001", "9"),
        (digits.mod11_to_8, "6", "0"),
        (digits.mod11_letter_p, "0900000010027", "P"),
        (digits.mod11_letter_p, "0900000010008", "3"),
        (digits.mod11_letter_p, "0", "0"),
        (digits.mod11_letter_x, "12340000001", "1"),
        (digits.mod11_letter_x, "6", "X"),
        (digits.mod11_safra, "00000444", "8"),
        (digits.mod11_safra, "0", "1"),
        (digits.mod11_safra, "6", "0"),
        (digits.mod11_sicoob, "427700001722780000003", "3"),
        (digits.mod11_sicoob, "0", "0"),
        (digits.pair, "00000457", "21"),
        (digits.pair, "00000458", "02"),
    ],
)
def test_a_rule_gives_its_digit(rule: Callable[[str], str], number: str, digit: str) -> None:
    """Examples of the manuals and of published boletos, and each rest that has a rule of its own."""
    assert rule(number) == digit


@pytest.mark.parametrize("number", ["", "12a", "١٢٣", "1 2", "-1", "²"])
def test_only_ascii_digits_have_a_check_digit(number: str) -> None:
    """Anything else is refused as everywhere in the plugin."""
    with pytest.raises(BoletoError, match="ASCII digits alone"):
        digits.mod10(number)


def test_the_second_of_two_digits_is_never_ten() -> None:
    """Where it would be, the first rises by one; 9 becomes 0."""
    risen = [number for number in range(5_000) if digits.pair(f"{number:08}")[0] != digits.mod10(f"{number:08}")]
    assert risen
    assert all(digits.pair(f"{number:08}").isdigit() and len(digits.pair(f"{number:08}")) == 2 for number in risen)
    assert {digits.pair(f"{number:08}")[0] for number in risen if digits.mod10(f"{number:08}") == "9"} == {"0"}
