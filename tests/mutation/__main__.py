"""Mutation testing: `python -m tests.mutation [PATH…] [--sample N --seed S] [--tests PATH…] [--processes N]`.

Changes the core one small bit at a time and tells which changes no test notices.
"""

import argparse
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from tests.mutation.judging import judged
from tests.mutation.mutants import Mutant, mutants_of

ROOT: Final = Path(__file__).resolve().parents[2]
CORE: Final = ("src/regua/core/account.py", "src/regua/core/planning")
EXAMPLES: Final = ("tests/core", "tests/cases", "tests/law")
EQUIVALENT: Final = Path(__file__).with_name("equivalent.toml")


def main(arguments: Sequence[str]) -> int:
    """Judge, print the survivors and the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("paths", nargs="*", default=CORE, help="modules or folders; the planning core by default")
    parser.add_argument("--tests", nargs="+", default=EXAMPLES, help="as for pytest; the examples by default")
    parser.add_argument("--sample", type=int, help="judge this many mutants instead of all")
    parser.add_argument("--seed", type=int, default=0, help="which ones")
    parser.add_argument("--processes", type=int, default=1)
    given = parser.parse_args(arguments)
    mutants = [mutant for file in _files(given.paths) for mutant in mutants_of(file)]
    if given.sample is not None:
        mutants = sampled(mutants, given.sample, given.seed)
    verdicts = judged(mutants, given.tests, given.processes, lambda line: print(line, file=sys.stderr))  # noqa: T201
    for line in report(mutants, verdicts, equivalents()):
        print(line)  # noqa: T201
    return 0


def _files(paths: Iterable[str]) -> list[Path]:
    found = [Path(path).resolve() for path in paths]
    return [file for path in found for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]


def sampled(mutants: Iterable[Mutant], count: int, seed: int) -> list[Mutant]:
    """As many of the mutants, drawn by a lot that each has of its own: a change of the code leaves the others in."""

    def lot(mutant: Mutant) -> bytes:
        return sha256(f"{seed} {mutant.path.name} {mutant.function} {mutant.before} {mutant.after}".encode()).digest()

    return sorted(mutants, key=lot)[:count]


def equivalents() -> set[tuple[str, ...]]:
    """Mutants that mean the same as what they change, each with its reason in the file."""
    entries = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("equivalent", [])
    return {(entry["module"], entry["function"], entry["before"], entry["after"]) for entry in entries}


def report(mutants: Sequence[Mutant], verdicts: Sequence[str], explained: set[tuple[str, ...]]) -> list[str]:
    """The survivors that nobody explained, and a table: by module, how many were killed, are equivalent, survived."""
    lines, counts = [], Counter[tuple[str, str]]()
    for mutant, verdict in sorted(zip(mutants, verdicts, strict=True), key=lambda pair: (pair[0].path, pair[0].line)):
        name = mutant.path.relative_to(ROOT).as_posix() if mutant.path.is_relative_to(ROOT) else mutant.path.name
        if verdict.startswith("killed"):
            counts[name, "killed"] += 1
        elif (name, mutant.function, mutant.before, mutant.after) in explained:
            counts[name, "equivalent"] += 1
        else:
            counts[name, "survived"] += 1
            lines += [f"{name}:{mutant.line}: {verdict} ({mutant.function or 'module'})"]
            lines += [f"    - {mutant.before}", f"    + {mutant.after}"]
    lines += ["", "| module | mutants | killed | equivalent | survived |", "| --- | ---: | ---: | ---: | ---: |"]
    for name in [*sorted({name for name, _ in counts}), "together"]:
        killed, same, survived = (
            sum(count for (of, what), count in counts.items() if what == word and name in {of, "together"})
            for word in ("killed", "equivalent", "survived")
        )
        lines.append(f"| {name} | {killed + same + survived} | {killed} | {same} | {survived} |")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
