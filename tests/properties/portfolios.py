"""Debtors that could exist: a policy, what happened to their invoices, and what was sent to them meanwhile."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, TypeVar

import attrs
from attrs import evolve, frozen
from hypothesis import settings
from hypothesis import strategies as st

from regua.calendars import BrazilianBankCalendar
from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Duration, Offset, format_instant
from regua.core.events.base import Event
from regua.core.money import Money
from regua.core.planning import Schedule, plan
from regua.core.policy import (
    ChargeRules,
    Conditions,
    Discount,
    EventTrigger,
    Levy,
    Limits,
    OffsetTrigger,
    PlanRules,
    Policy,
    PromiseRules,
    Range,
    Rate,
    Step,
    StepReference,
)
from regua.core.tones import Tone

T = TypeVar("T")

few = settings(max_examples=max(10, settings().max_examples // 4))
"""A quarter of the profile's examples: a portfolio is a large one, and there are many properties."""

CALENDAR = BrazilianBankCalendar()
FIRST_DAY = date(2026, 4, 1)  # Good Friday on the 3rd, Tiradentes on the 21st, then 1 May and Corpus Christi on 4 June
LAST = 80
DAY = 86_400_000_000
MINUTE = 60_000_000
MIDNIGHT = 1_775_012_400_000_000
"""2026-04-01T00:00:00-03:00."""
CREDITOR, DEBTOR = "loja", "ana"
ZONES = ("America/Sao_Paulo", "America/Manaus", "America/Noronha", "America/New_York")
CHANNELS = ("email", "sms")
PRESSING_TONES = (Tone.COURTEOUS, Tone.FORMAL, Tone.FIRM, Tone.FINAL, Tone.LEGAL)


@frozen(kw_only=True)
class Portfolio:
    """One debtor under one policy.

    Attributes:
        policy: that governs every receivable.
        events: in no particular order.
        as_of: an instant in the middle of it.
    """

    policy: Policy
    events: tuple[Event, ...]
    as_of: int

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002, FBT001 - Hypothesis calls it
        """Failing examples in a few lines: what differs from the defaults, in words."""
        lines = [f"as of {format_instant(self.as_of)}", *_told(self.policy)]
        lines += [_line(step) for step in self.policy.steps]
        lines += [_line(event) for event in sorted(self.events, key=lambda event: (event.at_us, event.id))]
        printer.text("\n    ".join(lines))

    def schedule(self, as_of: int | None = None, without: Sequence[Event] = ()) -> Schedule:
        """The plan, of all events but those."""
        kept = [event for event in self.events if event not in without]
        return plan(self.policy, fold(kept), as_of=self.as_of if as_of is None else as_of, calendar=CALENDAR)

    def of(self, *kinds: type[Any]) -> list[Any]:
        """Its events of those types, by time."""
        return sorted((event for event in self.events if isinstance(event, kinds)), key=lambda event: event.at_us)

    def plus(self, *events: Event) -> "Portfolio":
        """With more events."""
        return evolve(self, events=(*self.events, *events))


def evolve_plan(portfolio: Portfolio, **rules: Any) -> Portfolio:
    """The same debtor under other `[plan]` rules."""
    return evolve(portfolio, policy=evolve(portfolio.policy, plan=evolve(portfolio.policy.plan, **rules)))


def _told(policy: Policy) -> list[str]:
    plain = Policy(id="regua")
    parts = [getattr(policy, key) for key in ("plan", "limits", "promise", "charges")]
    return [
        f"{policy.timezone} {policy.calendar}",
        *[_line(part) for part in parts if part != getattr(plain, _key(part))],
    ]


def _key(part: Any) -> str:
    return {PlanRules: "plan", Limits: "limits", PromiseRules: "promise", ChargeRules: "charges"}[type(part)]


def _line(value: Any) -> str:
    if not attrs.has(type(value)):
        return repr(value)
    parts = []
    for field in attrs.fields(type(value)):
        found = getattr(value, field.name)
        if field.name in {"origins", "creditor", "debtor"} or found == _default(field):
            continue
        is_instant = field.name in {"at_us", "recorded_us"}
        parts.append(f"{field.alias}={format_instant(found) if is_instant else _line(found)}")
    return f"{type(value).__name__}({', '.join(parts)})"


def _default(field: Any) -> Any:
    return field.default.factory() if isinstance(field.default, attrs.Factory) else field.default  # type: ignore[arg-type]


