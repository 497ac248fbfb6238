from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import regua
from regua.errors import DateError, PluginError
from regua.ports import Capabilities, Channel, Message, Receipt, WebhookRequest

MESSAGE = Message(key="k", creditor="loja", debtor="ana", channel="zap", actions=("a",), to="+5511", text="Olá")


def test_what_declares_nothing_is_blind():
    """The default promises nothing: it is never sent again by itself."""
    nothing = Capabilities()
    assert (nothing.delivery, nothing.key_ttl, nothing.query_lag) == ("blind", None, timedelta(0))
    assert not any([nothing.reports_delivery, nothing.reports_reading, nothing.attachments, nothing.html])


@pytest.mark.parametrize(
    "declared",
    [
        {"delivery": "idempotent"},
        {"delivery": "idempotent", "key_ttl": timedelta(0)},
        {"delivery": "blind", "key_ttl": timedelta(hours=24)},
        {"delivery": "idempotent", "key_ttl": timedelta(hours=24), "query_lag": timedelta(minutes=1)},
        {"send_timeout": timedelta(0)},
    ],
)
def test_capabilities_that_contradict_each_other_are_refused(declared: dict[str, Any]):
    """A key that is never forgotten, or a send that takes no time, would be believed."""
    with pytest.raises(PluginError, match="capabilities: "):
        Capabilities(**declared)


def test_a_function_is_a_channel():
    """The decorator's name, capabilities and answers are the channel's."""

    @regua.channel("meu-zap", capabilities=Capabilities(reports_delivery=True))
    def meu_zap(message: Message) -> Receipt:
        return Receipt(reference=f"zap-{message.key}")

    assert isinstance(meu_zap, Channel)
    assert (meu_zap.name, meu_zap.capabilities.reports_delivery) == ("meu-zap", True)
    assert meu_zap.send(MESSAGE).reference == "zap-k"
    meu_zap.close()


def test_a_function_that_declares_nothing_is_blind():
    """As any channel."""
    assert regua.channel("meu-zap")(lambda message: Receipt(key=message.key)).capabilities == Capabilities()


def test_receipts_know_when():
    """In UTC, or not at all; a naive time is refused."""
    assert Receipt().at is None
    assert str(Receipt(at=datetime(2026, 4, 15, 9, tzinfo=UTC)).at) == "2026-04-15 09:00:00+00:00"
    with pytest.raises(DateError, match="naive"):
        Receipt(at=datetime(2026, 4, 15, 9))  # noqa: DTZ001


def test_headers_are_found_in_lower_case():
    """Whatever the framework and the provider make of them."""
    request = WebhookRequest(headers={"X-Signature": "s"}, body=b"{}", received_at=datetime(2026, 4, 15, 9, tzinfo=UTC))
    assert request.headers["x-signature"] == "s"
    assert str(request.received_at) == "2026-04-15 09:00:00+00:00"
    assert "s'" not in repr(request)
