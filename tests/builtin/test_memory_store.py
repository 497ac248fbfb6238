from collections.abc import Iterator

import pytest

from regua.builtin.memory import MemoryStore
from regua.errors import SettingsError
from regua.testing.contracts import StoreContract
from regua.testing.contracts.specimens import APRIL, LOJA, action, put


@pytest.fixture
def store() -> Iterator[MemoryStore]:
    """An empty store in memory."""
    opened = MemoryStore.open("memory:")
    yield opened
    opened.close()


class TestMemoryStore(StoreContract):
    pass


def test_only_its_own_url_opens_it():
    """There is one way to write it."""
    with pytest.raises(SettingsError, match="write memory:"):
        MemoryStore.open("memory://loja")


def test_a_clock_may_be_given():
    """A simulation says what time it is."""
    assert MemoryStore(now=lambda: APRIL).now() == APRIL


def test_a_worker_can_be_buried(store: MemoryStore):
    """A test lets it die; what it held names the dead one, and the next worker has another name."""
    owner = store.owner()
    put(store, action("a1"))
    store.claim(LOJA, owner=owner, until_us=APRIL, limit=1)
    store.bury(owner)
    assert not store.is_alive(owner)
    assert [each.owner for each in store.held(LOJA)] == [owner]
    assert store.is_alive(store.owner())
    assert store.owner() != owner
