"""E-mail addresses: by their form alone, nothing is asked of a name server."""

from __future__ import annotations

import re
from typing import Final

from regua.documents.library import library
from regua.errors import DocumentError

_KIND: Final = "e-mail address"
_LONGEST: Final = 254
_NEVER: Final = re.compile(r'[\s"(),:;<>\[\\\]]')
_RESERVED: Final = re.compile(r"\.(?:invalid|test)$", re.IGNORECASE | re.ASCII)
_SERVED: Final = ".com"


def email(text: str) -> str:
    """Read one plain address.

    Names that are reserved for examples and tests (RFC 2606: `ana@example.invalid`) are read like others.

    Returns:
        The address as servers take it: the domain in lower case, one with accents as `xn--`; what stands before the
        at-sign as it is.

    Raises:
        DocumentError: not exactly one at-sign, more than 254 characters, control characters, spaces, comments, quotes,
            a list or a display name, accents before the at-sign, or a part that cannot be.
        MissingExtra: email-validator is not installed.
    """
    if len(text) > _LONGEST:
        raise DocumentError(_KIND, "too long for any server")
    if not text.isprintable() or _NEVER.search(text):
        raise DocumentError(_KIND, "spaces, control characters, quotes, comments, or more than the address")
    local, at, domain = text.partition("@")
    if not at or "@" in domain:
        raise DocumentError(_KIND, "not exactly one at-sign")
    if not local.isascii():
        raise DocumentError(_KIND, "letters before the at-sign that most servers do not take, such as accents")
    reserved = _RESERVED.search(domain)
    asked = _RESERVED.sub(_SERVED, domain)
    read = _validated(f"{local}@{asked}")
    return read.removesuffix(_SERVED) + reserved[0].lower() if reserved else read


def _validated(address: str) -> str:
    read = _served(address)
    if read is None:
        raise DocumentError(_KIND, _fault(address))
    return read


def _served(address: str) -> str | None:
    validator = library("email_validator")
    checks = {"check_deliverability": False, "allow_smtputf8": False, "strict": True}
    try:
        return str(validator.validate_email(address, **checks).ascii_email)
    except validator.EmailNotValidError:
        return None


def _fault(address: str) -> str:
    local, _, _ = address.partition("@")
    if _served(f"{local}@regua{_SERVED}") is None:
        return "what stands before the at-sign cannot be"
    return "what stands after the at-sign is no domain of the Internet"
