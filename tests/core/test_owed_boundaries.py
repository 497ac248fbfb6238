"""Owed acts: removed before or after the ground came back, answered by what does the same or not."""

import pytest
from attrs import evolve
from tests.core.shop import (
    clock,
    invoice,
    paid,
    policy,
    said,
    schedule,
    step,
    undone,
)

from regua.core import events as ev
from regua.core.dates import Duration
from regua.core.policy import (
    LegalRules,
    OwedAct,
)

DELIST = OwedAct(
    rule="neg.baixa", kind="delisting", consequence="listing", within=Duration(5, business=True), source="Súmula 548"
)

LAW = LegalRules(owed=(DELIST,))

OWED = "owed:neg.baixa"

OLD = invoice("nf-1", "150.00", "2026-03-02", when="2026-02-20")

LISTED = said(ev.ListingRequested, "pedida", "2026-04-01 10:00", receivable="nf-1")

PIX = paid("150.00", "2026-04-17 14:00", "nf-1", payment="pix")


def owed(*events: ev.Event, as_of: str, steps: tuple[object, ...] = ()) -> list[tuple[str, str, str]]:
    """Step, status and wall clock of what removes the listing."""
    found = schedule(policy(*steps, legal=LAW), [OLD, LISTED, *events], as_of)  # type: ignore[arg-type]
    return [(each.step, each.status, each.at.format("MM-DD HH:mm")) for each in found.all if each.kind == "delisting"]


@pytest.mark.parametrize(
    ("removed", "became"), [("09:59", "done"), ("10:00", "done"), ("10:01", "ended")], ids=["before", "then", "after"]
)
def test_a_removal_counts_until_the_ground_of_the_listing_is_back(removed: str, became: str):
    """The payment is undone on the 22nd at ten: what is removed later was not owed any more."""
    gone = said(ev.ListingRemoved, "baixada", f"2026-04-22 {removed}", receivable="nf-1")
    ((_, status, _),) = owed(PIX, undone("pix", "2026-04-22 10:00"), gone, as_of="2026-04-23")
    assert status == became


def test_a_second_payment_goes_on_where_the_first_is_undone():
    """Pix undone on the 22nd, the transfer of the 20th on the 24th: owed until then."""
    money = [PIX, paid("150.00", "2026-04-20", payment="ted"), undone("pix", "2026-04-22"), undone("ted", "2026-04-24")]
    assert [status for _, status, _ in owed(*money, as_of="2026-04-23")] == ["due"]
    assert [status for _, status, _ in owed(*money, as_of="2026-04-24 12:00")] == ["ended"]


def test_of_two_causes_that_overlap_the_first_to_be_known_makes_it_known():
    """Paid on the 17th, known on the 24th; cancelled on the 20th, known on the 22nd: due from the 22nd at noon."""
    late = evolve(PIX, recorded_at=clock("2026-04-24"))
    gone = said(ev.InvoiceCancelled, "cancelada", "2026-04-20", known="2026-04-22", receivable="nf-1")
    assert owed(late, gone, as_of="2026-04-24") == [(OWED, "due", "04-22 12:00")]


def test_a_removal_planned_before_it_was_owed_does_not_answer_for_it():
    """A step of the 15th, for a payment that is announced for the 17th."""
    own = step("baixa", "D+44 10:00", kind="delisting", tone=None, channels=(), templates={})
    ahead = evolve(PIX, recorded_at=clock("2026-04-10"))
    found = owed(ahead, as_of="2026-04-12", steps=(own,))
    assert found == [("baixa", "planned", "04-15 10:00"), (OWED, "planned", "04-20 00:00")]


def test_a_step_of_another_kind_does_not_answer_for_what_is_owed():
    """Thanks of the same day remove nothing."""
    thanks = step("obrigado", on="receivable.settled", after="1bd 10:00", tone=None)
    assert owed(PIX, as_of="2026-04-20", steps=(thanks,)) == [(OWED, "due", "04-20 00:00")]


@pytest.mark.parametrize("declared", [{"on": "receivable.settled"}, {"at": "D+44 10:00"}], ids=["then", "missed"])
def test_a_removal_that_runs_once_it_is_owed_answers_for_it(declared: dict[str, str]):
    """At the instant of the payment; or missed on the 15th and carried out now."""
    own = step("baixa", **declared, kind="delisting", tone=None, channels=(), templates={})  # type: ignore[arg-type]
    assert [each[:2] for each in owed(PIX, as_of="2026-04-17 14:00", steps=(own,))] == [("baixa", "due")]


def test_what_was_listed_is_removed_for_a_later_ground_though_an_earlier_one_was_undone():
    """Paid and undone; paid again, and by the time that is undone, by another transfer: one act, of the second."""
    ted, doc = (paid("150.00", f"2026-04-{day}", payment=name) for name, day in (("ted", "21"), ("doc", "22")))
    money = [PIX, undone("pix", "2026-04-19"), ted, doc, undone("ted", "2026-04-23")]
    assert [status for _, status, _ in owed(*money, as_of="2026-04-24")] == ["ended", "due"]
