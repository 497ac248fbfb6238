"""Owed acts: what the law demands after a listing or protest, whatever the policy says (domain.md §5)."""

import pytest
from attrs import evolve
from tests.core.shop import (
    BANK,
    action,
    amended,
    clock,
    delivered,
    invoice,
    noticed,
    outcome,
    paid,
    policy,
    reachable,
    said,
    schedule,
    step,
    told,
    undone,
)

from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Duration
from regua.core.events.base import Event
from regua.core.explain import explain
from regua.core.planning import Schedule, plan
from regua.core.policy import LegalRules, Limits, OwedAct, Policy
from regua.errors import DateError

DELIST = OwedAct(
    rule="neg.baixa", kind="delisting", consequence="listing", within=Duration(5, business=True), source="Súmula 548"
)
CONSENT = OwedAct(
    rule="protesto.anuencia",
    kind="protest-withdrawal",
    consequence="protest",
    within=Duration(5, business=True),
    source="Lei 9.492/1997 art. 26",
)
LAW = LegalRules(owed=(DELIST, CONSENT))
RULES = policy(legal=LAW)
OWED = "owed:neg.baixa"
BILL = invoice("nf-1", "150.00", "2026-03-02", when="2026-02-20")
LISTED = said(ev.ListingRequested, "pedida", "2026-04-01 10:00", receivable="nf-1")
CONFIRMED = said(ev.ListingConfirmed, "feita", "2026-04-08 10:00", receivable="nf-1")
REMOVED = said(ev.ListingRemoved, "baixada", "2026-04-22 15:00", receivable="nf-1")
PAID = paid("150.00", "2026-04-17 14:00", "nf-1", payment="pix")
SETTLED = (BILL, LISTED, PAID)
"""Settled on Friday 17 April. Tuesday 21 is Tiradentes: day 1 is Monday 20, day 5 Monday 27, near from Thursday 23."""


def found(*events: Event, as_of: str, rules: Policy = RULES) -> list[tuple[str, str, str, list[str]]]:
    """Step, status, wall clock and reasons of what removes the listing or withdraws the protest."""
    kinds = {"delisting", "protest-withdrawal"}
    return [
        (each.step, each.status, each.at.format("MM-DD HH:mm"), [reason.code for reason in each.reasons])
        for each in schedule(rules, events, as_of).all
        if each.kind in kinds
    ]


def status(*events: Event, as_of: str, rules: Policy = RULES) -> list[tuple[str, str]]:
    """Step and status of the same."""
    return [each[:2] for each in found(*events, as_of=as_of, rules=rules)]


def wakeup(given: Schedule) -> str:
    """When anything may change next."""
    return "" if given.next_wakeup is None else given.next_wakeup.in_timezone("America/Sao_Paulo").format("MM-DD HH:mm")


@pytest.mark.parametrize(
    ("as_of", "standing", "alarm", "next_wakeup"),
    [
        ("2026-04-17 14:00", "planned", [], "04-20 00:00"),
        ("2026-04-20 00:00", "due", [], "04-23 00:00"),
        ("2026-04-21 12:00", "due", [], "04-23 00:00"),
        ("2026-04-22 23:59", "due", [], "04-23 00:00"),
        ("2026-04-23 00:00", "due", ["deadline-near"], "04-28 00:00"),
        ("2026-04-27 23:59", "due", ["deadline-near"], "04-28 00:00"),
        ("2026-04-28 00:00", "due", ["deadline-missed"], ""),
        ("2027-04-28 00:00", "due", ["deadline-missed"], ""),
    ],
)
def test_a_listing_is_removed_within_five_business_days(as_of: str, standing: str, alarm: list[str], next_wakeup: str):
    """Day 1 is the first business day after the money; the holiday does not count, and it never lapses."""
    codes = [standing, "owed", *alarm]
    assert found(*SETTLED, as_of=as_of) == [(OWED, standing, "04-20 00:00", codes)]
    assert wakeup(schedule(RULES, SETTLED, as_of)) == next_wakeup


def test_it_says_which_rule_demands_it_and_until_when():
    """The occurrence is the settlement's event."""
    one = action(schedule(RULES, SETTLED, "2026-04-20"), OWED)
    owed = one.reasons[1]
    assert (one.kind, one.occurrence, one.presses, one.channel) == ("delisting", "pix pago", False, "")
    assert owed.facts == {"event": "pix pago", "deadline": "2026-04-27", "source": "Súmula 548"}
    assert owed.rule == "neg.baixa"


