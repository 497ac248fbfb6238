"""From what a channel or executor answers, or raises, to what came of an attempt and the facts that say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

from attrs import evolve, field, frozen

from regua.core.dates import MICROSECONDS
from regua.core.events import (
    ActionAttempted,
    ActionDelivered,
    ActionFailed,
    ActionOutcome,
    ActionRead,
    ActionSent,
    ActionUnknown,
    ContactPointFailed,
    Event,
    EventRetracted,
)
from regua.engine.log import Log, trace_of
from regua.errors import PluginError, Rejected, Retryable, Unknown, Unsupported
from regua.ports import Attempt, AttemptOutcome, Receipt

ACCEPTED: Final = {"accepted": 0, "delivered": 1, "read": 2}
"""Receipts that say that a provider took a message over, each with how much more it says."""

FIRST_PAUSE: Final = 60 * MICROSECONDS
LONGEST_PAUSE: Final = 3600 * MICROSECONDS
SHORTEST_PERSONAL: Final = 4
"""Characters from which on a value is taken out of what a provider says."""
LONGEST_WORD: Final = 150
"""Characters that are kept of what a plugin says."""
LONGEST_REFERENCE: Final = 4_000
"""Characters of the longest id of a provider that is kept."""
_UNTELLABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def _told(value: object) -> str:
    """What a plugin says, as one line that every store can hold and every event may carry; "" for what is no text."""
    if not isinstance(value, str):
        return ""
    line = " ".join(_UNTELLABLE.sub(" ", value[: 2 * LONGEST_WORD]).split())
    return line if len(line) <= LONGEST_WORD else f"{line[: LONGEST_WORD - 1]}…"


def _reference(value: object) -> str:
    """A provider's id as it is, by which it is found again, or "" for what cannot be kept so."""
    keeps = isinstance(value, str) and len(value) <= LONGEST_REFERENCE and not _UNTELLABLE.search(value)
    return str(value) if keeps else ""


@frozen(kw_only=True)
class Answer:
    """What came of one attempt.

    Attributes:
        outcome: of the attempt.
        status: of the receipt, or "" where there was none.
        reason: the channel's word, without personal data.
        reference: the provider's own id, or "".
        at_us: when it came about, or None for now.
        after: how long to wait at least before another attempt, or None.
        point_failed: whether the address reaches nobody.
    """

    outcome: AttemptOutcome
    status: str = ""
    reason: str = field(default="", converter=_told)
    reference: str = field(default="", converter=_reference)
    at_us: int | None = None
    after: timedelta | None = None
    point_failed: bool = False

    def without(self, personal: Collection[str]) -> Answer:
        """The same, where the provider's word repeats an address or a name: the log of events is for ever."""
        reason = self.reason
        for text in sorted(personal, key=len, reverse=True):
            reason = reason.replace(text, "…") if len(text) >= SHORTEST_PERSONAL else reason
        return evolve(self, reason=reason)

    def on(self, attempt: Attempt, now: int) -> Attempt:
        """The evidence of an attempt with what came of it."""
        return evolve(attempt, outcome=self.outcome, reference=self.reference, reason=self.reason, receipt_us=now)


def ask(call: Callable[[], object], log: Log, **about: Any) -> Answer:
    """Call a plugin once, and understand what it answers or raises. What is not understood is unknown."""
    try:
        receipt = call()
    except PluginError as error:
        return _raised(error)
    except Exception as error:  # noqa: BLE001 - a bug of the plugin: nobody knows what left
        name, trace = type(error).__name__, trace_of(error)
        log.error("a plugin raised what it may not raise", error=name, trace=trace, **about)  # noqa: TRY400 - no text
        return Answer(outcome="unknown", reason=f"bug of the plugin: {name}")
    if not isinstance(receipt, Receipt):
        log.error("a plugin answered no receipt", error=type(receipt).__name__, **about)
        return Answer(outcome="unknown", reason=f"bug of the plugin: no receipt but {type(receipt).__name__}")
    return understood(receipt)


def _raised(error: PluginError) -> Answer:
    if isinstance(error, Retryable):
        return Answer(outcome="transient", reason=error.reason, after=error.after)
    if isinstance(error, Rejected):
        return Answer(outcome="permanent", reason=error.reason, point_failed=error.point_failed)
    if isinstance(error, Unsupported):
        return Answer(outcome="permanent", reason=f"unsupported: {error.feature}")
    return Answer(outcome="unknown", reason=error.why if isinstance(error, Unknown) else type(error).__name__)


