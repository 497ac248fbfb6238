"""One creditor of an engine: the only way to its debtors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from regua.core.account import Account, fold
from regua.core.dates import to_instant
from regua.core.events import Event, InvoiceIssued
from regua.core.explain import explain
from regua.core.planning import Schedule
from regua.engine.book import AccountBook, Change, State
from regua.engine.dossier import Dossier, Material, dossier_of
from regua.engine.replaying import History, history
from regua.engine.shelf import same
from regua.errors import AccountMismatch, EventConflict, PlanError, PolicyError
from regua.messages import CreditorIdentity

_HALF: Final = re.compile("[\ud800-\udfff]")


class Creditor:
    """Everything about the debtors of one creditor. Made by `Engine.creditor`."""

    def __init__(self, book: AccountBook, identity: CreditorIdentity) -> None:
        self._book, self._identity = book, identity

    @property
    def id(self) -> str:
        """Its id."""
        return self._book.creditor

    @property
    def timezone(self) -> str:
        """IANA zone of debtors that have none of their own: that of the policy which new receivables get."""
        return self._book.shelf.newest(self._book.shelf.default).timezone

    def record(self, *events: Event, using: object | None = None) -> tuple[Event, ...]:
        """Store events and plan their debtors anew, all or nothing. The same event again does nothing.

        Args:
            events: facts of this creditor, of any of its debtors. An `invoice.issued` without a policy gets one: what
                was assigned to the receivable or the debtor, else the newest version of the creditor's first policy.
            using: the host's open connection, in whose transaction this happens and with which it rolls back:
                a `sqlite3.Connection`, or with regua-postgres a `psycopg.Connection`; under Django that is
                `django.db.connection.connection`.

        Returns:
            What was new, as it was recorded.

        Raises:
            EventConflict: an id is recorded with other content.
            AccountMismatch: an event of another creditor.
            PlanError: after these events the debtor could not be planned any more (another currency, a migration that
                this version does not carry out). Nothing is stored.
            ValueError: `using` is no connection to the store's database.
        """
        groups, recorded = self._grouped(events), list[Event]()
        with self._book.changing(using=using) as change_of:
            for debtor, own in groups.items():
                change = change_of(debtor)
                new = self._new(change.state, own)
                if new:
                    self._take(change, new)
                    recorded += new
        return tuple(recorded)

    def _take(self, change: Change, new: Sequence[Event]) -> None:
        """Record new facts. Those that are not to blame that the debtor cannot be planned are recorded all the same."""
        before = change.state.account
        try:
            change.advance(new)
        except (PlanError, PolicyError) as error:
            if self._can_be_planned(before, change.now):
                raise
            about = {"creditor": self.id, "debtor": change.state.debtor, "error": type(error).__name__}
            self._book.log.warning("facts are recorded of a debtor who cannot be planned", **about)
            change.write((), wakeup_us=change.now)

    def _can_be_planned(self, account: Account, now: int) -> bool:
        try:
            self._book.plan(account, now)
        except (PlanError, PolicyError):
            return False
        return True

    def keep(self, debtor: str, records: Mapping[str, Mapping[str, str]], *, using: object | None = None) -> None:
        """Store personal data, apart from events.

        Args:
            debtor: whose it is.
            records: for each reference that events hold (`ref`, `person`, `text`) its fields, such as
                `{"point-1": {"address": "ana@example.invalid"}}` or `{"person": {"name": "Ana Souza"}}`.
            using: as of `record`.

        Raises:
            ValueError: a value is no text that can be stored.
        """
        for ref, fields in records.items():
            for name, value in fields.items():
                _check_text(ref, name, value)
        with self._book.store.transaction(self.id, using=using) as transaction:
            transaction.keep(debtor, records)

    def debtors(self) -> Iterator[str]:
        """Every debtor of whom something is recorded, in order of the ids."""
        return self._book.store.debtors(self.id)

    def events(self, debtor: str | None = None) -> Iterator[Event]:
        """Every recorded event, of one debtor or of all, in the order of recording."""
        return (
            self._book.store.read_all(self.id)
            if debtor is None
            else iter(self._book.store.load(self.id, debtor).events)
        )

    def schedule(
        self, debtor: str, *, as_of: datetime | int | None = None, until: datetime | int | None = None
    ) -> Schedule:
        """What will happen to a debtor; before now, what was going to happen by what was known then.

        Args:
            debtor: its id; one of whom nothing is recorded has an empty schedule.
            as_of: an aware instant; None for now.
            until: leave out what is planned after it.

        Raises:
            DateError: `as_of` or `until` is naive.
        """
        now = self._book.now()
        instant = now if as_of is None else to_instant(as_of)
        limit = None if until is None else to_instant(until)
        state = self._book.read(debtor)
        account = state.account if instant >= now else _known(state.account, instant)
        return self._book.plan(account, instant, until=limit)

    def explain(self, debtor: str, *, as_of: datetime | int | None = None, action: str = "") -> str:
        """Why each step is where it is; for a past `as_of`, with what was known then.

        Args:
            debtor: its id.
            as_of: an aware instant; None for now.
            action: id of one action, or the beginning of it; "" for all.
        """
        return explain(self.schedule(debtor, as_of=as_of), action=action)

    def history(self, debtor: str) -> History:
        """Everything that is recorded of a debtor, each attempt with the decision computed again."""
        return history(self._book, debtor)

    def dossier(self, debtor: str, *, as_of: datetime | int | None = None) -> Dossier:
        """Everything about a debtor, for a lawyer; `regua.reports.dossier` writes it as HTML, JSON or PDF.

        The same store and `as_of` give the same dossier. Personal data is as it is kept now; of third parties none is
        told.

        Args:
            debtor: its id.
            as_of: an aware instant; None for now. What was recorded later is left out.

        Raises:
            DateError: `as_of` is naive.
            PlanError: the debtor cannot be planned.
        """
        book = self._book
        evidence = book.store.attempts(self.id, debtor)  # before the events, so that no attempt knows more of them
        material = Material(
            creditor=self.id,
            debtor=debtor,
            as_of=book.now() if as_of is None else to_instant(as_of),
            recorded=book.store.load(self.id, debtor).events,
            plan=book.plan,
            stand=book.stand,
            identity=self._identity,
            kept=book.store.kept(self.id, debtor),
            evidence=evidence,
        )
        return dossier_of(material)

    def erase(self, debtor: str) -> None:
        """Destroy the debtor's personal data (LGPD art. 18); the ledger still adds up."""
        self._book.store.erase(self.id, debtor)

    def _grouped(self, events: Sequence[Event]) -> dict[str, list[Event]]:
        """By debtor, in order of the ids: two who record at once take accounts in the same order."""
        groups: dict[str, list[Event]] = {}
        for event in events:
            given: object = event
            if not isinstance(given, Event):
                message = f"record takes events one by one, not a {type(given).__name__}: record(*events)"
                raise TypeError(message)
            if event.creditor != self.id:
                message = f"event {event.id!r} is of creditor {event.creditor!r} and was given to {self.id!r}"
                raise AccountMismatch(message)
            groups.setdefault(event.debtor, []).append(event)
        return {debtor: groups[debtor] for debtor in sorted(groups)}

    def _new(self, state: State, events: Sequence[Event]) -> list[Event]:
        """What is not recorded yet, each invoice bound to the policy version that governs it."""
        known = dict(state.known)
        new = [event for event in events if not self._is_known(event, known)]
        first = [self._book.shelf.bound(event, state.account) for event in new if not isinstance(event, InvoiceIssued)]
        account = fold(first, state.account) if first else state.account
        bound = {event.id: event for event in first}
        bound |= {event.id: self._book.shelf.bound(event, account) for event in new if isinstance(event, InvoiceIssued)}
        return [bound[event.id] for event in new]

    @staticmethod
    def _is_known(event: Event, known: dict[str, Event]) -> bool:
        if event.id not in known:
            known[event.id] = event
            return False
        if not same(event, known[event.id]):
            message = (
                f"event {event.id!r} ({event.type}, debtor {event.debtor!r}) was recorded before with other content; "
                "give a new fact a new id, or retract the old one with event.retracted"
            )
            raise EventConflict(message)
        return True


def _check_text(ref: str, name: str, value: object) -> None:
    """Refuse what a store or a channel would fall over later; the value itself is personal data, and is not told."""
    if not isinstance(value, str):
        message = f"{name!r} of {ref!r} is a {type(value).__name__}, not a text; leave out what is not known"
        raise ValueError(message)  # noqa: TRY004 - one error for what cannot be kept
    if any(map(_HALF.search, (ref, name, value))):
        message = f"{name!r} of {ref!r} holds half of a character (a lone surrogate); decode it anew from its source"
        raise ValueError(message)


def _known(account: Account, instant: int) -> Account:
    """The account as it was known at an instant."""
    known = [event for event in account.events if event.recorded_us <= instant]
    return fold(known, Account(creditor=account.creditor, debtor=account.debtor))
