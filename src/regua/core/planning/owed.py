"""Owed acts: what the law demands once the ground of a listing, protest or suspension falls away (domain.md §5).

They come whether or not the policy has a step for them, and no later stage sees them: nothing stops, moves, counts or
ends them but the act itself, the end of what it undoes, or the ground coming back. What was asked for alarms until
somebody confirms it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from attrs import evolve, field, frozen

from regua.core.dates import BEGINNING, MICROSECONDS
from regua.core.filings import Filing
from regua.core.planning.grounds import lost_grounds, official_days, outlived
from regua.core.planning.hours import Slot, hours_of
from regua.core.planning.identity import action_id
from regua.core.planning.judging import Draft
from regua.core.planning.past import Past, past_at
from regua.core.planning.placing import iso
from regua.core.planning.registrars import UNDONE, registrar_of
from regua.core.planning.schedule import Reason
from regua.core.planning.standing import Standing
from regua.core.planning.synthetic import OWED, is_reserved, owed_step
from regua.core.planning.trigger import Ask
from regua.core.policy import OwedAct, Step
from regua.core.timeline import Span

_NEAR: Final = 2
"""Business days before the deadline from which it is near."""
_DOUBTFUL: Final = frozenset({"attempted", "unknown"})
_DOES: Final = {"listing": "listing", "protest": "protest", "suspension": "suspend"}
_ENDS: Final = {"listing": "listing.removed", "protest": "protest.cancelled", "suspension": "service.restored"}
_HOURLY: Final = frozenset({"outside-window", "holiday", "missed"})
"""What a step of the policy may wait for and yet do what is owed."""
_AGAIN: Final = re.compile(r"\+[0-9]+$")
"""What follows the occurrence of an act that comes again."""
_HOUR: Final = 3600 * MICROSECONDS
_LONGEST_PAUSE: Final = 24
"""Hours after which what failed is asked for again at the latest; the first time after one."""


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
    if not _acts(standing, name):
        return []
    answers, found = list(own), dict[str, Draft]()
    for each in _strictest(_all(standing, name)):
        draft = _Owing(standing, as_of, each).draft(answers)
        if draft is not None:
            found.setdefault(draft.ask.id, draft)
    return list(found.values())


@frozen(kw_only=True)
class Duty:
    """An owed act from the day on which it was owed, whatever came of it: once done, it still was owed.

    Attributes:
        kind: what the law demands.
        rule: id of the rule.
        source: where that stands.
        registrar: who did what is to be undone, or "".
        ground: id of the event that took the ground away.
        since_us: from when it was owed.
        deadline: last day of its term.
        done_us: when what was to be undone was gone, or None.
        lapsed_us: when the ground was back before that, or None.
        days_late: civil days from the deadline until then, or until the plan's day where neither came; 0 in time.
    """

    kind: str
    rule: str
    source: str
    registrar: str = ""
    ground: str
    since_us: int = field(alias="since")
    deadline: date
    done_us: int | None = field(default=None, alias="done")
    lapsed_us: int | None = field(default=None, alias="lapsed")
    days_late: int = 0


def duties(standing: Standing, name: str) -> tuple[Duty, ...]:
    """Every act that was owed about a receivable by the plan's instant, in order of time."""
    found = (each for each in _strictest(_all(standing, name)) if max(each.since, each.known) <= standing.as_of)
    return tuple(_duty(standing, each) for each in found)


def _duty(standing: Standing, each: _Owed) -> Duty:
    done, lapsed = (end if end is not None and end <= standing.as_of else None for end in (each.is_done_by, each.until))
    lapsed = None if done is not None else lapsed
    ended = next((end for end in (done, lapsed) if end is not None), standing.as_of)
    return Duty(
        kind=each.act.kind,
        rule=each.act.rule,
        source=each.act.source,
        registrar=each.registrar,
        ground=each.ground,
        since=each.since,
        deadline=date.fromordinal(each.term.deadline),
        done=done,
        lapsed=lapsed,
        days_late=max(0, standing.day(ended) - each.term.deadline),
    )


