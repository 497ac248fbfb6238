"""What may go wrong in a simulation: small values, each with its chance.

sim = Simulation(policy, start="2026-03-01", seed=7, workers=2, faults=[
    faults.Crash(chance=0.05, at="begun"),
    faults.LostReply(chance=0.1, channel="whatsapp"),
    faults.DuplicateReceipt(chance=0.2),
])

A chance is drawn at every opportunity, from the simulation's seed: the same seed gives the same faults.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from attrs import field, frozen

if TYPE_CHECKING:
    from attrs import Attribute

Moment = Literal[
    "claiming",
    "claimed",
    "beginning",
    "begun",
    "sending",
    "sent",
    "finishing",
    "finished",
    "writing",
    "written",
]
"""Where a worker may be when something happens to it; `MOMENTS` says it in words."""

MOMENTS: Final[dict[Moment, str]] = {
    "claiming": "The store is about to give it actions.",
    "claimed": "It has got them.",
    "beginning": "The intent is about to be stored.",
    "begun": "The intent is stored, and nothing has left.",
    "sending": "The provider is about to get the request, or a question.",
    "sent": "The provider has answered, and nobody has read it.",
    "finishing": "What came of it is about to be stored.",
    "finished": "What came of it is stored.",
    "writing": "Anything else is about to be stored, as of a debtor who is planned anew.",
    "written": "That is stored.",
}

BEFORE_COMMIT: Final = frozenset({"claiming", "beginning", "finishing", "writing"})
AFTER_COMMIT: Final = frozenset({"claimed", "begun", "finished", "written"})


def _check_chance(_: object, attribute: Attribute[Any], value: float) -> None:
    if not 0 <= value <= 1:
        message = f"{attribute.name}={value}: a chance is from 0 to 1"
        raise ValueError(message)


def _check_moment(_: object, attribute: Attribute[Any], value: str) -> None:
    if value and value not in MOMENTS:
        message = f"{attribute.name}={value!r}: write one of {', '.join(MOMENTS)}"
        raise ValueError(message)


@frozen(kw_only=True)
class Fault:
    """Something that may go wrong.

    Attributes:
        chance: that it does, at each opportunity, from 0 to 1.
    """

    chance: float = field(default=0.05, validator=_check_chance)

    def may_hit(self, where: str) -> bool:  # noqa: ARG002 - of those below
        """Whether this is an opportunity."""
        return True


@frozen(kw_only=True)
class WorkerFault(Fault):
    """Something that happens to a worker.

    Attributes:
        at: the one moment of which the chance is; "" for every moment at which it can happen.
    """

    at: Moment | Literal[""] = field(default="", validator=_check_moment)

    def may_hit(self, where: str) -> bool:
        """Whether a worker is at such a moment."""
        return self.at in ("", where)


@frozen(kw_only=True)
class Crash(WorkerFault):
    """A worker dies, as of kill -9, and is proved dead; another one takes its place."""


@frozen(kw_only=True)
class Pause(WorkerFault):
    """A worker stands still, outside every transaction, while the world goes on; then it continues.

    Attributes:
        lasts: how long; in a call to a provider that forgets keys at most as long as that may take, since nobody can
            look at the clock between the last look and the wire.
    """

    lasts: timedelta = timedelta(hours=2)


@frozen(kw_only=True)
class TakenForDead(WorkerFault):
    """A worker that lives is taken for dead, as where a server ends its session, and the others take over.

    Attributes:
        lasts: how long it takes until it goes on; no time where a channel can be asked, and at most half as long as a
            provider remembers a key: the engine promises no more.
    """

    lasts: timedelta = timedelta(minutes=10)


@frozen(kw_only=True)
class StoreFails(WorkerFault):
    """The store refuses to commit, as after a conflict or with a full disk: nothing is stored."""


@frozen(kw_only=True)
class CommitUnsure(WorkerFault):
    """The store commits, and reports an error all the same."""


@frozen(kw_only=True)
class ClockOff(Fault):
    """The clock of a worker is off for one run.

    Attributes:
        by: how far, ahead or behind.
    """

    by: timedelta = timedelta(minutes=10)


@frozen(kw_only=True)
class ChannelFault(Fault):
    """Something that happens between a worker and a provider.

    Attributes:
        channel: name of the channel, executor or registrar; "" for all.
    """

    channel: str = ""

    def may_hit(self, where: str) -> bool:
        """Whether it is that channel."""
        return self.channel in ("", where)


@frozen(kw_only=True)
class LostRequest(ChannelFault):
    """The provider never gets the request, and no answer comes: nobody knows."""


@frozen(kw_only=True)
class LostReply(ChannelFault):
    """The provider does as it is asked, and its answer is lost: nobody knows."""


@frozen(kw_only=True)
class Hang(ChannelFault):
    """No answer comes within `send_timeout`; the provider gets the request after that, within as long again."""


@frozen(kw_only=True)
class Busy(ChannelFault):
    """The provider does nothing, and says so.

    Attributes:
        after: how long it asks to wait, or None.
    """

    after: timedelta | None = None


@frozen(kw_only=True)
class Refusal(ChannelFault):
    """The provider refuses for good."""


@frozen(kw_only=True)
class LostReceipt(ChannelFault):
    """A provider's call never arrives."""


@frozen(kw_only=True)
class LateReceipt(ChannelFault):
    """A provider's call arrives later.

    Attributes:
        by: how much later.
    """

    by: timedelta = timedelta(days=1)


@frozen(kw_only=True)
class DuplicateReceipt(ChannelFault):
    """A provider's call arrives twice.

    Attributes:
        after: how long after the first one.
    """

    after: timedelta = timedelta(minutes=5)


@frozen(kw_only=True)
class ReorderedReceipts(ChannelFault):
    """A provider's call arrives before those that say less: what was delivered is then said to be accepted."""


RECEIPTS: Final[tuple[type[ChannelFault], ...]] = (LostReceipt, LateReceipt, DuplicateReceipt, ReorderedReceipts)

ALL: Final[tuple[type[Fault], ...]] = (
    Crash,
    Pause,
    TakenForDead,
    StoreFails,
    CommitUnsure,
    ClockOff,
    LostRequest,
    LostReply,
    Hang,
    Busy,
    Refusal,
    *RECEIPTS,
)
"""Every sort of fault."""


def everything(chance: float = 0.05) -> tuple[Fault, ...]:
    """Every sort of fault, each with that chance."""
    return tuple(sort(chance=chance) for sort in ALL)
