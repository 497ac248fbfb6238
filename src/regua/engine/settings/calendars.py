"""`[calendar.NAME]`: a calendar of the creditor's own, another one with holidays added."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import frozen

from regua.core.calendars import Calendar, LocalCalendar, LocalHoliday
from regua.core.dates import EARLIEST, LATEST
from regua.engine.settings.sections import PluginName
from regua.policyfile.diagnostics import quoted
from regua.policyfile.nodes import Node, RefusedError
from regua.policyfile.scalars import DateOr, Integer, Json, Sentence, Shape, Text
from regua.policyfile.tables import Key, ListOf, Table

_TAKE = Callable[[Shape], Shape]
_YEAR: Final = Integer(EARLIEST.year, LATEST.year)


def _day(word: str, _: Node) -> str:
    return LocalHoliday(day=word, name="").day


def _place(word: str, _: Node) -> str:
    return LocalHoliday(day="easter", name="", place=word).place


_DAY: Final = DateOr(
    other=Text(
        expects='a day such as "12-08", "easter+60" or 2026-12-08',
        pattern=r"\d{2}-\d{2}|easter([+-]\d{1,3})?|\d{4}-\d{2}-\d{2}",
        parse=_day,
    )
)
_PLACE: Final = Text(
    expects='a state such as "SP", or a municipality by its IBGE code such as "3550308"',
    pattern=r"[A-Z]{2}|\d{7}",
    parse=_place,
)


@frozen(kw_only=True)
class OwnHoliday:
    """One holiday.

    Attributes:
        take: makes of a shape one that may stand in the environment.
    """

    take: _TAKE

    def read(self, node: Node) -> LocalHoliday:
        """Read it."""
        values: Mapping[str, Any] = self.table.read(node)
        try:
            return LocalHoliday(**values)
        except ValueError as error:
            raise node.refuse("invalid-value", f"{error}; mend 'day', or 'since' and 'until'") from None

    def schema(self) -> Json:
        """An object."""
        return self.table.schema()

    @property
    def table(self) -> Table:
        """Its keys."""
        keys = {
            "day": Key(self.take(_DAY), "every year, so many days from Easter, or once", required=True),
            "name": Key(self.take(Sentence()), "in the words of the place", required=True),
            "place": Key(self.take(_PLACE), "where it is kept; everywhere where nothing is said"),
            "source": Key(self.take(Sentence()), "the law or the publication that says so", required=True),
            "since": Key(self.take(_YEAR), "the first year"),
            "until": Key(self.take(_YEAR), "the last year"),
        }
        return Table(what="a holiday", keys=keys, build=_values)


@frozen(kw_only=True)
class OwnCalendar:
    """The table of one calendar.

    Attributes:
        offered: the calendars of plugins, by name.
        why_missing: says of a name why it may not be there.
        take: makes of a shape one that may stand in the environment.
    """

    offered: Mapping[str, Calendar]
    why_missing: Callable[[str], str]
    take: _TAKE

    def read(self, node: Node) -> LocalCalendar:
        """Read it, and put it upon its base."""
        if node.name in self.offered:
            node.report("duplicate-id", f"a plugin has a calendar {quoted(node.name)}; take another name")
            raise RefusedError
        values = self.table.read(node)
        return LocalCalendar(name=node.name, base=self.offered[values["base"]], holidays=values["holidays"])

    def schema(self) -> Json:
        """An object."""
        return self.table.schema()

    @property
    def table(self) -> Table:
        """Its keys."""
        base = PluginName(what="calendar", offered=self.offered, why_missing=self.why_missing)
        holidays = ListOf(item=OwnHoliday(take=self.take), what="tables [[calendar.NAME.holiday]]")
        keys = {
            "base": Key(self.take(base), "the calendar that it adds to", required=True),
            "holiday": Key(holidays, "what it adds", required=True, into="holidays"),
        }
        return Table(what="a calendar", keys=keys, build=_values)


def _values(*, origins: object, **values: Any) -> Mapping[str, Any]:  # noqa: ARG001 - a calendar has none
    return values
