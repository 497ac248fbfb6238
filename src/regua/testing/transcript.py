"""What happened in a simulation, in order, one readable line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, overload

import attrs
from attrs import field, frozen

from regua.core.dates import MICROSECONDS, local, public_instant
from regua.core.events import ActionAttempted, ActionOutcome, Event
from regua.core.money import Money
from regua.core.tones import Tone
from regua.ports import ActionRequest, Message

if TYPE_CHECKING:
    import pendulum

_UNTOLD: Final = frozenset(
    {"id", "creditor", "debtor", "at_us", "recorded_us", "receivable", "person", "ref", "policy_version"}
)
"""Fields of facts that a line leaves out, or has at its beginning."""
_SHOWN: Final = 60
"""Characters of a subject in a line."""


@frozen(kw_only=True)
class Entry:
    """One thing that happened.

    Attributes:
        at: instant at which it became known, in the debtor's zone; `at_us` in microseconds since 1970 UTC.
        zone: the debtor's IANA zone.
        debtor: to whom.
        what: `sent`, `delivered`, `read`, `failed`, `unknown` or `skipped` of an action; `put-off` where nothing left;
            of every other fact its type, such as `payment.settled`.
        event: the fact.
        request: the message or request that was sent, of a scripted channel or executor, for each action that it
            carried; None of all else.
        presses: whether it asked for overdue money, or escalated.
    """

    at_us: int = field(alias="at")
    zone: str
    debtor: str
    what: str
    event: Event
    request: Message | ActionRequest | None = None
    presses: bool = False
    _outcome: ActionOutcome | None = field(default=None, alias="outcome", repr=False)
    _amount: Callable[[], Money | None] = field(default=lambda: None, alias="amount", repr=False, eq=False)

    @property
    def at(self) -> pendulum.DateTime:
        """When it became known, in the debtor's zone."""
        return public_instant(self.at_us, self.zone)

    @property
    def day(self) -> date:
        """The debtor's civil day."""
        return local(self.at_us, self.zone).date()

    @property
    def is_action(self) -> bool:
        """Whether it is about an action."""
        return self._outcome is not None

    @property
    def step(self) -> str:
        """Id of the step, or "" where it is about no action."""
        return "" if self._outcome is None else self._outcome.step

    @property
    def action(self) -> str:
        """Id of the action, or ""."""
        return "" if self._outcome is None else self._outcome.action

    @property
    def contact(self) -> str:
        """Id of the contact that carried an action, or ""; the same for all that went out together."""
        return "" if self._outcome is None else self._outcome.contact

    @property
    def is_carried(self) -> bool:
        """Whether it is about an action that another one of its contact carried."""
        return not self.contact.startswith(f"{self.action}/") if self.contact else False

    @property
    def receivable(self) -> str:
        """Id of the one receivable that it is about, or ""."""
        return getattr(self._outcome or self.event, "receivable", "")

    @property
    def channel(self) -> str:
        """The channel that an action went by, or ""."""
        return "" if self._outcome is None else self._outcome.channel

    @property
    def tone(self) -> Tone | None:
        """The tone of an action, or None."""
        return None if self._outcome is None else self._outcome.tone

    @property
    def amount(self) -> Money | None:
        """Of an action, the balance that was told, worked out when somebody looks; of other facts, their amount."""
        return getattr(self.event, "amount", None) if self._outcome is None else self._amount()

    @property
    def message(self) -> Message | None:
        """The message, or None."""
        return self.request if isinstance(self.request, Message) else None

    @property
    def subject(self) -> str:
        """Subject of the message, or ""."""
        return self.request.subject if isinstance(self.request, Message) else ""

    @property
    def text(self) -> str:
        """Text of the message, or ""."""
        return self.request.text if isinstance(self.request, Message) else ""

    def __str__(self) -> str:
        moment = local(self.at_us // MICROSECONDS * MICROSECONDS, self.zone)
        clock = moment.isoformat(sep=" ", timespec="seconds")[: 19 if moment.second else 16]
        about = f" {self.receivable}" if self.receivable else ""
        return f"{clock}  {self.debtor}{about}  {self.what} {self.details}".rstrip()

    @property
    def details(self) -> str:
        """What its line says after `what`, or ""."""
        return " ".join(self._of_action() if self.is_action else _fields(self.event))

    def _of_action(self) -> Iterator[str]:
        yield self.step
        if self.channel:
            yield f"by {self.channel}"
        reason = getattr(self.event, "reason", "")
        if self.what == "sent" and self.tone is not None:
            yield f"({self.tone.word})"
        if reason:
            yield f"({reason})"
        if self.what == "sent" and self.is_carried:
            yield "in the same contact"
        elif self.what == "sent" and self.subject:
            yield f'"{self.subject if len(self.subject) <= _SHOWN else self.subject[: _SHOWN - 1] + "…"}"'


def _fields(event: Event) -> Iterator[str]:
    """What a fact says beside who, when and about what, as far as it says something; in the order of its fields."""
    for attribute in attrs.fields(type(event)):
        value = getattr(event, attribute.name)
        if attribute.name in _UNTOLD or value in (None, "", ()):
            continue
        if attribute.default is not attrs.NOTHING and value == attribute.default:
            continue
        yield f"{attribute.alias} {_shown(value)}"


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(_shown, value))
    if attrs.has(type(value)) and not isinstance(value, Money):
        return "/".join(_shown(part) for part in attrs.astuple(value, recurse=False))
    return value.word if isinstance(value, Tone) else str(value)


class Transcript(Sequence[Entry]):
    """Entries by instant, then by debtor, then as they came about. Prints as lines; compares by them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = tuple(sorted(entries, key=lambda entry: (entry.at_us, entry.debtor)))

    @overload
    def __getitem__(self, index: int) -> Entry: ...

    @overload
    def __getitem__(self, index: slice) -> Transcript: ...

    def __getitem__(self, index: int | slice) -> Entry | Transcript:
        return Transcript(self._entries[index]) if isinstance(index, slice) else self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)

    def of(self, *what: str) -> Transcript:
        """The entries of these sorts: `of("sent")`, `of("payment.settled", "payment.reversed")`."""
        return Transcript([entry for entry in self._entries if entry.what in what])

    @property
    def actions(self) -> Transcript:
        """The entries about actions."""
        return Transcript([entry for entry in self._entries if entry.is_action])

    def __str__(self) -> str:
        return "".join(f"{entry}\n" for entry in self._entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Transcript) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __repr__(self) -> str:
        return f"<Transcript of {len(self)} entries>\n{self}"


def members(request: Message | ActionRequest) -> tuple[str, ...]:
    """Ids of the actions that a request carries, the carrier first."""
    if isinstance(request, Message):
        return request.actions
    return (request.action.id,) if request.contact is None else request.contact.members


def what_happened(event: Event) -> str:
    """The word of the transcript for a fact, or "" for one that is no entry of its own."""
    if isinstance(event, ActionAttempted):
        return ""  # its outcome is the entry
    if isinstance(event, ActionOutcome):
        word = event.type.removeprefix("action.")
        return word if word != event.type else event.type
    return event.type
