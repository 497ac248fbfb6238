"""explain: for each step of each receivable where it stands and why, in words and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import evolve, frozen

from regua.core.charges import Component
from regua.core.dates import MICROSECONDS, format_instant, local, parse_instant
from regua.core.planning.blockers import BLOCKERS, CLASSES, NOTES
from regua.core.planning.schedule import Action, Reason, Schedule
from regua.core.policy import EventTrigger, Origin, Policy, Step

_MEANINGS = {blocker.code: blocker.meaning for blocker in BLOCKERS} | NOTES
_NOTHING_ASKED = "not-asked"


def explain(schedule: Schedule, *, action: str = "") -> str:
    """Say of every step where it stands and why: one line a step, with its primary reason, and one a further fact.

    The steps stand by receivable, the debtor's own last, in the order of the policy; also those that nothing asked
    for. The last line says when anything can change next.

    Args:
        schedule: what `plan` returned.
        action: id of one action, or the beginning of it; "" for every step.

    Returns:
        Text, times in the debtor's zone, ending in a newline.
    """
    text = f"{schedule.debtor} as of {_clock(schedule.as_of_us, schedule.zone)}\n"
    receivable = None
    for line in _lines(schedule, action):
        if line.receivable != receivable:
            receivable = line.receivable
            text += f"\n{receivable or 'the debtor'}{_prescribes(schedule, receivable)}\n"
        text += line.text()
    return f"{text}\n{_next(schedule)}\n"


def _prescribes(schedule: Schedule, receivable: str) -> str:
    for each in schedule.prescriptions:
        if each.receivable == receivable:
            return f", time-barred after {each.last_day}  [{each.rule}]"
    return ""


def explained(schedule: Schedule, *, action: str = "") -> list[dict[str, Any]]:
    """The same as plain data: strings, lists, mappings and None, one entry a step and occurrence."""
    return [line.plain() for line in _lines(schedule, action)]


def chosen_actions(schedule: Schedule, action: str) -> tuple[Action, ...]:
    """The actions whose id begins so."""
    return tuple(each for each in schedule.all if each.id.startswith(action))


def meaning(code: str) -> str:
    """One sentence about a blocker or other reason."""
    return _MEANINGS[code]


def meaning_of(reason: Reason) -> str:
    """The same of one reason, which its facts may tell more exactly."""
    is_left = reason.code == "superseded" and "migration" in reason.facts
    return "a migration left it behind" if is_left else meaning(reason.code)


@frozen(kw_only=True)
class _Line:
    """One step of one receivable, or of the debtor: what came of it.

    Attributes:
        receivable: its id, or "".
        step: id of the step.
        declared: the step, or None where no policy in play has it any more.
        action: what it asks for, or None.
        several: whether the step asks for more than one.
        company: the other actions of the same contact.
    """

    receivable: str
    step: str
    declared: Step | None
    action: Action | None
    several: bool = False
    company: Sequence[Action] = ()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it is where it is, the primary reason first."""
        if self.action is not None:
            return self.action.reasons
        return () if self.declared is None else (_silence(self.declared),)

    @property
    def origin(self) -> Origin | None:
        """Where the policy declares the step."""
        return None if self.declared is None else self.declared.origin_of()

    @property
    def until(self) -> int | None:
        """The instant until which it waits, where every blocker says when it ends.

        What suspends gives none: a step that falls inside lapses, unless it is lifted before.
        """
        if self.action is None or self.action.status != "waiting":
            return None
        blockers = [reason for reason in self.reasons if reason.code in CLASSES]
        ends = [None if CLASSES[each.code] == "suspended" else each.facts.get("until") for each in blockers]
        known = [parse_instant(end) for end in ends if end is not None]
        return max(known, default=None) if len(known) == len(ends) else None

    def text(self) -> str:
        """A line, and one for each further fact."""
        when = "" if self.action is None else _clock(self.action.at_us, self.action.zone)
        which = f" ({self.action.occurrence})" if self.action is not None and self.several else ""
        head = f"{when:16}  {self.step}{which}: {self._state()}"
        name = "" if self.action is None else f"  [{self.action.id[:12]}]"
        place = "" if self.origin is None else f"  <{self.origin}>"
        return f"{head}{name}{place}\n" + "".join(f"    {detail}\n" for detail in self._details())

    def _state(self) -> str:
        action = self.action
        if action is None:
            return _NOTHING_ASKED
        state: str = action.status
        if self.until is not None:
            state += f" until {_clock(self.until, action.zone)}"
        if action.status != "ended":
            state += f" by {action.channel}" if action.channel else ""
            state += f", {_tone(action)}" if action.tone is not None else ""
        return state if action.reason.code == action.status else f"{state}; {action.reason.code}"

    def _details(self) -> Iterator[str]:
        action = self.action
        for reason in self.reasons:
            if action is None or reason.code != action.status or reason.facts:
                yield _detail(reason, is_move=action is not None and _is_move(action, reason))
        if action is None:
            return
        if self.company:
            names = [f"{each.step} for {each.receivable or 'the debtor'}" for each in self.company]
            others = f", with {', '.join(names[1:])}" if len(names) > 1 else ""
            yield f"carries {', '.join(names)}" if _carries(action) else f"carried by {names[0]}{others}"
        parts = action.breakdown if action.status != "ended" else ()
        if len(parts) > 1:
            yield f"asks {action.amount}: {'; '.join(map(_part, parts))}"
        if action.listed:
            yield f"lists {', '.join(action.listed)} too"

    def plain(self) -> dict[str, Any]:
        """Strings, lists, mappings and None."""
        action = self.action
        return {
            "receivable": self.receivable,
            "step": self.step,
            "status": _NOTHING_ASKED if action is None else action.status,
            "until": None if self.until is None else format_instant(self.until),
            "origin": None if self.origin is None else str(self.origin),
            "action": None if action is None else action.id,
            **({} if action is None else self._asked(action)),
            "reasons": [_plain(reason) for reason in self.reasons],
        }

    def _asked(self, action: Action) -> dict[str, Any]:
        tones = {"tone": action.tone, "asked_tone": action.asked_tone}
        return {
            "occurrence": action.occurrence,
            "at": format_instant(action.at_us),
            "policy": action.policy,
            "policy_version": action.policy_version,
            "channel": action.channel,
            **{key: None if tone is None else tone.word for key, tone in tones.items()},
            "contact": action.contact,
            "with": [each.id for each in self.company],
            "listed": list(action.listed),
            "breakdown": [_plain_part(part) for part in action.breakdown],
        }


