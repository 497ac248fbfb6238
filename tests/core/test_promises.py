"""The debtor's word: what a promise covers, how long it is believed, when it is kept or broken."""

from fractions import Fraction

import pytest
from tests.core.shop import (
    action,
    amended,
    clock,
    invoice,
    paid,
    policy,
    promised,
    said,
    schedule,
    standing,
    step,
    told,
    undone,
)

from regua.core import events as ev
from regua.core.calendars import WeekdayCalendar
from regua.core.dates import Duration
from regua.core.planning.promises import Fate
from regua.core.policy import Limits, Policy, PromiseRules
from regua.core.timeline import Span

BILL = invoice("nf-1", "150.00", "2026-04-18")
OTHER = invoice("nf-2", "100.00", "2026-05-15")
THANKS = (step("obrigado", on="promise.kept"), step("quebrou", on="promise.broken"))
PLAIN = policy(*THANKS)


def fates(*events: ev.Event, rules: Policy = PLAIN) -> list[Fate]:
    """The fate of every promise."""
    return standing(rules, [BILL, OTHER, *events]).promises


def covers(*events: ev.Event, rules: Policy = PLAIN) -> tuple[str, ...]:
    """What the newest promise counts for."""
    return fates(*events, rules=rules)[-1].covers


def ends(fate: Fate, name: str = "nf-1") -> int | None:
    """When the receivable is no longer promised."""
    return fate.spans[name].end


def believing(**limits: object) -> Policy:
    """A policy with these promise rules."""
    return policy(*THANKS, promise=PromiseRules(**limits))  # type: ignore[arg-type]


# what it covers


def test_a_promise_that_names_nothing_covers_the_oldest_up_to_its_amount():
    """R$ 200,00 on the 10th: all of nf-1 (R$ 150,00); the R$ 50,00 left are too little for nf-2."""
    assert covers(promised("200.00", "2026-04-10", "2026-04-30")) == ("nf-1",)
    assert covers(promised("250.00", "2026-04-10", "2026-04-30")) == ("nf-1", "nf-2")


def test_a_promise_covers_what_it_names():
    """R$ 100,00 for nf-2, though nf-1 is older."""
    assert covers(promised("100.00", "2026-04-10", "2026-04-30", "nf-2")) == ("nf-2",)


def test_a_centavo_too_little_covers_nothing():
    """R$ 149,99 for R$ 150,00."""
    assert covers(promised("150.00", "2026-04-10", "2026-04-30", "nf-1")) == ("nf-1",)
    assert covers(promised("149.99", "2026-04-10", "2026-04-30", "nf-1")) == ()


def test_half_is_enough_where_the_policy_says_so():
    """`min_share` of 1/2, to the centavo."""
    rules = believing(min_share=Fraction(1, 2))
    assert covers(promised("75.00", "2026-04-10", "2026-04-30", "nf-1"), rules=rules) == ("nf-1",)
    assert covers(promised("74.99", "2026-04-10", "2026-04-30", "nf-1"), rules=rules) == ()


def test_what_may_be_missing_from_a_payment_may_be_missing_from_a_promise():
    """Tolerance R$ 1,00."""
    rules = policy(limits=Limits(tolerance=100))
    assert covers(promised("149.00", "2026-04-10", "2026-04-30", "nf-1"), rules=rules) == ("nf-1",)
    assert covers(promised("148.99", "2026-04-10", "2026-04-30", "nf-1"), rules=rules) == ()


def test_a_promise_is_measured_by_what_is_open_on_the_day_it_is_made():
    """R$ 100,00 were paid before: R$ 50,00 are enough."""
    before = paid("100.00", "2026-04-05", "nf-1")
    assert covers(before, promised("50.00", "2026-04-10", "2026-04-30", "nf-1")) == ("nf-1",)


def test_what_is_settled_or_void_or_not_issued_is_not_covered():
    """It goes to the next."""
    settled = paid("150.00", "2026-04-05", "nf-1")
    assert covers(settled, promised("100.00", "2026-04-10", "2026-04-30")) == ("nf-2",)
    gone = said(ev.InvoiceCancelled, "x", "2026-04-05", receivable="nf-1")
    assert covers(gone, promised("100.00", "2026-04-10", "2026-04-30")) == ("nf-2",)
    assert covers(promised("500.00", "2026-03-10", "2026-03-30")) == ()