def at(day: int, minute: int = 0) -> int:
    """The instant of a clock time in São Paulo, so many days after 2026-04-01."""
    return MIDNIGHT + day * DAY + minute * MINUTE


def civil(day: int) -> date:
    """So many days after 2026-04-01."""
    return FIRST_DAY + timedelta(days=day)


def fact(cls: type[T], name: str, instant: int, recorded: int | None = None, **fields: Any) -> T:
    """An event of this debtor."""
    heads = {"id": name, "creditor": CREDITOR, "debtor": DEBTOR, "at": instant}
    return cls(**heads, recorded_at=instant if recorded is None else recorded, **fields)


# policies

minutes = st.sampled_from([0, 9 * 60, 10 * 60, 13 * 60 + 30, 19 * 60, 22 * 60])
when_recorded = st.sampled_from([0, 0, 0, MINUTE, DAY, 3 * DAY, 10 * DAY, -DAY, -6 * DAY])
instants = st.builds(
    at, st.integers(0, LAST), st.sampled_from([0, 8 * 60, 9 * 60, 10 * 60, 12 * 60 + 34, 20 * 60, 1439])
)


@st.composite
def _offset_steps(draw: st.DrawFn, name: str, before: tuple[str, ...]) -> Step:
    days = draw(st.sampled_from([1, 2, 3, 5, 8]) | st.integers(-5, 25))
    offset = Offset(days, draw(st.booleans()) and days != 0)
    anchor = draw(st.sampled_from(["effective", "effective", "effective", "effective", "due", "issued"]))
    tone = draw(st.sampled_from(PRESSING_TONES)) if days > 0 else Tone.REMINDER
    kind = draw(st.sampled_from(["message"] * 8 + ["task", "notice"]))
    reference = draw(st.sampled_from(before)) if before and draw(st.integers(0, 3)) == 0 else None
    outcome = draw(st.sampled_from(["sent", "delivered", "read", "done"]))
    wait = draw(st.none() | st.just(Duration(2)) | st.just(Duration(1, business=True)))
    required = draw(st.booleans())
    return Step(
        id=name,
        trigger=OffsetTrigger(offset=offset, minute=draw(minutes), anchor=anchor),  # type: ignore[arg-type]
        kind=kind,  # type: ignore[arg-type]
        tone=tone,
        channels=draw(st.sampled_from([("email",), ("sms",), ("email", "sms")])) if kind == "message" else (),
        templates={None: name},
        when=Conditions(balance=Range(low=5_000)) if draw(st.integers(0, 9)) == 0 else Conditions(),
        requires=StepReference(step=reference, outcome=outcome, at_least=wait) if reference and required else None,
        unless=StepReference(step=reference, outcome=outcome) if reference and not required else None,
        approval="human" if draw(st.integers(0, 14)) == 0 else "",
    )


@st.composite
def _event_steps(draw: st.DrawFn, name: str) -> Step:
    on = draw(
        st.sampled_from(
            [
                *("receivable.settled", "promise.broken", "promise.kept", "contact.regretted", "payment.settled"),
                *("invoice.issued", "invoice.amended", "dispute.resolved", "payment.reversed"),
            ]
        )
    )
    after = draw(st.sampled_from([Duration(0), Duration(1), Duration(2, business=True)]))
    return Step(
        id=name,
        trigger=EventTrigger(on=on, after=after, minute=draw(st.none() | minutes)),
        tone=Tone.COURTEOUS if on == "promise.broken" else None,
        channels=draw(st.sampled_from([("email",), ("email", "sms")])),
        templates={None: name},
        scope="debtor" if on == "payment.settled" and draw(st.booleans()) else "receivable",
    )


