"""Lifecycles carried out: a host that wakes up when the schedule says and does what is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from attrs import Factory, define
from casefile import Case

from regua.core.calendars import BusinessDays, Place
from regua.core.charges import Position
from regua.core.dates import to_instant
from regua.core.events import Event
from regua.core.planning import Action
from regua.core.planning.standing import Standing

_LONGEST: Final = 2000
_INSTANT: Final = timedelta(microseconds=1)


@define
class Run:
    """A lifecycle on its way.

    Attributes:
        case: what is carried out.
        log: every event so far, those that will only be recorded later included.
        transcript: what was carried out, a line each.
        steps: ids of the steps that were carried out.
    """

    case: Case
    log: list[Event]
    transcript: list[str] = Factory(list)
    steps: set[str] = Factory(set)

    def carry_out(self) -> None:
        """Wake up, carry out what is due, sleep: until the end."""
        until = datetime.fromisoformat(self.case.spec["run"]["until"])
        now = min(datetime.fromisoformat(event.recorded_at.isoformat()) for event in self.log)
        for _ in range(_LONGEST):
            schedule = self.case.plan(self.log, now, now)
            if schedule.due:
                self._execute([action for action in schedule.due if _goes_with(action, schedule.due[0])], now)
                continue
            wakeups = [event.recorded_at for event in self.log if event.recorded_at > now]
            if schedule.next_wakeup is not None:
                assert schedule.next_wakeup > now, f"next_wakeup {schedule.next_wakeup} does not lie after {now}"
                wakeups.append(schedule.next_wakeup)
            if not wakeups or min(wakeups) > until:
                return
            now = datetime.fromisoformat(min(wakeups).isoformat())
        raise AssertionError(f"still not at {until} after {_LONGEST} wake-ups; now it is {now}")

    def _execute(self, contact: list[Action], now: datetime) -> None:
        """Carry out a contact, or an act that is none, with all its actions."""
        failed = ""
        for action in contact:
            failed = f": {action.channel} failed" if self._attempt(action, now) == "bounced" else ""
            self.steps.add(action.step)
        day = now.astimezone(ZoneInfo(contact[0].zone)).date()
        several = len(self.case.invoices) != 1
        names = [f"{action.step} {action.receivable}" if several else action.step for action in contact]
        self.transcript.append(f"{self._label(day)} {' + '.join(sorted(names))}{failed}")

    def _attempt(self, action: Action, now: datetime) -> str:
        run = self.case.spec["run"]
        outcome: str = run.get("outcomes", {}).get(action.channel, run.get("default_outcome", "delivered"))
        types = {"delivered": ("action.sent", "action.delivered"), "bounced": ("action.failed",)}[outcome]
        what = {"action": action.id, "step": action.step, "receivable": action.receivable}
        what |= {"occurrence": action.occurrence, "channel": action.channel, "contact": action.contact}
        what |= {"listed": list(action.listed)}
        if action.valid_until is not None:
            what |= {"valid_until": action.valid_until.isoformat()}
        if action.tone is not None:
            what["tone"] = action.tone.word
        for kind in types:
            mark = f"run-{len(self.log)}"
            self.log.append(self.case.event(id=mark, type=kind, at=now.isoformat(), **what))
        return outcome

    def _label(self, day: date) -> str:
        """A day as the file writes it: from the effective due date of the only invoice, else as it is."""
        if len(self.case.invoices) != 1:
            return day.isoformat()
        distance = (day - self._effective()).days
        return f"D{distance:+d}" if distance else "D0"

    def _effective(self) -> date:
        days = BusinessDays(self.case.calendar, Place())
        return date.fromordinal(days.next_business(self.case.invoices[0]["due"].toordinal()))

    def _end_of(self, label: str) -> datetime:
        day = self._effective() + timedelta(int(label[1:] or 0)) if label.startswith("D") else date.fromisoformat(label)
        midnight = datetime.combine(day + timedelta(1), datetime.min.time(), ZoneInfo(self.case.policies[0].timezone))
        return midnight - _INSTANT

    def problems(self) -> Iterator[str]:
        """Tell what came otherwise than the file says."""
        run = self.case.spec["run"]
        if self.transcript != run["transcript"]:
            yield from _beside(run["transcript"], self.transcript)
        yield from (f"{step} was carried out" for step in run.get("never", ()) if step in self.steps)
        for entry in run.get("because", ()):
            yield from self._unexplained(entry)
        if "end" in run:
            end = self._end_of(run["end"]["at"])
            status = "open" if positions(self.case, self.log, end, end)[self._only()].settled is None else "settled"
            if status != run["end"]["status"]:
                yield f"end of {run['end']['at']}: expected {run['end']['status']}, is {status}"

    def _only(self) -> str:
        return str(self.case.invoices[0]["receivable"])

    def _unexplained(self, entry: dict[str, Any]) -> Iterator[str]:
        end = self._end_of(entry["at"])
        actions = [action for action in self.case.plan(self.log, end, end).all if action.step == entry["step"]]
        if not actions:
            yield f"end of {entry['at']}: no action of {entry['step']}"
            return
        codes = [reason.code for reason in max(actions, key=lambda action: action.at_us).reasons]
        codes = [code for code in codes if code not in {"tone-clamped", "not-yet-supported"}]
        if codes[0] != entry["blocker"] or entry.get("also", codes[1:]) != codes[1:]:
            expected = [entry["blocker"], *entry.get("also", ["…"])]
            yield f"end of {entry['at']}: {entry['step']}: expected {expected}, is {codes}"


def _goes_with(action: Action, first: Action) -> bool:
    return action.id == first.id or bool(first.contact and action.contact == first.contact)


def positions(case: Case, events: list[Event], as_of: datetime | int, known_at: datetime | None) -> dict[str, Position]:
    """Where each receivable stands at an instant."""
    account = case.account(events, known_at)
    standing = Standing(account, case.policies, case.calendar)
    now = to_instant(as_of)
    return {name: standing.ledger.position(name, now) for name in standing.bound}


def _beside(expected: list[str], actual: list[str]) -> Iterator[str]:
    yield "transcript (expected | carried out)"
    for place in range(max(len(expected), len(actual))):
        left, right = (lines[place] if place < len(lines) else "" for lines in (expected, actual))
        yield f"  {' ' if left == right else '≠'} {left:45} | {right}"
