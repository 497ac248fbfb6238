"""What became of actions."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from regua.core.events.base import Event, check_name
from regua.core.tones import Tone


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
    """

    action: str = field(validator=check_name)
    step: str = field(validator=check_name)
    receivable: str = ""
    occurrence: str = "0"
    channel: str = ""
    tone: Tone | None = None
    attempt: int = 1


@frozen(kw_only=True)
class ActionAttempted(ActionOutcome):
    """An attempt began; until another outcome is known it may have reached the debtor."""

    type: ClassVar[str] = "action.attempted"


@frozen(kw_only=True)
class ActionSent(ActionOutcome):
    """The channel or executor accepted it.

    Attributes:
        reports_delivery: whether the channel will report delivery; where it cannot, sent counts as delivered.
        reference: the provider's own id, or "".
    """

    type: ClassVar[str] = "action.sent"
    reports_delivery: bool = True
    reference: str = ""


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
    """Nobody can say whether it was sent; it is never sent again by itself."""

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
