"""A creditor moved from one store to another: nothing is lost, nothing is sent twice, and what was begun goes on."""

import io
import os
import signal
import subprocess
import sys
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from counter import IDENTITY, POLICY, Counter, clock, facts_of, issued, settled

from regua.builtin.memory import MemoryStore
from regua.builtin.sqlite import SqliteStore
from regua.engine import CreditorSettings
from regua.engine.moving import importing
from regua.errors import DecodeError, MoveError
from regua.ports import Message, Receipt, Rejected, Retryable, Store, Unknown
from regua_postgres import PostgresStore

KILLED = """
import os, signal, sys
from counter import Counter
from regua.builtin.sqlite import SqliteStore
from regua.engine import CreditorSettings
from regua.engine.moving import importing

importing.AT_ONCE = 10

def tell(phase, done, total):
    if phase == "importing" and done >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

with open(sys.argv[1], "rb") as file:
    Counter(store=SqliteStore.open(sys.argv[2])).loja.import_events(file, tell=tell)
"""


DEBTORS = ("ana", "bia", "caio", "davi", "zoe", "érica")


@pytest.fixture
def shop() -> Counter:
    """A shop with a debtor in every plight."""
    counter = Counter(store=MemoryStore())
    fill(counter)
    return counter


def fill(counter: Counter) -> None:
    """Ana was reminded and paid, bia is to be tried again, of caio nobody knows, davi is erased, zoe refused."""
    counter.bill_others(*DEBTORS)
    answers = {"bia": Retryable(reason="busy"), "caio": Unknown("no answer"), "zoe": Rejected("spam")}
    counter.email.answer = lambda message: said(answers.get(message.debtor))
    counter.run("2026-04-15 09:00", limit=5)
    counter.loja.record(settled("nf-ana", "ana", when="2026-04-15 10:00"))
    counter.loja.erase("davi")


class Stopped(Exception):  # noqa: N818 - no error of the store
    """The import ends here."""


def said(error: Exception | None) -> Receipt:
    """Raise it, or accept."""
    if error is not None:
        raise error
    return Receipt(reference="ref")


def exported(counter: Counter, *, personal_data: bool = True) -> bytes:
    """The whole file."""
    return "".join(counter.loja.export(personal_data=personal_data)).encode()


def states(store: Store) -> dict[str, list[str]]:
    """Where the actions of each debtor stand."""
    return {debtor: [row.state for row in store.load("loja", debtor).outbox] for debtor in DEBTORS}


@pytest.mark.one_python
def test_there_and_back(postgres_url: str, tmp_path: Path):
    """SQLite, PostgreSQL, SQLite again: the same bytes, the same history."""
    with (
        closing(SqliteStore.open(f"sqlite:///{tmp_path}/source.sqlite3")) as source,
        closing(PostgresStore.open(postgres_url, migrate=False)) as server,
        closing(SqliteStore.open(f"sqlite:///{tmp_path}/again.sqlite3")) as file,
    ):
        server.migrate()
        shop = Counter(store=source)
        fill(shop)
        first = exported(shop)
        there, back = Counter(store=server, at=shop.at), Counter(store=file, at=shop.at)
        done = there.loja.import_events(io.BytesIO(first))
        assert (done.debtors, done.known, done.lacking) == (6, 0, 0)
        assert exported(there) == first
        back.loja.import_events(io.BytesIO(exported(there)))
        assert exported(back) == first
        for debtor in DEBTORS:
            ours, theirs = shop.loja.history(debtor), there.loja.history(debtor)
            assert (theirs.events, theirs.attempts) == (ours.events, ours.attempts)
            assert all(each.agrees for each in theirs.attempts)
        assert [found for each in there.loja.verify() for found in each.findings] == []


