"""Channels, executors and their webhooks: what carries an action out, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, runtime_checkable

from attrs import converters, field, frozen

from regua.core.dates import public_instant, to_instant
from regua.core.events.base import Event
from regua.core.money import Money
from regua.core.planning.schedule import Action, Contact
from regua.errors import PluginError

if TYPE_CHECKING:
    import pendulum

Delivery = Literal["idempotent", "queryable", "blind"]
ReceiptStatus = Literal["accepted", "delivered", "read", "bounced", "failed", "unknown"]


@frozen(kw_only=True)
class Capabilities:
    """What a channel or executor can do and promise. What declares nothing is blind and offers nothing.

    Attributes:
        delivery: what the engine may do when nobody knows whether a request was carried out. `idempotent`: send it
            again with the same key and content, which the provider recognises, so that nothing arrives twice.
            `queryable`: ask `Queryable.find`. `blind`: neither; it stays unknown for a webhook or a person, and is
            never sent again by itself.
        key_ttl: how long the provider remembers a key; needed by `idempotent`, and None for the others.
        query_lag: for how long after a request "not found" proves nothing; of `queryable` alone.
        send_timeout: the longest that `send`, `run` or `find` takes: give your own network calls less. After it nobody
            waits any more, and what was sent is unknown; an answer that comes later still counts. The contact window
            must stay open for it.
        reports_delivery: whether a receipt will say `delivered`; where not, `accepted` counts as delivered.
        reports_reading: whether a receipt will say `read`.
        attachments: whether messages may carry files.
        html: whether `Message.html` is used.
        max_characters: longest text of a message, in Unicode characters, or None.
        sends_legal_notice: of a registrar: it sends the legal notice and waits its term by itself.
        ask_every: how often it may be asked, by `Queryable.find`, what became of a request that it took over or whose
            fate nobody knows; None: it says so by itself, or never.

    Raises:
        PluginError: declarations that contradict each other.
    """

    delivery: Delivery = "blind"
    key_ttl: timedelta | None = None
    query_lag: timedelta = timedelta(0)
    send_timeout: timedelta = timedelta(seconds=30)
    reports_delivery: bool = False
    reports_reading: bool = False
    attachments: bool = False
    html: bool = False
    max_characters: int | None = None
    sends_legal_notice: bool = False
    ask_every: timedelta | None = None

    def __attrs_post_init__(self) -> None:
        if (self.delivery == "idempotent") != (self.key_ttl is not None):
            raise PluginError(f"capabilities: key_ttl goes with delivery='idempotent', not {self.delivery!r} alone")
        if self.query_lag and self.delivery != "queryable":
            raise PluginError(f"capabilities: query_lag goes with delivery='queryable', not {self.delivery!r}")
        given = (self.send_timeout, self.key_ttl, self.ask_every)
        if any(span is not None and span <= timedelta(0) for span in given):
            raise PluginError("capabilities: send_timeout, key_ttl and ask_every are longer than nothing")


@frozen(kw_only=True)
class Attachment:
    """A file that goes with a message.

    Attributes:
        name: file name, such as `"boleto.pdf"`.
        media_type: such as `"application/pdf"`.
        content: the bytes; personal data, so never in a log.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)


@frozen(kw_only=True)
class Message:
    """One contact, rendered, for one address. Its repr holds ids alone, so that it can be logged.

    Attributes:
        key: the provider's idempotency key; the same at every attempt at this contact by this channel, except after
            one that may have left and was found never to have arrived.
        creditor: who is owed.
        debtor: id of who owes.
        channel: name of the channel in `regua.toml`.
        actions: ids of the actions that it carries, the carrier first.
        attempt: 1 for the first attempt, and so on.
        to: exactly one address: an e-mail address, or a telephone number as E.164 (`+5511987654321`).
        subject: one line, or "".
        text: plain text, always there.
        html: the same as HTML, or "".
        language: BCP 47 tag of the texts.
        attachments: files.
        template: name of the template, for providers that hold approved texts themselves.
        variables: what the template was filled with, as text; its lists are left out.
    """

    key: str
    creditor: str
    debtor: str
    channel: str
    actions: tuple[str, ...]
    attempt: int = 1
    to: str = field(repr=False)
    subject: str = field(default="", repr=False)
    text: str = field(repr=False)
    html: str = field(default="", repr=False)
    language: str = "pt-BR"
    attachments: tuple[Attachment, ...] = ()
    template: str = ""
    variables: Mapping[str, str] = field(factory=dict, repr=False)


@frozen(kw_only=True)
class ActionRequest:
    """One action for an executor. Its repr holds ids alone.

    Attributes:
        key: the provider's idempotency key, as of `Message`.
        action: what is asked; of several that make one contact, the carrier.
        contact: the contact with its members and items; None for what reaches no debtor.
        attempt: 1 for the first attempt, and so on.
        case: the registrar's own number for the case, as it said last, or "".
        person: name, documents and address of the debtor, as the creditor keeps them; empty once erased.
        due: civil due date of the receivable as it now is; None for what is about the debtor.
        title: kind of the receivable, such as `"duplicata"`, or "".
        principal: what the receivable asked without charges and payments, or None.
        creditor: `name`, `document` and `address` of who is owed, each "" where nobody said so.
        script: of a task: what who phones reads from, with the debtor's name and what is owed; "" where it cannot be
            written.
    """

    key: str
    action: Action
    contact: Contact | None = None
    attempt: int = 1
    case: str = ""
    person: Mapping[str, str] = field(factory=dict, repr=False)
    due: date | None = None
    title: str = ""
    principal: Money | None = None
    creditor: Mapping[str, str] = field(factory=dict, repr=False)
    script: str = field(default="", repr=False)


