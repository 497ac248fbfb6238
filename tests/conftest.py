"""Hypothesis profiles: `ci` gives the same examples in every run; HYPOTHESIS_PROFILE=dev looks for new ones.

Tells at the end of the run which cases wait for a feature.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.register_profile("dev", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "ci")


HERE = Path(__file__).parent
ONCE = {
    HERE / name
    for name in (
        "cases",
        "cli",
        "codec/test_fuzz.py",
        "codec/test_round_trip.py",
        "core/test_planning_many.py",
        "documents",
        "engine/test_processes.py",
        "hosts",
        "importfile",
        "law",
        "messages",
        "mutation",
        "policyfile",
        "properties",
        "reports",
        "security",
        "servers",
        "simulation",
        "storms",
        "testing",
    )
} | {HERE.parent / "plugins" / name for name in ("regua-boleto", "regua-pix", "regua-postgres")}
"""Folders and files whose tests are long, or about text and data alone: the same on every Python."""


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Leave these to one Python."""
    for item in items:
        if ONCE.intersection((item.path, *item.path.parents)):
            item.add_marker(pytest.mark.one_python)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name and count the cases that nothing carries out yet."""
    reports = (report for group in terminalreporter.stats.values() for report in group)
    properties = (entry for report in reports for entry in getattr(report, "user_properties", ()))
    lines = sorted({text for name, text in properties if name == "not-yet-supported"})
    if lines:
        terminalreporter.section("cases not yet supported")
        for line in lines:
            terminalreporter.write_line(f"not-yet-supported: {line}")
        terminalreporter.write_line(f"not-yet-supported: {len(lines)} cases")
