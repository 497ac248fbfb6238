"""Mails that came back: what they say of the mail that we sent, and nothing more.

A report after RFC 3464 says it in fields. What has a form of its own is believed where a mail system wrote it and it
holds one status code; what has none stays unknown. Absence notes and other answers of people's mailboxes say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message as Mail
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any, Final

from attrs import frozen

from regua.ports import Receipt, ReceiptStatus, Rejected
from regua_email.dialogue import REACHES_NOBODY
from regua_email.keys import Keys, in_envelope_id

_UNREADABLE: Final = (AttributeError, IndexError, LookupError, RecursionError, TypeError, ValueError)
"""What the standard library raises over mails that somebody broke on purpose."""

_ACTIONS: Final[dict[str, ReceiptStatus]] = {
    "delivered": "delivered",
    "relayed": "accepted",
    "expanded": "accepted",
    "delayed": "unknown",
}
_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]\d|\d)", re.ASCII)
_VAGUE: Final = re.compile(r"[245]\.0\.0")
_REFUSED: Final = re.compile(r"(?<![\d.])55[0-4](?![\d.]\d|\d)", re.ASCII)
_COPY: Final = re.compile(
    r"^--.*(?:copy|original|returned|unsent)|^(?:Message-ID|Received):", re.IGNORECASE | re.MULTILINE
)
_MESSAGE_ID: Final = re.compile(r"^[> \t]*Message-ID:\s*(<[^<>\s]{1,998}>)", re.IGNORECASE | re.MULTILINE)
_SYSTEMS: Final = frozenset({"mailer-daemon", "mail-daemon", "mdaemon"})
_ANSWERS: Final = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-From")
_REPORT: Final = "message/delivery-status"
_RETURNED: Final = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
_MOST: Final = 200
"""Parts, and bytes of a text in thousands, that are looked at."""
_LONGEST: Final = 250_000
"""Bytes of a mail that are looked at: what a report says stands before what it returns."""
_LONGEST_HEADER: Final = 2_000
"""Characters of a header that are looked at."""
_MULTIPART: Final = re.compile(rb"multipart/", re.IGNORECASE)
_MOST_MULTIPARTS: Final = 50
_ENDLESS_TYPE: Final = re.compile(
    rb"(?:\A|[\r\n])Content-Type:(?:[^\r\n]|[\r\n]+[ \t]){%d}" % _LONGEST_HEADER, re.IGNORECASE
)


@frozen
class _Said:
    status: ReceiptStatus
    reason: str


def receipts_of(mail: bytes, keys: Keys, received: datetime) -> Sequence[Receipt]:
    """What a mail says of one that was sent.

    Args:
        mail: as it arrived.
        keys: how ours are found.
        received: when, as an aware datetime; a date of its own that lies later is not believed.

    Returns:
        One receipt; none where it is no report, or of no mail of ours.

    Raises:
        Rejected: it is no mail.
    """
    try:
        read = _read(mail[:_LONGEST])
        parts = _parts(read)
        if "From" not in read:
            raise Rejected("no mail")
        said = _said(read, parts)
        found = set() if said is None else _keys(read, parts, keys)
        at = _date(read, received)
    except _UNREADABLE:
        raise Rejected("a mail that cannot be read") from None
    if said is None or len(found) != 1:
        return ()
    return [Receipt(status=said.status, key=found.pop(), at=at, reason=said.reason, raw=mail)]


def _read(mail: bytes) -> Mail:
    """Read it, except where the standard library takes the square of its length, or more, for that."""
    if _ENDLESS_TYPE.search(mail) or len(_MULTIPART.findall(mail)) > _MOST_MULTIPARTS:
        raise Rejected("a mail that nobody could read in time")
    return message_from_bytes(mail)


def _header(mail: Mail, name: str) -> str:
    return str(mail.get(name, ""))[:_LONGEST_HEADER]


def _said(mail: Mail, parts: Sequence[Mail]) -> _Said | None:
    if mail.get_content_type() == "multipart/report":
        return next((_reported(each) for each in parts if each.get_content_type() == _REPORT), None)
    return _told(mail, parts) if _is_of_a_system(mail) else None


def _parts(mail: Mail) -> Sequence[Mail]:
    """Its own parts, and not what these are made of: a bounce that somebody forwards is none."""
    payload: Any = mail.get_payload()
    return [each for each in payload[:_MOST] if isinstance(each, Mail)] if isinstance(payload, list) else [mail]


# reports after RFC 3464


def _reported(report: Mail) -> _Said:
    """What the fields say of the recipients; one mail has one, whom a list may have made several."""
    said = {_of_one(each) for each in _blocks(report) if "Action" in each or "Status" in each}
    if len(said) == 1:
        return said.pop()
    return _Said("unknown", "several recipients, and not the same of each" if said else "a report without a word")


def _blocks(report: Mail) -> Sequence[Mail]:
    """The fields of the mail, then those of each recipient."""
    return _parts(report) if report.is_multipart() else ()


def _of_one(fields: Mail) -> _Said:
    action = _header(fields, "Action").strip().lower()
    status = _first_status(_header(fields, "Status"), _header(fields, "Diagnostic-Code"))
    if action == "failed":
        return _Said("bounced" if status in REACHES_NOBODY else "failed", f"failed {status}".strip())
    word = action if action in _ACTIONS else "another word"
    return _Said(_ACTIONS.get(action, "unknown"), f"{word} {status}".strip())


def _first_status(*texts: str) -> str:
    """The first status that says something, or the first."""
    found = [each for text in texts for each in _STATUS.findall(text)]
    return next((each for each in found if not _VAGUE.fullmatch(each)), found[0] if found else "")


# bounces in a form of their own


def _is_an_answer(mail: Mail) -> bool:
    word = _header(mail, "Auto-Submitted").strip().lower()
    precedence = _header(mail, "Precedence").strip().lower()
    return word.startswith("auto-replied") or precedence == "auto_reply" or any(each in mail for each in _ANSWERS)


def _is_of_a_system(mail: Mail) -> bool:
    """Whether a mail system wrote it. A postmaster is perhaps a person; systems call their bounces replies, too."""
    local = parseaddr(_header(mail, "From"))[1].partition("@")[0].lower()
    return local in _SYSTEMS or "X-Failed-Recipients" in mail or (local == "postmaster" and not _is_an_answer(mail))


def _told(mail: Mail, parts: Sequence[Mail]) -> _Said:
    text = _COPY.split(_first_text(parts), maxsplit=1)[0]
    statuses = {each for each in _STATUS.findall(text) if each.startswith("5.")}
    status = statuses.pop() if len(statuses) == 1 else ""
    if status in REACHES_NOBODY:
        return _Said("bounced", f"failed {status}")
    if status or statuses or _REFUSED.search(text) or "X-Failed-Recipients" in mail:
        return _Said("failed", f"failed {status}".strip())
    return _Said("unknown", "a bounce in a form of its own")


def _first_text(parts: Sequence[Mail]) -> str:
    return next((_text(each) for each in parts if each.get_content_type() == "text/plain"), "")


def _text(part: Mail) -> str:
    content: Any = part.get_payload(decode=True)
    return content[: _MOST * 1_000].decode("latin-1") if isinstance(content, bytes) else ""


# of which mail


def _keys(mail: Mail, parts: Sequence[Mail], keys: Keys) -> set[str]:
    """The keys that it names where such mails name them; several are none."""
    headers = (str(each) for name in ("To", "Delivered-To", "X-Original-To") for each in mail.get_all(name, ()))
    found = keys.in_addresses(" ".join(headers)[:_LONGEST_HEADER])
    for part in parts:
        kind = part.get_content_type()
        if kind == _REPORT:
            for fields in _blocks(part):
                found |= in_envelope_id(_header(fields, "Original-Envelope-Id"))
        elif kind in _RETURNED:
            found |= keys.in_ids(_message_id(part))
    return found or keys.in_ids(_message_id_in(_first_text(parts)))


def _message_id(part: Mail) -> str:
    """The Message-ID of a mail that is returned, whole or its headers alone."""
    if part.is_multipart():
        return " ".join(_header(each, "Message-ID") for each in _parts(part))
    return _message_id_in(_text(part))


def _message_id_in(text: str) -> str:
    return " ".join(_MESSAGE_ID.findall(text))


def _date(mail: Mail, received: datetime) -> datetime | None:
    """When a server wrote it; None where it does not say so, or has a clock that is wrong."""
    try:
        said = parsedate_to_datetime(_header(mail, "Date"))
    except (OverflowError, TypeError, ValueError):
        return None
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    return said if said <= received else None
