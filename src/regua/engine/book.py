"""The accounts of one creditor: read from the store, planned, and written back with what the plan asks for.

Everything that changes an account does it in a `Change`: a fact of the host, an attempt, a receipt, a wakeup.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Final, Protocol

from attrs import define, evolve, field, frozen

from regua.core.account import Account, fold
from regua.core.calendars import Calendar
from regua.core.dates import civil_day
from regua.core.events import ActionAttempted, ActionOutcome, Event, EventRetracted
from regua.core.indexes import Index
from regua.core.planning import Schedule, plan
from regua.core.planning.standing import Standing
from regua.engine.basis import Basis, basis_of, chained
from regua.engine.log import Log, trace_of
from regua.engine.outbox import OPEN, changed, stated
from regua.engine.shelf import Shelf
from regua.errors import PlanError, ReguaError, StoreError, VaultError
from regua.ports import LONGEST_ANSWER, AccountRecord, Attempt, OutboxAction, RawAnswer, Store, Transaction

REMEMBERED: Final = 1_000
"""Accounts that are kept folded and planned between two calls."""


MOST_ANSWERS: Final = 20
"""How many answers of a provider about one attempt are kept, of those that say something new."""


class Load(Protocol):
    """Reads a debtor, of a transaction, which holds the account, or of the store."""

    def __call__(self, debtor: str, *, since: int = 0) -> AccountRecord:
        """The debtor's record, without the events up to a version."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> int:
        """The instant, which decides what is due; somebody may set it."""

    def elapsed(self) -> float:
        """Seconds that have passed since some instant."""


@frozen(kw_only=True)
class State:
    """One debtor at one version.

    Attributes:
        debtor: its id.
        version: how many events are recorded.
        account: all of them, folded.
        outbox: the debtor's actions.
        wakeup_us: when the debtor is to be planned again, or None.
        schedule: the plan of this version, where it is known; of what is alive alone.
        digest: of all facts, in the order of recording.
    """

    debtor: str
    version: int
    account: Account
    outbox: Sequence[OutboxAction]
    wakeup_us: int | None
    schedule: Schedule | None = None
    digest: str = ""

    @property
    def known(self) -> Mapping[str, Event]:
        """Recorded events by id."""
        return {event.id: event for event in self.account.events}

    def new(self, events: Iterable[Event]) -> list[Event]:
        """Those that are not recorded yet."""
        known = self.known
        return [event for event in events if event.id not in known]

    def attempted(self, attempt: Attempt) -> list[ActionAttempted]:
        """The facts that an attempt at each of its actions began, the carrier's first."""
        known = self.known
        found = (known.get(attempted_id(action, attempt.number)) for action in attempt.members)
        return [fact for fact in found if isinstance(fact, ActionAttempted)]

    def row(self, action: str) -> OutboxAction | None:
        """An action of the outbox, or None."""
        return next((row for row in self.outbox if row.id == action), None)


