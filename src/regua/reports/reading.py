"""From a schedule and the facts behind it to a ruler."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, cast

from regua.core.account import Account
from regua.core.calendars import Calendar
from regua.core.dates import local
from regua.core.explain import meaning, meaning_of
from regua.core.facts import Episode
from regua.core.indexes import Index
from regua.core.planning.blockers import CLASSES
from regua.core.planning.schedule import Action, Reason, Schedule
from regua.core.planning.standing import Standing
from regua.core.policy import CALL_KINDS, CONTACT_KINDS, Policy
from regua.core.timeline import Span
from regua.reports.ruler import Band, BandKind, Lane, Mark, Ruler, Sign

_MARGIN: Final = timedelta(days=1)
_AFTER: Final = timedelta(days=3)
_LONGEST_CLOSED: Final = 3 * 366
"""Days beyond which it is not told which are business days: they are too narrow to be seen."""
_Marks = dict[str, list[Mark]]


def ruler_of(
    schedule: Schedule,
    account: Account,
    policies: Policy | Sequence[Policy],
    *,
    calendar: Calendar | Mapping[str, Calendar],
    indexes: Mapping[str, Index] | None = None,
) -> Ruler:
    """Lay out a debtor's days: what the schedule says, and the facts that it rests on.

    Args:
        schedule: what `plan` returned.
        account: what it was made of.
        policies: with which it was made.
        calendar: likewise.
        indexes: likewise.

    Raises:
        PlanError: a policy version or calendar is missing.
    """
    given = (policies,) if isinstance(policies, Policy) else tuple(policies)
    return _Reading(schedule, Standing(account, given, calendar, schedule.as_of_us, indexes)).ruler()


class _Reading:
    def __init__(self, schedule: Schedule, standing: Standing) -> None:
        self._schedule, self._standing = schedule, standing
        self._due = {
            name: standing.effective(name, receivable.terms_at(schedule.as_of_us).due)
            for name, receivable in standing.facts.receivables.items()
        }
        self._members: dict[str, list[Action]] = {}
        for action in schedule.all:
            if action.contact:
                self._members.setdefault(action.contact, []).append(action)

    def ruler(self) -> Ruler:
        marks: _Marks = {}
        for name, mark in (*self._dues(), *self._money(), *self._actions(), *self._listed()):
            marks.setdefault(name, []).append(mark)
        order = ["", *sorted(self._due, key=lambda name: (self._due[name], name))]
        lanes = [self._lane(name, marks.get(name, [])) for name in order]
        lanes = [lane for lane in lanes if lane.receivable or lane.marks or lane.bands]
        as_of = self._date(self._schedule.as_of_us)
        first, last = _ends(as_of, lanes)
        one = list(self._due.values())
        return Ruler(
            creditor=self._schedule.creditor,
            debtor=self._schedule.debtor,
            zone=self._schedule.zone,
            as_of=as_of,
            first=first,
            last=last,
            due=date.fromordinal(one[0]) if len(one) == 1 else None,
            closed=self._closed(first, last),
            lanes=tuple(lanes),
        )

    def _closed(self, first: date, last: date) -> tuple[date, ...]:
        if (last - first).days > _LONGEST_CLOSED:
            return ()
        days = self._standing.days(self._standing.policies[0])
        shown = range(first.toordinal(), last.toordinal() + 1)
        return tuple(date.fromordinal(day) for day in shown if not days.is_business(day))

    # lanes

    def _lane(self, name: str, marks: list[Mark]) -> Lane:
        bands = sorted(self._bands(name), key=lambda band: (band.first, band.last or date.max, band.code, band.why))
        ordered = sorted(marks, key=lambda mark: (mark.day, mark.clock, mark.sign, mark.what, mark.contact))
        return Lane(receivable=name, about=self._about(name), marks=tuple(ordered), bands=tuple(bands))

    def _about(self, name: str) -> str:
        if not name:
            return ""
        terms = self._standing.facts.receivables[name].terms_at(self._schedule.as_of_us)
        due, effective = date.fromordinal(terms.due), date.fromordinal(self._due[name])
        moved = "" if due == effective else f", a closed day: {effective}"
        return f"{terms.amount}, due {due}{moved}"

    def _bands(self, name: str) -> Iterator[Band]:
        """What stops a receivable; what stops the whole debtor stands in the debtor's own lane, once.

        A prescription that lies years ahead would leave no room for anything else.
        """
        of_debtor = {(code, span) for code, spans in self._standing.stops("") for span in spans} if name else set()
        for code, spans in self._standing.stops(name):
            for span in spans:
                is_far = code == "time-barred" and span.start > self._schedule.as_of_us
                if (code, span) not in of_debtor and not is_far:
                    yield self._band(code, span)

    def _band(self, code: str, span: Span) -> Band:
        first = self._date(span.start)
        last = None if span.end is None else max(first, self._date(span.end - 1))
        kind = cast("BandKind", CLASSES[code])
        return Band(first=first, last=last, code=code, kind=kind, why=f"{meaning(code)} (event {span.cause})")

    # marks

    def _dues(self) -> Iterator[tuple[str, Mark]]:
        """Each due date that a receivable has had."""
        for name, receivable in self._standing.facts.receivables.items():
            told: set[int] = set()
            for terms in receivable.terms:
                if terms.due not in told:
                    told.add(terms.due)
                    day = self._standing.effective(name, terms.due)
                    why = f"{terms.amount} due {date.fromordinal(terms.due)} (event {terms.event})"
                    yield name, self._mark(name, day, sign="due", what="due", why=(why,))

    def _money(self) -> Iterator[tuple[str, Mark]]:
        facts = self._standing.facts
        for payment in facts.payments.values():
            for episode in payment.settled:
                yield from self._episode(episode, "money", "paid")
            for notice in payment.notices:
                yield from self._episode(notice, "notice", "noticed")
        for credit in facts.credits:
            names = self._standing.ledger.beneficiaries(credit.event) or credit.receivables
            yield from self._at(credit.at, names, "money", f"credit {credit.amount}", f"event {credit.event}")

    def _episode(self, episode: Episode, sign: Sign, word: str) -> Iterator[tuple[str, Mark]]:
        names = self._standing.ledger.beneficiaries(episode.event) or episode.receivables
        yield from self._at(episode.start, names, sign, f"{word} {episode.amount}", f"event {episode.event}")
        if episode.end is not None and sign == "money":
            why = f"takes back event {episode.event}"
            yield from self._at(episode.end, names, "undone", f"undone {episode.amount}", why)

    def _at(self, instant: int, names: Iterable[str], sign: Sign, what: str, why: str) -> Iterator[tuple[str, Mark]]:
        clock, day = self._clock(instant), self._date(instant).toordinal()
        known = [name for name in names if name in self._due] or [""]
        for name in known:
            yield name, self._mark(name, day, clock=clock, sign=sign, what=what, why=(why,))

    def _actions(self) -> Iterator[tuple[str, Mark]]:
        for action in self._schedule.all:
            name = action.receivable if action.receivable in self._due else ""
            mark = self._mark(
                name,
                action.day.toordinal(),
                clock=self._clock(action.at_us),
                sign=_sign(action),
                what=action.step,
                status=action.status,
                tone=action.tone,
                channel=action.channel,
                outcome=action.reason.code,
                why=(*map(_line, action.reasons), *self._company(action)),
                contact=action.contact,
            )
            yield name, mark

    def _company(self, action: Action) -> Iterator[str]:
        """What else its contact is about."""
        members = self._members.get(action.contact, ())
        if len(members) > 1:
            others = (f"{each.receivable or 'the debtor'} ({each.step})" for each in members if each.id != action.id)
            yield f"in one contact with {', '.join(others)}"
        if action.listed:
            yield f"the contact lists {', '.join(action.listed)}"

    def _listed(self) -> Iterator[tuple[str, Mark]]:
        """What a contact lists without an action of its own."""
        for action in self._schedule.all:
            for name in action.listed:
                if name in self._due:
                    mark = self._mark(
                        name,
                        action.day.toordinal(),
                        clock=self._clock(action.at_us),
                        sign="listed",
                        what=f"listed by {action.step}",
                        status=action.status,
                        channel=action.channel,
                        why=(f"a contact about {action.receivable or 'the debtor'} lists it",),
                        contact=action.contact,
                    )
                    yield name, mark

    def _mark(self, name: str, day: int, **parts: object) -> Mark:
        due = self._due.get(name)
        offset = "" if due is None else f"D{day - due:+d}" if day != due else "D0"
        return Mark(day=date.fromordinal(day), offset=offset, **parts)  # type: ignore[arg-type]

    def _date(self, instant: int) -> date:
        return date.fromordinal(self._standing.day(instant))

    def _clock(self, instant: int) -> str:
        return local(instant, self._schedule.zone).strftime("%H:%M")


def _sign(action: Action) -> Sign:
    if action.kind in CONTACT_KINDS:
        return "message"
    return "call" if action.kind in CALL_KINDS else "act"


def _line(reason: Reason) -> str:
    facts = ", ".join(f"{key} {value}" for key, value in reason.facts.items())
    return f"{reason.code}: {meaning_of(reason)}{f' ({facts})' if facts else ''}"


def _ends(as_of: date, lanes: Sequence[Lane]) -> tuple[date, date]:
    days = [as_of]
    for lane in lanes:
        days += [mark.day for mark in lane.marks]
        days += [day for band in lane.bands for day in (band.first, band.last) if day is not None]
    return min(days) - _MARGIN, max(days) + _AFTER
