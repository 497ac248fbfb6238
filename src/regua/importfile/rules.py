"""Cells of one row → its events, all or none."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

from regua.core.events.base import Event
from regua.core.events.debtor import DebtorProfile
from regua.documents import city
from regua.errors import DocumentError
from regua.importfile.cells import Cells
from regua.importfile.eventfields import fields_of
from regua.importfile.getters import Getters, columns_of
from regua.importfile.mapping import Condition, ImportMap, Rule
from regua.importfile.problems import CellError

Build = Callable[[Cells], Event]
Seen = tuple[bytes, bytes]
"""Digests of an event that comes once: of the cells it was made of, and of its content."""


class RowReader:
    """Makes the events of rows, and remembers those that come once.

    It remembers an id and two digests (some 250 bytes) for every event of a rule with `once`: for a map that has such
    rules for debtors only, memory grows with the number of debtors and not with the number of rows.

    Args:
        mapping: the map.
    """

    def __init__(self, mapping: ImportMap) -> None:
        getters = Getters(mapping)
        self._rules = [_RuleReader(rule, getters) for rule in mapping.rules]
        self._seen: dict[str, Seen] = {}

    def events(self, cells: Cells) -> list[Event]:
        """Make the events of a row.

        Raises:
            CellError: a mistake in the row; nothing of it is remembered.
        """
        made: dict[str, Event] = {}
        fresh: dict[str, Seen] = {}
        for rule in self._rules:
            if not all(test(cells) for test in rule.tests):
                continue
            event = self._once(rule, cells, fresh) if rule.once else rule.build(cells)
            if event is None:
                continue
            if event.id in made:
                raise CellError(rule.id_column, event.id, "two events of this row have this id")
            made[event.id] = event
        self._seen.update(fresh)
        return list(made.values())

    def _once(self, rule: _RuleReader, cells: Cells, fresh: dict[str, Seen]) -> Event | None:
        known = self._seen.get(rule.id(cells) or "")
        source = rule.signature(cells)
        if known and known[0] == source:
            return None
        event = rule.build(cells)
        content = _digest(repr(event))
        if known is None:
            fresh[event.id] = (source, content)
            return event
        if known[1] != content:
            reason = "EventConflict: an earlier row gave the event of this id other content; mend one of the two rows"
            raise CellError(rule.id_column, event.id, reason)
        return None


class _RuleReader:
    """One rule, ready to run."""

    def __init__(self, rule: Rule, getters: Getters) -> None:
        self.once = rule.once
        self.tests = [_test(condition, getters) for condition in rule.when]
        self.build = _in_its_state(getters.maker(rule.cls, rule.fields, rule.cls.type), rule, getters)
        columns = [name for source in rule.fields.values() for name in columns_of(source)]
        self._places = [getters.places[name] for name in dict.fromkeys(columns)]
        self.id = getters.getter(fields_of(rule.cls)["id"], rule.fields["id"])
        named = sorted(columns_of(rule.fields["id"]), key=lambda name: not getters.mapping.columns[name].holds)
        self.id_column = next(iter(named), "")  # one that holds a document first: then no report shows the id

    def signature(self, cells: Cells) -> bytes:
        """Digest the cells that its events are made of."""
        return _digest("\x1f".join([cells[place] for place in self._places]))


def _in_its_state(build: Build, rule: Rule, getters: Getters) -> Build:
    """Refuse a municipality that is not of the state beside it, where its column says that it holds one."""
    column = next(iter(columns_of(rule.fields["city"])), "") if "city" in rule.fields else ""
    if not column or getters.mapping.columns[column].holds != "city":
        return build

    def checked(cells: Cells) -> Event:
        event = build(cells)
        if isinstance(event, DebtorProfile) and event.city:
            try:
                city(event.city, state=event.state)
            except DocumentError as error:
                raise CellError(column, event.city, str(error)) from None
        return event

    return checked


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def _test(condition: Condition, getters: Getters) -> Callable[[Cells], bool]:
    place, words, wanted = getters.places[condition.column], condition.words, condition.wanted
    if words is None:
        return lambda cells: bool(cells[place]) is wanted
    return lambda cells: (cells[place] in words) is wanted
