"""The printed page, rendered and read back as a scanner does."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from regua.core.money import Money
from regua.errors import MissingExtra
from regua_boleto import BankSlip, BoletoError, Discount, Instructions, Party, Sheet, make_free, print_sheet
from regua_boleto.itf import widths

FREE = make_free("237", {"agencia": "1234", "carteira": "09", "nosso_numero": "453", "conta": "123456"})
SLIP = BankSlip(bank="237", due=date(2026, 12, 10), amount=Money.of("1153.20"), free=FREE.digits)
PIX = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000"
    "5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D"
)
HOSTILE = "<b>&amp;</b> \\n (x) Tj ET %%EOF \x00\x07\u202etxet desrever\u202c 漢字 \ud800 '; DROP"
PIXELS_A_MM = 8


def sheet(**changed: Any) -> Sheet:
    """A sheet of synthetic people."""
    parts: dict[str, Any] = {
        "slip": SLIP,
        "bank_name": "Bradesco",
        "bank_code": "237-2",
        "beneficiary": Party(name="Loja São João Ltda", document="12.ABC.345/01DE-35"),
        "payer": Party(name="Conceição Ágüeda", document="529.982.247-25", address=("Rua das Flores, 10", "São Paulo")),
        "account": "1234 / 0123456-7",
        "nosso_numero": FREE.nosso_numero,
        "document_number": "F-1001",
        "issued": date(2026, 11, 21),
        "wallet": "09",
    }
    return Sheet(**{**parts, **changed})


@contextmanager
def opened(pdf: bytes) -> Iterator[pypdfium2.PdfPage]:
    """The only page of a PDF."""
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
        page = document[0]
        yield page
        page.close()


def text_of(pdf: bytes) -> str:
    """All text of the page."""
    with opened(pdf) as page:
        text = page.get_textpage()
        found: str = text.get_text_bounded()
        text.close()
    return found


def seen(pdf: bytes, scale: float = PIXELS_A_MM * 25.4 / 72) -> dict[str, Any]:
    """What a scanner finds on the page, by the kind of code."""
    with opened(pdf) as page:
        bitmap = page.render(scale=scale, grayscale=True)
        found = {str(each.format): each for each in zxingcpp.read_barcodes(bitmap.to_pil())}
        bitmap.close()
    return found


def test_bars_and_qr_code_read_back() -> None:
    """The 44 digits and the payload, from the rendered page."""
    found = seen(print_sheet(sheet(pix=PIX)))
    assert {kind: each.text for kind, each in found.items()} == {"ITF": SLIP.barcode, "QR Code": PIX}


def test_without_a_payload_there_is_no_qr_code() -> None:
    """Only the bars, which read at the resolution of an old scanner, too."""
    found = seen(print_sheet(sheet()), scale=150 / 72)
    assert {kind: each.text for kind, each in found.items()} == {"ITF": SLIP.barcode}


def test_the_bars_have_the_size_and_the_place_of_the_standard() -> None:
    """103 by 13 mm, the middle 12 mm above the lower edge, at least 5 mm of white before them."""
    place = seen(print_sheet(sheet()))["ITF"].position
    left, right = place.top_left.x / PIXELS_A_MM, place.top_right.x / PIXELS_A_MM
    top, bottom = 297 - place.top_left.y / PIXELS_A_MM, 297 - place.bottom_left.y / PIXELS_A_MM
    assert right - left == pytest.approx(103, abs=0.5)
    assert top - bottom == pytest.approx(13, abs=0.6)
    assert (top + bottom) / 2 == pytest.approx(12, abs=0.5)
    assert left >= 5


def test_forty_four_digits_have_405_modules() -> None:
    """At three narrow bars to a wide one."""
    assert sum(widths(SLIP.barcode)) == 405
    with pytest.raises(BoletoError, match="even number"):
        widths("123")


def test_what_is_printed() -> None:
    """The line whole, the value, the due date, who and to whom, and what holds when it is early or late."""
    rules = Instructions(
        fine=Decimal(2),
        interest=Money.of("0.38"),
        discounts=(Discount(until=date(2026, 12, 1), value=Money.of("10.00")),),
        protest_after=5,
        notes=("Não receber em cheque.",),
    )
    text = text_of(print_sheet(sheet(instructions=rules, guarantor=Party(name="Casa Matriz"))))
    assert text.count(SLIP.masked_line) == 1
    for shown in (
        "R$ 1.153,20",
        "10/12/2026",
        "Loja São João Ltda",
        "12.ABC.345/01DE-35",
        "529.982.247-25",
        "09/00000000453-P",
        "237-2",
    ):
        assert text.count(shown) == 2
    assert "Sacador avalista: Casa Matriz" in text
    assert list(rules) == [
        "Até 01/12/2026, desconto de R$ 10,00.",
        "Após o vencimento, multa de 2%.",
        "Após o vencimento, juros de R$ 0,38 ao dia.",
        "Sujeito a protesto 5 dias após o vencimento.",
        "Não receber em cheque.",
    ]
    assert all(sentence in text for sentence in rules)


def test_rates_and_single_days() -> None:
    """A percentage of interest is a month's; one day is no plural."""
    rules = Instructions(
        fine=Money.of("3.00"),
        interest=Decimal("1.5"),
        discounts=(Discount(until=date(2026, 12, 1), value=Decimal("5.25")),),
        protest_after=1,
    )
    assert list(rules) == [
        "Até 01/12/2026, desconto de 5,25%.",
        "Após o vencimento, multa de R$ 3,00.",
        "Após o vencimento, juros de 1,5% ao mês.",
        "Sujeito a protesto 1 dia após o vencimento.",
    ]


