"""A message as text that a person reads: a head with one line for each value, an empty line, the text."""

from __future__ import annotations

import re
from typing import Final

from regua.ports import Message

_BREAKS: Final = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def head(message: Message) -> str:
    """The lines above the text; no value can begin another one, whatever it holds."""
    values = {
        "To": message.to,
        "Subject": message.subject,
        "Channel": message.channel,
        "Key": message.key,
        "Actions": ", ".join(message.actions),
        "Attachments": ", ".join(attachment.name for attachment in message.attachments),
    }
    return "".join(f"{name}: {on_one_line(value)}\n" for name, value in values.items() if value)


def on_one_line(value: str) -> str:
    """A value whose line breaks and control characters became spaces."""
    return _BREAKS.sub(" ", value).strip()
