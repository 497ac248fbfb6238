"""What every store does, whatever it keeps its rows in.

Two creditors have the same ids of debtors, events and actions wherever a store might mix them up.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from attrs import evolve
from tests.builtin.specimens import (
    ALLOWED,
    APRIL,
    FORBIDDEN,
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

from regua.core.events import DebtorRegistered
from regua.errors import AccountMismatch, EventConflict
from regua.ports import Attempt, OutboxAction, Store, StoredPolicy, Transaction


class StoreContract:
    """The behaviour of a store; a subclass gives the fixture `store`, an empty one, and closes it."""

    # The log

    def test_events_are_read_back_in_the_order_of_recording(self, store: Store):
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

    def test_a_debtor_that_is_not_known_is_empty(self, store: Store):
        """Nobody is found by asking."""
        loaded = store.load(LOJA, "ana")
        assert (loaded.version, list(loaded.events), list(loaded.outbox), loaded.wakeup_us) == (0, [], [], None)
        with store.transaction(LOJA) as transaction:
            assert transaction.load("ana") == loaded
            assert transaction.append("ana", []) == 0
        assert list(store.debtors(LOJA)) == []

    def test_what_is_known_already_is_left_out(self, store: Store):
        """Since a version, only what came after it is read; versions are counted for each debtor."""
        record(store, registered("e1"), registered("e2", "bia"), registered("e3"), registered("e1", creditor=POSTO))
        with store.transaction(LOJA) as transaction:
            transaction.append("ana", [registered("e4"), registered("e5")])
            assert [event.id for event in transaction.load("ana", since=1).events] == ["e3", "e4", "e5"]
        for since, expected in ((0, 4), (1, 3), (3, 1), (4, 0), (9, 0)):
            loaded = store.load(LOJA, "ana", since=since)
            assert (loaded.version, len(loaded.events)) == (4, expected)

    def test_a_transaction_reads_what_it_wrote(self, store: Store):
        """Facts, actions and wakeup of the same block are seen in it."""
        with store.transaction(LOJA) as transaction:
            transaction.append("ana", [registered("e1")])
            transaction.put("ana", [action("a1")], wakeup_us=APRIL)
            loaded = transaction.load("ana")
        assert (loaded.version, names(loaded.outbox), loaded.wakeup_us) == (1, ["a1"], APRIL)
        assert store.load(LOJA, "ana") == loaded

    def test_an_event_id_is_unique_for_the_creditor(self, store: Store):
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
    def test_an_event_is_appended_once(self, store: Store, again: list[str]):
        """The caller leaves out what is stored; if not, nothing of the call is stored."""
        record(store, registered("e1"))
        with store.transaction(LOJA) as transaction:
            with pytest.raises(EventConflict, match=f"event '{again[0]}'"):
                transaction.append("ana", [registered("e0"), *map(registered, again)])
            assert transaction.append("ana", [registered("e3")]) == 2
        assert [event.id for event in store.load(LOJA, "ana").events] == ["e1", "e3"]

    @pytest.mark.parametrize("stranger", [registered("e1", "bia"), registered("e1", creditor=POSTO)])
    def test_an_event_stays_in_its_account(self, store: Store, stranger: DebtorRegistered):
        """A mixed-up debtor or creditor is refused, not stored under the wrong name."""
        with pytest.raises(AccountMismatch, match="event 'e1'"), store.transaction(LOJA) as transaction:
            transaction.append("ana", [registered("e0"), stranger])
        assert list(store.read_all(LOJA)) == []

    def test_all_events_are_streamed_in_the_order_of_recording(self, store: Store):
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

    def test_debtors_are_streamed_in_order_of_their_ids(self, store: Store):
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

    # All or nothing

    def test_an_error_undoes_the_whole_block(self, store: Store):
        """Facts, actions, wakeups, evidence and personal data: as before, whatever had happened to each."""
        with store.transaction(LOJA) as transaction:
            transaction.append("ana", [registered("e1")])
            transaction.put("ana", [action("a1", state="claimed", epoch=1)], wakeup_us=APRIL)
            transaction.begin(attempt())
            transaction.keep("ana", {"pessoa": {"name": "Ana"}})
        before = (store.load(LOJA, "ana"), store.attempts(LOJA, "ana"), store.kept(LOJA, "ana"))
        with suppress(Stopped), store.transaction(LOJA) as transaction:
            transaction.append("ana", [registered("e2")])
            transaction.append("bia", [registered("e3", "bia")])
            transaction.put("ana", [action("a1", 5, state="sending", epoch=1), action("a2")], wakeup_us=APRIL + 1)
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

    def test_transactions_of_one_creditor_wait_for_each_other(self, store: Store):
        """What is decided on an account that was loaded is decided on what stays true until the end."""

        def count() -> None:
            for _ in range(10):
                with store.transaction(LOJA) as transaction:
                    version = transaction.load("ana").version
                    transaction.append("ana", [registered(f"e{version}")])

        in_threads(4, count)
        assert [event.id for event in store.load(LOJA, "ana").events] == [f"e{number}" for number in range(40)]

    def test_a_thread_is_in_one_transaction_at_a_time(self, store: Store):
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

    # The outbox

    def test_actions_are_replaced_and_keep_their_order(self, store: Store):
        """The outbox of a debtor is in the order in which its actions first came."""
        put(store, action("a2"), action("a1"), action("a1", creditor=POSTO), action("b1", debtor="bia"))
        changed = action("a2", 3, epoch=4, owner="w1", attempts=2, reason="try-later", contact="c7")
        put(store, changed)
        assert list(store.load(LOJA, "ana").outbox) == [changed, action("a1")]
        assert list(store.load(POSTO, "ana").outbox) == [action("a1", creditor=POSTO)]

    @pytest.mark.parametrize(("before", "after"), ALLOWED)
    def test_an_action_moves_as_the_table_says(self, store: Store, before: Any, after: Any):
        """Or stays where it is."""
        put(store, action("a1", state=before), action("a1", creditor=POSTO), action("a1", state=after))
        assert [each.state for each in store.load(LOJA, "ana").outbox] == [after]
        assert [each.state for each in store.load(POSTO, "ana").outbox] == ["pending"]

    @pytest.mark.parametrize(("before", "after"), FORBIDDEN)
    def test_an_action_moves_in_no_other_way(self, store: Store, before: Any, after: Any):
        """A forbidden move is refused together with what stands beside it, and named."""
        put(store, action("a1", state=before))
        with store.transaction(LOJA) as transaction:
            with pytest.raises(ValueError, match="does not move"):
                transaction.put("ana", [action("a0"), action("a1", state=after)], wakeup_us=APRIL)
            assert [(each.id, each.state) for each in transaction.load("ana").outbox] == [("a1", before)]
            assert transaction.load("ana").wakeup_us is None

    def test_an_epoch_never_goes_down(self, store: Store):
        """A worker that was fenced off stays fenced off."""
        put(store, action("a1", epoch=3))
        with pytest.raises(ValueError, match="epoch"):
            put(store, action("a1", epoch=2))

    @pytest.mark.parametrize("stranger", [action("a1", debtor="bia"), action("a1", creditor=POSTO)])
    def test_an_action_is_put_into_its_own_account(self, store: Store, stranger: OutboxAction):
        """A mixed-up debtor or creditor is refused."""
        with pytest.raises(AccountMismatch, match="action 'a1'"), store.transaction(LOJA) as transaction:
            transaction.put("ana", [stranger], wakeup_us=None)

    def test_an_action_stays_with_its_debtor(self, store: Store):
        """Its id says whose it is; another debtor cannot take it over."""
        put(store, action("a1"))
        with pytest.raises(ValueError, match="debtor"):
            put(store, action("a1", debtor="bia"))
        assert names(store.load(LOJA, "ana").outbox) == ["a1"]

    def test_what_is_due_comes_in_the_order_of_its_instants(self, store: Store):
        """Of the same instant, what came first; nothing later, nothing that does not wait, nobody else's."""
        put(store, action("late", 3), action("z", 1), action("a", 1, debtor="bia"), action("first", -2))
        put(store, action("sent", 0, state="sent"), action("a", 1, creditor=POSTO))
        assert names(store.due(LOJA, until_us=APRIL + HOUR, limit=9)) == ["first", "z", "a"]
        assert names(store.due(LOJA, until_us=APRIL + HOUR, limit=2)) == ["first", "z"]
        assert names(store.due(LOJA, until_us=APRIL + HOUR - 1, limit=9)) == ["first"]
        assert names(store.due(LOJA, until_us=APRIL + HOUR, limit=0)) == []
        put(store, action("z", 4))
        assert names(store.due(LOJA, until_us=APRIL + 9 * HOUR, limit=9)) == ["first", "a", "late", "z"]
        assert list(store.due(POSTO, until_us=APRIL + HOUR, limit=9)) == [action("a", 1, creditor=POSTO)]

    def test_wakeups_come_in_the_order_of_their_instants(self, store: Store):
        """A debtor has one, and none where it is taken back."""
        for debtor, hours in (("ana", 2), ("bia", 1), ("caio", 1), ("davi", 0)):
            put(store, action(f"a-{debtor}", 9, debtor), wakeup_us=APRIL + hours * HOUR)
        put(store, action("a-ana", 9, creditor=POSTO), wakeup_us=APRIL)
        put(store, action("a-davi", 9, "davi"))
        put(store, action("a-caio", 9, "caio"), wakeup_us=APRIL)
        assert list(store.wakeups(LOJA, until_us=APRIL + 2 * HOUR, limit=9)) == ["caio", "bia", "ana"]
        assert list(store.wakeups(LOJA, until_us=APRIL + 2 * HOUR, limit=1)) == ["caio"]
        assert list(store.wakeups(LOJA, until_us=APRIL + HOUR, limit=9)) == ["caio", "bia"]
        assert list(store.wakeups(POSTO, until_us=APRIL + 2 * HOUR, limit=9)) == ["ana"]

    def test_the_next_instant_is_of_a_wakeup_or_of_a_pending_action(self, store: Store):
        """Whichever is earlier; None where nothing waits."""
        assert store.next_us(LOJA) is None
        put(store, action("a1", 3), action("a2", 1, state="sent"))
        put(store, action("a1", -5, creditor=POSTO), wakeup_us=APRIL)
        assert store.next_us(LOJA) == APRIL + 3 * HOUR
        put(store, action("a1", 3), wakeup_us=APRIL + 2 * HOUR)
        assert store.next_us(LOJA) == APRIL + 2 * HOUR
        put(store, action("a1", 3, state="suppressed"))
        assert store.next_us(LOJA) is None
        assert store.next_us(POSTO) == APRIL - 5 * HOUR

    def test_who_is_to_be_asked_comes_in_order_of_time(self, store: Store):
        """Whatever their state; the next instant knows of them, and they go when there is nothing to ask any more."""
        put(store, action("a1", 9, state="sent", ask_us=APRIL + 2 * HOUR), action("a2", 9, ask_us=APRIL + HOUR))
        put(store, action("a3", 9, state="unknown", ask_us=APRIL + 5 * HOUR), action("a4", 9, state="sent"))
        put(store, action("a1", 9, creditor=POSTO, ask_us=APRIL))
        assert names(store.asked(LOJA, until_us=APRIL + 2 * HOUR, limit=9)) == ["a2", "a1"]
        assert names(store.asked(LOJA, until_us=APRIL + 2 * HOUR, limit=1)) == ["a2"]
        assert store.next_us(LOJA) == APRIL + HOUR
        put(store, action("a2", 9), action("a1", 9, state="sent", ask_us=APRIL + 3 * HOUR))
        assert names(store.asked(LOJA, until_us=APRIL + 2 * HOUR, limit=9)) == []
        assert store.next_us(LOJA) == APRIL + 3 * HOUR

    def test_a_claim_takes_what_is_due_under_a_new_epoch(self, store: Store):
        """The earliest first, at most so many; what was taken is not taken again."""
        put(store, action("a3", 1), action("a1", 0, epoch=4), action("a2", 0), action("a4", 2))
        put(store, action("a1", creditor=POSTO))
        claimed = store.claim(LOJA, owner="w1", until_us=APRIL + HOUR, limit=2)
        assert list(claimed) == [
            action("a1", 0, state="claimed", epoch=5, owner="w1"),
            action("a2", 0, state="claimed", epoch=1, owner="w1"),
        ]
        assert names(store.claim(LOJA, owner="w2", until_us=APRIL + HOUR, limit=9)) == ["a3"]
        assert list(store.claim(LOJA, owner="w2", until_us=APRIL + HOUR, limit=9)) == []
        assert list(store.claim(LOJA, owner="w2", until_us=APRIL + 9 * HOUR, limit=0)) == []
        assert names(store.due(LOJA, until_us=APRIL + 9 * HOUR, limit=9)) == ["a4"]
        assert [each.state for each in store.load(POSTO, "ana").outbox] == ["pending"]

    def test_no_action_is_claimed_twice(self, store: Store):
        """However many claim at once."""
        put(store, *(action(f"a{number}", number % 3) for number in range(60)))
        claimed: list[str] = []

        def claim() -> None:
            while found := store.claim(LOJA, owner="w", until_us=APRIL + 9 * HOUR, limit=7):
                claimed.extend(names(found))

        in_threads(4, claim)
        assert sorted(claimed) == sorted(f"a{number}" for number in range(60))

    def test_what_is_held_names_its_owner(self, store: Store):
        """Claimed or sending, until it is given back or done."""
        put(store, action("a1", 1), action("a2", 0), action("a3", 2), action("a2", 0, creditor=POSTO))
        store.claim(LOJA, owner="w1", until_us=APRIL + HOUR, limit=9)
        put(store, action("a1", 1, state="sending", epoch=1, owner="w1"))
        assert [(each.id, each.state, each.owner) for each in store.held(LOJA)] == [
            ("a2", "claimed", "w1"),
            ("a1", "sending", "w1"),
        ]
        assert list(store.held(POSTO)) == []
        put(store, action("a2", 0, epoch=1), action("a1", 1, state="sent", epoch=1))
        assert list(store.held(LOJA)) == []
        assert names(store.claim(LOJA, owner="w2", until_us=APRIL, limit=9)) == ["a2"]

    # The evidence

    def test_an_attempt_is_evidence(self, store: Store):
        """Everything about it is kept, in the order of the intents; its outcome is added to it."""
        put(store, action("a1"), action("a2"), action("b1", debtor="bia"), action("a1", creditor=POSTO))
        first, second = attempt("a2", intent_us=APRIL + 5), attempt("a1", key="ação № 1")
        with store.transaction(LOJA) as transaction:
            for each in (first, second, attempt("a2", 2), attempt("b1", debtor="bia")):
                transaction.begin(each)
            outcome = {"outcome": "accepted", "reference": "r1", "reason": "250 OK", "receipt_us": APRIL + 9}
            assert transaction.finish(evolve(second, **outcome))
        assert list(store.attempts(LOJA, "ana")) == [first, evolve(second, **outcome), attempt("a2", 2)]
        assert list(store.attempts(POSTO, "ana")) == []

    def test_an_outcome_is_added_once(self, store: Store):
        """What is there already stays as it is, and the evidence beside it too."""
        put(store, action("a1"), action("a1", creditor=POSTO))
        with store.transaction(POSTO) as transaction:
            transaction.begin(attempt(creditor=POSTO))
        with store.transaction(LOJA) as transaction:
            transaction.begin(attempt())
            assert transaction.finish(attempt(worker="w2", outcome="unknown", receipt_us=APRIL))
            assert not transaction.finish(attempt(outcome="accepted", reference="r1", receipt_us=APRIL + 1))
            assert not transaction.finish(attempt(number=2, outcome="accepted"))
        assert list(store.attempts(LOJA, "ana")) == [attempt(outcome="unknown", receipt_us=APRIL)]
        assert list(store.attempts(POSTO, "ana")) == [attempt(creditor=POSTO)]

    def test_no_outcome_is_no_receipt(self, store: Store):
        """Who has nothing to add has nothing to finish."""
        put(store, action("a1"))
        with store.transaction(LOJA) as transaction:
            transaction.begin(attempt())
            with pytest.raises(ValueError, match="attempt 1 of action 'a1'"):
                transaction.finish(attempt(reference="r1"))
        assert list(store.attempts(LOJA, "ana")) == [attempt()]

    @pytest.mark.parametrize("wrong", [attempt(), attempt("a2"), attempt(creditor=POSTO)])
    def test_an_attempt_is_the_first_of_its_number(self, store: Store, wrong: Attempt):
        """And of an action of the same creditor that is in the outbox."""
        put(store, action("a1"), action("a2", creditor=POSTO), action("a1", creditor=POSTO))
        with store.transaction(LOJA) as transaction:
            transaction.begin(attempt())
            with pytest.raises(ValueError, match=f"attempt 1 of action '{wrong.action}'"):
                transaction.begin(wrong)
        assert list(store.attempts(LOJA, "ana")) == [attempt()]

    def test_an_attempt_is_found_by_its_key_or_by_the_providers_id(self, store: Store):
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

    # Personal data

    def test_personal_data_is_kept_by_reference(self, store: Store):
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

    def test_erasing_leaves_the_facts(self, store: Store):
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

    # Policies and calls

    def test_the_first_text_of_a_policy_version_stays(self, store: Store):
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

    def test_a_transaction_reads_what_it_has_written(self, store: Store):
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

    # Workers, tables, the clock

    def test_a_worker_is_alive_for_as_long_as_the_store(self, store: Store):
        """It keeps its name; a name that nobody has is nobody's."""
        owner = store.owner()
        assert store.owner() == owner
        assert store.is_alive(owner)
        for nobody in ("", "w1", "../regua.db"):
            assert not store.is_alive(nobody)
        store.close()
        assert not store.is_alive(owner)

    def test_the_tables_are_up_to_date(self, store: Store):
        """Opening made them; there is nothing left to do."""
        assert list(store.migrate(apply=False)) == []
        assert list(store.migrate()) == []

    def test_the_clock_gives_microseconds(self, store: Store):
        """Since 1970; it is later than when this was written."""
        assert store.now() > APRIL

    def test_it_has_the_members_of_the_port(self, store: Store):
        """Store and transaction."""
        assert isinstance(store, Store)
        with store.transaction(LOJA) as transaction:
            assert isinstance(transaction, Transaction)

    @pytest.mark.parametrize("stranger", ["sqlite:///other.db", object()])
    def test_a_strangers_connection_is_refused(self, store: Store, stranger: object):
        """What is no connection to the store's database cannot carry its transaction."""
        with pytest.raises(ValueError, match="using="), store.transaction(LOJA, using=stranger):
            pass
