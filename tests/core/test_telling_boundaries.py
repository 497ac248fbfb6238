"""What is told of an action: its facts, its day, the line of the policy."""

import pytest
from attrs import evolve
from tests.core.shop import (
    action,
    clock,
    invoice,
    outcome,
    paid,
    policy,
    said,
    schedule,
    step,
    told,
)

from regua.core import events as ev
from regua.core.dates import Duration
from regua.core.explain import explain
from regua.core.money import Money
from regua.core.planning import Schedule
from regua.core.planning.comparison import compare
from regua.core.planning.past import past_of
from regua.core.planning.schedule import Status
from regua.core.policy import (
    Conditions,
    Limits,
    Origin,
    StepReference,
)
from regua.errors import PlanError

BILL = invoice("nf-1", "150.00", "2026-04-18")  # effective Monday the 20th, first pressing day Thursday the 23rd

LATE = step("atraso", "D+3 10:00")

HERE = Origin("loja.toml", 7)


# what is told


def test_the_last_word_of_a_channel_is_told():
    """The box was full, then there was none."""
    about = {"action": "a", "step": "s", "receivable": "nf-1", "channel": "email"}
    words = [
        said(ev.ActionFailed, why, f"2026-04-22 10:0{at}", reason=why, **about) for at, why in enumerate(("x", "y"))
    ]
    assert past_of(words).said(("email",)) == {"said": "email: y"}


def test_a_call_is_a_word_that_was_sent():
    """Whatever came of it: the letter that is needless after a call is needless."""
    call = step("ligar", "D+3 10:00", kind="task", channels=(), tone=None)
    rules = policy(call, step("carta", "D+7 10:00", unless=StepReference(step="ligar", outcome="sent")))
    rang = outcome(
        ev.CallOutcome,
        action(schedule(rules, [BILL], "2026-04-23 10:00"), "ligar"),
        "2026-04-23 10:00",
        result="no-answer",
    )
    assert told(schedule(rules, [BILL, rang], "2026-04-24"), "carta")[2] == ["unless-met"]


def test_what_was_sent_tells_its_channel_and_the_event_that_says_so():
    """And nothing else, where the channel said nothing."""
    sent = outcome(
        ev.ActionSent, action(schedule(policy(LATE), [BILL], "2026-04-23 10:00"), "atraso"), "2026-04-23 10:00"
    )
    (reason,) = action(schedule(policy(LATE), [BILL, sent], "2026-04-23 11:00"), "atraso").reasons
    assert (reason.code, reason.facts) == ("sent", {"channel": "email", "event": sent.id})


def test_what_may_have_arrived_is_told_as_that():
    """In words, and not as sent."""
    lost = outcome(ev.ActionUnknown, action(schedule(policy(LATE), [BILL], "2026-04-23 10:00"), "atraso"), "2026-04-23")
    found = schedule(policy(LATE), [BILL, lost], "2026-04-24")
    assert "it may have reached the debtor" in explain(found, action=action(found, "atraso").id)


def test_what_became_of_something_unknown_is_reported():
    """Neither the receivable nor the step is known."""
    sent = said(ev.ActionSent, "1", "2026-04-22", action="z", step="antiga", receivable="nf-9", channel="sms")
    found = action(schedule(policy(LATE), [BILL, sent], "2026-04-22 13:00"), "antiga", "nf-9")
    assert (found.status, found.policy, found.amount) == ("done", "loja", None)


def test_clearing_tells_how_long_it_is_and_when_it_is_over():
    """One business day, until the first instant of the 23rd."""
    (reason,) = action(schedule(policy(step("um", "D+1 10:00", approval="human")), [BILL], "2026-04-22"), "um").reasons[
        1:
    ]
    assert dict(reason.facts) == {"clearing": "1bd", "until": "2026-04-23T00:00-03:00"}


