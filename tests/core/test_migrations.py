"""Policies in flight: what becomes of a receivable whose policy changes. Due Saturday 18, effective Monday 20 April."""

from fractions import Fraction
from typing import Any

import pytest
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
    step,
    told,
)

from regua.core import events as ev
from regua.core.events.base import Event
from regua.core.money import Money
from regua.core.planning import Schedule
from regua.core.policy import ChargeRules, Levy, Limits, PlanRules, Policy, StepReference
from regua.core.tones import Tone

AVISO = step("aviso", "D-5 10:00", tone=Tone.REMINDER)
ATRASO = step("atraso", "D+4 10:00")
FORMAL = step("formal", "D+8 10:00", tone=Tone.FORMAL)
FINAL = step("final", "D+15 10:00", tone=Tone.FINAL)
OLD = policy(AVISO, ATRASO, step("extra", "D+11 10:00"), version=1)
NEW = policy(AVISO, ATRASO, FORMAL, FINAL, version=2)
BILL = invoice(policy="loja", policy_version=1)


def migrated(verb: str, when: str, *names: str, to: Policy = NEW, known: str = "", name: str = "") -> ev.PolicyMigrated:
    """These receivables, or the whole debtor, go over to a policy version."""
    what = {"policy": to.id, "policy_version": to.version, "verb": verb, "receivables": names}
    return said(ev.PolicyMigrated, name or f"migração {when}", when, known=known, **what)  # type: ignore[no-any-return]


def planned(*events: Event, as_of: str, policies: tuple[Policy, ...] = (OLD, NEW), **known: Any) -> Schedule:
    """The plan under both versions."""
    return schedule(policies, events, as_of, **known)


def days(found: Schedule) -> dict[str, str]:
    """The step and day of what is due or planned."""
    return {each.step: each.day.isoformat() for each in (*found.due, *found.planned)}


def sent(name: str, when: str, *before: Event) -> list[Event]:
    """A step delivered at the instant for which it was planned."""
    return delivered(action(planned(BILL, *before, as_of=when), name), when)


def test_rebase_gives_the_new_steps_and_keeps_what_was_sent():
    """What was sent counts by step id; what only the old version has is gone."""
    first = sent("atraso", "2026-04-24 10:00")
    found = planned(BILL, *first, migrated("rebase", "2026-04-25 09:00"), as_of="2026-04-25")
    assert days(found) == {"formal": "2026-04-28", "final": "2026-05-05"}
    assert action(found, "atraso").status == "done"
    assert action(found, "formal").tone is Tone.FORMAL


def test_steps_whose_day_precedes_the_migration_are_superseded():
    """Each tells the migration; one of the migration's own day is not, though its clock time has passed."""
    found = planned(BILL, migrated("rebase", "2026-04-28 11:00", name="m-1"), as_of="2026-04-28")
    assert told(found, "atraso") == ("ended", "2026-04-24 10:00", ["superseded"])
    assert action(found, "atraso").reason.facts == {"migration": "m-1"}
    assert told(found, "formal")[:2] == ("due", "2026-04-28 10:00")


def test_rebase_to_the_same_steps_loses_nothing_that_lies_ahead():
    """A step that a closed day moved past the migration still runs."""
    weekend = policy(
        step("sábado", "D+5 10:00"), version=1, limits=Limits(windows=(*NEW.limits.windows[:5], None, None))
    )
    events = [BILL, migrated("rebase", "2026-04-26 09:00", to=newer(weekend, version=2))]
    found = planned(*events, as_of="2026-04-26", policies=(weekend, newer(weekend, version=2)))
    assert days(found) == {"sábado": "2026-04-27"}


