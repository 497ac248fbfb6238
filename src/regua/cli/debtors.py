"""The events of a file, debtor by debtor, each with its line: what is wrong with one debtor is told of that one."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import click
from attrs import define, field

from regua.cli.inputs import Problems, read_events
from regua.cli.screen import MOST_SHOWN, Screen, counted

if TYPE_CHECKING:
    from regua.core.account import Account
    from regua.core.events import Event
    from regua.core.policy import Policy
    from regua.errors import ReguaError

_NOT_GIVEN: Final = "which was not given"


@define
class Debtor:
    """What was read of one debtor of one creditor.

    Attributes:
        creditor: who is owed.
        debtor: who owes.
        events: in order of the lines, the same fact as often as it came.
        lines: line of each event; empty where they came from no file.
    """

    creditor: str
    debtor: str
    events: list[Event] = field(factory=list)
    lines: array[int] = field(factory=lambda: array("Q"))

    def account(self, policies: Sequence[Policy], known_at: int) -> Account:
        """What was known at an instant; the first policy governs what names none."""
        from regua.core.account import fold

        return governed(fold(self.events, known_at=known_at), policies)

    def told(self, error: ReguaError) -> str:
        """Say in one line why this debtor cannot be planned, and on which lines the events stand that it names."""
        text = " ".join(str(error).split("\n"))
        found: list[Event] = []
        lines: list[str] = []
        for line, event in zip(self.lines, self.events, strict=False):
            if f"event {event.id!r} " in text and event not in found:
                found.append(event)
                lines.append(f"{line:,}")
        where = f" (line{'s' * (len(lines) > 1)} {' and '.join(lines)})" if lines else ""
        remedy = "; --policy gives its file" if _NOT_GIVEN in text else ""
        return f"creditor {self.creditor!r}, debtor {self.debtor!r}: {text}{where}{remedy}"


def governed(account: Account, policies: Sequence[Policy]) -> Account:
    """Have the first policy govern the receivables that name none; where a version is missing, the first of that id.

    The facts of the account are changed in place: `fold` with further events begins without it.
    """
    from regua.core.dates import BEGINNING

    first = {policy.id: policy.version for policy in reversed(policies)}
    facts = account.facts
    if len(policies) > 1 and not facts.policies:
        facts.policies.append((BEGINNING, policies[0].id, policies[0].version))
    for entries in (facts.policies, *(each.policies for each in facts.receivables.values())):
        entries[:] = [(at, name, first.get(name) if version is None else version) for at, name, version in entries]
    return account


@define
class Failures:
    """The debtors that could not be planned, or recorded: the first twenty are told, all are counted."""

    screen: Screen
    what: str = "planned"
    count: int = field(default=0, init=False)

    def add(self, text: str) -> None:
        """Tell one."""
        self.count += 1
        if self.count <= MOST_SHOWN:
            self.screen.problem(text)

    def close(self) -> None:
        """Say how many were not told."""
        if self.count > MOST_SHOWN:
            self.screen.problem(f"and {counted(self.count - MOST_SHOWN, 'more debtor')} that could not be {self.what}")


def read_debtors(name: str, screen: Screen, *, creditor: str | None, debtors: tuple[str, ...]) -> list[Debtor]:
    """Group the events of a file, of the chosen debtors only, in order of creditor and debtor.

    Raises:
        Problems: a line is no event, or a chosen creditor or debtor is nowhere in the file.
    """
    met: set[tuple[str, str]] = set()
    found = grouped(_chosen(read_events(name, screen), creditor, debtors, met))
    _check_met("creditor", [creditor] if creditor is not None else [], {key[0] for key in met})
    _check_met("debtor", debtors, {key[1] for key in met if creditor in (None, key[0])})
    return found


def read_debtor(name: str, screen: Screen, *, creditor: str | None, debtor: str) -> Debtor:
    """The events of a file about one debtor of one creditor.

    Raises:
        Problems: as of `read_debtors`.
        UsageError: the debtor owes several creditors.
    """
    found = read_debtors(name, screen, creditor=creditor, debtors=(debtor,))
    if len(found) > 1:
        raise owes_several(debtor, [each.creditor for each in found])
    return found[0]


def owes_several(debtor: str, creditors: Iterable[str]) -> click.UsageError:
    """Say that it has to be said whose debtor is meant."""
    names = ", ".join(creditors)
    return click.UsageError(f"debtor {debtor!r} owes several creditors ({names}); choose one with --creditor")


def grouped(events: Iterable[tuple[int, Event]]) -> list[Debtor]:
    """Group numbered events, in order of creditor and debtor."""
    groups: dict[tuple[str, str], Debtor] = {}
    for line, event in events:
        key = event.creditor, event.debtor
        group = groups.get(key) or groups.setdefault(key, Debtor(*key))
        group.events.append(event)
        group.lines.append(line)
    return [groups[key] for key in sorted(groups)]


def one_by_one(debtors: list[Debtor], screen: Screen) -> Iterator[Debtor]:
    """Hand out the debtors, keeping none that was planned."""
    total = len(debtors)
    debtors.reverse()
    while debtors:
        screen.progress(f"planning: {total - len(debtors):,} of {total:,} debtors")
        yield debtors.pop()
    screen.clear()


def _chosen(
    events: Iterable[tuple[int, Event]], creditor: str | None, debtors: tuple[str, ...], met: set[tuple[str, str]]
) -> Iterator[tuple[int, Event]]:
    for line, event in events:
        met.add((event.creditor, event.debtor))
        if creditor in (None, event.creditor) and (not debtors or event.debtor in debtors):
            yield line, event


def _check_met(what: str, wanted: Iterable[str], met: set[str]) -> None:
    for name in wanted:
        if name not in met:
            close = get_close_matches(name, sorted(met), n=1)
            remedy = f"; did you mean {close[0]!r}?" if close else ""
            raise Problems([f"no event is about {what} {name!r}{remedy}"])