def test_the_dunning_goes_on(shop: Counter, store: Store):
    """What was sent, refused or of an unknown fate is not sent again; a retry goes on with its key."""
    keys = {message.debtor: message.key for message in shop.email.got}
    assert list(keys) == ["ana", "bia", "caio", "davi", "zoe"]
    target = Counter(store=store, at=shop.at)
    target.loja.import_events(io.BytesIO(exported(shop)))
    target.run("2026-04-15 11:00")
    sent = {message.debtor: message for message in target.email.got}
    assert [(name, message.attempt) for name, message in sorted(sent.items())] == [("bia", 2), ("érica", 1)]
    assert sent["bia"].key == keys["bia"]
    wanted = {"ana": "sent", "bia": "sent", "caio": "unknown", "davi": "sent", "zoe": "failed", "érica": "sent"}
    assert {debtor: each[0] for debtor, each in states(store).items()} == wanted
    target.run("2026-04-22 10:00")
    assert "ana" not in {message.debtor for message in [*target.email.got[2:], *target.sms.got]}


def test_what_is_in_the_hands_of_a_worker(shop: Counter, store: Store):
    """What was claimed waits again; what was being sent becomes unknown with the first run."""
    caught: list[bytes] = []

    def answer(_: Message) -> Receipt:
        caught.append(exported(shop))
        return Receipt()

    shop.email.answer = answer
    shop.bill("nf-zoe-2", "zoe", due="2026-04-25")
    shop.at = clock("2026-04-20 09:00")
    shop.engine.run_due()
    target = Counter(store=store, at=shop.at)
    done = target.loja.import_events(io.BytesIO(caught[0]))
    assert done.sending == 1
    assert {row.owner for debtor in DEBTORS for row in store.load("loja", debtor).outbox} == {""}
    (held,) = store.held("loja")
    assert held.state == "sending"
    target.run()
    assert store.load("loja", held.debtor).outbox[-1].state == "unknown"
    assert store.held("loja") == ()
    assert held.debtor not in {message.debtor for message in target.email.got}


def test_who_is_erased_stays_erased(shop: Counter, store: Store):
    """Nothing personal of davi is in the file, and another import brings nobody back who was erased since."""
    file = exported(shop)
    assert b"davi@email.invalid" not in file
    assert b"bia@email.invalid" in file
    target = Counter(store=store, at=shop.at)
    target.loja.import_events(io.BytesIO(file))
    target.loja.erase("bia")
    target.loja.import_events(io.BytesIO(file))
    assert store.kept("loja", "davi") == store.kept("loja", "bia") == {}
    assert store.kept("loja", "zoe") == shop.store.kept("loja", "zoe") != {}


def test_without_personal_data(shop: Counter, store: Store):
    """Names and addresses stay at home unless they are asked for, and the import says how many are missing."""
    file = exported(shop, personal_data=False)
    assert b"invalid" not in file
    assert b"Souza" not in file
    done = Counter(store=store, at=shop.at).loja.import_events(io.BytesIO(file))
    assert (done.people, done.lacking) == (0, 15)


def test_who_was_taken_over_without_personal_data_gets_none_by_a_second_file(shop: Counter, store: Store):
    """Who is known is passed over, and what they lack is told each time, until it is recorded."""
    loja = Counter(store=store, at=shop.at).loja
    without, whole = exported(shop, personal_data=False), exported(shop)
    loja.import_events(io.BytesIO(without))
    done = [loja.import_events(io.BytesIO(file)) for file in (without, whole)]
    assert [(each.known, each.people, each.lacking) for each in done] == [(6, 0, 15), (6, 0, 15)]
    loja.keep("ana", shop.store.kept("loja", "ana"))
    assert loja.import_events(io.BytesIO(whole)).lacking == 15 - len(shop.store.kept("loja", "ana")) < 15
    assert loja.import_events(io.BytesIO(without)).lacking == 15 - len(shop.store.kept("loja", "ana"))


def test_two_creditors_with_the_same_ids(shop: Counter, store: Store):
    """One of them moves; the other stays as it is on both sides."""
    posto = [*facts_of("ana", creditor="posto"), issued("nf-ana", "ana", creditor="posto")]
    both = {name: CreditorSettings(policies=(POLICY,), **IDENTITY) for name in ("loja", "posto")}
    source, target = Counter(store=shop.store, parts={"creditors": both}), Counter(store=store)
    source.engine.creditor("posto").record(*posto)
    file = "".join(source.engine.creditor("loja").export(personal_data=True)).encode()
    assert b"posto" not in file
    target.engine = target.another(creditors=both)
    target.engine.creditor("posto").record(*posto)
    before = "".join(target.engine.creditor("posto").export())
    target.engine.creditor("loja").import_events(io.BytesIO(file))
    assert "".join(target.engine.creditor("posto").export()) == before
    assert "".join(target.engine.creditor("loja").export(personal_data=True)).encode() == file
    with pytest.raises(MoveError, match="the export is of creditor 'loja', not of 'posto'"):
        target.engine.creditor("posto").import_events(io.BytesIO(file))


