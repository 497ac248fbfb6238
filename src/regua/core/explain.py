"""explain: a schedule's reasons in words and as plain data."""

from __future__ import annotations

from typing import Any

from regua.core.dates import MICROSECONDS, format_instant, local
from regua.core.planning.blockers import BLOCKERS, NOTES, PRECEDENCE
from regua.core.planning.schedule import Action, Reason, Schedule

_MEANINGS = {blocker.code: blocker.meaning for blocker in BLOCKERS} | NOTES


def explain(schedule: Schedule, *, action: str = "") -> str:
    """Say of every action where it stands and why, one line an action and one a reason.

    Args:
        schedule: what `plan` returned.
        action: id of one action, or the beginning of it; "" for all.

    Returns:
        Text, times in the debtor's zone, ending in a newline.
    """
    chosen = chosen_actions(schedule, action)
    head = f"{schedule.debtor} as of {_clock(schedule.as_of_us, schedule.zone)}\n"
    return head + "".join(_paragraph(each) for each in chosen)


def explained(schedule: Schedule, *, action: str = "") -> list[dict[str, Any]]:
    """The same as plain data: strings, lists and mappings, in the order of the schedule."""
    return [
        {
            "action": each.id,
            "step": each.step,
            "receivable": each.receivable,
            "status": each.status,
            "at": format_instant(each.at_us),
            "reasons": [_plain(reason) for reason in each.reasons],
        }
        for each in chosen_actions(schedule, action)
    ]


def chosen_actions(schedule: Schedule, action: str) -> tuple[Action, ...]:
    """The actions whose id begins so."""
    return tuple(each for each in schedule.all if each.id.startswith(action))


def meaning(code: str) -> str:
    """One sentence about a blocker or other reason."""
    return _MEANINGS[code]


def _paragraph(action: Action) -> str:
    about = action.receivable or "the debtor"
    tone = "" if action.tone is None else f", {action.tone.word}"
    channel = f" by {action.channel}" if action.channel else ""
    when = _clock(action.at_us, action.zone)
    head = f"{when}  {action.step} for {about}: {action.status}{channel}{tone}  [{action.id[:12]}]\n"
    return head + "".join(f"    {_line(action, reason)}\n" for reason in action.reasons)


def _line(action: Action, reason: Reason) -> str:
    facts = ", ".join(f"{key} {value}" for key, value in reason.facts.items())
    moved = "moved by " if action.status in {"due", "planned"} and reason.code in PRECEDENCE else ""
    parts = [f"{moved}{reason.code}: {meaning(reason.code)}"]
    if facts:
        parts.append(f"({facts})")
    if reason.origin is not None:
        parts.append(f"<{reason.origin}>")
    if reason.rule:
        parts.append(f"[{reason.rule}]")
    return " ".join(parts)


def _plain(reason: Reason) -> dict[str, Any]:
    plain: dict[str, Any] = {"code": reason.code, "meaning": meaning(reason.code), "facts": dict(reason.facts)}
    if reason.origin is not None:
        plain["origin"] = str(reason.origin)
    if reason.rule:
        plain["rule"] = reason.rule
    return plain


def _clock(instant: int, zone: str) -> str:
    clock = local(instant // MICROSECONDS * MICROSECONDS, zone)
    return clock.isoformat(sep=" ", timespec="minutes")[:16]
