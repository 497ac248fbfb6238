"""From drafts to actions and contacts: what a schedule shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import frozen

from regua.core import events as ev
from regua.core.charges import Balance
from regua.core.money import Money
from regua.core.planning.blocking import left_over
from regua.core.planning.contacts import Group, Letter, groups, is_contact, letter
from regua.core.planning.freshness import fresh
from regua.core.planning.hours import Slot
from regua.core.planning.judging import Draft
from regua.core.planning.past import Past
from regua.core.planning.quotes import boleto_quote
from regua.core.planning.registrars import registrar_of
from regua.core.planning.schedule import Action, Contact, Item, Reason
from regua.core.planning.standing import Standing
from regua.core.planning.support import not_yet_supported
from regua.core.planning.tone import template, written_tone
from regua.core.policy import Step
from regua.core.tones import Tone


@frozen
class Maker:
    """Makes the actions and contacts of one debtor's schedule.

    Attributes:
        standing: the debtor's.
        as_of: the plan's instant.
    """

    standing: Standing
    as_of: int

    def made(self, drafts: Sequence[Draft], pasts: Mapping[str, Past]) -> tuple[list[Action], list[Contact]]:
        """The actions of drafts and of what was attempted, and the contacts of what is due or planned."""
        contacts: list[Contact] = []
        carried: dict[str, tuple[Contact, Letter]] = {}
        for group in self._groups(drafts):
            contact = self._contact(group)
            contacts.append(contact)
            for each in group:
                carried[each.ask.id] = contact, each
        actions = [
            self._carried(draft, *carried[draft.ask.id]) if draft.ask.id in carried else self._action(draft)
            for draft in drafts
        ]
        return actions + [self._done(name, past) for name, past in pasts.items()], contacts

    # contacts

    def _groups(self, drafts: Iterable[Draft]) -> Iterator[Group]:
        """What goes out together: of what is due at once, of what is planned at one instant."""
        together: dict[int, list[Draft]] = {}
        for draft in drafts:
            if draft.status in {"due", "planned"} and is_contact(draft.ask.step):
                together.setdefault(self._instant(draft), []).append(draft)
        for instant, found in together.items():
            slot = Slot(self.standing.day(instant), instant)
            yield from groups(self.standing, [letter(self.standing, draft, slot) for draft in found])

    def _instant(self, draft: Draft) -> int:
        """When an action would be carried out: what is due or waits, now at the earliest."""
        return draft.slot.instant if draft.status == "planned" else max(draft.slot.instant, self.as_of)

    def _contact(self, group: Group) -> Contact:
        carrier = group[0]
        draft: Draft = carrier.of
        instant = self._instant(draft)
        latest: Slot = max((each.of.slot for each in group), key=lambda slot: slot.instant)
        presses = any(each.ask.step.presses for each in group)
        return Contact(
            id=f"{carrier.ask.id}/{1 + _failed(draft.past)}",
            carrier=carrier.ask.id,
            members=tuple(each.ask.id for each in group),
            items=tuple(self._items(group, instant, presses=presses)),
            status=draft.status,
            day=date.fromordinal(latest.day),
            at=latest.instant,
            zone=self.standing.zone,
            channel=carrier.channel,
            point=self.standing.point(carrier.channel, instant) if carrier.channel else "",
            tone=carrier.tone,
            template=template(carrier.ask.step, carrier.tone),
            presses=presses,
            valid_until=self._valid_until(carrier.ask.receivable, carrier.ask.step, instant) if presses else None,
        )

    def _items(self, group: Group, instant: int, *, presses: bool) -> list[Item]:
        """What a contact is about: the receivables of its actions, and what else is overdue where it presses."""
        about: dict[str, str] = {}
        for each in group:
            if each.ask.receivable:
                about.setdefault(each.ask.receivable, each.ask.id)
        if presses and self.standing.consolidates and group[0].ask.step.kind != "reissue":
            about |= {name: "" for name in self._overdue(instant) if name not in about}
        items, day = [], self._day(group[0].ask.receivable, group[0].ask.step, instant)
        for name, action in about.items():
            amount, balance = self._amount(name, instant, day)
            if amount is not None and balance is not None:
                due = date.fromordinal(balance.position.due)
                items.append(Item(receivable=name, amount=amount, due=due, action=action, balance=balance))
        return sorted(items, key=lambda item: (item.due, item.receivable))

    def _overdue(self, instant: int) -> Iterator[str]:
        """Receivables that nothing keeps from being asked for at an instant, clearing and freshness included."""
        standing, day = self.standing, self.standing.day(instant)
        for name, issued, over in standing.ledger.lives:
            if not issued <= instant < over:
                continue
            policy = standing.bound[name]
            effective = standing.effective(name, standing.ledger.position(name, instant).due)
            has_cleared = day >= standing.first_pressing_day(policy, effective)
            if has_cleared and standing.pressing(name, instant) and fresh(standing, policy, instant) == instant:
                yield name

    # actions

    def _carried(self, draft: Draft, contact: Contact, letter: Letter) -> Action:
        """An action that a contact carries."""
        return self._made(
            draft,
            (letter.tone, letter.clamped),
            channel=contact.channel,
            point=contact.point,
            contact=contact.id,
            listed=contact.listed if contact.carrier == draft.ask.id else (),
            valid_until=contact.valid_until,
        )

    def _action(self, draft: Draft) -> Action:
        """An action that no contact carries: it waits or has ended, or is no contact."""
        instant = draft.slot.instant if draft.status == "ended" else self._instant(draft)
        written = written_tone(self.standing, draft.ask, instant)
        channel, _ = self.standing.channel(draft.channels, instant) if draft.channels else ("", "")
        point = self.standing.point(channel, instant) if channel else ""
        return self._made(draft, written, channel=channel, point=point)

    def _made(self, draft: Draft, written: tuple[Tone | None, Reason | None], **parts: Any) -> Action:
        ask, account = draft.ask, self.standing.account
        tone, clamped = written
        notes = [] if clamped is None or draft.status == "ended" else [clamped]
        instant = self._instant(draft) if draft.status == "due" else draft.slot.instant
        amount, balance = self._amount(ask.receivable, instant, self._day(ask.receivable, ask.step, instant))
        notes += _notes(ask.step, draft.past)
        if balance is not None and self.standing.indexes and draft.status != "ended":
            notes += _pending(balance)
        if amount is not None and draft.status != "ended":
            notes += self.standing.law.claims(ask, draft.slot.day, amount)
        reasons = [*draft.reasons, *notes, *left_over(self.standing, ask)]
        if ask.step.kind == "boleto" and amount is not None:
            parts.setdefault("valid_until", self._valid_until(ask.receivable, ask.step, instant))
        return Action(
            id=ask.id,
            creditor=account.creditor,
            debtor=account.debtor,
            receivable=ask.receivable,
            policy=ask.policy.id,
            policy_version=ask.policy.version,
            step=ask.step.id,
            kind=ask.step.kind,
            occurrence=ask.occurrence,
            status=draft.status,
            day=date.fromordinal(draft.slot.day),
            at=draft.slot.instant,
            zone=self.standing.zone,
            presses=ask.step.presses,
            tone=tone,
            asked_tone=ask.step.tone,
            template=template(ask.step, tone),
            amount=amount,
            balance=balance,
            registrar=registrar_of(self.standing, ask.step, ask.receivable, instant),
            reasons=tuple(reasons),
            **parts,
        )

    def _done(self, name: str, past: Past) -> Action:
        """What was attempted, as it was; its step may be gone by now."""
        first, counting = past.first, past.counting
        policy, step = self.standing.declared(first.receivable, first.step)
        notes = [] if past.code == "failed" else _fallback(past)
        day = self._day(first.receivable, step, past.at) if step else self.standing.day(past.at)
        amount, balance = self._amount(first.receivable, past.at, day)
        account = self.standing.account
        return Action(
            id=name,
            creditor=account.creditor,
            debtor=account.debtor,
            receivable=first.receivable,
            policy=policy.id,
            policy_version=policy.version,
            step=first.step,
            kind=step.kind if step else "message",
            occurrence=first.occurrence,
            status="done",
            day=date.fromordinal(self.standing.day(past.at)),
            at=past.at,
            zone=self.standing.zone,
            presses=step.presses if step else False,
            tone=counting.tone,
            asked_tone=step.tone if step else None,
            channel=past.channel,
            template=template(step, counting.tone) if step else "",
            amount=amount,
            balance=balance,
            contact=counting.contact,
            listed=counting.listed,
            valid_until=counting.valid_until,
            registrar=step.registrar if step else "",
            reasons=(Reason(past.code, past.facts), *notes),
        )

    def _day(self, receivable: str, step: Step, instant: int) -> int:
        """The day of which an action tells the amounts at an instant: of a second copy that of its boleto."""
        made = boleto_quote(self.standing, receivable, step, instant)
        return self.standing.day(instant) if made is None else made[0]

    def _valid_until(self, receivable: str, step: Step, instant: int) -> date:
        """The last day on which they hold."""
        made = boleto_quote(self.standing, receivable, step, instant)
        return date.fromordinal(
            self.standing.quote_valid_until(self.standing.day(instant)) if made is None else made[1]
        )

    def _amount(self, receivable: str, instant: int, day: int) -> tuple[Money | None, Balance | None]:
        """What a receivable asks at an instant by the charges of a day, and what that consists of."""
        if receivable not in self.standing.bound:
            return None, None
        minor = self.standing.balance(receivable, instant, day)
        balance = self.standing.balance_of(receivable, instant, day)
        return Money(minor, balance.currency), balance


def _failed(past: Past | None) -> int:
    """How many contacts of an action are known to have failed."""
    if past is None:
        return 0
    failures = [outcome for outcome in past.outcomes if isinstance(outcome, ev.ActionFailed)]
    return len({outcome.contact or outcome.channel for outcome in failures})


def _notes(step: Step, past: Past | None) -> list[Reason]:
    notes = [] if past is None else _fallback(past)
    missing = not_yet_supported(step)
    if missing:
        notes.append(Reason("not-yet-supported", {"what": missing}, step.origin_of("kind")))
    return notes


def _pending(balance: Balance) -> list[Reason]:
    """What the amount of a day that lies ahead cannot hold yet."""
    index, month = balance.position.pending(balance.day)
    return [Reason("rate-pending", {"index": index, "month": month})] if index else []


def _fallback(past: Past) -> list[Reason]:
    return [Reason("fallback", {"failed": ", ".join(past.failed), **past.said(past.failed)})] if past.failed else []
