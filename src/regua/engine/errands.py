"""What is to be carried out, ready to go: a rendered message for a channel, or a request for an executor."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol, TypeVar

from attrs import evolve, frozen

from regua.core.account import Account
from regua.core.dates import microseconds
from regua.core.events import BoletoOrdered
from regua.core.events.legal import RegistrarEvent
from regua.core.planning import Contact
from regua.core.policy import WRITTEN
from regua.engine.sealing import SALT
from regua.engine.sending import Sending
from regua.errors import ReguaError, Rejected
from regua.messages.declared import CALL_SCRIPT
from regua.ports import ActionRequest, Capabilities, Channel, Executor, Message

if TYPE_CHECKING:
    from regua.engine.boletos import Boletos

C_co = TypeVar("C_co", bound=Capabilities, covariant=True)
_GROUPED: Final = re.compile(r"\+[0-9][0-9 ().-]*")
_SEPARATOR: Final = "\x1f"
_BETWEEN_ADDRESSES: Final = frozenset(",; ")
_AROUND_ADDRESSES: Final = _BETWEEN_ADDRESSES | frozenset('<>()[]:"\\')


class NotNow(ReguaError):  # noqa: N818 - what is said of the action
    """The configuration does not let an action out; the text says what to mend, without personal data."""


@frozen(kw_only=True)
class Errand:
    """One call of a channel or executor, ready to be made. Its repr holds ids alone.

    Attributes:
        channel: by which channel or executor.
        key: the provider's idempotency key.
        content: canonical bytes of what is to be sent, for the evidence.
        point: the contact point that is used, or "".
        reports_delivery: whether it will be told when this was delivered.
        longest_us: the longest that the call takes, in microseconds.
        personal: what nobody may find in a log: the address and what is kept of the person.
        call: makes it.
        ordered: facts that are recorded with the intent.
    """

    channel: str
    key: str
    content: bytes
    point: str
    reports_delivery: bool
    longest_us: int
    personal: frozenset[str]
    call: Callable[[], object]
    ordered: Sequence[BoletoOrdered] = ()

    @property
    def content_hash(self) -> str:
        """SHA-256 of the content, hexadecimal."""
        return sha256(self.content).hexdigest()

    def __repr__(self) -> str:
        return f"Errand({self.channel!r}, {self.key!r})"


class _Able(Protocol[C_co]):
    """A plugin, which says what it can do."""

    @property
    def capabilities(self) -> C_co:
        """What it can do."""


class Writer(Protocol):
    """Writes what a debtor reads."""

    def written(
        self,
        contact: Contact,
        in_time: Collection[str],
        account: Account,
        person: Mapping[str, str],
        now: int,
        *,
        kept: Mapping[str, Mapping[str, str]],
        html: bool,
    ) -> Mapping[str, Any]:
        """`subject`, `text`, `html` where it is asked for, `language` and `variables` of the message of a contact.

        Raises:
            NotNow: it cannot be written.
        """


class Errands:
    """Makes errands of what leaves for the debtors of one creditor.

    Args:
        channels: by the name that policies use.
        executors: by kind of step and the name that a step gives, "" where it gives none; each with its name.
        writer: writes messages.
        creditor: `name`, `document` and `address` of who is owed.
        boletos: orders them, or None where nobody issues them.
    """

    def __init__(
        self,
        channels: Mapping[str, Channel],
        executors: Mapping[tuple[str, str], tuple[str, Executor]],
        writer: Writer,
        creditor: Mapping[str, str],
        boletos: Boletos | None = None,
    ) -> None:
        self._boletos = boletos
        self._channels, self._executors, self._writer = channels, executors, writer
        self._creditor = creditor

    def prepare(
        self,
        sending: Sending,
        account: Account,
        kept: Mapping[str, Mapping[str, str]],
        *,
        now: int,
        take_number: Callable[[str], int],
    ) -> Errand:
        """Make the errand of what leaves at once.

        Args:
            sending: due now.
            account: the debtor's facts.
            kept: the debtor's personal data by reference.
            now: instant of the attempt.
            take_number: takes the next number of a name.

        Raises:
            NotNow: the configuration does not let it out.
        """
        if sending.contact is not None and sending.carrier.kind in WRITTEN:
            return self._message(sending, sending.contact, account, kept, now)
        if sending.carrier.kind == "boleto" and self._boletos is not None:
            return self._boletos.prepare(sending, account, kept, now=now, take_number=take_number)
        person = person_of(account, kept, now)
        return self._request(sending, account, person, self._script(sending, account, person, now))

    def _message(
        self,
        sending: Sending,
        contact: Contact,
        account: Account,
        kept: Mapping[str, Mapping[str, str]],
        now: int,
    ) -> Errand:
        channel = self._channels.get(contact.channel)
        if channel is None:
            problem = f"channel {contact.channel!r} is not configured; add [channel.{contact.channel}] to regua.toml"
            raise NotNow(problem)
        if not any(fields.get("address") for fields in kept.values()):
            problem = "no address is kept for the debtor; give one to Creditor.keep, or to `regua record --people`"
            raise NotNow(problem)
        address = _address(kept.get(account.facts.points[contact.point].ref, {}).get("address", ""))
        person = person_of(account, kept, now)
        capabilities = capabilities_of(channel, f"channel {contact.channel!r}")
        message = Message(
            key=_key(sending, contact.channel),
            creditor=account.creditor,
            debtor=account.debtor,
            channel=contact.channel,
            actions=contact.members,
            attempt=sending.attempt,
            to=address,
            template=contact.template,
            **self._writer.written(contact, sending.in_time, account, person, now, kept=kept, html=capabilities.html),
        )
        told = {"to": address, "subject": message.subject, "text": message.text, "html": message.html}
        return Errand(
            channel=contact.channel,
            key=message.key,
            content=_canonical(**told, **kept.get(SALT, {})),
            point=contact.point,
            reports_delivery=capabilities.reports_delivery,
            longest_us=microseconds(capabilities.send_timeout),
            personal=frozenset({address, *person.values()}),
            call=_call(channel, message, capabilities.max_characters),
        )

    def _script(self, sending: Sending, account: Account, person: Mapping[str, str], now: int) -> str:
        """What who phones reads from; where it cannot be written, the call is asked for all the same."""
        contact = sending.contact
        if contact is None or sending.carrier.kind != "task":
            return ""
        read = evolve(contact, template=contact.template or CALL_SCRIPT)
        try:
            return str(self._writer.written(read, sending.in_time, account, person, now, kept={}, html=False)["text"])
        except NotNow:
            return ""

    def _request(self, sending: Sending, account: Account, person: Mapping[str, str], script: str) -> Errand:
        action, contact = sending.carrier, sending.contact
        found = self._executors.get((action.kind, action.registrar))
        if found is None:
            who = f"no registrar {action.registrar!r}" if action.registrar else "nothing"
            problem = f"{who} carries out the kind {action.kind!r}; add one that does to regua.toml"
            raise NotNow(problem)
        name, executor = found
        key, attempt, case = _key(sending, name), sending.attempt, _case(account, action.receivable, name)
        request = ActionRequest(
            key=key,
            action=action,
            contact=contact,
            attempt=attempt,
            case=case,
            person=person,
            creditor=dict(self._creditor),
            script=script,
            **_title(account, action.receivable),
        )
        capabilities = capabilities_of(executor, f"executor {name!r}")
        return Errand(
            channel=name,
            key=key,
            content=_canonical(kind=action.kind, step=action.step, amount=str(action.amount)),
            point="",
            reports_delivery=capabilities.reports_delivery,
            longest_us=microseconds(capabilities.send_timeout),
            personal=frozenset(person.values()),
            call=partial(executor.run, request),
        )


def _key(sending: Sending, channel: str) -> str:
    """The provider's key: the contact's, by one channel; another one where what it may have seen never arrived."""
    return sending.key or provider_key(sending.carrier.contact or sending.carrier.id, channel, sending.seen)


def provider_key(contact: str, channel: str, seen: int) -> str:
    """The key of a contact, or of an action that is none, which a provider may have seen so often before."""
    return _hash("contact", contact, channel, str(seen))


def _case(account: Account, receivable: str, name: str) -> str:
    """The number that a registrar gave the case of a receivable last, or ""."""
    found = (each for each in reversed(account.events) if isinstance(each, RegistrarEvent) and each.reference)
    return next((each.reference for each in found if (each.receivable, each.registrar) == (receivable, name)), "")


def _title(account: Account, name: str) -> dict[str, Any]:
    """What a registrar must know of a receivable: its kind, due date and amount without charges."""
    receivable = account.facts.receivables.get(name)
    if receivable is None or not receivable.terms:
        return {}
    terms = receivable.terms[-1]
    return {"due": date.fromordinal(terms.due), "title": receivable.kind, "principal": terms.amount}


def capabilities_of(plugin: _Able[C_co], what: str) -> C_co:
    """What it can do; a plugin that raises where it says so holds up nothing but its own actions."""
    try:
        return plugin.capabilities
    except Exception as error:
        problem = f"{what} does not say what it can do: {type(error).__name__}"
        raise NotNow(problem) from error


def person_of(account: Account, kept: Mapping[str, Mapping[str, str]], now: int) -> Mapping[str, str]:
    """What is kept of the person who owes."""
    profile = account.facts.profile.at(now)
    return kept.get(profile.person, {}) if profile else {}


def _address(text: str) -> str:
    """An address as channels get it: an international telephone number as E.164, without what groups its digits."""
    return re.sub("[ ().-]", "", text) if _GROUPED.fullmatch(text) else text


def _is_one_address(text: str) -> bool:
    """Whether a text can be one address: a comma or a line break would make it several, whatever the channel.

    Nor may an e-mail address hold what e-mail libraries read as names, groups, comments or encoded words.
    """
    plain = unicodedata.normalize("NFKC", text)
    separators = _AROUND_ADDRESSES if "@" in plain else _BETWEEN_ADDRESSES
    one = plain.isprintable() and not separators & set(plain) and plain.count("@") <= 1 and "=?" not in plain
    return bool(text) and text.isprintable() and one


def _call(channel: Channel, message: Message, most: int | None) -> Callable[[], object]:
    """Send it, unless that cannot be: then the step's next channel is tried."""
    if not _is_one_address(message.to):
        return _no_address
    return partial(channel.send, message) if most is None or len(message.text) <= most else partial(_too_long, most)


def _no_address() -> NoReturn:
    message = "no single address is kept for the contact point"
    raise Rejected(message)


def _too_long(most: int) -> NoReturn:
    message = f"the text is longer than the {most:,} characters that the channel takes"
    raise Rejected(message)


def _canonical(**parts: str) -> bytes:
    return json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()


def _hash(*parts: str) -> str:
    return sha256(_SEPARATOR.join(parts).encode()).hexdigest()[:32]
