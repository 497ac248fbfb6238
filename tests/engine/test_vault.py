"""With a vault: personal data is stored sealed, erasing destroys its key, and the ledger still adds up."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest
from counter import Counter, facts_of, issued

from regua.builtin.memory import MemoryStore
from regua.builtin.sqlite import SqliteStore
from regua.engine import Vault
from regua.engine.sealing import SALT
from regua.errors import MissingExtra, SettingsError, StoreError, VaultError
from regua.ports import Message, Receipt, Store, Transaction, Unknown, WebhookRequest

NAME, ADDRESS = "Ana Canária de Souza", "canaria@example.invalid"
PERSON = {"ana-person": {"name": NAME}, "ana-email": {"address": ADDRESS}}
MASTER = bytes(range(32))

KEEPER = """
import sys
from counter import Counter
from regua.builtin.sqlite import SqliteStore
from regua.engine import Vault
from regua.errors import VaultError

store, keys = (SqliteStore.open(f"sqlite:///{sys.argv[1]}/{name}.sqlite3", durable=False) for name in "rk")
loja = Counter(store=store, parts={"vault": Vault(keys=keys)}).loja
print("keeping", flush=True)
for number in range(60):
    try:
        loja.keep("ana", {f"point-{number}": {"address": sys.argv[2]}})
        print("kept")
    except VaultError as error:
        assert "was erased while something was kept" in str(error), error
        print("refused")
store.close(), keys.close()
"""


@pytest.fixture
def keys() -> MemoryStore:
    """An empty store for the keys."""
    return MemoryStore()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteStore]:
    """A file, in which one may read while another writes."""
    with closing(SqliteStore.open(f"sqlite:///{tmp_path}/r.sqlite3", durable=False)) as store:
        yield store


@pytest.fixture
def counter(keys: MemoryStore) -> Counter:
    """An engine with a vault, and a debtor with an invoice."""
    return with_ana(Counter(store=MemoryStore(), parts={"vault": Vault(keys=keys)}))


@pytest.fixture
def anywhere(store: Store, keys: MemoryStore) -> Counter:
    """The same on each store."""
    return with_ana(Counter(store=store, parts={"vault": Vault(keys=keys)}))


def with_ana(counter: Counter) -> Counter:
    """Record and keep a debtor."""
    counter.loja.record(*facts_of("ana", channels=("email",)), issued())
    counter.loja.keep("ana", PERSON)
    return counter


def test_what_is_stored_is_sealed_and_what_is_sent_is_clear(anywhere: Counter):
    """On every store; the debtor reads their own name."""
    stored = json.dumps({ref: dict(fields) for ref, fields in anywhere.store.kept("loja", "ana").items()})
    assert not any(word in stored for word in ("Can", "Souza", "name", ADDRESS))
    assert anywhere.run("2026-04-15 09:00") == {"sent": 1}
    (message,) = anywhere.email.got
    assert message.to == ADDRESS
    assert NAME.split(maxsplit=1)[0] in message.text
    assert anywhere.loja.dossier("ana").debtor.record["name"] == NAME


def test_the_same_again_is_not_stored_again(anywhere: Counter):
    """A host that keeps the customer with every invoice changes nothing; one changed field is sealed anew."""
    before = dict(anywhere.store.kept("loja", "ana"))
    anywhere.loja.keep("ana", PERSON)
    assert anywhere.store.kept("loja", "ana") == before
    anywhere.loja.keep("ana", {"ana-person": {"name": "Ana"}})
    after = anywhere.store.kept("loja", "ana")
    assert [ref for ref in before if after[ref] != before[ref]] == ["ana-person"]


def test_the_same_words_are_never_the_same_ciphertext(counter: Counter):
    """Neither of two references, nor of one that is kept again: who compares learns nothing."""
    counter.loja.keep("ana", {"one": {"name": NAME}, "two": {"name": NAME}})
    counter.loja.keep("ana", {"three": {"name": "Ana"}})
    first = dict(counter.store.kept("loja", "ana"))
    counter.loja.keep("ana", {"three": {"name": "Bia"}})
    counter.loja.keep("ana", {"three": {"name": "Ana"}})
    last = counter.store.kept("loja", "ana")
    assert len({str(dict(fields)) for fields in (first["one"], first["two"], first["three"], last["three"])}) == 4


def test_the_key_is_there_before_the_data(store: Store, keys: MemoryStore):
    """A host that rolls back leaves a key that nothing needs, and never data that nobody can read."""

    class Stopped(Exception): ...  # noqa: N818

    counter = Counter(store=store, parts={"vault": Vault(keys=keys)})
    sealed = counter.loja._book.store  # noqa: SLF001
    with pytest.raises(Stopped), sealed.transaction("loja") as transaction:  # noqa: PT012
        transaction.keep("ana", PERSON)
        assert PERSON.items() <= transaction.kept("ana").items()
        raise Stopped
    assert store.kept("loja", "ana") == {}
    assert len(keys.kept("keys/loja", "ana")) == 1
    counter.loja.keep("ana", PERSON)
    assert len(keys.kept("keys/loja", "ana")) == 1


def test_each_debtor_of_each_creditor_has_a_key(counter: Counter, keys: MemoryStore):
    """Erasing one leaves the others, also a namesake's."""
    counter.open_account("bia")
    counter.loja.erase("bia")
    assert counter.run("2026-04-15 09:00") == {"sent": 1}
    (key,) = keys.kept("keys/loja", "ana").values()
    assert len(key["key"]) == 44
    assert keys.kept("keys/loja", "bia") == {}
    assert keys.kept("keys/posto", "ana") == {}


