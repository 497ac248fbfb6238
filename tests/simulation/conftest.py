"""The fixtures of `regua.testing`, also where regua runs from its source and pytest does not find its entry point."""

from regua.testing.pytest_plugin import regua_engine, simulation

__all__ = ["regua_engine", "simulation"]
