"""What people decide about the dunning itself."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from attrs import field, frozen

from regua.core.dates import optional_civil_date
from regua.core.events.base import Event, ReceivableEvent, check_name, check_names

Migration = Literal["keep", "rebase", "fast-forward", "restart"]


@frozen(kw_only=True)
class HoldPlaced(Event):
    """Somebody stopped the dunning.

    Attributes:
        hold: its id, unique for the debtor.
        receivables: what is held; empty holds the debtor.
        until: last civil day of the hold, or None until it is released.
        by: who decided.
        reason: why, without personal data.
    """

    type: ClassVar[str] = "hold.placed"
    hold: str = field(validator=check_name)
    receivables: tuple[str, ...] = field(default=(), validator=check_names)
    until: date | None = field(default=None, converter=optional_civil_date)
    by: str = ""
    reason: str = ""


@frozen(kw_only=True)
class HoldReleased(Event):
    """The hold of that id is over.

    Attributes:
        hold: its id.
        by: who decided.
    """

    type: ClassVar[str] = "hold.released"
    hold: str = field(validator=check_name)
    by: str = ""


@frozen(kw_only=True)
class PolicyAssigned(Event):
    """A policy governs from now on.

    Attributes:
        policy: its id.
        policy_version: its version, or None for the newest.
        receivables: what it governs; empty for all of the debtor that name no policy of their own.
    """

    type: ClassVar[str] = "policy.assigned"
    policy: str = field(validator=check_name)
    policy_version: int | None = None
    receivables: tuple[str, ...] = field(default=(), validator=check_names)


@frozen(kw_only=True)
class PolicyMigrated(Event):
    """Receivables in flight go over to another policy version.

    Attributes:
        policy: id of the new policy.
        policy_version: its version.
        receivables: which ones; empty for all of the debtor.
        verb: `keep`, `rebase`, `fast-forward` or `restart` (domain.md §5, In flight).
        by: who decided.
    """

    type: ClassVar[str] = "policy.migrated"
    policy: str = field(validator=check_name)
    policy_version: int
    receivables: tuple[str, ...] = field(default=(), validator=check_names)
    verb: Migration
    by: str = ""


@frozen(kw_only=True)
class StepDecision(ReceivableEvent):
    """Somebody decided about one step for one receivable.

    Attributes:
        step: id of the step.
        by: who decided.
        reason: why, without personal data.
    """

    step: str = field(validator=check_name)
    by: str = ""
    reason: str = ""


@frozen(kw_only=True)
class StepApproved(StepDecision):
    """The step may run (the CFO said yes)."""

    type: ClassVar[str] = "step.approved"


@frozen(kw_only=True)
class StepVetoed(StepDecision):
    """The step must not run for this receivable."""

    type: ClassVar[str] = "step.vetoed"


@frozen(kw_only=True)
class EventRetracted(Event):
    """An event was recorded by mistake; the fold leaves both out, the log keeps both.

    Attributes:
        event: id of the event that never should have been.
        reason: why (wrong debtor, wrong death), without personal data.
        by: who decided, or "".
    """

    type: ClassVar[str] = "event.retracted"
    event: str = field(validator=check_name)
    reason: str = field(validator=check_name)
    by: str = ""
