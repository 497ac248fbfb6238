"""Rows on which things of some length stand apart."""

from __future__ import annotations

from collections.abc import Sequence


def stacked(extents: Sequence[tuple[float, float]], gap: float) -> list[int]:
    """Give each thing the first row on which it does not touch the one before it.

    Args:
        extents: where each begins and ends, in order of the beginnings for the fewest rows.
        gap: the least distance between two on one row.
    """
    ends: list[float] = []
    rows: list[int] = []
    for start, end in extents:
        row = next((row for row, last in enumerate(ends) if last + gap <= start), len(ends))
        if row == len(ends):
            ends.append(end)
        else:
            ends[row] = end
        rows.append(row)
    return rows
