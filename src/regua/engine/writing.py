"""Writes what a debtor reads: the template of a contact, filled with plain values of that day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from regua.core.account import Account
from regua.core.dates import civil_day
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
        self, contact: Contact, in_time: Collection[str], account: Account, person: Mapping[str, str], now: int
    ) -> Mapping[str, Any]:
        """`subject`, `text`, `language` and `variables` of the message of a contact.

        Args:
            contact: what is to be told.
            in_time: as of `contact_variables`.
            account: the debtor's facts.
            person: what is kept of the debtor.
            now: instant at which the amounts hold.

        Raises:
            NotNow: its template does not fit, or the creditor is not identified.
        """
        profile = account.facts.profile.at(now)
        language = (profile.language if profile else "") or DEFAULT_LANGUAGE
        today = date.fromordinal(civil_day(now, contact.zone))
        try:
            values = contact_variables(contact, today=today, debtor=person, creditor=self._identity, in_time=in_time)
            rendered = self._book.render(contact.template, values, language=language, channel=contact.channel)
        except MessageError as error:
            problem = f"template {contact.template!r} cannot be written: {error}"
            raise NotNow(problem) from error
        plain = {name: str(value) for name, value in values.items() if isinstance(value, str | int)}
        return {
            "subject": rendered.subject,
            "text": rendered.text,
            "language": rendered.language,
            "variables": plain,
        }
