"""What every calendar answers, wherever its days come from."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import pytest

from regua.core.calendars import BusinessDays, Place
from regua.errors import DateError, ReguaError
from regua.ports import Calendar
from regua.testing.contracts.asking import at_once, fail

YEARS: Final = (2000, 2012, 2025, 2026, 2027, 2050, 2099)
NATIONAL: Final = Place()
PLACES: Final = (NATIONAL, Place(state="SP"), Place(city="3304557"))
NOWHERE: Final = (Place(state="SP", city="3599999"), Place(city="9999999"), Place(country="XX"), Place("XX", "?", "?"))
THREADS: Final = 4

Answers = Mapping[tuple[date, Place], tuple[bool, bool]]


class CalendarContract:
    """The behaviour of a calendar: the same answer to the same question, whoever asks, and when.

    A subclass gives the fixture `calendar`: one that was not asked yet.
    """

    def test_it_has_the_members_of_the_port(self, calendar: Calendar) -> None:
        """A name for policies, a version for schedules, and two questions."""
        assert isinstance(calendar, Calendar), "it has name, version, is_business_day and is_contact_holiday"
        for word in (calendar.name, calendar.version):
            assert isinstance(word, str), f"name and version are texts; one is {word!r}"
            assert word, "name and version are not empty"

    def test_its_version_stays(self, calendar: Calendar) -> None:
        """It is part of every schedule's fingerprint, so that it changes with the answers alone."""
        before = calendar.version
        answers(calendar, YEARS[:2])
        assert calendar.version == before, "the version must say which answers are given, and not what was asked"

    def test_it_answers_yes_or_no(self, calendar: Calendar) -> None:
        """Of every day from 2000 to 2099."""
        for day, given in answers(calendar).items():
            assert {type(each) for each in given} == {bool}, f"answer True or False; of {day} it was {given}"

    def test_it_answers_the_same_in_any_order(self, calendar: Calendar) -> None:
        """What was asked before changes nothing."""
        first = answers(calendar)
        again = {(day, place): answer(calendar, day, place) for day, place in reversed([*first])}
        differ(first, again, "the same question must get the same answer")

    def test_it_answers_the_same_on_any_machine(self, calendar: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
        """Neither the machine's zone nor its language decides."""
        first = answers(calendar, YEARS[:1])
        with monkeypatch.context() as machine:
            for name, value in (("TZ", "Pacific/Kiritimati"), ("LANG", "fi_FI.UTF-8"), ("LC_ALL", "fi_FI.UTF-8")):
                machine.setenv(name, value)
            _tzset()
            elsewhere = answers(calendar, YEARS[:1])
        _tzset()
        differ(first, elsewhere, "the machine's zone and language must not matter")

    def test_it_answers_several_threads_at_once(self, calendar: Calendar) -> None:
        """As one alone."""
        found = at_once([partial(answers, calendar, YEARS[:3])] * THREADS)
        alone = answers(calendar, YEARS[:3])
        for each in found:
            differ(alone, each, "several threads must get the answers that one gets")

    def test_a_place_that_nobody_knows_has_the_national_days(self, calendar: Calendar) -> None:
        """Or is refused with an error of regua that names it; a debtor's address may hold anything."""
        for place in NOWHERE:
            for day in days(YEARS[3:4]):
                try:
                    given = answer(calendar, day, place)
                except ReguaError:
                    break
                except Exception as error:  # noqa: BLE001 - told
                    fail(f"of {place} it raised {error!r}; give the national answer, or raise an error of regua")
                known = place.country != NATIONAL.country or given == answer(calendar, day, _without_city(place))
                assert known, f"of {day} in {place} give the answer of what is known of the place"

    def test_a_business_day_is_never_far(self, calendar: Calendar) -> None:
        """The day that the engine takes for the next one is the first of which the calendar says so."""
        for place in PLACES:
            helper = BusinessDays(calendar, place)
            for day in days(YEARS[2:5]):
                found = _next(helper, day)
                between = [day + timedelta(days=each) for each in range((found - day).days)]
                assert calendar.is_business_day(found, place), f"{found} in {place} was a business day a moment ago"
                assert not any(calendar.is_business_day(each, place) for each in between), f"{found} is not the first"


def answer(calendar: Calendar, day: date, place: Place) -> tuple[bool, bool]:
    """What a calendar says of a day."""
    return calendar.is_business_day(day, place), calendar.is_contact_holiday(day, place)


def answers(calendar: Calendar, years: tuple[int, ...] = YEARS) -> Answers:
    """What a calendar says of every day of some years, at some places."""
    return {(day, place): answer(calendar, day, place) for day in days(years) for place in PLACES}


def days(years: tuple[int, ...]) -> list[date]:
    """Every day of some years."""
    every = (date(year, 1, 1) + timedelta(days=number) for year in years for number in range(366))
    return [day for day in every if day.year in years]


def differ(expected: Answers, given: Answers, why: str) -> None:
    """Fail where two say something else of a day."""
    other = next((each for each, said in expected.items() if given[each] != said), None)
    assert other is None, f"{why}; of {_said(other)} it does not"


def _next(helper: BusinessDays, day: date) -> date:
    try:
        return date.fromordinal(helper.next_business(day.toordinal()))
    except DateError as error:
        return fail(f"{error}; nothing would ever be due")


def _tzset() -> None:
    if hasattr(time, "tzset"):
        time.tzset()


def _said(question: Any) -> str:
    return "nothing" if question is None else f"{question[0]} in {question[1]}"


def _without_city(place: Place) -> Place:
    return Place(place.country, place.state)
