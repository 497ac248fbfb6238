"""Reviews: nothing sleeps for ever while prescription runs (domain.md §4, `limits.review`)."""

import pytest
from tests.core.shop import BANK, action, clock, delivered, invoice, paid, policy, reachable, said, schedule, step, told

from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Duration
from regua.core.planning import plan
from regua.core.policy import Conditions, Limits, Policy, Range, StepReference

BILL = invoice("nf-1", "150.00", "2026-04-15")
LATE = step("atraso", "D+3 10:00")
RULES = policy(LATE)
HOLD = said(ev.HoldPlaced, "posta", "2026-04-06 11:00", hold="h")
FREED = said(ev.HoldReleased, "solta", "2026-05-05", hold="h")
DISPUTE = said(ev.DisputeOpened, "contesta", "2026-04-06 11:00", dispute="d", receivables=("nf-1",))


def reviews(*events: ev.Event, as_of: str, rules: Policy = RULES) -> list[tuple[str, str, str]]:
    """The reviews: step, receivable and status."""
    found = schedule(rules, [BILL, *events], as_of)
    return [(each.step, each.receivable, each.status) for each in found.all if each.step.startswith("review:")]


@pytest.mark.parametrize(("as_of", "found"), [("2026-05-06 10:59", []), ("2026-05-06 11:00", ["due"])])
def test_a_hold_open_for_thirty_days_makes_a_task(as_of: str, found: list[str]):
    """From 6 April 11:00: on 6 May at 11:00, of the debtor; not planned ahead, but woken up for."""
    assert reviews(HOLD, as_of=as_of) == [("review:hold", "", status) for status in found]
    if not found:
        assert (
            schedule(RULES, [BILL, HOLD], as_of).next_wakeup == schedule(RULES, [BILL, HOLD], "2026-05-06 11:00").as_of
        )


def test_it_is_a_task_that_does_not_press():
    """In the call window, once for the hold."""
    task = action(schedule(RULES, [BILL, HOLD], "2026-05-06 11:00"), "review:hold", "")
    assert (task.kind, task.presses, task.occurrence, task.channel) == ("task", False, "posta", "")


def test_a_hold_released_in_time_makes_none():
    """On the 29th day."""
    assert reviews(HOLD, FREED, as_of="2026-06-01") == []


def test_a_hold_released_before_anybody_looked_takes_it_back():
    """On the evening of the 6th of May, recorded that evening."""
    gone = said(ev.HoldReleased, "solta", "2026-05-06 18:00", hold="h")
    assert reviews(HOLD, gone, as_of="2026-05-06 18:00") == [("review:hold", "", "ended")]


def test_what_was_looked_at_is_done_and_stays_a_task():
    """The outcome names the step, which stands in no policy."""
    task = action(schedule(RULES, [BILL, HOLD], "2026-05-06 11:00"), "review:hold", "")
    found = schedule(RULES, [BILL, HOLD, *delivered(task, "2026-05-06 11:00")], "2026-07-06")
    done = action(found, "review:hold", "")
    assert (done.status, done.kind) == ("done", "task")


def test_a_dispute_of_one_receivable_is_reviewed_in_its_plan():
    """One of several in the debtor's."""
    assert reviews(DISPUTE, as_of="2026-05-06 11:00") == [("review:dispute", "nf-1", "due")]
    both = said(ev.DisputeOpened, "contesta", "2026-04-06 11:00", dispute="d", receivables=("nf-1", "nf-2"))
    events = (invoice("nf-2", "10.00", "2026-05-15"), both)
    assert reviews(*events, as_of="2026-05-06 11:00") == [("review:dispute", "", "due")]


def test_an_upheld_dispute_that_the_creditor_does_not_act_on_is_reviewed():
    """It goes on suspending (decision 60), so somebody must look."""
    won = said(ev.DisputeResolved, "procede", "2026-04-10", dispute="d", outcome="upheld")
    lost = said(ev.DisputeResolved, "improcede", "2026-04-10", dispute="d", outcome="rejected")
    assert reviews(DISPUTE, won, as_of="2026-05-06 11:00") == [("review:dispute", "nf-1", "due")]
    assert reviews(DISPUTE, lost, as_of="2026-05-06 11:00") == []


def test_nobody_looks_at_what_is_paid():
    """Paid before the thirty days."""
    assert reviews(DISPUTE, paid("150.00", "2026-04-20"), as_of="2026-05-06 11:00") == []
    assert reviews(HOLD, paid("150.00", "2026-04-20"), as_of="2026-05-06 11:00") == []


