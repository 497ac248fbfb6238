"""`regua import`."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click
from attrs import define, field

from regua.cli.inputs import STDIN_NAME, Problems, amount_read, open_input, shipped_map, size_of
from regua.cli.options import common_options, pass_screen
from regua.cli.output import STDIO, Output, open_output
from regua.cli.screen import Screen, counted
from regua.codec import encode_event, to_line
from regua.errors import DecodeError
from regua.importfile import BadRow, ImportMap, load_map, parse_map, read_rows

if TYPE_CHECKING:
    from regua.core.events import Event


@click.command("import")
@click.argument("file", metavar="FILE")
@click.option("--map", "map_file", metavar="MAP.toml", required=True, help="Which columns become which events.")
@click.option("-o", "--output", metavar="OUT", default=STDIO, help="Where the events go.  [default: standard output]")
@click.option("--strict", is_flag=True, help="Write no event at all where any row is bad.")
@click.option("--bad-rows", metavar="OUT", help="Write the bad rows here, as JSON Lines, instead of listing them.")
@common_options
@pass_screen
def command(screen: Screen, *, file: str, map_file: str, output: str, strict: bool, bad_rows: str | None) -> int:
    """Turn a file of a billing system, CSV or JSON Lines of any size, into events.

    Good rows are kept; each bad row is told with its line, column, value and what is wrong with it, and makes the exit
    status 1. FILE and OUT may be `-` for standard input and output. OUT appears whole, or not at all. MAP.toml may be
    the name of a map that comes with regua (receivables), where there is no such file here.

    An id that several rows give by rules without `once` is not noticed here: `regua plan` tells it where the contents
    differ.

    \b
    Example:
      regua import receivables.csv --map receivables.map.toml -o events.jsonl
    """
    _refuse_overwriting(file, map_file, output, bad_rows)
    tally = _Tally(name=STDIN_NAME if file == STDIO else file)
    with ExitStack() as stack:
        source = stack.enter_context(open_input(file))
        mapping = _map(map_file, source, screen)
        events = stack.enter_context(open_output(output, all_or_nothing=strict))
        reports = stack.enter_context(open_output(bad_rows)) if bad_rows else None
        try:
            for item in read_rows(source, mapping, progress=tally.watch(size_of(source), screen)):
                tally.take(item, events, reports, screen)
        except DecodeError as error:
            raise Problems([f"{tally.name}: {error}"]) from None
        refused = strict and tally.bad > 0
        if refused:
            events.abandon()
    screen.clear()
    made = "nothing was written (--strict)" if refused else tally.made()
    (screen.problem if tally.bad else screen.note)(f"{tally.read()}; {made}")
    return int(tally.bad > 0)


@define
class _Tally:
    """What was read and written so far."""

    name: str
    bad: int = field(default=0, init=False)
    rows: int = field(default=0, init=False)
    types: Counter[str] = field(factory=Counter, init=False)

    def watch(self, total: int, screen: Screen) -> Any:
        def advance(read: int, rows: int) -> None:
            self.rows = rows
            screen.progress(f"{amount_read(read, total)}, {counted(rows, 'row')}, {self.bad:,} bad")

        return advance

    def take(self, item: Event | BadRow, events: Output, reports: Output | None, screen: Screen) -> None:
        if not isinstance(item, BadRow):
            events.write(to_line(encode_event(item)))
            self.types[item.type] += 1
            return
        self.bad += 1
        if reports is None:
            screen.problem(f"{self.name}: {item}")
        else:
            reports.write(to_line(_plain(item)))

    def read(self) -> str:
        return f"{self.name}: {counted(self.rows, 'row')}, {self.bad:,} bad"

    def made(self) -> str:
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in self.types.items())
        return counted(self.types.total(), "event") + (f" ({kinds})" if kinds else "")


def _plain(row: BadRow) -> dict[str, Any]:
    return {"line": row.line, "column": row.column, "value": row.value, "reason": row.reason}


def _map(name: str, source: BinaryIO, screen: Screen) -> ImportMap:
    """The map, from its file or among the shipped ones; what the header lacks is told with its other mistakes."""
    head = source.peek() if hasattr(source, "peek") else None
    path = Path(name)
    found = None if path.exists() else shipped_map(name)
    if found is None:
        return load_map(name, head=head)
    screen.note(f"{name}: no such file here; taking the map that comes with regua ({found.name})")
    return parse_map(found.read_bytes(), name=found.name, head=head)


def _refuse_overwriting(file: str, map_file: str, output: str, bad_rows: str | None) -> None:
    """Refuse to write a result over what is read, or over the other result."""
    read = [Path(name).resolve() for name in (file, map_file) if name != STDIO]
    for option, name in (("--output", output), ("--bad-rows", bad_rows)):
        if name not in (None, STDIO) and Path(name).resolve() in read:
            raise click.UsageError(f"{option} {name!r} would overwrite what is read; name another file")
    if bad_rows is not None and (bad_rows == output or Path(bad_rows).resolve() == Path(output).resolve()):
        raise click.UsageError("events and bad rows cannot go to one place; name another file for --bad-rows")
