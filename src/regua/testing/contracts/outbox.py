"""The outbox: how actions move, and who gets them when."""

from __future__ import annotations

import pytest

from regua.errors import AccountMismatch
from regua.ports import MOST_REASONS, Backlog, OutboxAction, Store, Tally
from regua.testing.contracts.specimens import (
    ALLOWED,
    APRIL,
    FORBIDDEN,
    HOUR,
    LOJA,
    POSTO,
    action,
    in_threads,
    names,
    put,
)


class OutboxContract:
    """The outbox: how actions move, and who gets them when."""

    def test_actions_are_replaced_and_keep_their_order(self, store: Store) -> None:
        """The outbox of a debtor is in the order in which its actions first came."""
        put(store, action("a2"), action("a1"), action("a1", creditor=POSTO), action("b1", debtor="bia"))
        changed = action("a2", 3, epoch=4, owner="w1", attempts=2, reason="try-later", contact="c7")
        put(store, changed)
        assert list(store.load(LOJA, "ana").outbox) == [changed, action("a1")]
        assert list(store.load(POSTO, "ana").outbox) == [action("a1", creditor=POSTO)]

    def test_an_action_moves_as_the_table_says(self, store: Store) -> None:
        """Or stays where it is."""
        moved = {f"a{number}": move for number, move in enumerate(ALLOWED)}
        for name, (before, after) in moved.items():
            put(store, action(name, state=before), action(name, creditor=POSTO), action(name, state=after))
        found = {each.id: each.state for each in store.load(LOJA, "ana").outbox}
        assert found == {name: after for name, (_, after) in moved.items()}
        assert {each.state for each in store.load(POSTO, "ana").outbox} == {"pending"}

    def test_an_action_moves_in_no_other_way(self, store: Store) -> None:
        """A forbidden move is refused together with what stands beside it, and named."""
        kept = {f"a{number}": move for number, move in enumerate(FORBIDDEN)}
        for name, (before, after) in kept.items():
            put(store, action(name, state=before))
            with store.transaction(LOJA) as transaction:
                with pytest.raises(ValueError, match="does not move"):
                    transaction.put("ana", [action("new"), action(name, state=after)], wakeup_us=APRIL)
                assert transaction.load("ana").wakeup_us is None
        found = {each.id: each.state for each in store.load(LOJA, "ana").outbox}
        assert found == {name: before for name, (before, _) in kept.items()}

    def test_an_epoch_never_goes_down(self, store: Store) -> None:
        """A worker that was fenced off stays fenced off."""
        put(store, action("a1", epoch=3))
        with pytest.raises(ValueError, match="epoch"):
            put(store, action("a1", epoch=2))

    @pytest.mark.parametrize("stranger", [action("a1", debtor="bia"), action("a1", creditor=POSTO)])
    def test_an_action_is_put_into_its_own_account(self, store: Store, stranger: OutboxAction) -> None:
        """A mixed-up debtor or creditor is refused."""
        with pytest.raises(AccountMismatch, match="action 'a1'"), store.transaction(LOJA) as transaction:
            transaction.put("ana", [stranger], wakeup_us=None)

    def test_an_action_stays_with_its_debtor(self, store: Store) -> None:
        """Its id says whose it is; another debtor cannot take it over."""
        put(store, action("a1"))
        with pytest.raises(ValueError, match="debtor"):
            put(store, action("a1", debtor="bia"))
        assert names(store.load(LOJA, "ana").outbox) == ["a1"]

    def test_what_is_due_comes_in_the_order_of_its_instants(self, store: Store) -> None:
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

    def test_wakeups_come_in_the_order_of_their_instants(self, store: Store) -> None:
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

    def test_the_next_instant_is_of_a_wakeup_or_of_a_pending_action(self, store: Store) -> None:
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

    def test_who_is_to_be_asked_comes_in_order_of_time(self, store: Store) -> None:
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

    def test_a_claim_takes_what_is_due_under_a_new_epoch(self, store: Store) -> None:
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

    def test_no_action_is_claimed_twice(self, store: Store) -> None:
        """However many claim at once."""
        put(store, *(action(f"a{number}", number % 3) for number in range(60)))
        claimed: list[str] = []

        def claim() -> None:
            while found := store.claim(LOJA, owner="w", until_us=APRIL + 9 * HOUR, limit=7):
                claimed.extend(names(found))

        in_threads(4, claim)
        assert sorted(claimed) == sorted(f"a{number}" for number in range(60))

    def test_what_is_held_names_its_owner(self, store: Store) -> None:
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

    def test_what_is_not_over_is_counted(self, store: Store) -> None:
        """Each sort with its earliest instant; what is due is told from what was put off, and nobody else's counts."""
        assert store.backlog(LOJA, until_us=APRIL) == Backlog()
        put(
            store,
            action("a1", -3),
            action("a2", 0),
            action("a3", 1, reason="rate"),
            action("a4", 2, state="claimed", epoch=1),
        )
        put(store, action("a5", 3, state="sending", epoch=1), action("a6", 4, state="sent"))
        put(store, action("a7", 5, state="unknown", ask_us=APRIL + HOUR), action("a8", 6, state="unknown"))
        put(store, action("a9", 7, state="failed"), action("a10", 8, state="suppressed"))
        put(store, action("a11", 9, state="sent", ask_us=APRIL - HOUR), action("a1", creditor=POSTO))
        put(store, action("b1", 9, "bia", state="sent"), wakeup_us=APRIL)
        put(store, action("c1", 9, "caio", state="sent"), wakeup_us=APRIL + 1)
        assert store.backlog(LOJA, until_us=APRIL) == Backlog(
            due=Tally(count=2, first_us=APRIL - 3 * HOUR),
            put_off=Tally(count=1, first_us=APRIL + HOUR),
            claimed=Tally(count=1, first_us=APRIL + 2 * HOUR),
            sending=Tally(count=1, first_us=APRIL + 3 * HOUR),
            unknown=Tally(count=2, first_us=APRIL + 5 * HOUR),
            failed=Tally(count=1, first_us=APRIL + 7 * HOUR),
            resolving=Tally(count=1, first_us=APRIL + HOUR),
            asked=Tally(count=1, first_us=APRIL - HOUR),
            wakeups=Tally(count=1, first_us=APRIL),
            reasons=(("rate", 1),),
        )
        assert store.backlog(POSTO, until_us=APRIL) == Backlog(due=Tally(count=1, first_us=APRIL))

    def test_what_nobody_knows_is_found(self, store: Store) -> None:
        """The earliest due first, of the same instant what came first; each until it is known, and nobody else's."""
        put(store, action("a3", 2, state="unknown"), action("a1", 1, state="unknown"), action("a2", 0, state="sent"))
        put(store, action("b1", 1, "bia", state="unknown"), action("a9", 0, state="unknown", creditor=POSTO))
        assert names([*store.unknowns(LOJA)]) == ["a1", "b1", "a3"]
        put(store, action("a1", 1, state="sent"))
        assert names([*store.unknowns(LOJA)]) == ["b1", "a3"]
        assert names([*store.unknowns(POSTO)]) == ["a9"]

    def test_an_action_is_found_by_its_id(self, store: Store) -> None:
        """The creditor's own, or none."""
        put(store, action("a1", 3), action("a1", creditor=POSTO), action("a2", creditor=POSTO))
        assert store.find_action(LOJA, "a1") == action("a1", 3)
        assert store.find_action(LOJA, "a2") is None

    def test_why_actions_were_put_off_is_counted(self, store: Store) -> None:
        """The most frequent first, and no more than a person reads; what is due waits for nothing."""
        put(store, action("a1", 1, reason="rate"), action("a2", 2, reason="503"), action("a3", 3, reason="503"))
        put(store, action("a4", 0, reason="503"), action("a5", 1, creditor=POSTO, reason="rate"))
        assert store.backlog(LOJA, until_us=APRIL).reasons == (("503", 2), ("rate", 1))
        put(store, *(action(f"b{number}", 1, reason=f"reason {number:02}") for number in range(MOST_REASONS)))
        reasons = store.backlog(LOJA, until_us=APRIL).reasons
        assert reasons[:2] == (("503", 2), ("rate", 1))
        assert reasons[2:] == tuple((f"reason {number:02}", 1) for number in range(MOST_REASONS - 2))
