"""Admitting plugins one by one: all that a plugin offers is taken, or nothing of it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

import pluggy
from attrs import frozen

from regua.core.events.base import Event
from regua.plugins.discovery import Candidate
from regua.plugins.failures import BROKEN, PluginFailure, UnusableError, told
from regua.plugins.hooks import API, PROJECT, Hooks
from regua.plugins.offers import OFFERS
from regua.plugins.tracing import trace_calls
from regua.policyfile.diagnostics import nearest

OBSERVER: Final = "regua_event_recorded"
COMMANDS: Final = "regua_commands"
_HOOKS: Final = (*OFFERS, OBSERVER)


class Observe(Protocol):
    """Tells one plugin of an event."""

    def __call__(self, *, event: Event) -> object:
        """Call its hook."""


@frozen(kw_only=True)
class Admitted:
    """A plugin that was admitted.

    Attributes:
        candidate: where it came from.
        offers: what it gave, by hook and name.
        observe: tells it of an event, where it wants to know.
    """

    candidate: Candidate
    offers: Mapping[str, Mapping[str, Any]]
    observe: Observe | None


class Admission:
    """Asks plugins, each through a manager of its own: pluggy gives up a whole call when one of several raises.

    Args:
        commands: whether to ask for commands of the command line.
    """

    def __init__(self, *, commands: bool) -> None:
        self._asked = [hook for hook in OFFERS if commands or hook != COMMANDS]
        self._seen: list[object] = []
        self.admitted: list[Admitted] = []
        self.failures: list[PluginFailure] = []
        self.offers: dict[str, dict[str, Any]] = {hook: {} for hook in OFFERS}

    def admit(self, candidate: Candidate) -> None:
        """Load and ask one plugin; take all that it offers, or note why nothing is taken."""
        try:
            plugin = candidate.load()
            if any(plugin is seen for seen in self._seen):
                return
            self._seen.append(plugin)
            manager = _managed(plugin, candidate.name)
        except BROKEN as error:
            self._refuse(candidate, "", error, {})
            return
        offers, problems = self._ask(manager)
        if problems:
            hook, problem = next(iter(problems.items()))
            self._refuse(candidate, hook, problem, offers)
            return
        for hook, found in offers.items():
            self.offers[hook] |= found
        observe = manager.hook.regua_event_recorded
        observed = observe if observe.get_hookimpls() else None
        self.admitted.append(Admitted(candidate=candidate, offers=offers, observe=observed))

    def _ask(self, manager: pluggy.PluginManager) -> tuple[dict[str, dict[str, Any]], dict[str, BaseException]]:
        """Ask every hook, after one that failed too: the more is known of what is missing, the better it is told."""
        offers: dict[str, dict[str, Any]] = {}
        problems: dict[str, BaseException] = {}
        for hook in self._asked:
            try:
                offers[hook] = _answer(manager, hook)
                self._check_free(hook, offers[hook])
            except BROKEN as error:
                problems[hook] = error
        return offers, problems

    def _check_free(self, hook: str, names: Iterable[str]) -> None:
        for name in names:
            if name in self.offers[hook]:
                owner = next(each.candidate.name for each in self.admitted if name in each.offers[hook])
                raise UnusableError(
                    f"offers {OFFERS[hook].what} {name!r}, and plugin {owner!r} has given that name; rename it, "
                    "or leave one of the two out"
                )

    def _refuse(
        self, candidate: Candidate, hook: str, error: BaseException, offers: Mapping[str, Mapping[str, Any]]
    ) -> None:
        lost = {hook: frozenset(names) for hook, names in offers.items()}
        said = told(error, candidate.name)
        self.failures.append(
            PluginFailure(plugin=candidate.name, version=candidate.version, hook=hook, error=said, lost=lost)
        )


def _managed(plugin: object, name: str) -> pluggy.PluginManager:
    """A manager with that one plugin.

    Raises:
        UnusableError: it was written for another interface, or has no hook that can be called.
    """
    _check_interface(plugin)
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    trace_calls(manager)
    manager.register(plugin, name)
    marked = {caller.name: caller for caller in manager.get_hookcallers(plugin) or ()}
    for hook, caller in marked.items():
        if hook not in _HOOKS:
            raise UnusableError(f"there is no hook {hook!r}; {nearest(hook, _HOOKS)}")
        if any(each.wrapper or each.hookwrapper for each in caller.get_hookimpls()):
            raise UnusableError(f"{hook} is a wrapper, and there is nothing to wrap; mark it with @hookimpl alone")
    for hook in _HOOKS:
        if hook not in marked and callable(inspect.getattr_static(plugin, hook, None)):
            raise UnusableError(f"{hook} is not marked; write @hookimpl above it")
    if not marked:
        raise UnusableError("it has no hook; mark one such as regua_channels with @hookimpl")
    return manager


def _check_interface(plugin: object) -> None:
    declared = getattr(plugin, "regua_api", API)
    if isinstance(declared, bool) or not isinstance(declared, int):
        raise UnusableError(f"regua_api is a {type(declared).__name__}; write the integer {API}")
    if declared != API:
        remedy = "update regua" if declared > API else "update the plugin"
        raise UnusableError(f"it was written for interface {declared} of plugins, and this regua has {API}; {remedy}")


def _answer(manager: pluggy.PluginManager, hook: str) -> dict[str, Any]:
    answers = getattr(manager.hook, hook)()
    return OFFERS[hook].read(answers[0]) if answers else {}