def understood(receipt: Receipt) -> Answer:
    """What a receipt says of its request, at once or later."""
    outcome: AttemptOutcome = "unknown"
    if receipt.status in ACCEPTED:
        outcome = "accepted"
    elif receipt.status in {"bounced", "failed"}:
        outcome = "permanent"
    return Answer(
        outcome=outcome,
        status=receipt.status,
        reason=receipt.reason,
        reference=receipt.reference,
        at_us=receipt.at_us,
        point_failed=receipt.status == "bounced",
    )


def facts(
    answer: Answer, attempted: Sequence[ActionAttempted], now: int, *, point: str = "", reports: bool = True
) -> Iterator[Event]:
    """The facts that an answer makes about each action that left at once, in the order of time.

    Args:
        answer: to one attempt.
        attempted: the facts that an attempt at each of them began.
        now: when we learnt of it.
        point: the contact point that was used, or "".
        reports: whether the channel says when something was delivered.
    """
    for each in attempted:
        yield from _of_one(answer, each, now, reports=reports)
    if answer.outcome == "permanent" and answer.point_failed and point and attempted:
        yield _failed_point(attempted[0], moment(answer, attempted[0], now), now, point)


def _of_one(answer: Answer, attempted: ActionAttempted, now: int, *, reports: bool) -> Iterator[Event]:
    if answer.outcome == "transient":
        yield _retraction(attempted, now, answer.reason)
    elif answer.outcome == "unknown":
        yield _after(ActionUnknown, attempted, now, now, reason=answer.reason)
    elif answer.outcome == "permanent":
        yield _after(ActionFailed, attempted, moment(answer, attempted, now), now, reason=answer.reason)
    else:
        yield from _accepted(answer, attempted, now, reports=reports)


def _accepted(answer: Answer, attempted: ActionAttempted, now: int, *, reports: bool) -> Iterator[Event]:
    at, more = moment(answer, attempted, now), ACCEPTED.get(answer.status, 0)
    yield _after(ActionSent, attempted, at, now, reference=answer.reference, reports_delivery=reports)
    if more >= ACCEPTED["delivered"]:
        yield _after(ActionDelivered, attempted, at, now)
    if more >= ACCEPTED["read"]:
        yield _after(ActionRead, attempted, at, now)


def moment(answer: Answer, attempted: ActionAttempted, now: int) -> int:
    """When it came about, by the provider's clock, which may differ from ours: never before the attempt or ahead."""
    return now if answer.at_us is None else min(max(answer.at_us, attempted.at_us), now)


def _after(kind: type[ActionOutcome], attempted: ActionAttempted, at: int, now: int, **fields: Any) -> ActionOutcome:
    word = kind.type.rpartition(".")[2]
    return kind(
        id=f"{attempted.action}/{attempted.attempt}/{word}",
        creditor=attempted.creditor,
        debtor=attempted.debtor,
        at=at,
        recorded_at=now,
        action=attempted.action,
        step=attempted.step,
        receivable=attempted.receivable,
        occurrence=attempted.occurrence,
        channel=attempted.channel,
        tone=attempted.tone,
        attempt=attempted.attempt,
        contact=attempted.contact,
        listed=attempted.listed,
        **fields,
    )


def _retraction(attempted: ActionAttempted, now: int, reason: str) -> Event:
    """Nothing left, for certain: the attempt never reached the debtor, and the log keeps that it was made."""
    return EventRetracted(
        id=f"{attempted.action}/{attempted.attempt}/not-sent",
        creditor=attempted.creditor,
        debtor=attempted.debtor,
        at=now,
        recorded_at=now,
        event=attempted.id,
        reason=f"nothing left: {reason or 'not now'}",
    )


def _failed_point(attempted: ActionAttempted, at: int, now: int, point: str) -> Event:
    return ContactPointFailed(
        id=f"{attempted.action}/{attempted.attempt}/point-failed",
        creditor=attempted.creditor,
        debtor=attempted.debtor,
        at=at,
        recorded_at=now,
        point=point,
    )


def backoff(action: str, attempt: int, after: timedelta | None) -> int:
    """How long to wait before attempt `attempt + 1`, in microseconds: a minute, doubled each time, at most an hour.

    Up to a fifth is added by the action's id and the attempt, so that many do not come back at once and a simulation
    comes to the same.
    """
    base = min(FIRST_PAUSE << (attempt - 1), LONGEST_PAUSE)
    share = int(action[:4], 16) * 7919 * attempt % 1000
    asked = 0 if after is None else after // timedelta(microseconds=1)
    return max(base + base * share // 5000, asked)
