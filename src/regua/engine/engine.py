"""The engine: opens the parts, and carries out what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from attrs import frozen

from regua.core.calendars import Calendar
from regua.core.dates import MICROSECONDS, public_instant, to_instant
from regua.core.events import Event
from regua.core.indexes import Index
from regua.engine.creditor import Creditor
from regua.engine.desk import Desk, never
from regua.engine.elapsed import elapsed
from regua.engine.hearing import heard, named
from regua.engine.log import Log, default_log
from regua.engine.pacing import Paces, Pacing
from regua.engine.parts import Parts, assemble
from regua.engine.settings import CreditorSettings
from regua.engine.status import Status, status_of
from regua.engine.telemetry import Telemetry
from regua.engine.telling import Telling
from regua.engine.vault import Vault
from regua.ports import BoletoProvider, BoletoWebhook, Channel, Executor, Store, Webhook, WebhookRequest

if TYPE_CHECKING:
    import pendulum


@frozen(kw_only=True)
class RunResult:
    """What one `run_due` did, in contacts; an action that is no contact counts like one.

    Attributes:
        sent: accepted by a channel or executor.
        retried: went back to wait: nothing left, the rate or a pause of the channel holds it back, or the next channel
            of the step is to be tried.
        suppressed: were no longer due when their turn came.
        failed: for good, by every channel of their step.
        unknown: may or may not have been carried out.
        stuck: cannot be carried out as the engine is configured, their debtor cannot be planned, or the store refuses
            what is to be stored of them; the log says why.
    """

    sent: int = 0
    retried: int = 0
    suppressed: int = 0
    failed: int = 0
    unknown: int = 0
    stuck: int = 0


class Engine:
    """Records events and carries out what is due. Thread-safe, synchronous; opens its store again after a fork.

    Use it as a context manager, or call `close`.
    """

    def __init__(self, parts: Parts, creditor: str, log: Log, *, share: int = 1, telemetry: object = None) -> None:
        self._parts, self._only, self._turn, self._log = parts, creditor, -1, log
        self._untold: Counter[str] = Counter()
        paces = Paces(parts.pacing, share=share, log=log)
        self._telemetry = Telemetry(telemetry, self.status)
        telling = Telling(log, self._telemetry)
        self._desks = {name: Desk(name, parts, paces, self, telling) for name in parts.creditors}

    @classmethod
    def open(
        cls,
        config: str | Path | None = None,
        *,
        creditor: str = "",
        store: str | Store | None = None,
        vault: str | Vault | None = None,
        creditors: Mapping[str, CreditorSettings] | None = None,
        channels: Mapping[str, Channel] | None = None,
        executors: Mapping[str, Executor] | None = None,
        registrars: Mapping[str, Executor] | None = None,
        boletos: Mapping[str, BoletoProvider] | None = None,
        calendars: Sequence[Calendar] = (),
        indexes: Sequence[Index] = (),
        templates: str | Path | None = None,
        plugins: Sequence[object] = (),
        pacing: Mapping[str, Pacing] | None = None,
        share: int = 1,
        now: Callable[[], datetime | int] | None = None,
        log: Log | None = None,
        telemetry: object = None,
    ) -> Self:
        """Open an engine from `regua.toml`, or from parts.

        Args:
            config: path of `regua.toml`; what is given beside it takes its place.
            creditor: the one that `creditor()` without a name gives; "" where there is only one.
            store: URL such as `"sqlite:///dunning.sqlite3"`, or a store.
            vault: likewise of the keys under which personal data is stored, or a `Vault`; None for that of the file,
                without which it is stored as it is.
            creditors: by id.
            channels: by the name that policies use, beside those of the file.
            executors: by a name of your own, before those of the file.
            registrars: by the name that policies use, beside those of the file.
            boletos: providers of boletos by the name that creditors use, beside those of the file.
            calendars: beside those of the file and of plugins; policies use their names.
            indexes: likewise.
            templates: folder of message templates, before those that come with regua.
            plugins: hook modules, and channels made by `regua.channel`, beside what is installed.
            pacing: how often and how fast channels, executors and registrars are tried, by name, before what the file
                says.
            share: of how many engines that share the rates this is one; each takes its part.
            now: clock that gives aware datetimes, or microseconds since 1970 UTC; None for the store's.
            log: a structlog logger; None for the standard library's logger `regua`.
            telemetry: an OpenTelemetry `MeterProvider` or `Meter` that gets metrics; None for none.

        Raises:
            SettingsError: `regua.toml` has problems, all of them at once; or nothing says where to store, who the
                creditors are, or who it is that asks for overdue money.
            PolicyError: a policy with problems, that needs what no plugin provides, or that breaks a hard rule of its
                legal packs.
            PolicyConflict: a policy was changed and kept its version.
        """
        logger = log or default_log()
        parts = assemble(
            config,
            store=store,
            vault=vault,
            creditors=creditors,
            channels=channels,
            executors=executors,
            registrars=registrars,
            boletos=boletos,
            calendars=calendars,
            indexes=indexes,
            templates=templates,
            plugins=plugins,
            pacing=pacing,
            now=now,
        )
        try:
            return cls(parts, creditor, logger, share=share, telemetry=telemetry)
        except BaseException:
            parts.close()
            raise

    @property
    def creditors(self) -> tuple[str, ...]:
        """Ids of the creditors, in the order of the configuration."""
        return tuple(self._desks)

    def creditor(self, id: str = "") -> Creditor:  # noqa: A002 - what it is
        """Give one creditor, the only way to its debtors; "" for the one named at `open`, or the only one.

        Raises:
            KeyError: there is none of that id.
        """
        name = id or self._only or (self.creditors[0] if len(self._desks) == 1 else "")
        if name not in self._desks:
            message = f"no creditor {name!r}; there are {', '.join(self.creditors)}"
            raise KeyError(message)
        return self._desks[name].creditor

    def now(self) -> int:
        """The instant by the engine's clock, in microseconds since 1970 UTC."""
        clock = self._parts.now
        return self._parts.store.now() if clock is None else to_instant(clock())

    def elapsed(self) -> float:
        """Seconds that have passed since some instant, by what nobody sets or by the clock that the host gave."""
        clock = self._parts.now
        return elapsed() if clock is None else to_instant(clock()) / MICROSECONDS

    def next_wakeup(self, *, creditor: str = "") -> pendulum.DateTime | None:
        """The next instant at which `run_due` can have something to do if no event comes, in UTC; None for never."""
        known = [desk.next_us() for desk in self._chosen(creditor)]
        earliest = min((each for each in known if each is not None), default=None)
        return None if earliest is None else public_instant(earliest)

    def run_due(self, *, limit: int = 100, creditor: str = "", stop: Callable[[], bool] = never) -> RunResult:
        """Ask for answers and carry out what is due, in turn: claim, check again, deliver, record.

        Safe from many threads, processes and machines at once. Returns when nothing more is due. What was done by a run
        that ended with an error is counted by the next one.

        Args:
            limit: claim at most so many actions; each takes the others of its contact with it.
            creditor: whose debtors; "" for all.
            stop: asked before each action; once it is True, what is claimed and not begun goes back.

        Raises:
            KeyError: there is no such creditor.
            StoreError: the store cannot be used now; the next run goes on where this one ended.
        """
        counted, self._untold = self._untold, Counter()
        desks = list(self._chosen(creditor))
        self._turn += 1  # another one comes first each time, or a small limit would starve the last
        for place in range(len(desks)):
            desk = desks[(place + self._turn) % len(desks)]
            results: Counter[str] = Counter()
            try:
                for result in desk.run_due(limit, stop):
                    results[result] += 1
            except BaseException:
                self._untold = counted + results
                raise
            finally:
                self._telemetry.done(desk.creditor.id, results)
            limit -= results.total()
            counted.update(results)
        return RunResult(**counted)

    def status(self, *, creditor: str = "") -> Status:
        """Say how many actions wait, since when, and who holds some; counted by index, so it may be asked often.

        Args:
            creditor: whose; "" for all.

        Raises:
            KeyError: there is no such creditor.
        """
        names = [self.creditor(creditor).id] if creditor else self.creditors
        return status_of(self._parts.store, names, self.now())

    def _chosen(self, creditor: str) -> Iterable[Desk]:
        return [self._desks[creditor]] if creditor else self._desks.values()

    def receive(self, channel: str, request: WebhookRequest) -> tuple[Event, ...]:
        """Verify and read a provider's call, and record what it says.

        Args:
            channel: name of the channel, executor or provider in `regua.toml`.
            request: as the host received it.

        Returns:
            What was recorded, nothing where all of it was known.

        Raises:
            Rejected: it is not the provider's, too old or cannot be read; answer 4xx.
            PluginError: the plugin failed over it, for a cause that the log names; answer 5xx.
            KeyError: there is no channel of that name, or it takes no calls.
        """
        if channel in self._parts.boletos:
            return self._called(channel, self._parts.boletos[channel], request)
        plugin = self._parts.channels.get(channel) or self._parts.by_name.get(channel)
        webhook: object = plugin
        if plugin is None or not isinstance(webhook, Webhook):
            message = f"no channel {channel!r} that takes calls"
            raise KeyError(message)
        recorded: list[Event] = []
        for said in heard(webhook, request, channel=channel, log=self._log):
            reports = plugin.capabilities.reports_delivery
            found = (desk.receive(channel, said, reports=reports) for desk in self._desks.values())
            recorded += next((events for events in found if events is not None), ())
        return tuple(recorded)

    def _called(self, name: str, provider: object, request: WebhookRequest) -> tuple[Event, ...]:
        """A provider of boletos names those of which it has something to say; each is read again."""
        if not isinstance(provider, BoletoWebhook):
            message = f"no provider {name!r} that takes calls"
            raise KeyError(message)
        recorded: list[Event] = []
        for boleto in named(provider, request, channel=name, log=self._log):
            found = (desk.see(name, boleto) for desk in self._desks.values())
            recorded += next((events for events in found if events is not None), ())
        return tuple(recorded)

    def close(self) -> None:
        """Close what was opened here and not given as an object: store, channels, executors; again does nothing."""
        self._telemetry.close()
        self._parts.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
