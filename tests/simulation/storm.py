"""A storm: random facts and faults over a simulated engine with several workers, and what must hold after it.

A storm is a list of moves, each with a number from which everything else about it is drawn, so that one without some of
the moves is a storm, too: a failing one is made smaller until nothing can be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

from attrs import field, frozen
from tests.simulation.profiles import PROFILES, anything, profile_of

from regua import events
from regua.builtin.memory import MemoryStore
from regua.core.policy import Policy
from regua.engine.pacing import Pacing
from regua.errors import SimulationError
from regua.policyfile import load_policy
from regua.ports import Store
from regua.testing import Answer, Case, Invoice, Simulation
from regua.testing.delivered import DELIVERY, decisions_would_be_made_again, the_log_gives_the_same_schedule
from regua.testing.invariants import INVARIANTS

LADDER = """\
format = 1

[policy]
id = "loja"
version = {version}
timezone = "America/Sao_Paulo"
calendar = "br-bancario"

[limits]
contacts_per_day = 2
contacts_per_week = 5

[[step]]
id = "lembrete"
at = "D-2 {hour}:00"
tone = "reminder"
channels = ["email"]
template = "lembrete"

[[step]]
id = "atraso"
at = "D+2bd 10:00"
tone = "courteous"
channels = ["sms", "email"]
template = "atraso"

[[step]]
id = "segundo"
at = "D+5 {hour}:30"
tone = "courteous"
channels = ["email", "sms"]
template = "atraso"

[[step]]
id = "ligacao"
at = "D+7 10:00"
kind = "task"
queue = "cobranca"

