"""`given`: facts of a test, each a table whose keys are the fields of its event, read from the classes themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import field, frozen

from regua.core.dates import Offset
from regua.core.events import EVENT_TYPES, ActionOutcome, Event, Instalment, InvoiceIssued, ReceivableEvent
from regua.core.money import Money
from regua.core.policy import Origin, Origins
from regua.core.tones import Tone
from regua.errors import ReguaError
from regua.policyfile.diagnostics import Report
from regua.policyfile.grammar import MONEY
from regua.policyfile.nodes import Node
from regua.policyfile.scalars import Choice, Flag, Integer, Json, Sentence, Shape, Text
from regua.policyfile.tables import Key, ListOf, Table
from regua.policyfile.testfile.days import WHEN, Count, DayShape, When
from regua.policyfile.testfile.values import CREDITOR, DEBTOR

EVENTS: Final = tuple(name for name, (cls, _) in EVENT_TYPES.items() if not issubclass(cls, ActionOutcome))
"""Types that may be given; what becomes of actions is for `channels` to say."""
_BEGINNINGS: Final = frozenset(
    {"payment.noticed", "payment.settled", "credit.granted", "promise.made", "dispute.opened", "hold.placed"}
    | {"offer.made", "agreement.signed", "insolvency.started", "boleto.issued", "pix.issued"}
)
"""Types that begin what has an id of its own: it gets one where none is written."""
_IDENTITIES: Final = ("payment", "credit", "promise", "dispute", "hold", "offer", "agreement", "case", "instrument")
_LEFT_OUT: Final = frozenset({"creditor", "debtor", "person"})
_NEW: Final = frozenset({InvoiceIssued, Instalment})
"""What is a receivable of its own, and says which."""
_HEADS: Final = frozenset({"id", "at", "recorded_at"})
_MADE_UP: Final = frozenset({"id", "recorded_at"})
_FILLED: Final = _MADE_UP | {"receivable", "receivables", *_IDENTITIES}
_WRITTEN: Final = {"event": "retracts"}
"""Fields whose key is another: `event` is the type."""
_MOST: Final = 1_000_000


def _money(text: str, node: Node) -> Money:
    return Money.of(text, node.reading.currency)


def _positive(text: str, node: Node) -> Money:
    money = _money(text, node)
    if not money.minor:
        raise node.refuse("invalid-value", f'{node.name!r} is "{text}"; write an amount above zero such as "150.00"')
    return money


AMOUNT: Final = Text(expects=MONEY.expects, pattern=MONEY.pattern, parse=_money)
POSITIVE: Final = Text(expects=MONEY.expects, pattern=MONEY.pattern, parse=_positive)
DAY: Final = DayShape()
_SINGLE: Final[dict[object, Shape]] = {
    str: Sentence(),
    int: Integer(-_MOST, _MOST),
    bool: Flag(),
    Money: POSITIVE,
    date: DAY,
    Tone: Choice(tuple(tone.word for tone in Tone), make=Tone.parse),
}


def _shape(hint: Any) -> Shape:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _shape(next(arg for arg in args if arg is not NoneType))
    if origin is Literal:
        return Choice(args)
    if origin is tuple:
        item = Sentence() if args[0] is str else _table(args[0], "a table", _Part)
        return ListOf(item=item, what="a list", least=0)
    return _SINGLE[hint]


def _table(cls: type[Any], what: str, build: Callable[..., Any]) -> Table:
    hints, keys = get_type_hints(cls), {}
    for each in attrs.fields(cls):
        name = each.alias or each.name
        if name in _LEFT_OUT:
            continue
        required = each.default is attrs.NOTHING and name not in (_MADE_UP if cls in _NEW else _FILLED)
        shape = WHEN if name in {"at", "recorded_at"} else _shape(hints[each.name])
        keys[_WRITTEN.get(name, name)] = Key(shape, f"`{name}` of the event", required=required)
    return Table(what=what, keys=keys, build=build)


@frozen(kw_only=True, init=False)
class _Part:
    """An instalment, its days not counted yet."""

    fields: Mapping[str, Any]

    def __init__(self, *, origins: Origins, **fields: Any) -> None:
        del origins  # the event tells where it stands
        self.__attrs_init__(fields=fields)


@frozen(kw_only=True)
class Fact:
    """A fact of a test, its days not counted yet.

    Attributes:
        cls: class of the event.
        fields: what the file says.
        origins: where.
    """

    cls: type[Event]
    fields: Mapping[str, Any]
    origins: Origins = field(repr=False)

    @property
    def origin(self) -> Origin:
        """Where it stands."""
        return self.origins[""]

    @property
    def about(self) -> str:
        """The receivable that it names first, which its days count from; "" for one that it issues itself."""
        if self.cls is InvoiceIssued:
            return ""
        named = self.fields.get("receivable") or next(iter(self.fields.get("receivables", ())), "")
        return str(named)


@frozen
class GivenShape:
    """A table with `at`, `event` and the fields of that event."""

    def read(self, node: Node) -> Fact:
        """Read the type, then the fields that it has."""
        if not isinstance(node.value, dict):
            raise node.wrong_type('a table such as { at = "D+3 11:30", event = "payment.settled", amount = "150.00" }')
        if "event" not in node.value:
            raise node.refuse("missing-key", "a fact of 'given' needs the key 'event': its type")
        found: Fact = table_of(_EVENT.read(node.child("event"))).read(node)
        return found

    def schema(self) -> Json:
        """An object with the fields of all events; which of them one has, and needs, is the reader's alone."""
        shapes: dict[str, list[Json]] = {}
        for name in EVENTS:
            for key, taken in table_of(name).keys.items():
                found = shapes.setdefault(key, [])
                found += [] if taken.shape.schema() in found else [taken.shape.schema()]
        properties: Json = {
            key: {"description": f"`{key}` of the event", **(each[0] if len(each) == 1 else {"anyOf": each})}
            for key, each in shapes.items()
        }
        return {"type": "object", "properties": properties, "required": ["at", "event"], "additionalProperties": False}