def test_what_waits_is_not_superseded():
    """An approval that was asked for before a migration may still be given."""
    asked = policy(step("carta", "D+4 10:00", approval="human"), version=1)
    events = [BILL, migrated("rebase", "2026-04-27 09:00", to=newer(asked, version=2))]
    found = planned(*events, as_of="2026-04-28", policies=(asked, newer(asked, version=2)))
    assert told(found, "carta")[0::2] == ("waiting", ["awaiting-approval"])


def test_what_a_step_after_the_migration_requires_goes_first():
    """It is not superseded, though its day precedes the migration."""
    strict = newer(NEW, steps=(AVISO, ATRASO, FORMAL, newer_step(FINAL, requires="formal")))
    found = planned(BILL, migrated("rebase", "2026-04-30 09:00", to=strict), as_of="2026-04-30", policies=(OLD, strict))
    assert told(found, "atraso")[2] == ["superseded"]
    assert told(found, "formal")[:2] == ("due", "2026-04-28 10:00")


def newer_step(found: Any, *, requires: str) -> Any:
    """The step with a requirement."""
    return newer(found, requires=StepReference(step=requires, outcome="delivered"))


def test_fast_forward_counts_the_rung_that_the_days_would_have_reached():
    """Ten days past due the formal rung is behind: the next step is final, though only the courteous one was sent."""
    told_once = [BILL, *sent("atraso", "2026-04-24 10:00")]
    found = planned(*told_once, migrated("fast-forward", "2026-04-30 09:00"), as_of="2026-04-30")
    assert days(found) == {"final": "2026-05-05"}
    assert action(found, "final").tone is Tone.FINAL
    same = planned(*told_once, migrated("rebase", "2026-04-30 09:00"), as_of="2026-04-30")
    assert action(same, "final").tone is Tone.FORMAL


def test_fast_forward_makes_no_first_contact_a_threat():
    """Nothing was ever delivered: the rung that is granted counts from the first delivery on."""
    found = planned(BILL, migrated("fast-forward", "2026-04-30 09:00"), as_of="2026-04-30")
    assert action(found, "final").tone is Tone.COURTEOUS


def test_fast_forward_before_any_rung_is_a_rebase():
    """No pressing step is behind, so the first is written in the lowest rung."""
    found = planned(BILL, migrated("fast-forward", "2026-04-24 09:00"), as_of="2026-04-24")
    assert days(found) == {"atraso": "2026-04-24", "formal": "2026-04-28", "final": "2026-05-05"}
    assert action(found, "formal").tone is Tone.COURTEOUS


def test_fast_forward_is_no_delivery_that_a_step_could_require():
    """The rung is granted, the proof is not."""
    strict = newer(NEW, steps=(AVISO, ATRASO, FORMAL, newer_step(FINAL, requires="formal")))
    events = [BILL, *sent("atraso", "2026-04-24 10:00"), migrated("fast-forward", "2026-04-30 09:00", to=strict)]
    found = planned(*events, as_of="2026-05-06", policies=(OLD, strict))
    assert told(found, "final")[2] == ["requires-step"]


def test_restart_runs_the_ladder_again_from_the_day_of_the_migration():
    """What comes after the due date counts from that day; tone and occurrence start anew; reminders stay behind."""
    first = sent("atraso", "2026-04-24 10:00")
    found = planned(BILL, *first, migrated("restart", "2026-05-04 09:00"), as_of="2026-05-04")
    assert days(found) == {"atraso": "2026-05-08", "formal": "2026-05-12", "final": "2026-05-19"}
    assert action(found, "atraso", occurrence="0").status == "done"
    assert action(found, "formal").tone is Tone.COURTEOUS
    assert told(found, "aviso")[2] == ["superseded"]


def test_restart_before_the_due_date_counts_from_the_due_date():
    """The reminder that is still to come goes, also a second time."""
    rules = newer(NEW, steps=(step("véspera", "D-1 10:00", tone=Tone.REMINDER), ATRASO))
    found = planned(BILL, migrated("restart", "2026-04-10 09:00", to=rules), as_of="2026-04-10", policies=(OLD, rules))
    assert days(found) == {"véspera": "2026-04-18", "atraso": "2026-04-24"}
    assert {each.occurrence for each in found.planned} == {"1"}


