import re
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType

import pytest

from regua.core.events import DebtorDeceased
from regua.errors import PolicyError
from regua.plugins import PluginFailure, Registry
from regua.policyfile import load_policy

Install = Callable[..., None]
Source = Callable[..., str]

HEAD = "from regua.plugins import hookimpl\n\n@hookimpl\ndef regua_channels():\n    "
CALENDAR = HEAD.replace("channels", "calendars")
PACK = HEAD.replace("channels", "legal_packs")
STORE = "from regua.builtin.memory import MemoryStore\nclass Nothing(MemoryStore):\n    schemes = ()\n" + HEAD.replace(
    "channels", "stores"
)
BROKEN = {
    "raises on import": ("1 / 0", "", "ZeroDivisionError at .*plug_bad.py:1: division by zero; update or mend"),
    "lacks a module": ("import nosuch.part", "", "ModuleNotFoundError at .*: .*; install what provides 'nosuch'"),
    "is no Python": ("def :", "", "SyntaxError at .*plug_bad.py:1: .*; update or mend the plugin"),
    "leaves the program": ("import sys\nsys.exit('bye')", "", "SystemExit at .*plug_bad.py:2: bye"),
    "recurses": ("def f():\n    f()\nf()", "", "RecursionError at .*plug_bad.py:2"),
    "other interface": ("regua_api = 2", "", "written for interface 2 of plugins, and this regua has 1; update regua"),
    "older interface": ("regua_api = 0", "", "interface 0 .*; update the plugin"),
    "no integer": ("regua_api = '1'", "", "regua_api is a str; write the integer 1"),
    "no boolean either": ("regua_api = True", "", "regua_api is a bool"),
    "has no hook": ("x = 1", "", "it has no hook; mark one such as regua_channels with @hookimpl"),
    "is not marked": ("def regua_channels():\n    return []", "", "regua_channels is not marked; write @hookimpl"),
    "misspells": (HEAD.replace("channels", "chanels") + "return []", "", "no hook 'regua_chanels'; did you mean"),
    "wants more": (HEAD.replace("()", "(config)", 1) + "return []", "", "PluginValidationError"),
    "wraps": (HEAD.replace("@hookimpl", "@hookimpl(wrapper=True)") + "yield", "", "regua_channels is a wrapper"),
    "raises in a hook": (HEAD + "raise OSError('no disk')", "regua_channels", "OSError at .*plug_bad.py:5: no disk"),
    "leaves in a hook": (HEAD + "raise SystemExit", "regua_channels", "SystemExit at .*plug_bad.py:5; update"),
    "returns a class": (HEAD + "return dict", "regua_channels", "returned the class dict and not a list"),
    "returns text": (HEAD + "return 'zap'", "regua_channels", "returned 'zap' and not a list; return a list"),
    "is asynchronous": (
        HEAD.replace("def", "async def") + "return []",
        "regua_channels",
        "object of coroutine and not",
    ),
    "offers a number": (HEAD + "return [5]", "regua_channels", "returned 5, which is not a channel: it lacks name"),
    "offers no channel": (
        HEAD + "return [dict]",
        "regua_channels",
        r"lacks name, Config, send\(\), close\(\); add them",
    ),
    "offers a store without a scheme": (STORE + "return [Nothing]", "regua_stores", "has no schemes; write them as a"),
    "offers a pack that is none": (
        f"from types import SimpleNamespace\n{PACK}return [SimpleNamespace(name='uy')]",
        "regua_legal_packs",
        "returned an object of SimpleNamespace, which is not a legal pack; return a LegalPack",
    ),
    "offers a pack of regua's name": (
        f"from regua.core.legal import LegalPack\n{PACK}return [LegalPack(name='br', version='1')]",
        "regua_legal_packs",
        "offers a legal pack 'br', and plugin 'regua-builtin' has given that name",
    ),
    "offers a class of a calendar": (CALENDAR + "return [dict]", "regua_calendars", "return an object, not a class"),
}
CHANGED = {
    "name that is no string": ('name = "zap"', "name = 5", "has a name that cannot be written in a file: 5; take"),
    "name that is computed": (
        'name = "zap"',
        "name = property(lambda self: 'zap')",
        "object of property; take a string",
    ),
    "empty name": ('name = "zap"', 'name = ""', "cannot be written in a file: ''"),
    "name with a space": ('name = "zap"', 'name = "meu zap"', "cannot be written in a file: 'meu zap'"),
    "no attrs class": ("Config = NoConfig", "Config = dict", "has a Config that is no attrs class"),
    "twice": ("return [Zap]", "return [Zap, Zap]", "returned two of the name 'zap'; rename one"),
    "an object": ("return [Zap]", "return [object()]", "which is not a channel: it lacks"),
}


def only_failure(registry: Registry) -> PluginFailure:
    """The one plugin that failed; everything else is as it should be."""
    assert {"console", "folder"} <= set(registry.channels)
    [failure] = registry.failures
    assert failure.plugin not in {plugin.name for plugin in registry.plugins}
    assert "\n" not in str(failure)
    assert "Traceback" not in str(failure)
    return failure


