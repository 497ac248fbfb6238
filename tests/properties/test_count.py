"""The invariants are counted: properties over generated debtors, each of one sentence, each told once."""

import ast
from functools import cache
from pathlib import Path

import pytest

FOLDERS = [Path(__file__).parent, Path(__file__).parent.parent / "engine"]
LEAST = 40
PROMISED = {
    "permutation of arrival": [
        "test_events_in_any_order_are_the_same_account_and_schedule",
        "test_contacts_do_not_depend_on_the_order_of_arrival",
    ],
    "asked daily or in one jump": [
        "test_time_is_asked_in_one_jump_or_day_by_day",
        "test_waking_up_at_wakeups_meets_what_planning_every_hours_meets",
        "test_a_capped_plan_keeps_its_word",
    ],
    "a full payment never adds a pressing action for what it pays": [
        "test_a_payment_that_settles_never_adds_a_pressing_action",
        "test_under_caps_a_full_payment_adds_no_pressing_action_for_what_it_pays",
    ],
    "backdating never changes what was sent": ["test_a_backdated_fact_never_changes_what_was_sent"],
    "no contact outside its window": [
        "test_what_runs_runs_in_an_open_hour_of_the_debtor",
        "test_every_contact_of_a_life_goes_in_an_open_hour",
        "test_nobody_is_contacted_outside_the_strictest_hours_of_their_states",
        "test_no_telephone_on_a_do_not_call_list_is_used",
    ],
    "no listing, protest or suspension before its conditions": [
        "test_nobody_is_listed_before_all_the_law_wants_is_there",
        "test_no_title_goes_to_the_notary_without_its_proofs",
        "test_no_service_is_suspended_and_nobody_sued_as_the_sector_forbids",
    ],
    "no collecting contact of a time-barred claim": ["test_nobody_is_asked_for_what_is_time_barred"],
    "no charge above a cap": ["test_no_policy_that_is_let_pass_charges_above_a_cap"],
    "an owed act in its term, or an alarm": ["test_every_undoing_keeps_its_term_or_tells"],
    "caps hold in every 7 civil days for what was known when decided": [
        "test_no_civil_day_has_more_pressing_contacts_than_allowed",
        "test_no_seven_civil_days_have_more_pressing_contacts_than_allowed",
        "test_two_pressing_contacts_keep_their_distance",
        "test_a_plan_keeps_the_caps_ahead",
    ],
    "tone at most one rung above the highest delivered": [
        "test_a_tone_is_at_most_one_rung_above_the_highest_delivered",
        "test_the_tones_of_a_life_climb_rung_by_rung",
    ],
    "exactly one primary reason per step at every instant": [
        "test_each_action_has_one_primary_reason_and_known_codes",
        "test_under_caps_each_step_has_one_primary_reason_at_every_instant",
    ],
    "plan_many equals plan": ["test_planning_many_is_planning_each"],
    "replaying a recorded log gives the same fingerprint": ["test_a_recorded_life_replays_to_the_same_fingerprints"],
    "executing as planned changes no other action but those that its receipt unlocks": [
        "test_executing_what_is_due_changes_only_what_depends_on_it",
        "test_a_contact_carried_out_as_planned_changes_no_other",
    ],
}


@cache
def invariants() -> dict[str, str]:
    """Name and docstring of every test that takes generated examples."""
    found: dict[str, str] = {}
    for folder in FOLDERS:
        for path in sorted(folder.glob("test_*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and _is_generated(node):
                    assert node.name not in found, node.name
                    found[node.name] = ast.get_docstring(node) or ""
    return found


def _is_generated(node: ast.FunctionDef) -> bool:
    names = [decorator.func for decorator in node.decorator_list if isinstance(decorator, ast.Call)]
    return any(isinstance(name, ast.Name) and name.id == "given" for name in names)


def test_there_are_at_least_forty_invariants():
    """As many as were promised, and no two say the same."""
    assert len(invariants()) >= LEAST
    assert len(set(invariants().values())) == len(invariants())


def test_each_invariant_says_itself_in_one_line():
    """One line that begins with a capital and ends as a sentence does."""
    told = [f"{name}: {text}" for name, text in invariants().items() if not _is_sentence(text)]
    assert told == []


def _is_sentence(text: str) -> bool:
    return text.endswith(".") and "\n" not in text and not text[0].islower()


@pytest.mark.parametrize("promise", PROMISED)
def test_each_promised_invariant_has_its_tests(promise: str):
    """What must be among them is."""
    assert set(PROMISED[promise]) <= set(invariants())
