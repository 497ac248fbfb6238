"""Calendars of one's own, and counting by business days. The Brazilian calendar has its tests in tests/calendars."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve, frozen
from tests.core.shop import BANK, day, invoice, policy, schedule, step, told

from regua.core.calendars import (
    BusinessDays,
    Calendar,
    LocalCalendar,
    LocalHoliday,
    Place,
    ShortDays,
    WeekdayCalendar,
    business_days,
)
from regua.errors import DateError

SP = Place(state="SP", city="3550308")


def test_weekdays_have_no_holidays():
    """Monday to Friday, Christmas included."""
    calendar = WeekdayCalendar()
    assert isinstance(calendar, Calendar)
    assert isinstance(BANK, Calendar)
    assert [calendar.is_business_day(date(2026, 12, 21 + place), SP) for place in range(7)] == [True] * 5 + [False] * 2
    assert not calendar.is_contact_holiday(date(2026, 12, 25), SP)


BANKING = BusinessDays(BANK, SP)


def test_the_next_business_day_is_that_day_or_one_after():
    """Saturday the 18th goes to Monday the 20th, Tiradentes to the day after."""
    assert BANKING.next_business(day("2026-04-17")) == day("2026-04-17")
    assert BANKING.next_business(day("2026-04-18")) == day("2026-04-20")
    assert BANKING.next_business(day("2026-04-21")) == day("2026-04-22")


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-04-17", 1, "2026-04-20"),
        ("2026-04-20", 1, "2026-04-22"),
        ("2026-04-18", 1, "2026-04-20"),
        ("2026-04-18", 0, "2026-04-20"),
        ("2026-04-20", 0, "2026-04-20"),
        ("2026-04-22", -1, "2026-04-20"),
        ("2026-04-18", -1, "2026-04-17"),
        ("2026-04-20", 10, "2026-05-06"),
        ("2026-02-13", 1, "2026-02-18"),
    ],
)
def test_business_days_are_counted_strictly_after_or_before(start: str, days: int, end: str):
    """Zero of them is the first on or after."""
    assert BANKING.add(day(start), days, business=True) == day(end)


def test_civil_days_are_counted_whatever_the_calendar():
    """Three days from Saturday are Tuesday, a holiday."""
    assert BANKING.add(day("2026-04-18"), 3, business=False) == day("2026-04-21")
    assert BANKING.add(day("2026-04-18"), -3, business=False) == day("2026-04-15")


@frozen
class ClosedUntil(WeekdayCalendar):
    """Opens one day."""

    opens: date = date.max

    def is_business_day(self, day: date, place: Place) -> bool:  # noqa: ARG002 - the port's shape
        """From the opening on."""
        return day >= self.opens


def test_a_calendar_without_business_days_is_an_error_and_no_endless_loop():
    """Up to 60 closed days are borne."""
    start = date(2026, 1, 1)
    opens = BusinessDays(ClosedUntil(opens=start + timedelta(days=59)), SP)
    assert opens.next_business(start.toordinal()) == start.toordinal() + 59
    shut = BusinessDays(ClosedUntil(opens=start + timedelta(days=60)), SP)
    with pytest.raises(DateError, match="no business day in the 60 days"):
        shut.next_business(start.toordinal())
    assert shut.add(start.toordinal() - 1, 1, business=True) == start.toordinal() + 60
    never = BusinessDays(ClosedUntil(), SP)
    with pytest.raises(DateError, match="no business day near"):
        never.add(start.toordinal(), 1, business=True)
    with pytest.raises(DateError, match="no business day near"):
        never.add(start.toordinal(), -1, business=True)


def test_a_calendar_that_tells_no_short_days_has_none():
    """Every business day is a full one."""
    weekdays = BusinessDays(WeekdayCalendar(), SP)
    assert not isinstance(WeekdayCalendar(), ShortDays)
    assert [weekdays.is_full(day("2026-12-21") + place) for place in range(7)] == [True] * 5 + [False] * 2


def test_places_have_a_total_order():
    """So that schedules over places are stable."""
    assert sorted([SP, Place(), evolve(SP, state="RJ")]) == [Place(), evolve(SP, state="RJ"), SP]


@pytest.mark.parametrize(
    ("place", "areas"),
    [
        (Place(), ()),
        (Place(state="SP"), ("SP",)),
        (Place(city="3550308"), ("SP", "3550308")),
        (SP, ("SP", "3550308")),
        (Place(state="RJ", city="3550308"), ("RJ", "3550308")),
        (Place(city="9912345"), ("9912345",)),
        (Place(country="PT", state="SP"), ()),
    ],
)
def test_a_place_keeps_the_holidays_of_its_state_and_its_municipality(place: Place, areas: tuple[str, ...]):
    """The code of a municipality begins with that of its state; what is said goes before what is concluded."""
    assert place.areas == areas


def holiday(day: str | date, **fields: Any) -> LocalHoliday:
    """One of the test."""
    return LocalHoliday(day=day, name="Festa", **fields)


@pytest.mark.parametrize(
    ("rule", "year", "falls"),
    [
        ("12-08", 2026, "2026-12-08"),
        ("easter", 2026, "2026-04-05"),
        ("easter+60", 2026, "2026-06-04"),
        ("easter-47", 2027, "2027-02-09"),
        ("02-29", 2028, "2028-02-29"),
        ("02-29", 2026, None),
        ("2026-07-13", 2026, "2026-07-13"),
        ("2026-07-13", 2027, None),
        (date(2026, 7, 13), 2026, "2026-07-13"),
    ],
)
def test_a_holiday_falls_on_one_day_of_a_year_or_on_none(rule: str | date, year: int, falls: str | None):
    """By date, from Easter, or once."""
    assert holiday(rule).in_year(year) == (falls and date.fromisoformat(falls))


def test_a_holiday_is_kept_from_its_first_year_to_its_last():
    """Both included."""
    kept = holiday("11-20", since=2004, until=2023)
    assert [kept.in_year(year) is not None for year in (2003, 2004, 2023, 2024)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"day": "13-01"}, "'13-01' is a day that no year has"),
        ({"day": "02-30"}, "'02-30' is a day that no year has"),
        ({"day": "2026-02-30"}, "'2026-02-30' is a day that does not exist"),
        ({"day": "easter+81"}, "'easter+81' lies more than 80 days from Easter"),
        ({"day": "8 de dezembro"}, "'8 de dezembro' is no day; write 12-08"),
        ({"day": "easter+1000"}, "'easter+1000' is no day"),
        ({"day": datetime(2026, 7, 13, tzinfo=UTC)}, "is no day; write 12-08"),
        ({"day": "12-08", "place": "XX"}, "'XX' is no place"),
        ({"day": "12-08", "place": "355030"}, "'355030' is no place"),
        ({"day": "12-08", "place": "9950308"}, "'9950308' is no place"),
        ({"day": "12-08", "since": 2026, "until": 2025}, "cannot begin in 2026 and end in 2025"),
    ],
)
def test_a_holiday_that_cannot_be_is_refused(fields: dict[str, Any], says: str):
    """With what to write instead."""
    with pytest.raises(DateError, match=re.escape(says)):
        LocalHoliday(name="Festa", **fields)


def test_an_unknown_confidence_is_refused():
    """Three words tell how sure a holiday is."""
    with pytest.raises(ValueError, match="confidence"):
        holiday("12-08", confidence="sure")


OWN = LocalCalendar(
    name="minha-cidade",
    base=WeekdayCalendar(),
    holidays=[holiday("07-13"), holiday("07-14", place="SP"), holiday("07-15", place="3509502")],
)
CAMPINAS = Place(state="SP", city="3509502")


@pytest.mark.parametrize(
    ("place", "closed"),
    [(Place(), "13"), (Place(country="PT"), "13"), (Place(state="RJ"), "13"), (SP, "13 14"), (CAMPINAS, "13 14 15")],
)
def test_a_calendar_adds_holidays_everywhere_of_a_state_and_of_a_municipality(place: Place, closed: str):
    """Monday 13 July 2026 and the days after it: no business days, and nobody is contacted."""
    days = [date(2026, 7, number) for number in range(13, 18)]
    shut = {int(number) for number in closed.split()}
    assert [OWN.is_business_day(each, place) for each in days] == [each.day not in shut for each in days]
    assert [OWN.is_contact_holiday(each, place) for each in days] == [each.day in shut for each in days]
    assert not OWN.is_business_day(date(2026, 7, 18), place)


def test_what_is_added_leaves_the_base_as_it_was():
    """Holidays and short days of the bank calendar, beside the creditor's own."""
    own = LocalCalendar(name="minha-cidade", base=BANK, holidays=OWN.holidays)
    for text, is_business, is_holiday, is_short in (
        ("2026-12-25", False, True, False),
        ("2026-02-16", False, False, False),
        ("2026-07-15", False, True, False),
        ("2026-12-24", True, False, True),
        ("2026-07-16", True, False, False),
    ):
        each = date.fromisoformat(text)
        assert own.is_business_day(each, CAMPINAS) == is_business
        assert own.is_contact_holiday(each, CAMPINAS) == is_holiday
        assert own.is_short_day(each, CAMPINAS) == is_short
    assert not OWN.is_short_day(date(2026, 12, 24), CAMPINAS)
    assert isinstance(own, Calendar)


