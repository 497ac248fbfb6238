"""Policies under rules of regua's packs that try what a rule does not allow, and what becomes of it."""

from collections.abc import Iterable
from typing import Any

from tests.core.shop import BANK, clock, invoice, reachable, said, step
from tests.law.facts import RULES

from regua.core import events as ev
from regua.core.account import fold
from regua.core.events.base import Event
from regua.core.legal import LegalRules, OwedAct
from regua.core.planning import Action, plan
from regua.core.policy import Limits, Policy, Step, window
from regua.policyfile import check_policy

_HEAD = 'format = 1\n[policy]\nid = "loja"\ncalendar = "br-bancario"\n'
CHANNELS = ("email", "sms", "whatsapp")
OPEN = Limits(windows=(window("00:00-24:00"),) * 7, call_windows=(window("00:00-24:00"),) * 7)
"""A policy that would contact at any time."""


def only(*rules: str) -> LegalRules:
    """The law of a policy under these rules alone; no registrar notifies by itself."""
    found = tuple(RULES[rule] for rule in rules)
    owed = tuple(each for rule in found for each in rule.provisions if isinstance(each, OwedAct))
    return LegalRules(packs=("br",), rules=found, owed=owed, notifying=frozenset())


def act(name: str, at: str, kind: str, **fields: Any) -> Step:
    """A step of a registrar, a service or a court."""
    return step(name, at, kind=kind, channels=(), templates={}, tone=None, **fields)


def one(rules: Policy, events: Iterable[Event], as_of: str, name: str) -> Action:
    """The one action of a step for `nf-1`; its debtor can be reached by call, SMS and e-mail."""
    found = plan(rules, fold([*reachable(*CHANNELS), *events]), as_of=clock(as_of), calendar=BANK)
    [action] = [each for each in found.all if (each.step, each.receivable) == (name, "nf-1")]
    return action


def codes(found: Action) -> list[tuple[str, str]]:
    """Codes of the reasons, with their rules."""
    return [(reason.code, reason.rule) for reason in found.reasons]


def when(found: Action) -> str:
    """`2026-03-09 10:00`, as the debtor's clock shows it."""
    return found.at.format("YYYY-MM-DD HH:mm")


def bill(due: str = "2026-03-02", kind: str = "services", **fields: Any) -> Event:
    """The receivable `nf-1`, issued ten days before it is due or earlier."""
    return invoice("nf-1", "150.00", due, kind=kind, **({"when": "2026-01-05"} | fields))


def lives(state: str, **fields: Any) -> Event:
    """The debtor's profile."""
    return said(ev.DebtorRegistered, f"cadastro {state}", "2026-01-02", state=state, **fields)  # type: ignore[no-any-return]


def noticed(when: str) -> Event:
    """The legal notice, delivered."""
    return said(ev.NoticeDelivered, f"aviso {when}", when, receivable="nf-1", registrar="bureau")  # type: ignore[no-any-return]


def approved(name: str, when: str = "2026-01-06") -> Event:
    """A person approved a step."""
    return said(ev.StepApproved, f"visto {name}", when, receivable="nf-1", step=name, by="maria")  # type: ignore[no-any-return]


def told(text: str) -> list[tuple[str, str]]:
    """Everything that `regua check` says: code, and what."""
    return [(each.code, each.message) for each in check_policy(_HEAD + text)]


def refusals(text: str) -> list[tuple[str, str]]:
    """Errors of `regua check`: code, and what it says."""
    return [(each.code, each.message) for each in check_policy(_HEAD + text) if each.severity == "error"]
