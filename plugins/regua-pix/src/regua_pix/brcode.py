"""The BR Code: the text behind a Pix QR code, also given to copy and paste.

Source: Manual de Padrões para Iniciação do Pix and Manual do BR Code of the Banco Central. Reading is lenient where
banks are (a txid that is too long, a URL with its scheme) and strict where two readers could pay two people; making is
strict. `problems` tells the difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from attrs import field, frozen

from regua.core.money import Money
from regua_pix.fields import WHOLE, PixError, checked_text, named
from regua_pix.keys import read_key
from regua_pix.tlv import check_seal, entries, entry, sealed

BrCodeKind = Literal["static", "dynamic", "composite", "recurrence"]

NAME_LENGTH: Final = 25
CITY_LENGTH: Final = 15
_GUI: Final = "br.gov.bcb.pix"
_NO_TXID: Final = "***"
_REAL: Final = "986"
_ACCOUNTS, _UNRESERVED = range(26, 52), range(80, 100)
_NEEDED: Final = ("52", "53", "58", "59", "60")
_MOST_IN_ENTRY: Final = 99
_AMOUNT: Final = re.compile("[0-9]{1,10}([.][0-9]{1,2})?")
_PRINTABLE: Final = re.compile("[ -~]*")
_URL: Final = re.compile("(?=.{1,77}$)[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+(:[0-9]{1,5})?/[!-~]+")
_FORMS: Final[Mapping[str, tuple[str, re.Pattern[str], str]]] = {
    "26-03": ("withdrawal", re.compile("([0-9]{8})?"), "not the eight digits of an ISPB"),
    "52": ("category", re.compile("[0-9]{4}"), "not the four digits of a category of merchants (ISO 18245)"),
    "61": ("cep", re.compile("([0-9]{8})?"), "not eight digits"),
    "62-05": ("txid", re.compile("[A-Za-z0-9]{0,25}"), "not up to 25 letters and digits without accents"),
}


@frozen(kw_only=True)
class BrCode:
    """What a BR Code says. Its repr holds no personal data.

    Attributes:
        key: Pix key of the payee, of a static code; or "".
        url: where the bank keeps the charge, of a dynamic code, without `https://`; or "".
        recurrence: URL of a Pix Automático beside or instead of the payment, without `https://`; or "".
        name: of the payee, at most 25 characters, without accents.
        city: of the payee, at most 15 characters, without accents.
        cep: of the payee, eight digits, or "".
        amount: in BRL, or None where the payer chooses or the charge behind the URL says it.
        txid: the payee's own id of the payment, by which it is found again, at most 25 letters and digits; "" for none,
            as in every dynamic code.
        info: text for the payer, of a static code, or "".
        withdrawal: ISPB of the bank that serves a withdrawal (Pix Saque), or "".
        once: whether it says that it is to be paid only once.
        category: of the merchant, ISO 18245, four digits.
    """

    key: str = field(default="", repr=False)
    url: str = field(default="", repr=False)
    recurrence: str = field(default="", repr=False)
    name: str = field(repr=False)
    city: str = field(repr=False)
    cep: str = field(default="", repr=False)
    amount: Money | None = None
    txid: str = ""
    info: str = field(default="", repr=False)
    withdrawal: str = ""
    once: bool = False
    category: str = "0000"

    @property
    def kind(self) -> BrCodeKind:
        """`static` pays a key, `dynamic` a charge; `recurrence` allows a Pix Automático, `composite` does both."""
        if self.recurrence:
            return "composite" if self.key or self.url else "recurrence"
        return "dynamic" if self.url else "static"


def fitted(text: str, most: int) -> str:
    """What of a name fits into a code: without accents and without what is no ASCII, cut where it is too long.

    Args:
        text: as its owner writes it.
        most: `NAME_LENGTH` or `CITY_LENGTH`.
    """
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = " ".join("".join(each if each.isprintable() else " " for each in bare).split())
    return words[:most].rstrip()


# reading


def read(text: str) -> BrCode:
    """Read a BR Code; spaces and line breaks around it do not matter.

    Templates of other arrangements beside Pix are passed over, and so are tags that Pix does not use.

    Raises:
        PixError: the checksum belongs to another text, tags and lengths do not fit, a field is missing or comes twice,
            or it is no code of Pix, of Brazil and in reais.
    """
    text = checked_text(WHOLE, text).strip()
    check_seal(text)
    found = entries(text)
    _check_frame(found)
    account, within = _template(found, _ACCOUNTS, of="26")
    recurring, _ = _template(found, _UNRESERVED, of="80")
    if not within:
        raise PixError(named("26"), f"no template of {_GUI}: no code of Pix")
    code = BrCode(
        key=account.get("01", ""),
        url=account.get("25", ""),
        recurrence=recurring.get("25", ""),
        name=found["59"],
        city=found["60"],
        cep=found.get("61", ""),
        amount=_amount(found.get("54")),
        txid=_txid(found),
        info=account.get("02", ""),
        withdrawal=account.get("03", ""),
        once=_once(found.get("01")),
        category=found["52"],
    )
    _check_payee(code)
    return code


def _check_frame(found: Mapping[str, str]) -> None:
    tags = [*found]
    if tags[0] != "00" or found["00"] != "01":
        raise PixError(named("00"), "a BR Code begins with 000201")
    if tags[-1] != "63":
        raise PixError(named("63"), "not the last field: what looks like it stands inside another")
    for tag in _NEEDED:
        if not found.get(tag):
            raise PixError(named(tag), "missing")
    if found["58"] != "BR":
        raise PixError(named("58"), "not BR")
    if found["53"] != _REAL:
        raise PixError(named("53"), f"not {_REAL}, the real")


def _template(found: Mapping[str, str], tags: range, *, of: str) -> tuple[dict[str, str], str]:
    """The entries of Pix among the templates of those tags, and the tag that they stand in; nothing and "" for none."""
    ours = [tag for tag in map(str, tags) if _is_ours(found.get(tag, ""))]
    if len(ours) > 1:
        raise PixError(named(ours[1], of=of), f"Pix comes twice, in {ours[0]} too")
    return (entries(found[ours[0]], within=ours[0], of=of), ours[0]) if ours else ({}, "")


def _is_ours(value: str) -> bool:
    return value.lower().startswith(entry("00", _GUI))


def _amount(text: str | None) -> Money | None:
    if text is None:
        return None
    if not _AMOUNT.fullmatch(text):
        raise PixError(named("54"), "not an amount of up to ten digits, a point and two digits")
    return Money.of(text)


def _once(text: str | None) -> bool:
    if text not in {None, "11", "12"}:
        raise PixError(named("01"), "neither 11 nor 12")
    return text == "12"


def _txid(found: Mapping[str, str]) -> str:
    text = entries(found.get("62", ""), within="62", of="62").get("05", _NO_TXID)
    return "" if text == _NO_TXID else text


def _check_payee(code: BrCode) -> None:
    if code.key and code.url:
        raise PixError(named("26-25"), "a key and a URL: one reader would pay the key, another the charge")
    if not (code.key or code.url or code.recurrence):
        raise PixError(named("26"), "neither key nor URL")


# making


def make(code: BrCode) -> str:
    """Write a BR Code; `read` gives the same back.

    Raises:
        PixError: the first of `problems`.
        MissingExtra: the library that checks the key is not installed.
    """
    for problem in problems(code):
        raise problem
    account = _account(code)
    recurring = entry("00", _GUI) + entry("25", code.recurrence) if code.recurrence else ""
    parts = {
        "00": "01",
        "01": "12" if code.once else "",
        "26": account,
        "52": code.category,
        "53": _REAL,
        "54": "" if code.amount is None else str(code.amount.amount),
        "58": "BR",
        "59": code.name,
        "60": code.city,
        "61": code.cep,
        "62": entry("05", code.txid or _NO_TXID),
        "80": recurring,
    }
    return sealed("".join(entry(tag, value) for tag, value in parts.items()))


def _account(code: BrCode) -> str:
    parts = {"00": _GUI, "01": code.key, "02": code.info, "03": code.withdrawal, "25": code.url}
    return "".join(entry(tag, value) for tag, value in parts.items())


def problems(code: BrCode) -> Iterator[PixError]:
    """Why a code cannot be made as it is, field by field. One that was read may have some: banks are lenient.

    Raises:
        MissingExtra: the library that checks the key is not installed.
    """
    yield from _of_account(code)
    for tag, (name, form, reason) in _FORMS.items():
        if not form.fullmatch(getattr(code, name)):
            yield PixError(named(tag), reason)
    yield from _of_amount(code.amount)
    yield from _of_text("59", code.name, NAME_LENGTH)
    yield from _of_text("60", code.city, CITY_LENGTH)
    if code.txid and code.kind != "static":
        yield PixError(named("62-05"), "a txid goes with a key alone: of a charge it stands behind the URL")


def _of_account(code: BrCode) -> Iterator[PixError]:
    if (code.key and code.url) or not (code.key or code.url or code.recurrence):
        yield PixError(named("26"), "give a key or a URL, and not both")
    elif code.key:
        yield from _of_key(code)
    elif code.info or code.withdrawal:
        yield PixError(named("26-02" if code.info else "26-03"), "goes with a key alone")
    for tag, url in (("26-25", code.url), ("80-25", code.recurrence)):
        if url and not _URL.fullmatch(url):
            yield PixError(named(tag), "not a host, a slash and a path of together 77 characters, without https://")


def _of_key(code: BrCode) -> Iterator[PixError]:
    try:
        if read_key(code.key).value != code.key:
            yield PixError(named("26-01"), "not as the directory keeps it: `read_key` gives that")
    except PixError as error:
        yield error
    excess = len(_account(code)) - _MOST_IN_ENTRY
    if not _PRINTABLE.fullmatch(code.info):
        yield PixError(named("26-02"), "more than ASCII: `fitted` takes accents away")
    elif excess > 0:
        yield PixError(named("26-02" if code.info else "26-01"), f"{excess} characters too long for the template")


def _of_amount(amount: Money | None) -> Iterator[PixError]:
    if amount is None:
        return
    if amount.currency != "BRL":
        yield PixError(named("54"), "not in BRL")
    elif amount.minor <= 0 or not _AMOUNT.fullmatch(str(amount.amount)):
        yield PixError(
            named("54"), "not above zero with at most ten digits before the point; None lets the payer choose"
        )


def _of_text(tag: str, text: str, most: int) -> Iterator[PixError]:
    if not text.strip():
        yield PixError(named(tag), "missing")
    elif not _PRINTABLE.fullmatch(text):
        yield PixError(named(tag), "more than ASCII: `fitted` takes accents away")
    elif len(text) > most:
        yield PixError(named(tag), f"{len(text)} characters, and at most {most} are allowed: `fitted` cuts it")
