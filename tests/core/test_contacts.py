"""What goes out together, where a case file would be long."""

from tests.core.shop import invoice, outcome, policy, reachable, schedule, step

from regua.core import events as ev
from regua.core.planning import Schedule
from regua.core.policy import PlanRules
from regua.core.tones import Tone

STEPS = policy(
    step("cortes", "D+3 10:00", channels=("whatsapp", "sms", "email")),
    step("firme", "D+8 10:00", channels=("whatsapp", "email"), tone=Tone.FIRM),
    plan=PlanRules(gradual=False),
)
TEN = "2026-05-21 10:00"
BILLS = [
    *reachable("whatsapp", "sms", "email"),
    invoice("nf-1", due="2026-05-13"),  # Wednesday: D+8 is Thursday the 21st
    invoice("nf-2", due="2026-05-18"),  # Monday: D+3 is that Thursday
]


def carried(found: Schedule) -> list[tuple[str, list[str], str]]:
    """Each contact: its channel, its steps, its id without the action."""
    steps = {action.id: action.step for action in found.all}
    return [
        (contact.channel, [steps[each] for each in contact.members], contact.id.partition("/")[2])
        for contact in found.contacts
        if contact.status == "due"
    ]


def test_the_actions_of_a_failed_contact_follow_its_carrier():
    """By itself the courteous one would go by SMS next; together with the firm one it goes by e-mail."""
    alone = [event for event in BILLS if getattr(event, "receivable", "") != "nf-1"]
    failed = [outcome(ev.ActionFailed, each, "2026-05-21 10:01") for each in schedule(STEPS, alone, TEN).due]
    assert carried(schedule(STEPS, [*alone, *failed], "2026-05-21 10:02")) == [("sms", ["cortes"], "2")]
    together = schedule(STEPS, BILLS, TEN)
    assert carried(together) == [("whatsapp", ["firme", "cortes"], "1")]
    failed = [outcome(ev.ActionFailed, each, "2026-05-21 10:01") for each in together.due]
    after = schedule(STEPS, [*BILLS, *failed], "2026-05-21 10:02")
    assert carried(after) == [("email", ["firme", "cortes"], "2")]
    assert {each.channel for each in after.due} == {"email"}
