import ast
from functools import cache
from pathlib import Path

import pytest
from tests.plugins.interface import PROOFS, interface

from regua.builtin.memory import MemoryStore
from regua.builtin.tasks import TaskQueue
from regua.core.calendars import WeekdayCalendar
from regua.engine.log import default_log
from regua.engine.outcomes import ask
from regua.plugins import Registry, hookimpl
from regua.ports import BoletoCapabilities, Capabilities, NoConfig, Receipt, Unsupported

ROOT = Path(__file__).resolve().parents[2]


class Zap:
    """A channel that takes everything."""

    Config = NoConfig
    name = "zap"
    capabilities = Capabilities()

    def send(self, message: object) -> Receipt:
        """Take it."""
        return Receipt(reference=str(message))

    def close(self) -> None:
        """There is nothing to give back."""


class Bank:
    """A provider of boletos, as far as a registry looks."""

    Config = NoConfig
    name = "praca"
    capabilities = BoletoCapabilities(alters=frozenset({"due"}), keeps_line=True)
    issue = read = alter = cancel = pdf = close = Zap.close


class CloudStore(MemoryStore):
    """A store of another scheme."""

    schemes = ("nuvem",)


class Bureau(TaskQueue):
    """An executor of another name."""

    name = "bureau"


OFFERED = {
    "regua_channels": ("channels", "zap", Zap),
    "regua_stores": ("stores", "nuvem", CloudStore),
    "regua_boleto_providers": ("boleto_providers", "praca", Bank),
    "regua_executors": ("executors", "bureau", Bureau),
    "regua_calendars": ("calendars", "feira", WeekdayCalendar(name="feira")),
}


def plugin(hook: str, offered: object) -> object:
    """A plugin of one hook."""

    def offer(_: object) -> list[object]:
        return [offered]

    return type("Plugin", (), {hook: hookimpl(offer)})()


@pytest.mark.parametrize("hook", OFFERED)
def test_a_hook_gives_what_the_registry_has(hook: str):
    """Under its name, as it was given."""
    field, name, offered = OFFERED[hook]
    registry = Registry.discover(plugin(hook, offered), entry_points=False)
    assert registry.failures == ()
    assert getattr(registry, field)[name] is offered
    assert registry.plugins[-1].offers == {hook: (name,)}


def test_a_feature_that_is_not_there_is_named_in_the_evidence():
    """Who reads why another channel was taken reads what this one lacks."""

    def send() -> None:
        raise Unsupported(feature="attachments")

    assert ask(send, default_log()).reason == "unsupported: attachments"


def test_every_part_of_the_interface_has_its_proof():
    """A hook, capability or error that is added has no test yet: it needs its line in the table, and that test."""
    assert list(PROOFS) == list(interface())


@cache
def found_in(path: str) -> tuple[str, frozenset[str]]:
    """The text of a file, or of those of a folder, and the names of its tests."""
    place = ROOT / path
    texts = [each.read_text(encoding="utf-8") for each in ([place] if place.is_file() else place.glob("*.py"))]
    nodes = (node for text in texts for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    return "\n".join(texts), frozenset(node.name for node in nodes if node.name.startswith("test_"))


@pytest.mark.parametrize("part", PROOFS)
def test_the_proof_is_a_test_that_is_there(part: str):
    """Beside what names the part."""
    path, _, name = PROOFS[part].partition("::")
    text, tests = found_in(path)
    assert name in tests
    assert part.rpartition(".")[2] in text
