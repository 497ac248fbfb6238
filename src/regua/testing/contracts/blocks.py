"""Transactions: all or nothing, and one at a time for a debtor."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from attrs import evolve

from regua.ports import Store, StoredPolicy
from regua.testing.contracts.specimens import (
    APRIL,
    HOUR,
    LOJA,
    POSTO,
    Stopped,
    action,
    attempt,
    in_threads,
    names,
    put,
    record,
    registered,
)


class BlockContract:
    """Transactions: all or nothing, and one at a time for a debtor."""

    def test_an_error_undoes_the_whole_block(self, store: Store) -> None:
        """Facts, actions, wakeups, evidence and personal data: as before, whatever had happened to each."""
        with store.transaction(LOJA) as transaction:
            transaction.append("ana", [registered("e1")])
            transaction.put("ana", [action("a1", state="claimed", epoch=1)], wakeup_us=APRIL, digest="d1")
            transaction.begin(attempt())
            transaction.keep("ana", {"pessoa": {"name": "Ana"}})
        before = (store.load(LOJA, "ana"), store.attempts(LOJA, "ana"), store.kept(LOJA, "ana"))
        with suppress(Stopped), store.transaction(LOJA) as transaction:
            transaction.append("ana", [registered("e2")])
            transaction.append("bia", [registered("e3", "bia")])
            moved = [action("a1", 5, state="sending", epoch=1), action("a2")]
            transaction.put("ana", moved, wakeup_us=APRIL + 1, digest="d2")
            transaction.put("bia", [action("a3", debtor="bia")], wakeup_us=APRIL)
            transaction.begin(attempt(number=2, key="k2"))
            transaction.finish(attempt(outcome="accepted", reference="r1"))
            transaction.keep("ana", {"pessoa": {"name": "Bia"}, "e-mail": {"address": "ana@example.invalid"}})
            raise Stopped
        assert (store.load(LOJA, "ana"), store.attempts(LOJA, "ana"), store.kept(LOJA, "ana")) == before
        assert store.load(LOJA, "bia").version == 0
        assert list(store.debtors(LOJA)) == ["ana"]
        assert [event.id for event in store.read_all(LOJA)] == ["e1"]
        assert list(store.due(LOJA, until_us=APRIL + 9 * HOUR, limit=9)) == []
        assert names(store.held(LOJA)) == ["a1"]
        assert list(store.wakeups(LOJA, until_us=APRIL + HOUR, limit=9)) == ["ana"]
        assert store.find_attempt(LOJA, "e-mail", reference="r1") is None
        assert store.find_attempt(LOJA, "e-mail", key="k2") is None
        record(store, registered("e2"))
        put(store, action("a2", state="suppressed"))

    def test_transactions_of_one_creditor_wait_for_each_other(self, store: Store) -> None:
        """What is decided on an account that was loaded is decided on what stays true until the end."""

        def count() -> None:
            for _ in range(10):
                with store.transaction(LOJA) as transaction:
                    version = transaction.load("ana").version
                    transaction.append("ana", [registered(f"e{version}")])

        in_threads(4, count)
        assert [event.id for event in store.load(LOJA, "ana").events] == [f"e{number}" for number in range(40)]

    def test_what_a_transaction_holds_nobody_claims(self, store: Store) -> None:
        """What it decides on an account that it loaded stays right: a claim beside it waits, or passes over it."""
        put(store, action("a1"), action("a1", creditor=POSTO))
        claimed: list[str] = []

        def claim() -> None:
            claimed.extend(names(store.claim(LOJA, owner="w1", until_us=APRIL, limit=9)))

        with store.transaction(LOJA) as transaction:
            (row,) = transaction.load("ana").outbox
            thread = threading.Thread(target=claim)
            thread.start()
            thread.join(0.2)
            transaction.put("ana", [evolve(row, state="suppressed", reason="paid")], wakeup_us=None)
        thread.join()
        assert claimed == []
        assert [(each.state, each.epoch) for each in store.load(LOJA, "ana").outbox] == [("suppressed", 0)]
        assert names(store.claim(POSTO, owner="w1", until_us=APRIL, limit=9)) == ["a1"]

    def test_a_block_may_hold_several_debtors(self, store: Store) -> None:
        """One that nobody knows yet is held, too; while they are held nobody else changes them."""
        put(store, action("b1", debtor="bia"))
        done: list[str] = []

        def change(debtor: str) -> None:
            with store.transaction(LOJA) as transaction:
                version = transaction.load(debtor).version
                transaction.append(debtor, [registered(f"{debtor}-{version}", debtor)])
                done.append(debtor)

        with store.transaction(LOJA) as transaction:
            assert [transaction.load(debtor).version for debtor in ("ana", "bia")] == [0, 0]
            threads = [threading.Thread(target=change, args=(debtor,)) for debtor in ("ana", "bia")]
            for each in threads:
                each.start()
                each.join(0.1)
            assert done == []
            for debtor in ("ana", "bia"):
                transaction.append(debtor, [registered(f"{debtor}-0", debtor)])
        for each in threads:
            each.join()
        assert sorted(done) == ["ana", "bia"]
        assert [event.id for event in store.load(LOJA, "ana").events] == ["ana-0", "ana-1"]

    def test_a_transaction_is_of_no_use_after_its_block(self, store: Store) -> None:
        """Who keeps it cannot write outside a transaction."""
        with store.transaction(LOJA) as transaction:
            pass
        with suppress(Exception):
            transaction.append("ana", [registered("e1")])
        with suppress(Exception):
            transaction.keep("ana", {"pessoa": {"name": "Ana"}})
        assert (store.load(LOJA, "ana").version, store.kept(LOJA, "ana")) == (0, {})

    def test_a_thread_is_in_one_transaction_at_a_time(self, store: Store) -> None:
        """A write beside the open transaction would wait for it forever."""
        writes: list[Callable[[], object]] = [
            lambda: store.transaction(LOJA).__enter__(),
            lambda: store.claim(LOJA, owner="w1", until_us=APRIL, limit=1),
            lambda: store.erase(LOJA, "ana"),
            lambda: store.keep_policy(LOJA, StoredPolicy(policy="régua", version=1, fingerprint="f", text="")),
        ]
        put(store, action("a1"))
        with store.transaction(LOJA) as transaction:
            transaction.append("ana", [registered("e1")])
            for write in writes:
                with pytest.raises(RuntimeError, match="inside a transaction"):
                    write()
        assert store.load(LOJA, "ana").version == 1
        assert names(store.due(LOJA, until_us=APRIL, limit=1)) == ["a1"]
