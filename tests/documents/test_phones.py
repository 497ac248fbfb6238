import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua.core.calendars import STATES
from regua.documents import AREA_CODES, is_mobile, phone, state_of_phone, states_of_phone
from regua.errors import DocumentError

ANATEL = [  # Plano Geral de Códigos Nacionais
    *("11", "12", "13", "14", "15", "16", "17", "18", "19", "21", "22", "24", "27", "28"),
    *("31", "32", "33", "34", "35", "37", "38", "41", "42", "43", "44", "45", "46", "47", "48", "49"),
    *("51", "53", "54", "55", "61", "62", "63", "64", "65", "66", "67", "68", "69"),
    *("71", "73", "74", "75", "77", "79", "81", "82", "83", "84", "85", "86", "87", "88", "89"),
    *("91", "92", "93", "94", "95", "96", "97", "98", "99"),
]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("(11) 96123-4567", "+5511961234567"),
        ("11961234567", "+5511961234567"),
        ("5511961234567", "+5511961234567"),
        ("+55 11 96123-4567", "+5511961234567"),
        ("+55 (0)11 96123-4567", "+5511961234567"),
        ("0 15 11 3333-4444", "+551133334444"),
        ("(55) 3222-1111", "+555532221111"),
        ("+351 912 345 678", "+351912345678"),
        ("+1 (212) 555-0123", "+12125550123"),
    ],
)
def test_a_number_has_one_form(written: str, number: str):
    """With or without country code and the code of a carrier; area code 55 is not the country code."""
    assert phone(written) == number
    assert phone(number) == number


def test_a_number_of_another_country_without_its_code():
    """Where the host knows the country."""
    assert phone("912 345 678", country="PT") == "+351912345678"
    with pytest.raises(DocumentError):
        phone("912 345 678")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "something other than digits"),
        ("0800-FLORES", "something other than digits"),
        ("11 96123-4567 ramal 2", "something other than digits"),
        ("11961234567;ext=2", "something other than digits"),
        ("tel:+5511961234567", "something other than digits"),
        ("11 96123-4567\n", "something other than digits"),
        ("\u202e11 96123-4567", "something other than digits"),
        ("11\u00a096123-4567", "something other than digits"),
        ("\u0661\u0661 \u0669\u0666\u0661\u0662\u0663-\u0664\u0665\u0666\u0667", "something other than digits"),
        ("11 96123-456\uff17", "something other than digits"),
        ("11 96123-4567 / 11 3333-4444", "something other than digits"),
        ("1" * 41, "something other than digits"),
        ("+", "something other than digits|too short"),
        ("190", "too short"),
        ("+55 190", "too short"),
        ("11 96123-45678901", "too short, too long"),
        ("96123-4567", "not in the numbering plan"),
        ("3333-4444", "not in the numbering plan"),
        ("(11) 9612-3456", "not in the numbering plan"),
        ("(20) 3333-4444", "not in the numbering plan"),
        ("+55 00 90000-0002", "not in the numbering plan"),
        ("0800 123 4567", "a service number"),
        ("0300 313 1234", "a service number"),
        ("4004-1234", "a service number"),
        ("+55 4004-1234", "a service number"),
        ("+1 900 555 0123", "a service number"),
    ],
)
def test_what_reaches_nobody_in_particular_is_refused(text: str, reason: str):
    """No guess is made: no area code is filled in, no ninth digit put in front."""
    with pytest.raises(DocumentError, match=f"telephone number: ({reason})"):
        phone(text)


def test_a_country_that_is_none():
    """Then the number needs its own code."""
    with pytest.raises(DocumentError, match="without country code"):
        phone("11 96123-4567", country="XX")


@pytest.mark.parametrize("code", ANATEL)
def test_every_area_code_has_its_states(code: str):
    """All 67 of Anatel's plan, for landlines and mobile numbers."""
    assert set(states_of_phone(f"({code}) 3333-4444")) <= set(STATES.values())
    assert states_of_phone(f"({code}) 3333-4444") == states_of_phone(f"+55{code}961234567") == AREA_CODES[code]
    assert is_mobile(f"{code}961234567")
    assert not is_mobile(f"{code}33334444")


def test_there_are_no_other_area_codes():
    """By the numbering plan of the library, which is not our table."""
    known = [
        f"{code}" for code in range(10, 100) if phonenumbers.is_valid_number(phonenumbers.parse(f"+55{code}961234567"))
    ]
    assert known == ANATEL == sorted(AREA_CODES)


@pytest.mark.parametrize(
    ("number", "states"),
    [
        ("(11) 3333-4444", ("SP",)),
        ("(21) 3333-4444", ("RJ",)),
        ("(28) 3333-4444", ("ES",)),
        ("(82) 3333-4444", ("AL",)),
        ("(97) 3333-4444", ("AM",)),
        ("(61) 3333-4444", ("DF", "GO")),
        ("(42) 3333-4444", ("PR", "SC")),
        ("+351 912 345 678", ()),
        ("+1 (212) 555-0123", ()),
    ],
)
def test_the_states_of_a_number(number: str, states: tuple[str, ...]):
    """Two area codes cross a border; only Brazil's have states, though New York has an area code like Rio's 21."""
    assert states_of_phone(number) == states
    assert state_of_phone(number) == (states[0] if states else "")


@given(text=st.text(st.sampled_from("0123456789+-() .\u0660\uff11aA\u200f\t"), max_size=25))
def test_any_text_is_a_number_or_refused(text: str):
    """Nothing else is raised, and what is read is read again as the same."""
    try:
        number = phone(text)
    except DocumentError:
        return
    assert phone(number) == number
    assert number[0] == "+"
    assert number[1:].isdecimal()
    assert number.isascii()
