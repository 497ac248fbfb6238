"""From what a channel or executor answers, or raises, to what came of an attempt and the facts that say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

from attrs import evolve, field, frozen

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
from regua.engine.hiding import hidden
from regua.engine.log import Log, trace_of
from regua.errors import PluginError, Rejected, Retryable, Unknown, Unsupported
from regua.plugins.failures import BROKEN
from regua.ports import Attempt, AttemptOutcome, Boleto, Receipt

ACCEPTED: Final = {"accepted": 0, "delivered": 1, "read": 2}
"""Receipts that say that a provider took a message over, each with how much more it says."""

NEVER_SEEN: Final = "the provider knows nothing of it"
"""What is said of a request that never arrived."""
LONGEST_WAIT: Final = timedelta(days=30)
"""That a plugin may ask for."""
LONGEST_WORD: Final = 150
"""Characters that are kept of what a plugin says."""
LONGEST_REFERENCE: Final = 1_000
"""Bytes of the longest id of a provider that is kept: an index of PostgreSQL has to hold it."""
_UNTELLABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def _told(value: object) -> str:
    """What a plugin says, as one line that every store can hold and every event may carry; "" for what is no text."""
    if not isinstance(value, str):
        return ""
    line = " ".join(_UNTELLABLE.sub(" ", value[: 2 * LONGEST_WORD]).split())
    return line if len(line) <= LONGEST_WORD else f"{line[: LONGEST_WORD - 1]}…"


def _bytes(value: object) -> bytes:
    """A provider's answer as it came, or b"" where a plugin gives something else."""
    return bytes(value) if isinstance(value, bytes | bytearray) else b""


