"""AES-256-GCM: what is sealed is read only with its key, and only where it was put. Needs `regua[vault]`."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping
from secrets import token_bytes
from typing import Any, Final

from attrs import frozen

from regua.errors import MissingExtra

SEALED: Final = "regua:sealed"
"""The one field of what is kept sealed."""
SALT: Final = "regua:salt"
"""The reference of what the hash of each message is salted with; once it is erased, nobody guesses what was sent."""
_FORMAT: Final = "1"
_NONCE_BYTES: Final = 12


@frozen
class Seal:
    """What is kept under one reference, as ciphertext.

    Attributes:
        key: id of the key.
        content: the nonce, then the ciphertext with its tag.
    """

    key: str
    content: bytes

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Seal | None:
        """Read what a store keeps; None where it is kept in clear."""
        if fields.keys() != {SEALED}:
            return None
        version, _, rest = fields[SEALED].partition(".")
        key, _, content = rest.partition(".")
        try:
            return cls(key, b64decode(content, validate=True)) if version == _FORMAT else cls(key, b"")
        except Error:
            return cls(key, b"")

    @property
    def fields(self) -> Mapping[str, str]:
        """As a store keeps it."""
        return {SEALED: f"{_FORMAT}.{self.key}.{b64encode(self.content).decode()}"}


def seal(key: tuple[str, bytes], fields: Mapping[str, str], *about: str) -> Seal:
    """Seal fields under a key, given with its id, for the one place that `about` names."""
    id_, secret = key
    return Seal(id_, encrypt(secret, json.dumps(dict(fields), ensure_ascii=False).encode(), *about))


def unseal(secret: bytes, sealed: Seal, *about: str) -> dict[str, str] | None:
    """Read what was sealed; None where it was altered, or comes from elsewhere."""
    found = decrypt(secret, sealed.content, *about)
    return None if found is None else dict(json.loads(found))


def encrypt(secret: bytes, plain: bytes, *about: str) -> bytes:
    """Encrypt under a new nonce; `about` is not in the result, and has to be known to read it."""
    nonce = token_bytes(_NONCE_BYTES)
    content: bytes = _cipher(secret).encrypt(nonce, plain, _about(about))
    return nonce + content


def decrypt(secret: bytes, content: bytes, *about: str) -> bytes | None:
    """Decrypt; None where it is not what was encrypted, under another key, or about something else."""
    cipher = _cipher(secret)
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - an extra

    try:
        plain: bytes = cipher.decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], _about(about))
    except (InvalidTag, ValueError):  # a nonce that was cut off
        return None
    return plain


def check_installed() -> None:
    """Say at once where the library is missing.

    Raises:
        MissingExtra: it is.
    """
    _cipher(bytes(32))


def _cipher(secret: bytes) -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtra("cryptography", "vault") from None
    return AESGCM(secret)


def _about(parts: tuple[str, ...]) -> bytes:
    return json.dumps(parts, ensure_ascii=False).encode()
