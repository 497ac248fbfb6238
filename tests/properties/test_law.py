"""What holds under the law of Brazil, of plans and of whole lives, judged by a clerk who has it on paper."""

from fractions import Fraction
from typing import Any

import pytest
from attrs import frozen
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.properties import naive
from tests.properties.capped import broken_cap
from tests.properties.law import Clerk
from tests.properties.lawful import LAW, LawfulLife, attempted, lawful_lives, lawful_portfolios
from tests.properties.portfolios import DAY, Portfolio, at, civil, fact, few, reachable
from tests.properties.test_time import sleeping, telling

from regua.core import events as ev
from regua.core.dates import Duration, Offset
from regua.core.events.base import Event
from regua.core.money import Money
from regua.core.planning import Action
from regua.core.policy import ChargeRules, EventTrigger, Levy, Limits, OffsetTrigger, Policy, Rate, Step
from regua.core.tones import Tone
from regua.policyfile.lint.law import breaches

CONTACTS = ("message", "task")
_SECTORS = ["", "school", "condominium", "telecom", "energy", "energy", "water", "health", "health"]


@pytest.mark.law("horario.sp", "horario.rj", "horario.es", "horario.am", "horario.al", "horario.pr", "horario.padrao")
@few
@given(lawful_lives())
def test_nobody_is_contacted_outside_the_strictest_hours_of_their_states(life: LawfulLife):
    """By the debtor's clock, in the hours of the address and of the area code, on no Sunday and no holiday."""
    for event, kind, clerk in attempted(life, CONTACTS):
        channel = "call" if kind == "task" else event.channel
        assert clerk.is_open(channel), (event.step, channel, clerk.states, naive.wall(clerk.portfolio, clerk.instant))


@pytest.mark.parametrize(
    ("home", "area", "channel", "clock", "expected"),
    [
        ("RJ", "", "call", "2026-04-13 09:00", True),
        ("RJ", "", "call", "2026-04-13 08:59", False),
        ("RJ", "", "call", "2026-04-13 19:00", False),
        ("RJ", "", "call", "2026-04-11 10:00", False),
        ("RJ", "", "sms", "2026-04-11 10:00", True),
        ("SP", "AM", "call", "2026-04-13 18:00", False),
        ("SP", "AM", "sms", "2026-04-13 18:00", True),
        ("MG", "", "sms", "2026-04-12 10:00", False),
        ("MG", "", "email", "2026-04-12 10:00", True),
        ("MG", "", "email", "2026-04-21 10:00", False),
    ],
)
def test_the_clerk_knows_the_hours(home: str, area: str, channel: str, clock: str, *, expected: bool):
    """The oracle itself, at its boundaries, on a Monday, Saturday, Sunday and holiday."""
    who = fact(ev.DebtorRegistered, "cadastro", at(-80), state=home, timezone="America/Sao_Paulo")
    point = fact(ev.ContactPointAdded, "ponto", at(-80), point="sms", channels=("sms",), state=area)
    portfolio = Portfolio(policy=Policy(id="regua", calendar="br-bancario"), events=(who, point), as_of=at(0))
    day, _, time = clock.partition(" ")
    minute = int(time[:2]) * 60 + int(time[3:])
    instant = at((naive.date.fromisoformat(day) - civil(0)).days, minute)
    assert Clerk(portfolio, instant).is_open(channel) == expected


@pytest.mark.law("dnc.sp", "dnc.pa")
@few
@given(lawful_lives(homes=["SP", "SP", "PA"]))
def test_no_telephone_on_a_do_not_call_list_is_used(life: LawfulLife):
    """Thirty days after its registration neither a text message nor a call reaches it."""
    for event, kind, clerk in attempted(life, CONTACTS):
        if kind == "task" or event.channel == "sms":
            assert not clerk.is_listed("sms"), event.step


@pytest.mark.law("frequencia.padrao")
@few
@given(lawful_lives())
def test_the_cautious_caps_hold_where_the_policy_has_none(life: LawfulLife):
    """Who is pressed is pressed once a day and three times in seven days, whatever the policy leaves open."""
    pressing = {step.id for step in life.portfolio.policy.steps if step.presses}
    found = [(event, clerk) for event, _, clerk in attempted(life, CONTACTS) if event.step in pressing]
    days = {(event.contact or event.action, clerk.day) for event, clerk in found}
    limits = Limits(contacts_per_day=1, contacts_per_week=3, min_interval=Duration(1))
    assert not broken_cap(limits, sorted(day for _, day in days))


