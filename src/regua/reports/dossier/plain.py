"""A dossier as JSON: the entries of its chain."""

from __future__ import annotations

import json
from collections.abc import Iterator

from regua.engine.dossier import Dossier


def dossier_json(dossier: Dossier) -> Iterator[str]:
    """One JSON object, an entry a line; each holds its canonical text as a string, from which the hashes are made."""
    yield '{"type":"dossier","version":1,"entries":[\n'
    last = len(dossier.entries)
    for entry in dossier.entries:
        line = json.dumps({"text": entry.text, "hash": entry.hash}, separators=(",", ":"))
        yield f"{line}{',' if entry.number < last else ''}\n"
    yield f'],"last_hash":"{dossier.last_hash}"}}\n'
