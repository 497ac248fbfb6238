"""What storms came to: a table, what was wrong and how to run it again, and the same as JSON."""

import json
import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import asdict, fields
from tests.storms.storm import Outcome, Storm

NAMES = {"no_mount": "no-mount"}
MOST = 12
"""Lines that are printed of what is wrong with one storm."""
COLUMNS = (
    "store",
    "capability",
    "actions",
    "workers",
    "kills",
    "stops",
    "restarts",
    "full",
    "paid",
    "sent",
    "suppressed",
    "failed",
    "unknown",
    "taken",
    "duplicates",
    "lost",
    "stuck",
    "after payment",
    "in flight",
    "seconds",
    "actions/s",
    "fsync ms",
)


def row_of(outcome: Outcome) -> dict[str, Any]:
    """One line of the table.

    `unknown` and `taken`: how many actions nobody can say of whether they left, and how many of these the provider in
    truth took over. `in flight`: what reached the provider after a payment was recorded, with an intent from before.
    """
    storm, verdict = outcome.storm, outcome.verdict
    states = {name: verdict.states[name] for name in ("sent", "suppressed", "failed", "unknown")}
    return {
        "store": storm.store,
        "capability": "lease queue" if storm.control else storm.capability,
        "actions": storm.actions,
        "workers": storm.workers,
        "kills": outcome.killed,
        "stops": outcome.stops,
        "restarts": outcome.crashes,
        "full": f"{outcome.fills} by {outcome.filled_by}" if outcome.fills else "0",
        "paid": outcome.paid,
        **states,
        "taken": verdict.unknown_taken,
        "duplicates": verdict.duplicates,
        "lost": verdict.lost,
        "stuck": verdict.stuck,
        "after payment": verdict.after_payment,
        "in flight": verdict.in_flight,
        "seconds": round(outcome.seconds, 1),
        "actions/s": round(storm.actions / outcome.seconds),
        "fsync ms": round(outcome.fsync_ms, 2),
    }


def name_of(storm: Storm) -> str:
    """What a storm is called while it blows."""
    about = [f"{storm.crashes} crashes of the server"] if storm.crashes else []
    about += [f"the disk full {storm.fills} times"] if storm.fills else []
    about += [f"clocks {storm.apart} s apart"] if storm.apart else []
    about += [f"a lease of {storm.lease} s"] if storm.lease else []
    return ", ".join([f"{'lease queue' if storm.control else storm.capability} on {storm.store}", *about])


def table(outcomes: Sequence[Outcome]) -> str:
    """All of them, as Markdown."""
    rows = [{name: str(value) for name, value in row_of(outcome).items()} for outcome in outcomes]
    widths = {name: max([len(name), *(len(row[name]) for row in rows)]) for name in COLUMNS}
    lines = [[name.ljust(widths[name]) for name in COLUMNS], ["-" * widths[name] for name in COLUMNS]]
    lines += [[row[name].rjust(widths[name]) for name in COLUMNS] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def again(storm: Storm) -> str:
    """How to run one storm again."""
    given = [f"--seed {storm.seed}", f"--store {storm.store}", f"--capability {storm.capability}"]
    for each in fields(Storm):
        value = getattr(storm, each.name)
        if each.name not in {"seed", "store", "capability"} and value != each.default:
            name = NAMES.get(each.name, each.name)
            given.append(f"--{name}" if value is True else f"--{name} {shlex.quote(str(value))}")
    return f"python3 dev.py storm {' '.join(given)}"


def told(outcome: Outcome) -> str:
    """What is to be said of one storm beside its line: unknowns, points of death, faults that workers lived through."""
    lines = [f"  unknown {count}: {why}" for why, count in sorted(outcome.verdict.unknowns.items())]
    for what, names in (("died", outcome.points), ("lived through", outcome.errors)):
        if names:
            counted = ", ".join(f"{name} {count}" for name, count in sorted(Counter(names).items()))
            lines.append(f"  {what}: {counted}")
    wrong = problems(outcome)
    lines += [f"  WRONG: {line}" for line in wrong[:MOST]]
    lines += [f"  WRONG: and {len(wrong) - MOST} more"] if len(wrong) > MOST else []
    lines += [f"  again: {again(outcome.storm)}"] if wrong else []
    return "\n".join(lines)


def problems(outcome: Outcome) -> list[str]:
    """Why a storm did not come out as it must; of the control, that it shows what it is there to show."""
    if not outcome.storm.control:
        return list(outcome.faults)
    shown = [] if outcome.verdict.duplicates else ["the control shows no duplicate: the harness proves nothing"]
    return [*outcome.faults, *shown]


def write_json(path: Path, seed: int, outcomes: Sequence[Outcome]) -> None:
    """Write all of it for programs."""
    found = [
        {
            "again": again(outcome.storm),
            "storm": asdict(outcome.storm),
            "row": row_of(outcome),
            "unknowns": dict(sorted(outcome.verdict.unknowns.items())),
            "points": dict(sorted(Counter(outcome.points).items())),
            "errors": dict(sorted(Counter(outcome.errors).items())),
            "problems": problems(outcome),
        }
        for outcome in outcomes
    ]
    path.write_text(json.dumps({"seed": seed, "storms": found}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