@pytest.mark.law("neg.aviso", "neg.pr", "neg.pratica", "neg.cinco_anos", "aprovacao.humana")
@few
@given(lawful_lives(acts=["notice", "listing"]))
def test_nobody_is_listed_before_all_the_law_wants_is_there(life: LawfulLife):
    """Notice and its term, thirty days past due, approved; not stopped, paid, time-barred or five years old."""
    for event, kind, clerk in attempted(life, ["listing"]):
        assert not clerk.lacks(kind, event.receivable), (event.receivable, clerk.lacks(kind, event.receivable))


@pytest.mark.law("protesto.titulo", "protesto.dias", "protesto.prescricao", "presc.duplicata", "presc.cheque")
@few
@given(lawful_lives(acts=["protest"], titles=["", "services", "duplicata", "duplicata", "duplicata", "cheque"]))
def test_no_title_goes_to_the_notary_without_its_proofs(life: LawfulLife):
    """Nor a duplicata without invoice and proof of delivery, nor early, nor once it is time-barred."""
    for event, kind, clerk in attempted(life, ["protest"]):
        assert not clerk.lacks(kind, event.receivable), (event.receivable, clerk.lacks(kind, event.receivable))


@pytest.mark.law("setor.publico", "setor.energia", "setor.agua", "setor.telecom", "setor.saude", "setor.escola")
@pytest.mark.law("setor.condominio", "presc.5a")
@few
@given(lawful_lives(acts=["notice", "suspend", "lawsuit"], titles=_SECTORS))
def test_no_service_is_suspended_and_nobody_sued_as_the_sector_forbids(life: LawfulLife):
    """Its notice, its days and hours, its last day, and never by a school or a condominium."""
    for event, kind, clerk in attempted(life, ["suspend", "lawsuit"]):
        assert not clerk.lacks(kind, event.receivable), (event.receivable, clerk.lacks(kind, event.receivable))


@pytest.mark.law("presc.extrajudicial", "presc.5a", "presc.3a_aluguel", "presc.3a_titulo", "presc.interrupcao")
@few
@given(lawful_lives())
def test_nobody_is_asked_for_what_is_time_barred(life: LawfulLife):
    """From the day after the last one no message and no call asks for it, nor lists it beside another."""
    for event, _, clerk in attempted(life, CONTACTS):
        for receivable in (event.receivable, *event.listed):
            assert clerk.day <= clerk.last_day(receivable), receivable


_DUE = civil(1)
_PER_MONTH = {"day": 30, "month": 1, "year": Fraction(1, 12)}


@st.composite
def _charges(draw: st.DrawFn) -> ChargeRules:
    """A fine and interest, within the caps and beyond."""
    shares = st.fractions(0, Fraction(1, 25), max_denominator=1000) | st.sampled_from(
        [Fraction(1, 50), Fraction(1, 100)]
    )
    fine = draw(st.none() | st.builds(Levy, share=shares) | st.just(Levy(minor=500)))
    interest = st.builds(Rate, share=shares.map(lambda share: share / 2), per=st.sampled_from(["month", "year"]))
    daily = st.builds(Rate, share=shares.map(lambda share: share / 60), per=st.just("day"))
    return ChargeRules(fine=fine, interest=draw(st.none() | interest | daily | st.just(Rate(minor=33, per="day"))))


def _excess(rules: ChargeRules) -> dict[str, bool]:
    """Which charges are above two percent, or above one percent a month; a fixed amount is, of something small."""
    fine, interest = rules.fine, rules.interest
    monthly = interest.share * _PER_MONTH[interest.per] if interest and interest.minor is None else 0
    return {
        "fine": fine is not None and (bool(fine.minor) or fine.share > Fraction(1, 50)),
        "interest": interest is not None and (interest.minor is not None or monthly > Fraction(1, 100)),
    }


def _message(day: int) -> Step:
    trigger = OffsetTrigger(offset=Offset(day), minute=600)
    return Step(id="aviso", trigger=trigger, tone=Tone.COURTEOUS, channels=("email",), templates={None: "aviso"})


