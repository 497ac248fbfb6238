from contextlib import suppress
from string import ascii_letters, digits, printable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from regua.core.money import Money
from regua_pix import BrCode, PixError, fitted, make, problems, read
from regua_pix.tlv import crc, entry, sealed

EVP = "71cdf9ba-c695-4e3c-b010-abb521a3f1be"
STATIC = BrCode(
    key=EVP, name="EMPRESA EXEMPLO LTDA", city="SAO PAULO", amount=Money.of("123.45"), txid="REGUA0001", info="NF 17"
)
URL = "pix.example.com/qr/v2/cobv/9d36b84fc70b478fb95c12729b90ca25"
DYNAMIC = BrCode(url=URL, name="EMPRESA EXEMPLO LTDA", city="SAO PAULO", once=True)
KEYS = (EVP, "52998224725", "11222333000181", "12ABC34501DE35", "+5511961234567", "ana@example.invalid")

PRINTED = "".join(each for each in printable if " " <= each <= "~")
ACCOUNT = entry("26", entry("00", "br.gov.bcb.pix") + entry("01", EVP))
REST = "52040000530398658" + "02BR" + entry("59", "EMPRESA") + entry("60", "SAO PAULO")


def _printed(most: int) -> st.SearchStrategy[str]:
    return st.text(PRINTED, min_size=1, max_size=most).filter(str.strip)


def _urls() -> st.SearchStrategy[str]:
    host = "pix.example.com/"
    return st.text(ascii_letters + digits + "/-_", min_size=1, max_size=77 - len(host)).map(lambda path: host + path)


def _codes() -> st.SearchStrategy[BrCode]:
    common: dict[str, Any] = {
        "name": _printed(25),
        "city": _printed(15),
        "cep": st.sampled_from(["", "01310100"]),
        "amount": st.none() | st.integers(1, 10**12 - 1).map(Money),
        "once": st.booleans(),
        "category": st.sampled_from(["0000", "5411"]),
    }
    static: dict[str, Any] = {
        "key": st.sampled_from(KEYS),
        "info": _printed(20) | st.just(""),
        "withdrawal": st.sampled_from(["", "99999008"]),
        "txid": st.text(ascii_letters + digits, max_size=25),
    }
    of_key = st.builds(BrCode, **common, **static)
    of_url = st.builds(BrCode, **common, url=_urls(), recurrence=_urls() | st.just(""))
    return of_key | of_url | st.builds(BrCode, **common, recurrence=_urls(), key=st.sampled_from(["", *KEYS]))


@given(_codes())
def test_what_is_made_reads_back(code: BrCode):
    """Static, dynamic, composite and recurrence alone."""
    assert read(make(code)) == code


def test_a_static_code_is_written_as_the_manual_says():
    """Byte for byte; the checksum is of `binascii`, and of the table beside these tests."""
    text = (
        "00020126670014br.gov.bcb.pix013671cdf9ba-c695-4e3c-b010-abb521a3f1be0205NF 17"
        "5204000053039865406123.455802BR5920EMPRESA EXEMPLO LTDA6009SAO PAULO62130509REGUA00016304"
    )
    assert make(STATIC) == text + crc(text)


def test_a_dynamic_code_has_no_txid_of_its_own():
    """Three asterisks: the charge behind the URL has one."""
    assert "62070503***6304" in make(DYNAMIC)
    assert read(make(DYNAMIC)).kind == "dynamic"


@pytest.mark.parametrize("code", [STATIC, DYNAMIC])
def test_every_character_that_is_another_is_caught(code: BrCode):
    """Only the case of a letter of the checksum itself is not, and it says the same."""
    text = make(code)
    uncaught = []
    for place, right in enumerate(text):
        for wrong in set(PRINTED) - {right}:
            changed = text[:place] + wrong + text[place + 1 :]
            try:
                read(changed)
            except PixError:
                continue
            uncaught.append((place, wrong))
    seal = enumerate(text[-4:], start=len(text) - 4)
    assert uncaught == [(place, right.lower()) for place, right in seal if right.isalpha()]


def test_neighbours_that_changed_places_are_caught():
    """Everywhere."""
    text = make(STATIC)
    swapped = [text[:place] + text[place + 1] + text[place] + text[place + 2 :] for place in range(len(text) - 1)]
    for each in swapped:
        if each != text:
            with pytest.raises(PixError):
                read(each)


def test_spaces_and_line_breaks_around_a_code_do_not_matter():
    """It was copied from an e-mail."""
    assert read(f"  {make(STATIC)}\r\n") == STATIC


