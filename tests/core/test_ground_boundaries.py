"""Grounds at their boundaries: disputes one after another, what nobody confirmed, several registrars, duties."""

from typing import Any

import pytest
from attrs import evolve
from tests.core.shop import (
    BANK,
    action,
    amended,
    clock,
    invoice,
    outcome,
    paid,
    policy,
    reachable,
    said,
    schedule,
    step,
    undone,
)
from tests.core.test_law import rule

from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Duration
from regua.core.events.base import Event
from regua.core.legal import Terms
from regua.core.planning.owed import Duty, duties
from regua.core.planning.standing import Standing
from regua.core.policy import LegalRules, OwedAct

ACT: dict[str, Any] = {"channels": (), "templates": {}, "tone": None}
DELIST = OwedAct(rule="neg.baixa", kind="delisting", consequence="listing", within=Duration(5, business=True))
LETTER = OwedAct(rule="anuencia", kind="protest-withdrawal", consequence="protest", within=Duration(5, business=True))
RESTORE = OwedAct(rule="super.carencia", kind="restore", consequence="suspension", within=Duration(1))
LAW = LegalRules(owed=(DELIST, LETTER, RESTORE))
RULES = policy(legal=LAW)
BILL = invoice("nf-1", "150.00", "2026-03-02", when="2026-02-20")
LISTED = said(ev.ListingRequested, "pedida", "2026-04-01 10:00", receivable="nf-1")
PAID = paid("150.00", "2026-04-17 14:00", "nf-1", payment="pix")
"""On a Friday: the fifth business day after it is Monday 27 April, for Tuesday 21 is Tiradentes."""


def owed(*events: Event, as_of: str, rules: Any = RULES) -> list[tuple[str, str]]:
    """Registrar and status of what the law demands."""
    found = schedule(rules, [BILL, *events], as_of).all
    return [(each.registrar, each.status) for each in found if each.step.startswith("owed:")]


# disputes


def dispute(name: str, day: str, outcome: str = "upheld", about: str = "nf-1") -> list[Event]:
    """A dispute that is opened and resolved within an hour."""
    fields = {"dispute": name, "receivables": (about,)}
    return [
        said(ev.DisputeOpened, f"contesta {name}", f"{day} 09:00", **fields),
        said(ev.DisputeResolved, f"decide {name}", f"{day} 10:00", dispute=name, outcome=outcome),
    ]


@pytest.mark.parametrize(
    "before",
    [
        dispute("a", "2026-04-02", "rejected"),
        [invoice("nf-2", "150.00", "2026-03-02", when="2026-02-20"), *dispute("a", "2026-04-02", about="nf-2")],
        [*dispute("a", "2026-03-10"), amended("nf-1", "2026-03-11", amount="120.00")],
    ],
    ids=["rejected", "about another", "acted on before the listing"],
)
def test_a_dispute_that_is_upheld_counts_after_one_that_does_not(before: list[Event]):
    """The second of two takes the ground of the listing away."""
    assert owed(LISTED, *before, *dispute("b", "2026-04-16"), as_of="2026-04-17") == [("", "due")]


@pytest.mark.parametrize(("listed", "expected"), [("09:59", [("", "due")]), ("10:00", [])])
def test_a_listing_of_the_instant_at_which_the_debt_was_corrected_has_its_ground(listed: str, expected: list[object]):
    """Corrected on 14 April at ten: what was listed before was listed for what was found wrong."""
    facts = [*dispute("a", "2026-04-13"), amended("nf-1", "2026-04-14 10:00", amount="120.00")]
    late = evolve(LISTED, at=clock(f"2026-04-14 {listed}"), recorded_at=clock(f"2026-04-14 {listed}"))
    assert owed(late, *facts, as_of="2026-04-16") == expected


def test_the_last_day_of_a_cut_is_none_of_a_listing():
    """No power is cut after 90 days: who is listed stays so."""
    energy = rule("setor.energia", Terms(kinds=("suspend",), last_day_past_due=90))
    rules = policy(legal=evolve(LAW, rules=(energy,)))
    assert owed(LISTED, as_of="2026-07-01", rules=rules) == []


