"""Writes what a debtor reads: the template of a contact, filled with plain values of that day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from regua.core.account import Account
from regua.core.dates import civil_day
from regua.core.events import OfferMade
from regua.core.events.word import OfferEvent
from regua.core.planning import Contact
from regua.engine.errands import NotNow
from regua.errors import MessageError
from regua.messages import DEFAULT_LANGUAGE, CreditorIdentity, MessageBook, contact_variables


class Letters:
    """Messages in the name of one creditor.

    Args:
        identity: who is owed.
        book: the templates.
    """

    def __init__(self, identity: CreditorIdentity, book: MessageBook) -> None:
        self._identity, self._book = identity, book

    def written(
        self,
        contact: Contact,
        in_time: Collection[str],
        account: Account,
        person: Mapping[str, str],
        now: int,
        *,
        kept: Mapping[str, Mapping[str, str]],
        html: bool,
    ) -> Mapping[str, Any]:
        """`subject`, `text`, `html`, `language` and `variables` of the message of a contact.

        Args:
            contact: what is to be told.
            in_time: as of `contact_variables`.
            account: the debtor's facts.
            person: what is kept of the debtor.
            now: instant at which the amounts hold.
            kept: the debtor's personal data by reference, such as the lines of boletos.
            html: whether it is written as HTML, too.

        Raises:
            NotNow: its template does not fit, or the creditor is not identified.
        """
        profile = account.facts.profile.at(now)
        language = (profile.language if profile else "") or DEFAULT_LANGUAGE
        today = date.fromordinal(civil_day(now, contact.zone))
        try:
            values = contact_variables(
                contact,
                today=today,
                debtor=person,
                creditor=self._identity,
                in_time=in_time,
                offer=open_offer(contact, account, today, now),
                boleto=payable_boleto(contact, account, today, kept),
            )
            rendered = self._book.render(
                contact.template, values, language=language, channel=contact.channel, html=html
            )
        except MessageError as error:
            problem = f"template {contact.template!r} cannot be written: {error}"
            raise NotNow(problem) from error
        plain = {name: str(value) for name, value in values.items() if isinstance(value, str | int)}
        return {
            "subject": rendered.subject,
            "text": rendered.text,
            "html": rendered.html,
            "language": rendered.language,
            "variables": plain,
        }


def payable_boleto(
    contact: Contact, account: Account, today: date, kept: Mapping[str, Mapping[str, str]]
) -> Mapping[str, str]:
    """What is kept of a boleto by which the debtor can pay just what a contact asks, for as long as that holds.

    One that asks something else, or can be paid for a shorter time, would mislead; then it is nothing.
    """
    if len(contact.items) != 1:
        return {}
    [item] = contact.items
    wanted, until = (item.receivable, "registered", item.amount), (contact.valid_until or today).toordinal()
    known = account.facts.instruments.values()
    fitting = (each for each in known if (each.receivable, each.state, each.amount) == wanted and each.due >= until)
    found = (kept.get(each.ref, {}) for each in fitting)
    return next((each for each in found if each.get("line") or each.get("pix")), {})


def open_offer(contact: Contact, account: Account, today: date, now: int) -> OfferMade | None:
    """The newest offer for just what a contact is about, made by now and neither answered nor past."""
    facts = account.facts.by_type
    names = ("offer.accepted", "offer.declined", "offer.expired")
    answers = (each for name in names for each in facts.get(name, ()))
    answered = {each.offer for each in answers if isinstance(each, OfferEvent) and each.at_us <= now}
    about = {item.receivable for item in contact.items}
    made = (each for each in reversed(facts.get(OfferMade.type, ())) if isinstance(each, OfferMade))
    open_ones = (
        each for each in made if each.at_us <= now and each.valid_until >= today and each.offer not in answered
    )
    return next((each for each in open_ones if {*each.receivables} == about), None)
