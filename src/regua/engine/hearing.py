"""A provider's call, verified and read by its plugin. What goes wrong there tells nothing of what the call held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from regua.core.events import Event
from regua.engine.checking import checked
from regua.engine.log import Log, trace_of
from regua.errors import PluginError, Rejected
from regua.plugins.failures import BROKEN
from regua.ports import Boleto, BoletoProvider, BoletoWebhook, Receipt, Webhook, WebhookRequest

Said = Receipt | Event
_T = TypeVar("_T")


def heard(webhook: Webhook, request: WebhookRequest, *, channel: str, log: Log) -> Sequence[Said]:
    """Verify a call and read it.

    Args:
        webhook: the plugin.
        request: as the host received it.
        channel: name of the plugin's channel, executor or provider.
        log: is told where a plugin failed.

    Raises:
        Rejected: it is not the provider's, too old, or cannot be read.
        PluginError: the plugin failed over it.
    """
    _verify(webhook, request, channel, log)
    said = _asked(lambda: tuple(webhook.parse(request)), channel, log)
    for each in said:
        if not isinstance(each, Receipt | Event):
            raise _failed(channel, log, type(each).__name__)
    return said


def named(webhook: BoletoWebhook, request: WebhookRequest, *, channel: str, log: Log) -> Iterator[Boleto]:
    """Verify a call of a provider of boletos, and read again those of which it tells something.

    Args:
        webhook: the plugin.
        request: as the host received it.
        channel: name of the provider.
        log: as of `heard`.

    Raises:
        Rejected: as of `heard`.
        PluginError: likewise.
    """
    _verify(webhook, request, channel, log)
    found = _asked(lambda: tuple(webhook.parse(request)), channel, log)
    if not all(isinstance(each, str) for each in found):
        raise _failed(channel, log, "no reference")
    for reference in dict.fromkeys(found):
        with suppress(Rejected):  # the provider has no such boleto
            yield _asked(partial(_read, webhook, reference), channel, log)


def _read(provider: object, reference: str) -> Boleto:
    if not isinstance(provider, BoletoProvider):
        problem = f"{type(provider).__name__} takes calls and reads no boletos"
        raise PluginError(problem)
    return checked(provider.read(reference))


def _verify(webhook: Webhook | BoletoWebhook, request: WebhookRequest, channel: str, log: Log) -> None:
    if _asked(lambda: webhook.verify(request), channel, log) is not True:
        message = "the call is not the provider's, or too old"
        raise Rejected(message)


def _asked(call: Callable[[], _T], channel: str, log: Log) -> _T:
    """Ask the plugin. Its errors go no further: they, or what caused them, may repeat what the call held."""
    try:
        return call()
    except Rejected as error:
        refused: PluginError = Rejected(error.reason)
    except BROKEN as error:
        refused = _failed(channel, log, type(error).__name__, trace=trace_of(error))
    raise refused


def _failed(channel: str, log: Log, what: str, **where: str) -> PluginError:
    log.error("a plugin failed over a call", channel=channel, error=what, **where)
    return PluginError(f"the plugin of {channel!r} failed over a call ({what}); the log says where")
