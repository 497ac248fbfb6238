"""The store that keeps nothing: for tests, simulations and a first look."""

from __future__ import annotations

from regua.builtin.memory.store import MemoryStore

__all__ = ["MemoryStore"]