def test_what_is_learnt_late_is_due_at_once_and_its_term_has_not_moved():
    """Paid on the 17th, known on Saturday the 25th: due on Monday the 27th, the last day."""
    late = paid("150.00", "2026-04-17 14:00", "nf-1", payment="pix", known="2026-04-25 09:00")
    codes = ["planned", "owed", "deadline-near"]
    assert found(BILL, LISTED, late, as_of="2026-04-25 09:00") == [(OWED, "planned", "04-27 00:00", codes)]
    later = paid("150.00", "2026-04-17 14:00", "nf-1", payment="pix", known="2026-04-29 09:30")
    codes = ["due", "owed", "deadline-missed"]
    assert found(BILL, LISTED, later, as_of="2026-04-29 09:30") == [(OWED, "due", "04-29 09:30", codes)]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((BILL, PAID), []),
        ((BILL, LISTED), []),
        ((BILL, LISTED, paid("20.00", "2026-04-17", "nf-1")), []),
        ((BILL, LISTED, noticed("150.00", "2026-04-17", "nf-1", payment="pix")), []),
        ((BILL, LISTED, said(ev.ListingRemoved, "antes", "2026-04-10", receivable="nf-1"), PAID), []),
        ((BILL, CONFIRMED, PAID), [OWED]),
        ((BILL, LISTED, CONFIRMED, PAID), [OWED]),
        ((BILL, LISTED, said(ev.InvoiceCancelled, "cancelada", "2026-04-17", receivable="nf-1")), [OWED]),
        ((BILL, LISTED, said(ev.InvoiceWrittenOff, "perda", "2026-04-17", receivable="nf-1")), []),
        ((BILL, LISTED, said(ev.CreditGranted, "crédito", "2026-04-17", credit="c", amount=BILL.amount)), [OWED]),
        ((BILL, said(ev.ListingRequested, "depois", "2026-04-18", receivable="nf-1"), PAID), [OWED]),
        ((BILL, said(ev.ProtestFiled, "título", "2026-04-16", receivable="nf-1"), PAID), ["owed:protesto.anuencia"]),
        ((BILL, said(ev.ProtestRegistered, "ato", "2026-04-16", receivable="nf-1"), PAID), ["owed:protesto.anuencia"]),
    ],
)
def test_it_is_owed_while_listed_or_protested_without_a_ground(events: tuple[Event, ...], expected: list[str]):
    """Requested or confirmed, filed or registered; settled or cancelled, not noticed, paid in part or written off."""
    assert status(*events, as_of="2026-04-20") == [(each, "due") for each in expected]


def test_a_signed_agreement_brings_the_rights_back():
    """At the deal, not when the last instalment is paid (CDC art. 51 XVIII); a broken one is no deal."""
    part = ev.Instalment(receivable="p-1", amount=BILL.amount, due=BILL.due.replace(month=5))
    heads = {"agreement": "a", "receivables": ("nf-1",), "instalments": (part,)}
    signed = said(ev.AgreementSigned, "acordo", "2026-04-17 14:00", **heads)
    assert status(BILL, LISTED, signed, as_of="2026-04-22") == [(OWED, "due")]
    settled = (BILL, LISTED, signed, paid("150.00", "2026-04-29", "p-1"))
    one = action(schedule(RULES, settled, "2026-04-30"), OWED)
    assert (one.occurrence, one.reasons[1].facts["deadline"]) == ("acordo", "2026-04-27")
    cancelled = said(ev.AgreementCancelled, "desfeito", "2026-04-21", agreement="a")
    assert status(BILL, LISTED, signed, cancelled, as_of="2026-04-22") == [(OWED, "ended")]


