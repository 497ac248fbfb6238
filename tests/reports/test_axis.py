from datetime import date, timedelta
from itertools import pairwise

import pytest

from regua.reports.axis import Axis


def axis(first: date, days: int) -> Axis:
    """An axis of so many days."""
    return Axis(first=first, last=first + timedelta(days=days - 1), left=12)


def test_ten_weeks_name_their_mondays():
    """14 units a day are enough for every one of them."""
    ticks = list(axis(date(2026, 4, 10), 70).ticks())
    assert ticks[:2] == [date(2026, 4, 13), date(2026, 4, 20)]
    assert len(ticks) == 10


def test_four_years_name_months():
    """Half-years, beginning with one that is inside."""
    ticks = list(axis(date(2022, 1, 2), 4 * 365).ticks())
    assert ticks[:3] == [date(2022, 7, 1), date(2023, 1, 1), date(2023, 7, 1)]


def test_the_first_day_of_a_month_is_named_where_the_axis_begins_with_it():
    """And no day before it."""
    assert next(axis(date(2022, 1, 1), 4 * 365).ticks()) == date(2022, 1, 1)


@pytest.mark.parametrize("days", [1, 2, 8, 31, 74, 400, 4_000, 40_000, 400_000])
def test_names_have_room_and_nothing_leaves_the_axis(days: int):
    """From a day to a thousand years the line is between 420 and 1040 units long."""
    line = axis(date(1900, 1, 1), days)
    assert 420 <= round(line.right - line.left) <= 1040
    assert all(line.start(after) - line.start(before) >= 70 for before, after in pairwise(line.ticks()))
    assert line.left <= line.middle(line.first) <= line.middle(line.last) <= line.right
    assert line.end(line.last) == pytest.approx(line.right)


def test_a_day_outside_is_drawn_at_the_edge():
    """Before the first day as on it."""
    line = axis(date(2026, 4, 10), 70)
    assert line.start(date(2020, 1, 1)) == line.left
