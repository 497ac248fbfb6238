"""Packs of one rule, and what a policy under them is told."""

from attrs import evolve

from regua.core.legal import LegalPack
from regua.policyfile import DEFAULT_CATALOG, Catalog, Diagnostic, check_policy, read_pack

HEAD = 'format = 1\npolicy.id = "padrao"\nlegal.packs = ["teste"]\n'


OTHERS = """
[[rule]]
id = "lei.dois"
title = "Outra regra"
kind = "hard"
nature = "law"
source = "Lei 2/2000"
reviewed_on = 2026-11-21
trusted_until = 2027-11-21
confidence = "high"
where = { titles = ["energy", "water"] }
"""
"""A rule that knows other kinds of receivable and does nothing, to follow the provisions."""


def pack(provisions: str, *, kind: str = "hard", more: str = "") -> LegalPack:
    """Make a pack of one rule `lei.um`; provisions are written like `fine_cap = [{ max = "2%" }]`."""
    return read_pack(
        f"""
        format = 1
        [pack]
        name = "teste"
        version = "1"
        title = "Teste"
        [[rule]]
        id = "lei.um"
        title = "Uma regra"
        kind = "{kind}"
        nature = "law"
        source = "Lei 1/2000 art. 1"
        reviewed_on = 2026-11-21
        trusted_until = 2027-11-21
        confidence = "high"
        {more}
        {provisions}
        """
    )


def catalog(rules: LegalPack, notifying: frozenset[str] | None = None) -> Catalog:
    """What is installed, with a pack."""
    return evolve(DEFAULT_CATALOG, packs={rules.name: rules}, notifying=notifying)


def diagnosed(body: str, rules: LegalPack, notifying: frozenset[str] | None = None) -> list[Diagnostic]:
    """Check the lines that follow the head of a policy of that pack."""
    return check_policy(HEAD + body, catalog=catalog(rules, notifying))


def told(body: str, rules: LegalPack, notifying: frozenset[str] | None = None) -> list[str]:
    """The same as `line:column severity code`, the lines counted from the body's first."""
    found = diagnosed(body, rules, notifying)
    return [f"{each.line - HEAD.count(chr(10))}:{each.column} {each.severity} {each.code}" for each in found]
