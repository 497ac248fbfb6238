"""The keys of `[[step]]`, and what holds between them."""

from __future__ import annotations

from typing import Any, Final, get_args

from attrs import evolve, frozen

from regua.core.dates import Duration
from regua.core.events import EVENT_TYPES, SIGNALS
from regua.core.policy import (
    ACTS,
    CONTACT_KINDS,
    KINDS,
    Anchor,
    EventTrigger,
    OffsetTrigger,
    Origins,
    Outcome,
    Scope,
    Step,
    StepReference,
)
from regua.core.tones import Tone
from regua.policyfile.grammar import AFTER, AT, DURATION
from regua.policyfile.nodes import Node
from regua.policyfile.scalars import Choice, Flag, Json, Name
from regua.policyfile.sections import WHEN
from regua.policyfile.tables import AtLeastOne, BelongsTo, ExactlyOne, Key, ListOf, Table, TextOrTable

WRITTEN_KINDS: Final = ("message", "offer", "reissue")
"""Kinds that need channels, a template and, where they press, a tone."""
_CONTACT_KINDS: Final = tuple(kind for kind in KINDS if kind in CONTACT_KINDS)
_ADDRESSED_KINDS: Final = (*_CONTACT_KINDS, "task", "notice")
_REGISTRAR_KINDS: Final = ("notice", "listing", "delisting", "protest", "protest-withdrawal", "agency", "lawsuit")
_GENERAL_KINDS: Final = tuple(kind for kind in KINDS if kind not in ACTS)
_TONES: Final = tuple(tone.word for tone in Tone)
_EVENTS: Final = (*SIGNALS, *EVENT_TYPES)


def _kind_of(node: Node) -> Any:
    return node.value.get("kind", "message")


@frozen
class NeededBy:
    """A key that some kinds of step must have.

    Attributes:
        key: the key.
        kinds: the kinds.
    """

    key: str
    kinds: tuple[str, ...]

    def check(self, node: Node) -> None:
        """Report a step of such a kind without it."""
        kind = _kind_of(node)
        if kind in self.kinds and self.key not in node.value:
            node.report("missing-key", f"a step of kind {kind!r} needs the key {self.key!r}")

    def schema(self) -> Json:
        """Required, if the kind is one of them."""
        condition: Json = {"properties": {"kind": {"enum": list(self.kinds)}}}
        if "message" not in self.kinds:
            condition["required"] = ["kind"]
        return {"if": condition, "then": {"required": [self.key]}}


@frozen
class OnlyOf:
    """A key that means something for some kinds of step only.

    Attributes:
        key: the key.
        kinds: the kinds.
    """

    key: str
    kinds: tuple[str, ...]

    def check(self, node: Node) -> None:
        """Report it in a step of another kind."""
        kind = _kind_of(node)
        if self.key in node.value and kind in KINDS and kind not in self.kinds:
            kinds = " or ".join(map(repr, self.kinds))
            message = f"{self.key!r} means nothing for a step of kind {kind!r}; remove it, or make the kind {kinds}"
            node.report("misplaced-key", message, self.key)

    def schema(self) -> Json:
        """If it is there, the kind is one of them."""
        then: Json = {"properties": {"kind": {"enum": list(self.kinds)}}}
        if "message" not in self.kinds:
            then["required"] = ["kind"]
        return {"if": {"required": [self.key]}, "then": then}


def _reference(*, origins: Origins, at_least: Duration | None = None, **outcome: str) -> StepReference:
    (word, step), *_ = outcome.items()
    return StepReference(step=step, outcome=word, at_least=at_least, origins=origins)  # type: ignore[arg-type]


OUTCOMES: Final = {word: Key(Name(), f"id of a step that was {word}") for word in get_args(Outcome)}

UNLESS: Final = Table(
    what='a table such as { read = "step-id" }',
    keys=OUTCOMES,
    build=_reference,
    rules=(ExactlyOne(tuple(OUTCOMES), "'unless'"),),
)

REQUIRES: Final = Table(
    what='a table such as { delivered = "step-id", at_least = "10d" }',
    keys={**OUTCOMES, "at_least": Key(DURATION, "how long ago at least")},
    build=_reference,
    rules=(ExactlyOne(tuple(OUTCOMES), "'requires'"),),
)


