"""Mails as they arrive at a real server, read by the standard library's parser, which is none of ours."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regua.ports import Attachment, Message, Rejected
from regua_email import EmailConfig
from regua_email.writing import written

NOON = datetime(2026, 4, 15, 12, tzinfo=UTC)
CONFIG = EmailConfig(host="127.0.0.1", security="none", sender="cobranca@loja.example")
HOSTILE = [
    "{{7*7}}",
    "Silva, Souza & Filhos",
    'Ana "A" <eve@example.net>, b@example.net',
    "Ana\r\nBcc: eve@example.net",
    "Ana\nSubject: x\n\n<script>",
    "\u05e9\u05dc\u05d5\u05dd\u200f Ana \u202eevil",
    "Ação & Cobrança 💸 " * 20,
    "=?utf-8?q?Ana=0D=0ABcc=3A_eve=40example=2Enet?=",
    "x" * 5_000,
    "=cmd|'/C calc'!A0",
    "Ana\x00\x1b[31m \ud800",
    "  two  spaces ",
    ".\n..\n.x\nQUIT",
]


def read(mail: bytes) -> EmailMessage:
    """Parse a mail."""
    return message_from_bytes(mail, policy=policy.default)


def words(part: EmailMessage) -> str:
    """A text as it is shown; its lines end by CR LF in every encoding."""
    text = part.get_content()
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n", "\n")


def shown_name(mail: bytes) -> str:
    """The sender's name by RFC 2047; the newer parser of Python 3.11 puts spaces between its pieces."""
    (header,) = re.findall(rb"^From: ((?:.|\r\n )*?)\s+<cobranca@", mail, re.MULTILINE)
    return str(make_header(decode_header(header.decode())))


def check_form(mail: bytes) -> None:
    """ASCII, on lines of at most 998 bytes that CR LF ends and nothing else does."""
    assert mail.isascii()
    assert b"\0" not in mail
    assert mail.endswith(b"\r\n")
    assert b"\r" not in mail.replace(b"\r\n", b"")
    assert b"\n" not in mail.replace(b"\r\n", b"")
    assert max(map(len, mail.split(b"\r\n"))) <= 998


def arrived(office, channel, message) -> EmailMessage:
    """Send a mail and read what arrived."""
    assert channel.send(message).status == "accepted"
    mail = office.mails[-1].content
    check_form(mail)
    return read(mail)


def test_a_mail_says_who_what_and_when(office, channel_to, message):
    """Sender and recipient alone, the subject in Portuguese, the key as Message-ID, and that a machine wrote it."""
    channel = channel_to(office, sender_name="Loja da Ana", reply_to="ajuda@loja.example")
    mail = arrived(office, channel, message)
    assert (mail["From"], mail["To"]) == ("Loja da Ana <cobranca@loja.example>", "ana@example.org")
    assert mail["Reply-To"] == "ajuda@loja.example"
    assert mail["Subject"] == "Lembrete: R$ 150,00 vence amanhã"
    assert mail["Message-ID"] == f"<{message.key}@loja.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "pt-BR"
    assert abs((mail["Date"].datetime - datetime.now(UTC)).total_seconds()) < 60
    assert mail.get_content_type() == "text/plain"
    assert words(mail) == message.text
    assert len(mail.keys()) == len(set(mail.keys()))
    assert (office.mails[0].sender, office.mails[0].to) == ("cobranca@loja.example", ("ana@example.org",))


def test_the_same_message_is_the_same_mail(message):
    """Its parts are divided by the same lines: nothing in it is drawn by lot."""
    both = attrs.evolve(message, html="<p>Olá", attachments=(pdf(),))
    assert written(both, both.to, CONFIG, NOON) == written(both, both.to, CONFIG, NOON)


def pdf(name: str = "boleto.pdf", content: bytes = b"%PDF-1.7\r\n\0\xff") -> Attachment:
    """Make a file."""
    return Attachment(name=name, media_type="application/pdf", content=content)


