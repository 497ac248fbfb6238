"""Judging mutants: each in a process of its own, by the tests that run its lines, up to the first that fails."""

import gc
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Final

import pytest
from _pytest.runner import runtestprotocol
from attrs import field, frozen
from coverage import Coverage
from tests.mutation.living import Living
from tests.mutation.mutants import Mutant

_SURVIVED, _KILLED, _TIMEOUT, _NOT_HERE = range(4)
_QUIET: Final = ("-qq", "--no-header", "--no-summary", "-p", "no:cacheprovider")
_WORDS: Final = {_SURVIVED: "survived", _TIMEOUT: "killed by time"}
_SPEAK_EVERY: Final = 50


@frozen
class Runs:
    """Which tests run which lines of which file, and how long they take unchanged, in seconds of the processor."""

    lines: dict[str, dict[str, list[str]]]
    seconds: dict[str, float]
    failing: list[str]

    def of(self, mutant: Mutant) -> list[str]:
        """Tests that run the mutant's lines, quick ones first."""
        lines = self.lines.get(str(mutant.path), {})
        return self._quick({name for line in range(*mutant.lines) for name in lines.get(str(line), ())})

    def of_module(self, mutant: Mutant) -> list[str]:
        """Tests that run anything of the mutant's module; all where it holds nothing but values."""
        lines = self.lines.get(str(mutant.path), {})
        return self._quick({name for names in lines.values() for name in names} or set(self.seconds))

    def _quick(self, names: set[str]) -> list[str]:
        return sorted(names & self.seconds.keys(), key=lambda name: (self.seconds[name], name))


@frozen
class Judge:
    """A pytest plugin that judges mutants instead of running the tests.

    Attributes:
        mutants: all to judge.
        processes: how many to judge at once.
        tell: takes a line about how far it came.
        verdicts: what became of each mutant, by its place; filled in.
    """

    mutants: Sequence[Mutant]
    processes: int
    tell: Callable[[str], object]
    verdicts: dict[int, str] = field(factory=dict)
    _killers: dict[str, list[str]] = field(factory=dict)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn which tests run what, then judge."""
        if session.testsfailed:
            raise session.Interrupted("a test module cannot be collected")
        items = {item.nodeid: item for item in session.items}
        files = sorted({str(mutant.path) for mutant in self.mutants})
        living = Living.found(files)
        gc.freeze()  # forks share what nobody collects
        runs = Runs(**json.loads(_apart(lambda: _learnt(session.items, files))))
        self.tell(f"{len(runs.seconds)} tests; not asked, for they fail unchanged: {runs.failing}")
        shares = [range(start, len(self.mutants), self.processes) for start in range(self.processes)]
        pipes = [_fork(lambda share=share: self._judge_share(share, items, runs, living)) for share in shares]
        for pipe in pipes:
            self.verdicts.update((int(place), verdict) for place, verdict in json.loads(_end_of(pipe)).items())
        return True

    def _judge_share(self, share: Sequence[int], items: dict[str, pytest.Item], runs: Runs, living: Living) -> str:
        verdicts = {}
        for count, place in enumerate(share, start=1):
            mutant = self.mutants[place]
            verdicts[place] = self._judge(mutant, items, runs, living)
            if verdicts[place].startswith("survived"):
                self.tell(f"{mutant.path.name}:{mutant.line}: {mutant.after}")
            if count % _SPEAK_EVERY == 0:
                self.tell(f"{count} of {len(share)}")
        return json.dumps(verdicts)

    def _judge(self, mutant: Mutant, items: dict[str, pytest.Item], runs: Runs, living: Living) -> str:
        killers = self._killers.setdefault(mutant.function, [])
        names = runs.of(mutant) if mutant.firsts else []
        names = [*(name for name in killers if name in names), *(name for name in names if name not in killers)]
        status, killer = _NOT_HERE, ""
        if names:
            items_of = [items[name] for name in names]
            status, killer = json.loads(_apart(lambda: _tested(mutant, items_of, runs, living)))
        if status == _NOT_HERE:  # it ran when its module was imported
            status = _anew(mutant, names or runs.of_module(mutant))
        if killer:
            killers[:] = [killer, *(name for name in killers if name != killer)]
        return _WORDS.get(status, "killed")


def judged(mutants: Sequence[Mutant], tests: Sequence[str], processes: int, tell: Callable[[str], object]) -> list[str]:
    """Judge mutants by tests, named as for pytest; give what became of each, in their order."""
    judge = Judge(mutants, processes, tell)
    run_pytest(tests, judge)
    return [judge.verdicts[place] for place in range(len(mutants))]


def run_pytest(tests: Sequence[str], *plugins: object) -> int:
    """Run pytest in this process, with little to read."""
    return pytest.main([*_QUIET, *tests], plugins=[_Examples(), *plugins])


class _Examples:
    """A pytest plugin: an example that fails is enough, for nobody reads a smaller one."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self) -> None:
        """Offer the profile before a conftest.py loads it."""
        from hypothesis import Phase, settings  # imported here, since pytest would rewrite its assertions

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("mutation", derandomize=True, deadline=None, database=None, phases=phases)
        os.environ["HYPOTHESIS_PROFILE"] = "mutation"


