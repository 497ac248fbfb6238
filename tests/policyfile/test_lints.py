from collections.abc import Callable
from importlib.resources import files

import pytest
from tests.policyfile.writing import at, step

from regua.core.events import EVENT_TYPES
from regua.policyfile import check_policy

NEVER_ABOUT_ONE = {
    *("debtor.registered", "debtor.updated", "consent.granted", "consent.revoked", "payments.known-through"),
    *("contact-point.added", "contact-point.verified", "contact-point.failed", "contact-point.removed"),
    *("offer.accepted", "offer.declined", "offer.expired", "callback.requested", "feedback.received", "court.order"),
    *("credit.blocked", "credit.released", "insolvency.started", "insolvency.ended", "debtor.deceased"),
    *("event.retracted", "do-not-call.registered", "do-not-call.removed"),
}

Problems = Callable[[str], list[str]]


@pytest.mark.parametrize(
    ("trigger", "windows", "found"),
    [
        (at("D+1", "07:59"), 'weekdays = "08:00-20:00"', True),
        (at("D+1", "08:00"), 'weekdays = "08:00-20:00"', False),
        (at("D+1", "19:59"), 'weekdays = "08:00-20:00"', False),
        (at("D+1", "20:00"), 'weekdays = "08:00-20:00"', True),
        (at("D+1", "21:00"), 'weekdays = "08:00-20:00", sunday = "21:00-22:00"', False),
        (at("D+1bd", "21:00"), 'weekdays = "08:00-20:00", sunday = "21:00-22:00"', True),
        (at("D0", "21:00"), 'weekdays = "08:00-20:00", sunday = "21:00-22:00"', True),
        (at("D0", "21:00") + '\nanchor = "due"', 'weekdays = "08:00-20:00", sunday = "21:00-22:00"', False),
        (at("D+1bd"), 'saturday = "08:00-20:00"', True),
        ('on = "promise.kept"\nafter = "0d 21:00"', 'weekdays = "08:00-20:00", sunday = "21:00-22:00"', False),
        ('on = "promise.kept"\nafter = "1bd 21:00"', 'weekdays = "08:00-20:00", sunday = "21:00-22:00"', True),
        ('on = "promise.kept"\nafter = "0d"', 'weekdays = "08:00-20:00"', False),
    ],
)
def test_step_outside_hours(trigger: str, windows: str, found: bool, problems: Problems):  # noqa: FBT001 - a table
    """Reported where no day on which the step can fall is open at its clock time."""
    text = f"limits.windows = {{ {windows} }}\n" + step("a", trigger)
    assert ("step-outside-hours" in " ".join(problems(text))) == found


def test_a_task_has_the_call_window(problems: Problems):
    """And an act of a registrar has none."""
    task = '[[step]]\nid = "a"\nat = "D+1 06:00"\nkind = "{}"\n'
    assert problems(task.format("task")) == ["3:1 step-outside-hours"]
    assert problems(task.format("listing")) == []
    assert problems('limits.call_windows.weekdays = "05:00-22:00"\n' + task.format("task")) == []


@pytest.mark.parametrize(
    ("day", "condition", "found"),
    [
        ("D+3", 'when = { balance = "500..100" }', True),
        ("D+3", 'when = { balance = "100..100" }', False),
        ("D+3", 'when = { days_past_due = "..2" }', True),
        ("D+3", 'when = { days_past_due = "..3" }', False),
        ("D+3bd", 'when = { days_past_due = "..2" }', True),
        ("D+3bd", 'when = { days_past_due = "..4" }', False),
        ("D-3", 'when = { days_past_due = "..-4" }', False),
        ("D+3", 'when = { days_past_due = "28.." }', False),
        ("D+3", 'when = { days_past_due = "29.." }', True),
        ("D+3", 'when = { days_past_due = "29.." }\napproval = "human"', False),
        ("D-3", 'when = { days_past_due = "11.." }', True),
        ("D-3", 'when = { days_past_due = "10.." }', False),
        ("D+3", 'requires = { delivered = "antes", at_least = "89d" }', False),
        ("D+3", 'requires = { delivered = "antes", at_least = "90d" }', True),
        ("D0", 'requires = { delivered = "antes", at_least = "12d" }', True),
        ("D0", 'requires = { delivered = "antes", at_least = "11d" }', False),
        ("D+3", 'requires = { delivered = "antes", at_least = "89d" }\nanchor = "due"', False),
        ("D+3", 'requires = { delivered = "antes", at_least = "90d" }\nanchor = "due"', True),
        ("D+3", 'requires = { delivered = "antes", at_least = "500d" }\nanchor = "issued"', False),
    ],
)
def test_step_unreachable(day: str, condition: str, found: bool, problems: Problems):  # noqa: FBT001 - a table
    """Reported where the conditions hold on no day that the step can reach, however it is moved."""
    text = step("antes", at("D-1"), tone="reminder") + step("a", at(day), condition)
    assert ("step-unreachable" in " ".join(problems(text))) == found


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_a_step_on_an_event_that_names_no_receivable(name: str, problems: Problems):
    """It is about the debtor, or can never run."""
    found = name in NEVER_ABOUT_ONE
    assert problems(step("a", f'on = "{name}"')) == (["3:1 step-unreachable"] if found else [])
    assert problems(step("a", f'on = "{name}"', 'scope = "debtor"')) == []
    assert problems(step("a", f'on = "{name}"', 'scope = "receivable"')) == (["7:1 step-unreachable"] if found else [])


def test_a_step_on_a_signal_has_receivables(problems: Problems):
    """Each signal is about some."""
    assert problems(step("a", 'on = "promise.broken"')) == []


