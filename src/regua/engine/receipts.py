"""What a provider says later of something that was sent: matched to its attempt, recorded as facts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from regua.core.events import Event
from regua.engine.asking import TO_COME, Asking
from regua.engine.boletos import said_of
from regua.engine.book import AccountBook
from regua.engine.consequences import told
from regua.engine.holding import seen
from regua.engine.outcomes import Answer, reference_of, understood
from regua.engine.telling import about
from regua.ports import Attempt, Boleto, Receipt


class Receipts:
    """Records what is said of the attempts of one creditor, by a call or when somebody asks.

    Args:
        book: of the creditor.
        asking: knows whom to ask for more.
    """

    def __init__(self, book: AccountBook, asking: Asking) -> None:
        self._book, self._asking = book, asking

    def take(self, channel: str, receipt: Receipt, *, reports: bool) -> Sequence[Event] | None:
        """Record what a receipt says of an attempt; what is known already is left out.

        A receipt is a fact, whatever the engine thought of the attempt: what was unknown becomes sent. Of a day to come
        it says nothing.

        Args:
            channel: who says it.
            receipt: what is said.
            reports: whether the channel says when something was delivered.

        Returns:
            What was recorded; None where the receipt is not about this creditor.
        """
        book = self._book
        key, reference = reference_of(receipt.key), reference_of(receipt.reference)
        attempt = book.store.find_attempt(book.creditor, channel, key=key, reference=reference)
        if attempt is None:
            return None
        answer = self._asking.of_the_past(understood(receipt))
        if answer.reason == TO_COME:
            book.log.warning(TO_COME, action=attempt.action, channel=channel, creditor=attempt.creditor)
        return self.hear(attempt, answer, reports=reports)

    def see(self, provider: str, boleto: Boleto) -> Sequence[Event] | None:
        """Record what a provider holds of a boleto; None where it is not of this creditor.

        It is known by its order, also where the answer to that was lost, else by the provider's id.
        """
        find = partial(self._book.store.find_attempt, self._book.creditor, provider)
        attempt = find(key=reference_of(boleto.instrument)) or find(reference=boleto.reference)
        return None if attempt is None else self.hear(attempt, said_of(boleto), reports=True)

    def hear(self, attempt: Attempt, answer: Answer, *, reports: bool) -> Sequence[Event]:
        """Record what is said of one attempt.

        Args:
            attempt: the evidence.
            answer: what is said.
            reports: as of `take`.
        """
        if answer.outcome == "unknown" and not answer.raw:
            return ()
        with self._book.change(attempt.debtor) as change:
            if answer.outcome == "unknown":  # it says nothing that is understood, and somebody may read it later
                change.keep_answer(attempt, answer.raw)
                return ()
            answer = answer.without(change.personal)
            change.transaction.finish(answer.on(attempt, change.now))
            attempted = change.state.attempted(attempt)
            known = change.state.known
            new = change.state.new(told(answer, attempt, attempted, change.now, reports=reports, known=known))
            new = [*seen(change, attempt, answer), *new]
            if new:
                change.keep_answer(attempt, answer.raw)
                change.learn(attempt.members, new)
            self._asking.watch(change, attempt)
        if change.recorded:
            self._book.log.info("a provider said what became of an attempt", state=answer.status, **about(attempt))
        return tuple(change.recorded)
