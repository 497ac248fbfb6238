"""From a `*.test.toml` to its tests, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from regua.core.calendars import Calendar
from regua.core.policy import Origin, Policy
from regua.errors import PolicyError
from regua.policyfile.catalog import DEFAULT_CATALOG, Catalog
from regua.policyfile.diagnostics import Diagnostic, Report, ReportFullError, quoted
from regua.policyfile.loader import load_policy
from regua.policyfile.nodes import Node, Reading, RefusedError
from regua.policyfile.source import parse_source
from regua.policyfile.testfile.counting import Counting
from regua.policyfile.testfile.keys import POLICIES, TESTS, Written
from regua.policyfile.testfile.values import PolicyTests

_CURRENCY: Final = "BRL"


def load_tests(
    path: str | Path,
    *,
    calendars: Mapping[str, Calendar],
    catalog: Catalog = DEFAULT_CATALOG,
    templates: Callable[[str], Collection[str]] | None = None,
) -> PolicyTests:
    """Read a file of policy tests, and the policies that it names.

    Args:
        path: of the file; its policies are found from its folder.
        calendars: by the name that policies use.
        catalog: the names that the policies may use.
        templates: the names of the templates of a folder, or of those that come with regua where it is ""; None
            where policies may name any.

    Returns:
        The tests, with every day counted and every value at its place in the file.

    Raises:
        PolicyError: the file or a policy of it has errors; its `diagnostics` are all of them.
    """
    report, of_policies, read = Report(), list[Diagnostic](), None
    parsed = parse_source(Path(path), str(path), report)
    if parsed is not None:
        reading = Reading(parsed=parsed, catalog=catalog, report=report, currency=_CURRENCY)
        root = Node(reading=reading, path=(), value=parsed.data)
        with suppress(ReportFullError):
            if templates is not None:
                root = _with_templates(root, Path(path).parent, templates)
            policies = tuple(_policies(root, Path(path).parent, of_policies))
            read = _tests(_under(root, policies), policies, calendars, Path(path).parent)
    if read is None or of_policies or report.errors:
        raise PolicyError([*of_policies, *report.sorted()])
    return read


def _with_templates(root: Node, folder: Path, templates: Callable[[str], Collection[str]]) -> Node:
    """The file, its policies to be read beside these templates; a folder that is not there is reported later."""
    named = root.value.get("templates")
    own = folder / named if isinstance(named, str) else None
    names = frozenset(templates(str(own) if own is not None and own.is_dir() else ""))
    return evolve(root, reading=evolve(root.reading, catalog=evolve(root.reading.catalog, templates=names)))


def _policies(root: Node, folder: Path, problems: list[Diagnostic]) -> Iterator[Policy]:
    """The policies that can be read; what is wrong with one of them stands in its own file."""
    if "policy" not in root.value:
        return
    try:
        named = POLICIES.read(root.child("policy"))
    except RefusedError:
        return  # it is reported when all the keys are read
    for name, origin in named:
        path = folder / name
        if not path.is_file():
            message = f"there is no policy {quoted(name)} in {folder}; paths begin at this file's folder"
            root.reading.report.add("unreadable", origin, message)
            continue
        try:
            yield load_policy(path, catalog=root.reading.catalog)
        except PolicyError as error:
            problems += [
                each for each in error.diagnostics if isinstance(each, Diagnostic) and each.severity == "error"
            ]


def _under(root: Node, policies: tuple[Policy, ...]) -> Node:
    """The file as its policies have it: their currency, their channels."""
    if not policies:
        return root
    channels = frozenset(name for policy in policies for step in policy.steps for name in step.channels)
    catalog = evolve(root.reading.catalog, channels=channels)
    return evolve(root, reading=evolve(root.reading, catalog=catalog, currency=policies[0].currency))


def _tests(
    root: Node, policies: tuple[Policy, ...], calendars: Mapping[str, Calendar], folder: Path
) -> PolicyTests | None:
    values, _ = TESTS.read_keys(root)
    report, written = root.reading.report, values.get("tests", ())
    _report_duplicates(written, report)
    templates = _templates(values, folder, report)
    if not policies:
        return None
    counting = Counting(policies, calendars, report, values.get("default_outcome", "delivered"))
    tests = [counting.test(each) for each in written]
    file = root.reading.parsed.file
    return PolicyTests(
        file=file, policies=policies, templates=templates, calendars=calendars, tests=tuple(filter(None, tests))
    )


def _templates(values: Mapping[str, Any], folder: Path, report: Report) -> str:
    named: tuple[str, Origin] | None = values.get("templates")
    if named is None:
        return ""
    name, origin = named
    if not (folder / name).is_dir():
        message = f"there is no folder {quoted(name)} in {folder}; paths begin at this file's folder"
        report.add("unreadable", origin, message)
    return str(folder / name)


def _report_duplicates(tests: Iterable[Written], report: Report) -> None:
    first: dict[str, int] = {}
    for test in tests:
        name, line = test.values["name"], test.origin.line
        if name in first:
            message = f"a test {quoted(name)} stands already in line {first[name]}; a name is used once"
            report.add("duplicate-id", test.origins["name"], message)
        first.setdefault(name, line)
