"""What every store shares: checks before it writes, its rows, numbered migrations, the connections of hosts.

For who writes a store; nobody else needs it.
"""

from regua.storing.belonging import check_actions, check_attempt, check_events, conflict
from regua.storing.hosts import driver_connection, without_transaction
from regua.storing.migrations import Migration, missing_of, read_migration, refused, shipped_in
from regua.storing.transitions import TRANSITIONS, may_move

__all__ = [
    "TRANSITIONS",
    "Migration",
    "check_actions",
    "check_attempt",
    "check_events",
    "conflict",
    "driver_connection",
    "may_move",
    "missing_of",
    "read_migration",
    "refused",
    "shipped_in",
    "without_transaction",
]
