"""What became of actions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from attrs import field, frozen

from regua.core.dates import optional_civil_date
from regua.core.events.base import Event, check_name, check_names
from regua.core.tones import Tone

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self


class Identified(Protocol):
    """What an outcome takes over from the action of a schedule."""

    @property
    def id(self) -> str:
        """The action's id."""

    @property
    def creditor(self) -> str:
        """Who is owed."""

    @property
    def debtor(self) -> str:
        """Who owes."""

    @property
    def step(self) -> str:
        """Id of the step."""

    @property
    def receivable(self) -> str:
        """Id of the receivable, or ""."""

    @property
    def occurrence(self) -> str:
        """The action's occurrence."""

    @property
    def channel(self) -> str:
        """The channel it would go by, or ""."""

    @property
    def tone(self) -> Tone | None:
        """The tone in which it is written, or None."""

    @property
    def presses(self) -> bool:
        """Whether it asks for overdue money or escalates."""

    @property
    def contact(self) -> str:
        """Id of the contact that carries it, or ""."""

    @property
    def listed(self) -> tuple[str, ...]:
        """Receivables that its contact lists beside those of its members."""

    @property
    def valid_until(self) -> date | None:
        """The last civil day on which the amounts of its contact hold, or None."""


@frozen(kw_only=True)
class ActionOutcome(Event):
    """A fact about one action of a schedule; every outcome carries the whole identity of its action.

    Attributes:
        action: the action's id.
        step: id of its step.
        receivable: id of its receivable, or "" for an action about the debtor.
        occurrence: the action's occurrence.
        channel: the channel it went by, or "" for kinds without one.
        tone: the tone in which it was written, or None.
        attempt: 1 for the first attempt at this action, and so on.
        presses: whether it asked for overdue money or escalated, or None where the policy's step says so.
        contact: id of the contact that carried it, with every action of that contact; "" where it went alone.
        listed: receivables that the contact listed beside those of its actions; on the carrier's facts alone.
        valid_until: last civil day on which the amounts that were told hold, or None where it told none that would.
    """

    action: str = field(validator=check_name)
    step: str = field(validator=check_name)
    receivable: str = ""
    occurrence: str = "0"
    channel: str = ""
    tone: Tone | None = None
    attempt: int = 1
    presses: bool | None = None
    contact: str = ""
    listed: tuple[str, ...] = field(default=(), validator=check_names)
    valid_until: date | None = field(default=None, converter=optional_civil_date)

    @classmethod
    def of(
        cls,
        action: Identified,
        *,
        id: str,  # noqa: A002 - the name of the field
        at: datetime | int,
        recorded_at: datetime | int | None = None,
        **fields: Any,
    ) -> Self:
        """The outcome of an action, with the action's whole identity.

        Args:
            action: from a schedule.
            id: the new event's id.
            at: aware datetime at which it came about.
            recorded_at: aware datetime at which we learnt of it; `at` by default.
            fields: further fields of the event, such as `reason` or `attempt`.
        """
        taken: dict[str, Any] = {
            "creditor": action.creditor,
            "debtor": action.debtor,
            "step": action.step,
            "receivable": action.receivable,
            "occurrence": action.occurrence,
            "channel": action.channel,
            "tone": action.tone,
            "presses": action.presses,
            "contact": action.contact,
            "listed": action.listed,
            "valid_until": action.valid_until,
        }
        recorded = at if recorded_at is None else recorded_at
        return cls(id=id, at=at, recorded_at=recorded, action=action.id, **(taken | fields))


@frozen(kw_only=True)
class ActionAttempted(ActionOutcome):
    """An attempt began; until another outcome is known it may have reached the debtor.

    Attributes:
        point: id of the contact point that is used, or "".
        content: SHA-256 of what was to be sent, hexadecimal, or "": what was said can be proved without being kept.
    """

    type: ClassVar[str] = "action.attempted"
    point: str = ""
    content: str = ""


@frozen(kw_only=True)
class ActionSent(ActionOutcome):
    """The channel or executor accepted it.

    Attributes:
        reports_delivery: whether the channel will report delivery; where it cannot, sent counts as delivered.
        reference: the provider's own id, or "".
        by: the person who says so where nobody knew, or "".
        reason: how that person knows, without personal data, or "".
    """

    type: ClassVar[str] = "action.sent"
    reports_delivery: bool = True
    reference: str = ""
    by: str = ""
    reason: str = ""


@frozen(kw_only=True)
class ActionDelivered(ActionOutcome):
    """It reached the debtor."""

    type: ClassVar[str] = "action.delivered"


@frozen(kw_only=True)
class ActionRead(ActionOutcome):
    """The debtor opened it; implies delivered."""

    type: ClassVar[str] = "action.read"


@frozen(kw_only=True)
class ActionFailed(ActionOutcome):
    """This channel failed for good; the step's next channel is used, as the same action.

    Attributes:
        reason: the channel's word, without personal data.
    """

    type: ClassVar[str] = "action.failed"
    reason: str = ""


@frozen(kw_only=True)
class ActionUnknown(ActionOutcome):
    """Nobody can say whether it was sent; it is sent again only where it cannot arrive twice.

    Attributes:
        reason: the channel's word, without personal data.
    """

    type: ClassVar[str] = "action.unknown"
    reason: str = ""


@frozen(kw_only=True)
class ActionSkipped(ActionOutcome):
    """The host decided not to carry it out.

    Attributes:
        reason: why, without personal data.
    """

    type: ClassVar[str] = "action.skipped"
    reason: str = ""


@frozen(kw_only=True)
class CallOutcome(ActionOutcome):
    """A person called the debtor for a task.

    Attributes:
        result: what came of it, such as `"reached"`, `"no-answer"`, `"wrong-person"`.
    """

    type: ClassVar[str] = "call.outcome"
    result: str = field(validator=check_name)
