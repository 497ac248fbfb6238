"""Debtor-wide rules are the strictest in play: what the policy of one receivable says holds for another one's steps.

nf-1 is governed by `folgada` and due on Saturday 18 April, effective Monday 20; nf-2 by `severa`, and not due yet.
"""

from fractions import Fraction
from typing import Any

import pytest
from tests.core.shop import action, invoice, paid, policy, promised, said, schedule, step, told

from regua.core import events as ev
from regua.core.dates import Duration
from regua.core.planning import Schedule
from regua.core.policy import Limits, PlanRules, PromiseRules, Window
from regua.core.tones import Tone

BILLS = [
    invoice("nf-1", policy="folgada", policy_version=1),
    invoice("nf-2", due="2026-06-18", policy="severa", policy_version=1),
]
FIRST, SECOND = step("primeira", "D+4 10:00"), step("segunda", "D+7 10:00", channels=("sms",))
CALL = step("ligação", "D+4 10:00", kind="task", channels=(), queue="cobrança")


def planned(*events: Any, as_of: str = "2026-04-21", steps: Any = (FIRST, SECOND), **strict: Any) -> Schedule:
    """The plan where only the other policy has these rules."""
    loose, severe = policy(*steps, id="folgada"), policy(step("outra", "D+4 10:00"), id="severa", **strict)
    return schedule([loose, severe], [*BILLS, *events], as_of)


def limited(**values: Any) -> dict[str, Any]:
    """Limits of the other policy; its calls are counted on the same hours unless told otherwise."""
    return {"limits": Limits(**values)}


@pytest.mark.parametrize(
    ("limits", "name", "expected"),
    [
        ({}, "primeira", ("planned", "2026-04-24 10:00", ["planned"])),
        (
            {"windows": (Window(opens=720, closes=1200),) * 7},
            "primeira",
            ("planned", "2026-04-24 12:00", ["planned", "outside-window"]),
        ),
        (
            {"clearing": Duration(5, business=True)},
            "primeira",
            ("planned", "2026-04-29 10:00", ["planned", "clearing"]),
        ),
        ({"freshness": Duration(2)}, "primeira", ("waiting", "2026-04-24 10:00", ["stale-payments"])),
        ({"min_balance": 50_000}, "primeira", ("waiting", "2026-04-24 10:00", ["below-minimum"])),
        ({"contacts_per_week": 1}, "segunda", ("planned", "2026-05-02 10:00", ["planned", "weekly-cap"])),
        ({"min_interval": Duration(4)}, "segunda", ("planned", "2026-04-28 10:00", ["planned", "min-interval"])),
    ],
    ids=["none", "windows", "clearing", "freshness", "min_balance", "contacts_per_week", "min_interval"],
)
def test_a_limit_of_one_policy_holds_for_the_steps_of_all(
    limits: dict[str, Any], name: str, expected: tuple[str, str, list[str]]
):
    """Each tells the reason that it is."""
    assert told(planned(**limited(**limits)), name) == expected


def test_one_contact_a_day_where_one_policy_says_so():
    """The second step of a day moves to the next one."""
    steps = (FIRST, step("segunda", "D+4 11:00", tone=Tone.REMINDER, channels=("sms",)))
    assert told(planned(steps=steps), "segunda")[1] == "2026-04-24 11:00"
    found = planned(steps=steps, **limited(contacts_per_day=1))
    assert told(found, "segunda") == ("planned", "2026-04-25 11:00", ["planned", "daily-cap"])


def test_calls_have_the_narrowest_hours():
    """As messages have theirs."""
    hours = (Window(opens=840, closes=1080),) * 7
    assert told(planned(steps=(CALL,)), "ligação")[1] == "2026-04-24 10:00"
    assert told(planned(steps=(CALL,), **limited(call_windows=hours)), "ligação")[1] == "2026-04-24 14:00"


@pytest.mark.parametrize(
    ("rules", "amount", "by"),
    [
        (PromiseRules(max_days=Duration(3)), "300.00", "2026-04-28"),
        (PromiseRules(max_in_a_row=0), "300.00", "2026-04-23"),
    ],
    ids=["max_days", "max_in_a_row"],
)
def test_a_promise_that_one_policy_does_not_believe_stops_nothing(rules: PromiseRules, amount: str, by: str):
    """Neither does it for the receivable of the other."""
    promise = promised(amount, "2026-04-21 09:00", by)
    assert action(planned(promise, as_of="2026-04-21 12:00"), "primeira").status == "waiting"
    found = planned(promise, as_of="2026-04-21 12:00", promise=rules)
    assert action(found, "primeira").status == "planned"


def test_a_promise_of_a_share_needs_the_largest_share():
    """Half is enough for the one, not for the other."""
    half = PromiseRules(min_share=Fraction(1, 2))
    promise = promised("100.00", "2026-04-21 09:00", "2026-04-28", "nf-1")
    rules = [policy(FIRST, id="folgada", promise=half), policy(SECOND, id="severa")]
    alone = schedule(rules[0], [BILLS[0], promise], "2026-04-21 12:00")
    both = schedule(rules, [*BILLS, promise], "2026-04-21 12:00")
    assert (action(alone, "primeira").status, action(both, "primeira").status) == ("waiting", "planned")


def test_one_policy_that_consolidates_is_enough():
    """What both ask for on a day goes out as one contact."""
    apart = PlanRules(consolidate="none")
    bills = [invoice(name, policy=rules, policy_version=1) for name, rules in (("nf-1", "uma"), ("nf-2", "outra"))]
    one, other = policy(FIRST, id="uma", plan=apart), policy(FIRST, id="outra", plan=apart)
    assert len(schedule([one, other], bills, "2026-04-21").contacts) == 2
    merged = schedule([one, policy(FIRST, id="outra")], bills, "2026-04-21")
    assert [len(contact.members) for contact in merged.contacts] == [2]


def test_a_policy_that_governs_nothing_is_not_in_play():
    """Giving it to the plan makes nothing stricter."""
    loose, severe = policy(FIRST, id="folgada"), policy(SECOND, id="severa", limits=Limits(min_balance=50_000))
    assert told(schedule([loose, severe], BILLS[:1], "2026-04-21"), "primeira")[0] == "planned"


def test_a_version_that_is_migrated_away_from_is_not_in_play():
    """Its limits end with the migration; its charges do not."""
    old = policy(FIRST, id="folgada", limits=Limits(min_balance=50_000))
    new = policy(FIRST, id="folgada", version=2)
    moved = said(ev.PolicyMigrated, "m", "2026-04-21 09:00", policy="folgada", policy_version=2, verb="rebase")
    assert told(schedule(old, BILLS[:1], "2026-04-21"), "primeira")[2] == ["below-minimum"]
    assert told(schedule([old, new], [BILLS[0], moved], "2026-04-21"), "primeira")[2] == ["planned"]


def test_settled_receivables_keep_their_policy_in_play():
    """What was said to a debtor holds until the creditor says otherwise; so a plan without them says the same."""
    settled = paid("150.00", "2026-04-02", "nf-2")
    assert told(planned(settled, **limited(min_balance=50_000)), "primeira")[2] == ["below-minimum"]
