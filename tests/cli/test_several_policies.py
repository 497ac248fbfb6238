"""Several policy files on the command line, and facts that do not say which of them governs what."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.lines import invoice, reachable

Run = Callable[..., Any]
FACTS = (reachable("ana") + invoice("ana", "nf-1", "2026-04-20")).encode()
MIGRATED = (
    json.dumps(
        {"type": "policy.migrated", "version": 1, "id": "m", "creditor": "loja", "debtor": "ana"}
        | {"at": "2026-04-21T12:00:00Z", "recorded_at": "2026-04-21T12:00:00Z", "policy": "email"}
        | {"policy_version": 2, "verb": "rebase"}
    )
    + "\n"
).encode()
MORE = ("--policy", "email-2.toml")


@pytest.fixture(autouse=True)
def second(folder: Path) -> None:
    """A second version of email.toml, with `atraso` a day later."""
    text = (folder / "email.toml").read_text(encoding="utf-8")
    changed = text.replace('id = "email"', 'id = "email"\nversion = 2').replace("D+3 ", "D+4 ")
    (folder / "email-2.toml").write_text(changed, encoding="utf-8")


def planned(call: Run, *arguments: str, facts: bytes = FACTS) -> dict[str, tuple[str, int]]:
    """Day and policy version of each step that runs or may run."""
    ran = call("plan", "email.toml", "-", *arguments, "--format", "jsonl", stdin=facts)
    assert ran.status == 0, ran.err
    actions = [action for line in ran.out.splitlines() for action in json.loads(line)["actions"]]
    return {
        each["step"]: (each["at"][:10], each["policy_version"])
        for each in actions
        if each["status"] in {"due", "planned", "waiting"}
    }


@pytest.mark.parametrize("more", [(), MORE, ("--policy", "policy.toml")])
def test_the_first_policy_governs_what_names_none(call: Run, more: tuple[str, ...]):
    """Whatever further policies are given."""
    found = planned(call, *more, "--as-of", "2026-04-21")
    assert found == {"atraso": ("2026-04-23", 1), "firme": ("2026-04-30", 1)}


def test_before_a_migration_the_first_policy_still_governs(call: Run):
    """Asked of the day before, and of the day after."""
    facts = FACTS + MIGRATED
    assert planned(call, *MORE, "--as-of", "2026-04-20", facts=facts)["atraso"] == ("2026-04-23", 1)
    assert planned(call, *MORE, "--as-of", "2026-04-22", facts=facts)["atraso"] == ("2026-04-24", 2)


def test_an_assignment_goes_before_the_first_policy(call: Run):
    """The debtor's own says which."""
    assigned = json.loads(MIGRATED) | {"type": "policy.assigned", "id": "a"}
    del assigned["verb"]
    found = planned(call, *MORE, "--as-of", "2026-04-22", facts=FACTS + json.dumps(assigned).encode() + b"\n")
    assert found["atraso"] == ("2026-04-24", 2)


def test_explain_and_the_picture_go_by_the_first_policy_too(call: Run):
    """As `plan` does."""
    options = ("--debtor", "ana", "--as-of", "2026-04-21", *MORE)
    ran = call("explain", "email.toml", "-", *options, stdin=FACTS)
    assert (ran.status, "2026-04-23 10:00  atraso: planned" in ran.out) == (0, True)
    drawn = call("plan", "email.toml", "-", *options, "--format", "svg", stdin=FACTS)
    assert (drawn.status, drawn.out.startswith("<svg")) == (0, True), drawn.err


def test_diff_plans_debtors_who_went_over_already(call: Run):
    """Their facts name the new version, which is given; nothing changes for them."""
    bia = (reachable("bia") + invoice("bia", "nf-2", "2026-04-20")).encode()
    options = ("--as-of", "2026-04-22", "--format", "jsonl", "--verb", "rebase")
    ran = call("diff", "email.toml", "email-2.toml", "-", *options, stdin=FACTS + MIGRATED + bia)
    assert (ran.status, [json.loads(line)["debtor"] for line in ran.out.splitlines()]) == (0, ["bia"]), ran.err