@pytest.mark.parametrize(
    ("debtor", "ref"), [("ana", "ana-email"), ("bia", "ana-person")], ids=["another reference", "another debtor"]
)
def test_a_ciphertext_is_read_only_where_it_was_put(counter: Counter, debtor: str, ref: str):
    """Who can write to the database cannot put one person's data in another's place, or alter a bit of it."""
    person = counter.store.kept("loja", "ana")["ana-person"]
    with counter.store.transaction("loja") as transaction:
        transaction.keep(debtor, {ref: person})
    with pytest.raises(VaultError, match=f"kept of debtor '{debtor}' cannot be read") as caught:
        counter.loja._book.store.kept("loja", debtor)  # noqa: SLF001
    assert "Can" not in str(caught.value)


@pytest.mark.parametrize("place", [-8, -12, -40])
def test_an_altered_ciphertext_is_noticed(counter: Counter, place: int):
    """Whichever bit it is."""
    ((field_name, text),) = counter.store.kept("loja", "ana")["ana-person"].items()
    other = "A" if text[place] != "A" else "B"
    with counter.store.transaction("loja") as transaction:
        transaction.keep("ana", {"ana-person": {field_name: text[:place] + other + text[place + 1 :]}})
    with pytest.raises(VaultError, match="altered"):
        counter.loja._book.store.kept("loja", "ana")  # noqa: SLF001


def told(counter: Counter) -> tuple[Any, ...]:
    """Plan with its amounts, facts and history, of which nobody's name is a part."""
    history = counter.loja.history("ana")
    assert all(each.agrees for each in history.attempts)
    return counter.loja.schedule("ana"), tuple(counter.loja.events("ana")), history


def test_after_erasing_the_ledger_adds_up(anywhere: Counter, keys: MemoryStore):
    """Plan, totals and history are what they were, every decision can be made again, and nothing personal is left."""
    anywhere.run("2026-04-15 09:00")
    before = told(anywhere)
    anywhere.loja.erase("ana")
    anywhere.loja.erase("ana")
    assert told(anywhere) == before
    assert anywhere.store.kept("loja", "ana") == {}
    assert keys.kept("keys/loja", "ana") == {}
    dossier = anywhere.loja.dossier("ana")
    assert (dossier.debtor.record, dossier.debtor.is_missing) == ({}, True)


