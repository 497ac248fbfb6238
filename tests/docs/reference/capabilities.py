"""What each channel, executor and provider of boletos can do and promise, as one table a sort."""

import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import attrs
from tests.docs.pages import ROOT
from tests.docs.reference.docstrings import code, table

from regua.plugins import Registry
from regua.ports import BoletoCapabilities, Capabilities

REQUIRED: Final[dict[str, Any]] = {
    "host": "mail.example.invalid",
    "sender": "cobranca@example.invalid",
    "url": "https://example.invalid",
}
"""What a key that has no default is given here, by its name; any other one is given a folder."""
_SPANS: Final = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1)))


def matrix() -> str:
    """Every channel, executor and provider of regua and of the plugins of this repository."""
    registry = of_the_repository()
    sorts = {
        "Channels": (registry.channels, Capabilities),
        "Executors and registrars": (registry.executors, Capabilities),
        "Providers of boletos": (registry.boleto_providers, BoletoCapabilities),
    }
    return "\n".join(f"### {title}\n\n{tabulated(offered, cls)}" for title, (offered, cls) in sorts.items())


@cache
def of_the_repository() -> Registry:
    """What regua and the plugins in `plugins/` offer, whatever else is installed."""
    registry = Registry.discover(*map(import_module, _modules()), entry_points=False)
    assert registry.failures == ()
    return registry


def _modules() -> Iterator[str]:
    for path in sorted((ROOT / "plugins").glob("*/pyproject.toml")):
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        yield from project.get("entry-points", {}).get("regua", {}).values()


def tabulated(offered: Mapping[str, Any], cls: type[Capabilities]) -> str:
    """One row for each, one column for each capability."""
    names = [field.name for field in attrs.fields(cls)]
    rows = []
    for name, each in offered.items():
        can, depends = declared(each)
        rows.append([f"`{name}`" + ("*" if depends else ""), *(told(getattr(can, field)) for field in names)])
    return table(["`use`", *map(code, zip(names))], rows or [["none yet"] + [""] * len(names)])


def declared(offered: Any) -> tuple[Capabilities, bool]:
    """Its capabilities with nothing but the required keys, and whether they may be others with other keys."""
    said = getattr(offered, "capabilities", None)
    if isinstance(said, Capabilities):
        return said, False
    with tempfile.TemporaryDirectory() as folder:
        made = offered(offered.Config(**dict(_required(offered.Config, folder))))
        can = made.capabilities
        made.close()
    return can, True


def _required(config: type[Any], folder: str) -> Iterable[tuple[str, Any]]:
    for field in attrs.fields(config):
        if field.default is attrs.NOTHING:
            yield field.alias or field.name, REQUIRED.get(field.name, Path(folder) / field.name)


def told(value: Any) -> str:
    """A capability as a cell."""
    if isinstance(value, timedelta):
        return _span(value)
    if isinstance(value, bool) or value is None:
        return "yes" if value else "-"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "-"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _span(span: timedelta) -> str:
    for unit, length in _SPANS:
        if span and not span % length:
            return f"{span // length} {unit}"
    return f"{span.total_seconds():g} s" if span else "-"
