"""TLS: the server's name and certificate are verified, nothing is said in the clear, and nobody takes it away."""

import base64

import pytest

from regua.ports import Retryable, Unknown

USER, PASSWORD = "loja", "sênha,\t:"
ACCOUNTS = {USER.encode(): PASSWORD.encode()}


def keys(authority, **others: object) -> dict[str, object]:
    """What a channel says that trusts our authority."""
    return {"host": "localhost", "security": "starttls", "trust": authority.trust, **others}


def begins(authority, **then: bytes):
    """A step that begins TLS and goes on under it, perhaps with other answers."""

    def step(server, connection) -> bool:
        connection.sendall(b"220 Go on\r\n")
        server.answers |= then
        with authority.server.wrap_socket(connection, server_side=True) as tls:
            return server.talk(tls)

    return step


def test_a_mail_goes_over_starttls_with_an_account(open_office, channel_to, message, authority):
    """A password may hold any letter; it arrives as it is."""
    office = open_office(starttls=authority.server, accounts=ACCOUNTS, require_starttls=True)
    channel = channel_to(office, **keys(authority, user=USER, password=PASSWORD))
    assert channel.send(message).reference == "Q1"


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # aiosmtpd knows of no TLS but what began by STARTTLS
def test_a_mail_goes_over_tls_from_the_first_byte(open_office, channel_to, message, authority):
    """As on port 465."""
    office = open_office(tls=authority.server, accounts=ACCOUNTS, auth_require_tls=False)
    channel = channel_to(office, **keys(authority, security="tls", user=USER, password=PASSWORD))
    assert channel.send(message).reference == "Q1"


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", [{"trust": None}, {"host": "127.0.0.1"}], ids=["trust", "name"])
def test_a_server_that_is_another_gets_nothing(open_office, channel_to, message, authority, security, wrong):  # noqa: PLR0917
    """An authority that nobody trusts, or the certificate of another name."""
    office = open_office(**{security: authority.server})
    said = keys(authority, security=security) | wrong
    with pytest.raises(Retryable, match="certificate is not trusted"):
        channel_to(office, **said).send(message)
    assert not office.mails


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_authorities_that_cannot_be_read_is_told(channel_to, scripted, tmp_path, content):
    """Before the first mail."""
    path = tmp_path / "trust.pem"
    if content:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"'trust' is no PEM file .*trust\.pem"):
        channel_to(scripted(), host="localhost", security="tls", trust=path)


def test_a_server_without_tls_gets_neither_password_nor_mail(scripted, channel_to, message, authority):
    """Who takes STARTTLS out of the server's offers gets nothing for it."""
    server = scripted(EHLO=b"250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n")
    channel = channel_to(server, **keys(authority, user=USER, password=PASSWORD))
    with pytest.raises(Retryable, match="offers no STARTTLS"):
        channel.send(message)
    assert [each.split()[0].upper() for each in server.commands] == ["EHLO"]


@pytest.mark.parametrize("answer", [b"454 4.7.0 TLS not available\r\n", b"220 Go on\r\nhuh", "hang up"])
def test_a_server_that_does_not_begin_tls_gets_nothing(scripted, channel_to, message, authority, answer):
    """Whatever it says instead."""
    server = scripted(EHLO=b"250-mail.example\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n", STARTTLS=answer)
    channel = channel_to(server, **keys(authority, user=USER, password=PASSWORD))
    with pytest.raises(Retryable):
        channel.send(message)
    assert [each.split()[0].upper() for each in server.commands] == ["EHLO", "STARTTLS"]


def test_what_was_said_in_the_clear_counts_for_nothing_under_tls(scripted, channel_to, message, authority):
    """Somebody on the way adds an answer behind the one to STARTTLS, to be read as the server's own."""
    offers = b"250-mail.example\r\n250 STARTTLS\r\n"
    server = scripted(EHLO=offers, STARTTLS=b"220 Go on\r\n250-evil.example\r\n250 AUTH PLAIN\r\n")
    with pytest.raises(Retryable, match="went on in the clear"):
        channel_to(server, **keys(authority)).send(message)


def test_what_a_server_offered_in_the_clear_is_asked_again_under_tls(scripted, channel_to, message, authority):
    """Offers that somebody on the way may have made are forgotten."""
    offers = b"250-mail.example\r\n250-DSN\r\n250-SIZE 1\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n"
    server = scripted(EHLO=offers, STARTTLS=begins(authority, EHLO=b"250 mail.example\r\n"))
    assert channel_to(server, **keys(authority)).send(message).status == "accepted"
    assert server.commands[3] == "MAIL FROM:<cobranca@loja.example>"
    assert server.commands[4] == "RCPT TO:<ana@example.org>"


@pytest.mark.parametrize("end", ["hang up", "say nothing"])
def test_under_tls_too_a_complete_mail_without_an_answer_is_unknown(scripted, channel_to, message, authority, end):
    """And one that was not complete left nothing."""
    server = scripted(EHLO=b"250-mail.example\r\n250 STARTTLS\r\n", STARTTLS=begins(authority), end=end)
    channel = channel_to(server, **keys(authority, timeout=1.5))
    with pytest.raises(Unknown):
        channel.send(message)
    server.answers["DATA"] = "hang up"
    with pytest.raises(Retryable):
        channel.send(message)


@pytest.mark.parametrize("answer", [b"535 5.7.8 loja: wrong password\r\n", b"454 4.7.0 Later\r\n", b"530 5.7.0 No\r\n"])
def test_a_wrong_account_is_no_fault_of_the_mail(scripted, channel_to, message, authority, answer):
    """Every mail waits, none is lost; the reason says which answer."""
    offers = b"250-mail.example\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n"
    server = scripted(EHLO=offers, STARTTLS=begins(authority), AUTH=answer)
    with pytest.raises(Retryable, match=f"AUTH answered by {answer[:3].decode()}") as caught:
        channel_to(server, **keys(authority, user=USER, password=PASSWORD)).send(message)
    assert "loja:" not in str(caught.value)


def test_an_account_may_be_asked_for_piece_by_piece(scripted, channel_to, message, authority):
    """AUTH LOGIN, where a server offers nothing better; and none where it offers only what we do not speak."""
    told = [base64.b64encode(each.encode()).decode() for each in (USER, PASSWORD)]
    offers = b"250-mail.example\r\n250-AUTH LOGIN\r\n250 STARTTLS\r\n"
    pieces = {told[0].upper(): b"334 UGFzc3dvcmQ6\r\n", told[1].upper(): b"235 2.7.0 Welcome\r\n"}
    server = scripted(EHLO=offers, STARTTLS=begins(authority), AUTH=b"334 VXNlcm5hbWU6\r\n", **pieces)
    channel = channel_to(server, **keys(authority, user=USER, password=PASSWORD))
    assert channel.send(message).status == "accepted"
    channel.close()
    server.answers["EHLO"] = offers.replace(b"LOGIN", b"CRAM-MD5 XOAUTH2")
    with pytest.raises(Retryable, match="neither AUTH PLAIN nor AUTH LOGIN"):
        channel_to(server, **keys(authority, user=USER, password=PASSWORD)).send(message)
