"""What is asked of servers that report deliveries (RFC 3461)."""

import pytest

from regua.ports import Retryable

OFFERS = b"250-mail.example\r\n250 DSN\r\n"


def test_failures_are_reported_with_the_key(scripted, channel_to, message):
    """And the headers alone come back, not what the debtor was to read."""
    server = scripted(EHLO=OFFERS)
    channel = channel_to(server)
    channel.send(message)
    assert server.commands[1] == f"MAIL FROM:<cobranca@loja.example> RET=HDRS ENVID={message.key}"
    assert server.commands[2] == "RCPT TO:<ana@example.org> NOTIFY=FAILURE"
    assert not channel.capabilities.reports_delivery


def test_deliveries_are_reported_where_that_is_asked(scripted, channel_to, message):
    """So `accepted` does not count as delivered."""
    server = scripted(EHLO=OFFERS)
    channel = channel_to(server, delivery_reports=True)
    channel.send(message)
    assert server.commands[2].endswith(" NOTIFY=SUCCESS,FAILURE")
    assert channel.capabilities.reports_delivery


def test_a_server_that_will_not_report_is_not_used_where_reports_are_asked(scripted, channel_to, message):
    """Whoever waits for a delivery would wait for ever."""
    server = scripted()
    with pytest.raises(Retryable, match="offers no delivery reports"):
        channel_to(server, delivery_reports=True).send(message)
    assert not server.mails