[[step]]
id = "obrigado"
on = "receivable.settled"
after = "0d 09:00"
channels = ["email"]
template = "obrigado"
"""
START = "2026-03-30T12:00-03:00"
CHANNELS = ("email", "sms")
DEBTORS = ("ana", "bia", "caio", "davi", "eva", "fabio")
MOST_INVOICES = 4
"""Of one debtor."""
PACING = {"email": Pacing(breaker=4), "sms": Pacing(rate="2/m", attempts=3)}
ACTIONS, FAULTS, SORTS = 20, 3, 3
"""What a storm has at least: actions that were due, faults, and sorts of fault."""
MOVES = (*["work"] * 8, *["fact"] * 3, "race", "race", "wait", "trouble", "trouble", "outage", "upgrade")

Move = tuple[str, int]


@cache
def versions() -> tuple[Policy, ...]:
    """The versions of the ladder, read once."""
    return tuple(load_policy(LADDER.format(version=number, hour=hour)) for number, hour in ((1, "09"), (2, "15")))


class Broken(Exception):  # noqa: N818 - what is said of an invariant
    """An invariant does not hold after a storm.

    Attributes:
        holds: its name.
        moves: the moves of the storm.
        told: what is wrong, what went wrong before, and what happened.
    """

    def __init__(self, holds: str, moves: Sequence[Move], told: str) -> None:
        self.holds, self.moves, self.told = holds, tuple(moves), told
        super().__init__(f"{holds}: {told}")


@frozen(kw_only=True)
class Report:
    """What a storm was.

    Attributes:
        seed: of it.
        workers: how many carried out what was due.
        actions: that were due.
        requests: that providers got.
        unknown: actions of which nobody knows whether they left.
        faults: how many there were, by sort.
    """

    seed: int
    workers: int
    actions: int
    requests: int
    unknown: int
    faults: dict[str, int] = field(factory=dict)


class Storm(Simulation):
    """A simulated world in which facts come when workers stand still, and while messages are on their way."""

    def __init__(self, seed: int, store: Callable[[Callable[[], int]], Store] = MemoryStore) -> None:
        random = Random(f"{seed}/storm")  # noqa: S311 - a storm, no secret
        name = profile_of(seed)
        profile = anything(random) if name == "anything" else PROFILES[name]
        self.workers = workers = random.choice([2, 2, 2, 3])
        super().__init__(
            versions(),
            start=START,
            seed=seed,
            store=store,
            workers=workers,
            faults=profile.drawn(random),
            capabilities={name: random.choice(profile.can) for name in CHANNELS},
            pacing=PACING,
        )
        self.random, self.given, self.depth = random, list[events.Event](), 0
        self.channel("sms").answers(Answer("read", timedelta(hours=1)))  # told by a call
        for debtor in DEBTORS:
            self.debtor(debtor, state="SP")

    def script(self, *given: events.Event) -> None:
        """Remember what was told, of which nothing may be lost."""
        self.given += given
        super().script(*given)

    def _meanwhile(self, microseconds: int) -> None:
        """While a worker stands still, something becomes known; nobody stands still for ever."""
        if self.depth >= 2:
            return
        self.depth += 1
        try:
            if self.random.random() < 0.5:
                held = [row.debtor for row in self.store.held(self.creditor.id)]
                self.fact(self.random.choice(held or DEBTORS))
            super()._meanwhile(microseconds)
        finally:
            self.depth -= 1

    # moves

    def move(self, move: Move) -> None:
        """One move."""
        name, number = move
        self.random = self.weather.random = Random(number)  # noqa: S311 - as above
        getattr(self, name)()

    def work(self) -> None:
        """What comes next happens when it comes."""
        self.step()

    def wait(self) -> None:
        """Time goes by."""
        self.advance(hours=self.random.choice([1, 5, 24, 48]))

    def outage(self) -> None:
        """Nobody works."""
        super().outage(hours=self.random.choice([1, 6, 24]))

    def upgrade(self) -> None:
        """Everything starts again with the newer version of the policy, by which new invoices go from then on."""
        self.restart(versions()[-1])

    def trouble(self) -> None:
        """A provider has its ways from now on."""
        words = ["delivered"] * 3 + ["accepted", "accepted", "read", "bounced", "failed", "rejected", "transient"]
        late = [
            Answer(self.random.choice(["delivered", "read", "bounced"]), timedelta(hours=self.random.choice([1, 30])))
        ]
        script = [self.random.choice([*words, *late, *late, "unknown", "unsupported"]) for _ in range(3)]
        self.random.choice([*map(self.channel, CHANNELS), self.executor]).answers(*script, "delivered")

    def race(self) -> None:
        """A debtor does something while the next message is on its way."""
        channel = self.channel(self.random.choice(CHANNELS))
        number = self.random.getrandbits(16)

        def answer(_: Any) -> Any:
            self.random = Random(number)  # noqa: S311 - as above
            self.fact()
            return "delivered"

        channel.answers(answer, "delivered")

    def bill(self) -> None:
        """Invoices are issued, most of them due together."""
        case = self.case(self.random.choice(DEBTORS))
        due = case.today + timedelta(days=self.random.choice([-6, -1, 2, 3, 3]))
        for _ in range(self.random.choice([1, 2, 3, 3, 3])):
            if len(_of(case, events.InvoiceIssued)) < MOST_INVOICES:
                case.issue(Invoice(due=due, amount=self.random.choice(["150.00", "80.00"])))

    def fact(self, debtor: str = "") -> None:
        """One fact of a random sort becomes known, of one debtor or of any."""
        case = self.case(debtor or self.random.choice(DEBTORS))
        issued = _of(case, events.InvoiceIssued)
        sorts: list[Callable[[Case, Any], object]] = [
            *[self.pay] * 4,
            *[self.part, self.reverse, self.promise, self.dispute, self.resolve, self.hold, self.release],
            *[self.resolve, self.release, self.revoke, self.grant, self.grant, self.cancel, self.amend],
            *[self.retract, self.address, self.again],
        ]
        if issued:
            self.random.choice(sorts)(case, self.random.choice(issued))

    def pay(self, case: Case, invoice: Any) -> None:
        """In full."""
        case.pay(invoice.amount, invoice.receivable)

    def part(self, case: Case, invoice: Any) -> None:
        """Half of it."""
        case.pay("40.00", invoice.receivable)

    def reverse(self, case: Case, _: Any) -> None:
        """The last payment is undone."""
        if _of(case, events.PaymentSettled):
            case.reverse()

    def promise(self, case: Case, invoice: Any) -> None:
        """To pay in some days."""
        case.promise(self.random.choice([1, 3]), invoice.amount, [invoice.receivable])

    def dispute(self, case: Case, invoice: Any) -> None:
        """The debtor does not agree."""
        case.dispute(invoice.receivable)

    def resolve(self, case: Case, _: Any) -> None:
        """A dispute ends."""
        found = _of(case, events.DisputeOpened)
        if found:
            case.resolve(self.random.choice(found).dispute)

    def hold(self, case: Case, invoice: Any) -> None:
        """Stop."""
        case.hold(*self.random.choice([(), (invoice.receivable,)]))

    def release(self, case: Case, _: Any) -> None:
        """Go on."""
        found = _of(case, events.HoldPlaced)
        if found:
            case.release(self.random.choice(found).hold)

    def revoke(self, case: Case, _: Any) -> None:
        """Not by this channel."""
        case.record(events.ConsentRevoked, channel=self.random.choice(CHANNELS))

    def grant(self, case: Case, _: Any) -> None:
        """By this channel again."""
        for channel in CHANNELS:
            case.record(events.ConsentGranted, channel=channel)

    def cancel(self, case: Case, invoice: Any) -> None:
        """The invoice was wrong."""
        case.record(events.InvoiceCancelled, receivable=invoice.receivable)

    def amend(self, case: Case, invoice: Any) -> None:
        """It is due another day."""
        due = case.today + timedelta(days=self.random.choice([-6, 2, 8]))
        case.record(events.InvoiceAmended, receivable=invoice.receivable, due=due)

    def retract(self, case: Case, _: Any) -> None:
        """A payment was booked by mistake."""
        gone = {each.event for each in _of(case, events.EventRetracted)}
        found = [each for each in _of(case, events.PaymentSettled, events.HoldPlaced) if each.id not in gone]
        if found:
            case.record(events.EventRetracted, event=self.random.choice(found).id, reason="by mistake")

    def address(self, case: Case, _: Any) -> None:
        """Another address."""
        kept = {"email": {"address": f"novo-{self.random.getrandbits(16)}@example.invalid"}}
        self._crew.surely(lambda: self.creditor.keep(case.id, kept))

    def again(self, case: Case, _: Any) -> None:
        """The host tells what it has told."""
        own = [each for each in self.given if each.debtor == case.id and each.recorded_us <= self.now_us]
        super().script(*own[-3:])

    # the end

    @property
    def actions(self) -> int:
        """How many actions were due."""
        return sum(len(self.store.load(self.creditor.id, case.id).outbox) for case in self.cases)

    @property
    def is_enough(self) -> bool:
        """Whether this was a storm."""
        mishaps = self.weather.mishaps
        return self.actions >= ACTIONS and len(mishaps) >= FAULTS and len(self.weather.sorts) >= SORTS

    def report(self) -> Report:
        """What it was."""
        rows = [row for case in self.cases for row in self.store.load(self.creditor.id, case.id).outbox]
        counted: dict[str, int] = {}
        for _, line in self.weather.mishaps:
            sort = line.partition(" ")[0]
            counted[sort] = counted.get(sort, 0) + 1
        return Report(
            seed=self.seed,
            workers=self.workers,
            actions=len(rows),
            requests=sum(len(provider.requests) for provider in self.providers),
            unknown=sum(row.state == "unknown" for row in rows),
            faults=dict(sorted(counted.items())),
        )


def _of(case: Case, *sorts: type[events.Event]) -> list[Any]:
    return [event for event in case.events if isinstance(event, sorts)]


def everything_goes_on(sim: Simulation) -> None:
    """Once faults have stopped, what lay in anybody's hands is carried to its end."""
    sim.calm_down()
    sim.advance(days=2)


