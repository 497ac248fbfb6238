"""Connections that are kept: noticed when they died, shared by threads, left alone by children."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from regua.ports import Retryable


def keyed(message, number):
    """The message under another key."""
    return attrs.evolve(message, key=f"{number:032x}")


def test_a_connection_is_kept_for_the_next_mail(office, channel_to, message):
    """One greeting serves both."""
    channel = channel_to(office)
    channel.send(message)
    channel.send(keyed(message, 2))
    assert (office.sessions, len(office.mails)) == (1, 2)


@pytest.mark.parametrize(
    "answer", ["say nothing", "hang up", b"421 4.4.2 Idle for too long\r\n", b"500 What?\r\n", b"huh\r\n"]
)
def test_a_connection_that_died_idle_is_replaced(scripted, channel_to, message, answer):
    """It is noticed before a mail begins, so no doubt comes of it."""
    server = scripted(RSET=answer)
    channel = channel_to(server, timeout=2.0)
    for number in range(2):
        assert channel.send(keyed(message, number)).status == "accepted"
    assert (server.connections, len(server.mails)) == (2, 2)


def test_a_connection_that_ends_with_a_mail_is_not_kept(scripted, channel_to, message):
    """The next mail has a new one."""
    server = scripted(DATA="hang up")
    channel = channel_to(server)
    with pytest.raises(Retryable):
        channel.send(message)
    server.answers["DATA"] = b"354 Go on\r\n"
    assert channel.send(message).status == "accepted"
    assert server.connections == 2


def test_many_threads_send_each_mail_once(office, channel_to, message):
    """Over no more connections than are allowed."""
    channel = channel_to(office, connections=3)
    with ThreadPoolExecutor(8) as threads:
        receipts = list(threads.map(lambda number: channel.send(keyed(message, number)), range(40)))
    assert {each.status for each in receipts} == {"accepted"}
    ids = [mail.content.partition(b"Message-ID: <")[2][:32] for mail in office.mails]
    assert sorted(ids) == [f"{number:032x}".encode() for number in range(40)]
    assert office.sessions <= 3


def test_a_mail_waits_for_a_connection_and_then_comes_later(scripted, channel_to, message):
    """Nothing left, for certain; the one that has the connection waits for its answer a while longer."""
    entered, go_on = threading.Event(), threading.Event()

    def waits(_, connection) -> bool:
        entered.set()
        go_on.wait(10)
        connection.sendall(b"250 Ok\r\n")
        return True

    channel = channel_to(scripted(end=waits), connections=1, timeout=4.5)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(channel.send, message)
        assert entered.wait(10)
        with pytest.raises(Retryable, match="every connection is busy"):
            channel.send(keyed(message, 2))
        go_on.set()
        assert first.result().status == "accepted"


def test_closing_says_goodbye(scripted, channel_to, message):
    """The server need not wait for who is gone."""
    server = scripted()
    channel = channel_to(server)
    channel.send(message)
    channel.close()
    server.close()
    assert server.commands[-1] == "QUIT"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="not run: this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_child_has_connections_of_its_own(office, channel_to, message):
    """It neither speaks on its parent's nor ends them."""
    channel = channel_to(office)
    channel.send(message)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            channel.send(keyed(message, 2))
            channel.close()
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert office.sessions == 2
    channel.send(keyed(message, 3))
    assert (office.sessions, len(office.mails)) == (2, 3)
