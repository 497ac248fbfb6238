"""What the law has to say in a policy: packs of rules, deviations from them, and the acts that they demand.

A pack is declared data and never code. Each rule of it has an id, a source and what it does: *provisions* of a closed
set of types. The strictest rule that applies to the debtor's place and the receivable's kind wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, Literal, get_args

from attrs import field, frozen
from attrs.validators import in_

from regua.core.canonical import canonical
from regua.core.dates import Duration
from regua.core.rules import Declared, Window
from regua.errors import DateError

OwedKind = Literal["delisting", "protest-withdrawal", "restore"]
Consequence = Literal["listing", "protest", "suspension"]
Force = Literal["hard", "default", "doc"]
Nature = Literal["law", "case-law", "regulator", "self-regulation", "platform-policy", "practice"]
BINDING: Final = frozenset({"law", "case-law", "regulator"})
"""What binds by itself."""
Confidence = Literal["high", "medium", "low"]
Holder = Literal["calendar", "charges", "documents", "holds", "messages", "plan", "registrar"]


def _check_within(_: object, __: object, value: Duration) -> None:
    if value.days < 1:
        message = f"a term has at least one day, not {value}"
        raise DateError(message)


@frozen(kw_only=True)
class OwedAct(Declared):
    """An act that the law demands once the ground of a consequence falls away: a delisting, a letter of consent.

    Attributes:
        rule: id of the rule that demands it.
        kind: what is done.
        consequence: what it undoes: a listing, from its request until it is removed; a protest, from the filing until
            it is cancelled; a suspension of the service, until it is restored.
        within: its term, of which the last day is the deadline. Day 1 of business days is the first one after the
            ground fell away; what has a term of civil days is owed at once, on any day.
        source: where the rule stands.
    """

    rule: str = ""
    kind: OwedKind = field(validator=in_(get_args(OwedKind)))
    consequence: Consequence = field(validator=in_(get_args(Consequence)))
    within: Duration = field(validator=_check_within)
    source: str = ""


@frozen(kw_only=True)
class ContactHours(Declared):
    """`contact_hours`: hours in which a debtor may be contacted, by local time.

    Attributes:
        channels: names of the channels that it limits; `call` means steps of the kind `task`. A channel that no rule
            of any pack names counts as meant.
        windows: hours per weekday, Monday first; None is a closed day.
    """

    channels: tuple[str, ...]
    windows: tuple[Window | None, ...]


@frozen(kw_only=True)
class ActHours(Declared):
    """`act_hours`: days and hours on which an act of a registrar or a service may begin.

    Attributes:
        kinds: kinds of step.
        windows: hours per weekday, Monday first; None is a closed day. A holiday is always closed.
        eve: whether the eve of a holiday is open.
    """

    kinds: tuple[str, ...]
    windows: tuple[Window | None, ...]
    eve: bool = True


@frozen(kw_only=True)
class ContactLimits(Declared):
    """`contact_limits`: how often a debtor is contacted where the policy says nothing.

    Attributes:
        per_day: pressing contacts per civil day, or None.
        per_week: pressing contacts in any 7 civil days, or None.
        min_interval: civil days between two, or None.
    """

    per_day: int | None = None
    per_week: int | None = None
    min_interval: Duration | None = None


@frozen(kw_only=True)
class DoNotCall(Declared):
    """`do_not_call`: a public list of contact points that may not be used.

    Attributes:
        lists: names of the lists, as `do-not-call.registered` says them.
        channels: names of the channels that it closes; `call` means steps of the kind `task`.
        after: civil days after the registration from which it binds.
    """

    lists: tuple[str, ...]
    channels: tuple[str, ...]
    after: Duration = Duration(0)


@frozen(kw_only=True)
class Terms(Declared):
    """`terms`: what must be so before an act, or the act waits; what must not be so, or it is forbidden.

    Attributes:
        kinds: kinds of step.
        days_past_due: civil days after the due date from which it may be done.
        last_day_past_due: civil days after the due date after which it is forbidden, or None.
        last_year: years after the due date after which it is forbidden, or None.
        notice: whether a delivered legal notice is needed, unless the registrar notifies by itself.
        notice_wait: how long after the notice was delivered.
        notice_by: civil days after the due date by which the notice must have been delivered, or None.
        documents: proofs that the creditor must hold, such as `delivery-proof`.
        unpaid: how many receivables of the debtor must be overdue.
        approval: whether a person must approve the step.
        with_title: whether the step must say for which kinds of title it is.
    """

    kinds: tuple[str, ...]
    days_past_due: int = 0
    last_day_past_due: int | None = None
    last_year: int | None = None
    notice: bool = False
    notice_wait: Duration = Duration(0)
    notice_by: int | None = None
    documents: tuple[str, ...] = ()
    unpaid: int = 0
    approval: bool = False
    with_title: bool = False


@frozen(kw_only=True)
class Forbidden(Declared):
    """`forbidden`: kinds of step that are never allowed.

    Attributes:
        kinds: kinds of step.
    """

    kinds: tuple[str, ...]


@frozen(kw_only=True)
class FineCap(Declared):
    """`fine_cap`: the largest fine.

    Attributes:
        max: as a share of the receivable's value.
    """

    max: Fraction


@frozen(kw_only=True)
class InterestCap(Declared):
    """`interest_cap`: the largest rate of late interest.

    Attributes:
        max: as a share a month.
    """

    max: Fraction


@frozen(kw_only=True)
class Prescription(Declared):
    """`prescription`: when a claim is time-barred.

    Attributes:
        days: from the due date until the term begins, such as those in which a cheque is presented.
        years: and
        months: from then on; the claim is barred from the day after.
        only: kinds of step for which it counts, such as `protest` for the enforcement of a title whose ordinary claim
            lives longer; all where there is none.
    """

    days: int = 0
    years: int = 0
    months: int = 0
    only: tuple[str, ...] = ()


@frozen(kw_only=True)
class Barred(Declared):
    """`barred`: what is over once the claim is time-barred.

    Attributes:
        kinds: kinds of step.
    """

    kinds: tuple[str, ...]


@frozen(kw_only=True)
class PrescriptionPause(Declared):
    """`prescription_pause`: days on which no prescription runs.

    Attributes:
        first: first civil day.
        last: last civil day.
    """

    first: date
    last: date


@frozen(kw_only=True)
class PrescriptionRestart(Declared):
    """`prescription_restart`: facts that let the whole term begin again.

    Attributes:
        events: types of event about the receivable.
        times: how often, at most.
    """

    events: tuple[str, ...]
    times: int = 1


@frozen(kw_only=True)
class Identification(Declared):
    """`identification`: what a creditor says about itself in every message.

    Attributes:
        fields: `name`, `document`, `address`.
    """

    fields: tuple[str, ...]


@frozen(kw_only=True)
class ClaimLimit(Declared):
    """`claim_limit`: the largest claim of a procedure in one year.

    Attributes:
        kinds: kinds of step.
        year: civil year.
        max: minor units of the national currency.
        without_lawyer: largest claim without a lawyer; minor units.
    """

    kinds: tuple[str, ...]
    year: int
    max: int
    without_lawyer: int


@frozen(kw_only=True)
class BuiltIn(Declared):
    """`built_in`: the engine holds it for everybody, packs or not.

    Attributes:
        by: which part of it.
    """

    by: Holder = field(validator=in_(get_args(Holder)))


Provision = (
    OwedAct
    | ContactHours
    | ActHours
    | ContactLimits
    | DoNotCall
    | Terms
    | Forbidden
    | FineCap
    | InterestCap
    | Prescription
    | Barred
    | PrescriptionPause
    | PrescriptionRestart
    | Identification
    | ClaimLimit
    | BuiltIn
)


@frozen(kw_only=True)
class Where(Declared):
    """`where`: to what a rule applies; what is left empty applies to all.

    Attributes:
        states: of the debtor's address, or of the area code of one of its phones.
        titles: kinds of receivable; one of unknown kind, or of a kind that no rule of the packs knows, counts as meant.
        told: whether it does not, so that the receivable has to say its kind.
        debtor: `person` or `company`.
    """

    states: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    told: bool = False
    debtor: str = ""


@frozen(kw_only=True)
class LegalRule(Declared):
    """One rule of a pack.

    Attributes:
        id: stable for ever; reasons, checks and the policy's deviations name it.
        title: in one line.
        kind: `hard` is refused when broken, a `default` fills what a policy leaves open and may be loosened, `doc` is
            for people only and has no provisions.
        nature: what makes it binding, if anything does.
        source: the law, ruling or practice, in the words by which it is quoted.
        url: where it can be read.
        since: first civil day of its force; None where nothing says so.
        since_confirmed: whether that day was read in a source.
        reviewed_on: when somebody last compared it with its source.
        trusted_until: until when that is trusted.
        confidence: how sure whoever reviewed it was.
        checked: how it was compared.
        exceptions: in words.
        notes: in words.
        loosens: whether a policy may loosen it though it is hard.
        where: to what it applies.
        provisions: what it does.
        values: figures that no provision says, as the source writes them, for people.
        written: the tables of its provisions as the pack writes them.
    """

    id: str
    title: str
    kind: Force = field(validator=in_(get_args(Force)))
    nature: Nature = field(validator=in_(get_args(Nature)))
    source: str
    url: str = ""
    since: date | None = None
    since_confirmed: bool = False
    reviewed_on: date
    trusted_until: date
    confidence: Confidence = field(validator=in_(get_args(Confidence)))
    checked: str = ""
    exceptions: str = ""
    notes: str = ""
    loosens: bool = False
    where: Where = field(factory=Where)
    provisions: tuple[Provision, ...] = ()
    values: Mapping[str, str] = field(factory=dict)
    written: Mapping[str, Any] = field(factory=dict, eq=False, repr=False)

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why a lawyer should look at it before anybody relies on it."""
        found = {
            "low confidence": self.confidence == "low",
            "from memory": self.checked == "memory",
            "date not confirmed": self.nature in BINDING and not self.since_confirmed,
        }
        return tuple(doubt for doubt, holds in found.items() if holds)

    def is_in_force(self, day: int) -> bool:
        """Whether it is in force on a civil day (ordinal)."""
        return self.since is None or self.since.toordinal() <= day


