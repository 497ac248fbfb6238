"""`regua new-plugin`."""

from __future__ import annotations

import os
import re
import shlex
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from regua.cli.inputs import Problems, shipped
from regua.cli.interrupts import uninterrupted
from regua.cli.options import common_options, pass_screen
from regua.cli.output import open_output, standard_output
from regua.cli.screen import Screen

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FOLDERS: Final = {
    "channel": ("every", "http", "channel"),
    "executor": ("every", "http", "executor"),
    "calendar": ("every", "calendar"),
}
"""By kind, the folders of `data/newplugin` that it is made of."""
NEXT: Final = ("python -m pip install -e . 'regua[testing]'", "python -m pytest", "regua plugins")
"""What comes next, in the new folder."""
LONGEST: Final = 24
"""Characters of a name: what is made with a longer one would have lines that are too long."""
_NAME: Final = re.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_PREFIX: Final = "regua-"
_TEMPLATE: Final = ".txt"
"""Ends the name of every file of the template, so that no tool takes it for code of regua."""


@click.command("new-plugin")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(list(FOLDERS)),
    default="channel",
    show_default=True,
    help="What the plugin offers.",
)
@click.option("--into", metavar="DIR", default=".", help="Where the folder is made; the current one by default.")
@common_options
@pass_screen
def command(screen: Screen, *, name: str, kind: str, into: str) -> None:
    """Make the package of a plugin that works at once: its code, a provider on loopback, tests and a README.

    NAME is what regua.toml says in `use`, or a policy in `calendar`: meu-zap makes the folder regua-meu-zap. Nothing
    that exists is written over.

    \b
    Example:
      regua new-plugin meu-zap
      regua new-plugin prefeitura --kind calendar --into plugins
    """
    folder = Path(into) / f"{_PREFIX}{name}"
    _check_name(name)
    _check_free(name, kind, folder)
    texts = dict(_texts(name, kind))
    with uninterrupted, ExitStack() as stack:  # all of them appear at the end, or none
        for path, text in texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(open_output(str(folder / path))).write(text)
    with standard_output() as output:
        output.write("".join(f"{folder / path}\n" for path in texts))
        if not screen.quiet:
            following = (f"cd {shlex.quote(str(folder))}", *NEXT)
            output.write("".join(["\nNext:\n", *(f"  {line}\n" for line in following)]))


def _check_name(name: str) -> None:
    """Refuse what is no name of a distribution, a module and a class at once.

    Raises:
        Problems: it is none.
    """
    if _NAME.fullmatch(name) and len(name) <= LONGEST and not name.startswith(_PREFIX):
        return
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().removeprefix(_PREFIX)
    nearest = re.sub("[^a-z0-9]+", "-", plain).strip("-0123456789")[:LONGEST].rstrip("-")
    rule = f"small letters, digits and single hyphens, a letter first, {LONGEST} characters at most"
    raise Problems(
        [f"{name!r} is no name of a plugin; write {nearest!r}" if nearest else f"{name!r} is no name of a plugin", rule]
    )


def _check_free(name: str, kind: str, folder: Path) -> None:
    """Refuse to write over what is there, and to make what could not be registered.

    Raises:
        Problems: the folder, the module or the name is there already.
    """
    from regua.plugins import Registry

    remedy = "nothing was written; choose another name"
    if os.path.lexists(folder):
        raise Problems([f"{folder}: is there already", f"{remedy}, or --into another folder"])
    registry = Registry.discover()
    if name in getattr(registry, f"{kind}s"):
        raise Problems([f"{kind} {name!r} is there already", remedy])
    if find_spec(_module(name)) is not None:
        raise Problems([f"module {_module(name)} is there already", remedy])


def _module(name: str) -> str:
    return f"{_PREFIX}{name}".replace("-", "_")


def _texts(name: str, kind: str) -> Iterator[tuple[str, str]]:
    """The path of each file below the new folder, and its text."""
    words = name.split("-")
    names = {
        "your-name": name,
        "your_name": "_".join(words),
        "YOUR_NAME": "_".join(words).upper(),
        "YourName": "".join(map(str.capitalize, words)),
    }
    for path, text in sorted(_template(kind)):
        yield _renamed(path, names), _renamed(text, names)


def _renamed(text: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        text = text.replace(old, new)
    return text


def _template(kind: str) -> Iterator[tuple[str, str]]:
    for part in FOLDERS[kind]:
        yield from _below(shipped("newplugin", part), "")


def _below(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _below(each, f"{path}{each.name}/")
        else:
            yield f"{path}{each.name.removesuffix(_TEMPLATE)}", each.read_text(encoding="utf-8")
