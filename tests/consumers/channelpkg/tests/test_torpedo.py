import json
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import attrs
import pytest
import regua_torpedo
from channelpkg.tests.gateway import NOON, Gateway, config, signed
from regua_torpedo import Torpedo

from regua.plugins import Registry
from regua.ports import Channel, Message, Receipt, Rejected, Retryable, Unknown, Webhook, WebhookRequest
from regua.testing.contracts import ChannelContract, WebhookContract

MESSAGE = Message(
    key="key-1",
    creditor="loja",
    debtor="ana",
    channel="sms",
    actions=("a1",),
    to="+5511987654321",
    text="Olá, Ana: a conta de R$ 150,00 vence amanhã.",
)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A provider for one test."""
    gateway = Gateway()
    yield gateway
    gateway.close()


class TestTorpedo(ChannelContract, WebhookContract):
    @pytest.fixture
    def provider(self, gateway: Gateway) -> Gateway:
        """The channel that speaks with it."""
        return gateway


def test_it_is_a_channel_and_a_webhook() -> None:
    """The protocols are structural: nothing is inherited."""
    torpedo = Torpedo(config())
    assert isinstance(torpedo, Channel)
    assert isinstance(torpedo, Webhook)


def test_a_message_is_accepted(gateway: Gateway) -> None:
    """The provider gets number and text as they are, and its own id comes back."""
    receipt = gateway.plugin.send(MESSAGE)
    assert (receipt.status, receipt.reference, receipt.raw) == ("accepted", "sms-1", b'{"id": "sms-1"}')
    assert gateway.accepted == {"key-1": {"to": MESSAGE.to, "text": MESSAGE.text}}


def test_a_redirect_is_not_followed(gateway: Gateway) -> None:
    """Nobody knows what it means; no other host is ever spoken to."""
    gateway.status = 302
    with pytest.raises(Unknown, match="http-302"):
        gateway.plugin.send(MESSAGE)


def test_what_went_wrong_is_named(gateway: Gateway) -> None:
    """By the provider's code."""
    gateway.behave("denies")
    with pytest.raises(Retryable, match="http-401"):
        gateway.plugin.send(MESSAGE)
    gateway.behave("no-such-address")
    with pytest.raises(Rejected, match="no-such-number"):
        gateway.plugin.send(MESSAGE)
    gateway.behave("away")
    with pytest.raises(Retryable, match="no connection: ConnectionRefusedError"):
        gateway.plugin.send(MESSAGE)


def test_a_signed_call_is_verified() -> None:
    """The signature covers time and bytes; five minutes are in time, six are not."""
    torpedo = Torpedo(config())
    noon = int(NOON.timestamp())
    assert torpedo.verify(signed(b"{}", noon - 300))
    assert not torpedo.verify(signed(b"{}", noon - 360))
    assert not torpedo.verify(signed(b"{}", noon + 360))
    assert not torpedo.verify(signed(b"{}", noon, secret="guessed"))  # noqa: S106 - of a test
    assert not torpedo.verify(attrs.evolve(signed(b"{}", noon), body=b"{ }"))
    assert not torpedo.verify(WebhookRequest(headers={}, body=b"{}", received_at=NOON))


def test_reports_become_receipts() -> None:
    """Known words are normalised, an unknown one stays unknown, and each keeps what was said."""
    torpedo = Torpedo(config())
    reports = [
        {"id": f"sms-{n}", "status": word, "at": "2026-04-15T09:00:05-03:00"}
        for n, word in enumerate(["DELIVERED", "HUH"])
    ]
    receipts = torpedo.parse(signed(json.dumps({"reports": reports}).encode(), 0))
    assert all(isinstance(receipt, Receipt) for receipt in receipts)
    assert [receipt.status for receipt in receipts if isinstance(receipt, Receipt)] == ["delivered", "unknown"]
    assert str(receipts[0].at) == "2026-04-15 12:00:05+00:00"
    with pytest.raises(Rejected):
        torpedo.parse(signed(b'{"reports": [{}]}', 0))


def test_the_entry_point_leads_to_the_hook() -> None:
    """What the package's metadata names is the module with the hook."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module = import_module(project["entry-points"]["regua"]["torpedo"])
    assert module.regua_channels() == [Torpedo]


def test_it_is_registered() -> None:
    """The registry finds the channel through the package's hook."""
    assert Registry.discover(regua_torpedo, entry_points=False).channels["torpedo"] is Torpedo
