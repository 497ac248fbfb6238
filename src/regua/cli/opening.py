"""The engine of a `regua.toml`, for commands that work on what is stored."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from regua.cli.debtors import owes_several
from regua.cli.inputs import Problems
from regua.cli.screen import Screen

if TYPE_CHECKING:
    from regua.engine import Creditor, Engine

CONFIG: Final = "regua.toml"
_Function = TypeVar("_Function", bound=Callable[..., Any])


def config_option(function: _Function) -> _Function:
    """`--config`."""
    option = click.option(
        "--config", metavar="FILE", default=CONFIG, show_default=True, help="Where and with what: the settings."
    )
    return option(function)


@contextmanager
def opened(config: str, screen: Screen, *, share: int = 1, telemetry: object = None) -> Iterator[Engine]:
    """Open the engine that the settings describe, and close it at the end.

    Args:
        config: the settings.
        screen: where the engine's log goes.
        share: of how many workers this is one.
        telemetry: gets metrics, as of `Engine.open`.

    Raises:
        Problems: the settings do not describe an engine.
        ReguaError: a policy has problems.
    """
    from regua.engine import Engine
    from regua.errors import SettingsError

    try:
        engine = Engine.open(config, log=Told(screen), share=share, telemetry=telemetry)
    except SettingsError as error:
        # what is missing has no place in the file
        problems = [f"{config}: {each}" if isinstance(each, str) else str(each) for each in error.diagnostics]
        raise Problems(problems) from None
    with engine:
        yield engine


def chosen(engine: Engine, name: str | None) -> tuple[Creditor, ...]:
    """The creditor of that name, or all of them.

    Raises:
        Problems: there is none of that name.
    """
    if name is None:
        return tuple(map(engine.creditor, engine.creditors))
    if name not in engine.creditors:
        raise Problems([no_creditor(name, engine.creditors)])
    return (engine.creditor(name),)


def owed(creditors: Sequence[Creditor], debtor: str, *, or_kept: bool = False) -> Creditor:
    """The one creditor of a debtor.

    Args:
        creditors: whom to look among.
        debtor: its id.
        or_kept: whether it is enough that personal data of the debtor is kept, without any fact.

    Raises:
        Problems: nothing is recorded of the debtor.
        UsageError: several creditors are owed.
    """
    from regua.core.events.base import is_name

    asked = creditors if is_name(debtor) else ()  # what no fact can name no store is asked for
    found = [
        each for each in asked if next(iter(each.events(debtor)), None) is not None or (or_kept and each.keeps(debtor))
    ]
    if len(found) > 1:
        raise owes_several(debtor, [each.id for each in found])
    if not found:
        known = sorted({name for each in creditors for name in each.debtors()})
        close = get_close_matches(debtor, known, n=1)
        raise Problems(
            [f"nothing is recorded of debtor {debtor!r}" + (f"; did you mean {close[0]!r}?" if close else "")]
        )
    return found[0]


def no_creditor(name: str, known: Collection[str]) -> str:
    """Say that there is no such creditor, and which there are."""
    close = get_close_matches(name, known, n=1)
    remedy = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known) or 'none'}"
    return f"the settings have no creditor {name!r}; {remedy}"


class Told:
    """The engine's log, a line each on standard error, of ids and codes alone.

    To a person it says what they should look at, and as JSON also what is as it should be.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def debug(self, event: str, **values: object) -> None:
        """What is under way is not told."""

    def info(self, event: str, **values: object) -> None:
        """What is as it should be is counted for a person, not told."""
        if self._screen.as_json:
            self._tell(self._screen.note, event, values)

    def warning(self, event: str, **values: object) -> None:
        """Something waits for a person."""
        self._tell(self._screen.problem, event, values)

    def error(self, event: str, **values: object) -> None:
        """A plugin or the configuration is wrong; other actions go on."""
        self._tell(self._screen.error if self._screen.as_json else self._screen.problem, event, values)

    def _tell(self, say: Callable[..., None], event: str, values: dict[str, object]) -> None:
        from regua.engine.log import only_allowed

        kept = only_allowed(None, "", values)
        if self._screen.as_json:
            say(event, **kept)
        else:
            about = ", ".join(f"{name} {value}" for name, value in kept.items())
            say(f"{event} ({about})" if about else event)
