from typing import Any

import pytest
from attrs import frozen
from tests.codec import specimens

from regua import codec
from regua.core import events as ev
from regua.core.events import EVENT_TYPES
from regua.errors import DecodeError

INVOICE = codec.encode_event(specimens.event_specimens(ev.InvoiceIssued)[0])


def test_old_versions_are_brought_up_to_date(monkeypatch: pytest.MonkeyPatch):
    """Step by step, a type may change its name, and the fields are read strictly afterwards."""
    monkeypatch.setitem(EVENT_TYPES, "invoice.issued", (ev.InvoiceIssued, 3))

    def from_1(old: Any) -> Any:
        cents = old["cents"]
        kept = {key: value for key, value in old.items() if key != "cents"}
        return kept | {"version": 2, "amount": f"{cents // 100}.{cents % 100:02}"}

    def from_2(old: Any) -> Any:
        return dict(old) | {"version": 3, "amount": {"amount": old["amount"], "currency": "BRL"}}

    def renamed(old: Any) -> Any:
        return dict(old) | {"type": "invoice.issued"}

    monkeypatch.setitem(codec.UPCASTERS, ("title.created", 1), renamed)
    monkeypatch.setitem(codec.UPCASTERS, ("invoice.issued", 1), from_1)
    monkeypatch.setitem(codec.UPCASTERS, ("invoice.issued", 2), from_2)
    oldest = {key: value for key, value in INVOICE.items() if key != "amount"} | {
        "type": "title.created",
        "cents": 15000,
    }
    assert codec.decode_event(oldest) == specimens.event_specimens(ev.InvoiceIssued)[0]
    assert codec.decode_event(oldest | {"type": "invoice.issued"}) == specimens.event_specimens(ev.InvoiceIssued)[0]
    with pytest.raises(DecodeError, match=r"amount\.amount: '0\.0-?\d' is not an amount|above zero"):
        codec.decode_event(oldest | {"cents": -1})
    for broken in ({}, {"cents": "x"}, {"cents": None}):
        document = {key: value for key, value in oldest.items() if key != "cents"} | broken
        with pytest.raises(DecodeError, match=r"version 1 cannot be brought up to date: (Key|Type)Error; compare"):
            codec.decode_event(document)


def test_an_upcaster_that_leads_nowhere_does_not_loop(monkeypatch: pytest.MonkeyPatch):
    """Each serves once."""
    monkeypatch.setitem(EVENT_TYPES, "invoice.issued", (ev.InvoiceIssued, 2))
    monkeypatch.setitem(codec.UPCASTERS, ("invoice.issued", 1), lambda old: old)
    with pytest.raises(DecodeError, match="has no version 1; write 2"):
        codec.decode_event(INVOICE)


def test_a_class_with_a_field_of_an_unknown_kind_has_no_codec(monkeypatch: pytest.MonkeyPatch):
    """Whoever adds such a field to an event hears of it from the first test, not from a coerced value."""

    @frozen(kw_only=True)
    class Rated(ev.DebtorDeceased):
        rate: float

    monkeypatch.setitem(EVENT_TYPES, "debtor.deceased", (Rated, 1))
    with pytest.raises(TypeError, match="no rule for <class 'float'>"):
        codec.encode_event(Rated(**specimens.FIRST, rate=0.1))
