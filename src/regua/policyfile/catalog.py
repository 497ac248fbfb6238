"""What is installed, as far as a policy can name it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs
from attrs import frozen

from regua.core.legal import LegalPack
from regua.core.planning.support import CARRIED_OUT
from regua.policyfile.packs.builtin import BUILTIN


@frozen(kw_only=True)
class Catalog:
    """The names that a policy may use. Plain values; the plugin registry makes one of what it found.

    None means that nothing is known, so that names of that sort are not checked.

    Attributes:
        kinds: kinds of step that something carries out; others are planned and reported as `not-yet-supported`.
        calendars: names of calendars.
        bank_calendars: those of them that close on the holidays of `br-bancario`: it, and what adds to it.
        channels: names of channels.
        templates: names of templates.
        registrars: names of registrars (credit bureaus, notaries).
        indexes: names of indexes.
        predicates: names of predicates for `when`.
        packs: legal packs by name.
        notifying: registrars that send the legal notice by themselves; None where nothing is known, and then each
            registrar is believed to do so.
        causes: why names are not there: by field of the catalog, by name, what is said of a name that is not known;
            under the name "" what is said of any other.
    """

    kinds: frozenset[str] | None = None
    calendars: frozenset[str] | None = None
    bank_calendars: frozenset[str] = frozenset({"br-bancario"})
    channels: frozenset[str] | None = None
    templates: frozenset[str] | None = None
    registrars: frozenset[str] | None = None
    indexes: frozenset[str] | None = None
    predicates: frozenset[str] | None = None
    packs: Mapping[str, LegalPack] | None = None
    notifying: frozenset[str] | None = None
    causes: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict, eq=False)

    def why_missing(self, field: str, name: str) -> str:
        """Say why a name of one field is not there, such as a plugin that failed; "" where nothing is known."""
        causes = self.causes.get(field, {})
        return causes.get(name, causes.get("", ""))


DEFAULT_CATALOG: Final = Catalog(kinds=CARRIED_OUT, calendars=frozenset({"weekdays", "br-bancario"}), packs=BUILTIN)
"""What regua has without plugins."""
