"""What holds of owed acts, whatever else happens to a debtor."""

from fractions import Fraction
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.properties.portfolios import CALENDAR, DAY, MINUTE, Portfolio, at, fact, few, portfolios

from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Duration
from regua.core.planning import Action, Schedule, plan
from regua.core.policy import EventTrigger, LegalRules, OwedAct, Step

TERM = {"within": Duration(5, business=True), "source": "lei"}
LAW = LegalRules(
    owed=(
        OwedAct(rule="neg.baixa", kind="delisting", consequence="listing", **TERM),
        OwedAct(rule="protesto.anuencia", kind="protest-withdrawal", consequence="protest", **TERM),
        OwedAct(
            rule="super.carencia",
            kind="restore",
            consequence="suspension",
            within=Duration(1),
            source="CDC art. 51 XVIII",
        ),
    )
)
FILINGS: tuple[type[Any], ...] = (
    *(ev.ListingRequested, ev.ListingConfirmed, ev.ListingRemoved, ev.ProtestFiled, ev.ProtestCancelled),
    *(ev.ServiceSuspended, ev.ServiceRestored),
)
PLACES = {"delisting": "listed", "protest-withdrawal": "with-notary", "restore": "suspended"}
REGISTRARS = ("", "", "serasa", "spc")
OUTCOMES = (None, ev.ActionSent, ev.ActionFailed, ev.ActionSkipped, ev.ActionUnknown)


def acts(schedule: Schedule) -> list[Action]:
    """What removes a listing or withdraws a protest, owed or asked for by the policy."""
    return [each for each in schedule.all if each.kind in PLACES]


@st.composite
def contested(draw: st.DrawFn, portfolio: Portfolio, name: str) -> Portfolio:
    """Perhaps with a dispute, perhaps upheld."""
    outcome = draw(st.sampled_from(["", "", "upheld", "rejected"]))
    if not outcome:
        return portfolio
    first, last = sorted(draw(st.tuples(st.integers(0, 60), st.integers(0, 60))))
    opened = fact(ev.DisputeOpened, f"contesta {name}", at(first), dispute=f"d {name}", receivables=(name,))
    resolved = fact(ev.DisputeResolved, f"decide {name}", at(last, 60), dispute=f"d {name}", outcome=outcome)
    return portfolio.plus(opened, resolved)


@st.composite
def listed(draw: st.DrawFn) -> Portfolio:
    """A portfolio under the law, with listings and protests, some removed; some of what was due is carried out."""
    portfolio = draw(portfolios())
    trigger = EventTrigger(on="receivable.settled", after=Duration(draw(st.integers(0, 8))))
    own = Step(id="baixa", kind="delisting", trigger=trigger, approval=draw(st.sampled_from(["", "human"])))
    steps = draw(st.sampled_from([(), (own,)]))
    portfolio = evolve(portfolio, policy=evolve(portfolio.policy, legal=LAW, steps=(*portfolio.policy.steps, *steps)))
    for issue in portfolio.of(ev.InvoiceIssued):
        for count, cls in enumerate(draw(st.lists(st.sampled_from([*FILINGS, *FILINGS, ev.InvoiceCancelled])))):
            instant = at(draw(st.integers(0, 60)), draw(st.integers(0, 1439)))
            recorded = instant + draw(st.sampled_from([0, 0, DAY, 9 * DAY]))
            by = {} if cls is ev.InvoiceCancelled else {"registrar": draw(st.sampled_from(REGISTRARS))}
            name = f"{cls.type} {issue.receivable} {count}"
            portfolio = portfolio.plus(fact(cls, name, instant, recorded, receivable=issue.receivable, **by))
        portfolio = draw(contested(portfolio, issue.receivable))
    for each in acts(portfolio.schedule()):
        cls = draw(st.sampled_from(OUTCOMES)) if each.status == "due" else None
        if cls is not None:
            heads = {"action": each.id, "step": each.step, "receivable": each.receivable, "occurrence": each.occurrence}
            instant = portfolio.as_of + draw(st.integers(0, 3)) * MINUTE
            portfolio = portfolio.plus(fact(cls, f"outcome {each.id}", instant, channel="", **heads))
    return portfolio


@few
@given(listed(), st.sampled_from([0, DAY // 7, 3 * DAY, 10 * DAY, 30 * DAY]))
def test_no_receivable_is_closed_while_an_act_is_owed(portfolio: Portfolio, later: int):
    """What is left out is done or ended, the rest and the next wakeup are what the full plan says."""
    as_of = portfolio.as_of + later
    whole = portfolio.schedule(as_of)
    part = plan(portfolio.policy, fold(portfolio.events), as_of=as_of, calendar=CALENDAR, closed=False)
    left_out = {each.receivable for each in whole.all} - {each.receivable for each in part.all}
    assert part.all == tuple(each for each in whole.all if each.receivable not in left_out)
    assert part.next_wakeup_us == whole.next_wakeup_us
    assert {each.status for each in whole.all if each.receivable in left_out} <= {"done", "ended"}


@few
@given(listed(), st.fractions(0, 1))
def test_no_act_changes_before_the_next_wakeup(portfolio: Portfolio, share: Fraction):
    """Its alarms included."""
    schedule = portfolio.schedule()
    end = portfolio.as_of + 60 * DAY if schedule.next_wakeup_us is None else schedule.next_wakeup_us
    for between in (portfolio.as_of + int((end - 1 - portfolio.as_of) * share), end - 1):
        assert acts(portfolio.schedule(between)) == acts(schedule)


@few
@given(listed(), st.integers(0, 60))
def test_an_act_is_open_once(portfolio: Portfolio, later: int):
    """Never due twice for one receivable and registrar, by the law and by the policy; never held up."""
    found = acts(portfolio.schedule(portfolio.as_of + later * DAY))
    due = [(each.receivable, each.kind, each.registrar) for each in found if each.status == "due"]
    assert len(due) == len(set(due))
    assert not any(each.step.startswith("owed:") and each.status == "waiting" for each in found)


@few
@given(listed(), st.integers(0, 60))
def test_what_has_no_ground_is_undone_in_time_or_alarms(portfolio: Portfolio, later: int):
    """As long as somebody is listed, protested or suspended for what was cancelled, an act says so, and by when."""
    as_of = portfolio.as_of + later * DAY
    found = acts(portfolio.schedule(as_of))
    facts = fold(portfolio.events).facts
    for cancelled in portfolio.of(ev.InvoiceCancelled):
        receivable = facts.receivables[cancelled.receivable]
        for kind, place in PLACES.items():
            there = [each for each in receivable.filings.get(place, ()) if each.covers(as_of)]
            if not there or cancelled.at_us > as_of or max(cancelled.known_us, *(each.known for each in there)) > as_of:
                continue
            told = [each for each in found if (each.receivable, each.kind) == (cancelled.receivable, kind)]
            owed = [each for each in told if "owed" in {reason.code for reason in each.reasons}]
            assert owed
            if max(cancelled.at_us, *(each.start for each in there)) < as_of - 14 * DAY:
                assert any(reason.code == "deadline-missed" for each in owed for reason in each.reasons)
