"""What a provider says later of something that was sent: matched to its attempt, recorded as facts."""

from __future__ import annotations

from collections.abc import Sequence

from regua.core.events import Event
from regua.engine.book import AccountBook
from regua.engine.outcomes import facts, understood
from regua.ports import Receipt


def take(book: AccountBook, channel: str, receipt: Receipt, *, reports: bool) -> Sequence[Event] | None:
    """Record what a receipt says of an attempt; what is known already is left out.

    A receipt is a fact, whatever the engine thought of the attempt: what was unknown becomes sent.

    Args:
        book: of one creditor.
        channel: who says it.
        receipt: what is said.
        reports: whether the channel says when something was delivered.

    Returns:
        What was recorded; None where the receipt is not about this creditor.
    """
    attempt = book.store.find_attempt(book.creditor, channel, key=receipt.key, reference=receipt.reference)
    if attempt is None:
        return None
    answer = understood(receipt)
    if answer.outcome == "unknown":
        return ()
    with book.change(attempt.debtor) as change:
        change.transaction.finish(answer.on(attempt, change.now))
        attempted = change.state.attempted(attempt)
        if attempted:
            new = change.state.new(facts(answer, attempted, change.now, point=attempted[0].point, reports=reports))
            if new:
                change.learn(attempt.members, new)
    return tuple(change.recorded)
