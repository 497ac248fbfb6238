"""`regua plugins`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from regua.cli.options import common_options, pass_screen
from regua.cli.output import standard_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.plugins import Registry

_HEADS = ("PLUGIN", "VERSION", "STATE", "OFFERS")
_COLOURS = {"ready": "green", "failed": "red", "disabled": "grey"}


@click.command("plugins")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    show_default=True,
    help="For people or for programs, one plugin a line.",
)
@common_options
@pass_screen
def command(screen: Screen, *, form: str) -> int:
    """List the plugins that are installed, what each offers, and what is wrong with those that failed.

    A plugin that failed takes no other down, and nothing of it is in use. REGUA_DISABLED_PLUGINS=NAME,NAME leaves
    plugins out, and REGUA_TRACE_HOOKS=1 tells each call of a hook. Exit status: 1 where one failed, else 0.

    \b
    Example:
      regua plugins
      regua plugins --format jsonl
    """
    from regua.plugins import Registry

    registry = Registry.discover(commands=True)
    rows = list(_rows(registry))
    with standard_output() as output:
        output.write("".join(map(_json, rows) if form == "jsonl" else _table(rows, screen)))
    screen.note(f"{counted(len(rows), 'plugin')}, {len(registry.failures)} failed")
    return int(bool(registry.failures))


def _rows(registry: Registry) -> Iterator[dict[str, Any]]:
    for plugin in registry.plugins:
        offers = {hook.removeprefix("regua_"): list(names) for hook, names in plugin.offers.items()}
        yield _row(plugin.name, plugin.version, "ready", offers=offers, observes=plugin.observe is not None)
    for failure in registry.failures:
        yield _row(failure.plugin, failure.version, "failed", hook=failure.hook, error=failure.error)
    for name in registry.disabled:
        yield _row(name, "", "disabled")


def _row(plugin: str, version: str, state: str, **more: Any) -> dict[str, Any]:
    nothing = {"offers": {}, "observes": False, "hook": "", "error": ""}
    return {"plugin": plugin, "version": version, "state": state} | nothing | more


def _json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _table(rows: list[dict[str, Any]], screen: Screen) -> Iterator[str]:
    lines = [(row["plugin"], row["version"] or "-", row["state"], _offers(row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(_HEADS, *lines, strict=True)]
    yield _line(_HEADS, widths)
    for line in lines:
        state = line[2].ljust(widths[2])
        yield _line((*line[:2], screen.paint(state, _COLOURS[line[2]]), line[3]), widths)
    failed = [row for row in rows if row["error"]]
    yield "\n" if failed else ""
    for row in failed:
        where = f" in {row['hook']}" if row["hook"] else ""
        yield f"{row['plugin']} failed{where}: {row['error']}\n"


def _line(cells: Iterable[str], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip() + "\n"


def _offers(row: dict[str, Any]) -> str:
    offers = [f"{what.replace('_', ' ')}: {', '.join(names)}" for what, names in row["offers"].items()]
    return "; ".join([*offers, *(["observes events"] if row["observes"] else [])]) or "-"
