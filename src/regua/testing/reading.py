"""What a simulation has to know of its policies: the values, the channels that they use, the calendars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from attrs import frozen

from regua.core.calendars import Calendar
from regua.core.indexes import Index
from regua.core.policy import Policy
from regua.messages import MessageBook
from regua.plugins import Registry
from regua.policyfile import load_policy

PolicySource = Policy | Path | str


@frozen(kw_only=True)
class World:
    """What the policies of a simulation ask for.

    Attributes:
        policies: in the order in which they were given.
        channels: names of the channels that they use, in the order of their steps.
        registrars: names of the registrars that they use.
        calendars: by name.
        indexes: by name.
        messages: the templates.
        registry: what the plugins gave.
    """

    policies: tuple[Policy, ...]
    channels: tuple[str, ...]
    registrars: tuple[str, ...]
    calendars: Mapping[str, Calendar]
    indexes: Mapping[str, Index]
    messages: MessageBook
    registry: Registry


def read_world(
    policy: PolicySource | Sequence[PolicySource],
    *,
    plugins: Sequence[object] = (),
    templates: str | Path | None = None,
    indexes: Sequence[Index] = (),
    calendars: Sequence[Calendar] = (),
) -> World:
    """Read the policies.

    Channels and registrars are as the policies name them, since a simulation has any of them; all else is checked.

    Raises:
        PolicyError: a policy with problems.
    """
    registry = Registry.discover(*plugins) if plugins else _installed()
    messages = _messages() if templates is None else MessageBook.open(templates)
    catalog = registry.catalog(
        templates=messages.names(),
        indexes=[index.name for index in indexes],
        calendars={calendar.name: calendar for calendar in calendars},
    )
    given = [policy] if isinstance(policy, PolicySource) else policy
    policies = tuple(each if isinstance(each, Policy) else load_policy(each, catalog=catalog) for each in given)
    return World(
        policies=policies,
        channels=_channels(policies),
        registrars=tuple(sorted({step.registrar for each in policies for step in each.steps if step.registrar})),
        calendars={**registry.calendars, **{each.name: each for each in calendars}},
        indexes={**registry.indexes, **{each.name: each for each in indexes}},
        messages=messages,
        registry=registry,
    )


def _channels(policies: Sequence[Policy]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for policy in policies for step in policy.steps for name in step.channels))


@cache
def _installed() -> Registry:
    """What is installed, looked for once."""
    return Registry.discover()


@cache
def _messages() -> MessageBook:
    """The templates that come with regua, read once."""
    return MessageBook.open()
