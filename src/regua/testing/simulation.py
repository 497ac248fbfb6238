"""The real engine in a simulated world: its clock, its store in memory, its channels scripted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from attrs import evolve

from regua.builtin.memory import MemoryStore
from regua.core.calendars import Calendar
from regua.core.dates import MICROSECONDS, microseconds, public_instant
from regua.core.events import ConsentGranted, ContactPointAdded, DebtorRegistered, Event
from regua.core.indexes import Index
from regua.core.policy import Policy
from regua.engine import Creditor, CreditorSettings, RunResult
from regua.engine.pacing import Pacing
from regua.engine.parts import Parts
from regua.errors import SimulationError
from regua.ports import Capabilities, Channel, Message, Store
from regua.testing.case import Case
from regua.testing.channels import Answer, Asked, ScriptedChannel, ScriptedExecutor, ScriptedProvider
from regua.testing.clock import Agenda, Deed, SimulatedClock, When, instant_at
from regua.testing.crew import Crew, Site
from regua.testing.debtors import Behaviour
from regua.testing.facts import PERSON, Invoice, invoice_of, personal_data, points_of
from regua.testing.faults import Fault
from regua.testing.posting import receipts_of
from regua.testing.reading import World, read_world
from regua.testing.recorder import Recorder
from regua.testing.stuck import Complaints, check, check_providers
from regua.testing.transcript import Transcript
from regua.testing.weather import Weather

if TYPE_CHECKING:
    import pendulum

EXECUTOR: Final = "simulated"
"""The name of the executor that carries out what is no message."""
MINUTE: Final = 60 * MICROSECONDS


class Simulation:
    """The engine with a simulated clock, a store in memory and scripted channels, from a seed.

    Time stands still until `advance` or `outage`. The same arguments and calls give the same transcript, byte for byte.

    Args:
        policy: a `Policy`, the path of a file, TOML text, or several of them; new receivables get the first.
        start: an aware instant, or a day, which means its start in the policy's zone.
        seed: of everything that debtors do by chance.
        creditor: id of the creditor; scripted facts are of it.
        name: of the creditor, as debtors know it.
        document: of the creditor.
        address: of the creditor.
        channels: by the name that policies use, in place of the scripted ones.
        plugins: as of `Engine.open`.
        indexes: likewise.
        calendars: likewise.
        templates: folder of message templates, before those that come with regua.
        store: makes the store, of a clock.
        workers: how many of them carry out what is due, each an engine of its own.
        faults: what may go wrong, of `regua.testing.faults`; with them, too, each worker is an engine of its own.
        capabilities: what scripted channels declare, by name; the others are blind and report delivery and reading.
        pacing: as of `Engine.open`.

    Attributes:
        engine: the real one, in which facts are recorded.
        creditor: the engine's face for the one creditor.
        store: of the engine.
        policies: as they were read.
        clock: of the simulation.
        executor: what carries out all that is no message.
        recorder: watches the engine, and keeps the transcript.
        weather: draws the faults, and remembers which of them happened.
        seed: as it was given.

    Raises:
        PolicyError: a policy with problems.
        DateError: `start` is naive or no date.
    """

    def __init__(
        self,
        policy: Policy | Path | str | Sequence[Policy | Path | str],
        *,
        start: When,
        seed: int = 0,
        creditor: str = "loja",
        name: str = "Loja Exemplo",
        document: str = "11.222.333/0001-81",
        address: str = "Rua das Flores, 10, São Paulo",
        channels: Mapping[str, Channel] | None = None,
        plugins: Sequence[object] = (),
        indexes: Sequence[Index] = (),
        calendars: Sequence[Calendar] = (),
        templates: str | Path | None = None,
        store: Callable[[Callable[[], int]], Store] = MemoryStore,
        workers: int = 1,
        faults: Sequence[Fault] = (),
        capabilities: Mapping[str, Capabilities] | None = None,
        pacing: Mapping[str, Pacing] | None = None,
    ) -> None:
        world = read_world(policy, plugins=plugins, templates=templates, indexes=indexes, calendars=calendars)
        zone = world.policies[0].timezone
        self.policies, self.seed = world.policies, seed
        self.clock = SimulatedClock(instant_at(start, zone), zone)
        self.executor = ScriptedExecutor(EXECUTOR, capabilities=_capabilities(world.policies))
        self.recorder = Recorder(world.policies, world.calendars, lambda: self.now_us, world.indexes)
        self.weather = Weather(faults, Random(f"{seed}/faults"), lambda: self.now_us, zone)  # noqa: S311 - repeats itself
        self._scripted = {
            each: ScriptedChannel(each, capabilities=(capabilities or {}).get(each))
            for each in world.channels
            if each not in (channels or {})
        }
        for provider in self.providers:
            provider.heard, provider.now = self._heard, lambda: self.now_us
        self._facts: Agenda[Event] = Agenda()
        self._deeds: Agenda[Deed] = Agenda()
        self._cases: dict[str, Case] = {}
        self._behaviours: dict[str, Behaviour] = {}
        self._numbers: dict[str, int] = {}
        self._is_running, self._is_left = True, False
        self._complaints = Complaints()
        self._world: World = world
        self._settings = CreditorSettings(
            policies=world.policies, by_order=True, name=name, document=document, address=address
        )
        self.store = store(self.clock)
        parts = Parts(
            store=self.store,
            creditors={creditor: self._settings},
            channels={**self._scripted, **(channels or {})},
            executors={EXECUTOR: self.executor},
            calendars=world.calendars,
            indexes=world.indexes,
            messages=world.messages,
            registry=world.registry,
            registrars=dict.fromkeys(world.registrars, self.executor),
            boletos={},
            pacing=pacing or {},
            now=None,
        )
        self._site = site = Site(
            parts,
            self._complaints,
            self.clock,
            self.weather,
            told=self.recorder.keep,
            meanwhile=self._meanwhile,
            later=lambda after, deed: self._deeds.add(self.now_us + after, deed),
        )
        self._crew = Crew(site, workers, self.weather)
        self.engine = self._crew.host.engine
        self.creditor: Creditor = self.engine.creditor(creditor)

    # who

    def debtor(
        self,
        id: str | None = None,  # noqa: A002 - what it is
        *,
        invoices: Iterable[Invoice | Mapping[str, Any]] = (),
        behaves: Behaviour | None = None,
        channels: Sequence[str] | None = None,
        **profile: Any,
    ) -> Case:
        """Register a debtor, now, who can be reached and has consented, and issue invoices.

        Args:
            id: None for `debtor-1`, `debtor-2`, ….
            invoices: what is owed.
            behaves: what the debtor does, of `regua.testing.debtors`; None for nothing.
            channels: names of channels with a contact point and consent; None for all that the policies use.
            profile: fields of `debtor.registered`, such as `kind="company"`, `state="SP"`.

        Raises:
            SimulationError: there is a debtor of that id, `behaves` is no behaviour, or no policy uses such a channel.
        """
        name = id or f"debtor-{len(self._numbers) + 1}"
        if name in self._numbers:
            message = f"there is a debtor {name!r} already; case({name!r}) gives it"
            raise SimulationError(message)
        reached = self._reached(channels)
        given: object = behaves
        if given is not None and not isinstance(given, Behaviour):
            message = f"behaves={behaves!r} is no behaviour; call one of regua.testing.debtors: debtors.never_pays()"
            raise SimulationError(message)
        case = self.case(name)
        if behaves is not None:
            self._behaviours[name] = behaves.drawn(case.random)
        facts: list[Event] = [case.make(DebtorRegistered, **({"person": PERSON} | profile))]
        for point, served in points_of(reached).items():
            facts.append(case.make(ContactPointAdded, point=point, channels=served, ref=point))
        facts += [case.make(ConsentGranted, channel=channel) for channel in reached]
        self.script(*facts)
        for invoice in invoices:
            case.issue(invoice_of(invoice))
        return case

    def _reached(self, channels: Sequence[str] | None) -> tuple[str, ...]:
        known = self._world.channels
        if channels is None:
            return known
        wrong = [channels] if isinstance(channels, str) else [each for each in channels if each not in known]
        if wrong:
            message = f"channels={channels!r}: write a list of names that the policies use: {', '.join(known)}"
            raise SimulationError(message)
        return tuple(channels)

    def case(self, debtor: str) -> Case:
        """Give one debtor, also one of whom only scripted facts are known."""
        if debtor not in self._cases:
            self._cases[debtor] = Case(self, debtor)
        return self._cases[debtor]

    @property
    def cases(self) -> tuple[Case, ...]:
        """Every debtor of whom something is recorded, in order of the ids."""
        return tuple(self.case(debtor) for debtor in self.recorder.debtors())

    def channel(self, name: str) -> ScriptedChannel:
        """Give a scripted channel, to say how it answers.

        Raises:
            SimulationError: no scripted channel has that name.
        """
        if name not in self._scripted:
            message = f"no scripted channel {name!r}; there are {', '.join(self._scripted) or 'none'}"
            raise SimulationError(message)
        return self._scripted[name]

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels that the policies use, in the order of their steps."""
        return self._world.channels

    @property
    def providers(self) -> tuple[ScriptedProvider, ...]:
        """Every scripted channel, and the executor."""
        return (*self._scripted.values(), self.executor)

    # what happens

    def script(self, *events: Event) -> None:
        """Facts that become known at their `recorded_at`; those that are known already are recorded now, in order.

        Whatever they refer to of personal data is made up, unless it was kept before.

        Raises:
            EventConflict: an id is recorded with other content.
            AccountMismatch: an event of another creditor.
        """
        for event in events:
            self._facts.add(event.recorded_us, event)
        self._record()
        self._react()

    def at(self, instant: When, deed: Deed) -> None:
        """Have something done at an instant, or now where that is past."""
        self._deeds.add(max(self.instant(instant), self.now_us), deed)

    # time

    @property
    def now(self) -> pendulum.DateTime:
        """The simulated instant, in the policy's zone."""
        return public_instant(self.now_us, self.clock.zone)

    @property
    def now_us(self) -> int:
        """The same in microseconds since 1970 UTC."""
        return self.clock.now_us

    def instant(self, when: When) -> int:
        """The instant that is meant; a day means its start in the policy's zone."""
        return instant_at(when, self.clock.zone)

    def advance(self, *, days: int = 0, hours: float = 0, until: When | None = None) -> None:
        """Let time pass and everything happen, from one instant to the next at which something can.

        Without arguments: let happen what is to happen now.

        Args:
            days: civil days, to the same clock time.
            hours: hours after that.
            until: an instant, or a day, which means its start; in place of the others.

        Raises:
            SimulationError: the engine does not go on, a channel was asked for what it had accepted, or time would go
                back.
        """
        end = self._end(days, hours, until)
        self._settle()
        while (instant := self._next()) is not None and instant <= end:
            self.clock.set(max(instant, self.now_us))
            self._settle()
        self.clock.set(max(end, self.now_us) if self._crew.has_trouble else end)  # a worker may have stood still

    def step(self) -> None:
        """Let time pass to the next instant at which something can happen, if there is one, and let it happen."""
        instant = self._next()
        self.advance(until=self.now_us if instant is None else max(instant, self.now_us))

    def outage(self, *, days: int = 0, hours: float = 0, until: When | None = None) -> None:
        """Let time pass while no worker runs: facts are recorded, debtors act, nothing is sent. Then it runs again.

        Args:
            days: as of `advance`.
            hours: as of `advance`.
            until: as of `advance`.
        """
        self._is_running = False
        try:
            self.advance(days=days, hours=hours, until=until)
        finally:
            self._is_running = True
        self.advance()

    def _end(self, days: int, hours: float, until: When | None) -> int:
        if until is not None:
            return self.instant(until)
        moved = public_instant(self.now_us, self.clock.zone).add(days=days)
        return self.instant(moved) + microseconds(timedelta(hours=hours))

    def _next(self) -> int | None:
        wakeup = self.engine.next_wakeup() if self._is_running else None
        due = None if wakeup is None else self.instant(wakeup)
        if self._is_left or (due is not None and due <= self.now_us and self._crew.has_trouble):
            due = self.now_us + MINUTE  # what comes to nothing now is looked at again
        known = (self._facts.next_us, self._deeds.next_us, due)
        return min((each for each in known if each is not None), default=None)

    def _settle(self) -> None:
        """Everything of this instant: facts first, then deeds, then what is due, until nothing more is."""
        while True:
            self._record()
            self._react()
            for deed in self._deeds.until(self.now_us):
                deed()
                self._react()
            if not (self._is_running and self._run()):
                return

    def _record(self) -> None:
        facts = list(self._facts.until(self.now_us))
        if not facts:
            return
        for event in facts:
            self._keep(event)
        self._crew.surely(lambda: self.creditor.record(*facts))
        self.clock.happened()

    def _keep(self, event: Event) -> None:
        number = self._numbers.setdefault(event.debtor, len(self._numbers) + 1)
        made_up = personal_data(event, number)
        known = self.store.kept(self.creditor.id, event.debtor) if made_up else {}
        missing = {ref: fields for ref, fields in made_up.items() if ref not in known}
        if missing:
            self._crew.surely(lambda: self.creditor.keep(event.debtor, missing))

    def _react(self) -> None:
        for event in self.recorder.unseen():
            self.clock.happened()
            behaviour = self._behaviours.get(event.debtor)
            if behaviour is not None:
                self._plan_deeds(behaviour, self.case(event.debtor), event)

    def _plan_deeds(self, behaviour: Behaviour, case: Case, event: Event) -> None:
        for instant, deed in behaviour.react(case, event):
            self.at(instant, partial(deed, case))

    def _run(self) -> bool:
        """Carry out what is due; whether anything was."""
        self.clock.patience = 200 + 50 * len(self._numbers)
        if not self._crew.has_trouble:
            result = self.engine.run_due()
            self._react()
            return check(self, self._complaints, result)
        did = self._crew.run(self._react)
        self.clock.happened()
        if self.weather.is_calm:
            return check(self, self._complaints, RunResult(retried=int(did)))
        check_providers(self)
        self._complaints.said.clear()
        self._is_left = did and not self._complaints.goes_on(self.recorder.count)
        return did and not self._is_left

    def _meanwhile(self, microseconds: int) -> None:
        """Let the world go on while a worker stands still."""
        if microseconds:
            self.advance(until=self.now_us + microseconds)
        else:
            self._settle()

    def calm_down(self) -> None:
        """Let nothing more go wrong, and happen what is to happen now: from here on everything must go well."""
        self.weather.is_calm = True
        self.advance()

    def restart(self, policy: Policy | None = None) -> None:
        """Start every process again, between two things that happen.

        Args:
            policy: of those that were given, the one that new receivables get from now on; None for the same as before.
        """
        if policy is not None:
            self.policies = (policy, *(each for each in self.policies if each != policy))
        settings = evolve(self._settings, policies=self.policies)
        self._site.parts = evolve(self._site.parts, creditors={self.creditor.id: settings})
        self._crew.restart()
        self.engine = self._crew.host.engine
        self.creditor = self.engine.creditor()

    @property
    def answered(self) -> frozenset[str]:
        """Keys of requests of which a worker has read that they were taken over, and lived on to store it."""
        return frozenset(self._site.answered)

    def lose_session(self) -> None:
        """Have the process that records facts taken for dead, whatever it is doing."""
        self._crew.host.lose_session()

    def _heard(self, provider: ScriptedProvider, request: Asked, answer: Answer) -> None:
        self.recorder.asked(request)
        if answer.after is None:
            return
        name = request.channel if isinstance(request, Message) else request.action.registrar or provider.name
        for after, word in receipts_of(answer, name, self.weather):
            self._deeds.add(self.now_us + after, partial(self._call, name, provider, request, word))

    def _call(self, name: str, provider: ScriptedProvider, request: Asked, answer: Answer) -> None:
        """A provider calls; where it is not taken, it calls again at once."""
        self._crew.surely(lambda: self.engine.receive(name, provider.call(request, answer, self.now_us)))

    # the end

    @property
    def transcript(self) -> Transcript:
        """What happened to everybody."""
        return self.recorder.transcript()

    def close(self) -> None:
        """Close the engine; again does nothing."""
        self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _capabilities(policies: Sequence[Policy]) -> Capabilities:
    """Those of any registrar that policies name: it sends the legal notice, where they have no step for it."""
    notifies = not any(step.kind == "notice" for policy in policies for step in policy.steps)
    return Capabilities(reports_delivery=True, reports_reading=True, sends_legal_notice=notifies)
