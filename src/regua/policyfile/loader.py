"""From a source to a policy, or to everything that is wrong with it."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from attrs import evolve

from regua.core.money import Money
from regua.core.policy import Policy
from regua.errors import MoneyError, PolicyError
from regua.policyfile.against import compare
from regua.policyfile.catalog import DEFAULT_CATALOG, Catalog
from regua.policyfile.diagnostics import Diagnostic, Report, ReportFullError
from regua.policyfile.document import read_document
from regua.policyfile.lint import lint
from regua.policyfile.nodes import Reading
from regua.policyfile.references import check_references
from regua.policyfile.source import Parsed, Source, parse_source, source_name
from regua.policyfile.support import report_nobodys, report_unsupported

_CURRENCY: Final = "BRL"


def load_policy(source: Source, *, catalog: Catalog = DEFAULT_CATALOG, name: str | None = None) -> Policy:
    """Read a policy file.

    Args:
        source: a path; a str without a line break, which is a path too; a str with a line break, which is TOML text;
            or bytes, which are TOML text in UTF-8.
        catalog: the names that the policy may use.
        name: of the file in diagnostics and origins; by default the path, or `<text>`.

    Returns:
        The policy. Every value of it knows its place in the file.

    Raises:
        PolicyError: the file has errors, or breaks a hard rule of its legal packs; its `diagnostics` are all of them,
            and the warnings.
    """
    report = Report()
    policy = _examine(source, catalog, name, report)
    if policy is None:
        raise PolicyError(report.sorted())
    return policy


def check_policy(
    source: Source,
    *,
    catalog: Catalog = DEFAULT_CATALOG,
    against: Source | Policy | None = None,
    name: str | None = None,
) -> list[Diagnostic]:
    """Tell everything that is wrong with a policy file, or suspicious in it.

    Args:
        source: as for `load_policy`.
        catalog: as for `load_policy`.
        against: an older version of the same policy, to find what was renamed or changed without a new version.
        name: as for `load_policy`.

    Returns:
        Every problem in the order of the file, those of the older file first. Bad content never raises.
    """
    report = Report()
    policy = _examine(source, catalog, name, report)
    if against is None:
        return report.sorted()
    old, problems = _older(against, catalog)
    if policy is not None and old is not None:
        with suppress(ReportFullError):
            compare(policy, old, report)
    return problems + report.sorted()


def _older(against: Source | Policy, catalog: Catalog) -> tuple[Policy | None, list[Diagnostic]]:
    if isinstance(against, Policy):
        return against, []
    report = Report()
    # It may be what the new version mends: the law is asked of that one alone.
    policy = _examine(against, evolve(catalog, packs=None), None, report)
    return policy, [problem for problem in report.sorted() if problem.severity == "error"]


def _examine(source: Source, catalog: Catalog, name: str | None, report: Report) -> Policy | None:
    """Report everything; give the policy where nothing is an error."""
    parsed = parse_source(source, source_name(source, name), report)
    if parsed is None:
        return None
    reading = Reading(parsed=parsed, catalog=catalog, report=report, currency=_currency(parsed))
    try:
        return _examine_document(reading)
    except ReportFullError:
        return None


def _examine_document(reading: Reading) -> Policy | None:
    draft = read_document(reading)
    if not draft.parts:
        return None
    check_references(draft)
    report_unsupported(draft)
    report_nobodys(draft)
    lint(draft)
    return None if reading.report.errors else draft.policy()


def _currency(parsed: Parsed) -> str:
    """The currency of the file's amounts; where it is no currency, [policy] reports it."""
    table = parsed.data.get("policy")
    currency = table.get("currency", _CURRENCY) if isinstance(table, dict) else _CURRENCY
    try:
        return Money(0, currency).currency
    except MoneyError:
        return _CURRENCY
