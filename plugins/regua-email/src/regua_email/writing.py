"""From a message to the bytes of a mail.

Headers are written here and not by `EmailMessage`: what that folds it may encode, and an encoded link is no link. Each
is ASCII, on lines of at most 998 bytes, and no value can begin another one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from typing import Any, Final
from urllib.parse import quote

from regua.ports import Attachment, Message
from regua_email.config import EmailConfig
from regua_email.keys import word_of
from regua_email.signing import unsubscribe_token

_POLICY: Final = policy.SMTP.clone(cte_type="7bit")
_LINE: Final = "\r\n"
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_CONTROL_OF_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAK: Final = re.compile("\r\n?")
_PLAIN: Final = re.compile(r"[A-Za-z0-9 ]{0,60}")
_PRINTED: Final = re.compile(r"[ -~]*")
_LONGEST_WORD: Final = 60
_LONGEST_SUBJECT: Final = 1_000
_LONGEST_NAME: Final = 150
_MEDIA_TYPE: Final = re.compile(r"([a-z0-9][\w.+-]{0,60})/([a-z0-9][\w.+-]{0,60})", re.ASCII | re.IGNORECASE)
_BINARY: Final = "application", "octet-stream"
_LARGE: Final = 100_000
"""Characters of a text that is not looked at for the shortest encoding."""


def written(message: Message, to: str, config: EmailConfig, now: datetime) -> bytes:
    """Write a mail to one address, its lines ended by CR LF.

    Args:
        message: what it says.
        to: a plain address.
        config: of the channel.
        now: its date.
    """
    content = _content(message, config)
    head = "".join(f"{name}: {value}{_LINE}" for name, value in _headers(message, to, config, now))
    return head.encode("ascii") + content.as_bytes(policy=_POLICY)


def _headers(message: Message, to: str, config: EmailConfig, now: datetime) -> Iterator[tuple[str, str]]:
    yield "From", _mailbox(config.sender_name, config.address)
    yield "To", f"<{to}>"
    if config.reply_to:
        yield "Reply-To", f"<{config.reply_to}>"
    yield "Subject", _unstructured(_line(message.subject)[:_LONGEST_SUBJECT], "Subject")
    yield "Date", format_datetime(now)
    yield "Message-ID", config.keys.message_id(message.key)
    yield "Auto-Submitted", "auto-generated"
    if re.fullmatch(r"[A-Za-z0-9-]{1,60}", message.language):
        yield "Content-Language", message.language
    links = [_filled(link, message, config) for link in config.unsubscribe]
    if links:
        yield "List-Unsubscribe", f",{_LINE} ".join(f"<{link}>" for link in links)
    if any(link.startswith("https:") for link in links):
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _line(text: str) -> str:
    """A text on one line, without what no mail may hold."""
    return _CONTROL.sub(" ", text).strip()


def _unstructured(text: str, name: str) -> str:
    """A text as a header has it: as it is where every mail program takes it so, else as encoded words (RFC 2047)."""
    longest = max(map(len, text.split(" ")))
    is_plain = _PRINTED.fullmatch(text) and "=?" not in text and longest <= _LONGEST_WORD
    return Header(text, "us-ascii" if is_plain else "utf-8", header_name=name).encode(linesep=_LINE)


def _mailbox(name: str, address: str) -> str:
    """A name and an address. Signs that mean something in an address list mean nothing in encoded words."""
    shown = " ".join(_line(name).split())[:_LONGEST_NAME].strip()
    if not shown:
        return f"<{address}>"
    said = shown if _PLAIN.fullmatch(shown) else Header(shown, "utf-8", header_name="From").encode(linesep=_LINE)
    return f"{said}{_LINE} <{address}>"


def _filled(link: str, message: Message, config: EmailConfig) -> str:
    token = unsubscribe_token(secret=config.secret, creditor=message.creditor, debtor=message.debtor)
    values = {"key": word_of(message.key), "creditor": message.creditor, "debtor": message.debtor, "token": token}
    return re.sub(r"\{(\w+)\}", lambda place: quote(values[place[1]], safe="%" if place[1] == "key" else ""), link)


def _content(message: Message, config: EmailConfig) -> EmailMessage:
    """The text; beside it, where there are such, HTML with the pictures that it shows, and files."""
    content = EmailMessage(policy=_POLICY)
    _add(content.set_content, message.text)
    shown: dict[str, Attachment] = {}
    if message.html:
        html, shown = _with_ids(message, config)
        _add(content.add_alternative, html, subtype="html")
        for cid, each in shown.items():
            page: Any = content.get_payload(1)
            page.add_related(each.content, *_kind(each), disposition="inline", cid=f"<{cid}>", filename=_name(each))
    for each in message.attachments:
        if each not in shown.values():
            maintype, subtype = _kind(each)
            content.add_attachment(each.content, maintype=maintype, subtype=subtype, filename=_name(each))
    _set_boundaries(content, message.key)
    return content


def _add(to: Callable[..., None], text: str, **kind: str) -> None:
    """Add a text in what encodes it shortest; of a long one nobody looks for that."""
    clean = _CONTROL_OF_TEXT.sub("", _BREAK.sub("\n", text))
    encoding = {"cte": "base64"} if len(clean) > _LARGE else {}
    to(clean, charset="utf-8", **kind, **encoding)


def _with_ids(message: Message, config: EmailConfig) -> tuple[str, dict[str, Attachment]]:
    """The HTML, and the attachments that it shows by `cid:NAME`, under ids that no other mail has."""
    html, shown = message.html, dict[str, Attachment]()
    _, _, domain = config.address.rpartition("@")
    for number, each in enumerate(message.attachments, 1):
        cid = f"{number}.{word_of(message.key)}@{domain}"
        name = re.escape(escape(each.name))
        html, count = re.subn(rf"""(?<=["'(])cid:{name}(?=["')])""", f"cid:{cid}", html)
        if count:
            shown[cid] = each
    return html, shown


def _kind(attachment: Attachment) -> tuple[str, str]:
    """Its media type; bytes are no mail and no parts, whatever is said of them."""
    found = _MEDIA_TYPE.fullmatch(attachment.media_type)
    if not found or found[1].lower() in {"message", "multipart"}:
        return _BINARY
    return found[1], found[2]


def _name(attachment: Attachment) -> str:
    return re.sub(r'[/\\"]', "_", _line(attachment.name))[:_LONGEST_NAME] or "anexo"


def _set_boundaries(content: EmailMessage, key: str) -> None:
    """Boundaries that are the same each time; no encoded part can hold them, and no text knows the key's digest."""
    stem = sha256(key.encode("utf-8", "backslashreplace")).hexdigest()[:32]
    for number, part in enumerate(content.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{stem}_{number}")
