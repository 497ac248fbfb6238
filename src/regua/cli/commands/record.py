"""`regua record`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
from attrs import define, field

from regua.cli.debtors import Debtor, Failures, grouped
from regua.cli.inputs import STDIN_NAME, bad_lines, only_once, open_input, read_events
from regua.cli.interrupts import uninterrupted
from regua.cli.opening import config_option, no_creditor, opened
from regua.cli.options import common_options, pass_screen
from regua.cli.output import STDIO
from regua.cli.people import Person, read_people
from regua.cli.screen import MOST_SHOWN, Screen, counted
from regua.errors import DecodeError, ReguaError
from regua.importfile import BadRow

if TYPE_CHECKING:
    from regua.engine import Engine


@click.command("record")
@click.argument("events", metavar="EVENTS")
@config_option
@click.option("--people", metavar="FILE", help="Names and addresses that the events refer to, as CSV or JSON Lines.")
@common_options
@pass_screen
def command(screen: Screen, *, events: str, config: str, people: str | None) -> int:
    """Store events, and plan their debtors anew; `regua run` then carries out what is due.

    EVENTS is a file of events, one JSON object a line, as `regua import` writes them. It or FILE may be `-` for
    standard input. What is stored already stays as it is, so the same file may come again. Each debtor is recorded
    whole or not at all; bad lines and debtors that cannot be planned are told, make the exit status 1 and stop no
    other.

    Events hold references and no personal data. FILE says what they refer to, and is kept apart: as CSV with the
    columns debtor, ref and one for each field (name, address), or as JSON Lines with the keys debtor, ref and fields.
    Where there are several creditors, a column or key creditor says whose debtor it is. A newer record replaces the
    older one whole. Fields called cpf, cnpj, document, phone, email, cep and address are checked and kept in one form.
    Of a bad row the line is told, and nothing that stands in it.

    \b
    Example:
      regua record events.jsonl
      regua record events.jsonl --people people.csv
    """
    only_once(events, *([people] if people else []))
    work = _Work(screen)
    with opened(config, screen) as engine:
        if people:
            work.keep(people, engine)
        work.record(events, engine)
    work.close(events)
    return int(work.bad > 0)


@define
class _Work:
    """What was done so far, and how much of it went wrong."""

    screen: Screen
    bad: int = field(default=0, init=False)
    kept: int = field(default=0, init=False)
    new: int = field(default=0, init=False)
    known: int = field(default=0, init=False)
    debtors: int = field(default=0, init=False)

    def keep(self, name: str, engine: Engine) -> None:
        """Keep personal data, before the events that refer to them can make anything due."""
        shown = STDIN_NAME if name == STDIO else name
        bad: list[str] = []
        for person in _people(name, shown, bad):
            creditor = _creditor_of(person, engine)
            if creditor not in engine.creditors:
                bad.append(f"{shown}: line {person.line}: {_whose(creditor, engine)}")
                continue
            with uninterrupted:
                engine.creditor(creditor).keep(person.debtor, {person.ref: person.fields})
            self.kept += 1
            self.screen.progress(f"keeping people: {counted(self.kept, 'record')}")
        self._tell(bad, f"{shown}: and {{}} that cannot be read")

    def record(self, name: str, engine: Engine) -> None:
        """Record the events, debtor by debtor."""
        bad: list[DecodeError] = []
        debtors = grouped(read_events(name, self.screen, bad=bad))
        self.bad += len(bad)
        for line in bad_lines(name, bad):
            self.screen.problem(line)
        failures = Failures(self.screen, "recorded")
        for number, debtor in enumerate(debtors, 1):
            self.screen.progress(f"recording: {number:,} of {len(debtors):,} debtors")
            self._record(debtor, engine, failures)
        failures.close()
        self.bad += failures.count

    def _record(self, debtor: Debtor, engine: Engine, failures: Failures) -> None:
        if debtor.creditor not in engine.creditors:
            failures.add(f"debtor {debtor.debtor!r}: {no_creditor(debtor.creditor, engine.creditors)}")
            return
        try:
            with uninterrupted:
                new = engine.creditor(debtor.creditor).record(*debtor.events)
        except ReguaError as error:
            failures.add(debtor.told(error))
            return
        self.debtors += 1
        self.new += len(new)
        self.known += len(debtor.events) - len(new)

    def _tell(self, problems: list[str], more: str) -> None:
        self.bad += len(problems)
        for problem in problems[:MOST_SHOWN]:
            self.screen.problem(problem)
        if len(problems) > MOST_SHOWN:
            self.screen.problem(more.format(counted(len(problems) - MOST_SHOWN, "more row")))

    def close(self, name: str) -> None:
        """Say what it came to."""
        self.screen.clear()
        shown = STDIN_NAME if name == STDIO else name
        people = f"; {counted(self.kept, 'record')} of people kept" if self.kept else ""
        events = f"{counted(self.new, 'new event')}, {self.known:,} known, of {counted(self.debtors, 'debtor')}"
        (self.screen.problem if self.bad else self.screen.note)(f"{shown}: {events}{people}")


def _people(name: str, shown: str, bad: list[str]) -> Iterator[Person]:
    with open_input(name) as file:
        for item in read_people(file):
            if isinstance(item, BadRow):
                bad.append(f"{shown}: line {item.line}: {item.reason}")
            else:
                yield item


def _creditor_of(person: Person, engine: Engine) -> str:
    return person.creditor or (engine.creditors[0] if len(engine.creditors) == 1 else "")


def _whose(creditor: str, engine: Engine) -> str:
    there = ", ".join(engine.creditors)
    return (
        f"there is no such creditor; there are {there}" if creditor else f"'creditor' is to say whose debtor: {there}"
    )