CONTESTED = said(ev.DisputeOpened, "contesta", "2026-04-10", dispute="d", receivables=("nf-1",))
UPHELD = said(ev.DisputeResolved, "procede", "2026-04-17", dispute="d", outcome="upheld")


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ((), []),
        ((evolve(UPHELD, outcome="rejected"),), []),
        ((evolve(UPHELD, dispute="outra"),), []),
        ((UPHELD,), [(OWED, "due")]),
        ((UPHELD, said(ev.InvoiceCancelled, "cancelada", "2026-04-18", receivable="nf-1")), [(OWED, "due")]),
        ((UPHELD, amended("nf-1", "2026-04-18", amount="120.00")), [(OWED, "due")]),
    ],
)
def test_an_upheld_dispute_takes_the_ground_away(then: tuple[Event, ...], expected: list[tuple[str, str]]):
    """From the day on which it was upheld; what the creditor makes of the debt then does not make the listing right."""
    events = (BILL, LISTED, CONTESTED, *then)
    assert status(*events, as_of="2026-04-20") == expected
    if expected:
        assert action(schedule(RULES, events, "2026-04-20"), OWED).reasons[1].facts["event"] == "procede"


def test_what_is_listed_after_the_debt_was_corrected_has_its_ground():
    """It says what is owed; before the correction it says what was found wrong."""
    listed = evolve(LISTED, id="nova", at=clock("2026-04-22"), recorded_at=clock("2026-04-22"))
    assert status(BILL, CONTESTED, UPHELD, listed, as_of="2026-04-23") == [(OWED, "due")]
    corrected = amended("nf-1", "2026-04-21", amount="120.00")
    assert status(BILL, CONTESTED, UPHELD, corrected, listed, as_of="2026-04-23") == []


def test_a_settlement_undone_before_the_act_ends_it():
    """Reversed on Wednesday; paid again on Friday it is another act with a term of its own."""
    gone = undone("pix", "2026-04-22 10:00")
    assert status(*SETTLED, gone, as_of="2026-04-22 09:59") == [(OWED, "due")]
    assert wakeup(schedule(RULES, [*SETTLED, gone], "2026-04-22 09:59")) == "04-22 10:00"
    assert told(schedule(RULES, [*SETTLED, gone], "2026-04-22 10:00"), OWED)[::2] == (
        "ended",
        ["lapsed"],
    )
    again = paid("150.00", "2026-04-24", "nf-1", payment="ted")
    second = action(schedule(RULES, [*SETTLED, gone, again], "2026-04-27"), OWED, occurrence="ted pago")
    assert (second.status, second.reasons[1].facts["deadline"]) == ("due", "2026-05-04")


def test_a_settlement_undone_after_the_act_leaves_it_done():
    """What was done was done."""
    sent = delivered(action(schedule(RULES, SETTLED, "2026-04-20"), OWED), "2026-04-20 10:00")
    assert status(*SETTLED, *sent, undone("pix", "2026-04-22"), as_of="2026-04-23") == [(OWED, "done")]


def test_a_cancellation_keeps_what_a_reversal_would_end():
    """The ground is still gone, and the term has not begun anew."""
    cancelled = said(ev.InvoiceCancelled, "cancelada", "2026-04-20", receivable="nf-1")
    events = (*SETTLED, cancelled, undone("pix", "2026-04-22"))
    one = action(schedule(RULES, events, "2026-04-23"), OWED)
    assert (one.status, one.occurrence, one.reasons[1].facts["deadline"]) == ("due", "pix pago", "2026-04-27")


@pytest.mark.parametrize(
    "stop",
    [
        said(ev.HoldPlaced, "posta", "2026-04-18", hold="h"),
        said(ev.DisputeOpened, "contesta", "2026-04-18", dispute="d", receivables=("nf-1",)),
        said(ev.DebtorDeceased, "óbito", "2026-04-18"),
        said(ev.InsolvencyStarted, "rj", "2026-04-18", case="1"),
        said(ev.CourtOrder, "ordem", "2026-04-18", case="1", effect="stop"),
        said(ev.AgencyAssigned, "agência", "2026-04-18", receivable="nf-1"),
        said(ev.InvoiceWrittenOff, "perda", "2026-04-18", receivable="nf-1"),
        said(ev.StepVetoed, "veto", "2026-04-18", step=OWED, receivable="nf-1"),
        amended("nf-1", "2026-04-18", due="2026-06-18"),
    ],
    ids=lambda stop: stop.type,
)
def test_nothing_stops_it(stop: Event):
    """Neither holds nor disputes, nor the debtor's death, nor a veto."""
    assert found(*SETTLED, stop, as_of="2026-04-20")[0][:3] == (OWED, "due", "04-20 00:00")


