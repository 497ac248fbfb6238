"""Debtors of every state under all packs of Brazil, what they owe and what becomes of it: their lives."""

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any, Final

from attrs import Factory, define, evolve
from hypothesis import strategies as st
from tests.properties.capped import LIFE, Life
from tests.properties.law import DO_NOT_CALL, OF_CALLS, STATES, TITLES, ZONES, Clerk
from tests.properties.portfolios import CALENDAR, DAY, MINUTE, Portfolio, at, civil, fact

from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Duration, Offset
from regua.core.events.base import Event
from regua.core.legal import LegalRules
from regua.core.money import Money
from regua.core.planning import Action, Schedule, plan
from regua.core.policy import EventTrigger, Limits, OffsetTrigger, PlanRules, Policy, Step, window
from regua.core.tones import Tone
from regua.policyfile import DEFAULT_CATALOG
from regua.policyfile.diagnostics import Report
from regua.policyfile.packs.builtin import NAMES
from regua.policyfile.packs.resolving import resolve

LAW: Final = resolve(LegalRules(packs=NAMES), evolve(DEFAULT_CATALOG, notifying=frozenset()), Report())
"""All packs; no registrar notifies by itself."""


@st.composite
def lawful_policies(draw: st.DrawFn, *, acts: Sequence[str] = ()) -> Policy:
    """Contacts at any hour of any day, and acts of registrars, services and courts, as early as anybody may want."""
    days = draw(st.lists(st.integers(1, 12) | st.integers(-3, 12), min_size=1, max_size=3))
    steps = [_contact(draw, f"passo-{place}", day) for place, day in enumerate(sorted(days))]
    for kind in acts:
        anchor = draw(st.sampled_from(["effective", "due", "issued"]))
        days = OffsetTrigger(offset=Offset(draw(st.integers(15, 70))), minute=draw(_minutes), anchor=anchor)  # type: ignore[arg-type]
        trigger = days if draw(st.integers(0, 3)) else EventTrigger(on=draw(st.sampled_from(_CAUSES)))
        steps.append(Step(id=kind, kind=kind, trigger=trigger, registrar="orgao"))  # type: ignore[arg-type]
    return Policy(
        id="regua",
        calendar="br-bancario",
        plan=PlanRules(
            catch_up=draw(st.sampled_from(["latest", "all"])),
            gradual=False,
            max_delay=Duration(draw(st.sampled_from([5, 15]))),
            max_wait=Duration(90),
        ),
        limits=Limits(windows=_ALWAYS, call_windows=_ALWAYS),
        steps=tuple(steps),
        legal=LAW,
    )


_ALWAYS = (window("00:00-24:00"),) * 7
_CAUSES = ("dispute.resolved", "invoice.amended", "invoice.issued")
_minutes = st.sampled_from([6 * 60, 8 * 60 + 30, 10 * 60, 13 * 60 + 30, 18 * 60 + 30, 19 * 60 + 30, 21 * 60])


def _contact(draw: st.DrawFn, name: str, day: int) -> Step:
    is_call = draw(st.booleans())
    return Step(
        id=name,
        trigger=OffsetTrigger(offset=Offset(day), minute=draw(_minutes)),
        kind="task" if is_call else "message",
        tone=Tone.COURTEOUS if day > 0 else Tone.REMINDER,
        channels=() if is_call else draw(st.sampled_from([("sms",), ("sms", "email"), ("email",)])),
        templates={} if is_call else {None: name},
        queue="cobranca" if is_call else "",
    )


