"""Prescription: until when a claim can be enforced (Código Civil arts. 189 to 206).

The term runs from the due date as it now is. It begins anew at a fact that restarts it, as often as the law says;
days on which no prescription runs are added. It ends on the day of the same number, or on the day after where the month
has none (Código Civil art. 132 §3); the claim is time-barred from the day after that. While a lawsuit that was filed
in time runs it does not end: after one it counts from the last act of the case (Código Civil art. 202, sole paragraph).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from attrs import field, frozen

from regua.core.legal import LegalRule, Prescription, PrescriptionPause, PrescriptionRestart
from regua.core.planning.schedule import Prescribed
from regua.core.timeline import Span

if TYPE_CHECKING:
    from regua.core.events import Event
    from regua.core.planning.bound import Bound
    from regua.core.planning.standing import Standing

_MONTHS = 12
_COURT = "in-court"


@frozen(kw_only=True)
class Term:
    """The term of one claim.

    Attributes:
        rule: the rule that sets it.
        due: ordinal of the due date.
        since: ordinal of the day from which it counts.
        restarts: ids of the facts from which it began anew.
        last: ordinal of its last day.
    """

    rule: LegalRule
    due: int
    since: int
    restarts: tuple[str, ...]
    last: int

    def prescribed(self, receivable: str) -> Prescribed:
        """The term as a schedule tells it."""
        due, since, last = map(date.fromordinal, (self.due, self.since, self.last))
        return Prescribed(receivable=receivable, due=due, counted_from=since, last_day=last, rule=self.rule.id)

    def facts(self) -> dict[str, str]:
        """The term as a reason tells it."""
        days = {"due": self.due, "counted_from": self.since, "last_day": self.last}
        facts = {"term": self.rule.id} | {key: date.fromordinal(day).isoformat() for key, day in days.items()}
        return facts | ({"restarted_by": ", ".join(self.restarts)} if self.restarts else {})


@frozen
class Prescriptions:
    """The terms of one debtor's claims.

    Attributes:
        standing: the debtor's.
    """

    standing: Standing
    _terms: dict[tuple[str, str], Term | None] = field(factory=dict, init=False, eq=False, repr=False)

    def term(self, name: str, kind: str = "") -> Term | None:
        """The shortest term of a receivable that counts for a kind of step, or for every kind; None while in court."""
        try:
            return self._terms[name, kind]
        except KeyError:
            term = self._terms[name, kind] = self._term(name, kind)
            return term

    def _term(self, name: str, kind: str) -> Term | None:
        law = self.standing.law
        if law.is_silent:
            return None
        receivable, shared = self.standing.facts.receivables[name], law.binding(name)
        due = receivable.terms[-1].due
        shares = not self._may_restart(shared) and len(receivable.terms) == 1 and _COURT not in receivable.filings
        if shares and (due, kind) in shared.terms:
            return shared.terms[due, kind]
        every = shared.of(Prescription)
        terms = [self._counted(name, rule, each) for rule, each in every if not each.only or kind in each.only]
        running = [term for term in terms if not self._in_court(name, term)]
        term = min(running, key=lambda term: (term.last, term.rule.id), default=None)
        if shares:
            shared.terms[due, kind] = term
        return term

    def _in_court(self, name: str, term: Term) -> bool:
        """Whether a lawsuit that is open began within a term."""
        cases = self.standing.facts.receivables[name].filings.get(_COURT, ())
        return any(case.end is None and self.standing.day(case.start) <= term.last for case in cases)

    def _may_restart(self, shared: Bound) -> bool:
        known = self.standing.facts.by_type
        return any(each in known for _, restart in shared.of(PrescriptionRestart) for each in restart.events)

    def span(self, name: str) -> Span | None:
        """When a receivable is time-barred for every kind of step; for ever once it is."""
        term = self.term(name)
        if term is None:
            return None
        receivable = self.standing.facts.receivables[name]
        cause = term.restarts[-1] if term.restarts else receivable.terms[-1].event
        return Span(self.standing.start(term.last + 1), None, cause, receivable.recorded)

    def _counted(self, name: str, rule: LegalRule, each: Prescription) -> Term:
        """The term from the due date as it now is; what moves it once the claim is barred revives nothing."""
        first, *later = self.standing.facts.receivables[name].terms
        term = self._from(name, rule, each, first.due)
        for terms in later:
            if self.standing.day(terms.at) <= term.last:
                term = self._from(name, rule, each, terms.due)
        return term

    def _from(self, name: str, rule: LegalRule, each: Prescription, due: int) -> Term:
        law = self.standing.law
        pauses = sorted((pause.first, pause.last) for _, pause in law.of(name, PrescriptionPause))
        months = each.years * _MONTHS + each.months
        since, last, restarts = due, _ends(due + each.days, months, pauses), list[str]()
        for _, restart in law.of(name, PrescriptionRestart):
            for event in self._events(name, restart.events):
                day = self.standing.day(event.at_us)
                if len(restarts) < restart.times and since <= day <= last:
                    since, last = day, _ends(day, months, pauses)
                    restarts.append(event.id)
        return Term(rule=rule, due=due, since=since, restarts=tuple(restarts), last=last)

    def _events(self, name: str, types: Iterable[str]) -> list[Event]:
        """Facts of those types about a receivable, in order of time."""
        by_type: Mapping[str, Sequence[Event]] = self.standing.facts.by_type
        found = [event for each in types for event in by_type.get(each, ()) if _is_about(event, name)]
        return sorted(found, key=lambda event: (event.at_us, event.id))


def _is_about(event: Event, name: str) -> bool:
    return getattr(event, "receivable", "") == name or name in getattr(event, "receivables", ())


def _ends(since: int, months: int, pauses: Iterable[tuple[date, date]]) -> int:
    """The last day of a term that counts from a day."""
    last = _months_later(since, months)
    for first, until in pauses:
        begins = max(since + 1, first.toordinal())
        if begins <= last and begins <= until.toordinal():
            last += until.toordinal() - begins + 1
    return last


def _months_later(day: int, months: int) -> int:
    start = date.fromordinal(day)
    year, month = divmod(start.year * _MONTHS + start.month - 1 + months, _MONTHS)
    try:
        return date(year, month + 1, start.day).toordinal()
    except ValueError:  # the month is shorter: the first day of the next one
        year, month = divmod(year * _MONTHS + month + 1, _MONTHS)
        return date(year, month + 1, 1).toordinal()
