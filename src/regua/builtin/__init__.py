"""What regua has of its own, offered through the same hooks as any plugin: stores, channels, calendars, packs."""

from __future__ import annotations

from regua.calendars import BrazilianBankCalendar
from regua.core.calendars import Calendar, WeekdayCalendar
from regua.plugins import hookimpl
from regua.policyfile.packs.builtin import BuiltinPack, builtin_packs
from regua.ports import Channel, Executor, StorePlugin

# Each hook imports what it offers: who takes one store does not pay for the other.


@hookimpl
def regua_stores() -> list[type[StorePlugin]]:
    """A SQLite file, and one that keeps nothing."""
    from regua.builtin.memory import MemoryStore  # noqa: PLC0415 - as above
    from regua.builtin.sqlite import SqliteStore  # noqa: PLC0415 - as above

    return [SqliteStore, MemoryStore]


@hookimpl
def regua_channels() -> list[type[Channel]]:
    """Two channels that reach nobody: for a first look, for tests, and for who sends in another way."""
    from regua.builtin.channels.console import ConsoleChannel  # noqa: PLC0415 - as above
    from regua.builtin.channels.folder import FolderChannel  # noqa: PLC0415 - as above

    return [ConsoleChannel, FolderChannel]


@hookimpl
def regua_executors() -> list[type[Executor]]:
    """Tasks for people, and a registrar that is a folder of files."""
    from regua.builtin.registrar import FileRegistrar  # noqa: PLC0415 - as above
    from regua.builtin.tasks import TaskQueue  # noqa: PLC0415 - as above

    return [TaskQueue, FileRegistrar]


@hookimpl
def regua_calendars() -> list[Calendar]:
    """Monday to Friday, and the national calendar of Brazilian banks."""
    return [WeekdayCalendar(), BrazilianBankCalendar()]


@hookimpl
def regua_legal_packs() -> list[BuiltinPack]:
    """The packs for Brazil, none read yet."""
    return builtin_packs()
