"""What a debtor would get: every contact of a schedule, written as its channel carries it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from regua.core.dates import civil_day
from regua.engine.identifying import identity_of
from regua.engine.sending import Sending
from regua.engine.writing import open_offer
from regua.errors import MessageError
from regua.messages import DEFAULT_LANGUAGE, CreditorIdentity, MessageBook, contact_variables
from regua.messages.declared import CALL_SCRIPT
from regua.messages.sms import Segments, segments
from regua.ports import Capabilities

if TYPE_CHECKING:
    from regua.core.account import Account
    from regua.core.planning import Action, Contact, Schedule
    from regua.engine.settings import Settings
    from regua.plugins import Registry


@frozen(kw_only=True)
class Preview:
    """One contact as it arrives. Its repr shows none of it.

    Attributes:
        at: when, in the debtor's zone, with its offset.
        status: `due` or `planned`.
        channel: by which, or "" for a call.
        sender: who it is from, as far as the settings tell.
        to: the address, or "" where it is not known.
        step: id of the carrier's step.
        tone: of the message, or "".
        receivables: ids of what it is about.
        template: its name.
        subject: one line, or "".
        text: plain text.
        html: page, or "" where the channel takes none.
        sms: what it costs, where the channel is `sms`.
        problem: why it cannot be written, or "".
    """

    at: str
    status: str
    channel: str
    sender: str = field(repr=False)
    to: str = field(repr=False)
    step: str
    tone: str
    receivables: tuple[str, ...]
    template: str
    subject: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    sms: Segments | None = None
    problem: str = ""


@frozen(kw_only=True)
class Letterhead:
    """With what messages are written.

    Attributes:
        identity: who is owed.
        book: the templates.
        html: channels that take HTML.
        senders: addresses that channels send from.
    """

    identity: CreditorIdentity
    book: MessageBook
    html: frozenset[str]
    senders: Mapping[str, str]

    @classmethod
    def of(cls, creditor: str, settings: Settings | None, registry: Registry | None) -> Letterhead:
        """As the settings say; without them the creditor is called by its id, and only `email` takes HTML.

        Raises:
            MessageError: a message file of the settings has problems.
        """
        known = settings.creditors.get(creditor) if settings else None
        unknown = CreditorIdentity(name=creditor, document="00.000.000/0000-00", address="(endereço)")
        channels = settings.channels if settings and registry else {}
        takes = {name: _takes_html(registry, each.use, name) for name, each in channels.items()} or {"email": True}
        senders = {name: getattr(each.config, "sender", "") for name, each in channels.items()}
        return cls(
            identity=identity_of(known) if known else unknown,
            book=MessageBook.open(*([settings.templates] if settings and settings.templates else [])),
            html=frozenset(name for name, is_taken in takes.items() if is_taken),
            senders={name: each for name, each in senders.items() if isinstance(each, str)},
        )


def _takes_html(registry: Registry | None, use: str, name: str) -> bool:
    told = getattr(registry.channels.get(use), "capabilities", None) if registry else None
    return told.html if isinstance(told, Capabilities) else name == "email"


def previews(
    schedule: Schedule, account: Account, kept: Mapping[str, Mapping[str, str]], head: Letterhead
) -> Iterator[Preview]:
    """Every contact of a schedule that is due or planned.

    Args:
        schedule: of one debtor.
        account: of the same.
        kept: personal data by reference, as far as they are known.
        head: with what they are written.
    """
    actions = {action.id: action for action in schedule.all}
    for contact in schedule.contacts:
        at = max(contact.at_us, schedule.as_of_us)
        yield _preview(contact, [actions[each] for each in contact.members], account, kept, head, at=at)


def _preview(
    contact: Contact,
    actions: Sequence[Action],
    account: Account,
    kept: Mapping[str, Mapping[str, str]],
    head: Letterhead,
    *,
    at: int,
) -> Preview:
    sending = Sending(contact=contact, actions=actions)
    points, profile = account.facts.points, account.facts.profile.at(at)
    known: dict[str, Any] = {
        "at": f"{contact.at:YYYY-MM-DD HH:mm Z}",
        "status": contact.status,
        "channel": contact.channel,
        "sender": _sender(head, contact.channel),
        "to": kept.get(points[contact.point].ref, {}).get("address", "") if contact.point in points else "",
        "step": sending.carrier.step,
        "tone": "" if contact.tone is None else contact.tone.word,
        "receivables": tuple(item.receivable for item in contact.items),
        "template": contact.template or (CALL_SCRIPT if sending.carrier.kind == "task" else ""),
    }
    try:
        values = contact_variables(
            contact,
            today=date.fromordinal(civil_day(at, contact.zone)),
            debtor=kept.get(profile.person, {}) if profile else {},
            creditor=head.identity,
            in_time=sending.in_time,
            offer=open_offer(contact, account, contact.day, at),
        )
        rendered = head.book.render(
            known["template"],
            values,
            language=(profile.language if profile else "") or DEFAULT_LANGUAGE,
            channel=contact.channel,
            html=contact.channel in head.html,
        )
    except MessageError as error:
        return Preview(**known, problem=str(error))
    known |= {"subject": rendered.subject, "text": rendered.text, "html": rendered.html}
    return Preview(**known, sms=segments(rendered.text) if contact.channel == "sms" else None)


def _sender(head: Letterhead, channel: str) -> str:
    address = head.senders.get(channel, "")
    return f"{head.identity.name} <{address}>" if address else head.identity.name
