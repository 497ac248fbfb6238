"""What every implementation of a port does: test classes to subclass, each with one fixture to override.

    class TestMyStore(StoreContract):
        @pytest.fixture
        def store(self):
            opened = MyStore.open("mydb://…")
            yield opened
            opened.close()

`ChannelContract`, `ExecutorContract` and `WebhookContract` take a `Provider`: the plugin, with a provider on loopback
that it speaks with; `BoletoProviderContract` takes a `Bank`. Needs pytest (`regua[testing]`).
"""

from importlib.util import find_spec

from regua.errors import MissingExtra

if find_spec("pytest") is None:
    raise MissingExtra("pytest", "testing")

from regua.testing.contracts.banks import Bank
from regua.testing.contracts.boletos import BoletoProviderContract
from regua.testing.contracts.calendar import CalendarContract
from regua.testing.contracts.channel import ChannelContract
from regua.testing.contracts.executor import ExecutorContract
from regua.testing.contracts.providers import BEHAVIOURS, Behaviour, Provider, Taken
from regua.testing.contracts.store import StoreContract
from regua.testing.contracts.webhook import WebhookContract

__all__ = [
    "BEHAVIOURS",
    "Bank",
    "Behaviour",
    "BoletoProviderContract",
    "CalendarContract",
    "ChannelContract",
    "ExecutorContract",
    "Provider",
    "StoreContract",
    "Taken",
    "WebhookContract",
]
