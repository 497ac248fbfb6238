"""Two creditors, their debtors and the rows that a store keeps of them."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from regua.core.events import DebtorRegistered
from regua.ports import Attempt, OutboxAction, RawAnswer, Store
from regua.storing import TRANSITIONS

LOJA, POSTO = "loja", "posto"
APRIL = int(datetime(2026, 4, 1, 12, tzinfo=UTC).timestamp()) * 1_000_000
HOUR = 3_600_000_000
STATES = tuple(TRANSITIONS)
MOVES = [(before, after) for before in STATES for after in STATES]
ALLOWED = [(before, after) for before, after in MOVES if before == after or after in TRANSITIONS[before]]
FORBIDDEN = [move for move in MOVES if move not in ALLOWED]


def registered(name: str, debtor: str = "ana", creditor: str = LOJA, **fields: Any) -> DebtorRegistered:
    """A fact about a debtor."""
    noon = datetime(2026, 4, 1, 12, tzinfo=UTC)
    return DebtorRegistered(id=name, creditor=creditor, debtor=debtor, at=noon, recorded_at=noon, **fields)


def action(name: str, due: int = 0, debtor: str = "ana", creditor: str = LOJA, **fields: Any) -> OutboxAction:
    """A pending action, due so many hours after noon of the 1st of April 2026."""
    return OutboxAction(id=name, creditor=creditor, debtor=debtor, due_us=APRIL + due * HOUR, **fields)


def attempt(name: str = "a1", number: int = 1, debtor: str = "ana", creditor: str = LOJA, **fields: Any) -> Attempt:
    """Evidence of an attempt by e-mail."""
    values: dict[str, Any] = {
        "epoch": 1,
        "worker": "w1",
        "contact": "c1",
        "members": (name, "a9"),
        "channel": "e-mail",
        "key": f"chave {name}",
        "content_hash": "5e" * 32,
        "version": 1,
        "intent_us": APRIL,
        "basis": "facts, law",
    }
    return Attempt(action=name, number=number, debtor=debtor, creditor=creditor, **values | fields)


def answer(name: str = "a1", debtor: str = "ana", creditor: str = LOJA, **fields: Any) -> RawAnswer:
    """What a provider answered about an attempt."""
    values: dict[str, Any] = {"number": 1, "at_us": APRIL, "size": 3, "content": b"250"}
    return RawAnswer(action=name, debtor=debtor, creditor=creditor, **values | fields)


def put(store: Store, *actions: OutboxAction, wakeup_us: int | None = None) -> None:
    """Put each action, in a transaction of its own."""
    for each in actions:
        with store.transaction(each.creditor) as transaction:
            transaction.put(each.debtor, [each], wakeup_us=wakeup_us)


def record(store: Store, *events: DebtorRegistered) -> None:
    """Append each event, in a transaction of its own."""
    for each in events:
        with store.transaction(each.creditor) as transaction:
            transaction.append(each.debtor, [each])


def names(actions: Any) -> list[str]:
    """Ids of actions, in their order."""
    return [each.id for each in actions]


class Stopped(Exception):  # noqa: N818 - no error of the store
    """The host's work fails after regua's."""


def in_threads(number: int, work: Callable[[], None]) -> None:
    """Run the same work in several threads at once, and raise what went wrong in one of them."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised below, in the test
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in errors:
        raise error
