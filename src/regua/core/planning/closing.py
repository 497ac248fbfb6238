"""Closed receivables: over, and nothing of them comes any more if no further fact is recorded.

A receivable that is over (settled, cancelled, written off, its debtor dead) stops every reminder and all that presses
or escalates. What is left are thanks, receipts, apologies and owed acts: it is closed when these are done or their last
day has passed, which an owed act does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from regua.core.dates import BEGINNING
from regua.core.planning.blockers import CLASSES
from regua.core.planning.judging import Draft
from regua.core.planning.owed import owed
from regua.core.planning.signals import Occasions
from regua.core.planning.standing import Standing
from regua.core.planning.trigger import Ask, Asker, is_done


@frozen
class Closing:
    """Says which receivables of one debtor are closed as of one instant."""

    standing: Standing
    occasions: Occasions
    as_of: int
    today: int

    def is_over(self, name: str) -> bool:
        """Whether a blocker of the class ended applies and no fact known so far ends it.

        Where caps apply, what was planned between the day on which that was known and the day on which it took effect
        still has its place among the contacts of those days: such a receivable is told for ever.
        """
        return any(
            span.end is None
            and span.start <= self.as_of
            and (not self.standing.limits_contacts or self.standing.learnt(span) >= span.start)
            for code, spans in self.standing.stops(name)
            if CLASSES[code] == "ended"
            for span in spans
        )

    def long_closed(self, names: Iterable[str]) -> set[str]:
        """Those of which it can be told without judging, or is known from an earlier plan, that they are closed."""
        basis, since, known = self.standing.account.memory.get("closed", (None, 0, {}))
        if since > self.as_of or basis != self.standing.basis:
            known = {}
        return {name for name in names if known.get(name) == self._outcomes(name) or self.is_long_closed(name)}

    def remember(self, names: Iterable[str]) -> None:
        """Remember closed receivables: they stay so until another fact than an outcome of other actions is recorded.

        Nothing is remembered while a fact lies ahead, such as a migration, which may ask for something again.
        """
        if self.standing.next_fact(self.as_of) is not None:
            return
        found = {name: self._outcomes(name) for name in names}
        self.standing.account.memory["closed"] = (self.standing.basis, self.as_of, found)

    def _outcomes(self, name: str) -> int:
        return sum(map(len, self.standing.outcomes.get(name, ())))

    def is_long_closed(self, name: str) -> bool:
        """Whether it can be told without judging that a receivable is closed."""
        policy = self.standing.bound[name]
        if not self.is_over(name) or policy.lasting_steps is None:
            return False
        if not all(map(self._is_final, owed(self.standing, self.as_of, name, ()))):
            return False
        asker = Asker.of(self.standing, policy, name, self.occasions)
        for step in policy.lasting_steps:
            for ask in asker.of_step(step):
                if self._latest(ask) >= self.today and not is_done(self.standing, ask):
                    return False
        return True

    def closed(self, names: Iterable[str], drafts: Mapping[str, Iterable[Draft]]) -> set[str]:
        """Those of the judged receivables that turned out to be closed."""
        return {name for name in names if self.is_over(name) and all(map(self._is_final, drafts.get(name, ())))}

    def _is_final(self, draft: Draft) -> bool:
        if draft.status not in {"done", "ended"} or any(reason.code == "unconfirmed" for reason in draft.reasons):
            return False
        return all(instant <= self.as_of for instant in (*draft.wakeups, *draft.turns))

    def _latest(self, ask: Ask) -> int:
        """A day after which the action has surely ended; no matter if it does so before."""
        standing, step, rules = self.standing, ask.step, ask.policy.plan
        instants = [instant for instant in (ask.earliest, ask.issued, ask.recorded) if instant > BEGINNING]
        day = max(ask.day, *(standing.day(instant) for instant in instants))
        first = standing.hours(ask.policy, step).forward(day + 1, 0, BEGINNING).day
        waits = step.requires is not None or step.approval or standing.law.terms(ask)
        return first + rules.max_delay.days + (rules.max_wait.days if waits else 0)
