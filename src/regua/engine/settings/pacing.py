"""The keys of a section that say how often and how fast its channel or executor is tried, beside the plugin's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from regua.engine.pacing import RATE, SPAN, Pacing, Rate, to_span
from regua.engine.settings.environment import Taken
from regua.errors import SettingsError
from regua.policyfile.nodes import Node, RefusedError
from regua.policyfile.scalars import Integer, Json, Text
from regua.policyfile.tables import Key

_MOST: Final = 1_000
_SPAN: Final = Text(
    expects='a span of time such as "1m", "90s" or "2h"', pattern=SPAN.pattern, parse=lambda word, _: to_span(word)
)
_RATE: Final = Text(
    expects='a rate such as "60/m", "10/s" or "1/30s"', pattern=RATE.pattern, parse=lambda word, _: Rate.parse(word)
)
PACING: Final[Mapping[str, Key]] = {
    "attempts": Key(Integer(1, _MOST), "after so many attempts at which nothing left it counts as refused; 5"),
    "pause": Key(_SPAN, 'after the first attempt at which nothing left; it doubles with each further one; "1m"'),
    "longest_pause": Key(_SPAN, 'the longest pause; "1h"'),
    "rate": Key(_RATE, "at most so many sendings, of all creditors together; as many as it takes"),
    "breaker": Key(
        Integer(0, _MOST),
        "after so many answers in a row of `not now` or unknown outcome nothing is sent for a pause; 10, 0 for never",
    ),
}
"""The keys, in order, each with what it is where nothing is said. A plugin that has one itself has it for itself."""


def read_pacing(node: Node, environment: Mapping[str, str], own: Collection[str]) -> Pacing:
    """Read them from the table of a section.

    Args:
        node: the table.
        environment: variables that values may name.
        own: keys of the plugin.

    Raises:
        RefusedError: something is wrong with one; all of it is reported.
    """
    values: dict[str, Any] = {}
    before = node.reading.report.errors
    for name, key in PACING.items():
        if name in node.value and name not in own:
            try:
                values[name] = Taken(shape=key.shape, environment=environment).read(node.child(name))
            except RefusedError:
                continue
    if node.reading.report.errors > before:
        raise RefusedError
    try:
        return Pacing(**values)
    except SettingsError as error:
        raise node.refuse("invalid-value", f"{error}; mend the keys of {node.name!r}") from None


def schema() -> dict[str, Json]:
    """What they take."""
    return {name: key.shape.schema() for name, key in PACING.items()}
