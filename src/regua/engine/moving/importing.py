"""From a file of an export into a store: each debtor whole or not at all, and each only once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Final

from attrs import evolve, frozen

from regua.core.events import BoletoOrdered
from regua.engine.moving.checking import Block, Moved, Taken
from regua.engine.sealing import SALT
from regua.errors import MoveError
from regua.ports import AccountRecord, Attempt, Store, StoredPolicy, Transaction

AT_ONCE: Final = 2_000
"""Lines that are stored in one transaction, whole debtors each."""
TOLD: Final = 20
"""Debtors of a file that are told where they cannot be taken over; of the others only the number."""
ELSEWHERE: Final = (
    "nothing was imported; import into a new database, record there what only this one knows (`regua export` tells "
    "it), and delete neither this one nor the old store before"
)

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
        lacking: references of debtors of the file, known ones too, whose personal data the source kept and the target
            does not: the file lacks them, they were erased here, or the debtor was taken over from a file without them.
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
    """Take everything over that a file holds of a creditor, beside what is stored of debtors who are not in it.

    The whole file is checked, and compared with what is stored, before anything is written.

    Args:
        store: the target.
        creditor: whose; the file has to be theirs.
        file: what `exported` gave, open for reading bytes, and seekable.
        tell: told how far it is.

    Raises:
        DecodeError: the file was harmed or cut off.
        MoveError: the file is of another creditor, or the target holds of one of its debtors something else.
    """
    moved = Moved(file)
    if moved.head.creditor != creditor:
        message = f"the export is of creditor {moved.head.creditor!r}, not of {creditor!r}"
        raise MoveError(message)
    known = _check(store, creditor, moved, tell)
    _check_policies(store.policies(creditor), moved.policies, creditor)
    for policy in moved.policies:
        _check_policies([store.keep_policy(creditor, policy)], [policy], creditor)
    done = Imported(creditor=creditor)
    for number, blocks in _together(moved.blocks()):
        with store.transaction(creditor) as transaction:
            done = _taken(transaction, creditor, blocks, done)
        tell("importing", number, moved.debtors)
    return evolve(done, known=max(known, done.known))


def _check(store: Store, creditor: str, moved: Moved, tell: Tell) -> int:
    """Read the whole file, and compare it with what is stored of the creditor, which is in the same order.

    Returns:
        How many debtors of the file are stored already.

    Raises:
        MoveError: some of them are stored otherwise.
    """
    stored, known = iter(store.debtors(creditor)), 0
    waiting, others, problems = next(stored, None), list[str](), list[str]()
    for number, block in enumerate(moved.blocks(), 1):
        tell("checking", number, 0)
        while waiting is not None and waiting < block.opening.debtor:
            others.append(waiting)
            waiting = next(stored, None)
        if waiting == block.opening.debtor:
            problems += _problems(block, store.load(creditor, waiting), store.attempts(creditor, waiting))
            waiting, known = next(stored, None), known + 1
    others += [] if waiting is None else [waiting, *stored]
    problems += _taken_ids(store, creditor, moved, others)
    if problems:
        more = [f"and {len(problems) - TOLD:,} more"] if len(problems) > TOLD else []
        raise MoveError("\n".join([*problems[:TOLD], *more, ELSEWHERE]))
    return known


def _problems(block: Block, record: AccountRecord, attempts: Sequence[Attempt]) -> list[str]:
    """Why a debtor who is stored cannot have come from this file and gone on since, with the line; or nothing."""
    reason = _difference(block.read(), record, attempts)
    about = f"line {block.line}: what is stored of debtor {block.opening.debtor!r} is not what the file holds"
    return [f"{about}: {reason}"] if reason else []


def _difference(taken: Taken, record: AccountRecord, attempts: Sequence[Attempt]) -> str:
    for number, (ours, theirs) in enumerate(zip(record.events, taken.events, strict=False), 1):
        if ours != theirs:
            other = "has other content" if ours.id == theirs.id else f"is {theirs.id!r} in the file"
            return f"fact {number}, {ours.id!r}, {other}"
    if len(record.events) < len(taken.events):
        return f"{len(record.events):,} of its {len(taken.events):,} facts are stored"
    if [*map(_begun, attempts[: len(taken.attempts)])] != [*map(_begun, taken.attempts)]:
        return "its attempts are others"
    lacking = {row.id for row in taken.actions} - {row.id for row in record.outbox}
    return f"action {min(lacking)} is not in the outbox" if lacking else ""


def _taken_ids(store: Store, creditor: str, moved: Moved, others: Sequence[str]) -> Iterator[str]:
    """Facts of the file whose ids are stored for debtors who are not in it, each with the line of its debtor."""
    stored = {event.id: debtor for debtor in others for event in store.load(creditor, debtor).events}
    for block in moved.blocks() if stored else ():
        for event in block.read().events:
            if event.id in stored:
                yield f"line {block.line}: fact {event.id!r} is stored for debtor {stored[event.id]!r}"


def _begun(attempt: Attempt) -> Attempt:
    """An attempt as it was before its outcome was added."""
    return evolve(attempt, outcome=None, reference="", reason="", receipt_us=None)


def _check_policies(stored: Sequence[StoredPolicy], given: Sequence[StoredPolicy], creditor: str) -> None:
    known = {(each.policy, each.version): each.fingerprint for each in stored}
    for policy in given:
        if known.get((policy.policy, policy.version), policy.fingerprint) != policy.fingerprint:
            message = (
                f"policy {policy.policy!r} version {policy.version} is stored with other content for creditor "
                f"{creditor!r}; name the file of the source among the creditor's policies; {ELSEWHERE}"
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


def _taken(transaction: Transaction, creditor: str, blocks: Sequence[Block], done: Imported) -> Imported:
    for block in blocks:
        taken = block.read()
        record = transaction.load(taken.debtor)
        if record.version:
            problems = _problems(block, record, transaction.attempts(taken.debtor))
            if problems:  # changed since the file was checked
                raise MoveError(f"{problems[0]}; stop what records and runs, then the same import goes on")
            lacking = _lacking(block, taken, transaction)
            done = evolve(done, known=done.known + 1, lacking=done.lacking + lacking)
        else:
            _store(transaction, creditor, taken)
            done = _counted(done, taken, block.opening.people)
    return done


def _store(transaction: Transaction, creditor: str, taken: Taken) -> None:
    """Store a debtor who is not there yet; what is kept of them here already is newer, and stays."""
    transaction.append(taken.debtor, taken.events)
    transaction.put(taken.debtor, taken.actions, wakeup_us=taken.wakeup_us, digest=taken.digest)
    for event in taken.events:
        if isinstance(event, BoletoOrdered):
            transaction.raise_number(event.provider, at_least=event.number)
    for attempt in taken.attempts:
        transaction.begin(attempt)
    kept = {ref for ref in transaction.kept(taken.debtor) if ref != SALT} if taken.people else set()
    transaction.keep(taken.debtor, {each.ref: each.fields for each in taken.people if each.ref not in kept})
    for answer in taken.answers:
        transaction.keep_answer(answer.stored(creditor, taken.debtor))


def _lacking(block: Block, taken: Taken, transaction: Transaction) -> int:
    """How many references of a debtor who was known have no personal data here; what the file holds is not added.

    Who was erased here since may be among them, and must not come back by itself.
    """
    if not block.opening.people:
        return 0
    kept = transaction.kept(taken.debtor)
    if taken.people:
        return len({each.ref for each in taken.people} - kept.keys())
    return max(block.opening.people - len(kept), 0)


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
