"""`settlement-race`: who pays on the last day is not pressed before the payment can be known."""

from collections.abc import Callable

import pytest
from tests.policyfile.writing import at, step

Problems = Callable[[str], list[str]]
LATE = at("D+1")
BROKEN = 'on = "promise.broken"\nafter = "{} 10:00"'


@pytest.mark.parametrize(
    ("clearing", "trigger", "found"),
    [
        ("1bd", LATE, False),
        ("1bd", BROKEN.format("0d"), False),
        ("0bd", LATE, True),
        ("0d", LATE, True),
        ("1d", LATE, True),
        ("2d", LATE, True),
        ("3d", LATE, False),
        ("0d", at("D+3"), True),
        ("0d", at("D+4"), False),
        ("0d", at("D+1bd"), True),
        ("0d", at("D+2bd"), False),
        ("0d", at("D+1") + '\nanchor = "issued"', False),
        ("0d", at("D-1"), False),
        ("0d", at("D+1") + "\npresses = false", False),
        ("0d", BROKEN.format("0d"), True),
        ("0d", BROKEN.format("0d") + "\npresses = false", True),
        ("0d", BROKEN.format("2d"), True),
        ("0d", BROKEN.format("3d"), False),
        ("0d", BROKEN.format("1bd"), True),
        ("0d", BROKEN.format("2bd"), False),
        ("0d", 'on = "promise.kept"', False),
    ],
)
def test_settlement_race(clearing: str, trigger: str, found: bool, problems: Problems):  # noqa: FBT001 - a table
    """A payment is known once the next business day has passed; who pays on Friday is known on Monday evening."""
    text = f'limits.clearing = "{clearing}"\n' + step("a", trigger)
    assert problems(text) == (["1:8 settlement-race"] if found else [])


@pytest.mark.parametrize(("kind", "found"), [("message", False), ("task", True), ("listing", True)])
def test_a_closed_day_gains_the_time(kind: str, found: bool, problems: Problems):  # noqa: FBT001 - a table
    """Monday is closed to messages, so they come on Tuesday; calls and acts of registrars come on Monday."""
    windows = 'windows = { tuesday = "08:00-20:00" }, call_windows = { weekdays = "08:00-20:00" }'
    act = step("a", LATE) if kind == "message" else f'[[step]]\nid = "a"\nkind = "{kind}"\n{LATE}\n'
    codes = " ".join(problems(f'limits = {{ clearing = "2d", {windows} }}\n{act}'))
    assert ("settlement-race" in codes) == found


def test_fresh_payments_are_a_guard_of_their_own(problems: Problems):
    """Nothing presses on payments that are not known."""
    text = 'limits = { clearing = "0d", freshness = "1bd" }\n' + step("a", LATE)
    assert problems(text) == []


def test_no_day_is_ever_open(problems: Problems):
    """Then nobody is pressed."""
    text = 'limits = { clearing = "0d", windows = {} }\n' + step("a", LATE)
    assert "settlement-race" not in " ".join(problems(text))


def test_limits_that_cannot_be_read_have_no_race(problems: Problems):
    """Nothing is guessed."""
    assert problems("limits = 1\n" + step("a", LATE)) == ["1:10 wrong-type"]
