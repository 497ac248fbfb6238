import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from attrs import define, field, frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from regua.ports import Message
from regua_email import Email, EmailConfig

KEY = "0f" * 16
HERE = "127.0.0.1"
SENDER = "cobranca@loja.example"


@pytest.fixture
def message() -> Message:
    """A reminder to Ana."""
    return Message(
        key=KEY,
        creditor="loja",
        debtor="ana",
        channel="email",
        actions=("a1",),
        to="ana@example.org",
        subject="Lembrete: R$ 150,00 vence amanhã",
        text="Olá, Ana.\nA conta vence amanhã.\n",
    )


# certificates


@frozen
class Authority:
    """An authority of our own, and what it certifies: the name `localhost`."""

    trust: Path
    server: ssl.SSLContext


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> Authority:
    """Made once; nobody else trusts it."""
    folder = tmp_path_factory.mktemp("authority")
    ours, theirs = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "regua tests")])
    localhost = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    signed = _certificate(root, root, ours.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    signed = signed.add_extension(_usage(signs=True), critical=True).sign(ours, hashes.SHA256())
    leaf = _certificate(localhost, root, theirs.public_key()).add_extension(names, critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ours.public_key())  # Python 3.13 asks for it
    leaf = leaf.add_extension(_usage(signs=False), critical=True).add_extension(issuer, critical=False)
    leaf = leaf.sign(ours, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(signed.public_bytes(pem))
    shape, secret = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "server.pem").write_bytes(theirs.private_bytes(pem, shape, secret) + leaf.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return Authority(folder / "ca.pem", context)


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
    )
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    return made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


# a real server


@frozen
class Arrived:
    """A mail that a server took, with its envelope."""

    sender: str
    to: tuple[str, ...]
    options: tuple[str, ...]
    content: bytes


@define
class Office:
    """A server of aiosmtpd on this machine, and what arrived there."""

    port: int = 0
    mails: list[Arrived] = field(factory=list)
    accounts: dict[bytes, bytes] = field(factory=dict)
    sessions: int = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses) -> list[str]:  # noqa: ARG002, N802 - aiosmtpd's
        """Count who comes."""
        session.host_name = hostname
        self.sessions += 1
        return responses

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's
        """Keep what arrived."""
        options = (*envelope.mail_options, *envelope.rcpt_options)
        arrived = Arrived(envelope.mail_from, tuple(envelope.rcpt_tos), options, envelope.content)
        self.mails.append(arrived)
        return f"250 2.0.0 Ok: queued as Q{len(self.mails)}"

    def signs_in(self, server, session, envelope, mechanism, data) -> AuthResult:  # noqa: ARG002 - aiosmtpd's
        """Whether the account is known."""
        assert isinstance(data, LoginPassword)
        return AuthResult(success=self.accounts.get(data.login) == data.password)


