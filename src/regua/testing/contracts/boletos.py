"""What every provider of boletos does, whatever bank is behind it."""

from __future__ import annotations

from regua.testing.contracts.altering import AlterContract
from regua.testing.contracts.issuing import IssueContract
from regua.testing.contracts.paying import PaymentContract


class BoletoProviderContract(IssueContract, AlterContract, PaymentContract):
    """The behaviour of a provider of boletos: at most one boleto of an order, and nothing said of it that is not true.

    A subclass gives the fixture `bank`: a `Bank` whose `plugin` is the provider, new for each test.
    """