def test_after_erasing_the_dunning_waits_for_an_address(counter: Counter):
    """Nothing is sent, and why not is there to be read; what is kept anew gets a key of its own and goes out."""
    counter.loja.erase("ana")
    assert counter.run("2026-04-15 09:00") == {"stuck": 1}
    (row,) = counter.store.load("loja", "ana").outbox
    assert "no address is kept" in row.reason
    counter.loja.keep("ana", PERSON)
    assert counter.run("2026-04-15 11:00") == {"sent": 1}


def test_what_comes_back_from_a_backup_stays_erased(anywhere: Counter, keys: MemoryStore):
    """The old ciphertext is there again, and nobody can read it: it counts as erased, beside what was kept since."""
    backup = dict(anywhere.store.kept("loja", "ana"))
    anywhere.loja.erase("ana")
    with anywhere.store.transaction("loja") as transaction:
        transaction.keep("ana", backup)
    assert anywhere.loja._book.store.kept("loja", "ana") == {}  # noqa: SLF001
    assert anywhere.run("2026-04-15 09:00") == {"stuck": 1}
    anywhere.loja.keep("ana", {"ana-email": PERSON["ana-email"]})
    kept = dict(anywhere.loja._book.store.kept("loja", "ana"))  # noqa: SLF001
    assert kept.pop(SALT)
    assert kept == {"ana-email": PERSON["ana-email"]}
    assert len(keys.kept("destroyed/loja", "ana")) == 1


def test_what_was_sent_can_be_proved_until_it_is_erased(counter: Counter):
    """The evidence holds a hash. Who guesses the text afterwards has no proof: it was salted with what is erased."""
    counter.run("2026-04-15 09:00")
    (message,) = counter.email.got
    (attempt,) = counter.store.attempts("loja", "ana")
    told = {"to": message.to, "subject": message.subject, "text": message.text, "html": message.html}
    salt = counter.loja._book.store.kept("loja", "ana")[SALT]  # noqa: SLF001
    assert len(salt["salt"]) == 32
    assert attempt.content_hash == hashed({**told, **salt})
    counter.loja.erase("ana")
    assert attempt.content_hash != hashed(told)
    counter.loja.keep("ana", PERSON)
    assert counter.loja._book.store.kept("loja", "ana")[SALT] != salt  # noqa: SLF001


def hashed(content: dict[str, str]) -> str:
    """As the evidence has it."""
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def test_an_erasure_that_was_cut_short_is_done_again(counter: Counter):
    """The database of the keys goes away: what the store held is gone all the same, and the key the next time."""

    class Away(MemoryStore):
        is_away = False

        def erase(self, creditor: str, debtor: str) -> None:
            if self.is_away:
                raise StoreError(debtor)
            super().erase(creditor, debtor)

    keys = Away()
    counter.engine = counter.another(vault=Vault(keys=keys))
    counter.loja.keep("bia", PERSON)
    keys.is_away = True
    with pytest.raises(StoreError):
        counter.loja.erase("bia")
    assert counter.store.kept("loja", "bia") == {}
    keys.is_away = False
    counter.loja.erase("bia")
    assert keys.kept("keys/loja", "bia") == {}


def test_who_is_erased_while_something_is_kept_of_them(file: SqliteStore, keys: MemoryStore):
    """What is kept meanwhile under the key that goes is not stored; who keeps it is told, and the next time it is."""
    counter = with_ana(Counter(store=file, parts={"vault": Vault(keys=keys)}))
    other = counter.another()
    eraser = Thread(target=lambda: other.creditor().erase("ana"))

    def keep() -> None:
        with counter.loja._book.store.transaction("loja") as transaction:  # noqa: SLF001
            transaction.keep("ana", {"new": {"address": ADDRESS}})
            eraser.start()
            for _ in range(10_000):  # the data goes when this transaction has ended
                if not keys.kept("keys/loja", "ana"):
                    return
                sleep(0.001)

    with pytest.raises(VaultError, match="debtor 'ana' was erased while something was kept of them; nothing is stored"):
        keep()
    eraser.join()
    assert counter.store.kept("loja", "ana") == {}
    assert keys.kept("keys/loja", "ana") == {}
    counter.loja.keep("ana", {"new": {"address": ADDRESS}})
    kept = counter.loja._book.store.kept("loja", "ana")  # noqa: SLF001
    assert kept["new"] == {"address": ADDRESS}