# how long it is believed


def test_a_promise_is_believed_up_to_so_many_days():
    """Ten days from the 10th are the 20th."""
    rules = believing(max_days=Duration(10))
    assert covers(promised("150.00", "2026-04-10", "2026-04-20", "nf-1"), rules=rules) == ("nf-1",)
    assert covers(promised("150.00", "2026-04-10", "2026-04-21", "nf-1"), rules=rules) == ()


def test_a_promise_of_the_same_day_counts_and_one_of_yesterday_does_not():
    """By its own day at the earliest."""
    assert covers(promised("150.00", "2026-04-10", "2026-04-10", "nf-1")) == ("nf-1",)
    assert covers(promised("150.00", "2026-04-10", "2026-04-09", "nf-1")) == ()


def test_after_so_many_broken_promises_in_a_row_the_next_is_not_believed():
    """Two, and the third is a word."""
    rules = believing(max_in_a_row=2)
    first = promised("150.00", "2026-04-20", "2026-04-22", "nf-1", promise="p1")
    second = promised("150.00", "2026-04-27", "2026-04-28", "nf-1", promise="p2")
    third = promised("150.00", "2026-05-11", "2026-05-12", "nf-1", promise="p3")
    assert covers(first, second, rules=rules) == ("nf-1",)
    assert covers(first, second, third, rules=rules) == ()
    assert covers(first, second, third, rules=believing(max_in_a_row=3)) == ("nf-1",)


def test_a_promise_kept_starts_the_count_again():
    """Broken, kept, broken: one in a row."""
    rules = believing(max_in_a_row=2)
    broken = promised("150.00", "2026-04-20", "2026-04-22", "nf-1", promise="p1")
    kept = promised("100.00", "2026-04-27", "2026-04-28", "nf-2", promise="p2")
    again = promised("150.00", "2026-04-29", "2026-04-30", "nf-1", promise="p3")
    last = promised("150.00", "2026-05-18", "2026-05-20", "nf-1", promise="p4")
    money = paid("100.00", "2026-04-28", "nf-2")
    assert covers(broken, kept, again, last, money, rules=rules) == ("nf-1",)
    assert covers(broken, kept, again, last, rules=rules) == ()


def test_a_promise_broken_only_later_does_not_count_yet():
    """The next one was made before it broke."""
    rules = believing(max_in_a_row=1)
    first = promised("150.00", "2026-04-20", "2026-04-22", "nf-1", promise="p1")
    early = promised("100.00", "2026-04-22", "2026-04-30", "nf-2", promise="p2")
    assert covers(first, early, rules=rules) == ("nf-2",)


# kept


def test_a_promise_is_kept_when_the_money_is_there():
    """R$ 150,00 by the 22nd, paid on the 22nd at 23:59 in two parts."""
    word = promised("150.00", "2026-04-20", "2026-04-22", "nf-1")
    parts = (paid("50.00", "2026-04-21", "nf-1"), paid("100.00", "2026-04-22 23:59", "nf-1"))
    (fate,) = fates(word, *parts)
    assert fate.kept == clock("2026-04-22 23:59")
    assert ends(fate) == fate.kept


def test_a_day_later_is_broken():
    """Though the money came before anybody could know: the day after clearing it is broken, and settled."""
    word = promised("150.00", "2026-04-20", "2026-04-22", "nf-1")
    (fate,) = fates(word, paid("150.00", "2026-04-23 00:00", "nf-1"))
    assert fate.kept is None


def test_what_may_be_missing_may_be_missing_of_the_word_too():
    """R$ 149,00 for R$ 150,00 with a tolerance of R$ 1,00."""
    rules = policy(*THANKS, limits=Limits(tolerance=100))
    word = promised("150.00", "2026-04-20", "2026-04-22", "nf-1")
    assert fates(word, paid("149.00", "2026-04-21", "nf-1"), rules=rules)[0].kept
    assert not fates(word, paid("148.99", "2026-04-21", "nf-1"), rules=rules)[0].kept


