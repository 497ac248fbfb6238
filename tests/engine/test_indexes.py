"""Indexes reach the plan: from `regua.toml`, from plugins, from arguments, from the command line."""

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest

import regua
from regua.core.indexes import LEGAL, MonthlyRates
from regua.engine.settings import Settings, read_settings
from regua.errors import PolicyError, SettingsError
from regua.plugins import Registry, hookimpl
from regua.testing import Simulation

REGISTRY = Registry.discover(entry_points=False)
SERIES = '[{"data":"01/04/2026","valor":"0.300000"},{"data":"01/05/2026","valor":"0.620000"}]'
RATES = MonthlyRates.parse(LEGAL, SERIES)
POLICY = """
format = 1

[policy]
id = "loja"

[charges]
fine = "2%"
interest = "legal"

[[step]]
id = "atraso"
at = "D+3 10:00"
tone = "courteous"
channels = ["console"]
template = "atraso"
"""
SETTINGS = """
format = 1
[store]
url = "memory:"
[creditor.loja]
policies = ["loja.toml"]
name = "Loja da Ana"
document = "11.222.333/0001-81"
address = "Rua das Flores, 10"
[channel.console]
use = "console"
"""


MESSAGE = """\
Assunto: {{ creditor_name }}

{% for item in items %}
{{ item.amount }} = {{ item.original }} + {{ item.fine }} + {{ item.interest }}
{% endfor %}
{{ creditor_name }}, {{ creditor_document }}, {{ creditor_address }}
"""


class Plugin:
    """Offers the series, and something that is no index."""

    @hookimpl
    def regua_extensions(self) -> list[object]:
        """An index and a predicate."""
        return [RATES, SimpleNamespace(name="risco-alto")]


def read(folder: Path, text: str, **environment: str) -> Settings:
    """Read a file with that text, beside the series."""
    (folder / "29543.json").write_text(SERIES, encoding="utf-8")
    path = folder / "regua.toml"
    path.write_text(f"format = 1\n{text}", encoding="utf-8")
    return read_settings(path, REGISTRY, environment=environment)


def test_a_file_of_the_settings_is_an_index(tmp_path: Path):
    """By the name of its table, with its lag; its path may stand in the environment."""
    text = '[index.taxa-legal]\nfile = "29543.json"\n[index.ipca]\nfile = "env:IPCA"\nlag = 2\n'
    found = read(tmp_path, text, IPCA="29543.json").indexes
    assert found == {LEGAL: RATES, "ipca": MonthlyRates.parse("ipca", SERIES, lag=2)}
    assert found["ipca"].rate(2026, 6) == Fraction(3, 1000)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"data;valor\n02/01/2025;0,5\n", "rates: line 2: '02/01/2025' is no first day of a month; write the first"),
        (b"\xff\xfe", "rates: it is not UTF-8; save it as UTF-8 [invalid-value]"),
        (b" " * 1_000_001, "rates: it is larger than 1,000,000 bytes; give monthly rates alone [invalid-value]"),
    ],
)
def test_a_file_without_rates_is_told_where_it_is_named(tmp_path: Path, content: bytes, told: str):
    """With the file's own line."""
    (tmp_path / "rates").write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, '[index.ipca]\nfile = "rates"\n')
    assert f"regua.toml:3:8: {told}" in str(caught.value)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("[index.ipca]\n", "2:1: an index needs the key 'file': monthly rates in percent"),
        ('[index.ipca]\nfile = "none"\n', "3:8: there is no file 'none' in"),
        ('[index.ipca]\nfile = "29543.json"\nlag = 13\n', "4:7: 'lag' takes a whole number from 0 to 12"),
        ('[index.ipca]\nfile = "29543.json"\nuse = "x"\n', "4:1: unknown key 'use'"),
        ("index = 3\n", "2:9: 'index' takes tables [index.NAME], not the integer 3"),
    ],
)
def test_what_is_wrong_with_an_index_is_told(tmp_path: Path, table: str, told: str):
    """At line and column."""
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, table)
    assert f"regua.toml:{told}" in str(caught.value)


def test_an_engine_takes_the_index_of_its_settings(tmp_path: Path):
    """And one that is given comes before it."""
    (tmp_path / "loja.toml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "29543.json").write_text(SERIES, encoding="utf-8")
    (tmp_path / "regua.toml").write_text(f'{SETTINGS}[index.taxa-legal]\nfile = "29543.json"\n', encoding="utf-8")
    with regua.Engine.open(tmp_path / "regua.toml") as engine:
        assert engine.creditor().schedule("ana", as_of=_at("2026-04-23")).indexes == {LEGAL: RATES.version}
    other = MonthlyRates(name=LEGAL, rates={(2026, 4): Fraction(1, 100)})
    with regua.Engine.open(tmp_path / "regua.toml", indexes=[other]) as engine:
        assert engine.creditor().schedule("ana", as_of=_at("2026-04-23")).indexes == {LEGAL: other.version}


def test_an_engine_without_the_index_refuses_the_policy(tmp_path: Path):
    """Before anybody is dunned."""
    (tmp_path / "loja.toml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "regua.toml").write_text(SETTINGS, encoding="utf-8")
    with pytest.raises(PolicyError, match="there is no index 'taxa-legal'"):
        regua.Engine.open(tmp_path / "regua.toml")


def test_a_plugin_offers_an_index():
    """Among the extensions it is one that has a version and rates."""
    registry = Registry.discover(Plugin(), entry_points=False)
    assert registry.failures == ()
    assert (list(registry.extensions), registry.indexes) == ([LEGAL, "risco-alto"], {LEGAL: RATES})
    assert registry.catalog(indexes=["ipca"]).indexes == {LEGAL, "ipca"}
    assert registry.catalog().indexes is None


def _at(day: str) -> object:
    import pendulum

    return pendulum.parse(f"{day}T12:00", tz="America/Sao_Paulo")


@pytest.mark.parametrize("given", ["plugin", "argument"])
def test_a_message_itemises_the_legal_interest(given: str, tmp_path: Path):
    """R$ 1.000,00 due on 18 April: on the 23rd five of thirty days of 0,3% are R$ 0,50."""
    folder = tmp_path / "textos"
    (folder / "pt-BR").mkdir(parents=True)
    (folder / "pt-BR" / "atraso.txt.j2").write_text(MESSAGE, encoding="utf-8")
    (tmp_path / "loja.toml").write_text(POLICY.replace("console", "email"), encoding="utf-8")
    parts = {"plugins": [Plugin()]} if given == "plugin" else {"indexes": [RATES]}
    with Simulation(tmp_path / "loja.toml", start="2026-04-01", templates=folder, **parts) as simulation:  # type: ignore[arg-type]
        case = simulation.debtor("ana", invoices=[{"id": "nf-1", "amount": "1000.00", "due": "2026-04-18"}])
        simulation.advance(until="2026-04-24")
        (sent,) = case.messages
        assert "R$ 1.020,50 = R$ 1.000,00 + R$ 20,00 + R$ 0,50" in sent.text
        assert str(case.balance()) == "1020.60 BRL"


def test_a_simulation_without_the_index_does_not_plan(tmp_path: Path):
    """The policy is refused, with what is missing."""
    (tmp_path / "loja.toml").write_text(POLICY.replace("console", "email"), encoding="utf-8")
    with pytest.raises(PolicyError, match="there is no index 'taxa-legal'"):
        Simulation(tmp_path / "loja.toml", start="2026-04-01")
