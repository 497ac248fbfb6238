"""The channel: mails to a server, and what comes back of them."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final

from regua.ports import Capabilities, Message, Receipt, Rejected, WebhookRequest
from regua_email.addresses import AddressError, plain_address
from regua_email.answers import Budget
from regua_email.bounces import receipts_of
from regua_email.config import EmailConfig
from regua_email.dialogue import deliver
from regua_email.pool import Pool
from regua_email.session import Session
from regua_email.signing import is_ours
from regua_email.writing import written

_BEFORE_THE_END: Final = 2 / 3
"""The share of the time in which a mail is to be complete; the rest is for its answer, which is worth waiting for."""
_AROUND: Final = timedelta(seconds=5)
"""For looking up the server's name, and writing the mail."""


def _now() -> datetime:
    return datetime.now(UTC)


class Email:
    """E-mail by SMTP. A server does not know a mail again, so what nobody knows the fate of is never sent again.

    Args:
        config: its keys in `regua.toml`.
        now: gives the date of a mail, as an aware datetime.

    Raises:
        ValueError: the file of trusted authorities cannot be read.
    """

    Config: ClassVar[type[EmailConfig]] = EmailConfig
    name: ClassVar[str] = "email"

    def __init__(self, config: EmailConfig, now: Callable[[], datetime] = _now) -> None:
        self._config, self._now = config, now
        self._context = _context(config)
        self._pool = Pool(config.connections, self._connect)
        self.capabilities = Capabilities(
            send_timeout=timedelta(seconds=config.timeout) + _AROUND,
            reports_delivery=config.delivery_reports,
            html=True,
            attachments=True,
        )

    def send(self, message: Message) -> Receipt:
        """Hand one mail over to the server.

        Raises:
            Retryable: the server cannot be reached, or did not take it and may later.
            Rejected: the address cannot be, or the server will never take it.
            Unknown: the mail was complete, and no answer that can be read came back.
        """
        config, budget = self._config, Budget(self._config.timeout * _BEFORE_THE_END)
        answer = Budget(config.timeout)
        try:
            to = plain_address(message.to)
        except AddressError as error:
            raise Rejected(f"the address: {error}") from None
        mail = written(message, to, config, self._now())
        with self._pool.lent(budget) as session:
            return deliver(
                session,
                mail,
                sender=config.keys.envelope_of(message.key),
                to=to,
                key=message.key,
                answer=answer,
                reports=config.delivery_reports,
            )

    def close(self) -> None:
        """Hang up."""
        self._pool.close()

    def verify(self, request: WebhookRequest) -> bool:
        """Whether who knows the secret handed it in, within the last five minutes."""
        return is_ours(request, self._config.secret)

    def parse(self, request: WebhookRequest) -> Sequence[Receipt]:
        """Read a mail that came back; nothing where it says nothing of a mail of ours.

        Raises:
            Rejected: it is no mail.
        """
        return receipts_of(request.body, self._config.keys, request.received_at)

    def _connect(self, budget: Budget) -> Session:
        return Session(self._config, self._context, budget)


def _context(config: EmailConfig) -> ssl.SSLContext | None:
    """TLS that verifies the server's name and certificate."""
    if config.security == "none":
        return None
    try:
        return ssl.create_default_context(cafile=config.trust)
    except OSError:
        raise ValueError(f"'trust' is no PEM file of certificates that can be read: {config.trust}") from None
