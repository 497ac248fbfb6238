"""The keys of the channel, as `regua.toml` has them."""

import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from regua.plugins import Registry
from regua.ports import Channel, Webhook
from regua_email import Email, EmailConfig

USUAL = {"host": "smtp.example.com", "sender": "cobranca@loja.example"}


def test_the_port_follows_from_the_security():
    """As of RFC 8314."""
    assert EmailConfig(**USUAL).server_port == 587
    assert EmailConfig(**USUAL, security="tls").server_port == 465
    assert EmailConfig(**USUAL, security="none", trusted_network=True).server_port == 25
    assert EmailConfig(**USUAL, port=2525).server_port == 2525


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({"security": "none"}, "is for a server on this machine"),
        ({"security": "none", "host": "127.0.0.1.example.com"}, "is for a server on this machine"),
        ({"security": "none", "host": "127.0.0.1", "user": "a", "password": "b"}, "password in the clear"),
        ({"security": "none", "trusted_network": True, "user": "a", "password": "b"}, "password in the clear"),
        ({"user": "loja"}, "go together"),
        ({"password": "b"}, "go together"),
        ({"user": "a\0b", "password": "c"}, "without NUL"),
        ({"host": "smtp.example.com\r\n"}, "name of a server"),
        ({"host": "smtp://example.com"}, "name of a server"),
        ({"host": ""}, "name of a server"),
        ({"host": "smtp..example.com"}, "name of a server"),
        ({"host": "correio.são.example"}, "name of a server"),
        ({"port": 0}, "from 1 to 65535"),
        ({"timeout": 0.0}, "from 1 second"),
        ({"timeout": float("nan")}, "from 1 second"),
        ({"connections": 0}, "from 1 to 1000"),
        ({"sender": "Loja <cobranca@loja.example>"}, "'sender' is an address"),
        ({"sender": "cobranca@loja.example\r\nBcc: x@y.example"}, "'sender' is an address"),
        ({"reply_to": "nobody"}, "'reply_to' is an address"),
        ({"envelope": "bounces"}, "'envelope' is an address"),
        ({"envelope": "bounces@{key}.example"}, "before the at-sign"),
        ({"envelope": "{key}+{key}@loja.example"}, "before the at-sign"),
        ({"envelope": "bounces+{kye}@loja.example"}, "before the at-sign"),
        ({"envelope": "bounces+{key@loja.example"}, "before the at-sign"),
        ({"envelope": f"{'b' * 40}{{key}}@loja.example"}, "'envelope' is an address"),
        ({"unsubscribe": ("http://loja.example",)}, "begin with https: or mailto:"),
        ({"unsubscribe": ("https://loja.example/ x",)}, "begin with https: or mailto:"),
        ({"unsubscribe": ("https://loja.example/>,<https://evil.example",)}, "begin with https: or mailto:"),
        ({"unsubscribe": ("https://loja.example/{name}",)}, "may hold"),
        ({"unsubscribe": ("https://loja.example/{token",)}, "may hold"),
        ({"unsubscribe": ("https://loja.example/{token}",)}, "needs 'secret'"),
    ],
)
def test_what_cannot_be_meant_is_refused(keys, complaint):
    """When the settings are read, and not with the first mail."""
    with pytest.raises(ValueError, match=complaint):
        EmailConfig(**USUAL | keys)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_a_server_on_this_machine_needs_no_tls(host):
    """Nobody is on the way."""
    assert EmailConfig(**USUAL | {"host": host}, security="none").host == host


def test_secrets_are_not_shown():
    """Configs may be logged as they print."""
    shown = repr(EmailConfig(**USUAL, user="loja", password="p4ss", secret="s3cret"))  # noqa: S106
    assert "p4ss" not in shown
    assert "s3cret" not in shown


def test_it_is_a_channel_and_a_webhook():
    """Blind: a server takes the same mail twice."""
    channel = Email(EmailConfig(**USUAL))
    assert isinstance(channel, Channel)
    assert isinstance(channel, Webhook)
    assert channel.capabilities.delivery == "blind"
    assert (channel.capabilities.html, channel.capabilities.attachments) == (True, True)


def test_the_entry_point_leads_to_the_hook():
    """What is installed is found by name."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module = import_module(project["entry-points"]["regua"]["regua-email"])
    assert Registry.discover(module, entry_points=False).channels["email"] is Email
