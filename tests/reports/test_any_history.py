from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regua.calendars import BrazilianBankCalendar
from regua.core.calendars import WeekdayCalendar
from regua.core.planning import plan
from regua.reports import drawn, ruler_of
from regua.reports.ruler import ACTION_SIGNS
from regua.testing.strategies import Portfolio, portfolios

pytestmark = pytest.mark.one_python

CALENDARS = {calendar.name: calendar for calendar in (WeekdayCalendar(), BrazilianBankCalendar())}


@settings(max_examples=40)
@given(portfolios(debtors=1), st.integers(0, 100))
def test_every_history_has_a_picture_with_every_action_and_every_day(portfolio: Portfolio, share: int):
    """Whatever happened and whenever it is asked: nothing is left out, and all days are on the axis."""
    as_of = portfolio.start_us + (portfolio.end_us - portfolio.start_us) * share // 100
    for account in portfolio.accounts.values():
        schedule = plan(portfolio.policy, account, as_of=as_of, calendar=CALENDARS)
        ruler = ruler_of(schedule, account, portfolio.policy, calendar=CALENDARS)
        marks = [mark for lane in ruler.lanes for mark in lane.marks]
        told = Counter((mark.what, mark.day, mark.status) for mark in marks if mark.sign in ACTION_SIGNS)
        assert told == Counter((action.step, action.day, action.status) for action in schedule.all)
        assert all(ruler.first <= mark.day <= ruler.last for mark in marks)
        assert all(ruler.first <= band.first <= ruler.last for lane in ruler.lanes for band in lane.bands)
        picture = drawn(ruler)
        assert picture == drawn(ruler)
        ET.fromstring(picture)  # noqa: S314 - our own
