"""What waits, stands still or is closed: until when, why, and when somebody looks again."""

import pytest
from attrs import evolve
from tests.core.shop import (
    BANK,
    action,
    clock,
    delivered,
    invoice,
    outcome,
    paid,
    policy,
    promised,
    reachable,
    said,
    schedule,
    step,
    told,
)

from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Duration, parse_date
from regua.core.planning import Schedule, plan
from regua.core.policy import (
    Conditions,
    Limits,
    PlanRules,
    Policy,
    Range,
    StepReference,
)

BILL = invoice("nf-1", "150.00", "2026-04-18")  # effective Monday the 20th, first pressing day Thursday the 23rd

LATE = step("atraso", "D+3 10:00")

AWAY = said(ev.AgencyAssigned, "entregue", "2026-04-21 12:00", receivable="nf-1")


def found_on(found: Schedule, *names: str) -> dict[str, tuple[str, str]]:
    """Status and day of these steps of nf-1."""
    return {name: (action(found, name).status, action(found, name).day.isoformat()) for name in names}


def wakeup(rules: Policy, events: list[ev.Event], when: str) -> str:
    """The next wakeup on the wall clock."""
    found = schedule(rules, events, when).next_wakeup
    return "" if found is None else found.format("YYYY-MM-DD HH:mm")


def told_of(rules: Policy, events: list[ev.Event], when: str) -> list[str]:
    """Receivables of which a plan without closed ones tells."""
    found = plan(rules, fold([*reachable(), *events]), as_of=clock(when), calendar=BANK, closed=False)
    return sorted({each.receivable for each in found.all})


def signed(*dues: str) -> ev.AgreementSigned:
    """An agreement about nf-1 with an instalment of R$ 150,00 on each of these days."""
    days = enumerate(map(parse_date, dues), start=1)
    parts = tuple(ev.Instalment(receivable=f"a-{place}", amount=BILL.amount, due=due) for place, due in days)
    return said(ev.AgreementSigned, "acordo", "2026-04-20", agreement="a", receivables=("nf-1",), instalments=parts)  # type: ignore[no-any-return]


# what is told of what waits


def test_what_waits_tells_only_what_still_applies():
    """An approval is missing; on the 22nd a payment may not have cleared yet, on the 24th it would have."""
    rules = policy(step("carta", "D+1 10:00", approval="human"))
    reasons = [told(schedule(rules, [BILL], when), "carta")[2] for when in ("2026-04-22", "2026-04-24")]
    assert reasons == [["awaiting-approval", "clearing"], ["awaiting-approval"]]


def test_what_hinders_of_the_moment_is_told_while_it_does():
    """R$ 150,00 are less than R$ 200,00 until R$ 100,00 more are overdue on the 25th; no point is ever added."""
    rules = policy(step("carta", "D+3 10:00", channels=("whatsapp",)), limits=Limits(min_balance=20_000))
    bills = [BILL, invoice("nf-2", "100.00", "2026-04-24")]
    reasons = [told(schedule(rules, bills, when), "carta")[2] for when in ("2026-04-24", "2026-04-26")]
    assert reasons == [["below-minimum", "no-contact-point"], ["no-contact-point"]]


@pytest.mark.parametrize(
    ("due", "gone", "limits", "code"),
    [
        ("2026-04-16", "2026-04-24 07:00", {"min_interval": Duration(3)}, "min-interval"),
        ("2026-04-15", "2026-04-22 21:00", {"contacts_per_day": 1}, "daily-cap"),
        ("2026-04-16", "2026-04-24 07:00", {"contacts_per_week": 1}, "weekly-cap"),
    ],
)
def test_a_full_day_is_told_beside_what_hinders_afterwards(due: str, gone: str, limits: dict[str, object], code: str):
    """Of two letters the second finds no room on its day, and from the next on the debtor takes no e-mail."""
    rules = policy(step("s", "D+7 10:00"), limits=Limits(**limits), plan=PlanRules(consolidate="none"))  # type: ignore[arg-type]
    bills = [invoice("nf-1", due="2026-04-15"), invoice("nf-2", due=due)]
    revoked = said(ev.ConsentRevoked, "basta", gone, known="2026-04-20", channel="email")
    found = schedule(rules, [*bills, revoked], "2026-04-25")
    assert told(found, "s", "nf-2")[2] == ["opted-out", code]


# debtor-wide steps


def test_a_debtor_wide_step_knows_no_minimum():
    """It asks for no receivable; R$ 150,00 are less than R$ 200,00."""
    answer = step("resposta", on="callback.requested", scope="debtor", declared_presses=True)
    asked = said(ev.CallbackRequested, "ligue", "2026-04-24")
    found = schedule(policy(LATE, answer, limits=Limits(min_balance=20_000)), [BILL, asked], "2026-04-24")
    assert (told(found, "resposta", "")[0], told(found, "atraso")[0]) == ("due", "waiting")


