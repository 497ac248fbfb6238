"""`regua test`."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from regua.cli.inputs import Problems
from regua.cli.options import calendars_option, common_options, index_option, pass_screen
from regua.cli.output import Output, open_output, standard_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.core.calendars import Calendar
    from regua.core.indexes import Index
    from regua.policyfile.testfile import PolicyTest, PolicyTests
    from regua.testing.policytest import Verdict
    from regua.testing.policytest.coverage import Coverage
    from regua.testing.policytest.verdicts import Outcome

PATTERN: Final = "*.test.toml"
FOLDERS: Final = (".", "policies")
"""Where tests are looked for when no FILE is given."""
_COLOURS: Final[Mapping[Outcome, str]] = {"passed": "green", "failed": "red", "error": "red"}


@click.command("test")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option(
    "--run", "pattern", metavar="PATTERN", default="", help="Only tests with it in their names; * is anything."
)
@click.option("--junit", metavar="FILE", help="Write the results as JUnit XML, too.")
@click.option(
    "--coverage", is_flag=True, help="Tell which steps went out and which blockers were met, and which never."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True, help="What is printed."
)
@calendars_option
@index_option
@common_options
@pass_screen
def command(
    screen: Screen,
    *,
    files: tuple[str, ...],
    pattern: str,
    junit: str | None,
    coverage: bool,
    form: str,
    config: str | None,
    indexes: tuple[str, ...],
) -> int:
    """Run the tests of policies: what goes out, when, and why not.

    FILE is a *.test.toml, or a folder of them; by default those of this folder and of policies/. Each test is lived
    through by the real engine, with a store in memory, a test clock and channels that answer as the test says. Nobody
    is contacted.

    Exit status: 0 where every test passed, 1 where one did not or a file has problems.

    \b
    Example:
      regua test
      regua test policies/padrao.test.toml --run disputed --coverage
    """
    from regua.cli.asking import calendars, read_indexes
    from regua.testing.policytest.coverage import Coverage

    known = tuple(calendars(config).values())
    rates = tuple(read_indexes(indexes, config).values())
    chosen = _chosen(_read(_found(files), known, rates), pattern)
    covered = Coverage()
    results: list[tuple[Verdict, float]] = []
    with standard_output() as output:
        for tests, test in chosen:
            screen.progress(f"{tests.file}: {test.name}")
            verdict, seconds = _timed(tests, test, coverage=coverage)
            results.append((verdict, seconds))
            covered.add(tests.policies, verdict)
            screen.clear()
            output.write(_json(verdict) if form == "jsonl" else _text(verdict, screen))
        if coverage:
            _tell(covered, output, form)
    if junit is not None:
        _write_junit(junit, results)
    counts = Counter(verdict.outcome for verdict, _ in results)
    screen.note(f"{counted(len(results), 'test')}: " + ", ".join(f"{counts[each]} {each}" for each in _COLOURS))
    return int(counts["passed"] < len(results))


def _found(names: Sequence[str]) -> list[Path]:
    """The files that are meant.

    Raises:
        Problems: there is none.
    """
    given = names or [name for name in FOLDERS if Path(name).is_dir()]
    paths = [path for name in given for path in _below(Path(name))]
    if not paths:
        where = ", ".join(names) or "this folder and policies/"
        raise Problems([f"{where}: no file {PATTERN}; `regua init` writes one"])
    return list(dict.fromkeys(paths))


def _below(path: Path) -> list[Path]:
    return sorted(path.glob(PATTERN)) if path.is_dir() else [path]


def _read(paths: Sequence[Path], known: Sequence[Calendar], rates: Sequence[Index]) -> list[PolicyTests]:
    """Read every file.

    Raises:
        Problems: what is wrong with any of them.
    """
    from regua.errors import PolicyError
    from regua.testing.policytest import read_tests

    read, problems = [], list[str]()
    for path in paths:
        try:
            read.append(read_tests(path, calendars=known, indexes=rates))
        except PolicyError as error:
            problems += map(str, error.diagnostics)
    if problems:
        raise Problems(list(dict.fromkeys(problems)))
    return read


def _chosen(read: Sequence[PolicyTests], pattern: str) -> list[tuple[PolicyTests, PolicyTest]]:
    wanted = re.compile(".*".join(map(re.escape, pattern.split("*"))), re.IGNORECASE)
    chosen = [(tests, test) for tests in read for test in tests.tests if wanted.search(test.name)]
    if not chosen:
        raise click.BadParameter(f"no test has {pattern!r} in its name", param_hint="'--run'")
    return chosen


def _timed(tests: PolicyTests, test: PolicyTest, *, coverage: bool) -> tuple[Verdict, float]:
    from regua.testing.policytest import run_test

    start = time.perf_counter()
    verdict = run_test(tests, test, coverage=coverage)
    return verdict, time.perf_counter() - start


def _text(verdict: Verdict, screen: Screen) -> str:
    from regua.testing.policytest import told

    if screen.quiet and verdict.outcome == "passed":
        return ""
    outcome = screen.paint(verdict.outcome, _COLOURS[verdict.outcome])
    return f"{outcome}  {verdict.test.name}\n{told(verdict)}"


def _json(verdict: Verdict) -> str:
    origin = verdict.test.origin
    shown: dict[str, Any] = {
        "file": origin.file,
        "line": origin.line,
        "name": verdict.test.name,
        "outcome": verdict.outcome,
        "error": verdict.error,
        "problems": [
            {
                "at": str(problem.origin),
                "problem": problem.what,
                "details": list(problem.details),
                "rows": [
                    {"expected": row.expected, "actual": row.actual, "step": row.where, "why": row.why}
                    for row in problem.rows
                ],
            }
            for problem in verdict.problems
        ],
    }
    return json.dumps(shown, ensure_ascii=False) + "\n"


def _tell(covered: Coverage, output: Output, form: str) -> None:
    if form == "jsonl":
        output.write("".join(json.dumps({"coverage": each}, ensure_ascii=False) + "\n" for each in covered.plain()))
    else:
        output.write("".join(f"{line}\n" for line in ["", *covered.lines()]))


def _write_junit(name: str, results: Sequence[tuple[Verdict, float]]) -> None:
    from regua.cli.junit import junit_xml

    with open_output(name) as output:
        output.write(junit_xml(results))