def test_no_cap_counts_it_or_holds_it():
    """One contact a day, of another receivable: both are due."""
    rules = evolve(RULES, steps=(step("atraso", "D+3 10:00"),), limits=Limits(contacts_per_day=1, contacts_per_week=1))
    other = invoice("nf-2", "90.00", "2026-04-17")
    given = schedule(rules, [*SETTLED, other], "2026-04-22 10:00")
    assert (action(given, OWED).status, action(given, "atraso", "nf-2").status) == ("due", "due")


def test_a_removal_by_others_is_the_act():
    """Recorded on Wednesday the 22nd, though nobody here asked for it."""
    assert found(*SETTLED, REMOVED, as_of="2026-04-22 15:00") == [(OWED, "done", "04-22 15:00", ["owed"])]
    assert schedule(RULES, [*SETTLED, REMOVED], "2026-04-22 15:00").next_wakeup is None


def test_a_failed_or_skipped_act_stays_owed():
    """Each as it was, and a new one an hour later, then two; what was sent afterwards is the last."""
    first = action(schedule(RULES, SETTLED, "2026-04-20"), OWED)
    bad = outcome(ev.ActionFailed, first, "2026-04-22 10:00", reason="recusada")
    assert found(*SETTLED, bad, as_of="2026-04-22 10:00") == [
        (OWED, "done", "04-22 10:00", ["failed"]),
        (OWED, "planned", "04-22 11:00", ["planned", "owed"]),
    ]
    assert wakeup(schedule(RULES, [*SETTLED, bad], "2026-04-22 10:00")) == "04-22 11:00"
    second = action(schedule(RULES, [*SETTLED, bad], "2026-04-22 11:00"), OWED, occurrence="pix pago+1")
    assert second.status == "due"
    skip = outcome(ev.ActionSkipped, second, "2026-04-22 11:00")
    assert found(*SETTLED, bad, skip, as_of="2026-04-22 11:00")[-1][1:3] == ("planned", "04-22 13:00")
    third = action(schedule(RULES, [*SETTLED, bad, skip], "2026-04-22 13:00"), OWED, occurrence="pix pago+2")
    sent = outcome(ev.ActionSent, third, "2026-04-22 13:00")
    assert status(*SETTLED, bad, skip, sent, as_of="2026-05-22") == [(OWED, "done")] * 3


def test_an_act_that_is_always_refused_comes_once_a_day():
    """After one hour, two, four, eight, sixteen, then a day, on business days; no loop, and no end."""
    events, instants = [*SETTLED], list[str]()
    now = "2026-04-22 10:00"
    for count in range(9):
        one = action(schedule(RULES, events, now), OWED, occurrence=f"pix pago+{count}" if count else "pix pago")
        now = max(now, one.at.format("YYYY-MM-DD HH:mm"))
        instants.append(now[5:])
        events.append(outcome(ev.ActionFailed, one, now))
    assert instants == [
        *("04-22 10:00", "04-22 11:00", "04-22 13:00", "04-22 17:00", "04-23 01:00", "04-23 17:00"),
        *("04-24 17:00", "04-27 00:00", "04-28 00:00"),
    ]


def test_an_attempt_is_not_repeated_while_its_outcome_is_unknown():
    """It may have reached the registrar."""
    first = action(schedule(RULES, SETTLED, "2026-04-20"), OWED)
    lost = outcome(ev.ActionUnknown, first, "2026-04-20 10:00")
    assert status(*SETTLED, lost, as_of="2026-05-20") == [(OWED, "done")]


OWN = step("baixa", on="receivable.settled", after="1bd 10:00", kind="delisting", tone=None, channels=(), templates={})
BOTH = evolve(RULES, steps=(OWN,))


def test_a_step_of_the_policy_that_does_the_same_is_not_asked_twice():
    """It tells of the rule and its deadline, and the schedule wakes up for them; weekends and nights included."""
    codes = ["due", "owed"]
    assert found(*SETTLED, as_of="2026-04-20 10:00", rules=BOTH) == [("baixa", "due", "04-20 10:00", codes)]
    assert [each[0] for each in found(*SETTLED, as_of="2026-04-21 12:00", rules=BOTH)] == ["baixa"]
    assert wakeup(schedule(BOTH, SETTLED, "2026-04-22 23:59")) == "04-23 00:00"
    codes = ["due", "missed", "owed", "deadline-near"]
    assert found(*SETTLED, as_of="2026-04-23 00:00", rules=BOTH) == [("baixa", "due", "04-20 10:00", codes)]
    one = action(schedule(BOTH, SETTLED, "2026-04-20 10:00"), "baixa")
    sent = delivered(one, "2026-04-20 10:00")
    assert status(*SETTLED, *sent, as_of="2026-05-20", rules=BOTH) == [("baixa", "done")]


