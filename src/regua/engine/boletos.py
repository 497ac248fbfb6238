"""The boletos of one creditor: what is asked of its provider, and the facts that what the provider holds comes to.

At most one boleto of a receivable can be paid at any time: one that is there is altered where the provider can, else it
is cancelled, and the next one is issued once the provider says that nobody can pay the one before it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from attrs import evolve, frozen

from regua.core import events as ev
from regua.core.account import Account
from regua.core.dates import civil_day, microseconds
from regua.core.events.money import PaymentEvent
from regua.core.facts import Instrument
from regua.core.planning import Action
from regua.engine.checking import checked
from regua.engine.doubts import remembered_until, settled_us
from regua.engine.errands import Errand, NotNow, capabilities_of, person_of, provider_key
from regua.engine.holding import payment_event
from regua.engine.outcomes import NEVER_SEEN, Answer, raised
from regua.engine.sending import Sending
from regua.errors import PluginError, Rejected, Retryable, Unknown
from regua.ports import Attempt, Boleto, BoletoCapabilities, BoletoOrder, BoletoProvider, BoletoQueryable

Kept = Mapping[str, Mapping[str, str]]
Numbers = Callable[[str], int]
"""Takes the next number of a name."""

LATER: Final = timedelta(hours=6)
"""When at the earliest it is tried again where a bank has not carried out yet what it was asked for."""
CALLS: Final = 4
"""Of the provider that one attempt makes at most where one boleto is in the way: read, alter or cancel, read, issue."""
_ALTERED: Final = frozenset({"amount", "due"})


@frozen(kw_only=True)
class _Before:
    """A boleto that may still be paid.

    Attributes:
        id: ours.
        reference: the provider's id, or "" where nobody knows whether it was issued.
        order: by which it was asked for, where nobody knows.
        is_ordered: whether we ordered it, so that the provider knows our id.
    """

    id: str
    reference: str
    order: BoletoOrder | None = None
    is_ordered: bool = True

    def seen(self, given: object) -> Boleto:
        """It, as the provider gives it."""
        return evolve(checked(given, self.id if self.is_ordered else ""), instrument=self.id)


@frozen(kw_only=True)
class _Task:
    """What one attempt brings about.

    Attributes:
        order: what is asked for.
        before: what may be paid now.
        alters: whether what is there is altered to ask that.
        payments: ids of the facts of payments that are known.
    """

    order: BoletoOrder
    before: tuple[_Before, ...]
    alters: bool
    payments: frozenset[str]


class Boletos:
    """What is asked of one provider, and what it says.

    Args:
        name: of the provider in `regua.toml`.
        provider: issues boletos.
        proves_death: whether the store proves that a worker ended. With a lease it may stand still, and "not found"
            is believed of nobody.
    """

    def __init__(self, name: str, provider: BoletoProvider, *, proves_death: bool) -> None:
        self.name, self.provider, self._proves_death = name, provider, proves_death

    @property
    def capabilities(self) -> BoletoCapabilities:
        """What the provider can do; an attempt takes as long as the calls that it may make one after the other."""
        can = self.provider.capabilities
        return evolve(can, send_timeout=CALLS * can.send_timeout)

    # asking for one

    def prepare(self, sending: Sending, account: Account, kept: Kept, *, now: int, take_number: Numbers) -> Errand:
        """Make the errand of what asks for a boleto; a new order takes a number, and its fact goes with the intent.

        Raises:
            NotNow: one that can be paid is in the way, and nobody can say how to have it cancelled.
        """
        action = sending.carrier
        capabilities = capabilities_of(self, f"provider {self.name!r}")
        if action.amount is None or action.amount.minor <= 0:
            problem = "there is nothing that a boleto could ask"
            raise NotNow(problem)
        person = person_of(account, kept, now)
        today = date.fromordinal(civil_day(now, action.zone))
        before = tuple(self._before(account, action, kept, person, now))
        alters = len(before) == 1 and before[0].order is None and capabilities.alters >= _ALTERED
        key = sending.key or order_key(action.id, self.name, sending.attempt)
        known = order_of(account, key)
        is_new = known is None and not alters
        order = BoletoOrder(
            key=key,
            instrument=key,
            number=take_number(self.name) if is_new else 0,
            receivable=action.receivable,
            issued_on=today,
            amount=action.amount,
            due=action.valid_until or today,
            payer=person,
        )
        order = order if known is None else _order_of(known, action.zone, person)
        task = _Task(
            order=order,
            before=tuple(each for each in before if each.id != key),
            alters=alters,
            payments=frozenset(event.id for event in account.events if isinstance(event, PaymentEvent)),
        )
        return Errand(
            channel=self.name,
            key=key,
            content=json.dumps({"boleto": key, "step": action.step}, sort_keys=True).encode(),
            point="",
            reports_delivery=True,
            longest_us=microseconds(capabilities.send_timeout),
            personal=frozenset(value for fields in kept.values() for value in fields.values()),
            call=lambda: self._carry_out(task),
            ordered=(self._ordered(order, account, now),) if is_new else (),
        )

    def _ordered(self, order: BoletoOrder, account: Account, now: int) -> ev.BoletoOrdered:
        return ev.BoletoOrdered(
            id=ordered_id(order.instrument),
            creditor=account.creditor,
            debtor=account.debtor,
            at=now,
            recorded_at=now,
            receivable=order.receivable,
            instrument=order.instrument,
            amount=order.amount,
            due=order.due,
            provider=self.name,
            number=order.number,
        )

    def _before(
        self, account: Account, action: Action, kept: Kept, person: Mapping[str, str], now: int
    ) -> Iterator[_Before]:
        for name, each in account.facts.instruments.items():
            if each.receivable != action.receivable or not each.may_be_paid:
                continue
            reference, order = kept.get(each.ref, {}).get("reference", ""), order_of(account, name)
            if reference and each.provider in ("", self.name):
                yield _Before(id=name, reference=reference, is_ordered=bool(each.provider))
            elif order is not None and each.state == "ordered" and self._can_be_found(each, account, order, now):
                yield _Before(id=name, reference="", order=_order_of(order, action.zone, person))
            else:
                problem = (
                    f"boleto {name!r} may still be paid, and nobody knows what {self.name!r} calls it; "
                    "record that it is cancelled, or keep its `reference` under the `ref` of its event"
                )
                raise NotNow(problem)

    def _can_be_found(self, known: Instrument, account: Account, order: ev.BoletoOrdered, now: int) -> bool:
        """Whether the provider knows an order by its key, or what became of it.

        Raises:
            NotNow: it may be on its way yet, and nothing that the provider says of it is final.
        """
        can = self.capabilities
        if known.provider != self.name or can.delivery == "blind":
            return False
        if can.delivery == "queryable" and not self._proves_death:
            return False
        noticed = _noticed_us(account, order)
        if can.delivery == "queryable" and (noticed is None or now < settled_us(can, order.at_us, noticed)):
            problem = f"boleto {order.instrument!r} may be on its way to {self.name!r}; it is asked for later"
            raise NotNow(problem)
        return can.delivery == "queryable" or now < remembered_until(can, order.at_us)

    def _carry_out(self, task: _Task) -> Answer:
        """Do it, and say all that was seen, also where it went wrong on the way."""
        seen: list[Boleto] = []
        try:
            answer = self._done(task, seen)
        except PluginError as error:
            answer = raised(error)
        return evolve(answer, boletos=tuple(seen))

    def _done(self, task: _Task, seen: list[Boleto]) -> Answer:
        for before in task.before:
            there = self._cleared(before, task, seen)
            if there is not None:
                return there
        if task.alters:  # no number was taken for another one
            return Answer(outcome="transient", reason="the boleto before it is over")
        boleto = checked(self.provider.issue(task.order), task.order.instrument)
        seen.append(boleto)
        return _answer(boleto)

    def _cleared(self, before: _Before, task: _Task, seen: list[Boleto]) -> Answer | None:
        """Alter or cancel what may be paid; what is to be said where nothing is to be issued, or not now."""
        try:
            boleto = self._found(before)
            if boleto is None:
                seen.extend(_never_issued(before))
                return None
            if boleto.may_be_paid and task.alters and boleto.status != "cancelling":
                boleto = self._altered(before, boleto, task.order)
                seen.append(boleto)
                if (boleto.amount, boleto.due) == (task.order.amount, task.order.due):
                    return _answer(boleto)
                return Answer(outcome="transient", reason="the bank has not altered it yet", after=self._pause)
            if boleto.may_be_paid:
                boleto = before.seen(self.provider.cancel(boleto.reference, key=f"{task.order.key}/cancel"))
        except Unknown as error:  # asked once more, it comes to the same
            raise Retryable(reason=error.why) from None
        seen.append(boleto)
        if boleto.status == "paid" and not self._is_counted(boleto, task):
            return Answer(outcome="transient", reason="the boleto before it is paid", after=self._pause)
        if boleto.may_be_paid:
            return Answer(outcome="transient", reason="the boleto before it can still be paid", after=self._pause)
        return None

    def _is_counted(self, boleto: Boleto, task: _Task) -> bool:
        """Whether all that came by it is known: what is asked for now is what was left."""
        known = {payment_event(self.name, payment) for payment in boleto.payments}
        return bool(known) and known <= task.payments

    def _found(self, before: _Before) -> Boleto | None:
        if before.order is None:
            return before.seen(self.provider.read(before.reference))
        if isinstance(self.provider, BoletoQueryable) and self.capabilities.delivery == "queryable":
            found = self.provider.find(before.order)
            return None if found is None else before.seen(found)
        return before.seen(self.provider.issue(before.order))

    def _altered(self, before: _Before, boleto: Boleto, order: BoletoOrder) -> Boleto:
        amount = None if boleto.amount == order.amount else order.amount
        due = None if boleto.due == order.due else order.due
        if amount is None and due is None:
            return boleto
        try:
            altered = self.provider.alter(boleto.reference, key=order.key, amount=amount, due=due)
            return before.seen(altered)
        except Rejected:
            now = before.seen(self.provider.read(boleto.reference))
            if now.may_be_paid:
                raise
            return now

    @property
    def _pause(self) -> timedelta:
        return max(self.capabilities.ask_every or LATER, LATER)

    # hearing of it

    def look(self, attempt: Attempt, account: Account) -> Answer:
        """Ask the provider what became of an attempt."""
        try:
            boleto = self._asked(attempt, account)
        except PluginError as error:
            return raised(error)
        return Answer(outcome="unknown", reason=NEVER_SEEN) if boleto is None else said_of(boleto)

    def _asked(self, attempt: Attempt, account: Account) -> Boleto | None:
        if attempt.reference:
            return checked(self.provider.read(attempt.reference))
        known = order_of(account, attempt.key)
        if known is None or not isinstance(self.provider, BoletoQueryable):
            return None
        found = self.provider.find(_order_of(known, "UTC", {}))
        return None if found is None else checked(found, attempt.key)


def _noticed_us(account: Account, order: ev.BoletoOrdered) -> int | None:
    """When it was noticed that nobody knows what became of an order; None for as long as it is under way."""
    for outcomes in account.facts.outcomes.values():
        numbers = {
            each.attempt for each in outcomes if (each.receivable, each.at_us) == (order.receivable, order.at_us)
        }
        said = [each for each in outcomes if each.attempt in numbers and each.channel == order.provider]
        if said:
            return max((each.at_us for each in said if not isinstance(each, ev.ActionAttempted)), default=None)
    return order.at_us


def _never_issued(before: _Before) -> Iterator[Boleto]:
    """What an order came to of which the provider knows nothing."""
    if before.order is not None:
        yield Boleto(
            instrument=before.id,
            reference="",
            nosso_numero="",
            line="",
            barcode="",
            amount=before.order.amount,
            due=before.order.due,
            status="rejected",
        )


def order_key(action: str, provider: str, attempt: int) -> str:
    """The key of an attempt that orders a boleto, and the id of that; one that repeats it has the same."""
    return f"{provider_key(action, provider, 0)}/{attempt}"


def ordered_id(instrument: str) -> str:
    """Id of the fact that a boleto was ordered."""
    return f"{instrument}/ordered"


def order_of(account: Account, instrument: str) -> ev.BoletoOrdered | None:
    """The fact that a boleto was ordered, or None."""
    found = (
        each for each in account.facts.by_type.get(ev.BoletoOrdered.type, ()) if isinstance(each, ev.BoletoOrdered)
    )
    return next((each for each in found if each.instrument == instrument), None)


def _order_of(known: ev.BoletoOrdered, zone: str, payer: Mapping[str, str]) -> BoletoOrder:
    """An order as it was given."""
    return BoletoOrder(
        key=known.instrument,
        instrument=known.instrument,
        number=known.number,
        receivable=known.receivable,
        issued_on=date.fromordinal(civil_day(known.at_us, zone)),
        amount=known.amount,
        due=known.due,
        payer=payer,
    )


def said_of(boleto: Boleto) -> Answer:
    """What is said later of one that was asked for: what is over by now was there."""
    if boleto.status in {"paid", "cancelled", "expired"}:
        return Answer(outcome="accepted", status="delivered", reference=boleto.reference, boletos=(boleto,))
    return evolve(_answer(boleto), boletos=(boleto,))


def _answer(boleto: Boleto) -> Answer:
    if boleto.status == "registered" and boleto.line:
        return Answer(outcome="accepted", status="delivered", reference=boleto.reference, raw=boleto.raw)
    if boleto.status in {"issued", "registered", "cancelling", "unknown"}:
        return Answer(outcome="accepted", status="accepted", reference=boleto.reference, raw=boleto.raw)
    return Answer(outcome="permanent", status="failed", reason=f"it is {boleto.status}", reference=boleto.reference)
