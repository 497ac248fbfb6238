"""Pix for regua: the BR Code read and made, the charge with a due date (cobv), and the QR code.

    code = regua_pix.read("00020126…6304A1B2")       # BrCode(key="…", amount=Money.of("123.45"), …)
    text = regua_pix.make(BrCode(key="…", name="EMPRESA EXEMPLO LTDA", city="SAO PAULO"))
    regua_pix.svg(text)

What cannot be read or made is a `PixError`, which names the field and repeats nothing of what stands in it.

brcode      the text behind a Pix QR code
keys        what a Pix key is
cobv        the body of a charge with a due date, of the API Pix
modalities  its fine, interest, rebate and discounts, and our charges
qr          the picture
tlv         tags, lengths and checksum of a BR Code
fields      the names of fields, and the error
"""

from regua_pix.brcode import CITY_LENGTH, NAME_LENGTH, BrCode, BrCodeKind, fitted, make, problems, read
from regua_pix.cobv import Cobv, cobv_body, read_cobv
from regua_pix.fields import PixError
from regua_pix.keys import KeyKind, PixKey, read_key
from regua_pix.qr import png, svg

__all__ = [
    "CITY_LENGTH",
    "NAME_LENGTH",
    "BrCode",
    "BrCodeKind",
    "Cobv",
    "KeyKind",
    "PixError",
    "PixKey",
    "cobv_body",
    "fitted",
    "make",
    "png",
    "problems",
    "read",
    "read_cobv",
    "read_key",
    "svg",
]