def test_killed_in_the_middle(shop: Counter, tmp_path: Path):
    """Killed after some debtors: each is there whole or not at all, and the same import goes on."""
    file = tmp_path / "loja.jsonl"
    file.write_bytes(exported(shop))
    url = f"sqlite:///{tmp_path}/target.sqlite3"
    command = [sys.executable, "-c", KILLED, str(file), url, "3"]
    ran = subprocess.run(command, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, check=False)
    assert ran.returncode == -signal.SIGKILL
    with closing(SqliteStore.open(url)) as store, file.open("rb") as again:
        target = Counter(store=store, at=shop.at)
        there = set(store.debtors("loja"))
        assert 0 < len(there) < len(DEBTORS)
        assert there == set(sorted(DEBTORS)[: len(there)])
        for debtor in there:
            assert store.load("loja", debtor) == shop.store.load("loja", debtor)
        done = target.loja.import_events(again)
        assert (done.debtors, done.known) == (6 - len(there), len(there))
        assert exported(target) == file.read_bytes()


def test_a_worker_on_a_target_that_is_half_there(shop: Counter, store: Store, monkeypatch: pytest.MonkeyPatch):
    """It carries out what is due to those who are there, once; the rest of the import leaves that alone."""
    target, file = Counter(store=store, at=clock("2026-04-15 11:00")), exported(shop)

    def stop(phase: str, done: int, _: int) -> None:
        if (phase, done) == ("importing", 3):
            raise Stopped

    monkeypatch.setattr(importing, "AT_ONCE", 1)
    with pytest.raises(Stopped):
        target.loja.import_events(io.BytesIO(file), tell=stop)
    target.run()
    done = target.loja.import_events(io.BytesIO(file))
    assert (done.debtors, done.known) == (3, 3)
    target.run()
    assert [message.debtor for message in target.email.got] == ["bia", "érica"]


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (
            lambda lines: lines[:-1],
            r"line \d+: the file ends here, before the last line of an export; export once more",
        ),
        (lambda lines: [*lines[:-1], lines[-1][:-9]], r"line \d+: the file was cut off inside this line; export once"),
        (lambda lines: [*lines, lines[-1]], r"line \d+: there is more after the last line"),
        (lambda lines: [*lines[:5], *lines[6:]], "line 3: something in lines 3 to 1[0-9] was changed after the export"),
        (
            lambda lines: [each.replace(b"150.00", b"15.00", 1) for each in lines],
            "line 3: something in lines 3 to 1[0-9] was changed",
        ),
        (lambda lines: [lines[0], *lines[2:]], "line 1: something in lines 1 to 2 was changed"),
        (lambda lines: lines[3:], "line 1: this is a file of events, no export; `regua record` stores events"),
        (lambda lines: lines[1:], "line 1: this is no export; `regua export` writes one"),
        (lambda _: [], "line 1: the file is empty"),
        (lambda lines: [lines[0].replace(b'"format":1', b'"format":2'), *lines[1:]], "line 1: the export has format 2"),
        (lambda lines: [b"{\n", *lines[1:]], "line 1: not JSON at column"),
    ],
)
def test_a_file_that_was_harmed(shop: Counter, harm: Any, message: str):
    """It is refused with the line, and nothing of it is stored."""
    target = Counter(store=MemoryStore(), at=shop.at)
    file = io.BytesIO(b"".join(harm(exported(shop).splitlines(keepends=True))))
    with pytest.raises(DecodeError, match=message):
        target.loja.import_events(file)
    assert list(target.store.debtors("loja")) == []


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (
            issued("nf-9", "ana"),
            (
                r"line 3: .* 'ana' is not what the file holds: fact 1, 'nf-9/issued', is '.*' in the file\nnothing was "
                "imported; import into a new database, .* delete neither this one nor the old store"
            ),
        ),
        (
            evolve(issued("nf-9", "beto"), id="nf-bia/issued"),
            r"line \d+: fact 'nf-bia/issued' is stored for debtor 'beto'",
        ),
    ],
)
def test_a_target_that_holds_something_else(shop: Counter, store: Store, other: Any, message: str):
    """It is refused before anything is stored."""
    target = Counter(store=store, at=shop.at)
    target.loja.record(other)
    with pytest.raises(MoveError, match=message):
        target.loja.import_events(io.BytesIO(exported(shop)))
    assert list(store.debtors("loja")) == [other.debtor]


