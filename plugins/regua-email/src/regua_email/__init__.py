"""E-mail by SMTP: `[channel.email] use = "email"` in `regua.toml`."""

from __future__ import annotations

from regua.plugins import hookimpl
from regua.ports import Channel
from regua_email.channel import Email
from regua_email.config import EmailConfig
from regua_email.signing import signed_call, unsubscribe_token

__all__ = ["Email", "EmailConfig", "signed_call", "unsubscribe_token"]


@hookimpl
def regua_channels() -> list[type[Channel]]:
    """Offer the channel."""
    return [Email]