def test_a_hold_of_which_we_learnt_late_counts_from_then():
    """Recorded on 20 April."""
    late = said(ev.HoldPlaced, "posta", "2026-04-06 11:00", known="2026-04-20 11:00", hold="h")
    assert reviews(late, as_of="2026-05-20 10:00") == []
    assert reviews(late, as_of="2026-05-20 11:00") == [("review:hold", "", "due")]


def test_the_policy_says_how_long():
    """Two business days: of Monday 6 April, Wednesday 8."""
    rules = policy(LATE, limits=Limits(review=Duration(2, business=True)))
    assert reviews(HOLD, as_of="2026-04-08 11:00", rules=rules) == [("review:hold", "", "due")]


def test_an_approval_that_nobody_gives_is_reviewed():
    """D+3 is Saturday 18 April; clearing is over with Friday 17; thirty days later is Monday 18 May."""
    rules = policy(step("bloqueio", "D+3 10:00", approval="human"))
    assert reviews(as_of="2026-05-18 09:59", rules=rules) == []
    assert reviews(as_of="2026-05-18 10:00", rules=rules) == [("review:approval", "nf-1", "due")]
    given = said(ev.StepApproved, "sim", "2026-05-01", step="bloqueio", receivable="nf-1")
    vetoed = said(ev.StepVetoed, "não", "2026-05-01", step="bloqueio", receivable="nf-1")
    assert reviews(given, as_of="2026-05-18 10:00", rules=rules) == []
    assert reviews(vetoed, as_of="2026-05-18 10:00", rules=rules) == []


def test_an_approval_is_open_only_once_nothing_else_is_waited_for():
    """The warning that it requires was never delivered; once it is, on 5 May, the thirty days begin."""
    warning = step("aviso", "D+1 10:00")
    listing = step("bloqueio", "D+3 10:00", approval="human", requires=StepReference(step="aviso", outcome="delivered"))
    rules = policy(warning, listing)
    assert reviews(as_of="2026-06-10", rules=rules) == []
    of = action(schedule(rules, [BILL], "2026-05-05 10:00"), "aviso")
    sent = delivered(of, "2026-05-05 10:00")
    assert reviews(*sent, as_of="2026-06-03", rules=rules) == []
    assert reviews(*sent, as_of="2026-06-04 12:00", rules=rules) == [("review:approval", "nf-1", "due")]


def test_an_approval_of_a_step_whose_condition_fails_is_nobodys_business():
    """It would not run anyway."""
    rules = policy(step("bloqueio", "D+3 10:00", approval="human", when=Conditions(balance=Range(low=100_000))))
    assert [status for _, _, status in reviews(as_of="2026-05-18 10:00", rules=rules)] == ["ended"]


def test_closed_receivables_are_left_out_with_their_reviews():
    """And the next wake-up is the same."""
    events = [*reachable(), BILL, DISPUTE, paid("150.00", "2026-05-20")]
    for as_of in ("2026-05-07", "2026-05-20 13:00", "2026-08-01"):
        whole = plan(RULES, fold(events), as_of=clock(as_of), calendar=BANK)
        short = plan(RULES, fold(events), as_of=clock(as_of), calendar=BANK, closed=False)
        assert whole.next_wakeup == short.next_wakeup
        assert {each.id for each in short.all} <= {each.id for each in whole.all}


def test_a_review_is_due_like_any_other_task():
    """At its clock time, with its reason."""
    found = schedule(RULES, [BILL, HOLD], "2026-05-06 11:00")
    assert told(found, "review:hold", "") == ("due", "2026-05-06 11:00", ["due"])


@pytest.mark.parametrize("as_of", ["2026-05-20 11:00", "2027-04-06 12:00"])
def test_a_review_does_not_lapse_while_its_cause_is_there(as_of: str):
    """Nobody looked on 6 May: it is asked for as long as the hold is open."""
    found = schedule(RULES, [BILL, HOLD], as_of)
    assert told(found, "review:hold", "")[0::2] == ("due", ["due", "missed"])
    assert found.next_wakeup is not None


def test_an_approval_is_reviewed_until_its_step_lapses():
    """The wait of sixty days from Saturday 18 April ends with Wednesday 17 June."""
    rules = policy(step("bloqueio", "D+3 10:00", approval="human"))
    assert reviews(as_of="2026-06-17 12:00", rules=rules) == [("review:approval", "nf-1", "due")]
    assert reviews(as_of="2026-06-18 12:00", rules=rules) == [("review:approval", "nf-1", "ended")]
    assert told(schedule(rules, [BILL], "2026-06-17 12:00"), "bloqueio")[0] == "waiting"
    assert told(schedule(rules, [BILL], "2026-06-18 12:00"), "bloqueio")[0] == "ended"
