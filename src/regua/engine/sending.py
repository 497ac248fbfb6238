"""What leaves at once: the actions of one contact, or one action that is no contact."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from regua.core.planning import Action, Contact, Schedule


@frozen(kw_only=True)
class Sending:
    """Actions that are carried out together.

    Attributes:
        contact: that they make, or None for what reaches nobody, as a registrar act.
        actions: the carrier first.
        attempt: number of the attempt, new for each of them.
        seen: at how many attempts a provider may have seen the contact before.
        key: the provider's key of the attempt that this one repeats, or "".
    """

    contact: Contact | None
    actions: Sequence[Action]
    attempt: int = 1
    seen: int = 0
    key: str = ""

    @property
    def carrier(self) -> Action:
        """The action that says how it is carried out."""
        return self.actions[0]

    @property
    def members(self) -> tuple[str, ...]:
        """Ids of the actions, the carrier's first."""
        return tuple(action.id for action in self.actions)

    @property
    def in_time(self) -> frozenset[str]:
        """Ids of the receivables that it only reminds of."""
        asked = {action.receivable for action in self.actions if action.presses}
        return frozenset(action.receivable for action in self.actions) - asked

    @property
    def receivables(self) -> frozenset[str]:
        """Ids of the receivables that it tells the debtor of."""
        return frozenset() if self.contact is None else frozenset(item.receivable for item in self.contact.items)


def sending_with(schedule: Schedule, action: str) -> Sending | None:
    """What is to leave now with an action; None where it is not due."""
    due = {each.id: each for each in schedule.due}
    if action not in due:
        return None
    contact = next((each for each in schedule.contacts if each.id == due[action].contact), None)
    members = (action,) if contact is None else contact.members
    return Sending(contact=contact, actions=tuple(due[each] for each in members)) if due.keys() >= {*members} else None
