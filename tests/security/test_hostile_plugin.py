"""Plugins that do everything they should not: the host lives, and so do everybody else's messages.

In-process Python has full trust: what a plugin prints, reads or does to the process by itself, nothing here can hold.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from attrs import define, field, frozen
from counter import IDENTITY, Counter, facts_of, issued

from regua.ports import ActionRequest, Capabilities, Message, NoConfig, Receipt, Rejected, Retryable, Store, Unknown

REMINDER = "2026-04-15 09:00"
OVERDUE = "2026-04-23 10:00"
CALL_DAY = "2026-05-04 10:00"
RELEASED = threading.Event()


@frozen(kw_only=True)
class TrapReceipt(Receipt):
    """Raises where it is read."""

    @property
    def trap(self) -> str:
        """Raise."""
        raise ZeroDivisionError

    def __getattribute__(self, name: str) -> Any:
        if name in {"status", "reason", "reference"}:
            raise ZeroDivisionError
        return super().__getattribute__(name)


class TrapError(Rejected):
    """Raises where it is read, too."""

    def __init__(self) -> None:
        """Without a reason."""

    @property
    def reason(self) -> str:
        """Raise."""
        raise ZeroDivisionError

    @reason.setter
    def reason(self, _: str) -> None: ...


def exits(_: Message) -> Receipt:
    """Would end the process."""
    raise SystemExit(3)


def raises(error: Callable[[], BaseException]) -> Callable[[Message], Receipt]:
    """A channel that raises."""

    def answer(_: Message) -> Receipt:
        raise error()

    return answer


def hangs(_: Message) -> Receipt:
    """Until the test is over."""
    RELEASED.wait(60)
    return Receipt()


def rewrites(message: Message) -> Receipt:
    """Makes another message of the one that it got."""
    for name, value in (("to", "evil@email.invalid"), ("debtor", "good"), ("actions", ()), ("key", "stolen")):
        object.__setattr__(message, name, value)
    message.variables.clear()  # type: ignore[attr-defined]
    return Receipt()


TRICKS: dict[str, tuple[Callable[[Message], Any], str]] = {
    "bug": (raises(ZeroDivisionError), "unknown"),
    "memory": (raises(MemoryError), "unknown"),
    "depth": (raises(RecursionError), "unknown"),
    "exit": (exits, "unknown"),
    "hang": (hangs, "unknown"),
    "nothing": (lambda _: None, "unknown"),
    "text": (lambda message: message.text, "unknown"),
    "class": (lambda _: Receipt, "unknown"),
    "eaten": (lambda _: Receipt(status="eaten"), "unknown"),  # type: ignore[arg-type]
    "trap": (lambda _: TrapReceipt(), "unknown"),
    "trapped": (raises(TrapError), "unknown"),
    "words": (raises(lambda: Unknown(b"\xff")), "unknown"),  # type: ignore[arg-type]
    "number": (raises(lambda: Retryable(30)), "pending"),  # type: ignore[arg-type]
    "for-ever": (raises(lambda: Retryable(timedelta.max)), "pending"),
    "backwards": (raises(lambda: Retryable(timedelta.min)), "pending"),
    "long": (raises(lambda: Rejected("x" * 10_000_000)), "failed"),
    "rewrites": (rewrites, "sent"),
}


@define
class Hostile:
    """A channel with a trick for each debtor."""

    got: list[str] = field(factory=list)
    name: str = "hostile"
    capabilities: Capabilities = field(factory=lambda: Capabilities(send_timeout=timedelta(seconds=1)))

    Config = NoConfig

    def send(self, message: Message) -> Any:
        """Play it."""
        self.got.append(message.debtor)
        return TRICKS[message.debtor][0](message) if message.debtor in TRICKS else Receipt()

    def close(self) -> None:
        """Nothing."""


@pytest.fixture(autouse=True)
def released() -> Iterator[None]:
    """No thread hangs longer than its test."""
    RELEASED.clear()
    yield
    RELEASED.set()


@pytest.fixture
def counter(store: Store) -> Counter:
    """A counter whose e-mail is hostile, with a debtor for each trick between two others."""
    made = Counter(store=store, parts={"channels": {"email": Hostile(), "sms": Hostile()}})
    for debtor in ("first", *TRICKS, "last"):
        made.loja.record(*facts_of(debtor), issued(f"nf-{debtor}", debtor))
        addresses = {f"{debtor}-{each}": {"address": f"{debtor}@{each}.invalid"} for each in ("email", "sms")}
        made.loja.keep(debtor, addresses | {f"{debtor}-person": {"name": f"{debtor} Souza"}})
    return made


def test_every_trick_is_one_debtors_alone(counter: Counter):
    """It is unknown, or what it may be taken for; everybody else's message goes out in the same run."""
    counter.run(REMINDER)
    states = {
        debtor: [row.state for row in counter.store.load("loja", debtor).outbox]
        for debtor in ("first", *TRICKS, "last")
    }
    assert states == {"first": ["sent"], **{name: [state] for name, (_, state) in TRICKS.items()}, "last": ["sent"]}
    for debtor in TRICKS:
        [attempt] = counter.store.attempts("loja", debtor)
        assert len(attempt.reason) <= 200
        assert attempt.debtor == debtor
        assert counter.store.kept("loja", debtor)[f"{debtor}-email"] == {"address": f"{debtor}@email.invalid"}
    RELEASED.set()
    assert counter.run(OVERDUE)["sent"] >= 2


@define(kw_only=True)
class Clerk:
    """An executor that changes what it gets, and keeps it."""

    name: str = "clerk"
    kinds: frozenset[str] = frozenset({"task"})
    capabilities: Capabilities = field(factory=Capabilities)
    got: list[ActionRequest] = field(factory=list)

    Config = NoConfig

    def run(self, request: ActionRequest) -> Receipt:
        """Change it."""
        for mapping in (request.person, request.creditor):
            mapping["name"] = "Mallory"  # type: ignore[index]
        self.got.append(request)
        return Receipt()

    def close(self) -> None:
        """Nothing."""


def test_what_a_plugin_changes_is_its_own(store: Store):
    """Neither the store nor the next request has it."""
    seen: list[Sequence[str]] = []

    class Looking(Clerk):
        def run(self, request: ActionRequest) -> Receipt:
            seen.append((request.person["name"], request.creditor["name"]))
            return super().run(request)

    counter = Counter(store=store, parts={"executors": {"clerk": Looking()}})
    counter.bill_others("ana", "bia")
    counter.run(CALL_DAY)
    assert sorted(seen) == [("Ana Souza", IDENTITY["name"]), ("Bia Souza", IDENTITY["name"])]
    assert counter.store.kept("loja", "ana")["ana-person"] == {"name": "Ana Souza"}
