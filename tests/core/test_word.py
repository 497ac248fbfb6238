"""The debtor's word: one example for each boundary of promises and disputes."""

import pytest
from tests.core.shop import (
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
)

from regua.core import events as ev
from regua.core.money import Money
from regua.core.policy import PromiseRules

BILL = invoice("nf-1", "150.00", "2026-04-18")


# promises


def promise_state(*events: ev.Event) -> list[str]:
    """What is planned for R$ 150,00 promised for the 27th: the answers to its signals."""
    answers = [step(name, on=f"promise.{name}") for name in ("kept", "broken")]
    found = schedule(policy(*answers), [BILL, *events], "2026-04-24 13:00")
    return [each.step for each in found.all if each.status != "ended"]


def test_a_promise_kept_before_it_is_cancelled_was_kept():
    """Paid on the 24th; cancelled a minute later, or in the same instant."""
    words = [promised("150.00", "2026-04-22", "2026-04-27"), paid("150.00", "2026-04-24 12:00", "nf-1")]
    cancelled = [said(ev.PromiseCancelled, "c", f"2026-04-24 12:0{minute}", promise="promessa") for minute in (0, 1)]
    assert promise_state(*words, cancelled[1]) == ["kept"]
    assert promise_state(*words, cancelled[0]) == []


def test_money_of_the_morning_that_nobody_knew_of_is_part_of_what_was_promised():
    """R$ 100,00 paid at ten and known at two: of R$ 150,00 promised at noon R$ 50,00 are missing."""
    early = paid("100.00", "2026-04-22 10:00", "nf-1", known="2026-04-22 14:00")
    words = [early, promised("150.00", "2026-04-22 12:00", "2026-04-27")]
    assert promise_state(*words) == ["broken"]
    assert promise_state(*words, paid("50.00", "2026-04-24", "nf-1")) == ["kept"]


def test_a_promise_made_as_the_bill_is_issued_covers_it():
    """At noon both; a minute before there was nothing to promise."""
    for minute, count in ((0, 1), (1, 0)):
        bill = invoice("nf-1", when=f"2026-04-10 12:0{minute}")
        found = standing(policy(), [bill, promised("150.00", "2026-04-10 12:00", "2026-04-27")])
        assert len(found.stops("nf-1")) == count


def test_money_that_nobody_knew_of_may_keep_a_promise_alone():
    """All of it was paid at ten; the debtor said so at noon, the bank at two."""
    early = paid("150.00", "2026-04-22 10:00", "nf-1", known="2026-04-22 14:00")
    assert promise_state(early, promised("150.00", "2026-04-22 12:00", "2026-04-27")) == ["kept"]


def test_a_promise_that_runs_or_was_replaced_is_no_broken_one():
    """One broken promise would be too many; of three that replace each other the newest counts until the 28th."""
    days = [("a", "2026-04-21", "2026-04-30"), ("b", "2026-04-22", "2026-04-29"), ("c", "2026-04-23", "2026-04-24")]
    words = [promised("150.00", made, by, promise=name) for name, made, by in days]
    found = standing(policy(promise=PromiseRules(max_in_a_row=1)), [BILL, *words])
    newest = found.spans("nf-1")["promised"][-1]
    assert (newest.cause, newest.end) == ("c", clock("2026-04-28 00:00"))


def test_who_promises_more_than_is_owed_keeps_it_by_paying_what_is_owed():
    """R$ 200,00 promised, R$ 150,00 owed and paid."""
    words = [promised("200.00", "2026-04-22", "2026-04-27"), paid("150.00", "2026-04-24", "nf-1")]
    assert promise_state(*words) == ["kept"]


# disputes


@pytest.mark.parametrize(
    ("amended_on", "end"),
    [("2026-04-13", None), ("2026-04-14", "2026-04-20"), ("2026-04-20", "2026-04-20"), ("2026-04-27", "2026-04-27")],
)
def test_an_upheld_dispute_ends_when_it_is_resolved_and_acted_on(amended_on: str, end: str | None):
    """Opened on the 14th, upheld on the 20th; what was amended before it was opened is no answer to it."""
    opened = said(ev.DisputeOpened, "a", "2026-04-14", dispute="d", receivables=("nf-1",))
    won = said(ev.DisputeResolved, "b", "2026-04-20", dispute="d", outcome="upheld")
    found = standing(policy(), [BILL, opened, won, amended("nf-1", amended_on, amount="140.00")])
    (span,) = found.spans("nf-1")["disputed"]
    assert span.end == (end and clock(end))


def test_a_credit_that_names_the_receivable_answers_its_dispute():
    """On the 27th; one that names another receivable answers nothing."""
    opened = said(ev.DisputeOpened, "a", "2026-04-14", dispute="d", receivables=("nf-1",))
    won = said(ev.DisputeResolved, "b", "2026-04-20", dispute="d", outcome="upheld")
    for name, end in (("nf-1", clock("2026-04-27")), ("nf-2", None)):
        given = said(ev.CreditGranted, "c", "2026-04-27", credit="c", amount=Money.of("10.00"), receivables=(name,))
        (span,) = standing(policy(), [BILL, opened, won, given]).spans("nf-1")["disputed"]
        assert span.end == end


def test_a_dispute_of_another_bill_hides_none():
    """Of two disputes the one of nf-2 comes first by its name."""
    opened = [
        said(ev.DisputeOpened, name, "2026-04-14", dispute=name, receivables=(bill,))
        for name, bill in (("a", "nf-2"), ("b", "nf-1"))
    ]
    assert [span.cause for span in standing(policy(), [BILL, *opened]).spans("nf-1")["disputed"]] == ["b"]