def test_the_checksum_may_be_in_lower_case():
    """Some banks write it so."""
    text = make(STATIC)
    assert read(text[:-4] + text[-4:].lower()) == STATIC


def test_other_arrangements_are_passed_over():
    """Accounts and templates of others stand beside those of Pix."""
    other = entry("27", entry("00", "BR.COM.OUTRO") + entry("01", "0123456789"))
    text = sealed(
        "000201" + entry("14", "1234567890123") + ACCOUNT + other + REST + entry("80", entry("00", "BR.COM.OUTRO"))
    )
    assert read(text) == BrCode(key=EVP, name="EMPRESA", city="SAO PAULO")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "63 checksum"),
        ("12345", "63 checksum"),
        ("\ud8006304FFFF", "63 checksum"),
        ("0" * 600, "code"),
        (sealed(""), "00 format"),
        (sealed("000202" + ACCOUNT + REST), "00 format"),
        (sealed(ACCOUNT + "000201" + REST), "00 format"),
        (sealed("000201" + ACCOUNT + REST) + "6304" + "ABCD", "63 checksum"),
        (sealed("000201" + ACCOUNT + REST + "ab"), "code"),
        (sealed("000201" + "26101" + ACCOUNT[4:].ljust(101, "x") + REST), "code"),  # three digits, as of two sandboxes
        (sealed("000201" + ACCOUNT + ACCOUNT + REST), "26 account"),
        (sealed("000201" + ACCOUNT + ACCOUNT.replace("26", "30", 1) + REST), "30 account"),
        (sealed("000201" + REST), "26 account"),
        (sealed("000201" + entry("26", entry("00", "br.gov.bcb.pix")) + REST), "26 account"),
        (sealed("000201" + entry("26", entry("00", "br.gov.bcb.pix") + "0199x") + REST), "26-01 key"),
        (sealed("000201" + entry("31", entry("00", "br.gov.bcb.pix") + "x") + REST), "31 account"),
        (
            sealed("000201" + entry("26", entry("00", "BR.GOV.BCB.PIX") + entry("01", "a") + entry("25", "b")) + REST),
            "26-25 url",
        ),
        (sealed("000201010213" + ACCOUNT + REST), "01 initiation"),
        (sealed("000201" + ACCOUNT + REST.replace("986", "840")), "53 currency"),
        (sealed("000201" + ACCOUNT + REST.replace("BR", "PT")), "58 country"),
        (sealed("000201" + ACCOUNT + REST.replace("5204", "5104")), "52 category"),
        (sealed("000201" + ACCOUNT + REST.replace("59", "57", 1)), "59 name"),
        (sealed("000201" + ACCOUNT + REST + "5400"), "54 amount"),
        (sealed("000201" + ACCOUNT + REST + entry("54", "1e3")), "54 amount"),
        (sealed("000201" + ACCOUNT + REST + entry("54", "1,50")), "54 amount"),
        (sealed("000201" + ACCOUNT + REST + entry("54", "\u0661.\u0665\u0660")), "54 amount"),
        (sealed("000201" + ACCOUNT + REST + entry("54", "1.005")), "54 amount"),
        (sealed("000201" + ACCOUNT + REST + entry("54", "12345678901.00")), "54 amount"),
        (sealed("000201" + ACCOUNT + REST + entry("62", "05")), "62 additional data"),
        (sealed("000201" + ACCOUNT + REST + entry("62", "0530abc")), "62-05 txid"),
        ("000201" + entry("64", "xxxx") + "6304" + crc("000201" + entry("64", "xxxx") + "6304"), "52 category"),
    ],
)
def test_an_error_names_the_field(text: str, field: str):
    """As a person finds it in the text."""
    with pytest.raises(PixError) as caught:
        read(text)
    assert (caught.value.field, str(caught.value)) == (field, f"{field}: {caught.value.reason}")


def test_a_checksum_inside_another_field_is_none():
    """The last eight characters look like one, and are what a template says."""
    text = "000201" + ACCOUNT + REST + "64086304"
    with pytest.raises(PixError, match="63 checksum: not the last field"):
        read(text + crc(text))


@given(st.text() | st.text(digits, max_size=60).map(sealed))
def test_any_text_is_read_or_refused(text: str):
    """And never fails in another way."""
    with suppress(PixError):
        read(text)