def test_a_key_that_goes_as_the_data_comes_is_not_lost(keys: MemoryStore):
    """Made after an erasure had written down the keys, and erased with them: the data counts as erased."""

    class Late(MemoryStore):
        @contextmanager
        def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Transaction]:
            with super().transaction(creditor, using=using) as inner:
                yield inner
            keys.erase("keys/loja", "bia")

    counter = Counter(store=Late(), parts={"vault": Vault(keys=keys)})
    counter.loja.keep("bia", PERSON)
    assert counter.store.kept("loja", "bia") != {}
    assert counter.loja._book.store.kept("loja", "bia") == {}  # noqa: SLF001


def test_nothing_readable_is_left_of_who_is_erased(file: SqliteStore, tmp_path: Path):
    """Whatever another process keeps at the same time, over and over: what is left afterwards came afterwards."""
    with closing(SqliteStore.open(f"sqlite:///{tmp_path}/k.sqlite3", durable=False)) as keys:
        counter = Counter(store=file, parts={"vault": Vault(keys=keys)})
        command = [sys.executable, "-c", KEEPER, str(tmp_path), ADDRESS]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as keeper:
            assert keeper.stdout is not None
            assert keeper.stdout.readline() == "keeping\n"
            for _ in range(6):
                counter.loja.erase("ana")
            told, _ = keeper.communicate(timeout=60)
        assert keeper.returncode == 0
        assert set(told.split()) <= {"kept", "refused"}
        counter.loja.erase("ana")
        assert not counter.loja.keeps("ana")
        assert (keys.kept("keys/loja", "ana"), file.kept("loja", "ana")) == ({}, {})


def silent(_: Message) -> Receipt:
    """No answer came."""
    raise Unknown("silence")


def lost(counter: Counter) -> None:
    """Open the engine again on a vault that is empty."""
    counter.engine = counter.another(vault=Vault(keys=MemoryStore()))


def test_a_lost_key_is_told_with_what_to_do(counter: Counter, keys: MemoryStore):
    """It is not taken for erased: nothing is sent, nothing fails, and once the keys are back it goes on."""
    before = counter.loja.schedule("ana")
    lost(counter)
    assert counter.run("2026-04-15 09:00") == {"stuck": 1}
    (row,) = counter.store.load("loja", "ana").outbox
    assert "is not in the vault; give the engine the vault in which it was made, or restore" in row.reason
    with pytest.raises(VaultError, match="not in the vault"):
        counter.loja.dossier("ana")
    assert counter.loja.schedule("ana", as_of=before.as_of) == before
    counter.engine = counter.another(vault=Vault(keys=keys))
    assert counter.run("2026-04-15 11:00") == {"sent": 1}


def test_what_became_of_a_sending_is_recorded_though_the_key_is_lost(counter: Counter):
    """It is a fact; of the provider's word, of which nobody can say whether it names somebody, nothing is kept."""
    counter.run("2026-04-15 09:00")
    lost(counter)
    counter.email.said = [Receipt(status="bounced", reference="ref", reason=f"no such user {ADDRESS}")]
    request = WebhookRequest(headers={"signature": "ours"}, body=b"", received_at=counter.at)
    (fact, *_) = counter.engine.receive("email", request)
    assert fact.type == "action.failed"
    assert ADDRESS not in repr(fact)


@pytest.mark.parametrize(("sent", "state"), [(True, "sent"), (False, "pending")])
def test_a_person_says_what_became_of_a_sending_though_the_key_is_lost(counter: Counter, *, sent: bool, state: str):
    """Their reason may name somebody, so that nothing of it is kept; who said it is."""
    counter.email.answer = silent
    assert counter.run("2026-04-15 09:00") == {"unknown": 1}
    lost(counter)
    (unknown,) = counter.loja.unknowns()
    told = counter.loja.resolve(unknown.action, sent=sent, by="rita", reason=f"{ADDRESS} is not in the console")
    assert {(event.by, ADDRESS in repr(event)) for event in told} == {("rita", False)}
    assert counter.states() == {"lembrete": state}


