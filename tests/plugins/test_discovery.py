import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import regua
from regua.core.calendars import WeekdayCalendar
from regua.plugins import Registry, hookimpl
from regua.ports import Message, Receipt

Install = Callable[..., None]
Source = Callable[..., str]


def test_what_regua_has_itself_is_there() -> None:
    """The built-ins come through the same hooks, without being installed."""
    registry = Registry.discover(entry_points=False)
    assert registry.failures == ()
    assert set(registry.channels) == {"console", "folder"}
    assert set(registry.executors) == {"tasks", "file-registrar"}
    assert set(registry.stores) == {"sqlite", "memory"}
    assert set(registry.calendars) == {"weekdays", "br-bancario"}
    assert [plugin.name for plugin in registry.plugins] == ["regua-builtin"]


def test_an_installed_plugin_is_found_with_its_version(install: Install, channel: Source) -> None:
    """By the entry point of its distribution."""
    install("plug_zap", channel("zap"), version="2.5", point="zap")
    registry = Registry.discover()
    assert registry.failures == ()
    assert registry.channels["zap"].__name__ == "Zap"
    found = registry.plugins[-1]
    assert (found.name, found.version, found.offers) == ("zap", "2.5", {"regua_channels": ("zap",)})
    assert "zap" not in Registry.discover(entry_points=False).channels


def test_a_plugin_that_is_given_and_installed_is_one(install: Install, channel: Source) -> None:
    """It is taken once, and knows its version."""
    install("plug_zap", channel("zap"), version="2.5", point="zap")
    registry = Registry.discover(__import__("plug_zap"))
    assert [each.version for each in registry.plugins if each.name in {"zap", "plug_zap"}] == ["2.5"]
    assert registry.failures == ()


def test_a_function_is_a_plugin() -> None:
    """A channel of one function needs no module, and is given as it is."""

    @regua.channel("meu-zap")
    def meu_zap(message: Message) -> Receipt:
        return Receipt(key=message.key)

    registry = Registry.discover(meu_zap, entry_points=False)
    assert registry.channels["meu-zap"] is meu_zap
    assert registry.plugins[-1].name == "meu-zap"


def test_an_object_is_a_plugin() -> None:
    """Two objects of one class are two plugins."""

    class Kept:
        def __init__(self, name: str) -> None:
            self._name = name

        @hookimpl
        def regua_calendars(self) -> list[WeekdayCalendar]:
            return [WeekdayCalendar(name=self._name)]

    registry = Registry.discover(Kept("a"), Kept("b"), entry_points=False)
    assert {"a", "b"} <= set(registry.calendars)
    assert registry.failures == ()


def test_a_plugin_can_be_left_out(install: Install, channel: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not even imported; what needs it says so."""
    install("plug_zap", "raise SystemExit('imported')")
    install("plug_sms", channel("sms"))
    monkeypatch.setenv("REGUA_DISABLED_PLUGINS", "plug_zap, other")
    registry = Registry.discover()
    assert (registry.disabled, registry.failures) == (("plug_zap",), ())
    assert "sms" in registry.channels
    assert registry.why_missing("regua_channels", "zap") == (
        "perhaps because plugin 'plug_zap' is left out by REGUA_DISABLED_PLUGINS"
    )


def test_several_are_left_out(
    install: Install, channel: Source, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With commas between them, blanks or none; regua's own may be among them."""
    for name in ("plug_a", "plug_b", "plug_c"):
        install(name, channel(name))
    monkeypatch.setenv("REGUA_DISABLED_PLUGINS", " plug_b,plug_a ,,regua-builtin")
    registry = Registry.discover()
    assert registry.disabled == ("regua-builtin", "plug_a", "plug_b")
    assert "plug_c" in registry.channels
    assert not {"plug_a", "plug_b", "console"} & set(registry.channels)
    assert caplog.text == ""


def test_a_name_that_no_plugin_has_is_told(
    install: Install, channel: Source, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With the nearest: who mistypes it would believe that the plugin is out."""
    install("plug_zap", channel("zap"))
    monkeypatch.setenv("REGUA_DISABLED_PLUGINS", "plug_zip")
    assert "zap" in Registry.discover().channels
    assert [record.getMessage() for record in caplog.records] == [
        "REGUA_DISABLED_PLUGINS leaves out 'plug_zip', and there is no such plugin; did you mean 'plug_zap'?"
    ]
    caplog.clear()
    Registry.discover(entry_points=False)
    assert caplog.text == ""


def test_a_broken_distribution_hides_no_other(install: Install, channel: Source, tmp_path: Path) -> None:
    """Metadata that cannot be read is somebody else's problem."""
    install("plug_zap", channel("zap"))
    broken = tmp_path / "broken-1.dist-info"
    broken.mkdir()
    (broken / "entry_points.txt").write_bytes(b"[regua]\n\xff\xfe = x\n")
    registry = Registry.discover()
    assert "zap" in registry.channels


def test_an_entry_point_that_cannot_be_meant_is_reported(install: Install) -> None:
    """Its value names no module."""
    install("plug_zap", "", value="!!!")
    [failure] = Registry.discover().failures
    assert failure.plugin == "plug_zap"


def test_commands_are_asked_for_by_the_command_line_alone(channel: Source) -> None:
    """An application may lack click."""
    plugin = ModuleType("balance")
    more = "\n@hookimpl\ndef regua_commands():\n    import click\n    return [click.Command('balance')]\n"
    exec(channel("zap", more=more), plugin.__dict__)  # noqa: S102 - a plugin without a file
    assert Registry.discover(plugin, entry_points=False).commands == {}
    assert set(Registry.discover(plugin, entry_points=False, commands=True).commands) == {"balance"}


def test_the_catalog_is_plain_values() -> None:
    """What a policy may name: calendars of plugins, and what regua.toml names."""
    registry = Registry.discover(entry_points=False)
    catalog = registry.catalog(channels=["email"], templates=None, registrars=["bureau"])
    assert catalog.calendars == {"weekdays", "br-bancario"}
    assert (catalog.channels, catalog.templates, catalog.registrars) == ({"email"}, None, {"bureau"})
    assert "message" in (catalog.kinds or ())


def test_an_empty_registry_has_nothing() -> None:
    """It can be made without asking anybody."""
    registry = Registry()
    assert [len(each) for each in (registry.channels, registry.stores, registry.executors)] == [0, 0, 0]
    assert registry.plugins == ()


def test_regua_itself_is_a_plugin_like_any_other(install: Install) -> None:
    """Where it is installed, its entry point gives the version, and it is there once."""
    install("regua_itself", "", version="7.1", point="regua-builtin", value="regua.builtin")
    registry = Registry.discover()
    assert [each.version for each in registry.plugins if each.name == "regua-builtin"] == ["7.1"]
    assert registry.failures == ()


def test_the_entry_point_is_declared() -> None:
    """What regua's own package says is where its hooks are."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["regua"] == {"regua-builtin": "regua.builtin"}


@pytest.mark.parametrize(
    ("field", "name"),
    [("stores", "sqlite"), ("boleto_providers", ""), ("executors", "tasks"), ("legal_packs", "br"), ("extensions", "")],
)
def test_each_sort_has_its_names(field: str, name: str) -> None:
    """Of what regua does not have itself there is none."""
    found = getattr(Registry.discover(entry_points=False), field)
    assert list(found)[:1] == ([name] if name else [])
