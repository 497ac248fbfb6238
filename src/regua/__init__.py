"""Dunning for receivables: a policy, the facts and a date in; what to do, when and why out.

    policy = regua.load_policy("policy.toml")
    account = regua.fold(events)
    schedule = regua.plan(policy, account, as_of=now, calendar=regua.BrazilianBankCalendar())

Names are imported when they are first used (PEP 562): `import regua` by itself costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own would cost its import; type checkers know this form too
if TYPE_CHECKING:
    from typing import Any

    from regua.calendars import BrazilianBankCalendar
    from regua.core import events
    from regua.core.account import EMPTY, Account, fold
    from regua.core.calendars import Calendar, Place, WeekdayCalendar
    from regua.core.events import Event
    from regua.core.explain import explain
    from regua.core.indexes import MonthlyRates
    from regua.core.money import Money
    from regua.core.planning import plan, plan_many
    from regua.core.planning.schedule import Action, Contact, Reason, Schedule
    from regua.core.policy import Policy
    from regua.core.tones import Tone
    from regua.engine import Engine
    from regua.errors import EventConflict, PolicyError, ReguaError
    from regua.plugins import channel
    from regua.policyfile import Diagnostic, check_policy, load_policy, read_pack

    __version__: str

__all__ = [
    "EMPTY",
    "Account",
    "Action",
    "BrazilianBankCalendar",
    "Calendar",
    "Contact",
    "Diagnostic",
    "Engine",
    "Event",
    "EventConflict",
    "Money",
    "MonthlyRates",
    "Place",
    "Policy",
    "PolicyError",
    "Reason",
    "ReguaError",
    "Schedule",
    "Tone",
    "WeekdayCalendar",
    "__version__",
    "channel",
    "check_policy",
    "events",
    "explain",
    "fold",
    "load_policy",
    "plan",
    "plan_many",
    "read_pack",
]

_NAMES = {
    "calendars": "BrazilianBankCalendar",
    "core.account": "EMPTY Account fold",
    "core.calendars": "Calendar Place WeekdayCalendar",
    "core.events": "Event",
    "core.explain": "explain",
    "core.indexes": "MonthlyRates",
    "core.money": "Money",
    "core.planning": "plan plan_many",
    "core.planning.schedule": "Action Contact Reason Schedule",
    "core.policy": "Policy",
    "core.tones": "Tone",
    "engine": "Engine",
    "errors": "EventConflict PolicyError ReguaError",
    "plugins": "channel",
    "policyfile": "Diagnostic check_policy load_policy read_pack",
}
_HOMES = {name: f"{__name__}.{module}" for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    from importlib import import_module  # noqa: PLC0415 - laziness is the point

    if name == "__version__":
        value: Any = _version()
    elif name == "events":
        value = import_module("regua.core.events")
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=import_module(__name__))
    globals()[name] = value
    return value


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - 20 ms, for who asks

    try:
        return version(__name__)
    except PackageNotFoundError:  # run from the source tree
        return "0+unknown"


def __dir__() -> list[str]:
    return sorted(globals().keys() | set(__all__))
