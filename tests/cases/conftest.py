"""Makes the modules of this folder importable, and tells at the end of the run which cases wait for a feature."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

sys.path.insert(0, str(Path(__file__).parent))


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
