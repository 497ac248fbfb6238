"""From a file to its tests, and from a test to its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from attrs import evolve

from regua.core.calendars import Calendar
from regua.core.indexes import Index
from regua.errors import ReguaError
from regua.messages import MessageBook
from regua.plugins import Registry
from regua.policyfile.testfile import PolicyTest, PolicyTests, load_tests
from regua.testing.policytest.judging import judge
from regua.testing.policytest.verdicts import Verdict
from regua.testing.policytest.world import PolicyWorld


def read_tests(path: str | Path, *, calendars: Sequence[Calendar] = (), indexes: Sequence[Index] = ()) -> PolicyTests:
    """Read a file of policy tests, and its policies.

    Args:
        path: of the file.
        calendars: beside those of plugins; policies use their names.
        indexes: likewise.

    Raises:
        PolicyError: the file, or one of its policies, has errors.
    """
    registry = _installed()
    known = {**registry.calendars, **{each.name: each for each in calendars}}
    catalog = registry.catalog(calendars=known, indexes=[each.name for each in indexes])
    return evolve(load_tests(path, calendars=known, catalog=catalog, templates=_names), indexes=tuple(indexes))


def run_test(tests: PolicyTests, test: PolicyTest, *, coverage: bool = False) -> Verdict:
    """Live through one test.

    Args:
        tests: the file.
        test: one of it.
        coverage: whether the verdict tells every blocker that was met; otherwise it comes sooner.
    """
    try:
        with PolicyWorld(tests, test, watches=coverage) as world:
            world.live()
            return judge(world, tests)
    except ReguaError as error:
        return Verdict(test=test, error=f"{type(error).__name__}: {error}")


def _names(folder: str) -> frozenset[str]:
    return frozenset(MessageBook.open(*([folder] if folder else [])).names())


@cache
def _installed() -> Registry:
    return Registry.discover()
