"""A provider without a vendor: it writes boletos by the bank's layout and tells nobody.

The creditor's bank learns of each from the creditor, by a remessa or by hand, before it is paid. Nothing is stored: all
that it knows of a boleto is in its reference. One receivable has one nosso número: what is reissued is altered, so that
who pays the sheet before pays the same title.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar, Final

from attrs import evolve, field, frozen

from regua.core.dates import parse_date
from regua.core.money import Money
from regua.errors import DateError, Rejected
from regua.ports import Boleto, BoletoCapabilities, BoletoOrder
from regua_boleto.bank import BankSlip
from regua_boleto.banks import LAYOUTS
from regua_boleto.free import make_free
from regua_boleto.layouts import FreeField, Layout
from regua_boleto.problems import BoletoError
from regua_boleto.sheet import Party, Sheet, print_sheet

_REFERENCE: Final = re.compile(r"(.+)/([1-9][0-9]{0,17})/([0-9-]{10})/([0-9]{1,13})(/cancelled)?")
_TXID: Final = "REGUA{:011}"


@frozen(kw_only=True)
class OfflineConfig:
    """Whose boletos they are.

    Attributes:
        bank: its three digits.
        bank_name: as the sheet shows it.
        bank_code: as the bank prints it, such as `341-7`.
        fields: what the bank's layout is given (`make_free`), without the nosso número.
        first_number: nosso número of the first; the numbers from it on belong to regua alone.
        name: of the beneficiary.
        document: CPF or CNPJ of the beneficiary.
        city: of the beneficiary, for the Pix QR code.
        account: branch and code of the beneficiary, as the bank prints them.
        pix_key: Pix key of the beneficiary, or "" for no QR code; needs regua-pix.
    """

    bank: str
    bank_name: str = ""
    bank_code: str = ""
    fields: Mapping[str, str]
    first_number: int = 1
    name: str
    document: str
    city: str = ""
    account: str = ""
    pix_key: str = field(default="", repr=False)


@frozen
class _Title:
    """What a reference says."""

    instrument: str
    number: int
    due: date
    minor: int
    cancelled: bool = False

    @property
    def reference(self) -> str:
        return f"{self.instrument}/{self.number}/{self.due}/{self.minor}" + ("/cancelled" if self.cancelled else "")


class OfflineProvider:
    """The provider. Its boletos are registered as far as it knows, and paid as far as the creditor records.

    Raises:
        ValueError: the bank has no layout with these fields, or one of them is wrong.
    """

    name = "offline"
    capabilities: ClassVar[BoletoCapabilities] = BoletoCapabilities(
        delivery="idempotent", key_ttl=timedelta(days=3650), alters=frozenset({"amount", "due"}), pdf=True
    )
    """The same order is the same boleto, at any time."""
    Config: ClassVar[type[Any]] = OfflineConfig

    def __init__(self, config: OfflineConfig) -> None:
        self._config = config
        self._width = next(iter(_number_widths(config)), 0)
        try:
            self._free(_Title("first", 1, date.min, 0))
        except BoletoError as error:
            raise ValueError(str(error)) from None

    def issue(self, order: BoletoOrder) -> Boleto:
        """Write one."""
        if order.amount.currency != "BRL":
            raise Rejected("a boleto asks an amount in BRL")
        return self._boleto(_Title(order.instrument, order.number, order.due, order.amount.minor))

    def read(self, reference: str) -> Boleto:
        """Write it again."""
        return self._boleto(_title(reference))

    def alter(self, reference: str, *, key: str, amount: Money | None = None, due: date | None = None) -> Boleto:  # noqa: ARG002 - it is the same each time
        """Write it with another amount or day, under the same nosso número and another reference."""
        title = _title(reference)
        if title.cancelled:
            raise Rejected("it is cancelled")
        return self._boleto(evolve(title, minor=title.minor if amount is None else amount.minor, due=due or title.due))

    def cancel(self, reference: str, *, key: str) -> Boleto:  # noqa: ARG002 - as above
        """Say so, under another reference; the bank is told by the creditor."""
        return self._boleto(evolve(_title(reference), cancelled=True))

    def pdf(self, boleto: Boleto, order: BoletoOrder) -> bytes:
        """The sheet, with the Pix QR code where there is a key; needs `regua-boleto[pdf]`."""
        config, title = self._config, _title(boleto.reference)
        free = self._free(title)
        payer = order.payer
        sheet = Sheet(
            slip=self._slip(title, free),
            bank_name=config.bank_name,
            bank_code=config.bank_code,
            beneficiary=Party(name=config.name, document=config.document),
            payer=Party(
                name=payer.get("name", ""),
                document=payer.get("document", ""),
                address=tuple(filter(None, [payer.get("address", "")])),
            ),
            account=config.account,
            nosso_numero=free.nosso_numero,
            document_number=order.instrument,
            issued=order.issued_on,
            wallet=config.fields.get("carteira", ""),
            pix=boleto.pix,
        )
        return print_sheet(sheet)

    def close(self) -> None:
        """There is nothing to give back."""

    def _boleto(self, title: _Title) -> Boleto:
        try:
            free = self._free(title)
            slip = self._slip(title, free)
        except BoletoError as error:
            raise Rejected(str(error)) from None
        return Boleto(
            instrument=title.instrument,
            reference=title.reference,
            nosso_numero=free.nosso_numero,
            line=slip.line,
            barcode=slip.barcode,
            amount=slip.amount,
            due=title.due,
            status="cancelled" if title.cancelled else "registered",
            pix=self._pix(title),
        )

    def _free(self, title: _Title) -> FreeField:
        number = f"{self._config.first_number + title.number - 1:0{self._width}}"
        return make_free(self._config.bank, {**self._config.fields, "nosso_numero": number})

    def _slip(self, title: _Title, free: FreeField) -> BankSlip:
        return BankSlip(bank=self._config.bank, due=title.due, amount=Money(title.minor), free=free.digits)

    def _pix(self, title: _Title) -> str:
        if not self._config.pix_key or title.cancelled:
            return ""
        from regua_pix import CITY_LENGTH, NAME_LENGTH, BrCode, PixError, fitted, make  # noqa: PLC0415 - optional

        code = BrCode(
            key=self._config.pix_key,
            name=fitted(self._config.name, NAME_LENGTH),
            city=fitted(self._config.city, CITY_LENGTH),
            amount=Money(title.minor),
            txid=_TXID.format(title.number),
        )
        try:
            return make(code)
        except PixError as error:
            raise Rejected(str(error)) from None


def _number_widths(config: OfflineConfig) -> list[int]:
    """The widths of the nosso número in the layouts of the bank that take just those fields."""
    takes = {*config.fields, "nosso_numero"}
    layouts: list[Layout] = [each for each in LAYOUTS if each.bank == config.bank and {*each.given} == takes]
    return [each.given["nosso_numero"].width for each in layouts]


def _title(reference: str) -> _Title:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise Rejected("nobody issued that boleto here")
    try:
        due = parse_date(match[3])
    except DateError:
        raise Rejected("nobody issued that boleto here") from None
    return _Title(match[1], int(match[2]), due, int(match[4]), bool(match[5]))
