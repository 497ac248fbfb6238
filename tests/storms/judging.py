"""What must hold after a storm, judged by the provider's own book, by what was acknowledged, and by the store."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from attrs import define, evolve, field, frozen
from tests.storms.book import Entry
from tests.storms.fates import NOT_TAKEN, UNANSWERED, Mode
from tests.storms.population import ATTEMPTS, CREDITOR, Debtor

from regua import events
from regua.ports import AccountRecord, Attempt, OutboxAction, Store

OVER = ("sent", "failed", "unknown")
ENDED = ("the worker ended", "no answer within")
"""Reasons that tell of the process, or of how long it waited, and not of what the provider did."""


@frozen(kw_only=True)
class Known:
    """What the storm knows by itself.

    Attributes:
        debtors: of the population.
        book: the provider's.
        acknowledged: ids of the events that were recorded.
        paid: when the recording of a receivable's payment came back, by the machine's clock.
        seen: attempts that were read in the middle of the storm.
        mode: what the provider can do about a key that it has seen.
        has_lease: whether no worker's death was proved, so that nothing is sent again because a provider never saw it.
        shift_us: by how much the engines' clock was ahead of the machine's; None where the workers' clocks differed.
    """

    debtors: Sequence[Debtor]
    book: Sequence[Entry]
    acknowledged: Iterable[str]
    paid: Mapping[str, int]
    seen: Mapping[str, Sequence[Attempt]] = field(factory=dict)
    mode: Mode = "blind"
    has_lease: bool = False
    shift_us: int | None = None


@define
class Verdict:
    """What was found.

    Attributes:
        states: how many actions of the outbox stand where.
        duplicates: deliveries beyond the first, of an action or under a key.
        lost: receivables that are not paid and of which nothing became.
        stuck: actions that are due, or in somebody's hands, at the end.
        after_payment: deliveries whose intent follows the recorded payment.
        in_flight: deliveries that reached the provider after a payment came back and had their intent before it.
        unknown_taken: how many of the unknown actions the provider in truth took over.
        unknowns: why they are unknown: what the attempt says, what the provider did, and how many.
        faults: everything that may not be, in words.
    """

    states: Counter[str] = field(factory=Counter)
    duplicates: int = 0
    lost: int = 0
    stuck: int = 0
    after_payment: int = 0
    in_flight: int = 0
    unknown_taken: int = 0
    unknowns: Counter[str] = field(factory=Counter)
    faults: list[str] = field(factory=list)


def count_duplicates(book: Sequence[Entry]) -> int:
    """Count deliveries that debtors got twice: by the key, and by the action."""
    taken = [entry for entry in book if entry.what == "taken"]
    by_key = Counter(entry.key for entry in taken)
    by_action = Counter(action for entry in taken for action in entry.actions)
    return max(sum(count - 1 for count in each.values()) for each in (by_key, by_action))


def judge(store: Store, known: Known) -> Verdict:
    """Judge a storm that is over."""
    found = Verdict(duplicates=count_duplicates(known.book))
    if found.duplicates:
        found.faults.append(f"{found.duplicates} delivered twice")
    _check_events(store, known, found)
    judged = _Judge(known, found)
    for debtor in known.debtors:
        record = store.load(CREDITOR, debtor.id)
        judged.debtor(debtor, record, store.attempts(CREDITOR, debtor.id))
    judged.end()
    return found


def _check_events(store: Store, known: Known, found: Verdict) -> None:
    stored = Counter(event.id for event in store.read_all(CREDITOR))
    lost = [event for event in known.acknowledged if not stored[event]]
    twice = [event for event, count in stored.items() if count > 1]
    found.faults += [f"{event} was acknowledged and is not stored" for event in lost]
    found.faults += [f"{event} is stored twice" for event in twice]


@define
class _Judge:
    known: Known
    found: Verdict
    asked: dict[tuple[str, int], list[Entry]] = field(init=False)
    taken: dict[str, list[Entry]] = field(init=False)
    matched: set[tuple[str, int]] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        self.asked, self.taken = defaultdict(list), defaultdict(list)
        for entry in self.known.book:
            if entry.what == "asked":
                self.asked[entry.key, entry.body["attempt"]].append(entry)
            elif entry.what == "taken":
                for action in entry.actions:
                    self.taken[action].append(entry)

    def debtor(self, debtor: Debtor, record: AccountRecord, attempts: Sequence[Attempt]) -> None:
        """Everything about one debtor."""
        self._check_seen(debtor, attempts)
        for attempt in attempts:
            self._check_attempt(attempt)
        for row in record.outbox:
            self.found.states[row.state] += 1
            self._check_row(row, attempts, is_paid=any(name in self.known.paid for name, _ in debtor.receivables))
        self._check_receivables(debtor, record)
        self._check_payments(record)

    def end(self) -> None:
        """What concerns no single debtor."""
        for key, number in self.asked.keys() - self.matched:
            self._fault(f"the provider was asked under {key}, and no attempt {number} says so")

    def _fault(self, text: str) -> None:
        self.found.faults.append(text)

    def _check_seen(self, debtor: Debtor, attempts: Sequence[Attempt]) -> None:
        """Attempts are only added to, and get their outcome once, and their reference."""
        after = {(each.action, each.number): each for each in attempts}
        for before in self.known.seen.get(debtor.id, ()):
            now = after.get((before.action, before.number))
            told = () if before.outcome else ("outcome", "reason", "receipt_us")
            told += () if before.reference else ("reference",)
            if now is None or evolve(now, **{name: getattr(before, name) for name in told}) != before:
                self._fault(f"attempt {before.number} at {before.action} was {before}, and is {now}")

    def _check_attempt(self, attempt: Attempt) -> None:
        """The evidence says what the provider did."""
        place = (attempt.key, attempt.number)
        self.matched.add(place)
        requests = self.asked.get(place, [])
        if len(requests) > 1:
            self._fault(f"attempt {attempt.number} at {attempt.action} made {len(requests)} requests")
        if any(request.actions != attempt.members for request in requests):
            self._fault(f"attempt {attempt.number} at {attempt.action} carried other actions")
        is_taken = any(entry.key == attempt.key for entry in self.taken.get(attempt.action, ()))
        if (attempt.outcome == "accepted" or attempt.reference) and not is_taken:
            self._fault(f"attempt {attempt.number} at {attempt.action} is accepted or named, and nobody took it over")
        if attempt.outcome in {"transient", "permanent"} and any(each.fate not in NOT_TAKEN for each in requests):
            self._fault(f"attempt {attempt.number} at {attempt.action} is {attempt.outcome}, and it was taken over")

    def _check_row(self, row: OutboxAction, attempts: Sequence[Attempt], *, is_paid: bool) -> None:
        """Where an action stands contradicts nothing that the provider did."""
        is_taken = row.id in self.taken
        if row.state in {"pending", "claimed", "sending"}:
            self.found.stuck += 1
            self._fault(f"{row.id} of {row.debtor} is {row.state} ({row.reason or 'no reason'}) at the end")
        elif row.state == "sent" and not is_taken:
            self._fault(f"{row.id} is sent, and nobody took it over")
        elif row.state in {"failed", "suppressed"} and is_taken:
            self._fault(f"{row.id} is {row.state}, and it was taken over")
        elif row.state in {"failed", "suppressed"} and not row.reason:
            self._fault(f"{row.id} is {row.state}, and nothing says why")
        elif row.state == "unknown":
            self.found.unknown_taken += is_taken
            self._explain(row, [each for each in attempts if row.id in each.members], is_paid=is_paid)

    def _explain(self, row: OutboxAction, attempts: Sequence[Attempt], *, is_paid: bool) -> None:
        """Why nobody knows: what the attempt says has its cause in what the provider or the process did."""
        open_ones = [each for each in attempts if each.outcome in {None, "unknown"}]
        if not open_ones:
            self._fault(f"{row.id} is unknown, and each of its attempts has an outcome")
            return
        last = open_ones[-1]
        fates = [each.fate for each in self.asked.get((last.key, last.number), [])]
        fate = fates[-1] if fates else "never read"
        left = self._why_left(attempts, is_paid=is_paid)
        self.found.unknowns[f"{last.reason}; the provider: {fate}{left and f'; {left}'}"] += 1
        if self.known.mode != "blind" and not left:
            self._fault(f"{row.id} of {row.debtor} is unknown, and nobody has sent it once more, or asked")
        if not (last.reason.startswith(ENDED) or (last.reason and fate in UNANSWERED | {"never read", "take"})):
            self._fault(f"{row.id} is unknown by {last.reason!r}, and the provider did: {fate}")

    def _why_left(self, attempts: Sequence[Attempt], *, is_paid: bool) -> str:
        """Why a channel that can do something about it does not, or "".

        What was paid since is not sent again; and what the provider refused when it came once more was perhaps taken
        over before, and would be refused again.
        """
        if self.known.mode == "idempotent" and is_paid:
            return "paid since"
        if self.known.mode == "queryable" and self.known.has_lease and attempts[-1].action not in self.taken:
            return "asked in vain"
        if attempts[-1].outcome == "permanent":
            return "refused when it came once more"
        return f"{len(attempts)} attempts" if len(attempts) >= ATTEMPTS else ""

    def _check_receivables(self, debtor: Debtor, record: AccountRecord) -> None:
        """Each that is not paid has an action of which something became."""
        states = {row.id: row.state for row in record.outbox}
        became = {
            fact.receivable
            for fact in record.events
            if isinstance(fact, events.ActionAttempted) and states.get(fact.action) in OVER
        }
        payments = [fact for fact in record.events if isinstance(fact, events.PaymentSettled)]
        settled = {name for fact in payments for name in fact.receivables}
        for receivable, _ in debtor.receivables:
            if receivable not in became | settled:
                self.found.lost += 1
                self._fault(f"{receivable} is not paid, and nothing became of it: {dict(states)}")

    def _check_payments(self, record: AccountRecord) -> None:
        """Nothing was begun after a payment that it asked for."""
        settled: set[str] = set()
        for fact in record.events:
            if isinstance(fact, events.PaymentSettled):
                settled.update(fact.receivables)
            elif isinstance(fact, events.ActionAttempted):
                self._check_begun(fact, settled)

    def _check_begun(self, fact: events.ActionAttempted, settled: set[str]) -> None:
        paid = self.known.paid.get(fact.receivable)
        shift = self.known.shift_us
        is_late = paid is not None and shift is not None and fact.at_us - shift > paid
        if fact.receivable in settled or is_late:
            self.found.after_payment += 1
            self._fault(f"{fact.action}, attempt {fact.attempt}, was begun after {fact.receivable} was paid")
        elif paid is not None:
            reached = [each for each in self.taken.get(fact.action, ()) if each.body["attempt"] == fact.attempt]
            self.found.in_flight += any(each.us > paid for each in reached)


def judge_lease(known: Known) -> Verdict:
    """Judge the control, of which the provider's book and the payments tell everything."""
    taken = [entry for entry in known.book if entry.what == "taken"]
    after = [each for each in taken if each.us > known.paid.get(each.actions[0], each.us)]
    states = Counter({"sent": len({each.key for each in taken})})
    return Verdict(states=states, duplicates=count_duplicates(known.book), after_payment=len(after))
