"""Draws faults from a seed, and remembers which of them happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

import attrs
from attrs import define, field

from regua.core.dates import format_local
from regua.testing.faults import Fault

F = TypeVar("F", bound=Fault)


@define
class Weather:
    """What goes wrong in a simulation, and when.

    Attributes:
        faults: what may go wrong.
        random: from which it is drawn.
        clock: gives the instant.
        zone: IANA name, for what is told.
        is_calm: nothing goes wrong any more.
        mishaps: instant and line of what went wrong, in order.
    """

    faults: Sequence[Fault]
    random: Random
    clock: Callable[[], int]
    zone: str
    is_calm: bool = False
    mishaps: list[tuple[int, str]] = field(factory=list)

    def strikes(self, sort: type[F], where: str, who: str) -> F | None:
        """The fault of a sort that happens at an opportunity, or None.

        Args:
            sort: of fault.
            where: the moment or the channel.
            who: the worker, or "".
        """
        if self.is_calm:
            return None
        for fault in self.faults:
            if isinstance(fault, sort) and fault.may_hit(where) and self.random.random() < fault.chance:
                self.mishaps.append((self.clock(), _line(fault, where, who)))
                return fault
        return None

    @property
    def sorts(self) -> frozenset[str]:
        """The sorts of fault that happened."""
        return frozenset(line.partition(" ")[0] for _, line in self.mishaps)

    def lines(self) -> list[str]:
        """What went wrong, one line each."""
        return [f"{format_local(at, self.zone)}  {line}" for at, line in self.mishaps]


def _line(fault: Fault, where: str, who: str) -> str:
    said = [type(fault).__name__, *([f"at {where}"] if where else []), *([f"of {who}"] if who else [])]
    own = [each for each in attrs.fields(type(fault)) if each.name not in {"chance", "at", "channel"}]
    said += [f"{each.name} {getattr(fault, each.name)}" for each in own if getattr(fault, each.name) is not None]
    return " ".join(said)
