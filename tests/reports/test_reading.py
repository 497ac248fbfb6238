import re
from datetime import date

from tests.reports.specimens import POLICY, ruler

from regua.reports import Band, Lane, Mark, Ruler, drawn
from regua.testing import Invoice, Simulation


def lane(ruler: Ruler, receivable: str) -> Lane:
    """The lane of a receivable."""
    [found] = [lane for lane in ruler.lanes if lane.receivable == receivable]
    return found


def bands(ruler: Ruler, receivable: str) -> list[tuple[str, str, date, date | None]]:
    """The bands of a lane."""
    return [(band.code, band.kind, band.first, band.last) for band in lane(ruler, receivable).bands]


def marks(ruler: Ruler, receivable: str, *signs: str) -> list[Mark]:
    """The marks of a lane of these sorts."""
    return [mark for mark in lane(ruler, receivable).marks if mark.sign in signs]


def test_a_lane_a_receivable_and_one_for_the_debtor(rulers: dict[str, Ruler]):
    """The debtor's first, where something concerns the debtor alone; then by due date."""
    assert [lane.receivable for lane in rulers["busy"].lanes] == ["", "nf-1", "nf-2", "nf-3"]
    assert [lane.receivable for lane in rulers["single"].lanes] == ["nf-1"]


def test_what_stops_a_receivable_is_a_band_of_whole_days(rulers: dict[str, Ruler]):
    """A promise until clearing has passed, a settlement until it was undone, a notice that stands open."""
    assert bands(rulers["busy"], "nf-1") == [
        ("promised", "suspended", date(2026, 3, 18), date(2026, 3, 25)),
        ("settled", "ended", date(2026, 3, 30), date(2026, 4, 3)),
        ("payment-noticed", "stopped", date(2026, 4, 24), None),
    ]


def test_what_stops_the_debtor_is_told_once(rulers: dict[str, Ruler]):
    """The hold of all receivables is in the debtor's lane and in no other."""
    held = [lane.receivable for lane in rulers["busy"].lanes for band in lane.bands if band.code == "held"]
    assert held == [""]
    [band] = lane(rulers["busy"], "").bands
    assert band == Band(
        first=date(2026, 4, 12),
        last=date(2026, 4, 20),
        code="held",
        kind="suspended",
        why="somebody stopped the dunning (event ana/hold.placed-1)",
    )


def test_money_is_a_mark_of_what_it_went_to(rulers: dict[str, Ruler]):
    """A payment, that it was undone, a credit and a notice."""
    found = [(mark.sign, mark.day.day, mark.what) for mark in marks(rulers["busy"], "nf-1", "money", "undone")]
    assert found == [("money", 30, "paid 150.00 BRL"), ("undone", 4, "undone 150.00 BRL")]
    assert [mark.what for mark in marks(rulers["busy"], "nf-2", "money", "notice")] == [
        "credit 10.00 BRL",
        "noticed 2000.00 BRL",
    ]


def test_days_count_from_the_effective_due_date(rulers: dict[str, Ruler]):
    """Due on Saturday the 18th, so Monday the 20th is D0, and the step of D-1 moved back to the 17th or 18th."""
    ruler = rulers["single"]
    assert ruler.due == date(2026, 4, 20)
    assert lane(ruler, "nf-1").about == "150.00 BRL, due 2026-04-18, a closed day: 2026-04-20"
    [due] = marks(ruler, "nf-1", "due")
    assert (due.day, due.offset) == (date(2026, 4, 20), "D0")
    steps = {mark.what: mark for mark in marks(ruler, "nf-1", "message", "call", "act")}
    assert (steps["lembrete-email"].offset, steps["lembrete-email"].status) == ("D-5", "done")
    assert (steps["ligacao"].sign, steps["negativacao"].sign) == ("call", "act")


def test_each_action_tells_its_reasons(rulers: dict[str, Ruler]):
    """The primary one first, in words."""
    [step] = [mark for mark in marks(rulers["busy"], "nf-3", "message") if mark.what == "atraso-2"]
    assert step.status == "ended"
    assert step.why[0].startswith("disputed: the debtor disputes the receivable (event ana/dispute.opened-1")


def test_closed_days_are_those_of_the_policys_calendar(rulers: dict[str, Ruler]):
    """Saturday, Sunday and Tiradentes."""
    closed = [day for day in rulers["single"].closed if date(2026, 4, 18) <= day <= date(2026, 4, 24)]
    assert closed == [date(2026, 4, 18), date(2026, 4, 19), date(2026, 4, 21)]


def test_a_contact_joins_what_it_carries_and_lists(rulers: dict[str, Ruler]):
    """The answer to the broken promise about nf-1 lists nf-2, which is overdue."""
    ruler = rulers["busy"]
    [carrier] = [mark for mark in marks(ruler, "nf-1", "message") if mark.what == "promessa-quebrada"]
    [listed] = [mark for mark in marks(ruler, "nf-2", "listed") if mark.contact == carrier.contact]
    assert (listed.day, listed.why) == (carrier.day, ("a contact about nf-1 lists it",))
    assert "the contact lists nf-2" in carrier.why
    joined = [{ruler.lanes[place].receivable for place, _ in places} for _, places in ruler.contacts]
    assert {"nf-1", "nf-2"} in joined


def test_a_due_date_typed_wrong_is_a_picture_all_the_same():
    """Three centuries are drawn as wide as three months, without their weekends."""
    with Simulation(POLICY, start="2026-04-01") as sim:
        found = ruler(sim.debtor("ana", invoices=[Invoice(due="2326-04-18", amount="150.00")]))
    assert found.closed == ()
    [width] = re.findall(r'<svg [^>]* width="([0-9.]+)"', drawn(found))
    assert float(width) < 1100
