"""The planner: runs the stages for one debtor and makes the schedule."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from attrs import evolve

from regua.core.account import Account
from regua.core.calendars import Calendar
from regua.core.dates import to_instant
from regua.core.money import Money
from regua.core.planning.caps import capped
from regua.core.planning.closing import Closing
from regua.core.planning.contacts import contacts
from regua.core.planning.identity import action_id
from regua.core.planning.judging import Draft, Judge
from regua.core.planning.missed import catch_up
from regua.core.planning.past import Past, past_of
from regua.core.planning.schedule import Action, Reason, Schedule
from regua.core.planning.signals import Occasions
from regua.core.planning.standing import Standing
from regua.core.planning.support import not_yet_supported
from regua.core.planning.tone import template, tone_allowed_from, written_tone
from regua.core.planning.trigger import Ask, asks
from regua.core.policy import Policy, Step

if TYPE_CHECKING:
    from datetime import datetime


def plan(
    policies: Policy | Sequence[Policy],
    account: Account,
    *,
    as_of: datetime | int,
    calendar: Calendar | Mapping[str, Calendar],
    until: datetime | int | None = None,
    closed: bool = True,
) -> Schedule:
    """Make the schedule of one debtor.

    Args:
        policies: every policy version that governs a receivable of the debtor; one alone is accepted too.
        account: the debtor's facts, from `fold`.
        as_of: aware datetime; what counts as past.
        calendar: the calendar that the policies name, or several by name.
        until: aware datetime; leave out planned actions after it.
        closed: whether to tell of closed receivables too: settled, cancelled or written off, and every action done or
            ended for good if no further fact is recorded. Without them a plan costs what is open, and all else that
            it says, `next_wakeup` too, is the same.

    Returns:
        All actions, each with its reasons. The same arguments give the same schedule, byte for byte.

    Raises:
        PlanError: a policy version or calendar is missing, or the account mixes currencies.
    """
    given = (policies,) if isinstance(policies, Policy) else tuple(policies)
    now = to_instant(as_of)
    limit = None if until is None else to_instant(until)
    return Planner(Standing(account, given, calendar, now), now, closed=closed).schedule(limit)


def plan_many(
    policies: Policy | Sequence[Policy],
    accounts: Iterable[Account],
    *,
    as_of: datetime | int,
    calendar: Calendar | Mapping[str, Calendar],
    until: datetime | int | None = None,
    closed: bool = True,
) -> Iterator[Schedule]:
    """Make the schedules of many debtors, one after the other, holding one at a time.

    Args:
        policies: as for `plan`, for all the debtors together.
        accounts: each debtor's facts.
        as_of: as for `plan`.
        calendar: as for `plan`.
        until: as for `plan`.
        closed: as for `plan`.

    Yields:
        What `plan` returns for each account, in their order.

    Raises:
        PlanError: as for `plan`, when the debtor comes up.
    """
    for account in accounts:
        yield plan(policies, account, as_of=as_of, calendar=calendar, until=until, closed=closed)


class Planner:
    """One debtor, one instant."""

    def __init__(self, standing: Standing, as_of: int, *, closed: bool = True) -> None:
        self._standing, self._as_of = standing, as_of
        self._today = standing.day(as_of)
        self._occasions = Occasions(standing)
        self._closing = None if closed else Closing(standing, self._occasions, as_of, self._today)
        self._pasts: dict[str, Past] = {}

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
        actions = [self._action(draft) for draft in told]
        actions += [
            self._done(name, past)
            for name, past in self._pasts.items()
            if name not in judged and past.first.receivable not in left_out
        ]
        ordered = sorted(capped(contacts(actions)), key=_order)
        shown = tuple(
            action for action in ordered if until is None or action.status != "planned" or action.at_us <= until
        )
        return self._sealed(shown, self._wakeup(told))

    def _looked_back(self, left_out: Container[str]) -> Iterator[tuple[str, Past]]:
        """What became so far of each action that was attempted."""
        for receivable, actions in self._standing.outcomes.items():
            for outcomes in actions if receivable not in left_out else ():
                known = [outcome for outcome in outcomes if outcome.at_us <= self._as_of]
                if known:
                    yield known[0].action, past_of(known)

    def _wakeup(self, drafts: Iterable[Draft]) -> int | None:
        """When anything may change next, if no further fact is recorded."""
        instants = [instant for draft in drafts for instant in (*draft.wakeups, *draft.turns) if instant > self._as_of]
        fact = self._standing.next_fact(self._as_of)
        return min(instants if fact is None else [fact, *instants], default=None)

    def _sealed(self, actions: tuple[Action, ...], wakeup: int | None) -> Schedule:
        standing, account = self._standing, self._standing.account
        return Schedule.unsealed(
            standing.policies,
            creditor=account.creditor,
            debtor=account.debtor,
            as_of=self._as_of,
            zone=standing.zone,
            calendars={
                f"{policy.id}@{policy.version}": standing.calendars[policy.calendar].version
                for policy in standing.policies
            },
            all=actions,
            next_wakeup=wakeup,
        )

    # drafts

    def _drafts(self, names: Sequence[str]) -> dict[str, list[Draft]]:
        """What the steps ask for and what becomes of it, by receivable, the debtor's under ""."""
        asked = list(asks(self._standing, self._occasions, names))
        needed_until = self._needed_until(asked)
        judge = Judge(self._standing, self._as_of, self._today, needed_until)
        drafts: dict[str, list[Draft]] = {}
        for ask in self._open(asked, needed_until):
            drafts.setdefault(ask.receivable, []).append(judge.judge(ask, self._pasts.get(ask.id)))
        pasts: dict[str, list[Past]] = {}
        for past in self._pasts.values():
            pasts.setdefault(past.first.receivable, []).append(past)
        required: dict[str, set[str]] = {}
        for name, step in needed_until:
            required.setdefault(name, set()).add(step)
        for name in names:
            catch_up(self._standing, drafts.get(name, []), pasts.get(name, []), required.get(name, set()))
        return drafts

    def _open(self, asked: Iterable[Ask], required: Container[tuple[str, str]]) -> Iterator[Ask]:
        """What is not done: never attempted, failed with a channel left, or required and owed again in its own tone."""
        for ask in asked:
            if not self._is_done(ask):
                yield ask
            elif (ask.receivable, ask.step.id) in required:
                yield from self._again(ask)

    def _is_done(self, ask: Ask) -> bool:
        past = self._pasts.get(ask.id)
        if past is None:
            return False
        if past.code != "failed":
            return True
        return not any(channel not in past.failed for channel in ask.step.channels)

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
            latest = evolve(ask, id=name, occurrence=occurrence)
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

    # actions

    def _action(self, draft: Draft) -> Action:
        ask, standing = draft.ask, self._standing
        instant = max(draft.slot.instant, self._as_of) if draft.status in {"due", "waiting"} else draft.slot.instant
        tone, clamped = written_tone(standing, ask, instant)
        notes = [] if clamped is None or draft.status == "ended" else [clamped]
        reasons = [*draft.reasons, *notes, *_notes(ask.step, draft.past)]
        channel, _ = standing.channel(draft.channels, instant) if draft.channels else ("", "")
        return self._made(
            ask,
            status=draft.status,
            day=date.fromordinal(draft.slot.day),
            at=draft.slot.instant,
            tone=tone,
            channel=channel,
            point=standing.point(channel, instant) if channel else "",
            template=template(ask.step, tone),
            amount=self._amount(ask.receivable, instant if draft.status == "due" else draft.slot.instant),
            reasons=tuple(reasons),
        )

    def _done(self, name: str, past: Past) -> Action:
        """What was attempted, as it was; its step may be gone by now."""
        first, counting = past.first, past.counting
        policy, step = self._declared(first.receivable, first.step)
        facts = {"channel": past.channel} if past.channel else {}
        facts["event"] = counting.id
        notes = [] if past.code == "failed" else _fallback(past)
        account = self._standing.account
        return Action(
            id=name,
            creditor=account.creditor,
            debtor=account.debtor,
            receivable=first.receivable,
            policy=policy.id,
            policy_version=policy.version,
            step=first.step,
            kind=step.kind if step else "message",
            occurrence=first.occurrence,
            status="done",
            day=date.fromordinal(self._standing.day(past.at)),
            at=past.at,
            zone=self._standing.zone,
            presses=step.presses if step else False,
            tone=counting.tone,
            asked_tone=step.tone if step else None,
            channel=past.channel,
            template=template(step, counting.tone) if step else "",
            amount=self._amount(first.receivable, past.at),
            reasons=(Reason(past.code, facts), *notes),
        )

    def _declared(self, receivable: str, step: str) -> tuple[Policy, Step | None]:
        own = self._standing.bound.get(receivable)
        for policy in (own,) if own else self._standing.policies:
            place = policy.step_order.get(step)
            if place is not None:
                return policy, policy.steps[place]
        return own or self._standing.policies[0], None

    def _amount(self, receivable: str, instant: int) -> Money | None:
        if receivable not in self._standing.bound:
            return None
        day = self._standing.day(instant)
        minor = self._standing.balance(receivable, instant, day)
        return Money(minor, self._standing.bound[receivable].currency)

    def _made(self, ask: Ask, **parts: object) -> Action:
        account = self._standing.account
        return Action(
            id=ask.id,
            creditor=account.creditor,
            debtor=account.debtor,
            receivable=ask.receivable,
            policy=ask.policy.id,
            policy_version=ask.policy.version,
            step=ask.step.id,
            kind=ask.step.kind,
            occurrence=ask.occurrence,
            zone=self._standing.zone,
            presses=ask.step.presses,
            asked_tone=ask.step.tone,
            **parts,  # type: ignore[arg-type]
        )


def _notes(step: Step, past: Past | None) -> list[Reason]:
    notes = [] if past is None else _fallback(past)
    missing = not_yet_supported(step)
    if missing:
        notes.append(Reason("not-yet-supported", {"what": missing}, step.origin_of("kind")))
    return notes


def _fallback(past: Past) -> list[Reason]:
    return [Reason("fallback", {"failed": ", ".join(past.failed)})] if past.failed else []


def _order(action: Action) -> tuple[int, int, str]:
    severity = -1 if action.tone is None else int(action.tone)
    return action.at_us, -severity, action.id
