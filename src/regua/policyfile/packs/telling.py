"""A rule of a legal pack in words, for people and programs that read what the law says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any, Final

import attrs

from regua.core.legal import ClaimLimit, LegalRule, OwedAct, Provision
from regua.core.money import Money
from regua.core.rules import Window

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SUBJECTS: Final = frozenset({"kinds", "channels", "by", "only", "kind"})
_UNTOLD: Final = frozenset({"origins", "rule", "source"})
_AMOUNTS: Final = frozenset({"max", "without_lawyer"})
_CURRENCY: Final = "BRL"
Figure = str | list[str]


def key_of(cls: type[Provision]) -> str:
    """The key under which a pack writes provisions of a class, such as `contact_hours`."""
    return "owed" if cls is OwedAct else re.sub("(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


def name_of(provision: Provision) -> str:
    """The key under which a pack writes it."""
    return key_of(type(provision))


def place_of(provision: Provision) -> str:
    """Where it acts: its name, and the steps, channels or part of the engine that it is about."""
    subjects = [", ".join(figure) for name, figure in figures_of(provision).items() if name in _SUBJECTS and figure]
    return ": ".join([name_of(provision), *subjects])


def value_of(provision: Provision) -> str:
    """What it says, such as `days_past_due 30, notice, notice_wait 10d`."""
    return ", ".join(_said(name, figure) for name, figure in figures_of(provision).items() if name not in _SUBJECTS)


def figures_of(provision: Provision) -> dict[str, Figure]:
    """What of it is not left at its default, by key."""
    return {
        field.name: _figures(provision, field.name)
        for field in attrs.fields(type(provision))
        if field.name not in _UNTOLD and getattr(provision, field.name) != field.default
    }


def value(rule: LegalRule) -> str:
    """What a rule says; of one whose provisions say nothing, its figures as the source writes them."""
    said = {name_of(each): value_of(each) for each in rule.provisions if value_of(each)}
    if len(said) > 1:
        return "; ".join(f"{name} {figures}" for name, figures in said.items())
    return "".join(said.values()) or "; ".join(f"{name} {figure}" for name, figure in rule.values.items())


def places(rule: LegalRule) -> str:
    """Where a rule acts; "" where it is for people only."""
    return "; ".join(map(place_of, rule.provisions))


def where(rule: LegalRule) -> str:
    """To what a rule applies: states, kinds of receivable, persons or companies; "" for all."""
    named = rule.where
    titles = ", ".join(named.titles) + (" (told)" if named.told else "")
    return "; ".join(part for part in (", ".join(named.states), titles, named.debtor) if part)


def _said(name: str, figure: Figure) -> str:
    if figure in ("true", "false"):
        return name if figure == "true" else f"no {name}"
    shown = figure if isinstance(figure, str) else ", ".join(figure)
    return shown if name == "windows" else f"{name} {shown}"


def _figures(provision: Provision, name: str) -> Figure:
    found = getattr(provision, name)
    if name == "windows":
        return list(_week(found))
    if isinstance(found, tuple):
        return [str(each) for each in found]
    if isinstance(provision, ClaimLimit) and name in _AMOUNTS:
        return f"{Money(found, _CURRENCY).amount:f}"
    return [found] if name in _SUBJECTS else _figure(found)


def _figure(found: Any) -> str:
    match found:
        case bool():
            return str(found).lower()
        case Fraction():
            return f"{Decimal(found.numerator * 100) / found.denominator:f}%"
        case date():
            return found.isoformat()
        case _:
            return str(found)


def _week(windows: tuple[Window | None, ...]) -> Iterator[str]:
    """`Mon-Fri 08:00-20:00`, the days of equal hours together; closed days are not told."""
    for window, days in groupby(range(len(_WEEKDAYS)), key=lambda day: windows[day]):
        first, *others = days
        if window is not None:
            yield f"{_WEEKDAYS[first]}{f'-{_WEEKDAYS[others[-1]]}' if others else ''} {window}"
