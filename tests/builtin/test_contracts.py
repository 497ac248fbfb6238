"""What regua has of its own keeps the contracts that plugins keep."""
# ruff: noqa: D102 - the methods are the contract's

import json
import mimetypes
from collections.abc import Sequence
from pathlib import Path

import pytest

from regua.builtin.channels.console import ConsoleChannel, ConsoleConfig
from regua.builtin.channels.folder import FolderChannel, FolderConfig
from regua.builtin.registrar import FileRegistrar, FileRegistrarConfig
from regua.builtin.tasks import TaskQueue
from regua.calendars import BrazilianBankCalendar
from regua.core.calendars import Calendar, LocalCalendar, LocalHoliday, WeekdayCalendar
from regua.plugins import channel
from regua.ports import ActionRequest, Attachment, Message, NoConfig, Receipt, Unsupported
from regua.testing.contracts import (
    Behaviour,
    CalendarContract,
    ChannelContract,
    ExecutorContract,
    Provider,
    Taken,
)


class Screen(Provider):
    """Whoever reads what is printed."""

    answers = False

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.plugin = ConsoleChannel(ConsoleConfig())
        self._capsys, self._printed = capsys, ""

    def taken(self) -> Sequence[Taken]:
        self._printed += self._capsys.readouterr().out
        return [read(block) for block in self._printed.split(f"{'-' * 72}\n")[1:]]


class Folder(Provider):
    """A folder that can be written, or not."""

    answers = False

    def __init__(self, path: Path) -> None:
        self._path, self._aside = path, path.with_name("aside")
        path.mkdir()

    def behave(self, how: Behaviour, retry_after: str = "") -> None:
        if self._path.is_file():
            self._path.unlink()
            self._aside.rename(self._path)
        if how in {"down", "away"}:
            self._path.rename(self._aside)
            self._path.touch()
        else:
            super().behave(how, retry_after)

    @property
    def files(self) -> Path:
        """Where what was written lies, also while it cannot be written."""
        return self._aside if self._path.is_file() else self._path


class Letters(Folder):
    """The folder of the channel."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.plugin = FolderChannel(FolderConfig(path=path, durable=False))

    def taken(self) -> Sequence[Taken]:
        return [self._letter(path) for path in self.files.glob("*.txt")]

    def _letter(self, path: Path) -> Taken:
        files = [each.read_bytes() for each in sorted(self.files.glob(f"{path.stem}.[0-9].*"))]
        html = path.with_suffix(".html")
        return read(path.read_bytes().decode(), files, html.read_text(encoding="utf-8") if html.exists() else "")


class Registry(Folder):
    """The folder of the registrar."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.plugin = FileRegistrar(FileRegistrarConfig(path=path))

    def taken(self) -> Sequence[Taken]:
        written = [json.loads(path.read_bytes()) for path in (self.files / "requests").glob("*.json")]
        return [Taken(key=each["key"], kind=each["action"]["kind"]) for each in written]


class Outbox(Provider):
    """The engine's own: what was handed over stands there once."""

    answers = False

    def __init__(self) -> None:
        self.rows: dict[str, Taken] = {}
        self.plugin = Watched(self.rows)

    def taken(self) -> Sequence[Taken]:
        return [*self.rows.values()]


class Drawer(Provider):
    """Where a function puts what it is given."""

    answers = False

    def __init__(self) -> None:
        self.messages: list[Taken] = []

        @channel("meu-zap")
        def meu_zap(message: Message) -> Receipt:
            if message.attachments:
                raise Unsupported("attachments")
            self.messages.append(Taken(key=message.key, to=message.to, text=message.text))
            return Receipt(key=message.key)

        self.plugin = meu_zap

    def taken(self) -> Sequence[Taken]:
        return self.messages


class Watched(TaskQueue):
    """The queue, and who looks on."""

    def __init__(self, rows: dict[str, Taken]) -> None:
        super().__init__(NoConfig())
        self._rows = rows

    def run(self, request: ActionRequest) -> Receipt:
        self._rows[request.key] = Taken(key=request.key, kind=request.action.kind)
        return super().run(request)


def read(block: str, files: Sequence[bytes] = (), html: str = "") -> Taken:
    """A message as a person reads it: head, an empty line, the text."""
    head, _, text = block.partition("\n\n")
    said = dict(line.split(": ", 1) for line in head.split("\n"))
    names = said["Attachments"].split(", ") if "Attachments" in said else []
    types = [mimetypes.guess_type(name)[0] or "" for name in names]
    attachments = tuple(
        Attachment(name=name, media_type=kind, content=content)
        for name, kind, content in zip(names, types, files, strict=True)
    )
    subject = said.get("Subject", "")
    return Taken(key=said["Key"], to=said.get("To", ""), text=text, subject=subject, html=html, attachments=attachments)


class TestConsole(ChannelContract):
    @pytest.fixture
    def provider(self, capsys: pytest.CaptureFixture[str]) -> Provider:
        """Prints where pytest sees it."""
        return Screen(capsys)


class TestFolder(ChannelContract):
    @pytest.fixture
    def provider(self, tmp_path: Path) -> Provider:
        """Writes where there is nothing yet."""
        return Letters(tmp_path / "saida")


class TestFunction(ChannelContract):
    @pytest.fixture
    def provider(self) -> Provider:
        """A channel of one function."""
        return Drawer()


class TestTasks(ExecutorContract):
    @pytest.fixture
    def provider(self) -> Provider:
        """Hands over to nobody."""
        return Outbox()


class TestFileRegistrar(ExecutorContract):
    @pytest.fixture
    def provider(self, tmp_path: Path) -> Provider:
        """Writes where there is nothing yet."""
        return Registry(tmp_path / "bureau")


class TestWeekdays(CalendarContract):
    @pytest.fixture
    def calendar(self) -> Calendar:
        """Monday to Friday."""
        return WeekdayCalendar()


class TestBrazilianBanks(CalendarContract):
    @pytest.fixture
    def calendar(self) -> Calendar:
        """Not asked yet."""
        return BrazilianBankCalendar()


class TestOwnHolidays(CalendarContract):
    @pytest.fixture
    def calendar(self) -> Calendar:
        """A creditor's own, over the weekdays."""
        days = (LocalHoliday(day="10-05", name="aniversário da loja"), LocalHoliday(day="easter+60", name="festa"))
        return LocalCalendar(name="da-loja", base=WeekdayCalendar(), holidays=days)