def test_a_step_that_lapsed_or_comes_after_the_deadline_does_not_answer_for_the_act():
    """Five days after the 20th it lapses; three weeks after the money is too late."""
    assert status(*SETTLED, as_of="2026-04-26", rules=BOTH) == [(OWED, "due"), ("baixa", "ended")]
    slow = evolve(RULES, steps=(evolve(OWN, trigger=evolve(OWN.trigger, after=Duration(21))),))
    assert status(*SETTLED, as_of="2026-04-20", rules=slow) == [(OWED, "due"), ("baixa", "planned")]


def test_a_step_after_the_deadline_gives_way_to_an_act_that_was_sent():
    """Two requests for one delisting are one too many: known on Tuesday 28 and sent, the step of the 29th is over."""
    late = paid("150.00", "2026-04-17 14:00", "nf-1", payment="pix", known="2026-04-28 09:00")
    rules = policy(OWN, legal=LAW)
    one = action(schedule(rules, [BILL, LISTED, late], "2026-04-28 09:00"), OWED)
    sent = outcome(ev.ActionSent, one, "2026-04-28 09:00")
    assert status(BILL, LISTED, late, sent, as_of="2026-04-28 10:00", rules=rules) == [
        (OWED, "done"),
        ("baixa", "ended"),
    ]


def test_a_step_that_waits_for_monday_does_not_hide_what_is_owed_on_saturday():
    """Paid on Saturday 18 April: the service comes back that day, whenever the policy's own step opens."""
    back = OwedAct(rule="super.carencia", kind="restore", consequence="suspension", within=Duration(1), source="CDC")
    own = evolve(OWN, id="religar", kind="restore", trigger=step("x", on="receivable.settled").trigger)
    cut = said(ev.ServiceSuspended, "corte", "2026-04-01 10:00", receivable="nf-1")
    late = paid("150.00", "2026-04-18 09:00", "nf-1", payment="pix")
    rules = policy(own, legal=LegalRules(owed=(back,)))
    for as_of in ("2026-04-18 09:00", "2026-04-25 10:00"):
        assert action(schedule(rules, [BILL, cut, late], as_of), "owed:super.carencia").status == "due", as_of


def test_a_step_that_failed_or_waits_for_somebody_does_not_answer_for_the_act():
    """The law waits for no approval; approved after the act it gives way."""
    one = action(schedule(BOTH, SETTLED, "2026-04-20 10:00"), "baixa")
    bad = outcome(ev.ActionFailed, one, "2026-04-20 10:00")
    assert status(*SETTLED, bad, as_of="2026-04-20 10:00", rules=BOTH) == [(OWED, "due"), ("baixa", "done")]
    human = evolve(BOTH, steps=(evolve(OWN, approval="human"),))
    assert status(*SETTLED, as_of="2026-04-20 12:00", rules=human) == [(OWED, "due"), ("baixa", "waiting")]
    sent = delivered(action(schedule(human, SETTLED, "2026-04-20 12:00"), OWED), "2026-04-20 12:00")
    approved = said(ev.StepApproved, "sim", "2026-04-20 13:00", step="baixa", receivable="nf-1")
    given = schedule(human, [*SETTLED, *sent, approved], "2026-04-20 14:00")
    assert told(given, "baixa")[::2] == ("ended", ["superseded"])
    assert given.due == ()


def test_of_several_rules_the_earliest_deadline_counts():
    """Three business days of a state before five."""
    state = evolve(DELIST, rule="neg.uf", within=Duration(3, business=True))
    rules = policy(legal=LegalRules(owed=(DELIST, state)))
    one = action(schedule(rules, SETTLED, "2026-04-20"), "owed:neg.uf")
    assert one.reasons[1].facts["deadline"] == "2026-04-23"
    assert status(*SETTLED, as_of="2026-04-20", rules=rules) == [("owed:neg.uf", "due")]


