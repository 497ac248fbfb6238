"""Mails that come back: what each says of the mail that was sent. The samples have the forms of real servers."""

import random
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from regua.ports import Rejected, Webhook, WebhookRequest
from regua_email import Email, EmailConfig, signed_call, unsubscribe_token

KEY = "0f" * 16
NOON = datetime(2026, 4, 15, 12, tzinfo=UTC)
SECRET = "s3cret"  # noqa: S105
CONFIG = EmailConfig(
    host="127.0.0.1",
    security="none",
    sender="cobranca@loja.example",
    envelope="bounces+{key}@loja.example",
    secret=SECRET,
)

REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: bounces@loja.example
Subject: Undelivered Mail Returned to Sender
Date: Wed, 15 Apr 2026 08:30:00 -0300
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="4ZqD3r"

--4ZqD3r
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example. I'm sorry to have to inform you that your message could not be delivered.

--4ZqD3r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
{envelope}Arrival-Date: Wed, 15 Apr 2026 08:29:58 -0300 (-03)

Final-Recipient: rfc822; ana@example.org
Original-Recipient: rfc822;ana@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; {diagnostic}

--4ZqD3r
Content-Type: {returned}

From: cobranca@loja.example
To: ana@example.org
Subject: Lembrete
Message-ID: {message_id}

--4ZqD3r--
"""
OURS = f"<{KEY}@loja.example>"


def report(**fields: str) -> bytes:
    """A report in the form of Postfix."""
    usual = {
        "envelope": "",
        "action": "failed",
        "status": "5.1.1",
        "diagnostic": "550 5.1.1 <ana@example.org>: user unknown",
        "returned": "text/rfc822-headers",
        "message_id": OURS,
    }
    return REPORT.format(**usual | fields).encode()


def plain(body: str, **headers: str) -> bytes:
    """A mail of text."""
    usual = {"From": "MAILER-DAEMON@mx.example", "To": "bounces@loja.example", "Subject": "failure notice"}
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in (usual | headers).items() if value)
    return f"{head}\n{body}".encode()


def said(mail: bytes, config: EmailConfig = CONFIG):
    """What comes of a mail, as the engine hands it in."""
    channel = Email(config)
    call = signed_call(mail, secret=SECRET, at=NOON)
    assert isinstance(channel, Webhook)
    assert channel.verify(call)
    return [(each.status, each.key, each.reason) for each in channel.parse(call)]


@pytest.mark.parametrize(
    ("fields", "status", "reason"),
    [
        ({}, "bounced", "failed 5.1.1"),
        ({"status": "5.0.0"}, "bounced", "failed 5.1.1"),
        ({"status": "5.0.0", "diagnostic": "550 no such user"}, "failed", "failed 5.0.0"),
        ({"status": "", "diagnostic": "550 5.1.10 null MX"}, "bounced", "failed 5.1.10"),
        ({"status": "5.2.2"}, "failed", "failed 5.2.2"),
        ({"status": "5.7.1"}, "failed", "failed 5.7.1"),
        ({"status": "4.4.7", "diagnostic": "expired"}, "failed", "failed 4.4.7"),
        ({"action": "delivered", "status": "2.0.0", "diagnostic": "250 ok"}, "delivered", "delivered 2.0.0"),
        ({"action": "relayed", "status": "2.0.0", "diagnostic": "250 ok"}, "accepted", "relayed 2.0.0"),
        ({"action": "expanded", "status": "2.1.5", "diagnostic": "250 ok"}, "accepted", "expanded 2.1.5"),
        ({"action": "delayed", "status": "4.4.1", "diagnostic": "timed out"}, "unknown", "delayed 4.4.1"),
        ({"action": "vanished", "status": "5.1.1"}, "unknown", "another word 5.1.1"),
        ({"action": "FAILED ", "status": "5.1.1 (bad mailbox)"}, "bounced", "failed 5.1.1"),
        ({"returned": "message/rfc822"}, "bounced", "failed 5.1.1"),
        (
            {"envelope": f"Original-Envelope-Id: {KEY}\n", "message_id": "<other@example.net>"},
            "bounced",
            "failed 5.1.1",
        ),
    ],
)
def test_a_report_says_what_became_of_a_mail(fields, status, reason):
    """In its fields alone (RFC 3464); an unknown word stays unknown, and the reason repeats no text."""
    assert said(report(**fields)) == [(status, KEY, reason)]


def test_a_receipt_keeps_the_mail_and_its_time():
    """As it came; the hour of a server whose clock is ahead is not believed."""
    call = signed_call(report(), secret=SECRET, at=NOON)
    [receipt] = Email(CONFIG).parse(call)
    assert receipt.raw == report()
    assert str(receipt.at) == "2026-04-15 11:30:00+00:00"
    for odd in (b"Sun, 15 Apr 2046 08:30:00 -0300", b"yesterday", b"Wed, 99 Apr 2026 08:30:00 -0300"):
        ahead = report().replace(b"Wed, 15 Apr 2026 08:30:00 -0300", odd)
        [receipt] = Email(CONFIG).parse(signed_call(ahead, secret=SECRET, at=NOON))
        assert receipt.at is None


def test_a_list_that_reached_some_of_its_members_is_unknown():
    """The address is one of a list: nobody can say whether the debtor read it."""
    end = b"--4ZqD3r\nContent-Type: text/rfc"
    both = report().replace(
        end, b"Final-Recipient: rfc822; bia@example.org\nAction: delivered\nStatus: 2.0.0\n\n" + end
    )
    assert said(both) == [("unknown", KEY, "several recipients, and not the same of each")]


def test_a_mail_that_came_back_to_an_address_of_its_own_is_known_by_it():
    """Where the server returns nothing of ours."""
    other = report(message_id="<other@example.net>")
    assert said(other) == []
    assert said(other.replace(b"To: bounces@", f"To: Bounces+{KEY}@".encode())) == [("bounced", KEY, "failed 5.1.1")]
    assert said(b"Delivered-To: bounces+" + KEY.encode() + b"@loja.example\n" + other)[0][1] == KEY


@pytest.mark.parametrize("message_id", ["<0f@example.net>", f"<{KEY}@loja.example.net>", f"<{KEY}@xloja.example>", ""])
def test_a_report_about_a_mail_of_somebody_else_says_nothing(message_id):
    """Our keys stand before our domain."""
    assert said(report(message_id=message_id)) == []


def test_a_report_that_names_two_of_ours_says_nothing():
    """Nobody can say of which."""
    assert said(report(envelope=f"Original-Envelope-Id: {'1e' * 16}\n")) == []


QMAIL = f"""\
Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ana@example.org>:
{{error}}

