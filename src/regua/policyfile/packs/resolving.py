"""From the names of packs to the rules that bind a policy."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from regua.core.legal import LegalPack, LegalRule, LegalRules, Loosening, OwedAct
from regua.policyfile.catalog import Catalog
from regua.policyfile.diagnostics import Report, nearest, quoted
from regua.policyfile.nodes import place
from regua.policyfile.packs.reading import loosened

OFF = "off"


def resolve(legal: LegalRules, catalog: Catalog, report: Report) -> LegalRules:
    """The rules of the packs that a policy names, less what it loosens; what cannot be loosened is reported.

    Where no packs are known, the law is left as it is.
    """
    if catalog.packs is None:
        return legal
    rules = _rules(legal.packs, catalog.packs)
    for loosening in legal.loosen:
        rule = rules.get(loosening.rule)
        if rule is None:
            known = nearest(loosening.rule, rules)
            message = f"no pack of this policy has the rule {quoted(loosening.rule)}; {known}"
            report.add("unknown-rule", place(loosening, "rule"), message)
        elif rule.kind == "hard" and not rule.loosens:
            message = f"{rule.id} is law and cannot be loosened ({rule.source}); remove this table"
            report.add("hard-rule", place(loosening, "rule"), message)
        else:
            _loosen(rules, rule, loosening, report)
    kept = tuple(rules.values())
    owed = tuple(each for rule in kept for each in rule.provisions if isinstance(each, OwedAct))
    there = tuple(name for name in legal.packs if name in catalog.packs)
    return evolve(legal, rules=kept, resolved=there, owed=owed, notifying=catalog.notifying)


def _rules(names: tuple[str, ...], packs: Mapping[str, LegalPack]) -> dict[str, LegalRule]:
    """Rules by id, those of the packs named first where two packs have the same; a hard one is never replaced.

    Of two hard ones both bind; the earlier stands under its id and the name of the later pack.
    """
    found: dict[str, LegalRule] = {}
    for name in names:
        for rule in packs[name].rules if name in packs else ():
            known = found.setdefault(rule.id, rule)
            if known is rule or rule.kind != "hard":
                continue
            found[rule.id] = rule
            if known.kind == "hard" and known != rule:
                found[f"{rule.id}@{name}"] = known
    return found


def _loosen(rules: dict[str, LegalRule], rule: LegalRule, loosening: Loosening, report: Report) -> None:
    if loosening.value == OFF:
        del rules[rule.id]
        return
    try:
        rules[rule.id] = loosened(rule, loosening.value)
    except ValueError as error:
        report.add("invalid-value", place(loosening, "value"), f"{quoted(loosening.value)}: {error}")
