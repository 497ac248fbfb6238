"""A test of the storms: they find bugs that are put into the real engine, one at a time.

Each bug is one function that is subtly wrong, as a careful programmer may write it. An invariant has to say so. That
the storms of the same seeds hold without it is `test_storms`.
"""

# ruff: noqa: SLF001 - what is replaced is private

from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve, frozen
from tests.simulation.profiles import PROFILES
from tests.simulation.storm import Broken, storm

from regua.engine import delivery, desk, errands, recovery
from regua.engine.asking import Asking
from regua.engine.delivery import Delivery
from regua.engine.desk import Desk
from regua.engine.outcomes import Answer

pytestmark = pytest.mark.one_python

MOST_SEEDS = 16
MINUTE = 60 * 10**6


@frozen
class Bug:
    """A wrong function in place of a right one."""

    place: Any
    name: str
    wrong: Callable[..., Any]
    found_by: Sequence[str]
    profile: str


def replaces(place: Any, name: str, *found_by: str, profile: str = "anything") -> Callable[[Callable[..., Any]], Bug]:
    """Say in whose place a wrong function stands, which invariants may find it, and in storms of which profile."""
    return lambda wrong: Bug(place, name, wrong, found_by, profile)


TWICE = (
    "no_provider_takes_anything_twice",
    "nothing_arrives_twice",
    "no_action_is_sent_twice",
    "rows_follow_from_the_providers",
)


@replaces(delivery, "told", "rows_follow_from_the_providers", profile="fenced")
def receipts_are_fenced(answer, attempt, attempted, now, *, known, **more):  # noqa: ANN003 - as of what it replaces
    """What was accepted is no fact where somebody else had given it up."""
    unknown = {f"{each.action}/{each.attempt}/unknown" for each in attempted}
    if answer.outcome == "accepted" and unknown & {*known}:
        return iter(())
    return _told(answer, attempt, attempted, now, known=known, **more)


_told = delivery.told


@replaces(recovery, "_unknown", *TWICE, profile="fenced")
def who_died_sent_nothing(change, row, asking):  # noqa: ARG001 - as of what it replaces
    """What a dead worker was sending is due again."""
    attempts = change.transaction.attempts(row.debtor)
    attempt = next(each for each in reversed(attempts) if row.id in each.members and each.epoch == row.epoch)
    answer = Answer(outcome="transient", reason="the worker ended")
    change.transaction.finish(answer.on(attempt, change.now))
    left = change.state.attempted(attempt)
    change.learn(attempt.members, change.state.new(recovery.facts(answer, left, change.now)))


@replaces(desk, "recover", *TWICE, profile="asked")
def a_lease_proves_death(book, asking, sparing):  # noqa: ARG001 - as of what it replaces
    """Whoever holds something for five minutes is dead."""
    for row in book.store.held(book.creditor):
        if book.now() - row.due_us > 5 * MINUTE or not book.store.is_alive(row.owner):
            recovery._take_back(book, row, asking)
    return iter(())


@replaces(desk, "recover", "everything_goes_on", "nothing_is_stuck", profile="paused")
def nobody_follows_the_dead(book, asking, sparing):  # noqa: ARG001 - as of what it replaces
    """What they held is theirs."""
    return iter(())


_capabilities_of = Asking.capabilities_of


@replaces(Asking, "capabilities_of", *TWICE, profile="paused")
def who_declares_nothing_knows_the_key(self, attempt):
    """A blind channel is sent it again."""
    can = _capabilities_of(self, attempt)
    return evolve(can, delivery="idempotent", key_ttl=timedelta(hours=24)) if can.delivery == "blind" else can


@replaces(Asking, "capabilities_of", *TWICE, profile="asked")
def not_found_is_believed_at_once(self, attempt):
    """Whatever lag the provider declares."""
    return evolve(_capabilities_of(self, attempt), query_lag=timedelta(0), send_timeout=timedelta(microseconds=1))


@replaces(delivery, "doubtful", "rows_follow_from_the_providers", *TWICE, profile="fenced")
def the_last_answer_counts(outcomes, actions, *, beside):  # noqa: ARG001 - as of what it replaces
    """What is refused at the second attempt has failed, whatever became of the first."""
    return frozenset()


@replaces(errands, "_key", *TWICE, profile="fenced")
def every_attempt_has_its_key(sending, channel):
    """So that each can be told from the others."""
    return errands.provider_key(sending.carrier.contact or sending.carrier.id, channel, sending.attempt)


@replaces(delivery, "_is_stored", "everything_goes_on", "nothing_is_stuck", profile="failing")
def what_reported_an_error_did_not_happen(change, attempt):  # noqa: ARG001 - as of what it replaces
    """Nobody reads it back."""
    return False


@replaces(Delivery, "end_rest", "everything_goes_on", "nothing_is_stuck", profile="failing")
def an_answer_is_stored_now_or_never(self, sparing):  # noqa: ARG001 - as of what it replaces
    """If the disk is full, it is."""
    return iter(())


_wake = Desk._wake


@replaces(Desk, "_wake", "everybody_is_planned_again", profile="paused")
def a_wakeup_is_taken_off_the_list_first(self):
    """And planned after that."""
    found = self._book
    debtors = found.store.wakeups(found.creditor, until_us=found.now(), limit=20)
    for debtor in debtors:
        with found.change(debtor) as change:
            change.write((), wakeup_us=None)
        with found.change(debtor) as change:
            change.advance()
    return len(debtors)
    yield


def seeds(bug):
    """The first storms of its profile."""
    return range([*PROFILES].index(bug.profile), MOST_SEEDS * len(PROFILES), len(PROFILES))


BUGS = {name: bug for name, bug in vars().copy().items() if isinstance(bug, Bug)}


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_found(monkeypatch, name):
    """By an invariant that names what is wrong."""
    bug = BUGS[name]
    monkeypatch.setattr(bug.place, bug.name, bug.wrong)
    with pytest.raises(Broken) as caught:
        deque(map(storm, seeds(bug)))
    assert caught.value.holds in bug.found_by
