"""Debtors under contact caps, and their lives: asked, contacted, asked again until nothing is left to do."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from attrs import Factory, define, evolve, field, frozen
from hypothesis import settings
from hypothesis import strategies as st
from tests.properties import naive
from tests.properties.portfolios import CALENDAR, DAY, MINUTE, Portfolio, at, civil, fact, reachable

from regua.core import events as ev
from regua.core.account import Account, fold
from regua.core.dates import Duration, Offset
from regua.core.events.base import Event
from regua.core.money import Money
from regua.core.planning import Action, Contact, Schedule, plan
from regua.core.policy import EventTrigger, Limits, OffsetTrigger, PlanRules, Policy, Step
from regua.core.tones import Tone

half = settings(max_examples=max(10, settings().max_examples // 2))
"""Half of the profile's examples: a life is a long one."""
CALLS = "task"
LIFE = 45
WEEK = 7
TONES = (Tone.COURTEOUS, Tone.FORMAL, Tone.FIRM)
_BY_CHANNEL = [("email",), ("sms",), ("email", "sms"), ("sms", "email")]


@st.composite
def capped_policies(draw: st.DrawFn, *, calls: bool = True, events: bool = True, gradual: bool | None = None) -> Policy:
    """Two to four steps after the due date on mixed channels, a reminder, under caps of all sorts."""
    days = sorted(draw(st.lists(st.integers(2, 12), min_size=2, max_size=4)))
    steps = [_step(draw, f"passo-{place}", day, calls=calls) for place, day in enumerate(days)]
    if draw(st.booleans()):
        steps.insert(0, _step(draw, "lembrete", -draw(st.integers(1, 3)), calls=False))
    if events:
        answers = ("receivable.settled", "promise.broken")
        steps += [_answer(on, draw(st.sampled_from([None, 10 * 60]))) for on in answers if draw(st.booleans())]
    return Policy(
        id="regua",
        calendar="br-bancario",
        plan=PlanRules(
            catch_up=draw(st.sampled_from(["latest", "all", "most-severe"])),
            gradual=draw(st.booleans()) if gradual is None else gradual,
            consolidate=draw(st.sampled_from(["day", "day", "day", "none"])),
            max_delay=Duration(draw(st.sampled_from([1, 5, 10]))),
        ),
        limits=draw(caps()),
        steps=tuple(steps),
    )


@st.composite
def caps(draw: st.DrawFn) -> Limits:
    """One or two contacts a day, one to three a week, an interval; at least one of them."""
    found = Limits(
        contacts_per_day=draw(st.sampled_from([None, 1, 1, 2])),
        contacts_per_week=draw(st.sampled_from([None, 1, 2, 3])),
        min_interval=draw(st.sampled_from([None, None, Duration(2), Duration(3)])),
    )
    is_capped = found.contacts_per_day or found.contacts_per_week or found.min_interval
    return found if is_capped else evolve(found, contacts_per_day=1)


def _step(draw: st.DrawFn, name: str, days: int, *, calls: bool) -> Step:
    is_call = calls and draw(st.integers(0, 5)) == 0
    return Step(
        id=name,
        trigger=OffsetTrigger(offset=Offset(days), minute=draw(st.sampled_from([9 * 60, 10 * 60, 15 * 60]))),
        kind="task" if is_call else "message",
        tone=draw(st.sampled_from(TONES)) if days > 0 else Tone.REMINDER,
        channels=() if is_call else draw(st.sampled_from(_BY_CHANNEL)),
        templates={} if is_call else {None: name},
        queue="cobranca" if is_call else "",
    )


def _answer(on: str, minute: int | None) -> Step:
    return Step(
        id=on,
        trigger=EventTrigger(on=on, minute=minute),
        tone=Tone.COURTEOUS if on == "promise.broken" else None,
        channels=("email",),
        templates={None: on},
    )


