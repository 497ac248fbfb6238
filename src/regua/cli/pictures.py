"""Schedules as pictures: the régua of one debtor as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regua.cli.asking import Question
from regua.cli.debtors import Debtor
from regua.cli.output import Output

if TYPE_CHECKING:
    from regua.core.planning import Schedule


class Svg:
    """One picture: of the debtor whose schedule is added."""

    def __init__(self, output: Output, question: Question, debtor: Debtor) -> None:
        self._output, self._question, self._debtor = output, question, debtor

    def add(self, schedule: Schedule) -> None:
        """Print the picture."""
        from regua.reports import drawn, ruler_of

        asked = self._question
        account = self._debtor.account(asked.policies, asked.known_at)
        self._output.write(
            drawn(ruler_of(schedule, account, asked.policies, calendar=asked.calendars, indexes=asked.indexes))
        )

    def finish(self) -> None:
        """There is nothing else to print."""
