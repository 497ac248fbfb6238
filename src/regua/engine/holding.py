"""What a provider holds of boletos, as facts: what was issued, altered, cancelled and paid, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from attrs import evolve, field, frozen

from regua.core import events as ev
from regua.core.account import Account
from regua.core.dates import instant_of
from regua.core.facts import Instrument
from regua.engine.book import Change
from regua.engine.outcomes import NEVER_SEEN, Answer
from regua.ports import Attempt, Boleto, BoletoPayment

BANKS: Final = "America/Sao_Paulo"
"""The zone of the days that Brazilian banks write: a payment by a boleto is of a day of theirs."""
NOON: Final = 12 * 60
"""The minute of the day that stands for a day of payment."""
_OVER: Final = {"cancelled": ev.BoletoCancelled, "expired": ev.BoletoExpired, "rejected": ev.BoletoRejected}
_ISSUED: Final = frozenset({"issued", "registered", "cancelling", "paid", "cancelled", "expired"})
"""What a provider says of a boleto that it has issued."""
_PAID: Final = {"noticed": ev.PaymentNoticed, "settled": ev.PaymentSettled}


def record_of(instrument: str, change: int = 0) -> str:
    """The reference to what is kept of a boleto: its line, bar code, Pix payload and the provider's id."""
    return f"boleto:{instrument}/{change}"


def seen(change: Change, attempt: Attempt, answer: Answer) -> list[ev.Event]:
    """The facts that were not known, of the boletos in an answer; what is kept of them is kept with the change.

    Args:
        change: of the debtor.
        attempt: about which the provider was asked, or that it answers.
        answer: what it says.
    """
    if attempt.kind != "boleto":
        return []
    account, kept = change.state.account, change.transaction.kept(attempt.debtor)
    holding = _Holding(account=account, kept=kept, provider=attempt.channel, now=change.now)
    found = [event for boleto in answer.boletos for event in holding.told(boleto)]
    ordered = account.facts.instruments.get(attempt.key)
    is_there = any(boleto.instrument == attempt.key for boleto in answer.boletos)
    left_nothing = not is_there and _left_nothing(answer) and not _may_have_left(change, attempt)
    if ordered is not None and ordered.state == "ordered" and left_nothing:
        found.append(holding.about(ev.BoletoRejected, attempt.key, ordered.receivable, reason=answer.reason))
    if holding.records:
        change.transaction.keep(attempt.debtor, holding.records)
    return change.state.new({event.id: event for event in found}.values())


def payment_event(provider: str, payment: BoletoPayment) -> str:
    """Id of the fact that a provider says something of a payment."""
    return f"{provider}/{payment.id}/{payment.state}"


def _may_have_left(change: Change, attempt: Attempt) -> bool:
    """Whether the same order may have gone out with an attempt before: a refusal of this one says nothing of it."""
    past = change.transaction.attempts(attempt.debtor)
    return any(
        (each.action, each.key) == (attempt.action, attempt.key)
        and each.number < attempt.number
        and each.outcome in {None, "unknown"}
        for each in past
    )


def _left_nothing(answer: Answer) -> bool:
    return answer.outcome in {"transient", "permanent"} or answer.reason == NEVER_SEEN


@frozen(kw_only=True)
class _Holding:
    """Makes facts of one debtor.

    Attributes:
        account: what is known.
        kept: what is kept of the debtor, by reference; of whom nothing is kept, as once erased, nothing is.
        provider: its name in `regua.toml`.
        now: when we learnt of it.
        records: what is to be kept, by reference.
    """

    account: Account
    kept: Mapping[str, Mapping[str, str]] = field(repr=False)
    provider: str
    now: int
    records: dict[str, dict[str, str]] = field(factory=dict, repr=False)

    def told(self, boleto: Boleto) -> Iterator[ev.Event]:
        """All that a boleto says, known or not; nothing of one that is somebody else's."""
        name = self._name(boleto)
        known = self.account.facts.instruments.get(name)
        if known is None:
            return
        boleto = evolve(boleto, instrument=name)
        if boleto.status in _ISSUED:
            yield from self._issued(boleto, known)
        if boleto.status in {"registered", "cancelling"}:
            yield self.about(ev.BoletoRegistered, name, known.receivable)
        if boleto.status in _OVER:
            yield self.about(_OVER[boleto.status], name, known.receivable)
        for payment in boleto.payments:
            yield self._paid(payment, known.receivable)

    def _name(self, boleto: Boleto) -> str:
        """Our id of it: the one that we gave, or of a boleto of the host's that the provider knows by another."""
        known = self.account.facts.instruments
        if boleto.instrument in known:
            return boleto.instrument
        named = (name for name, each in known.items() if self._reference(each) == boleto.reference)
        return next(named, boleto.instrument)

    def _reference(self, known: Instrument) -> str | None:
        return self.kept.get(known.ref, {}).get("reference")

    def about(self, kind: type[Any], instrument: str, receivable: str, word: str = "", **fields: Any) -> ev.Event:
        """A fact about an instrument, which comes once."""
        event: ev.Event = kind(
            id=f"{instrument}/{word or kind.type.rpartition('.')[2]}",
            creditor=self.account.creditor,
            debtor=self.account.debtor,
            at=self.now,
            recorded_at=self.now,
            receivable=receivable,
            instrument=instrument,
            **fields,
        )
        return event

    def _issued(self, boleto: Boleto, known: Instrument) -> Iterator[ev.Event]:
        asks: dict[str, Any] = {"amount": boleto.amount, "due": boleto.due}
        if known.state == "ordered":
            ref = self._keep(boleto, 0)
            yield self.about(ev.BoletoIssued, boleto.instrument, known.receivable, ref=ref, **asks)
        elif self._is_another(boleto, known):
            changes = self.account.facts.by_type.get(ev.BoletoAltered.type, ())
            number = 1 + sum(getattr(each, "instrument", "") == boleto.instrument for each in changes)
            ref = self._keep(boleto, number)
            yield self.about(
                ev.BoletoAltered, boleto.instrument, known.receivable, f"altered/{number}", ref=ref, **asks
            )

    def _is_another(self, boleto: Boleto, known: Instrument) -> bool:
        """Whether it asks something else than is known, or by another line."""
        record = self.kept.get(known.ref, {})
        differs = any(record.get(name) != text for name, text in _record(boleto).items())
        return (known.amount, known.due) != (boleto.amount, boleto.due.toordinal()) or (bool(record) and differs)

    def _keep(self, boleto: Boleto, number: int) -> str:
        if not self.kept:
            return ""
        ref = record_of(boleto.instrument, number)
        self.records[ref] = _record(boleto)
        return ref

    def _paid(self, payment: BoletoPayment, receivable: str) -> ev.Event:
        name = f"{self.provider}/{payment.id}"
        common: dict[str, Any] = {
            "id": payment_event(self.provider, payment),
            "creditor": self.account.creditor,
            "debtor": self.account.debtor,
            "recorded_at": self.now,
            "payment": name,
        }
        if payment.state == "reversed":
            return ev.PaymentReversed(at=self.now, **common)
        return _PAID[payment.state](
            at=_noon(payment.day, self.now), amount=payment.amount, receivables=(receivable,), **common
        )


def _record(boleto: Boleto) -> dict[str, str]:
    record = {"reference": boleto.reference, "line": boleto.line, "barcode": boleto.barcode, "pix": boleto.pix}
    return {name: text for name, text in record.items() if text}


def _noon(day: date, now: int) -> int:
    return min(instant_of(day.toordinal(), NOON, BANKS), now)
