"""Which money went where, and what each receivable asked then."""

from fractions import Fraction

from attrs import evolve
from tests.core.shop import amended, balance, brl, clock, invoice, ledger, paid, policy, said, standing, undone

from regua.core import events as ev
from regua.core.dates import Offset
from regua.core.money import Money
from regua.core.policy import ChargeRules, Discount, Levy, Limits, Policy, Rate

CHARGED = policy(charges=ChargeRules(fine=Levy(share=Fraction(2, 100)), interest=Rate(share=Fraction(1, 100))))
PLAIN = policy()
OLD = invoice("nf-1", "100.00", "2026-04-16")
NEW = invoice("nf-2", "100.00", "2026-05-15")
LATER = "2026-06-30"


def balances(*events: ev.Event, when: str = LATER, rules: Policy = PLAIN) -> list[str]:
    """What nf-1 and nf-2 ask."""
    return [balance(rules, events, when, name) for name in ("nf-1", "nf-2")]


def credit(amount: str, when: str, *names: str, known: str = "") -> ev.CreditGranted:
    """The creditor owes the debtor."""
    money = Money.of(amount)
    return said(ev.CreditGranted, "crédito", when, known=known, credit="crédito", amount=money, receivables=names)  # type: ignore[no-any-return]


def applied(amount: str, when: str, name: str) -> ev.CreditApplied:
    """Somebody gave the credit to a receivable."""
    money = Money.of(amount)
    return said(ev.CreditApplied, f"aplicado {name}", when, credit="crédito", amount=money, receivable=name)  # type: ignore[no-any-return]


def test_a_payment_that_names_nothing_pays_the_oldest_due_first():
    """R$ 120,00: all of nf-1 and R$ 20,00 of nf-2."""
    assert balances(OLD, NEW, paid("120.00", "2026-04-10")) == ["R$ 0,00", "R$ 80,00"]


def test_of_two_due_on_one_day_the_smaller_id_is_the_older():
    """A total order, whoever was issued first."""
    twin = invoice("nf-2", "100.00", "2026-04-16", when="2026-03-01")
    assert balances(twin, OLD, paid("100.00", "2026-04-10")) == ["R$ 0,00", "R$ 100,00"]


def test_a_payment_pays_what_it_names_in_its_order():
    """R$ 120,00 for nf-2, then nf-1."""
    assert balances(OLD, NEW, paid("120.00", "2026-04-10", "nf-2", "nf-1")) == ["R$ 80,00", "R$ 0,00"]


def test_what_a_payment_leaves_over_reduces_the_oldest():
    """R$ 150,00 for nf-2 alone: R$ 50,00 are an unapplied credit, and nf-1 is open."""
    assert balances(OLD, NEW, paid("150.00", "2026-04-10", "nf-2")) == ["R$ 50,00", "R$ 0,00"]


def test_what_nobody_owes_yet_waits_for_the_next_invoice():
    """R$ 100,00 too much in April pay half of an invoice of May, on its day of issue."""
    later = invoice("nf-2", "200.00", "2026-06-15", when="2026-05-20")
    events = (OLD, later, paid("200.00", "2026-04-10"))
    assert balances(*events) == ["R$ 0,00", "R$ 100,00"]
    found = standing(PLAIN, events)
    assert found.ledger.given(["nf-2"], 0, clock(LATER))[0].at == clock("2026-05-20")


def test_a_payment_that_came_before_its_invoice_waits_for_it():
    """Named, it is no credit to others meanwhile."""
    early = paid("100.00", "2026-04-10", "nf-9")
    ninth = invoice("nf-9", "100.00", "2026-06-15", when="2026-05-20")
    assert balances(OLD, NEW, early) == ["R$ 100,00", "R$ 100,00"]
    assert balance(PLAIN, (OLD, early, ninth), LATER, "nf-9") == "R$ 0,00"


def test_what_such_a_payment_leaves_over_goes_to_what_it_names_next():
    """R$ 150,00 for nf-9 (R$ 100,00) and nf-2, though nf-1 is older: the payment names, the age does not."""
    early = paid("150.00", "2026-04-10", "nf-9", "nf-2")
    ninth = invoice("nf-9", "100.00", "2026-06-15", when="2026-05-01")
    assert balances(OLD, NEW, early, ninth) == ["R$ 100,00", "R$ 50,00"]


def test_money_for_two_that_nobody_knows_waits_for_the_first():
    """All of it; and other invoices come and go meanwhile."""
    early = paid("100.00", "2026-03-10", "nf-8", "nf-9")
    events = (early, OLD, NEW)
    assert balances(*events) == ["R$ 100,00", "R$ 100,00"]
    eighth = invoice("nf-8", "100.00", "2026-06-15", when="2026-05-20")
    assert balance(PLAIN, (*events, eighth), LATER, "nf-8") == "R$ 0,00"


