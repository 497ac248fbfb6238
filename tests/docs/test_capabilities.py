"""The matrix of capabilities, and the place of every part of the interface of plugins."""

from datetime import timedelta

import attrs
import pytest
from tests.docs.pages import DOCS, Page
from tests.docs.reference.capabilities import tabulated
from tests.plugins.interface import capabilities, errors, own_arguments

from regua.plugins import FunctionChannel
from regua.ports import BoletoCapabilities, Capabilities, NoConfig, Receipt

MATRIX = Page(DOCS / "reference/capabilities.md")
PORTS, ERRORS = Page(DOCS / "reference/ports.md"), Page(DOCS / "reference/errors.md")
EVERYTHING = {
    "delivery": ("idempotent", "idempotent"),
    "key_ttl": (timedelta(hours=24), "1 d"),
    "query_lag": (timedelta(0), "-"),
    "send_timeout": (timedelta(seconds=90), "90 s"),
    "reports_delivery": (True, "yes"),
    "reports_reading": (True, "yes"),
    "attachments": (True, "yes"),
    "html": (True, "yes"),
    "max_characters": (1600, "1,600"),
    "sends_legal_notice": (True, "yes"),
    "ask_every": (timedelta(minutes=15), "15 min"),
    "alters": (frozenset({"amount", "due"}), "amount, due"),
    "keeps_line": (True, "yes"),
    "alter_delay": (timedelta(hours=2), "2 h"),
    "pdf": (True, "yes"),
}
"""Every capability that can be declared beside the others, and its cell."""


def test_the_matrix_tells_what_is_declared():
    """Every field of the capabilities is a column, and says what this one says."""
    can = BoletoCapabilities(**{name: value for name, (value, _) in EVERYTHING.items()})
    everything = FunctionChannel("tudo", lambda _: Receipt(), capabilities=can)
    head, _, row = tabulated({"tudo": everything}, BoletoCapabilities).splitlines()
    cells = dict(zip(_cells(head), _cells(row), strict=True))
    assert cells == {"`use`": "`tudo`"} | {f"`{name}`": cell for name, (_, cell) in EVERYTHING.items()}
    assert set(EVERYTHING) == set(attrs.fields_dict(BoletoCapabilities))


def test_what_depends_on_the_config_is_marked():
    """As the class has no capabilities before it is made."""

    class Sized:
        Config = NoConfig

        def __init__(self, config: object) -> None:
            self.capabilities = Capabilities(html=config == NoConfig())

        def close(self) -> None:
            """There is nothing to give back."""

    assert "| `sized`* | blind |" in tabulated({"sized": Sized}, Capabilities)


@pytest.mark.parametrize("name", capabilities())
def test_every_capability_has_its_row_and_its_column(name: str):
    """Its meaning on the page of the ports, and who has it in the matrix."""
    cls, _, field = name.partition(".")
    section = PORTS.text.partition(f"### {cls}\n")[2].partition("\n### ")[0]
    assert f"| `{field}` |" in section
    assert any(f"`{field}`" in _cells(line) for line in MATRIX.text.splitlines() if line.startswith("| `use` |"))


@pytest.mark.parametrize("error", errors(), ids=lambda error: error.__name__)
def test_every_error_of_authors_has_its_section(error: type):
    """With a row for each thing that it is told."""
    section = ERRORS.text.partition(f"### `{error.__name__}`\n")[2].partition("\n### ")[0]
    assert section
    assert [name for name in own_arguments(error) if f"| `{name}` |" not in section] == []


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