@define
class Change:
    """One debtor, held in a transaction.

    Attributes:
        book: of the creditor.
        transaction: holds the account.
        now: instant at which it was read.
        state: as it is after what was done so far.
        recorded: facts that were added.
    """

    book: AccountBook
    transaction: Transaction
    now: int
    state: State
    recorded: list[Event] = field(factory=list)

    @property
    def personal(self) -> frozenset[str] | None:
        """What is kept of the debtor, and nobody may find in a log; None where it cannot be read."""
        try:
            kept = self.transaction.kept(self.state.debtor).values()
        except VaultError:
            return None
        return frozenset(value for fields in kept for value in fields.values())

    def keep_answer(self, attempt: Attempt, raw: bytes) -> None:
        """Keep what a provider answered, as it came, once; of whom nothing is kept, as once erased, nothing."""
        if not (raw and self.personal):
            return
        content, transaction = raw[:LONGEST_ANSWER], self.transaction
        with suppress(VaultError):  # what cannot be read cannot be compared either
            answers = [each for each in transaction.answers(attempt.debtor) if _is_about(each, attempt)]
            if len(answers) < MOST_ANSWERS and all(
                (each.content, each.size) != (content, len(raw)) for each in answers
            ):
                answer = RawAnswer(
                    creditor=attempt.creditor,
                    debtor=attempt.debtor,
                    action=attempt.action,
                    number=attempt.number,
                    at_us=self.now,
                    size=len(raw),
                    content=content,
                )
                transaction.keep_answer(answer)

    def append(self, events: Sequence[Event]) -> None:
        """Record facts that are not recorded yet; a plan has to follow, now or when the debtor wakes up."""
        if events:
            version = self.transaction.append(self.state.debtor, events)
            account = fold(events, self.state.account)
            digest = chained(events, self.state.digest)
            self.state = evolve(self.state, version=version, account=account, schedule=None, digest=digest)
            self.recorded += events

    def plan(self) -> Schedule:
        """The plan of what is alive, made anew where the one that is known may be out of date.

        It tells of no day to come, as long as no action of the outbox has to know why it no longer is due.
        """
        known = self.state.schedule
        if known is None or not _still_holds(known, self.now):
            known = self.book.plan(self.state.account, self.now, until=self.now, closed=False)
            self.state = evolve(self.state, schedule=known)
        outcomes, told = self.state.account.facts.outcomes, {action.id for action in known.all}
        if any(row.state in OPEN and row.id not in outcomes and row.id not in told for row in self.state.outbox):
            return self.book.plan(self.state.account, self.now, closed=False)
        return known

    def write(self, rows: Sequence[OutboxAction], *, wakeup_us: int | None) -> None:
        """Write actions of the outbox, and when the debtor is to be planned again."""
        self.transaction.put(self.state.debtor, rows, wakeup_us=wakeup_us, digest=self.state.digest)
        outbox = {row.id: row for row in (*self.state.outbox, *rows)}
        self.state = evolve(self.state, outbox=tuple(outbox.values()), wakeup_us=wakeup_us)

    def advance(self, events: Sequence[Event] = (), *, put_off: Mapping[str, tuple[int, str]] | None = None) -> None:
        """Record facts, plan anew, and bring the outbox up to date.

        Args:
            events: new facts, or none where only time went by.
            put_off: for actions by id: not before which instant, and why.
        """
        self.append(events)
        self._follow(self.plan(), events, put_off or {})

    def learn(
        self,
        actions: Collection[str],
        events: Sequence[Event],
        *,
        put_off: Mapping[str, tuple[int, str]] | None = None,
    ) -> None:
        """Record what became of actions. It happened, so it is recorded also where the debtor cannot be planned.

        Args:
            actions: their ids; where there is no plan they alone move, and the debtor is planned with the next run.
            events: what is new.
            put_off: as of `advance`.
        """
        self.append(events)
        try:
            schedule = self.plan()
        except StoreError:
            raise
        except ReguaError:
            rows = [stated(row, self.state.account.facts.outcomes) for row in self.state.outbox if row.id in actions]
            self.write(_put_off(rows, self.state.outbox, put_off or {}), wakeup_us=self.now)
        else:
            self._follow(schedule, events, put_off or {})

    def _follow(self, schedule: Schedule, events: Sequence[Event], put_off: Mapping[str, tuple[int, str]]) -> None:
        rows = changed(
            schedule,
            self.state.account.facts.outcomes,
            self.state.outbox,
            kinds=self.book.kinds,
            touched=_touched(events),
        )
        self.write(_put_off(rows, self.state.outbox, put_off), wakeup_us=schedule.next_wakeup_us)


