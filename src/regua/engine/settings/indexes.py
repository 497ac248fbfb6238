"""`[index.NAME]`: a file of monthly rates, as the Banco Central gives them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from regua.core.indexes import MonthlyRates
from regua.errors import DecodeError
from regua.policyfile.nodes import Node
from regua.policyfile.scalars import Integer, Json, Shape
from regua.policyfile.tables import Key, Table

LARGEST: Final = 1_000_000
"""Bytes of the largest file: a month takes some forty."""
_LONGEST_LAG: Final = 12


def read_rates(path: Path, name: str, *, lag: int = 0) -> MonthlyRates:
    """Read a file of monthly rates: the JSON or CSV of the Banco Central's SGS.

    Args:
        path: of the file.
        name: the name by which policies ask for it.
        lag: how many months back the rate of a month is taken from.

    Raises:
        DecodeError: it cannot be read, or does not say what it should.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise DecodeError(f"it is larger than {LARGEST:,} bytes", remedy="give monthly rates alone")
        return MonthlyRates.parse(name, content.decode(), lag=lag)
    except OSError as error:
        raise DecodeError(f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DecodeError("it is not UTF-8", remedy="save it as UTF-8") from None


@frozen(kw_only=True)
class RatesFile:
    """The table of one index.

    Attributes:
        location: the shape of the path.
        take: makes of a shape one that may stand in the environment.
    """

    location: Shape
    take: Callable[[Shape], Shape]

    def read(self, node: Node) -> MonthlyRates:
        """Read the table, then the file that it names."""
        values: dict[str, Any] = self.table.read(node)
        try:
            return read_rates(values["file"], node.name, lag=values.get("lag", 0))
        except DecodeError as error:
            raise node.child("file").refuse("invalid-value", f"{values['file'].name}: {error}") from None

    @property
    def table(self) -> Table:
        """Its keys."""
        return Table(
            what="an index",
            keys={
                "file": Key(
                    self.take(self.location),
                    "monthly rates in percent, as the Banco Central's SGS gives them in JSON or CSV",
                    required=True,
                ),
                "lag": Key(
                    Integer(0, _LONGEST_LAG),
                    "how many months back the rate of a month is taken from, for an index published after its month",
                ),
            },
            build=_values,
        )

    def schema(self) -> Json:
        """That table."""
        return self.table.schema()


def _values(*, origins: object, **values: Any) -> dict[str, Any]:
    del origins  # the values are read at once
    return values
