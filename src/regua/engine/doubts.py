"""Attempts of which nobody knows what became, and what would be if they had never been made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta

from regua.core.account import Account, fold
from regua.core.dates import microseconds
from regua.core.events import ActionAttempted, ActionOutcome, ActionUnknown
from regua.ports import Attempt, Capabilities

Outcomes = Mapping[str, Sequence[ActionOutcome]]


def doubted(outcomes: Sequence[ActionOutcome]) -> frozenset[int]:
    """Numbers of the attempts at an action that may or may not have reached anybody; also of one that is under way."""
    said = {each.attempt for each in outcomes if not isinstance(each, ActionAttempted | ActionUnknown)}
    return frozenset(each.attempt for each in outcomes) - said


def doubtful(outcomes: Outcomes, actions: Collection[str], *, beside: int) -> frozenset[str]:
    """Those of some actions at which there is such an attempt beside the one of a number."""
    return frozenset(action for action in actions if doubted(outcomes.get(action, ())) - {beside})


def doubts(outcomes: Outcomes, actions: Collection[str]) -> Iterator[ActionOutcome]:
    """The facts that tell of such attempts at some actions."""
    for action in actions:
        known = outcomes.get(action, ())
        numbers = doubted(known)
        yield from (each for each in known if each.attempt in numbers)


def without_doubts(account: Account, actions: Collection[str]) -> Account:
    """An account as it would be if such attempts at some actions had never been made."""
    dropped = {each.id for each in doubts(account.facts.outcomes, actions)}
    if not dropped:
        return account
    kept = [event for event in account.events if event.id not in dropped]
    return fold(kept, Account(creditor=account.creditor, debtor=account.debtor))


def tries(past: Sequence[Attempt], attempt: Attempt) -> int:
    """How often the action of an attempt was tried by its channel, of all attempts of its debtor."""
    return sum(attempt.action in each.members and each.channel == attempt.channel for each in past)


def settled_us(can: Capabilities, intent_us: int, noticed_us: int) -> int:
    """When an attempt of unknown outcome is over for certain, and its provider says so.

    Its sending may take as long as the timeout; a server may end the session of a worker that lives on, or a request
    lie on its way, so as long again is waited, from when it was noticed that nobody knows. Then comes the lag of
    queries.
    """
    timeout, lag = microseconds(can.send_timeout), microseconds(can.query_lag)
    return max(intent_us + timeout, noticed_us) + timeout + lag


def remembered_until(can: Capabilities, first_us: int) -> int:
    """Before which instant a sending must begin so that the provider still knows the key of the first when it ends."""
    return first_us + microseconds((can.key_ttl or timedelta(0)) - can.send_timeout)
