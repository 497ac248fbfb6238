"""The reference of policy files: every key of every table, and every code of `regua check`."""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Final

import attrs
from tests.docs.reference.docstrings import code, sentence, table

from regua.core.dates import Duration
from regua.core.money import decimals
from regua.core.policy import (
    ChargeRules,
    Conditions,
    InstalmentRules,
    LegalRules,
    Limits,
    OfferRule,
    PlanRules,
    Policy,
    PromiseRules,
    Step,
    Window,
)
from regua.policyfile import DEFAULT_CATALOG
from regua.policyfile.diagnostics import BREACHES, ERRORS, WARNINGS
from regua.policyfile.document import DOCUMENT
from regua.policyfile.grammar import MONEY, MONTHS, UNTIL
from regua.policyfile.scalars import Choice, Constant, DateOr, Flag, Integer, Name, Sentence, Shape, Text
from regua.policyfile.sections import (
    CHARGES,
    DISCOUNT,
    INSTALMENTS,
    LEGAL,
    LIMITS,
    LOOSEN,
    OFFER,
    PLAN,
    POLICY,
    PROMISE,
    REBATE,
    WHEN,
    WINDOWS,
)
from regua.policyfile.steps import REQUIRES, STEP, TEMPLATE, UNLESS
from regua.policyfile.support import UNSUPPORTED, Gap
from regua.policyfile.tables import (
    AtLeastOne,
    BelongsTo,
    ExactlyOne,
    Key,
    ListOf,
    OneOrMore,
    Permutation,
    Rule,
    Table,
    TextOrTable,
)

Path = tuple[str, ...]

TABLES: Final[dict[str, tuple[Table, Path, type | None]]] = {
    "Top level": (DOCUMENT, (), None),
    "[policy]": (POLICY, ("policy",), Policy),
    "[plan]": (PLAN, ("plan",), PlanRules),
    "[limits]": (LIMITS, ("limits",), Limits),
    "Windows": (WINDOWS, ("limits", "windows"), None),
    "[promise]": (PROMISE, ("promise",), PromiseRules),
    "[charges]": (CHARGES, ("charges",), ChargeRules),
    "Discount for paying early": (DISCOUNT, ("charges", "discount", "*"), None),
    "[legal]": (LEGAL, ("legal",), LegalRules),
    "[[legal.loosen]]": (LOOSEN, ("legal", "loosen", "*"), None),
    "[[step]]": (STEP, ("step", "*"), Step),
    "Conditions": (WHEN, ("step", "*", "when"), Conditions),
    "Unless": (UNLESS, ("step", "*", "unless"), None),
    "Requires": (REQUIRES, ("step", "*", "requires"), None),
    "Templates by tone": (TEMPLATE.table, ("step", "*", "template"), None),
    "[[offer]]": (OFFER, ("offer", "*"), OfferRule),
    "Discount of an offer": (REBATE, ("offer", "*", "discount"), None),
    "Instalments of an offer": (INSTALMENTS, ("offer", "*", "instalments"), InstalmentRules),
}
"""By heading: the table, where it stands in the file, and the class whose defaults it has."""
_DEFAULTS: Final[dict[Path, str]] = {
    ("step", "*", "anchor"): "`effective`",
    ("step", "*", "after"): "`0d`, at the event's clock time",
}


def keys() -> str:
    """Every table with its keys."""
    found = [id(each) for each in _tables_of(DOCUMENT)]
    missing = set(found) - {id(each) for each, _, _ in TABLES.values()}
    assert not missing, "a table of the format has no heading in the reference"
    return "\n".join(_section(title, *parts) for title, parts in TABLES.items())


def _section(title: str, each: Table, path: Path, cls: type | None) -> str:
    rows = [_row(name, key, (*path, name), cls) for name, key in each.keys.items()]
    rules = "".join(f"- {_rule(rule)}\n" for rule in each.rules)
    heading = f"### `{title}`" if title.startswith("[") else f"### {title}"
    shown = re.sub(r"(\{.*\})", r"`\1`", sentence(each.what))
    head = f"{heading}\n\n" if title.startswith(("[", "Top")) else f"{heading}\n\n{shown}\n\n"
    return head + table(("key", "takes", "default", "meaning", "carried out"), rows) + (f"\n{rules}" if rules else "")


def _row(name: str, key: Key, path: Path, cls: type | None) -> tuple[str, ...]:
    default = "required" if key.required else _DEFAULTS.get(path) or _default(key, name, cls)
    return f"`{name}`", takes(key.shape), default, sentence(_equation(key.doc)), _carried_out(path, key.shape)


def _equation(doc: str) -> str:
    return re.sub(r"^(\w+ = \S+)", r"`\1`", doc)


def _tables_of(shape: Shape) -> Iterator[Table]:
    if isinstance(shape, ListOf | OneOrMore):
        yield from _tables_of(shape.item)
    elif isinstance(shape, TextOrTable):
        yield from _tables_of(shape.table)
    elif isinstance(shape, Table):
        yield shape
        for key in shape.keys.values():
            yield from _tables_of(key.shape)