@st.composite
def capped_portfolios(
    draw: st.DrawFn,
    *,
    calls: bool = True,
    events: bool = True,
    gradual: bool | None = None,
    late: bool = True,
    facts: Sequence[str] = ("payment", "hold", "dispute", "promise"),
    most: int = 6,
) -> Portfolio:
    """One to six receivables due in April, some recorded late, a few payments and stops; nothing was sent yet."""
    issued = [_invoice(draw, place, late=late) for place in range(draw(st.integers(1, most)))]
    names = [event.receivable for event in issued]
    found: list[Event] = [*reachable(), *issued]
    for place in range(draw(st.integers(0, 4)) if facts else 0):
        found += _happening(draw, draw(st.sampled_from(facts)), f"fato-{place}", draw(st.sampled_from(names)))
    if not late:  # all is known before anything is due, though it lies ahead
        found = [evolve(event, recorded_at=min(event.recorded_us, at(0, 600))) for event in found]
    policy = draw(capped_policies(calls=calls, events=events, gradual=gradual))
    return Portfolio(policy=policy, events=tuple(found), as_of=at(draw(st.integers(2, 25)), 12 * 60))


def _invoice(draw: st.DrawFn, place: int, *, late: bool) -> ev.InvoiceIssued:
    recorded = at(draw(st.integers(16, 26)), 8 * 60) if late and draw(st.integers(0, 4)) == 0 else at(0, 600)
    amount, due = Money(draw(st.sampled_from([5_000, 12_000, 30_000]))), civil(draw(st.integers(5, 18)))
    return fact(
        ev.InvoiceIssued, f"emissao-{place}", at(0, 600), recorded, receivable=f"nf-{place}", amount=amount, due=due
    )


def _happening(draw: st.DrawFn, kind: str, name: str, about: str) -> list[Event]:
    day = draw(st.integers(3, 30))
    instant = at(day, draw(st.sampled_from([8 * 60 + 30, 12 * 60, 17 * 60])))
    known = instant + draw(st.sampled_from([0, 0, DAY, 4 * DAY, -3 * DAY]))
    ahead = instant - draw(st.sampled_from([0, 0, 3 * DAY]))
    names = (about,)
    if kind == "payment":
        amount = Money(draw(st.sampled_from([5_000, 30_000])))
        return [fact(ev.PaymentSettled, name, instant, known, payment=name, amount=amount, receivables=names)]
    if kind == "hold":
        whom = draw(st.sampled_from([names, ()]))
        return [fact(ev.HoldPlaced, name, instant, ahead, hold=name, receivables=whom, until=civil(day + 4))]
    if kind == "promise":
        by = civil(day + draw(st.integers(1, 5)))
        return [fact(ev.PromiseMade, name, instant, promise=name, amount=Money(30_000), by=by, receivables=names)]
    opened = fact(ev.DisputeOpened, name, instant, ahead, dispute=name, receivables=names)
    resolved = fact(ev.DisputeResolved, f"{name}-fim", instant + 5 * DAY, dispute=name, outcome="rejected")
    return [opened, resolved]


# lives


@frozen(kw_only=True)
class Asked:
    """A plan that was made on the way, by what was known then.

    Attributes:
        now: when.
        fingerprint: of that plan.
        contacts: what was due.
    """

    now: int
    fingerprint: str
    contacts: tuple[Contact, ...]


