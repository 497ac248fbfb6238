"""What a change of policy would do to a debtor in flight: two schedules of the same facts side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import zip_longest
from typing import Final

from attrs import frozen

from regua.core.account import Account, fold
from regua.core.dates import local, parse_instant
from regua.core.events import PolicyMigrated
from regua.core.events.control import Migration
from regua.core.planning.blockers import CLASSES
from regua.core.planning.schedule import Action, Schedule
from regua.core.policy import CALL_KINDS, CONTACT_KINDS, Policy

CHANGES: Final = ("added", "removed", "moved", "tone", "channel", "template", "status")
"""What may be different of an action that is due, planned or waiting; `moved` is day or instant."""
_RUNS: Final = frozenset({"due", "planned"})
_HOURS: Final = frozenset({"outside-window", "holiday"})


@frozen(kw_only=True)
class Change:
    """An action that is not the same before and after.

    Attributes:
        what: words of `CHANGES`, in their order.
        before: as it is now, or None where it is added.
        after: as it would be, or None where it is removed.
    """

    what: tuple[str, ...]
    before: Action | None
    after: Action | None

    @property
    def action(self) -> Action:
        """The action as it would be, else as it is."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one of the two is there
        return found


@frozen(kw_only=True)
class Comparison:
    """The schedules of one debtor before and after.

    Attributes:
        creditor: who is owed.
        debtor: who owes.
        changes: in the order in which the actions would run.
        contacts: how many contacts are due, planned or wait for nothing but the hours to open, before and after.
        today: how many of them on the day of the comparison.
    """

    creditor: str
    debtor: str
    changes: tuple[Change, ...]
    contacts: tuple[int, int]
    today: tuple[int, int]

    def count(self, what: str) -> int:
        """How many actions changed so; `what` is a word of `CHANGES`."""
        return sum(what in change.what for change in self.changes)


def migrating(
    account: Account, receivables: Sequence[str], policy: Policy, verb: Migration, as_of: int, *, event: str
) -> Account:
    """The account as if its receivables went over to a policy at an instant.

    Args:
        account: the debtor's facts.
        receivables: ids of those that go over.
        policy: the new version.
        verb: what becomes of them.
        as_of: instant.
        event: id of the migration that is supposed.
    """
    migrated = PolicyMigrated(
        id=event,
        creditor=account.creditor,
        debtor=account.debtor,
        at=as_of,
        recorded_at=as_of,
        policy=policy.id,
        policy_version=policy.version,
        receivables=tuple(receivables),
        verb=verb,
    )
    return fold([migrated], account)


def compare(before: Schedule, after: Schedule) -> Comparison:
    """Compare what is due, planned or waiting in two schedules of one debtor as of the same instant."""
    pairs = _pairs(_open(before), _open(after))
    changes = [change for pair in pairs if (change := _change(*pair)) is not None]
    today = before.as_of.date()
    return Comparison(
        creditor=before.creditor,
        debtor=before.debtor,
        changes=tuple(sorted(changes, key=lambda change: (change.action.at_us, change.action.id))),
        contacts=(len(_days(before)), len(_days(after))),
        today=(_on(before, today), _on(after, today)),
    )


def _open(schedule: Schedule) -> list[Action]:
    return [*schedule.due, *schedule.planned, *schedule.waiting]


def _on(schedule: Schedule, day: date) -> int:
    return sum(each <= day for each in _days(schedule))


def _days(schedule: Schedule) -> list[date]:
    """The day of each contact; what waits for nothing but the hours to open is one more a channel."""
    opening: dict[str, date] = {}
    for action in schedule.waiting:
        blockers = [reason for reason in action.reasons if reason.code in CLASSES]
        opens = action.reason.facts.get("until")
        if opens and action.kind in CONTACT_KINDS | CALL_KINDS and all(each.code in _HOURS for each in blockers):
            opening[action.channel or action.id] = local(parse_instant(opens), action.zone).date()
    return [*(contact.day for contact in schedule.contacts), *opening.values()]


def _pairs(before: Sequence[Action], after: Sequence[Action]) -> Iterator[tuple[Action | None, Action | None]]:
    """The same action on both sides, else the same step for the same receivable: a restart begins it anew.

    Where a step comes several times, the first goes with the first.
    """
    known = {action.id: action for action in after}
    both = {action.id for action in before if action.id in known}
    yield from ((action, known[action.id]) for action in before if action.id in both)
    left, right = (_by_subject(action for action in side if action.id not in both) for side in (before, after))
    for subject in dict.fromkeys((*left, *right)):
        yield from zip_longest(left.get(subject, ()), right.get(subject, ()))


def _by_subject(actions: Iterable[Action]) -> dict[tuple[str, str], list[Action]]:
    found: dict[tuple[str, str], list[Action]] = {}
    for action in sorted(actions, key=lambda action: (action.at_us, action.occurrence)):
        found.setdefault((action.receivable, action.step), []).append(action)
    return found


def _change(before: Action | None, after: Action | None) -> Change | None:
    if before is None or after is None:
        return Change(what=("added",) if before is None else ("removed",), before=before, after=after)
    differs = {
        "moved": (before.day, before.at_us) != (after.day, after.at_us),
        "tone": before.tone != after.tone,
        "channel": before.channel != after.channel,
        "template": before.template != after.template,
        "status": (before.status in _RUNS) != (after.status in _RUNS),
    }
    what = tuple(word for word in CHANGES if differs.get(word))
    return Change(what=what, before=before, after=after) if what else None
