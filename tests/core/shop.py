"""One shop, one debtor: short words for the facts and policies of the examples. Clock times are São Paulo's."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from attrs import evolve

from regua.calendars import BrazilianBankCalendar
from regua.core import events as ev
from regua.core.account import fold
from regua.core.calendars import Calendar
from regua.core.dates import Duration, Offset, parse_clock, parse_date, to_instant
from regua.core.events.base import Event
from regua.core.ledger import Ledger
from regua.core.money import Money
from regua.core.planning import Action, Schedule, plan
from regua.core.planning.standing import Standing
from regua.core.policy import EventTrigger, OffsetTrigger, Policy, Step
from regua.core.tones import Tone

BANK = BrazilianBankCalendar()
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def clock(text: str, zone: str = "America/Sao_Paulo") -> int:
    """`2026-04-18 09:00`, or a day alone for noon, as an instant."""
    day, _, hour = text.partition(" ")
    return to_instant(datetime.fromisoformat(f"{day} {hour or '12:00'}").replace(tzinfo=ZoneInfo(zone)))


def said(cls: type[Any], name: str, when: str, *, known: str = "", **fields: Any) -> Any:
    """An event; known at once unless told otherwise."""
    heads = {"id": name, "creditor": "loja", "debtor": "ana", "at": clock(when), "recorded_at": clock(known or when)}
    return cls(**heads, **fields)


def invoice(name: str = "nf-1", amount: str = "150.00", due: str = "2026-04-18", **fields: Any) -> ev.InvoiceIssued:
    """Issued on the 1st of April unless told otherwise."""
    heads = {"when": "2026-04-01 10:00"} | fields
    money = Money.of(amount)
    return said(  # type: ignore[no-any-return]
        ev.InvoiceIssued, f"emissão {name}", receivable=name, amount=money, due=parse_date(due), **heads
    )


def paid(amount: str, when: str, *names: str, payment: str = "", known: str = "") -> ev.PaymentSettled:
    """A settled payment that names these receivables, or none."""
    name = payment or f"pagto {when} {amount}"
    money = Money.of(amount)
    return said(  # type: ignore[no-any-return]
        ev.PaymentSettled, f"{name} pago", when, known=known, payment=name, amount=money, receivables=names
    )


def noticed(amount: str, when: str, *names: str, payment: str) -> ev.PaymentNoticed:
    """The bank's first word of a payment."""
    money = Money.of(amount)
    return said(  # type: ignore[no-any-return]
        ev.PaymentNoticed, f"{payment} avisado", when, payment=payment, amount=money, receivables=names
    )


def undone(payment: str, when: str, known: str = "") -> ev.PaymentReversed:
    """The payment is reversed, its notice withdrawn."""
    return said(ev.PaymentReversed, f"{payment} estornado {when}", when, known=known, payment=payment)  # type: ignore[no-any-return]


def amended(name: str, when: str, *, amount: str = "", due: str = "", known: str = "") -> ev.InvoiceAmended:
    """New terms."""
    terms = {"amount": Money.of(amount) if amount else None, "due": parse_date(due) if due else None}
    return said(ev.InvoiceAmended, f"aditivo {name} {when}", when, known=known, receivable=name, **terms)  # type: ignore[no-any-return]


def promised(
    amount: str, when: str, by: str, *names: str, promise: str = "promessa", known: str = ""
) -> ev.PromiseMade:
    """The debtor promises this much by that day."""
    terms = {"promise": promise, "amount": Money.of(amount), "by": parse_date(by), "receivables": names}
    return said(ev.PromiseMade, promise, when, known=known, **terms)  # type: ignore[no-any-return]


def reachable(*channels: str) -> list[Event]:
    """A working, consented contact point for each channel, since before everything."""
    found: list[Event] = []
    for channel in channels or ("email", "sms"):
        found.append(said(ev.ContactPointAdded, f"ponto {channel}", "2026-01-02", point=channel, channels=(channel,)))
        found.append(said(ev.ConsentGranted, f"aceite {channel}", "2026-01-02", channel=channel))
    return found


def step(name: str, at: str = "", **fields: Any) -> Step:
    """`step("aviso", "D+3 10:00")` or `step("obrigado", on="receivable.settled")`; by e-mail, courteous."""
    if at:
        offset, _, hour = at.partition(" ")
        anchor = fields.pop("anchor", "effective")
        trigger: Any = OffsetTrigger(offset=Offset.parse(offset), minute=parse_clock(hour), anchor=anchor)
    else:
        after, _, hour = fields.pop("after", "0d").partition(" ")
        minute = parse_clock(hour) if hour else None
        trigger = EventTrigger(on=fields.pop("on"), after=Duration.parse(after), minute=minute)
    usual = {"tone": Tone.COURTEOUS, "channels": ("email",), "templates": {None: name}}
    return Step(id=name, trigger=trigger, **(usual | fields))


def policy(*steps: Step, **parts: Any) -> Policy:
    """A policy on the bank calendar with these steps."""
    heads = {"id": "loja", "calendar": "br-bancario"} | parts
    return Policy(steps=steps, **heads)


def schedule(
    rules: Policy | Iterable[Policy],
    events: Iterable[Event],
    as_of: str,
    calendar: Calendar | Mapping[str, Calendar] = BANK,
    **known: Any,
) -> Schedule:
    """The plan of a reachable debtor."""
    given = rules if isinstance(rules, Policy) else list(rules)
    return plan(given, fold([*reachable(), *events], **known), as_of=clock(as_of), calendar=calendar)


def action(found: Schedule, name: str, receivable: str = "nf-1", occurrence: str = "") -> Action:
    """The one action of a step for a receivable."""
    (one,) = [
        each
        for each in found.all
        if (each.step, each.receivable) == (name, receivable) and occurrence in {"", each.occurrence}
    ]
    return one


def told(found: Schedule, name: str, receivable: str = "nf-1", occurrence: str = "") -> tuple[str, str, list[str]]:
    """Status, wall clock and reason codes of an action."""
    one = action(found, name, receivable, occurrence)
    return one.status, one.at.format("YYYY-MM-DD HH:mm"), [reason.code for reason in one.reasons]


def outcome(cls: type[Any], of: Action, when: str, **fields: Any) -> Any:
    """What became of an action."""
    taken = ("step", "receivable", "occurrence", "channel", "tone", "contact", "valid_until", "presses")
    about = {key: getattr(of, key) for key in taken}
    return said(cls, f"{cls.type} {of.step} {when}", when, action=of.id, **(about | fields))


def delivered(of: Action, when: str, **fields: Any) -> list[Event]:
    """Sent and delivered."""
    return [outcome(ev.ActionSent, of, when, **fields), outcome(ev.ActionDelivered, of, when, **fields)]


def standing(rules: Policy, events: Iterable[Event]) -> Standing:
    """Where the debtor stands."""
    return Standing(fold(events), (rules,), BANK)


def ledger(rules: Policy, *events: Event) -> Ledger:
    """Positions along time."""
    return standing(rules, events).ledger


def balance(rules: Policy, events: Iterable[Event], when: str, name: str = "nf-1") -> str:
    """`R$ 153,20`: what a receivable asks then."""
    found, instant = standing(rules, events), clock(when)
    return brl(found.balance(name, instant, found.day(instant)))


def brl(minor: int) -> str:
    """`R$ 1.234,56`."""
    return "R$ " + f"{minor / 100:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


def day(text: str) -> int:
    """The ordinal of a civil day."""
    return parse_date(text).toordinal()


def newer(found: Policy, **changes: Any) -> Policy:
    """The same policy with other values."""
    return evolve(found, **changes)
