"""One address is one address, and no text of ours becomes a header, a path or a second recipient."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses
from pathlib import Path

import pytest
from attrs import evolve
from counter import Counter, facts_of, issued

from regua.builtin.channels.folder import FolderChannel, FolderConfig
from regua.builtin.memory import MemoryStore
from regua.builtin.registrar import FileRegistrar, FileRegistrarConfig
from regua.messages import SPECIMEN, MessageBook
from regua.ports import Message

REMINDER = "2026-04-15 09:00"
SEVERAL = [
    "ana@x.invalid,bia@x.invalid",
    "ana@x.invalid, bia@x.invalid",
    "ana@x.invalid;bia@x.invalid",
    "ana@x.invalid bia@x.invalid",
    "ana@x.invalid\r\nBcc: bia@x.invalid",
    "ana@x.invalid\nBcc: bia@x.invalid",
    "ana@x.invalid\rbia@x.invalid",
    "ana@x.invalid\tbia@x.invalid",
    "ana@x.invalid\x00",
    "ana@x.invalid\N{LINE SEPARATOR}Bcc: bia@x.invalid",
    "ana@x.invalid\N{FULLWIDTH COMMA}bia@x.invalid",
    "ana@x.invalid\N{SMALL SEMICOLON}bia@x.invalid",
    "ana@x.invalid\N{NO-BREAK SPACE}bia@x.invalid",
    "=?utf-8?q?ana=40x.invalid=2Cbia?=@x.invalid",
    "Ana<ana@x.invalid>",
    "ana@x.invalid<bia@x.invalid>",
    "all:ana@x.invalid",
    "ana@x.invalid(bia@x.invalid)",
    '"ana,bia"@x.invalid',
    "ana@x.invalid@y.invalid",
    "ana\N{FULLWIDTH COMMERCIAL AT}x@y.invalid",
    "ana@[127.0.0.1]",
    "ana\\@x.invalid",
    "\u202eana@x.invalid",
    " ",
    "",
]
ONE = ["ana@x.invalid", "ana+nf-1@x.invalid", "o'hara.b_c@x.invalid", "+5511987654321", "+55 (11) 98765-4321"]


def counter_of(address: str) -> Counter:
    """A counter with a debtor of that address."""
    counter = Counter(store=MemoryStore())
    counter.open_account(channels=("email",))
    counter.loja.keep("ana", {"ana-email": {"address": address}, "other": {"address": "kept"}})
    counter.bill()
    return counter


@pytest.mark.parametrize("address", SEVERAL)
def test_what_may_be_several_addresses_goes_nowhere(address: str):
    """Whatever a library would make of it; the step's channel counts as refused."""
    counter = counter_of(address)
    counter.run(REMINDER)
    assert counter.email.got == []
    assert counter.states() == {"lembrete": "failed"}


@pytest.mark.parametrize("address", ONE)
def test_one_address_is_one_recipient(address: str):
    """As the standard library writes and reads the header."""
    counter = counter_of(address)
    counter.run(REMINDER)
    [message] = counter.email.got
    mail = EmailMessage(policy=SMTP)
    mail["To"], mail["Subject"] = message.to, message.subject
    assert len(mail["To"].addresses) == 1
    assert len(getaddresses([message.to])) == 1


@pytest.mark.parametrize(
    "text", ["a\r\nBcc: b@x.invalid", "a\n\nbody", "a\x0bb\x0cc\x85d\u2028e\u2029f", "\x00\x1b[2J"]
)
def test_no_value_breaks_a_subject(tmp_path: Path, text: str):
    """It is one line, whatever a name or an id holds; a header of it is one header."""
    (tmp_path / "pt-BR").mkdir()
    (tmp_path / "pt-BR/aviso.txt.j2").write_text("Assunto: Para {{ debtor_name }}\n\nOi.\n", encoding="utf-8")
    rendered = MessageBook.open(tmp_path).render("aviso", SPECIMEN | {"debtor_name": text})
    assert rendered.subject.isprintable()
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = rendered.subject
    assert bytes(mail).count(b"\r\n") == 2


PATHS = [
    "../../x",
    "/etc/passwd",
    "..\\..\\x",
    "a/../../x",
    "x/y",
    "con",
    "nul.txt",
    ".",
    "..",
    "~root",
    "a%2e%2e%2fb",
    "x" * 180,
]


@pytest.mark.parametrize("name", PATHS)
def test_no_id_becomes_a_path(tmp_path: Path, name: str):
    """Files of messages and requests lie in their folder, whatever debtors, channels and receivables are called."""
    folder, desk = tmp_path / "in/outbox", tmp_path / "in/desk"
    registrar = FileRegistrar(FileRegistrarConfig(path=desk))
    channel = FolderChannel(FolderConfig(path=folder))
    parts = {"channels": {"email": channel, "sms": channel}, "executors": {"desk": registrar}}
    counter = Counter(store=MemoryStore(), parts=parts)
    counter.loja.record(*facts_of(name), evolve(issued("nf-1", name), receivable=name))
    counter.loja.keep(name, {f"{name}-email": {"address": "a@x.invalid"}, f"{name}-person": {"name": name}})
    assert counter.run(REMINDER) == {"sent": 1}
    evil = Message(key=name, creditor=name, debtor=name, channel=name, actions=(name,), to="a@x.invalid", text="Oi")
    channel.send(evil)
    assert registrar.find(name) is None
    there = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert len(there) == 3
    assert {path.parent for path in there} == {folder}
