"""The rules that bind somebody, found once for all debtors who are alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from regua.core.legal import Barred, ClaimLimit, Forbidden, LegalRule, LegalRules, Terms

if TYPE_CHECKING:
    from regua.core.planning.hours import Era
    from regua.core.planning.prescription import Term

_P = TypeVar("_P")
_K = TypeVar("_K", Barred, ClaimLimit, Forbidden, Terms)


class Bound:
    """Rules that bind, with their provisions by type and kind of step.

    Attributes:
        rules: in the order of the packs.
        terms: prescriptions worked out so far, by due date and kind of step, where nothing restarted them.
        eras: hours worked out so far, by the policy's, the channels and the zone.
    """

    def __init__(self, rules: Iterable[LegalRule]) -> None:
        self.rules = tuple(rules)
        self.terms: dict[tuple[int, str], Term | None] = {}
        self.eras: dict[tuple[Any, tuple[str, ...], str], tuple[Era, ...]] = {}
        self._by_type: dict[type, list[Any]] = {}
        self._by_kind: dict[tuple[type, str], list[Any]] = {}

    def of(self, provision: type[_P]) -> list[tuple[LegalRule, _P]]:
        """Provisions of a type, each with its rule."""
        known = self._by_type.get(provision)
        if known is None:
            found = [(rule, each) for rule in self.rules for each in rule.provisions]
            known = self._by_type[provision] = [pair for pair in found if isinstance(pair[1], provision)]
        return known

    def of_kind(self, provision: type[_K], kind: str) -> list[tuple[LegalRule, _K]]:
        """The same for a kind of step."""
        known = self._by_kind.get((provision, kind))
        if known is None:
            found = [pair for pair in self.of(provision) if kind in pair[1].kinds]
            known = self._by_kind[provision, kind] = found
        return known


def bound_of(legal: LegalRules, states: frozenset[str], debtor: str, title: str) -> Bound:
    """The rules of a policy for receivables of a kind of debtors of these states.

    Args:
        legal: of the policy.
        states: of the address and of area codes.
        debtor: `person` or `company`.
        title: kind of receivable, or "" where nobody knows; so counts one that no rule of the packs names.
    """
    title = title if title in legal.titles else ""
    key = states, debtor, title
    known: Bound | None = legal.memory.get(key)
    if known is None:
        known = legal.memory[key] = Bound(rule for rule in legal.rules if _applies(rule, states, debtor, title))
    return known


def together(several: Sequence[Bound], memory: dict[Any, Any]) -> Bound:
    """All that binds by any of these, what a policy loosened beside what another one did not.

    Args:
        several: at least one.
        memory: of a policy whose rules are among them.
    """
    if len(several) == 1:
        return several[0]
    rules = {id(rule): rule for bound in several for rule in bound.rules}
    key = frozenset(rules)
    known: Bound | None = memory.get(key)
    if known is None:
        known = Bound(rules.values())
        memory[key] = known
    return known


def _applies(rule: LegalRule, states: frozenset[str], debtor: str, title: str) -> bool:
    where = rule.where
    return (
        (not where.states or not states.isdisjoint(where.states))
        and (not where.titles or title in where.titles or not (title or where.told))
        and (not where.debtor or where.debtor == debtor)
    )
