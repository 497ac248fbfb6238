"""Reviews: tasks that ask somebody to look (domain.md §4, `limits.review`).

A hold, dispute or approval is open for too long; or the ground of what was undone has come back, and nobody does it
again by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from regua.core.dates import BEGINNING, clock_minute
from regua.core.facts import Opening
from regua.core.filings import Filing
from regua.core.planning.blockers import CLASSES
from regua.core.planning.blocking import last_waiting_day, waits
from regua.core.planning.grounds import lost_grounds
from regua.core.planning.identity import action_id
from regua.core.planning.registrars import UNDONE
from regua.core.planning.standing import Standing
from regua.core.planning.synthetic import SYNTHETIC
from regua.core.planning.trigger import Ask
from regua.core.policy import Step
from regua.core.timeline import covering


def reviews(standing: Standing, as_of: int, asked: Iterable[Ask]) -> tuple[list[Ask], int | None]:
    """The reviews that are asked for by an instant, and the instant of the next one.

    Unlike other actions they are not planned ahead: most holds are released and most steps approved in time. They are
    asked for until what they look at is closed, released, decided or over.
    """
    arisen: list[Ask] = []
    ahead: list[int] = []
    for ask in _Reviewer(standing).all(asked):
        instant = standing.at_clock(ask.day, ask.minute)
        if ask.until is None or instant < ask.until:
            if instant <= as_of:
                arisen.append(ask)
            else:
                ahead.append(instant)
    return arisen, min(ahead, default=None)


@frozen
class _Reviewer:
    standing: Standing

    def all(self, asked: Iterable[Ask]) -> Iterator[Ask]:
        for what, code, openings in (
            ("hold", "held", self.standing.facts.holds),
            ("dispute", "disputed", self.standing.facts.disputes),
        ):
            for name in sorted(openings):
                yield from self._of_opening(SYNTHETIC[f"review:{what}"], code, openings[name])
        for ask in asked:
            if ask.step.approval or self.standing.law.demands_approval(ask):
                yield from self._of_approval(ask)
        for name in self.standing.bound:
            for place, filings in self.standing.facts.receivables[name].filings.items():
                for filed in filings if place in UNDONE.values() else ():
                    yield from self._of_ground(name, filed, filings)

    def _of_opening(self, step: Step, code: str, opening: Opening) -> Iterator[Ask]:
        """In the plan of the one receivable that it names, else of the debtor."""
        bound = self.standing.bound
        names = [name for name in opening.receivables or bound if name in bound]
        if opening.start is None or not names:
            return
        ends = [self._end(code, opening.cause, name) for name in names]
        until = None if None in ends else max(end for end in ends if end is not None)
        about = opening.receivables[0] if len(opening.receivables) == 1 else ""
        yield self._ask(step, about, opening.cause, max(opening.start, opening.known), until)

    def _end(self, code: str, cause: str, name: str) -> int | None:
        """When what was opened is closed for a receivable, or the receivable over for good."""
        ends = [span.end for span in self.standing.spans(name)[code] if span.cause == cause]
        ends += [
            span.start
            for other, spans in self.standing.stops(name)
            if CLASSES[other] == "ended"
            for span in spans
            if span.end is None
        ]
        return min((end for end in ends if end is not None), default=None)

    def _of_approval(self, ask: Ask) -> Iterator[Ask]:
        """From the day on which nothing but the approval kept the step waiting; not while something else stops it."""
        standing = self.standing
        receivable = standing.facts.receivables.get(ask.receivable)
        opened = standing.at_clock(ask.day, ask.minute)
        lifts = [lift for reason, lift in waits(standing, ask, opened) if reason.code != "awaiting-approval"]
        if None in lifts:
            return
        opened = max([opened, *(lift for lift in lifts if lift is not None)])
        first = standing.hours(ask.policy, ask.step).forward(ask.day, ask.minute, ask.earliest)
        ends = [standing.start(last_waiting_day(standing, ask, first.day) + 1)]
        ends += [] if ask.until is None else [ask.until]
        if receivable is not None:
            approvals = receivable.approvals.get(ask.step.decided_as, ())
            ends += [max(span.start, span.known) for span in approvals if span.start >= ask.since]
            veto = receivable.vetoes.get(ask.step.decided_as)
            ends += [] if veto is None else [veto.start]
            ends += [span.start for _, spans in standing.stops(ask.receivable) for span in spans if span.start > opened]
        step = evolve(SYNTHETIC["review:approval"], when=ask.step.when, unless=ask.step.unless)
        cause = f"{ask.step.id}/{ask.occurrence}"
        review = self._ask(step, ask.receivable, cause, opened, min(ends))
        at = standing.at_clock(review.day, review.minute)
        if not any(covering(spans, at) for _, spans in standing.stops(ask.receivable)):
            yield review

    def _of_ground(self, name: str, filed: Filing, filings: Iterable[Filing]) -> Iterator[Ask]:
        """What was undone for want of a ground that is back, such as a listing whose payment was reversed."""
        if filed.end is None:
            return
        over = [span for code, spans in self.standing.stops(name) if CLASSES[code] == "ended" for span in spans]
        lost = lost_grounds(self.standing, name, filed)
        for ground in lost:
            if ground.end is None or not max(filed.start, ground.start) <= filed.end:
                continue
            back = max(filed.end, ground.end)
            if covering([*lost, *over], back) is not None:
                continue
            ends = [span.start for span in (*filings, *lost, *over) if span.start > back]
            occurrence = f"{ground.cause}/{filed.cause}"
            ask = self._ask(SYNTHETIC["review:ground"], name, occurrence, back, min(ends, default=None))
            yield evolve(ask, day=self.standing.day(back))

    def _ask(self, step: Step, about: str, occurrence: str, opened: int, until: int | None) -> Ask:
        standing, account = self.standing, self.standing.account
        receivable = standing.facts.receivables.get(about)
        return Ask(
            id=action_id(account.creditor, account.debtor, about, step.id, occurrence),
            receivable=about,
            policy=standing.bound[about] if about else standing.policies[0],
            step=step,
            occurrence=occurrence,
            day=standing.review_day(standing.day(opened)),
            minute=clock_minute(opened, standing.zone),
            earliest=opened,
            issued=BEGINNING if receivable is None else receivable.issued_at,
            recorded=opened,
            due=0 if receivable is None else receivable.terms[-1].due,
            since=BEGINNING,
            until=until,
        )
