"""What providers answer is kept as it came: as personal data, once, bounded, and erased with the debtor."""

import io
from collections.abc import Sequence
from datetime import timedelta

import pytest
from counter import Counter, Line, clock

from regua.builtin.memory import MemoryStore
from regua.engine import Vault
from regua.engine.book import MOST_ANSWERS
from regua.errors import VaultError
from regua.ports import LONGEST_ANSWER, Capabilities, Message, Receipt, Store, Unknown, WebhookRequest

ACCEPTED = b'{"id": "ref", "to": "ana@email.invalid"}'
REMINDER = "2026-04-15 09:00"


def answering(store: Store, raw: bytes = ACCEPTED, **parts: object) -> Counter:
    """A shop with a debtor whose provider answers that."""
    counter = Counter(store=store, parts=dict(parts))
    counter.email.answer = lambda _: Receipt(reference="ref", raw=raw)
    counter.bill_others("ana")
    return counter


def called(counter: Counter, *said: Receipt) -> None:
    """The provider calls."""
    counter.email.said = said
    counter.engine.receive("email", WebhookRequest(headers={"signature": "ours"}, body=b"", received_at=counter.at))


def contents(counter: Counter, debtor: str = "ana") -> Sequence[bytes]:
    """What is kept of one debtor, in clear."""
    return [answer.content for answer in counter.loja.answers(debtor)]


def test_an_answer_is_kept_with_its_attempt(store: Store):
    """Byte for byte, and nowhere else: neither in facts nor in the evidence."""
    counter = answering(store)
    counter.run(REMINDER)
    (answer,) = counter.loja.answers("ana")
    (attempt,) = store.attempts("loja", "ana")
    assert (answer.content, answer.size, answer.is_cut) == (ACCEPTED, len(ACCEPTED), False)
    assert (answer.action, answer.number, answer.at_us) == (attempt.action, attempt.number, attempt.receipt_us)
    assert "ana@email" not in repr((answer, attempt, *counter.loja.events("ana")))


def test_what_a_webhook_says_is_kept_once(store: Store):
    """Of a call that comes again, and says nothing new, nothing; of a word that nobody knows, the words."""
    counter = answering(store)
    counter.run(REMINDER)
    for _ in range(2):
        called(counter, Receipt(status="delivered", reference="ref", raw=b"delivered"))
        called(counter, Receipt(status="unknown", reference="ref", raw=b"deferred-by-moon"))
    called(counter, Receipt(status="delivered", reference="ref", raw=b"delivered, once more"))
    assert contents(counter) == [ACCEPTED, b"delivered", b"deferred-by-moon"]


def test_who_answers_at_length_fills_no_disk(memory: MemoryStore):
    """The end of a long answer is cut, which is told; of many that say nothing the first are kept."""
    counter = answering(memory, b"x" * (LONGEST_ANSWER + 1))
    counter.run(REMINDER)
    (answer,) = counter.loja.answers("ana")
    assert (len(answer.content), answer.size, answer.is_cut) == (LONGEST_ANSWER, LONGEST_ANSWER + 1, True)
    for number in range(2 * MOST_ANSWERS):
        called(counter, Receipt(status="unknown", reference="ref", raw=b"?%d" % number))
    assert len(contents(counter)) == MOST_ANSWERS


class Asked(Line):
    """A channel that can be asked."""

    found = Receipt(status="unknown", raw=b"try later")

    def find(self, key: str) -> Receipt:  # noqa: ARG002 - the port's shape
        """What the test wants to be found."""
        return self.found


def silent(_: Message) -> Receipt:
    """No answer came."""
    raise Unknown("silence")


def test_what_is_found_is_kept(memory: MemoryStore):
    """What nobody understood when the provider was asked, and what became of it in the end."""
    email = Asked(name="email", capabilities=Capabilities(delivery="queryable"), answer=silent)
    counter = Counter(store=memory, email=email)
    counter.bill_others("ana")
    counter.run(REMINDER)
    counter.at += timedelta(hours=1)
    counter.run()
    assert contents(counter) == [b"try later"]
    email.found = Receipt(reference="ref", raw=ACCEPTED)
    counter.at += timedelta(days=1)
    counter.run()
    assert contents(counter) == [b"try later", ACCEPTED]


def test_with_a_vault_it_is_sealed(store: Store):
    """Under the key of the debtor: who takes the answer of another, or alters it, is noticed."""
    keys = MemoryStore()
    counter = answering(store, vault=Vault(keys=keys))
    counter.run(REMINDER)
    (stored,) = store.answers("loja", "ana")
    assert stored.key in keys.kept("keys/loja", "ana")
    assert b"ana" not in stored.content
    assert contents(counter) == [ACCEPTED]
    lost = counter.another(vault=Vault(keys=MemoryStore()))
    with pytest.raises(VaultError, match=f"answered about attempt 1 of action '{stored.action}' is not in the vault"):
        lost.creditor().answers("ana")
    with pytest.raises(VaultError, match="the engine has no vault"):
        counter.another(vault=None).creditor().answers("ana")


@pytest.mark.parametrize("has_vault", [True, False])
def test_it_is_erased_with_the_debtor(store: Store, *, has_vault: bool):
    """And what the provider says afterwards of who is erased is a fact, and its words are not kept."""
    counter = answering(store, **({"vault": Vault(keys=MemoryStore())} if has_vault else {}))
    counter.run(REMINDER)
    counter.loja.erase("ana")
    assert (contents(counter), list(store.answers("loja", "ana"))) == ([], [])
    called(counter, Receipt(status="delivered", reference="ref", raw=b"ana@email.invalid has it"))
    assert [event.type for event in counter.loja.events("ana")][-1] == "action.delivered"
    assert list(store.answers("loja", "ana")) == []


def test_it_moves_with_personal_data_alone(memory: MemoryStore, store: Store):
    """From a store whose vault sealed it to one with another vault; without personal data it stays at home."""
    counter = answering(memory, vault=Vault(keys=MemoryStore()))
    counter.run(REMINDER)
    plain, whole = ("".join(counter.loja.export(personal_data=each)).encode() for each in (False, True))
    assert (b'"answer"' in plain, b'{"type":"answer"' in whole) == (False, True)
    there = Counter(store=store, at=clock(REMINDER), parts={"vault": Vault(keys=MemoryStore())})
    there.loja.import_events(io.BytesIO(whole))
    assert there.loja.answers("ana") == counter.loja.answers("ana")
    assert store.answers("loja", "ana")[0].key
    assert "".join(there.loja.export(personal_data=True)).encode() == whole


def test_an_answer_that_is_no_bytes_is_not_kept(memory: MemoryStore):
    """A plugin that gives its text does no harm."""
    counter = answering(memory, "text")  # type: ignore[arg-type] - the mistake
    assert counter.run(REMINDER) == {"sent": 1}
    assert contents(counter) == []
