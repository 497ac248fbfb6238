"""A contact's key in a mail: in its Message-ID, its envelope id and, where one likes, its envelope sender."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from attrs import field, frozen

from regua_email.addresses import domain_of

PLACE: Final = "{key}"
"""Where the key stands in an envelope sender."""

_WORD: Final = r"[A-Za-z0-9_~%-]{1,900}"
_LONGEST_WORD: Final = 900


def word_of(key: str) -> str:
    """A key as one word of letters, digits and `_~%-`, which headers, addresses and URLs carry as it is."""
    return quote(key, safe="").replace(".", "%2E")


@frozen(kw_only=True)
class Keys:
    """Writes keys into mails and finds them again.

    Attributes:
        sender: address; its domain ends the Message-ID.
        envelope: address of who gets bounces, perhaps with `{key}` before the at-sign.
    """

    sender: str
    envelope: str
    _verp: re.Pattern[str] | None = field(init=False, repr=False)

    @_verp.default
    def _made(self) -> re.Pattern[str] | None:
        before, place, after = self.envelope.partition(PLACE)
        pattern = rf"{re.escape(before)}({_WORD}){re.escape(after)}"
        return re.compile(pattern, re.IGNORECASE) if place else None

    def message_id(self, key: str) -> str:
        """`<key@domain>`: the same at every attempt."""
        return f"<{word_of(key)}@{domain_of(self.sender)}>"

    def envelope_of(self, key: str) -> str:
        """The address to which a mail comes back."""
        return self.envelope.replace(PLACE, word_of(key))

    def in_ids(self, text: str) -> set[str]:
        """The keys of the Message-IDs of ours in a text."""
        found = re.findall(rf"<({_WORD})@{re.escape(domain_of(self.sender))}>", text, re.IGNORECASE)
        return set(map(unquote, found))

    def in_addresses(self, text: str) -> set[str]:
        """The keys of the envelope senders of ours in a text."""
        return set() if self._verp is None else set(map(unquote, self._verp.findall(text)))


def in_envelope_id(text: str) -> set[str]:
    """The key that is an envelope id."""
    return {unquote(text.strip())} if re.fullmatch(_WORD, text.strip()) else set()
