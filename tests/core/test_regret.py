"""`contact.regretted`: who paid and was pressed on a later civil day is owed an apology (domain.md §5, Regret)."""

from tests.core.shop import action, delivered, invoice, outcome, paid, policy, schedule, step

from regua.core import events as ev
from regua.core.planning import Schedule

SORRY = step("desculpe", on="contact.regretted", tone=None)
RULES = policy(step("atraso", "D+3 10:00"), step("de-novo", "D+9 10:00"), SORRY)
OLDER, NEWER = invoice("nf-1", "150.00", "2026-04-06"), invoice("nf-2", "80.00", "2026-04-09")


def apologies(found: Schedule) -> list[str]:
    """The receivables for which an apology is asked."""
    return [each.receivable for each in found.all if each.step == "desculpe"]


def test_what_was_only_listed_is_regretted_too():
    """nf-2 was asked for on the 13th and paid on the 14th; on the 15th the contact about nf-1 lists it."""
    facts: list[ev.Event] = [OLDER, NEWER]
    for name, receivable, when in (
        ("atraso", "nf-1", "2026-04-09 10:00"),
        ("atraso", "nf-2", "2026-04-13 10:00"),
        ("de-novo", "nf-1", "2026-04-15 10:00"),
    ):
        one = action(schedule(RULES, facts, when), name, receivable)
        facts += delivered(one, when, listed=one.listed)
    assert one.listed == ("nf-2",)
    facts.append(paid("80.00", "2026-04-14", "nf-2", known="2026-04-16 08:00"))
    assert apologies(schedule(RULES, facts, "2026-04-16")) == ["nf-2"]


def test_a_bounce_after_a_delivery_undoes_no_claim():
    """The schedule goes on telling that it was delivered, so an apology is owed."""
    one = action(schedule(RULES, [OLDER], "2026-04-09 10:00"), "atraso")
    bounced = outcome(ev.ActionFailed, one, "2026-04-09 11:00")
    payment = paid("150.00", "2026-04-08", "nf-1", known="2026-04-10")
    found = schedule(RULES, [OLDER, *delivered(one, "2026-04-09 10:00"), bounced, payment], "2026-04-10 13:00")
    assert action(found, "atraso").reasons[0].code == "delivered"
    assert apologies(found) == ["nf-1"]


def test_a_call_claims_what_it_asks_for():
    """A person called on the 9th, a day after the payment."""
    call = step("ligacao", "D+3 10:00", kind="task", channels=())
    rules = policy(call, SORRY)
    called = outcome(
        ev.CallOutcome,
        action(schedule(rules, [OLDER], "2026-04-09 10:00"), "ligacao"),
        "2026-04-09 10:00",
        result="reached",
    )
    payment = paid("150.00", "2026-04-08", "nf-1", known="2026-04-10")
    assert apologies(schedule(rules, [OLDER, called, payment], "2026-04-10 13:00")) == ["nf-1"]