def takes(shape: Shape) -> str:
    """What a key takes, in words."""
    words = _WORDS.get(type(shape))
    return words(shape) if words else _compound(shape)


_WORDS: Final[dict[type, Callable[[Any], str]]] = {
    Text: lambda text: _quoted_as_code(text.expects),
    Integer: lambda integer: f"a whole number from {integer.low}",
    Flag: lambda _: "`true` or `false`",
    Choice: lambda choice: _EVENTS if choice.code == "unknown-event" else code(choice.words),
    Constant: lambda constant: f"`{constant.value}`",
    Name: lambda name: name.article,
    Sentence: lambda _: "a text in quotes",
    DateOr: lambda _: _quoted_as_code(UNTIL.expects),
    Permutation: lambda permutation: f"all of {code(permutation.words)}, in an order",
}
_EVENTS: Final = "an [event type or signal](events.md)"


def _compound(shape: Shape) -> str:
    titles = {id(each): title for title, (each, _, _) in TABLES.items()}
    match shape:
        case Table():
            return f"a table: {_link(titles[id(shape)])}"
        case TextOrTable():
            return f"{takes(shape.text)}, or {takes(shape.table)}"
        case OneOrMore():
            return f"{takes(shape.item)}, or a list of them"
        case ListOf(item=Table() as item):
            return f"a list of tables: {_link(titles[id(item)])}"
        case ListOf():
            return f"a list; each is {takes(shape.item)}"
        case _:
            raise TypeError(shape)


def _link(title: str) -> str:
    anchor = "".join(char for char in title.lower() if char.isalnum() or char in " -").replace(" ", "-")
    return f"[{title.strip('[]')}](#{anchor})"


def _quoted_as_code(text: str) -> str:
    pieces = text.split('"')
    return "".join(f'`"{piece}"`' if place % 2 else piece for place, piece in enumerate(pieces))


def _default(key: Key, name: str, cls: type | None) -> str:
    fields = {} if cls is None else attrs.fields_dict(cls)
    field = fields.get(key.into or name)
    if field is None or field.default is attrs.NOTHING:
        return "none"
    factory = isinstance(field.default, attrs.Factory)  # type: ignore[arg-type]
    return _shown(field.default.factory() if factory else field.default, key.shape)  # type: ignore[union-attr]


def _shown(value: Any, shape: Shape) -> str:
    if value in (None, "", (), {}) or (attrs.has(type(value)) and not isinstance(value, Duration)):
        return "none"
    if shape is WINDOWS:
        return "Monday to Friday " + ", Saturday ".join(f"`{each}`" for each in _distinct(value)) + ", Sunday closed"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Fraction):
        return f"`{float(value * 100):g}%`"
    if isinstance(value, tuple):
        return code(value)
    return f"`{_with_unit(value, shape)}`"


def _with_unit(value: Any, shape: Shape) -> str:
    if shape is MONEY:
        return f"{value / 10 ** decimals('BRL'):.2f}"
    return f"{value} month" if shape is MONTHS else str(value)


def _distinct(week: tuple[Window | None, ...]) -> list[Window]:
    return list(dict.fromkeys(window for window in week if window is not None))


def _carried_out(path: Path, shape: Shape) -> str:
    own = _without_items(path)
    for gap in UNSUPPORTED:
        named = _without_items(gap.path)
        whole = named[:-1] if named[-1] == "id" else named  # what has an id is reported by it
        if own == named and isinstance(shape, Choice):
            return _missing(shape, gap)
        if own[: len(whole)] == whole:
            return "not yet"
    return "yes"


def _without_items(path: Path) -> Path:
    return tuple(part for part in path if part != "*")


def _missing(shape: Choice, gap: Gap) -> str:
    missing = [word for word in shape.words if gap.meant(word, DEFAULT_CATALOG)]
    carried = [word for word in shape.words if word not in missing]
    return f"not yet: {code(missing)}" if len(missing) <= len(carried) else f"only {code(carried)}; the others not yet"


def _rule(rule: Rule) -> str:
    match rule:
        case ExactlyOne():
            return f"Exactly one of {code(rule.keys)}."
        case AtLeastOne():
            return "At least one key."
        case BelongsTo():
            return f"`{rule.key}` only beside `{rule.other}`."
        case _:
            word = "is required for" if type(rule).__name__ == "NeededBy" else "is only for"
            return f"`{rule.key}` {word} the kinds {code(rule.kinds)}."  # type: ignore[attr-defined]


def diagnostics() -> str:
    """Every code, errors first."""
    parts = []
    for title, codes in (("Errors", ERRORS), ("Law", BREACHES), ("Warnings", WARNINGS)):
        rows = [(f"`{name}`", sentence(meaning)) for name, meaning in codes.items()]
        parts.append(f"### {title}\n\n" + table(("code", "meaning"), rows))
    return "\n".join(parts)
