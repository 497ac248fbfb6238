"""Delistings that an adversary made disappear: an attempt that nobody answered, a migration, five years."""

from datetime import date

import pytest
from tests.core.shop import paid, policy, said, schedule
from tests.law.breaking import act, bill, only

from regua.core import events as ev

LISTING = act("negativar", "D+6 10:00", "listing", registrar="bureau")


def _owed(found: object) -> list[str]:
    return [each.status for each in found.all if each.step == "owed:neg.baixa"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("answer", [ev.ActionUnknown, None])
def test_a_listing_of_which_nobody_knows_is_taken_back_when_the_debt_is_paid(answer: type | None) -> None:
    """A worker died, or the bureau gave no answer: the debtor may be listed."""
    rules = policy(LISTING, legal=only("neg.baixa"))
    [listing] = [each for each in schedule(rules, [bill()], "2026-03-09").all if each.step == "negativar"]
    fields = {"action": listing.id, "step": "negativar", "receivable": "nf-1", "occurrence": listing.occurrence}
    facts = [said(ev.ActionAttempted, "tentou", "2026-03-09", **fields)]
    if answer is not None:
        facts.append(said(answer, "mudo", "2026-03-09", **fields))
    found = schedule(rules, [bill(), *facts, paid("150.00", "2026-03-16", "nf-1")], "2026-03-17")
    assert _owed(found) == ["due"]
    gone = said(ev.ListingRemoved, "baixa", "2026-03-17", receivable="nf-1", registrar="bureau")
    after = schedule(rules, [bill(), *facts, paid("150.00", "2026-03-16", "nf-1"), gone], "2026-03-18")
    assert _owed(after) == ["done"]


def test_nobody_stays_listed_after_five_years_though_the_claim_lives() -> None:
    """A protest lets the prescription begin anew; the listing still ends (CDC art. 43 §1)."""
    rules = policy(LISTING, legal=only("neg.baixa", "neg.cinco_anos", "presc.5a", "presc.interrupcao"))
    facts = [
        bill("2021-03-02", "services", when="2021-02-01"),
        said(ev.ListingConfirmed, "listado", "2021-05-03", receivable="nf-1", registrar="bureau"),
        said(ev.ProtestRegistered, "protesto", "2024-05-20", receivable="nf-1", registrar="notary"),
    ]
    [removal] = [e for e in schedule(rules, facts, "2026-03-12").all if e.step == "owed:neg.baixa"]
    assert removal.status == "due"
    assert date.fromisoformat(removal.reasons[1].facts["deadline"]) < date(2026, 3, 12)