def test_text_html_pictures_and_files_are_parts_in_the_order_of_readers(office, channel_to, message):
    """A reader of text shows the text; one of HTML the HTML with its picture; both show the files."""
    logo = Attachment(name="logo.png", media_type="image/png", content=b"\x89PNG")
    html = '<p>Olá, <b>Ana</b> <img src="cid:logo.png" alt="Loja">'
    mail = arrived(office, channel_to(office), attrs.evolve(message, html=html, attachments=(logo, pdf())))
    types = [part.get_content_type() for part in mail.walk()]
    assert types == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    parts = list(mail.walk())
    assert words(parts[2]) == message.text
    (cid,) = re.findall(r'src="cid:([^"]+)"', parts[4].get_content())
    assert cid == f"1.{message.key}@loja.example"
    assert (parts[5]["Content-ID"], parts[5].get_content()) == (f"<{cid}>", b"\x89PNG")
    assert parts[5].get_content_disposition() == "inline"
    assert (parts[6].get_filename(), parts[6].get_content()) == ("boleto.pdf", b"%PDF-1.7\r\n\0\xff")
    assert parts[6].get_content_disposition() == "attachment"


def test_a_file_that_the_html_does_not_show_is_attached(office, channel_to, message):
    """A picture beside the text is a file like any other."""
    logo = Attachment(name="logo.png", media_type="image/png", content=b"\x89PNG")
    mail = arrived(office, channel_to(office), attrs.evolve(message, html="<p>cid:logo.png", attachments=(logo,)))
    assert [part.get_content_disposition() for part in mail.walk()][-1] == "attachment"


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed", "application/pdf; x=y", "a\r\nb/c", "", "text"])
def test_a_media_type_that_no_file_can_have_is_none(office, channel_to, message, kind):
    """The bytes arrive as they are."""
    odd = Attachment(name="x", media_type=kind, content=b"Subject: x\n\nx")
    mail = arrived(office, channel_to(office), attrs.evolve(message, attachments=(odd,)))
    part = list(mail.walk())[-1]
    assert (part.get_content_type(), part.get_content()) == ("application/octet-stream", odd.content)


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_stay_words(office, channel_to, message, word):
    """In names, subjects, texts and file names: no header, recipient or part comes of them."""
    channel = channel_to(office, sender_name=word)
    hostile = attrs.evolve(message, subject=word, text=word, html=word, attachments=(pdf(word),))
    mail = arrived(office, channel, hostile)
    assert mail["Bcc"] is None
    assert office.mails[0].to == ("ana@example.org",)
    [(_, address)] = getaddresses([str(message_from_bytes(office.mails[0].content)["From"]).replace("\r\n", "")])
    assert address == "cobranca@loja.example"
    assert [each.addr_spec for each in mail["From"].addresses] == ["cobranca@loja.example"]
    assert [part.get_content_type() for part in mail.walk()][-1] == "application/pdf"
    one_line = re.sub("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+", " ", word).strip()
    assert mail["Subject"] == one_line[:1000]
    assert shown_name(office.mails[0].content) == " ".join(one_line.split())[:150].strip()
    plain = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "", word.replace("\r\n", "\n"))
    assert words(mail.get_body(("plain",))) == f"{plain}\n"


@settings(max_examples=50, deadline=None)
@given(subject=st.text(), text=st.text(), name=st.text(), file=st.text(max_size=40))
def test_any_text_arrives_in_form(subject, text, name, file):
    """Whatever is written: ASCII lines, the same recipient, and the text as it was."""
    config = attrs.evolve(CONFIG, sender_name=name)
    message = _message(subject=subject, text=text, html=f"<p>{text}", attachments=(pdf(file),))
    mail = written(message, message.to, config, NOON)
    check_form(mail)
    parsed = read(mail)
    assert [each.addr_spec for each in parsed["From"].addresses] == ["cobranca@loja.example"]
    assert [part.get_content_type() for part in parsed.walk()][1:] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    plain = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "", re.sub("\r\n?", "\n", text))
    assert words(parsed.get_body(("plain",))).rstrip("\n") == plain.rstrip("\n")


def _message(**fields: object) -> Message:
    plain = {"key": "k", "creditor": "loja", "debtor": "ana", "channel": "email", "actions": ("a1",)}
    return Message(**plain, to="ana@example.org", **fields)