# what is deferred


def test_the_day_after_the_due_date_is_deferred_too():
    """D+1 in a hold of that day comes on the next; D+2 keeps its distance."""
    hold = [
        said(ev.HoldPlaced, "h", "2026-04-28 07:00", hold="h"),
        said(ev.HoldReleased, "f", "2026-04-29 07:00", hold="h"),
    ]
    rules = policy(step("um", "D+1 10:00"), step("dois", "D+2 10:00"), plan=PlanRules(when_held="defer"))
    found = schedule(rules, [invoice("nf-1", due="2026-04-27"), *hold], "2026-04-24")
    assert found_on(found, "um", "dois") == {"um": ("planned", "2026-04-29"), "dois": ("planned", "2026-04-30")}


# when it is looked at again


def test_what_waits_for_two_that_no_day_lifts_wakes_nobody_tomorrow():
    """An approval and another step: the next look is when its sixty days are over."""
    rules = policy(
        LATE, step("carta", "D+9 10:00", approval="human", requires=StepReference(step="atraso", outcome="read"))
    )
    sent = delivered(action(schedule(rules, [BILL], "2026-04-23 10:00"), "atraso"), "2026-04-23 10:00")
    assert wakeup(rules, [BILL, *sent], "2026-04-30") == "2026-06-29 00:00"


def test_what_is_below_the_minimum_alone_wakes_nobody_tomorrow():
    """R$ 150,00 stay R$ 150,00 until it lapses."""
    assert wakeup(policy(LATE, limits=Limits(min_balance=20_000)), [BILL], "2026-04-24") == "2026-04-29 00:00"


def test_what_is_below_the_minimum_and_unreached_is_looked_at_every_day():
    """Another reason may take the first place."""
    rules = policy(step("carta", "D+3 10:00", channels=("whatsapp",)), limits=Limits(min_balance=20_000))
    assert wakeup(rules, [BILL], "2026-04-24") == "2026-04-25 00:00"


def test_what_does_not_wait_any_longer_for_clearing_wakes():
    """On the 22nd a payment may not have cleared yet; from the 23rd the approval alone is missing."""
    assert wakeup(policy(step("carta", "D+1 10:00", approval="human")), [BILL], "2026-04-22") == "2026-04-23 00:00"


# stops of the clock


@pytest.mark.parametrize(("microseconds", "status"), [(-1, "waiting"), (0, "ended")])
def test_a_stop_that_begins_on_the_last_day_keeps_what_had_that_day(microseconds: int, status: str):
    """Of the 23rd, until the 28th: with the last microsecond of that day, or with the 29th."""
    hold = said(ev.HoldPlaced, "h", "2026-04-28", hold="h")
    hold = evolve(hold, at=clock("2026-04-29 00:00") + microseconds)
    found = schedule(policy(LATE, plan=PlanRules(when_held="stop-clock")), [BILL, hold], "2026-04-30")
    assert told(found, "atraso")[0] == status


def test_a_hold_in_which_nothing_stands_still_bridges_no_last_day():
    """Held from the 28th, its last day, to the 30th, when the agency takes it over: it had lapsed."""
    hold = [said(ev.HoldPlaced, "h", "2026-04-28", hold="h"), said(ev.HoldReleased, "f", "2026-04-30", hold="h")]
    away = said(ev.AgencyAssigned, "entregue", "2026-04-30", receivable="nf-1")
    assert told(schedule(policy(LATE), [BILL, *hold, away], "2026-05-02"), "atraso")[0] == "ended"


def test_what_a_fact_lifts_is_not_told_beside_a_stop():
    """With the agency on the 22nd: the approval is missing too, and that clearing is not over is no news."""
    found = schedule(policy(step("carta", "D+1 10:00", approval="human")), [BILL, AWAY], "2026-04-22")
    assert told(found, "carta")[2] == ["with-agency", "awaiting-approval"]


@pytest.mark.parametrize(("as_of", "status"), [("2026-06-22 23:59", "waiting"), ("2026-06-23 00:00", "ended")])
def test_an_answer_that_nothing_stops_waits_no_longer_for_a_stop(as_of: str, status: str):
    """Sixty days for the approval of the 23rd of April, the agency's nine days among them."""
    answer = step("resposta", on="reply.received", tone=None, approval="human")
    reply = said(ev.ReplyReceived, "oi", "2026-04-23 10:00", channel="email", receivables=("nf-1",))
    back = said(ev.AgencyReturned, "devolvido", "2026-04-30 12:00", receivable="nf-1")
    found = schedule(policy(answer), [BILL, AWAY, back, reply], as_of)
    assert told(found, "resposta")[0] == status