def test_listed_again_after_the_act_it_is_owed_again():
    """The wrong listing is the later cause; its term counts from the money, so it is missed from the start."""
    again = said(ev.ListingRequested, "de novo", "2026-05-04 10:00", receivable="nf-1")
    sent = delivered(action(schedule(RULES, SETTLED, "2026-04-20"), OWED), "2026-04-20 10:00")
    given = schedule(RULES, [*SETTLED, *sent, REMOVED, again], "2026-05-04 10:00")
    one = action(given, OWED, occurrence="de novo")
    assert (one.status, one.reasons[2].code) == ("due", "deadline-missed")


def test_a_settled_receivable_is_open_while_an_act_is_owed():
    """Closed when the registrar confirms the act, or when others removed the listing."""

    def told_of(*events: Event, as_of: str) -> list[str]:
        account = fold([*reachable(), *events])
        given = plan(RULES, account, as_of=clock(as_of), calendar=BANK, closed=False)
        again = plan(RULES, account, as_of=clock(as_of), calendar=BANK, closed=False)
        assert again == given
        return [each.step for each in given.all]

    sent = delivered(action(schedule(RULES, SETTLED, "2026-04-20"), OWED), "2026-04-20 10:00")
    assert told_of(*SETTLED, as_of="2026-04-17 15:00") == [OWED]
    assert told_of(*SETTLED, as_of="2027-04-17") == [OWED]
    assert told_of(*SETTLED, *sent, as_of="2026-04-21") == [OWED]
    assert told_of(*SETTLED, *sent, as_of="2027-04-21") == [OWED]
    assert told_of(*SETTLED, *sent, REMOVED, as_of="2026-04-23") == []
    assert told_of(*SETTLED, REMOVED, as_of="2026-04-23") == []


LATER = paid("150.00", "2026-05-04", "nf-1", payment="ted")


@pytest.mark.parametrize(
    ("rules", "events"),
    [
        (RULES, SETTLED),
        (BOTH, SETTLED),
        (evolve(BOTH, steps=(evolve(OWN, approval="human"),)), SETTLED),
        (RULES, (*SETTLED, REMOVED)),
        (RULES, (*SETTLED, undone("pix", "2026-04-24 10:00"), LATER)),
        (BOTH, (*SETTLED, undone("pix", "2026-04-19 10:00"), LATER)),
    ],
)
def test_between_two_wakeups_nothing_changes(rules: Policy, events: tuple[Event, ...]):
    """Looked at every five hours for a month."""
    account = fold([*reachable(), *events])
    before = None
    for hour in range(0, 24 * 30, 5):
        given = plan(rules, account, as_of=clock("2026-04-17 09:00") + hour * 3_600_000_000, calendar=BANK)
        if before is not None and (before.next_wakeup_us is None or given.as_of_us < before.next_wakeup_us):
            assert given.all == before.all
        before = given


def test_owed_acts_are_part_of_the_policy():
    """Of its equality and of the schedule's fingerprint; its own stays as the packs change."""
    assert policy(legal=LAW) == RULES != policy()
    assert RULES.fingerprint == policy().fingerprint
    assert schedule(RULES, [BILL], "2026-04-20").fingerprint != schedule(policy(), [BILL], "2026-04-20").fingerprint


def test_explain_shows_it():
    """As a step of the receivable, with its rule."""
    given = schedule(RULES, SETTLED, "2026-04-24")
    assert explain(given) == (
        "ana as of 2026-04-24 12:00\n\nnf-1\n"
        f"2026-04-20 00:00  owed:neg.baixa: due  [{action(given, OWED).id[:12]}]\n"
        "    owed: the law demands it, whatever the policy says and whatever stops the dunning "
        "(event pix pago, deadline 2026-04-27, source Súmula 548) [neg.baixa]\n"
        "    deadline-near: at most two business days are left for what the law demands "
        "(deadline 2026-04-27) [neg.baixa]\n"
        "\nnext change 2026-04-28 00:00, if no fact is recorded before\n"
    )


@pytest.mark.parametrize(
    "wrong", [{"kind": "message"}, {"consequence": "notice"}, {"within": Duration(0, business=True)}]
)
def test_an_act_of_another_kind_is_refused(wrong: dict[str, object]):
    """Only what undoes a listing, a protest or a suspension, within a day at least."""
    with pytest.raises((ValueError, DateError)):
        evolve(DELIST, **wrong)
