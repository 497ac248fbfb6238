"""One connection to the server: smtplib's, with one time limit for a whole sending, and TLS that nobody takes away."""

from __future__ import annotations

import binascii
import smtplib
import socket
import ssl
from contextlib import suppress
from typing import Any, Final

from regua.ports import Retryable
from regua_email.addresses import domain_of
from regua_email.answers import MOST, Answers, Budget, Reply
from regua_email.config import EmailConfig

_FOR_A_SIGN: Final = 1 / 4
_READY: Final = 220
_OK: Final = 250
_GO_ON: Final = 334
_WELCOME: Final = 235


class Session(smtplib.SMTP):
    """A connection that is ready for a mail. What ends it is an `OSError`: those of smtplib and of TLS are such, too.

    Args:
        config: of the channel.
        context: of TLS.
        budget: of the sending that opens it; each further one sets its own.

    Raises:
        Retryable: the server cannot be used now, or not as the config asks.
    """

    def __init__(self, config: EmailConfig, context: ssl.SSLContext | None, budget: Budget) -> None:
        super().__init__(local_hostname=domain_of(config.address))
        self.budget = budget
        self.file: Any = None
        try:
            self._open(config, context)
        except Retryable:
            self.close()
            raise
        except OSError as error:
            self.close()
            raise Retryable(reason=f"no connection: {_why(error)}") from None
        except BaseException:
            self.close()
            raise

    # smtplib's own

    def getreply(self) -> tuple[int, bytes]:
        """Read one answer, within the budget."""
        if self.file is None:
            self.file = Answers(self._received)
        answers = self.file
        answers.begin()
        code, text = super().getreply()  # of a line too long it makes an exception, and no answer
        return (code if len(answers.codes) == 1 else -1), text

    def send(self, s: Any) -> None:
        """Send some bytes, within the budget."""
        if self.sock is not None:
            self.sock.settimeout(self.budget.left())
        super().send(s)

    # what a mail needs

    @property
    def is_open(self) -> bool:
        """Whether it may be used for another mail."""
        return self.sock is not None

    def ask(self, command: str, arguments: str = "") -> Reply:
        """Say one thing and read the answer."""
        return Reply(*self.docmd(command, arguments))

    def answer(self) -> Reply:
        """Read an answer that is to come."""
        return Reply(*self.getreply())

    def is_well(self, budget: Budget) -> bool:
        """Whether the server is there and begins anew; what ended while nothing was sent is noticed here.

        Args:
            budget: of the next mail; one that says nothing leaves enough of it for another connection.
        """
        try:
            self.budget = budget.share(_FOR_A_SIGN)
            well = self.ask("RSET").code == _OK
        except OSError:
            return False
        self.budget = budget
        return well

    def has_spoken(self) -> bool:
        """Whether the server said something, or hung up, while it was its turn to listen."""
        sock = self._socket()
        if self.file is not None and self.file.has_more:
            return True
        sock.settimeout(0)
        try:
            more = sock.recv(MOST)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        if self.file is not None:
            self.file.hold(more)
        return True

    def leave(self) -> None:
        """Take leave and hang up."""
        with suppress(OSError):
            self.putcmd("QUIT")
        self.close()

    # how it begins

    def _open(self, config: EmailConfig, context: ssl.SSLContext | None) -> None:
        self.sock = self._connected(config)
        if context is not None and config.security == "tls":
            self._wrap(context, config.host)
        _expect(self.answer(), _READY, "greeting")
        _expect(self._greet(), _OK, "EHLO")
        if context is not None and config.security == "starttls":
            self._start_tls(context, config.host)
        if config.user:
            self._sign_in(config.user, config.password)
        if config.delivery_reports and not self.has_extn("dsn"):
            raise Retryable(reason="the server offers no delivery reports (DSN); say delivery_reports = false")

    def _connected(self, config: EmailConfig) -> socket.socket:
        """The first of the server's addresses that answers; each may take its share of the time."""
        found = socket.getaddrinfo(config.host, config.server_port, type=socket.SOCK_STREAM)
        problem: OSError = OSError("no address")
        for number, (*_, address) in enumerate(found):
            place = str(address[0]), config.server_port
            try:
                sock = socket.create_connection(place, self.budget.left() / (len(found) - number))
            except OSError as error:
                problem = error
            else:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the end of a mail waits for nothing
                return sock
        raise problem

    def _greet(self) -> Reply:
        return Reply(*self.ehlo())

    def _start_tls(self, context: ssl.SSLContext, host: str) -> None:
        if not self.has_extn("starttls"):
            raise Retryable(reason="the server offers no STARTTLS, or somebody on the way hides it")
        _expect(self.ask("STARTTLS"), _READY, "STARTTLS")
        if self.file is not None and self.file.has_more:  # somebody on the way would have it read as said under TLS
            raise Retryable(reason="the server went on in the clear after STARTTLS")
        self._wrap(context, host)
        _expect(self._greet(), _OK, "EHLO")

    def _wrap(self, context: ssl.SSLContext, host: str) -> None:
        sock = self._socket()
        sock.settimeout(self.budget.left())
        self.sock = context.wrap_socket(sock, server_hostname=host)
        self.file = None

    def _sign_in(self, user: str, password: str) -> None:
        """By PLAIN or LOGIN, under TLS; smtplib's own takes no letters beyond ASCII."""
        offered = self.esmtp_features.get("auth", "").upper().replace("=", " ").split()
        if "PLAIN" in offered:
            reply = self.ask("AUTH", f"PLAIN {_base64(f'{chr(0)}{user}{chr(0)}{password}')}")
        elif "LOGIN" in offered:
            _expect(self.ask("AUTH", "LOGIN"), _GO_ON, "AUTH")
            _expect(self.ask(_base64(user)), _GO_ON, "AUTH")
            reply = self.ask(_base64(password))
        else:
            raise Retryable(reason="the server offers neither AUTH PLAIN nor AUTH LOGIN")
        _expect(reply, _WELCOME, "AUTH")

    def _received(self) -> bytes:
        sock = self._socket()
        sock.settimeout(self.budget.left())
        return bytes(sock.recv(MOST))

    def _socket(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        return self.sock


def _expect(reply: Reply, code: int, step: str) -> None:
    """What goes wrong before there is a mail is no fault of it."""
    if reply.code != code:
        raise Retryable(reason=f"{step} answered by {reply}")


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the server's certificate is not trusted: {error.verify_message}"
    return type(error).__name__


def _base64(text: str) -> str:
    return binascii.b2a_base64(text.encode("utf-8", "surrogateescape"), newline=False).decode()
