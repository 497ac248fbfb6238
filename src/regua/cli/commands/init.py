"""`regua init`."""

from __future__ import annotations

import os
import re
import shlex
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Final

import click

from regua.cli.inputs import Problems, shipped
from regua.cli.interrupts import uninterrupted
from regua.cli.options import common_options, now, pass_screen
from regua.cli.output import open_output, standard_output
from regua.cli.screen import Screen

FILES: Final = {
    "regua.toml": ("starter", "regua.toml"),
    "policies/padrao.toml": ("starter", "padrao.toml"),
    "policies/padrao.test.toml": ("starter", "padrao.test.toml"),
    "policies/policy.schema.json": ("policy.schema.json",),
    "policies/test.schema.json": ("test.schema.json",),
    "sample.csv": ("starter", "sample.csv"),
    "sample.map.toml": ("starter", "sample.map.toml"),
    "sample.people.csv": ("starter", "sample.people.csv"),
    ".gitignore": ("starter", "gitignore"),
}
"""What is written, and from which of the files that come with regua."""
NEXT: Final = (
    "regua import sample.csv --map sample.map.toml -o events.jsonl",
    "regua record events.jsonl --people sample.people.csv",
    "regua run --once",
)
"""What comes next, in the new folder."""
_SAMPLE: Final = "sample.csv"
_IGNORE: Final = ".gitignore"
_DAY: Final = re.compile(r"\{D([+-][0-9]+)\}")
_ZONE: Final = "America/Sao_Paulo"


@click.command("init")
@click.argument("folder", metavar="[FOLDER]", default=".")
@click.option("--force", is_flag=True, help="Write over files of these names; .gitignore only gets what it lacks.")
@common_options
@pass_screen
def command(screen: Screen, *, folder: str, force: bool) -> None:
    """Write a starter that works at once: settings, a policy with tests, and a sample portfolio due around today.

    The settings (regua.toml) keep everything in a SQLite file and write messages into the folder outbox/, so nobody is
    contacted. Everything stands in FOLDER, the current one by default, which is made where it is not there. A file that
    exists already stops all of it, unless --force is given.

    \b
    Example:
      regua init my-dunning
    """
    root = Path(folder)
    _check_free(root, force=force)
    (root / "policies").mkdir(parents=True, exist_ok=True)
    with uninterrupted, ExitStack() as stack:  # all of them appear at the end, or none
        for name, text in _texts(root).items():
            stack.enter_context(open_output(str(root / name))).write(text)
    with standard_output() as output:
        output.write("".join(f"{root / name}\n" for name in FILES))
        if not screen.quiet:
            output.write("".join(f"{line}\n" for line in ["", "Next:", *_next(root)]))


def _check_free(root: Path, *, force: bool) -> None:
    """Refuse to write over what is there.

    Raises:
        Problems: a file is there, or a folder in its place.
    """
    found = [root / name for name in FILES if os.path.lexists(root / name)]
    there = [path for path in found if not force or path.is_dir()]
    if there:
        remedy = "name another folder" if force else "name another folder, or write over these with --force"
        raise Problems([*(f"{path}: is there already" for path in there), f"nothing was written; {remedy}"])


def _texts(root: Path) -> dict[str, str]:
    """The text of each file; the days of the sample are counted from today."""
    from regua.core.dates import civil_day

    today = civil_day(now().instant or 0, _ZONE)
    texts = {name: shipped(*source).read_text(encoding="utf-8") for name, source in FILES.items()}
    texts[_SAMPLE] = _DAY.sub(lambda day: f"{date.fromordinal(today + int(day[1])):%d/%m/%Y}", texts[_SAMPLE])
    if (root / _IGNORE).exists():
        texts[_IGNORE] = _added((root / _IGNORE).read_text(encoding="utf-8"), texts[_IGNORE])
    return texts


def _added(old: str, new: str) -> str:
    """The old lines, and those of the new ones that are not among them."""
    known = old.splitlines()
    return "".join(f"{line}\n" for line in [*known, *(line for line in new.splitlines() if line not in known)])


def _next(root: Path) -> list[str]:
    enter = [] if root == Path() else [f"cd {shlex.quote(str(root))}"]
    return [f"  {line}" for line in (*enter, *NEXT)]
