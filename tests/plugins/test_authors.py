"""What a plugin author makes in an afternoon, used as a creditor uses it: from the settings to what the debtor gets."""

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.docs.pages import DOCS, Page
from tests.plugins.installing import install

from regua import Engine, Money, events
from regua.cli import main
from regua.ports import Receipt

SINCE = datetime(2026, 4, 1, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 4, 17, 12, 1, tzinfo=UTC)
ANA = {"creditor": "loja", "debtor": "ana", "at": SINCE, "recorded_at": SINCE}
FACTS = (
    events.ContactPointAdded(id="p", point="zap", channels=("meu-zap",), ref="zap", **ANA),
    events.ConsentGranted(id="c", channel="meu-zap", **ANA),
    events.InvoiceIssued(id="i", receivable="nf-1", amount=Money.of("150.00"), due=date(2026, 4, 20), **ANA),
)
TUTORIAL = Page(DOCS / "tutorial/first-channel.md")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the policy and the settings of the tutorial, those of the package as `regua.toml` in the end."""
    monkeypatch.chdir(tmp_path)
    for block in TUTORIAL.blocks:
        if block.saved_as:
            name = block.saved_as if "[channel." not in block.body else "package.toml"
            (tmp_path / name).write_text(block.body, encoding="utf-8")
    return tmp_path


def reminded(config: str, address: str = "+5511900000001", **parts: Any) -> Engine:
    """An engine that has carried out what is due on the day of the reminder."""
    engine = Engine.open(config, now=lambda: FRIDAY, **parts)
    loja = engine.creditor("loja")
    loja.record(*FACTS)
    loja.keep("ana", {"zap": {"address": address}})
    engine.run_due()
    return engine


def kinds(engine: Engine) -> list[str]:
    """What became known since."""
    return [type(event).__name__ for event in engine.creditor("loja").events("ana")][len(FACTS) :]


@pytest.fixture
def decorated() -> dict[str, Any]:
    """The names of the tutorial's first channel."""
    names: dict[str, Any] = {}
    [code] = [block.body for block in TUTORIAL.blocks if "@regua.channel" in block.body]
    lines = [line for line in code.splitlines() if line and not line.startswith(("import", "from"))]
    assert len(lines) <= 15
    exec(code, names)  # noqa: S102 - running the page is the point
    return names


def test_a_channel_of_fifteen_lines_sends(decorated: dict[str, Any]):
    """Once, to the debtor's number, what the debtor is to know."""
    with reminded("regua.toml", plugins=[decorated["meu_zap"]]) as engine:
        assert engine.run_due().sent == 0
        [(address, text)] = decorated["sent"]
        assert address == "+5511900000001"
        assert "R$ 150,00" in text
        assert "Loja da Ana" in text
        assert "ActionSent" in kinds(engine)


def test_what_it_refuses_is_a_fact_about_the_address(decorated: dict[str, Any]):
    """Nobody tries that number again."""
    with reminded("regua.toml", "+3511900000001", plugins=[decorated["meu_zap"]]) as engine:
        assert decorated["sent"] == []
        assert "ContactPointFailed" in kinds(engine)


@pytest.fixture
def package(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The package that `regua new-plugin` makes, installed, with its provider at the address of the settings."""
    assert main(["new-plugin", "meu-zap", "--quiet"]) == 0
    monkeypatch.syspath_prepend(install(folder / "regua-meu-zap"))
    monkeypatch.syspath_prepend(folder / "regua-meu-zap/tests")
    known = {*sys.modules}
    loopback = import_module("loopback")
    made = loopback.Loopback(import_module("regua_meu_zap").MeuZapChannel)
    for name, value in {"ADDRESS": made.server.url, "TOKEN": loopback.TOKEN, "SECRET": loopback.SECRET}.items():
        monkeypatch.setenv(f"ZAP_{name}", value)
    yield made
    made.close()
    for name in {*sys.modules} - known:
        if name == "loopback" or name.startswith("regua_meu_zap"):
            del sys.modules[name]


def test_a_package_from_the_template_sends_and_hears(package: Any):
    """By its own provider, under a key; and what the provider calls later is a fact."""
    with reminded("package.toml") as engine:
        [taken] = package.taken()
        assert (taken.to, taken.kind) == ("+5511900000001", "messages")
        assert "R$ 150,00" in taken.text
        later = FRIDAY + timedelta(minutes=1)
        call = package.call(Receipt(status="delivered", reference="id-1", at=later))
        assert "ActionDelivered" not in kinds(engine)
        engine.receive("meu-zap", call)
        assert "ActionDelivered" in kinds(engine)


def test_a_lost_answer_is_asked_for_again_under_the_same_key(package: Any):
    """The template's channel is idempotent: the provider took the message, and takes it once."""
    package.behave("swallows")
    with reminded("package.toml") as engine:
        assert "ActionUnknown" in kinds(engine)
    package.behave("well")
    with Engine.open("package.toml", now=lambda: FRIDAY + timedelta(minutes=5)) as engine:
        engine.run_due()
        assert "ActionSent" in kinds(engine)
    assert len(package.taken()) == 1
