"""What a dossier is made of: facts as they were recorded, and how to plan them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from attrs import field, frozen

from regua.core.account import Account, fold
from regua.core.events.base import Event
from regua.core.planning import Schedule
from regua.core.planning.standing import Standing
from regua.messages import CreditorIdentity
from regua.ports import Attempt


@frozen(kw_only=True)
class Material:
    """Everything that a dossier rests on.

    Attributes:
        creditor: id of who is owed.
        debtor: id of who owes.
        as_of: instant; what was recorded later is left out.
        recorded: every event of the debtor, in the order of recording.
        plan: makes the schedule of an account as of an instant.
        stand: likewise where the debtor stands.
        identity: of the creditor.
        kept: the debtor's personal data by reference.
        evidence: attempts, in the order of their intents; empty where there is no store.
    """

    creditor: str
    debtor: str
    as_of: int
    recorded: Sequence[Event]
    plan: Callable[[Account, int], Schedule]
    stand: Callable[[Account, int], Standing]
    identity: CreditorIdentity = field(factory=CreditorIdentity)
    kept: Mapping[str, Mapping[str, str]] = field(factory=dict)
    evidence: Sequence[Attempt] = ()

    @cached_property
    def known(self) -> tuple[Event, ...]:
        """The events that were known, in the order of recording."""
        return tuple(event for event in self.recorded if event.recorded_us <= self.as_of)

    @cached_property
    def account(self) -> Account:
        """The same, folded."""
        return self.folded(self.known)

    @cached_property
    def standing(self) -> Standing:
        """Where the debtor stands on the dossier's day."""
        return self.stand(self.account, self.as_of)

    @cached_property
    def schedule(self) -> Schedule:
        """What is planned on the dossier's day, and what became of what was planned."""
        return self.plan(self.account, self.as_of)

    def folded(self, events: Iterable[Event]) -> Account:
        """Some of the events, folded."""
        return fold(events, Account(creditor=self.creditor, debtor=self.debtor))
