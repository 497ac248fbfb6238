"""One example for each boundary of what facts come to: what counts and what comes too late or twice."""

from typing import Any

import pytest
from attrs import evolve
from tests.core.shop import (
    amended,
    clock,
    invoice,
    noticed,
    paid,
    said,
    undone,
)

from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import parse_date
from regua.core.facts import Facts
from regua.core.money import Money
from regua.errors import EventConflict

BILL = invoice("nf-1", "150.00", "2026-04-18")


def facts(*events: ev.Event) -> Facts:
    """What they come to."""
    return fold(events).facts


def spans(found: list[Any]) -> list[tuple[str, str | None]]:
    """Days of start and end, of what begins and ends at noon in April."""
    days = {clock(f"2026-04-{day:02d}"): f"{day:02d}" for day in range(1, 31)}
    return [(days[each.start], None if each.end is None else days[each.end]) for each in found]


# facts


def test_receivables_stand_in_order_of_their_ids():
    """Whichever was issued first."""
    later = [invoice(f"nf-{number}", when=f"2026-04-0{9 - number}") for number in (2, 5, 3, 4)]
    assert list(facts(BILL, *later).receivables) == ["nf-1", "nf-2", "nf-3", "nf-4", "nf-5"]


def test_instants_are_when_facts_take_effect_and_when_they_become_known():
    """In order of time, each once; a payment of the 20th known on the 22nd has two."""
    days = ["2026-04-11", "2026-04-13", "2026-04-12", "2026-04-17", "2026-04-16", "2026-04-14", "2026-04-15"]
    events = [paid("1.00", day) for day in days]
    found = facts(*events, paid("2.00", "2026-04-20", known="2026-04-22"), paid("3.00", "2026-04-20"))
    assert found.effects == [clock(day) for day in [*sorted(days), "2026-04-20"]]
    assert found.instants == [*found.effects, clock("2026-04-22")]


def test_what_became_of_actions_is_no_cause():
    """What a plan remembers rests on all other facts."""
    sent = said(ev.ActionSent, "1", "2026-04-02", action="a", step="s", receivable="nf-1")
    assert facts(BILL, sent).causes == (BILL,)


def test_of_two_amendments_of_one_instant_the_last_counts_alone():
    """Nothing was ever asked by the first; by id, `b` comes after `a`."""
    first = evolve(amended("nf-1", "2026-04-05", amount="120.00"), id="a")
    last = evolve(amended("nf-1", "2026-04-05", amount="130.00"), id="b")
    assert [terms.amount.minor for terms in facts(BILL, last, first).receivables["nf-1"].terms] == [15_000, 13_000]


def test_what_a_plan_remembers_is_handed_on_and_shared_with_no_stranger():
    """Each account has a memory of its own until more is folded into it."""
    account = fold([BILL])
    assert fold([], account).memory is account.memory
    assert fold([BILL]).memory is not account.memory


# payments


def test_a_payment_undone_and_announced_again_is_noticed():
    """Settled on the 10th, reversed on the 12th, announced on the 13th, withdrawn on the 14th."""
    events = [
        paid("150.00", "2026-04-10", payment="p"),
        undone("p", "2026-04-12"),
        noticed("150.00", "2026-04-13", payment="p"),
    ]
    assert spans(facts(*events).payments["p"].notices) == [("13", None)]
    assert spans(facts(*events, undone("p", "2026-04-14")).payments["p"].notices) == [("13", "14")]


def test_one_early_reversal_undoes_one_payment():
    """The money that comes again on the 20th stays."""
    again = evolve(paid("150.00", "2026-04-20", payment="p"), id="de novo")
    found = facts(undone("p", "2026-04-09"), paid("150.00", "2026-04-10", payment="p"), again)
    assert spans(found.payments["p"].settled) == [("10", "10"), ("20", None)]


def test_two_early_reversals_undo_two_payments():
    """And the third stays."""
    early = [undone("p", "2026-04-08"), undone("p", "2026-04-09")]
    paid_again = [evolve(paid("150.00", f"2026-04-{day}", payment="p"), id=f"p{day}") for day in (10, 20, 25)]
    found = facts(*early, *paid_again)
    assert spans(found.payments["p"].settled) == [("10", "10"), ("20", "20"), ("25", None)]


