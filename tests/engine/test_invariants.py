"""What holds after every storm: workers die, providers lie, clocks jump, and facts race the sends (see storm.py)."""

from collections import Counter as Count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storm import A_DAY, A_WEEK, DEBTORS, MOVES, PRESSING, Call, Storm, again, blown, in_memory, moves_of, on_disk

from regua import events
from regua.ports import Attempt

LONG = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 2**16 - 1)), min_size=1, max_size=40)
BILLED = [("bill", number) for number in range(4)]


def check(storm: Storm) -> None:
    """Everything that must hold once the storm is over."""
    assert storm.faults == []
    nothing_was_accepted_twice(storm)
    evidence_agrees_with_the_providers(storm)
    nothing_is_stuck(storm)
    rows_are_explained_by_facts(storm)
    members_share_what_became_of_them(storm)
    the_caps_hold(storm)
    no_fact_is_lost(storm)
    schedules_come_from_the_exported_events(storm)
    decisions_would_be_made_again(storm)


def nothing_was_accepted_twice(storm: Storm) -> None:
    """No key twice, and no action a second time unless the provider said that the first reached nobody."""
    accepted = [call for call in storm.calls if call.accepted]
    assert max(Count((call.channel, call.key) for call in accepted).values(), default=1) == 1
    arrived = Count(action for call in accepted if not call.bounced for action in call.actions)
    assert max(arrived.values(), default=1) == 1


def evidence_agrees_with_the_providers(storm: Storm) -> None:
    """Every request has its attempt and no attempt two requests; what the evidence says is what the provider did."""
    attempts = {(each.action, each.number): each for each in all_attempts(storm)}
    asked = Count((call.actions[0], call.attempt) for call in storm.calls)
    assert set(asked) <= set(attempts)
    assert max(asked.values(), default=1) == 1
    calls = {(call.actions[0], call.attempt): call for call in storm.calls}
    for place, attempt in attempts.items():
        assert attempt.outcome is not None
        assert agrees(attempt, calls.get(place)), (attempt, calls.get(place))
    for debtor in DEBTORS:
        for row in storm.workers[-1].store.load("loja", debtor).outbox:
            own = [each for each in attempts.values() if row.id in each.members]
            assert len({each.number for each in own}) == len(own)
            assert (row.attempts, row.contact) == ((own[-1].number, own[-1].contact) if own else (0, ""))


def agrees(attempt: Attempt, call: Call | None) -> bool:
    """Whether one outcome is possible after what the provider did."""
    if call is None:  # it died before, or there was no address
        return attempt.outcome in {"unknown", "permanent"}
    if (call.key, call.channel, call.actions) != (attempt.key, attempt.channel, attempt.members):
        return False
    if attempt.outcome == "accepted":
        return call.accepted
    return attempt.outcome == "unknown" or not call.accepted or call.bounced


def nothing_is_stuck(storm: Storm) -> None:
    """Nothing is in anybody's hands, and nothing that is due lies about."""
    store = storm.workers[-1].store
    assert store.held("loja") == ()
    assert store.due("loja", until_us=storm.at - 7 * 3600 * 10**6, limit=9) == ()
    for debtor in DEBTORS:
        ids = [row.id for row in store.load("loja", debtor).outbox]
        assert len(ids) == len(set(ids))


def rows_are_explained_by_facts(storm: Storm) -> None:
    """Where an action stands follows from what is recorded of it, and contradicts nothing that a provider did."""
    accepted = {action for each in all_attempts(storm) if each.outcome == "accepted" for action in each.members}
    bounced = {action for call in storm.calls if call.bounced for action in call.actions}
    for debtor in DEBTORS:
        record = storm.workers[-1].store.load("loja", debtor)
        gone = {each.event for each in record.events if isinstance(each, events.EventRetracted)}
        outcomes = [each for each in record.events if isinstance(each, events.ActionOutcome) and each.id not in gone]
        for row in record.outbox:
            said = {each.type for each in outcomes if each.action == row.id}
            taken = [call for call in storm.calls if row.id in call.actions and call.accepted]
            arrived = [call for call in taken if not call.bounced]
            if row.state == "sent":
                assert "action.sent" in said
                assert taken
            elif row.state == "unknown":
                assert said & {"action.unknown", "action.attempted"}
                assert row.id not in accepted - bounced, row
            else:
                assert arrived == [], row
                assert ("action.failed" in said) or not said, (row, said)
                assert (row.state == "failed") <= ("action.failed" in said)


