"""What holds between the keys of one provision of a legal pack."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from attrs import frozen

from regua.core.legal import Consequence, OwedKind
from regua.core.policy import UNDOINGS
from regua.policyfile.diagnostics import quoted
from regua.policyfile.nodes import Node
from regua.policyfile.scalars import Json

_UNDONE: Final[dict[OwedKind, Consequence]] = {
    "delisting": "listing",
    "protest-withdrawal": "protest",
    "restore": "suspension",
}
_LONGEST_PAUSE: Final = 36_500


@frozen
class SomeDayOpen:
    """Hours that never open would keep a step waiting for ever."""

    def check(self, node: Node) -> None:
        """Report a week without an open day."""
        if node.value.get("windows") == {}:
            message = 'no day is open; write hours such as { weekdays = "08:00-18:00" }, or use [[rule.forbidden]]'
            node.report("invalid-value", message, "windows")

    def schema(self) -> Json:
        """Hours for some day."""
        return {"properties": {"windows": {"minProperties": 1}}}


@frozen
class SomeFigure:
    """One of some whole numbers is above zero.

    Attributes:
        keys: the keys.
    """

    keys: tuple[str, ...]

    def check(self, node: Node) -> None:
        """Report a table that says nothing by them."""
        if not any(node.value.get(key) for key in self.keys):
            message = f"the term has no length; write one of {', '.join(map(repr, self.keys))} above 0, or remove it"
            node.report("missing-key", message)

    def schema(self) -> Json:
        """One of the keys."""
        return {"anyOf": [{"required": [key], "properties": {key: {"minimum": 1}}} for key in self.keys]}


@frozen
class FirstBeforeLast:
    """Days from `first` to `last`, no more than a hundred years."""

    def check(self, node: Node) -> None:
        """Report days in the wrong order, and too many of them."""
        first, last = node.value.get("first"), node.value.get("last")
        if not (_is_day(first) and _is_day(last)):
            return
        if first > last:
            node.report("invalid-value", f"'first' {first} comes after 'last' {last}; exchange them", "last")
        elif (last - first).days > _LONGEST_PAUSE:
            node.report("out-of-range", f"a pause has at most {_LONGEST_PAUSE} days; write an earlier 'last'", "last")

    def schema(self) -> Json:
        """A schema cannot compare dates."""
        return {}


@frozen
class NothingOwed:
    """What undoes a consequence is never taken from the debtor."""

    def check(self, node: Node) -> None:
        """Report a kind that undoes."""
        kinds: Any = node.value.get("kinds")
        for kind in kinds if isinstance(kinds, list) else ():
            if isinstance(kind, str) and kind in UNDOINGS:
                message = f"{quoted(kind)} undoes what was done to the debtor, and no rule ends it; remove it"
                node.report("invalid-value", message, "kinds")

    def schema(self) -> Json:
        """Kinds but those."""
        return {"properties": {"kinds": {"items": {"not": {"enum": sorted(UNDOINGS)}}}}}


@frozen
class Undoes:
    """The act that is owed undoes that consequence."""

    def check(self, node: Node) -> None:
        """Report an act that does not."""
        kind, consequence = node.value.get("kind"), node.value.get("consequence")
        meant = _UNDONE.get(kind) if isinstance(kind, str) else None  # type: ignore[call-overload]
        if meant is not None and consequence in _UNDONE.values() and consequence != meant:
            message = f'{quoted(kind)} does not undo a {consequence}; write consequence = "{meant}"'
            node.report("invalid-value", message, "consequence")

    def schema(self) -> Json:
        """Each act with its consequence."""
        pairs = [{"kind": {"const": kind}, "consequence": {"const": each}} for kind, each in _UNDONE.items()]
        return {"anyOf": [{"properties": pair} for pair in pairs]}


def _is_day(value: Any) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)
