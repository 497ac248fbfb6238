"""What each answer of a server means, by dialogues over real sockets."""

import socket
import time
from datetime import timedelta

import attrs
import pytest

from regua.ports import Rejected, Retryable, Unknown

RETRIED = {
    "greeting": b"421 4.3.2 Not now\r\n",
    "EHLO": b"421 4.3.2 Not now\r\n",
    "MAIL": b"451 4.3.0 Not now\r\n",
    "RCPT": b"450 4.2.0 Greylisted\r\n",
    "DATA": b"451 4.3.0 Not now\r\n",
    "end": b"452 4.3.1 No room\r\n",
}
REFUSED = {
    "MAIL": b"550 5.7.1 ana@example.org: not from here\r\n",
    "RCPT": b"550 5.2.2 <ana@example.org>: mailbox full\r\n",
    "DATA": b"554 5.3.0 No mail\r\n",
    "end": b"554 5.7.1 Spam for ana@example.org\r\n",
}


def test_what_is_taken_is_accepted(scripted, channel_to, message):
    """The answer's queue id is the reference, and the answer is kept as it came."""
    server = scripted()
    receipt = channel_to(server).send(message)
    assert (receipt.status, receipt.reference, receipt.key) == ("accepted", "4ZqD3r", message.key)
    assert receipt.raw == b"250 2.0.0 Ok: queued as 4ZqD3r"
    assert len(server.mails) == 1
    assert server.commands[1].startswith(f"MAIL FROM:<cobranca@loja.example> SIZE={len(server.mails[0])}")
    assert server.commands[2:] == ["RCPT TO:<ana@example.org>", "DATA"]


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        (b"250 OK id=1rABCd-000123-4X\r\n", "1rABCd-000123-4X"),
        (b"250 2.0.0 3AB7cQ01 Message accepted for delivery\r\n", "3AB7cQ01"),
        (b"250-2.0.0 Ok:\r\n250 queued as 4ZqD3r\r\n", "4ZqD3r"),
        (b"250 Ok\r\n", ""),
        (b"250 Ok: queued as Ana@example.org\r\n", ""),
    ],
)
def test_a_queue_id_is_taken_where_it_is_known_for_one(scripted, channel_to, message, answer, reference):
    """Of an answer in other words there is no reference: a word that many share would find the wrong mail."""
    assert channel_to(scripted(end=answer)).send(message).reference == reference


@pytest.mark.parametrize("step", RETRIED)
def test_what_a_server_puts_off_is_tried_later(scripted, channel_to, message, step):
    """It says itself that it took nothing, at whatever step."""
    server = scripted(**{step: RETRIED[step]})
    with pytest.raises(Retryable, match=RETRIED[step][:3].decode()):
        channel_to(server).send(message)
    assert bool(server.mails) == (step == "end")


@pytest.mark.parametrize("step", ["greeting", "EHLO"])
def test_a_server_that_serves_nobody_is_no_fault_of_the_mail(scripted, channel_to, message, step):
    """What is refused before there is a mail is refused to all of them."""
    with pytest.raises(Retryable, match="554"):
        channel_to(scripted(**{step: b"554 5.3.2 No service\r\n"})).send(message)


@pytest.mark.parametrize("step", REFUSED)
def test_what_a_server_refuses_for_good_is_rejected(scripted, channel_to, message, step):
    """The reason has the step and the codes, and no word of the server, which may repeat the address."""
    with pytest.raises(Rejected) as caught:
        channel_to(scripted(**{step: REFUSED[step]})).send(message)
    word, status = REFUSED[step].split()[:2]
    step = "mail" if step == "end" else step
    assert caught.value.reason == f"{step} answered by {word.decode()} {status.decode()}"
    assert not caught.value.point_failed
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("answer", "fails"),
    [
        (b"550 5.1.1 <ana@example.org>: no such user\r\n", True),
        (b"550-5.1.1 The account that you tried\r\n550 5.1.1 to reach does not exist\r\n", True),
        (b"556 5.1.10 Recipient address has null MX\r\n", True),
        (b"550 5.1.8 Your domain does not exist\r\n", False),
        (b"550 5.1.11 Something new\r\n", False),
        (b"550 No such user, or you are not welcome\r\n", False),
        (b"550 4.1.1 Who knows\r\n", False),
    ],
)
def test_an_address_that_reaches_nobody_is_told(scripted, channel_to, message, answer, fails):
    """By its status alone: the bare 550 of a server that dislikes the sender turns no address off."""
    with pytest.raises(Rejected) as caught:
        channel_to(scripted(RCPT=answer)).send(message)
    assert caught.value.point_failed is fails
    with pytest.raises(Rejected) as caught:  # what is said of the sender
        channel_to(scripted(MAIL=answer)).send(message)
    assert not caught.value.point_failed


