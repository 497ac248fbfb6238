"""Stage 7, contacts: messages of one debtor, day and channel become one contact.

Contacts are not merged by this version: every action is a contact of its own and passes through unchanged.
"""

from __future__ import annotations

from collections.abc import Sequence

from regua.core.planning.schedule import Action


def contacts(actions: Sequence[Action]) -> Sequence[Action]:
    """The actions as they are."""
    return actions
