"""The sheet: the payer's receipt above, the ficha de compensação below, its bars 103 × 13 mm, 12 mm above the edge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from attrs import frozen

from regua_boleto.bank import BankSlip
from regua_boleto.instructions import Instructions, brazilian
from regua_boleto.paper import HEAD, LABEL, SMALL, Paper
from regua_boleto.problems import refuse

_LEFT, _WIDTH, _ROW = 15.0, 180.0, 7.5
_BARS: Final = {"x": _LEFT + 5, "y": 5.5, "width": 103.0, "height": 13.0}
_QR: Final = 36.0
_LINE: Final = 3.2
_WIDE, _NARROW = 135.0, 45.0
_LONGEST_PIX: Final = 512
_PAYER: Final = 14.5
_BOX: Final = 5 * _ROW

_Cell = tuple[str, str, float]
_ROWS: Final[tuple[tuple[_Cell, ...], ...]] = (
    (("Local de pagamento", "place", 135), ("Vencimento", "due", 45)),
    (
        ("Beneficiário", "beneficiary", 95),
        ("CPF / CNPJ", "beneficiary_document", 40),
        ("Agência / Código do beneficiário", "account", 45),
    ),
    (
        ("Data do documento", "issued", 28),
        ("Número do documento", "document_number", 42),
        ("Espécie doc.", "species", 20),
        ("Aceite", "acceptance", 15),
        ("Data do processamento", "issued", 30),
        ("Nosso número", "nosso_numero", 45),
    ),
    (
        ("Uso do banco", "", 28),
        ("Carteira", "wallet", 27),
        ("Espécie", "currency", 15),
        ("Quantidade", "", 35),
        ("Valor", "", 30),
        ("(=) Valor do documento", "amount", 45),
    ),
)
_TO_FILL: Final = (
    "(-) Desconto / Abatimento",
    "(-) Outras deduções",
    "(+) Mora / Multa",
    "(+) Outros acréscimos",
    "(=) Valor cobrado",
)
_RECEIPT_ROWS: Final[tuple[tuple[_Cell, ...], ...]] = (
    (("Beneficiário", "beneficiary", 95), ("CPF / CNPJ", "beneficiary_document", 40), ("Vencimento", "due", 45)),
    (("Pagador", "payer", 95), ("CPF / CNPJ", "payer_document", 40), ("Valor do documento", "amount", 45)),
    (
        ("Número do documento", "document_number", 60),
        ("Agência / Código do beneficiário", "account", 75),
        ("Nosso número", "nosso_numero", 45),
    ),
)


@frozen(kw_only=True)
class Party:
    """Who is on the sheet. Its repr shows nothing of a person.

    Attributes:
        name: as it is printed.
        document: CPF or CNPJ, as it is printed.
        address: lines of the address.
    """

    name: str
    document: str = ""
    address: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Party(…)"


@frozen(kw_only=True)
class Sheet:
    """What is printed.

    Attributes:
        slip: what the bar code says.
        bank_name: beside the code.
        bank_code: as the bank prints it, such as `237-2`.
        beneficiary: to whom it is owed.
        payer: who owes it.
        guarantor: who first issued the title (sacador avalista), or None.
        account: branch and code of the beneficiary, as the bank prints them.
        nosso_numero: as `FreeField.nosso_numero` has it.
        document_number: the creditor's number for the title.
        issued: date of the document.
        wallet: carteira.
        species: of the document, such as `DM`.
        acceptance: `A` or `N`.
        place: where it can be paid.
        instructions: fine, interest, discounts, protest.
        pix: payload of the Pix QR code, or "" for none.
    """

    slip: BankSlip
    bank_name: str
    bank_code: str
    beneficiary: Party
    payer: Party
    guarantor: Party | None = None
    account: str
    nosso_numero: str
    document_number: str = ""
    issued: date
    wallet: str = ""
    species: str = "DM"
    acceptance: str = "N"
    place: str = "Pagável em qualquer banco, também depois do vencimento"
    instructions: Instructions = Instructions()
    pix: str = ""


def print_sheet(sheet: Sheet, *, font: str = "") -> bytes:
    """Print the sheet as a PDF of one page; the same sheet gives the same bytes.

    Args:
        sheet: what is printed. Text wider than its cell is cut with an ellipsis.
        font: path of a TrueType font; Bitstream Vera (Western European letters) unless given. A letter that the font
            lacks is printed without its mark, or as a question mark.

    Raises:
        BoletoError: the instructions are longer than their place, no QR code holds the payload, or the font is none.
        MissingExtra: `regua-boleto[pdf]` is not installed.
    """
    paper = Paper(font)
    values = _values(sheet)
    _receipt(paper, sheet, values)
    paper.line(0, _top_of_ficha() + 8, 210, _top_of_ficha() + 8, dashed=True)
    _ficha(paper, sheet, values)
    return paper.finish()


def _values(sheet: Sheet) -> Mapping[str, str]:
    slip = sheet.slip
    return {
        "": "",
        "place": sheet.place,
        "due": "Contra apresentação" if slip.due is None else brazilian(slip.due),
        "beneficiary": sheet.beneficiary.name,
        "beneficiary_document": sheet.beneficiary.document,
        "payer": sheet.payer.name,
        "payer_document": sheet.payer.document,
        "account": sheet.account,
        "issued": brazilian(sheet.issued),
        "document_number": sheet.document_number,
        "species": sheet.species,
        "acceptance": sheet.acceptance,
        "nosso_numero": sheet.nosso_numero,
        "wallet": sheet.wallet,
        "currency": "R$",
        "amount": brazilian(slip.amount) if slip.amount.minor else "",
    }


def _top_of_ficha() -> float:
    return _bottom_of_ficha() + _PAYER + _BOX + len(_ROWS) * _ROW + 9


def _bottom_of_ficha() -> float:
    return _BARS["y"] + _BARS["height"] + 5


def _receipt(paper: Paper, sheet: Sheet, values: Mapping[str, str]) -> None:
    top = 285.0
    _header(paper, sheet, top, "Recibo do pagador")
    bottom = _rows(paper, _RECEIPT_ROWS, values, top - 9)
    paper.text(_LEFT, bottom - 4, "Autenticação mecânica", width=_WIDTH, size=LABEL, right=True)


def _ficha(paper: Paper, sheet: Sheet, values: Mapping[str, str]) -> None:
    top = _top_of_ficha()
    _header(paper, sheet, top, sheet.slip.masked_line)
    bottom = _rows(paper, _ROWS, values, top - 9)
    for number, label in enumerate(_TO_FILL, 1):
        paper.cell(_LEFT + _WIDE, bottom - number * _ROW, _NARROW, _ROW, label=label, value="", right=True)
    _instructions(paper, sheet, bottom - _BOX)
    _payer(paper, sheet, _bottom_of_ficha())
    foot = "Ficha de compensação - autenticação mecânica"
    paper.text(_LEFT, _bottom_of_ficha() - 3, foot, width=_WIDTH, size=LABEL, right=True)
    paper.bars(_BARS["x"], _BARS["y"], sheet.slip.barcode, width=_BARS["width"], height=_BARS["height"])


def _header(paper: Paper, sheet: Sheet, top: float, right: str) -> None:
    paper.text(_LEFT, top - 6, sheet.bank_name, width=38, size=HEAD)
    paper.line(_LEFT + 40, top - 8, _LEFT + 40, top - 1)
    paper.text(_LEFT + 42, top - 6, sheet.bank_code, width=15, size=HEAD)
    paper.line(_LEFT + 59, top - 8, _LEFT + 59, top - 1)
    paper.whole(_LEFT + 60, top - 6, right, width=_WIDTH - 60, size=HEAD)


def _rows(paper: Paper, rows: tuple[tuple[_Cell, ...], ...], values: Mapping[str, str], top: float) -> float:
    """Draw rows of cells from the top down and give where they end; the last column is flush right."""
    for row in rows:
        top -= _ROW
        x = _LEFT
        for label, name, width in row:
            paper.cell(x, top, width, _ROW, label=label, value=values[name], right=width == _NARROW)
            x += width
    return top


def _instructions(paper: Paper, sheet: Sheet, bottom: float) -> None:
    paper.box(_LEFT, bottom, _WIDE, _BOX)
    label = "Instruções (texto de responsabilidade do beneficiário)"
    room = _WIDE - 2 - (_QR if sheet.pix else 0)
    paper.text(_LEFT + 1, bottom + _BOX - 2.4, label, width=room, size=LABEL)
    if sheet.pix:
        if len(sheet.pix) > _LONGEST_PIX:
            raise refuse("value", "pix", f"a payload has at most {_LONGEST_PIX} characters, and this {len(sheet.pix)}")
        paper.qr(_LEFT + _WIDE - _QR - 0.7, bottom + 0.7, sheet.pix, side=_QR)
    lines = [line for sentence in sheet.instructions for line in paper.wrapped(sentence, room)]
    fit = int((_BOX - 5) / _LINE)
    if len(lines) > fit:
        raise refuse("value", "instructions", f"they take {len(lines)} lines, and {fit} fit")
    for number, line in enumerate(lines, 1):
        paper.text(_LEFT + 1, bottom + _BOX - 3 - number * _LINE, line, width=room, size=SMALL)


def _payer(paper: Paper, sheet: Sheet, bottom: float) -> None:
    paper.box(_LEFT, bottom, _WIDTH, _PAYER)
    lines = [(sheet.payer.name, sheet.payer.document), (", ".join(sheet.payer.address), "")]
    if sheet.guarantor:
        lines.append((f"Sacador avalista: {sheet.guarantor.name}", sheet.guarantor.document))
    paper.text(_LEFT + 1, bottom + _PAYER - 2.4, "Pagador", width=_WIDTH - 2, size=LABEL)
    for number, (line, document) in enumerate(lines, 1):
        y = bottom + _PAYER - 2.2 - number * 3.6
        paper.text(_LEFT + 1, y, line, width=_WIDE - 2)
        paper.text(_LEFT + _WIDE, y, document, width=_NARROW - 1, right=True)