@frozen(kw_only=True)
class Receipt:
    """What a provider said of one request, at once or later.

    Attributes:
        status: `accepted` (the provider took it over), `delivered`, `read`, `bounced` (the address reaches nobody),
            `failed` (for good, for another cause) or `unknown` (a word of the provider that the plugin does not
            know: never guess). Of what is no message `accepted` says that it was asked for, `delivered` that it is
            done: the notice reached the debtor, the debt is listed, the protest registered.
        key: the request's key; `send` and `run` may leave it "", a webhook gives it or `reference`.
        reference: the provider's own id, or "".
        at: when it happened, as the provider tells, given as an aware datetime; None for now.
        reason: the provider's word for it, without personal data.
        raw: the provider's answer as it came, as of a webhook its body. It is kept as personal data, sealed where there
            is a vault and erased with the debtor, up to 65,536 bytes of it; `Creditor.answers` gives it back.

    Raises:
        DateError: `at` is naive.
    """

    status: ReceiptStatus = "accepted"
    key: str = ""
    reference: str = ""
    at_us: int | None = field(default=None, alias="at", converter=converters.optional(to_instant))
    reason: str = ""
    raw: bytes = field(default=b"", repr=False)

    @property
    def at(self) -> pendulum.DateTime | None:
        """When it happened, in UTC, or None for when it was received."""
        return None if self.at_us is None else public_instant(self.at_us)


def _lower_names(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@frozen(kw_only=True)
class WebhookRequest:
    """A provider's call, as the host's web framework received it.

    Attributes:
        method: such as `"POST"`.
        path: path and query, as sent; a query may hold a token or a number.
        headers: names in lower case.
        body: as sent, byte for byte: signatures are over it.
        received_at: given as an aware datetime; signatures are judged old by it.

    Raises:
        DateError: `received_at` is naive.
    """

    method: str = "POST"
    path: str = field(default="/", repr=False)
    headers: Mapping[str, str] = field(repr=False, converter=_lower_names)
    body: bytes = field(repr=False)
    received_us: int = field(alias="received_at", converter=to_instant)

    @property
    def received_at(self) -> pendulum.DateTime:
        """When the host received it, in UTC."""
        return public_instant(self.received_us)


@frozen
class NoConfig:
    """The `Config` of a plugin that has nothing to configure."""


@runtime_checkable
class Channel(Protocol):
    """Brings messages to debtors. The registry makes one per channel of `regua.toml`, as `cls(config)`.

    Attributes:
        Config: attrs class of its keys in `regua.toml`. A secret is a `str` with `repr=False`: the file says
            `"env:NAME"`, the channel gets the value.
    """

    Config: ClassVar[type[Any]]

    @property
    def name(self) -> str:
        """What `regua.toml` says in `use`: the plugin's name, not the channel's."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do and promise; may depend on the config."""

    def send(self, message: Message) -> Receipt:
        """Send one message, within `send_timeout`. Called from several threads, none of them the host's.

        Raises:
            Retryable: nothing left, for certain.
            Rejected: the provider refused it for good.
            Unsupported: this channel cannot carry such a message.
            Unknown: it left, and no answer that can be read came back.
        """

    def close(self) -> None:
        """Give connections back; called once, by the engine."""


@runtime_checkable
class Executor(Protocol):
    """Carries out what is no message: registrar acts, tasks, service changes, rewards.

    Attributes:
        Config: as of a channel.
    """

    Config: ClassVar[type[Any]]

    @property
    def name(self) -> str:
        """What `regua.toml` says in `use`."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of step that it carries out."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do and promise."""

    def run(self, request: ActionRequest) -> Receipt:
        """Carry one action out, or hand it over; raises as `Channel.send` does."""

    def close(self) -> None:
        """Give connections back; called once, by the engine."""


@runtime_checkable
class Queryable(Protocol):
    """Beside a channel or executor whose capabilities say `queryable`, or how often it may be asked."""

    def find(self, key: str) -> Receipt | None:
        """What became of the request with that key; None where the provider never saw it, for certain.

        Raises:
            Retryable: the provider cannot be asked now.
        """


@runtime_checkable
class Webhook(Protocol):
    """Beside a channel or executor whose provider calls back."""

    def verify(self, request: WebhookRequest) -> bool:
        """Whether the provider sent this, lately: signature in constant time, timestamp against `received_at`.

        The engine refuses what is not True. A call that comes again says the same facts, which are recorded once.
        """

    def parse(self, request: WebhookRequest) -> Sequence[Receipt | Event]:
        """Read a verified call. What it says of requests is receipts, of the debtor (a reply, a payment) events.

        Raises:
            Rejected: it cannot be read.
        """