@pytest.mark.parametrize(("source", "hook", "error"), BROKEN.values(), ids=BROKEN)
def test_a_broken_plugin_is_reported_and_harms_nobody(
    install: Install, channel: Source, source: str, hook: str, error: str
) -> None:
    """With its name, version, hook, what was wrong, where, and what to do."""
    install("plug_bad", source, version="0.9")
    install("plug_good", channel("good"))
    registry = Registry.discover()
    failure = only_failure(registry)
    assert "good" in registry.channels
    assert (failure.plugin, failure.version, failure.hook) == ("plug_bad", "0.9", hook)
    assert re.search(error, failure.error), failure.error


@pytest.mark.parametrize(("old", "new", "error"), CHANGED.values(), ids=CHANGED)
def test_a_channel_that_cannot_be_used_is_refused(
    install: Install, channel: Source, old: str, new: str, error: str
) -> None:
    """What it offers is looked at before it is believed."""
    install("plug_bad", channel("zap").replace(old, new))
    assert error in only_failure(Registry.discover()).error


def test_a_plugin_that_fails_in_one_hook_gives_nothing_at_all(install: Install, channel: Source) -> None:
    """The channel that was good is rolled back with it, and what needs it says why."""
    more = "\n@hookimpl\ndef regua_calendars():\n    raise OSError('no disk')\n"
    install("plug_bad", channel("zap", more=more))
    registry = Registry.discover()
    failure = only_failure(registry)
    assert failure.hook == "regua_calendars"
    assert "zap" not in registry.channels
    assert registry.why_missing("regua_channels", "zap") == str(failure)
    assert registry.why_missing("regua_channels", "other") == ""
    assert registry.why_missing("regua_calendars", "any") == f"perhaps because {failure}"


def test_the_first_keeps_its_name(install: Install, channel: Source) -> None:
    """Regua's own come first; whoever takes their name is left out whole."""
    install("plug_bad", channel("folder"))
    registry = Registry.discover()
    failure = only_failure(registry)
    assert registry.channels["folder"].__module__.startswith("regua.builtin")
    assert "offers a channel 'folder', and plugin 'regua-builtin' has given that name; rename it" in failure.error


def test_an_error_whose_text_cannot_be_made(install: Install) -> None:
    """Even then there is a type and a place."""
    install("plug_bad", "class Bad(Exception):\n    def __str__(self):\n        raise ValueError\nraise Bad")
    assert "Bad at " in only_failure(Registry.discover()).error


def test_an_error_with_a_long_text_is_one_line(install: Install) -> None:
    """Neither a book nor a terminal's control sequence."""
    install("plug_bad", "raise ValueError('a\\n\\x1b[2J' * 1000)")
    error = only_failure(Registry.discover()).error
    assert len(error) < 1000
    assert error.isprintable()


@pytest.mark.parametrize("stop", ["KeyboardInterrupt", "GeneratorExit"])
def test_who_wants_to_stop_is_not_stopped(install: Install, stop: str) -> None:
    """Ctrl-C while a plugin is imported is no failure of the plugin."""
    install("plug_bad", f"raise {stop}")
    with pytest.raises(BaseException) as raised:  # noqa: PT011 - which it is stands below
        Registry.discover()
    assert type(raised.value).__name__ == stop


def test_a_policy_that_needs_a_broken_plugin_is_refused_with_the_cause(install: Install) -> None:
    """The failure stands in the diagnostic of the name that is missing."""
    install("plug_bad", CALENDAR + "raise OSError('no disk')")
    catalog = Registry.discover().catalog()
    policy = b'format = 1\n[policy]\nid = "x"\ncalendar = "sp-capital"\n'
    with pytest.raises(PolicyError, match=r"no calendar 'sp-capital'.*perhaps because plugin 'plug_bad' 1"):
        load_policy(policy, catalog=catalog)


def test_an_observer_that_fails_stops_nobody() -> None:
    """Each is told of the event; failures are told to the caller."""
    heard: list[object] = []
    good, bad = ModuleType("good"), ModuleType("bad")
    head = "from regua.plugins import hookimpl\n@hookimpl\ndef regua_event_recorded(event):\n    "
    exec(head + "raise SystemExit('bye')", bad.__dict__)  # noqa: S102 - a plugin without a file
    good.__dict__["heard"] = heard
    exec(head + "heard.append(event)", good.__dict__)  # noqa: S102 - as above
    registry = Registry.discover(bad, good, entry_points=False)
    failures: list[PluginFailure] = []
    now = datetime(2026, 4, 15, 12, tzinfo=UTC)
    event = DebtorDeceased(id="1", creditor="loja", debtor="ana", at=now, recorded_at=now)
    registry.event_recorded(event, failed=failures.append)
    assert heard == [event]
    assert [(each.plugin, each.hook) for each in failures] == [("bad", "regua_event_recorded")]
    assert "SystemExit at <string>:4; update or mend the plugin" in failures[0].error