@define
class Life:
    """A debtor who was contacted whenever the plan said so.

    Attributes:
        portfolio: the policy and the facts that came from outside.
        chance: decides what becomes of contacts, and on which days nobody works.
        asked: every plan that was made.
        sent: the outcomes that were recorded.
    """

    portfolio: Portfolio
    chance: Random
    asked: list[Asked] = Factory(list)
    sent: list[ev.ActionOutcome] = Factory(list)
    _account: Account = field(factory=lambda: fold([]))

    @property
    def log(self) -> list[Event]:
        """All facts."""
        return [*self.portfolio.events, *self.sent]

    def known(self, instant: int) -> Portfolio:
        """What was known just before an instant."""
        return evolve(self.portfolio, events=tuple(event for event in self.log if event.recorded_us < instant))

    def attempts(self) -> list[ev.ActionOutcome]:
        """One outcome for each action that was carried out, in order of time: attempts and calls."""
        return [event for event in self.sent if isinstance(event, ev.ActionAttempted | ev.CallOutcome)]

    def live(self) -> "Life":
        """Ask, carry out all that is due, ask again; sleep until the next wakeup or fact, sometimes through a day."""
        waiting = sorted(self.portfolio.events, key=lambda event: (event.recorded_us, event.id))
        now = at(0)
        while now < at(LIFE):
            self._account = fold([event for event in waiting if event.recorded_us <= now], self._account)
            waiting = [event for event in waiting if event.recorded_us > now]
            schedule = plan(self.portfolio.policy, self._account, as_of=now, calendar=CALENDAR)
            due = tuple(contact for contact in schedule.contacts if contact.status == "due")
            self.asked.append(Asked(now=now, fingerprint=schedule.fingerprint, contacts=due))
            if due:
                self._carry_out(schedule, due, now)
                now += MINUTE
                continue
            coming = [event.recorded_us for event in waiting[:1]]
            coming += [] if schedule.next_wakeup_us is None else [schedule.next_wakeup_us]
            if not coming:
                break
            now = min(coming)
            if self.chance.random() < 0.1:
                now += self.chance.choice([DAY, 3 * DAY])
        return self

    def _carry_out(self, schedule: Schedule, due: Sequence[Contact], now: int) -> None:
        actions = {action.id: action for action in schedule.all}
        found: list[ev.ActionOutcome] = []
        for contact in due:
            became = self.chance.choices(["delivered", "failed", "unknown", "sent"], [7, 2, 1, 1])[0]
            for member in contact.members:
                found += self._outcomes(actions[member], became, now + 1, len(self.sent) + len(found))
        self.sent += found
        self._account = fold(found, self._account)

    def _outcomes(self, action: Action, became: str, now: int, mark: int) -> list[ev.ActionOutcome]:
        if action.kind == CALLS:
            return [ev.CallOutcome.of(action, id=f"feito-{mark:04}", at=now, result="no-answer")]
        classes: dict[str, list[type[ev.ActionOutcome]]] = {
            "delivered": [ev.ActionSent, ev.ActionDelivered],
            "failed": [ev.ActionFailed],
            "unknown": [ev.ActionUnknown],
            "sent": [ev.ActionSent],
        }
        return [
            cls.of(action, id=f"feito-{mark + place:04}", at=now + place)
            for place, cls in enumerate([ev.ActionAttempted, *classes[became]])
        ]


@st.composite
def lives(draw: st.DrawFn, **how: object) -> Life:
    """A debtor's forty-five days."""
    portfolio = draw(capped_portfolios(**how))  # type: ignore[arg-type]
    return Life(portfolio=portfolio, chance=draw(st.randoms(use_true_random=False, note_method_calls=False))).live()


# the oracle, from events and the policy alone


def pressing_days(life: Life) -> list[date]:
    """The civil day of every contact that pressed and is not known to have failed, in order."""
    steps = {step.id: step for step in life.portfolio.policy.steps}
    failed = {(event.action, event.contact) for event in life.sent if isinstance(event, ev.ActionFailed)}
    days: dict[str, date] = {}
    for event in life.attempts():
        if steps[event.step].presses and (event.action, event.contact) not in failed:
            days.setdefault(event.contact or f"{event.action} {event.channel}", day_of(life.portfolio, event.at_us))
    return sorted(days.values())


def day_of(portfolio: Portfolio, instant: int) -> date:
    """The civil day of an instant where the debtor is."""
    return naive.wall(portfolio, instant).date()


def broken_cap(limits: Limits, days: Sequence[date]) -> str:
    """The cap that contacts on these days break, or ""."""
    for day in days:
        week = [other for other in days if day - timedelta(days=WEEK) < other <= day]
        if limits.contacts_per_day is not None and days.count(day) > limits.contacts_per_day:
            return f"daily-cap on {day}"
        if limits.contacts_per_week is not None and len(week) > limits.contacts_per_week:
            return f"weekly-cap on {day}"
    if limits.min_interval is not None:
        for earlier, later in pairwise(days):
            if (later - earlier).days < limits.min_interval.days:
                return f"min-interval on {later}"
    return ""


def without_caps(portfolio: Portfolio) -> Portfolio:
    """The same debtor, contacted without limit."""
    free = evolve(portfolio.policy.limits, contacts_per_day=None, contacts_per_week=None, min_interval=None)
    return evolve(portfolio, policy=evolve(portfolio.policy, limits=free))
