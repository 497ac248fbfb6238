"""The reference of legal packs: every rule with the tests that try to break it, and every key of a pack."""

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from tests.docs.reference.docstrings import first_paragraph, sentence, table
from tests.docs.reference.policy import takes
from tests.law.proofs import proofs

from regua.core.legal import BuiltIn, LegalRule, Provision
from regua.core.policy import KINDS
from regua.policyfile.packs import telling
from regua.policyfile.packs.builtin import BUILTIN
from regua.policyfile.packs.shapes import PACK, PROVISIONS, RULE, WHERE, Day, Figures
from regua.policyfile.scalars import Choice, Shape
from regua.policyfile.sections import WINDOWS
from regua.policyfile.tables import Key, ListOf, Table

_RULES: Final = ("rule", "kind", "says", "acts on", "applies to", "source", "in force since", "trusted until", "tests")
_STEPS: Final = "[kinds of step](../glossary.md#kinds-of-step)"


def rules() -> str:
    """Every rule of every pack of regua."""
    return "\n".join(
        f"### `{name}`: {pack.title}\n\n" + table(_RULES, map(_rule, pack.rules)) for name, pack in BUILTIN.items()
    )


def _rule(rule: LegalRule) -> tuple[str, ...]:
    says, since = telling.value(rule), rule.since.isoformat() if rule.since else ""
    return (
        f"`{rule.id}`: {rule.title}",
        f"{rule.kind}, {rule.nature}",
        f"`{says}`" if says else "",
        ", ".join(f"`{place}`" for place in map(telling.place_of, rule.provisions)),
        telling.where(rule) or "all",
        rule.source,
        since if rule.since_confirmed or not since else f"{since} (not confirmed)",
        rule.trusted_until.isoformat(),
        "; ".join(_tests(rule)),
    )


def _tests(rule: LegalRule) -> Iterator[str]:
    for proof in proofs():
        if proof.rule == rule.id:
            yield f"[{proof.name.removeprefix('test_').replace('_', ' ')}](../../tests/{proof.path})"


def provisions() -> str:
    """Every key of a pack's file."""
    parts = [_keys("[pack]", PACK.keys), _keys("[[rule]]", _own(RULE)), _keys("where", WHERE.keys)]
    return "\n".join([*parts, *(_provision(name, shape) for name, shape in PROVISIONS.items())])


def _own(rule: Table) -> dict[str, Key]:
    return {name: key for name, key in rule.keys.items() if name not in PROVISIONS}


def _keys(title: str, keys: Mapping[str, Key], head: str = "") -> str:
    rows = [
        (f"`{name}`", _takes(key.shape), "required" if key.required else "", sentence(key.doc))
        for name, key in keys.items()
    ]
    return f"### `{title}`\n\n{head}" + table(("key", "takes", "", "meaning"), rows)


def _provision(name: str, shape: Table) -> str:
    [cls] = [cls for cls in get_args(Provision) if telling.key_of(cls) == name]
    said = sentence(first_paragraph(cls).removeprefix(f"`{name}`: "))
    return _keys(f"[[rule.{name}]]", shape.keys, f"{said}\n\n")


def _takes(shape: Shape) -> str:
    match shape:
        case Day():
            return "a date without quotes such as `2026-11-21`"
        case Figures():
            return "a table of figures"
        case ListOf(item=Choice(words=words)) if words == KINDS:
            return f"a list of {_STEPS}"
        case _ if shape is WINDOWS:
            return "a table: [windows](policy-keys.md#windows)"
        case _ if shape is WHERE:
            return "a table: [where](#where)"
        case _:
            return takes(shape)


def holders() -> str:
    """What the engine holds for everybody, by the part of it."""
    held: dict[str, list[str]] = {}
    for pack in BUILTIN.values():
        for rule in pack.rules:
            for each in rule.provisions:
                if isinstance(each, BuiltIn):
                    held.setdefault(each.by, []).append(rule.id)
    return table(("part", "rules"), [(by, ", ".join(f"`{rule}`" for rule in held[by])) for by in sorted(held)])