def test_keep_changes_nothing_and_needs_no_other_version():
    """Not even the new version has to be given."""
    kept = planned(BILL, migrated("keep", "2026-04-24 09:00"), as_of="2026-04-24", policies=(OLD,))
    assert days(kept) == days(planned(BILL, as_of="2026-04-24"))


def test_named_receivables_migrate_alone():
    """The other keeps its version."""
    bills = [BILL, invoice("nf-2", policy="loja", policy_version=1)]
    found = planned(*bills, migrated("rebase", "2026-04-21 09:00", "nf-2"), as_of="2026-04-21")
    steps = {name: {each.step for each in found.planned if each.receivable == name} for name in ("nf-1", "nf-2")}
    assert steps == {"nf-1": {"atraso", "extra"}, "nf-2": {"atraso", "formal", "final"}}


def test_a_migration_of_the_debtor_is_of_what_was_in_flight():
    """What is issued, or becomes known, later goes by the version under which it is recorded."""
    later = invoice("nf-2", policy="loja", policy_version=1, when="2026-04-22 10:00")
    late = invoice("nf-3", policy="loja", policy_version=1, known="2026-04-22")
    found = planned(BILL, later, late, migrated("rebase", "2026-04-21 09:00"), as_of="2026-04-22")
    versions = {each.receivable: each.policy_version for each in found.all}
    assert versions == {"nf-1": 2, "nf-2": 1, "nf-3": 1}


def test_migrated_twice_goes_by_the_second():
    """Steps between the two migrations are superseded by the second."""
    third = newer(NEW, version=3, steps=(AVISO, ATRASO, FORMAL, step("carta", "D+12 10:00")))
    events = [BILL, migrated("rebase", "2026-04-23 09:00"), migrated("rebase", "2026-04-30 09:00", to=third)]
    found = planned(*events, as_of="2026-04-30", policies=(OLD, NEW, third))
    assert days(found) == {"carta": "2026-05-02"}
    assert {told(found, name)[2][0] for name in ("atraso", "formal")} == {"superseded"}


def test_a_retracted_migration_never_was():
    """The receivable is where its own version has it."""
    events = [BILL, migrated("restart", "2026-04-23 09:00", name="engano")]
    undone = said(ev.EventRetracted, "r", "2026-04-23 10:00", event="engano", reason="devedor errado")
    assert planned(*events, undone, as_of="2026-04-24").all == planned(BILL, as_of="2026-04-24").all


def test_a_migration_ahead_takes_effect_then():
    """Until then the steps of the old version run, and those after it end; then the new ones are planned."""
    events = [BILL, migrated("rebase", "2026-04-30 09:00", known="2026-04-21")]
    before = planned(*events, as_of="2026-04-24 09:00")
    assert days(before) == {"atraso": "2026-04-24"}
    assert told(before, "extra")[2] == ["lapsed"]
    after = planned(*events, as_of="2026-04-30 09:00")
    assert days(after) == {"final": "2026-05-05"}


def test_the_plan_wakes_up_for_a_migration_ahead():
    """Although no further fact is recorded."""
    found = planned(BILL, migrated("rebase", "2026-04-23 09:00", known="2026-04-21"), as_of="2026-04-22")
    assert found.next_wakeup_us == clock("2026-04-23 09:00")


def test_a_migration_recorded_late_counts_from_the_day_on_which_it_is_known():
    """What was sent in between stays, and what was planned in between is superseded from then on."""
    late = migrated("rebase", "2026-04-23 09:00", known="2026-04-30 09:00")
    assert days(planned(BILL, late, as_of="2026-04-24 09:00")).keys() == {"atraso"}
    assert days(planned(BILL, late, as_of="2026-04-30 09:00")) == {"final": "2026-05-05"}


