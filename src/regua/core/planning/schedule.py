"""What a plan says: actions in order, each with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from attrs import field, frozen

from regua.core.charges import Balance, Component
from regua.core.dates import format_instant, public_instant
from regua.core.money import Money
from regua.core.planning.identity import fingerprint
from regua.core.policy import Origin, Policy
from regua.core.tones import Tone

if TYPE_CHECKING:
    import pendulum

_ASIDE: Final = {"document": False}
"""What stands beside a schedule and not in its documents."""

Status = Literal["due", "planned", "waiting", "done", "ended"]


@frozen
class Reason:
    """Why an action is where it is.

    Attributes:
        code: a blocker, or a code of the reference page, such as `planned`, `sent`, `tone-clamped`.
        facts: what it rests on, as plain strings: event ids, days, amounts.
        origin: where the policy declares what applied, or None; outside equality and fingerprint.
        rule: id of the legal rule that applied, or "".
    """

    code: str
    facts: Mapping[str, str] = field(factory=dict)
    origin: Origin | None = field(default=None, eq=False)
    rule: str = ""


@frozen(kw_only=True)
class Prescribed:
    """Until when a receivable can be enforced (prescrição).

    Attributes:
        receivable: its id.
        due: its due date.
        counted_from: the day from which the term counts: the due date, or that of the fact that restarted it.
        last_day: last day of the term; the receivable is time-barred from the next one on.
        rule: id of the rule that sets the term.
    """

    receivable: str
    due: date
    counted_from: date
    last_day: date
    rule: str


@frozen(kw_only=True)
class Action:
    """What one step asks for, for one receivable or the debtor, on one day.

    Attributes:
        id: hash of creditor, debtor, receivable, step and occurrence; no date in it.
        creditor: who is owed.
        debtor: who owes.
        receivable: id of the receivable, or "" for an action about the debtor.
        policy: id of the policy.
        policy_version: its version.
        step: id of the step.
        kind: kind of the step.
        occurrence: how often the step has started anew for this receivable, from 0, or the event that it answers.
        status: `due` (carry it out now), `planned`, `waiting` (blocked, may run), `done`, `ended`.
        day: civil day in the debtor's zone.
        at: the instant, in the debtor's zone; `at_us` has it in microseconds since 1970 UTC.
        zone: the debtor's IANA zone.
        presses: whether it asks for overdue money or escalates.
        tone: in which it is written now, or None.
        asked_tone: the step's own, or None.
        channel: the one it would go by, or "" where none is needed or usable.
        point: id of the contact point that the channel would reach, or "".
        template: name of the template for that tone, or "".
        amount: balance of the receivable on that day (today's, once it is due), or None.
        contact: id of the contact that carries it, or "" for what is no contact or neither due, planned nor done.
        listed: receivables that the contact lists beside those of its actions; of the carrier alone.
        valid_until: last civil day on which the amounts of its contact hold, or None.
        registrar: who carries it out, by the name in `regua.toml`, or "" for the first that can.
        reasons: the primary one first.
        balance: behind `amount` and `breakdown`; not in documents.
    """

    id: str
    creditor: str
    debtor: str
    receivable: str
    policy: str
    policy_version: int
    step: str
    kind: str
    occurrence: str
    status: Status
    day: date
    at_us: int = field(alias="at")
    zone: str
    presses: bool
    tone: Tone | None
    asked_tone: Tone | None
    channel: str
    point: str = ""
    template: str
    amount: Money | None
    contact: str = ""
    listed: tuple[str, ...] = ()
    valid_until: date | None = None
    registrar: str = ""
    reasons: tuple[Reason, ...]
    balance: Balance | None = field(default=None, eq=False, repr=False, metadata=_ASIDE)

    @property
    def breakdown(self) -> tuple[Component, ...]:
        """What `amount` consists of, worked out now; nothing where there is none, or the schedule came from a file."""
        return () if self.balance is None else self.balance.components

    @property
    def at(self) -> pendulum.DateTime:
        """The instant, in the debtor's zone."""
        return public_instant(self.at_us, self.zone)

    @property
    def reason(self) -> Reason:
        """The primary reason."""
        return self.reasons[0]


@frozen(kw_only=True)
class Item:
    """One receivable that a contact is about.

    Attributes:
        receivable: its id.
        amount: its balance on the day of the contact (today's, once it is due).
        due: due date as printed, not moved to a business day.
        action: id of the action about it that the contact carries, or "" where it is only listed.
        balance: behind `amount` and `breakdown`; not in documents.
    """

    receivable: str
    amount: Money
    due: date
    action: str = ""
    balance: Balance | None = field(default=None, eq=False, repr=False, metadata=_ASIDE)

    @property
    def breakdown(self) -> tuple[Component, ...]:
        """What `amount` consists of: as of `Action.breakdown`."""
        return () if self.balance is None else self.balance.components


@frozen(kw_only=True)
class Contact:
    """One message or call that reaches the debtor, carrying one or more actions.

    Attributes:
        id: the id of the carrier and how often it goes out: `<action>/1`, after a known failure `<action>/2`.
        carrier: id of the action whose template and tone it has: the most severe.
        members: ids of its actions, the carrier first.
        items: what it is about, oldest due first.
        status: `due` or `planned`.
        day: civil day in the debtor's zone.
        at: the instant, in the debtor's zone; `at_us` has it in microseconds since 1970 UTC.
        zone: the debtor's IANA zone.
        channel: by which it goes, or "" for a call.
        point: id of the contact point that it would reach, or "".
        tone: the carrier's, or None.
        template: the carrier's, or "".
        presses: whether it asks for overdue money.
        valid_until: last civil day on which its amounts hold, or None.
    """

    id: str
    carrier: str
    members: tuple[str, ...]
    items: tuple[Item, ...]
    status: Status
    day: date
    at_us: int = field(alias="at")
    zone: str
    channel: str
    point: str
    tone: Tone | None
    template: str
    presses: bool
    valid_until: date | None = None

    @property
    def listed(self) -> tuple[str, ...]:
        """Ids of the receivables that it lists though it carries no action about them."""
        return tuple(item.receivable for item in self.items if not item.action)

    @property
    def at(self) -> pendulum.DateTime:
        """The instant, in the debtor's zone."""
        return public_instant(self.at_us, self.zone)


@frozen(kw_only=True, slots=False)
class Schedule:
    """The ordered result of `plan` for one debtor.

    There is no plain iteration, so that nobody sends what is blocked: take `.due`, or say `.all`.

    Until `next_wakeup` every action keeps its status, day, instant, channel, tone and point, and none is added, if no
    further fact is recorded. The amount of what is due or waiting follows the day on which somebody looks and makes no
    wakeup; nor does what is listed after the reason for which an action ended.

    Attributes:
        creditor: who is owed.
        debtor: who owes.
        as_of: the instant it was made for, in the debtor's zone; `as_of_us` in microseconds since 1970 UTC.
        zone: the debtor's IANA zone.
        calendars: version of each calendar used, by policy.
        indexes: version of each index that the policies name, by name.
        all: every action, by instant, severity descending, id.
        contacts: what goes out together of the due and planned actions, in their order.
        next_wakeup: the next instant at which anything but an amount can change, likewise, or None;
            `next_wakeup_us` likewise.
        prescriptions: until when each receivable can be enforced, where a pack of its policy says so; by receivable.
        fingerprint: SHA-256 over policies, their law, calendars, indexes, `as_of` and actions; hexadecimal.
    """

    creditor: str
    debtor: str
    as_of_us: int = field(alias="as_of")
    zone: str
    calendars: Mapping[str, str]
    indexes: Mapping[str, str] = field(factory=dict)
    all: tuple[Action, ...]
    contacts: tuple[Contact, ...] = ()
    next_wakeup_us: int | None = field(alias="next_wakeup")
    prescriptions: tuple[Prescribed, ...] = ()
    fingerprint: str

    @classmethod
    def unsealed(cls, policies: Sequence[Policy], governed: Mapping[str, tuple[Policy, ...]], **parts: Any) -> Schedule:
        """A schedule whose fingerprint is made when somebody looks: it costs more than half of the actions."""
        schedule = cls(**parts, fingerprint="")
        held = vars(schedule)
        held["_policies"], held["_governed"] = tuple(policies), governed
        del held["fingerprint"]
        return schedule

    @property
    def as_of(self) -> pendulum.DateTime:
        """The instant it was made for, in the debtor's zone."""
        return public_instant(self.as_of_us, self.zone)

    @property
    def next_wakeup(self) -> pendulum.DateTime | None:
        """The next instant at which anything but an amount can change, in the debtor's zone, or None."""
        return None if self.next_wakeup_us is None else public_instant(self.next_wakeup_us, self.zone)

    @property
    def governed(self) -> Mapping[str, tuple[Policy, ...]]:
        """Policies of which it tells every step, by receivable, the debtor's under ""; none where `until` cut it."""
        governed: Mapping[str, tuple[Policy, ...]] = vars(self).get("_governed", {})
        return governed

    @property
    def due(self) -> tuple[Action, ...]:
        """To be carried out now."""
        return self._with("due")

    @property
    def planned(self) -> tuple[Action, ...]:
        """Will be due at a known instant."""
        return self._with("planned")

    @property
    def waiting(self) -> tuple[Action, ...]:
        """Blocked, may still run."""
        return self._with("waiting")

    @property
    def done(self) -> tuple[Action, ...]:
        """Attempted; the past is fixed."""
        return self._with("done")

    @property
    def ended(self) -> tuple[Action, ...]:
        """Lapsed, superseded or over."""
        return self._with("ended")

    def _with(self, status: Status) -> tuple[Action, ...]:
        return tuple(action for action in self.all if action.status == status)


def _fingerprint(schedule: Schedule) -> str:
    wakeup = schedule.next_wakeup_us
    policies: tuple[Policy, ...] = vars(schedule)["_policies"]
    heads = [
        f"as_of {format_instant(schedule.as_of_us)} zone {schedule.zone}",
        f"creditor {schedule.creditor!r} debtor {schedule.debtor!r}",
        f"next_wakeup {'-' if wakeup is None else format_instant(wakeup)}",
        *[f"policy {policy.id!r} {policy.version} {policy.fingerprint}" for policy in policies],
        *[f"law {policy.id!r} {policy.legal.fingerprint}" for policy in policies if policy.legal.fingerprint],
        *[f"calendar {name!r} {version!r}" for name, version in schedule.calendars.items()],
        *[f"index {name!r} {version!r}" for name, version in schedule.indexes.items()],
    ]
    return fingerprint(heads, schedule.all, schedule.contacts)


# Looked up only where the instance holds none: a schedule from `plan` that nobody has asked for its fingerprint yet.
_made_when_asked = cached_property(_fingerprint)
_made_when_asked.__set_name__(Schedule, "fingerprint")
Schedule.fingerprint = _made_when_asked  # type: ignore[assignment]
