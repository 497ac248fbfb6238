"""Fixtures for pytest, there as soon as `regua[testing]` is installed. Nothing is imported before one is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from regua.engine import Engine
    from regua.testing.simulation import Simulation


@pytest.fixture
def simulation() -> Iterator[Callable[..., Simulation]]:
    """Make simulations, called as `regua.testing.Simulation`; they are closed after the test.

    Example:
        def test_reminder(simulation):
            sim = simulation("policy.toml", start="2026-03-01")
    """
    from regua.testing.simulation import Simulation  # noqa: PLC0415 - as the module says

    with ExitStack() as opened:

        def make(*args: Any, **kwargs: Any) -> Simulation:
            return opened.enter_context(Simulation(*args, **kwargs))

        yield make


@pytest.fixture
def regua_engine() -> Iterator[Callable[..., Engine]]:
    """Open engines on stores in memory, called as `regua.Engine.open`; they are closed after the test.

    Example:
        def test_shop(regua_engine):
            engine = regua_engine(creditors={"loja": CreditorSettings(policies=["policy.toml"], name="Loja")})
    """
    from regua.engine import Engine  # noqa: PLC0415 - as the module says

    with ExitStack() as opened:

        def make(*args: Any, **kwargs: Any) -> Engine:
            return opened.enter_context(Engine.open(*args, **({"store": "memory:"} | kwargs)))

        yield make
