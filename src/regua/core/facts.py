"""What an account's events come to, before any policy looks at them."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, evolve, field, frozen

from regua.core.events import ActionOutcome, DebtorProfile, Event, InvoiceAmended, PolicyMigrated, PromiseMade
from regua.core.filings import Filing
from regua.core.money import Money
from regua.core.timeline import Register, Span


@frozen
class Terms:
    """What a receivable asks, from `at` on.

    Attributes:
        at: instant from which it asks this.
        known: instant from which we knew.
        amount: principal.
        due: ordinal of the due date.
        rebate: reduction, minor units.
        event: id of the event that said so.
    """

    at: int
    known: int
    amount: Money
    due: int
    rebate: int
    event: str


@define
class Opening:
    """Something that is opened by one event and closed by another of the same name.

    Attributes:
        receivables: what it is about; empty for the whole debtor.
        start: instant, or None while only the closing is known.
        end: instant, or None while open.
        until: ordinal of the last civil day, where it ends by itself.
        cause: id of the opening event.
        known: when the opening was known.
        upheld: whether it was closed in the debtor's favour.
    """

    receivables: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    until: int | None = None
    cause: str = ""
    known: int = 0
    upheld: bool = False


@define
class Agreement(Opening):
    """An agreement: what it replaces is `receivables`.

    Attributes:
        instalments: ids of the receivables that replace them.
        broken_after: how many instalments late break it.
        broken_days: by how many civil days each.
        broken: whether `end` is when it was broken; facts alone never say so.
    """

    instalments: tuple[str, ...] = ()
    broken_after: int = 1
    broken_days: int = 30
    broken: bool = False


@frozen
class Episode:
    """A payment from its notice or settlement until it was undone.

    Attributes:
        start: instant, its value date.
        end: instant of the reversal, or None.
        amount: how much.
        receivables: what it names.
        event: id of the event that began it.
        known: when it was known.
    """

    start: int
    end: int | None
    amount: Money
    receivables: tuple[str, ...]
    event: str
    known: int


@define
class Payment:
    """One payment: its episodes as noticed and as settled, in order of time."""

    noticed: list[Episode] = field(factory=list)
    settled: list[Episode] = field(factory=list)
    early_reversals: int = 0

    @property
    def notices(self) -> list[Episode]:
        """Notices for as long as they are only that: a settlement ends the notice before it."""
        kept: list[Episode] = []
        for notice in self.noticed:
            ends = [notice.end] if notice.end is not None else []
            ends += [episode.start for episode in self.settled if episode.start >= notice.start]
            end = min(ends, default=None)
            if end is None or end > notice.start:
                kept.append(evolve(notice, end=end))
        return kept


@frozen
class Credit:
    """A credit, or the application of one, from an instant on."""

    at: int
    known: int
    amount: Money
    receivables: tuple[str, ...]
    event: str
    applied: bool


@define
class Promise:
    """A promise and when it was cancelled."""

    made: PromiseMade | None = None
    cancelled: int | None = None


@define
class ContactPoint:
    """A contact point.

    Attributes:
        channels: that it serves.
        works: the spans in which it works.
        removed: whether it was taken away for good.
        ref: reference to the personal data behind it, as it was last added.
        state: state code of its area code, or "".
        listed: for each public do-not-call list, when it is on it.
    """

    channels: tuple[str, ...] = ()
    works: Register[bool] = field(factory=Register[bool])
    removed: bool = False
    ref: str = ""
    state: str = ""
    listed: dict[str, list[Span]] = field(factory=dict)


@frozen
class LegalNotice:
    """A legal notice that was delivered, and the registrar that says so, or ""."""

    span: Span
    registrar: str


@frozen
class Migration:
    """The steps of a receivable in flight go over to another policy version.

    Attributes:
        at: instant from which it counts: the later of when it took effect and when we knew.
        event: id of the event that said so.
        policy: id of the new policy.
        version: its version.
        verb: `keep`, `rebase`, `fast-forward` or `restart`.
    """

    at: int
    event: str
    policy: str
    version: int
    verb: str


@define
class Instrument:
    """A boleto or Pix charge, as it is known.

    Attributes:
        receivable: that it pays.
        state: `ordered`, `issued` or `registered`, after which it is `cancelled`, `expired` or `rejected` for ever.
        amount: what it asks.
        due: ordinal of its due date.
        ref: reference to the record with its line, bar code or QR payload, or "".
        provider: who issues it, by its name in `regua.toml`; "" for one that regua did not order.
        number: that was taken for it, or 0.
    """

    receivable: str
    state: str
    amount: Money
    due: int
    ref: str = ""
    provider: str = ""
    number: int = 0

    @property
    def may_be_paid(self) -> bool:
        """Whether it can be paid now or soon, as far as anybody knows."""
        return self.state in {"ordered", "issued", "registered"}


@define
class Receivable:
    """Facts about one receivable; `terms` is empty until it is issued.

    `notices` are the legal notices that were delivered, `documents` the proofs that the creditor holds, each from when.
    """

    id: str
    kind: str = ""
    issued_at: int = 0
    recorded: int = 0
    terms: list[Terms] = field(factory=list)
    amendments: list[InvoiceAmended] = field(factory=list)
    policies: list[tuple[int, str, int | None]] = field(factory=list)
    migrations: list[Migration] = field(factory=list)
    void: list[tuple[str, Span]] = field(factory=list)
    filings: dict[str, list[Filing]] = field(factory=dict)
    notices: list[LegalNotice] = field(factory=list)
    documents: dict[str, Span] = field(factory=dict)
    approvals: dict[str, list[Span]] = field(factory=dict)
    vetoes: dict[str, Span] = field(factory=dict)

    def cancellations(self, agreements: Iterable[Agreement]) -> list[Span]:
        """When it is cancelled: by a word of the creditor, as an instalment when its agreement ends."""
        spans = [span for code, span in self.void if code == "cancelled"]
        ended = [each for each in agreements if self.id in each.instalments]
        return spans + [Span(each.end, None, each.cause, each.known) for each in ended if each.end is not None]

    def terms_at(self, instant: int) -> Terms:
        """The terms in force at an instant, the first ones before the issue."""
        found = self.terms[0]
        for terms in self.terms:
            if terms.at <= instant:
                found = terms
        return found


@define
class Facts:
    """All of it, for one debtor; receivables in order of their id, instruments in that of their issue.

    `effects` are the instants at which a fact takes effect, `instants` those at which one does or becomes known, each
    once, in order; `causes` are all events but the outcomes of actions.
    """

    profile: Register[DebtorProfile] = field(factory=Register[DebtorProfile])
    points: dict[str, ContactPoint] = field(factory=dict)
    consents: dict[str, Register[bool]] = field(factory=dict)
    receivables: dict[str, Receivable] = field(factory=dict)
    payments: dict[str, Payment] = field(factory=dict)
    credits: list[Credit] = field(factory=list)
    promises: dict[str, Promise] = field(factory=dict)
    disputes: dict[str, Opening] = field(factory=dict)
    holds: dict[str, Opening] = field(factory=dict)
    agreements: dict[str, Agreement] = field(factory=dict)
    insolvencies: dict[str, Opening] = field(factory=dict)
    court_orders: dict[str, list[Span]] = field(factory=dict)
    instruments: dict[str, Instrument] = field(factory=dict)
    deceased: Span | None = None
    known_through: list[tuple[int, int]] = field(factory=list)
    policies: list[tuple[int, str, int | None]] = field(factory=list)
    migrations: list[PolicyMigrated] = field(factory=list)
    outcomes: dict[str, list[ActionOutcome]] = field(factory=dict)
    by_type: dict[str, list[Event]] = field(factory=dict)
    effects: list[int] = field(factory=list)
    instants: list[int] = field(factory=list)
    causes: tuple[Event, ...] = ()