def test_a_boleto_without_due_date_and_value() -> None:
    """It is due when it is shown, and the value is left to whoever takes it."""
    bare = BankSlip(bank="237", due=None, amount=Money(0), free=FREE.digits)
    text = text_of(print_sheet(sheet(slip=bare)))
    assert "Contra apresentação" in text
    assert "R$ 0" not in text


def test_a_long_name_is_cut_and_covers_nothing() -> None:
    """It ends in an ellipsis within its cell; what stands beside it is whole."""
    long = "Comércio de Peças e Acessórios " * 200
    payer = Party(name=long, document="529.982.247-25")
    pdf = print_sheet(sheet(payer=payer, beneficiary=Party(name=long), bank_name=long, account=long))
    text = text_of(pdf)
    assert text.count("529.982.247-25") == 2
    assert text.count("…") == 8
    assert text.count("10/12/2026") == 2
    assert SLIP.masked_line in text
    assert seen(pdf)["ITF"].text == SLIP.barcode


def test_hostile_text_is_only_text() -> None:
    """Marks of languages and of direction, controls, letters that no font has: one page, and the codes read."""
    people = Party(name=HOSTILE, document=HOSTILE, address=(HOSTILE,))
    changed = dict.fromkeys(("bank_name", "bank_code", "account", "nosso_numero", "document_number", "wallet"), HOSTILE)
    rules = Instructions(notes=(HOSTILE,))
    pdf = print_sheet(sheet(payer=people, beneficiary=people, guarantor=people, instructions=rules, pix=PIX, **changed))
    text = text_of(pdf)
    assert r"<b>&amp;</b> \n (x) Tj ET %%EOF txet desrever ?? '; DROP" in text
    assert {kind: each.text for kind, each in seen(pdf).items()} == {"ITF": SLIP.barcode, "QR Code": PIX}


def test_a_letter_that_the_font_lacks_loses_its_mark() -> None:
    """Vera has Western European letters; Vietnamese ones are printed bare."""
    assert "Nguyen Thi Ánh" in text_of(print_sheet(sheet(payer=Party(name="Nguyễn Thị Ánh"))))


def test_the_same_sheet_gives_the_same_bytes() -> None:
    """No clock and no chance are in it."""
    assert print_sheet(sheet(pix=PIX)) == print_sheet(sheet(pix=PIX))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"instructions": Instructions(notes=("linha",) * 11)}, "instructions: they take 11 lines, and 10 fit"),
        ({"pix": "0" * 513}, "pix: a payload has at most 512 characters, and this 513"),
        ({"pix": "\ud800"}, "pix: no QR code holds it: UnicodeEncodeError"),
    ],
)
def test_what_does_not_fit_is_refused(changed: dict[str, Any], said: str) -> None:
    """A rule of payment is never cut."""
    with pytest.raises(BoletoError, match=said):
        print_sheet(sheet(**changed))


def test_a_font_of_ones_own(tmp_path: Any) -> None:
    """A path to a TrueType font, or an error."""
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    for path in (broken, tmp_path / "missing.ttf"):
        with pytest.raises(BoletoError, match="font: it is no TrueType font that can be read"):
            print_sheet(sheet(), font=str(path))


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading and making need neither library."""
    monkeypatch.setitem(sys.modules, "reportlab.pdfgen.canvas", None)
    with pytest.raises(MissingExtra, match=r"this needs reportlab, .* pip install 'regua-boleto\[pdf\]'"):
        print_sheet(sheet())


def test_a_party_is_not_told_by_accident() -> None:
    """Its repr, and so that of the sheet, holds nothing of a person."""
    assert "Conceição" not in repr(sheet())
    assert "529" not in repr(sheet())
