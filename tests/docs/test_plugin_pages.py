import pytest
from tests.docs.pages import DOCS, Page
from tests.docs.reference.plugins import hook_names

from regua.engine.settings import CODES
from regua.plugins import Registry

PLUGINS, SETTINGS = Page(DOCS / "reference/plugins.md"), Page(DOCS / "reference/settings.md")


@pytest.mark.parametrize("hook", hook_names())
def test_every_hook_has_its_section(hook: str) -> None:
    """With what it is for, when it is called, and an example."""
    section = PLUGINS.text.partition(f"### `{hook}`\n")[2].partition("\n### ")[0]
    assert "\nCalled " in section
    assert f"```python\n@hookimpl\ndef {hook}(" in section
    assert section.split("```")[1].count("\n") == 4


def test_everything_built_in_has_its_row() -> None:
    """Channels, executors, stores, calendars and legal packs."""
    registry = Registry.discover(entry_points=False)
    for names in (registry.channels, registry.executors, registry.stores, registry.calendars, registry.legal_packs):
        assert all(f"| `{name}` |" in PLUGINS.text for name in names)


def test_every_code_of_the_settings_has_its_row() -> None:
    """As those of policies."""
    assert [code for code in CODES if f"| `{code}` |" not in SETTINGS.text] == []
