"""What a policy change would do as a table for people, as JSON Lines for programs, as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from regua.cli.differing import Sums
from regua.cli.forms import clipped, wall_clock
from regua.cli.output import Output
from regua.cli.screen import Screen
from regua.reports.comparison import action_told, comparison_end, comparison_section, comparison_start

if TYPE_CHECKING:
    from regua.core.events.control import Migration
    from regua.core.planning import Action
    from regua.core.planning.comparison import Comparison

    Found = Mapping[Migration, Comparison]

_MEASURED: Final = 1_000
_HEADS: Final = ("debtor", "receivable", "step", "what", "before", "after")


class Table:
    """Under one verb a row a change; under several a row a debtor with the counts of each. Below it the sum.

    The columns are as wide as the first thousand rows need.
    """

    def __init__(self, output: Output, screen: Screen, verbs: Sequence[Migration]) -> None:
        self._output, self._screen, self._verbs = output, screen, verbs
        heads = _HEADS if len(verbs) == 1 else ("debtor", *verbs)
        self._rows: list[Sequence[str]] = [tuple(head.upper() for head in heads)]
        self._widths: list[int] = []
        self._any = False

    def add(self, found: Found) -> None:
        """Take the rows of one debtor."""
        self._rows += self._changes(found) if len(self._verbs) == 1 else self._counts(found)
        if self._widths or len(self._rows) >= _MEASURED:
            self._print()

    def _changes(self, found: Found) -> Iterator[Sequence[str]]:
        for comparison in found.values():
            for change in comparison.changes:
                about = (comparison.debtor, change.action.receivable or "-", change.action.step)
                told = (action_told(change.before), action_told(change.after))
                yield (*map(clipped, about), ", ".join(change.what), *told)

    def _counts(self, found: Found) -> Iterator[Sequence[str]]:
        if any(comparison.changes for comparison in found.values()):
            debtor = next(iter(found.values())).debtor
            yield (clipped(debtor), *(_signed(found[verb]) for verb in self._verbs))

    def _print(self) -> None:
        self._screen.clear()
        if not self._widths:
            self._widths = [max(map(len, column)) for column in zip(*self._rows, strict=True)]
        self._output.write("".join(_line(row, self._widths) for row in self._rows))
        self._rows = []

    def finish(self, sums: Sums) -> None:
        """Print what was taken, and the sum."""
        gap = ""
        if self._widths or len(self._rows) > 1:
            self._print()
            gap = "\n"
        if not self._screen.quiet:
            rows = list(sums.rows())
            widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
            self._output.write(gap + "".join(_counted(row, widths) for row in rows))


def _signed(comparison: Comparison) -> str:
    """`+2 -1 ~3`: added, removed, changed otherwise."""
    added, removed = comparison.count("added"), comparison.count("removed")
    other = len(comparison.changes) - added - removed
    signs = ((added, "+"), (removed, "-"), (other, "~"))
    return " ".join(f"{sign}{count:,}" for count, sign in signs if count) or "="


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"


def _counted(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = [*zip(row, widths, strict=True)]
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]).rstrip() + "\n"


class JsonLines:
    """One debtor a line, with every change under each verb."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def add(self, found: Found) -> None:
        """Print one debtor."""
        from regua.codec import to_line

        first = next(iter(found.values()))
        verbs = {verb: _compared(comparison) for verb, comparison in found.items()}
        self._output.write(to_line({"creditor": first.creditor, "debtor": first.debtor, "verbs": verbs}))

    def finish(self, sums: Sums) -> None:
        """There is nothing else to print."""


def _compared(comparison: Comparison) -> dict[str, Any]:
    return {
        "changes": [
            {
                "what": list(change.what),
                "receivable": change.action.receivable,
                "step": change.action.step,
                "before": _action(change.before),
                "after": _action(change.after),
            }
            for change in comparison.changes
        ],
        "contacts": _pair(comparison.contacts),
        "contacts_today": _pair(comparison.today),
    }


def _pair(counts: tuple[int, int]) -> dict[str, int]:
    return {"before": counts[0], "after": counts[1]}


def _action(action: Action | None) -> dict[str, Any] | None:
    if action is None:
        return None
    return {
        "action": action.id,
        "status": action.status,
        "reason": action.reason.code,
        "at": action.at.isoformat(),
        "tone": "" if action.tone is None else action.tone.word,
        "channel": action.channel,
        "template": action.template,
    }


class Page:
    """One self-contained page: a section for each debtor of whom something changes, then the sum."""

    def __init__(self, output: Output, title: str, as_of: int, zone: str) -> None:
        self._output, self._number = output, 0
        note = f"What would become of receivables in flight, migrated at {wall_clock(as_of, zone)} {zone}."
        output.write(comparison_start(title, note))

    def add(self, found: Found) -> None:
        """Print the section of one debtor."""
        if any(comparison.changes for comparison in found.values()):
            self._number += 1
            self._output.write(comparison_section(self._number, found))

    def finish(self, sums: Sums) -> None:
        """Print the sum."""
        self._output.write(comparison_end(sums.rows()))


Form = Table | JsonLines | Page
