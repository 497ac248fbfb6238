"""The store itself: its workers, tables and clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regua.ports import Store, Transaction
from regua.testing.contracts.specimens import APRIL, LOJA


class LivingContract:
    """The store itself: its workers, tables and clock."""

    def test_a_worker_is_alive_for_as_long_as_the_store(self, store: Store) -> None:
        """It keeps its name; a name that nobody has is nobody's."""
        owner = store.owner()
        assert store.owner() == owner
        assert store.is_alive(owner)
        for nobody in ("", "w1", "../regua.db"):
            assert not store.is_alive(nobody)
        store.close()
        assert not store.is_alive(owner)

    def test_a_lease_lasts(self, store: Store) -> None:
        """Where nobody can prove that a worker ended, it counts as alive for some time; elsewhere there is none."""
        assert store.lease is None or store.lease > timedelta(0)

    def test_the_tables_are_up_to_date(self, store: Store) -> None:
        """Opening made them; there is nothing left to do."""
        assert list(store.migrate(apply=False)) == []
        assert list(store.migrate()) == []

    def test_the_clock_gives_microseconds(self, store: Store) -> None:
        """Since 1970; it is later than when this was written."""
        assert store.now() > APRIL

    def test_it_has_the_members_of_the_port(self, store: Store) -> None:
        """Store and transaction."""
        assert isinstance(store, Store)
        with store.transaction(LOJA) as transaction:
            assert isinstance(transaction, Transaction)

    @pytest.mark.parametrize("stranger", ["sqlite:///other.db", object()])
    def test_a_strangers_connection_is_refused(self, store: Store, stranger: object) -> None:
        """What is no connection to the store's database cannot carry its transaction."""
        with pytest.raises(ValueError, match="using="), store.transaction(LOJA, using=stranger):
            pass
