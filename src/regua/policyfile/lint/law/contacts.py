"""`window-wider-than-law` and `contacts-over-cap`: contacts at hours, or as often, as the packs do not allow.

The engine keeps to the narrower of both, so that a policy for the whole country need not name the hours of every state:
a state's hours are only told where those that act everywhere are gone beyond as well, or where there are none. What a
policy leaves at the hours that are built in, it leaves open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from regua.core.legal import ContactHours, ContactLimits, LegalRule, Where
from regua.core.planning.law import is_meant
from regua.core.policy import CALL_KINDS, CONTACT_KINDS, Limits, Policy, Window
from regua.policyfile.lint.law.breach import Breach, mended, named, rules_with
from regua.policyfile.sections import DAYS

Week = tuple[Window | None, ...]


def beyond_contacts(policy: Policy) -> Iterator[Breach]:
    """Hours and caps of contacts that are wider than rules of the packs."""
    channels = [name for step in policy.steps if step.kind in CONTACT_KINDS for name in step.channels]
    yield from _wider(policy, "windows", channels)
    if any(step.kind in CALL_KINDS for step in policy.steps):
        yield from _wider(policy, "call_windows", ["call"])
    for rule, most in rules_with(policy, ContactLimits):
        yield from _over(policy, rule, most)


def _wider(policy: Policy, key: str, channels: Sequence[str]) -> Iterator[Breach]:
    windows: Week = getattr(policy.limits, key)
    if windows == getattr(Limits(), key):
        return
    hours = rules_with(policy, ContactHours)
    meant = [(rule, each.windows) for rule, each in hours if is_meant(each.channels, channels)]
    beyond = [(rule, allowed) for rule, allowed in meant if _first_beyond(windows, allowed) is not None]
    if any(_is_everywhere(rule) for rule, _ in meant):
        beyond.sort(key=lambda each: not _is_everywhere(each[0]))
        beyond = beyond if beyond and _is_everywhere(beyond[0][0]) else []
    if beyond:
        yield _wider_than(policy, key, windows, beyond)


def _is_everywhere(rule: LegalRule) -> bool:
    return rule.where == Where()


def _first_beyond(windows: Week, allowed: Week) -> int | None:
    """The first weekday that is open longer than allowed, Monday being 0."""
    for day, (window, most) in enumerate(zip(windows, allowed, strict=True)):
        if window is not None and (most is None or window.opens < most.opens or window.closes > most.closes):
            return day
    return None


def _wider_than(policy: Policy, key: str, windows: Week, beyond: Sequence[tuple[LegalRule, Week]]) -> Breach:
    (rule, allowed), *others = beyond
    day = _first_beyond(windows, allowed) or 0
    hours = f"the hours {allowed[day]}" if allowed[day] else "a closed day"
    said = f"limits.{key} has {DAYS[day]} {windows[day]}, and regua keeps to {hours}"
    states = ", ".join(f"{' and '.join(each.where.states)} {each.id}" for each, _ in others)
    also = f"; of states too: {states}" if states else ""
    message = f"{said} ({named(rule)}{also}); {mended(rule, f'narrow limits.{key}')}"
    return Breach(
        code="window-wider-than-law",
        rule=rule,
        declared=policy.limits,
        key=key,
        message=message,
        is_held=not _is_everywhere(rule),
    )


def _over(policy: Policy, rule: LegalRule, most: ContactLimits) -> Iterator[Breach]:
    limits = policy.limits
    for key, cap in (("contacts_per_day", most.per_day), ("contacts_per_week", most.per_week)):
        asked: int | None = getattr(limits, key)
        if cap is not None and asked is not None and asked > cap:
            yield _oftener(limits, key, rule, str(asked), str(cap))
    own, least = limits.min_interval, most.min_interval
    if own is not None and least is not None and own.days < least.days:
        yield _oftener(limits, "min_interval", rule, f'"{own}"', f'"{least}"')


def _oftener(limits: Limits, key: str, rule: LegalRule, asked: str, allowed: str) -> Breach:
    said = f"limits.{key} is {asked}, and regua keeps to {allowed}"
    message = f"{said} ({named(rule)}); {mended(rule, f'write {key} = {allowed}')}"
    held = not _is_everywhere(rule)
    return Breach(code="contacts-over-cap", rule=rule, declared=limits, key=key, message=message, is_held=held)
