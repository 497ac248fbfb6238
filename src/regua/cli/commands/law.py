"""`regua law`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from regua.cli.options import Moment, common_options, moment_option, now, pass_screen
from regua.cli.output import standard_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.core.legal import LegalPack, LegalRule

_HEADS = ("RULE", "PACK", "KIND", "VALUE", "ACTS ON", "APPLIES TO", "SINCE", "TRUSTED UNTIL", "SOURCE")
_ZONE = "America/Sao_Paulo"


class _Entry(NamedTuple):
    pack: str
    rule: LegalRule


@click.command("law")
@click.argument("rule_id", metavar="[RULE]", required=False)
@click.option("--pack", metavar="NAME", help="Only the rules of this pack.")
@click.option("--kind", type=click.Choice(["hard", "default", "doc"]), help="Only rules of this kind.")
@click.option("--due-for-review", "due", is_flag=True, help="Only rules that are no longer trusted.")
@moment_option("--as-of", "The day for --due-for-review.  [default: today]")
@click.option("--needs-review", "doubtful", is_flag=True, help="Only rules that a lawyer should look at, and why.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    show_default=True,
    help="For people or for programs, one rule a line.",
)
@common_options
@pass_screen
def command(
    screen: Screen,
    *,
    rule_id: str | None,
    pack: str | None,
    kind: str | None,
    due: bool,
    as_of: Moment | None,
    doubtful: bool,
    form: str,
) -> int:
    """List the rules of the legal packs, those of plugins too; of one RULE, tell everything.

    A `hard` rule is refused when broken, a `default` fills what a policy leaves open and may be loosened, a `doc` is
    for people only. Exit status: 1 where --due-for-review finds a rule, else 0.

    \b
    Example:
      regua law --pack br-health
      regua law multa.cdc
      regua law --due-for-review --as-of 2026-12-01
      regua law --needs-review --format jsonl
    """
    from regua.plugins import Registry

    packs = Registry.discover().legal_packs
    day = _day(as_of or now())
    found = [
        entry
        for entry in _entries(packs.values() if pack is None else [_named(pack, packs)])
        if (kind is None or entry.rule.kind == kind)
        and (not due or entry.rule.trusted_until < day)
        and (not doubtful or entry.rule.doubts)
    ]
    if rule_id is not None:
        found = _of_id(rule_id, found)
    with standard_output() as output:
        output.write("".join(_shown(found, form, whole=rule_id is not None, doubtful=doubtful)))
    if rule_id is None:
        screen.note(counted(len(found), "rule"))
    return int(due and bool(found))


def _day(moment: Moment) -> date:
    from regua.core.dates import local

    return date.fromordinal(moment.day) if moment.instant is None else local(moment.instant, _ZONE).date()


def _entries(packs: Iterable[LegalPack]) -> Iterator[_Entry]:
    return (_Entry(pack.name, rule) for pack in packs for rule in pack.rules)


def _named(name: str, packs: Any) -> LegalPack:
    from regua.policyfile.diagnostics import nearest

    if name not in packs:
        raise click.BadParameter(f"there is no pack {name!r}; {nearest(name, packs)}", param_hint="--pack")
    pack: LegalPack = packs[name]
    return pack


def _of_id(rule_id: str, entries: list[_Entry]) -> list[_Entry]:
    from regua.policyfile.diagnostics import nearest

    found = [entry for entry in entries if entry.rule.id == rule_id]
    if not found:
        remedy = nearest(rule_id, [entry.rule.id for entry in entries])
        raise click.BadParameter(f"there is no rule {rule_id!r}; {remedy}", param_hint="RULE")
    return found


def _shown(found: list[_Entry], form: str, *, whole: bool, doubtful: bool) -> Iterator[str]:
    if form == "jsonl":
        return (json.dumps(_document(entry), ensure_ascii=False) + "\n" for entry in found)
    return _details(found) if whole else _table(found, doubtful=doubtful)


def _table(found: list[_Entry], *, doubtful: bool) -> Iterator[str]:
    if not found:
        return
    rows = [_row(entry, doubtful=doubtful) for entry in found]
    heads = (*_HEADS[:-1], "DOUBTS") if doubtful else _HEADS
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"


def _row(entry: _Entry, *, doubtful: bool) -> tuple[str, ...]:
    from regua.cli.forms import clipped
    from regua.policyfile.packs import telling

    rule = entry.rule
    return (
        rule.id,
        entry.pack,
        rule.kind,
        clipped(telling.value(rule) or "-"),
        clipped(telling.places(rule) or "-"),
        clipped(telling.where(rule) or "all"),
        _iso(rule.since),
        rule.trusted_until.isoformat(),
        ", ".join(rule.doubts) if doubtful else rule.source,
    )


def _iso(day: date | None) -> str:
    return "-" if day is None else day.isoformat()


def _details(found: list[_Entry]) -> Iterator[str]:
    from regua.policyfile.packs import telling

    for entry in found:
        rule = entry.rule
        yield f"{rule.id} ({entry.pack}): {rule.title}\n"
        lines = [
            ("kind", f"{rule.kind}, {rule.nature}{', may be loosened' if rule.loosens else ''}"),
            ("source", rule.source),
            ("url", rule.url),
            ("in force since", _since(rule)),
            ("applies to", telling.where(rule) or "all"),
            *(("acts on", _put(telling.place_of(each), telling.value_of(each))) for each in rule.provisions),
            *((f"figure {name}", figure) for name, figure in rule.values.items()),
            ("exceptions", rule.exceptions),
            ("notes", rule.notes),
            ("reviewed on", f"{rule.reviewed_on}, trusted until {rule.trusted_until}"),
            ("confidence", _put(rule.confidence, rule.checked)),
            ("doubts", ", ".join(rule.doubts)),
        ]
        yield from (f"  {name}: {text}\n" for name, text in lines if text)


def _since(rule: LegalRule) -> str:
    return "" if rule.since is None else _put(_iso(rule.since), "" if rule.since_confirmed else "not confirmed")


def _put(text: str, more: str) -> str:
    return f"{text} ({more})" if more else text


def _document(entry: _Entry) -> dict[str, Any]:
    from regua.policyfile.packs import telling

    rule = entry.rule
    return {
        "id": rule.id,
        "pack": entry.pack,
        "title": rule.title,
        "kind": rule.kind,
        "nature": rule.nature,
        "source": rule.source,
        "url": rule.url,
        "in_force_since": None if rule.since is None else rule.since.isoformat(),
        "in_force_confirmed": rule.since_confirmed,
        "reviewed_on": rule.reviewed_on.isoformat(),
        "trusted_until": rule.trusted_until.isoformat(),
        "confidence": rule.confidence,
        "checked": rule.checked,
        "doubts": list(rule.doubts),
        "exceptions": rule.exceptions,
        "notes": rule.notes,
        "loosens": rule.loosens or rule.kind == "default",
        "where": {
            "states": list(rule.where.states),
            "titles": list(rule.where.titles),
            "told": rule.where.told,
            "debtor": rule.where.debtor,
        },
        "provisions": [{"provision": telling.name_of(each), **telling.figures_of(each)} for each in rule.provisions],
        "values": dict(rule.values),
    }
