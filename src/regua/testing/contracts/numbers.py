"""Numbers that a creditor takes: counted, each given once, and taken back with their block."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from regua.ports import Store
from regua.testing.contracts.specimens import LOJA, POSTO, Stopped, in_threads


def take(store: Store, creditor: str = LOJA, name: str = "banco") -> int:
    """Take a number, in a transaction of its own."""
    with store.transaction(creditor) as transaction:
        return transaction.take_number(name)


class NumberContract:
    """Numbers that a creditor takes: counted, each given once, and taken back with their block."""

    def test_numbers_are_counted_for_each_creditor_and_name(self, store: Store) -> None:
        """From 1 on, inside a transaction and from one to the next, whoever is erased."""
        with store.transaction(LOJA) as transaction:
            assert [transaction.take_number(name) for name in ("banco", "banco", "Banco", "")] == [1, 2, 1, 1]
        store.erase(LOJA, "ana")
        assert [take(store), take(store, name="Banco"), take(store, POSTO), take(store)] == [3, 2, 1, 4]

    def test_a_number_of_a_block_that_failed_is_given_again(self, store: Store) -> None:
        """It was taken for nothing; those before it stay taken."""
        take(store)
        with suppress(Stopped), store.transaction(LOJA) as transaction:
            assert [transaction.take_number(name) for name in ("banco", "banco", "outro")] == [2, 3, 1]
            raise Stopped
        assert [take(store), take(store, name="outro")] == [2, 1]

    def test_many_who_take_at_once_get_each_number_once(self, store: Store) -> None:
        """None twice, and none left out."""
        taken: list[int] = []
        in_threads(4, lambda: taken.extend([take(store) for _ in range(10)]))
        assert sorted(taken) == list(range(1, 41))

    @pytest.mark.parametrize(("before", "fails", "number"), [(0, False, 2), (0, True, 1), (7, False, 9)])
    def test_who_takes_a_number_waits_for_who_took_one(
        self, store: Store, *, before: int, fails: bool, number: int
    ) -> None:
        """Whether that one stays taken is known at the end of its transaction, also of the first of all."""
        for _ in range(before):
            take(store)
        taken: list[int] = []
        thread = threading.Thread(target=lambda: taken.append(take(store)))
        with suppress(Stopped), store.transaction(LOJA) as transaction:
            assert transaction.take_number("banco") == before + 1
            thread.start()
            thread.join(0.2)
            assert taken == []
            if fails:
                raise Stopped
        thread.join()
        assert taken == [number]

    def test_numbers_go_on_after_one_that_was_given_elsewhere(self, store: Store) -> None:
        """They rise to it, and are never lowered; an error takes that back, too."""
        with store.transaction(LOJA) as transaction:
            transaction.raise_number("banco", at_least=41)
            assert transaction.take_number("banco") == 42
        with store.transaction(LOJA) as transaction:
            transaction.raise_number("banco", at_least=7)
            transaction.raise_number("banco", at_least=42)
            with pytest.raises(ValueError, match="number 0 of 'banco' is refused"):
                transaction.raise_number("banco", at_least=0)
        with suppress(Stopped), store.transaction(LOJA) as transaction:
            transaction.raise_number("banco", at_least=99)
            raise Stopped
        assert [take(store), take(store, POSTO)] == [43, 1]
