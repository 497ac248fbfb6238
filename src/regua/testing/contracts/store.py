"""What every store does, whatever it keeps its rows in."""

from __future__ import annotations

from regua.testing.contracts.blocks import BlockContract
from regua.testing.contracts.evidence import EvidenceContract
from regua.testing.contracts.keeping import KeepingContract
from regua.testing.contracts.living import LivingContract
from regua.testing.contracts.log import LogContract
from regua.testing.contracts.numbers import NumberContract
from regua.testing.contracts.outbox import OutboxContract


class StoreContract(
    LogContract, BlockContract, OutboxContract, EvidenceContract, KeepingContract, NumberContract, LivingContract
):
    """The behaviour of a store: every call of the port, with two creditors whose debtors, events and actions share ids.

    A subclass gives the fixture `store`: an empty one, whose tables are up to date, closed after the test.
    """