def _templates(*, origins: Origins, **by_tone: str) -> dict[Tone, str]:
    del origins  # the step tells where its templates stand
    return {Tone.parse(word): name for word, name in by_tone.items()}


def _single(name: str) -> dict[None, str]:
    return {None: name}


_TEMPLATE: Final = Name("template", "templates")

TEMPLATE: Final = TextOrTable(
    text=_TEMPLATE,
    table=Table(
        what="a table of templates by tone",
        keys={word: Key(_TEMPLATE, f"template for the tone {word}") for word in _TONES},
        build=_templates,
        rules=(AtLeastOne("'template'"),),
    ),
    make=_single,
    what='a name such as "lembrete", or a table such as { formal = "segunda-via" }',
)


def _step(
    *,
    origins: Origins,
    at: OffsetTrigger | None = None,
    anchor: Anchor = "effective",
    on: str = "",
    after: EventTrigger | None = None,
    **values: Any,
) -> Step:
    trigger: OffsetTrigger | EventTrigger
    if at:
        trigger = evolve(at, anchor=anchor, origins=_only(origins, "at", "anchor"))
    else:
        trigger = evolve(after or EventTrigger(on=on), on=on, origins=_only(origins, "on", "after"))
    return Step(trigger=trigger, origins=origins, **values)


def _only(origins: Origins, first: str, second: str) -> Origins:
    return {"": origins[first], **{key: origins[key] for key in (first, second) if key in origins}}


STEP: Final = Table(
    what="a table [[step]]",
    keys={
        "id": Key(Name(), "stable for ever: part of the identity of every action", required=True),
        "at": Key(AT, "offset from the anchor, and clock time in the debtor's zone"),
        "anchor": Key(Choice(get_args(Anchor)), "what `at` counts from: effective due date, due date, day of issue"),
        "on": Key(Choice(_EVENTS, code="unknown-event", what="event or signal"), "event or signal that asks for it"),
        "after": Key(AFTER, "how long after the event, and at which clock time"),
        "kind": Key(Choice(KINDS, code="unknown-kind", what="kind of step"), "what is done; a message by default"),
        "tone": Key(Choice(_TONES, code="unknown-tone", what="tone", make=Tone.parse), "how severe it is"),
        "presses": Key(Flag(), "whether it asks for overdue money, where that is not plain", into="declared_presses"),
        "scope": Key(Choice(get_args(Scope)), "whether it is about one receivable or the debtor"),
        "channels": Key(
            ListOf(item=Name("channel", "channels"), what='a list such as ["email"]'),
            "the first that can be used is taken",
        ),
        "template": Key(TEMPLATE, "name of the message, or one name for each tone", into="templates"),
        "attach": Key(ListOf(item=Name("attachment"), what='a list such as ["boleto"]', least=0), "what goes with it"),
        "when": Key(WHEN, "conditions, all of which hold when it runs"),
        "unless": Key(UNLESS, "outcome of another step that makes it needless"),
        "requires": Key(REQUIRES, "outcome of another step that it waits for"),
        "approval": Key(Choice(("human",)), "who must approve it"),
        "cutoff": Key(Flag(), "whether amicable dunning ends with it"),
        "queue": Key(Name("queue"), "queue of a task"),
        "registrar": Key(Name("registrar", "registrars"), "who carries out a legal act"),
        "offer": Key(Name("offer"), "id of the offer that is made"),
    },
    build=_step,
    rules=(
        ExactlyOne(("at", "on"), "a table [[step]]"),
        BelongsTo("anchor", "at"),
        BelongsTo("after", "on"),
        BelongsTo("scope", "on"),
        OnlyOf("scope", _GENERAL_KINDS),
        NeededBy("channels", WRITTEN_KINDS),
        NeededBy("template", WRITTEN_KINDS),
        NeededBy("offer", ("offer",)),
        OnlyOf("channels", _ADDRESSED_KINDS),
        OnlyOf("template", _ADDRESSED_KINDS),
        OnlyOf("attach", _ADDRESSED_KINDS),
        OnlyOf("queue", ("task",)),
        OnlyOf("registrar", _REGISTRAR_KINDS),
        OnlyOf("cutoff", ("protest", "agency", "lawsuit")),
        OnlyOf("offer", ("offer",)),
    ),
)
