"""What a provider says, without what is kept of the person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua.engine.hiding import hidden

KEPT = ["Zenaide Canário", "529.982.247-25", "+55 11 98765-1234", "zenaide.c@email.invalid", "Rua dos Canários", "Bia"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("550 <zenaide.c@email.invalid> unknown", "550 <…> unknown"),
        ("550 ZENAIDE.C@EMAIL.INVALID unknown", "550 … unknown"),
        ("mailbox zenaide.c is full", "mailbox … is full"),
        ("ZENAIDE CANARIO, Zenaide Canário", "…, …"),
        ("zenaide cana\u0301rio left", "… left"),
        ("no route to +5511987651234", "no route to …"),
        ("no route to (11) 98765-1234, sorry", "no route to …, sorry"),
        ("0 11 9.8765.1234", "…"),
        ("CPF 52998224725 blocked", "CPF … blocked"),
        ("529.982.247/25", "…"),
        ("rua dos canarios", "…"),
        ("code 4512 of 20260415093001", "code 4512 of 20260415093001"),
        ("so long, Zenaide Can…", "so long, …"),
        ("so long, zenaide.c@em…", "so long, …"),
        ("so long, Zen…", "so long, Zen…"),
        ("Bia and the label", "Bia and the label"),
        ("", ""),
    ],
)
def test_however_it_is_spelt(said: str, told: str):
    """Case, accents, the grouping of digits and the code of the country change nothing; the rest of the word stays."""
    assert hidden(said, KEPT) == told


@given(st.text(max_size=60), st.lists(st.text(max_size=12), max_size=4))
def test_no_value_of_some_length_stays(text: str, personal: list[str]):
    """As it is kept, at least."""
    told = hidden(text, personal)
    assert not [value for value in personal if len(value) >= 4 and value.isascii() and value in told]


@given(st.text(alphabet="ab", max_size=12), st.text(alphabet="ab", min_size=4, max_size=6), st.text(max_size=8))
def test_what_stands_around_it_stays(before: str, value: str, after: str):
    """Nothing else is taken."""
    assert hidden(f"{before}|{value}|{after}", [f"|{value}|"]).startswith(f"{before}…")
