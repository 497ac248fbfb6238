"""Policies as plain values: what a policy file says, whoever wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from typing import Final, Literal, get_args

from attrs import evolve, field, frozen

from regua.core.canonical import canonical
from regua.core.dates import Duration, Offset
from regua.core.legal import LegalRules, Loosening, OwedAct
from regua.core.rules import (
    CatchUp,
    ChargeRules,
    Consolidate,
    Declared,
    Discount,
    Levy,
    Limits,
    Origin,
    Origins,
    Part,
    PlanRules,
    PromiseRules,
    Rate,
    Residual,
    WhenHeld,
    Window,
    window,
)
from regua.core.tones import Tone
from regua.errors import PlanError

Kind = Literal[
    "message",
    "task",
    "offer",
    "reissue",
    "boleto",
    "notice",
    "listing",
    "delisting",
    "protest",
    "protest-withdrawal",
    "suspend",
    "restore",
    "credit-block",
    "credit-release",
    "agency",
    "lawsuit",
    "write-off",
    "reward",
    "survey",
    "education",
]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
Anchor = Literal["effective", "due", "issued"]
Outcome = Literal["sent", "delivered", "read", "done"]
Scope = Literal["receivable", "debtor"]

CONTACT_KINDS: Final = frozenset({"message", "offer", "reissue", "reward", "survey", "education"})
"""Kinds that are written to the debtor by a channel."""
WRITTEN: Final = frozenset({"message", "reissue"})
"""Those of them that the engine writes and sends."""
CALL_KINDS: Final = frozenset({"task"})
"""Kinds that a person carries out by calling, within the call window."""
UNDOINGS: Final = frozenset({"delisting", "protest-withdrawal", "restore", "credit-release"})
"""Kinds that undo what was done to the debtor."""
MILD_KINDS: Final = frozenset({"reward", "survey", "education", *UNDOINGS})
"""Kinds that neither press nor escalate, whatever their day."""
ESCALATIONS: Final = frozenset(
    {"notice", "listing", "protest", "suspend", "credit-block", "agency", "lawsuit", "write-off"}
)
"""Kinds that do something to the debtor instead of asking."""
_CLOSED_DAYS: Final = 400
"""More days than a calendar and its windows are ever closed in a row."""
ACTS: Final = ESCALATIONS | UNDOINGS
"""Kinds that are about one receivable: the law binds them by it, and nobody is listed in general."""
PRESSING_SIGNALS: Final = frozenset({"promise.broken", "agreement.broken"})


@frozen(kw_only=True)
class Range(Declared):
    """An inclusive range; None leaves a side open. Money ranges are in minor units."""

    low: int | None = None
    high: int | None = None

    def holds(self, value: int) -> bool:
        """Whether the value lies in the range, both ends included."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@frozen(kw_only=True)
class Conditions(Declared):
    """`when`: all that is given must hold at the final instant.

    Attributes:
        balance: of the receivable on that day, minor units.
        amount: its principal less rebate, minor units.
        days_past_due: civil days after the due date (negative before it).
        score: of the debtor; a debtor without a score fails the condition.
        debtor: `"person"` or `"company"`, or "".
        kinds: kinds of title, any of them.
        segments: segments of the debtor, any of them.
        states: states of the debtor, any of them.
        predicates: names of predicates from plugins, all of them.
    """

    balance: Range | None = None
    amount: Range | None = None
    days_past_due: Range | None = None
    score: Range | None = None
    debtor: str = ""
    kinds: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()

    @cached_property
    def are_none(self) -> bool:
        """Whether nothing is asked for."""
        return self == Conditions()


@frozen(kw_only=True)
class StepReference(Declared):
    """`requires` and `unless`: what became of another step for the same receivable.

    Attributes:
        step: id of the other step.
        outcome: `sent`, `delivered`, `read` or `done`; read implies delivered implies sent.
        at_least: how long ago at least (`requires` only), or None.
    """

    step: str
    outcome: Outcome
    at_least: Duration | None = None


@frozen(kw_only=True)
class OffsetTrigger(Declared):
    """`at = "D+3bd 10:00"`: a distance from an anchor.

    Attributes:
        offset: the distance in days.
        minute: clock time in the debtor's zone, minutes since midnight.
        anchor: the effective due date, the due date, or the day of issue.
    """

    offset: Offset
    minute: int
    anchor: Anchor = "effective"


@frozen(kw_only=True)
class EventTrigger(Declared):
    """`on = "promise.broken"`, `after = "0d 10:00"`: an event or signal.

    Attributes:
        on: event type or signal.
        after: days after the day on which it was known.
        minute: clock time in the debtor's zone, or None for the event's own.
    """

    on: str
    after: Duration = Duration(0)
    minute: int | None = None


