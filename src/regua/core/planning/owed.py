"""Owed acts: what the law demands once the ground of a listing or protest falls away (domain.md §5).

They come whether or not the policy has a step for them, and no later stage sees them: nothing stops, moves, counts or
ends them but the act itself, the end of what it undoes, or the ground coming back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from attrs import evolve, frozen

from regua.core.dates import BEGINNING
from regua.core.planning.hours import Slot
from regua.core.planning.identity import action_id
from regua.core.planning.judging import Draft
from regua.core.planning.past import Past, past_at
from regua.core.planning.placing import iso
from regua.core.planning.schedule import Reason
from regua.core.planning.standing import Standing
from regua.core.planning.synthetic import OWED, owed_step
from regua.core.planning.trigger import Ask
from regua.core.policy import OwedAct
from regua.core.timeline import Span

_FILED: Final = {"listing": "listed", "protest": "with-notary"}
_NEAR: Final = 2
"""Business days before the deadline from which it is near."""
_HOURLY: Final = frozenset({"outside-window", "holiday", "missed"})
"""What a step of the policy may wait for and yet do what is owed."""


def owed(standing: Standing, as_of: int, name: str, own: Iterable[Draft]) -> list[Draft]:
    """The owed acts about a receivable that were not attempted.

    A step of the policy that does the same until the deadline is not asked twice: its own draft tells of what is
    owed instead, and gives way once an owed act was attempted.

    Args:
        standing: the debtor's.
        as_of: the plan's instant.
        name: the receivable.
        own: its other drafts; those that do what is owed are changed here.
    """
    if not standing.bound[name].legal.owed:
        return []
    answers = list(own)
    found = (_Owing(standing, as_of, each).draft(answers) for each in _strictest(_all(standing, name)))
    return [draft for draft in found if draft is not None]


@frozen(kw_only=True)
class _Owed:
    """One act that is owed for one receivable.

    Attributes:
        act: what the law demands.
        receivable: its id.
        since: instant from which it is owed: both the consequence and the loss of its ground are there.
        known: instant from which that was known.
        until: instant from which the ground is there again, or None.
        removed: instant from which the consequence is gone, or None.
        cause: id of the later of the two events that made it owed.
        ground: id of the event that took the ground away.
        first: ordinal of day 1 of the term.
        near: ordinal of the day from which the deadline is near.
        deadline: ordinal of the last day of the term.
    """

    act: OwedAct
    receivable: str
    since: int
    known: int
    until: int | None
    removed: int | None
    cause: str
    ground: str
    first: int
    near: int
    deadline: int

    @property
    def is_done_by(self) -> int | None:
        """When the consequence went while its removal was owed, or None."""
        return None if self.until is not None and (self.removed or 0) > self.until else self.removed


def _all(standing: Standing, name: str) -> Iterator[_Owed]:
    policy = standing.bound[name]
    days, filings = standing.days(policy), standing.facts.receivables[name].filings
    for act in policy.legal.owed:
        for filed in filings.get(_FILED[act.consequence], ()):
            for ground in _grounds(standing, name):
                since = max(filed.start, ground.start)
                if any(end is not None and end <= since for end in (filed.end, ground.end)):
                    continue
                lost = standing.day(ground.start)
                deadline = days.add(lost, act.within.days, business=act.within.business)
                yield _Owed(
                    act=act,
                    receivable=name,
                    since=since,
                    known=max(since, filed.known, ground.known),
                    until=ground.end,
                    removed=filed.end,
                    cause=ground.cause if filed.start <= ground.start else filed.cause,
                    ground=ground.cause,
                    first=days.add(lost, 1, business=True),
                    near=days.add(deadline, -_NEAR, business=True),
                    deadline=deadline,
                )


def _grounds(standing: Standing, name: str) -> list[Span]:
    """When a listing or protest has no ground: the receivable is settled or cancelled, or one after the other."""
    table = standing.spans(name)
    found: list[Span] = []
    for span in sorted([*table["settled"], *table["cancelled"]], key=lambda span: (span.start, span.cause)):
        if span.end == span.start:
            continue
        last = found[-1] if found else None
        if last is not None and (last.end is None or span.start <= last.end):
            ends = [last.end, span.end]
            end = None if None in ends else max(end for end in ends if end is not None)
            found[-1] = evolve(last, end=end, known=min(last.known, max(span.start, span.known)))
        else:
            found.append(span)
    return found


def _strictest(found: Iterable[_Owed]) -> list[_Owed]:
    """Where several rules demand the same, the one with the earliest deadline."""
    chosen: dict[tuple[str, str, str], _Owed] = {}
    for each in sorted(found, key=lambda each: (each.deadline, each.act.rule)):
        chosen.setdefault((each.act.kind, each.act.consequence, each.cause), each)
    return sorted(chosen.values(), key=lambda each: each.since)


@frozen
class _Owing:
    """Judges one owed act as of one instant."""

    standing: Standing
    as_of: int
    owed: _Owed

    def draft(self, own: Sequence[Draft]) -> Draft | None:
        """Where it stands, or None where it was attempted or a draft of the policy does it."""
        each = self.owed
        attempts = self._attempts()
        last = next((past for past in attempts if past.reached), None)
        doing = [draft for draft in own if self._is_done_by(draft)]
        if last is not None:
            if last.first.step.startswith(OWED):
                for draft in doing:
                    _supersede(draft, last)
            return None
        if each.is_done_by is not None and each.is_done_by <= self.as_of:
            return self._removed(each.is_done_by)
        draft = self._made({past.first.action: past for past in attempts})
        if draft.status != "ended" and doing:
            doing[0].reasons = [*doing[0].reasons, *self._notes()]
            doing[0].wakeups += self._alarms()
            return None
        return draft

    def _attempts(self) -> list[Past]:
        """What became of all that did the same, since it was owed."""
        each, found = self.owed, []
        for outcomes in self.standing.outcomes.get(each.receivable, ()):
            past = past_at(outcomes, self.as_of)
            if past is not None and past.first.at_us >= each.since and self._is_of_kind(past.first.step):
                found.append(past)
        return found

    def _is_of_kind(self, name: str) -> bool:
        _, step = self.standing.declared(self.owed.receivable, name)
        return step is not None and step.kind == self.owed.act.kind

    def _is_done_by(self, draft: Draft) -> bool:
        """Whether a draft of the policy does what is owed: on a day up to the deadline, or once the registrar opens."""
        each = self.owed
        if draft.ask.step.kind != each.act.kind or max(draft.slot.instant, self.as_of) < each.since:
            return False
        if draft.status == "waiting":
            return {reason.code for reason in draft.reasons} <= _HOURLY
        return draft.status == "due" or (draft.status == "planned" and draft.slot.day <= each.deadline)

    def _is_in_time(self) -> bool:
        return self.standing.day(self.as_of) <= self.owed.deadline

    # drafts

    def _made(self, pasts: dict[str, Past]) -> Draft:
        """The act, a new one after each that failed: due from its instant on, whatever the day and hour."""
        standing, each = self.standing, self.owed
        earliest, count = each.known, 0
        ask = self._ask(each.cause, earliest)
        while (past := pasts.get(ask.id)) is not None:
            count += 1
            earliest = max(earliest, past.counting.known_us, past.failed_known or BEGINNING)
            ask = self._ask(f"{each.cause}+{count}", earliest)
        hours = standing.hours(ask.policy, each.act.kind)
        slot = hours.forward(max(each.first, standing.day(earliest)), 0, earliest)
        draft = Draft(ask=ask, slot=slot, day=slot.day)
        if each.until is not None and max(slot.instant, self.as_of) >= each.until:
            draft.status = "ended"
            draft.reasons = [Reason("lapsed", {"undone": standing.told(each.until)})]
            return draft
        draft.status = "planned" if slot.instant > self.as_of else "due"
        draft.reasons = [Reason(draft.status), *self._notes()]
        draft.wakeups = [slot.instant, *self._alarms()]
        return draft

    def _removed(self, instant: int) -> Draft:
        """The consequence is gone, though nobody attempted the act here."""
        slot = Slot(self.standing.day(instant), instant)
        reason = evolve(self._notes()[0], facts=self._facts() | {"removed": self.standing.told(instant)})
        ask = self._ask(self.owed.cause, self.owed.known)
        return Draft(ask=ask, slot=slot, day=slot.day, status="done", reasons=[reason])

    def _ask(self, occurrence: str, earliest: int) -> Ask:
        standing, each = self.standing, self.owed
        account, receivable = standing.account, standing.facts.receivables[each.receivable]
        step = owed_step(each.act)
        return Ask(
            id=action_id(account.creditor, account.debtor, each.receivable, step.id, occurrence),
            receivable=each.receivable,
            policy=standing.bound[each.receivable],
            step=step,
            occurrence=occurrence,
            day=each.first,
            minute=0,
            earliest=earliest,
            issued=receivable.issued_at,
            recorded=earliest,
            due=receivable.terms[-1].due,
            since=BEGINNING,
            until=each.until,
        )

    # what it tells

    def _facts(self) -> dict[str, str]:
        each = self.owed
        return {"event": each.ground, "deadline": iso(each.deadline), "source": each.act.source}

    def _notes(self) -> list[Reason]:
        """The rule and its deadline; whether that is near or missed."""
        each, today = self.owed, self.standing.day(self.as_of)
        origin, rule = each.act.origin_of(), each.act.rule
        notes = [Reason("owed", self._facts(), origin, rule)]
        if today >= each.near:
            code = "deadline-near" if self._is_in_time() else "deadline-missed"
            notes.append(Reason(code, {"deadline": iso(each.deadline)}, origin, rule))
        return notes

    def _alarms(self) -> list[int]:
        """When what it tells changes: the deadline comes near, is missed, the ground comes back."""
        each = self.owed
        alarms = [self.standing.start(each.near), self.standing.start(each.deadline + 1)]
        return alarms if each.until is None else [*alarms, each.until]


def _supersede(draft: Draft, by: Past) -> None:
    """A step of the policy is not carried out after an owed act that did the same."""
    draft.status = "ended"
    draft.reasons = [Reason("superseded", {"by": by.first.action})]
    draft.wakeups = [] if draft.ask.until is None else [draft.ask.until]
    draft.turns = []
