"""Facts along time: spans that cover instants, registers that hold a value from an instant on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Generic, TypeVar

from attrs import field, frozen

T = TypeVar("T")


@frozen
class Span:
    """From `start` up to, not including, `end`.

    Attributes:
        start: instant.
        end: instant, or None while it lasts.
        cause: id of the event that began it.
        known: instant from which its beginning was known to us.
    """

    start: int
    end: int | None
    cause: str
    known: int = 0

    def covers(self, instant: int) -> bool:
        """Whether the instant lies in the span."""
        return self.start <= instant and (self.end is None or instant < self.end)


def covering(spans: Sequence[Span], instant: int) -> Span | None:
    """The first of the spans that covers the instant."""
    for span in spans:
        if span.start <= instant and (span.end is None or instant < span.end):
            return span
    return None


def without(span: Span, others: Sequence[Span]) -> list[Span]:
    """What is left of a span where none of the others applies; these are in order of time and apart."""
    left, start = [], span.start
    for other in others:
        if other.start > start and (span.end is None or start < span.end):
            end = other.start if span.end is None else min(span.end, other.start)
            left.append(Span(start, end, span.cause, span.known))
        if other.end is None:
            return left
        start = max(start, other.end)
    if span.end is None or start < span.end:
        left.append(Span(start, span.end, span.cause, span.known))
    return left


@frozen
class Register(Generic[T]):
    """Values that replace each other along time; entries are added in order of time."""

    _at: list[int] = field(factory=list, init=False)
    _values: list[T] = field(factory=list, init=False)

    def set(self, instant: int, value: T) -> None:
        """From this instant on it is that value."""
        self._at.append(instant)
        self._values.append(value)

    def at(self, instant: int) -> T | None:
        """The value at an instant, or None before the first."""
        place = bisect_right(self._at, instant)
        return self._values[place - 1] if place else None

    def entries(self) -> list[tuple[int, T]]:
        """Every change, in order of time."""
        return list(zip(self._at, self._values, strict=True))
