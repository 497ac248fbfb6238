"""How long a provider asks to be left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from regua.ports import retry_after

NOON = datetime(2026, 4, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("90", timedelta(seconds=90)),
        (" 0 ", timedelta(0)),
        ("Wed, 15 Apr 2026 12:02:00 GMT", timedelta(minutes=2)),
        ("Wednesday, 15-Apr-26 12:02:00 GMT", timedelta(minutes=2)),
        ("Wed Apr 15 12:02:00 2026", timedelta(minutes=2)),
        ("Wed, 15 Apr 2026 09:02:00 -0300", timedelta(minutes=2)),
    ],
)
def test_seconds_and_dates_are_read(text: str, wait: timedelta):
    """In each of the three forms of a date that HTTP has had."""
    assert retry_after(text, now=NOON) == wait


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "-5",
        "1.5",
        "1e3",
        "\u0661\u0662",
        "Wed, 15 Apr 2026 11:59:00 GMT",
        "Wed, 99 Apr 2026 12:00:00 GMT",
        "Wed, 15 Apr 2026 12:00:00 +666666666666300",
    ],
)
def test_what_says_nothing_is_none(text: str):
    """A plugin waits as it does where nothing was said."""
    assert retry_after(text, now=NOON) is None


def test_a_wait_without_end_is_a_year():
    """A number of any length is no reason to fail."""
    assert retry_after("9" * 5000, now=NOON) == timedelta(days=366)
    assert retry_after("Fri, 31 Dec 9999 23:59:59 GMT", now=NOON) is not None
