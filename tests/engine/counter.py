"""An engine on a counter: what the tests of the engine share. Clock times are São Paulo's."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, field

from regua import Engine, Money, events
from regua.core.dates import parse_date, to_instant
from regua.engine import CreditorSettings
from regua.ports import ActionRequest, Capabilities, Message, NoConfig, Receipt, Store, WebhookRequest

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
POLICY = """\
format = 1

[policy]
id = "loja"
version = 1
timezone = "America/Sao_Paulo"
calendar = "br-bancario"

[[step]]
id = "lembrete"
at = "D-5 09:00"
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
id = "ligacao"
at = "D+12 10:00"
kind = "task"
queue = "cobranca"

[[step]]
id = "obrigado"
on = "receivable.settled"
after = "1bd 10:00"
channels = ["email"]
template = "obrigado"
"""
IDENTITY = {"name": "Loja da Ana", "document": "11.222.333/0001-81", "address": "Rua das Flores, 10, São Paulo"}


def clock(text: str) -> datetime:
    """`2026-04-18 09:00`, or a day alone for noon."""
    day, _, hour = text.partition(" ")
    return datetime.fromisoformat(f"{day} {hour or '12:00'}").replace(tzinfo=SAO_PAULO)


@define
class Line:
    """A channel that does what `answer` says and remembers what it was asked to send."""

    name: str = "line"
    answer: Callable[[Message], Receipt] = field(default=lambda _: Receipt(reference="ref"))
    capabilities: Capabilities = field(factory=Capabilities)
    got: list[Message] = field(factory=list)
    said: Sequence[Any] = ()
    closed: int = 0

    Config = NoConfig

    def send(self, message: Message) -> Receipt:
        """Remember it, and answer."""
        self.got.append(message)
        return self.answer(message)

    def verify(self, request: WebhookRequest) -> bool:
        """Whether it is signed with the word that is not secret."""
        return request.headers.get("signature") == "ours"

    def parse(self, request: WebhookRequest) -> Sequence[Any]:  # noqa: ARG002 - the port's shape
        """What the test wants to be said."""
        return self.said

    def close(self) -> None:
        """Count it."""
        self.closed += 1

    @property
    def steps(self) -> list[str]:
        """Templates of what was sent."""
        return [message.template for message in self.got]


@define
class People:
    """An executor for tasks."""

    got: list[ActionRequest] = field(factory=list)
    answer: Callable[[ActionRequest], Receipt] = field(default=lambda _: Receipt())
    name: str = "people"
    kinds: frozenset[str] = frozenset({"task"})
    capabilities: Capabilities = field(factory=Capabilities)

    Config = NoConfig

    def run(self, request: ActionRequest) -> Receipt:
        """Take it."""
        self.got.append(request)
        return self.answer(request)

    def close(self) -> None:
        """Nothing."""


@define(kw_only=True)
class Counter:
    """An engine, its clock and its channels."""

    store: Store
    policies: tuple[Any, ...] = (POLICY,)
    at: datetime = field(factory=lambda: clock("2026-04-01"))
    email: Line = field(factory=lambda: Line(name="email"))
    sms: Line = field(factory=lambda: Line(name="sms"))
    people: People = field(factory=People)
    parts: dict[str, Any] = field(factory=dict)
    engine: Engine = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.engine = self.another()

    def another(self, **parts: Any) -> Engine:
        """One more engine on the same store, by default with the same everything."""
        given = {
            "store": self.store,
            "creditors": {"loja": CreditorSettings(policies=self.policies, **IDENTITY)},
            "channels": {"email": self.email, "sms": self.sms},
            "executors": {"people": self.people},
            "now": lambda: self.at,
        }
        return Engine.open(**(given | self.parts | parts))

    @property
    def loja(self) -> Any:
        """The only creditor."""
        return self.engine.creditor()

    def run(self, when: str = "", limit: int = 100) -> dict[str, int]:
        """Set the clock, carry out what is due, and give what is not nothing of the result."""
        if when:
            self.at = clock(when)
        done = self.engine.run_due(limit=limit)
        names = ("sent", "retried", "suppressed", "failed", "unknown", "stuck")
        return {name: count for name in names if (count := getattr(done, name))}

    def later(self, **span: int) -> None:
        """Let time go by."""
        self.at += timedelta(**span)

    def states(self, debtor: str = "ana") -> dict[str, str]:
        """Where each action of the outbox stands, by its step; several of one step in the order of the outbox."""
        steps = {action.id: action.step for action in self.loja.schedule(debtor).all}
        return {steps[row.id]: row.state for row in self.store.load("loja", debtor).outbox}

    def open_account(self, debtor: str = "ana", *, channels: Sequence[str] = ("email", "sms")) -> None:
        """A debtor who can be reached."""
        self.loja.record(*facts_of(debtor, channels=channels))
        self.loja.keep(debtor, {f"{debtor}-{each}": {"address": f"{debtor}@{each}.invalid"} for each in channels})
        self.loja.keep(debtor, {f"{debtor}-person": {"name": f"{debtor.title()} Souza"}})

    def bill_others(self, *debtors: str) -> None:
        """More debtors, each with an invoice of their own: one more contact for each."""
        for debtor in debtors:
            self.open_account(debtor)
            self.bill(f"nf-{debtor}", debtor)

    def state_of(self, *debtors: str) -> list[str]:
        """Where each action of these debtors stands."""
        return [row.state for debtor in debtors for row in self.store.load("loja", debtor).outbox]

    def bill(self, number: str = "nf-1", debtor: str = "ana", **terms: Any) -> None:
        """An invoice of R$ 150,00 due on Saturday 18 April 2026."""
        self.loja.record(issued(number, debtor, **terms))

    def pay(self, number: str = "nf-1", debtor: str = "ana", when: str = "", amount: str = "150.00") -> None:
        """The debtor pays, and we know it at once."""
        self.loja.record(settled(number, debtor, when=when or f"{self.at:%Y-%m-%d %H:%M}", amount=amount))


def head(name: str, debtor: str, when: str, known: str = "", creditor: str = "loja") -> dict[str, Any]:
    """What every fact has."""
    return {
        "id": name,
        "creditor": creditor,
        "debtor": debtor,
        "at": clock(when),
        "recorded_at": clock(known or when),
    }


def facts_of(debtor: str, *, channels: Sequence[str] = ("email", "sms"), creditor: str = "loja") -> list[Any]:
    """Who a debtor is, and how to be reached, since the 1st of April."""
    since = "2026-04-01 08:00"
    facts: list[Any] = [
        events.DebtorRegistered(
            person=f"{debtor}-person", state="SP", **head(f"{debtor}/registered", debtor, since, creditor=creditor)
        )
    ]
    for each in channels:
        point = head(f"{debtor}/{each}", debtor, since, creditor=creditor)
        facts.append(events.ContactPointAdded(point=each, channels=(each,), ref=f"{debtor}-{each}", **point))
        consent = head(f"{debtor}/{each}/consent", debtor, since, creditor=creditor)
        facts.append(events.ConsentGranted(channel=each, **consent))
    return facts


def issued(number: str = "nf-1", debtor: str = "ana", **terms: Any) -> events.InvoiceIssued:
    """An invoice of the 1st of April, 10:00, unless told otherwise."""
    amount, due, creditor = terms.pop("amount", "150.00"), terms.pop("due", "2026-04-18"), terms.pop("creditor", "loja")
    when = terms.pop("when", "2026-04-01 10:00")
    return events.InvoiceIssued(
        receivable=number,
        amount=Money.of(amount),
        due=parse_date(due),
        **head(f"{number}/issued", debtor, when, creditor=creditor),
        **terms,
    )


def settled(
    number: str = "nf-1", debtor: str = "ana", *, when: str, amount: str = "150.00", known: str = ""
) -> events.PaymentSettled:
    """A payment that names its invoice."""
    return events.PaymentSettled(
        payment=f"{number}/pix",
        amount=Money.of(amount),
        receivables=(number,),
        **head(f"{number}/paid", debtor, when, known),
    )


def instant(text: str) -> int:
    """A clock time as an instant."""
    return to_instant(clock(text))
