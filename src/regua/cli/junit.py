"""Results of policy tests as JUnit XML, as continuous integration reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from regua.testing.policytest import Verdict

_FORBIDDEN: Final = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def junit_xml(results: Sequence[tuple[Verdict, float]]) -> bytes:
    """One suite for each file.

    Args:
        results: verdicts, each with the seconds that it took, those of one file together.
    """
    root = ET.Element("testsuites")
    for file, group in groupby(results, key=lambda result: result[0].test.origin.file):
        _add_suite(root, file, list(group))
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _add_suite(root: ET.Element, file: str, results: Sequence[tuple[Verdict, float]]) -> None:
    outcomes = [verdict.outcome for verdict, _ in results]
    suite = ET.SubElement(
        root,
        "testsuite",
        name=_clean(file),
        tests=str(len(results)),
        failures=str(outcomes.count("failed")),
        errors=str(outcomes.count("error")),
        time=f"{sum(seconds for _, seconds in results):.3f}",
    )
    for verdict, seconds in results:
        _add_case(suite, verdict, seconds)


def _add_case(suite: ET.Element, verdict: Verdict, seconds: float) -> None:
    from regua.testing.policytest import told

    test = verdict.test
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_clean(test.origin.file),
        name=_clean(test.name),
        file=_clean(test.origin.file),
        line=str(test.origin.line),
        time=f"{seconds:.3f}",
    )
    if verdict.outcome != "passed":
        what = "failure" if verdict.outcome == "failed" else "error"
        first = verdict.problems[0].what if verdict.problems else verdict.error.partition("\n")[0]
        ET.SubElement(case, what, message=_clean(first)).text = _clean(told(verdict))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
