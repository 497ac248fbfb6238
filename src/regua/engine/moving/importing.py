"""From a file of an export into a store: each debtor whole or not at all, and each only once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Final

from attrs import evolve, frozen

from regua.engine.moving.checking import Block, Moved, Taken
from regua.errors import MoveError
from regua.ports import AccountRecord, Attempt, Store, StoredPolicy, Transaction

AT_ONCE: Final = 2_000
"""Lines that are stored in one transaction, whole debtors each."""
ELSEWHERE: Final = "import into a database in which nothing is recorded of the creditor"

Tell = Callable[[str, int, int], object]
"""Told how far the work is: `"checking"` or `"importing"`, how many debtors of how many; 0 where nobody knows."""


def silent(phase: str, done: int, total: int) -> None:
    """Nobody wants to know how far the work is."""


@frozen(kw_only=True)
class Imported:
    """What an import did.

    Attributes:
        creditor: whose.
        debtors: that were taken over.
        known: debtors that were there already.
        events: facts of those that were taken over.
        actions: their actions of the outbox.
        attempts: their evidence.
        people: their references with personal data.
        sending: of the actions, those that were being sent when the export was made; the next run calls them unknown.
        lacking: references of theirs whose personal data the source kept and the file does not hold.
    """

    creditor: str
    debtors: int = 0
    known: int = 0
    events: int = 0
    actions: int = 0
    attempts: int = 0
    people: int = 0
    sending: int = 0
    lacking: int = 0


def import_file(store: Store, creditor: str, file: BinaryIO, tell: Tell) -> Imported:
    """Take everything over that a file holds of a creditor.

    The whole file is checked, and compared with what is stored, before anything is written.

    Args:
        store: the target.
        creditor: whose; the file has to be theirs.
        file: what `exported` gave, open for reading bytes, and seekable.
        tell: told how far it is.

    Raises:
        DecodeError: the file was harmed or cut off.
        MoveError: the file is of another creditor, or the target holds of this one what the file does not.
    """
    moved = Moved(file)
    if moved.head.creditor != creditor:
        message = f"the export is of creditor {moved.head.creditor!r}, not of {creditor!r}"
        raise MoveError(message)
    known = _check(store, creditor, moved, tell)
    for policy in moved.policies:
        _keep_policy(store, creditor, policy)
    done = Imported(creditor=creditor)
    for number, blocks in _together(moved.blocks()):
        with store.transaction(creditor) as transaction:
            done = _taken(transaction, blocks, done)
        tell("importing", number, moved.debtors)
    return evolve(done, known=max(known, done.known))


def _check(store: Store, creditor: str, moved: Moved, tell: Tell) -> int:
    """Read the whole file, and compare it with what is stored of the creditor, which is in the same order.

    Returns:
        How many debtors of the file are stored already.
    """
    stored, known = iter(store.debtors(creditor)), 0
    waiting = next(stored, None)
    for number, block in enumerate(moved.blocks(), 1):
        tell("checking", number, 0)
        if waiting is not None and waiting < block.opening.debtor:
            break
        if waiting == block.opening.debtor:
            _compare(block.read(), store.load(creditor, waiting), store.attempts(creditor, waiting))
            waiting, known = next(stored, None), known + 1
    if waiting is not None:
        message = f"debtor {waiting!r} of creditor {creditor!r} is stored and not in the file; {ELSEWHERE}"
        raise MoveError(message)
    return known


def _compare(taken: Taken, record: AccountRecord, attempts: Sequence[Attempt]) -> None:
    """See that a debtor who is stored came from this file, and at most went on since.

    Raises:
        MoveError: what is stored did not begin as the file says.
    """
    is_same = (
        [*record.events[: len(taken.events)]] == [*taken.events]
        and [*map(_begun, attempts[: len(taken.attempts)])] == [*map(_begun, taken.attempts)]
        and {row.id for row in record.outbox} >= {row.id for row in taken.actions}
    )
    if not is_same:
        message = f"what is stored of debtor {taken.debtor!r} is not what the file holds; {ELSEWHERE}"
        raise MoveError(message)


def _begun(attempt: Attempt) -> Attempt:
    """An attempt as it was before its outcome was added."""
    return evolve(attempt, outcome=None, reference="", reason="", receipt_us=None)


def _keep_policy(store: Store, creditor: str, policy: StoredPolicy) -> None:
    stored = store.keep_policy(creditor, policy)
    if stored.fingerprint != policy.fingerprint:
        message = (
            f"policy {policy.policy!r} version {policy.version} is stored with other content for creditor "
            f"{creditor!r}; name the file of the source among the creditor's policies, or {ELSEWHERE}"
        )
        raise MoveError(message)


def _together(blocks: Iterator[Block]) -> Iterator[tuple[int, Sequence[Block]]]:
    """Several debtors for one transaction, with the number of the last one."""
    gathered: list[Block] = []
    number = 0
    for number, block in enumerate(blocks, 1):
        gathered.append(block)
        if sum(len(each.lines) for each in gathered) >= AT_ONCE:
            yield number, gathered
            gathered = []
    if gathered:
        yield number, gathered


def _taken(transaction: Transaction, blocks: Sequence[Block], done: Imported) -> Imported:
    for block in blocks:
        taken = block.read()
        record = transaction.load(taken.debtor)
        if record.version:
            _compare(taken, record, transaction.attempts(taken.debtor))
            done = evolve(done, known=done.known + 1)
        else:
            _store(transaction, taken)
            done = _counted(done, taken, block.opening.people)
    return done


def _store(transaction: Transaction, taken: Taken) -> None:
    """Store a debtor who is not there yet."""
    transaction.append(taken.debtor, taken.events)
    transaction.put(taken.debtor, taken.actions, wakeup_us=taken.wakeup_us, digest=taken.digest)
    for attempt in taken.attempts:
        transaction.begin(attempt)
    transaction.keep(taken.debtor, {each.ref: each.fields for each in taken.people})


def _counted(done: Imported, taken: Taken, people: int) -> Imported:
    return evolve(
        done,
        debtors=done.debtors + 1,
        events=done.events + len(taken.events),
        actions=done.actions + len(taken.actions),
        attempts=done.attempts + len(taken.attempts),
        people=done.people + len(taken.people),
        sending=done.sending + sum(row.state == "sending" for row in taken.actions),
        lacking=done.lacking + people - len(taken.people),
    )