@frozen
class _Term:
    """Ordinals of the first and the last day of a term, and of the day from which the last one is near."""

    first: int
    near: int
    deadline: int

    @classmethod
    def of(cls, standing: Standing, name: str, act: OwedAct, ground: Span) -> _Term:
        days, within, lost = official_days(standing, name), act.within, standing.day(ground.start)
        deadline = days.add(lost, within.days, business=within.business)
        first = days.add(lost, 1, business=True) if within.business else lost
        for span in outlived(standing, name) if act.kind == "delisting" else ():
            if ground.covers(span.start):
                gone = days.next_business(standing.day(span.start))
                first, deadline = min(first, gone), min(deadline, gone)
        return cls(first, days.add(deadline, -_NEAR, business=True), deadline)


@frozen(kw_only=True)
class _Owed:
    """One act that is owed for one receivable.

    Attributes:
        act: what the law demands.
        receivable: its id.
        registrar: who did what is to be undone, or "".
        since: instant from which it is owed: both the consequence and the loss of its ground are there.
        known: instant from which that was known.
        until: instant from which the ground is there again, or None.
        removed: instant from which the consequence is gone, or None.
        cause: id of the later of the two events that made it owed.
        ground: id of the event that took the ground away.
        term: in which it is to be done.
    """

    act: OwedAct
    receivable: str
    registrar: str
    since: int
    known: int
    until: int | None
    removed: int | None
    cause: str
    ground: str
    term: _Term

    @property
    def is_done_by(self) -> int | None:
        """When the consequence went while its removal was owed, or None."""
        return None if self.until is not None and (self.removed or 0) > self.until else self.removed


def _acts(standing: Standing, name: str) -> list[OwedAct]:
    """What the law of every policy that governed it so far demands: a migration takes nothing of it away."""
    found: dict[tuple[str, str], OwedAct] = {}
    for policy in standing.bindings[name].versions:
        for act in policy.legal.owed:
            found.setdefault((act.rule, act.kind), act)
    return list(found.values())


def _all(standing: Standing, name: str) -> Iterator[_Owed]:
    filings = standing.facts.receivables[name].filings
    for act in _acts(standing, name):
        for filed in (*filings.get(UNDONE[act.kind], ()), *_doubtful(standing, name, act)):
            for ground in lost_grounds(standing, name, filed, act.kind):
                since = max(filed.start, ground.start)
                if all(end is None or end > since for end in (filed.end, ground.end)):
                    yield _owed(act, name, filed, ground, _Term.of(standing, name, act, ground))


def _doubtful(standing: Standing, name: str, act: OwedAct) -> Iterator[Filing]:
    """What was asked for and nobody knows whether it was done: it may be there, and so is owed its end."""
    facts = standing.facts
    filings = facts.receivables[name].filings.get(UNDONE[act.kind], ())
    for outcomes in standing.outcomes.get(name, ()):
        _, step = standing.declared(name, outcomes[0].step)
        if step is None or step.kind != _DOES[act.consequence]:
            continue
        past = past_at(outcomes, standing.as_of)
        if past is None or past.code not in _DOUBTFUL:
            continue
        same = [filed for filed in filings if filed.registrar in {"", step.registrar} or not step.registrar]
        if any(filed.end is None or filed.end > past.at for filed in same):
            continue
        ends = [
            event.at_us
            for event in facts.by_type.get(_ENDS[act.consequence], ())
            if getattr(event, "receivable", "") == name
            and getattr(event, "registrar", "") in {"", step.registrar}
            and event.at_us >= past.at
        ]
        yield Filing(past.at, min(ends, default=None), past.counting.id, past.counting.known_us, step.registrar)


def _owed(act: OwedAct, name: str, filed: Filing, ground: Span, term: _Term) -> _Owed:
    since = max(filed.start, ground.start)
    return _Owed(
        act=act,
        receivable=name,
        registrar=filed.registrar,
        since=since,
        known=max(since, filed.known, ground.known),
        until=ground.end,
        removed=filed.end,
        cause=ground.cause if filed.start <= ground.start else filed.cause,
        ground=ground.cause,
        term=term,
    )


