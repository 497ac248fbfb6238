import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from regua.builtin.registrar import FileRegistrar, FileRegistrarConfig
from regua.builtin.tasks import TaskQueue
from regua.core.money import Money
from regua.core.planning.schedule import Action, Reason
from regua.ports import ActionRequest, Executor, NoConfig, Queryable, Retryable

ACTION = Action(
    id="a1",
    creditor="loja",
    debtor="ana",
    receivable="nf-1",
    policy="padrao",
    policy_version=1,
    step="protesto",
    kind="protest",
    occurrence="0",
    status="due",
    day=date(2026, 6, 1),
    at=int(datetime(2026, 6, 1, 12, tzinfo=UTC).timestamp()) * 10**6,
    zone="America/Sao_Paulo",
    presses=True,
    tone=None,
    asked_tone=None,
    channel="",
    template="",
    amount=Money.of("153.20"),
    reasons=(Reason("due"),),
)
REQUEST = ActionRequest(key="3fa9c0", action=ACTION, person={"name": "Ana Souza", "document": "111.444.777-35"})


@pytest.fixture
def registrar(tmp_path: Path) -> FileRegistrar:
    """A registrar whose folder is not there yet."""
    return FileRegistrar(FileRegistrarConfig(path=tmp_path / "bureau"))


def answer(tmp_path: Path, content: bytes) -> None:
    """Bring the registrar's answer."""
    folder = tmp_path / "bureau/answers"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "3fa9c0.json").write_bytes(content)


def test_tasks_are_handed_over() -> None:
    """At once, and as often as asked: the outbox is the queue."""
    tasks = TaskQueue(NoConfig())
    assert isinstance(tasks, Executor)
    assert tasks.kinds == {"task"}
    assert (tasks.run(REQUEST).status, tasks.run(REQUEST).key) == ("accepted", "3fa9c0")
    tasks.close()


def test_a_request_is_a_file(registrar: FileRegistrar, tmp_path: Path) -> None:
    """With ids, the amount as text, and the person."""
    receipt = registrar.run(REQUEST)
    assert (receipt.status, receipt.reference) == ("accepted", "3fa9c0.json")
    written = json.loads((tmp_path / "bureau/requests/3fa9c0.json").read_text(encoding="utf-8"))
    assert written["person"] == {"name": "Ana Souza", "document": "111.444.777-35"}
    assert written["action"]["amount"] == {"amount": "153.20", "currency": "BRL"}
    assert (written["key"], written["action"]["kind"], written["action"]["day"]) == ("3fa9c0", "protest", "2026-06-01")
    assert isinstance(registrar, Executor)
    assert isinstance(registrar, Queryable)


def test_the_same_request_is_written_once(registrar: FileRegistrar, tmp_path: Path) -> None:
    """A second attempt changes nothing."""
    registrar.run(REQUEST)
    path = tmp_path / "bureau/requests/3fa9c0.json"
    before = path.read_bytes()
    registrar.run(attrs.evolve(REQUEST, attempt=2, person={}))
    assert path.read_bytes() == before
    assert len(list(path.parent.iterdir())) == 1


def test_an_action_without_an_amount(registrar: FileRegistrar, tmp_path: Path) -> None:
    """A delisting asks for none."""
    registrar.run(attrs.evolve(REQUEST, action=attrs.evolve(ACTION, amount=None)))
    written = json.loads((tmp_path / "bureau/requests/3fa9c0.json").read_text(encoding="utf-8"))
    assert written["action"]["amount"] is None


def test_a_request_says_what_the_registrar_must_know_of_the_title(registrar: FileRegistrar, tmp_path: Path) -> None:
    """Its kind, due date and amount without charges, and who is owed."""
    creditor = {"name": "Loja Exemplo", "document": "11.222.333/0001-81", "address": ""}
    title = {"due": date(2026, 5, 4), "title": "boleto", "principal": Money.of("150.00"), "creditor": creditor}
    registrar.run(attrs.evolve(REQUEST, **title))
    written = json.loads((tmp_path / "bureau/requests/3fa9c0.json").read_text(encoding="utf-8"))
    principal = {"amount": "150.00", "currency": "BRL"}
    assert written["title"] == {"kind": "boleto", "due": "2026-05-04", "principal": principal}
    assert written["creditor"] == creditor


def test_what_became_of_a_request(registrar: FileRegistrar, tmp_path: Path) -> None:
    """Never seen, taken over, answered."""
    assert registrar.find("3fa9c0") is None
    registrar.run(REQUEST)
    found = registrar.find("3fa9c0")
    assert found is not None
    assert found.status == "accepted"
    answer(tmp_path, b'{"status": "delivered", "reference": "P-77"}')
    found = registrar.find("3fa9c0")
    assert found is not None
    assert (found.status, found.reference, found.key) == ("delivered", "P-77", "3fa9c0")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"{}",
        b'{"status": "filed"}',
        b'{"status": ["accepted"]}',
        b'{"status": 5}',
        b'{"status": "accepted", "reference": 5}',
        b'{"status": "delivered", "data": "Ana Souza"}',
        b'{"status": "delivered", "at": "08/04/2026"}',
        b'{"status": "delivered", "at": "2026-04-31"}',
        b'{"status": "delivered", "at": "2026-04-08T10:00:00"}',
        b'{"status": "delivered", "at": "Ana Souza"}',
        b'{"status": "delivered", "at": null}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_cannot_be_read_is_unknown(registrar: FileRegistrar, tmp_path: Path, content: bytes) -> None:
    """It is never guessed, and what was said is kept."""
    answer(tmp_path, content)
    found: Any = registrar.find("3fa9c0")
    assert (found.status, found.raw) == ("unknown", content)
    assert found.reason.startswith("the answer cannot be read: it")
    assert "Souza" not in found.reason


@pytest.mark.parametrize("key", ["../../x", "a\nb", "a\0b", "ç" * 300])
def test_no_key_leaves_the_folder(registrar: FileRegistrar, tmp_path: Path, key: str) -> None:
    """Of a request as of an answer."""
    registrar.run(attrs.evolve(REQUEST, key=key))
    [path] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert path.parent == tmp_path / "bureau/requests"
    assert registrar.find(key) is not None


def test_a_folder_that_cannot_be_used_is_tried_later(tmp_path: Path) -> None:
    """Nothing was asked."""
    (tmp_path / "bureau").touch()
    registrar = FileRegistrar(FileRegistrarConfig(path=tmp_path / "bureau"))
    with pytest.raises(Retryable, match="cannot be written"):
        registrar.run(REQUEST)
    with pytest.raises(Retryable, match="cannot be read"):
        registrar.find("k")
    registrar.close()
