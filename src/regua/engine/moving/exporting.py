"""From a store to the lines of an export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from attrs import evolve

from regua.codec import encode_event, to_line
from regua.engine.moving.lines import FORMAT, Answered, End, Head, Opening, Person, written
from regua.engine.whole import Whole, read_whole
from regua.errors import MoveError
from regua.ports import OutboxAction, Store


def exported(store: Store, creditor: str, *, personal_data: bool) -> Iterator[str]:
    """Give everything of a creditor as lines, debtor by debtor, each of one moment.

    Args:
        store: the source; it is only read.
        creditor: whose.
        personal_data: whether names and addresses go along.

    Raises:
        MoveError: something was recorded meanwhile, or a debtor's log is not whole; the end is missing then.
    """
    seal, counts = sha256(), Counter[str]()
    for line in _lines(store, creditor, counts, personal_data=personal_data):
        opened = line if isinstance(line, str) else written(evolve(line, sha256=seal.hexdigest()))
        seal.update(opened.encode())
        yield opened
    _check_rest(store, creditor, counts["events"])
    numbers = {name: counts[name] for name in ("policies", "debtors", "events", "actions", "attempts", "people")}
    yield written(End(**numbers, sha256=seal.hexdigest()))


def _lines(store: Store, creditor: str, counts: Counter[str], *, personal_data: bool) -> Iterator[str | Opening]:
    yield written(Head(format=FORMAT, creditor=creditor, personal_data=personal_data))
    for policy in store.policies(creditor):
        counts["policies"] += 1
        yield written(policy)
    for debtor in store.debtors(creditor):
        whole, kept = read_whole(store, creditor, debtor), store.kept(creditor, debtor)
        opening = _opening(whole, len(kept))
        counts.update(debtors=1, events=opening.version, actions=opening.actions)
        counts.update(attempts=opening.attempts, people=opening.people)
        yield opening
        yield from _of(whole)
        if personal_data:
            yield from (written(Person(ref=ref, fields=kept[ref])) for ref in sorted(kept))
            yield from (written(Answered.of(each)) for each in store.answers(creditor, debtor))


def _opening(whole: Whole, people: int) -> Opening:
    if whole.record.version != len(whole.events):
        message = (
            f"debtor {whole.debtor!r} has {len(whole.events):,} facts, and its account counts "
            f"{whole.record.version:,}: the log is damaged; `regua replay --verify` says more"
        )
        raise MoveError(message)
    return Opening(
        debtor=whole.debtor,
        version=len(whole.events),
        actions=len(whole.outbox),
        attempts=len(whole.attempts),
        people=people,
        wakeup_us=whole.record.wakeup_us,
        digest=whole.record.digest,
        sha256="",
    )


def _of(whole: Whole) -> Iterator[str]:
    yield from (to_line(encode_event(event)) for event in whole.events)
    yield from map(written, map(_let_go, whole.outbox))
    yield from map(written, whole.attempts)


def _let_go(row: OutboxAction) -> OutboxAction:
    """An action in nobody's hands: what was only claimed waits again; of what was being sent nobody will know more.

    The next run on the target finds that the worker of the latter is dead, and calls it unknown.
    """
    return evolve(row, owner="", state="pending" if row.state == "claimed" else row.state)


def _check_rest(store: Store, creditor: str, exported_events: int) -> None:
    """See that nothing was recorded meanwhile: versions only rise, so their sum tells."""
    versions = (store.load(creditor, debtor, since=_LATEST).version for debtor in store.debtors(creditor))
    more = sum(versions) - exported_events
    if more:
        message = f"facts were recorded while the export was made ({more:,}); stop what records and runs, export again"
        raise MoveError(message)


_LATEST = 2**62
