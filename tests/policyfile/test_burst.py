"""`burst`: more contacts than the caps leave room for."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.policyfile.writing import at, step

from regua.core import events as ev
from regua.core.account import fold
from regua.core.calendars import WeekdayCalendar
from regua.core.dates import instant_of
from regua.core.money import Money
from regua.core.planning import plan
from regua.policyfile import check_policy, load_policy

Problems = Callable[[str], list[str]]
HEAD = 'format = 1\npolicy.id = "padrao"\n'


def contacts(*days: str, lines: str = "") -> str:
    """Write the steps s0, s1, …, each by a channel of its own."""
    return "".join(
        step(f"s{place}", at(day), *([lines] if lines else [])).replace('"email"', f'"canal-{place}"')
        for place, day in enumerate(days)
    )


def bursts(text: str) -> list[str]:
    """The steps for which there is no room."""
    found = [each.message for each in check_policy(HEAD + text) if each.code == "burst"]
    return [message.split("'")[1] for message in found]


@pytest.mark.parametrize(
    ("limits", "days", "found"),
    [
        ("contacts_per_day = 1", ["D+3", "D+4"], []),
        ("contacts_per_day = 1", ["D+3", "D+3"], ["s1"]),
        ("contacts_per_day = 2", ["D+3", "D+3"], []),
        ("contacts_per_day = 1", ["D+3bd", "D+3bd"], ["s1"]),
        ("contacts_per_day = 1", ["D+3bd", "D+4"], []),
        ("contacts_per_week = 2", ["D+3", "D+5", "D+9"], ["s2"]),
        ("contacts_per_week = 2", ["D+3", "D+5", "D+10"], []),
        ("contacts_per_week = 2", ["D+9", "D+3", "D+5"], ["s0"]),
        ("contacts_per_week = 2", ["D+3", "D+4", "D+5", "D+6", "D+10"], ["s2", "s3"]),
        ("contacts_per_week = 1", ["D+2bd", "D+8"], ["s1"]),
        ("contacts_per_week = 1", ["D+2bd", "D+9"], []),
        ("contacts_per_week = 1", ["D+10bd", "D+11bd"], ["s1"]),
        ("contacts_per_week = 1", ["D+10bd", "D+13bd"], []),
        ("contacts_per_week = 2", ["D+2bd", "D+3", "D+9"], []),
        ('min_interval = "3d"', ["D+3", "D+5"], ["s1"]),
        ('min_interval = "3d"', ["D+3", "D+6"], []),
        ('min_interval = "0d"', ["D+3", "D+3"], []),
        ("contacts_per_day = 1", ["D-3", "D-3", "D0", "D0"], []),
        ("tolerance = 0", ["D+3"] * 9, []),
    ],
)
def test_burst(limits: str, days: list[str], found: list[str]):
    """Reported where there is no room whatever the due date is; business days are near only where they surely are."""
    assert bursts(f"limits.{limits}\n" + contacts(*days)) == found


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("presses = false", []),
        ('approval = "human"', []),
        ('unless = { read = "s9" }', []),
        ('anchor = "due"', []),
        ('requires = { sent = "s9" }', ["s1"]),
    ],
)
def test_a_step_that_may_not_run_then_is_not_counted(lines: str, found: list[str]):
    """It neither presses, nor surely runs, nor surely on a day near the other's."""
    text = contacts("D+3") + contacts("D+3", lines=lines).replace("s0", "s1").replace("canal-0", "sms")
    assert bursts("limits.contacts_per_day = 1\n" + text + step("s9", at("D+1"))) == found


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("", 'when = { balance = "100.." }', ["b"]),
        ('when = { balance = "100.." }', 'when = { balance = "100.." }', ["b"]),
        ('when = { balance = "100.." }', 'when = { balance = "..99" }', []),
    ],
)
def test_steps_of_which_only_one_may_run(first: str, second: str, found: list[str]):
    """Other conditions may exclude each other."""
    text = step("a", at("D+3"), first) + step("b", at("D+3"), second).replace("email", "sms")
    assert bursts("limits.contacts_per_day = 1\n" + text) == found


@pytest.mark.parametrize(
    ("plan", "second", "found"),
    [
        ("day", "", []),
        ("none", "", ["b"]),
        ("day", 'attach = ["pix"]', []),
        ("day", 'kind = "reissue"', []),
    ],
)
def test_messages_that_may_go_out_together_are_one_contact(plan: str, second: str, found: list[str]):
    """Unless the policy keeps them apart; one of the two may have something of its own, not both."""
    head = f'plan.consolidate = "{plan}"\nlimits.contacts_per_day = 1\n'
    text = step("a", at("D+3"))
    assert bursts(head + text + step("b", at("D+3"), second)) == found
    both = step("a", at("D+3"), second) + step("b", at("D+3"), second)
    assert bursts(head + both) == (["b"] if second else found)