@pytest.mark.one_python
def test_ten_megabytes_arrive(scripted, channel_to, message):
    """Of text, and in a file."""
    server = scripted()
    text, content = "linha com ação\n" * 650_000, bytes(range(256)) * 40_000
    receipt = channel_to(server, timeout=60.0).send(
        attrs.evolve(message, text=text, attachments=(pdf(content=content),))
    )
    assert receipt.status == "accepted"
    check_form(server.mails[0])
    mail = read(server.mails[0])
    assert words(mail.get_body(("plain",))) == text
    assert list(mail.walk())[-1].get_content() == content


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Ola, Ana.\n", "7bit"),
        ("Olá, Ana: amanhã vence a sua conta.\n", "quoted-printable"),
        ("x" * 2_000, "quoted-printable"),
        ("שלום " * 40, "base64"),
    ],
)
def test_a_text_is_encoded_as_briefly_as_it_can_be(office, channel_to, message, text, encoding):
    """Every server takes it, also one that takes seven bits and no more."""
    mail = arrived(office, channel_to(office), attrs.evolve(message, text=text))
    assert mail["Content-Transfer-Encoding"] == encoding
    assert words(mail).rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@example.org,bia@example.org",
        "ana@example.org;bia@example.org",
        "ana@example.org bia@example.org",
        "Ana <ana@example.org>",
        "ana@example.org\r\nBcc: eve@example.net",
        '"ana"@example.org',
        "ana(x)@example.org",
        "ana@[127.0.0.1]",
        "a@b@example.org",
        "=?utf-8?q?ana=40example.org=2C?=@example.org",
        "grupo:ana@example.org;",
        "joão@example.org",
        "ana@example..org",
        "ana@-example.org",
        "a" * 65 + "@example.org",
        "ana@" + "a." * 130 + "org",
        "ana@\ud800.org",
        "ana@straße.example",
        "ana@ex\u3002ample.org",
        "ana@exam\u200dple.org",
        "ana@\uff45xample.org",
        "ana@" + "ü" * 1_000_000,
        "ana\x00@example.org",
    ],
)
def test_what_is_not_one_plain_address_gets_nothing(office, channel_to, message, address):
    """And the error does not repeat it."""
    with pytest.raises(Rejected) as caught:
        channel_to(office).send(attrs.evolve(message, to=address))
    assert office.sessions == 0
    assert not caught.value.point_failed
    assert len(address) < 5 or address not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "served"),
    [
        ("ana+conta@example.org", "ana+conta@example.org"),
        ("Ana.Souza@Example.org", "Ana.Souza@Example.org"),
        ("ana@comércio.example", "ana@xn--comrcio-dya.example"),
        ("ana@COME\u0301RCIO.example", "ana@xn--comrcio-dya.example"),
        ("o'hara%x!y=z@example.org", "o'hara%x!y=z@example.org"),
    ],
)
def test_one_address_is_one_recipient(office, channel_to, message, address, served):
    """A domain with accents goes as servers take it."""
    mail = arrived(office, channel_to(office), attrs.evolve(message, to=address))
    assert office.mails[0].to == (served,)
    assert [each.addr_spec for each in mail["To"].addresses] == [served]


def test_who_wants_no_more_mails_clicks_once(office, channel_to, message):
    """Links are filled in and never encoded (RFC 8058); the second header stands there for an `https:` link alone."""
    links = (
        "https://loja.example/sair/" + "x" * 80 + "?quem={creditor}/{debtor}&t={token}",
        "mailto:sair@loja.example?subject={key}",
    )
    secret = "s3cret"  # noqa: S105
    asked = attrs.evolve(message, debtor="ana & filhos")
    arrived(office, channel_to(office, unsubscribe=links, secret=secret), asked)
    raw = office.mails[0].content
    (found,) = re.findall(rb"List-Unsubscribe: ((?:.|\r\n )*)\r\n", raw)
    first, second = found.decode().replace("\r\n ", "").replace(",<", " <").split(" ")
    assert first.startswith("<https://loja.example/sair/xxx")
    assert re.search(r"\?quem=loja/ana%20%26%20filhos&t=[0-9a-f]{64}>$", first)
    assert second == f"<mailto:sair@loja.example?subject={message.key}>"
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    arrived(office, channel_to(office, unsubscribe=links[1:]), message)
    assert b"List-Unsubscribe-Post" not in office.mails[1].content


def test_each_mail_may_come_back_to_an_address_of_its_own(office, channel_to, message):
    """The envelope sender; the sender that is shown stays."""
    mail = arrived(office, channel_to(office, envelope="bounces+{key}@loja.example"), message)
    assert office.mails[0].sender == f"bounces+{message.key}@loja.example"
    assert mail["From"] == "cobranca@loja.example"