def test_a_debtor_who_was_recorded_meanwhile(shop: Counter, store: Store, monkeypatch: pytest.MonkeyPatch):
    """The import was stopped, and the target went on without the rest: a rerun takes that over, and touches nothing."""
    target, file = Counter(store=store, at=shop.at), exported(shop)

    def stop(phase: str, done: int, _: int) -> None:
        if (phase, done) == ("importing", 3):
            raise Stopped

    monkeypatch.setattr(importing, "AT_ONCE", 1)
    with pytest.raises(Stopped):
        target.loja.import_events(io.BytesIO(file), tell=stop)
    for other in ("aaron", "beto", "zz"):
        target.open_account(other)
    target.loja.keep("zoe", {"zoe-email": {"address": "new@email.invalid"}})
    before = {each: (store.load("loja", each), store.kept("loja", each)) for each in ("aaron", "beto", "zz", "ana")}
    done = target.loja.import_events(io.BytesIO(file))
    assert (done.debtors, done.known) == (3, 3)
    assert {each: (store.load("loja", each), store.kept("loja", each)) for each in before} == before
    for debtor in DEBTORS:
        assert store.load("loja", debtor) == shop.store.load("loja", debtor)
    assert store.kept("loja", "zoe")["zoe-email"] == {"address": "new@email.invalid"}
    assert "zoe-person" in store.kept("loja", "zoe")


def test_every_debtor_who_differs_is_told(shop: Counter, store: Store):
    """With the line and the reason, before anything is stored, so that one look is enough."""
    target = Counter(store=store, at=shop.at)
    target.loja.record(issued("nf-9", "ana"), issued("nf-8", "zoe"), *list(shop.loja.events("bia"))[:2])
    with pytest.raises(MoveError) as caught:
        target.loja.import_events(io.BytesIO(exported(shop)))
    ana, bia, zoe, remedy = str(caught.value).splitlines()
    assert [each.partition(":")[0] for each in (ana, bia, zoe)] == ["line 3", "line 18", "line 57"]
    assert "what is stored of debtor 'bia' is not what the file holds: 2 of its 8 facts are stored" in bia
    assert remedy.startswith("nothing was imported;")
    assert list(store.debtors("loja")) == ["ana", "bia", "zoe"]


def test_facts_without_their_evidence(shop: Counter, store: Store):
    """Somebody recorded the facts of the file alone: that is no part of an import."""
    target = Counter(store=store, at=shop.at)
    target.loja.record(*shop.loja.events("ana"))
    with pytest.raises(MoveError, match="what is stored of debtor 'ana' is not what the file holds"):
        target.loja.import_events(io.BytesIO(exported(shop)))


def test_a_policy_that_says_something_else(shop: Counter, store: Store):
    """The same version with other content would govern what is in flight."""
    target = Counter(store=store, at=shop.at, policies=(POLICY.replace("D-5 09:00", "D-4 09:00"),))
    with pytest.raises(MoveError, match="policy 'loja' version 1 is stored with other content for creditor 'loja'"):
        target.loja.import_events(io.BytesIO(exported(shop)))
    assert list(store.debtors("loja")) == []


def test_what_is_recorded_meanwhile(shop: Counter):
    """The export has no end then, and no import takes it."""
    stream = shop.loja.export()
    lines = list(islice(stream, 30))
    shop.loja.record(settled("nf-2", "ana", when="2026-04-15 11:00"))
    with pytest.raises(MoveError, match=r"facts were recorded while the export was made \(1\); stop what records"):
        lines.extend(stream)
    with pytest.raises(DecodeError, match="the file ends here"):
        Counter(store=MemoryStore()).loja.import_events(io.BytesIO("".join(lines).encode()))