def nothing_told_is_lost(sim: Simulation) -> None:
    """What the host was told is recorded is there, once, as it told it."""
    assert isinstance(sim, Storm)
    stored = list(sim.creditor.events())
    by_id = {event.id: event for event in stored}
    lost = [event for event in sim.given if event.recorded_us <= sim.now_us and event.id not in by_id]
    if lost or len(by_id) != len(stored):
        message = f"{len(lost)} facts are lost, {len(stored) - len(by_id)} are there twice"
        raise SimulationError(message)


UNTOUCHED = {"tones_rise_by_one_rung", "requirements_are_met", "actions_keep_their_ids", "every_action_has_a_reason"}
"""What no fault of a delivery breaks."""
SLOW = (the_log_gives_the_same_schedule, decisions_would_be_made_again)
"""Looked at after one storm of four."""
MUST_HOLD = (
    *(holds for holds in INVARIANTS if holds.__name__ not in UNTOUCHED),
    *(holds for holds in DELIVERY if holds not in SLOW),
    nothing_told_is_lost,
)


def moves_of(seed: int) -> Iterator[Move]:
    """The moves of a seed, without end."""
    random = Random(f"{seed}/moves")  # noqa: S311 - as above
    for _ in range(4):
        yield "bill", random.getrandbits(32)
    while True:
        yield random.choice([*MOVES, "bill"]), random.getrandbits(32)


