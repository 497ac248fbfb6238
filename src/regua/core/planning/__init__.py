"""plan: policies and an account into a schedule, in the stages of domain.md §5, one a module.

trigger    which steps ask for something, and from which day
judging    the day (hours), conditions (condition) and blockers (blockers, blocking) of one ask
missed     which of several missed steps is carried out
tone       how severe it may be by now
contacts   what goes out together
caps       how much goes out at all
order      by instant, severity, id
"""

from __future__ import annotations

from regua.core.planning.planner import plan, plan_many
from regua.core.planning.schedule import Action, Contact, Item, Reason, Schedule, Status

__all__ = ["Action", "Contact", "Item", "Reason", "Schedule", "Status", "plan", "plan_many"]