def reference_of(value: object) -> str:
    """A provider's id as it is, by which it is found again, or "" for what cannot be kept so."""
    keeps = isinstance(value, str) and not _UNTELLABLE.search(value) and len(value.encode()) <= LONGEST_REFERENCE
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
        runs: whether the call was given up and goes on in this process.
        boletos: that were seen as their provider holds them now, in the order of seeing.
        raw: the provider's answer as it came, or b"".
    """

    outcome: AttemptOutcome
    status: str = ""
    reason: str = field(default="", converter=_told)
    reference: str = field(default="", converter=reference_of)
    at_us: int | None = None
    after: timedelta | None = None
    point_failed: bool = False
    runs: bool = False
    boletos: tuple[Boleto, ...] = field(default=(), repr=False)
    raw: bytes = field(default=b"", repr=False, converter=_bytes)

    def without(self, personal: Collection[str] | None) -> Answer:
        """The same, where the provider's word repeats an address or a name: the log of events is for ever.

        Args:
            personal: addresses, names and the like; None where nobody can say, and no word of it may stay.
        """
        return evolve(self, reason=hidden(self.reason, personal))

    def on(self, attempt: Attempt, now: int) -> Attempt:
        """The evidence of an attempt with what came of it."""
        return evolve(attempt, outcome=self.outcome, reference=self.reference, reason=self.reason, receipt_us=now)


def ask(call: Callable[[], object], log: Log, **about: Any) -> Answer:
    """Call a plugin once, and understand what it answers or raises. What is not understood is unknown."""
    try:
        try:
            receipt = call()
        except PluginError as error:
            return raised(error)
        if isinstance(receipt, Receipt | Answer):
            return receipt if isinstance(receipt, Answer) else understood(receipt)
    except BROKEN as error:  # a bug of the plugin: nobody knows what left
        name, trace = type(error).__name__, trace_of(error)
        log.error("a plugin raised what it may not raise", error=name, trace=trace, **about)  # noqa: TRY400 - no text
        return Answer(outcome="unknown", reason=f"bug of the plugin: {name}")
    log.error("a plugin answered no receipt", error=type(receipt).__name__, **about)
    return Answer(outcome="unknown", reason=f"bug of the plugin: no receipt but {type(receipt).__name__}")


def raised(error: PluginError) -> Answer:
    """What an error says that a plugin raised as it may."""
    if isinstance(error, Retryable):
        return Answer(outcome="transient", reason=error.reason, after=_wait(error.after))
    if isinstance(error, Rejected):
        return Answer(outcome="permanent", reason=error.reason, point_failed=error.point_failed)
    if isinstance(error, Unsupported):
        return Answer(outcome="permanent", reason=f"unsupported: {error.feature}")
    return Answer(outcome="unknown", reason=error.why if isinstance(error, Unknown) else type(error).__name__)


def _wait(after: object) -> timedelta | None:
    """How long to wait at least, as far as it can be meant."""
    return min(after, LONGEST_WAIT) if isinstance(after, timedelta) else None


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
        raw=receipt.raw,
    )


def facts(
    answer: Answer,
    attempted: Sequence[ActionAttempted],
    now: int,
    *,
    point: str = "",
    reports: bool = True,
    known: Container[str] = (),
    doubtful: Container[str] = (),
) -> Iterator[Event]:
    """The facts that an answer makes about each action that left at once, in the order of time.

    Args:
        answer: to one attempt.
        attempted: the facts that an attempt at each of them began.
        now: when we learnt of it.
        point: the contact point that was used, or "".
        reports: whether the channel says when something was delivered.
        known: ids of recorded facts.
        doubtful: actions at which there is another attempt that may have reached the debtor. A refusal of this one
            proves nothing about that: it is only taken back.
    """
    for each in attempted:
        if answer.outcome == "transient":
            yield from _not_sent(each, now, answer.reason or "not now", known)
        elif answer.outcome == "permanent" and each.action in doubtful:
            yield from _not_sent(each, now, f"refused: {answer.reason}" if answer.reason else "refused", known)
        else:
            yield from _of_one(answer, each, now, reports=reports)
    if answer.outcome == "permanent" and answer.point_failed and point and attempted:
        yield _failed_point(attempted[0], moment(answer, attempted[0], now), now, point)


def _of_one(answer: Answer, attempted: ActionAttempted, now: int, *, reports: bool) -> Iterator[Event]:
    if answer.outcome == "unknown":
        yield outcome_of(ActionUnknown, attempted, now, now, reason=answer.reason)
    elif answer.outcome == "permanent":
        yield outcome_of(ActionFailed, attempted, moment(answer, attempted, now), now, reason=answer.reason)
    else:
        yield from _accepted(answer, attempted, now, reports=reports)


def _accepted(answer: Answer, attempted: ActionAttempted, now: int, *, reports: bool) -> Iterator[Event]:
    at, more = moment(answer, attempted, now), ACCEPTED.get(answer.status, 0)
    yield outcome_of(ActionSent, attempted, at, now, reference=answer.reference, reports_delivery=reports)
    if more >= ACCEPTED["delivered"]:
        yield outcome_of(ActionDelivered, attempted, at, now)
    if more >= ACCEPTED["read"]:
        yield outcome_of(ActionRead, attempted, at, now)


def moment(answer: Answer, attempted: ActionAttempted, now: int) -> int:
    """When it came about, by the provider's clock, which may differ from ours: never before the attempt or ahead."""
    return now if answer.at_us is None else min(max(answer.at_us, attempted.at_us), now)


def outcome_of(kind: type[ActionOutcome], attempted: ActionOutcome, at: int, now: int, **fields: Any) -> ActionOutcome:
    """What became of an attempt: a fact with the identity of the one that tells that it began."""
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


def _not_sent(attempted: ActionAttempted, now: int, reason: str, known: Container[str]) -> Iterator[Event]:
    """Nothing left, for certain: the attempt never reached the debtor, and the log keeps that it was made."""
    yield retraction(attempted, now, f"nothing left: {reason}")
    unknown = f"{attempted.action}/{attempted.attempt}/unknown"
    if unknown in known:
        yield retraction(outcome_of(ActionUnknown, attempted, now, now), now, f"nothing left: {reason}")


def retraction(fact: ActionOutcome, now: int, reason: str, *, by: str = "") -> Event:
    """Take back what an attempt was thought to be.

    Args:
        fact: that it began, or that nobody knows what became of it.
        now: when we learnt better.
        reason: why, without personal data.
        by: the person who says so, or "".
    """
    began = isinstance(fact, ActionAttempted)
    return EventRetracted(
        id=f"{fact.action}/{fact.attempt}/not-sent" if began else f"{fact.id}/not-sent",
        creditor=fact.creditor,
        debtor=fact.debtor,
        at=now,
        recorded_at=now,
        event=fact.id,
        reason=reason,
        by=by,
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