def test_article_354_orders_the_breakdown():
    """R$ 50,00 on the 20th for R$ 100,00 due on the 16th: R$ 0,13 interest, R$ 2,00 fine, R$ 47,87 principal."""
    found = ledger(CHARGED, OLD, paid("50.00", "2026-04-20")).position("nf-1", clock(LATER))
    assert (found.interest_paid, found.fine_paid, found.principal_paid) == (13, 200, 4_787)


def test_a_receivable_takes_its_charges_too_before_the_next_gets_anything():
    """R$ 150,00 on the 20th: R$ 102,13 for nf-1, the rest for nf-2."""
    events = (OLD, NEW, paid("150.00", "2026-04-20"))
    assert balances(*events, when="2026-05-01", rules=CHARGED) == ["R$ 0,00", "R$ 52,13"]


def test_money_counts_from_its_value_date_not_from_when_it_was_known():
    """Paid on the 16th, known on the 30th: no charge was ever due."""
    late = paid("100.00", "2026-04-16", known="2026-04-30")
    assert balances(OLD, NEW, late, when="2026-04-20", rules=CHARGED) == ["R$ 0,00", "R$ 100,00"]


def test_a_payment_counts_from_its_instant():
    """A minute before it, nothing is paid."""
    events = (OLD, NEW, paid("100.00", "2026-04-10 10:00"))
    assert balances(*events, when="2026-04-10 09:59")[0] == "R$ 100,00"
    assert balances(*events, when="2026-04-10 10:00")[0] == "R$ 0,00"


def test_an_overpayment_of_everything_stays_unapplied():
    """R$ 500,00 for R$ 200,00: nobody owes less than nothing."""
    assert balances(OLD, NEW, paid("500.00", "2026-04-10")) == ["R$ 0,00", "R$ 0,00"]


# reversal


def test_a_reversed_payment_was_there_until_it_was_reversed():
    """Settled from the 10th to the 24th, open again with all its charges."""
    events = (OLD, NEW, paid("100.00", "2026-04-10", "nf-1", payment="p"), undone("p", "2026-04-24"))
    assert balances(*events, when="2026-04-23", rules=CHARGED)[0] == "R$ 0,00"
    assert balances(*events, when="2026-04-24", rules=CHARGED)[0] == "R$ 102,27"
    (span,) = ledger(CHARGED, *events).settlements("nf-1")
    assert (span.start, span.end) == (clock("2026-04-10"), clock("2026-04-24"))
    assert span.cause == "p pago"


def test_money_that_came_later_takes_the_place_of_the_reversed():
    """R$ 100,00 reversed, R$ 100,00 unapplied: nf-1 is settled by the second."""
    first, second = paid("100.00", "2026-04-10", payment="p"), paid("100.00", "2026-04-11", payment="q")
    assert balances(OLD, first, second, undone("p", "2026-04-24"), NEW)[0] == "R$ 0,00"


def test_undoing_one_payment_leaves_what_a_cancelled_invoice_gave_back_where_it_was():
    """R$ 100,00 freed on the 14th paid nf-1 in time; that a stranger's payment is reversed later makes it no later."""
    other = invoice("nf-0", "100.00", "2026-04-30")
    freed = [
        other,
        paid("100.00", "2026-04-02", "nf-0"),
        said(ev.InvoiceCancelled, "x", "2026-04-14", receivable="nf-0"),
    ]
    events = [OLD, NEW, *freed]
    moved = [paid("1.00", "2026-04-28", "nf-2", payment="p"), undone("p", "2026-05-20")]
    before = ledger(CHARGED, *events).settlements("nf-1")
    assert [span.start for span in before] == [clock("2026-04-14")]
    assert ledger(CHARGED, *events, *moved).settlements("nf-1")[-1].end is None
    partly = [invoice("nf-1", "150.00", "2026-04-16"), NEW, *freed]
    assert balances(*partly, *moved, rules=CHARGED)[0] == balances(*partly, rules=CHARGED)[0]


# credits


def test_an_unapplied_credit_reduces_the_oldest():
    """And what it covers in full is settled on its day."""
    events = (OLD, NEW, credit("120.00", "2026-04-10"))
    assert balances(*events) == ["R$ 0,00", "R$ 80,00"]
    assert ledger(PLAIN, *events).settlements("nf-1")[0].cause == "crédito"


def test_a_credit_that_names_a_receivable_reduces_that():
    """Not the oldest."""
    assert balances(OLD, NEW, credit("30.00", "2026-04-10", "nf-2")) == ["R$ 100,00", "R$ 70,00"]