_EVENT: Final = Choice(EVENTS, code="unknown-event", what="event")
GIVEN: Final = GivenShape()


@cache
def table_of(name: str) -> Table:
    """The table of one type of event."""
    cls, _ = EVENT_TYPES[name]

    def build(*, origins: Origins, event: str, **fields: Any) -> Fact:
        del event
        names = {written: name for name, written in _WRITTEN.items()}
        return Fact(cls=cls, fields={names.get(key, key): value for key, value in fields.items()}, origins=origins)

    table = _table(cls, f"a fact {name!r}", build)
    return attrs.evolve(table, keys={"event": Key(_EVENT, "type of the event", required=True), **table.keys})


class Facts:
    """Makes the events of one test.

    Args:
        count: what its days count from.
        report: takes what cannot be meant.
    """

    def __init__(self, count: Count, report: Report) -> None:
        self._count, self._report = count, report
        self._made: dict[str, int] = {}

    def events(self, facts: Iterable[Fact]) -> tuple[Event, ...]:
        """Every event that can be one; of the others the report says why not."""
        made = (self._event(fact, number) for number, fact in enumerate(facts, start=1))
        return tuple(event for event in made if event is not None)

    def _event(self, fact: Fact, number: int) -> Event | None:
        try:
            return fact.cls(**self._heads(fact, number), **self._filled(fact), **self._written(fact))
        except ReguaError as error:
            self._report.add("invalid-value", fact.origin, str(error))
            return None

    def _heads(self, fact: Fact, number: int) -> dict[str, Any]:
        at: When = fact.fields["at"]
        recorded: When = fact.fields.get("recorded_at", at)
        return {
            "id": fact.fields.get("id", f"given-{number}"),
            "creditor": CREDITOR,
            "debtor": DEBTOR,
            "at": self._count.start(at, fact.about),
            "recorded_at": self._count.start(recorded, fact.about),
        }

    def _written(self, fact: Fact) -> dict[str, Any]:
        return {name: self._value(value, fact) for name, value in fact.fields.items() if name not in _HEADS}

    def _filled(self, fact: Fact) -> dict[str, Any]:
        """What need not be written: ids, and the only receivable."""
        names = {each.alias for each in attrs.fields(fact.cls) if each.default is attrs.NOTHING} - {*fact.fields}
        filled: dict[str, Any] = {}
        for name in _IDENTITIES:
            if name in names:
                self._made[name] = count = self._made.get(name, 0) + (fact.cls.type in _BEGINNINGS)
                filled[name] = f"{name}-{max(count, 1)}"
        if names & {"receivable", "receivables"}:
            if not self._count.only:
                missing = "receivable" if issubclass(fact.cls, ReceivableEvent) else "receivables"
                message = f"a test of several invoices says which one; add {missing!r}"
                self._report.add("missing-key", fact.origin, message)
            only = self._count.only or self._count.first
            filled |= {"receivable": only} if "receivable" in names else {}
            filled |= {"receivables": (only,)} if "receivables" in names else {}
        return filled

    def _value(self, value: Any, fact: Fact) -> Any:
        if isinstance(value, Offset):
            return date.fromordinal(self._count.day(value, fact.about))
        if isinstance(value, tuple):
            return tuple(self._value(each, fact) for each in value)
        if isinstance(value, _Part):
            return Instalment(**{name: self._value(each, fact) for name, each in value.fields.items()})
        return value
