"""The store of regua on PostgreSQL: `postgresql://…` where the settings say where to store.

from regua_postgres import PostgresStore
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regua.plugins import hookimpl
from regua.ports import StorePlugin

if TYPE_CHECKING:
    from regua_postgres.store import PostgresStore

__all__ = ["PostgresStore"]


@hookimpl
def regua_stores() -> list[type[StorePlugin]]:
    """A PostgreSQL database."""
    from regua_postgres.store import PostgresStore  # noqa: PLC0415 - who stores elsewhere does not pay for psycopg

    return [PostgresStore]


def __getattr__(name: str) -> Any:
    """Import the store when it is asked for."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from regua_postgres.store import PostgresStore  # noqa: PLC0415 - as above

    return PostgresStore