def test_the_remedy_for_a_step_about_nothing():
    """The key that helps."""
    text = 'format = 1\npolicy.id = "x"\n' + step("a", 'on = "debtor.deceased"')
    (found,) = check_policy(text, name="x.toml")
    assert found.message == (
        "step 'a' can never run: 'debtor.deceased' is never about one receivable; write scope = \"debtor\""
    )


def test_the_reach_of_a_step_follows_the_plan(problems: Problems):
    """A longer `max_delay` reaches further."""
    text = step("a", at("D+3"), 'when = { days_past_due = "29.." }')
    assert problems(text) == ["7:10 step-unreachable"]
    assert problems(f'plan.max_delay = "6d"\n{text}') == []


def test_an_offer_with_an_empty_range(problems: Problems):
    """It can never be made."""
    assert "3:10 offer-unreachable" in problems('[[offer]]\nid = "a"\nwhen = { score = "9..1" }\n')


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (at("D+9"), True),
        (at("D+1"), False),
        (at("D+3", "10:01"), True),
        (at("D+3", "09:59"), False),
        (at("D+9") + '\nanchor = "due"', False),
        (at("D+3bd"), False),
        (at("D+4bd"), True),
        ('on = "promise.kept"', False),
    ],
)
def test_reference_later(other: str, found: bool, problems: Problems):  # noqa: FBT001 - a table
    """`unless` looks back; what comes later for every receivable cannot be known yet."""
    text = step("a", at("D+3"), 'unless = { read = "b" }') + step("b", other)
    assert ("reference-later" in " ".join(problems(text))) == found


def test_a_step_that_looks_at_itself(problems: Problems):
    """It has not run when it is asked."""
    assert problems(step("a", at("D+3"), 'unless = { read = "a" }')) == ["7:1 reference-later"]


@pytest.mark.parametrize(
    ("cutoff", "later", "found"),
    [
        ("", at("D+31"), True),
        ("", at("D+29"), False),
        ("", 'on = "promise.broken"', False),
        ('when = { balance = "100.." }', at("D+31"), False),
        ('approval = "human"', at("D+31"), False),
        ("", at("D+31") + "\npresses = false", False),
    ],
)
def test_after_cutoff(cutoff: str, later: str, found: bool, problems: Problems):  # noqa: FBT001 - a table
    """Amicable steps after a cutoff that nothing keeps from running."""
    text = f'[[step]]\nid = "a"\n{at("D+30")}\nkind = "agency"\ncutoff = true\n{cutoff}\n' + step("b", later)
    assert ("after-cutoff" in " ".join(problems(text))) == found


def ladder(*steps: tuple[str, str]) -> str:
    """Write one step for each day and tone."""
    return "".join(step(f"s{place}", at(day), tone=tone) for place, (day, tone) in enumerate(steps))


@pytest.mark.parametrize(
    ("steps", "lines"),
    [
        ([("D+2", "courteous"), ("D+8", "firm")], []),
        ([("D+2", "courteous"), ("D+8", "firm"), ("D+20", "formal")], [10]),
        ([("D+2", "firm"), ("D+8", "courteous")], [4]),
        ([("D+8", "firm"), ("D+2", "courteous")], []),
        ([("D-2", "legal"), ("D+2", "courteous")], []),
        ([("D+3bd", "courteous"), ("D+4", "firm")], []),
        ([("D+2", "courteous"), ("D+5", "formal"), ("D+9", "firm"), ("D+12", "final")], []),
        ([("D+2", "courteous"), ("D+5", "final"), ("D+9", "firm"), ("D+12", "formal")], [10]),
    ],
)
def test_tone_gap(steps: list[tuple[str, str]], lines: list[int], problems: Problems):
    """Reported at the tone that is clamped although everything before it was delivered; rungs are the tones in use."""
    assert problems(ladder(*steps)) == [f"{line}:1 tone-gap" for line in lines]


def test_a_rung_that_only_an_event_step_has_is_none_to_count_on(problems: Problems):
    """Who broke no promise never got it."""
    event = step("evento", 'on = "promise.broken"', tone="formal")
    assert problems(ladder(("D+2", "courteous"), ("D+9", "firm")) + event) == ["10:1 tone-gap"]


def test_a_policy_that_is_not_gradual_has_no_gap(problems: Problems):
    """Nothing is clamped."""
    assert problems("plan.gradual = false\n" + ladder(("D+2", "firm"), ("D+8", "courteous"))) == []


def test_no_gap_is_found_where_a_step_could_not_be_read(problems: Problems):
    """The step may be the missing rung."""
    text = ladder(("D+2", "courteous"), ("D+5", "formal"), ("D+9", "firm"))
    assert problems(text.replace("D+5 ", "D+5")) == ["9:6 invalid-value"]


@pytest.mark.parametrize(
    ("templates", "found"),
    [
        ('{ courteous = "a", formal = "b" }', False),
        ('{ formal = "b" }', True),
        ('{ courteous = "a" }', True),
        ('"b"', False),
    ],
)
def test_a_table_of_templates_has_every_tone_that_clamping_gives(templates: str, found: bool, problems: Problems):  # noqa: FBT001
    """Its own tone and every milder rung."""
    second = step("b", at("D+9"), tone="formal").replace('"x"', templates)
    assert problems(ladder(("D+2", "courteous")) + second) == (["12:1 tone-gap"] if found else [])


def test_the_starter_means_what_it_says():
    """What `regua init` writes gives no false alarm."""
    text = (files("regua") / "data/starter/padrao.toml").read_bytes()
    assert {problem.code for problem in check_policy(text)} <= {"not-yet-supported"}
