"""What holds under the law of Brazil, of plans and of whole lives, judged by a clerk who has it on paper."""

from fractions import Fraction

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st
from tests.properties import naive
from tests.properties.capped import broken_cap
from tests.properties.law import Clerk
from tests.properties.lawful import LAW, LawfulLife, attempted, lawful_lives
from tests.properties.portfolios import DAY, Portfolio, at, civil, fact, few, reachable

from regua.core import events as ev
from regua.core.dates import Duration, Offset
from regua.core.events.base import Event
from regua.core.money import Money
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
    """Once a day and three times in seven days, whatever the policy leaves open."""
    days = sorted({(event.contact or event.action, clerk.day) for event, _, clerk in attempted(life, CONTACTS)})
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
    """From the day after the last one no message and no call asks for it."""
    for event, _, clerk in attempted(life, CONTACTS):
        assert clerk.day <= clerk.last_day(event.receivable), event.receivable


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


@frozen(kw_only=True)
class Delisting:
    """A listing whose ground fell away.

    Attributes:
        portfolio: the debtor.
        known: instant from which that is known.
        near: civil day from which the deadline is near.
        deadline: the fifth business day.
        sent: when the bureau was asked to remove it, or None.
        removed: when it did, or None.
    """

    portfolio: Portfolio
    known: int
    near: naive.date
    deadline: naive.date
    sent: int | None
    removed: int | None


@st.composite
def delistings(draw: st.DrawFn) -> Delisting:
    """One receivable, listed and then paid, cancelled or under an agreement; removed or not, by the policy or not."""
    step = Step(
        id="baixa",
        kind="delisting",
        trigger=EventTrigger(on="receivable.settled", after=Duration(draw(st.integers(0, 9)))),
    )
    policy = Policy(id="regua", calendar="br-bancario", legal=LAW, steps=(step,) if draw(st.booleans()) else ())
    lost = at(draw(st.integers(5, 25)), draw(st.sampled_from([510, 1200])))
    known = lost + draw(st.sampled_from([0, 0, DAY, 9 * DAY]))
    registrar = draw(st.sampled_from(["", "bureau"]))
    listed = draw(st.sampled_from([ev.ListingRequested, ev.ListingConfirmed]))
    issued = {"receivable": "nf-1", "amount": Money(15_000), "due": _DUE, "kind": "services"}
    found: list[Event] = [
        fact(ev.InvoiceIssued, "emissao", at(0), **issued),
        fact(listed, "listado", at(draw(st.integers(2, 4))), receivable="nf-1", registrar=registrar),
        _ground(draw(st.sampled_from(["paid", "cancelled", "agreed"])), lost, known),
    ]
    portfolio = Portfolio(policy=policy, events=tuple(found), as_of=known)
    deadline = naive.wall(portfolio, lost).date()
    for _ in range(5):
        deadline = naive.next_business_day(deadline + naive.ONE)
    sent, removed = None, None
    if draw(st.booleans()):
        later = max(known, lost + 8 * DAY) + draw(st.integers(0, 5)) * DAY
        act = next((each for each in portfolio.schedule(later).due if each.kind == "delisting"), None)
        if act is not None:
            sent = later + 1
            portfolio = portfolio.plus(ev.ActionSent.of(act, id="pedido", at=sent))
    if draw(st.booleans()):
        removed = (sent or known) + draw(st.integers(1, 6)) * DAY
        portfolio = portfolio.plus(fact(ev.ListingRemoved, "baixado", removed, receivable="nf-1", registrar=registrar))
    return Delisting(
        portfolio=portfolio, known=known, near=_before(deadline), deadline=deadline, sent=sent, removed=removed
    )


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


@pytest.mark.law("neg.baixa")
@few
@given(delistings(), st.integers(0, 40), st.sampled_from([0, 600, 1439]))
def test_a_listing_without_ground_is_removed_in_time_or_alarms(given_: Delisting, day: int, minute: int):
    """Until the bureau confirms it, it is asked for by the fifth business day, and that day tells when it is missed."""
    now = at(day, minute)
    schedule = given_.portfolio.schedule(now)
    acts = [each for each in schedule.all if each.kind == "delisting" and each.status != "ended"]
    if given_.known > now:
        return
    if given_.removed is not None and given_.removed <= now:
        assert not [each for each in acts if each.status != "done"]
        return
    told = {reason.code for each in acts for reason in each.reasons}
    today = naive.wall(given_.portfolio, now).date()
    asked = [each for each in acts if each.status in {"due", "planned"}]
    if given_.sent is not None and given_.sent <= now:
        assert "unconfirmed" in told
        assert not asked
    else:
        (act,) = asked
        assert act.day <= max(given_.deadline, naive.wall(given_.portfolio, given_.known).date())
    assert ("deadline-missed" in told) == (today > given_.deadline)
    assert ("deadline-near" in told) == (given_.near <= today <= given_.deadline)
