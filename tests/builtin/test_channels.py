import io
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import attrs
import pytest

from regua.builtin.channels.console import ConsoleChannel, ConsoleConfig
from regua.builtin.channels.folder import FolderChannel, FolderConfig
from regua.builtin.files import word_of
from regua.ports import Attachment, Channel, Message, Queryable, Retryable, Unknown

MESSAGE = Message(
    key="3fa9c0",
    creditor="loja",
    debtor="ana",
    channel="email",
    actions=("a1", "a2"),
    to="ana@example.invalid",
    subject="Sua conta",
    text="Olá, Ana: a conta de R$ 150,00 vence amanhã.\n",
)
WRITER = """\
import sys
from regua.builtin.channels.folder import FolderChannel, FolderConfig
from regua.ports import Message

channel = FolderChannel(FolderConfig(path=sys.argv[1]))
print("ready", flush=True)
for number in range(100_000):
    channel.send(Message(key=f"{sys.argv[2]}_{number}", creditor="c", debtor="d", channel="email", actions=("a",),
        to="ana@example.invalid", text="x" * 3_000_000 + "END"))
"""
HOSTILE = ["../../etc/passwd", "a/b", "..", ".", "a\nb", "a\0b", "A", "con", "ç" * 300, "x" * 300, "a-b", "", "\udcff"]


@pytest.fixture
def folder(tmp_path: Path) -> FolderChannel:
    """A channel into a folder that is not there yet."""
    return FolderChannel(FolderConfig(path=tmp_path / "saida"))


def names(folder: Path) -> list[str]:
    """Every file below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_message_is_one_readable_file(folder: FolderChannel, tmp_path: Path) -> None:
    """Head, an empty line, the text."""
    receipt = folder.send(MESSAGE)
    assert (receipt.status, receipt.reference) == ("accepted", "email-3fa9c0.txt")
    assert (tmp_path / "saida/email-3fa9c0.txt").read_text(encoding="utf-8") == (
        "To: ana@example.invalid\nSubject: Sua conta\nChannel: email\nKey: 3fa9c0\nActions: a1, a2\n\n"
        "Olá, Ana: a conta de R$ 150,00 vence amanhã.\n"
    )
    assert isinstance(folder, Channel)
    assert isinstance(folder, Queryable)


def test_html_and_attachments_lie_beside_it(folder: FolderChannel, tmp_path: Path) -> None:
    """Whatever an attachment is called, it stays in the folder."""
    files = tuple(
        Attachment(name=name, media_type="application/pdf", content=name.encode())
        for name in ("boleto.pdf", "../../x.pdf", "boleto.pdf", ".bashrc")
    )
    folder.send(attrs.evolve(MESSAGE, html="<p>Olá</p>", attachments=files))
    found = names(tmp_path)
    assert "saida/email-3fa9c0.html" in found
    assert "saida/email-3fa9c0.1.boleto.pdf" in found
    assert len(found) == 6
    assert all(name.startswith("saida/email-3fa9c0.") for name in found)
    text = (tmp_path / "saida/email-3fa9c0.txt").read_text(encoding="utf-8")
    assert "Attachments: boleto.pdf, ../../x.pdf, boleto.pdf, .bashrc\n" in text


def test_the_same_key_is_written_once(folder: FolderChannel, tmp_path: Path) -> None:
    """A message that is there is accepted again, whatever this attempt holds."""
    first = folder.send(MESSAGE)
    before = (tmp_path / "saida" / first.reference).stat()
    assert folder.send(attrs.evolve(MESSAGE, text="outra", attempt=2)) == first
    after = (tmp_path / "saida" / first.reference).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_find_knows_what_is_there(folder: FolderChannel, tmp_path: Path) -> None:
    """And says None of what is not; a file that never became whole is not there."""
    assert folder.find("3fa9c0") is None
    folder.send(MESSAGE)
    found = folder.find("3fa9c0")
    assert found is not None
    assert (found.status, found.reference) == ("accepted", "email-3fa9c0.txt")
    assert folder.find("fa9c0") is None
    (tmp_path / "saida/.email-77.txt.abc.part").touch()
    (tmp_path / "saida/.x-77.txt").touch()
    assert folder.find("77") is None


@pytest.mark.parametrize("key", HOSTILE)
def test_no_key_leaves_the_folder(folder: FolderChannel, tmp_path: Path, key: str) -> None:
    """Neither a path nor a name that a file system cannot have; and it is found again."""
    folder.send(attrs.evolve(MESSAGE, key=key, channel=key))
    [name] = names(tmp_path)
    assert re.fullmatch(r"saida/[a-z0-9_~]+-[a-z0-9_~]+\.txt", name)
    assert folder.find(key) is not None


def test_different_keys_are_different_files() -> None:
    """Also where a file system knows no case, and whatever is joined."""
    words = [*HOSTILE, "a_b", "a b", "a", "a~", word_of("A"), word_of("a-b")]
    assert len({word_of(word).casefold() for word in words}) == len(words)
    assert not [word for word in words if "-" in word_of(word) or len(word_of(word)) > 80]


def test_channels_may_share_a_folder(folder: FolderChannel, tmp_path: Path) -> None:
    """The same key by two channels is two files, also where names and keys could be joined in two ways."""
    for channel, key in (("a-b", "c"), ("a", "b-c"), ("sms", "c"), ("SMS", "c")):
        folder.send(attrs.evolve(MESSAGE, channel=channel, key=key))
    assert len(names(tmp_path)) == 4


def test_no_value_begins_a_line(folder: FolderChannel, tmp_path: Path) -> None:
    """A head cannot be forged by an address or a subject."""
    evil = "a@b\r\nSubject: x\n\nforged\u2028\x85\0\x1b[2J"
    receipt = folder.send(attrs.evolve(MESSAGE, to=evil, subject=evil, actions=(evil,), channel="e\nX: y"))
    text = (tmp_path / "saida" / receipt.reference).read_text(encoding="utf-8")
    head = text.partition("\n\n")[0]
    assert [line.partition(":")[0] for line in head.splitlines()] == ["To", "Subject", "Channel", "Key", "Actions"]
    assert "To: a@b Subject: x forged [2J\n" in text


@pytest.mark.parametrize("text", ["x" * 10_000_000, "a\0b", "a\r\nb", "\udcff", ""], ids=len)
def test_any_text_is_kept(folder: FolderChannel, tmp_path: Path, text: str) -> None:
    """Ten megabytes, NUL, line breaks as they are; what is no Unicode is written as an escape."""
    receipt = folder.send(attrs.evolve(MESSAGE, text=text))
    raw = (tmp_path / "saida" / receipt.reference).read_bytes()
    assert raw.partition(b"\n\n")[2] == text.encode("utf-8", "backslashreplace")


def test_a_folder_that_cannot_be_written_is_tried_later(tmp_path: Path) -> None:
    """With the reason, and without an address in it."""
    (tmp_path / "file").touch()
    channel = FolderChannel(FolderConfig(path=tmp_path / "file/below"))
    with pytest.raises(Retryable, match="the folder cannot be written: Not a directory"):
        channel.send(MESSAGE)
    with pytest.raises(Retryable, match="the folder cannot be read: Not a directory"):
        channel.find("k")


def test_a_full_disk_leaves_nothing(folder: FolderChannel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing stays under any name."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Retryable, match="No space left on device"):
        folder.send(MESSAGE)
    assert names(tmp_path) == []


def test_what_may_not_survive_is_unknown(
    folder: FolderChannel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is there, and nobody can say that its name is on the disk."""
    import os

    real = os.fsync

    def half(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(5, "Input/output error")
        real(handle)

    monkeypatch.setattr("os.fsync", half)
    with pytest.raises(Unknown, match="Input/output error"):
        folder.send(MESSAGE)
    assert names(tmp_path) == ["saida/email-3fa9c0.txt"]


def test_two_threads_with_the_same_key(folder: FolderChannel, tmp_path: Path) -> None:
    """One file, whole, and both are told so."""
    text = "x" * 1_000_000 + "END"
    receipts: list[Any] = []
    together = threading.Barrier(8)

    def send() -> None:
        together.wait()
        receipts.append(folder.send(attrs.evolve(MESSAGE, text=text)))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(receipts)) == 1
    assert len(receipts) == 8
    assert names(tmp_path) == ["saida/email-3fa9c0.txt"]
    assert (tmp_path / "saida/email-3fa9c0.txt").read_text(encoding="utf-8").endswith(text)


