"""The driver's connection in what a host has: found by its shape, since regua imports no framework."""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import Any, TypeVar

C = TypeVar("C")


def driver_connection(using: object, driver: type[C]) -> C:
    """Give the connection of a driver that carries the host's transaction.

    Args:
        using: such a connection; Django's `connection`, which is opened where it is not; of SQLAlchemy a `Session`, a
            `Connection`, whose transaction is begun where it is not, or a connection of its pool.
        driver: the class of connections that the store writes on.

    Raises:
        ValueError: there is no such connection in it.
    """
    found: Any = using
    if isinstance(found, driver):
        return found
    if not _is_async(found):
        found = _unwrapped(found)
    if isinstance(found, driver):
        return found
    message = f"using= got a {_named(using)}{'' if found is using else f' on a {_named(found)}'}; "
    if _is_async(found):
        message += "an async driver cannot serve: call regua in a thread, with a connection of a synchronous one"
    else:
        message += (
            f"give a {driver.__module__}.{driver.__qualname__}, Django's connection, or a Session or Connection of "
            "SQLAlchemy, to the store's database"
        )
    raise ValueError(message)


def without_transaction() -> ValueError:
    """Make the error of a connection in autocommit: what is done on it would be undone by nobody."""
    return ValueError(
        "using= is a connection in autocommit, on which no transaction is open; begin one (with Django: "
        "transaction.atomic()), or leave using= out"
    )


def _unwrapped(found: Any) -> Any:
    if callable(getattr(found, "ensure_connection", None)):  # Django
        found.ensure_connection()
        return found.connection
    if callable(getattr(found, "begin_nested", None)):  # SQLAlchemy
        if callable(getattr(found, "connection", None)):
            found = found.connection()
        elif not found.in_transaction():
            found.begin()  # as its own next statement would
        found = getattr(found, "connection", found)
    return getattr(found, "driver_connection", found)


def _is_async(found: Any) -> bool:
    kind = type(found)
    return hasattr(kind, "__aenter__") or iscoroutinefunction(getattr(kind, "connection", None))


def _named(found: object) -> str:
    """What a message calls it; never its text, which may hold a password."""
    kind = type(found)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
