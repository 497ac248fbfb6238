"""Many debtors: planned one at a time, with what they have in common worked out once."""

import gc
import tracemalloc
from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from attrs import evolve
from tests.core.shop import clock, invoice, policy, reachable, step

from regua.calendars import BrazilianBankCalendar
from regua.core.account import Account, fold
from regua.core.calendars import Place
from regua.core.events.base import Event
from regua.core.planning import Schedule, plan, plan_many

pytestmark = pytest.mark.one_python

LADDER = policy(
    step("antes", "D-3 10:00"),
    step("cortes", "D+2bd 10:00"),
    step("depois", "D+5bd 10:00"),
    step("mais", "D+9bd 10:00"),
)
AS_OF = clock("2026-04-16")


class CountingCalendar:
    """The bank calendar, counting what it is asked."""

    def __init__(self) -> None:
        self._bank = BrazilianBankCalendar()
        self.name, self.version = self._bank.name, self._bank.version
        self.asked: Counter[date] = Counter()

    def is_business_day(self, day: date, place: Place) -> bool:
        """As the bank calendar says."""
        self.asked[day] += 1
        return self._bank.is_business_day(day, place)

    def is_contact_holiday(self, day: date, place: Place) -> bool:
        """As the bank calendar says."""
        return self._bank.is_contact_holiday(day, place)


def debtor(place: int) -> Account:
    """One of many, each with three bills of the same days."""
    bills = [invoice(f"nf-{each}", due=f"2026-04-{day}") for each, day in enumerate((18, 20, 27))]
    return fold([_of(event, f"d{place}") for event in (*reachable(), *bills)])


def _of(event: Event, name: str) -> Event:
    return evolve(event, debtor=name)


def debtors(count: int) -> Iterator[Account]:
    """So many, made when they are asked for."""
    return (debtor(place) for place in range(count))


def test_the_calendar_is_asked_about_a_day_once_for_all_debtors():
    """Days depend on policy, calendar, place and due date alone: a hundred debtors share them."""
    calendar = CountingCalendar()
    many = list(plan_many(LADDER, debtors(100), as_of=AS_OF, calendar=calendar))
    assert len(many) == 100
    assert set(calendar.asked.values()) == {1}


def test_each_is_planned_as_by_itself():
    """To the fingerprint, and in the order in which they are given."""
    calendar = BrazilianBankCalendar()
    many = plan_many(LADDER, debtors(20), as_of=AS_OF, calendar=calendar)
    alone = [plan(LADDER, each, as_of=AS_OF, calendar=calendar) for each in debtors(20)]
    assert [found.fingerprint for found in many] == [found.fingerprint for found in alone]


def test_schedules_are_not_held():
    """Going through them takes a small part of the memory that all of them together take."""

    def peak(holds: Callable[[Iterator[Schedule]], object]) -> int:
        gc.collect()
        tracemalloc.start()
        try:
            holds(plan_many(LADDER, debtors(400), as_of=AS_OF, calendar=BrazilianBankCalendar()))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(lambda found: deque(found, maxlen=0)) < peak(list) / 5
