"""The reference of `regua.documents`: what reads what, and the states."""

import inspect
from collections.abc import Callable

from tests.docs.reference.docstrings import code, first_paragraph, sentence, table

from regua import documents
from regua.core.calendars import STATES


def functions() -> str:
    """Every function, with what it gives."""
    found = [getattr(documents, name) for name in documents.__all__]
    rows = [(_call(each), _does(each), _gives(each)) for each in found if inspect.isfunction(each)]
    return table(("function", "does", "gives"), rows)


def states() -> str:
    """Every state, and what tells it."""
    rows = [
        (f"`{state}`", f"`{ibge}`", code(_area_codes(state)), _ceps(state))
        for state, ibge in sorted((state, ibge) for ibge, state in STATES.items())
    ]
    return table(("state", "IBGE", "area codes", "CEPs"), rows)


def _area_codes(state: str) -> list[str]:
    return sorted(area for area, states in documents.AREA_CODES.items() if state in states)


def _ceps(state: str) -> str:
    return ", ".join(f"{first}-000 to {last}-999" for first, last, owner in documents.CEPS if owner == state)


def _call(function: Callable[..., str]) -> str:
    return f"`{function.__name__}({', '.join(inspect.signature(function).parameters)})`"


def _does(function: Callable[..., str]) -> str:
    return sentence(first_paragraph(function))


def _gives(function: Callable[..., str]) -> str:
    returns = (inspect.getdoc(function) or "").partition("Returns:\n")[2].partition("\n\n")[0]
    return sentence(" ".join(returns.split()))
