"""What every line says first: `type` and `version`; and how old versions are brought up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from regua.codec.values import whole_number
from regua.codec.wording import Refused, nearest, shown

Upcaster = Callable[[Mapping[str, Any]], Mapping[str, Any]]

UPCASTERS: Final[dict[tuple[str, int], Upcaster]] = {}
"""By type and version: what makes of an object of that version one of a later version, before its fields are read.

It is given the whole object, `type` and `version` included, and gives a whole object back; it may rename the type.
"""

_TYPE: Final = "type"
_VERSION: Final = "version"
_UPGRADE: Final = "upgrade regua: pip install -U regua"


class Envelope(NamedTuple):
    """A document opened: its class, and its fields without the envelope."""

    cls: type[Any]
    body: dict[str, Any]


def seal(kind: str, version: int, body: dict[str, Any]) -> dict[str, Any]:
    """Put type and version before the fields."""
    return {_TYPE: kind, _VERSION: version} | body


def unseal(value: Any, known: Mapping[str, tuple[type, int]]) -> Envelope:
    """Bring a document up to date and take it apart.

    Args:
        value: what should be a document.
        known: class and current version of each type that is expected here.

    Raises:
        Refused: it is no object, of no known type, or of a version that is not known.
    """
    kind, version = _header(value)
    for _ in UPCASTERS:  # each serves at most once
        if (kind, version) not in UPCASTERS:
            break
        value = _upcast(value, kind, version)
        kind, version = _header(value)
    if kind not in known:
        raise Refused(f"unknown type {shown(kind)}", f"{nearest(kind, known)} (or {_UPGRADE})", field=_TYPE)
    cls, current = known[kind]
    if version > current:
        raise Refused(f"{kind} version {version} is newer than this regua", _UPGRADE, field=_VERSION)
    if version != current:
        raise Refused(f"{kind} has no version {version}", f"write {current}", field=_VERSION)
    body = dict(value)
    del body[_TYPE], body[_VERSION]
    return Envelope(cls, body)


def _header(value: Any) -> tuple[str, int]:
    if not isinstance(value, Mapping):
        raise Refused(f"{shown(value)} is not an object", 'write {"type": "invoice.issued", "version": 1, …}')
    for key, example in ((_TYPE, '"invoice.issued"'), (_VERSION, "1")):
        if key not in value:
            raise Refused(f"missing key '{key}'", f'add "{key}": {example}')
    if not isinstance(value[_TYPE], str):
        raise Refused(f"{shown(value[_TYPE])} is not a string", 'write a type such as "invoice.issued"', field=_TYPE)
    try:
        return value[_TYPE], whole_number(value[_VERSION])
    except Refused as refused:
        raise refused.below(_VERSION) from None


def _upcast(value: Any, kind: str, version: int) -> Any:
    try:
        return UPCASTERS[kind, version](value)
    except Exception as error:  # an upcaster may rely on what a malformed line lacks
        message = f"{kind} version {version} cannot be brought up to date: {type(error).__name__}"
        raise Refused(message, "compare it with the reference of that version") from error
