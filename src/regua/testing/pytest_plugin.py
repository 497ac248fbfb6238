"""Fixtures for pytest, and the collector of `*.test.toml`, there as soon as `regua[testing]` is installed.

Nothing is imported before one is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from regua.engine import Engine
    from regua.policyfile.testfile import PolicyTest, PolicyTests
    from regua.testing.policytest import Verdict
    from regua.testing.simulation import Simulation

pytest.register_assert_rewrite("regua.testing.contracts")

SUFFIX: Final = ".test.toml"
"""How names of files end that hold policy tests."""


class FailedVerdictError(Exception):
    """A policy test did not pass.

    Attributes:
        verdict: what came of it.
    """

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.test.name)
        self.verdict = verdict


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the policy tests of a file."""
    return PolicyTestsFile.from_parent(parent, path=file_path) if file_path.name.endswith(SUFFIX) else None


class PolicyTestsFile(pytest.File):
    """A `*.test.toml`."""

    def collect(self) -> Iterator[pytest.Item]:
        """Read the file: an item for each of its tests.

        Raises:
            CollectError: the file, or a policy of it, has problems.
        """
        from regua.errors import PolicyError  # noqa: PLC0415 - as the module says
        from regua.testing.policytest import read_tests  # noqa: PLC0415 - as above

        try:
            tests = read_tests(self.path)
        except PolicyError as error:
            raise self.CollectError(str(error)) from None
        for test in tests.tests:
            yield PolicyTestItem.from_parent(self, name=test.name, tests=tests, test=test)


class PolicyTestItem(pytest.Item):
    """One `[[test]]` of it."""

    def __init__(self, *, tests: PolicyTests, test: PolicyTest, **parts: Any) -> None:
        super().__init__(**parts)
        self._tests, self._test = tests, test

    def runtest(self) -> None:
        """Live through it.

        Raises:
            FailedVerdictError: it did not pass.
        """
        from regua.testing.policytest import run_test  # noqa: PLC0415 - as the module says

        verdict = run_test(self._tests, self._test)
        if verdict.outcome != "passed":
            raise FailedVerdictError(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """Show expected and actual side by side; of a bug of regua, the traceback."""
        from regua.testing.policytest import told  # noqa: PLC0415 - as the module says

        if isinstance(excinfo.value, FailedVerdictError):
            return told(excinfo.value.verdict)
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands: file, line from 0, name."""
        return self.path, self._test.origin.line - 1, self.name


@pytest.fixture
def simulation() -> Iterator[Callable[..., Simulation]]:
    """Make simulations, called as `regua.testing.Simulation`; they are closed after the test.

    Example:
        def test_reminder(simulation):
            sim = simulation("policy.toml", start="2026-03-01")
    """
    from regua.testing.simulation import Simulation  # noqa: PLC0415 - as the module says

    with ExitStack() as opened:

        def make(*args: Any, **kwargs: Any) -> Simulation:
            return opened.enter_context(Simulation(*args, **kwargs))

        yield make


@pytest.fixture
def regua_engine() -> Iterator[Callable[..., Engine]]:
    """Open engines on stores in memory, called as `regua.Engine.open`; they are closed after the test.

    Example:
        def test_shop(regua_engine):
            engine = regua_engine(creditors={"loja": CreditorSettings(policies=["policy.toml"], name="Loja")})
    """
    from regua.engine import Engine  # noqa: PLC0415 - as the module says

    with ExitStack() as opened:

        def make(*args: Any, **kwargs: Any) -> Engine:
            return opened.enter_context(Engine.open(*args, **({"store": "memory:"} | kwargs)))

        yield make