def _learnt(items: Sequence[pytest.Item], files: list[str]) -> str:
    """Run every test once, unchanged."""
    coverage, seconds, failing = Coverage(data_file=None, include=files, config_file=False), {}, []
    coverage.start()
    for item, following in zip(items, [*items[1:], None], strict=True):
        coverage.switch_context(item.nodeid)
        before = os.times()
        fails = _fails(item, following)
        if fails:
            failing.append(item.nodeid)
        else:
            seconds[item.nodeid] = os.times().user - before.user
    coverage.stop()
    data = coverage.get_data()
    lines = {file: data.contexts_by_lineno(file) for file in data.measured_files()}
    return json.dumps({"lines": lines, "seconds": seconds, "failing": failing})


def _tested(mutant: Mutant, items: Sequence[pytest.Item], runs: Runs, living: Living) -> str:
    """Run tests on a mutant in this process; one that takes far longer than before hangs."""
    if not living.put(mutant):
        return json.dumps((_NOT_HERE, ""))
    for item, following in zip(items, [*items[1:], None], strict=True):
        signal.setitimer(signal.ITIMER_VIRTUAL, 1 + 10 * runs.seconds[item.nodeid])  # unhandled, it ends the process
        if _fails(item, following):
            return json.dumps((_KILLED, item.nodeid))
    return json.dumps((_SURVIVED, ""))


def _fails(item: pytest.Item, following: pytest.Item | None) -> bool:
    return any(report.failed for report in runtestprotocol(item, nextitem=following, log=False))


def _anew(mutant: Mutant, names: Sequence[str]) -> int:
    """Run tests on a mutant in a Python that imports it."""
    order = json.dumps({"path": str(mutant.path), "source": mutant.source, "names": list(names)})
    command = (sys.executable, "-m", "tests.mutation.anew")
    ended = subprocess.run(command, input=order, text=True, capture_output=True, check=False)
    return {0: _SURVIVED, -signal.SIGXCPU: _TIMEOUT}.get(ended.returncode, _KILLED)


def _apart(work: Callable[[], str]) -> str:
    """Work in a fork, so that nothing of it stays here; a process that ended by itself hung."""
    return _end_of(_fork(work)) or json.dumps((_TIMEOUT, ""))


def _fork(work: Callable[[], str]) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    os.close(reading)
    try:
        with os.fdopen(writing, "w") as file:
            file.write(work())
    except BaseException:  # noqa: BLE001 - whatever it is, it ends here
        traceback.print_exc()
    os._exit(0)


def _end_of(pipe: tuple[int, int]) -> str:
    child, reading = pipe
    with os.fdopen(reading) as file:
        found = file.read()
    os.waitpid(child, 0)
    return found