def test_a_killed_process_leaves_no_half_file(tmp_path: Path) -> None:
    """What stands under its name is whole."""
    for run in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), f"r{run}"], stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            while not list(tmp_path.glob(f"email-r{run}_*.txt")):
                time.sleep(0.002)
            time.sleep(0.003 * run)
            writer.send_signal(signal.SIGKILL)
    written = list(tmp_path.glob("*.txt"))
    assert len(written) >= 4
    assert all(path.read_bytes().endswith(b"xEND") for path in written)


def test_the_console_prints_one_block(capsys: pytest.CaptureFixture[str]) -> None:
    """Readable, whole, and to the stream that was asked for."""
    assert ConsoleChannel(ConsoleConfig()).send(MESSAGE).key == "3fa9c0"
    out = capsys.readouterr().out
    assert out.startswith("-" * 72 + "\nTo: ana@example.invalid\nSubject: Sua conta\n")
    assert out.endswith("\n\nOlá, Ana: a conta de R$ 150,00 vence amanhã.\n\n")
    ConsoleChannel(ConsoleConfig(stream="stderr")).send(MESSAGE)
    printed = capsys.readouterr()
    assert (printed.out, "To: ana" in printed.err) == ("", True)
    assert isinstance(ConsoleChannel(ConsoleConfig()), Channel)
    ConsoleChannel(ConsoleConfig()).close()


class Stream(io.StringIO):
    """Counts."""

    encoding = "ascii"
    writes = 0
    flushes = 0

    def write(self, text: str) -> int:
        """Count a call."""
        self.writes += 1
        return super().write(text)

    def flush(self) -> None:
        """Count a call."""
        self.flushes += 1


def test_the_console_writes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of several threads do not mix, and what the stream cannot show is escaped."""
    stream = Stream()
    monkeypatch.setattr(sys, "stdout", stream)
    ConsoleChannel(ConsoleConfig()).send(attrs.evolve(MESSAGE, text="a\x1b[2Jb\tç\n"))
    assert (stream.writes, stream.flushes) == (1, 1)
    assert "\x1b" not in stream.getvalue()
    assert "b\t\\xe7\n" in stream.getvalue()


def test_a_console_that_is_closed_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can say what was read."""
    stream = io.StringIO()
    stream.close()
    for broken in (stream, None):
        monkeypatch.setattr(sys, "stdout", broken)
        with pytest.raises(Unknown, match="cannot print"):
            ConsoleChannel(ConsoleConfig()).send(MESSAGE)
