"""Which days are business days, which are contact holidays, and counting by them."""

from datetime import date, timedelta

import pytest
from attrs import evolve, frozen
from dateutil.easter import easter
from tests.core.shop import BANK, day

from regua.core.calendars import BrazilianBankCalendar, BusinessDays, Calendar, Place, WeekdayCalendar
from regua.errors import DateError

SP = Place(state="SP", city="3550308")
CLOSED_2026 = "01-01 02-16 02-17 04-03 04-21 05-01 06-04 09-07 10-12 11-02 11-15 11-20 12-25"
CLOSED_2027 = "01-01 02-08 02-09 03-26 04-21 05-01 05-27 09-07 10-12 11-02 11-15 11-20 12-25"


def days_of(year: int) -> list[date]:
    """Every day of a year."""
    first = date(year, 1, 1)
    return [first + timedelta(days=place) for place in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize(("year", "closed"), [(2026, CLOSED_2026), (2027, CLOSED_2027)])
def test_the_bank_days_of_two_years_are_those_of_the_resolution(year: int, closed: str):
    """Resolução CMN 4.880/2020: weekends, nine fixed days, Carnival, Good Friday and Corpus Christi."""
    listed = {date.fromisoformat(f"{year}-{text}") for text in closed.split()}
    for each in days_of(year):
        assert BANK.is_business_day(each, SP) == (each.weekday() < 5 and each not in listed), each


@pytest.mark.parametrize("year", [2000, 2008, 2016, 2023, 2024, 2038, 2057, 2076, 2099])
def test_the_bank_days_of_a_century_follow_the_rule(year: int):
    """20 November is national from 2024 on (Lei 14.759/2023)."""
    fixed = [(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25)] + [(11, 20)] * (year >= 2024)
    closed = {date(year, *found) for found in fixed}
    closed |= {easter(year) + timedelta(days=offset) for offset in (-48, -47, -2, 60)}
    for each in days_of(year):
        assert BANK.is_business_day(each, SP) == (each.weekday() < 5 and each not in closed), each


def test_carnival_and_corpus_christi_close_banks_and_nothing_else():
    """A debtor may be contacted on a day that only banks keep."""
    for text in ("2026-02-16", "2026-02-17", "2026-06-04"):
        assert not BANK.is_business_day(date.fromisoformat(text), SP)
        assert not BANK.is_contact_holiday(date.fromisoformat(text), SP)


@pytest.mark.parametrize("text", ["2026-04-03", "2026-04-21", "2026-11-15", "2026-11-20", "2026-12-25"])
def test_nobody_is_contacted_on_a_national_holiday(text: str):
    """Good Friday and Consciência Negra among them, whatever the weekday."""
    assert BANK.is_contact_holiday(date.fromisoformat(text), SP)


def test_a_year_is_asked_for_once():
    """Answers are remembered, and calendars are equal all the same."""
    calendar = BrazilianBankCalendar()
    assert calendar.is_business_day(date(2026, 4, 20), SP)
    assert calendar == BANK
    assert calendar.name == "br-bancario"
    assert calendar.version.startswith("br-bancario-1+holidays-")


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


def test_places_have_a_total_order():
    """So that schedules over places are stable."""
    assert sorted([SP, Place(), evolve(SP, state="RJ")]) == [Place(), evolve(SP, state="RJ"), SP]
