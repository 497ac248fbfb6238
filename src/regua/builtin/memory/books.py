"""What is stored of one creditor, and how each change of it is taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from attrs import Factory, define

from regua.builtin.memory.agenda import Agenda
from regua.core.events.base import Event
from regua.ports import MOST_REASONS, AccountRecord, Attempt, Backlog, OutboxAction, RawAnswer, StoredPolicy, Tally

_HELD: Final = frozenset({"claimed", "sending"})

Undo = list[Callable[[], object]]
"""What takes the changes back, the newest last."""


@define
class AccountRows:
    """What is stored of one debtor.

    Attributes:
        events: in the order of recording; their number is the version.
        actions: ids of its actions, in the order in which they came.
        attempts: places of its attempts among the creditor's.
        wakeup_us: when it is to be planned again, or None.
        digest: of its facts, or "".
    """

    events: list[Event] = Factory(list)
    actions: list[str] = Factory(list)
    attempts: list[int] = Factory(list)
    wakeup_us: int | None = None
    digest: str = ""


class Books:
    """Everything of one creditor. Each change says how to undo it; whoever calls decides whether it stays."""

    def __init__(self) -> None:
        self.accounts: dict[str, AccountRows] = {}
        self.events: list[Event] = []
        self.debtor_of: dict[str, str] = {}
        self.actions: dict[str, OutboxAction] = {}
        self.places: dict[str, int] = {}
        self.pending, self.held, self.unknown = Agenda(), Agenda(), Agenda()
        self.asked, self.wakeups = Agenda(), Agenda()
        self.attempts: list[Attempt] = []
        self.attempt_places: dict[tuple[str, int], int] = {}
        self.by_key: dict[tuple[str, str], list[int]] = {}
        self.by_reference: dict[tuple[str, str], list[int]] = {}
        self.people: dict[str, dict[str, Mapping[str, str]]] = {}
        self.answers: dict[str, list[RawAnswer]] = {}
        self.policies: dict[tuple[str, int], StoredPolicy] = {}
        self.numbers: Counter[str] = Counter()

    def kept(self, debtor: str) -> Mapping[str, Mapping[str, str]]:
        """The debtor's personal data by reference, in order of the references."""
        return {ref: dict(fields) for ref, fields in sorted(self.people.get(debtor, {}).items())}

    def attempts_of(self, debtor: str) -> Sequence[Attempt]:
        """The evidence of one debtor, in the order of the intents."""
        account = self.accounts.get(debtor)
        return tuple(self.attempts[place] for place in account.attempts) if account else ()

    def record(self, debtor: str, since: int) -> AccountRecord:
        """Give one debtor as it stands."""
        account = self.accounts.get(debtor) or AccountRows()
        return AccountRecord(
            version=len(account.events),
            events=tuple(account.events[max(since, 0) :]),
            outbox=tuple(self.actions[action] for action in account.actions),
            wakeup_us=account.wakeup_us,
            digest=account.digest,
        )

    def backlog(self, until_us: int) -> Backlog:
        """Count what is not over."""
        found: dict[str, list[int]] = {name: [] for name in Backlog().tallies}
        reasons: Counter[str] = Counter()
        for action in self.actions.values():
            if action.state == "pending":
                is_due = action.due_us <= until_us
                found["due" if is_due else "put_off"].append(action.due_us)
                reasons.update(() if is_due else [action.reason])
            elif action.state in found:
                found[action.state].append(action.due_us)
            if action.ask_us is not None and action.ask_us <= until_us:
                found["asked"].append(action.ask_us)
            if action.ask_us is not None and action.state == "unknown":
                found["resolving"].append(action.ask_us)
        wakeups = (account.wakeup_us for account in self.accounts.values())
        found["wakeups"] = [wakeup for wakeup in wakeups if wakeup is not None and wakeup <= until_us]
        tallies = {name: Tally(count=len(each), first_us=min(each, default=None)) for name, each in found.items()}
        most = sorted(reasons.items(), key=lambda each: (-each[1], each[0]))
        return Backlog(**tallies, reasons=tuple(most[:MOST_REASONS]))

    def account(self, debtor: str) -> AccountRows:
        """Give one debtor's rows; an empty account that stays behind is as good as none."""
        return self.accounts.setdefault(debtor, AccountRows())

    def add_events(self, debtor: str, events: Sequence[Event], undo: Undo) -> int:
        """Add facts whose ids are new."""
        account = self.account(debtor)
        version, total = len(account.events), len(self.events)

        def take_back() -> None:
            del account.events[version:]
            del self.events[total:]
            for event in events:
                del self.debtor_of[event.id]

        undo.append(take_back)
        account.events.extend(events)
        self.events.extend(events)
        self.debtor_of.update((event.id, debtor) for event in events)
        return len(account.events)

    def put_action(self, action: OutboxAction, undo: Undo) -> None:
        """Insert or replace an action; a new one takes the next place."""
        before = self.actions.get(action.id)
        if before is None:
            actions = self.account(action.debtor).actions
            actions.append(action.id)
            self.places[action.id] = len(self.places)
            undo.append(lambda: self._remove_action(action))
        else:
            undo.append(lambda: self._set_action(before))
        self._set_action(action)

    def _set_action(self, action: OutboxAction) -> None:
        self.actions[action.id] = action
        place = self.places[action.id]
        self.pending.set(action.id, action.due_us if action.state == "pending" else None, place)
        self.held.set(action.id, action.due_us if action.state in _HELD else None, place)
        self.unknown.set(action.id, action.due_us if action.state == "unknown" else None, place)
        self.asked.set(action.id, action.ask_us, place)

    def _remove_action(self, action: OutboxAction) -> None:
        self.pending.set(action.id, None)
        self.held.set(action.id, None)
        self.unknown.set(action.id, None)
        self.asked.set(action.id, None)
        self.accounts[action.debtor].actions.pop()
        del self.actions[action.id], self.places[action.id]

    def put_wakeup(self, debtor: str, wakeup_us: int | None, undo: Undo) -> None:
        """Say when a debtor is to be planned again."""
        before = self.account(debtor).wakeup_us
        if wakeup_us != before:
            undo.append(lambda: self._set_wakeup(debtor, before))
            self._set_wakeup(debtor, wakeup_us)

    def _set_wakeup(self, debtor: str, wakeup_us: int | None) -> None:
        self.accounts[debtor].wakeup_us = wakeup_us
        self.wakeups.set(debtor, wakeup_us)

    def put_digest(self, debtor: str, digest: str, undo: Undo) -> None:
        """Say what a debtor's facts come to; "" leaves it as it is."""
        account = self.account(debtor)
        before = account.digest
        if digest not in {"", before}:
            undo.append(lambda: setattr(account, "digest", before))
            account.digest = digest

    def add_attempt(self, attempt: Attempt, undo: Undo) -> None:
        """Write the evidence of an attempt that is new."""
        place = len(self.attempts)
        own, same_key = self.account(attempt.debtor).attempts, _places(self.by_key, attempt.channel, attempt.key)

        def take_back() -> None:
            self.attempts.pop()
            own.pop()
            same_key.pop()
            del self.attempt_places[attempt.action, attempt.number]

        undo.append(take_back)
        self.attempts.append(attempt)
        own.append(place)
        same_key.append(place)
        self.attempt_places[attempt.action, attempt.number] = place
        self._add_reference(attempt, place, undo)

    def finish_attempt(self, attempt: Attempt, place: int, undo: Undo) -> None:
        """Put an attempt with its outcome in the place of the one without."""
        before = self.attempts[place]
        undo.append(lambda: self.attempts.__setitem__(place, before))
        self.attempts[place] = attempt
        self._add_reference(attempt, place, undo)

    def _add_reference(self, attempt: Attempt, place: int, undo: Undo) -> None:
        if attempt.reference:
            same = _places(self.by_reference, attempt.channel, attempt.reference)
            same.append(place)
            undo.append(same.pop)

    def find_attempt(self, channel: str, key: str, reference: str) -> Attempt | None:
        """The newest attempt with that key or that reference."""
        found = self.by_key.get((channel, key), []) if key else []
        found = found + (self.by_reference.get((channel, reference), []) if reference else [])
        return self.attempts[max(found)] if found else None

    def put_person(self, debtor: str, ref: str, fields: Mapping[str, str], undo: Undo) -> None:
        """Store the personal data of one reference."""
        records = self.people.setdefault(debtor, {})
        before = records.get(ref)
        undo.append(lambda: records.pop(ref) if before is None else records.__setitem__(ref, before))
        records[ref] = fields

    def add_answer(self, answer: RawAnswer, undo: Undo) -> None:
        """Store what a provider answered."""
        answers = self.answers.setdefault(answer.debtor, [])
        answers.append(answer)
        undo.append(answers.pop)

    def put_number(self, name: str, last: int, undo: Undo) -> None:
        """Say which number of a name was given last."""
        before = self.numbers[name]
        undo.append(lambda: self.numbers.__setitem__(name, before))
        self.numbers[name] = last

    def erase(self, debtor: str) -> None:
        """Forget the debtor's personal data."""
        self.people.pop(debtor, None)
        self.answers.pop(debtor, None)


def _places(index: dict[tuple[str, str], list[int]], channel: str, name: str) -> list[int]:
    return index.setdefault((channel, name), [])