def test_a_credit_applied_by_hand_was_with_the_oldest_until_then():
    """From the 20th on it is with nf-2."""
    events = (OLD, NEW, credit("100.00", "2026-04-10"), applied("100.00", "2026-04-20", "nf-2"))
    assert balances(*events, when="2026-04-19") == ["R$ 0,00", "R$ 100,00"]
    assert balances(*events, when="2026-04-20") == ["R$ 100,00", "R$ 0,00"]


def test_no_more_is_applied_than_there_is():
    """R$ 80,00 of a credit of R$ 30,00 are R$ 30,00."""
    events = (OLD, NEW, credit("30.00", "2026-04-10"), applied("80.00", "2026-04-20", "nf-2"))
    assert balances(*events) == ["R$ 100,00", "R$ 70,00"]


def test_what_an_application_cannot_place_goes_back_to_the_oldest():
    """R$ 150,00 applied to nf-2, which asks R$ 100,00."""
    events = (OLD, NEW, credit("150.00", "2026-04-10"), applied("150.00", "2026-04-20", "nf-2"))
    assert balances(*events) == ["R$ 50,00", "R$ 0,00"]


def test_two_applications_share_one_credit():
    """R$ 60,00 and R$ 40,00 of R$ 100,00."""
    events = (OLD, NEW, credit("100.00", "2026-04-10"))
    by_hand = (applied("60.00", "2026-04-20", "nf-1"), applied("40.00", "2026-04-22", "nf-2"))
    assert balances(*events, *by_hand) == ["R$ 40,00", "R$ 60,00"]


# cancelled, written off, amended


def test_what_was_given_to_a_cancelled_invoice_is_the_debtors_again():
    """R$ 100,00 for nf-1, cancelled on the 20th: they pay nf-2 from then on."""
    events = (OLD, NEW, paid("100.00", "2026-04-10", "nf-1"))
    gone = said(ev.InvoiceCancelled, "x", "2026-04-20", receivable="nf-1")
    assert balances(*events, gone, when="2026-04-19")[1] == "R$ 100,00"
    assert balances(*events, gone, when="2026-04-20")[1] == "R$ 0,00"


def test_a_cancelled_invoice_takes_no_unnamed_money():
    """Nor does one that was written off."""
    for cls in (ev.InvoiceCancelled, ev.InvoiceWrittenOff):
        gone = said(cls, "x", "2026-04-05", receivable="nf-1")
        assert balances(OLD, NEW, gone, paid("100.00", "2026-04-10"))[1] == "R$ 0,00"


def test_a_written_off_invoice_takes_what_names_it():
    """A debtor may pay it after all."""
    gone = said(ev.InvoiceWrittenOff, "x", "2026-04-05", receivable="nf-1")
    assert balances(OLD, NEW, gone, paid("100.00", "2026-04-10", "nf-1")) == ["R$ 0,00", "R$ 100,00"]


def test_money_for_a_cancelled_invoice_goes_to_the_others():
    """Whoever pays it anyway, by name."""
    gone = said(ev.InvoiceCancelled, "x", "2026-04-05", receivable="nf-1")
    assert balances(OLD, NEW, gone, paid("100.00", "2026-04-10", "nf-1"))[1] == "R$ 0,00"


def test_a_lower_amount_settles_what_was_paid_in_part():
    """R$ 80,00 of R$ 100,00 paid, lowered to R$ 80,00 on the 20th: settled then."""
    events = (OLD, NEW, paid("80.00", "2026-04-10", "nf-1"), amended("nf-1", "2026-04-20", amount="80.00"))
    (span,) = ledger(PLAIN, *events).settlements("nf-1")
    assert span.start == clock("2026-04-20")
    assert span.cause == "aditivo nf-1 2026-04-20"


def test_what_a_lower_amount_leaves_over_is_an_unapplied_credit():
    """R$ 80,00 of R$ 100,00 paid, lowered to R$ 60,00: R$ 20,00 reduce nf-2."""
    events = (OLD, NEW, paid("80.00", "2026-04-10", "nf-1"), amended("nf-1", "2026-04-20", amount="60.00"))
    assert balances(*events) == ["R$ 0,00", "R$ 80,00"]


def test_what_a_lower_amount_leaves_over_of_a_settled_invoice_is_a_credit_too():
    """R$ 100,00 paid in full, corrected to R$ 60,00: R$ 40,00 reduce nf-2."""
    events = (OLD, NEW, paid("100.00", "2026-04-10", "nf-1"), amended("nf-1", "2026-04-20", amount="60.00"))
    assert balances(*events) == ["R$ 0,00", "R$ 60,00"]


