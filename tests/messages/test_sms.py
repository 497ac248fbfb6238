from hypothesis import given
from hypothesis import strategies as st

from regua.messages.sms import Segments, in_gsm, segments


def test_marks_that_would_halve_a_message_are_left_out():
    """`é` and `à` are in the alphabet; `ã`, `ç` and the others are not, and cost 90 of 160 characters."""
    assert (
        in_gsm("João à praça é ótimo: “você” – ÂÊÍÔÕÚ, R$\u00a01,00…")
        == 'Joao à praca é otimo: "voce" - AEIOOU, R$ 1,00.'
    )


def test_a_mark_that_stands_apart_costs_no_more():
    """As macOS writes names; and what stands for an apostrophe."""
    assert in_gsm("Joa\u0303o D\u00b4A\u0301vila, Sant`Ana, couve\u2011flor") == "Joao D'Avila, Sant'Ana, couve-flor"


def test_what_has_no_likeness_stays():
    """A name in another script is not mutilated."""
    assert in_gsm("Ана 名前 🙂") == "Ана 名前 🙂"


def test_how_many_messages_a_text_makes():
    """160 alone, 153 in parts; 70 and 67 where a character is not in the alphabet; some count twice."""
    assert segments("a" * 160) == Segments(encoding="GSM-7", units=160, count=1)
    assert segments("a" * 161).count == 2
    assert segments("a" * 306).count == 2
    assert segments("a" * 307).count == 3
    assert segments("€" * 80) == Segments(encoding="GSM-7", units=160, count=1)
    assert segments("ã" * 70) == Segments(encoding="UCS-2", units=70, count=1)
    assert segments("ã" * 71).count == 2
    assert segments("") == Segments(encoding="GSM-7", units=0, count=1)


def test_no_character_is_divided():
    """One of two units that does not fit goes into the next message."""
    assert segments("a" * 152 + "€" + "a" * 152) == Segments(encoding="GSM-7", units=306, count=3)
    assert segments("a" * 66 + "🙂" + "ã" * 66).count == 3


@given(st.text())
def test_a_text_never_grows(text: str):
    """What is left out is left out; asked again nothing changes."""
    assert len(in_gsm(text)) <= len(text)
    assert in_gsm(in_gsm(text)) == in_gsm(text)