def test_a_hold_of_the_very_instant_leaves_the_review_of_an_approval():
    """Placed at ten on the 23rd, the clock time of the step, and released on the 25th: somebody looks on 23 May."""
    rules = policy(step("carta", "D+3 10:00", approval="human"))
    hold = [said(ev.HoldPlaced, "h", "2026-04-23 10:00", hold="h"), said(ev.HoldReleased, "f", "2026-04-25", hold="h")]
    found = schedule(rules, [BILL, *hold], "2026-05-23 10:00")
    assert [each.step for each in found.all if each.step.startswith("review:")] == ["review:approval"]


# reviews


def test_a_hold_of_everything_is_looked_at_while_one_receivable_is_left():
    """nf-1 is paid on the 25th; thirty days after the 22nd nf-2 is still held."""
    hold = said(ev.HoldPlaced, "h", "2026-04-22", hold="h")
    events = [BILL, invoice("nf-2"), hold, paid("150.00", "2026-04-25", "nf-1")]
    events.append(said(ev.InvoiceCancelled, "x", "2026-06-10", known="2026-05-20", receivable="nf-2"))
    assert told(schedule(policy(), events, "2026-05-22 12:00"), "review:hold", "")[0] == "due"


def test_a_review_stands_under_the_policy_of_its_receivable():
    """Of two policies, the second."""
    dispute = said(ev.DisputeOpened, "d", "2026-04-06 11:00", dispute="d", receivables=("nf-2",))
    bills = [
        invoice("nf-1", policy="um", policy_version=1),
        invoice("nf-2", policy="zwei", policy_version=1),
    ]
    found = schedule([policy(id="um"), policy(id="zwei")], [*bills, dispute], "2026-05-06 11:00")
    assert action(found, "review:dispute", "nf-2").policy == "zwei"


# the minimum


@pytest.mark.parametrize(("due", "disputed"), [("2026-05-18", "nf-3"), ("2026-04-16", "nf-2")])
def test_what_is_not_overdue_or_disputed_adds_not_a_centavo_to_the_minimum(due: str, disputed: str):
    """R$ 150,00 are overdue, R$ 150,01 are asked for."""
    rules = policy(LATE, limits=Limits(min_balance=15_001))
    word = said(ev.DisputeOpened, "d", "2026-04-17", dispute="d", receivables=(disputed,))
    found = schedule(rules, [BILL, invoice("nf-2", due=due), word], "2026-04-24")
    assert told(found, "atraso")[0] == "waiting"


@pytest.mark.parametrize(
    ("due", "expected"),
    [("2026-04-27", ("planned", "2026-04-28 10:00")), ("2026-04-28", ("waiting", "2026-04-23 10:00"))],
)
def test_what_is_below_the_minimum_moves_up_to_its_last_day(due: str, expected: tuple[str, str]):
    """The 28th: with nf-2 R$ 200,00 are overdue on that day, or on the next."""
    rules = policy(LATE, limits=Limits(min_balance=20_000))
    assert told(schedule(rules, [BILL, invoice("nf-2", "50.00", due)], "2026-04-24"), "atraso")[:2] == expected


def test_before_the_issue_nothing_is_overdue():
    """Due on the 18th, issued on the 28th: on its day, the 23rd, there is not a centavo."""
    ahead = evolve(invoice("nf-1", when="2026-04-28 09:00"), recorded_at=clock("2026-04-01"))
    found = schedule(policy(LATE, limits=Limits(min_balance=1)), [ahead], "2026-04-20")
    assert told(found, "atraso") == ("planned", "2026-04-28 10:00", ["planned", "below-minimum"])


# what is closed


def test_where_caps_apply_what_was_over_before_that_was_known_is_closed():
    """Cancelled on the 2nd; what was announced before it took effect has its place among the contacts for ever."""
    rules = policy(LATE, limits=Limits(contacts_per_week=1))
    gone = said(ev.InvoiceCancelled, "x", "2026-04-24", receivable="nf-1")
    assert told_of(rules, [BILL, gone], "2026-05-29") == []
    assert told_of(rules, [BILL, evolve(gone, recorded_at=clock("2026-04-20"))], "2026-05-29") == ["nf-1"]


def test_thanks_whose_condition_may_still_turn_are_open():
    """Waiting for an approval, and for the tenth day after the due date."""
    thanks = step(
        "obrigado", on="receivable.settled", tone=None, approval="human", when=Conditions(days_past_due=Range(low=10))
    )
    events = [BILL, paid("150.00", "2026-04-20", "nf-1")]
    assert told_of(policy(LATE, thanks), events, "2026-04-24") == ["nf-1"]