def members_share_what_became_of_them(storm: Storm) -> None:
    """Whatever is told of one attempt is told of every action that it carried, and of no other."""
    for debtor in DEBTORS:
        record = storm.workers[-1].store.load("loja", debtor)
        told: dict[tuple[str, str, int], set[str]] = {}
        began = {each.id: each for each in record.events if isinstance(each, events.ActionAttempted)}
        for each in record.events:
            fact = began.get(each.event) if isinstance(each, events.EventRetracted) else each
            if isinstance(fact, events.ActionOutcome):
                told.setdefault((each.type, fact.contact, fact.attempt), set()).add(fact.action)
        members = {
            (each.contact, each.number): {*each.members} for each in storm.workers[-1].store.attempts("loja", debtor)
        }
        assert all(actions == members[place[1:]] for place, actions in told.items())


def the_caps_hold(storm: Storm) -> None:
    """No more messages and calls press than the policy allows in a day, and in any seven."""
    for debtor in DEBTORS:
        record = storm.workers[-1].store.load("loja", debtor)
        pressing = {
            each.action for each in record.events if isinstance(each, events.ActionOutcome) and each.step in PRESSING
        }
        days = [
            storm.wall(call.at).toordinal()
            for call in storm.calls
            if call.accepted and not call.bounced and pressing & {*call.actions}
        ]
        for day in days:
            assert sum(each == day for each in days) <= A_DAY
            assert sum(day - 7 < each <= day for each in days) <= A_WEEK


def no_fact_is_lost(storm: Storm) -> None:
    """What was taken is there, once, as it was taken."""
    stored = list(storm.worker().engine.creditor().events())
    by_id = {event.id: event for event in stored}
    assert len(by_id) == len(stored)
    assert all(by_id[event.id] == event for event in storm.known.values())
    own = [event for event in stored if event.id not in storm.known]
    assert all(
        isinstance(event, events.ActionOutcome | events.EventRetracted | events.ContactPointFailed) for event in own
    )


def schedules_come_from_the_exported_events(storm: Storm) -> None:
    """The core alone comes to the same plan."""
    loja = storm.worker().engine.creditor()
    for debtor in DEBTORS:
        mine, theirs = loja.schedule(debtor), again(storm, debtor, storm.at)
        assert mine == theirs
        assert mine.fingerprint == theirs.fingerprint


def decisions_would_be_made_again(storm: Storm) -> None:
    """Each attempt, from what was known then."""
    for debtor in DEBTORS:
        assert [each for each in storm.worker().engine.creditor().history(debtor).attempts if not each.agrees] == []


def all_attempts(storm: Storm) -> list[Attempt]:
    """The evidence of both debtors."""
    return [each for debtor in DEBTORS for each in storm.workers[-1].store.attempts("loja", debtor)]


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(moves=LONG)
def test_any_storm_in_memory(moves: list[tuple[str, int]]):
    """Whatever comes together, in whatever order."""
    check(blown([*BILLED, *moves], in_memory()))


@pytest.mark.parametrize("seed", range(60))
def test_the_same_storms_again(seed: int):
    """Long ones, from a seed."""
    check(blown(moves_of(seed, 60), in_memory()))


@pytest.mark.parametrize("seed", range(4))
def test_storms_on_a_disk(seed: int, tmp_path: Path):
    """Each worker with a store of its own on one file; who dies lets go of its lock."""
    with on_disk(tmp_path / "r.sqlite3") as open_store:
        check(blown(moves_of(1_000 + seed, 40), open_store))