@st.composite
def lawful_portfolios(
    draw: st.DrawFn, *, acts: Sequence[str] = (), titles: Sequence[str] = TITLES, homes: Sequence[str] = ("", *STATES)
) -> Portfolio:
    """A debtor of any state, with a telephone of any, who owes one to three receivables of any kind, old or new."""
    home, area = draw(st.sampled_from(homes)), draw(st.sampled_from(("", *STATES)) | st.sampled_from([*OF_CALLS]))
    kind = draw(st.sampled_from(["person", "company"]))
    zone = f"America/{ZONES.get(home, 'Sao_Paulo')}"
    found: list[Event] = [fact(ev.DebtorRegistered, "cadastro", at(-80), state=home, timezone=zone, kind=kind)]
    for channel, state in (("email", ""), ("sms", area)):
        found.append(
            fact(ev.ContactPointAdded, f"ponto-{channel}", at(-80), point=channel, channels=(channel,), state=state)
        )
        found.append(fact(ev.ConsentGranted, f"aceite-{channel}", at(-80), channel=channel))
    listing = [DO_NOT_CALL[state] for state in (home, area) if state in DO_NOT_CALL]
    if listing:
        about = {"point": "sms", "list": draw(st.sampled_from(listing))}
        found.append(fact(ev.DoNotCallRegistered, "lista", at(draw(st.integers(-40, 5)), 600), **about))
        if draw(st.booleans()):
            found.append(fact(ev.DoNotCallRemoved, "fora", at(draw(st.integers(10, 30)), 600), **about))
    if draw(st.booleans()):
        titles = [draw(st.sampled_from(titles))]
    for place in range(draw(st.integers(1, 3))):
        found += _owing(draw, f"nf-{place}", acts, titles)
    return Portfolio(
        policy=draw(lawful_policies(acts=acts)), events=tuple(found), as_of=at(draw(st.integers(2, 40)), 720)
    )


def _owing(draw: st.DrawFn, name: str, acts: Sequence[str], titles: Sequence[str]) -> list[Event]:
    """A receivable, and what happens to it."""
    years = draw(st.sampled_from([0, 0, 0, 0, 3, 5]))
    due = civil(draw(st.integers(-65, -10 if acts else 10)) if not years else draw(st.integers(0, 40)))
    due = due.replace(year=due.year - years)
    issued, recorded = at((due - civil(0)).days - 10, 600), at(draw(st.integers(-1, 5)) if years else -66, 600)
    documents = draw(st.sampled_from([(), ("invoice",), ("invoice", "delivery-proof")]))
    about = {"receivable": name, "amount": Money(15_000), "due": due, "kind": draw(st.sampled_from(titles))}
    found: list[Event] = [
        fact(ev.InvoiceIssued, f"emissao-{name}", issued, max(issued, recorded), **about, documents=documents)
    ]
    for step in acts:
        if draw(st.integers(0, 4)):
            approved = at(draw(st.integers(-60, 20)))
            found.append(fact(ev.StepApproved, f"visto-{step}-{name}", approved, receivable=name, step=step))
    if acts and draw(st.integers(0, 3)):
        found += _happening(draw, "notice", name, name)
    for place in range(draw(st.integers(0, 2))):
        found += _happening(draw, draw(st.sampled_from(_FACTS)), f"{name}-{place}", name)
    return found


_FACTS = ("notice", "notice", "payment", "dispute", "agreement", "proof", "protest", "hold")


def _happening(draw: st.DrawFn, kind: str, name: str, about: str) -> list[Event]:
    instant = at(draw(st.integers(-40, 35)), draw(st.sampled_from([510, 720, 1020])))
    these, money = {"receivables": (about,)}, Money(15_000)
    if kind == "payment":
        return [
            fact(ev.PaymentSettled, f"pago-{name}", instant, max(instant, at(0)), payment=name, amount=money, **these)
        ]
    if kind == "dispute":
        end = instant + draw(st.integers(1, 30)) * DAY
        opened = fact(ev.DisputeOpened, f"contestado-{name}", instant, dispute=name, **these)
        return [opened, fact(ev.DisputeResolved, f"resolvido-{name}", end, dispute=name, outcome="rejected")]
    if kind == "protest":
        gone, about_it = at(draw(st.integers(-700, -90)), 600), {"receivable": about}
        classes = ((ev.ProtestFiled, 0), (ev.ProtestRegistered, 3), (ev.ProtestCancelled, 9))
        return [fact(cls, f"{cls.type}-{name}", gone + days * DAY, **about_it) for cls, days in classes]
    part = ev.Instalment(receivable=f"{name}-1", amount=money, due=civil(120))
    return {
        "notice": [fact(ev.NoticeDelivered, f"aviso-{name}", instant, receivable=about)],
        "proof": [fact(ev.InvoiceAmended, f"canhoto-{name}", instant, receivable=about, documents=("delivery-proof",))],
        "hold": [fact(ev.HoldPlaced, f"parado-{name}", instant, hold=name, until=civil(20), **these)],
        "agreement": [
            fact(ev.AgreementSigned, f"acordo-{name}", instant, agreement=name, instalments=(part,), **these)
        ],
    }[kind]


