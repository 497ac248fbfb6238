"""From a file to a legal pack, or to everything that is wrong with it."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from copy import deepcopy
from typing import Any, Final

from attrs import evolve

from regua.core.legal import LegalPack, LegalRule
from regua.core.rules import Origin
from regua.errors import PolicyError
from regua.policyfile.catalog import Catalog
from regua.policyfile.diagnostics import Report, ReportFullError
from regua.policyfile.nodes import Node, Reading, RefusedError, place
from regua.policyfile.packs.shapes import FORMAT, PACK, PROVISIONS, RULE, owned
from regua.policyfile.positions import Path
from regua.policyfile.scalars import Constant
from regua.policyfile.source import Source, parse_source, source_name
from regua.policyfile.tables import Key, ListOf, Table

_CURRENCY: Final = "BRL"
_DOCUMENT: Final = Table(
    what="a legal pack",
    keys={
        "format": Key(
            Constant(FORMAT, "unknown-format", f"this version of regua reads format = {FORMAT}"),
            "format",
            required=True,
        ),
        "pack": Key(PACK, "which pack this is", required=True),
        "rule": Key(ListOf(item=RULE, what="tables [[rule]]", distinct=False), "the rules", required=True),
    },
    build=dict,
)


def read_pack(source: Source, *, name: str | None = None) -> LegalPack:
    """Read a legal pack.

    Args:
        source: a path, TOML text with a line break, or bytes, as for `load_policy`.
        name: of the file in diagnostics; by default the path, or `<text>`.

    Returns:
        The pack. Every rule knows its place in the file.

    Raises:
        PolicyError: the file has errors; its `diagnostics` are all of them.
    """
    report = Report()
    parsed = parse_source(source, source_name(source, name), report)
    parts: dict[str, Any] = {}
    if parsed is not None:
        reading = Reading(parsed=parsed, catalog=Catalog(), report=report, currency=_CURRENCY)
        with suppress(ReportFullError):
            parts, _ = _DOCUMENT.read_keys(Node(reading=reading, path=(), value=parsed.data))
            _check_rules(report, parts.get("rule", ()))
    if parsed is None or report.errors:
        raise PolicyError(report.sorted())
    rules = tuple(_with_values(rule, written) for rule, written in zip(parts["rule"], parsed.data["rule"], strict=True))
    return LegalPack(**parts["pack"], rules=rules)


_FIXED = frozenset({"prescription_pause", "prescription_restart", "prescription"})
"""Provisions whose figures no deviation changes: with them a default would undo a hard rule (presc.5a)."""


def loosened(rule: LegalRule, value: str) -> LegalRule:
    """A rule with other figures of its provisions.

    Args:
        rule: the rule, from a pack.
        value: `key = value` as the pack writes it, several separated by `;`.

    Raises:
        ValueError: that is no figure of the rule, and why.
    """
    try:
        changes = tomllib.loads(value.replace(";", "\n"))
    except tomllib.TOMLDecodeError:
        message = 'write "off", or figures such as \'days_past_due = 20; notice_wait = "5d"\''
        raise ValueError(message) from None
    table = deepcopy(dict(rule.written))
    fixed = {key for name in _FIXED & table.keys() for each in table[name] for key in each}
    for key in changes.keys() & fixed:
        message = f'{key!r} is a date of the law; a policy may only take the whole rule away, with "off"'
        raise ValueError(message)
    for key, entry in changes.items():
        places = [each for several in table.values() for each in several if key in each]
        if not places:
            known = sorted({name for several in table.values() for each in several for name in each})
            message = f"the rule has no figure {key!r}; it has {', '.join(known) or 'none'}"
            raise ValueError(message)
        for each in places:
            each[key] = entry
    return evolve(_reread(rule, table), written=table)


class _Placeless(Reading):
    """Reads figures that stand in no file."""

    def origin(self, path: Path, *, of_value: bool = False) -> Origin:  # noqa: ARG002 - as of a file
        return Origin("<loosened>", 1)


def _reread(rule: LegalRule, table: dict[str, Any]) -> LegalRule:
    report = Report()
    parsed = parse_source("\n", "<loosened>", report)
    if parsed is None:  # an empty text is TOML
        raise AssertionError
    reading = _Placeless(parsed=parsed, catalog=Catalog(), report=report, currency=_CURRENCY)
    provisions: list[Any] = []
    for name, several in table.items():
        node = Node(reading=reading, path=(name,), value=several)
        try:
            provisions += ListOf(item=PROVISIONS[name], what="tables", distinct=False).read(node)
        except RefusedError:
            raise ValueError(report.sorted()[0].message) from None
    return evolve(rule, provisions=owned(provisions, rule.id, rule.source))


def _check_rules(report: Report, rules: tuple[LegalRule, ...]) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            report.add("duplicate-id", place(rule, "id"), f"two rules have the id {rule.id!r}; rename one")
        seen.add(rule.id)
        if rule.kind == "doc" and rule.provisions:
            message = f"rule {rule.id!r} is for people only and has {len(rule.provisions)} provisions; remove them"
            report.add("invalid-value", place(rule, "id"), message)


def _with_values(rule: LegalRule, written: dict[str, Any]) -> LegalRule:
    return evolve(rule, written={key: written[key] for key in PROVISIONS if key in written})
