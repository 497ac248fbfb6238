import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType

import pytest

from regua.core.events import DebtorRegistered
from regua.plugins import Registry

Install = Callable[..., None]
Source = Callable[..., str]

OBSERVER = "\n@hookimpl\ndef regua_event_recorded(event):\n    pass\n"
CALENDARS = "\n@hookimpl\ndef regua_calendars():\n    raise OSError('disk of Ana')\n"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Trace, and give what was told of plugins that tests made, without how long it took."""
    monkeypatch.setenv("REGUA_TRACE_HOOKS", "1")

    def lines() -> list[str]:
        found = [record.getMessage() for record in caplog.records if record.name == "regua.hooks"]
        assert all(re.search(r", \d+\.\d ms$", line) for line in found)
        return [line.rpartition(", ")[0] for line in found if "plug_" in line]

    return lines


def test_each_call_of_a_hook_is_told(install: Install, channel: Source, told: Callable[[], list[str]]) -> None:
    """Hook, plugin, how many things came back and their names; a hook that it does not have is not told."""
    install("plug_zap", channel("zap", more=OBSERVER))
    Registry.discover()
    assert told() == ["hook regua_channels of plug_zap: 1 (zap)"]


def test_regua_itself_is_told_too(told: Callable[[], list[str]], caplog: pytest.LogCaptureFixture) -> None:
    """Stores by the beginnings of their URLs."""
    Registry.discover(entry_points=False)
    assert told() == []
    assert "hook regua_channels of regua-builtin: 2 (console, folder), " in caplog.text
    assert "hook regua_stores of regua-builtin: 2 (sqlite, memory), " in caplog.text


def test_a_hook_that_raises_is_told_without_its_text(
    install: Install, channel: Source, told: Callable[[], list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    """Its type is enough; `regua plugins` tells the rest."""
    install("plug_bad", channel("zap", more=CALENDARS))
    assert len(Registry.discover().failures) == 1
    assert "hook regua_calendars of plug_bad: raised OSError" in told()
    assert "disk of Ana" not in caplog.text


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        ("[]", "0"),
        ("5", "an object of int"),
        ("[dict, 7]", "2 (type, int)"),
        ("[type('Z', (), {'name': 'a\\nb'})]", "1 ('a\\nb')"),
        ("[type('Z', (), {'name': 'z' * 200})]", f"1 ({'z' * 64})"),
        ("[type('Z', (), {'name': property(lambda self: 1 / 0)})()]", "1 (Z)"),
    ],
)
def test_what_cannot_be_used_is_told_as_it_came(
    install: Install, told: Callable[[], list[str]], answer: str, came: str
) -> None:
    """On one line, and not too long."""
    install("plug_odd", f"from regua.plugins import hookimpl\n@hookimpl\ndef regua_channels():\n    return {answer}\n")
    Registry.discover()
    assert told() == [f"hook regua_channels of plug_odd: {came}"]


def test_an_event_is_told_without_its_fields(told: Callable[[], list[str]], caplog: pytest.LogCaptureFixture) -> None:
    """That an observer was called; neither of whom nor of what."""
    plugin = ModuleType("plug_watch")
    exec("from regua.plugins import hookimpl\n" + OBSERVER, plugin.__dict__)  # noqa: S102 - a plugin without a file
    registry = Registry.discover(plugin, entry_points=False)
    noon = datetime(2026, 4, 15, 12, tzinfo=UTC)
    event = DebtorRegistered(id="1", creditor="loja", debtor="ana-souza", at=noon, recorded_at=noon)
    registry.event_recorded(event, failed=lambda failure: pytest.fail(str(failure)))
    assert told() == ["hook regua_event_recorded of plug_watch: nothing"]
    assert "ana-souza" not in caplog.text


@pytest.mark.parametrize("off", ["", "0"])
def test_nobody_is_told_who_did_not_ask(
    install: Install, channel: Source, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, off: str
) -> None:
    """The log of an application is its own."""
    monkeypatch.setenv("REGUA_TRACE_HOOKS", off)
    install("plug_zap", channel("zap"))
    with caplog.at_level(logging.DEBUG):
        Registry.discover()
    assert caplog.text == ""
