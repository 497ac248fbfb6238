"""Files of any size and depth: what cannot be meant is refused at once, with a clear word and little memory."""

import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regua import read_pack
from regua.builtin.registrar import FileRegistrar, FileRegistrarConfig
from regua.cli.people import read_people
from regua.codec import load_accounts, load_events, load_schedules
from regua.core.indexes import MonthlyRates
from regua.engine.settings import read_settings
from regua.errors import ReguaError, SettingsError
from regua.importfile import parse_map, read_rows
from regua.messages import MessageBook
from regua.plugins import Registry
from regua.policyfile import load_policy

DEEP, LONG = 100_000, 10_000_000
HOSTILE = {
    "lists in TOML": b"a=" + b"[" * DEEP,
    "tables in TOML": b"a=" + b"{b=" * DEEP,
    "a dotted key": b".".join([b"a"] * DEEP) + b"=1",
    "a quoted dotted key": b".".join([b'"a"'] * DEEP) + b"=1",
    "a dotted table": b"[" + b".".join([b"a"] * DEEP) + b"]",
    "lists in JSON": b"[" * DEEP,
    "objects in JSON": b'{"a":' * DEEP,
    "a long line": b'a="' + b"x" * LONG + b'"',
    "a long line of JSON": b'{"type":"invoice.issued","id":"' + b"x" * LONG + b'"}',
    "an endless number": b"a=" + b"9" * DEEP,
    "an endless number in JSON": b'{"type":' + b"9" * DEEP + b"}",
    "no UTF-8": b"\xff\xfe\x00" * 1000,
    "nothing but zeros": b"\0" * 1000,
}
READERS: dict[str, Callable[[bytes, Path], object]] = {
    "policy": lambda raw, _: load_policy(raw),
    "events": lambda raw, _: list(load_events([raw])),
    "events as text": lambda raw, _: list(load_events([raw.decode("latin-1")])),
    "schedules": lambda raw, _: list(load_schedules([raw])),
    "accounts": lambda raw, _: list(load_accounts([raw])),
    "map": lambda raw, _: parse_map(raw),
    "index": lambda raw, _: MonthlyRates.parse("x", raw.decode("latin-1")),
    "pack": lambda raw, _: read_pack(raw),
    "settings": lambda raw, folder: read_settings(written(folder, raw), Registry.discover(entry_points=False)),
    "messages": lambda raw, folder: MessageBook.open(written(folder / "m/pt-BR", raw, "a.txt.j2").parent.parent),
}


def written(folder: Path, raw: bytes, name: str = "file.toml") -> Path:
    """A file with that in it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(raw)
    return folder / name


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_what_no_file_should_hold_is_refused(tmp_path: Path, read: Callable[[bytes, Path], object], raw: bytes):
    """With an error of ours, a short one, and long before anybody would press Ctrl-C."""
    began = time.process_time()
    with pytest.raises(ReguaError) as raised:
        read(raw, tmp_path)
    assert len(str(raised.value)) < 2000
    assert time.process_time() - began < 3


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_line_is_one_bad_row(raw: bytes):
    """Of people: nothing of it is repeated, and what stands below is read."""
    good = b'{"debtor": "ana", "ref": "ana/email", "fields": {"name": "Ana"}}\n'
    [first, *bad, last] = read_people(BytesIO(good + raw.replace(b"\n", b"") + b"\n" + good))
    assert (first.debtor, last.debtor) == ("ana", "ana")  # type: ignore[union-attr]
    assert len(bad) == 1
    assert len(str(bad[0])) < 200


def test_an_answer_of_a_registrar_that_is_none(tmp_path: Path):
    """It is unknown, and stays where it lies."""
    registrar = FileRegistrar(FileRegistrarConfig(path=tmp_path))
    for raw in HOSTILE.values():
        written(tmp_path / "answers", raw, "k1.json")
        receipt = registrar.find("k1")
        assert receipt is not None
        assert receipt.status == "unknown"
        assert len(receipt.reason) < 200


MAP = b"""
format = 1
[values]
timezone = "America/Sao_Paulo"
clock = "08:00"
date = "DD/MM/YYYY"
[defaults]
creditor = "loja"
debtor = "{cliente}"
recorded_at = "at"
[[event]]
type = "invoice.issued"
id = "nf-{nota}"
at = "{emissao}"
receivable = "{nota}"
amount = "{valor}"
due = "{vencimento}"
"""


@given(st.binary(max_size=300))
@settings(max_examples=60)
def test_any_bytes_are_rows_or_bad_rows(raw: bytes):
    """Of a billing system's file, below a good header."""
    file = BytesIO(b"cliente,nota,emissao,valor,vencimento\n" + raw)
    try:
        rows = list(read_rows(file, parse_map(MAP)))
    except ReguaError:
        return
    assert all(hasattr(row, "line") or hasattr(row, "id") for row in rows)


TOML = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(
        st.sampled_from(
            [
                *(b"format = 1", b"[store]", b'url = "memory:"', b'url = ["a"]', b'url = "env:X"', b"[creditor.loja]"),
                *(
                    b"policies = []",
                    b'policies = ["../../etc/passwd"]',
                    b'name = ""',
                    b"[channel.email]",
                    b"[[channel]]",
                ),
                *(b'use = "folder"', b"use = 1", b'path = "\\u0000"', b"path = {a = 1}", b"[calendar.x]", b"[index.x]"),
                *(b'"" = 1', b"[a.b.c]", b"x = 2026-01-01", b"x = nan", b"[executor.tasks]", b'templates = "."'),
            ]
        ),
        max_size=12,
    ).map(b"\n".join),
)


@given(TOML)
@settings(max_examples=150)
def test_any_settings_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes):
    """With every problem and its place; nothing else is raised."""
    path = written(tmp_path_factory.getbasetemp() / "settings", raw, "regua.toml")
    with suppress(SettingsError):
        read_settings(path, REGISTRY, environment={})


REGISTRY = Registry.discover(entry_points=False)
