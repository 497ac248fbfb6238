"""Delistings that an adversary made disappear: an attempt that nobody answered, a migration, five years."""

from datetime import date

import pytest
from attrs import evolve
from tests.core.shop import BANK, amended, clock, paid, policy, said, schedule
from tests.law.breaking import act, bill, only

from regua.core import events as ev
from regua.core.account import fold
from regua.core.calendars import LocalCalendar, LocalHoliday
from regua.core.planning import Action, plan

LISTING = act("negativar", "D+6 10:00", "listing", registrar="bureau")


def _is_owed(action: Action) -> bool:
    return action.step == "owed:neg.baixa"


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


LISTED = said(ev.ListingConfirmed, "listado", "2021-05-03", receivable="nf-1", registrar="bureau")
YEARS = ("neg.baixa", "neg.cinco_anos", "presc.5a", "presc.interrupcao")
KEPT = said(ev.ProtestRegistered, "protesto", "2024-05-20", receivable="nf-1", registrar="notary")


@pytest.mark.parametrize(("due", "day"), [("2021-03-02", date(2026, 3, 2)), ("2021-02-28", date(2026, 2, 27))])
def test_a_listing_goes_on_the_last_business_day_of_its_five_years(due: str, day: date) -> None:
    """The law gives no term after them; 28 February 2026 is a Saturday."""
    facts = [bill(due, "services", when="2021-01-05"), LISTED, KEPT]
    [removal] = [e for e in schedule(policy(LISTING, legal=only(*YEARS)), facts, "2026-02-20").all if _is_owed(e)]
    assert (removal.status, removal.day) == ("planned", day)
    assert [reason.facts["deadline"] for reason in removal.reasons if reason.code == "owed"] == [day.isoformat()]


def test_an_amendment_lengthens_no_five_years() -> None:
    """They count from the first due date."""
    facts = [bill("2021-03-02", "services", when="2021-02-01"), LISTED, amended("nf-1", "2022-01-10", due="2022-03-02")]
    [removal] = [e for e in schedule(policy(LISTING, legal=only(*YEARS)), facts, "2026-02-20").all if _is_owed(e)]
    assert removal.day == date(2026, 3, 2)


def test_days_of_a_creditors_own_lengthen_no_term_of_law() -> None:
    """Its house is closed for two weeks, and paid on Monday the debt is delisted by the next one."""
    closed = tuple(LocalHoliday(day=f"2026-03-{day}", name="recesso") for day in range(10, 28))
    rules = policy(LISTING, legal=only("neg.baixa"), calendar="loja")
    own = LocalCalendar(name="loja", base=BANK, holidays=closed)
    facts = [
        bill(),
        evolve(LISTED, at=clock("2026-03-05"), recorded_at=clock("2026-03-05")),
        paid("150.00", "2026-03-09", "nf-1"),
    ]
    found = plan(rules, fold(facts), as_of=clock("2026-03-09 15:00"), calendar=own)
    [removal] = [each for each in found.all if _is_owed(each)]
    assert (removal.status, removal.day) == ("planned", date(2026, 3, 10))
    assert [r.facts["deadline"] for r in removal.reasons if r.code == "owed"] == ["2026-03-16"]
