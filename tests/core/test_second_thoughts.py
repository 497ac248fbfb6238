"""Facts that contradict or undo earlier ones: what was left undecided, decided."""

import pytest
from tests.core.shop import (
    action,
    amended,
    clock,
    delivered,
    invoice,
    noticed,
    paid,
    policy,
    promised,
    said,
    schedule,
    standing,
    step,
    told,
    undone,
)

from regua.core import events as ev
from regua.core.dates import Duration
from regua.core.policy import PlanRules
from regua.core.timeline import Span

BILL = invoice("nf-1", "150.00", "2026-04-15")
LATE = step("atraso", "D+3 10:00")
RULES = policy(LATE)


@pytest.mark.parametrize("known", ["", "2026-04-05"])
def test_an_amendment_dated_before_its_invoice_leaves_one_occurrence(known: str):
    """Issued on 1 April, amended as of 30 March: the first due date was never asked for."""
    moved = amended("nf-1", "2026-03-30", due="2026-05-15", known=known)
    for as_of in ("2026-03-31", "2026-04-02", "2026-04-10"):
        found = schedule(RULES, [BILL, moved], as_of)
        assert [(each.status, each.day.isoformat()) for each in found.all] == [("planned", "2026-05-19")]


def test_what_was_sent_before_such_an_amendment_was_known_stays_sent():
    """The invoice is old; the amendment of the day before its issue is recorded after the contact."""
    sent = delivered(action(schedule(RULES, [BILL], "2026-04-20 10:00"), "atraso"), "2026-04-20 10:00")
    moved = amended("nf-1", "2026-03-30", due="2026-05-15", known="2026-04-22")
    found = schedule(RULES, [BILL, *sent, moved], "2026-04-23")
    assert [each.status for each in found.all] == ["done", "planned"]


def test_a_notice_overtaken_by_another_payment_comes_back_when_that_one_is_reversed():
    """Announced on the 16th; paid otherwise on the 17th, and that is reversed on the 18th at nine."""
    word = noticed("150.00", "2026-04-16", payment="p1")
    money = paid("150.00", "2026-04-17", payment="p2")
    events = [BILL, word, money, undone("p2", "2026-04-18 09:00")]
    assert standing(RULES, events).spans("nf-1")["payment-noticed"] == [
        Span(clock("2026-04-16"), clock("2026-04-17"), "p1 avisado", clock("2026-04-16")),
        Span(clock("2026-04-18 09:00"), None, "p1 avisado", clock("2026-04-16")),
    ]
    assert action(schedule(RULES, events, "2026-04-20 11:00"), "atraso").reason.code == "payment-noticed"


def test_a_notice_that_comes_while_another_payment_settles_counts_once_that_is_undone():
    """Paid on the 16th, announced on the 17th, reversed on the 18th."""
    events = [
        BILL,
        paid("150.00", "2026-04-16", payment="p2"),
        noticed("150.00", "2026-04-17", payment="p1"),
        undone("p2", "2026-04-18"),
    ]
    (span,) = standing(RULES, events).spans("nf-1")["payment-noticed"]
    assert (span.start, span.end) == (clock("2026-04-18"), None)


def test_a_promise_made_while_it_was_settled_counts_once_that_is_undone():
    """Paid on the 16th; on the 17th the debtor says it will bounce and promises the 24th; on the 18th it bounces."""
    events = [
        BILL,
        paid("150.00", "2026-04-16", payment="p"),
        promised("150.00", "2026-04-17", "2026-04-24", "nf-1"),
        undone("p", "2026-04-18 09:00"),
    ]
    assert action(schedule(RULES, events, "2026-04-20 10:00"), "atraso").reason.code == "promised"
    kept = paid("150.00", "2026-04-23", "nf-1")
    (fate,) = standing(RULES, [*events, kept]).promises
    assert fate.kept == clock("2026-04-23")


def test_a_promise_about_what_stays_settled_covers_nothing():
    """There is nothing to pay."""
    events = [BILL, paid("150.00", "2026-04-16"), promised("150.00", "2026-04-17", "2026-04-24", "nf-1")]
    assert standing(RULES, events).promises[0].covers == ()


def test_the_days_of_a_stop_do_not_use_up_a_wait():
    """Ten days for an approval from Saturday 18 April: seven up to noon of the 25th, and 6, 7 and 8 May."""
    rules = policy(step("bloqueio", "D+3 10:00", approval="human"), plan=PlanRules(max_wait=Duration(10)))
    events = [
        BILL,
        said(ev.AgencyAssigned, "entregue", "2026-04-25", receivable="nf-1"),
        said(ev.AgencyReturned, "devolvido", "2026-05-05", receivable="nf-1"),
    ]
    assert told(schedule(rules, events, "2026-04-30"), "bloqueio")[2] == ["with-agency", "awaiting-approval"]
    assert told(schedule(rules, events, "2026-05-08"), "bloqueio")[0::2] == ("waiting", ["awaiting-approval"])
    assert told(schedule(rules, events, "2026-05-09"), "bloqueio")[0::2] == ("ended", ["awaiting-approval", "lapsed"])


def test_an_approval_given_after_the_stop_is_in_time():
    """On the 8th of May, beyond ten days of the calendar."""
    rules = policy(step("bloqueio", "D+3 10:00", approval="human"), plan=PlanRules(max_wait=Duration(10)))
    events = [
        BILL,
        said(ev.AgencyAssigned, "entregue", "2026-04-25", receivable="nf-1"),
        said(ev.AgencyReturned, "devolvido", "2026-05-05", receivable="nf-1"),
        said(ev.StepApproved, "sim", "2026-05-08 09:00", step="bloqueio", receivable="nf-1"),
    ]
    assert told(schedule(rules, events, "2026-05-08 09:30"), "bloqueio")[:2] == ("planned", "2026-05-08 10:00")
