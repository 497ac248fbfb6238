from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua_pix import PixError, PixKey, read, read_key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("529.982.247-25", PixKey("cpf", "52998224725")),
        ("52998224725", PixKey("cpf", "52998224725")),
        ("11.222.333/0001-81", PixKey("cnpj", "11222333000181")),
        ("12.abc.345/01de-35", PixKey("cnpj", "12ABC34501DE35")),
        ("+55 (11) 96123-4567", PixKey("phone", "+5511961234567")),
        ("Ana.Souza@Example.invalid", PixKey("e-mail", "ana.souza@example.invalid")),
        ("71CDF9BA-C695-4E3C-B010-ABB521A3F1BE", PixKey("evp", "71cdf9ba-c695-4e3c-b010-abb521a3f1be")),
    ],
)
def test_a_key_is_read_as_people_write_it(written: str, key: PixKey):
    """And kept as the directory does, which reads it again."""
    assert read_key(written) == key
    assert read_key(key.value) == key


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "no CPF"),
        ("52998224726", "check digits"),
        ("11222333000182", "check digits"),
        ("11961234567", "check digits"),  # a telephone number without +55 has the form of a CPF
        ("+5511", "too short"),
        ("ana@", "at-sign"),
        (f"ana@{'a' * 60}.{'b' * 20}.example.com", "77 characters"),
        ("71cdf9ba-c695-4e3c-b010-abb521a3f1b", "no CPF"),
        ("\uff15\uff12\uff19\uff19\uff18\uff12\uff12\uff14\uff17\uff12\uff15", "no CPF"),
    ],
)
def test_what_is_no_key_is_refused(written: str, reason: str):
    """It is said why, and nothing of the value is repeated."""
    with pytest.raises(PixError, match=reason) as caught:
        read_key(written)
    assert caught.value.field == "26-01 key"
    assert not written or written not in str(caught.value)


@given(st.text() | st.from_regex(r"\+?[0-9.@/-]{1,40}"))
def test_any_text_is_a_key_or_refused(text: str):
    """And never fails in another way."""
    with suppress(PixError):
        assert read_key(text).value


@pytest.mark.parametrize("other", [None, b"12345678909", 12345678909])
def test_what_is_no_text_is_no_key_and_no_code(other: Any):
    """It is refused as anything else that cannot be read."""
    for each in (read_key, read):
        with pytest.raises(PixError, match="a text, not"):
            each(other)
