"""Boletos: what a bar code or a linha digitável says, and how one is made, for bank boletos and arrecadação.

from regua_boleto import read, make_free, BankSlip
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from regua.plugins import hookimpl

if TYPE_CHECKING:
    import click

    from regua.ports import BoletoProvider
    from regua_boleto.bank import BankSlip
    from regua_boleto.banks import LAYOUTS
    from regua_boleto.collection import CollectionSlip
    from regua_boleto.due import FEBRABAN_2012, Window
    from regua_boleto.free import make_free, read_free
    from regua_boleto.instructions import Discount, Instructions
    from regua_boleto.layouts import Computed, FreeField, Given, Layout
    from regua_boleto.problems import BoletoError, Problem
    from regua_boleto.reading import read
    from regua_boleto.sheet import Party, Sheet, print_sheet

__all__ = [
    "FEBRABAN_2012",
    "LAYOUTS",
    "BankSlip",
    "BoletoError",
    "CollectionSlip",
    "Computed",
    "Discount",
    "FreeField",
    "Given",
    "Instructions",
    "Layout",
    "Party",
    "Problem",
    "Sheet",
    "Window",
    "make_free",
    "print_sheet",
    "read",
    "read_free",
]
_HOMES: Final = {
    "bank": ("BankSlip",),
    "banks": ("LAYOUTS",),
    "collection": ("CollectionSlip",),
    "due": ("FEBRABAN_2012", "Window"),
    "free": ("make_free", "read_free"),
    "instructions": ("Discount", "Instructions"),
    "layouts": ("Computed", "FreeField", "Given", "Layout"),
    "problems": ("BoletoError", "Problem"),
    "reading": ("read",),
    "sheet": ("Party", "Sheet", "print_sheet"),
}


@hookimpl
def regua_boleto_providers() -> list[type[BoletoProvider]]:
    """Offer boletos without a vendor."""
    from regua_boleto.offline import OfflineProvider  # noqa: PLC0415 - when it is needed

    return [OfflineProvider]


@hookimpl
def regua_commands() -> list[click.Command]:
    """`regua boleto`."""
    from regua_boleto.cli import boleto  # noqa: PLC0415 - an application may lack click

    return [boleto]


def __getattr__(name: str) -> Any:
    """Import what is asked for: who only has the plugin installed pays for nothing."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
