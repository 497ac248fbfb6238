"""From an invoice to a mail, and from a bounce to an address that is not used again, as who installs it has it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from tests.cli.working import POLICY, due_now

from regua import Engine, codec
from regua.ports import Rejected
from regua_email import signed_call

SECRET = "s3cret"  # noqa: S105
SETTINGS = """\
format = 1

[store]
url = "sqlite:///regua.sqlite3"

[creditor.loja]
policies = ["always.toml"]
name = "Loja Exemplo"
document = "11.222.333/0001-81"
address = "Rua A, 1"

[channel.email]
use = "email"
host = "127.0.0.1"
port = {port}
security = "none"
sender = "cobranca@loja.example"
sender_name = "Loja Exemplo"
envelope = "bounces+{{key}}@loja.example"
secret = "env:BOUNCES_SECRET"
unsubscribe = ["https://loja.example/sair?c={{creditor}}&d={{debtor}}&t={{token}}"]
timeout = 5
"""
BOUNCE = """\
From: MAILER-DAEMON@mx.example
To: bounces@loja.example
Content-Type: multipart/report; report-type=delivery-status; boundary="xx"

--xx
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {to}
Action: failed
Status: {status}

--xx
Content-Type: text/rfc822-headers

Message-ID: {message_id}

--xx--
"""


@pytest.fixture
def open_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], Engine]]:
    """Opens a shop that writes to the server on a port."""
    monkeypatch.setenv("BOUNCES_SECRET", SECRET)
    opened = []

    def engine(port: int) -> Engine:
        (tmp_path / "regua.toml").write_text(SETTINGS.format(port=port), encoding="utf-8")
        (tmp_path / "always.toml").write_text(POLICY, encoding="utf-8")
        opened.append(Engine.open(tmp_path / "regua.toml"))
        loja = opened[-1].creditor("loja")
        for debtor in ("ana", "bia"):
            loja.record(*codec.load_events(due_now(debtor)))
            loja.keep(debtor, {f"{debtor}/email": {"address": f"{debtor}@example.org"}})
        return opened[-1]

    yield engine
    for each in opened:
        each.close()


def bounce(mail: bytes, *, status: str = "5.1.1", to: str = "ana@example.org"):
    """A mail that came back, handed in by the host."""
    (message_id,) = re.findall(rb"^Message-ID: (\S+)", mail, re.MULTILINE)
    body = BOUNCE.format(to=to, status=status, message_id=message_id.decode())
    return signed_call(body.encode(), secret=SECRET, at=datetime.now(UTC))


def test_from_an_invoice_to_a_mail(office, open_shop):
    """It says who is owed, reaches one person each, and is sent once."""
    engine = open_shop(office.port)
    assert engine.run_due().sent == 2
    assert engine.run_due().sent == 0
    assert sorted(mail.to for mail in office.mails) == [("ana@example.org",), ("bia@example.org",)]
    for mail in office.mails:
        read = message_from_bytes(mail.content, policy=policy.default)
        assert read["From"] == "Loja Exemplo <cobranca@loja.example>"
        assert "Loja Exemplo" in read.get_body(("plain",)).get_content()
        assert read["Subject"]
        key = read["Message-ID"].removeprefix("<").removesuffix("@loja.example>")
        assert mail.sender == f"bounces+{key}@loja.example"
        debtor = mail.to[0].partition("@")[0]
        assert f"<https://loja.example/sair?c=loja&d={debtor}&t=".encode() in mail.content


def test_a_bounce_turns_the_address_off(office, open_shop):
    """By facts that are recorded once; the other debtor's address goes on."""
    engine = open_shop(office.port)
    engine.run_due()
    (mail,) = [each.content for each in office.mails if each.to == ("ana@example.org",)]
    recorded = engine.receive("email", bounce(mail))
    assert [each.type for each in recorded] == ["action.failed", "contact-point.failed"]
    assert {each.debtor for each in recorded} == {"ana"}
    assert engine.receive("email", bounce(mail)) == ()
    loja = engine.creditor("loja")
    assert [action.status for action in loja.schedule("bia").all] == ["done"]
    assert any(event.type == "contact-point.failed" for event in loja.events("ana"))
    assert not any(event.type == "contact-point.failed" for event in loja.events("bia"))


def test_a_full_mailbox_is_no_lost_address(office, open_shop):
    """The mail failed, and the address stays."""
    engine = open_shop(office.port)
    engine.run_due()
    recorded = engine.receive("email", bounce(office.mails[0].content, status="5.2.2"))
    assert [each.type for each in recorded] == ["action.failed"]


def test_a_call_that_the_host_did_not_sign_is_refused(office, open_shop):
    """Whoever finds the address of the webhook turns nobody's address off."""
    engine = open_shop(office.port)
    engine.run_due()
    call = bounce(office.mails[0].content)
    forged = signed_call(call.body, secret="guessed", at=datetime.now(UTC))  # noqa: S106
    with pytest.raises(Rejected):
        engine.receive("email", forged)


def test_a_mail_of_unknown_fate_is_never_sent_again_until_a_bounce_tells(scripted, open_shop):
    """The server took it and said nothing: it stays unknown, and the report of a failure settles it."""
    server = scripted(end="hang up")
    engine = open_shop(server.port)
    assert engine.run_due().unknown == 2
    server.answers["."] = b"250 Ok\r\n"
    assert engine.run_due().sent == 0
    assert len(server.mails) == 2
    recorded = engine.receive("email", bounce(server.mails[0]))
    assert [each.type for each in recorded][-2:] == ["action.failed", "contact-point.failed"]


def test_an_address_that_the_server_knows_not_fails_at_once(scripted, open_shop):
    """As a bounce would say it."""
    server = scripted(RCPT=b"550 5.1.1 <ana@example.org> user unknown\r\n")
    engine = open_shop(server.port)
    assert engine.run_due().failed == 2
    types = [event.type for event in engine.creditor("loja").events("ana")]
    assert types[-2:] == ["action.failed", "contact-point.failed"]