@define(kw_only=True)
class AccountBook:
    """Accounts and their plans. Thread-safe.

    Attributes:
        creditor: whose they are.
        store: where they are kept.
        shelf: the policies.
        calendars: by name.
        indexes: by name.
        kinds: kinds of step that something carries out.
        now: the engine's clock.
        elapsed: seconds that have passed since some instant.
        log: the host's.
        told: tells observers of a fact that is durable; nobody is told of what lies in a host's open transaction.
    """

    creditor: str
    store: Store
    shelf: Shelf
    calendars: Mapping[str, Calendar]
    indexes: Mapping[str, Index]
    kinds: Collection[str]
    now: Callable[[], int]
    elapsed: Callable[[], float]
    log: Log
    told: Callable[[Event], object]
    _known: dict[str, State] = field(factory=dict, init=False)

    @contextmanager
    def changing(self, *, using: object | None = None) -> Iterator[Callable[[str], Change]]:
        """Change debtors, all or none of them.

        Args:
            using: the host's connection, in whose transaction this happens.

        Yields:
            Gives the change of a debtor, who is held from then on.
        """
        changes: dict[str, Change] = {}
        with self.store.transaction(self.creditor, using=using) as transaction:

            def of(debtor: str) -> Change:
                if debtor not in changes:
                    state = self.read(debtor, transaction.load)
                    changes[debtor] = Change(self, transaction, self.now(), state)
                return changes[debtor]

            yield of
        if using is not None:  # the host may still roll its own transaction back: nothing is durable yet
            return
        self._remember(change.state for change in changes.values())
        for change in changes.values():
            for event in change.recorded:
                self.told(event)

    @contextmanager
    def change(self, debtor: str) -> Iterator[Change]:
        """Change one debtor."""
        with self.changing() as of:
            yield of(debtor)

    def read(self, debtor: str, load: Load | None = None) -> State:
        """Read one debtor; of what is remembered only the rest."""
        load = load or self._load
        known = self._known.get(debtor)
        record = load(debtor, since=known.version if known else 0)
        if known is not None and record.version < known.version:  # the database was put back to an older state
            known, record = None, load(debtor)
        before = known.account if known else Account(creditor=self.creditor, debtor=debtor)
        return State(
            debtor=debtor,
            version=record.version,
            account=fold(record.events, before) if record.events else before,
            outbox=record.outbox,
            wakeup_us=record.wakeup_us,
            schedule=known.schedule if known and known.version == record.version else None,
            digest=chained(record.events, known.digest if known else ""),
        )

    def plan(self, account: Account, as_of: int, *, until: int | None = None, closed: bool = True) -> Schedule:
        """The plan of an account under the policies that govern it.

        Args:
            account: the debtor's facts.
            as_of: instant.
            until: leave out what is planned after it.
            closed: whether to tell also of receivables of which nothing can come any more.

        Raises:
            PlanError: it cannot be planned.
        """
        policies = self.shelf.governing(account)
        try:
            return plan(
                policies,
                account,
                as_of=as_of,
                calendar=self.calendars,
                indexes=self.indexes,
                until=until,
                closed=closed,
            )
        except ReguaError:
            raise
        except Exception as error:  # a bug, of regua or of a calendar: this debtor's alone, not everybody's
            self.log.error("planning raised what it may not", error=type(error).__name__, trace=trace_of(error))  # noqa: TRY400 - no text
            message = f"debtor {account.debtor!r} cannot be planned: a bug, {type(error).__name__}; the log says where"
            raise PlanError(message) from error

    def basis(self, state: State, zone: str, at: int) -> Basis:
        """What a decision about a debtor rests on.

        Args:
            state: what is known.
            zone: the debtor's.
            at: instant of the decision.
        """
        policies = self.shelf.governing(state.account)
        return basis_of(policies, self.calendars, facts=state.digest, zone=zone, at=at)

    def stand(self, account: Account, as_of: int) -> Standing:
        """Where an account stands under the policies that govern it.

        Raises:
            PlanError: it cannot be planned.
        """
        return Standing(account, self.shelf.governing(account), self.calendars, as_of, self.indexes)

    def _load(self, debtor: str, *, since: int = 0) -> AccountRecord:
        return self.store.load(self.creditor, debtor, since=since)

    def _remember(self, states: Iterator[State]) -> None:
        """Keep what is durable; without a lock, which a fork might copy while it is held."""
        for state in states:
            self._known.pop(state.debtor, None)
            self._known[state.debtor] = state
        while len(self._known) > REMEMBERED:
            with suppress(StopIteration, RuntimeError):  # another thread forgets, too
                self._known.pop(next(iter(self._known)), None)


def attempted_id(action: str, number: int) -> str:
    """Id of the fact that an attempt at an action began."""
    return f"{action}/{number}/attempted"


def _is_about(answer: RawAnswer, attempt: Attempt) -> bool:
    return (answer.action, answer.number) == (attempt.action, attempt.number)


def _still_holds(schedule: Schedule, now: int) -> bool:
    """A plan holds until its next wakeup, and its amounts for as long as the civil day."""
    in_time = schedule.as_of_us <= now and (schedule.next_wakeup_us is None or now < schedule.next_wakeup_us)
    return in_time and civil_day(schedule.as_of_us, schedule.zone) == civil_day(now, schedule.zone)


def _touched(events: Sequence[Event]) -> frozenset[str] | None:
    """The actions of which facts tell; None where a retraction may be of any."""
    if any(isinstance(event, EventRetracted) for event in events):
        return None
    return frozenset(event.action for event in events if isinstance(event, ActionOutcome))


def _put_off(
    rows: Sequence[OutboxAction], stored: Sequence[OutboxAction], until: Mapping[str, tuple[int, str]]
) -> list[OutboxAction]:
    """What is due and was put off is due later; what is not due any more stays as the plan says."""
    after = {row.id: row for row in rows}
    for row in stored:
        if row.id in until and after.get(row.id, row).state in {"pending", "claimed"}:
            due_us, reason = until[row.id]
            after[row.id] = evolve(after.get(row.id, row), state="pending", due_us=due_us, reason=reason, owner="")
    return list(after.values())
