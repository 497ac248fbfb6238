"""What a `*.test.toml` says: policy tests as plain values, every day of them counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from attrs import field, frozen

from regua.core.calendars import Calendar
from regua.core.events import Event
from regua.core.indexes import Index
from regua.core.money import Money
from regua.core.policy import Origin, Policy

CREDITOR: Final = "loja"
"""Who is owed in every policy test."""
DEBTOR: Final = "devedor"
"""Who owes in every policy test."""

Word = Literal["accepted", "delivered", "read", "bounced", "failed", "rejected", "unsupported", "unknown", "transient"]
"""What a provider may answer:

- `accepted`: it took the message over, and says no more.
- `delivered`, `read`: it took it over, and it arrived.
- `bounced`: the address reaches nobody; it is not used again.
- `failed`: refused for good, by its receipt; `rejected` and `unsupported` are the same, raised.
- `unknown`: no answer came back.
- `transient`: nothing left; try again later.
"""

Open = Literal["due", "planned", "waiting"]
"""Statuses that `expect_at` looks at."""
End = Literal["open", "settled", "cancelled", "written-off", "agreement-active"]
"""Where a receivable may stand at the end."""


@frozen(kw_only=True)
class Line:
    """One action that is expected: `"D+8 segunda-via nf-2"`.

    Attributes:
        text: as it was written.
        day: ordinal of the civil day.
        step: id of the step.
        receivable: id of the receivable; of several, "" for an action about the debtor.
        origin: where it stands.
    """

    text: str
    day: int
    step: str
    receivable: str
    origin: Origin = field(eq=False)

    @property
    def key(self) -> tuple[int, str, str]:
        """What is compared."""
        return self.day, self.step, self.receivable


@frozen(kw_only=True)
class Look:
    """What an expectation of one instant has.

    Attributes:
        at: as it was written.
        instant: microseconds since 1970 UTC; of a day, its last.
        origin: where it stands.
    """

    at: str
    instant: int
    origin: Origin = field(eq=False)


@frozen(kw_only=True)
class ExpectAt(Look):
    """All actions of some statuses at an instant, before anything is carried out then.

    Attributes:
        lines: by status; a status that is not named is not looked at.
    """

    lines: Mapping[Open, tuple[Line, ...]]


@frozen(kw_only=True)
class Because(Look):
    """Why a step stood where it stood.

    Attributes:
        step: id of the step; of several actions of it the last in the schedule is judged.
        receivable: id of the receivable; of several, "" for an action about the debtor.
        blocker: the primary reason, or the first of what moved what is planned or due.
    """

    step: str
    receivable: str
    blocker: str


@frozen(kw_only=True)
class Ending(Look):
    """Where receivables stand.

    Attributes:
        receivables: ids of them, each of which stands so.
        status: how each of them stands, or None where it is not looked at.
        balance: what they ask together, or None.
    """

    receivables: tuple[str, ...]
    status: End | None = None
    balance: Money | None = None


@frozen(kw_only=True)
class PolicyTest:
    """One `[[test]]`.

    Attributes:
        name: what it shows, unique in the file.
        origin: where it stands.
        profile: fields of `debtor.registered`.
        channels: names of channels by which the debtor can be reached, or None for all that the policies use.
        answers: what channels, and executors by kind of step, answer in turn, the last one again and again.
        otherwise: what all others answer.
        facts: what happens, each known at its `recorded_at`, in the order of the file.
        anchors: ordinal of the effective due date of each receivable, as it was issued.
        zone: the debtor's IANA zone.
        expect: all that goes out, in order, or None where it is not looked at.
        expect_at: what is open at an instant.
        never: steps that never go out, each with its place.
        because: reasons.
        end: where receivables stand. The test ends with the last of these instants; without an `end`, when nothing
            more is planned.
    """

    name: str
    origin: Origin = field(eq=False)
    profile: Mapping[str, Any] = field(factory=dict)
    channels: tuple[str, ...] | None = None
    answers: Mapping[str, tuple[Word, ...]] = field(factory=dict)
    otherwise: Word = "delivered"
    facts: tuple[Event, ...]
    anchors: Mapping[str, int]
    zone: str
    expect: tuple[Line, ...] | None = None
    expect_at: tuple[ExpectAt, ...] = ()
    never: tuple[tuple[str, Origin], ...] = ()
    because: tuple[Because, ...] = ()
    end: tuple[Ending, ...] = ()

    def about(self, receivable: str) -> str:
        """The receivable that an action counts for: of a test with one alone that one, whatever it is about."""
        return next(iter(self.anchors)) if len(self.anchors) == 1 else receivable

    def label(self, day: int, receivable: str = "") -> str:
        """A civil day as tests write it, counted from the receivable's effective due date, else the first one's."""
        distance = day - self.anchors.get(receivable, next(iter(self.anchors.values())))
        return f"D{distance:+d}" if distance else "D0"


@frozen(kw_only=True)
class PolicyTests:
    """One `*.test.toml`.

    Attributes:
        file: its name.
        policies: what is tested; new receivables get the first.
        templates: folder of message templates, before those that come with regua, or "".
        calendars: by the name that policies use.
        indexes: those that policies name, beside those of plugins.
        tests: in the order of the file.
    """

    file: str
    policies: tuple[Policy, ...]
    templates: str = ""
    calendars: Mapping[str, Calendar] = field(factory=dict, eq=False, repr=False)
    indexes: tuple[Index, ...] = field(default=(), eq=False, repr=False)
    tests: tuple[PolicyTest, ...]