def test_a_due_date_moved_after_a_restart_counts_again_from_the_due_date():
    """The new due date begins the steps anew, with an occurrence of its own."""
    moved = amended("nf-1", "2026-05-05 09:00", due="2026-05-11")
    found = planned(BILL, migrated("restart", "2026-05-04 09:00"), moved, as_of="2026-05-06")
    assert days(found) == {"aviso": "2026-05-06", "atraso": "2026-05-15", "formal": "2026-05-19", "final": "2026-05-26"}
    assert {each.occurrence for each in found.planned} <= {"2"}


def test_a_migration_does_not_change_what_the_bill_says():
    """Fine and tolerance stay those under which it was issued; what was settled stays settled."""
    tolerant = newer(OLD, limits=Limits(tolerance=100))
    fined = newer(NEW, charges=ChargeRules(fine=Levy(share=Fraction(2, 100))))
    bills = [BILL, invoice("nf-2", policy="loja", policy_version=1)]
    events = [*bills, paid("149.50", "2026-04-18", "nf-1"), migrated("rebase", "2026-04-22 09:00", to=fined)]
    found = planned(*events, as_of="2026-04-24 09:00", policies=(tolerant, fined))
    assert told(found, "formal", "nf-1")[2] == ["settled"]
    assert action(found, "formal", "nf-2").amount == Money.of("150.00")


def test_a_receivable_that_names_no_policy_was_under_the_one_to_which_it_does_not_migrate():
    """Who plans without a store names policies only when they change."""
    bill = invoice()
    events = [bill, migrated("rebase", "2026-04-25 09:00")]
    assert {each.policy_version for each in planned(*events, as_of="2026-04-22").all} == {1}
    assert {each.policy_version for each in planned(*events, as_of="2026-04-25").all} == {2}


def test_a_contact_that_only_the_old_version_knows_may_still_be_regretted():
    """The apology of the new version is owed for it."""
    sorry = newer(NEW, steps=(*NEW.steps, step("desculpa", on="contact.regretted", after="0d 15:00")))
    first = delivered(action(schedule([OLD], [BILL], "2026-05-01 10:00"), "extra"), "2026-05-04 10:00")
    events = [BILL, *first, paid("150.00", "2026-04-17", known="2026-05-06 09:00")]
    events.append(migrated("rebase", "2026-05-05 09:00", to=sorry))
    found = planned(*events, as_of="2026-05-06", policies=(OLD, sorry))
    assert told(found, "desculpa")[:2] == ("planned", "2026-05-06 15:00")


def test_a_failed_sending_of_the_old_version_goes_on_in_the_new_one():
    """The action is the same: it has its id from the step."""
    two = newer(OLD, steps=(step("atraso", "D+4 10:00", channels=("email", "sms")),))
    other = newer(two, version=2)
    failed = outcome(ev.ActionFailed, action(schedule([two], [BILL], "2026-04-24 10:00"), "atraso"), "2026-04-24 10:00")
    events = [BILL, failed, migrated("rebase", "2026-04-24 11:00", to=other)]
    found = planned(*events, as_of="2026-04-24 12:00", policies=(two, other))
    assert (found.due[0].channel, found.due[0].policy_version) == ("sms", 2)


def test_a_step_about_the_debtor_answers_nothing_from_before_the_migration():
    """Replies that came under the old version are not answered by a step that only the new one has."""
    answer = newer(NEW, steps=(*NEW.steps, step("resposta", on="reply.received", scope="debtor", after="1d 10:00")))
    reply = said(ev.ReplyReceived, "oi", "2026-04-22 09:00", channel="email", text="texto-1")
    events = [BILL, reply, migrated("rebase", "2026-04-24 09:00", to=answer)]
    found = planned(*events, as_of="2026-04-24", policies=(OLD, answer))
    assert told(found, "resposta", "")[2] == ["superseded"]


