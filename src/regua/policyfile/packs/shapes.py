"""The keys of a legal pack: what each takes, and the core's value made of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

from attrs import evolve, fields, frozen

from regua.core import legal
from regua.core.dates import EARLIEST, LATEST
from regua.core.events import EVENT_TYPES
from regua.core.policy import KINDS, Origins, Window
from regua.policyfile.grammar import CIVIL_DURATION, DURATION, MONEY, PERCENT
from regua.policyfile.nodes import Node
from regua.policyfile.packs.sense import FirstBeforeLast, NothingOwed, SomeDayOpen, SomeFigure, Undoes
from regua.policyfile.scalars import Choice, Flag, Integer, Json, Name, Sentence
from regua.policyfile.sections import WINDOWS
from regua.policyfile.tables import AtLeastOne, Key, ListOf, Rule, Table

FORMAT: Final = 1
STATES: Final = (
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA",
    "PB", "PE", "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
)  # fmt: skip
_MANY: Final = 100_000
_MOST_YEARS: Final = 100
"""Of any term; it keeps every date that a rule leads to within the calendar."""


@frozen
class Day:
    """A TOML date."""

    def read(self, node: Node) -> dt.date:
        """Read the date."""
        if not isinstance(node.value, dt.date) or isinstance(node.value, dt.datetime):
            raise node.wrong_type("a date without quotes such as 2026-11-21")
        if not EARLIEST <= node.value <= LATEST:
            message = f"{node.name!r} takes a date from {EARLIEST} to {LATEST}, not {node.value}"
            raise node.refuse("out-of-range", message)
        return node.value

    def schema(self) -> Json:
        """A date."""
        return {"type": "string", "format": "date"}


def _names(what: str) -> ListOf:
    return ListOf(item=Name(), what=f"a list of {what}")


_KINDS: Final = Key(
    ListOf(item=Choice(KINDS), what='a list of kinds of step such as ["listing"]'), "kinds of step", required=True
)
_CHANNELS: Final = Key(_names('channels such as ["call", "sms"]'), "channels; `call` means every task", required=True)


def _table(what: str, build: Any, keys: Mapping[str, Key], *rules: Rule) -> Table:
    return Table(what=f"the table {what}", keys=keys, build=build, rules=rules)


def _open(*, origins: Origins, windows: tuple[Window | None, ...] = (None,) * 7, **values: Any) -> legal.ContactHours:
    return legal.ContactHours(windows=windows, origins=origins, **values)


_ABOUT_RECEIVABLES: Final = [
    name
    for name, (cls, _) in EVENT_TYPES.items()
    if {"receivable", "receivables"} & {each.name for each in fields(cls)}
]
_HOURS: Final = Key(WINDOWS, "hours per weekday; a day without hours is closed", required=True)
_DAYS: Final = Integer(0, _MOST_YEARS * 365)
_MONTHS: Final = Integer(0, _MOST_YEARS * 12)
_YEARS: Final = Integer(0, _MOST_YEARS)
_TERM: Final = evolve(DURATION, pattern=r"[1-9][0-9]{0,4}(?:d|bd)")

PROVISIONS: Final[dict[str, Table]] = {
    "contact_hours": _table("contact_hours", _open, {"channels": _CHANNELS, "windows": _HOURS}),
    "act_hours": _table(
        "act_hours",
        legal.ActHours,
        {
            "kinds": _KINDS,
            "windows": _HOURS,
            "eve": Key(Flag(), "whether the eve of a holiday is open"),
        },
        SomeDayOpen(),
    ),
    "contact_limits": _table(
        "contact_limits",
        legal.ContactLimits,
        {
            "per_day": Key(Integer(1, _MANY), "pressing contacts per civil day"),
            "per_week": Key(Integer(1, _MANY), "pressing contacts in any 7 civil days"),
            "min_interval": Key(CIVIL_DURATION, "least time between two"),
        },
    ),
    "do_not_call": _table(
        "do_not_call",
        legal.DoNotCall,
        {
            "lists": Key(_names('lists such as ["procon-sp"]'), "names of the public lists", required=True),
            "channels": _CHANNELS,
            "after": Key(CIVIL_DURATION, "from how long after the registration it binds"),
        },
    ),
    "terms": _table(
        "terms",
        legal.Terms,
        {
            "kinds": _KINDS,
            "days_past_due": Key(_DAYS, "civil days after the due date from which it may be done"),
            "last_day_past_due": Key(_DAYS, "civil days after the due date after which it is forbidden"),
            "last_year": Key(_YEARS, "years after the due date after which it is forbidden"),
            "notice": Key(Flag(), "whether a delivered legal notice is needed"),
            "notice_wait": Key(DURATION, "how long after the notice was delivered"),
            "notice_by": Key(_DAYS, "civil days after the due date by which it must have been delivered"),
            "documents": Key(_names('proofs such as ["invoice"]'), "proofs that the creditor must hold"),
            "unpaid": Key(_DAYS, "how many receivables of the debtor must be overdue"),
            "approval": Key(Flag(), "whether a person must approve the step"),
            "with_title": Key(Flag(), "whether the step must say for which kinds of title it is"),
        },
    ),
    "forbidden": _table("forbidden", legal.Forbidden, {"kinds": _KINDS}, NothingOwed()),
    "fine_cap": _table("fine_cap", legal.FineCap, {"max": Key(PERCENT, "largest fine", required=True)}),
    "interest_cap": _table("interest_cap", legal.InterestCap, {"max": Key(PERCENT, "largest rate", required=True)}),
    "owed": _table(
        "owed",
        legal.OwedAct,
        {
            "kind": Key(Choice(get_args(legal.OwedKind)), "what is done", required=True),
            "consequence": Key(Choice(get_args(legal.Consequence)), "what it undoes", required=True),
            "within": Key(_TERM, "its term", required=True),
        },
        Undoes(),
    ),
    "prescription": _table(
        "prescription",
        legal.Prescription,
        {
            "days": Key(_DAYS, "days from the due date until the term begins"),
            "years": Key(_YEARS, "years of the term"),
            "months": Key(_MONTHS, "months of the term"),
            "only": Key(
                ListOf(item=Choice(KINDS), what="a list of kinds of step"), "kinds of step for which it counts"
            ),
        },
        SomeFigure(("days", "years", "months")),
    ),
    "barred": _table("barred", legal.Barred, {"kinds": _KINDS}, NothingOwed()),
    "prescription_pause": _table(
        "prescription_pause",
        legal.PrescriptionPause,
        {"first": Key(Day(), "first day", required=True), "last": Key(Day(), "last day", required=True)},
        FirstBeforeLast(),
    ),
    "prescription_restart": _table(
        "prescription_restart",
        legal.PrescriptionRestart,
        {
            "events": Key(
                ListOf(
                    item=Choice(_ABOUT_RECEIVABLES, code="unknown-event", what="event"), what="a list of types of event"
                ),
                "types of event about the receivable",
                required=True,
            ),
            "times": Key(Integer(1, _MANY), "how often, at most"),
        },
    ),
    "identification": _table(
        "identification",
        legal.Identification,
        {
            "fields": Key(
                ListOf(item=Choice(("name", "document", "address")), what='a list such as ["name"]'),
                "what a creditor says about itself",
                required=True,
            )
        },
    ),
    "claim_limit": _table(
        "claim_limit",
        legal.ClaimLimit,
        {
            "kinds": _KINDS,
            "year": Key(Integer(1900, 2999), "civil year", required=True),
            "max": Key(MONEY, "largest claim", required=True),
            "without_lawyer": Key(MONEY, "largest claim without a lawyer", required=True),
        },
    ),
    "built_in": _table(
        "built_in", legal.BuiltIn, {"by": Key(Choice(get_args(legal.Holder)), "which part holds it", required=True)}
    ),
}
"""The tables of a rule that do something, by the key under which they stand."""

WHERE: Final = Table(
    what="the table where",
    keys={
        "states": Key(ListOf(item=Choice(STATES), what='a list such as ["SP"]'), "states of the debtor"),
        "titles": Key(_names('kinds of receivable such as ["rent"]'), "kinds of receivable"),
        "told": Key(Flag(), "whether a receivable of unknown kind does not count as meant"),
        "debtor": Key(Choice(("person", "company")), "what the debtor is"),
    },
    build=legal.Where,
    rules=(AtLeastOne("'where'"),),
)


@frozen
class Figures:
    """A table of figures as the source writes them: strings, whole numbers, booleans, dates and lists of them."""

    def read(self, node: Node) -> dict[str, str]:
        """Read the figures, for people."""
        if not isinstance(node.value, dict):
            raise node.wrong_type("a table of figures")
        return {key: _shown(value) for key, value in node.value.items()}

    def schema(self) -> Json:
        """Any table."""
        return {"type": "object"}


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(item)}" for key, item in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)


def owned(provisions: Iterable[legal.Provision], rule: str, source: str) -> tuple[legal.Provision, ...]:
    """The provisions of a rule; what it makes owed names it."""
    return tuple(
        evolve(each, rule=rule, source=source) if isinstance(each, legal.OwedAct) else each for each in provisions
    )


def _rule(*, origins: Origins, **values: Any) -> legal.LegalRule:
    provisions = [each for name in PROVISIONS for each in values.pop(name, ())]
    own = owned(provisions, values["id"], values["source"])
    return legal.LegalRule(provisions=own, origins=origins, **values)


RULE: Final = Table(
    what="a table [[rule]]",
    keys={
        "id": Key(Name(), "stable for ever", required=True),
        "title": Key(Sentence(), "in one line", required=True),
        "kind": Key(Choice(get_args(legal.Force)), "hard, default or doc", required=True),
        "nature": Key(Choice(get_args(legal.Nature)), "what makes it binding", required=True),
        "source": Key(Sentence(), "the law, ruling or practice", required=True),
        "url": Key(Sentence(), "where it can be read"),
        "in_force_since": Key(Day(), "first day of its force", into="since"),
        "in_force_confirmed": Key(Flag(), "whether that day was read in a source", into="since_confirmed"),
        "reviewed_on": Key(Day(), "when somebody last compared it with its source", required=True),
        "trusted_until": Key(Day(), "until when that is trusted", required=True),
        "confidence": Key(Choice(get_args(legal.Confidence)), "how sure the reviewer was", required=True),
        "checked": Key(Sentence(), "how it was compared"),
        "exceptions": Key(Sentence(), "in words"),
        "notes": Key(Sentence(), "in words"),
        "loosens": Key(Flag(), "whether a policy may loosen it though it is hard"),
        "values": Key(Figures(), "its figures as the source writes them"),
        "where": Key(WHERE, "to what it applies"),
        **{
            name: Key(ListOf(item=table, what=f"tables [[rule.{name}]]", distinct=False), f"what it does: {name}")
            for name, table in PROVISIONS.items()
        },
    },
    build=_rule,
)


def _keep(*, origins: Origins, **values: Any) -> dict[str, Any]:
    return {"origins": origins, **values}


PACK: Final = Table(
    what="the table [pack]",
    keys={
        "name": Key(Name("pack"), "the name by which policies ask for it", required=True),
        "version": Key(Sentence(), "of its content", required=True),
        "title": Key(Sentence(), "in one line", required=True),
        "jurisdiction": Key(Sentence(), "ISO 3166-1 alpha-2"),
    },
    build=_keep,
)
