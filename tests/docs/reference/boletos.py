"""The reference of `regua_boleto`: what each bank's layout is given, and where it comes from."""

from typing import get_args

from tests.docs.reference.docstrings import code, first_paragraph, sentence, table

import regua_boleto
from regua_boleto.layouts import Given, Layout
from regua_boleto.problems import Code


def names() -> str:
    """Every public name, with what it is."""
    found = [(f"`{name}`", sentence(_said(name))) for name in sorted(regua_boleto.__all__, key=str.lower)]
    return table(("name", "is"), found)


def _said(name: str) -> str:
    thing = getattr(regua_boleto, name)
    known = {
        "LAYOUTS": "The layouts below, as values",
        "FEBRABAN_2012": "The window of the manual: 3,001 days back, 5,500 ahead",
    }
    return known.get(name) or first_paragraph(thing)


def layouts() -> str:
    """Every layout."""
    rows = [
        (_bank(layout), code(filter(None, [layout.name])), _given(layout), f"`{layout.free}`", _said_of(layout))
        for layout in regua_boleto.LAYOUTS
    ]
    return table(("bank", "layout", "is given (digits)", "campo livre", "notes and source"), rows)


def codes() -> str:
    """The codes of problems, in the order of the code."""
    return ", ".join(f"`{code}`" for code in get_args(Code)) + "\n"


def _bank(layout: Layout) -> str:
    return f"{layout.bank} {layout.title}"


def _given(layout: Layout) -> str:
    return ", ".join(f"`{name}` {_digits(wanted)}" for name, wanted in layout.given.items())


def _digits(wanted: Given) -> str:
    if wanted.only:
        return f"({' or '.join(wanted.only)})" if len(wanted.only) < 5 else f"({', '.join(wanted.only)})"
    return f"{wanted.width}" if wanted.exact else f"≤ {wanted.width}"


def _said_of(layout: Layout) -> str:
    return f"{sentence(layout.notes)} {layout.source}".strip()
