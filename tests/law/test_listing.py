"""Listing: the notice of the bureau before, five years after, the delisting once the ground is gone."""

import pytest
from attrs import evolve
from tests.core.shop import paid, policy, said, schedule, step
from tests.law.breaking import act, approved, bill, codes, lives, noticed, one, only, when

from regua.core import events as ev
from regua.core.policy import Policy

LISTING = act("negativar", "D+6 10:00", "listing", registrar="bureau")


def rules(*ids: str) -> Policy:
    """A policy that lists on the sixth day."""
    return policy(LISTING, legal=only(*ids))


@pytest.mark.law("neg.aviso")
def test_nobody_is_listed_without_the_notice_of_the_bureau() -> None:
    """Our own reminder was delivered and is none."""
    reminder = step("lembrete", "D+1 10:00")
    found = one(policy(reminder, LISTING, legal=only("neg.aviso")), [bill()], "2026-03-12", "negativar")
    assert found.status == "waiting"
    assert codes(found)[0] == ("listing-notice-wait", "neg.aviso")
    assert found.reasons[0].facts["missing"] == "notice.delivered"
    told = one(policy(LISTING, legal=only("neg.aviso")), [bill(), noticed("2026-03-05")], "2026-03-12", "negativar")
    assert told.status == "due"


@pytest.mark.law("neg.sp")
def test_sao_paulo_wants_the_notice_too() -> None:
    """Of who lives there."""
    assert codes(one(rules("neg.sp"), [bill(), lives("SP")], "2026-03-12", "negativar"))[0][1] == "neg.sp"
    assert one(rules("neg.sp"), [bill(), lives("RJ")], "2026-03-09", "negativar").status == "due"


@pytest.mark.law("neg.pr")
def test_parana_lists_from_the_30th_day_and_five_days_after_the_notice() -> None:
    """Due on 2 March: 1 April is the 30th day; a notice of 31 March has five days more, to Easter and so to the 6th."""
    here = [bill(), lives("PR")]
    early = one(rules("neg.pr"), [*here, noticed("2026-03-05")], "2026-03-12", "negativar")
    assert ("legal-wait", "neg.pr") in codes(early)
    assert when(one(rules("neg.pr"), [*here, noticed("2026-03-05")], "2026-04-01", "negativar"))[:10] == "2026-04-01"
    late = [*here, noticed("2026-03-31")]
    assert when(one(rules("neg.pr"), late, "2026-04-01", "negativar"))[:10] == "2026-04-07"


@pytest.mark.law("neg.pratica")
def test_elsewhere_the_practice_of_the_bureaus_holds() -> None:
    """The 30th day, and ten days after the notice; the tenth is a Saturday, and the term ends on Monday."""
    facts = [bill(), lives("MG"), noticed("2026-03-25")]
    assert when(one(rules("neg.pratica"), facts, "2026-03-26", "negativar"))[:10] == "2026-04-07"


@pytest.mark.law("neg.cinco_anos")
def test_nobody_is_listed_after_five_years() -> None:
    """From the due date, whatever a later notice says; the last day is the one of the same number."""
    old = policy(act("negativar", "D+1825 10:00", "listing", registrar="bureau"), legal=only("neg.cinco_anos"))
    facts = [bill("2021-03-02", when="2021-02-01")]
    assert one(old, facts, "2026-03-02", "negativar").status == "due"
    late = one(old, facts, "2026-03-03", "negativar")
    assert late.status == "ended"
    assert codes(late)[0] == ("forbidden", "neg.cinco_anos")


@pytest.mark.law("neg.cinco_anos")
def test_nobody_is_listed_for_what_is_time_barred() -> None:
    """CDC art. 43 §5: of rent, after three years."""
    old = policy(
        act("negativar", "D+1200 10:00", "listing", registrar="bureau"),
        legal=only("neg.cinco_anos", "presc.3a_aluguel"),
    )
    found = one(old, [bill("2022-03-02", "rent", when="2022-02-01")], "2025-06-20", "negativar")
    assert found.status == "ended"
    assert codes(found)[0] == ("time-barred", "neg.cinco_anos")


@pytest.mark.law("neg.baixa")
def test_who_paid_is_delisted_within_five_business_days() -> None:
    """Though the policy has no step for it: paid on Thursday 9 April, to be removed by Thursday 16 April."""
    listed = said(ev.ListingConfirmed, "listado", "2026-04-02", receivable="nf-1", registrar="bureau")
    found = schedule(rules("neg.baixa"), [bill(), listed, paid("150.00", "2026-04-09", "nf-1")], "2026-04-10")
    [removal] = [each for each in found.due if each.step == "owed:neg.baixa"]
    assert removal.kind == "delisting"
    assert removal.reasons[1].facts["deadline"] == "2026-04-16"


@pytest.mark.law("aprovacao.humana")
def test_a_person_approves_a_listing() -> None:
    """Though the policy does not say so."""
    found = one(rules("aprovacao.humana"), [bill()], "2026-03-12", "negativar")
    assert (found.status, codes(found)[0][0]) == ("waiting", "awaiting-approval")
    agreed = one(rules("aprovacao.humana"), [bill(), approved("negativar")], "2026-03-09", "negativar")
    assert agreed.status == "due"


@pytest.mark.law("neg.aviso")
def test_the_notice_of_another_registrar_is_not_that_of_the_bureau_that_lists() -> None:
    """Súmula STJ 359: the keeper of the register notifies, not who cuts the service or brings letters."""
    other = evolve(noticed("2026-03-05"), registrar="correio")
    own = evolve(noticed("2026-03-05"), registrar="bureau")
    for notice, status in ((other, "waiting"), (own, "due")):
        found = one(rules("neg.aviso"), [bill(), notice], "2026-03-12", "negativar")
        assert found.status == status