def test_the_version_of_a_calendar_covers_what_it_adds_and_its_base():
    """Anything else makes another fingerprint of the schedule."""
    assert OWN.version == evolve(OWN).version
    assert OWN.version.startswith("minha-cidade-")
    assert OWN.version.endswith("+1")
    others = [
        evolve(OWN, holidays=OWN.holidays[1:]),
        evolve(OWN, base=WeekdayCalendar(version="2")),
        evolve(OWN, holidays=[evolve(OWN.holidays[0], until=2030), *OWN.holidays[1:]]),
    ]
    assert len({each.version for each in (OWN, *others)}) == 4


def test_equal_calendars_share_their_business_days():
    """What one debtor's plan found out, the next one's need not."""
    assert business_days(evolve(OWN), SP) is business_days(OWN, SP)


PROTEST = step("protestar", "D+7 10:00", kind="protest", channels=(), templates={}, tone=None, declared_presses=False)


@pytest.mark.parametrize(
    ("due", "kind", "runs"),
    [
        ("2026-12-17", "protest", "2026-12-28"),  # Thursday 24 December; then Christmas and a weekend
        ("2026-12-17", "listing", "2026-12-24"),
        ("2026-02-11", "protest", "2026-02-19"),  # Ash Wednesday; the day after it
        ("2026-02-11", "listing", "2026-02-18"),
    ],
)
def test_nothing_is_protested_on_a_short_bank_day(due: str, kind: str, runs: str):
    """Lei 9.492/1997 art. 12 §2; other registrar acts know no such rule."""
    bill = invoice("nf-1", due=due, when="2026-02-01")
    found = schedule(policy(evolve(PROTEST, kind=kind)), [bill], "2026-02-02")
    assert told(found, "protestar")[1] == f"{runs} 10:00"
