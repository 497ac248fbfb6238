"""`regua import-events`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO

import click

from regua.cli.inputs import STDIN_NAME, Problems, open_input
from regua.cli.interrupts import uninterrupted
from regua.cli.opening import chosen, config_option, opened
from regua.cli.options import common_options, pass_screen
from regua.cli.output import STDIO
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.engine import Engine
    from regua.engine.moving import Imported


@click.command("import-events")
@click.argument("export", metavar="FILE")
@config_option
@click.option("--creditor", help="Refuse the file of another creditor.  [default: whose it is]")
@common_options
@pass_screen
def command(screen: Screen, *, export: str, config: str, creditor: str | None) -> None:
    """Take over a creditor whom `regua export` wrote from another store; `regua run` then goes on with the dunning.

    FILE, or `-` for standard input, is checked whole before anything is stored: one that was changed or cut off is
    refused with the line. Each debtor is taken over whole or not at all. After Ctrl-C or a crash the same command goes
    on where it was, and comes to the same: who is there already is passed over, also where more was recorded of them
    since, and of debtors who are not in the file nothing is touched. Where something else is stored of a debtor of the
    file, it is told with the line, and nothing is imported.

    A file of events alone, as `regua import` writes it, is for `regua record`.

    \b
    Example:
      regua import-events loja.jsonl
    """
    shown = STDIN_NAME if export == STDIO else export
    with opened(config, screen) as engine, _again(export) as file:
        done = _imported(file, shown, engine, creditor, screen)
    screen.clear()
    screen.note(f"{shown}: {_told(done)}")
    if done.sending:
        what = counted(done.sending, "action was being sent", "actions were being sent")
        screen.problem(f"{shown}: {what}; `regua run` calls them unknown: nobody can say whether they left")
    if done.lacking:
        lacking = counted(done.lacking, "record of people is", "records of people are")
        remedy = "give those whom nobody erased to `regua record --people`; until then nothing leaves that needs them"
        screen.problem(f"{shown}: {lacking} not kept here; {remedy}")


class _Asked(BaseException):
    """A signal waits, between two transactions."""


def _imported(file: BinaryIO, shown: str, engine: Engine, creditor: str | None, screen: Screen) -> Imported:
    """Import, and hear a signal only where nothing is half done.

    Raises:
        Problems: the file, or the store, is not what it has to be.
    """
    from regua.engine.moving import Moved
    from regua.errors import DecodeError, MoveError

    def tell(phase: str, done: int, total: int) -> None:
        if uninterrupted.is_asked:
            raise _Asked
        of = f" of {total:,}" if total else ""
        screen.progress(f"{phase}: {done:,}{of} debtors")

    try:
        (target,) = chosen(engine, creditor or Moved(file).head.creditor)
        with uninterrupted:
            try:
                return target.import_events(file, tell=tell)
            except _Asked:
                screen.problem(f"{shown}: stopped; the same command goes on")
    except (DecodeError, MoveError) as error:
        raise Problems([f"{shown}: {line}" for line in str(error).splitlines()]) from None
    raise AssertionError  # the signal was heard when `uninterrupted` ended


@contextmanager
def _again(name: str) -> Iterator[BinaryIO]:
    """Open a file that is read more than once; what cannot be is copied first."""
    with open_input(name) as file:
        if file.seekable():
            yield file
            return
        with TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            yield copy


def _told(done: Imported) -> str:
    what = [counted(done.events, "fact"), counted(done.actions, "action"), counted(done.attempts, "attempt")]
    what += [f"{counted(done.people, 'record')} of people"] if done.people else []
    known = f"; {done.known:,} known" if done.known else ""
    return f"creditor {done.creditor}: {counted(done.debtors, 'debtor')} taken over, {', '.join(what)}{known}"