class _OnPort(Controller):
    """One that takes any free port."""

    @property
    def bound(self) -> int:
        """The port."""
        return int(self.server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        self.port = self.bound
        super()._trigger_server()


@pytest.fixture
def open_office() -> Iterator[Callable[..., Office]]:
    """Opens servers: `tls` from the first byte, or `starttls` by a context; with accounts where some are given."""
    with ExitStack() as open_ones:

        def opened(*, tls=None, starttls=None, accounts=None, **options: object) -> Office:
            office = Office(accounts=accounts or {})
            if starttls is not None:
                options |= {"tls_context": starttls}
            if accounts is not None:
                options |= {"authenticator": office.signs_in, "auth_required": True}
            server = _OnPort(office, hostname=HERE, port=0, ssl_context=tls, **options)
            server.start()
            open_ones.callback(server.stop)
            office.port = server.port
            return office

        yield opened


@pytest.fixture
def office(open_office) -> Office:
    """A server without TLS, as one on the same machine."""
    return open_office()


# a server that answers as it is told

GREETING, END = "greeting", "."
EHLO = b"250-mail.example\r\n250-SIZE 20000000\r\n250 ENHANCEDSTATUSCODES\r\n"
USUAL = {
    GREETING: b"220 mail.example\r\n",
    "EHLO": EHLO,
    "RSET": b"250 2.0.0 Ok\r\n",
    "MAIL": b"250 2.1.0 Ok\r\n",
    "RCPT": b"250 2.1.5 Ok\r\n",
    "DATA": b"354 Go on\r\n",
    END: b"250 2.0.0 Ok: queued as 4ZqD3r\r\n",
    "QUIT": b"221 2.0.0 Bye\r\n",
}
HANG_UP, SAY_NOTHING = "hang up", "say nothing"


class Scripted:
    """A thread for each connection; a step is answered by bytes, or by what the server does instead.

    `commands` has what it was told, without their line ends, and `mails` the complete mails. With `tls` everything goes
    over that from the first byte.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, **answers: bytes | str | Callable[..., object]) -> None:
        named = {"greeting": GREETING, "end": END}
        self.answers = {**USUAL, **{named.get(name, name): each for name, each in answers.items()}}
        self.commands: list[str] = []
        self.mails: list[bytes] = []
        self.connections = 0
        self.over = threading.Event()
        self._tls = tls
        self._listener = socket.create_server((HERE, 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()

    def close(self) -> None:
        """Stop; who still listens is hung up on."""
        if not self.over.is_set():
            self.over.set()
            with suppress(OSError):
                socket.create_connection((HERE, self.port), 1).close()
        for thread in self._threads:
            thread.join()

    def _listen(self) -> None:
        with self._listener:
            while not self.over.is_set():
                connection, _ = self._listener.accept()
                if self.over.is_set():
                    connection.close()
                    return
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, plain: socket.socket) -> None:
        plain.settimeout(10)
        with plain, suppress(OSError), ExitStack() as open_ones:
            connection = plain
            if self._tls is not None:
                connection = open_ones.enter_context(self._tls.wrap_socket(plain, server_side=True))
            _ = self._answered(GREETING, connection) and self.talk(connection)

    def talk(self, connection: socket.socket) -> bool:
        """Answer until somebody hangs up; False, so that a step that talked on ends its connection."""
        with connection.makefile("rb") as lines:
            for line in lines:
                self.commands.append(line.decode("ascii").rstrip("\r\n"))
                step = self.commands[-1].partition(" ")[0].upper()
                if not self._answered(step, connection):
                    break
                if step == "DATA" and self.answers["DATA"][:3] == b"354":
                    self._take(lines)
                    if not self._answered(END, connection):
                        break
        return False

    def _take(self, lines) -> None:
        mail = []
        for line in lines:
            if line == b".\r\n":
                self.mails.append(b"".join(mail))
                return
            mail.append(line.removeprefix(b"."))
        raise OSError("the mail was never complete")

    def _answered(self, step: str, connection: socket.socket) -> bool:
        answer = self.answers.get(step, b"500 5.5.1 What?\r\n")
        if callable(answer):
            return bool(answer(self, connection))
        if answer == HANG_UP:
            return False
        if answer == SAY_NOTHING:
            self.over.wait(10)
            return False
        connection.sendall(answer)
        return not answer.startswith(b"421")


@pytest.fixture
def scripted() -> Iterator[Callable[..., Scripted]]:
    """Opens servers that answer as they are told; what is not said is answered as usual."""
    with ExitStack() as open_ones:

        def opened(**answers: object) -> Scripted:
            server = Scripted(**answers)
            open_ones.callback(server.close)
            return server

        yield opened


# the channel


@pytest.fixture
def channel_to() -> Iterator[Callable[..., Email]]:
    """Opens channels to a server in the clear, on this machine, or as the keys say."""
    with ExitStack() as open_ones:

        def opened(server: Office | Scripted | None = None, **keys: object) -> Email:
            said = {
                "host": HERE,
                "port": server.port if server else None,
                "security": "none",
                "sender": SENDER,
                "timeout": 6.0,
                **keys,
            }
            channel = Email(EmailConfig(**said))
            open_ones.callback(channel.close)
            return channel

        yield opened