@given(_codes().map(make), st.integers(0, 300), st.text(max_size=3))
def test_any_damage_is_read_or_refused(text: str, place: int, damage: str):
    """Also under a checksum that fits."""
    damaged = text[: place % len(text)] + damage + text[place % len(text) + len(damage) :]
    with suppress(PixError):
        read(sealed(damaged[:-8]))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"key": "", "info": "", "txid": ""}, "26 account"),
        ({"url": URL, "txid": ""}, "26 account"),
        ({"key": "529.982.247-25"}, "26-01 key"),
        ({"key": "52998224726"}, "26-01 key"),
        ({"key": EVP.upper()}, "26-01 key"),
        ({"info": "ação"}, "26-02 info"),
        ({"info": "x" * 38}, "26-02 info"),
        ({"withdrawal": "1234567"}, "26-03 withdrawal service"),
        ({"category": "\u0660\u0660\u0660\u0660"}, "52 category"),
        ({"amount": Money.of("0.00")}, "54 amount"),
        ({"amount": Money.of("-1.00")}, "54 amount"),
        ({"amount": Money.of("10000000000.00")}, "54 amount"),
        ({"amount": Money.of("1.00", "USD")}, "54 amount"),
        ({"name": ""}, "59 name"),
        ({"name": "Padaria São José"}, "59 name"),
        ({"name": "x" * 26}, "59 name"),
        ({"name": "a\nb"}, "59 name"),
        ({"city": "São Paulo"}, "60 city"),
        ({"city": "x" * 16}, "60 city"),
        ({"cep": "01310-100"}, "61 cep"),
        ({"txid": "A-1"}, "62-05 txid"),
        ({"txid": "x" * 26}, "62-05 txid"),
        ({"txid": "***"}, "62-05 txid"),
    ],
)
def test_what_the_standard_does_not_allow_is_not_made(change: dict[str, Any], field: str):
    """The error names the field, and there is no other."""
    code = evolve(STATIC, **change)
    assert [problem.field for problem in problems(code)] == [field]
    with pytest.raises(PixError, match=f"^{field}: "):
        make(code)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": f"https://{URL}"}, "26-25 url"),
        ({"url": "pix.example.com/" + "a" * 62}, "26-25 url"),
        ({"url": "pix.example.com"}, "26-25 url"),
        ({"url": "pix.example.com/é"}, "26-25 url"),
        ({"recurrence": f"http://{URL}"}, "80-25 recurrence url"),
        ({"info": "NF 17"}, "26-02 info"),
        ({"withdrawal": "99999008"}, "26-03 withdrawal service"),
        ({"txid": "REGUA0001"}, "62-05 txid"),
    ],
)
def test_what_belongs_to_a_key_is_not_made_of_a_charge(change: dict[str, Any], field: str):
    """The charge says it behind its URL."""
    assert [problem.field for problem in problems(evolve(DYNAMIC, **change))] == [field]


def test_the_longest_fields_fit():
    """A URL of 77 characters, 25 of name and txid, 15 of city, thirteen of amount."""
    longest = evolve(DYNAMIC, url="pix.example.com/" + "a" * 61, name="x" * 25, city="y" * 15)
    assert read(make(longest)) == longest
    static = evolve(STATIC, info="x" * 37, txid="T" * 25, amount=Money(10**12 - 1))
    assert read(make(static)) == static


@pytest.mark.parametrize(
    ("written", "most", "expected"),
    [
        ("Padaria São José & Cia. Ltda.", 25, "Padaria Sao Jose & Cia. L"),
        ("Sa\u0303o Miguel do Oeste", 15, "Sao Miguel do O"),
        ("Açaí à\tVontade", 25, "Acai a Vontade"),
        ("Comércio nº 1ª linha", 25, "Comercio no 1a linha"),
        ("São Bento do Sul Velho", 17, "Sao Bento do Sul"),
        ("株式会社", 25, ""),
    ],
)
def test_a_name_is_fitted_without_accents(written: str, most: int, expected: str):
    """However the accents were typed; what is too long is cut."""
    assert fitted(written, most) == expected


def test_a_code_shows_no_personal_data():
    """Its repr may be in a log."""
    text = repr(evolve(STATIC, key="52998224725", name="ANA SOUZA", info="para ANA"))
    assert "52998224725" not in text
    assert "ANA" not in text


@pytest.mark.parametrize("text", [make(evolve(STATIC, key="52998224725", name="ANA SOUZA"))[:-1], "ANA 52998224725"])
def test_an_error_repeats_nothing_of_the_code(text: str):
    """As of any document."""
    with pytest.raises(PixError) as caught:
        read(text)
    assert "ANA" not in str(caught.value)
    assert "52998224725" not in str(caught.value)
