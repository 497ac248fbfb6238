"""The counter of the engine's tests, on every store, and the command line inside this process."""

from tests.cli.conftest import call_fixture
from tests.engine.conftest import postgres, postgres_url, store

__all__ = ["call_fixture", "postgres", "postgres_url", "store"]
