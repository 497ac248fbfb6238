"""The store on one SQLite file."""

from __future__ import annotations

from regua.builtin.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