def _one_bill(policy: Policy, amount: int, paid: int) -> Portfolio:
    issued = {"receivable": "nf-1", "amount": Money(amount), "due": _DUE, "kind": "services"}
    part = {"payment": "p", "amount": Money(max(1, amount // 3)), "receivables": ("nf-1",)}
    bill = fact(ev.InvoiceIssued, "emissao", at(0), **issued)
    return Portfolio(
        policy=policy,
        events=(*reachable(), bill, fact(ev.PaymentSettled, "parte", at(paid, 700), at(0), **part)),
        as_of=at(1),
    )


@frozen
class Undoing:
    """What undoes a consequence whose ground fell away.

    Attributes:
        kind: of step.
        rule: that demands it.
        begins: what says that the consequence is there.
        ends: what says that it is gone.
        business_days: its term, or None for one civil day.
    """

    kind: str
    rule: str
    begins: type[Any]
    ends: type[Any]
    business_days: int | None


UNDOINGS = (
    Undoing("delisting", "neg.baixa", ev.ListingConfirmed, ev.ListingRemoved, 5),
    Undoing("delisting", "neg.baixa", ev.ListingRequested, ev.ListingRemoved, 5),
    Undoing("protest-withdrawal", "protesto.anuencia", ev.ProtestFiled, ev.ProtestCancelled, 5),
    Undoing("restore", "super.carencia", ev.ServiceSuspended, ev.ServiceRestored, None),
)


@frozen(kw_only=True)
class Owing:
    """A consequence whose ground fell away.

    Attributes:
        portfolio: the debtor.
        undoing: what is owed.
        known: instant from which that is known.
        deadline: its last day.
        sent: when it was asked for, or None.
        removed: when it was done, or None.
    """

    portfolio: Portfolio
    undoing: Undoing
    known: int
    deadline: naive.date
    sent: int | None
    removed: int | None


@st.composite
def owings(draw: st.DrawFn) -> Owing:
    """One receivable, listed, protested or cut off and then paid, cancelled or under an agreement."""
    undoing = draw(st.sampled_from(UNDOINGS))
    trigger = EventTrigger(on="receivable.settled", after=Duration(draw(st.integers(0, 9))))
    step = Step(id="desfazer", kind=undoing.kind, trigger=trigger)  # type: ignore[arg-type]
    policy = Policy(id="regua", calendar="br-bancario", legal=LAW, steps=(step,) if draw(st.booleans()) else ())
    lost = at(draw(st.integers(5, 25)), draw(st.sampled_from([510, 1200])))
    known = lost + draw(st.sampled_from([0, 0, DAY, 9 * DAY]))
    about = {"receivable": "nf-1", "registrar": draw(st.sampled_from(["", "orgao"]))}
    issued = {"receivable": "nf-1", "amount": Money(15_000), "due": _DUE, "kind": "services"}
    found: list[Event] = [
        fact(ev.InvoiceIssued, "emissao", at(0), **issued),
        fact(undoing.begins, "feito", at(draw(st.integers(2, 4))), **about),
        _ground(draw(st.sampled_from(["paid", "cancelled", "agreed"])), lost, known),
    ]
    portfolio = Portfolio(policy=policy, events=tuple(found), as_of=known)
    deadline = naive.wall(portfolio, lost).date() + naive.ONE * (undoing.business_days is None)
    for _ in range(undoing.business_days or 0):
        deadline = naive.next_business_day(deadline + naive.ONE)
    sent, removed = None, None
    if draw(st.booleans()):
        later = max(known, lost + 8 * DAY) + draw(st.integers(0, 5)) * DAY
        act = next((each for each in portfolio.schedule(later).due if each.kind == undoing.kind), None)
        if act is not None:
            sent = later + 1
            portfolio = portfolio.plus(ev.ActionSent.of(act, id="pedido", at=sent))
    if draw(st.booleans()):
        removed = (sent or known) + draw(st.integers(1, 6)) * DAY
        portfolio = portfolio.plus(fact(undoing.ends, "desfeito", removed, **about))
    return Owing(portfolio=portfolio, undoing=undoing, known=known, deadline=deadline, sent=sent, removed=removed)


def _before(day: naive.date) -> naive.date:
    """Two business days before."""
    for _ in range(2):
        day -= naive.ONE
        while not naive.is_business_day(day):
            day -= naive.ONE
    return day


def _ground(how: str, lost: int, known: int) -> Event:
    if how == "paid":
        money = {"payment": "p", "amount": Money(15_000), "receivables": ("nf-1",)}
        return fact(ev.PaymentSettled, "pago", lost, known, **money)
    if how == "cancelled":
        return fact(ev.InvoiceCancelled, "cancelada", lost, known, receivable="nf-1")
    part = ev.Instalment(receivable="ac-1", amount=Money(15_000), due=civil(200))
    return fact(ev.AgreementSigned, "acordo", lost, known, agreement="ac", receivables=("nf-1",), instalments=(part,))


@pytest.mark.law("multa.cdc", "multa.condominio", "multa.plano_saude", "setor.energia", "multa.usura")
@few
@given(_charges(), st.integers(1, 1_000_000), st.integers(2, 60), st.integers(0, 59))
def test_no_policy_that_is_let_pass_charges_above_a_cap(rules: ChargeRules, amount: int, day: int, paid: int):
    """A fine of two percent once and interest of one percent a month at most; what asks for more is refused."""
    policy = Policy(id="regua", calendar="br-bancario", charges=rules, legal=LAW, steps=(_message(day),))
    refused = {each.key for each in breaches(policy) if each.severity == "error"}
    assert refused == {key for key, excess in _excess(rules).items() if excess}
    if not refused:
        found = _one_bill(policy, amount, paid).schedule(at(1)).planned
        for action in found:
            parts = {part.name: part.amount.minor for part in action.breakdown}
            days = (action.day - _DUE).days
            assert parts.get("fine", 0) <= Fraction(amount, 50) + Fraction(1, 2)
            assert parts.get("interest", 0) <= Fraction(amount * days, 3_000) + Fraction(1, 2)


@pytest.mark.law("neg.baixa", "super.carencia", "protesto.anuencia")
@few
@given(owings(), st.integers(0, 40), st.sampled_from([0, 600, 1439]))
def test_every_undoing_keeps_its_term_or_tells(owing: Owing, day: int, minute: int):
    """Until it is confirmed it is asked for by the last day of its term, and that day tells when it is missed."""
    now, portfolio = at(day, minute), owing.portfolio
    assume(owing.known <= now)
    acts = [each for each in portfolio.schedule(now).all if each.kind == owing.undoing.kind and each.status != "ended"]
    acts = [each for each in acts if not _is_of_five_years(each)]
    asked = [each for each in acts if each.status != "done"]
    if owing.removed is not None and owing.removed <= now:
        assert not asked
        return
    if owing.sent is not None and owing.sent <= now:
        assert not asked
    else:
        learnt = naive.wall(portfolio, owing.known).date()
        first = naive.next_business_day(learnt) if owing.undoing.business_days else learnt
        latest = max(owing.deadline, first)
        assert any(each.status == "due" or each.day <= latest for each in asked)
        assert len([each for each in asked if each.status == "due"]) <= 1
    told = {reason.code for each in acts for reason in each.reasons}
    today = naive.wall(portfolio, now).date()
    assert owing.undoing.rule in {reason.rule for each in acts for reason in each.reasons}
    assert ("unconfirmed" in told) == (owing.sent is not None and owing.sent <= now)
    assert ("deadline-missed" in told) == (today > owing.deadline)
    assert ("deadline-near" in told) == (_before(owing.deadline) <= today <= owing.deadline)


def _is_of_five_years(act: Action) -> bool:
    """What is owed in five years, should the agreement be broken before."""
    return any(reason.code == "owed" and reason.facts["event"] == "emissao" for reason in act.reasons)


_ANY_ACT = st.lists(st.sampled_from(["notice", "listing", "protest", "suspend", "lawsuit"]), unique=True, max_size=3)


@few
@given(_ANY_ACT.flatmap(lambda acts: lawful_portfolios(acts=acts)), st.fractions(0, 1))
def test_under_law_nothing_changes_before_the_next_wakeup(portfolio: Portfolio, share: Fraction):
    """Terms, lists, prescriptions and alarms turn only at instants for which the schedule wakes up."""
    schedule = portfolio.schedule()
    end = portfolio.as_of + 60 * DAY if schedule.next_wakeup_us is None else schedule.next_wakeup_us
    for between in sleeping(portfolio, portfolio.as_of, end, share):
        assert telling(portfolio.schedule(between)) == telling(schedule)
