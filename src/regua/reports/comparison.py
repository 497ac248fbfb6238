"""The page of a policy change, in pieces: start, a section a debtor, the sum. No script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from regua.core.events.control import Migration
from regua.core.planning.comparison import Change, Comparison
from regua.core.planning.schedule import Action
from regua.reports.markup import element, escaped
from regua.reports.style import PAGE

_HEAD: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
"""
_COLUMNS: Final = ("receivable", "step", "what", "before", "after")


def comparison_start(title: str, note: str) -> str:
    """Everything before the first section.

    Args:
        title: of the page.
        note: a sentence below the title.
    """
    head = f"{_HEAD}<title>{escaped(title)}</title>\n<style>\n{PAGE}\n</style>\n</head>\n<body>\n"
    return f'{head}<h1>{escaped(title)}</h1>\n<p>{escaped(note)} <a href="#sum">In sum</a>.</p>\n<main>\n'


def comparison_section(number: int, found: Mapping[Migration, Comparison]) -> str:
    """One debtor: what changes, verb by verb.

    Args:
        number: of the section, from 1.
        found: comparisons by verb.
    """
    debtor = next(iter(found.values())).debtor
    parts = [_changes(verb, comparison.changes) for verb, comparison in found.items() if comparison.changes]
    head = element("h2", element("bdi", escaped(debtor)), id=f"debtor-{number}")
    return f'<section aria-labelledby="debtor-{number}">\n{head}\n{"".join(parts)}</section>\n'


def comparison_end(rows: Iterable[Sequence[str]]) -> str:
    """The sum, and everything after it.

    Args:
        rows: the heading, then what was counted, a column a verb.
    """
    heading, *counts = rows
    table = _table("In sum", heading, counts)
    return f'<section aria-labelledby="sum">\n<h2 id="sum">In sum</h2>\n{table}</section>\n</main>\n</body>\n</html>\n'


def action_told(action: Action | None) -> str:
    """An action in one line: when, tone, channel, status; "-" where there is none."""
    if action is None:
        return "-"
    tone = "" if action.tone is None else action.tone.word
    status = action.status if action.status != "waiting" else f"waiting on {action.reason.code}"
    return " ".join(filter(None, (f"{action.at:YYYY-MM-DD HH:mm}", tone, action.channel, status)))


def _changes(verb: str, changes: Sequence[Change]) -> str:
    rows = [_row(change) for change in changes]
    count = f"{len(changes)} action{'s' * (len(changes) > 1)} changed"
    return f"<details open>\n<summary>{escaped(verb)}: {count}</summary>\n{_table(verb, _COLUMNS, rows)}</details>\n"


def _row(change: Change) -> tuple[str, ...]:
    action = change.action
    told = (action_told(change.before), action_told(change.after))
    return (action.receivable or "-", action.step, ", ".join(change.what), *told)


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escaped(text)}</th>' for text in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escaped(cell)}</td>' for cell in row)}</tr>\n" for row in rows)
    name = escaped(caption)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{name}">\n<table>\n<caption>{name}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n</div>\n"
    )
