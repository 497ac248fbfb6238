"""Nothing personal and no secret where logs and errors go: addresses, names, texts, tokens."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from typing import Any, Final

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
        formatter = logging.Formatter("%(name)s %(message)s")
        lines = [*map(formatter.format, caplog.records), *map(repr, events)]
        lines += [repr(vars(each)) for each in caplog.records]
        told = canaries(provider, "\n".join(lines))
        assert not told, f"the log repeats {told}; log keys and ids alone"

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


def canaries(provider: Provider, text: str) -> list[str]:
    """Which of what is personal or secret stands in a text."""
    known = {"the address": provider.address, "an amount of the text": "150,37"}
    known |= {f"the {name} of the debtor": value for name, value in PERSON.items()}
    known |= {f"secret {number}": each for number, each in enumerate(provider.secrets, 1)}
    return [name for name, value in known.items() if value and value in text]