def test_a_policy_all_of_whose_steps_are_superseded_is_exhausted_by_the_migration():
    """What answers that in the new version runs from that day on."""
    told_out = step("encerrou", on="policy.exhausted", after="1d 10:00")
    last = newer(NEW, steps=(AVISO, ATRASO, FORMAL, told_out))
    events = [BILL, migrated("rebase", "2026-06-01 09:00", to=last)]
    found = planned(*events, as_of="2026-06-01 12:00", policies=(OLD, last))
    assert told(found, "encerrou")[:2] == ("planned", "2026-06-02 10:00")


def test_a_rung_once_granted_stays():
    """A later rebase takes it back no more than a delivery."""
    events = [
        BILL,
        *sent("atraso", "2026-04-24 10:00"),
        migrated("fast-forward", "2026-04-30 09:00"),
        migrated("rebase", "2026-05-02 09:00"),
    ]
    assert action(planned(*events, as_of="2026-05-04"), "final").tone is Tone.FINAL


def test_what_a_superseded_step_requires_is_superseded_too():
    """Nothing that lies ahead needs it."""
    strict = newer(NEW, steps=(AVISO, ATRASO, FORMAL, newer_step(FINAL, requires="formal")))
    found = planned(BILL, migrated("rebase", "2026-05-06 09:00", to=strict), as_of="2026-05-06", policies=(OLD, strict))
    assert told(found, "formal")[2] == ["superseded"]


def test_what_a_required_step_requires_goes_first_too():
    """Through the whole chain, whose last step lies ahead."""
    chain = (newer_step(FINAL, requires="formal"), newer_step(step("carta", "D+20 10:00"), requires="final"))
    strict = newer(NEW, steps=(AVISO, ATRASO, FORMAL, *chain))
    found = planned(BILL, migrated("rebase", "2026-05-06 09:00", to=strict), as_of="2026-05-06", policies=(OLD, strict))
    assert told(found, "formal")[0] == "due"
    assert told(found, "atraso")[2] == ["superseded"]


def test_what_a_step_that_was_sent_requires_is_not_needed_any_more():
    """Under the old version it was sent without."""
    before = newer(OLD, steps=(ATRASO, FORMAL, FINAL))
    strict = newer(NEW, steps=(ATRASO, FORMAL, newer_step(FINAL, requires="formal")))
    first = delivered(action(schedule([before], [BILL], "2026-05-05 10:00"), "final"), "2026-05-05 10:00")
    events = [BILL, *first, migrated("rebase", "2026-05-05 11:00", to=strict)]
    found = planned(*events, as_of="2026-05-05 12:00", policies=(before, strict))
    assert told(found, "formal")[2] == ["superseded"]


def test_what_stands_still_is_not_superseded():
    """A hold stops the clock, over a migration too."""
    still = newer(OLD, plan=PlanRules(when_held="stop-clock"))
    hold = said(ev.HoldPlaced, "h", "2026-04-23 09:00", hold="h", receivables=("nf-1",))
    events = [BILL, hold, migrated("rebase", "2026-04-27 09:00", to=newer(still, version=2))]
    held = planned(*events, as_of="2026-04-27", policies=(still, newer(still, version=2)))
    assert told(held, "atraso")[0::2] == ("waiting", ["held"])
    events.append(said(ev.HoldReleased, "r", "2026-04-28 09:00", hold="h"))
    free = planned(*events, as_of="2026-04-28 09:00", policies=(still, newer(still, version=2)))
    assert days(free)["atraso"] == "2026-04-29"


def test_a_courtesy_after_the_issue_does_not_come_again_with_a_restart():
    """Only what presses, and what comes after the due date, counts from the restart."""
    welcome = newer(NEW, steps=(step("boas-vindas", "D+2 10:00", anchor="issued"), ATRASO))
    events = [BILL, migrated("restart", "2026-05-04 09:00", to=welcome)]
    found = planned(*events, as_of="2026-05-04", policies=(OLD, welcome))
    assert told(found, "boas-vindas")[2] == ["superseded", "holiday"]
    assert days(found) == {"atraso": "2026-05-08"}


