"""Calendars: which days are business days, and on which nobody is contacted.

Business days serve deadlines, clearing and effective due dates; contact holidays serve the hours in which a
debtor may be contacted. Carnival is no business day, yet no contact holiday (domain.md §4) where no law of the place
makes it one.
"""

from regua.core.calendars.counting import BusinessDays, business_days
from regua.core.calendars.local import Confidence, LocalCalendar, LocalHoliday, fingerprint, root
from regua.core.calendars.values import STATES, Calendar, Place, ShortDays, WeekdayCalendar

__all__ = [
    "STATES",
    "BusinessDays",
    "Calendar",
    "Confidence",
    "LocalCalendar",
    "LocalHoliday",
    "Place",
    "ShortDays",
    "WeekdayCalendar",
    "business_days",
    "fingerprint",
    "root",
]
