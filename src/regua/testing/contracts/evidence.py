"""The evidence of attempts: written once, finished once, found again."""

from __future__ import annotations

import pytest
from attrs import evolve

from regua.ports import Attempt, Store
from regua.testing.contracts.specimens import APRIL, LOJA, POSTO, action, attempt, put


class EvidenceContract:
    """The evidence of attempts: written once, finished once, found again."""

    def test_an_attempt_is_evidence(self, store: Store) -> None:
        """Everything about it is kept, in the order of the intents; its outcome is added to it."""
        put(store, action("a1"), action("a2"), action("b1", debtor="bia"), action("a1", creditor=POSTO))
        first, second = attempt("a2", intent_us=APRIL + 5), attempt("a1", key="ação № 1")
        with store.transaction(LOJA) as transaction:
            for each in (first, second, attempt("a2", 2), attempt("b1", debtor="bia")):
                transaction.begin(each)
            ended = evolve(second, outcome="accepted", reference="r1", reason="250 OK", receipt_us=APRIL + 9)
            assert transaction.finish(ended)
        assert list(store.attempts(LOJA, "ana")) == [first, ended, attempt("a2", 2)]
        assert list(store.attempts(POSTO, "ana")) == []

    def test_texts_are_kept_as_they_are(self, store: Store) -> None:
        """Whatever a provider or a person writes: quotes, signs of the database's own, other scripts, many lines."""
        text = 'd\'água "100%" %s ? :a $1 \\n \\\\ {a,b} NULL\n\t№ Ünï 漢字 🙂'
        made = attempt(worker=text, contact=text, members=("a1", text), channel=text, key=text)
        put(store, action("a1", state="claimed", owner=text, reason=text, contact=text))
        with store.transaction(LOJA) as transaction:
            transaction.keep("ana", {text: {text: text}})
            transaction.begin(made)
            transaction.finish(evolve(made, outcome="accepted", reference=text, reason=text))
        assert list(store.load(LOJA, "ana").outbox) == [
            action("a1", state="claimed", owner=text, reason=text, contact=text)
        ]
        assert store.kept(LOJA, "ana") == {text: {text: text}}
        found = store.find_attempt(LOJA, text, key=text, reference=text)
        assert found == evolve(made, outcome="accepted", reference=text, reason=text)

    def test_an_outcome_is_added_once(self, store: Store) -> None:
        """What is there already stays as it is, and the evidence beside it too."""
        put(store, action("a1"), action("a1", creditor=POSTO))
        with store.transaction(POSTO) as transaction:
            transaction.begin(attempt(creditor=POSTO))
        with store.transaction(LOJA) as transaction:
            transaction.begin(attempt())
            assert transaction.finish(attempt(worker="w2", outcome="unknown", receipt_us=APRIL))
            assert not transaction.finish(attempt(outcome="accepted", reason="late", receipt_us=APRIL + 1))
            assert not transaction.finish(attempt(number=2, outcome="accepted"))
        assert list(store.attempts(LOJA, "ana")) == [attempt(outcome="unknown", receipt_us=APRIL)]
        assert list(store.attempts(POSTO, "ana")) == [attempt(creditor=POSTO)]

    def test_a_reference_that_is_learnt_later_is_added_once(self, store: Store) -> None:
        """A late answer tells it, and the provider's calls name nothing else; the outcome stays as it is."""
        put(store, action("a1"))
        with store.transaction(LOJA) as transaction:
            transaction.begin(attempt())
            transaction.finish(attempt(outcome="unknown", receipt_us=APRIL))
        for reference in ("r1", "r2"):
            with store.transaction(LOJA) as transaction:
                assert not transaction.finish(attempt(outcome="accepted", reference=reference, receipt_us=APRIL + 1))
        known = attempt(outcome="unknown", reference="r1", receipt_us=APRIL)
        assert store.find_attempt(LOJA, "e-mail", reference="r1") == known
        assert store.find_attempt(LOJA, "e-mail", reference="r2") is None

    def test_no_outcome_is_no_receipt(self, store: Store) -> None:
        """Who has nothing to add has nothing to finish."""
        put(store, action("a1"))
        with store.transaction(LOJA) as transaction:
            transaction.begin(attempt())
            with pytest.raises(ValueError, match="attempt 1 of action 'a1'"):
                transaction.finish(attempt(reference="r1"))
        assert list(store.attempts(LOJA, "ana")) == [attempt()]

    @pytest.mark.parametrize("wrong", [attempt(), attempt("a2"), attempt(creditor=POSTO)])
    def test_an_attempt_is_the_first_of_its_number(self, store: Store, wrong: Attempt) -> None:
        """And of an action of the same creditor that is in the outbox."""
        put(store, action("a1"), action("a2", creditor=POSTO), action("a1", creditor=POSTO))
        with store.transaction(LOJA) as transaction:
            transaction.begin(attempt())
            with pytest.raises(ValueError, match=f"attempt 1 of action '{wrong.action}'"):
                transaction.begin(wrong)
        assert list(store.attempts(LOJA, "ana")) == [attempt()]

    def test_an_attempt_is_found_by_its_key_or_by_the_providers_id(self, store: Store) -> None:
        """The newest one, of that channel and creditor."""
        put(store, action("a1"), action("a1", creditor=POSTO))
        newer = attempt(number=2, key="k", reference="r1", outcome="accepted")
        with store.transaction(LOJA) as transaction:
            transaction.begin(attempt(key="k"))
            transaction.begin(attempt(number=3, key="other", channel="sms"))
            transaction.begin(newer)
            transaction.finish(attempt(reference="r0", outcome="transient"))
        assert store.find_attempt(LOJA, "e-mail", key="k") == newer
        assert store.find_attempt(LOJA, "e-mail", reference="r1") == newer
        assert store.find_attempt(LOJA, "e-mail", key="k", reference="r0") == newer
        assert store.find_attempt(LOJA, "e-mail", reference="r0") == attempt(
            key="k", reference="r0", outcome="transient"
        )
        for channel, key, reference in (("sms", "k", ""), ("sms", "", "r1"), ("e-mail", "", ""), ("e-mail", "?", "?")):
            assert store.find_attempt(LOJA, channel, key=key, reference=reference) is None
        assert store.find_attempt(POSTO, "e-mail", key="k") is None
