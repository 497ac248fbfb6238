"""How contracts ask a plugin, and what they say where it answers as no plugin may."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from typing import Any, Final, Generic, NoReturn, TypeVar

import pytest

from regua.core.money import Money
from regua.core.planning.schedule import Action, Reason
from regua.ports import (
    ActionRequest,
    Capabilities,
    Message,
    PluginError,
    Queryable,
    Receipt,
    Rejected,
    Retryable,
    Unknown,
    Unsupported,
)
from regua.testing.contracts.providers import BEHAVIOURS, Behaviour, Provider, Taken

Request = Message | ActionRequest
Answer = Receipt | PluginError
T = TypeVar("T")

NAME: Final = "Canária Desafinada"
"""Of the debtor; nothing that a plugin logs or raises may repeat it, as no text of a message."""
TEXT: Final = f"Olá, {NAME}: a conta de R$ 150,37 venceu ontem."
PERSON: Final = {"name": NAME, "document": "111.444.777-35", "address": "Rua da Canária, 7"}
CREDITOR: Final = {"name": "Loja Exemplo", "document": "11.222.333/0001-81", "address": "Rua A, 1"}
NOON: Final = datetime(2026, 4, 15, 12, tzinfo=UTC)
FOUR: Final = (Retryable, Rejected, Unsupported, Unknown)
"""What a plugin may raise."""
NOT_DONE: Final = (Retryable, Rejected, Unsupported)
"""Those that say that nothing was done."""


def key(name: str) -> str:
    """A key as the engine mints them."""
    return sha256(name.encode()).hexdigest()[:32]


def message(provider: Provider, name: str = "1", **changes: Any) -> Message:
    """A message that every channel can carry."""
    fields: dict[str, Any] = {"to": provider.address, "subject": "Sua conta de abril", "text": TEXT}
    fields |= {"creditor": "loja", "debtor": "ana", "channel": "canal", "actions": ("a1",)}
    return Message(**(fields | {"key": key(name)} | changes))


def act(name: str = "1", *, kind: str, **changes: Any) -> ActionRequest:
    """A request that every executor of that kind can carry out."""
    owed = Money.of("150.37")
    asked = Action(
        id=f"a{name}",
        creditor="loja",
        debtor="ana",
        receivable="nf-1",
        policy="padrao",
        policy_version=1,
        step="etapa",
        kind=kind,
        occurrence="0",
        status="due",
        day=NOON.date(),
        at=int(NOON.timestamp()) * 10**6,
        zone="America/Sao_Paulo",
        presses=True,
        tone=None,
        asked_tone=None,
        channel="",
        template="",
        amount=owed,
        reasons=(Reason("due"),),
    )
    fields: dict[str, Any] = {"key": key(name), "action": asked, "person": PERSON, "creditor": CREDITOR}
    fields |= {"due": date(2026, 4, 10), "title": "services", "principal": owed}
    return ActionRequest(**(fields | changes))


def capabilities_of(provider: Provider) -> Capabilities:
    """What the plugin declares."""
    declared: Any = getattr(provider.plugin, "capabilities", Capabilities())
    assert isinstance(declared, Capabilities), "`capabilities` must be a regua.ports.Capabilities"
    return declared


def has(provider: Provider, how: Behaviour, retry_after: str = "") -> bool:
    """Have the provider behave so, where it can."""
    try:
        provider.behave(how, retry_after) if retry_after else provider.behave(how)
    except NotImplementedError:
        return False
    return True


def behave(provider: Provider, how: Behaviour, retry_after: str = "") -> None:
    """Have the provider behave so; skip the test where it cannot."""
    if not has(provider, how, retry_after):
        said = " with a Retry-After" if retry_after else ""
        pytest.skip(f"the provider of the test cannot behave {how!r}{said}: {BEHAVIOURS[how]}")


def ask(provider: Provider, request: Request) -> Answer:
    """What the plugin answers or raises; anything but a receipt and its four errors fails the test."""
    plugin: Any = provider.plugin
    try:
        answer = plugin.send(request) if isinstance(request, Message) else plugin.run(request)
    except PluginError as error:
        if not isinstance(error, FOUR):
            fail(f"it raised {type(error).__name__}; a plugin raises Retryable, Rejected, Unsupported or Unknown")
        return error
    except Exception as error:  # noqa: BLE001 - told below
        fail(
            f"it raised {error!r}, which says nothing of whether the request left; "
            "raise Retryable, Rejected, Unsupported or Unknown from it"
        )
    if not isinstance(answer, Receipt):
        fail(f"it returned {type(answer).__name__}; return a regua.ports.Receipt")
    return answer


def accepted(provider: Provider, request: Request) -> Receipt:
    """The receipt for a request that the provider takes over."""
    answer = ask(provider, request)
    assert isinstance(answer, Receipt), f"the provider takes such requests over, and the plugin raised {answer!r}"
    return answer


def find(provider: Provider, name: str) -> Receipt | None:
    """What the plugin finds of a key; skips the test where it finds nothing of any."""
    can, plugin = capabilities_of(provider), provider.plugin
    if not isinstance(plugin, Queryable):
        declared = can.delivery == "queryable" or can.ask_every is not None
        assert not declared, "its capabilities say that it can be asked; give it find(key)"
        pytest.skip("it has no find(key), and does not declare it")
    return plugin.find(name)


def taken_of(provider: Provider, request: Request) -> list[Taken]:
    """What the provider took over of one request: of those with its key, or of all where it knows no keys."""
    return [each for each in provider.taken() if each.key in ("", request.key)]


def at_once(work: Sequence[Callable[[], T]]) -> list[T]:
    """Do all of it at once, a thread for each, and give what came of it in order; raises what went wrong in one."""
    start = threading.Barrier(len(work))

    def run(each: Callable[[], T]) -> T:
        start.wait()
        return each()

    deeds = [Deed(partial(run, each)) for each in work]
    return [deed.within(None) for deed in deeds]


class Deed(Generic[T]):
    """Something that is done in a thread beside.

    Args:
        work: what is done.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._result: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def within(self, seconds: float | None) -> T:
        """What came of it, within so long.

        Raises:
            TimeoutError: it takes longer.
            BaseException: what went wrong in it.
        """
        self._thread.join(seconds)
        if self._thread.is_alive():
            raise TimeoutError
        if self._error is not None:
            raise self._error
        return self._result[0]

    def _run(self, work: Callable[[], T]) -> None:
        try:
            self._result.append(work())
        except BaseException as error:  # noqa: BLE001 - raised by who waits
            self._error = error


def fail(text: str) -> NoReturn:
    """Fail the test."""
    pytest.fail(text)
