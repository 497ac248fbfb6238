"""Hypothesis strategies for policies, events, accounts, schedules, and whole portfolios.

fields      values made from the fields of their classes: of the right form, without sense
policies    policies that could be somebody's
histories   what happens to one debtor: invoices, payments, promises, disputes, …
portfolios  a policy and the histories of several debtors under it
"""

from importlib.util import find_spec

from regua.errors import MissingExtra

if find_spec("hypothesis") is None:
    raise MissingExtra("hypothesis", "testing")

from regua.testing.strategies.fields import accounts, events, instances, schedules
from regua.testing.strategies.histories import histories
from regua.testing.strategies.policies import charge_rules, policies
from regua.testing.strategies.portfolios import Portfolio, portfolios

__all__ = [
    "Portfolio",
    "accounts",
    "charge_rules",
    "events",
    "histories",
    "instances",
    "policies",
    "portfolios",
    "schedules",
]
