"""The reference of calendars: the holidays that come with regua."""

from tests.docs.reference.docstrings import table

from regua import BrazilianBankCalendar
from regua.core.calendars import STATES, LocalHoliday

_COLUMNS = ("place", "day", "holiday", "years", "source", "confidence")


def holidays() -> str:
    """Every one of them, with its source."""
    return table(_COLUMNS, map(_row, BrazilianBankCalendar().holidays))


def _row(holiday: LocalHoliday) -> tuple[str, ...]:
    plain = LocalHoliday(day=holiday.day, name=holiday.name)
    first = "" if holiday.since == plain.since else str(holiday.since)
    last = "" if holiday.until == plain.until else str(holiday.until)
    years = f"{first}–{last}" if first or last else ""
    state = STATES.get(holiday.place[:2], "")
    place = f"capital of {state}, `{holiday.place}`" if state else f"state `{holiday.place}`"
    return place, f"`{holiday.day}`", holiday.name, years, holiday.source, holiday.confidence