def test_what_answers_an_event_ends_with_a_migration_ahead():
    """Its version is not in force any more when it would run."""
    thankful = newer(OLD, steps=(*OLD.steps, step("obrigado", on="receivable.settled", after="3d 10:00")))
    events = [BILL, paid("150.00", "2026-04-22"), migrated("rebase", "2026-04-24 09:00", known="2026-04-21")]
    found = planned(*events, as_of="2026-04-23", policies=(thankful, NEW))
    assert told(found, "obrigado")[0::2] == ("ended", ["lapsed"])
    kept = [*events[:2], migrated("keep", "2026-04-24 09:00", known="2026-04-21")]
    assert days(planned(*kept, as_of="2026-04-23", policies=(thankful,))) == {"obrigado": "2026-04-25"}


def test_a_named_receivable_that_is_issued_later_is_not_in_flight():
    """It was issued under its own version after the decision."""
    later = invoice("nf-2", policy="loja", policy_version=1, when="2026-04-22 10:00")
    found = planned(BILL, later, migrated("rebase", "2026-04-21 09:00", "nf-2"), as_of="2026-04-23")
    assert {each.policy_version for each in found.all} == {1}
    assert {each.occurrence for each in found.all} == {"0"}
    again = planned(BILL, later, migrated("restart", "2026-04-21 09:00", "nf-2"), as_of="2026-04-23")
    assert {each.occurrence for each in again.all} == {"0"}


def test_the_migration_that_is_known_last_governs():
    """Whatever the days on which they are said to have taken effect."""
    third = newer(NEW, version=3)
    late = migrated("rebase", "2026-04-21 09:00", known="2026-04-28 09:00", to=third)
    events = [BILL, late, migrated("rebase", "2026-04-23 09:00")]
    versions = [
        {each.policy_version for each in planned(*events, as_of=day, policies=(OLD, NEW, third)).all}
        for day in ("2026-04-22", "2026-04-27", "2026-04-29")
    ]
    assert versions == [{1}, {2}, {3}]


def test_an_assignment_after_a_migration_governs():
    """The newest word counts; so does one that lies ahead, from then on."""
    again = said(ev.PolicyAssigned, "a", "2026-04-28 09:00", policy="loja", policy_version=1, receivables=("nf-1",))
    events = [BILL, migrated("rebase", "2026-04-23 09:00"), again]
    versions = [
        {each.policy_version for each in planned(*events, as_of=day).all} for day in ("2026-04-27", "2026-04-29")
    ]
    assert versions == [{2}, {1}]


def test_a_migration_of_one_receivable_leaves_the_steps_about_the_debtor():
    """They are not of that receivable."""
    answer = newer(NEW, steps=(*NEW.steps, step("resposta", on="reply.received", scope="debtor", after="1d 10:00")))
    reply = said(ev.ReplyReceived, "oi", "2026-04-22 09:00", channel="email", text="texto-1")
    events = [BILL, reply, migrated("rebase", "2026-04-24 09:00", "nf-1", to=answer)]
    found = planned(*events, as_of="2026-04-24", policies=(OLD, answer))
    assert told(found, "resposta", "")[0] == "due"


@pytest.mark.parametrize("verb", ["rebase", "fast-forward", "restart"])
def test_the_same_migration_planned_in_any_order_of_arrival_is_the_same(verb: str):
    """Order of arrival never matters."""
    events = [BILL, *sent("atraso", "2026-04-24 10:00"), migrated(verb, "2026-04-25 09:00")]
    forth, back = (planned(*each, as_of="2026-04-26") for each in (events, events[::-1]))
    assert forth == back
