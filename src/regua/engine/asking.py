"""What is done by itself about actions whose fate is open: asked for, or sent once more, as their channel declares.

Registrars answer after days, and few of them call: they are asked as often as they allow. What nobody knows the outcome
of is asked for, or sent again under the same key, once the sending must be over and the provider must know of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Final, Literal, Protocol, TypeVar
from weakref import ref

from attrs import evolve, frozen

from regua.core.dates import MICROSECONDS, microseconds
from regua.core.planning.past import past_of
from regua.core.policy import WRITTEN
from regua.engine.boletos import Boletos
from regua.engine.book import AccountBook, Change
from regua.engine.calling import Call, NoAnswerError
from regua.engine.consequences import told
from regua.engine.doubts import doubts, settled_us, tries
from regua.engine.holding import seen
from regua.engine.outcomes import LONGEST_WAIT, NEVER_SEEN, Answer, ask, retraction
from regua.engine.pacing import Paces, Running
from regua.engine.sparing import PUT_OFF_FOR, Sparing
from regua.ports import Attempt, Capabilities, Channel, Executor, OutboxAction, Queryable, Receipt

AT_ONCE: Final = 100
"""Open requests that are read from the store in one go."""
GONE_FOR: Final = 3600 * MICROSECONDS
"""When it is looked again for a channel or executor that is not configured."""
AHEAD: Final = 12 * 3600 * MICROSECONDS
"""How far an answer may be ahead of us: noon stands for a day, and clocks differ."""
EARLY: Final = MICROSECONDS
"""By how much two clocks may differ over a timeout that nobody set."""
TO_COME: Final = "the answer is of a day to come"
_OPEN: Final = frozenset({"sent", "unknown"})
_DONE: Final = frozenset({"delivered", "read"})

Plugin = Channel | Executor | Boletos
Result = TypeVar("Result")


class Hear(Protocol):
    """Records what is said of an attempt."""

    def __call__(self, attempt: Attempt, answer: Answer, *, reports: bool) -> object:
        """Record it; `reports` is whether the channel or executor says when something is done."""


@frozen(kw_only=True)
class _Called:
    """A call that this process made; its own thread holds it, and what it sends, while it runs."""

    attempt: Attempt
    call: ref[Running]
    since: float

    @property
    def is_running(self) -> bool:
        call = self.call()
        return call is not None and call.is_running


class Asking:
    """Looks after what is open of one creditor.

    Args:
        book: of the creditor.
        channels: by name.
        executors: likewise.
        boletos: the creditor's provider of boletos, or None.
        paces: how often each is tried.
    """

    def __init__(
        self,
        book: AccountBook,
        channels: Mapping[str, Channel],
        executors: Mapping[str, Executor],
        boletos: Boletos | None,
        paces: Paces,
    ) -> None:
        self._book, self._channels, self._executors, self._paces = book, channels, executors, paces
        self._boletos = boletos
        self._noticed: dict[tuple[str, int], float] = {}
        self._calls: dict[tuple[str, int], _Called] = {}
        self._name = ""
        self._unanswered: dict[tuple[str, int], Running] = {}
        self._silent_until: dict[str, float] = {}

    # when

    def began(self, attempt: Attempt, call: Running, since: float) -> None:
        """Remember a call of this process: while it runs, nothing that its provider says is final.

        Args:
            attempt: the evidence.
            call: that is made.
            since: when the intent was stored, by the time that nobody sets.
        """
        self._calls[_name(attempt)] = _Called(attempt=attempt, call=ref(call), since=since)

    def watch(self, change: Change, attempt: Attempt, *, after_us: int | None = 0, runs: bool = False) -> None:
        """Say when the actions of an attempt are to be looked after: for as long as it is open what became of them.

        Args:
            change: of the debtor.
            attempt: the evidence.
            after_us: not before that instant; None where nothing is to be done by itself.
            runs: whether the call still runs, so that nothing that its provider says is final.
        """
        moved: list[OutboxAction] = []
        for row in _rows(change, attempt):
            if row.state == "unknown" and row.attempts != attempt.number:  # a later attempt's, and looked after as that
                continue
            reason = "" if row.state == "sent" else row.reason
            after = evolve(row, ask_us=self._next_us(change, row, attempt, after_us), reason=reason)
            if row.state == "unknown":
                self._noticed.setdefault(_name(attempt), self._book.elapsed())
                after = evolve(after, owner=self._book.store.owner() if runs else "")
            else:
                self._forget(attempt)
            if after != row:
                moved.append(after)
        if moved:
            change.write(moved, wakeup_us=change.state.wakeup_us)

    def _next_us(self, change: Change, row: OutboxAction, attempt: Attempt, after_us: int | None) -> int | None:
        every, outcomes = self._every_us(attempt), change.state.account.facts.outcomes
        if every is not None:
            is_done = row.id in outcomes and past_of(outcomes[row.id]).code in _DONE
            return change.now + every if row.state in _OPEN and not is_done else None
        if row.state != "unknown" or after_us is None:
            return None
        if self._plugin(attempt) is None:
            return change.now + GONE_FOR
        settled = self.settled_us(attempt, change.now)
        return None if settled is None else max(settled, after_us)

    def _forget(self, attempt: Attempt) -> None:
        """It is known what became of it, and of those before it."""
        for number in range(1, attempt.number + 1):
            for known in (self._noticed, self._calls, self._unanswered):
                known.pop((attempt.action, number), None)

    def settled_us(self, attempt: Attempt, noticed_us: int) -> int | None:
        """When an attempt of unknown outcome is over for certain, None where its provider says nothing."""
        can = self.capabilities_of(attempt)
        if can.delivery == "blind" or (can.delivery == "queryable" and not self._can_be_asked(attempt)):
            return None
        return settled_us(can, attempt.intent_us, noticed_us)

    def look_again(self, change: Change, attempt: Attempt, at_us: int | None) -> None:
        """Say when its open actions are looked after again; None for never by itself."""
        rows = [row for row in _rows(change, attempt) if row.state == "unknown" or row.ask_us is not None]
        change.write([evolve(row, ask_us=at_us) for row in rows], wakeup_us=change.state.wakeup_us)

    # what

    def look(
        self,
        hear: Hear,
        repeat: Callable[[OutboxAction], Result | None],
        stop: Callable[[], bool],
        sparing: Sparing,
    ) -> Iterator[Result | Literal["stuck"] | None]:
        """Look after everything whose time has come, once, and give of each what came of sending it again, or failing.

        Args:
            hear: records an answer.
            repeat: sends once more.
            stop: asked before each.
            sparing: leaves alone what fails.
        """
        book, seen, limit = self._book, set[str](), AT_ONCE
        self._hold_anew()
        while True:
            found = book.store.asked(book.creditor, until_us=book.now(), limit=limit)
            rows = [row for row in found if row.id not in seen]
            for row in rows:
                if stop():
                    return
                seen.add(row.id)
                if not sparing.rests(row.id):
                    yield self._look_after(row, hear, repeat, sparing)
            if not rows and len(found) < limit:
                return
            limit = AT_ONCE + len(found) - len(rows)  # those that stay where they are starve nobody behind them

    def hold(self, change: Change, attempt: Attempt) -> None:
        """Hold what this process still calls under the name that it has now.

        While somebody is known to hold it, nobody else concludes from what its provider does not know yet.
        """
        rows = [row for row in _rows(change, attempt) if (row.state, row.attempts) == ("unknown", attempt.number)]
        change.write([evolve(row, owner=self._book.store.owner()) for row in rows], wakeup_us=change.state.wakeup_us)

    def _hold_anew(self) -> None:
        """Hold it where the store took this process for dead, as a server that ended its session."""
        name = self._book.store.owner()
        if name == self._name:
            return
        for called in [each for each in self._calls.values() if each.is_running]:
            with self._book.change(called.attempt.debtor) as change:
                self.hold(change, called.attempt)
        self._name = name

    def _look_after(
        self, row: OutboxAction, hear: Hear, repeat: Callable[[OutboxAction], Result | None], sparing: Sparing
    ) -> Result | Literal["stuck"] | None:
        try:
            attempt = self._taken(row)
            if attempt is not None and self.is_repeated(attempt):
                return repeat(row)
            if attempt is not None:
                self._ask_for(row, attempt, hear)
        except Exception as error:  # noqa: BLE001 - of this debtor; the others go on
            about = {"action": row.id, "debtor": row.debtor}
            sparing.tell(error, "an open action cannot be looked after", **about)
            self._put_off(row, sparing)
            return "stuck"
        return None

    def _put_off(self, row: OutboxAction, sparing: Sparing) -> None:
        try:
            with self._book.change(row.debtor) as change:
                current = change.state.row(row.id)
                if current is not None and current.ask_us is not None:
                    later = evolve(current, ask_us=change.now + PUT_OFF_FOR)
                    change.write([later], wakeup_us=change.state.wakeup_us)
        except Exception as error:  # noqa: BLE001 - as above
            sparing.rest(row.id, error)
            sparing.tell(error, "an open action cannot be put off", action=row.id, debtor=row.debtor)

    def to_repeat(self, change: Change, row: OutboxAction) -> Attempt | None:
        """The attempt that is to be repeated now, or None."""
        current = change.state.row(row.id)
        if current is None or current.ask_us is None or current.ask_us > change.now:
            return None
        attempt = _last_attempt(change, row.id)
        return attempt if attempt is not None and self.is_repeated(attempt) else None

    def _taken(self, row: OutboxAction) -> Attempt | None:
        """The attempt to look after; nobody else asks for it for a while. None where there is nothing to do."""
        is_held = bool(row.owner) and self._book.store.is_alive(row.owner)
        with self._book.change(row.debtor) as change:
            current = change.state.row(row.id)
            if current is None or current.ask_us is None or current.ask_us > change.now:
                return None
            attempt = _last_attempt(change, row.id)
            if attempt is None or current.state not in _OPEN or not self._is_looked_after(attempt):
                is_gone = attempt is not None and self._plugin(attempt) is None and current.state in _OPEN
                later = evolve(current, ask_us=change.now + GONE_FOR if is_gone else None)
                change.write([later], wakeup_us=change.state.wakeup_us)
                return None
            if self._every_us(attempt) is not None:
                self.watch(change, attempt)
                return self._unless_silent(change, attempt)
            runs = self._runs(attempt)
            if current.owner and not (runs or is_held or current.owner != row.owner):
                self._let_go(change, attempt)
                return None
            if self.is_repeated(attempt):
                return self._unless_early(change, attempt)
            self.look_again(change, attempt, change.now + self._pause_us(attempt, change.now))
            asked = self._unless_silent(change, attempt)
            if runs:
                self.hold(change, attempt)
        return None if runs or is_held else asked

    def _runs(self, attempt: Attempt) -> bool:
        """Whether its call still runs in this process, which may have lost the name under which it was made."""
        called = self._calls.get(_name(attempt))
        return called is not None and called.is_running

    def _let_go(self, change: Change, attempt: Attempt) -> None:
        """Whose call still ran is proved dead now; what it sent last may lie on its way, so the wait begins anew."""
        self._noticed[_name(attempt)] = self._book.elapsed()
        at_us = self.settled_us(attempt, change.now)
        moved = [evolve(row, owner="", ask_us=at_us) for row in _rows(change, attempt) if row.state == "unknown"]
        change.write(moved, wakeup_us=change.state.wakeup_us)

    def _unless_early(self, change: Change, attempt: Attempt) -> Attempt | None:
        """It, unless the clock was set ahead."""
        early_us = self._early_us(attempt, self.capabilities_of(attempt))
        if early_us <= EARLY:
            return attempt
        self.look_again(change, attempt, change.now + early_us)
        return None

    def _unless_silent(self, change: Change, attempt: Attempt) -> Attempt | None:
        """It, unless its provider does not answer; then it comes before what is asked, which may never be answered."""
        if not self._is_silent(attempt):
            return attempt
        self.look_again(change, attempt, change.now + self._pause_us(attempt, change.now) // 2)
        return None

    def _is_looked_after(self, attempt: Attempt) -> bool:
        return self._every_us(attempt) is not None or self.settled_us(attempt, 0) is not None

    def is_asked(self, row: OutboxAction, attempt: Attempt) -> bool:
        """Whether somebody has to be asked what became of an action that is open, whose last attempt this is."""
        if self._every_us(attempt) is not None:
            return row.state in _OPEN
        is_open = row.state == "unknown" and attempt.outcome in {None, "unknown"}
        return is_open and not self.is_repeated(attempt) and self.settled_us(attempt, 0) is not None

    def longest_us(self, attempt: Attempt) -> int:
        """After which time at the latest somebody is asked, or it is sent once more."""
        every, can = self._every_us(attempt), self.capabilities_of(attempt)
        if every is not None:
            return every
        return microseconds(LONGEST_WAIT + (can.key_ttl or timedelta(0)) + 3 * can.send_timeout + can.query_lag)

    def is_repeated(self, attempt: Attempt) -> bool:
        """Whether it is sent once more where nobody knows what became of it."""
        return self.capabilities_of(attempt).delivery == "idempotent" and self._every_us(attempt) is None

    def _pause_us(self, attempt: Attempt, now: int) -> int:
        """How long until it is asked once more: as long as it has been open, within the pauses of the channel."""
        every = self._every_us(attempt)
        if every is not None:
            return every
        pacing = self._paces.of(attempt.channel).pacing
        shortest, longest = microseconds(pacing.pause), microseconds(pacing.longest_pause)
        return min(max(now - (attempt.receipt_us or attempt.intent_us), shortest), longest)

    def _ask_for(self, row: OutboxAction, attempt: Attempt, hear: Hear) -> None:
        can = self.capabilities_of(attempt)
        early_us, answer = self._early_us(attempt, can), self._answer(attempt)
        if answer.status not in {"", "unknown"}:
            hear(attempt, answer, reports=can.reports_delivery)
        elif answer.reason == NEVER_SEEN and can.delivery == "queryable" and row.state == "unknown":
            self._absent(attempt, early_us, reports=can.reports_delivery)
        elif answer.outcome != "transient":
            if row.reason != answer.reason:  # told once, and not each time that it is looked for
                about = {"action": row.id, "creditor": row.creditor, "debtor": row.debtor}
                self._book.log.warning("an answer cannot be read; `regua replay` shows it", **about)
            self._keep(row, attempt, answer)
        elif answer.after is not None and self._every_us(attempt) is None:
            with self._book.change(attempt.debtor) as change:
                self.look_again(change, attempt, change.now + microseconds(answer.after))

    def _early_us(self, attempt: Attempt, can: Capabilities) -> int:
        """How much too early it is looked after by the time that truly passed since this process sent it, or noticed.

        The clock may have been set ahead meanwhile. Who did neither by itself, as after a restart, trusts it.
        """
        name = _name(attempt)
        called = self._calls.get(name)
        sent = None if called is None else called.since
        known = [each for each in (sent, self._noticed.get(name)) if each is not None]
        if not known:
            return 0
        passed_us = int((self._book.elapsed() - max(known)) * MICROSECONDS)
        return microseconds(can.send_timeout + can.query_lag) - passed_us

    def _answer(self, attempt: Attempt) -> Answer:
        """What the provider says of an attempt, or why it says nothing."""
        about = {"action": attempt.action, "channel": attempt.channel, "creditor": attempt.creditor}
        work = partial(ask, self._question(attempt), self._book.log, **about)
        pace, longest = self._paces.of(attempt.channel), self.capabilities_of(attempt).send_timeout.total_seconds()
        call = Call(work, _forget)
        try:
            answer = call.within(longest)
        except NoAnswerError:  # who does not answer is not waited for again and again while others wait
            pace.gave_up(call)
            self._unanswered[_name(attempt)] = call
            self._silent_until[attempt.channel] = self._book.elapsed() + longest
            return Answer(outcome="transient", reason="no answer in time")
        return self.of_the_past(answer)

    def _question(self, attempt: Attempt) -> Callable[[], object]:
        plugin = self._plugin(attempt)
        if isinstance(plugin, Boletos):
            return partial(plugin.look, attempt, self._book.read(attempt.debtor).account)
        return partial(_found, plugin, attempt.key)

    def _is_silent(self, attempt: Attempt) -> bool:
        """Whether its provider has just not answered a question, or still has the one of this attempt."""
        last = self._unanswered.get(_name(attempt))
        if (last is not None and last.is_running) or self._paces.of(attempt.channel).is_full():
            return True
        return self._book.elapsed() < self._silent_until.get(attempt.channel, 0.0)

    def of_the_past(self, answer: Answer) -> Answer:
        """An answer; one of a day to come says nothing before that day, or a term would begin too early."""
        is_to_come = answer.at_us is not None and answer.at_us > self._book.now() + AHEAD
        return Answer(outcome="unknown", reason=TO_COME, raw=answer.raw) if is_to_come else answer

    def _absent(self, attempt: Attempt, early_us: int, *, reports: bool) -> None:
        """Nothing of it arrived: it never was. What is still due is sent, unless the channel was tried often enough.

        Asked too early it proves nothing, nor where who sends it may only stand still: there is no proof of death.
        """
        if self._book.store.lease is not None:
            return
        pacing = self._paces.of(attempt.channel).pacing
        with self._book.change(attempt.debtor) as change:
            rows = _rows(change, attempt)
            if any((row.state, row.attempts) != ("unknown", attempt.number) for row in rows):
                return
            if early_us > EARLY:
                self.look_again(change, attempt, change.now + early_us)
                return
            tried = tries(change.transaction.attempts(attempt.debtor), attempt)
            if tried < pacing.attempts:
                facts = doubts(change.state.account.facts.outcomes, attempt.members)
                events = [retraction(fact, change.now, f"nothing left: {NEVER_SEEN}") for fact in facts]
            else:
                refused = Answer(outcome="permanent", reason=f"given up after {tried} attempts: {NEVER_SEEN}")
                known, attempted = change.state.known, change.state.attempted(attempt)
                events = [*told(refused, attempt, attempted, change.now, reports=reports, known=known)]
            events += seen(change, attempt, Answer(outcome="unknown", reason=NEVER_SEEN))
            until = change.now + pacing.backoff(attempt.action, attempt.number, None)
            put_off = {row.id: (until, NEVER_SEEN) for row in rows}
            change.learn(attempt.members, change.state.new(events), put_off=put_off if tried < pacing.attempts else {})
            self.watch(change, attempt)

    def _keep(self, row: OutboxAction, attempt: Attempt, answer: Answer) -> None:
        """Keep with the action what was said of it and not understood."""
        with self._book.change(row.debtor) as change:
            current = change.state.row(row.id)
            if current is not None and current.state in _OPEN:
                reason = answer.without(change.personal).reason
                change.keep_answer(attempt, answer.raw)
                change.write([evolve(current, reason=reason)], wakeup_us=change.state.wakeup_us)

    # who

    def capabilities_of(self, attempt: Attempt) -> Capabilities:
        """What its channel or executor can do; of one that is not there, or raises where it says so, nothing."""
        plugin = self._plugin(attempt)
        try:
            return Capabilities() if plugin is None else plugin.capabilities
        except Exception:  # noqa: BLE001 - a bug of the plugin, which its own actions will tell
            return Capabilities()

    def _plugin(self, attempt: Attempt) -> Plugin | None:
        if attempt.kind in WRITTEN:
            return self._channels.get(attempt.channel)
        if self._boletos is not None and (attempt.kind, attempt.channel) == ("boleto", self._boletos.name):
            return self._boletos
        return self._executors.get(attempt.channel)

    def _can_be_asked(self, attempt: Attempt) -> bool:
        plugin: object = self._plugin(attempt)
        return isinstance(plugin, Queryable | Boletos)

    def _every_us(self, attempt: Attempt) -> int | None:
        if attempt.kind in WRITTEN or not self._can_be_asked(attempt):
            return None
        every = self.capabilities_of(attempt).ask_every
        return None if every is None else microseconds(every)


def _name(attempt: Attempt) -> tuple[str, int]:
    return attempt.action, attempt.number


def _rows(change: Change, attempt: Attempt) -> Sequence[OutboxAction]:
    return [row for row in change.state.outbox if row.id in attempt.members]


def _last_attempt(change: Change, action: str) -> Attempt | None:
    attempts = change.transaction.attempts(change.state.debtor)
    return next((each for each in reversed(attempts) if action in each.members), None)


def _found(plugin: object, key: str) -> Receipt:
    found = plugin.find(key) if isinstance(plugin, Queryable) else None
    return Receipt(status="unknown", reason=NEVER_SEEN) if found is None else found


def _forget(answer: Answer) -> None:
    """It will be asked again."""
    del answer