def test_money_for_something_else_keeps_no_promise():
    """R$ 150,00 for nf-2."""
    word = promised("150.00", "2026-04-20", "2026-04-22", "nf-1")
    assert not fates(word, paid("100.00", "2026-04-21", "nf-2"))[0].kept


def test_a_payment_reversed_before_the_day_keeps_no_promise():
    """Paid on the 21st, reversed on the 22nd."""
    word = promised("150.00", "2026-04-20", "2026-04-24", "nf-1")
    money = paid("150.00", "2026-04-21", "nf-1", payment="p")
    assert not fates(word, money, undone("p", "2026-04-22"))[0].kept
    assert fates(word, money, undone("p", "2026-05-22"))[0].kept


def test_money_paid_before_the_word_keeps_no_word_about_the_rest():
    """R$ 50,00 at nine, R$ 100,00 promised at noon for the rest: the R$ 50,00 are not the R$ 100,00."""
    before = paid("50.00", "2026-04-20 09:00", "nf-1")
    word = promised("100.00", "2026-04-20 12:00", "2026-04-24", "nf-1")
    (fate,) = fates(before, word, paid("50.00", "2026-04-22", "nf-1"))
    assert fate.covers == ("nf-1",)
    assert fate.kept is None


def test_money_that_came_with_the_word_does_not_keep_the_rest_of_it():
    """R$ 75,00 with the word of R$ 150,00, known then or learnt later: the promise stands until the other half."""
    word = promised("150.00", "2026-04-20 12:00", "2026-04-24", "nf-1")
    for known in ("", "2026-04-21"):
        half = paid("75.00", "2026-04-20 12:00", "nf-1", known=known)
        (fate,) = fates(half, word)
        assert (fate.covers, fate.kept) == (("nf-1",), None)
        (fate,) = fates(half, word, paid("75.00", "2026-04-22", "nf-1"))
        assert fate.kept == clock("2026-04-22")


def test_a_word_about_the_rest_of_what_comes_with_it_covers_the_receivable():
    """R$ 75,00 at noon, and the other R$ 75,00 promised at noon."""
    word = promised("75.00", "2026-04-20 12:00", "2026-04-24", "nf-1")
    assert covers(paid("75.00", "2026-04-20 12:00", "nf-1"), word) == ("nf-1",)
    assert covers(paid("75.00", "2026-04-20 12:00", "nf-1", known="2026-04-21"), word) == ()


# broken


def test_a_promise_breaks_on_the_first_day_after_clearing():
    """By Monday the 20th: Tiradentes on the 21st, clearing on the 22nd, broken at midnight of the 23rd."""
    (fate,) = fates(promised("150.00", "2026-04-18", "2026-04-20", "nf-1"))
    assert fate.broken == {"nf-1": clock("2026-04-23 00:00")}
    assert ends(fate) == fate.broken["nf-1"]
    assert fate.spans["nf-1"].covers(clock("2026-04-22 23:59"))
    assert not fate.spans["nf-1"].covers(clock("2026-04-23 00:00"))


def test_a_broken_promise_is_a_signal_for_each_receivable_it_covered():
    """With the promise as its cause."""
    found = schedule(PLAIN, [BILL, OTHER, promised("250.00", "2026-04-10", "2026-04-20")], "2026-04-30")
    for name in ("nf-1", "nf-2"):
        assert action(found, "quebrou", name).occurrence == "promessa"


def test_a_promise_over_two_calendars_breaks_for_both():
    """Tiradentes holds back one of two policies; each receivable has its own day, and both promises are broken."""
    bank = policy(*THANKS, id="banco")
    weekdays = policy(*THANKS, id="loja", calendar="weekdays")
    events = [
        invoice("nf-1", policy="banco", policy_version=1),
        invoice("nf-2", policy="loja", policy_version=1),
        promised("300.00", "2026-04-18", "2026-04-20"),
    ]
    calendars = {"br-bancario": schedule_calendar(), "weekdays": WeekdayCalendar()}
    found = schedule([bank, weekdays], events, "2026-05-30", calendars)
    assert action(found, "quebrou", "nf-1").occurrence == "promessa"
    assert action(found, "quebrou", "nf-2").occurrence == "promessa"


def schedule_calendar() -> object:
    """The bank calendar."""
    from tests.core.shop import BANK

    return BANK