@pytest.mark.parametrize(("removed", "expected"), [("14:00", []), ("14:01", [("", "done")])])
def test_what_is_removed_at_the_instant_of_the_payment_was_not_owed(removed: str, expected: list[object]):
    """A minute later it was, and is done."""
    gone = said(ev.ListingRemoved, "baixada", f"2026-04-17 {removed}", receivable="nf-1")
    assert owed(LISTED, PAID, gone, as_of="2026-04-20") == expected


def test_a_ground_is_gone_by_what_took_it_away_not_by_what_was_undone_at_once():
    """An agreement that was signed and cancelled at the instant of the cancellation took nothing away."""
    part = ev.Instalment(receivable="p-1", amount=BILL.amount, due=BILL.due.replace(month=5))
    terms = {"agreement": "a", "receivables": ("nf-1",), "instalments": (part,)}
    facts = [
        said(ev.AgreementSigned, "acordo", "2026-04-17 14:00", **terms),
        said(ev.AgreementCancelled, "desfeito", "2026-04-17 14:00", agreement="a"),
        said(ev.InvoiceCancelled, "cancelada", "2026-04-17 14:00", receivable="nf-1"),
    ]
    (one,) = duty(LISTED, *facts, as_of="2026-04-20")
    assert one.ground == "cancelada"


# what nobody confirmed


@pytest.mark.parametrize(
    ("kind", "end"),
    [("listing", ev.ListingRemoved), ("protest", ev.ProtestCancelled), ("suspend", ev.ServiceRestored)],
)
def test_what_was_attempted_and_is_not_known_is_owed_its_end_until_the_fact_of_it(kind: str, end: type[Event]):
    """Paid on the 17th, undone by who did it on the 22nd."""
    rules = policy(step("agir", "D+20 10:00", kind=kind, registrar="r1", **ACT), legal=LAW)
    one = action(schedule(rules, [BILL], "2026-03-23"), "agir")
    facts = [outcome(ev.ActionUnknown, one, "2026-03-23"), PAID]
    assert owed(*facts, as_of="2026-04-22", rules=rules) == [("r1", "due")]
    other, gone = (
        said(end, f"fim {name}", "2026-04-22 09:00", receivable="nf-1", registrar=name) for name in ("r2", "r1")
    )
    assert owed(*facts, other, as_of="2026-04-22", rules=rules) == [("r1", "due")]
    assert owed(*facts, gone, as_of="2026-04-22", rules=rules) == [("r1", "done")]


ASK = step("negativar", "D+20 10:00", kind="listing", **ACT)


def test_a_listing_of_nobody_in_particular_is_the_one_that_a_bureau_confirms():
    """One act is owed, and not another one of the attempt."""
    rules = policy(ASK, legal=LAW)
    tried = outcome(ev.ActionUnknown, action(schedule(rules, [BILL], "2026-03-23"), "negativar"), "2026-03-23")
    confirmed = said(ev.ListingConfirmed, "feita", "2026-03-25", receivable="nf-1", registrar="spc")
    assert owed(tried, confirmed, PAID, as_of="2026-04-20", rules=rules) == [("spc", "due")]


def test_an_attempt_that_lies_ahead_is_nobodys_doubt():
    """As of the 20th nobody attempted what is attempted on the 23rd."""
    rules = policy(ASK, legal=LAW)
    tried = outcome(ev.ActionUnknown, action(schedule(rules, [BILL], "2026-03-23"), "negativar"), "2026-03-23")
    assert owed(tried, as_of="2026-03-20", rules=rules) == []


def test_an_attempt_beside_an_earlier_listing_that_ended_is_confirmed_by_the_later_one():
    """Of the two listings of the bureau one is open."""
    rules = policy(ASK, legal=LAW)
    tried = outcome(ev.ActionUnknown, action(schedule(rules, [BILL], "2026-03-23"), "negativar"), "2026-03-23")
    earlier = [
        said(ev.ListingConfirmed, "antiga", "2026-03-05", receivable="nf-1", registrar="spc"),
        said(ev.ListingRemoved, "antiga baixada", "2026-03-06", receivable="nf-1", registrar="spc"),
    ]
    confirmed = said(ev.ListingConfirmed, "feita", "2026-03-25", receivable="nf-1", registrar="spc")
    assert owed(*earlier, tried, confirmed, PAID, as_of="2026-04-20", rules=rules) == [("spc", "due")]


