"""The libraries of `regua[documents]`, imported when they are first needed."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from regua.errors import MissingExtra


@cache
def library(name: str) -> Any:
    """Import a library of the extra.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingExtra(name, "documents") from error
