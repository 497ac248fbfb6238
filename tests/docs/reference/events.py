"""The reference of events: every type, its fields, its rank, and the signals."""

from typing import Final

from tests.docs.reference.docstrings import attributes, code, first_paragraph, sentence, table

from regua.core.account import TRANSITIONS
from regua.core.events import EVENT_TYPES, RANKS, SIGNALS, Event
from regua.importfile.eventfields import EventField, fields_of

FAMILIES: Final = {
    "Debtor": ("debtor.", "contact-point.", "do-not-call.", "consent.", "insolvency."),
    "Receivable": ("invoice.",),
    "Money": ("payment.", "payments.", "credit.granted", "credit.applied"),
    "Debtor's word": ("promise.", "dispute.", "callback.", "reply.", "feedback."),
    "Negotiation": ("offer.", "agreement."),
    "Control": ("hold.", "policy.", "step.", "event."),
    "Legal": ("notice.", "listing.", "protest.", "lawsuit.", "court.", "agency."),
    "Service": ("service.", "credit.blocked", "credit.released"),
    "Instrument": ("boleto.", "pix."),
    "Outcome": ("action.", "call."),
}
_SHARED: Final = frozenset(fields_of(Event))
_KINDS: Final = {"integer": "whole number", "boolean": "`true` or `false`"}
_PLANS_NOTHING: Final = "Stored. Nothing follows from it by itself in this version; a step may answer it with `on`."


def events() -> str:
    """Every event type under its family."""
    parts = []
    for family, prefixes in FAMILIES.items():
        parts.append(f"### {family}\n")
        parts += [_event(name) for name in EVENT_TYPES if name.startswith(prefixes)]
    placed = sum(name.startswith(prefixes) for prefixes in FAMILIES.values() for name in EVENT_TYPES)
    assert placed == len(EVENT_TYPES), "give every event type exactly one family"
    return "\n".join(parts)


def _event(name: str) -> str:
    cls, version = EVENT_TYPES[name]
    docs = attributes(cls)
    rows = [_row(each, docs) for each in fields_of(cls).values() if each.name not in _SHARED]
    passive = f"\n{_PLANS_NOTHING}\n" if TRANSITIONS.get(cls, True) is None else ""
    fields = "\n" + table(("field", "type", "default", "meaning"), rows) if rows else "\nNo fields of its own.\n"
    head = f"#### `{name}`\n\n{sentence(first_paragraph(cls))} Version {version}, class `{cls.__name__}`.\n"
    return f"{head}{passive}{fields}"


def _row(each: EventField, docs: dict[str, str]) -> tuple[str, str, str, str]:
    return f"`{each.name}`", _type(each), _default(each), sentence(docs[each.name])


def _type(each: EventField) -> str:
    if each.kind in {"choice", "tone"}:
        return code(each.words)
    if each.kind == "list":
        return "list of text" if each.items is None else f"list of {_inner(each.items)}"
    return _KINDS.get(each.kind, each.kind)


def _inner(cls: type) -> str:
    return "{ " + ", ".join(f"`{each.name}`: {_type(each)}" for each in fields_of(cls).values()) + " }"


def _default(each: EventField) -> str:
    if each.required:
        return "required"
    default = each.attribute.default
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return "none" if default in ("", None, ()) else f"`{default}`"


def shared_fields() -> str:
    """What every event has."""
    fields = fields_of(Event)
    rows = [(f"`{name}`", _type(fields[name]), sentence(text)) for name, text in attributes(Event).items()]
    return table(("field", "type", "meaning"), rows)


def ranks() -> str:
    """Every type in the order in which events of one instant are folded."""
    types = sorted(EVENT_TYPES.values(), key=lambda pair: RANKS[pair[0]])
    return table(
        ("rank", "type", "version", "meaning"),
        [(str(RANKS[cls]), _linked(cls.type), str(version), sentence(first_paragraph(cls))) for cls, version in types],
    )


def _linked(name: str) -> str:
    return f"[`{name}`](#{name.replace('.', '')})"


def signals() -> str:
    """Every signal."""
    return table(("signal", "meaning"), [(f"`{name}`", sentence(SIGNALS[name])) for name in SIGNALS])
