"""Entries in order of their instants, one for each key."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from operator import itemgetter
from typing import Any, Final

_INSTANT: Final = itemgetter(0)


class Agenda:
    """What comes when: `(instant, rank, key)` in a sorted list.

    A list is moved in memory at each change, which for a hundred thousand entries costs some microseconds, less than
    what a tree in Python would take.
    """

    def __init__(self) -> None:
        self._entries: list[tuple[int, Any, str]] = []
        self._by_key: dict[str, tuple[int, Any, str]] = {}

    def set(self, key: str, instant_us: int | None, rank: Any = 0) -> None:
        """Enter a key, in place of where it stood before.

        Args:
            key: what comes.
            instant_us: when, or None for never.
            rank: decides between keys of the same instant, before the key itself does.
        """
        before = self._by_key.pop(key, None)
        entry = None if instant_us is None else (instant_us, rank, key)
        if before is not None and before != entry:
            del self._entries[bisect_left(self._entries, before)]
        if entry is not None:
            self._by_key[key] = entry
            if entry != before:
                insort(self._entries, entry)

    def until(self, until_us: int, limit: int) -> list[str]:
        """The first keys up to an instant, the earliest first."""
        end = bisect_right(self._entries, until_us, hi=min(max(limit, 0), len(self._entries)), key=_INSTANT)
        return [key for _, _, key in self._entries[:end]]

    def all(self) -> list[str]:
        """Every key, the earliest first."""
        return [key for _, _, key in self._entries]

    def first_us(self) -> int | None:
        """The earliest instant."""
        return self._entries[0][0] if self._entries else None