def _strictest(found: Iterable[_Owed]) -> list[_Owed]:
    """Where several rules demand the same, the one with the earliest deadline."""
    chosen: dict[tuple[str, str, str], _Owed] = {}
    for each in sorted(found, key=lambda each: (each.term.deadline, each.act.rule)):
        chosen.setdefault((each.act.kind, each.registrar, each.cause), each)
    return sorted(chosen.values(), key=lambda each: each.since)


@frozen
class _Owing:
    """Judges one owed act as of one instant."""

    standing: Standing
    as_of: int
    owed: _Owed

    def draft(self, own: Sequence[Draft]) -> Draft | None:
        """Where it stands, or None where it is done or a draft of the policy does it."""
        each = self.owed
        attempts = self._attempts()
        last = next((past for past in attempts if past.reached), None)
        alike = [draft for draft in own if self._is_alike(draft)]
        doing = [draft for draft in alike if self._is_done_by(draft)]
        if last is not None:
            if last.first.step.startswith(OWED):
                for draft in alike:
                    _supersede(draft, last)
            is_over = any(end is not None and end <= self.as_of for end in (each.removed, each.until))
            return None if is_over else self._unconfirmed(last)
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
            if past is not None and past.first.at_us >= each.since and self._does_the_same(past):
                found.append(past)
        return found

    def _does_the_same(self, past: Past) -> bool:
        each, first = self.owed, past.first
        _, step = self.standing.declared(each.receivable, first.step)
        if step is None or step.kind != each.act.kind:
            return False
        if is_reserved(step.id):
            return self._is_asked(self._named_in(first.occurrence))
        return self._is_asked(registrar_of(self.standing, step, each.receivable, first.at_us))

    def _is_asked(self, registrar: str) -> bool:
        """Whether an act of a registrar undoes what is to be undone; of one that has no name, any does."""
        return not registrar or not self.owed.registrar or registrar == self.owed.registrar

    def _named_in(self, occurrence: str) -> str:
        """The registrar of an owed act that was attempted, by its occurrence."""
        receivable, first = self.standing.facts.receivables[self.owed.receivable], _AGAIN.sub("", occurrence)
        named = {filed.registrar for filed in receivable.filings.get(UNDONE[self.owed.act.kind], ()) if filed.registrar}
        return next((name for name in sorted(named) if first.endswith(f"@{name}")), "")

    def _is_alike(self, draft: Draft) -> bool:
        """Whether an open draft of the policy does the same, once it is owed."""
        each, instant = self.owed, max(draft.slot.instant, self.as_of)
        if draft.status == "ended" or draft.ask.step.kind != each.act.kind or instant < each.since:
            return False
        return self._is_asked(registrar_of(self.standing, draft.ask.step, each.receivable, instant))

    def _is_done_by(self, draft: Draft) -> bool:
        """Whether such a draft does what is owed: on a day up to the deadline, or once the registrar opens."""
        if draft.status == "waiting":
            return self._is_in_time() and {reason.code for reason in draft.reasons} <= _HOURLY
        return draft.status == "due" or draft.slot.day <= self.owed.term.deadline

    def _is_in_time(self) -> bool:
        return self.standing.day(self.as_of) <= self.owed.term.deadline

    # drafts

    def _made(self, pasts: dict[str, Past]) -> Draft:
        """The act, a new one a while after each that failed: due from its instant on, whatever the day and hour."""
        standing, each = self.standing, self.owed
        earliest, count = each.known, 0
        ask = self._ask(self._occurrence, earliest)
        while (past := pasts.get(ask.id)) is not None:
            pause = min(1 << count, _LONGEST_PAUSE) * _HOUR
            count += 1
            earliest = max(earliest, pause + max(past.counting.known_us, past.failed_known or BEGINNING))
            ask = self._ask(f"{self._occurrence}+{count}", earliest)
        slot = self._slot(ask)
        draft = Draft(ask=ask, slot=slot, day=slot.day)
        if each.until is not None and max(slot.instant, self.as_of) >= each.until:
            draft.status = "ended"
            draft.reasons = [Reason("lapsed", {"undone": standing.told(each.until)})]
            return draft
        draft.status = "planned" if slot.instant > self.as_of else "due"
        draft.reasons = [Reason(draft.status), *self._notes()]
        draft.wakeups = [slot.instant, *self._alarms()]
        return draft

    def _slot(self, ask: Ask) -> Slot:
        """What has a term of business days is done on one; the rest at once."""
        if not self.owed.act.within.business:
            return Slot(self.standing.day(ask.earliest), ask.earliest)
        days = official_days(self.standing, self.owed.receivable)
        hours = hours_of(self.standing.zone, days, self.standing.law.act_eras(ask.step.kind), official=True)
        return hours.forward(max(self.owed.term.first, self.standing.day(ask.earliest)), 0, ask.earliest)

    def _unconfirmed(self, past: Past) -> Draft:
        """What was asked for and is not removed yet, as it was, with its alarms."""
        first, slot = past.first, Slot(self.standing.day(past.at), past.at)
        policy, step = self.standing.declared(self.owed.receivable, first.step)
        own = self._ask(first.occurrence, self.owed.known)
        step = step or own.step
        step = evolve(step, registrar=step.registrar or self.owed.registrar)
        ask = evolve(own, id=first.action, policy=policy, step=step)
        rule, *alarms = self._notes()
        reasons = [Reason(past.code, past.facts), rule, Reason("unconfirmed"), *alarms]
        return Draft(ask=ask, slot=slot, day=slot.day, status="done", reasons=reasons, wakeups=self._alarms())

    def _removed(self, instant: int) -> Draft:
        """The consequence is gone, though nobody attempted the act here."""
        slot = Slot(self.standing.day(instant), instant)
        reason = evolve(self._notes()[0], facts=self._facts() | {"removed": self.standing.told(instant)})
        ask = self._ask(self._occurrence, self.owed.known)
        return Draft(ask=ask, slot=slot, day=slot.day, status="done", reasons=[reason])

    @property
    def _occurrence(self) -> str:
        """The later cause; of one of several registrars, with its name."""
        return f"{self.owed.cause}@{self.owed.registrar}" if self.owed.registrar else self.owed.cause

    def _ask(self, occurrence: str, earliest: int) -> Ask:
        standing, each = self.standing, self.owed
        account, receivable = standing.account, standing.facts.receivables[each.receivable]
        step: Step = evolve(owed_step(each.act), registrar=each.registrar)
        return Ask(
            id=action_id(account.creditor, account.debtor, each.receivable, step.id, occurrence),
            receivable=each.receivable,
            policy=standing.bound[each.receivable],
            step=step,
            occurrence=occurrence,
            day=each.term.first,
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
        return {"event": each.ground, "deadline": iso(each.term.deadline), "source": each.act.source}

    def _notes(self) -> list[Reason]:
        """The rule and its deadline; whether that is near or missed."""
        each, today = self.owed, self.standing.day(self.as_of)
        origin, rule = each.act.origin_of(), each.act.rule
        notes = [Reason("owed", self._facts(), origin, rule)]
        if today >= each.term.near:
            code = "deadline-near" if self._is_in_time() else "deadline-missed"
            notes.append(Reason(code, {"deadline": iso(each.term.deadline)}, origin, rule))
        return notes

    def _alarms(self) -> list[int]:
        """When what it tells changes: the deadline comes near, is missed, the ground comes back."""
        each = self.owed
        alarms = [self.standing.start(each.term.near), self.standing.start(each.term.deadline + 1)]
        return alarms if each.until is None else [*alarms, each.until]


def _supersede(draft: Draft, by: Past) -> None:
    """A step of the policy is not carried out after an owed act that did the same."""
    draft.status = "ended"
    draft.reasons = [Reason("superseded", {"by": by.first.action})]
    draft.wakeups = [] if draft.ask.until is None else [draft.ask.until]
    draft.turns = []
