"""A storm over one creditor: workers that die, providers that lie, a clock that jumps, and facts that race the sends.

The provider and the host keep books of their own, and judge by those alone whether a message may leave. A storm is a
list of moves, each with a number from which everything else about it is drawn: the same list is the same storm.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import structlog
from attrs import define, evolve, field
from counter import IDENTITY, SAO_PAULO, clock

from regua import Engine, Money, events, fold, plan
from regua.builtin.memory import MemoryStore
from regua.builtin.sqlite import SqliteStore
from regua.calendars import BrazilianBankCalendar
from regua.core.account import Account
from regua.core.dates import to_instant
from regua.engine import CreditorSettings, RunResult
from regua.engine.parts import assemble
from regua.policyfile import load_policy
from regua.ports import (
    ActionRequest,
    Capabilities,
    Message,
    NoConfig,
    Receipt,
    Rejected,
    Retryable,
    Store,
    Unknown,
    Unsupported,
    WebhookRequest,
)

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
at = "D-5 {hour}:00"
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
at = "D+6 {hour}:30"
tone = "courteous"
channels = ["email", "sms"]
template = "atraso"

[[step]]
id = "ligacao"
at = "D+8 10:00"
kind = "task"
queue = "cobranca"

[[step]]
id = "obrigado"
on = "receivable.settled"
after = "0d 09:00"
channels = ["email"]
template = "obrigado"
"""
VERSIONS = [LADDER.format(version=number, hour=hour) for number, hour in ((1, "09"), (2, "11"), (3, "15"))]
PRESSING = {"atraso", "segundo", "ligacao"}
A_DAY, A_WEEK = 2, 5
RECEIVABLE = re.compile(r"nf-[0-9]+")
DEBTORS = ("ana", "bia")
CHANNELS = ("email", "sms")
HOLIDAYS = {date(2026, 4, 3), date(2026, 4, 21), date(2026, 5, 1)}
MINUTE = 60 * 10**6
HOUR = 60 * MINUTE
DAY = 24 * HOUR
ENDLESS = 30_000
"""Readings of the clock after which a run counts as one that does not end."""
SILENT = structlog.wrap_logger(structlog.ReturnLogger())
PARTS = assemble(
    None,
    store=MemoryStore(),
    creditors={"loja": CreditorSettings(policies=())},
    channels=None,
    executors=None,
    registrars=None,
    calendars=(),
    indexes=(),
    templates=None,
    plugins=(),
    now=None,
)
"""What every engine of a storm shares: templates are read once."""
CALENDARS = {"br-bancario": BrazilianBankCalendar()}


class Died(BaseException):
    """kill -9: from here on nothing of that worker runs."""


class Endless(Exception):  # noqa: N818 - what is said of the run
    """A run reads the clock again and again."""


@define
class Call:
    """What a provider was asked, in its own book."""

    key: str
    actions: tuple[str, ...]
    attempt: int
    channel: str
    at: int
    text: str = ""
    accepted: bool = False
    bounced: bool = False


@define(kw_only=True)
class Worker:
    """One engine, and whether its process still lives."""

    storm: "Storm"
    store: Store
    version: int
    engine: Engine = field(init=False)
    alive: bool = True
    readings: int = 0
    dies_after: int | None = None

    def __attrs_post_init__(self) -> None:
        storm = self.storm
        parts = evolve(
            PARTS,
            store=self.store,
            creditors={"loja": CreditorSettings(policies=(VERSIONS[self.version],), **IDENTITY)},
            channels={name: Provider(self, name) for name in CHANNELS},
            executors={"people": Provider(self, "people")},
            now=self.now,
        )
        self.engine = Engine(parts, "", SILENT)
        storm.workers.append(self)

    def now(self) -> int:
        """The clock of the storm; for a worker that dies here, the last thing it looks at."""
        self.readings += 1
        if self.readings > ENDLESS:
            raise Endless
        if self.dies_after is not None:
            self.dies_after -= 1
            self.alive = self.alive and self.dies_after >= 0
        if not self.alive:
            raise Died
        return self.storm.at