# ended otherwise


def test_a_cancelled_promise_is_neither_kept_nor_broken():
    """Cancelled on the 21st; what is paid on the 22nd keeps no word."""
    word = promised("150.00", "2026-04-20", "2026-04-24", "nf-1")
    gone = said(ev.PromiseCancelled, "fim", "2026-04-21", promise="promessa")
    (fate,) = fates(word, gone)
    assert ends(fate) == clock("2026-04-21")
    assert not standing(PLAIN, [BILL, word, gone]).broken()
    found = schedule(PLAIN, [BILL, word, gone, paid("150.00", "2026-04-22", "nf-1")], "2026-05-30")
    assert {each.step for each in found.all} == set()


def test_the_newest_promise_replaces_the_older():
    """Neither kept nor broken: R$ 150,00 on the 22nd keep the second, and only one word is thanked for."""
    first = promised("150.00", "2026-04-20", "2026-04-30", "nf-1", promise="p1")
    second = promised("150.00", "2026-04-21", "2026-04-24", "nf-1", promise="p2")
    old, _ = fates(first, second)
    assert ends(old) == clock("2026-04-21")
    assert [name for name, _ in standing(PLAIN, [BILL, first, second]).broken()] == ["nf-1"]
    found = schedule(PLAIN, [BILL, first, second, paid("150.00", "2026-04-22", "nf-1")], "2026-05-30")
    assert [each.occurrence for each in found.all if each.step == "obrigado"] == ["p2"]


def test_a_promise_about_something_else_replaces_nothing():
    """Both stand."""
    first = promised("150.00", "2026-04-20", "2026-04-30", "nf-1", promise="p1")
    second = promised("100.00", "2026-04-21", "2026-04-24", "nf-2", promise="p2")
    old, _ = fates(first, second)
    assert ends(old) == clock("2026-05-05 00:00")


def test_a_promise_that_is_not_believed_replaces_nothing():
    """Too far ahead."""
    rules = believing(max_days=Duration(10))
    first = promised("150.00", "2026-04-20", "2026-04-30", "nf-1", promise="p1")
    second = promised("150.00", "2026-04-21", "2026-06-30", "nf-1", promise="p2")
    old, new = fates(first, second, rules=rules)
    assert new.covers == ()
    assert ends(old) == clock("2026-05-05 00:00")


def test_a_promise_made_twice_under_one_id_is_the_first():
    """And a cancellation that comes first waits for it."""
    gone = said(ev.PromiseCancelled, "fim", "2026-04-19", promise="promessa")
    word = promised("150.00", "2026-04-20", "2026-04-24", "nf-1")
    again = said(
        ev.PromiseMade,
        "de novo",
        "2026-04-21",
        promise="promessa",
        amount=word.amount,
        by=word.by,
    )
    (fate,) = fates(word, again)
    assert fate.made == word
    assert not fates(gone, word)[0].spans["nf-1"].covers(clock("2026-04-20 12:00"))


# what it does to the plan

LATE = step("atraso", "D+3 10:00")


@pytest.mark.parametrize(
    ("as_of", "status"),
    [("2026-04-21 09:00", "waiting"), ("2026-04-23 09:59", "waiting"), ("2026-04-23 10:00", "ended")],
)
def test_what_falls_inside_a_promise_lapses_at_its_instant(as_of: str, status: str):
    """`when_held = "skip"`: D+3 is the 23rd, the promise runs to the end of the 24th."""
    word = promised("150.00", "2026-04-20", "2026-04-23", "nf-1")
    found = schedule(policy(LATE), [BILL, word], as_of)
    assert told(found, "atraso")[0] == status
    assert told(found, "atraso")[2][0] == "promised"


def test_a_promise_about_a_day_moved_is_still_a_promise():
    """The due date moves; the promise ends as it was made."""
    word = promised("150.00", "2026-04-20", "2026-04-22", "nf-1")
    moved = amended("nf-1", "2026-04-21", due="2026-05-29")
    (fate,) = fates(word, moved)
    assert fate.spans == {"nf-1": Span(clock("2026-04-20"), clock("2026-04-24 00:00"), "promessa", clock("2026-04-20"))}
