"""What a bank makes of the campo livre: layouts are data (`regua_boleto.banks`), and this reads and writes by them.

A layout says in words which digits stand where: `9 convenio nosso_numero nosso_numero_dv 0 carteira`. A word of digits
stands for itself, a name for what is given or computed under it, `nosso_numero[0:3]` for a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final

from attrs import field, frozen

from regua_boleto.bank import check_free
from regua_boleto.problems import BoletoError, Problem

_WORD: Final = re.compile(r"(?:([0-9]+)|([a-z_]+)(?:\[([0-9]+):([0-9]+)\])?)")


@frozen(kw_only=True)
class Given:
    """What the caller gives: account and agreement numbers and their digits, the wallet, the nosso número.

    Attributes:
        width: digits; fewer are filled with zeros from the left.
        only: the values that it can have, or nothing where any is one.
        never: values that another layout has.
        exact: whether fewer digits make another layout.
    """

    width: int
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    exact: bool = False

    def problem(self, value: object) -> str:
        """What is wrong with a value, or ""."""
        if not (isinstance(value, str) and value.isascii() and value.isdigit()):
            return "it is a string of ASCII digits"
        if len(value) > self.width or (self.exact and len(value) < self.width):
            return f"{len(value)} digits, and it has {'' if self.exact else 'at most '}{self.width}"
        if (self.only and value.zfill(self.width) not in self.only) or value.zfill(self.width) in self.never:
            return f"not {value}" + (f" but one of {', '.join(self.only)}" if self.only else "")
        return ""


@frozen(kw_only=True)
class Computed:
    """A check digit.

    Attributes:
        rule: a function of `regua_boleto.digits`.
        over: the words that it guards, in order.
        width: digits that the rule gives.
    """

    rule: Callable[[str], str]
    over: str
    width: int = 1


@frozen(kw_only=True)
class Layout:
    """One campo livre of one bank.

    Attributes:
        bank: its three digits at the clearing house.
        name: which of its layouts, such as `convenio-7`; "" where it has one.
        title: the bank.
        given: what is given, by name.
        computed: check digits by name, in the order of their computing; some are printed and not in the campo livre.
        free: the words of the campo livre.
        number: how the nosso número is printed, as a format of the names.
        source: where it stands.
        notes: what is doubtful.
    """

    bank: str
    name: str = ""
    title: str
    given: Mapping[str, Given]
    computed: Mapping[str, Computed] = field(factory=dict)
    free: str
    number: str
    source: str
    notes: str = ""

    def problems(self, given: Mapping[str, str]) -> Iterator[Problem]:
        """What is wrong with what is given."""
        for name, wanted in self.given.items():
            if name not in given:
                yield Problem(code="missing", field=name, message="it is not given")
            elif found := wanted.problem(given[name]):
                yield Problem(code="value", field=name, message=found)
        for name in given:
            if name not in self.given:
                message = f"this layout has {', '.join(self.given)}"
                yield Problem(code="unknown", field=name, message=message)

    def make(self, given: Mapping[str, str]) -> FreeField:
        """Write the campo livre.

        Raises:
            BoletoError: something is missing, too much, or no such number.
        """
        if problems := list(self.problems(given)):
            raise BoletoError(problems)
        fields = {name: given[name].zfill(wanted.width) for name, wanted in self.given.items()}
        self._compute(fields)
        return self._made(_text_of(self.free, fields), fields)

    def read(self, free: str) -> FreeField | None:
        """Take a campo livre apart; None where it is none of this layout."""
        found = {name: ["?"] * width for name, width in self._widths.items()}
        place = 0
        for literal, name, start, stop in self._words:
            width = len(literal) if literal else stop - start
            piece = free[place : place + width]
            place += width
            if literal and piece != literal:
                return None
            if name:
                found[name][start:stop] = piece
        given = {name: "".join(found[name]) for name in self.given}
        if any(self.problems(given)):
            return None
        made = self.make(given)
        return made if made.digits == free else None

    def _compute(self, fields: dict[str, str]) -> None:
        for name, wanted in self.computed.items():
            fields[name] = wanted.rule(_text_of(wanted.over, fields))

    def _made(self, digits: str, fields: dict[str, str]) -> FreeField:
        return FreeField(
            bank=self.bank,
            layout=self.name,
            digits=digits,
            fields=MappingProxyType(fields),
            nosso_numero=self.number.format_map(fields),
        )

    @cached_property
    def _widths(self) -> dict[str, int]:
        given = {name: wanted.width for name, wanted in self.given.items()}
        return given | {name: wanted.width for name, wanted in self.computed.items()}

    @cached_property
    def _words(self) -> list[tuple[str, str, int, int]]:
        return [
            (literal, name, int(start or 0), int(stop or self._widths.get(name, 0)))
            for literal, name, start, stop in _WORD.findall(self.free)
        ]


@frozen(kw_only=True)
class FreeField:
    """A campo livre and what it consists of.

    Attributes:
        bank: three digits.
        layout: which of the bank's layouts, "" where it has one.
        digits: the 25 digits.
        fields: every part by name, filled with zeros; the check digits, too, also those that are only printed.
        nosso_numero: as it is printed, with its check digit where the bank prints one.
    """

    bank: str
    layout: str
    digits: str = field(validator=check_free)
    fields: Mapping[str, str] = field(hash=False)
    nosso_numero: str


def _text_of(words: str, fields: Mapping[str, str]) -> str:
    return "".join(
        literal or fields[name][slice(*((int(start), int(stop)) if stop else (None, None)))]
        for literal, name, start, stop in _WORD.findall(words)
    )