def test_each_reversal_undoes_the_newest_settlement():
    """Paid, bounced, paid, bounced."""
    paid_twice = [evolve(paid("150.00", f"2026-04-{day}", payment="p"), id=f"p{day}") for day in (10, 20)]
    found = facts(*paid_twice, undone("p", "2026-04-15"), undone("p", "2026-04-25"))
    assert spans(found.payments["p"].settled) == [("10", "15"), ("20", "25")]


def test_a_notice_while_the_money_is_there_does_not_outlive_it():
    """Settled on the 10th, announced again on the 11th by a bank that is late, reversed on the 15th."""
    events = [
        paid("150.00", "2026-04-10", payment="p"),
        noticed("150.00", "2026-04-11", payment="p"),
        undone("p", "2026-04-15"),
    ]
    assert facts(*events).payments["p"].notices == []


# what opens and closes


@pytest.mark.parametrize(
    ("orders", "found"),
    [
        (["stop 01", "stop 02", "lifted 10"], [("01", "10")]),
        (["lifted 01"], []),
        (["stop 01", "lifted 05", "lifted 10"], [("01", "05")]),
        (["stop 01", "lifted 05", "stop 10", "stop 11", "lifted 20"], [("01", "05"), ("10", "20")]),
    ],
)
def test_orders_of_a_court_come_in_pairs(orders: list[str], found: list[tuple[str, str]]):
    """The first stop and the first lifting after it; what comes twice changes nothing."""
    told = [(order.split()[0], f"2026-04-{order.split()[1]}") for order in orders]
    events = [said(ev.CourtOrder, day, day, case="0001", effect=effect) for effect, day in told]
    assert spans(facts(*events).court_orders["0001"]) == found


def test_what_goes_away_a_second_time_comes_back_a_second_time():
    """With the agency from the 2nd to the 4th and from the 6th to the 8th; told twice each time."""
    moves = [(ev.AgencyAssigned, 2), (ev.AgencyReturned, 4), (ev.AgencyAssigned, 6), (ev.AgencyAssigned, 7)]
    events = [
        said(cls, str(day), f"2026-04-0{day}", receivable="nf-1") for cls, day in [*moves, (ev.AgencyReturned, 8)]
    ]
    assert spans(facts(BILL, *events).receivables["nf-1"].filings["with-agency"]) == [("02", "04"), ("06", "08")]


def signed(name: str, *instalments: str, when: str = "2026-04-20") -> ev.AgreementSigned:
    """An agreement about nf-1; every agreement of these examples has one name."""
    terms = tuple(
        ev.Instalment(receivable=each, amount=Money.of("80.00"), due=parse_date("2026-05-20")) for each in instalments
    )
    return said(  # type: ignore[no-any-return]
        ev.AgreementSigned, name, when, agreement="acordo", receivables=("nf-1",), instalments=terms
    )


def test_an_agreement_signed_twice_is_the_first():
    """Its instalments are those of the first signing."""
    found = facts(BILL, signed("1", "a-1"), signed("2", "b-1", when="2026-04-21"))
    assert found.agreements["acordo"].instalments == ("a-1",)


def test_an_instalment_is_no_receivable_that_is_there_already():
    """The invoice nf-1 cannot be issued again as an instalment."""
    with pytest.raises(EventConflict, match="issues receivable 'nf-1'"):
        facts(BILL, signed("1", "nf-1"))


@pytest.mark.parametrize(
    ("issued", "known", "migrates"), [("12:00", "12:00", True), ("12:01", "12:01", False), ("12:00", "12:01", False)]
)
def test_what_is_issued_by_the_migration_migrates(issued: str, known: str, *, migrates: bool):
    """Issued and recorded at noon, as the migration; a minute later is too late for either."""
    bill = invoice("nf-2", when=f"2026-04-10 {issued}", known=f"2026-04-10 {known}")
    moved = said(ev.PolicyMigrated, "m", "2026-04-10 12:00", policy="nova", policy_version=2, verb="rebase")
    assert bool(facts(bill, moved).receivables["nf-2"].migrations) == migrates
