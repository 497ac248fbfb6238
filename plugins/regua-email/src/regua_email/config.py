"""The keys of the channel in `regua.toml`, and what they may not say together."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from attrs import field, frozen

from regua_email.addresses import AddressError, is_domain, plain_address
from regua_email.keys import PLACE, Keys

PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
PLACES: Final = frozenset({"key", "creditor", "debtor", "token"})
"""What a link for who wants no more mails may hold."""

_MOST_CONNECTIONS: Final = 1_000
_SAMPLE: Final = "0" * 32
_BARE: Final = re.compile(r"[!-;=?-~]+")


@frozen(kw_only=True)
class EmailConfig:
    """Keys of the channel in `regua.toml`.

    Attributes:
        host: name of the server that takes mails over, as its certificate has it.
        port: by default 587, with `tls` 465, with `none` 25.
        security: `starttls` begins in the clear and goes on only over TLS, `tls` is TLS from the first byte, `none` is
            for a server on this machine.
        trusted_network: with `none`, whether a server elsewhere may be used: who is on the way reads every mail.
        trust: a PEM file of the authorities that are trusted in place of the system's.
        user: of the account, or "" where the server asks for none.
        password: as `"env:NAME"`; it goes over TLS alone.
        sender: the address that mails come from; its domain ends their Message-ID.
        sender_name: what is shown beside it.
        reply_to: the address that answers go to, or "" for the sender's.
        envelope: the address that bounces go to, by default the sender's; with `{key}` before the at-sign each mail
            has one of its own, such as `bounces+{key}@loja.example`.
        secret: as `"env:NAME"`; signs the bounces that the host hands in, and the `{token}` of links.
        delivery_reports: whether the server is asked to report every delivery (RFC 3461), and one that does not offer
            that is not used.
        unsubscribe: links for who wants no more mails, `https:` or `mailto:`, in which `{key}`, `{creditor}`,
            `{debtor}` and `{token}` are filled in; mail programs call an `https:` one by one click (RFC 8058).
        timeout: seconds for the whole of a sending; the last third of it is for the answer to the complete mail.
        connections: at most so many at once; they stay open from one mail to the next.

    Raises:
        ValueError: what they say cannot be meant.
    """

    host: str
    port: int | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    trusted_network: bool = False
    trust: Path | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str
    sender_name: str = ""
    reply_to: str = ""
    envelope: str = ""
    secret: str = field(default="", repr=False)
    delivery_reports: bool = False
    unsubscribe: tuple[str, ...] = ()
    timeout: float = 60.0
    connections: int = 4

    def __attrs_post_init__(self) -> None:
        _check_server(self)
        _check_account(self)
        _check_address("sender", self.sender)
        if self.reply_to:
            _check_address("reply_to", self.reply_to)
        local, _, domain = self.envelope.rpartition("@")
        if re.search("[{}]", local.replace(PLACE, "", 1) + domain):
            raise ValueError("{key} stands in 'envelope' once, before the at-sign, and no other brace")
        if self.envelope:
            _check_address("envelope", self.envelope.replace(PLACE, _SAMPLE))
        for link in self.unsubscribe:
            _check_link(link, self)

    @property
    def address(self) -> str:
        """The sender's, as it goes over the wire."""
        return plain_address(self.sender)

    @property
    def keys(self) -> Keys:
        """How keys are written into mails."""
        return Keys(sender=self.address, envelope=plain_address(self.envelope or self.sender))

    @property
    def server_port(self) -> int:
        """The port, also where none is said."""
        return PORTS[self.security] if self.port is None else self.port


def _check_server(config: EmailConfig) -> None:
    if not is_domain(config.host) and _address(config.host) is None:
        raise ValueError("'host' is the name of a server, such as smtp.example.com")
    if not 0 < config.server_port < 1 << 16:
        raise ValueError("'port' is from 1 to 65535")
    if not 1 <= config.timeout <= 24 * 3600:
        raise ValueError("'timeout' is from 1 second to a day")
    if not 1 <= config.connections <= _MOST_CONNECTIONS:
        raise ValueError(f"'connections' is from 1 to {_MOST_CONNECTIONS}")


def _check_account(config: EmailConfig) -> None:
    if bool(config.user) != bool(config.password):
        raise ValueError("'user' and 'password' go together")
    if "\0" in config.user + config.password:
        raise ValueError("'user' and 'password' are texts without NUL")
    if config.security != "none":
        return
    if config.user:
        raise ValueError("security = 'none' would send the password in the clear; use 'starttls' or 'tls'")
    if not config.trusted_network and not _is_here(config.host):
        message = "security = 'none' is for a server on this machine; use 'starttls' or 'tls', or say "
        raise ValueError(f"{message}trusted_network = true where nobody else is on the way")


def _is_here(host: str) -> bool:
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _check_address(name: str, text: str) -> None:
    try:
        plain_address(text)
    except AddressError as error:
        raise ValueError(f"{name!r} is an address such as cobranca@loja.example: {error}") from None


def _check_link(link: str, config: EmailConfig) -> None:
    places = set(re.findall(r"\{([^{}]*)\}", link))
    if not _BARE.fullmatch(link) or urlsplit(link).scheme not in {"https", "mailto"}:
        raise ValueError("'unsubscribe' has links that begin with https: or mailto:")
    if not places <= PLACES or re.search("[{}]", re.sub(r"\{[^{}]*\}", "", link)):
        raise ValueError(f"'unsubscribe' may hold {', '.join(f'{{{place}}}' for place in sorted(PLACES))}")
    if "token" in places and not config.secret:
        raise ValueError("the {token} of 'unsubscribe' needs 'secret'")