def test_thanks_that_require_another_step_are_open_while_they_may_wait():
    """Sixty days for a letter that will never be sent."""
    thanks = step("obrigado", on="receivable.settled", tone=None, requires=StepReference(step="atraso", outcome="sent"))
    events = [BILL, paid("150.00", "2026-04-20", "nf-1")]
    assert told_of(policy(LATE, thanks), events, "2026-05-04") == ["nf-1"]


def test_an_agreement_that_is_over_wakes_nobody():
    """Cancelled on the 10th of May: on the 12th nothing lies ahead."""
    over = said(ev.AgreementCancelled, "fim", "2026-05-10", agreement="a")
    assert wakeup(policy(), [BILL, signed("2026-06-05"), over], "2026-05-12") == ""


def test_a_promise_wakes_nobody_for_what_is_over():
    """It would be broken with the 30th; the invoice was cancelled on the 24th."""
    gone = said(ev.InvoiceCancelled, "x", "2026-04-24", receivable="nf-1")
    word = promised("150.00", "2026-04-20", "2026-04-28", "nf-1")
    assert wakeup(policy(step("carta", "D+3 10:00", approval="human")), [BILL, word, gone], "2026-04-25") == ""


@pytest.mark.parametrize("settled", ["2026-05-03", "2026-05-04", "2026-05-05"])
def test_what_is_settled_waits_for_no_agency_that_had_it_on_its_last_day(settled: str):
    """Unreachable on the 23rd, away from the 25th to 4 May; paid before, as or after it came back."""
    back = said(ev.AgencyReturned, "devolvido", "2026-05-04", receivable="nf-1")
    events = [BILL, evolve(AWAY, at=clock("2026-04-25")), back, paid("200.00", settled, "nf-1")]
    rules = policy(step("s", "D+3 10:00", channels=("whatsapp",)))
    expected = ("ended", ["with-agency", "no-contact-point", "lapsed"])
    assert told(schedule(rules, events, "2026-05-05 12:00"), "s")[::2] == expected
    assert told_of(rules, events, "2026-05-05 12:00") == []


# handed over


PROTEST = step("protestar", "D+3 10:00", kind="protest", tone=None, channels=(), templates={}, cutoff=True)
HANDED = policy(PROTEST, step("atraso", "D+10 10:00"))


def protested(cls: type[ev.ActionOutcome]) -> list[ev.Event]:
    """The receivable, and what became of the protest on the 23rd."""
    return [BILL, outcome(cls, action(schedule(HANDED, [BILL], "2026-04-23 10:00"), "protestar"), "2026-04-23 10:00")]


def test_a_protest_that_was_refused_at_once_hands_nothing_over():
    """There is no instant at which it was on its way."""
    assert told(schedule(HANDED, protested(ev.ActionFailed), "2026-04-24"), "atraso")[0] == "planned"


def test_a_case_of_which_nobody_said_that_it_was_there_comes_back_with_the_fact_of_its_end():
    """Cancelled on the 25th, and never filed as far as anybody told."""
    events = protested(ev.ActionSent)
    assert told(schedule(HANDED, events, "2026-04-24"), "atraso")[0] == "waiting"
    back = said(ev.ProtestCancelled, "cancelado", "2026-04-25", receivable="nf-1")
    assert told(schedule(HANDED, [*events, back], "2026-04-25"), "atraso")[0] == "planned"


def test_an_account_that_was_planned_before_knows_what_was_handed_over_since():
    """Though the policy of another receivable hands nothing over."""
    rules = [HANDED, evolve(HANDED, id="outra", steps=HANDED.steps[1:])]
    before = fold([*reachable(), evolve(BILL, policy="loja"), invoice("nf-2", policy="outra")])
    found = plan(rules, before, as_of=clock("2026-04-23 10:00"), calendar=BANK)
    sent = outcome(ev.ActionSent, action(found, "protestar"), "2026-04-23 10:00")
    after = plan(rules, fold([sent], before), as_of=clock("2026-04-24"), calendar=BANK)
    assert told(after, "atraso") == ("waiting", "2026-04-30 10:00", ["with-notary"])


def test_of_two_holds_the_one_that_came_first_is_told():
    """Whatever their names."""
    holds = [said(ev.HoldPlaced, f"posta {name}", f"2026-04-{day}", hold=name) for name, day in (("z", 20), ("a", 21))]
    (reason,) = action(schedule(policy(LATE), [BILL, *holds], "2026-04-22"), "atraso").reasons
    assert (reason.code, reason.facts["event"]) == ("held", "posta z")
