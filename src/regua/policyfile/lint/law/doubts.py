"""What passes every rule, and still may leave a debtor without it: each a warning.

- `calendar-of-no-law`: the calendar has not the holidays of `data.feriados_bancarios`.
- `title-unknown`: `when.kind` names a kind of receivable that no rule of the packs knows; such a one counts as unknown.
- `presses-denied`: a step in a severe tone says that it does not press, and no cap of the packs counts it.
- `gradual-off`: a first contact may come in any tone, of which `cdc.42` asks that it threatens nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from regua.core.legal import Barred, ContactLimits, LegalRule
from regua.core.policy import MILD_KINDS, Conditions, Origin
from regua.core.tones import Tone
from regua.policyfile.diagnostics import nearest, quoted

if TYPE_CHECKING:
    from regua.policyfile.document import Draft

_NATIONAL: Final = "br"
_HOLIDAYS: Final = "data.feriados_bancarios"
_GRADUAL: Final = "cdc.42"
Doubt = tuple[str, Origin | None, str]


def doubts(draft: Draft) -> Iterator[Doubt]:
    """Code, place and message of each."""
    legal = draft.legal
    if legal is not None:
        yield from _calendar(draft, legal.packs)
        yield from _titles(draft, legal.titles)
        yield from _denied(draft, legal.rules)
        yield from _gradual(draft, legal.rules)


def _calendar(draft: Draft, packs: tuple[str, ...]) -> Iterator[Doubt]:
    name = draft.named.get("calendar")
    known = draft.reading.catalog.bank_calendars
    if name is not None and name not in known and any(pack.split("-")[0] == _NATIONAL for pack in packs):
        message = (
            f"calendar {quoted(name)} does not close on the holidays of {_HOLIDAYS}, so that due dates, terms and "
            'contacts fall on them; write calendar = "br-bancario", or give it base = "br-bancario" in regua.toml'
        )
        yield "calendar-of-no-law", draft.named["origins"].get("calendar"), message


def _titles(draft: Draft, known: frozenset[str]) -> Iterator[Doubt]:
    conditions: list[Conditions] = [*(step.when for step in draft.steps), *(offer.when for offer in draft.offers)]
    for when in conditions:
        for title in when.kinds if known else ():
            if title not in known:
                message = (
                    f"no rule of the packs knows the kind of receivable {quoted(title)}, which counts as unknown; "
                    + nearest(title, sorted(known))
                )
                yield "title-unknown", when.origin_of("kind"), message


def _denied(draft: Draft, rules: tuple[LegalRule, ...]) -> Iterator[Doubt]:
    bound = [rule for rule in rules if any(isinstance(each, ContactLimits | Barred) for each in rule.provisions)]
    for step in draft.steps if bound else ():
        if step.declared_presses is False and step.kind not in MILD_KINDS and (step.tone or 0) > Tone.COURTEOUS:
            message = (
                f"step {quoted(step.id)} is in the tone {quoted(step.tone)} and says that it does not press, so that "
                f"it escapes {bound[0].id} ({bound[0].source}); remove presses = false, or make the tone courteous"
            )
            yield "presses-denied", step.origin_of("presses"), message


def _gradual(draft: Draft, rules: tuple[LegalRule, ...]) -> Iterator[Doubt]:
    rule = next((rule for rule in rules if rule.id == _GRADUAL), None)
    if rule is not None and draft.plan is not None and not draft.plan.gradual:
        message = (
            f"with gradual = false the first message that a debtor gets may be in the severest tone ({rule.id}: "
            f"{rule.source}); remove it"
        )
        yield "gradual-off", draft.plan.origin_of("gradual"), message
