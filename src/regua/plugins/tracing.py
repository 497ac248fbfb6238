"""Tells each call of a hook, where the environment asks for it."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Mapping, Sequence
from typing import Final

import pluggy

TRACE: Final = "REGUA_TRACE_HOOKS"
"""The environment variable that asks for it: any value but `0`."""

_LONGEST: Final = 64
_log: Final = logging.getLogger("regua.hooks")


def trace_calls(manager: pluggy.PluginManager) -> None:
    """Log every hook call of a manager from now on, where the environment asks for it.

    A line has the hook, the plugin, how many things came back and their names, or the type of what was raised, and how
    long it took; nothing of what the hook was given, which may be personal. It is logged as a warning, so that it is
    seen where nobody has set up logging.
    """
    if os.environ.get(TRACE, "") not in {"", "0"}:
        trace = _Trace()
        manager.add_hookcall_monitoring(trace.before, trace.after)


class _Trace:
    """The calls under way, by the arguments that each was given: observers are called in several threads."""

    def __init__(self) -> None:
        self._began: dict[int, float] = {}

    def before(self, _hook: str, _impls: Sequence[pluggy.HookImpl], given: Mapping[str, object]) -> None:
        self._began[id(given)] = time.perf_counter()

    def after(
        self,
        outcome: pluggy.Result[object],
        hook: str,
        impls: Sequence[pluggy.HookImpl],
        given: Mapping[str, object],
    ) -> None:
        took_ms = (time.perf_counter() - self._began.pop(id(given))) * 1000
        if impls:  # a hook that the plugin does not have is asked all the same
            _log.warning("hook %s of %s: %s, %.1f ms", hook, impls[0].plugin_name, _came_of(outcome), took_ms)


def _came_of(outcome: pluggy.Result[object]) -> str:
    if outcome.exception is not None:
        return f"raised {type(outcome.exception).__name__}"
    answers = outcome.get_result()
    answer = answers[0] if isinstance(answers, list) and answers else None
    if not isinstance(answer, list | tuple):
        return "nothing" if answer is None else f"an object of {type(answer).__name__}"
    return f"{len(answer)} ({', '.join(map(_name_of, answer))})" if answer else "0"


def _name_of(offered: object) -> str:
    """What it is called; its type where it does not say, or cannot."""
    with contextlib.suppress(Exception):
        schemes = getattr(offered, "schemes", ())
        name = "+".join(schemes) if schemes else getattr(offered, "name", "")
        if isinstance(name, str) and name:
            return name[:_LONGEST] if name.isprintable() else ascii(name)[:_LONGEST]
    return type(offered).__name__
