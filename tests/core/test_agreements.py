"""Agreements: broken as declared, completed, cancelled; what the originals and the instalments come to."""

from tests.core.shop import (
    action,
    amended,
    balance,
    clock,
    delivered,
    invoice,
    newer,
    paid,
    policy,
    said,
    schedule,
    standing,
    step,
    told,
    undone,
)

from regua.core import events as ev
from regua.core.dates import parse_date
from regua.core.money import Money
from regua.core.policy import PlanRules

BILL = invoice("nf-1", "150.00", "2026-04-15")
OTHER = invoice("nf-2", "100.00", "2026-04-10")
LATE = step("atraso", "D+3 10:00")
LATER = step("firme", "D+40 10:00")
BROKEN = step("quebrado", on="agreement.broken", after="0d 10:00")
DONE = step("cumprido", on="agreement.completed", after="0d 10:00")
RULES = policy(LATE, LATER, BROKEN, DONE, plan=PlanRules(gradual=False))
AFTER = "2026-08-03"


def signed(
    *dues: str, amount: str = "80.00", originals: tuple[str, ...] = ("nf-1",), **fields: object
) -> ev.AgreementSigned:
    """Signed on Monday 20 April: an instalment on each of these days."""
    parts = tuple(
        ev.Instalment(receivable=f"a-{place}", amount=Money.of(amount), due=parse_date(due))
        for place, due in enumerate(dues, start=1)
    )
    return said(  # type: ignore[no-any-return]
        ev.AgreementSigned, "acordo", "2026-04-20", agreement="a", receivables=originals, instalments=parts, **fields
    )


TWO = signed("2026-05-04", "2026-06-03", broken_days=10)


def ends(*events: ev.Event) -> int | None:
    """When the agreement ends."""
    return standing(RULES, [BILL, *events]).agreements["a"].end


def test_an_instalment_so_many_days_late_breaks_it_when_clearing_is_over():
    """Due Monday 4 May, ten days late on Thursday 14, known by Friday 15: broken with Saturday 16."""
    assert ends(TWO) == clock("2026-05-16 00:00")
    assert ends(TWO, paid("80.00", "2026-05-14", "a-1")) == clock("2026-06-16 00:00")
    assert ends(TWO, paid("80.00", "2026-05-15 23:59", "a-1"), paid("80.00", "2026-06-03", "a-2")) is None
    assert ends(TWO, paid("80.00", "2026-05-16 00:01", "a-1")) == clock("2026-05-16 00:00")


def test_it_breaks_when_as_many_are_late_as_it_says():
    """Two, by ten days each: the second is due on 3 June; over Corpus Christi's day 4, ten days are Saturday 13."""
    word = signed("2026-05-04", "2026-06-03", broken_after=2, broken_days=10)
    assert ends(word) == clock("2026-06-16 00:00")
    assert ends(word, paid("80.00", "2026-06-10", "a-1")) is None


def test_a_payment_undone_breaks_it_when_it_is_undone():
    """The first instalment was paid in time; the payment is reversed on 25 May."""
    money = paid("80.00", "2026-05-04", "a-1", payment="p")
    assert ends(TWO, money, undone("p", "2026-05-25")) == clock("2026-05-25")


def test_who_cancels_it_first_has_broken_nothing():
    """Cancelled on the 10th of May."""
    over = said(ev.AgreementCancelled, "fim", "2026-05-10", agreement="a")
    assert ends(TWO, over) == clock("2026-05-10")
    found = schedule(RULES, [BILL, TWO, over], AFTER)
    assert not [each for each in found.all if each.step == "quebrado"]


def test_a_due_date_moved_gives_the_instalment_time():
    """The first instalment is moved to the 20th of May before it is late: ten days are Saturday 30, known by Monday."""
    assert ends(TWO, amended("a-1", "2026-05-08", due="2026-05-20")) == clock("2026-06-02 00:00")


def test_the_originals_come_back_less_what_was_paid():
    """R$ 80,00 of the first instalment and R$ 30,00 of the second reduce the original to R$ 40,00."""
    events = [BILL, TWO, paid("80.00", "2026-05-04", "a-1"), paid("30.00", "2026-06-03", "a-2")]
    assert balance(RULES, events, "2026-06-15") == "R$ 150,00"
    assert balance(RULES, events, "2026-06-16") == "R$ 40,00"


def test_what_was_paid_reduces_the_oldest_original_first():
    """R$ 110,00: nf-2 of the 10th is older than nf-1 of the 15th; a third receivable gets nothing."""
    word = signed("2026-05-04", "2026-06-03", amount="130.00", originals=("nf-1", "nf-2"), broken_days=10)
    events = [BILL, OTHER, invoice("nf-0", "90.00", "2026-04-02"), word, paid("110.00", "2026-05-04", "a-1")]
    assert [balance(RULES, events, AFTER, name) for name in ("nf-0", "nf-2", "nf-1")] == [
        "R$ 90,00",
        "R$ 0,00",
        "R$ 140,00",
    ]


