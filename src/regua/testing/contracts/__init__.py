"""What every implementation of a port does: test classes to subclass, each with one fixture to override.

    class TestMyStore(StoreContract):
        @pytest.fixture
        def store(self):
            opened = MyStore.open("mydb://…")
            yield opened
            opened.close()

Needs pytest (`regua[testing]`).
"""

from regua.testing.contracts.store import StoreContract

__all__ = ["StoreContract"]
