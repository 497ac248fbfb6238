"""What the law has to say in a policy: packs, deviations from them, and the acts that they demand."""

from __future__ import annotations

from typing import Literal, get_args

from attrs import field, frozen
from attrs.validators import in_

from regua.core.dates import Duration
from regua.core.rules import Declared
from regua.errors import DateError

OwedKind = Literal["delisting", "protest-withdrawal"]
Consequence = Literal["listing", "protest"]


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
        consequence: what it undoes: a listing, from its request until it is removed, or a protest, from the filing
            until it is cancelled.
        within: its term; day 1 is the first business day after the ground fell away, the last is its deadline.
        source: where the rule stands.
    """

    rule: str
    kind: OwedKind = field(validator=in_(get_args(OwedKind)))
    consequence: Consequence = field(validator=in_(get_args(Consequence)))
    within: Duration = field(validator=_check_within)
    source: str


@frozen(kw_only=True)
class Loosening(Declared):
    """`[[legal.loosen]]`: a legal limit that the policy loosens, on somebody's responsibility.

    Attributes:
        rule: id of the rule.
        value: the looser value, as the rule writes it.
        reason: why.
        decided_by: who decided.
    """

    rule: str
    value: str
    reason: str
    decided_by: str


@frozen(kw_only=True)
class LegalRules(Declared):
    """`[legal]`: the packs that apply, and what is loosened.

    Attributes:
        packs: names of legal packs.
        loosen: deviations.
        owed: acts that the packs demand, whatever the steps say. No policy file writes them.
    """

    packs: tuple[str, ...] = ()
    loosen: tuple[Loosening, ...] = ()
    owed: tuple[OwedAct, ...] = ()
