"""The provider without a vendor: lines by the bank's layout, Pix by the key, one nosso número for one receivable."""

from datetime import date
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
import zxingcpp

import regua_pix
from regua.core.money import Money
from regua.ports import BoletoOrder, Rejected
from regua.testing.contracts import Bank, BoletoProviderContract
from regua_boleto import read
from regua_boleto.offline import OfflineConfig, OfflineProvider

DUE = date(2026, 11, 30)
CONFIG = OfflineConfig(
    bank="341",
    bank_name="Itaú",
    bank_code="341-7",
    fields={"carteira": "109", "agencia": "0057", "conta": "12345", "conta_dv": "7"},
    first_number=5001,
    name="Comércio São José Ltda.",
    document="11.222.333/0001-81",
    city="São Paulo",
    account="0057/12345-7",
    pix_key="11222333000181",
)


def _order(number: int = 1, **changes: Any) -> BoletoOrder:
    fields: dict[str, Any] = {"key": f"k{number}", "instrument": f"nf-17/b{number}", "number": number}
    fields |= {"receivable": "nf-17", "issued_on": date(2026, 11, 22), "amount": Money.of("153.20"), "due": DUE}
    fields |= {"payer": {"name": "Ana Souza", "document": "529.982.247-25", "address": "Rua das Flores, 10"}}
    return BoletoOrder(**(fields | changes))


class TestOffline(BoletoProviderContract):
    @pytest.fixture
    def bank(self) -> Bank:
        """A provider without a bank: nobody can be asked who takes money."""
        made = Bank()
        made.plugin = OfflineProvider(CONFIG)
        return made


def test_the_line_and_the_qr_code_say_what_was_ordered():
    """The bank's layout with the creditor's own number; Pix to the creditor's key, found again by its txid."""
    boleto = OfflineProvider(CONFIG).issue(_order())
    slip = read(boleto.line, as_of=date(2026, 11, 22))
    assert (slip.bank, slip.due, slip.amount) == ("341", DUE, Money.of("153.20"))
    assert boleto.nosso_numero.startswith("109/00005001-")
    assert regua_pix.read(boleto.pix) == regua_pix.BrCode(
        key="11222333000181",
        name="Comercio Sao Jose Ltda.",
        city="Sao Paulo",
        amount=Money.of("153.20"),
        txid="REGUA00000000001",
    )


def test_what_is_reissued_keeps_its_number():
    """Who pays the old sheet pays the same title and the same txid."""
    provider = OfflineProvider(CONFIG)
    first = provider.issue(_order())
    later = provider.alter(first.reference, key="k", amount=Money.of("160.00"), due=date(2026, 12, 7))
    assert (later.instrument, later.nosso_numero) == (first.instrument, first.nosso_numero)
    assert regua_pix.read(later.pix).txid == regua_pix.read(first.pix).txid
    assert read(later.line, as_of=date(2026, 11, 22)).amount == Money.of("160.00")


def test_the_sheet_carries_bars_and_qr_code():
    """A scanner reads both from the printed page."""
    provider, order = OfflineProvider(CONFIG), _order()
    boleto = provider.issue(order)
    document = pypdfium2.PdfDocument(BytesIO(provider.pdf(boleto, order)))
    image = document[0].render(scale=4).to_pil()
    document.close()
    assert {found.text for found in zxingcpp.read_barcodes(image)} == {boleto.barcode, boleto.pix}


@pytest.mark.parametrize("config", [{"bank": "999"}, {"fields": {"carteira": "109"}}, {"city": ""}, {"pix_key": "1"}])
def test_a_config_that_makes_no_boleto_is_refused(config: dict[str, Any]):
    """With the field that is wrong: of the bank's layout at once, else when one is ordered."""
    from attrs import evolve

    with pytest.raises((ValueError, Rejected), match=r"\w+:"):
        OfflineProvider(evolve(CONFIG, **config)).issue(_order())