def test_payments_that_grow_stale_are_told_beside_what_hinders():
    """Known through the 23rd, two days are enough; nobody has a number for WhatsApp."""
    through = said(ev.PaymentsKnownThrough, "até", "2026-04-23 08:00", through=BILL.due.replace(day=23))
    rules = policy(step("s", "D+3 10:00", channels=("whatsapp",)), limits=Limits(freshness=Duration(2)))
    found = schedule(rules, [BILL, through], "2026-04-27")
    assert told(found, "s")[2] == ["stale-payments", "no-contact-point"]


def test_a_currency_that_does_not_fit_is_told_with_the_event_that_brought_it():
    """A payment in dollars."""
    dollars = evolve(paid("1.00", "2026-04-02", payment="p"), amount=Money(100, "USD"))
    with pytest.raises(PlanError, match=r"USD \(event 'p pago'\)"):
        schedule(policy(LATE), [BILL, dollars], "2026-04-03")


# what is told of where a rule stands, and of what has ended


@pytest.mark.parametrize(
    ("key", "rule", "code"),
    [
        ("unless", {"unless": StepReference(step="aviso", outcome="sent")}, "unless-met"),
        ("kind", {"kind": "reward"}, "not-yet-supported"),
    ],
)
def test_the_key_that_applied_is_pointed_at(key: str, rule: dict[str, object], code: str):
    """By the line of the file."""
    rules = policy(step("aviso", "D+2 10:00"), step("s", "D+4 10:00", origins={key: HERE}, **rule))
    sent = said(ev.ActionSent, "1", "2026-04-22", action="z", step="aviso", receivable="nf-1", channel="email")
    found = action(schedule(rules, [BILL, sent], "2026-04-23"), "s")
    assert [reason.origin for reason in found.reasons if reason.code == code] == [HERE]


def test_a_predicate_that_nobody_provides_is_named():
    """As the policy file calls the key."""
    found = schedule(policy(step("s", "D+3 10:00", when=Conditions(predicates=("vip",)))), [BILL], "2026-04-20")
    assert dict(action(found, "s").reason.facts) == {"condition": "predicate"}


def test_what_was_missed_tells_its_day():
    """The 23rd."""
    found = action(schedule(policy(LATE), [BILL], "2026-04-24"), "atraso")
    assert [dict(each.facts) for each in found.reasons if each.code == "missed"] == [{"day": "2026-04-23"}]


def test_what_has_ended_tells_the_channel_of_its_own_day():
    """Lapsed after the 28th; that the debtor takes no e-mail since May is another matter."""
    gone = said(ev.ConsentRevoked, "basta", "2026-05-01", channel="email")
    assert action(schedule(policy(LATE), [BILL, gone], "2026-05-04"), "atraso").channel == "email"


def test_what_waits_tells_the_point_that_it_would_reach():
    """For an approval."""
    found = action(schedule(policy(step("s", "D+3 10:00", approval="human")), [BILL], "2026-04-20"), "s")
    assert (found.status, found.channel, found.point) == ("waiting", "email", "email")


def test_of_what_begins_anew_the_earlier_is_paired_though_it_waits():
    """What waits since the 22nd goes with the first of the new ones, what is planned for the 24th with the second."""
    found = schedule(policy(LATE), [BILL], "2026-04-21")
    one = action(found, "atraso")

    def several(*each: tuple[str, str, Status]) -> Schedule:
        made = [evolve(one, id=name, at=clock(when), status=status) for name, when, status in each]
        return evolve(found, all=tuple(made))

    before = several(("z", "2026-04-24 10:00", "planned"), ("a", "2026-04-22 10:00", "waiting"))
    after = several(("y", "2026-04-25 10:00", "planned"), ("b", "2026-04-28 10:00", "planned"))
    pairs = [(change.before and change.before.id, change.action.id) for change in compare(before, after).changes]
    assert pairs == [("a", "y"), ("z", "b")]


def test_what_opens_tomorrow_is_a_contact_also_where_it_was_missed():
    """On Saturday at seven: missed on Friday, waiting for eight."""
    found = schedule(policy(step("s", "D+4 10:00")), [BILL], "2026-04-25 07:00")
    assert (told(found, "s")[2], compare(found, found).contacts) == (["outside-window", "missed"], (1, 1))
