"""`policy.exhausted` and `habit.changed`: derived from facts alone, and planned ahead."""

import sys

from tests.core.shop import (
    action,
    amended,
    clock,
    delivered,
    invoice,
    newer,
    outcome,
    paid,
    policy,
    said,
    schedule,
    standing,
    step,
    told,
    undone,
)

from regua.core import events as ev
from regua.core.planning.habits import changes
from regua.core.policy import PlanRules

BILL = invoice("nf-1", "150.00", "2026-04-15")
EARLY, LATE = step("atraso", "D+3 10:00"), step("firme", "D+6 10:00")
HAND_OVER = step("acabou", on="policy.exhausted", after="0d 10:00", kind="task", tone=None)
RULES = policy(EARLY, LATE, HAND_OVER)


def exhausted(*events: ev.Event, as_of: str = "2026-04-16", rules: object = RULES) -> list[str]:
    """When the policy is exhausted, as planned."""
    found = schedule(rules, [BILL, *events], as_of)  # type: ignore[arg-type]
    return [each.at.format("YYYY-MM-DD HH:mm") for each in found.all if each.step == "acabou"]


# policy.exhausted


def test_a_policy_is_exhausted_when_its_last_step_can_run_no_more():
    """D+6 is Tuesday 21, a holiday: from Wednesday 22 it has five days, to Monday 27; so on the 28th."""
    assert exhausted() == ["2026-04-28 10:00"]


def test_it_is_exhausted_as_soon_as_its_last_step_is_done():
    """Sent on the 22nd; D+3, missed, might still have run until the 23rd."""
    sent = delivered(action(schedule(RULES, [BILL], "2026-04-22 10:00"), "firme"), "2026-04-22 10:00")
    assert exhausted(*sent) == ["2026-04-24 10:00"]
    both = delivered(action(schedule(RULES, [BILL], "2026-04-20 10:00"), "atraso"), "2026-04-20 10:00")
    assert exhausted(*both, *sent) == ["2026-04-22 10:00"]


def test_a_step_that_failed_may_still_come_by_another_channel():
    """It is not done; once it went by SMS it is, and once no channel is left."""
    late = step("firme", "D+6 10:00", channels=("email", "sms"))
    rules = newer(RULES, steps=(late, HAND_OVER))
    chosen = action(schedule(rules, [BILL], "2026-04-22 10:00"), "firme")
    bounced = outcome(ev.ActionFailed, chosen, "2026-04-22 10:05")
    assert exhausted(bounced, rules=rules) == ["2026-04-28 10:00"]
    sent = delivered(chosen, "2026-04-22 10:10", channel="sms")
    assert exhausted(bounced, *sent, rules=rules) == ["2026-04-22 10:10"]
    nowhere = outcome(ev.ActionFailed, chosen, "2026-04-22 10:20", channel="sms")
    assert exhausted(bounced, nowhere, rules=rules) == ["2026-04-22 10:20"]


def test_what_waits_for_somebody_has_longer():
    """Sixty days for the approval, and five more."""
    rules = newer(RULES, steps=(EARLY, step("bloqueio", "D+6 10:00", approval="human"), HAND_OVER))
    assert exhausted(rules=rules) == ["2026-06-27 10:00"]


def test_nothing_is_exhausted_of_what_is_settled():
    """Paid on the 25th, before the end."""
    assert exhausted(paid("150.00", "2026-04-25")) == []


def test_what_is_paid_after_its_policy_was_exhausted_is_answered_no_more():
    """Paid on the 28th at nine, an hour before."""
    found = schedule(RULES, [BILL, paid("150.00", "2026-04-28 09:00")], "2026-04-28 12:00")
    assert told(found, "acabou")[0::2] == ("ended", ["lapsed"])


def test_nothing_is_exhausted_while_its_clock_stands_still():
    """With the agency from the 17th to the 30th at noon: D+6 is Monday 4 May, its five days end on Saturday 9."""
    given = said(ev.AgencyAssigned, "entregue", "2026-04-17", receivable="nf-1")
    back = said(ev.AgencyReturned, "devolvido", "2026-04-30", receivable="nf-1")
    assert exhausted(given) == []
    assert exhausted(given, back) == ["2026-05-11 10:00"]


def test_a_due_date_moved_starts_anew():
    """Moved to 15 May: D+6 is Thursday 21; its five days end on Tuesday 26."""
    moved = amended("nf-1", "2026-04-16", due="2026-05-15")
    found = schedule(RULES, [BILL, moved], "2026-04-16 13:00")
    assert told(found, "acabou")[:2] == ("planned", "2026-05-27 10:00")
    assert action(found, "acabou").occurrence == "emissão nf-1/1"


