"""Schedules as a table for people, as CSV for spreadsheets, as JSON Lines for programs."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Final

from regua.cli.cells import neutral
from regua.cli.output import Output
from regua.cli.screen import Screen
from regua.core.dates import local

if TYPE_CHECKING:
    from regua.core.planning import Action, Schedule

CLAMPED: Final = "tone-clamped"
_HEADS: Final = ("when", "debtor", "receivable", "step", "status", "by", "tone", "amount", "why")
_STATUS, _AMOUNT, _LAST = _HEADS.index("status"), _HEADS.index("amount"), len(_HEADS) - 1
_WIDEST: Final = 40
_MEASURED: Final = 1_000
_COLOURS: Final = {"due": "green", "planned": "blue", "waiting": "yellow", "done": "grey", "ended": "grey"}


class Table:
    """Rows under one heading; the columns are as wide as the first thousand rows need."""

    def __init__(self, output: Output, screen: Screen) -> None:
        self._output, self._screen = output, screen
        self._rows: list[tuple[str, ...]] = []
        self._widths: list[int] = []

    def add(self, schedule: Schedule) -> None:
        """Take the rows of one debtor."""
        self._rows += [_row(action) for action in schedule.all]
        if self._widths or len(self._rows) >= _MEASURED:
            self.finish()

    def finish(self) -> None:
        """Print what was taken."""
        if not self._rows:
            return
        self._screen.clear()
        if not self._widths:
            self._widths = [max(map(len, column)) for column in zip(_HEADS, *self._rows, strict=True)]
            self._output.write(self._line(tuple(head.upper() for head in _HEADS)))
        self._output.write("".join(map(self._line, self._rows)))
        self._rows = []

    def _line(self, row: Sequence[str]) -> str:
        cells = [cell.ljust(width) for cell, width in zip(row, self._widths, strict=True)]
        cells[_AMOUNT], cells[_LAST] = row[_AMOUNT].rjust(self._widths[_AMOUNT]), row[_LAST]
        if row[_STATUS] in _COLOURS:
            cells[_STATUS] = self._screen.paint(cells[_STATUS], _COLOURS[row[_STATUS]])
        return "  ".join(cells) + "\n"


def _row(action: Action) -> tuple[str, ...]:
    codes = [reason.code for reason in action.reasons]
    tone = "-" if action.tone is None else action.tone.word
    return (
        wall_clock(action.at_us, action.zone),
        clipped(action.debtor),
        clipped(action.receivable or "-"),
        clipped(action.step),
        action.status,
        action.channel or "-",
        f"{tone}*" if CLAMPED in codes else tone,
        "-" if action.amount is None else str(action.amount),
        ", ".join(code for code in codes if code != CLAMPED),
    )


def wall_clock(instant: int, zone: str) -> str:
    """`2026-04-18 09:00`, in the zone."""
    return local(instant, zone).isoformat(sep=" ", timespec="minutes")[:16]


def clipped(text: str) -> str:
    """As much of an id or a name as a column holds."""
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


class Csv:
    """One action a row, under a heading. Numbers are numbers, and no text is a formula."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._headed = False

    def add(self, schedule: Schedule) -> None:
        """Print the rows of one debtor."""
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if not self._headed:
            self._headed = True
            writer.writerow(CSV_COLUMNS)
        writer.writerows(map(_cells, schedule.all))
        self._output.write(text.getvalue())

    def finish(self) -> None:
        """Print at least the heading."""
        if not self._headed:
            self._output.write(",".join(CSV_COLUMNS) + "\n")


CSV_COLUMNS: Final = (
    *("creditor", "debtor", "receivable", "status", "day", "at", "step", "kind", "channel", "presses"),
    *("tone", "asked_tone", "template", "amount", "currency", "reason", "reasons", "not_yet_supported"),
    *("policy", "policy_version", "occurrence", "action"),
)
_NUMBERS: Final = {"amount", "policy_version"}


def _cells(action: Action) -> list[str]:
    texts = _texts(action)
    return [text if name in _NUMBERS else neutral(text) for name, text in zip(CSV_COLUMNS, texts, strict=True)]


def _texts(action: Action) -> list[str]:
    return [
        action.creditor,
        action.debtor,
        action.receivable,
        action.status,
        action.day.isoformat(),
        local(action.at_us, action.zone).isoformat(),
        action.step,
        action.kind,
        action.channel,
        "yes" if action.presses else "no",
        "" if action.tone is None else action.tone.word,
        "" if action.asked_tone is None else action.asked_tone.word,
        action.template,
        "" if action.amount is None else f"{action.amount.amount:f}",
        "" if action.amount is None else action.amount.currency,
        action.reason.code,
        " ".join(reason.code for reason in action.reasons),
        ", ".join(unsupported(action)),
        action.policy,
        str(action.policy_version),
        action.occurrence,
        action.id,
    ]


def unsupported(action: Action) -> Iterator[str]:
    """What of an action nothing can carry out yet, by name."""
    return (reason.facts["what"] for reason in action.reasons if reason.code == "not-yet-supported")


class JsonLines:
    """One schedule a line, its actions inside."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def add(self, schedule: Schedule) -> None:
        """Print one debtor."""
        from regua.codec import encode_schedule, to_line

        self._output.write(to_line(encode_schedule(schedule)))

    def finish(self) -> None:
        """There is nothing else to print."""


Form = Table | Csv | JsonLines