@frozen(kw_only=True)
class LegalPack(Declared):
    """A legal pack: rules under a name that policies list in `packs`.

    Attributes:
        name: such as `br-consumer`.
        version: of its content, for people.
        title: in one line.
        jurisdiction: ISO 3166-1 alpha-2.
        rules: in the order of the file.
    """

    name: str
    version: str
    title: str = ""
    jurisdiction: str = "BR"
    rules: tuple[LegalRule, ...] = ()


@frozen(kw_only=True)
class Loosening(Declared):
    """`[[legal.loosen]]`: a legal limit that the policy loosens, on somebody's responsibility.

    Attributes:
        rule: id of the rule.
        value: the looser value, as the rule writes it, or `off`.
        reason: why.
        decided_by: who decided.
    """

    rule: str
    value: str
    reason: str
    decided_by: str


_RESOLVED: Final = {"fingerprint": False}
"""What a release of regua or a plugin may change under a policy that stays the same."""


@frozen(kw_only=True)
class LegalRules(Declared):
    """`[legal]`: the packs that apply, and what is loosened.

    Attributes:
        packs: names of legal packs.
        loosen: deviations.
        rules: rules of those packs as loosened. No policy file writes them: `load_policy` and the engine do, and for
            who only plans `regua.policyfile.under_law`. They are outside the policy's fingerprint and inside the
            schedule's.
        resolved: names of the packs that `rules` are of.
        owed: acts that they demand, whatever the steps say.
        notifying: registrars that send the legal notice by themselves; None where nobody told.
        memory: what `plan` worked out from the rules alone; nobody's result depends on it.
    """

    packs: tuple[str, ...] = ()
    loosen: tuple[Loosening, ...] = ()
    rules: tuple[LegalRule, ...] = field(default=(), metadata=_RESOLVED)
    resolved: tuple[str, ...] = field(default=(), metadata=_RESOLVED)
    owed: tuple[OwedAct, ...] = field(default=(), metadata=_RESOLVED)
    notifying: frozenset[str] | None = field(default=None, metadata=_RESOLVED)
    memory: dict[Any, Any] = field(factory=dict, init=False, eq=False, repr=False)

    @cached_property
    def titles(self) -> frozenset[str]:
        """Kinds of receivable that a rule of the packs knows; any other says no more than none."""
        return frozenset(title for rule in self.rules for title in rule.where.titles)

    @property
    def unresolved(self) -> tuple[str, ...]:
        """Packs that nobody looked up; rules that were given by hand stand for all of them."""
        if self.rules and not self.resolved:
            return ()
        return tuple(name for name in self.packs if name not in self.resolved)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over what the packs say; hexadecimal, "" where they say nothing."""
        if not (self.rules or self.owed):
            return ""
        told = [canonical(self.rules), canonical(self.owed), repr(sorted(self.notifying or ()))]
        return sha256("\x1e".join(told).encode()).hexdigest()