# lives


@define
class LawfulLife(Life):
    """A debtor to whom also what registrars, services and courts do was done.

    Attributes:
        told: what they said of it.
    """

    told: list[Event] = Factory(list)

    def live(self) -> "LawfulLife":
        """Ask, carry out all that is due, ask again; sleep until the next wakeup or fact."""
        waiting = sorted(self.portfolio.events, key=_known)
        now, account = at(0), fold([])
        for _ in range(_LONGEST):
            account = fold([event for event in waiting if event.recorded_us <= now], account)
            waiting = [event for event in waiting if event.recorded_us > now]
            schedule = plan(self.portfolio.policy, account, as_of=now, calendar=CALENDAR)
            done = list(self._done(schedule, now + 1))
            waiting = sorted([*waiting, *done], key=_known)
            coming = [event.recorded_us for event in waiting[:1]]
            coming += [] if schedule.next_wakeup_us is None else [schedule.next_wakeup_us]
            if not coming or min(coming) > at(LIFE):
                return self
            now = max(min(coming), now + MINUTE if done else now)
        raise AssertionError(now)

    def _done(self, schedule: Schedule, now: int) -> Iterator[Event]:
        """What becomes of all that is due."""
        contacts = {member: contact for contact in schedule.contacts for member in contact.members}
        for action in schedule.due:
            found = self._outcomes(action, "delivered", now, len(self.sent))
            self.sent += found
            yield from found
            if action.id not in contacts and action.kind in _BECOMES:
                yield from self._told(action, now)

    def _told(self, action: Action, now: int) -> Iterator[Event]:
        for cls, days in _BECOMES[action.kind]:
            later = now + days * DAY
            self.told.append(fact(cls, f"{cls.type}-{action.id}", later, receivable=action.receivable))
            yield self.told[-1]

    def known(self, instant: int) -> Portfolio:
        """What was known just before an instant."""
        events = (event for event in [*self.log, *self.told] if event.recorded_us < instant)
        return evolve(self.portfolio, events=tuple(events))


_LONGEST = 600
_BECOMES: Final[dict[str, Sequence[tuple[type[Any], int]]]] = {
    "notice": ((ev.NoticeRequested, 0), (ev.NoticeDelivered, 4)),
    "listing": ((ev.ListingRequested, 0), (ev.ListingConfirmed, 2)),
    "protest": ((ev.ProtestFiled, 0),),
    "suspend": ((ev.ServiceSuspended, 0),),
    "lawsuit": ((ev.LawsuitFiled, 0),),
    "delisting": ((ev.ListingRemoved, 1),),
    "restore": ((ev.ServiceRestored, 0),),
    "protest-withdrawal": ((ev.ProtestCancelled, 1),),
}


def _known(event: Event) -> tuple[int, str]:
    return event.recorded_us, event.id


def lawful_lives(**how: Any) -> st.SearchStrategy[LawfulLife]:
    """A debtor's forty-five days from 1 April 2026."""
    chance = Random(0)  # noqa: S311 - nothing is left to it
    return lawful_portfolios(**how).map(lambda portfolio: LawfulLife(portfolio=portfolio, chance=chance).live())


def attempted(life: LawfulLife, kinds: Iterable[str]) -> Iterator[tuple[ev.ActionOutcome, str, Clerk]]:
    """What was carried out of some kinds of step, each with the kind and a clerk of that moment."""
    steps = {step.id: step.kind for step in life.portfolio.policy.steps}
    for event in life.attempts():
        if steps.get(event.step) in {*kinds}:
            yield event, steps[event.step], Clerk(life.known(event.at_us), event.at_us)
