"""The decisions of a schedule, each with its reasons, as `explain` tells them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from regua.core.dates import parse_instant
from regua.core.explain import explained
from regua.core.planning import Schedule
from regua.engine.dossier.values import Decision, Why


def decisions(schedule: Schedule) -> Iterator[Decision]:
    """Every step of every receivable, also those that nothing asked for."""
    kinds = {action.id: action.kind for action in schedule.all}
    for line in explained(schedule):
        yield Decision(
            receivable=line["receivable"],
            step=line["step"],
            status=line["status"],
            kind=kinds.get(line["action"], ""),
            action=line["action"] or "",
            at=_instant(line.get("at")),
            until=_instant(line["until"]),
            channel=line.get("channel", ""),
            tone=line.get("tone") or "",
            asked_tone=line.get("asked_tone") or "",
            policy=line.get("policy", ""),
            policy_version=line.get("policy_version"),
            reasons=tuple(map(_why, line["reasons"])),
        )


def _instant(text: str | None) -> int | None:
    return None if text is None else parse_instant(text)


def _why(reason: Mapping[str, Any]) -> Why:
    rule = reason.get("rule", "")
    line = None if rule else _line(reason.get("origin", ""))  # that of a rule is of its pack, which its id says better
    return Why(code=reason["code"], facts=reason["facts"], line=line, rule=rule)


def _line(origin: str) -> int | None:
    """The line alone: the file has another name wherever it is read from."""
    parts = origin.rsplit(":", 2)
    return int(parts[1]) if parts[1:] else None
