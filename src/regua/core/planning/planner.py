"""The planner: runs the stages for one debtor and makes the schedule."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import evolve

from regua.core.account import Account
from regua.core.calendars import Calendar
from regua.core.dates import to_instant
from regua.core.indexes import Index
from regua.core.planning.caps import Filling
from regua.core.planning.closing import Closing
from regua.core.planning.identity import action_id
from regua.core.planning.judging import Draft, Judge
from regua.core.planning.making import Maker
from regua.core.planning.missed import catch_up
from regua.core.planning.owed import owed
from regua.core.planning.past import Past, past_at
from regua.core.planning.placing import Placer
from regua.core.planning.reviews import reviews
from regua.core.planning.schedule import Action, Contact, Prescribed, Schedule
from regua.core.planning.signals import Occasions
from regua.core.planning.standing import Standing
from regua.core.planning.today import Today
from regua.core.planning.tone import tone_allowed_from
from regua.core.planning.trigger import Ask, asks
from regua.core.policy import Policy

if TYPE_CHECKING:
    from datetime import datetime


def plan(
    policies: Policy | Sequence[Policy],
    account: Account,
    *,
    as_of: datetime | int,
    calendar: Calendar | Mapping[str, Calendar],
    indexes: Mapping[str, Index] | None = None,
    until: datetime | int | None = None,
    closed: bool = True,
) -> Schedule:
    """Make the schedule of one debtor.

    Args:
        policies: every policy version that governs a receivable of the debtor; one alone is accepted too.
        account: the debtor's facts, from `fold`.
        as_of: aware datetime; what counts as past.
        calendar: the calendar that the policies name, or several by name.
        indexes: those that the policies name for interest or correction, by name.
        until: aware datetime; leave out planned actions after it.
        closed: whether to tell of closed receivables too: settled, cancelled or written off, and every action done or
            ended for good if no further fact is recorded. Without them a plan costs what is open, and all else that
            it says, `next_wakeup` too, is the same.

    Returns:
        All actions, each with its reasons. The same arguments give the same schedule, byte for byte.

    Raises:
        PlanError: a policy version, a calendar, an index or a month of it is missing, or the account mixes currencies.
    """
    given = (policies,) if isinstance(policies, Policy) else tuple(policies)
    now = to_instant(as_of)
    limit = None if until is None else to_instant(until)
    return Planner(Standing(account, given, calendar, now, indexes), now, closed=closed).schedule(limit)


def plan_many(
    policies: Policy | Sequence[Policy],
    accounts: Iterable[Account],
    *,
    as_of: datetime | int,
    calendar: Calendar | Mapping[str, Calendar],
    indexes: Mapping[str, Index] | None = None,
    until: datetime | int | None = None,
    closed: bool = True,
) -> Iterator[Schedule]:
    """Make the schedules of many debtors, one after the other, holding one at a time.

    Args:
        policies: as for `plan`, for all the debtors together.
        accounts: each debtor's facts.
        as_of: as for `plan`.
        calendar: as for `plan`.
        indexes: as for `plan`.
        until: as for `plan`.
        closed: as for `plan`.

    Yields:
        What `plan` returns for each account, in their order.

    Raises:
        PlanError: as for `plan`, when the debtor comes up.
    """
    for account in accounts:
        yield plan(policies, account, as_of=as_of, calendar=calendar, indexes=indexes, until=until, closed=closed)


class Planner:
    """One debtor, one instant."""

    def __init__(self, standing: Standing, as_of: int, *, closed: bool = True) -> None:
        self._standing, self._as_of = standing, as_of
        self._today = standing.day(as_of)
        self._occasions = Occasions(standing)
        self._closing = None if closed else Closing(standing, self._occasions, as_of, self._today)
        self._pasts: dict[str, Past] = {}
        self._next_review: int | None = None

    def schedule(self, until: int | None) -> Schedule:
        """Run the stages."""
        standing = self._standing
        names = list(standing.bound)
        left_out: set[str] = set()
        if self._closing is not None:
            left_out = self._closing.long_closed(names)
            names = [name for name in names if name not in left_out]
        self._pasts = dict(self._looked_back(left_out))
        drafts = self._drafts(names)
        if self._closing is not None:
            left_out |= self._closing.closed(names, drafts)
            self._closing.remember(left_out)
        told = [draft for name, own in drafts.items() if name not in left_out for draft in own]
        judged = {draft.ask.id for draft in told}
        pasts = {
            name: past
            for name, past in self._pasts.items()
            if name not in judged and past.first.receivable not in left_out
        }
        shown = [draft for draft in told if _is_shown(draft, until)]
        actions, contacts = Maker(self._standing, self._as_of).made(shown, pasts)
        governed = self._governed(name for name in names if name not in left_out) if until is None else {}
        in_order = tuple(sorted(actions, key=_order)), tuple(sorted(contacts, key=_contact_order))
        return self._sealed(*in_order, self._wakeup(told), governed)

    def _governed(self, names: Iterable[str]) -> dict[str, tuple[Policy, ...]]:
        """The policies whose steps the schedule tells of, by receivable, the debtor's under ""."""
        standing = self._standing
        return {name: (standing.bound[name],) for name in names} | {"": standing.policies}

    def _looked_back(self, left_out: Container[str]) -> Iterator[tuple[str, Past]]:
        """What became so far of each action that was attempted."""
        for receivable, actions in self._standing.outcomes.items():
            for outcomes in actions if receivable not in left_out else ():
                past = past_at(outcomes, self._as_of)
                if past is not None:
                    yield past.first.action, past

    def _wakeup(self, drafts: Iterable[Draft]) -> int | None:
        """When anything may change next, if no further fact is recorded."""
        instants = [instant for draft in drafts for instant in (*draft.wakeups, *draft.turns) if instant > self._as_of]
        others = (self._standing.next_fact(self._as_of), self._next_review)
        breaks = [each.end for each in self._standing.agreements.values()]
        ahead = [instant for instant in (*others, *breaks) if instant is not None and instant > self._as_of]
        return min([*instants, *ahead], default=None)

    def _sealed(
        self,
        actions: tuple[Action, ...],
        contacts: tuple[Contact, ...],
        wakeup: int | None,
        governed: Mapping[str, tuple[Policy, ...]],
    ) -> Schedule:
        standing, account = self._standing, self._standing.account
        return Schedule.unsealed(
            standing.policies,
            governed,
            creditor=account.creditor,
            debtor=account.debtor,
            as_of=self._as_of,
            zone=standing.zone,
            calendars={
                f"{policy.id}@{policy.version}": standing.calendars[policy.calendar].version
                for policy in standing.policies
            },
            indexes={name: index.version for name, index in standing.indexes.items()},
            all=actions,
            contacts=contacts,
            next_wakeup=wakeup,
            prescriptions=tuple(self._prescribed(governed)),
        )

    def _prescribed(self, names: Iterable[str]) -> Iterator[Prescribed]:
        for name in names:
            term = self._standing.law.prescriptions.term(name) if name else None
            if term is not None:
                yield term.prescribed(name)

    # drafts

    def _drafts(self, names: Sequence[str]) -> dict[str, list[Draft]]:
        """What the steps ask for and what becomes of it, by receivable, the debtor's under ""."""
        asked = list(asks(self._standing, self._occasions, names))
        arisen, self._next_review = reviews(self._standing, self._as_of, asked)
        asked += arisen
        needed_until = self._needed_until(asked)
        placer = Placer(self._standing)
        filling = Filling(self._standing, placer, self._as_of, needed_until, self._pasts)
        placements = [placer.placed(ask, self._pasts.get(ask.id)) for ask in self._open(asked, needed_until)]
        filling.fill(placements)
        judge = Judge(self._standing, self._as_of, self._today, needed_until)
        drafts: dict[str, list[Draft]] = {}
        for placement in placements:
            drafts.setdefault(placement.ask.receivable, []).append(judge.judge(placement))
        self._let_compete(drafts, names, needed_until)
        today = Today(self._standing, self._as_of, self._today, filling.room)
        today.admit([draft for own in drafts.values() for draft in own])
        for name in names:
            own = drafts.setdefault(name, [])
            own += owed(self._standing, self._as_of, name, own)
        return drafts

    def _let_compete(
        self, drafts: Mapping[str, list[Draft]], names: Iterable[str], needed: Iterable[tuple[str, str]]
    ) -> None:
        pasts: dict[str, list[Past]] = {}
        for past in self._pasts.values():
            pasts.setdefault(past.first.receivable, []).append(past)
        required: dict[str, set[str]] = {}
        for name, step in needed:
            required.setdefault(name, set()).add(step)
        for name in names:
            catch_up(self._standing, drafts.get(name, []), pasts.get(name, []), required.get(name, set()))

    def _open(self, asked: Iterable[Ask], required: Container[tuple[str, str]]) -> Iterator[Ask]:
        """What is not done: never attempted, failed with a channel left, or required and owed again in its own tone."""
        for ask in asked:
            if not self._is_done(ask):
                yield ask
            elif (ask.receivable, ask.step.id) in required:
                yield from self._again(ask)

    def _is_done(self, ask: Ask) -> bool:
        past = self._pasts.get(ask.id)
        return past is not None and past.is_done(ask.step.channels)

    def _again(self, ask: Ask) -> Iterator[Ask]:
        """A required step that was sent clamped comes again once its own tone is allowed (domain.md §5, stage 4)."""
        latest, count = ask, 0
        while (past := self._pasts.get(latest.id)) is not None:
            tone = past.counting.tone
            if past.code == "failed" or tone is None or ask.step.tone is None or tone >= ask.step.tone:
                return
            count += 1
            occurrence = f"{ask.occurrence}+{count}"
            account = self._standing.account
            name = action_id(account.creditor, account.debtor, ask.receivable, ask.step.id, occurrence)
            latest = evolve(ask, id=name, occurrence=occurrence, again=latest.occurrence)
        allowed = tone_allowed_from(self._standing, ask)
        if allowed is not None:
            yield evolve(latest, day=max(ask.day, self._standing.day(allowed) + 1))

    def _needed_until(self, asked: Sequence[Ask]) -> dict[tuple[str, str], int]:
        """For each step that another one still requires: the last day on which that one may run."""
        needed: dict[tuple[str, str], int] = {}
        for ask in asked:
            if ask.step.requires is not None and not self._is_done(ask):
                key = (ask.receivable, ask.step.requires.step)
                last = ask.day + ask.policy.plan.max_wait.days
                needed[key] = max(last, needed.get(key, last))
        return needed


def _is_shown(draft: Draft, until: int | None) -> bool:
    return until is None or draft.status != "planned" or draft.slot.instant <= until


def _order(action: Action) -> tuple[int, int, str]:
    return action.at_us, _severity(action), action.id


def _contact_order(contact: Contact) -> tuple[int, int, str]:
    return contact.at_us, _severity(contact), contact.carrier


def _severity(each: Action | Contact) -> int:
    return 1 if each.tone is None else -int(each.tone)
