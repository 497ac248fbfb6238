from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua_boleto import FEBRABAN_2012, BoletoError, Window
from regua_boleto.due import due_of, fator_of

FIRST = date(2000, 7, 3)
TODAY = date(2026, 11, 21)


def test_the_window_of_a_day() -> None:
    """3,001 days back, 5,500 ahead; the fatores between the two ends are refused."""
    assert due_of("7636", as_of=TODAY) == date(2018, 9, 3)
    assert due_of("7137", as_of=TODAY) == date(2041, 12, 12)
    refused = []
    for number in range(1000, 10_000):
        try:
            assert due_of(str(number), as_of=TODAY) is not None
        except BoletoError:
            refused.append(number)
    assert refused == list(range(7138, 7636))


def test_the_error_says_what_the_fator_could_be_asked_for() -> None:
    """The fator, the window and the day, with the place of the fator in what was read."""
    with pytest.raises(
        BoletoError,
        match=r"^fator, digit 34: fator 7200 means no day from 3001 days before to 5500 days after 2026-11-21; ",
    ):
        due_of("7200", as_of=TODAY, position=34)


@given(as_of=st.dates(date(2000, 7, 3), date(9990, 1, 1)), offset=st.integers(-3001, 5500))
def test_every_day_in_the_window_comes_back(as_of: date, offset: int) -> None:
    """Whatever the circle, now and in thousands of years."""
    due = min(max(as_of + timedelta(days=offset), FIRST), date.max)
    assert due_of(fator_of(due), as_of=as_of) == due


@given(as_of=st.dates(), number=st.integers(0, 9999))
def test_a_fator_means_no_day_outside_the_window(as_of: date, number: int) -> None:
    """It is read within the window, or not at all; below 1000 it is no date."""
    try:
        due = due_of(f"{number:04}", as_of=as_of)
    except BoletoError:
        return
    assert (due is None) == (number < 1000)
    if due is not None:
        assert -FEBRABAN_2012.past <= (due - as_of).days <= FEBRABAN_2012.future
        assert fator_of(due) == str(number)


def test_the_window_is_a_parameter() -> None:
    """Who keeps old boletos looks further back and less far ahead."""
    archive = Window(past=8000, future=900)
    assert due_of("4329", as_of=TODAY, window=archive) == date(2009, 8, 14)
    with pytest.raises(BoletoError, match="together below 9000"):
        Window(past=4500, future=4500)
    with pytest.raises(BoletoError, match="counts of days"):
        Window(past=-1, future=4500)


def test_no_fator_before_the_first() -> None:
    """Such dates exist only in history; and no fator is one."""
    with pytest.raises(BoletoError, match="lies before 2000-07-03"):
        fator_of(date(2000, 7, 2))
    assert fator_of(None) == "0000"
    with pytest.raises(BoletoError, match="means no day"):
        due_of("9999", as_of=FIRST)