@pytest.mark.parametrize("step", ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_connection_that_ends_before_the_mail_is_complete_leaves_nothing(scripted, channel_to, message, step):
    """Whenever it ends: nothing was accepted yet (RFC 5321 §4.2.5)."""
    server = scripted(**{step: "hang up"})
    with pytest.raises(Retryable, match=r"before the mail was complete|no connection"):
        channel_to(server).send(message)
    assert not server.mails


def test_a_server_that_hangs_up_instead_of_listening_never_gets_the_end(scripted, channel_to, message):
    """The end of the mail is not sent to who has hung up, so nobody can have accepted it."""

    def goes(_, connection: socket.socket) -> bool:
        connection.sendall(b"354 Go on\r\n")
        return False

    with pytest.raises(Retryable, match="before the mail was complete"):
        channel_to(scripted(DATA=goes)).send(attrs.evolve(message, text="x\n" * 2_000_000))


@pytest.mark.parametrize(
    ("said", "raised"),
    [(b"552 5.3.4 Too large\r\n", Rejected), (b"421 4.3.2 I close\r\n", Retryable), (b"huh\r\n", Retryable)],
)
def test_a_server_that_speaks_before_the_end_never_gets_it(scripted, channel_to, message, said, raised):
    """What it says counts, and the mail stays incomplete."""

    def interrupts(server, connection: socket.socket) -> bool:
        connection.sendall(b"354 Go on\r\n")
        connection.recv(65536)
        connection.sendall(said)
        while connection.recv(65536):  # to the end of the connection, without an answer
            pass
        server.commands.append("over")
        return False

    server = scripted(DATA=interrupts)
    with pytest.raises(raised):
        channel_to(server).send(attrs.evolve(message, text="x\n" * 2_000_000))
    assert not server.mails


@pytest.mark.parametrize(
    "answer",
    ["hang up", "say nothing", b"huh?\r\n", b"354 Go on\r\n", b"250-Ok\r\n", b"2", b"250-Ok\r\n550 5.1.1 No\r\n"],
)
def test_a_complete_mail_without_a_readable_answer_is_unknown(scripted, channel_to, message, answer):
    """It may have been accepted: nobody can say."""

    def then_ends(_, connection: socket.socket) -> bool:
        connection.sendall(answer)
        return False

    server = scripted(end=then_ends if isinstance(answer, bytes) else answer)
    with pytest.raises(Unknown):
        channel_to(server, timeout=1.5).send(message)
    assert len(server.mails) == 1


@pytest.mark.parametrize("flood", [b"x" * 20_000 + b"\r\n", b"250-and\r\n" * 20_000])
def test_an_answer_without_end_is_no_answer(scripted, channel_to, message, flood):
    """A line too long would be read as a refusal by smtplib, and what goes on for ever would be read for ever."""
    with pytest.raises(Unknown, match="the connection ended"):
        channel_to(scripted(end=flood)).send(message)
    with pytest.raises(Retryable, match="the connection ended"):
        channel_to(scripted(RCPT=flood)).send(message)


def test_a_server_that_drips_holds_nobody_up(scripted, channel_to, message):
    """One limit is for the whole of a sending: a byte now and then does not begin it anew."""

    def drips(server, connection: socket.socket) -> bool:
        while not server.over.wait(0.1):
            connection.sendall(b"2")
        return False

    channel = channel_to(scripted(RCPT=drips), timeout=1.0)
    began = time.monotonic()
    with pytest.raises(Retryable, match="no answer in time"):
        channel.send(message)
    assert time.monotonic() - began < channel.capabilities.send_timeout.total_seconds()


def test_a_server_that_takes_in_nothing_holds_nobody_up(scripted, channel_to, message):
    """The mail never becomes complete."""

    def listens_not(server, connection: socket.socket) -> bool:
        connection.sendall(b"354 Go on\r\n")
        server.over.wait(10)
        return False

    with pytest.raises(Retryable, match="no answer in time before the mail was complete"):
        channel_to(scripted(DATA=listens_not), timeout=3.0).send(attrs.evolve(message, text="x\n" * 2_000_000))


def test_the_engine_waits_longer_than_a_dialogue_may_take(scripted, channel_to):
    """What the channel gives up is known; what the engine gives up is not."""
    channel = channel_to(scripted(), timeout=40.0)
    assert channel.capabilities.send_timeout > timedelta(seconds=40)


def test_no_server_means_that_nothing_left(channel_to, message):
    """A refused connection proves it, and so does a name that is none."""
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]

    with pytest.raises(Retryable, match="no connection: ConnectionRefusedError"):
        channel_to(port=port).send(message)
    with pytest.raises(Retryable, match="no connection: gaierror"):
        channel_to(port=port, host="nobody.invalid", trusted_network=True).send(message)


def test_a_server_that_asks_to_sign_in_is_no_fault_of_the_mail(scripted, channel_to, message):
    """530 says that the house forgot its account."""
    with pytest.raises(Retryable, match=r"530 5\.7\.0"):
        channel_to(scripted(MAIL=b"530 5.7.0 Authentication required\r\n")).send(message)


def test_a_refused_mail_does_not_end_the_connection(scripted, channel_to, message):
    """The next one begins anew on it."""
    server = scripted(RCPT=b"550 5.1.1 No\r\n")
    channel = channel_to(server)
    with pytest.raises(Rejected):
        channel.send(message)
    server.answers["RCPT"] = b"250 Ok\r\n"
    assert channel.send(message).status == "accepted"
    assert server.connections == 1
    assert server.commands.count("RSET") == 1