def test_a_call_is_a_contact_of_its_own():
    """And an act of a registrar is none."""
    head = "limits.contacts_per_day = 1\n" + step("a", at("D+3"))
    assert bursts(head + '[[step]]\nid = "b"\nkind = "task"\nat = "D+3 10:00"\n') == ["b"]
    assert bursts(head + '[[step]]\nid = "b"\nkind = "listing"\nat = "D+3 10:00"\n') == []


def test_within_a_day_the_milder_one_gives_way():
    """As the planner fills a day."""
    text = step("a", at("D+3")) + step("b", at("D+3"), tone="firm").replace("email", "sms")
    assert bursts("limits.contacts_per_day = 1\n" + text) == ["a"]


@pytest.mark.parametrize(
    ("delay", "fate"),
    [
        (
            "5d",
            (
                'it moves by 5 days or more, which plan.max_delay = "5d" allows, '
                "or gives way to a step whose own day that is"
            ),
        ),
        ("4d", 'it would lapse: there is room only 5 days later, and plan.max_delay = "4d"'),
    ],
)
def test_what_max_delay_makes_of_it(delay: str, fate: str):
    """It moves until the oldest leaves the window, or lapses before."""
    text = f'plan.max_delay = "{delay}"\nlimits.contacts_per_week = 2\n' + contacts("D+3", "D+5", "D+5")
    (found,) = [each for each in check_policy(HEAD + text) if each.code == "burst"]
    assert found.message == (
        f"step 's2' is one contact too many beside 's0' and 's1' for limits.contacts_per_week = 2: {fate};"
        " spread the steps, or raise the limit"
    )


def test_limits_that_cannot_be_read_have_no_burst(problems: Problems):
    """Nothing is guessed."""
    assert problems("limits.contacts_per_day = 0\n" + contacts("D+3", "D+3")) == ["1:27 out-of-range"]


CAPS = {"daily-cap", "weekly-cap", "min-interval"}
OPEN = 'limits.windows = { weekdays = "00:00-24:00", saturday = "00:00-24:00", sunday = "00:00-24:00" }\n'


def moved_by_caps(text: str, due: date) -> set[str]:
    """The steps that a cap moves, or stops, of one receivable whose debtor every channel reaches."""
    policy = load_policy('format = 1\npolicy = { id = "x", calendar = "weekdays" }\n' + text)
    start = instant_of(due.toordinal() - 20, 600, policy.timezone)
    head = {"creditor": "loja", "debtor": "ana", "at": start, "recorded_at": start}
    channels = tuple(f"canal-{place}" for place in range(len(policy.steps)))
    facts = [ev.ContactPointAdded(id="p", point="p", channels=channels, **head)]
    facts += [ev.ConsentGranted(id=name, channel=name, **head) for name in channels]
    facts += [ev.InvoiceIssued(id="i", receivable="nf", amount=Money.of("150.00"), due=due, **head)]
    schedule = plan(policy, fold(facts), as_of=start, calendar=WeekdayCalendar())
    return {each.step for each in schedule.all if CAPS & {reason.code for reason in each.reasons}}


@pytest.mark.parametrize("due", [date(2026, 3, day) for day in range(9, 14)])
@pytest.mark.parametrize(
    ("limits", "days"),
    [
        ("contacts_per_day = 1", ["D+3", "D+4"]),
        ("contacts_per_day = 1", ["D+3", "D+3"]),
        ("contacts_per_day = 1", ["D+3bd", "D+3bd"]),
        ("contacts_per_week = 2", ["D+3", "D+5", "D+9"]),
        ("contacts_per_week = 2", ["D+3", "D+5", "D+10"]),
        ("contacts_per_week = 1", ["D+2bd", "D+8"]),
        ("contacts_per_week = 1", ["D+10bd", "D+11bd"]),
        ('min_interval = "3d"', ["D+4", "D+6"]),
        ('min_interval = "3d"', ["D+4", "D+7"]),
    ],
)
def test_the_planner_moves_what_the_lint_reports(limits: str, days: list[str], due: date):
    """Due on each day of the working week, with every day of the week open."""
    text = f'plan.catch_up = "all"\nlimits.clearing = "0d"\nlimits.{limits}\n' + OPEN + contacts(*days)
    assert moved_by_caps(text, due) == set(bursts(text))
