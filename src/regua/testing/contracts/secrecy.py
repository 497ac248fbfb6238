"""Nothing personal and no secret where logs and errors go: addresses, names, texts, tokens."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import quote, quote_plus

import attrs
import pytest
from structlog.testing import capture_logs

from regua.ports import PluginError
from regua.testing.contracts.asking import PERSON, Request, ask, find, has
from regua.testing.contracts.providers import BEHAVIOURS, Behaviour, Provider

_LAST: Final = ("hangs", "away")
_SECRET: Final = re.compile(r"(^|_)(token|secret|password|passwd|senha|api_?key|credentials?)(_|$)")


class SecrecyContract:
    """Nothing personal and no secret where logs and errors go: addresses, names, texts, tokens."""

    def request(self, provider: Provider, name: str = "1", **changes: Any) -> Request:
        """A request that the plugin can carry out."""
        raise NotImplementedError

    def test_errors_and_receipts_tell_nothing_personal(self, provider: Provider) -> None:
        """They are kept for ever, by their text, repr and reason, also where the provider repeats what it got."""
        for how, _, answer in tried(self, provider):
            words = [str(answer), repr(answer)]
            words += chained(answer)
            words += [getattr(answer, name, "") for name in ("reason", "why", "feature", "reference")]
            told = canaries(provider, "\n".join(map(str, words)))
            assert not told, f"{type(answer).__name__}, where the provider {how!r}, repeats {told}; leave that out"

    def test_logs_tell_nothing_personal(self, provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
        """At no level, with no traceback: they carry ids."""
        caplog.set_level(logging.DEBUG)
        with capture_logs() as events:
            for _, request, _ in tried(self, provider):
                with suppress(PluginError, pytest.skip.Exception):
                    find(provider, request.key)
        told = canaries(provider, logged(caplog, events))
        assert not told, f"the log repeats {told}; log keys and ids alone"

    def test_warnings_and_threads_tell_nothing_personal(
        self, provider: Provider, recwarn: pytest.WarningsRecorder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Both stand in logs: warnings by their text, threads by their names."""
        names, start = list[str](), threading.Thread.start

        def told_start(thread: threading.Thread) -> None:
            names.append(thread.name)
            start(thread)

        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", told_start)
            tried(self, provider)
        told = canaries(provider, "\n".join([*names, *(str(each.message) for each in recwarn)]))
        assert not told, f"a warning or the name of a thread repeats {told}; use keys and ids alone"

    def test_the_plugin_prints_no_secret(self, provider: Provider) -> None:
        """Neither it nor its configuration: both stand in tracebacks."""
        plugin: Any = provider.plugin
        held = getattr(plugin, "__dict__", {}).values()
        configs = [each for each in held if isinstance(each, plugin.Config)]
        told = canaries(provider, "\n".join(map(repr, [plugin, *configs])))
        assert not told, f"its repr shows {told}; write field(repr=False) for each secret of Config"

    def test_secrets_of_the_configuration_are_declared(self, provider: Provider) -> None:
        """A key of `regua.toml` that is called a token or a password is not printed."""
        plugin: Any = provider.plugin
        assert attrs.has(plugin.Config), "Config must be an attrs class, whose fields are the keys in regua.toml"
        named = [each for each in attrs.fields(plugin.Config) if _SECRET.search(each.name)]
        shown = [each.name for each in named if each.repr]
        assert not shown, f"Config prints {', '.join(shown)}; write field(repr=False)"
        told = provider.secrets or not named
        assert told, f"give the provider of the test `secrets`: the {named[0].name} that its plugin is configured with"


def tried(contract: Any, provider: Provider) -> list[tuple[Behaviour, Request, Any]]:
    """What the plugin answers to a request, however the provider may behave, in an order that leaves no trace."""
    hows = [how for how in BEHAVIOURS if how not in _LAST] + ["away"]
    found = []
    for number, how in enumerate(hows):
        if has(provider, how):
            request = contract.request(provider, f"{number}")
            found.append((how, request, ask(provider, request)))
    assert found, "behave('well') must be possible"
    return found


def chained(answer: object) -> list[str]:
    """What a traceback of an error shows beside it: its notes, and the errors that it came from."""
    words, error = list[str](), answer
    while isinstance(error, BaseException):
        words += [str(error), repr(error), *getattr(error, "__notes__", ())]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return words


def logged(caplog: pytest.LogCaptureFixture, events: Sequence[Mapping[str, Any]]) -> str:
    """What was logged, by logging and by structlog."""
    formatter = logging.Formatter("%(name)s %(message)s")
    lines = [*map(formatter.format, caplog.records), *map(repr, events)]
    return "\n".join([*lines, *(repr(vars(each)) for each in caplog.records)])


def canaries(provider: Provider, text: str) -> list[str]:
    """Which of what is personal or secret stands in a text."""
    known = {"the address": provider.address, "an amount of the text": "150,37"}
    known |= {f"the {name} of the debtor": value for name, value in PERSON.items()}
    known |= {f"secret {number}": each for number, each in enumerate(provider.secrets, 1)}
    return [name for name, value in known.items() if value and _stands_in(value, text)]


def _stands_in(value: str, text: str) -> bool:
    """As it is, or as URLs, JSON and ASCII have it; a telephone number also without its plus."""
    forms = {value, quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1], ascii(value)[1:-1]}
    return any(each in text for each in {*forms, value.removeprefix("+")})
