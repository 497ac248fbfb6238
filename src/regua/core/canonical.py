"""A value of the core as text, for fingerprints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from regua.core.tones import Tone


def canonical(value: Any) -> str:
    """The same text for equal values, whatever file and line they stand in.

    Fields outside equality are left out, and so are those with the metadata `fingerprint = False`.
    """
    if attrs.has(type(value)):
        parts = [
            f"{attribute.name}={canonical(getattr(value, attribute.name))}"
            for attribute in attrs.fields(type(value))
            if attribute.eq and attribute.metadata.get("fingerprint", True)
        ]
        return f"{type(value).__name__}({','.join(parts)})"
    if isinstance(value, Mapping):
        entries = sorted((canonical(key), canonical(entry)) for key, entry in value.items())
        return "{" + ",".join(f"{key}:{entry}" for key, entry in entries) + "}"
    if isinstance(value, tuple):
        return "[" + ",".join(canonical(entry) for entry in value) + "]"
    if isinstance(value, Tone):
        return value.word
    return repr(value)
