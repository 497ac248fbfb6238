"""The keys of every table but `[[step]]`: what each takes, what it says, and the core's value made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final, get_args

from regua.core.money import ROUNDINGS
from regua.core.policy import (
    CatchUp,
    ChargeRules,
    Conditions,
    Consolidate,
    Discount,
    InstalmentRules,
    LegalRules,
    Limits,
    Loosening,
    OfferRule,
    Origins,
    Part,
    PlanRules,
    PromiseRules,
    Residual,
    WhenHeld,
    Window,
)
from regua.core.rules import MOST_DISCOUNTS
from regua.policyfile.grammar import (
    CIVIL_DURATION,
    CURRENCY,
    DURATION,
    HOURS,
    INTEREST,
    LEVY,
    MONEY,
    MONEY_RANGE,
    MONTHS,
    OFF,
    PERCENT,
    UNTIL,
    WHOLE_RANGE,
    ZONE,
)
from regua.policyfile.scalars import Choice, DateOr, Flag, Integer, Name, Sentence
from regua.policyfile.tables import AtLeastOne, Key, ListOf, OneOrMore, Permutation, Table

_MANY: Final = 1_000_000
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_COMPONENTS: Final = get_args(Part)


def _keep(origins: Origins, **values: Any) -> dict[str, Any]:
    return {"origins": origins, **values}


POLICY: Final = Table(
    what="the table [policy]",
    keys={
        "id": Key(Name(), "name of the policy, the same in all its versions", required=True),
        "version": Key(Integer(1, _MANY), "number of this version; other content under the same number is refused"),
        "timezone": Key(ZONE, "zone of debtors that have none of their own"),
        "calendar": Key(Name("calendar", "calendars"), "name of the calendar of business days"),
        "currency": Key(CURRENCY, "currency of every amount in the file"),
    },
    build=_keep,
)

PLAN: Final = Table(
    what="the table [plan]",
    keys={
        "catch_up": Key(Choice(get_args(CatchUp)), "which of several missed steps is carried out"),
        "when_held": Key(Choice(get_args(WhenHeld)), "what becomes of steps inside a dispute, promise or hold"),
        "consolidate": Key(Choice(get_args(Consolidate)), "whether messages of one day and channel become one contact"),
        "gradual": Key(Flag(), "whether a pressing message is at most one rung above the highest delivered"),
        "max_delay": Key(CIVIL_DURATION, "how long after its day a step may still run"),
        "max_wait": Key(CIVIL_DURATION, "how long a step waits for another step, an approval or clearing"),
    },
    build=PlanRules,
)


def _week(*, origins: Origins, weekdays: Window | None = None, **days: Window) -> tuple[Window | None, ...]:
    del origins  # each window has its own
    friday = DAYS.index("friday")
    return tuple(days.get(day, weekdays if place <= friday else None) for place, day in enumerate(DAYS))


WINDOWS: Final = Table(
    what='a table such as { weekdays = "08:00-20:00", saturday = "08:00-14:00" }',
    keys={
        "weekdays": Key(HOURS, "hours from Monday to Friday"),
        **{day: Key(HOURS, f"hours of {day.title()}; a day without hours is closed") for day in DAYS},
    },
    build=_week,
)

LIMITS: Final = Table(
    what="the table [limits]",
    keys={
        "contacts_per_day": Key(Integer(1, _MANY), "pressing contacts per debtor and civil day"),
        "contacts_per_week": Key(Integer(1, _MANY), "pressing contacts per debtor in any 7 civil days"),
        "min_interval": Key(CIVIL_DURATION, "least time between two pressing contacts"),
        "min_balance": Key(MONEY, "total of the debtor below which nothing presses"),
        "tolerance": Key(MONEY, "what may be missing from a payment that settles"),
        "clearing": Key(DURATION, "between paying and our knowing it"),
        "freshness": Key(DURATION, "how recently payments must be known before anything presses"),
        "quote_valid": Key(DURATION, "how long a quoted amount holds"),
        "review": Key(DURATION, "how long a hold, dispute or approval may be open before somebody is asked to look"),
        "windows": Key(WINDOWS, "hours in which the debtor may be written to"),
        "call_windows": Key(WINDOWS, "hours in which the debtor may be called"),
    },
    build=Limits,
)

PROMISE: Final = Table(
    what="the table [promise]",
    keys={
        "max_days": Key(CIVIL_DURATION, "longest promise that is believed"),
        "max_in_a_row": Key(Integer(1, _MANY), "broken promises in a row after which the next is not believed"),
        "min_share": Key(PERCENT, "share of what would settle a receivable from which a promise counts for it"),
    },
    build=PromiseRules,
)

DISCOUNT: Final = Table(
    what='a table such as { until = "D-5", value = "5.00%" }',
    keys={
        "until": Key(DateOr(UNTIL), "last day, counted in civil days from the due date, or a date", required=True),
        "value": Key(OFF, "how much is taken off", required=True, into="levy"),
    },
    build=Discount,
)


def _charges(discounts: tuple[Discount, ...] = (), **values: Any) -> ChargeRules:
    return ChargeRules(discounts=tuple(sorted(discounts, key=_by_day)), **values)


def _by_day(discount: Discount) -> tuple[bool, int]:
    until = discount.until
    return (True, until.toordinal()) if isinstance(until, date) else (False, until.days)


CHARGES: Final = Table(
    what="the table [charges]",
    keys={
        "fine": Key(LEVY, "taken once when late (multa)"),
        "interest": Key(INTEREST, "simple interest from the due date (juros de mora)"),
        "correction": Key(Name("index", "indexes"), "price index of monetary correction, of the late principal"),
        "rounding": Key(Choice(ROUNDINGS), "how each component is rounded, once, at the end"),
        "residual": Key(
            Choice(get_args(Residual)), "what becomes of late charges left over once the principal is paid"
        ),
        "discount": Key(
            ListOf(item=DISCOUNT, what='a list such as [{ until = "D-5", value = "5.00%" }]', most=MOST_DISCOUNTS),
            "for paying early",
            into="discounts",
        ),
        "order": Key(Permutation(_COMPONENTS), "what a payment pays first inside a receivable"),
    },
    build=_charges,
)

LOOSEN: Final = Table(
    what="a table [[legal.loosen]]",
    keys={
        "rule": Key(Name(), "id of the legal rule", required=True),
        "value": Key(Sentence(), "the looser value, as the rule writes it", required=True),
        "reason": Key(Sentence(), "why", required=True),
        "decided_by": Key(Sentence(), "who decided", required=True),
    },
    build=Loosening,
)

LEGAL: Final = Table(
    what="the table [legal]",
    keys={
        "packs": Key(
            ListOf(item=Name("pack", "packs"), what='a list such as ["br"]', least=0), "legal packs that apply"
        ),
        "loosen": Key(ListOf(item=LOOSEN, what="tables [[legal.loosen]]"), "limits of the law that the policy loosens"),
    },
    build=LegalRules,
)


def _names(what: str = "identifier", known: str = "") -> OneOrMore:
    return OneOrMore(item=Name(what, known), what="a name in quotes, or a list of names")


WHEN: Final = Table(
    what='a table such as { balance = "100.." }',
    keys={
        "balance": Key(MONEY_RANGE, "of the receivable on that day"),
        "amount": Key(MONEY_RANGE, "its principal"),
        "days_past_due": Key(WHOLE_RANGE, "civil days after the due date"),
        "score": Key(WHOLE_RANGE, "of the debtor; without a score the condition does not hold"),
        "debtor": Key(Choice(("person", "company")), "what the debtor is"),
        "kind": Key(_names(), "kind of title, or several of them", into="kinds"),
        "segment": Key(_names(), "segment of the debtor, or several of them", into="segments"),
        "state": Key(_names(), "state of the debtor, or several of them", into="states"),
        "predicate": Key(_names("predicate", "predicates"), "predicates from plugins, all of them", into="predicates"),
    },
    build=Conditions,
    rules=(AtLeastOne("'when'"),),
)


def _shares(*, origins: Origins, **shares: Fraction) -> Mapping[str, Fraction]:
    del origins  # a mapping has no place for them; the offer tells where it stands
    return shares


REBATE: Final = Table(
    what='a table such as { fine = "100%", principal = "5%" }',
    keys={component: Key(PERCENT, f"share taken off the {component}") for component in _COMPONENTS},
    build=_shares,
    rules=(AtLeastOne("'discount'"),),
)

INSTALMENTS: Final = Table(
    what='a table such as { max = 6, every = "1 month" }',
    keys={
        "max": Key(Integer(1, 600), "most instalments", required=True),
        "every": Key(MONTHS, "time between two", into="every_months"),
        "down": Key(PERCENT, "share paid at once"),
        "min": Key(MONEY, "smallest instalment"),
    },
    build=InstalmentRules,
)

OFFER: Final = Table(
    what="a table [[offer]]",
    keys={
        "id": Key(Name(), "stable for ever", required=True),
        "when": Key(WHEN, "conditions, all of which hold"),
        "discount": Key(REBATE, "share taken off each component"),
        "instalments": Key(INSTALMENTS, "how it may be paid in parts"),
        "valid": Key(DURATION, "how long it can be accepted"),
    },
    build=OfferRule,
)