def _check_scope(step: Step, _: object, scope: Scope) -> None:
    if scope == "debtor" and step.kind in ACTS:
        message = f"step {step.id!r} is a {step.kind}, which is about one receivable; leave out scope='debtor'"
        raise PlanError(message)


@frozen(kw_only=True)
class Step(Declared):
    """`[[step]]`: one entry of the policy.

    Attributes:
        id: stable for ever; part of every action's identity.
        kind: what is done.
        trigger: when.
        tone: how severe, or None where nothing is asked for.
        channels: names of channels, the first usable one is taken.
        templates: template name per tone; a single template stands under None.
        attach: names of attachments.
        when: conditions.
        unless: an outcome of another step that makes this one needless, or None.
        requires: an outcome of another step without which this one waits, or None.
        approval: `"human"` where somebody must approve, or "".
        cutoff: whether amicable dunning ends with this step.
        declared_presses: `presses` where the file says it, else None.
        scope: one action per receivable, or one for the debtor.
        queue: of a task, or "".
        registrar: of a registrar act, or "".
        offer: id of the offer rule, or "".
    """

    id: str
    trigger: OffsetTrigger | EventTrigger
    kind: Kind = "message"
    tone: Tone | None = None
    channels: tuple[str, ...] = ()
    templates: Mapping[Tone | None, str] = field(factory=dict)
    attach: tuple[str, ...] = ()
    when: Conditions = field(factory=Conditions)
    unless: StepReference | None = None
    requires: StepReference | None = None
    approval: Literal["", "human"] = ""
    cutoff: bool = False
    declared_presses: bool | None = None
    scope: Scope = field(default="receivable", validator=_check_scope)
    queue: str = ""
    registrar: str = ""
    offer: str = ""

    @cached_property
    def decided_as(self) -> str:
        """Id of the step whose approvals and vetoes are its own: a boleto is decided on with its second copy."""
        return self.id.removeprefix(BOLETO)

    @cached_property
    def presses(self) -> bool:
        """Whether the step asks for money that is overdue, or escalates (domain.md §1)."""
        if self.declared_presses is not None:
            return self.declared_presses
        if self.kind in MILD_KINDS:
            return False
        if isinstance(self.trigger, EventTrigger):
            return self.trigger.on in PRESSING_SIGNALS
        return self.trigger.anchor != "issued" and self.trigger.offset.days > 0

    @cached_property
    def is_offset(self) -> bool:
        """Whether it counts from a day of the receivable; only such steps compete for a missed day."""
        return isinstance(self.trigger, OffsetTrigger)

    @cached_property
    def is_about_due_day(self) -> bool:
        """Whether it is about the due date itself and ends with that day."""
        trigger = self.trigger
        return isinstance(trigger, OffsetTrigger) and not trigger.offset.days and trigger.anchor != "issued"

    @cached_property
    def is_stoppable(self) -> bool:
        """Whether ended, stopped and suspended blockers hit it: reminders, and what presses or escalates."""
        return self.presses or self.kind in ESCALATIONS or (self.is_offset and self.kind not in MILD_KINDS)

    @cached_property
    def is_pre_due(self) -> bool:
        """Whether it is a step before the due date: it moves back where its day is closed."""
        return isinstance(self.trigger, OffsetTrigger) and self.trigger.offset.days < 0

    @cached_property
    def makes_rung(self) -> bool:
        """Whether its tone is a rung of the policy's ladder and is clamped by it (domain.md §5, stage 6)."""
        return self.kind in {"message", "offer", "reissue"} and self.presses and self.tone is not None


BOLETO: Final = "boleto:"
"""How the ids of the steps begin that have the boleto of a second copy made; the id of that step follows."""


def _with_boleto(reissue: Step) -> tuple[Step, Step]:
    """A second copy, and before it the making of its boleto at the same time and under the same conditions."""
    made = Step(
        id=f"{BOLETO}{reissue.id}",
        kind="boleto",
        trigger=reissue.trigger,
        when=reissue.when,
        unless=reissue.unless,
        requires=reissue.requires,
        approval=reissue.approval,
        declared_presses=reissue.declared_presses,
        origins=reissue.origins,
    )
    return made, evolve(reissue, requires=StepReference(step=made.id, outcome="done"))


@frozen(kw_only=True)
class InstalmentRules(Declared):
    """How an offer may be paid in parts.

    Attributes:
        max: most instalments.
        every_months: civil months between two.
        down: share paid at once.
        min: smallest instalment, minor units.
    """

    max: int = 1
    every_months: int = 1
    down: Fraction = Fraction(0)
    min: int = 0


