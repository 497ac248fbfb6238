"""The log: what was recorded is read back, in order, each creditor's apart."""

from __future__ import annotations

import pytest

from regua.core.events import DebtorRegistered
from regua.errors import AccountMismatch, EventConflict
from regua.ports import Store
from regua.testing.contracts.specimens import APRIL, LOJA, POSTO, action, names, record, registered


class LogContract:
    """The log: what was recorded is read back, in order, each creditor's apart."""

    def test_events_are_read_back_in_the_order_of_recording(self, store: Store) -> None:
        """What was appended is what is loaded, each creditor's apart."""
        first, second = registered("e1", city="3550308"), registered("e2", person="vault:7f3a")
        other = registered("e1", creditor=POSTO, segment="atacado")
        with store.transaction(LOJA) as transaction:
            assert transaction.append("ana", [second]) == 1
            assert transaction.append("ana", [first]) == 2
        record(store, other)
        loaded = store.load(LOJA, "ana")
        assert (loaded.version, list(loaded.events)) == (2, [second, first])
        assert list(store.load(POSTO, "ana").events) == [other]

    def test_a_debtor_that_is_not_known_is_empty(self, store: Store) -> None:
        """Nobody is found by asking."""
        loaded = store.load(LOJA, "ana")
        assert (loaded.version, list(loaded.events), list(loaded.outbox), loaded.wakeup_us) == (0, [], [], None)
        with store.transaction(LOJA) as transaction:
            assert transaction.load("ana") == loaded
            assert transaction.append("ana", []) == 0
        assert list(store.debtors(LOJA)) == []

    def test_what_is_known_already_is_left_out(self, store: Store) -> None:
        """Since a version, only what came after it is read; versions are counted for each debtor."""
        record(store, registered("e1"), registered("e2", "bia"), registered("e3"), registered("e1", creditor=POSTO))
        with store.transaction(LOJA) as transaction:
            transaction.append("ana", [registered("e4"), registered("e5")])
            assert [event.id for event in transaction.load("ana", since=1).events] == ["e3", "e4", "e5"]
        for since, expected in ((0, 4), (1, 3), (3, 1), (4, 0), (9, 0)):
            loaded = store.load(LOJA, "ana", since=since)
            assert (loaded.version, len(loaded.events)) == (4, expected)

    def test_a_transaction_reads_what_it_wrote(self, store: Store) -> None:
        """Facts, actions, wakeup and digest of the same block are seen in it; a digest that is not given stays."""
        with store.transaction(LOJA) as transaction:
            transaction.append("ana", [registered("e1")])
            transaction.put("ana", [action("a1")], wakeup_us=APRIL - 1, digest="d1")
            transaction.put("ana", [], wakeup_us=APRIL)
            loaded = transaction.load("ana")
        assert (loaded.version, names(loaded.outbox), loaded.wakeup_us, loaded.digest) == (1, ["a1"], APRIL, "d1")
        assert store.load(LOJA, "ana") == loaded

    def test_an_event_id_is_unique_for_the_creditor(self, store: Store) -> None:
        """The id of another debtor's event is a conflict that names it; another creditor may use it."""
        record(store, registered("e1"), registered("e1", creditor=POSTO))
        with (
            pytest.raises(EventConflict, match=r"event 'e1' .*debtor 'bia'.* for debtor 'ana'"),
            store.transaction(LOJA) as transaction,
        ):
            transaction.append("bia", [registered("e0", "bia"), registered("e1", "bia")])
        assert store.load(LOJA, "bia").version == 0
        assert store.load(POSTO, "ana").version == 1

    @pytest.mark.parametrize("again", [["e1"], ["e2", "e2"]])
    def test_an_event_is_appended_once(self, store: Store, again: list[str]) -> None:
        """The caller leaves out what is stored; if not, nothing of the call is stored."""
        record(store, registered("e1"))
        with store.transaction(LOJA) as transaction:
            with pytest.raises(EventConflict, match=f"event '{again[0]}'"):
                transaction.append("ana", [registered("e0"), *map(registered, again)])
            assert transaction.append("ana", [registered("e3")]) == 2
        assert [event.id for event in store.load(LOJA, "ana").events] == ["e1", "e3"]

    def test_many_events_are_appended_at_once(self, store: Store) -> None:
        """As an import does: in their order, all or none, whatever somebody else's are called."""
        for creditor in (LOJA, POSTO):
            with store.transaction(creditor) as transaction:
                transaction.append("ana", [registered("e0", creditor=creditor)])
        taken, others = registered("e0", "bia"), [registered(f"b{number}", "bia") for number in range(1_500)]
        many = [registered(f"e{number}") for number in range(1, 1_500)]
        with store.transaction(LOJA) as transaction:
            with pytest.raises(EventConflict, match="event 'e0'"):
                transaction.append("bia", [*others, taken])
            assert transaction.append("ana", many) == 1_500
        assert list(store.load(LOJA, "ana", since=1).events) == many
        assert store.load(LOJA, "bia").version == 0
        assert store.load(POSTO, "ana").version == 1

    @pytest.mark.parametrize("stranger", [registered("e1", "bia"), registered("e1", creditor=POSTO)])
    def test_an_event_stays_in_its_account(self, store: Store, stranger: DebtorRegistered) -> None:
        """A mixed-up debtor or creditor is refused, not stored under the wrong name."""
        with pytest.raises(AccountMismatch, match="event 'e1'"), store.transaction(LOJA) as transaction:
            transaction.append("ana", [registered("e0"), stranger])
        assert list(store.read_all(LOJA)) == []

    def test_all_events_are_streamed_in_the_order_of_recording(self, store: Store) -> None:
        """Across debtors, beyond a page, without the other creditor's, and without what is recorded meanwhile."""
        with store.transaction(LOJA) as transaction:
            for number in range(2_100):
                debtor = ("ana", "bia")[number % 2]
                transaction.append(debtor, [registered(f"e{number}", debtor)])
        record(store, registered("e0", creditor=POSTO))
        stream = store.read_all(LOJA)
        first = next(stream)
        record(store, registered("e9999"))
        assert [event.id for event in (first, *stream)] == [f"e{number}" for number in range(2_100)]
        assert [event.id for event in store.read_all(POSTO)] == ["e0"]

    def test_debtors_are_streamed_in_order_of_their_ids(self, store: Store) -> None:
        """Those with an event, beyond a page, while others are recorded."""
        ids = [f"d{number:05}" for number in range(1_500)]
        with store.transaction(LOJA) as transaction:
            for debtor in reversed(ids):
                transaction.append(debtor, [registered(f"e-{debtor}", debtor)])
        record(store, registered("e-zé", "zé", POSTO), registered("e-ana", "ana", POSTO))
        stream = store.debtors(LOJA)
        first = next(stream)
        record(store, registered("e-a", "a"))
        assert [first, *stream] == ids
        assert list(store.debtors(POSTO)) == ["ana", "zé"]