@st.composite
def charge_rules(draw: st.DrawFn) -> ChargeRules:
    """Fine, interest, discount, rounding."""
    return ChargeRules(
        fine=draw(st.sampled_from([None, Levy(share=Fraction(1, 50)), Levy(minor=500)])),
        interest=draw(
            st.sampled_from(
                [
                    None,
                    Rate(share=Fraction(1, 100)),
                    Rate(share=Fraction(333, 1_000_000), per="day"),
                    Rate(share=Fraction(12, 100), per="year"),
                    Rate(minor=33),
                    Rate(share=Fraction(12, 100), per="year", business=True),
                    Rate(minor=33, per="day", business=True),
                ]
            )
        ),
        rounding=draw(st.sampled_from(["half-up", "half-even", "truncate"])),
        discounts=draw(
            st.sampled_from(
                [
                    (),
                    (Discount(until=Offset(-5), levy=Levy(share=Fraction(5, 100))),),
                    (
                        Discount(until=Offset(-3), levy=Levy(minor=300)),
                        Discount(until=Offset(0), levy=Levy(share=Fraction(1, 100))),
                    ),
                    (Discount(until=Offset(-1), levy=Rate(share=Fraction(1, 1000), per="day")),),
                    (Discount(until=Offset(0), levy=Rate(minor=11, per="day", business=True)),),
                ]
            )
        ),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A ladder of offset steps, some on events, with limits of all sorts."""
    steps: list[Step] = []
    for place in range(draw(st.integers(1, 5))):
        steps.append(draw(_offset_steps(f"passo-{place}", tuple(step.id for step in steps))))
    steps += [draw(_event_steps(f"sinal-{place}")) for place in range(draw(st.integers(0, 2)))]
    return Policy(
        id="regua",
        timezone=draw(st.sampled_from(ZONES)),
        calendar="br-bancario",
        plan=PlanRules(
            catch_up=draw(st.sampled_from(["latest", "latest", "all", "most-severe", "none"])),
            gradual=draw(st.booleans()),
            max_delay=Duration(draw(st.sampled_from([0, 1, 5]))),
            max_wait=Duration(draw(st.sampled_from([0, 10, 60]))),
        ),
        limits=Limits(
            min_balance=draw(st.sampled_from([0, 0, 0, 3_000])),
            tolerance=draw(st.sampled_from([0, 0, 100])),
            clearing=draw(st.sampled_from([Duration(1, business=True), Duration(0), Duration(2, business=True)])),
            freshness=draw(st.sampled_from([None] * 7 + [Duration(3, business=True)])),
        ),
        promise=PromiseRules(
            max_days=draw(st.none() | st.just(Duration(10))),
            max_in_a_row=draw(st.none() | st.just(1)),
            min_share=draw(st.sampled_from([Fraction(1), Fraction(1, 2)])),
        ),
        charges=draw(charge_rules()),
        steps=tuple(steps),
    )


# what happened


def invoices(*, count: int) -> st.SearchStrategy[list[ev.InvoiceIssued]]:
    """So many invoices, due in April and May, some known late."""
    return st.tuples(*[_invoice(place) for place in range(count)]).map(list)


@st.composite
def _invoice(draw: st.DrawFn, place: int) -> ev.InvoiceIssued:
    issued, due = draw(st.integers(0, 12)), draw(st.integers(8, 45))
    instant = at(issued, 600)
    return fact(
        ev.InvoiceIssued,
        f"emissao-{place}",
        instant,
        instant + abs(draw(when_recorded)),
        receivable=f"nf-{place}",
        amount=Money(draw(amounts)),
        due=civil(due),
        rebate=draw(st.none() | st.none() | st.just(Money(99))),
    )


amounts = st.sampled_from([5_000, 5_000, 15_000, 15_000, 15_320, 20_000, 40_000]) | st.integers(1_000, 40_000)


@st.composite
def _moment(draw: st.DrawFn) -> dict[str, int]:
    instant = draw(instants)
    return {"instant": instant, "recorded": instant + draw(when_recorded)}


def _some(draw: st.DrawFn, names: tuple[str, ...], *, least: int = 0) -> tuple[str, ...]:
    return tuple(draw(st.lists(st.sampled_from(names), unique=True, min_size=least, max_size=2)))


def _payment(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> list[Event]:
    moment = draw(_moment())
    about = {"payment": name, "amount": Money(draw(amounts)), "receivables": _some(draw, names)}
    found: list[Event] = []
    shape = draw(st.sampled_from(["settled", "settled", "noticed", "both"]))
    if shape != "settled":
        found.append(fact(ev.PaymentNoticed, f"{name}-aviso", **moment, **about))
    if shape != "noticed":
        later = moment["instant"] + (draw(st.sampled_from([0, DAY])) if shape == "both" else 0)
        found.append(fact(ev.PaymentSettled, f"{name}-pago", later, moment["recorded"], **about))
    if draw(st.integers(0, 2)) == 0:
        undone = moment["instant"] + draw(st.integers(1, 20)) * DAY
        found.append(fact(ev.PaymentReversed, f"{name}-estorno", undone, payment=name))
    return found


def _credit(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> list[Event]:
    granted = fact(
        ev.CreditGranted,
        name,
        **draw(_moment()),
        credit=name,
        amount=Money(draw(amounts)),
        receivables=_some(draw, names),
    )
    if granted.receivables or draw(st.booleans()):
        return [granted]
    used = granted.at_us + draw(st.integers(0, 10)) * DAY
    about = {"receivable": draw(st.sampled_from(names)), "credit": name, "amount": Money(draw(amounts))}
    return [granted, fact(ev.CreditApplied, f"{name}-aplicado", used, **about)]


def _promise(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> list[Event]:
    moment = draw(_moment())
    made = fact(
        ev.PromiseMade,
        name,
        **moment,
        promise=name,
        amount=Money(draw(amounts)),
        by=civil((moment["instant"] - MIDNIGHT) // DAY + draw(st.integers(0, 12))),
        receivables=_some(draw, names),
    )
    if draw(st.integers(0, 3)):
        return [made]
    end = moment["instant"] + draw(st.integers(0, 8)) * DAY
    return [made, fact(ev.PromiseCancelled, f"{name}-cancelada", end, promise=name)]


def _dispute(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> list[Event]:
    moment = draw(_moment())
    opened = fact(ev.DisputeOpened, name, **moment, dispute=name, receivables=_some(draw, names, least=1))
    if draw(st.integers(0, 2)) == 0:
        return [opened]
    end = moment["instant"] + draw(st.integers(0, 20)) * DAY
    return [opened, fact(ev.DisputeResolved, f"{name}-resolvida", end, dispute=name, outcome="rejected")]


def _hold(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> list[Event]:
    moment = draw(_moment())
    day = (moment["instant"] - MIDNIGHT) // DAY
    until = draw(st.none() | st.integers(0, 15).map(lambda days: civil(day + days)))
    placed = fact(ev.HoldPlaced, name, **moment, hold=name, receivables=_some(draw, names), until=until)
    if draw(st.booleans()):
        return [placed]
    return [placed, fact(ev.HoldReleased, f"{name}-fim", moment["instant"] + 4 * DAY, hold=name)]


def _amendment(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> list[Event]:
    moment = draw(_moment())
    amount = draw(st.none() | amounts.map(Money))
    due = draw(st.none() | st.integers(5, 70).map(civil))
    return [fact(ev.InvoiceAmended, name, **moment, receivable=draw(st.sampled_from(names)), amount=amount, due=due)]


def _void(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> list[Event]:
    cls: type[Any] = draw(st.sampled_from([ev.InvoiceCancelled, ev.InvoiceWrittenOff]))
    return [fact(cls, name, **draw(_moment()), receivable=draw(st.sampled_from(names)))]


def _reach(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> list[Event]:  # noqa: ARG001 - one shape for all
    moment = draw(_moment())
    cls: type[Any] = draw(st.sampled_from([ev.ContactPointFailed, ev.ContactPointVerified, ev.ConsentRevoked]))
    channel = draw(st.sampled_from(CHANNELS))
    about = {"channel": channel} if cls is ev.ConsentRevoked else {"point": channel}
    return [fact(cls, name, **moment, **about)]


def _file(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> list[Event]:
    moment, about = draw(_moment()), draw(st.sampled_from(names))
    cls, back = draw(st.sampled_from([(ev.ProtestFiled, ev.ProtestCancelled), (ev.AgencyAssigned, ev.AgencyReturned)]))
    found: list[Event] = [fact(cls, name, **moment, receivable=about)]
    if draw(st.booleans()):
        found.append(fact(back, f"{name}-volta", moment["instant"] + 6 * DAY, receivable=about))
    return found


def _decision(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> list[Event]:
    cls: type[Any] = draw(st.sampled_from([ev.StepApproved, ev.StepApproved, ev.StepVetoed]))
    step = draw(st.sampled_from([f"passo-{place}" for place in range(5)]))
    return [fact(cls, name, **draw(_moment()), receivable=draw(st.sampled_from(names)), step=step)]


def _through(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> list[Event]:  # noqa: ARG001 - one shape for all
    instant = draw(instants)
    day = (instant - MIDNIGHT) // DAY
    return [fact(ev.PaymentsKnownThrough, name, instant, through=civil(day - draw(st.integers(0, 3))))]


Happening = Callable[[st.DrawFn, str, tuple[str, ...]], list[Event]]
MONEY: tuple[Happening, ...] = (_payment, _payment, _payment, _credit)
STOPS: tuple[Happening, ...] = (_promise, _dispute, _hold, _file)
CHANGES: tuple[Happening, ...] = (_amendment, _void, _reach, _decision, _through)
ANY: tuple[Happening, ...] = MONEY + STOPS + CHANGES


@st.composite
def histories(draw: st.DrawFn, *, count: int = 3, happenings: Sequence[Happening] = ANY) -> list[Event]:
    """A debtor with up to so many invoices, and what happened to them."""
    issued = draw(invoices(count=draw(st.integers(1, count))))
    names = tuple(event.receivable for event in issued)
    found: list[Event] = [*issued, *reachable()]
    if draw(st.booleans()):
        zone = draw(st.sampled_from(ZONES))
        # Minas Gerais has no holiday of its own but Tiradentes: `naive` knows the days of the nation.
        found.append(fact(ev.DebtorRegistered, "cadastro", at(-30), timezone=zone, state="MG"))
    for place in range(draw(st.integers(0, 5))):
        happening = draw(st.sampled_from(happenings))
        found += happening(draw, f"fato-{place}", names)
    return found


def reachable() -> list[Event]:
    """Contact points and consents for both channels, from before everything."""
    found: list[Event] = []
    for channel in CHANNELS:
        point = {"point": channel, "channels": (channel,)}
        found.append(fact(ev.ContactPointAdded, f"ponto-{channel}", at(-30), **point))
        found.append(fact(ev.ConsentGranted, f"aceite-{channel}", at(-30), channel=channel))
    return found


@st.composite
def portfolios(
    draw: st.DrawFn,
    *,
    count: int = 3,
    happenings: Sequence[Happening] = ANY,
    given_policies: st.SearchStrategy[Policy] | None = None,
    sendings: int = 3,
) -> Portfolio:
    """A debtor whose due actions were sometimes carried out, and sometimes not."""
    policy = draw(policies() if given_policies is None else given_policies)
    found = Portfolio(policy=policy, events=tuple(draw(histories(count=count, happenings=happenings))), as_of=0)
    for place in range(draw(st.integers(0, sendings))):
        found = found.plus(*_carried_out(draw, found, f"envio-{place}"))
    return evolve(found, as_of=draw(moments_of(found)))


@st.composite
def moments_of(draw: st.DrawFn, portfolio: Portfolio) -> int:
    """Any instant, or one at which an action comes due or something changes, or the last before that."""
    instant = draw(instants)
    schedule = portfolio.schedule(instant)
    telling = [action.at_us for action in schedule.all if action.status != "done"]
    telling += [] if schedule.next_wakeup_us is None else [schedule.next_wakeup_us]
    if not telling or draw(st.integers(0, 3)) == 0:
        return instant
    return draw(st.sampled_from(telling)) + draw(st.sampled_from([0, 0, -1, 90 * MINUTE, DAY]))


def _carried_out(draw: st.DrawFn, portfolio: Portfolio, name: str) -> list[Event]:
    """One action that comes due on some day, by all that is known by now, and what became of it."""
    start = draw(instants)
    open_ones = [action for action in portfolio.schedule(start).all if action.status in {"due", "planned"}]
    if not open_ones:
        return []
    instant = max(start, draw(st.sampled_from(open_ones[:4])).at_us)
    due = portfolio.schedule(instant).due
    if not due:
        return []
    action = draw(st.sampled_from(due))
    classes = draw(
        st.sampled_from(
            [
                (ev.ActionSent, ev.ActionDelivered),
                (ev.ActionSent, ev.ActionDelivered),
                (ev.ActionSent, ev.ActionDelivered, ev.ActionRead),
                (ev.ActionSent,),
                (ev.ActionAttempted,),
                (ev.ActionSent, ev.ActionFailed),
                (ev.ActionSkipped,),
                (ev.ActionUnknown,),
            ]
        )
    )
    return [outcome(cls, action, f"{name}-{place}", instant + place) for place, cls in enumerate(classes)]


def outcome(cls: type[Any], action: Any, name: str, instant: int) -> Event:
    """What became of an action."""
    about = {key: getattr(action, key) for key in ("step", "receivable", "occurrence", "channel", "tone")}
    return fact(cls, name, instant, action=action.id, **about)  # type: ignore[no-any-return]
