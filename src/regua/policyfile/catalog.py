"""What is installed, as far as a policy can name it."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from regua.core.planning.support import CARRIED_OUT


@frozen(kw_only=True)
class Catalog:
    """The names that a policy may use. Plain values; the plugin registry makes one of what it found.

    None means that nothing is known, so that names of that sort are not checked.

    Attributes:
        kinds: kinds of step that something carries out; others are planned and reported as `not-yet-supported`.
        calendars: names of calendars.
        channels: names of channels.
        templates: names of templates.
        registrars: names of registrars (credit bureaus, notaries).
        predicates: names of predicates for `when`.
        packs: names of legal packs.
    """

    kinds: frozenset[str] | None = None
    calendars: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    templates: frozenset[str] | None = None
    registrars: frozenset[str] | None = None
    predicates: frozenset[str] | None = None
    packs: frozenset[str] | None = None


DEFAULT_CATALOG: Final = Catalog(kinds=CARRIED_OUT, calendars=frozenset({"weekdays", "br-bancario"}))
"""What regua has without plugins."""
