"""Personal data and policies: kept, replaced, erased."""

from __future__ import annotations

from contextlib import suppress

import pytest
from attrs import evolve

from regua.ports import Store, StoredPolicy
from regua.testing.contracts.specimens import (
    APRIL,
    LOJA,
    POSTO,
    Stopped,
    action,
    answer,
    attempt,
    put,
    registered,
)


class KeepingContract:
    """Personal data and policies: kept, replaced, erased."""

    def test_personal_data_is_kept_by_reference(self, store: Store) -> None:
        """Newer fields replace the older ones of the same reference; each debtor's stay apart."""
        with store.transaction(POSTO) as transaction:
            transaction.keep("ana", {"pessoa": {"name": "Outra Ana"}})
        with store.transaction(LOJA) as transaction:
            transaction.keep("ana", {"pessoa": {"name": "Ana", "cpf": "1"}, "e-mail": {"address": "ana@invalid"}})
            transaction.keep("bia", {"pessoa": {"name": "Bia"}})
            transaction.keep("ana", {"pessoa": {"name": 'Ana "Conceição"\n'}})
        assert store.kept(LOJA, "ana") == {
            "e-mail": {"address": "ana@invalid"},
            "pessoa": {"name": 'Ana "Conceição"\n'},
        }
        assert store.kept(LOJA, "caio") == {}
        assert store.kept(POSTO, "ana") == {"pessoa": {"name": "Outra Ana"}}

    def test_erasing_leaves_the_facts(self, store: Store) -> None:
        """The debtor's personal data goes, and nothing else; again does nothing."""
        for creditor in (LOJA, POSTO):
            with store.transaction(creditor) as transaction:
                transaction.append("ana", [registered("e1", creditor=creditor)])
                transaction.keep("ana", {"pessoa": {"name": "Ana"}})
                transaction.keep("bia", {"pessoa": {"name": "Bia"}})
        store.erase(LOJA, "ana")
        store.erase(LOJA, "ana")
        assert store.kept(LOJA, "ana") == {}
        assert store.kept(LOJA, "bia") == {"pessoa": {"name": "Bia"}}
        assert store.kept(POSTO, "ana") == {"pessoa": {"name": "Ana"}}
        assert store.load(LOJA, "ana").version == 1

    def test_what_a_provider_answered_is_kept_apart(self, store: Store) -> None:
        """Byte for byte, beside the evidence of its attempt, in the order of keeping, of its own creditor alone."""
        content = bytes(range(256)) * 256
        for creditor in (LOJA, POSTO):
            put(store, action("a1", creditor=creditor), action("b1", debtor="bia", creditor=creditor))
            with store.transaction(creditor) as transaction:
                transaction.begin(attempt(creditor=creditor))
                transaction.begin(attempt("b1", debtor="bia", creditor=creditor))
                transaction.keep_answer(answer(creditor=creditor, content=content, size=70_000))
                transaction.keep_answer(answer(creditor=creditor, at_us=APRIL - 1, key="k1", content=b""))
                transaction.keep_answer(answer("b1", debtor="bia", creditor=creditor))
                assert [each.size for each in transaction.answers("ana")] == [70_000, 3]
        expected = (answer(content=content, size=70_000), answer(at_us=APRIL - 1, key="k1", content=b""))
        assert tuple(store.answers(LOJA, "ana")) == expected
        assert [(each.is_cut, each.creditor) for each in store.answers(POSTO, "ana")] == [(True, POSTO)] * 2
        store.erase(LOJA, "ana")
        assert list(store.answers(LOJA, "ana")) == []
        assert list(store.answers(LOJA, "bia")) == [answer("b1", debtor="bia")]
        assert len(store.answers(POSTO, "ana")) == 2

    def test_an_answer_is_about_an_attempt(self, store: Store) -> None:
        """Of the same creditor, that was begun; what is undone with its block was never said."""
        put(store, action("a1"), action("a1", creditor=POSTO))
        with store.transaction(LOJA) as transaction:
            transaction.begin(attempt())
            for wrong in (answer(number=2), answer("a2"), answer(creditor=POSTO)):
                with pytest.raises(ValueError, match=rf"attempt {wrong.number} of action '{wrong.action}'"):
                    transaction.keep_answer(wrong)
        with suppress(Stopped), store.transaction(LOJA) as transaction:
            transaction.keep_answer(answer())
            raise Stopped
        assert list(store.answers(LOJA, "ana")) == []

    def test_the_first_text_of_a_policy_version_stays(self, store: Store) -> None:
        """Who comes later with another gets what is stored."""
        kept = [
            StoredPolicy(policy=name, version=version, fingerprint=f"f{version}", text=f"# {name}\n")
            for name, version in (("régua", 2), ("boletos", 10), ("régua", 1))
        ]
        for each in kept:
            assert store.keep_policy(LOJA, each) == each
        assert store.keep_policy(LOJA, evolve(kept[0], text="")) == kept[0]
        assert store.keep_policy(POSTO, evolve(kept[0], text="")) == evolve(kept[0], text="")
        assert list(store.policies(LOJA)) == [kept[1], kept[2], kept[0]]
        assert list(store.policies(POSTO)) == [evolve(kept[0], text="")]

    def test_a_transaction_reads_what_it_has_written(self, store: Store) -> None:
        """Personal data and evidence too, of its own creditor alone."""
        for creditor in (LOJA, POSTO):
            with store.transaction(creditor) as transaction:
                transaction.load("ana")
                transaction.append("ana", [registered("e1", creditor=creditor)])
                transaction.put("ana", [action("a1", creditor=creditor, state="sending", epoch=1)], wakeup_us=None)
                transaction.keep("ana", {"r": {"name": creditor}})
                transaction.begin(attempt("a1", creditor=creditor))
                assert transaction.kept("ana") == {"r": {"name": creditor}}
                assert [each.creditor for each in transaction.attempts("ana")] == [creditor]
                assert (transaction.kept("bia"), tuple(transaction.attempts("bia"))) == ({}, ())
