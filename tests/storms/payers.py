"""What races the sends: payments that debtors make meanwhile, and calls of the provider, each in a thread."""

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from tests.storms.clock import wall_us
from tests.storms.fates import random_of
from tests.storms.population import CHANNELS, Debtor
from tests.storms.provider import ProviderClient
from tests.storms.worker import STORE_FAULTS

from regua import Engine
from regua.ports import WebhookRequest

PATIENCE = 120.0
Pay = Callable[[], str]
"""Records one payment; gives the id of the event, "" where there is none."""


class Racing:
    """A thread that works until it is told to end.

    Attributes:
        done: how often it did something.
        acknowledged: ids of the events that were recorded for it.
        faults: what it died of.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.done = 0
        self.acknowledged: list[str] = []
        self._is_ending = self._is_over = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def end(self) -> None:
        """Let it do what is left, and wait for it."""
        self._is_ending = True
        self._thread.join(PATIENCE)
        if self._thread.is_alive():
            self.faults.append(f"{type(self).__name__} did not come to an end")

    def _run(self) -> None:
        try:
            while not self._is_over and (self._turn() or not self._is_ending):
                time.sleep(0.005)
        except Exception as error:  # noqa: BLE001 - told at the end
            self.faults.append("".join(traceback.format_exception(error)))

    def _turn(self) -> bool:
        """Do a little; whether there may be more."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._is_over = error is not None
        self.end()


class Payers(Racing):
    """Pays a share of the receivables, in step with the work.

    Args:
        payment: makes what records one.
        seed: of the storm.
        debtors: who owes.
        share: of the receivables that are paid.
    """

    def __init__(self, payment: Callable[[str, str], Pay], seed: int, debtors: Sequence[Debtor], share: float) -> None:
        super().__init__()
        self.progress = 0.0
        self.paid: dict[str, int] = {}
        """When the recording came back, by the machine's clock."""
        self._payment = payment
        owed = [(debtor.id, receivable) for debtor in debtors for receivable, _ in debtor.receivables]
        random = random_of(seed, "payments")
        self._left = random.sample(owed, round(share * len(owed)))
        self._all = len(self._left)

    def _turn(self) -> bool:
        if self._left and self._all - len(self._left) <= self.progress * self._all:
            self._pay(*self._left[-1])
            self._left.pop()
        return bool(self._left)

    def _pay(self, debtor: str, receivable: str) -> None:
        pay, deadline = self._payment(debtor, receivable), time.monotonic() + PATIENCE
        while True:
            try:
                event = pay()
            except STORE_FAULTS:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                self.paid[receivable] = wall_us()
                self.acknowledged += [event] if event else []
                self.done += 1
                return


class Callers(Racing):
    """Receives what the provider calls to say; what the store could not take comes again, as from a provider.

    Args:
        engine: of the storm.
        provider: whose calls these are.
    """

    def __init__(self, engine: Engine, provider: ProviderClient) -> None:
        super().__init__()
        self._engine, self._provider = engine, provider
        self._left: list[Any] = []
        self._asked = 0.0

    def _turn(self) -> bool:
        if not self._left and time.monotonic() - self._asked > 0.05:
            self._left = self._provider.calls()
            self._asked = time.monotonic()
        if self._left:
            self._receive(self._left[0])
        return bool(self._left)

    def _receive(self, call: dict[str, Any]) -> None:
        request = WebhookRequest(headers=call["headers"], body=call["body"].encode(), received_at=datetime.now(UTC))
        try:
            heard = [event for channel in CHANNELS for event in self._engine.receive(channel, request)]
        except STORE_FAULTS:
            time.sleep(0.05)
            return
        self.acknowledged += [event.id for event in heard]
        self.done += 1
        self._left.pop(0)