def storm(seed: int, store: Callable[[Callable[[], int]], Store] = MemoryStore) -> Report:
    """Blow the storm of a seed, and judge it.

    Args:
        seed: of everything.
        store: makes the store, of a clock.

    Raises:
        Broken: something does not hold.
    """
    moves: list[Move] = []

    def until_enough(sim: Storm) -> Iterator[Move]:
        for move in moves_of(seed):
            if len(moves) >= MOST_MOVES or (len(moves) >= LEAST_MOVES and sim.is_enough):
                return
            moves.append(move)
            yield move

    return _blown(seed, until_enough, moves, store)


LEAST_MOVES, MOST_MOVES = 10, 120


def blown(seed: int, moves: Sequence[Move], store: Callable[[Callable[[], int]], Store] = MemoryStore) -> Report:
    """Blow the storm of these moves, and judge it."""
    return _blown(seed, lambda _: iter(moves), moves, store)


def _blown(
    seed: int,
    moves: Callable[[Storm], Iterator[Move]],
    done: Sequence[Move],
    store: Callable[[Callable[[], int]], Store],
) -> Report:
    with Storm(seed, store) as sim:
        holds: Callable[[Simulation], object] = everything_goes_on
        try:
            for move in moves(sim):
                sim.move(move)
            everything_goes_on(sim)
            for holds in (*MUST_HOLD, *(SLOW if seed % 4 == 0 else ())):
                holds(sim)
        except SimulationError as error:
            name = "no_provider_takes_anything_twice" if "was asked again" in str(error) else holds.__name__
            raise Broken(name, done, _told(sim, error)) from error
        return sim.report()


def _told(sim: Storm, error: SimulationError) -> str:
    lines = [(entry.at_us, f"{entry}") for entry in sim.transcript]
    lines += [(at, line) for (at, _), line in zip(sim.weather.mishaps, sim.weather.lines(), strict=True)]
    return "\n".join([str(error).partition("\n")[0], *(line for _, line in sorted(lines, key=lambda each: each[0]))])


def smallest(seed: int, broken: Broken) -> Broken:
    """The same seed with as few moves as still break the same invariant, found by leaving out one after the other."""
    found, size = broken, max(len(broken.moves) // 2, 1)
    while size:
        place = 0
        while place < len(found.moves):
            fewer = (*found.moves[:place], *found.moves[place + size :])
            try:
                blown(seed, fewer)
            except Broken as smaller:
                if smaller.holds == found.holds:
                    found = smaller
                    continue
            place += size
        size //= 2
    return found
