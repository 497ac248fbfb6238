"""Writes what a debtor reads: the template of an action, filled with plain values of that day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from regua.core.account import Account
from regua.core.dates import civil_day
from regua.core.planning import Action
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

    def written(self, action: Action, account: Account, person: Mapping[str, str], now: int) -> Mapping[str, Any]:
        """`subject`, `text`, `language` and `variables` of the message of one action.

        Raises:
            NotNow: its template does not fit, or the creditor is not identified.
        """
        profile = account.facts.profile.at(now)
        language = (profile.language if profile else "") or DEFAULT_LANGUAGE
        receivable = account.facts.receivables.get(action.receivable)
        due = {} if receivable is None else {action.receivable: date.fromordinal(receivable.terms_at(now).due)}
        today = date.fromordinal(civil_day(now, action.zone))
        try:
            values = contact_variables([action], due=due, today=today, debtor=person, creditor=self._identity)
            rendered = self._book.render(action.template, values, language=language, channel=action.channel)
        except MessageError as error:
            problem = f"template {action.template!r} cannot be written: {error}"
            raise NotNow(problem) from error
        plain = {name: str(value) for name, value in values.items() if isinstance(value, str | int)}
        return {
            "subject": rendered.subject,
            "text": rendered.text,
            "language": rendered.language,
            "variables": plain,
        }
