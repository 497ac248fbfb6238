"""What a case expects of a schedule beside what the schedule says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import zip_longest
from typing import Any, Final
from zoneinfo import ZoneInfo

from casefile import Case
from caserun import positions

from regua.core.charges import Position
from regua.core.dates import civil_day, to_instant
from regua.core.money import Money
from regua.core.planning import Action, Contact, Schedule

_UNTOLD: Final = frozenset({"tone-clamped", "not-yet-supported"})
"""Reasons that a case tells otherwise (`clamped`), or that are about this version of regua."""
_CLAMPABLE: Final = frozenset({"due", "planned"})
_COLUMN: Final = 72


def differences(case: Case, expected: Mapping[str, Any]) -> Iterator[str]:
    """Tell where the schedule of one `expect` is another than the file says, side by side."""
    as_of, known_at = instants(expected)
    schedule = case.plan(list(case.events), as_of, known_at)
    rows = [*_rows(expected, schedule), *_contact_rows(expected, schedule)]
    if any(left != right for left, right in rows):
        yield f"as of {expected['as_of']}, known at {expected.get('known_at', 'any time')} (expected | planned)"
        for left, right in rows:
            yield f"  {' ' if left == right else '≠'} {left:{_COLUMN}} | {right}"
    last_days = {each.receivable: each.last_day for each in schedule.prescriptions}
    for name, last in expected.get("last_day", {}).items():
        if last_days.get(name) != last:
            yield f"as of {expected['as_of']}: last_day of {name}: expected {last}, is {last_days.get(name)}"
    if not any(key in expected for key in ("balance", "settled_on", "waived")):
        return
    found = positions(case, list(case.events), as_of, known_at)
    day = civil_day(to_instant(as_of), schedule.zone)
    told = {
        "balance": lambda name: _amount(found[name].breakdown(day).total),
        "settled_on": lambda name: _settled_on(found[name], schedule.zone),
        "waived": lambda name: _waived(case, found[name], name, schedule.zone),
    }
    for key, tell in told.items():
        for name, value in expected.get(key, {}).items():
            if (answer := tell(name)) != str(value):
                yield f"as of {expected['as_of']}: {key} of {name}: expected {value}, is {answer}"


def instants(expected: Mapping[str, Any]) -> tuple[datetime, datetime | None]:
    """The instants of one `expect`: as of which, and known at which."""
    as_of = datetime.fromisoformat(expected["as_of"])
    known_at = expected.get("known_at")
    if known_at == "as_of":
        return as_of, as_of
    return as_of, None if known_at is None else datetime.fromisoformat(known_at)


def _rows(expected: Mapping[str, Any], schedule: Schedule) -> Iterator[tuple[str, str]]:
    """Pairs of lines, expected and planned; what is not expected is told whole."""
    left = sorted(expected["actions"], key=lambda entry: entry.get("at", "9"))
    rest = list(schedule.all)
    only = len({action.receivable for action in rest}) == 1
    for key in dict.fromkeys(_key(entry) for entry in left):
        wanted = [entry for entry in left if _key(entry) == key]
        found = [action for action in rest if _matches(key, action, only=only)]
        rest = [action for action in rest if action not in found]
        for entry, action in zip_longest(wanted, found):
            if entry is not None:
                told = {} if action is None else _told(entry, action, schedule)
                yield _line(entry), _line({**entry, **told}) if told else ""
            elif expected.get("complete", True):
                yield "", _line(_whole(action))
    if expected.get("complete", True):
        yield from (("", _line(_whole(action))) for action in rest)


def _contact_rows(expected: Mapping[str, Any], schedule: Schedule) -> Iterator[tuple[str, str]]:
    """Pairs of lines, expected and planned, of the contacts: all of them, where any are told."""
    if "contacts" not in expected:
        return
    names = {action.id: f"{action.step} {action.receivable}".strip() for action in schedule.all}
    rest = [_whole_contact(contact, names) for contact in schedule.contacts]
    for entry in expected["contacts"]:
        told = {**entry, "members": sorted(entry["members"])}
        found = next((whole for whole in rest if whole["members"] == told["members"]), {})
        rest = [whole for whole in rest if whole is not found]
        if "at" in found and "at" in told and datetime.fromisoformat(found["at"]) == datetime.fromisoformat(told["at"]):
            found = {**found, "at": told["at"]}
        yield _contact_line(told), _contact_line({key: found.get(key) for key in told} if found else {})
    yield from (("", _contact_line(whole)) for whole in rest)


def _whole_contact(contact: Contact, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "status": contact.status,
        "at": contact.at.isoformat(),
        "channel": contact.channel,
        "members": sorted(names[member] for member in contact.members),
        "carrier": names[contact.carrier],
        "number": int(contact.id.removeprefix(f"{contact.carrier}/")),
        "listed": [item.receivable for item in contact.items if not item.action],
        "items": [f"{item.receivable} {item.amount.amount:f}" for item in contact.items],
        "tone": contact.tone.word if contact.tone is not None else None,
        "template": contact.template,
        "presses": contact.presses,
    }


def _contact_line(entry: Mapping[str, Any]) -> str:
    parts = (f"{key}={','.join(value) if isinstance(value, list) else value}" for key, value in entry.items())
    return f"contact {' '.join(parts)}" if entry else ""


def _key(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    return entry["step"], entry.get("receivable", ""), entry.get("occurrence", "")


def _matches(key: tuple[str, str, str], action: Action, *, only: bool) -> bool:
    step, receivable, occurrence = key
    return (
        action.step == step
        and (action.receivable == receivable or (only and not receivable))
        and occurrence in {"", action.occurrence}
    )


def _told(entry: Mapping[str, Any], action: Action, schedule: Schedule) -> dict[str, Any]:
    """What the schedule says, of what an expected action asks; `clamped` is asked of all that is to come."""
    whole = _whole(action)
    told = {key: whole.get(key) for key in entry if key not in {"step", "receivable"}}
    if "at" in told and datetime.fromisoformat(entry["at"]) == action.at:
        told["at"] = entry["at"]
    if action.status in _CLAMPABLE and "tone" in entry and "clamped" in whole:
        told["clamped"] = True
    if "clamped" in entry and "clamped" not in whole:
        told["clamped"] = False
    assert action.at.astimezone(ZoneInfo(schedule.zone)).date() == action.day, f"{action.step}: day and instant differ"
    return told


def _whole(action: Action) -> dict[str, Any]:
    codes = list(dict.fromkeys(reason.code for reason in action.reasons))
    whole = {"step": action.step, "receivable": action.receivable, "occurrence": action.occurrence}
    whole |= {"status": action.status, "at": action.at.isoformat()}
    whole |= {
        "tone": action.tone.word if action.tone is not None else None,
        "channel": action.channel,
        "template": action.template,
    }
    if "tone-clamped" in codes:
        whole["clamped"] = True
    whole |= {"amount": None if action.amount is None else f"{action.amount.amount:f}"}
    whole |= {"rules": sorted({reason.rule for reason in action.reasons} - {""})}
    whole |= _owed(action)
    return whole | {"reason": codes[0], "also": [code for code in codes[1:] if code not in _UNTOLD]}


def _owed(action: Action) -> dict[str, Any]:
    owed = next((reason for reason in action.reasons if reason.code == "owed"), None)
    return {} if owed is None else {"deadline": date.fromisoformat(owed.facts["deadline"])}


def _line(entry: Mapping[str, Any]) -> str:
    parts = [entry["step"], entry.get("receivable", ""), entry.get("occurrence", ""), entry["status"]]
    parts += [str(entry.get("at", ""))[:16], entry.get("tone") or "", "clamped" if entry.get("clamped") else ""]
    parts += [
        entry.get("amount") or "",
        entry.get("reason", ""),
        entry.get("channel") or "",
        entry.get("template") or "",
    ]
    if "also" in entry:
        parts.append(f"+{','.join(entry['also'])}")
    if entry.get("rules"):
        parts.append(f"[{', '.join(entry['rules'])}]")
    if "deadline" in entry:
        parts.append(f"until {entry['deadline']}")
    return " ".join(part for part in parts if part)


def _amount(minor: int) -> str:
    return f"{Money(minor).amount:f}"


def _settled_on(position: Position, zone: str) -> str:
    return "never" if position.settled is None else date.fromordinal(civil_day(position.settled, zone)).isoformat()


def _waived(case: Case, position: Position, name: str, zone: str) -> str:
    """Charges left over when it was settled: what was asked just before, less what was given then."""
    if position.settled is None:
        return "not settled"
    before = positions(case, list(case.events), position.settled - 1, None)[name]
    asked = before.breakdown(civil_day(position.settled, zone)).total
    return _amount(max(0, asked - (position.given - before.given)))
