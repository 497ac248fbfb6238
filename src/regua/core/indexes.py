"""Indexes: monthly rates that are published month by month, such as the taxa legal and the IPCA.

An index is an argument, as a calendar is. A month that it does not have is never taken for zero.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final, Protocol, Self, runtime_checkable

from attrs import field, frozen

from regua.errors import DecodeError

LEGAL: Final = "taxa-legal"
"""Name of the index of the legal interest: series 29543 of the Banco Central (Resolução CMN 5.171/2024)."""
LEGAL_SINCE: Final = date(2024, 8, 30).toordinal()
"""The first day to which it applies (Lei 14.905/2024; Resolução CMN 5.171/2024 art. 6)."""

_DAY: Final = re.compile(r"01/(0[1-9]|1[0-2])/([0-9]{4})")
_RATE: Final = re.compile(r"-?[0-9]{1,6}(?:[.,][0-9]{1,12})?")
_HEADER: Final = ("data", "valor")
_REMEDY: Final = "write the first day of the month and percent a month, as the Banco Central does: 01/01/2025, 0.589427"


@runtime_checkable
class Index(Protocol):
    """What `plan` asks of an index. Answers must depend on nothing but the arguments and the version."""

    @property
    def name(self) -> str:
        """The name by which policies ask for it, such as `ipca`."""

    @property
    def version(self) -> str:
        """Changes whenever an answer may change; it is part of every schedule's fingerprint."""

    def rate(self, year: int, month: int) -> Fraction | None:
        """The rate of a month as a share (0.5% is 1/200), or None where it is not published."""


@frozen(kw_only=True)
class MonthlyRates:
    """An index as a table of months.

    Attributes:
        name: the name by which policies ask for it.
        rates: share by year and month.
        lag: how many months back the rate of a month is taken from: 2 says that June has the rate of April, for an
            index that is published after its month.
        version: hash of all that.
    """

    name: str
    rates: Mapping[tuple[int, int], Fraction] = field(hash=False)
    lag: int = 0
    version: str = field(init=False)

    @version.default
    def _hash(self) -> str:
        lines = [f"{year}-{month:02} {rate}\n" for (year, month), rate in sorted(self.rates.items())]
        return sha256("".join([f"lag {self.lag}\n", *lines]).encode()).hexdigest()[:16]

    def rate(self, year: int, month: int) -> Fraction | None:
        """The rate of a month, or None where the table does not have it."""
        before, place = divmod(12 * year + month - 1 - self.lag, 12)
        return self.rates.get((before, place + 1))

    @classmethod
    def parse(cls, name: str, text: str, *, lag: int = 0) -> Self:
        """Read what the Banco Central's SGS gives: `[{"data": "01/01/2025", "valor": "0.589427"}]`, or the same as CSV.

        Args:
            name: the name by which policies ask for it.
            text: of the file. A rate is percent a month, with a point or a comma.
            lag: as of the attribute.

        Raises:
            DecodeError: another form, a day that is not the first of a month, a month with two rates.
        """
        entries = _json(text) if text.lstrip("\ufeff \r\n\t").startswith("[") else _csv(text)
        rates: dict[tuple[int, int], Fraction] = {}
        for line, day, percent in entries:
            month, rate = _month(day, line), _rate(percent, line)
            if rates.setdefault(month, rate) != rate:
                raise DecodeError(f"{day} has two rates", line=line, remedy="keep one of them")
        if not rates:
            raise DecodeError("there is no month in it", remedy=_REMEDY)
        return cls(name=name, rates=rates, lag=lag)


def _json(text: str) -> Iterator[tuple[int | None, Any, Any]]:
    try:
        entries = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise DecodeError("it is not JSON", remedy=_REMEDY) from None
    for entry in entries:
        if not isinstance(entry, dict) or not {*_HEADER} <= entry.keys():
            raise DecodeError('an entry lacks "data" or "valor"', remedy=_REMEDY)
        yield None, entry["data"], entry["valor"]


def _csv(text: str) -> Iterator[tuple[int | None, Any, Any]]:
    for line, row in enumerate(_rows(text), 1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or tuple(cell.lower() for cell in cells) == _HEADER:
            continue
        if len(cells) != len(_HEADER):
            raise DecodeError(f"there are {len(cells)} cells, not 2", line=line, remedy=_REMEDY)
        yield line, cells[0], cells[1]


def _rows(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(text.lstrip("\ufeff").splitlines(), delimiter=";")
    except csv.Error:  # a cell as long as a book
        raise DecodeError("it is not CSV", remedy=_REMEDY) from None


def _month(day: Any, line: int | None) -> tuple[int, int]:
    found = _DAY.fullmatch(day) if isinstance(day, str) else None
    if found is None:
        raise DecodeError(f"{day!r:.60} is no first day of a month", line=line, remedy=_REMEDY)
    return int(found[2]), int(found[1])


def _rate(percent: Any, line: int | None) -> Fraction:
    if not (isinstance(percent, str) and _RATE.fullmatch(percent)):
        raise DecodeError(f"{percent!r:.60} is no rate", line=line, remedy=_REMEDY)
    return Fraction(percent.replace(",", ".")) / 100
