"""The strategies that ship in `regua.testing`, under the name by which the tests of the codec know them."""

from regua.testing.strategies.fields import accounts, events, identifiers, instances, instants, money, schedules

__all__ = ["accounts", "events", "identifiers", "instances", "instants", "money", "schedules"]