def _lines(schedule: Schedule, action: str) -> Iterator[_Line]:
    """Every step that asked for a chosen action; where all are chosen, also those that asked for nothing."""
    found: dict[str, dict[str, list[Action]]] = {}
    contacts: dict[str, list[Action]] = {}
    for each in schedule.all:
        if each.contact:
            contacts.setdefault(each.contact, []).append(each)
        found.setdefault(each.receivable, {}).setdefault(each.step, []).append(each)
    governed = schedule.governed
    for name in sorted({*governed, *found}, key=lambda name: (not name, name)):
        asked, declared = found.get(name, {}), _declared(name, governed.get(name, ()))
        for step in [*declared, *(step for step in asked if step not in declared)]:
            line = _Line(receivable=name, step=step, declared=declared.get(step), action=None)
            actions = asked.get(step, [])
            if not (actions or action):
                yield line
            for each in actions:
                if each.id.startswith(action):
                    company = _company(each, contacts.get(each.contact, ()))
                    yield evolve(line, action=each, several=len(actions) > 1, company=company)


def _declared(name: str, policies: Iterable[Policy]) -> dict[str, Step]:
    """The steps of a receivable, or of the debtor where the name is "", in the order of their policies."""
    scope = "receivable" if name else "debtor"
    found: dict[str, Step] = {}
    for policy in policies:
        for step in policy.steps:
            if step.scope == scope:
                found.setdefault(step.id, step)
    return found


def _company(action: Action, members: Iterable[Action]) -> list[Action]:
    """The other actions of a contact, its carrier first."""
    return sorted((each for each in members if each.id != action.id), key=lambda each: not _carries(each))


def _carries(action: Action) -> bool:
    """Whether an action carries the contact that it is in: a contact is named after its carrier."""
    return action.contact.startswith(f"{action.id}/")


def _silence(step: Step) -> Reason:
    """Why a step asked for nothing."""
    facts = {"on": step.trigger.on} if isinstance(step.trigger, EventTrigger) else {}
    return Reason(_NOTHING_ASKED, facts, step.origin_of("on"))


def _tone(action: Action) -> str:
    written, asked = action.tone, action.asked_tone
    words = [each.word for each in (written, asked) if each is not None]
    return words[0] if written == asked else " instead of ".join(words)


def _is_move(action: Action, reason: Reason) -> bool:
    """Whether a reason is what moved an action to where it is, or where another took its place."""
    stays = action.status in {"due", "planned"} or action.reason.code == "superseded"
    return stays and CLASSES.get(reason.code, "outcome") != "outcome"


def _detail(reason: Reason, *, is_move: bool) -> str:
    facts = ", ".join(f"{key} {value}" for key, value in reason.facts.items())
    moved = "moved by " if is_move else ""
    parts = [f"{moved}{reason.code}: {meaning_of(reason)}"]
    if facts:
        parts.append(f"({facts})")
    if reason.origin is not None:
        parts.append(f"<{reason.origin}>")
    if reason.rule:
        parts.append(f"[{reason.rule}]")
    return " ".join(parts)


def _plain(reason: Reason) -> dict[str, Any]:
    plain: dict[str, Any] = {"code": reason.code, "meaning": meaning_of(reason), "facts": dict(reason.facts)}
    if reason.origin is not None:
        plain["origin"] = str(reason.origin)
    if reason.rule:
        plain["rule"] = reason.rule
    return plain


def _part(part: Component) -> str:
    """A component in words: `interest 0.20 (1%/month of 150.00, 4 days, agreed) <policy.toml:9:12>`."""
    base = "" if part.base is None else f"{part.rate} of {part.base.amount}"
    days = "" if part.days is None else f"{part.days} days"
    paid = f"{part.paid.amount} paid before" if part.paid.minor else ""
    details = ", ".join(filter(None, (base if part.rate else "", days, part.ground, paid)))
    told = f"{part.name} {part.amount.amount}" + (f" ({details})" if details else "")
    return f"{told} <{part.source}>" if part.source else told


def _plain_part(part: Component) -> dict[str, Any]:
    return {
        "name": part.name,
        "amount": str(part.amount.amount),
        "base": None if part.base is None else str(part.base.amount),
        "days": part.days,
        "rate": part.rate,
        "source": part.source,
        "ground": part.ground,
        "paid": str(part.paid.amount),
    }


def _next(schedule: Schedule) -> str:
    if schedule.next_wakeup_us is None:
        return "nothing changes until a fact is recorded"
    return f"next change {_clock(schedule.next_wakeup_us, schedule.zone)}, if no fact is recorded before"


def _clock(instant: int, zone: str) -> str:
    clock = local(instant // MICROSECONDS * MICROSECONDS, zone)
    return clock.isoformat(sep=" ", timespec="minutes")[:16]
