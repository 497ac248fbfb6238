"""What `plan` was given beside the facts, and whether the policies find in it what they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from regua.core.calendars import Calendar
from regua.core.indexes import Index
from regua.core.policy import Policy
from regua.errors import PlanError


def given_indexes(policies: Iterable[Policy], given: Mapping[str, Index]) -> dict[str, Index]:
    """The indexes that policies ask for, in order of their names."""
    asked = {name: policy for policy in policies for name in policy.charges.indexes}
    for name in sorted(asked.keys() - given.keys()):
        message = (
            f"policy {asked[name].id!r} asks for index {name!r}, plan was given {', '.join(sorted(given)) or 'none'}; "
            f"add [index.{name}] to regua.toml, or give it with --index or indexes="
        )
        raise PlanError(message)
    return {name: given[name] for name in sorted(asked)}


def check_law(policies: Sequence[Policy]) -> None:
    """Refuse policies whose legal packs nobody looked up."""
    for policy in policies:
        missing = policy.legal.unresolved
        if missing:
            message = (
                f"policy {policy.id!r} names the legal packs {', '.join(missing)}, and nobody looked them up; "
                "load it with regua.load_policy, or give it to regua.policyfile.under_law first"
            )
            raise PlanError(message)


def given_calendar(policy: Policy, calendar: Calendar | Mapping[str, Calendar]) -> Calendar:
    """The calendar that a policy asks for."""
    found = calendar.get(policy.calendar) if isinstance(calendar, Mapping) else calendar
    if found is None or found.name != policy.calendar:
        given = sorted(calendar) if isinstance(calendar, Mapping) else [calendar.name]
        message = (
            f"policy {policy.id!r} asks for calendar {policy.calendar!r}, plan was given {', '.join(given) or 'none'}"
        )
        raise PlanError(message)
    return found
