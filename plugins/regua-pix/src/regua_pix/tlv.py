"""Tags, lengths and checksum of a BR Code (EMV QR Code Specification for Payment Systems, merchant-presented)."""

from __future__ import annotations

import re
from binascii import crc_hqx
from typing import Final

from regua_pix.fields import WHOLE, PixError, named

LONGEST: Final = 512
"""Characters of a whole code (EMV, §3.3)."""
_HEADER: Final = re.compile("([0-9]{2})([0-9]{2})")
_SEALED: Final = re.compile("(.*6304)([0-9A-Fa-f]{4})", re.DOTALL)
_SEED: Final = 0xFFFF


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE of a text in UTF-8 (polynomial 0x1021, seed 0xFFFF), four hexadecimal digits in upper case."""
    return f"{crc_hqx(text.encode('utf-8', 'surrogatepass'), _SEED):04X}"


def entry(tag: str, value: str) -> str:
    """One tag, length and value; nothing for an empty value, which EMV does not know."""
    return f"{tag}{len(value):02}{value}" if value else ""


def entries(text: str, *, within: str = "", of: str = "") -> dict[str, str]:
    """Take a text apart, in its order.

    Args:
        text: tags, lengths (in characters) and values, one after the other.
        within: the tag that it is the value of, for the names of fields.
        of: the tag whose names that one takes, where it is another.

    Raises:
        PixError: no tag and length where one begins, a value shorter than its length, a tag that comes twice.
    """
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        header = _HEADER.match(text, place)
        if header is None:
            after = f"after tag {[*found][-1]} " if found else ""
            where = named(within, of=of) if within else WHOLE
            raise PixError(where, f"{after}no tag and length of two digits each at character {place + 1}")
        tag, length = header[1], int(header[2])
        where = named(f"{within}-{tag}" if within else tag, of=f"{of}-{tag}" if of else "")
        if tag in found:
            raise PixError(where, "comes twice")
        found[tag] = text[header.end() : header.end() + length]
        if len(found[tag]) < length:
            message = f"the text ends after {len(found[tag])} of {length} characters; a length before may be wrong, too"
            raise PixError(where, message)
        place = header.end() + length
    return found


def sealed(text: str) -> str:
    """Write the checksum behind a code."""
    text += "6304"
    return text + crc(text)


def check_seal(text: str) -> None:
    """Look at the checksum; its letters may be in lower case.

    Raises:
        PixError: there is none at the end, or it belongs to another text.
    """
    if len(text) > LONGEST:
        raise PixError(WHOLE, f"longer than the {LONGEST} characters of any BR Code")
    match = _SEALED.fullmatch(text)
    if match is None:
        raise PixError(
            named("63"), "not at the end as 6304 and four hexadecimal digits: the text is cut, or no BR Code"
        )
    if match[2].upper() != crc(match[1]):
        raise PixError(named("63"), "belongs to another text: a character is wrong, missing or too many")
