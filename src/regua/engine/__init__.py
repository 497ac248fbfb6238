"""The shell around the core: events are stored, what is due is carried out through plugins.

The signatures are what applications are written against. Nothing behind them is built yet: every call raises
`NotYetSupported`, and none pretends. Until then `fold` and `plan` serve who has a database and a queue.
"""
# ruff: noqa: ARG002, ARG003 - what a signature takes is its point here

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from attrs import frozen

from regua.core.events.base import Event
from regua.core.planning.schedule import Schedule
from regua.core.policy import Policy
from regua.errors import NotYetSupported
from regua.ports import Store, WebhookRequest


@frozen(kw_only=True)
class CreditorSettings:
    """One creditor, where it is not read from `regua.toml`.

    Attributes:
        policies: every version that governs a receivable in flight; new ones get the newest of the first id.
        name: as debtors know it (CDC art. 42-A).
        document: CPF or CNPJ (CDC art. 42-A).
        address: of the creditor (CDC art. 42-A).
    """

    policies: Sequence[Policy]
    name: str = ""
    document: str = ""
    address: str = ""


@frozen(kw_only=True)
class RunResult:
    """What one `run_due` did, in actions.

    Attributes:
        sent: accepted by a channel or executor.
        retried: went back to wait for another attempt.
        suppressed: were no longer due when their turn came.
        failed: for good.
        unknown: may or may not have been carried out.
    """

    sent: int = 0
    retried: int = 0
    suppressed: int = 0
    failed: int = 0
    unknown: int = 0


class Engine:
    """Records events and carries out what is due. Thread-safe, synchronous; opens its store again after a fork.

    Use it as a context manager, or call `close`.
    """

    @classmethod
    def open(
        cls,
        config: str | Path | None = None,
        *,
        creditor: str = "",
        store: str | Store | None = None,
        creditors: Mapping[str, CreditorSettings] | None = None,
        plugins: Sequence[object] = (),
        now: Callable[[], datetime] | None = None,
    ) -> Self:
        """Open an engine from `regua.toml`, or from parts.

        Args:
            config: path of `regua.toml`; what is given beside it takes its place.
            creditor: the one that `creditor()` without a name gives, for who has only one.
            store: URL such as `"sqlite:///dunning.sqlite3"`, or a store.
            creditors: by id.
            plugins: hook modules, and channels made by `regua.channel`, beside what is installed.
            now: clock that gives aware datetimes, for tests; None for the store's.

        Raises:
            PolicyError: a policy with problems, or one that needs what no plugin provides.
            NotYetSupported: in this version.
        """
        _comes_with_the_engine("Engine.open")

    def creditor(self, id: str = "") -> Creditor:  # noqa: A002 - what it is
        """Give one creditor, the only way to its debtors; "" for the one named at `open`.

        Raises:
            KeyError: there is none of that id.
        """
        _comes_with_the_engine("Engine.creditor")

    def run_due(self, *, limit: int = 100) -> RunResult:
        """Carry out what is due, at most `limit` actions: claim, check again, deliver, record.

        Safe from many threads, processes and machines at once. Returns when nothing more is due.
        """
        _comes_with_the_engine("Engine.run_due")

    def receive(self, channel: str, request: WebhookRequest) -> tuple[Event, ...]:
        """Verify and read a provider's call, and record what it says.

        Args:
            channel: name of the channel, executor or provider in `regua.toml`.
            request: as the host received it.

        Returns:
            What was recorded, nothing where all of it was known.

        Raises:
            Rejected: it is not the provider's, too old, seen before or cannot be read; answer 4xx.
        """
        _comes_with_the_engine("Engine.receive")

    def close(self) -> None:
        """Close channels and store; again does nothing."""
        _comes_with_the_engine("Engine.close")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Creditor:
    """One creditor of an engine: everything that is about its debtors. Made by `Engine.creditor`."""

    def record(self, *events: Event, using: object | None = None) -> None:
        """Store events and plan their debtors anew, all or nothing. The same event again does nothing.

        Args:
            events: facts of this creditor, of any of its debtors. An `invoice.issued` without a policy gets one.
            using: the host's open connection, in whose transaction this happens and with which it rolls back:
                a `sqlite3.Connection`, which under Django is `django.db.connection.connection`.

        Raises:
            EventConflict: an id is recorded with other content.
            AccountMismatch: an event of another creditor.
        """
        _comes_with_the_engine("Creditor.record")

    def keep(self, debtor: str, records: Mapping[str, Mapping[str, str]], *, using: object | None = None) -> None:
        """Store personal data, apart from events.

        Args:
            debtor: whose it is.
            records: for each reference that events hold (`ref`, `person`, `text`) its fields, such as
                `{"point-1": {"address": "ana@example.invalid"}}`.
            using: as of `record`.
        """
        _comes_with_the_engine("Creditor.keep")

    def schedule(self, debtor: str, *, as_of: datetime | None = None, until: datetime | None = None) -> Schedule:
        """What will happen to a debtor.

        Args:
            debtor: its id.
            as_of: an aware instant; None for now.
            until: leave out what is planned after it.
        """
        _comes_with_the_engine("Creditor.schedule")

    def explain(self, debtor: str, *, as_of: datetime | None = None) -> str:
        """Why each step is where it is; for a past `as_of`, with what was known then."""
        _comes_with_the_engine("Creditor.explain")

    def erase(self, debtor: str) -> None:
        """Destroy the debtor's personal data (LGPD art. 18); the ledger still adds up."""
        _comes_with_the_engine("Creditor.erase")


def _comes_with_the_engine(what: str) -> NoReturn:
    raise NotYetSupported(f"{what} comes with the engine; until then store events yourself and use fold and plan")
