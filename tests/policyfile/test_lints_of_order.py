"""`requirement-cycle` and `requires-later-step`: what a step waits for."""

from collections.abc import Callable

import pytest
from tests.policyfile.writing import at, step

Problems = Callable[[str], list[str]]


def requiring(other: str, *, at_least: str = "") -> str:
    """Write a requirement."""
    wait = f', at_least = "{at_least}"' if at_least else ""
    return f'requires = {{ delivered = "{other}"{wait} }}'


def chain(*required: str) -> str:
    """Write the steps s0, s1, … on days that follow, each requiring what is named for it."""
    days = enumerate(required)
    return "".join(step(f"s{place}", at(f"D+{place + 1}"), requiring(name)) for place, name in days)


@pytest.mark.parametrize(
    ("required", "lines"),
    [
        (["s0"], [7]),
        (["s1", "s0"], [7]),
        (["s2", "s0", "s1"], [7]),
        (["s0", "s0"], [7]),
        (["s1", "s0", "s0", "s4", "s3"], [7, 28]),
    ],
)
def test_requirement_cycle(required: list[str], lines: list[int], problems: Problems):
    """Told once of each ring, at the first of its steps; what only leads into a ring is not in it."""
    found = [each for each in problems(chain(*required)) if each.endswith("cycle")]
    assert found == [f"{line}:1 requirement-cycle" for line in lines]


def test_a_chain_is_no_ring(problems: Problems):
    """Each requires the one before it."""
    assert problems(step("s", at("D+1")) + chain("s", "s0", "s1").replace("D+", "D+1")) == []


@pytest.mark.parametrize(
    ("own", "other", "at_least", "found"),
    [
        (at("D+3"), at("D+9"), "", True),
        (at("D+3"), at("D+3", "10:01"), "", True),
        (at("D+3"), at("D+3", "10:00"), "", False),
        (at("D+3"), at("D+2"), "", False),
        (at("D+10"), at("D+2"), "8d", False),
        (at("D+10"), at("D+2"), "9d", True),
        (at("D+10"), at("D-2"), "22d", False),
        (at("D+10"), at("D-2"), "23d", True),
        (at("D+8"), at("D+3bd"), "5d", False),
        (at("D+8"), at("D+3bd"), "6d", True),
        (at("D+3bd"), at("D+8"), "", False),
        (at("D+3bd"), at("D+9"), "", True),
        (at("D+4bd"), at("D+3bd"), "", False),
        (at("D+3") + '\nanchor = "due"', at("D+4"), "", True),
        (at("D+3"), at("D+13") + '\nanchor = "due"', "", False),
        (at("D+3"), at("D+14") + '\nanchor = "due"', "", True),
        (at("D+3"), at("D+30") + '\nanchor = "issued"', "", False),
        (at("D+3") + '\nanchor = "issued"', at("D+30"), "", False),
        (at("D+3"), 'on = "promise.broken"', "30d", False),
        ('on = "promise.broken"', at("D+30"), "30d", False),
        ('on = "promise.broken"\nafter = "2d"', 'on = "promise.broken"\nafter = "3d"', "", True),
        ('on = "promise.broken"\nafter = "3d"', 'on = "promise.broken"\nafter = "3bd"', "", False),
        ('on = "promise.broken"\nafter = "3d 09:00"', 'on = "promise.broken"\nafter = "3d 10:00"', "", True),
        ('on = "promise.broken"\nafter = "3d"', 'on = "promise.broken"\nafter = "3d 10:00"', "", False),
        ('on = "promise.broken"\nafter = "2d"', 'on = "promise.kept"\nafter = "3d"', "", False),
    ],
)
def test_requires_later_step(own: str, other: str, at_least: str, found: bool, problems: Problems):  # noqa: FBT001
    """Reported where it comes after the step's own day whatever the due date, weekends and holidays are."""
    text = step("outro", other) + step("meu", own, requiring("outro", at_least=at_least))
    assert ("requires-later-step" in " ".join(problems(text))) == found


def test_what_a_required_step_requires_counts_too(problems: Problems):
    """`antes` at D+1, ten days later at the earliest `meio`, and so never `fim` on D+5."""
    middle = 'on = "reply.received"'
    text = step("antes", at("D+1")) + step("meio", middle, requiring("antes", at_least="10d"))
    assert problems(text + step("fim", at("D+11"), requiring("meio"))) == []
    assert problems(text + step("fim", at("D+10"), requiring("meio"))) == ["20:1 requires-later-step"]


def test_a_step_of_another_scope_never_counts(problems: Problems):
    """What became of the debtor's step became of no receivable, and the other way round."""
    debtor = 'on = "reply.received"\nscope = "debtor"'
    text = step("um", debtor) + step("dois", at("D+3"), requiring("um"))
    assert problems(text) == ["14:1 requires-later-step"]
    text = step("dois", at("D+3")) + step("um", debtor, requiring("dois"))
    assert problems(text) == ["14:1 requires-later-step"]
    assert problems(step("um", debtor) + step("dois", debtor, requiring("um"))) == []


def test_what_comes_after_max_wait_is_unreachable_and_nothing_else(problems: Problems):
    """One problem is told once."""
    text = 'plan.max_wait = "5d"\n' + step("outro", at("D+30")) + step("meu", at("D+3"), requiring("outro"))
    assert problems(text) == ["14:1 step-unreachable"]


def test_a_requirement_is_judged_without_limits_that_cannot_be_read(problems: Problems):
    """The order of the steps is plain all the same."""
    text = "limits = 1\n" + step("outro", at("D+300")) + step("meu", at("D+3"), requiring("outro"))
    assert problems(text) == ["1:10 wrong-type", "14:1 requires-later-step"]