def test_a_policy_without_steps_about_the_due_date_is_never_exhausted():
    """There is nothing that could come to its end."""
    assert exhausted(rules=policy(HAND_OVER)) == []


def test_the_debtor_is_answered_for_each_receivable():
    """A step of the debtor, two invoices, two causes."""
    rules = policy(LATE, newer_scope())
    found = schedule(rules, [BILL, invoice("nf-2", "10.00", "2026-05-15")], "2026-04-16")
    assert sorted(each.occurrence for each in found.all if each.step == "acabou") == ["emissão nf-1", "emissão nf-2"]


def newer_scope() -> object:
    """The hand-over, of the debtor."""
    return step("acabou", on="policy.exhausted", after="0d 10:00", kind="task", tone=None, scope="debtor")


def test_what_is_deferred_is_exhausted_later():
    """Held from the 16th to the 23rd at nine: D+3 comes on the 23rd, D+6 on Sunday 26, so Monday 27: until May 2."""
    hold = [
        said(ev.HoldPlaced, "posta", "2026-04-16", hold="h"),
        said(ev.HoldReleased, "solta", "2026-04-23 09:00", hold="h"),
    ]
    rules = newer(RULES, plan=PlanRules(when_held="defer"))
    assert exhausted(*hold, rules=rules) == ["2026-05-04 10:00"]


# habit.changed

MONTHS = ("2026-01-15", "2026-02-13", "2026-03-13", "2026-04-15", "2026-05-15")
BILLS = [invoice(f"nf-{place}", "100.00", due, when="2026-01-02") for place, due in enumerate(MONTHS, start=1)]


def changed(*paid_on: str) -> list[tuple[str, bool]]:
    """Each receivable with which a habit changes, and whether it is late; paid on these days, "" for not at all."""
    money = [paid("100.00", when, f"nf-{place}") for place, when in enumerate(paid_on, start=1) if when]
    return [(each.receivable, each.is_late) for each in changes(standing(RULES, [*BILLS, *money]))]


def test_who_always_paid_in_time_is_late_for_the_first_time():
    """Three in time, the fourth paid a day late; the fifth is no change: the habit is broken."""
    assert changed("2026-01-15", "2026-02-10", "2026-03-13", "2026-04-16", "2026-05-15") == [("nf-4", True)]


def test_who_was_always_late_pays_in_time():
    """Three late, one of them never paid."""
    assert changed("2026-01-20", "2026-02-20", "", "2026-04-15", "2026-05-20") == [("nf-4", False)]


def test_two_are_no_habit():
    """The third is late after two in time."""
    assert changed("2026-01-15", "2026-02-13", "2026-03-20", "2026-04-20", "2026-05-20") == []


def test_what_was_cancelled_or_disputed_makes_no_habit():
    """The fourth is cancelled: the fifth is the first late one."""
    money = [paid("100.00", when, f"nf-{place}") for place, when in enumerate(MONTHS[:3], start=1)]
    gone = said(ev.InvoiceCancelled, "cancelada", "2026-04-01", receivable="nf-4")
    found = [(each.receivable, each.is_late) for each in changes(standing(RULES, [*BILLS, *money, gone]))]
    assert found == [("nf-5", True)]


def test_a_payment_undone_was_none():
    """The third was paid in time and reversed: with two in time and one late there is no habit."""
    money = [paid("100.00", when, f"nf-{place}", payment=f"p{place}") for place, when in enumerate(MONTHS[:3], start=1)]
    events = [*BILLS, *money, undone("p3", "2026-03-20")]
    assert [each.receivable for each in changes(standing(RULES, events))] == []


def test_a_change_of_habit_is_answered_when_it_is_known():
    """Due Wednesday 15 April, known by Thursday 16: planned ahead for Friday 17."""
    rules = policy(step("mudou", on="habit.changed", after="0d 10:00"))
    money = [paid("100.00", when, f"nf-{place}") for place, when in enumerate(MONTHS[:3], start=1)]
    found = schedule(rules, [*BILLS[:4], *money], "2026-04-01")
    assert told(found, "mudou", "nf-4")[:2] == ("planned", "2026-04-17 10:00")
    assert clock("2026-04-17 00:00") == next(changes(standing(rules, [*BILLS[:4], *money]))).known


def test_habits_cost_as_much_for_each_receivable_however_many_there_are():
    """Ten times the receivables take about ten times the calls, not a hundred."""
    thanks = step("obrigado", on="habit.changed", tone=None)

    def calls(count: int) -> int:
        bills = [invoice(f"nf-{place}", "10.00", "2026-04-15") for place in range(count)]
        seen = []
        sys.setprofile(lambda *_: seen.append(None))
        try:
            schedule(policy(thanks), bills, "2026-05-04")
        finally:
            sys.setprofile(None)
        return len(seen)

    assert calls(100) < 15 * calls(10)
