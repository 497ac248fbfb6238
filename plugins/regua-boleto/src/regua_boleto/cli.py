"""`regua boleto`: read and make on the command line."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from regua.core.money import Money
from regua.errors import MoneyError
from regua_boleto.bank import BankSlip
from regua_boleto.collection import SEGMENTS, CollectionSlip
from regua_boleto.free import make_free, read_free
from regua_boleto.problems import BoletoError, refuse
from regua_boleto.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from regua_boleto.layouts import FreeField

_ZONE: Final = "America/Sao_Paulo"

_format = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How it is told."
)


def _day(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise click.BadParameter(f"{value!r} is no day such as 2026-11-21") from None


@click.group()
def boleto() -> None:
    """Read and make bar codes and lines of boletos."""


@boleto.command("read")
@click.argument("line", nargs=-1, required=True)
@click.option("--as-of", metavar="DAY", callback=_day, help="The day on which it is read; today unless given.")
@_format
def read_command(line: tuple[str, ...], as_of: date | None, form: str) -> int:
    """Tell what LINE says: 44 digits of a bar code, 47 or 48 of a line, with or without points, hyphens and spaces.

    Exit status: 1 where it cannot be read, with each field and digit that is wrong.

    \b
    Example:
      regua boleto read 00190.00009 01238.798977 77700.168188 3 37690000013500 --as-of 2008-01-15
    """  # noqa: D301 - click reads the backspace character of backslash-b
    return _told(lambda: _document(read(" ".join(line), as_of=as_of or _today())), form)


@boleto.command("make")
@click.argument("given", nargs=-1, metavar="[NAME=DIGITS]...")
@click.option("--bank", required=True, metavar="DIGITS", help="Three digits, such as 237.")
@click.option("--amount", required=True, metavar="AMOUNT", help="In BRL, such as 153.20; 0 where it is not stated.")
@click.option("--due", metavar="DAY", callback=_day, help="Due date; none unless given.")
@click.option("--free", metavar="DIGITS", help="The 25 digits of the campo livre, in place of NAME=DIGITS.")
@_format
def make_command(given: tuple[str, ...], form: str, **parts: Any) -> int:
    """Make the bar code and the line of a bank's boleto from what the bank gave, account digits included.

    Exit status: 1 where the bank's layouts do not take it; what they take is told.

    \b
    Example:
      regua boleto make --bank 033 --amount 153.20 --due 2026-12-10 convenio=1899775 nosso_numero=9000026 carteira=102
    """  # noqa: D301 - as above
    return _told(lambda: _document(_made(given, **parts)), form)


def _made(given: tuple[str, ...], *, bank: str, amount: str, due: date | None, free: str | None) -> BankSlip:
    pairs = dict(_pair(word) for word in given)
    if (free is None) == (not pairs):
        raise click.UsageError("give either NAME=DIGITS of the bank's layout or --free")
    digits = make_free(bank, pairs).digits if free is None else free
    return BankSlip(bank=bank, due=due, amount=_money(amount), free=digits)


def _pair(word: str) -> tuple[str, str]:
    name, equals, digits = word.partition("=")
    if not equals:
        raise click.UsageError(f"{word!r} is not NAME=DIGITS, such as agencia=1234")
    return name, digits


def _money(amount: str) -> Money:
    try:
        return Money.of(amount)
    except MoneyError as error:
        raise refuse("amount", "amount", str(error)) from None


def _today() -> date:
    return datetime.fromtimestamp(time.time_ns() / 1e9, ZoneInfo(_ZONE)).date()


def _told(find: Callable[[], dict[str, Any]], form: str) -> int:
    """Print what is found; in JSON the problems, too."""
    try:
        found = find()
    except BoletoError as error:
        if form != "json":
            raise
        found = {"problems": [_problem(each) for each in error.problems]}
    click.echo(json.dumps(found, ensure_ascii=False) if form == "json" else "\n".join(_lines(found)))
    return int("problems" in found)


def _problem(problem: Any) -> dict[str, Any]:
    shown = ("code", "field", "position", "expected", "found", "message")
    return {name: getattr(problem, name) for name in shown}


def _document(slip: BankSlip | CollectionSlip) -> dict[str, Any]:
    own = _of_collection(slip) if isinstance(slip, CollectionSlip) else _of_bank(slip)
    return {"barcode": slip.barcode, "linha": slip.masked_line, **own}


def _of_bank(slip: BankSlip) -> dict[str, Any]:
    return {
        "bank": slip.bank,
        "due": None if slip.due is None else slip.due.isoformat(),
        "amount": str(slip.amount),
        "free": slip.free,
        "readings": [_reading(each) for each in read_free(slip.bank, slip.free)],
    }


def _reading(reading: FreeField) -> dict[str, Any]:
    return {"layout": reading.layout, "nosso_numero": reading.nosso_numero, "fields": dict(reading.fields)}


def _of_collection(slip: CollectionSlip) -> dict[str, Any]:
    return {
        "segment": f"{slip.segment} {SEGMENTS[slip.segment]}",
        "amount": None if slip.amount is None else str(slip.amount),
        "quantity": slip.value if slip.amount is None else None,
        "company": slip.company,
        "free": slip.free,
        "possible_due": None if slip.possible_due is None else slip.possible_due.isoformat(),
    }


def _lines(found: dict[str, Any]) -> list[str]:
    lines = [f"{name}: {'-' if value is None else value}" for name, value in found.items() if name != "readings"]
    for reading in found.get("readings", ()):
        parts = ", ".join(f"{name} {digits}" for name, digits in reading["fields"].items())
        layout = f" ({reading['layout']})" if reading["layout"] else ""
        lines.append(f"nosso número{layout}: {reading['nosso_numero']}; {parts}")
    return lines
