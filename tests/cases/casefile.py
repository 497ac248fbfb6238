"""Case files: what stands in them, checked strictly, and the events that they spell. README.md describes the format."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field, frozen

from regua.calendars import BrazilianBankCalendar
from regua.codec import decode_event
from regua.core.account import Account, fold
from regua.core.calendars import Calendar, WeekdayCalendar
from regua.core.events import EVENT_TYPES, ActionOutcome, Event
from regua.core.planning import Action, Schedule, plan
from regua.core.policy import Policy
from regua.policyfile import DEFAULT_CATALOG, load_policy

FOLDER: Final = Path(__file__).parent
FEATURES: Final = frozenset(
    {
        *("contacts", "caps", "when-held-defer", "stop-clock", "agreement", "quoted-amount"),
        *("residual-carry", "residual-dun", "migration", "legal-pack", "owed-acts", "executor"),
        *("review-task", "segment", "signal:policy.exhausted", "signal:habit.changed"),
        *("signal:agreement.broken", "signal:agreement.completed"),
    }
)
"""What a case may need that a later issue brings."""

SUPPORTED: Final[frozenset[str]] = frozenset(
    {
        *("contacts", "caps", "when-held-defer", "stop-clock", "agreement"),
        *("quoted-amount", "residual-carry", "residual-dun", "migration", "review-task"),
        *("signal:policy.exhausted", "signal:habit.changed", "signal:agreement.broken", "signal:agreement.completed"),
        *("legal-pack", "owed-acts"),
    }
)
"""Which of them regua has by now: whoever builds one adds it here, and its cases run."""

_CALENDARS: Final[Mapping[str, Calendar]] = {"br-bancario": BrazilianBankCalendar(), "weekdays": WeekdayCalendar()}
_REACHABLE_SINCE: Final = "2026-01-01T08:00:00-03:00"
_MONEY_FIELDS: Final = frozenset({"amount", "rebate"})

CASE_KEYS: Final = frozenset(
    {"name", "about", "policies", "calendar", "creditor", "debtor", "reachable_by", "needs", "refused"}
    | {"notifying", "events", "expect", "run"}
)
EXPECT_KEYS: Final = frozenset(
    {"as_of", "known_at", "complete", "actions", "contacts", "balance", "settled_on", "waived", "last_day"}
)
ACTION_KEYS: Final = frozenset(
    {"step", "receivable", "occurrence", "status", "at", "tone", "clamped", "amount", "reason", "also"}
    | {"channel", "template", "rules", "deadline"}
)
CONTACT_KEYS: Final = frozenset(
    {"status", "at", "channel", "members", "carrier", "number", "listed", "items", "tone", "template", "presses"}
)
RUN_KEYS: Final = frozenset({"until", "outcomes", "default_outcome", "transcript", "never", "because", "end"})
BECAUSE_KEYS: Final = frozenset({"step", "receivable", "at", "blocker", "also"})


class CaseError(ValueError):
    """A case file that does not say what a case file can say."""


@frozen
class Case:
    """One lifecycle: policies, facts, and what must come of them.

    Attributes:
        path: its file.
        spec: what the file says.
    """

    path: Path
    spec: Mapping[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """Its name, that of its file."""
        return self.path.stem

    @property
    def missing(self) -> list[str]:
        """Features that it needs and regua has not yet."""
        return sorted(set(self.spec["needs"]) - SUPPORTED)

    @cached_property
    def calendar(self) -> Calendar:
        """The calendar that its policies name."""
        return _CALENDARS[self.spec["calendar"]]

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """Its policies, read from their files."""
        paths = [FOLDER / "policies" / f"{name}.toml" for name in self.spec["policies"]]
        told = self.spec.get("notifying")
        catalog = evolve(DEFAULT_CATALOG, notifying=None if told is None else frozenset(told))
        return tuple(load_policy(path, catalog=catalog) for path in paths)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """All its facts, the outcomes with the identities of their actions."""
        facts = [decode_event(mapping) for mapping in self._mappings() if not _is_outcome(mapping)]
        outcomes = [mapping for mapping in self._mappings() if _is_outcome(mapping)]
        outcomes.sort(key=_recorded)
        for _, together in groupby(outcomes, key=_recorded):
            facts += [decode_event(mapping) for mapping in self._identified(list(together), facts)]
        return tuple(facts)

    @property
    def invoices(self) -> list[Mapping[str, Any]]:
        """Its invoices, as the file spells them."""
        return [event for event in self.spec.get("events", ()) if event["type"] == "invoice.issued"]

    def account(self, events: Sequence[Event], known_at: datetime | None) -> Account:
        """The account of these events, as known at an instant."""
        return fold(events, known_at=known_at)

    def plan(self, events: Sequence[Event], as_of: datetime, known_at: datetime | None) -> Schedule:
        """The schedule of these events."""
        return plan(self.policies, self.account(events, known_at), as_of=as_of, calendar=self.calendar)

    def event(self, **fields: object) -> Event:
        """A fact about the debtor of this case."""
        return decode_event(self._sealed(fields))

    def _sealed(self, fields: Mapping[str, object]) -> dict[str, Any]:
        who = {"version": 1, "creditor": self.spec["creditor"], "debtor": self.spec["debtor"]}
        return {"recorded_at": fields["at"], **who, **_plain(fields)}

    def _mappings(self) -> Iterator[dict[str, Any]]:
        for channel in self.spec["reachable_by"]:
            at = {"at": _REACHABLE_SINCE}
            point = {"point": channel, "channels": [channel]}
            yield self._sealed({"id": f"point-{channel}", "type": "contact-point.added", **at, **point})
            yield self._sealed({"id": f"consent-{channel}", "type": "consent.granted", **at, "channel": channel})
        for number, event in enumerate(self.spec.get("events", ()), start=1):
            yield self._sealed({"id": f"e{number}", **event})

    def _identified(self, outcomes: Sequence[dict[str, Any]], facts: Sequence[Event]) -> Iterator[dict[str, Any]]:
        """Fill in the actions of outcomes recorded at once, and their contacts, from what was known just before."""
        for outcome in outcomes:
            at, known_at = (datetime.fromisoformat(outcome[key]) for key in ("at", "recorded_at"))
            action = self._about(outcome, self.plan(facts, at, known_at))
            taken = {"action": action.id, "occurrence": action.occurrence, "contact": action.contact}
            holds = {} if action.valid_until is None else {"valid_until": action.valid_until.isoformat()}
            yield {"listed": list(action.listed), **holds, **outcome, **taken}

    def _about(self, outcome: dict[str, Any], schedule: Schedule) -> Action:
        actions = [action for action in schedule.all if _is_about(outcome, action)]
        if len(actions) != 1:
            raise CaseError(
                f"{self.path.name}: {outcome['id']} ({outcome['type']}) is about {len(actions)} actions of the schedule"
                f" of {outcome['recorded_at']}; name step, receivable and, where needed, occurrence of exactly one"
            )
        return actions[0]


def load_cases() -> list[Case]:
    """Read every case file of this folder."""
    return [Case(path, tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.toml"))]


def problems(case: Case) -> Iterator[str]:
    """Tell what a case file says that no case file can say, without asking the planner."""
    spec = case.spec
    yield from _unknown("the file", spec, CASE_KEYS)
    yield from (f"needs: {name!r} is no feature" for name in spec["needs"] if name not in FEATURES)
    if spec["name"] != case.name:
        yield f"name {spec['name']!r} is not that of the file"
    for policy in case.policies:
        if policy.calendar != spec["calendar"]:
            yield f"policy {policy.id!r} names calendar {policy.calendar!r}"
    types = (event["type"] for event in spec.get("events", ()))
    yield from (f"{kind!r} is no event type" for kind in types if kind not in EVENT_TYPES)
    if not any(key in spec for key in ("expect", "run", "refused")):
        yield "nothing is expected"
    yield from _misspelled(spec)
    yield from _underived(case)


def _misspelled(spec: Mapping[str, Any]) -> Iterator[str]:
    for number, expected in enumerate(spec.get("expect", ()), start=1):
        yield from _unknown(f"expect {number}", expected, EXPECT_KEYS)
        for action in expected["actions"]:
            yield from _unknown(f"expect {number}, {action['step']}", action, ACTION_KEYS)
        for contact in expected.get("contacts", ()):
            yield from _unknown(f"expect {number}, contact of {contact['members']}", contact, CONTACT_KEYS)
    run = spec.get("run", {})
    yield from _unknown("run", run, RUN_KEYS)
    for entry in run.get("because", ()):
        yield from _unknown(f"because {entry['step']}", entry, BECAUSE_KEYS)


def _underived(case: Case) -> Iterator[str]:
    """Tell which days and amounts of the expectations `about` does not derive, and weekdays that are wrong."""
    about = case.spec["about"]
    for weekday, day in re.findall(r"\b([A-Z][a-z]{2}) (\d{4}-\d{2}-\d{2})", about):
        if date.fromisoformat(day).strftime("%a") != weekday:
            yield f"about: {day} is no {weekday}"
    known = set(re.findall(r"\d{4}-\d{2}-\d{2}|\d+\.\d{2}(?!%)", about))
    known |= set(_amounts(case.spec.get("events", ()))) | {"0.00"}
    for expected in case.spec.get("expect", ()):
        open_actions = [action for action in expected["actions"] if action["status"] != "done"]
        numbers = [action["amount"] for action in open_actions if "amount" in action]
        numbers += [*expected.get("balance", {}).values(), *expected.get("waived", {}).values()]
        days = [action["at"][:10] for action in open_actions if "at" in action]
        days += [day.isoformat() for key in ("settled_on", "last_day") for day in expected.get(key, {}).values()]
        days += [action["deadline"].isoformat() for action in open_actions if "deadline" in action]
        contacts = expected.get("contacts", ())
        numbers += [item.partition(" ")[2] for contact in contacts for item in contact.get("items", ())]
        days += [contact["at"][:10] for contact in contacts if "at" in contact]
        yield from (f"about does not derive {text}" for text in sorted({*numbers, *days} - known))


def _amounts(events: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for event in events:
        if "amount" in event:
            yield event["amount"]
        yield from _amounts(event.get("instalments", ()))


def _unknown(where: str, table: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    yield from (f"{where}: unknown key {key!r}" for key in table if key not in known)


def _recorded(mapping: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(mapping["recorded_at"])


def _is_outcome(mapping: Mapping[str, Any]) -> bool:
    cls, _ = EVENT_TYPES[mapping["type"]]
    return issubclass(cls, ActionOutcome)


def _is_about(outcome: Mapping[str, Any], action: Action) -> bool:
    if (outcome["step"], outcome.get("receivable", "")) != (action.step, action.receivable):
        return False
    return outcome.get("occurrence", action.occurrence) == action.occurrence


def _plain(value: Any, key: str = "") -> Any:
    """What TOML gives as what JSON gives: dates as text, money as the codec writes it."""
    if isinstance(value, Mapping):
        return {name: _plain(entry, name) for name, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, str) and key in _MONEY_FIELDS:
        return {"amount": value, "currency": "BRL"}
    return value.isoformat() if isinstance(value, date) else value
