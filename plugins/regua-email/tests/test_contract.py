"""What every channel and every webhook does, tried on this one."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.utils import format_datetime

import pytest

from regua.ports import Attachment
from regua.testing.contracts import ChannelContract, Provider, Taken, WebhookContract
from regua_email import Email, EmailConfig, signed_call

SECRET, PASSWORD = "s3cret-of-calls", "p4ss-of-smtp"
AS = {
    "refuses": {"DATA": b"554 5.7.1 refused: ana.canaria@example.invalid\r\n"},
    "no-such-address": {"RCPT": b"550 5.1.1 <ana.canaria@example.invalid>: user unknown\r\n"},
    "denies": {"AUTH": b"535 5.7.8 p4ss-of-smtp is wrong\r\n", "RSET": b"421 4.3.2 begin anew\r\n"},
    "busy": {"RCPT": b"450 4.2.0 greylisted: ana.canaria@example.invalid\r\n"},
    "down": {"greeting": b"421 4.3.2 down\r\n", "RSET": b"421 4.3.2 down\r\n"},
    "drops": {"DATA": "hang up"},
    "swallows": {".": "hang up"},
    "hangs": {".": "say nothing"},
    "mumbles": {".": b"huh? ana.canaria@example.invalid\r\n"},
}
ACTIONS = {
    "accepted": ("relayed", "2.0.0"),
    "delivered": ("delivered", "2.0.0"),
    "bounced": ("failed", "5.1.1"),
    "failed": ("failed", "5.7.1"),
    "unknown": ("teleported", "2.0.0"),
}
REPORT = """\
From: MAILER-DAEMON@mx.example
Date: {date}
Content-Type: multipart/report; report-type=delivery-status; boundary="xx"

--xx
Content-Type: message/delivery-status

Original-Envelope-Id: {key}

Final-Recipient: rfc822; ana.canaria@example.invalid
Action: {action}
Status: {status}

--xx--
"""


class MailServer(Provider):
    """A server on this machine, over TLS and with an account."""

    secrets = (SECRET, PASSWORD)

    def __init__(self, server, authority) -> None:
        self._server = server
        server.answers |= {"EHLO": b"250-mail.example\r\n250 AUTH PLAIN\r\n", "AUTH": b"235 2.7.0 Welcome\r\n"}
        server.answers["."] = self._accepts
        self._usual = dict(server.answers)
        self.plugin = Email(
            EmailConfig(
                host="localhost",
                port=server.port,
                security="tls",
                trust=authority.trust,
                user="loja",
                password=PASSWORD,
                sender="cobranca@loja.example",
                secret=SECRET,
                delivery_reports=False,
                timeout=1.5,
            )
        )

    def _accepts(self, server, connection) -> bool:
        connection.sendall(b"250 2.0.0 Ok: queued as Q%d\r\n" % len(server.mails))
        return True

    def taken(self) -> list[Taken]:
        """The mails that were complete."""
        return [_taken(each) for each in self._server.mails]

    def behave(self, how, retry_after="") -> None:
        """As a server that answers so."""
        if retry_after or (how not in AS and how not in {"well", "away"}):
            raise NotImplementedError
        self._server.answers = self._usual | AS.get(how, {})
        if how == "away":
            self.plugin.close()
            self._server.close()

    def call(self, said, *, forged=False):
        """A report that came back."""
        if said.status not in ACTIONS:
            raise NotImplementedError
        action, status = ACTIONS[said.status]
        mail = REPORT.format(date=format_datetime(said.at), key=said.key, action=action, status=status).encode()
        return signed_call(mail, secret="guessed" if forged else SECRET, at=said.at + timedelta(seconds=1))


def _taken(mail: bytes) -> Taken:
    read = message_from_bytes(mail, policy=policy.default)
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    files = [
        Attachment(name=each.get_filename(), media_type=each.get_content_type(), content=each.get_content())
        for each in read.iter_attachments()
    ]
    return Taken(
        key=read["Message-ID"].partition("@")[0].strip("<"),
        to=", ".join(each.addr_spec for each in read["To"].addresses),
        subject=read["Subject"],
        text=text.get_content(),
        html=html.get_content() if html else "",
        attachments=tuple(files),
    )


@pytest.fixture
def provider(scripted, authority):
    """A channel and its server."""
    made = MailServer(scripted(tls=authority.server), authority)
    yield made
    made.plugin.close()


class TestChannel(ChannelContract):
    """Blind: what needs keys or questions is left out."""


class TestWebhook(WebhookContract):
    """Reports of servers."""
