"""What asks: promises, agreements, due dates, versions and policies that come to their end."""

from fractions import Fraction

import pytest
from attrs import evolve
from tests.core.shop import (
    action,
    amended,
    clock,
    delivered,
    invoice,
    outcome,
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
from regua.core.dates import Duration, parse_date
from regua.core.planning.habits import changes
from regua.core.policy import (
    ChargeRules,
    Limits,
    PlanRules,
    StepReference,
    Window,
)
from regua.core.rules import Levy
from regua.core.tones import Tone
from regua.errors import PlanError

BILL = invoice("nf-1", "150.00", "2026-04-18")  # effective Monday the 20th, first pressing day Thursday the 23rd

LATE = step("atraso", "D+3 10:00")

HAND_OVER = step("acabou", on="policy.exhausted", after="0d 10:00", kind="task", tone=None)

REQUIRED = StepReference(step="carta", outcome="delivered")

MONTHS = ("2026-01-15", "2026-02-13", "2026-03-13", "2026-04-15", "2026-05-15")

SENT = StepReference(step="um", outcome="sent")


def signed(*dues: str) -> ev.AgreementSigned:
    """An agreement about nf-1 with an instalment of R$ 150,00 on each of these days."""
    days = enumerate(map(parse_date, dues), start=1)
    parts = tuple(ev.Instalment(receivable=f"a-{place}", amount=BILL.amount, due=due) for place, due in days)
    return said(ev.AgreementSigned, "acordo", "2026-04-20", agreement="a", receivables=("nf-1",), instalments=parts)  # type: ignore[no-any-return]


# promises


@pytest.mark.parametrize(
    ("paid_at", "known", "kept"),
    [
        ("2026-04-20 12:00", "2026-04-20 12:00", True),
        ("2026-04-20 11:00", "2026-04-20 12:00", False),
        ("2026-04-20 11:00", "2026-04-20 12:01", True),
        ("2026-04-20 12:01", "2026-04-20 12:01", True),
    ],
    ids=["with-the-word", "before-and-known", "before-and-learnt-later", "after"],
)
def test_the_word_is_kept_by_what_was_not_known_when_it_was_given(paid_at: str, known: str, *, kept: bool):
    """R$ 100,00 promised at noon for the rest, R$ 50,00 of them paid about then and R$ 50,00 on the 22nd."""
    word = promised("100.00", "2026-04-20 12:00", "2026-04-24", "nf-1")
    money = [paid("50.00", paid_at, "nf-1", known=known), paid("50.00", "2026-04-22", "nf-1")]
    (fate,) = standing(policy(), [BILL, word, *money]).promises
    assert (fate.kept is not None) is kept


# quotes


def test_only_what_grows_from_day_to_day_is_worth_a_quote():
    """Without a fine and without interest the principal settles, whatever was told."""
    plain = policy(LATE, charges=ChargeRules(residual="dun"))
    fined = policy(LATE, charges=ChargeRules(fine=Levy(share=Fraction(1, 50)), residual="dun"))
    letter = action(schedule(plain, [BILL], "2026-04-23 10:00"), "atraso")
    sent = delivered(letter, "2026-04-23 10:00")
    assert [len(standing(rules, [BILL, *sent]).quotes) for rules in (plain, fined)] == [0, 1]


# the due date that a correction gives


def test_a_bill_corrected_twice_before_it_is_issued_goes_by_its_first_due_date():
    """Issued on the 10th with corrections for the 12th and 13th that are known: looked at on the 9th."""
    ahead = evolve(invoice("nf-1", when="2026-04-10 10:00"), recorded_at=clock("2026-04-01"))
    moves = [amended("nf-1", f"2026-04-1{day}", due=f"2026-04-1{7 - day}", known="2026-04-16") for day in (2, 3)]
    found = schedule(policy(LATE), [ahead, *moves], "2026-04-09")
    assert told(found, "atraso")[1] == "2026-04-23 10:00"


def test_a_correction_counts_from_its_very_instant():
    """Known on the 21st, of the 22nd at noon: due on the 16th instead of the 18th."""
    corrected = amended("nf-1", "2026-04-22", due="2026-04-16", known="2026-04-21")
    days = [
        told(schedule(policy(step("s", "D+7 10:00")), [BILL, corrected], when), "s")[1]
        for when in ("2026-04-22 11:59", "2026-04-22 12:00")
    ]
    assert days == ["2026-04-27 10:00", "2026-04-23 10:00"]


# policy.exhausted


def test_a_policy_is_exhausted_so_many_days_after_what_stopped_it():
    """A reminder of the 11th, settled from the 15th to the 30th: five days more are Tuesday 5 May."""
    money = [paid("150.00", "2026-04-15", payment="p"), undone("p", "2026-04-30", known="2026-04-16")]
    rules = policy(step("s", "D-9 10:00"), HAND_OVER)
    assert told(schedule(rules, [BILL, *money], "2026-04-16"), "acabou")[:2] == ("planned", "2026-05-06 10:00")
    assert told(schedule(rules, [BILL], "2026-04-13"), "acabou")[:2] == ("planned", "2026-04-17 10:00")


def test_what_goes_over_to_another_version_is_not_exhausted_before():
    """On the 25th; of the version until then nothing is said."""
    old = policy(LATE, HAND_OVER)
    ahead = {"policy": "loja", "policy_version": 2, "verb": "rebase", "known": "2026-04-20"}
    moved = said(ev.PolicyMigrated, "m", "2026-05-25", **ahead)
    bill = invoice(policy="loja", policy_version=1)
    found = schedule([old, evolve(old, version=2)], [bill, moved], "2026-04-22")
    assert [each.step for each in found.all] == ["atraso"]


# what is asked


def test_a_step_that_counts_from_a_day_is_asked_for_each_receivable_whatever_its_scope():
    """There is no day of the debtor."""
    found = schedule(policy(step("s", "D+3 10:00", scope="debtor")), [BILL], "2026-04-20")
    assert [(each.step, each.receivable) for each in found.all] == [("s", "nf-1")]


def test_a_step_about_the_debtor_that_two_policies_have_is_asked_once():
    """The reply is one."""
    answer = step("resposta", on="reply.received", scope="debtor", tone=None)
    rules = [policy(answer, id="um"), policy(answer, id="dois")]
    bills = [invoice(f"nf-{place}", policy=each.id, policy_version=1) for place, each in enumerate(rules)]
    reply = said(ev.ReplyReceived, "oi", "2026-04-23 10:00", channel="email")
    assert [each.step for each in schedule(rules, [*bills, reply], "2026-04-23 12:00").all] == ["resposta"]


def test_a_migration_that_keeps_the_steps_leaves_what_is_about_the_debtor():
    """The reply of the 22nd is answered on the 24th."""
    answer = policy(step("resposta", on="reply.received", scope="debtor", after="1d 10:00"))
    bill = invoice(policy="loja", policy_version=1)
    reply = said(ev.ReplyReceived, "oi", "2026-04-22 09:00", channel="email")
    kept = said(ev.PolicyMigrated, "m", "2026-04-24 09:00", policy="loja", policy_version=1, verb="keep")
    assert told(schedule(answer, [bill, reply, kept], "2026-04-24"), "resposta", "")[0] == "due"


def test_a_day_whose_hours_end_before_they_begin_is_closed():
    """On Thursdays nothing opens; Thursday 23 moves to Friday."""
    never = Window(opens=600, closes=600)
    windows = (*Limits().windows[:3], never, *Limits().windows[4:])
    assert told(schedule(policy(LATE, limits=Limits(windows=windows)), [BILL], "2026-04-20"), "atraso")[1] == (
        "2026-04-24 10:00"
    )


def test_a_policy_that_needs_fresh_payments_is_exhausted_later():
    """D+3 of the 23rd may wait sixty days for the payments, and five more."""
    found = schedule(policy(LATE, HAND_OVER, limits=Limits(freshness=Duration(3))), [BILL], "2026-04-20")
    assert told(found, "acabou")[1] == "2026-06-29 10:00"


def test_a_required_step_that_failed_on_every_channel_does_not_come_again():
    """It went out courteously instead of firmly and bounced; that firmness is allowed by now is no matter."""
    hard = step("carta", "D+4 10:00", tone=Tone.FIRM)
    rules = policy(step("aviso", "D+3 10:00"), hard, step("fim", "D+9 10:00", requires=REQUIRED))
    first = action(schedule(rules, [BILL], "2026-04-24 10:00"), "carta")
    assert first.tone == Tone.COURTEOUS
    about = {"action": "z", "step": "aviso", "receivable": "nf-1", "channel": "email", "tone": Tone.COURTEOUS}
    read = said(ev.ActionDelivered, "1", "2026-04-23 10:00", **about)
    found = schedule(rules, [BILL, read, outcome(ev.ActionFailed, first, "2026-04-24 10:00")], "2026-04-27")
    assert [each.occurrence for each in found.all if each.step == "carta"] == ["0"]


# agreements


def test_an_agreement_whose_last_instalment_is_paid_as_the_first_is_undone_is_not_completed():
    """Both at noon of the 3rd of June."""
    rules = policy(step("cumprido", on="agreement.completed", after="0d 15:00", tone=None))
    money = [
        paid("150.00", "2026-05-04", "a-1", payment="p"),
        undone("p", "2026-06-03"),
        paid("150.00", "2026-06-03", "a-2"),
    ]
    found = schedule(rules, [BILL, signed("2026-05-04", "2026-06-03"), *money], "2026-06-03")
    assert "cumprido" not in {each.step for each in found.all}


@pytest.mark.parametrize(
    "reason",
    [
        said(ev.InvoiceCancelled, "x", "2026-04-02", receivable="nf-4"),
        said(ev.InvoiceWrittenOff, "x", "2026-04-02", receivable="nf-4"),
        said(ev.DisputeOpened, "x", "2026-04-02", dispute="d", receivables=("nf-4",)),
        evolve(signed("2026-12-10"), receivables=("nf-4",)),
    ],
    ids=lambda reason: reason.type,
)
def test_what_is_not_asked_for_makes_no_habit(reason: ev.Event):
    """Three were paid in time; of the fourth there is no verdict, so the fifth is the first late one."""
    bills = [invoice(f"nf-{place}", "100.00", due, when="2026-01-02") for place, due in enumerate(MONTHS, start=1)]
    money = [paid("100.00", due, f"nf-{place}") for place, due in enumerate(MONTHS[:3], start=1)]
    found = changes(standing(policy(), [*bills, *money, evolve(reason, at=clock("2026-04-16 08:00"))]))
    assert [each.receivable for each in found if each.receivable.startswith("nf")] == ["nf-5"]


# several policies


def test_a_policy_may_be_given_twice():
    """Read from its file twice."""
    assert told(schedule([policy(LATE), policy(LATE)], [BILL], "2026-04-20"), "atraso")[0] == "planned"


def test_without_a_policy_nothing_is_planned():
    """It says so."""
    with pytest.raises(PlanError, match="0 were given"):
        schedule([], [BILL], "2026-04-20")


def test_a_forgotten_step_is_that_of_the_version_that_governed_last():
    """Under zeta a letter, then under beta a call, then under alfa nothing of that name."""
    call = step("x", "D+3 10:00", kind="task", channels=(), tone=None)
    rules = [policy(step("x", "D+3 10:00"), id="zeta"), policy(call, id="beta"), policy(LATE, id="alfa")]
    events = [invoice(policy="zeta", policy_version=1)]
    for day, to in (("21", "beta"), ("22", "alfa")):
        parts = {"policy": to, "policy_version": 1, "verb": "rebase"}
        events.append(said(ev.PolicyMigrated, to, f"2026-04-{day}", **parts))
    sent = said(ev.ActionSent, "1", "2026-04-21 15:00", action="z", step="x", receivable="nf-1")
    found = schedule(rules, [*events, sent], "2026-04-23")
    assert (action(found, "x").kind, action(found, "x").policy) == ("task", "beta")


def test_a_fast_forward_grants_no_rung_for_what_makes_none():
    """A call in a final tone is behind, and makes no rung."""
    call = step("ligar", "D+5 10:00", kind="task", channels=(), tone=Tone.FINAL)
    final = step("final", "D+15 10:00", tone=Tone.FINAL)
    rules = policy(LATE, step("formal", "D+20 10:00", tone=Tone.FORMAL), call, final)
    bill = invoice(policy="loja", policy_version=1)
    first = delivered(action(schedule(rules, [bill], "2026-04-23 10:00"), "atraso"), "2026-04-23 10:00")
    moved = said(ev.PolicyMigrated, "m", "2026-04-30", policy="loja", policy_version=2, verb="fast-forward")
    found = schedule([rules, evolve(rules, version=2)], [bill, *first, moved], "2026-04-30 13:00")
    assert action(found, "final").tone is Tone.FORMAL


def test_what_two_steps_require_may_run_until_the_later_of_them_may():
    """Ten days of waiting: D+5 until the 5th of May, D+20 until the 20th."""
    later = (step(name, f"D+{days} 10:00", requires=SENT) for name, days in (("a", 20), ("b", 5)))
    rules = policy(step("um", "D+3 10:00"), *later, plan=PlanRules(max_wait=Duration(10)))
    assert told(schedule(rules, [BILL], "2026-05-12"), "um")[0] == "due"


def test_a_word_of_the_debtor_about_nothing_stands_beside_a_promise():
    """It is about no receivable, and the promise is another event."""
    word = promised("150.00", "2026-04-20", "2026-04-28", "nf-1")
    answer = step("resposta", on="callback.requested", scope="debtor", tone=None)
    found = schedule(policy(answer), [BILL, word, said(ev.CallbackRequested, "ligue", "2026-04-22")], "2026-04-22")
    assert told(found, "resposta", "")[0] == "due"


# outcomes of other steps


def test_what_was_sent_before_the_due_date_moved_stands_in_the_way_of_nothing():
    """The letter is needless after a notice about the same due date, not after one about another."""
    rules = policy(LATE, step("carta", "D+10 10:00", unless=StepReference(step="atraso", outcome="sent")))
    sent = outcome(ev.ActionSent, action(schedule(rules, [BILL], "2026-04-23 10:00"), "atraso"), "2026-04-23 10:00")
    assert told(schedule(rules, [BILL, sent], "2026-04-24"), "carta")[2] == ["unless-met"]
    moved = amended("nf-1", "2026-04-25", due="2026-05-18")
    assert told(schedule(rules, [BILL, sent, moved], "2026-04-25"), "carta", occurrence="1")[0] == "planned"


def test_a_step_is_needless_where_another_may_have_been_done():
    """Nobody knows whether the call reached anybody: who asks less of the debtor is not wrong."""
    call = step("ligar", "D+3 10:00", kind="task", channels=(), tone=None)
    rules = policy(call, step("carta", "D+10 10:00", unless=StepReference(step="ligar", outcome="done")))
    lost = outcome(ev.ActionUnknown, action(schedule(rules, [BILL], "2026-04-23 10:00"), "ligar"), "2026-04-23 10:00")
    assert told(schedule(rules, [BILL, lost], "2026-04-24"), "carta")[2] == ["unless-met"]
