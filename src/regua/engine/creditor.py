"""One creditor of an engine: the only way to its debtors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import BinaryIO, Final

from regua.core.account import Account, fold
from regua.core.dates import to_instant
from regua.core.events import Event, InvoiceIssued
from regua.core.events.base import LONGEST_NAME, is_name
from regua.core.explain import explain
from regua.core.planning import Schedule
from regua.engine.book import AccountBook, Change, State
from regua.engine.dossier import Dossier, Material, dossier_of
from regua.engine.moving import Imported, exported, import_file, silent
from regua.engine.replaying import History, history
from regua.engine.shelf import same
from regua.engine.unknowns import UnknownAction, Unknowns
from regua.engine.verifying import Verified, verify_debtor, verify_everybody, verify_policies
from regua.errors import AccountMismatch, EventConflict, EventError, PlanError, PolicyError, VaultError
from regua.messages import CreditorIdentity
from regua.ports import RawAnswer

_HALF: Final = re.compile("[\ud800-\udfff]")


class Creditor:
    """Everything about the debtors of one creditor. Made by `Engine.creditor`."""

    def __init__(self, book: AccountBook, identity: CreditorIdentity, unknowns: Unknowns) -> None:
        self._book, self._identity, self._unknowns = book, identity, unknowns

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

        It is the same whenever it is learnt again, as by a retry or a provider's call that comes twice: the
        `recorded_at` of the first time stands.

        Args:
            events: facts of this creditor, of any of its debtors. An `invoice.issued` without a policy gets one: what
                was assigned to the receivable or the debtor, else the newest version of the creditor's first policy.
            using: what has the host's transaction, in which this happens and with which it rolls back: Django's
                `connection`, a `Session` or `Connection` of SQLAlchemy, or the driver's connection (`sqlite3`, with
                regua-postgres psycopg 3).

        Returns:
            What was new, as it was recorded.

        Raises:
            EventConflict: an id is recorded with other content.
            AccountMismatch: an event of another creditor.
            PlanError: after these events the debtor could not be planned any more (another currency, a migration that
                this version does not carry out). Nothing is stored.
            ValueError: `using` has no connection to the store's database, or no transaction: it is in autocommit.
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
        """Store personal data, apart from events; with a vault under a key of the debtor.

        Args:
            debtor: whose it is.
            records: for each reference that events hold (`ref`, `person`, `text`) its fields, such as
                `{"point-1": {"address": "ana@example.invalid"}}` or `{"person": {"name": "Ana Souza"}}`.
            using: as of `record`.

        Raises:
            EventError: `debtor` or a reference is no identifier.
            ValueError: a value is no text that can be stored.
        """
        for name in (debtor, *filter(None, records)):
            _check_id(name)
        for ref, fields in records.items():
            for name, value in fields.items():
                _check_text(ref, name, value)
        with self._book.store.transaction(self.id, using=using) as transaction:
            transaction.keep(debtor, records)

    def debtors(self) -> Iterator[str]:
        """Every debtor of whom something is recorded, in order of the ids."""
        return self._book.store.debtors(self.id)

    def keeps(self, debtor: str) -> bool:
        """Whether personal data of a debtor is kept, of whom nothing need be recorded.

        Raises:
            EventError: `debtor` is no identifier.
        """
        _check_id(debtor)
        try:
            return bool(self._book.store.kept(self.id, debtor))
        except VaultError:  # nobody can read it, and it is there
            return True

    def answers(self, debtor: str) -> Sequence[RawAnswer]:
        """What providers answered about the attempts at a debtor, as it came, in the order of keeping: personal data.

        Raises:
            EventError: `debtor` is no identifier.
            VaultError: it cannot be read: a key is missing, or it was altered.
        """
        _check_id(debtor)
        return self._book.store.answers(self.id, debtor)

    def events(self, debtor: str | None = None) -> Iterator[Event]:
        """Every recorded event, of one debtor or of all, in the order of recording.

        Raises:
            EventError: `debtor` is no identifier.
        """
        if debtor is None:
            return self._book.store.read_all(self.id)
        _check_id(debtor)
        return iter(self._book.store.load(self.id, debtor).events)

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
            EventError: `debtor` is no identifier.
        """
        _check_id(debtor)
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

        Raises:
            DateError: as `schedule`.
            EventError: likewise.
        """
        return explain(self.schedule(debtor, as_of=as_of), action=action)

    def history(self, debtor: str) -> History:
        """Everything that is recorded of a debtor, each attempt with the decision computed again.

        Raises:
            EventError: `debtor` is no identifier.
        """
        _check_id(debtor)
        return history(self._book, debtor)

    def verify(self, debtor: str | None = None) -> Iterator[Verified]:
        """Hold what is recorded against itself, debtor by debtor: log, evidence, decisions, outbox; then the policies.

        Every attempt is decided again from what was known then, and everything that does not agree is told.

        Args:
            debtor: its id; None for all.

        Raises:
            EventError: `debtor` is no identifier.
        """
        asking = self._unknowns.asking
        if debtor is None:
            yield from verify_everybody(self._book, asking)
        else:
            _check_id(debtor)
            yield verify_debtor(self._book, asking, debtor)
        yield verify_policies(self._book)

    def unknowns(self) -> tuple[UnknownAction, ...]:
        """Every action of which nobody knows whether it was carried out, and what will be done about it by itself."""
        return tuple(self._unknowns.all())

    def resolve(self, action: str, *, sent: bool, by: str, reason: str) -> tuple[Event, ...]:
        """Record what a person knows of an action that is `unknown`, and of all that left with it in one contact.

        Args:
            action: its id.
            sent: whether it was carried out. If not, its attempts are taken back, and the plan decides what comes of
                it: it may be sent then, under another key.
            by: who knows it.
            reason: how, such as `"seen in the provider's console"`, without personal data.

        Returns:
            What was recorded.

        Raises:
            EventError: there is no such action, it is not unknown, or `by` or `reason` is not one line of 1 to 200
                characters.
        """
        _check_id(action, "an action")
        return self._unknowns.resolve(action, sent=sent, by=by, reason=reason)

    def dossier(self, debtor: str, *, as_of: datetime | int | None = None) -> Dossier:
        """Everything about a debtor, for a lawyer; `regua.reports.dossier` writes it as HTML, JSON or PDF.

        The same store and `as_of` give the same dossier. Personal data is as it is kept now; of third parties none is
        told.

        Args:
            debtor: its id.
            as_of: an aware instant; None for now. What was recorded later is left out.

        Raises:
            DateError: `as_of` is naive.
            EventError: `debtor` is no identifier.
            PlanError: the debtor cannot be planned.
        """
        _check_id(debtor)
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

    def export(self, *, personal_data: bool = False) -> Iterator[str]:
        """Give everything that is stored of this creditor as lines for `import_events`, debtor by debtor.

        What records and runs should rest meanwhile, and for good where the creditor moves: two stores that both send
        send twice.

        Args:
            personal_data: whether names and addresses go along.

        Raises:
            MoveError: facts were recorded meanwhile, or a log is damaged; the last line is missing then.
        """
        return exported(self._book.store, self.id, personal_data=personal_data)

    def import_events(self, file: BinaryIO, *, tell: Callable[[str, int, int], object] = silent) -> Imported:
        """Take over what `export` gave of another store, each debtor whole, so that the dunning goes on from there.

        The file is checked whole before anything is stored. Once more after an interruption, it goes on: who is there
        is passed over. Debtors who are not in the file stay as they are.

        Args:
            file: open for reading bytes, and seekable.
            tell: told how far it is: `"checking"` or `"importing"`, how many debtors, of how many (0 while unknown).

        Returns:
            What was taken over.

        Raises:
            DecodeError: the file was harmed or cut off; nothing is stored.
            MoveError: it is of another creditor, or something else is stored of one of its debtors; likewise.
        """
        return import_file(self._book.store, self.id, file, tell)

    def erase(self, debtor: str) -> None:
        """Destroy the debtor's personal data (LGPD art. 18), with a vault its key first; the ledger still adds up.

        Args:
            debtor: its id; one of whom nothing is kept is no error.

        Raises:
            EventError: `debtor` is no identifier.
            TimeoutError: somebody reads a SQLite database for long; the data is gone, its bytes are not: erase again.
            VaultError: there is a key, and this engine has no vault to destroy it in; the data is gone from the store.
        """
        _check_id(debtor)
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


def _check_id(name: object, what: str = "a debtor, and no reference") -> None:
    """Refuse what no fact could name; it may be personal data in the wrong place, and is not told."""
    if not is_name(name):
        message = f"this is no id of {what}; write a non-empty string on one line, of at most {LONGEST_NAME} characters"
        raise EventError(message)


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