def test_an_original_that_the_instalments_paid_is_settled_when_it_breaks():
    """R$ 160,00 were paid on two of three instalments for R$ 150,00; the rest is an unapplied credit of nf-2."""
    word = signed("2026-05-04", "2026-06-03", "2026-07-03", broken_days=10)
    money = [paid("80.00", "2026-05-04", "a-1"), paid("80.00", "2026-06-03", "a-2")]
    new = invoice("nf-3", "100.00", "2026-09-15")
    events = [BILL, new, word, *money]
    assert balance(RULES, events, AFTER, "nf-1") == "R$ 0,00"
    assert balance(RULES, events, AFTER, "nf-3") == "R$ 90,00"


def test_the_days_under_the_agreement_do_not_count():
    """D+40 of nf-1: five days until the 20th, then from 16 May on: 35 days later, Friday 19 June."""
    found = schedule(RULES, [BILL, TWO], "2026-04-21")
    assert told(found, "firme")[:2] == ("planned", "2026-06-19 10:00")


def test_the_instalments_are_dunned_until_it_breaks_and_not_after():
    """D+3 of the first is Thursday 7 May; the second's, Saturday 6 June, is over with the agreement."""
    found = schedule(RULES, [BILL, TWO], "2026-04-21")
    assert told(found, "atraso", "a-1")[:2] == ("planned", "2026-05-07 10:00")
    assert told(found, "atraso", "a-2")[0::2] == ("ended", ["cancelled"])


def test_an_instalment_that_was_settled_stays_settled():
    """It is not undone by the break."""
    events = [BILL, TWO, paid("80.00", "2026-05-04", "a-1")]
    assert [span.end for span in standing(RULES, events).ledger.settlements("a-1")] == [None]


def test_cancelling_gives_the_instalments_money_to_the_originals_too():
    """R$ 30,00 on an instalment; cancelled, the original asks R$ 120,00 and the instalment nothing more."""
    over = said(ev.AgreementCancelled, "fim", "2026-05-10", agreement="a")
    events = [BILL, TWO, paid("30.00", "2026-05-04", "a-1"), over]
    assert balance(RULES, events, "2026-05-11") == "R$ 120,00"
    assert told(schedule(RULES, events, "2026-05-11"), "atraso", "a-2")[2] == ["cancelled"]


def test_a_broken_agreement_is_answered_once_for_each_original():
    """On Monday 18 May: the 16th is a Saturday, open until 14:00, so on that day at ten."""
    found = schedule(RULES, [BILL, TWO], "2026-04-21")
    assert told(found, "quebrado")[:2] == ("planned", "2026-05-16 10:00")
    assert action(found, "quebrado").occurrence == "acordo"
    assert action(found, "quebrado").presses


def test_the_debtor_is_told_once_of_an_agreement_over_several():
    """A step of the debtor answers the cause, whatever it is about."""
    rules = newer(RULES, steps=(step("quebrado", on="agreement.broken", scope="debtor"),))
    word = signed("2026-05-04", originals=("nf-1", "nf-2"))
    assert [each.receivable for each in schedule(rules, [BILL, OTHER, word], AFTER).all] == [""]


def test_a_completed_agreement_is_answered_and_its_originals_are_over():
    """Both instalments are paid; the original asks for nothing, and no receipt is given for it."""
    rules = newer(RULES, steps=(*RULES.steps, step("recibo", on="receivable.settled", after="0d 10:00")))
    events = [BILL, TWO, paid("80.00", "2026-05-04", "a-1"), paid("80.00", "2026-06-03 09:00", "a-2")]
    found = schedule(rules, events, "2026-06-03 09:30")
    assert told(found, "cumprido")[:2] == ("planned", "2026-06-03 10:00")
    assert {each.status for each in found.all if each.receivable == "nf-1" and each.step != "cumprido"} == {"ended"}
    assert sorted(each.receivable for each in found.all if each.step == "recibo") == ["a-1", "a-2"]


def test_a_completion_undone_takes_its_thanks_back():
    """The last payment is reversed before the thanks went out."""
    money = [paid("80.00", "2026-05-04", "a-1"), paid("80.00", "2026-06-03 09:00", "a-2", payment="p")]
    found = schedule(RULES, [BILL, TWO, *money, undone("p", "2026-06-03 09:30")], "2026-06-03 12:00")
    assert told(found, "cumprido")[0::2] == ("ended", ["lapsed"])


def test_an_agreement_signed_before_its_originals_are_known_waits_for_them():
    """The invoice is recorded last; the order does not matter."""
    events = [TWO, paid("80.00", "2026-05-04", "a-1"), BILL]
    assert balance(RULES, events, "2026-06-16") == "R$ 70,00"


def test_a_message_about_an_instalment_stays_sent_when_it_breaks():
    """What went out for the first instalment is a fact."""
    events = [BILL, TWO]
    sent = delivered(action(schedule(RULES, events, "2026-05-07 10:00"), "atraso", "a-1"), "2026-05-07 10:00")
    assert told(schedule(RULES, [*events, *sent], AFTER), "atraso", "a-1")[0] == "done"