def test_diff_leaves_a_receivable_that_went_over_as_it_is(call: Run):
    """Of one debtor the one changes that is still under the old version."""
    late = invoice("ana", "nf-9", "2026-04-20").replace("2026-03-30", "2026-04-22").encode()
    options = ("--as-of", "2026-04-22", "--format", "jsonl", "--verb", "rebase")
    ran = call("diff", "email.toml", "email-2.toml", "-", *options, stdin=FACTS + MIGRATED + late)
    (found,) = [json.loads(line) for line in ran.out.splitlines()]
    assert {change["receivable"] for change in found["verbs"]["rebase"]["changes"]} == {"nf-9"}


def test_diff_with_a_further_policy_compares_what_names_none(call: Run):
    """OLD governs it."""
    options = ("--as-of", "2026-04-21", "--policy", "policy.toml")
    ran = call("diff", "email.toml", "email-2.toml", "-", *options, stdin=FACTS)
    assert (ran.status, "1 debtor with receivables under policy 'email' version 1" in ran.err) == (0, True), ran.err


def test_what_is_missing_is_told_in_words_of_the_command_line(call: Run):
    """Which policy, which were given, and how to give one more."""
    ran = call("plan", "email.toml", "-", "--as-of", "2026-04-22", stdin=FACTS + MIGRATED)
    assert (ran.status, "which was not given (given: email 1)" in ran.err, "--policy" in ran.err) == (1, True, True)


def test_diff_prints_no_empty_line_before_the_sums_of_nothing(call: Run):
    """An empty line stands between the table and the sums alone."""
    options = ("--as-of", "2026-04-21", "--verb", "keep")
    assert not call("diff", "email.toml", "email-2.toml", "-", *options, stdin=FACTS).out.startswith("\n")


def test_a_night_loses_no_contact(call: Run):
    """What waits only for the hours to open counts before as well as after."""
    found = {}
    for at in ("2026-04-23T11:00-03:00", "2026-04-23T23:00-03:00"):
        options = ("--as-of", at, "--verb", "keep", "--format", "jsonl")
        ran = call("diff", "email.toml", "email-2.toml", "-", *options, stdin=FACTS)
        found[at[11:13]] = json.loads(ran.out)["verbs"]["keep"]["contacts"]
    assert found == {"11": {"before": 2, "after": 2}, "23": {"before": 2, "after": 2}}


def test_what_a_migration_left_behind_says_so(call: Run):
    """No other step took its place."""
    facts = FACTS + MIGRATED.replace(b"2026-04-21", b"2026-04-26").replace(b'"rebase"', b'"fast-forward"')
    options = ("--debtor", "ana", "--as-of", "2026-04-26T20:00-03:00", *MORE)
    ran = call("explain", "email.toml", "-", *options, stdin=facts)
    assert "superseded: a migration left it behind (migration m)" in ran.out


def test_simulate_starts_with_the_first_policy(call: Run):
    """And not with the newest version that is given."""
    ran = call("simulate", "email.toml", "-", *MORE, "--format", "jsonl", stdin=FACTS)
    sent = {(entry["step"], entry["at"][:10]) for entry in map(json.loads, ran.out.splitlines()) if "step" in entry}
    assert ("atraso", "2026-04-23") in sent


TEST = """\
policy = ["email.toml", "email-2.toml"]

[[test]]
name = "um"
invoice = { id = "nf-1", due = 2026-04-20, amount = "150.00" }
expect = ["D-5 lembrete", "D+3 atraso", "D+10 firme"]

[[test]]
name = "outra"
invoice = { id = "nf-1", due = 2026-04-20, amount = "150.00", policy = "email@2" }
expect = ["D-5 lembrete", "D+4 atraso", "D+10 firme"]

[[test]]
name = "por id"
invoice = { id = "nf-1", due = 2026-04-20, amount = "150.00", policy = "email" }
expect = ["D-5 lembrete", "D+3 atraso", "D+10 firme"]
"""


def test_a_policy_test_starts_with_the_first_policy(call: Run):
    """An invoice may name another, or one version of it."""
    Path("x.test.toml").write_text(TEST, encoding="utf-8")
    ran = call("test", "x.test.toml")
    assert ran.status == 0, ran.out


def test_the_failure_of_a_policy_test_names_the_file_that_governed(call: Run):
    """The first one's step, at its line."""
    Path("x.test.toml").write_text(TEST.replace('"D+3 atraso"', '"D+4 atraso"', 1), encoding="utf-8")
    ran = call("test", "x.test.toml")
    assert (ran.status, "email.toml:" in ran.out, "email-2.toml:" in ran.out) == (1, True, False), ran.out
