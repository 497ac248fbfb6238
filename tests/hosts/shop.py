"""A shop: a database with its own table and regua's in it, and an engine on it."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final
from urllib.parse import quote

import psycopg
from attrs import define, field, frozen

from regua import Engine, Event
from regua.builtin.sqlite import SqliteStore
from regua.engine import Creditor, CreditorSettings
from regua.plugins import hookimpl
from regua.ports import Store
from regua_postgres import PostgresStore

POLICY: Final = """\
format = 1
[policy]
id = "loja"
version = 1
timezone = "America/Sao_Paulo"
calendar = "br-bancario"
"""
WHO: Final = {"name": "Loja da Ana", "document": "11.222.333/0001-81", "address": "Rua das Flores, 10, São Paulo"}


@frozen
class Database:
    """Where the shop and regua keep what they know.

    Attributes:
        place: the path of a file, or the URL of a PostgreSQL database.
        parts: how the driver is told, empty for a file.
    """

    place: str
    parts: Mapping[str, Any]

    @property
    def dialect(self) -> str:
        """Its URL for SQLAlchemy."""
        if not self.parts:
            return f"sqlite:///{self.place}"
        options = quote(self.parts.get("options", ""))
        server = f"{self.parts.get('user', '')}:{quote(self.parts.get('password', ''), safe='')}@"
        host = f"host={quote(self.parts.get('host', ''))}&port={self.parts.get('port', 5432)}"
        return f"postgresql+psycopg://{server}/{self.parts.get('dbname', '')}?{host}&options={options}"

    def connect(self, **settings: Any) -> Any:
        """Open a connection of the driver."""
        if self.parts:
            return psycopg.connect(self.place, **settings)
        return sqlite3.connect(self.place, timeout=0.1, **settings)

    def sales(self) -> list[int]:
        """What is durable of the shop's, as somebody else sees it."""
        with closing(self.connect()) as connection:
            return [number for (number,) in connection.execute("SELECT number FROM sale ORDER BY number").fetchall()]


@define(eq=False)
class Shop:
    """A creditor on a database, and what its observers heard.

    Attributes:
        database: of the shop.
        store: on it.
        loja: the creditor.
        heard: ids of facts that observers were told.
    """

    database: Database
    store: Store
    loja: Creditor = field(init=False)
    heard: list[str] = field(factory=list)

    @hookimpl
    def regua_event_recorded(self, event: Event) -> None:
        """Remember it."""
        self.heard.append(event.id)

    def facts(self) -> Sequence[str]:
        """Ids of what is durable of regua's."""
        return [event.id for event in self.loja.events()]


@contextmanager
def opened(database: Database) -> Iterator[Shop]:
    """Make the tables of both, and open an engine."""
    with closing(_store(database)) as store, closing(database.connect()) as connection:
        connection.execute("CREATE TABLE sale (number integer PRIMARY KEY)")
        connection.commit()
        shop = Shop(database, store)
        creditors = {"loja": CreditorSettings(policies=(POLICY,), **WHO)}
        with Engine.open(store=store, creditors=creditors, plugins=[shop]) as engine:
            shop.loja = engine.creditor()
            yield shop


def _store(database: Database) -> Store:
    if not database.parts:
        return SqliteStore.open(f"sqlite:///{database.place}", durable=False)
    store = PostgresStore.open(database.place, migrate=False)
    store.migrate()
    return store