def test_thanks_that_were_sent_remove_nothing():
    """What was attempted since it is owed, and is of another kind, does not answer for it."""
    rules = policy(step("obrigado", on="receivable.settled", after="1bd 10:00", tone=None), legal=LAW)
    one = action(schedule(rules, [BILL, LISTED, PAID], "2026-04-20 10:00"), "obrigado")
    sent = outcome(ev.ActionSent, one, "2026-04-20 10:00")
    assert owed(LISTED, PAID, sent, as_of="2026-04-20 11:00", rules=rules) == [("", "due")]


# several registrars


def test_a_step_without_a_registrar_is_over_when_the_last_listing_is_gone():
    """Of two bureaus one removed it on the 18th, the other on the 19th: the reason names the last fact."""
    rules = policy(step("baixa", on="receivable.settled", kind="delisting", after="1bd 10:00", **ACT))
    both = [
        said(ev.ListingConfirmed, f"em {name}", "2026-04-03", receivable="nf-1", registrar=name) for name in ("a", "b")
    ]
    first, last = (
        said(ev.ListingRemoved, f"fora de {name}", f"2026-04-{day} 15:00", receivable="nf-1", registrar=name)
        for name, day in (("a", 18), ("b", 19))
    )
    one = action(schedule(rules, [BILL, *both, PAID, first], "2026-04-20 10:00"), "baixa")
    assert (one.status, one.reasons[0].code) == ("due", "due")
    (reason,) = action(schedule(rules, [BILL, *both, PAID, first, last], "2026-04-20 10:00"), "baixa").reasons
    assert (reason.code, reason.facts) == ("superseded", {"event": "fora de b", "since": "2026-04-19T15:00-03:00"})


# duties


def duty(*events: Event, as_of: str) -> tuple[Duty, ...]:
    """What was owed about nf-1 by an instant."""
    return duties(Standing(fold([*reachable(), BILL, *events]), (RULES,), BANK, clock(as_of)), "nf-1")


def test_a_duty_tells_what_was_owed_why_and_until_when():
    """From the money on; five business days."""
    (one,) = duty(LISTED, PAID, as_of="2026-04-20")
    assert (one.kind, one.rule, one.ground, one.since_us) == ("delisting", "neg.baixa", "pix pago", PAID.at_us)
    assert (one.deadline.isoformat(), one.done_us, one.lapsed_us, one.days_late) == ("2026-04-27", None, None, 0)
    assert duty(LISTED, PAID, as_of="2026-04-17 13:59") == ()


@pytest.mark.parametrize(
    ("when", "as_of", "done", "late"),
    [
        ("2026-04-27 23:59", "2026-04-27 23:58", False, 0),
        ("2026-04-27 23:59", "2026-04-27 23:59", True, 0),
        ("2026-04-29 10:00", "2026-04-28 10:00", False, 1),
        ("2026-04-29 10:00", "2026-05-04", True, 2),
    ],
)
def test_a_duty_is_done_from_the_instant_of_the_removal_on(when: str, as_of: str, done: bool, late: int):  # noqa: FBT001
    """Days late count from the deadline until then, or until the day of the plan before it."""
    gone = said(ev.ListingRemoved, "baixada", when, receivable="nf-1")
    (one,) = duty(LISTED, PAID, gone, as_of=as_of)
    assert (one.done_us, one.lapsed_us, one.days_late) == (gone.at_us if done else None, None, late)


@pytest.mark.parametrize(("as_of", "lapsed", "late"), [("2026-04-29 09:59", False, 2), ("2026-04-30", True, 2)])
def test_a_duty_has_lapsed_from_the_instant_on_at_which_its_ground_is_back(as_of: str, lapsed: bool, late: int):  # noqa: FBT001
    """The payment is undone on the 29th at ten, two days after the deadline."""
    back = undone("pix", "2026-04-29 10:00")
    (one,) = duty(LISTED, PAID, back, as_of=as_of)
    assert (one.done_us, one.lapsed_us, one.days_late) == (None, back.at_us if lapsed else None, late)