def test_an_amendment_ahead_takes_effect_then():
    """Known on the 1st, in force from the 20th."""
    change = amended("nf-1", "2026-04-20", amount="130.00", known="2026-04-01")
    assert balances(OLD, NEW, change, when="2026-04-19")[0] == "R$ 100,00"
    assert balances(OLD, NEW, change, when="2026-04-20")[0] == "R$ 130,00"


def test_an_amendment_before_the_issue_counts_from_the_issue():
    """What was said first is the first that is asked."""
    change = amended("nf-1", "2026-03-20", amount="130.00")
    assert balances(OLD, NEW, change, when="2026-04-02")[0] == "R$ 130,00"


def test_a_rebate_is_off_from_the_start():
    """R$ 100,00 less R$ 10,00."""
    rebated = evolve(OLD, rebate=Money.of("10.00"))
    assert balances(rebated, NEW)[0] == "R$ 90,00"


def test_an_invoice_whose_rebate_is_all_of_it_is_settled():
    """R$ 100,00 less R$ 100,00 is asked of nobody."""
    free = evolve(OLD, rebate=Money.of("100.00"))
    assert balances(free, NEW)[0] == "R$ 0,00"
    assert ledger(PLAIN, free, NEW).settlements("nf-1")


def test_what_is_replaced_by_an_agreement_takes_no_unnamed_money():
    """The instalments do; when the agreement is cancelled, the original is the oldest again."""
    signed = said(
        ev.AgreementSigned,
        "acordo",
        "2026-04-20",
        agreement="a",
        receivables=("nf-1",),
        instalments=(ev.Instalment(receivable="a-1", amount=Money.of("110.00"), due=NEW.due),),
    )
    events = (OLD, signed, paid("60.00", "2026-04-25"))
    assert balance(PLAIN, events, "2026-06-15", "nf-1") == "R$ 100,00"
    assert balance(PLAIN, events, "2026-06-15", "a-1") == "R$ 50,00"
    over = said(ev.AgreementCancelled, "fim", "2026-04-22", agreement="a")
    assert balance(PLAIN, (*events, over), LATER, "nf-1") == "R$ 40,00"


# what settled means


def test_a_discount_settles_by_the_day_of_the_payment():
    """R$ 95,00 on the last day of 5% for R$ 100,00."""
    rules = policy(charges=ChargeRules(discounts=(Discount(until=Offset(-5), levy=Levy(share=Fraction(5, 100))),)))
    assert balances(OLD, NEW, paid("95.00", "2026-04-11", "nf-1"), rules=rules)[0] == "R$ 0,00"
    assert balances(OLD, NEW, paid("95.00", "2026-04-12", "nf-1"), rules=rules)[0] == "R$ 5,00"


def test_tolerance_is_what_may_be_missing():
    """R$ 1,00, to the centavo."""
    rules = policy(limits=Limits(tolerance=100))
    assert balances(OLD, NEW, paid("99.00", "2026-04-11", "nf-1"), rules=rules)[0] == "R$ 0,00"
    assert balances(OLD, NEW, paid("98.99", "2026-04-11", "nf-1"), rules=rules)[0] == "R$ 1,01"


def test_a_settlement_is_known_when_the_last_word_about_its_money_is():
    """R$ 60,00 of the 10th, known on the 25th, and R$ 40,00 of the 12th: settled on the 12th, known on the 25th."""
    first = paid("60.00", "2026-04-10", "nf-1", known="2026-04-25")
    second = paid("40.00", "2026-04-12", "nf-1")
    (span,) = ledger(PLAIN, OLD, first, second).settlements("nf-1")
    assert (span.start, span.known) == (clock("2026-04-12"), clock("2026-04-25"))


def test_a_credit_known_late_settles_what_was_issued_meanwhile_and_is_known_then():
    """Granted on the 1st, known on the 25th, for an invoice of the 10th."""
    later = invoice("nf-1", "100.00", "2026-05-10", when="2026-04-10")
    early = credit("100.00", "2026-04-01", known="2026-04-25")
    (span,) = ledger(PLAIN, later, early).settlements("nf-1")
    assert (span.start, span.known) == (clock("2026-04-10"), clock("2026-04-25"))


def test_beneficiaries_are_what_the_money_went_to():
    """Also where it waited as a credit for the invoice."""
    later = invoice("nf-2", "200.00", "2026-06-15", when="2026-05-20")
    money = paid("150.00", "2026-04-10", payment="p")
    found = ledger(PLAIN, OLD, later, money)
    assert found.beneficiaries("p pago") == ("nf-1", "nf-2")
    assert brl(sum(gift.amount for gift in found.given(["nf-1", "nf-2"], 0, clock(LATER)))) == "R$ 150,00"
    assert found.given(["nf-3"], 0, clock(LATER)) == []
