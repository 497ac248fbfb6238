"""Two schedules of the same facts side by side. Due on Saturday 18, effective Monday 20 April."""

import pytest
from attrs import evolve
from tests.core.shop import BANK, action, clock, delivered, invoice, policy, reachable, said, schedule, step

from regua.core.account import Account, fold
from regua.core.events import DisputeOpened
from regua.core.events.base import Event
from regua.core.planning import Schedule, plan
from regua.core.planning.comparison import CHANGES, Comparison, compare, migrating
from regua.core.policy import Policy
from regua.core.tones import Tone

ATRASO = step("atraso", "D+4 10:00")
FORMAL = step("formal", "D+8 10:00", tone=Tone.FORMAL)
OLD = policy(ATRASO, FORMAL)
BILL = invoice(policy="loja", policy_version=1)


def newer(*steps: object) -> Policy:
    """Version 2 with other steps."""
    return evolve(OLD, version=2, steps=steps)


def compared(new: Policy, *events: Event, as_of: str = "2026-04-21", verb: str = "rebase") -> Comparison:
    """What a migration to a version would change."""
    account: Account = fold([*reachable(), BILL, *events])
    at = clock(as_of)
    after = migrating(account, ["nf-1"], new, verb, at, event="troca")  # type: ignore[arg-type]
    before, then = (plan([OLD, new], each, as_of=at, calendar=BANK) for each in (account, after))
    return compare(before, then)


def told(found: Comparison) -> list[tuple[str, tuple[str, ...]]]:
    """Step and what changes of it, in order."""
    return [(change.action.step, change.what) for change in found.changes]


def test_the_same_steps_change_nothing():
    """Nor does the new version of the actions count as a change."""
    found = compared(newer(ATRASO, FORMAL))
    assert (told(found), found.contacts) == ([], (2, 2))


def test_added_and_removed():
    """One side of such a change is empty."""
    found = compared(newer(ATRASO, step("carta", "D+9 10:00")))
    assert told(found) == [("formal", ("removed",)), ("carta", ("added",))]
    removed, added = found.changes
    assert (removed.after, added.before) == (None, None)
    assert (found.count("added"), found.count("removed"), found.count("moved")) == (1, 1, 0)


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        (step("atraso", "D+5 10:00"), ("moved",)),
        (step("atraso", "D+4 11:00"), ("moved",)),
        (step("atraso", "D+4 10:00", channels=("sms",)), ("channel",)),
        (step("atraso", "D+4 10:00", templates={None: "outro"}), ("template",)),
        (step("atraso", "D+4 10:00", approval="human"), ("status",)),
        (step("atraso", "D+5 10:00", channels=("sms",)), ("moved", "channel")),
    ],
)
def test_what_can_change_of_an_action(changed: object, what: tuple[str, ...]):
    """Day or instant, channel, template, and whether it runs by itself; several at once."""
    assert told(compared(newer(changed, FORMAL))) == [("atraso", what)]


def test_a_step_that_begins_anew_has_moved():
    """A restart makes another action of it; what was sent before comes as added."""
    sent = delivered(action(schedule(OLD, [BILL], "2026-04-24 10:00"), "atraso"), "2026-04-24 10:00")
    found = compared(newer(ATRASO, FORMAL), *sent, as_of="2026-04-25", verb="restart")
    assert told(found) == [("atraso", ("added",)), ("formal", ("moved", "tone"))]


def test_what_begins_anew_is_paired_in_the_order_of_the_schedule():
    """Of two actions of one step for one receivable the earlier becomes the earlier, whatever their ids."""
    sent = action(schedule(OLD, [BILL], "2026-04-21"), "atraso")

    def several(*days: tuple[str, str]) -> Schedule:
        found = schedule(OLD, [BILL], "2026-04-21")
        planned = [evolve(sent, id=name, occurrence=name, at=clock(when)) for name, when in days]
        return evolve(found, all=tuple(planned))

    before = several(("z", "2026-04-24 10:00"), ("a", "2026-04-27 10:00"))
    after = several(("y", "2026-04-25 10:00"), ("b", "2026-04-28 10:00"), ("c", "2026-04-29 10:00"))
    found = compare(before, after)
    assert [(change.before and change.before.id, change.action.id) for change in found.changes] == [
        ("z", "y"),
        ("a", "b"),
        (None, "c"),
    ]


def test_contacts_of_the_day_are_counted():
    """What would go out at once is what a change is looked at for."""
    found = compared(newer(step("atraso", "D+3 15:00"), FORMAL), as_of="2026-04-23")
    assert (found.contacts, found.today) == ((2, 2), (0, 1))


def test_keep_is_no_change():
    """By definition."""
    assert told(compared(newer(step("outro", "D+3 10:00")), verb="keep")) == []


def test_changes_have_an_order():
    """Tables are the same on every machine."""
    assert CHANGES[:3] == ("added", "removed", "moved")


@pytest.mark.parametrize(
    ("when", "contacts", "today"),
    [
        ("2026-04-24 07:00", 2, 1),  # missed on Friday, when nothing is open yet
        ("2026-04-24 12:00", 2, 1),
        ("2026-04-24 21:00", 2, 0),  # it goes on the next day
    ],
)
def test_what_waits_for_the_hours_to_open_is_a_contact(when: str, contacts: int, today: int):
    """On the day on which they open; so no contact is lost in a comparison made at night."""
    found = compared(newer(ATRASO, FORMAL), as_of=when, verb="keep")
    assert (found.contacts, found.today) == ((contacts, contacts), (today, today))


def test_what_waits_for_something_else_is_no_contact():
    """A dispute may never end, and hours that open do not lift it."""
    disputed = said(DisputeOpened, "d", "2026-04-24", dispute="d", receivables=("nf-1",))
    assert compared(newer(ATRASO, FORMAL), disputed, as_of="2026-04-24 21:00", verb="keep").contacts == (0, 0)