def test_who_lost_a_key_can_erase_and_keep_anew(counter: Counter):
    """What was sealed under it is remembered as erased, also where it comes back from a backup."""
    backup = dict(counter.store.kept("loja", "ana"))
    lost(counter)
    counter.loja.erase("ana")
    with counter.store.transaction("loja") as transaction:
        transaction.keep("ana", {"ana-person": backup["ana-person"]})
    counter.loja.keep("ana", {"ana-email": PERSON["ana-email"]})
    assert counter.run("2026-04-15 09:00") == {"sent": 1}


def test_what_was_kept_in_clear_is_read_and_sealed_when_kept_again(keys: MemoryStore):
    """A vault may come later; until then nothing stands still."""
    counter = with_ana(Counter(store=MemoryStore()))
    assert counter.store.kept("loja", "ana") == PERSON
    counter.engine = counter.another(vault=Vault(keys=keys))
    assert counter.run("2026-04-15 09:00") == {"sent": 1}
    counter.loja.keep("ana", PERSON)
    assert NAME not in str(counter.store.kept("loja", "ana"))
    assert counter.loja.dossier("ana").debtor.record["name"] == NAME


def test_without_its_vault_an_engine_reads_nothing(counter: Counter):
    """It says what is missing; erasing takes the data and says that the key is left."""
    counter.engine = counter.another(vault=None)
    assert counter.run("2026-04-15 09:00") == {"stuck": 1}
    (row,) = counter.store.load("loja", "ana").outbox
    assert r"it is sealed, and the engine has no vault; add [vault] url" in row.reason
    with pytest.raises(VaultError, match="has a key that is left"):
        counter.loja.erase("ana")
    assert counter.store.kept("loja", "ana") == {}


def test_keys_beside_what_they_lock_are_refused(tmp_path: Path, keys: MemoryStore):
    """Also where the host opened the one or the other by itself."""
    with closing(SqliteStore.open(f"sqlite:///{tmp_path}/r.sqlite3")) as store:
        (tmp_path / "keys.sqlite3").symlink_to(tmp_path / "r.sqlite3")
        counter = Counter(store=store)
        for vault in (f"sqlite:///{tmp_path}/keys.sqlite3", Vault(keys=store)):
            with pytest.raises(SettingsError, match="give the vault a database of its own"):
                counter.another(vault=vault)
    with pytest.raises(SettingsError, match="give the vault a database of its own"):
        Counter(store=keys, parts={"vault": Vault(keys=keys)})


def test_the_keys_may_be_under_a_master_key(keys: MemoryStore):
    """Then who has both databases, and not the master key, reads nothing."""
    vault = Vault(keys=keys, master=MASTER)
    counter = Counter(store=MemoryStore(), parts={"vault": vault})
    counter.open_account()
    assert all(set(fields) == {"wrapped"} for fields in keys.kept("keys/loja", "ana").values())
    assert counter.another().creditor().dossier("ana").debtor.record["name"] == "Ana Souza"
    assert repr(MASTER) not in repr(vault)
    for master, problem in ((None, "under a master key; give it"), (bytes(32), "under another master key")):
        with pytest.raises(SettingsError, match=problem):
            counter.another(vault=Vault(keys=keys, master=master))
    with pytest.raises(SettingsError, match="not 32 bytes"):
        counter.another(vault=Vault(keys=keys, master=b"short"))


def test_a_vault_without_its_library_is_refused(counter: Counter, monkeypatch: pytest.MonkeyPatch):
    """When the engine opens, not when the first customer is kept."""
    monkeypatch.setitem(__import__("sys").modules, "cryptography.hazmat.primitives.ciphers.aead", None)
    with pytest.raises(MissingExtra, match=r"regua\[vault\]"):
        counter.another()
