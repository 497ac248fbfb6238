"""Plain e-mail addresses: one mailbox, no name, no comment, no list, and nothing that a mail program would decode."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LONGEST: Final = 254
_LONGEST_LOCAL: Final = 64


class AddressError(ValueError):
    """No plain address; never repeats it."""


def plain_address(text: str) -> str:
    """Read one address as it goes over the wire: RFC 5321 without quoted names and address literals.

    Returns:
        The address, a domain with accents as `xn--`.

    Raises:
        AddressError: it is none, or has letters beyond ASCII before the at-sign, which few servers take (RFC 6531).
    """
    local, _, domain = text.rpartition("@")
    if "=?" in local or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        raise AddressError("not one plain address of letters, digits and signs")
    served = domain if domain.isascii() or len(domain) > _LONGEST else _served(domain)
    if not _DOMAIN.fullmatch(served) or len(local) + 1 + len(served) > _LONGEST:
        raise AddressError("what stands after the at-sign is no domain")
    return f"{local}@{served}"


def is_domain(text: str) -> bool:
    """Whether a name server may be asked for it."""
    return bool(_DOMAIN.fullmatch(text))


def domain_of(address: str) -> str:
    """What stands after the at-sign."""
    return address.rpartition("@")[2]


def _served(domain: str) -> str:
    """As name servers have it; "" where the standard library would write another domain, as `strasse` for `straße`."""
    try:
        served = domain.encode("idna")
        return served.decode("ascii") if served.decode("idna").lower() == normalize("NFC", domain).lower() else ""
    except UnicodeError:
        return ""
