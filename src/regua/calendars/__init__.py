"""Calendars made from data: the Brazilian bank calendar, with the holidays of states and capitals."""

from regua.calendars.brazil import BrazilianBankCalendar

__all__ = ["BrazilianBankCalendar"]