@define
class Provider:
    """A channel and an executor of one worker; all of a name share one book."""

    worker: Worker
    name: str
    kinds: frozenset[str] = frozenset({"task"})
    said: Sequence[Any] = ()
    Config = NoConfig

    @property
    def capabilities(self) -> Capabilities:
        """Blind, as most are; some report delivery."""
        return Capabilities(reports_delivery=self.name == "sms")

    def send(self, message: Message) -> Receipt:
        """Take a message."""
        storm = self.worker.storm
        storm.check_address(message)
        call = Call(message.key, message.actions, message.attempt, self.name, storm.at, message.text)
        return storm.asked(self.worker, call)

    def run(self, request: ActionRequest) -> Receipt:
        """Take a task."""
        storm = self.worker.storm
        return storm.asked(self.worker, Call(request.key, (request.action.id,), request.attempt, self.name, storm.at))

    def verify(self, request: WebhookRequest) -> bool:
        """The storm signs nothing."""
        return request.method == "POST"

    def parse(self, _: WebhookRequest) -> Sequence[Any]:
        """What the provider says now."""
        return self.said

    def close(self) -> None:
        """Nothing is open."""


@define(kw_only=True)
class Storm:
    """The world: what the host recorded, what the providers took, and what went wrong."""

    open_store: Callable[[], Store]
    backwards: bool = True
    at: int = field(factory=lambda: to_instant(clock("2026-04-01 12:00")))
    workers: list[Worker] = field(factory=list)
    calls: list[Call] = field(factory=list)
    faults: list[str] = field(factory=list)
    known: dict[str, events.Event] = field(factory=dict)
    kept: dict[tuple[str, str], str] = field(factory=dict)
    number: int = 0
    depth: int = 0
    random: Random = field(factory=partial(Random, 0))
    is_calm: bool = False
    latest: int = 0

    def __attrs_post_init__(self) -> None:
        worker = self.worker()
        for debtor in DEBTORS:
            self.record(worker, self.fact(events.DebtorRegistered, debtor, person=f"{debtor}-person", state="SP"))
            worker.engine.creditor().keep(debtor, {f"{debtor}-person": {"name": f"{debtor.title()} Souza"}})
            for channel in CHANNELS:
                ref = f"{debtor}-{channel}"
                self.record(
                    worker,
                    self.fact(events.ContactPointAdded, debtor, point=channel, channels=(channel,), ref=ref),
                    self.fact(events.ConsentGranted, debtor, channel=channel),
                )
                self.move_house(worker, debtor, channel)

    # workers

    def worker(self) -> Worker:
        """A worker that lives, a new one where none does."""
        living = [worker for worker in self.workers if worker.alive]
        if living:
            return self.random.choice(living)
        return Worker(storm=self, store=self.open_store(), version=self.newest)

    @property
    def newest(self) -> int:
        """The policy never goes back."""
        return max((worker.version for worker in self.workers), default=0)

    def bury(self, worker: Worker) -> None:
        """Prove it dead."""
        worker.alive = False
        if isinstance(worker.store, MemoryStore):
            worker.store.bury(worker.store.owner())
        else:
            worker.store.close()

    def living(self, worker: Worker, work: Callable[[], Any]) -> Any:
        """Let a worker do something, and bury it if it dies of it."""
        try:
            return work()
        except Died:
            if not worker.alive:
                self.bury(worker)
                return None
            raise

    # facts

    def fact(self, kind: type[events.Event], debtor: str, *, back: int = 0, **fields: Any) -> Any:
        """A fact that took effect just now, or some time ago; no two of them at one instant."""
        self.number += 1
        at = self.at - 2_000 + self.number % 2_000 - back
        return kind(id=f"e{self.number}", creditor="loja", debtor=debtor, at=at, recorded_at=self.at, **fields)

    def record(self, worker: Worker, *facts: events.Event) -> None:
        """Tell a worker; what it took is known."""
        recorded = self.living(worker, lambda: worker.engine.creditor().record(*facts))
        if recorded is not None:
            self.known |= {event.id: event for event in recorded}

    def move_house(self, worker: Worker, debtor: str, channel: str) -> None:
        """Another address."""
        self.number += 1
        address = f"{debtor}{self.number}@{channel}.invalid"
        worker.engine.creditor().keep(debtor, {f"{debtor}-{channel}": {"address": address}})
        self.kept[debtor, channel] = address

    def happen(self) -> None:
        """One fact of a random sort."""
        random, worker, debtor = self.random, self.worker(), self.random.choice(DEBTORS)
        issued = [each for each in self.of(events.InvoiceIssued) if each.debtor == debtor]
        sorts = ["pay", "part", "part", "notice", "reverse", "reverse", "promise", "dispute", "resolve", "resolve"]
        sorts += ["hold", "release", "release", "revoke", "grant", "grant", "cancel", "amend", "amend", "retract"]
        sorts += ["bill", "bill", "bill", "address", "point", "verify", "verify", "twice"]
        sort = random.choice(sorts) if issued else "bill"
        make = getattr(self, f"_{sort}")
        facts = make(worker, debtor, random.choice(issued) if issued else None)
        if facts:
            self.record(worker, *facts)

    def bill(self) -> None:
        """One more invoice."""
        debtor = self.random.choice(DEBTORS)
        self.record(self.worker(), *self._bill(self.worker(), debtor, None))

    def of(self, *kinds: type[events.Event]) -> list[Any]:
        """What is known of some sorts, what was retracted aside."""
        gone = {each.event for each in self.known.values() if isinstance(each, events.EventRetracted)}
        return [each for each in self.known.values() if isinstance(each, kinds) and each.id not in gone]

    def _bill(self, _worker: Worker, debtor: str, _invoice: Any) -> list[Any]:
        if len([each for each in self.of(events.InvoiceIssued) if each.debtor == debtor]) >= 7:
            return []
        due = self.today + timedelta(days=self.random.choice([-12, -4, -1, 3, 6, 9]))
        return [self._invoice(debtor, due) for _ in range(self.random.choice([1, 1, 2, 3]))]

    def _invoice(self, debtor: str, due: date) -> Any:
        amount = Money.of(self.random.choice(["150.00", "80.00"]))
        return self.fact(events.InvoiceIssued, debtor, receivable=f"nf-{self.number}", amount=amount, due=due)

    def _pay(self, _worker: Worker, debtor: str, invoice: Any, share: int = 1) -> list[Any]:
        amount = Money(minor=invoice.amount.minor // share, currency="BRL")
        back = self.random.choice([0, 0, HOUR, DAY])
        number = f"p{self.number}"
        settled = events.PaymentSettled
        return [self.fact(settled, debtor, payment=number, amount=amount, receivables=(invoice.receivable,), back=back)]

    def _part(self, worker: Worker, debtor: str, invoice: Any) -> list[Any]:
        return self._pay(worker, debtor, invoice, share=2)

    def _notice(self, _worker: Worker, debtor: str, invoice: Any) -> list[Any]:
        own = {"payment": f"n{self.number}", "amount": invoice.amount, "receivables": (invoice.receivable,)}
        return [self.fact(events.PaymentNoticed, debtor, **own)]

    def _reverse(self, _worker: Worker, debtor: str, _invoice: Any) -> list[Any]:
        paid = [each for each in self.of(events.PaymentSettled, events.PaymentNoticed) if each.debtor == debtor]
        return [self.fact(events.PaymentReversed, debtor, payment=self.random.choice(paid).payment)] if paid else []

    def _promise(self, _worker: Worker, debtor: str, invoice: Any) -> list[Any]:
        by = self.today + timedelta(days=self.random.choice([1, 3]))
        own = {"promise": f"pr{self.number}", "amount": invoice.amount, "receivables": (invoice.receivable,)}
        return [self.fact(events.PromiseMade, debtor, by=by, **own)]

    def _dispute(self, _worker: Worker, debtor: str, invoice: Any) -> list[Any]:
        own = {"dispute": f"d{self.number}", "receivables": (invoice.receivable,)}
        return [self.fact(events.DisputeOpened, debtor, **own)]

    def _resolve(self, _worker: Worker, debtor: str, _invoice: Any) -> list[Any]:
        found = [each for each in self.of(events.DisputeOpened) if each.debtor == debtor]
        if not found:
            return []
        own = {"dispute": self.random.choice(found).dispute, "outcome": "rejected"}
        return [self.fact(events.DisputeResolved, debtor, **own)]

    def _hold(self, _worker: Worker, debtor: str, invoice: Any) -> list[Any]:
        names = self.random.choice([(), (invoice.receivable,)])
        return [self.fact(events.HoldPlaced, debtor, hold=f"h{self.number}", receivables=names)]

    def _release(self, _worker: Worker, debtor: str, _invoice: Any) -> list[Any]:
        found = [each for each in self.of(events.HoldPlaced) if each.debtor == debtor]
        return [self.fact(events.HoldReleased, debtor, hold=self.random.choice(found).hold)] if found else []

    def _revoke(self, _worker: Worker, debtor: str, _invoice: Any) -> list[Any]:
        return [self.fact(events.ConsentRevoked, debtor, channel=self.random.choice(CHANNELS))]

    def _grant(self, _worker: Worker, debtor: str, _invoice: Any) -> list[Any]:
        return [self.fact(events.ConsentGranted, debtor, channel=self.random.choice(CHANNELS))]

    def _cancel(self, _worker: Worker, debtor: str, invoice: Any) -> list[Any]:
        kind = self.random.choice([events.InvoiceCancelled, events.InvoiceWrittenOff])
        return [self.fact(kind, debtor, receivable=invoice.receivable)]

    def _amend(self, _worker: Worker, debtor: str, invoice: Any) -> list[Any]:
        due = self.today + timedelta(days=self.random.choice([-6, 2, 8]))
        return [self.fact(events.InvoiceAmended, debtor, receivable=invoice.receivable, due=due)]

    def _retract(self, _worker: Worker, debtor: str, _invoice: Any) -> list[Any]:
        kinds = (events.PaymentSettled, events.PaymentReversed, events.DisputeOpened, events.HoldPlaced)
        found = [each for each in self.of(*kinds) if each.debtor == debtor]
        own = {"event": self.random.choice(found).id, "reason": "by mistake"} if found else {}
        return [self.fact(events.EventRetracted, debtor, **own)] if own else []

    def _address(self, worker: Worker, debtor: str, _invoice: Any) -> list[Any]:
        self.move_house(worker, debtor, self.random.choice(CHANNELS))
        return []

    def _point(self, _worker: Worker, debtor: str, _invoice: Any) -> list[Any]:
        return [self.fact(events.ContactPointFailed, debtor, point=self.random.choice(CHANNELS))]

    def _verify(self, _worker: Worker, debtor: str, _invoice: Any) -> list[Any]:
        return [self.fact(events.ContactPointVerified, debtor, point=point) for point in CHANNELS]

    def _twice(self, _worker: Worker, debtor: str, _invoice: Any) -> list[Any]:
        return [each for each in self.known.values() if each.debtor == debtor][-3:]

    # time

    @property
    def today(self) -> date:
        """In São Paulo."""
        return self.wall(self.at).date()

    @staticmethod
    def wall(at: int) -> datetime:
        """The clock on the wall."""
        return datetime.fromtimestamp(at // 10**6, SAO_PAULO)

    def tick(self) -> None:
        """Time goes by, or stands still, or goes back."""
        steps = [0, 1, MINUTE, 20 * MINUTE, HOUR, 5 * HOUR, DAY, 4 * DAY]
        steps += [-1, -10 * 10**6, -HOUR, -DAY] if self.backwards else []
        self.at += self.random.choice(steps)
        if self.random.random() < 0.4:
            self.next_hour()

    def next_hour(self) -> None:
        """To when something is to be done."""
        worker = self.worker()
        following = self.living(worker, worker.engine.next_wakeup)
        if following is not None and to_instant(following) > self.at:
            self.at = to_instant(following)

    # runs

    def work(self) -> None:
        """Carry out what comes next, when it comes."""
        self.next_hour()
        self.run()

    def run(self) -> None:
        """One worker carries out what is due, and may die of it."""
        worker = self.worker()
        worker.readings = 0
        if not self.is_calm and self.random.random() < 0.3:
            worker.dies_after = self.random.randrange(1, 14)
        limit = self.random.choice([0, 1, 2, 100, 100, 100])
        self.living(worker, lambda: self.carry_out(worker, limit))
        worker.dies_after = None

    def carry_out(self, worker: Worker, limit: int = 100) -> RunResult:
        """What is due, with what happens between the actions."""
        return worker.engine.run_due(limit=limit, stop=self.interrupted)

    def interrupted(self) -> bool:
        """Between the claim and the beginning."""
        if self.is_calm:
            return False
        self.meanwhile(0.25)
        return self.random.random() < 0.05

    def meanwhile(self, chance: float) -> None:
        """Something happens at once."""
        if self.depth >= 2 or self.random.random() > chance:
            return
        self.depth += 1
        try:
            moves = [self.happen, self.happen, self.happen, self.run, self.suspect, self.tick_a_little, self.report]
            self.random.choice(moves)()
        finally:
            self.depth -= 1

    def suspect(self) -> None:
        """Somebody takes the living for dead, as a server may that ends their session, and takes over."""
        store = self.workers[-1].store
        if isinstance(store, MemoryStore):
            store.bury(store.owner())
        self.run()

    def tick_a_little(self) -> None:
        """A second, or one back."""
        self.at += self.random.choice([10**6, 30 * 10**6, *([-(10**6)] if self.backwards else [])])

    def start_again(self) -> None:
        """A worker goes or comes, perhaps with a newer policy."""
        living = [worker for worker in self.workers if worker.alive]
        if self.depth == 0 and self.random.random() < 0.5:
            self.bury(self.random.choice(living)) if living else None
        elif len(living) < 3:
            version = min(self.newest + self.random.choice([0, 0, 1]), len(VERSIONS) - 1)
            Worker(storm=self, store=self.open_store(), version=version)

    # providers

    def asked(self, worker: Worker, call: Call) -> Receipt:
        """A provider gets a request: judge whether it may, write it down, answer somehow."""
        self.judge(worker, call)
        self.calls.append(call)
        if self.is_calm:
            call.accepted = True
            return Receipt(reference=f"ref-{call.key}")
        self.meanwhile(0.2)
        sort = self.random.choice(["take"] * 6 + ["lost", "never", "busy", "later", "refuse", "gone", "cannot", "bug"])
        call.accepted = sort in {"take", "lost"} or (sort == "bug" and self.random.random() < 0.5)
        self.meanwhile(0.2)
        if self.random.random() < 0.1:
            worker.alive = False
            raise Died
        if sort == "take":
            return self.taken(call)
        raise {
            "lost": Unknown("timeout"),
            "never": Unknown("timeout"),
            "busy": Retryable(reason="busy"),
            "later": Retryable(timedelta(minutes=self.random.choice([1, 30]))),
            "refuse": Rejected("spam"),
            "gone": Rejected("no such address", point_failed=True),
            "cannot": Unsupported("text"),
            "bug": ZeroDivisionError("no bug of ours"),
        }[sort]

    def taken(self, call: Call) -> Any:
        """It took it, and says so in its own way."""
        status = self.random.choice(["accepted"] * 5 + ["delivered", "read", "bounced", "failed", "unknown", ""])
        call.bounced = call.bounced or status in {"bounced", "failed"}
        return Receipt(status=status, reference=f"ref-{call.key}") if status else None  # type: ignore[arg-type]

    def report(self) -> None:
        """A provider tells of something it took: late, twice, out of order."""
        taken = [call for call in self.calls if call.accepted and call.channel in CHANNELS]
        if not taken:
            return
        call, worker = self.random.choice(taken), self.worker()
        fates = ["accepted", "bounced", "failed"] if call.bounced else ["accepted", "delivered", "read", "unknown"]
        said = [self._said(call, status) for status in self.random.sample(fates, 2)]
        if not call.bounced and self.random.random() < 0.1:
            call.bounced, said = True, [self._said(call, "bounced")]
        request = WebhookRequest(headers={}, body=b"", received_at=self.at)
        worker.engine._parts.channels[call.channel].said = [*said, said[0]]  # noqa: SLF001 - our own double
        self.living(worker, lambda: worker.engine.receive(call.channel, request))

    def _said(self, call: Call, status: str) -> Receipt:
        when = self.random.choice([None, call.at, self.at, self.at + DAY, call.at - DAY])
        by: dict[str, Any] = {"key": call.key} if self.random.random() < 0.7 else {"reference": f"ref-{call.key}"}
        return Receipt(status=status, at=when, **by)  # type: ignore[arg-type]

    # judging, by the books of the host alone

    def check_address(self, message: Message) -> None:
        """To the kept address, of the right debtor."""
        if self.depth == 0 and message.to != self.kept[message.debtor, message.channel]:
            self.faults.append(f"{message.channel} went to {message.to}")

    def judge(self, worker: Worker, call: Call) -> None:
        """Whether this may leave now."""
        facts = self._attempted(worker, call)
        fact, moment = facts[0], self.wall(call.at)
        what = f"{fact.step} of {fact.receivable} by {call.channel} at {moment:%d/%m %H:%M:%S}"
        opens, closes = 8, {5: 14, 6: 0}.get(moment.weekday(), 20)
        if not opens <= moment.hour < closes or moment.date() in HOLIDAYS:
            self.faults.append(f"{what}: nobody may be contacted then")
        known = [each for each in self.of(events.Event) if each.at_us <= call.at and each.debtor == fact.debtor]
        if call.channel in CHANNELS:
            if not self._allows(known, call.channel):
                self.faults.append(f"{what}: no consent")
            if not self._reaches(known, call.channel):
                self.faults.append(f"{what}: the address failed")
            if set(RECEIVABLE.findall(call.text)) != {each.receivable for each in facts} | {*fact.listed}:
                self.faults.append(f"{what}: it tells of other receivables than the facts")
        for receivable in [*(each.receivable for each in facts if each.step in PRESSING), *fact.listed]:
            why = self._silent(known, receivable, moment.date())
            if why:
                self.faults.append(f"{what}, {receivable}: {why}")

    def _attempted(self, worker: Worker, call: Call) -> list[events.ActionAttempted]:
        """The durable facts of all that it carries, the carrier's first."""
        found = {
            fact.action: fact
            for debtor in DEBTORS
            for fact in worker.store.load("loja", debtor).events
            if isinstance(fact, events.ActionAttempted) and fact.attempt == call.attempt
        }
        assert {*call.actions} <= found.keys(), "nothing durable says that it was attempted"
        return [found[action] for action in call.actions]

    @staticmethod
    def _allows(known: Iterable[Any], channel: str) -> bool:
        kinds = (events.ConsentGranted, events.ConsentRevoked)
        said = [each for each in known if isinstance(each, kinds) and each.channel == channel]
        return isinstance(max(said, key=lambda each: each.at_us), events.ConsentGranted)

    @staticmethod
    def _reaches(known: Iterable[Any], channel: str) -> bool:
        kinds = (events.ContactPointAdded, events.ContactPointFailed, events.ContactPointVerified)
        said = [each for each in known if isinstance(each, kinds) and each.point == channel]
        return not isinstance(max(said, key=lambda each: each.at_us), events.ContactPointFailed)

    def _silent(self, known: Sequence[Any], receivable: str, today: date) -> str:  # noqa: PLR0911 - a list of reasons
        """Why nothing may press now, or ""."""
        own = [each for each in known if receivable in getattr(each, "receivables", ())]
        [invoice] = [
            each for each in self.of(events.InvoiceIssued) if each.receivable == receivable and each in known
        ] or [None]
        if invoice is None:
            return "not issued"
        ended = (events.InvoiceCancelled, events.InvoiceWrittenOff)
        if any(isinstance(each, ended) and each.receivable == receivable for each in known):
            return "cancelled"
        terms = [each for each in known if isinstance(each, events.InvoiceAmended) and each.receivable == receivable]
        due = max(terms, key=lambda each: each.at_us).due if terms else invoice.due
        if today <= due:
            return f"not overdue before {due}"
        undone = {each.payment for each in known if isinstance(each, events.PaymentReversed)}
        # A notice ends with the settlement by any other payment, and does not come back when that is reversed.
        kinds = (events.PaymentSettled, *(() if undone else (events.PaymentNoticed,)))
        paid = [each.amount.minor for each in own if isinstance(each, kinds) and each.payment not in undone]
        if sum(paid) >= invoice.amount.minor:
            return "paid"
        closed = {each.dispute for each in known if isinstance(each, events.DisputeResolved)}
        if any(isinstance(each, events.DisputeOpened) and each.dispute not in closed for each in own):
            return "disputed"
        freed = {each.hold for each in known if isinstance(each, events.HoldReleased)}
        holds = [each for each in known if isinstance(each, events.HoldPlaced) and each.hold not in freed]
        if any(not each.receivables or receivable in each.receivables for each in holds):
            return "held"
        promises = [each for each in known if isinstance(each, events.PromiseMade)]
        first = min(promises, key=lambda each: each.at_us, default=None)
        # One of a receivable that was not there yet, or was paid just then, promises nothing.
        is_promised = len(promises) == 1 and first in own and first.at_us > invoice.at_us and not undone
        return "promised" if is_promised and self.wall(first.at_us).date() <= today <= first.by else ""  # type: ignore[union-attr]

    # the end

    def calm_down(self) -> None:
        """The faults stop: the clock goes on, and everybody works until nothing is left."""
        self.is_calm = True
        self.at = max(self.at, self.latest) + DAY
        for worker in [worker for worker in self.workers if worker.alive]:
            self.bury(worker)
        Worker(storm=self, store=self.open_store(), version=self.newest)
        for _ in range(4):
            self.run_to_the_end()
            self.at += 7 * HOUR

    def run_to_the_end(self) -> None:
        """Once, and once more."""
        worker = self.worker()
        worker.readings = 0
        worker.engine.run_due(limit=1_000)
        assert worker.engine.run_due(limit=1_000) == RunResult()

    def move(self, name: str, number: int) -> None:
        """One move of the storm."""
        self.random = Random(number)  # noqa: S311 - a storm, no secret
        getattr(self, name)()
        self.latest = max(self.latest, self.at)


MOVES = ("work", "work", "work", "work", "work", "run", "happen", "happen", "tick", "report", "start_again")


def blown(moves: Iterable[tuple[str, int]], open_store: Callable[[], Store], *, backwards: bool = True) -> Storm:
    """A storm of these moves that has come to its end."""
    storm = Storm(open_store=open_store, backwards=backwards)
    for name, number in moves:
        storm.move(name, number)
    storm.calm_down()
    return storm


def moves_of(seed: int, length: int) -> list[tuple[str, int]]:
    """The moves of a seed."""
    random = Random(seed)  # noqa: S311 - as above
    return [("bill", random.getrandbits(16)) for _ in range(4)] + [
        (random.choice(MOVES), random.getrandbits(16)) for _ in range(length)
    ]


def in_memory() -> Callable[[], Store]:
    """All workers on one store in memory."""
    store = MemoryStore()
    return lambda: store


@contextmanager
def on_disk(path: Path) -> Iterator[Callable[[], Store]]:
    """Each worker with a store of its own on one file; all of them are closed at the end."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(SqliteStore.open(f"sqlite:///{path}")))


def again(storm: Storm, debtor: str, at: int) -> Any:
    """The schedule from the exported events, by the core alone."""
    exported = list(storm.worker().engine.creditor().events(debtor))
    account = fold(exported, Account(creditor="loja", debtor=debtor))
    issued = {event.policy_version for event in exported if isinstance(event, events.InvoiceIssued)}
    versions = [VERSIONS[number - 1] for number in sorted(filter(None, issued))] or [VERSIONS[storm.newest]]
    policies = [load_policy(text.encode(), name="policy") for text in versions]
    return plan(policies, account, as_of=at, calendar=CALENDARS)
