import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua.documents import cnpj, cpf, cpf_or_cnpj, formatted, masked
from regua.errors import DocumentError

UNITS = string.digits
PLACES = string.digits + string.ascii_uppercase


def check_digit(characters: str, longest: int) -> str:
    """The next check digit, by the rule as published: weights from 2 to `longest`, right to left, then from 2 again."""
    weights = [2 + place % (longest - 1) for place in range(len(characters))]
    rest = sum((ord(char) - 48) * weight for char, weight in zip(reversed(characters), weights, strict=True)) % 11
    return "0" if rest < 2 else str(11 - rest)


def completed(characters: str, longest: int) -> str:
    """A number with both of its check digits."""
    first = characters + check_digit(characters, longest)
    return first + check_digit(first, longest)


cpfs = (
    st.text(UNITS, min_size=9, max_size=9)
    .map(lambda digits: completed(digits, 11))
    .filter(lambda each: len(set(each)) > 1)
)
cnpjs = (
    st.text(PLACES, min_size=12, max_size=12)
    .map(lambda characters: completed(characters, 9))
    .filter(lambda each: len(set(each)) > 1)
)


@given(digits=cpfs)
def test_every_cpf_with_its_check_digits_is_read(digits: str):
    """Bare, and as it is printed."""
    assert cpf(digits) == digits
    assert cpf(formatted(digits)) == digits
    assert cpf_or_cnpj(digits) == digits


@given(digits=cpfs, place=st.integers(0, 10), other=st.sampled_from(UNITS))
def test_a_cpf_with_one_other_digit_is_refused(digits: str, place: int, other: str):
    """The check digits tell every single slip of the finger."""
    changed = digits[:place] + other + digits[place + 1 :]
    if changed != digits:
        with pytest.raises(DocumentError):
            cpf(changed)


@given(characters=cnpjs)
def test_every_cnpj_with_its_check_digits_is_read(characters: str):
    """With letters in the first twelve places (since July 2026), bare or printed, and kept in upper case."""
    assert cnpj(characters) == characters
    assert cnpj(characters.lower()) == characters
    assert cnpj(formatted(characters)) == characters
    assert cpf_or_cnpj(characters) == characters


@given(characters=cnpjs, place=st.integers(0, 13), other=st.sampled_from(PLACES))
def test_a_cnpj_is_valid_by_the_published_rule_and_no_other(characters: str, place: int, other: str):
    """Values are codes less 48, so a letter and a digit may stand for the same remainder: the oracle says when."""
    changed = characters[:place] + other + characters[place + 1 :]
    if changed == completed(changed[:12], 9) and len(set(changed)) > 1:
        assert cnpj(changed) == changed
    else:
        with pytest.raises(DocumentError):
            cnpj(changed)


@pytest.mark.parametrize("valid", ["12ABC34501DE35", "11222333000181", "00000000E08G12"])
def test_the_published_examples_are_valid(valid: str):
    """Those of facts/law.toml (`doc.cnpj`), and the first CNPJ with letters that was issued."""
    assert cnpj(valid) == valid


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("529.982.247-25", "52998224725"),
        ("52998224725", "52998224725"),
        ("529982247-25", "52998224725"),
        ("000.000.001-91", "00000000191"),
    ],
)
def test_a_cpf_is_kept_as_eleven_digits(written: str, digits: str):
    """Zeros in front are digits like others."""
    assert cpf(written) == digits


@pytest.mark.parametrize(
    "text",
    [
        "",
        "191",
        "5299822472",
        "529982247255",
        "529.982.247-2 5",
        " 52998224725",
        "52998224725\n",
        "52998224725\u200f",
        "\u202e52998224725",
        "52998224725\x00",
        "529.982.247/25",
        "5.2.9.9.8.2.2.4.7.2.5",
        "٥٢٩٩٨٢٢٤٧٢٥",
        "5299822472\uff15",
        "²299822472",
        "529982247-2S",
    ],
)
def test_what_only_looks_like_a_cpf_is_refused(text: str):
    """The library fills up zeros and takes a line break and foreign digits; an ASCII form stands before it."""
    with pytest.raises(DocumentError, match=r"CPF: not eleven digits, .* \(doc.cpf\)"):
        cpf(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1122233300018",
        "112223330001811",
        " 11222333000181",
        "11222333000181\n",
        "11222333000181\u200e",
        "\uff111222333000181",
        "12ABC34501DE3Z",
        "12ABC34501D\u017f35",
        "12\u212aBC4501DE35",
        "12ÁBC34501DE35",
        "11.222.333.0001-81",
        "11 222 333 0001 81",
    ],
)
def test_what_only_looks_like_a_cnpj_is_refused(text: str):
    """Letters that become ASCII in upper case (a long s, the sign of Kelvin) are none."""
    with pytest.raises(DocumentError, match=r"CNPJ: not twelve digits or letters and two digits, .* \(doc.cnpj\)"):
        cnpj(text)


@pytest.mark.parametrize("digit", UNITS)
def test_one_digit_and_no_other_is_nobodys(digit: str):
    """Such numbers fulfil the sum; nobody was given one."""
    with pytest.raises(DocumentError, match="one digit and no other"):
        cpf(digit * 11)
    with pytest.raises(DocumentError, match="one digit and no other"):
        cnpj(digit * 14)


def test_the_error_names_the_rule():
    """A program tells a wrong check digit by the rule's id."""
    with pytest.raises(DocumentError) as caught:
        cnpj("12ABC34501DE36")
    assert (caught.value.kind, caught.value.rule) == ("CNPJ", "doc.cnpj")
    assert str(caught.value) == "CNPJ: the check digits do not belong to the others (doc.cnpj)"


def test_what_is_neither_is_refused_as_neither():
    """Thirteen digits might be one or the other."""
    with pytest.raises(DocumentError, match="CPF or CNPJ: neither the eleven digits"):
        cpf_or_cnpj("1122233300018")


def test_for_people():
    """With points, hyphen and slash."""
    assert formatted("52998224725") == "529.982.247-25"
    assert formatted("12abc34501de35") == "12.ABC.345/01DE-35"
    with pytest.raises(DocumentError):
        formatted("Ana Souza")


@pytest.mark.parametrize(
    ("document", "shown"),
    [
        ("12345678909", "***.456.789-**"),
        ("123.456.789-09", "***.456.789-**"),
        ("12abc34501de35", "**.ABC.345/****-**"),
        ("1234567890", "***"),
        ("Ana Souza", "***"),
    ],
)
def test_for_logs(document: str, shown: str):
    """What has neither form is hidden whole."""
    assert masked(document) == shown