@frozen(kw_only=True)
class OfferRule(Declared):
    """`[[offer]]`: what may be proposed.

    Attributes:
        id: stable for ever.
        when: conditions.
        discount: share taken off each component.
        instalments: how it may be paid in parts, or None.
        valid: how long it can be accepted.
    """

    id: str
    when: Conditions = field(factory=Conditions)
    discount: Mapping[Part, Fraction] = field(factory=dict)
    instalments: InstalmentRules | None = None
    valid: Duration = Duration(5)


@frozen(kw_only=True)
class Policy(Declared):
    """A régua de cobrança.

    Attributes:
        id: name of the policy, the same in all its versions.
        version: other content under the same version is refused by the store.
        timezone: IANA zone of debtors that have none of their own.
        calendar: name of the calendar.
        currency: ISO 4217 code of every amount in the policy.
        steps: in the order of the file.
        offers: in the order of the file.
    """

    id: str
    version: int = 1
    timezone: str = "America/Sao_Paulo"
    calendar: str = "br-bancario"
    currency: str = "BRL"
    plan: PlanRules = field(factory=PlanRules)
    limits: Limits = field(factory=Limits)
    promise: PromiseRules = field(factory=PromiseRules)
    charges: ChargeRules = field(factory=ChargeRules)
    legal: LegalRules = field(factory=LegalRules)
    steps: tuple[Step, ...] = ()
    offers: tuple[OfferRule, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over everything the policy says, whatever file and line it stands in; hexadecimal."""
        return sha256(canonical(self).encode()).hexdigest()

    @cached_property
    def rungs(self) -> tuple[Tone, ...]:
        """The ladder: tones that pressing messages, offers and reissues use, mildest first."""
        return tuple(sorted({step.tone for step in self.steps if step.makes_rung and step.tone is not None}))

    @cached_property
    def lasting_steps(self) -> tuple[Step, ...] | None:
        """Steps of a receivable that go on when it is over; None where another step requires one of them."""
        found = tuple(step for step in self.steps if step.scope == "receivable" and not step.is_stoppable)
        names = {step.id for step in found}
        is_required = any(step.requires is not None and step.requires.step in names for step in self.steps)
        return None if is_required else found

    @cached_property
    def required_steps(self) -> frozenset[str]:
        """Ids of the steps that another one requires."""
        return frozenset(step.requires.step for step in self.steps if step.requires is not None)

    def ordering_boletos(self) -> Policy:
        """The same, where a provider issues boletos: before each second copy comes a step that has its boleto made.

        It is of the kind `boleto`, asks for nothing by itself, and the second copy requires it; one that requires such
        a step already, or is about a debtor and no receivable, stays as it is.
        """
        kinds = {step.id: step.kind for step in self.steps}

        def parts(step: Step) -> tuple[Step, ...]:
            has_one = step.requires is not None and kinds.get(step.requires.step) == "boleto"
            return (step,) if step.kind != "reissue" or step.scope == "debtor" or has_one else _with_boleto(step)

        return evolve(self, steps=tuple(part for step in self.steps for part in parts(step)))

    @cached_property
    def cuts_off(self) -> bool:
        """Whether a step of it ends the amicable dunning."""
        return any(step.cutoff for step in self.steps)

    @cached_property
    def reach(self) -> int:
        """Civil days after its cause or due date beyond which nothing that the policy asks for can come to lie."""
        triggers = [step.trigger for step in self.steps]
        ways = [each.offset if isinstance(each, OffsetTrigger) else each.after for each in triggers]
        longest = max((abs(way.days) * (4 if way.business else 1) for way in ways), default=0)
        return longest + self.plan.max_wait.days + self.plan.max_delay.days + _CLOSED_DAYS

    @cached_property
    def step_order(self) -> Mapping[str, int]:
        """Step id to its place in the file."""
        return {step.id: place for place, step in enumerate(self.steps)}


__all__ = [
    "ACTS",
    "CALL_KINDS",
    "CONTACT_KINDS",
    "ESCALATIONS",
    "KINDS",
    "MILD_KINDS",
    "PRESSING_SIGNALS",
    "UNDOINGS",
    "Anchor",
    "CatchUp",
    "ChargeRules",
    "Conditions",
    "Consolidate",
    "Declared",
    "Discount",
    "EventTrigger",
    "InstalmentRules",
    "Kind",
    "LegalRules",
    "Levy",
    "Limits",
    "Loosening",
    "OfferRule",
    "OffsetTrigger",
    "Origin",
    "Origins",
    "Outcome",
    "OwedAct",
    "Part",
    "PlanRules",
    "Policy",
    "PromiseRules",
    "Range",
    "Rate",
    "Residual",
    "Scope",
    "Step",
    "StepReference",
    "WhenHeld",
    "Window",
    "window",
]
