"""Who carries a step out: whom it names, else who did what it undoes."""

from __future__ import annotations

from typing import Final

from regua.core.planning.schedule import Reason
from regua.core.planning.standing import Standing
from regua.core.policy import Step

UNDONE: Final = {"delisting": "listed", "protest-withdrawal": "with-notary", "restore": "suspended"}
"""Where a receivable is until an act of that kind."""


def registrar_of(standing: Standing, step: Step, name: str, instant: int) -> str:
    """The registrar of a step for a receivable at an instant, as `regua.toml` names it; "" for the first that can."""
    if step.registrar or step.kind not in UNDONE or name not in standing.bound:
        return step.registrar
    filings = standing.facts.receivables[name].filings.get(UNDONE[step.kind], ())
    return next((filing.registrar for filing in filings if filing.covers(instant)), "")


def undone(standing: Standing, step: Step, name: str, instant: int) -> Reason | None:
    """Why a step that undoes something is over at an instant: all that it would undo is gone; None where it is not."""
    if step.kind not in UNDONE or name not in standing.bound:
        return None
    filings = standing.facts.receivables[name].filings.get(UNDONE[step.kind], ())
    found = [
        filing
        for filing in filings
        if filing.start <= instant and (not step.registrar or filing.registrar in {"", step.registrar})
    ]
    if not found or any(filing.end is None or filing.end > instant for filing in found):
        return None
    last = max(found, key=lambda filing: (filing.end or 0, filing.undone))
    return Reason("superseded", {"event": last.undone, "since": standing.told(last.end or 0)})