--- Below this line is a copy of the message.

Return-Path: <cobranca@loja.example>
From: cobranca@loja.example
Message-ID: {OURS}

550 5.7.1 is what the debtor may have written.
"""


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        ("Sorry, no mailbox here by that name. (#5.1.1)", "bounced", "failed 5.1.1"),
        (
            "192.0.2.1 does not like it. Remote host said: 550 5.1.1 <ana@example.org>: no",
            "bounced",
            "failed 5.1.1",
        ),
        ("Remote host said: 554 Message refused", "failed", "failed"),
        ("Remote host said: 552 5.2.2 mailbox full", "failed", "failed 5.2.2"),
        ("5.1.1 here and 5.7.1 there", "failed", "failed"),
        ("I tried 10.5.1.1 and it was no good", "unknown", "a bounce in a form of its own"),
        ("Message has been delayed: 4.4.1", "unknown", "a bounce in a form of its own"),
    ],
)
def test_a_bounce_in_a_form_of_its_own_is_believed_as_far_as_it_has_codes(error, status, reason):
    """Above the copy of our mail."""
    assert said(plain(QMAIL.format(error=error))) == [(status, KEY, reason)]


def test_a_bounce_of_exim_says_by_a_header_that_it_gave_up():
    """Without a code it is no bounce of the address."""
    told = "A message that you sent could not be delivered.\n  ana@example.org\n    rejected\n"
    text = f"{told}\n------ This is a copy\n\nMessage-ID: {OURS}\n"
    assert said(plain(text, X_Failed_Recipients="ana@example.org")) == [("failed", KEY, "failed")]
    assert said(plain(text, X_Failed_Recipients="a@b", Auto_Submitted="auto-replied")) == [("failed", KEY, "failed")]
    assert said(plain(text)) == [("unknown", KEY, "a bounce in a form of its own")]


@pytest.mark.parametrize(
    "headers",
    [
        {"From": "Ana <ana@example.org>", "Auto_Submitted": "auto-replied (vacation)"},
        {"From": "Ana <ana@example.org>", "Subject": "Fora do escritório"},
        {"From": "postmaster@example.org", "Auto_Submitted": "auto-replied"},
        {"From": "postmaster@example.org", "Precedence": "auto_reply"},
        {"From": "postmaster@example.org", "X_Autoreply": "yes"},
    ],
)
def test_an_absence_note_is_no_bounce(headers):
    """Nor is an answer of a person; whatever numbers it holds."""
    text = f"Estou fora até o dia 20. 550 5.1.1\n\n> Message-ID: {OURS}\n"
    assert said(plain(text, In_Reply_To=OURS, **headers)) == []


def test_a_bounce_that_somebody_forwards_is_none():
    """What it says is of a mail within the mail."""
    head = b"From: ana@example.org\nTo: bounces@loja.example\nContent-Type: multipart/mixed; boundary=xx\n\n--xx\n"
    assert said(head + b"Content-Type: message/rfc822\n\n" + report() + b"\n--xx--\n") == []


@pytest.mark.parametrize("kind", ["disposition-notification", "feedback-report"])
def test_other_reports_say_nothing_of_delivery(kind):
    """That it was read, or that somebody complains, is another matter."""
    other = report().replace(b"delivery-status", kind.encode())
    assert said(other) == []


def test_what_is_no_mail_is_refused():
    """So that the host sees that it handed in something else."""
    for body in (b"", b"\x00\xff", b"\n\n", b'{"status": "bounced"}'):
        with pytest.raises(Rejected):
            Email(CONFIG).parse(signed_call(body, secret=SECRET, at=NOON))


def test_whatever_comes_is_read_or_refused():
    """A mail that was broken, by accident or on purpose, fails nobody; nested a thousand times deep, too."""
    draw = random.Random(7)  # noqa: S311 - the same each time
    for _ in range(300):
        mail = bytearray(report(returned=draw.choice(["message/rfc822", "text/rfc822-headers", "multipart/mixed"])))
        for _ in range(draw.randrange(1, 30)):
            mail[draw.randrange(len(mail))] = draw.choice(b'\n\r :;="<>@?\x00\xff-5a')
        with suppress(Rejected):
            said(bytes(mail[: draw.randrange(len(mail))]))
    deep = b"Subject: x\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)
    )
    with suppress(Rejected):
        assert said(deep) == []


def test_who_does_not_know_the_secret_says_nothing():
    """A signature is over time and bytes, good for five minutes; a channel without a secret takes no mail."""
    channel, call = Email(CONFIG), signed_call(report(), secret=SECRET, at=NOON)
    late = NOON + timedelta(minutes=5, seconds=1)
    assert channel.verify(call)
    assert not channel.verify(attrs.evolve(call, received_at=late))
    assert not channel.verify(attrs.evolve(call, body=call.body + b" "))
    assert not channel.verify(signed_call(report(), secret="guessed", at=NOON))  # noqa: S106
    assert not channel.verify(WebhookRequest(headers={}, body=report(), received_at=NOON))
    nobody = Email(attrs.evolve(CONFIG, secret=""))
    assert not nobody.verify(signed_call(report(), secret="", at=NOON))


def test_a_token_is_of_one_debtor_of_one_creditor():
    """And of one secret."""
    tokens = {
        unsubscribe_token(secret=secret, creditor=creditor, debtor=debtor)
        for secret, creditor, debtor in [
            ("a", "loja", "ana"),
            ("b", "loja", "ana"),
            ("a", "loj", "aana"),
            ("a", "loja", "bia"),
        ]
    }
    assert len(tokens) == 4


SLOW = {
    "a line of hyphens": b"\r\n" + b"-" * 100_000,
    "a type without end": b'Content-Type: multipart/mixed; x="' + b";" * 100_000 + b"\r\n\r\n",
    "a type on many lines": b"content-type: multipart/mixed;" + b"\r\n ;" * 50_000 + b"\r\n\r\n",
    "recipients without end": b"To: " + b"a" * 2_000_000 + b"\r\n\r\n",
    "parts in parts": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (number, number) for number in range(400)
    )
    + b"\r\n" * 200_000,
    "ten megabytes": b"\r\n" + b"Message-ID: <\r\n" * 700_000,
}


@pytest.mark.parametrize("mail", SLOW.values(), ids=SLOW)
def test_no_mail_takes_long_to_read(mail):
    """Whoever knows the address that bounces go to can write to it."""
    channel = Email(attrs.evolve(CONFIG, envelope="{key}@loja.example"))
    request = WebhookRequest(headers={}, body=b"From: mailer-daemon@example.org\r\n" + mail, received_at=NOON)
    before = time.process_time()
    with suppress(Rejected):
        assert list(channel.parse(request)) == []
    assert time.process_time() - before < 5
    channel.close()
