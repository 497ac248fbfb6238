from collections.abc import Callable
from pathlib import Path

import pytest
from casecompare import differences, instants
from casefile import FEATURES, FOLDER, SUPPORTED, Case, load_cases, problems
from caserun import Run

import regua.errors
from regua.core.account import fold
from regua.policyfile import check_policy

CASES = load_cases()
SUPPORTED_CASES = [case for case in CASES if not case.missing]


def each(cases: list[Case]) -> pytest.MarkDecorator:
    """One test per case, under its name."""
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


def told(case: Case, lines: list[str]) -> str:
    """What a failing case prints: its file, the differences, and the computation by hand."""
    return "\n".join([f"{case.path}", *lines, "", case.spec["about"]])


@each(CASES)
def test_case_file_says_what_a_case_can_say(case: Case, record_property: Callable[[str, object], None]):
    """Also of a case that waits for a feature the keys, the policies, the events and the days of the week are right."""
    if case.missing:
        record_property("not-yet-supported", f"{case.name} (needs {', '.join(case.missing)})")
    found = list(problems(case))
    assert not found, told(case, found)
    if not case.missing:
        assert case.events


@each([case for case in CASES if case.missing])
def test_events_of_a_waiting_case_decode(case: Case):
    """What a later issue carries out is spelled right now; only its outcomes need a schedule."""
    assert all(case.event(**{"id": f"e{number}", **event}) for number, event in enumerate(_facts(case), start=1))


def _facts(case: Case) -> list[dict[str, object]]:
    return [event for event in case.spec["events"] if not event["type"].startswith(("action.", "call."))]


@each([case for case in SUPPORTED_CASES if "expect" in case.spec])
def test_schedule_is_what_was_computed_by_hand(case: Case):
    """Every action with its instant, tone, amount and reasons, and nothing else."""
    lines = [line for expected in case.spec["expect"] for line in differences(case, expected)]
    assert not lines, told(case, lines)


@each([case for case in SUPPORTED_CASES if "expect" in case.spec])
def test_schedule_does_not_depend_on_the_order_of_arrival(case: Case):
    """The same facts backwards give the same schedule."""
    for expected in case.spec["expect"]:
        forth, back = (case.plan(events, *instants(expected)) for events in (case.events, case.events[::-1]))
        assert forth == back


@each([case for case in SUPPORTED_CASES if "run" in case.spec])
def test_lifecycle_goes_as_computed_by_hand(case: Case):
    """Carried out day by day, every action comes on its day and no other comes."""
    run = Run(case, list(case.events))
    run.carry_out()
    lines = list(run.problems())
    assert not lines, told(case, lines)


@each([case for case in SUPPORTED_CASES if "refused" in case.spec])
def test_facts_that_contradict_each_other_are_refused(case: Case):
    """Whatever the order."""
    error = getattr(regua.errors, case.spec["refused"])
    for events in (case.events, case.events[::-1]):
        with pytest.raises(error):
            fold(events)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("policies/*.toml")), ids=lambda path: path.stem)
def test_policy_of_the_cases_has_no_error(path: Path):
    """The cases are about what policies mean, not about how they are misspelled."""
    assert not [problem for problem in check_policy(path) if problem.severity == "error"]


def test_every_policy_serves_a_case():
    """None is left over."""
    used = {name for case in CASES for name in case.spec["policies"]}
    assert used == {path.stem for path in FOLDER.glob("policies/*.toml")}


@pytest.mark.parametrize(
    ("change", "told_as"),
    [
        ({"needs": ["telepathy"]}, "needs: 'telepathy' is no feature"),
        ({"expects": []}, "the file: unknown key 'expects'"),
        ({"name": "other"}, "name 'other' is not that of the file"),
        ({"about": "Due Mon 2026-03-10."}, "about: 2026-03-10 is no Mon"),
        ({"expect": [{"as_of": "2026-03-11T12:00:00-03:00", "actions": [], "balances": {}}]}, "unknown key 'balances'"),
        ({"expect": [{"actions": [{"step": "x", "status": "due", "amount": "1.23"}]}]}, "about does not derive 1.23"),
    ],
)
def test_case_file_with_a_mistake_is_refused(change: dict[str, object], told_as: str):
    """A misspelled feature or key would make a case that is never looked at."""
    case = CASES[0]
    assert any(told_as in line for line in problems(Case(case.path, {**case.spec, **change})))


def test_supported_features_are_features():
    """What is supported has a name that cases can ask for."""
    assert SUPPORTED <= FEATURES
