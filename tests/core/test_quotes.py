"""Quoted amounts: what a message said holds until the day that it states, where late charges must be paid too."""

from fractions import Fraction

import pytest
from tests.core.shop import (
    BANK,
    action,
    amended,
    balance,
    clock,
    day,
    delivered,
    invoice,
    newer,
    outcome,
    paid,
    policy,
    said,
    schedule,
    standing,
    step,
    undone,
)

from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Duration, parse_date
from regua.core.planning.standing import Standing
from regua.core.policy import ChargeRules, Levy, Limits, Rate

BILL = invoice("nf-1", "150.00", "2026-04-18")
CHARGES = ChargeRules(fine=Levy(share=Fraction(1, 50)), interest=Rate(share=Fraction(1, 100)), residual="dun")
RULES = policy(step("atraso", "D+3 10:00"), charges=CHARGES)
ASKED = "2026-04-23 10:00"


def sent(**fields: object) -> list[ev.Event]:
    """The message of Thursday 23 April: R$ 150,00, R$ 3,00 and five days of R$ 0,05 are R$ 153,25."""
    return delivered(action(schedule(RULES, [BILL], ASKED), "atraso"), ASKED, **fields)


def is_settled(*events: ev.Event, when: str = "2026-05-30", rules: object = RULES) -> bool:
    """Whether nf-1 is settled then."""
    return standing(rules, [BILL, *events]).ledger.position("nf-1", clock(when)).settled is not None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount", "when", "settles"),
    [
        ("153.25", "2026-04-26 23:59", True),
        ("153.25", "2026-04-27 00:00", False),
        ("153.24", "2026-04-25 15:00", False),
    ],
)
def test_paying_what_was_quoted_settles_until_the_third_day(amount: str, when: str, *, settles: bool):
    """On Sunday the 26th R$ 153,40 are owed."""
    assert is_settled(*sent(), paid(amount, when)) is settles


def test_without_a_message_the_charges_grow():
    """R$ 0,10 stay open on the 25th."""
    assert balance(RULES, [BILL, paid("153.25", "2026-04-25")], "2026-04-25 18:00") == "R$ 0,10"


def test_a_quote_is_paid_in_parts_too():
    """R$ 100,00 and R$ 53,25."""
    assert is_settled(*sent(), paid("100.00", "2026-04-24"), paid("53.25", "2026-04-26"))


def test_a_quote_counts_what_was_paid_before_it():
    """R$ 50,00 on the 22nd; the message of the 23rd asks for the rest."""
    early = paid("50.00", "2026-04-22")
    rest = balance(RULES, [BILL, early], ASKED)
    assert rest == "R$ 103,23"
    assert is_settled(early, *sent(), paid("103.23", "2026-04-26"))


def test_the_tolerance_comes_off_a_quote():
    """A real less."""
    rules = newer(RULES, limits=Limits(tolerance=100))
    assert is_settled(*sent(), paid("152.25", "2026-04-26"), rules=rules)


def test_a_message_that_failed_or_was_skipped_quotes_nothing():
    """Nobody read it."""
    of = action(schedule(RULES, [BILL], ASKED), "atraso")
    for cls in (ev.ActionFailed, ev.ActionSkipped):
        assert not is_settled(outcome(cls, of, ASKED), paid("153.25", "2026-04-25"))


def test_a_message_that_may_have_arrived_quotes():
    """Who pays the exact sum has read it."""
    of = action(schedule(RULES, [BILL], ASKED), "atraso")
    assert is_settled(outcome(ev.ActionUnknown, of, ASKED), paid("153.25", "2026-04-25"))


def test_a_contact_quotes_what_it_lists():
    """nf-2 was listed beside nf-1: 100.00, fine 2.00, interest of 13 days 0.43."""
    other = invoice("nf-2", "100.00", "2026-04-10")
    events = [BILL, other, *sent(listed=("nf-2",)), paid("102.43", "2026-04-25", "nf-2")]
    assert standing(RULES, events).ledger.position("nf-2", clock("2026-05-30")).settled is not None


def test_new_terms_end_a_quote():
    """The amount is corrected on the 24th; what was quoted of the old one holds no more."""
    assert not is_settled(*sent(), amended("nf-1", "2026-04-24", amount="160.00"), paid("153.25", "2026-04-25"))


def test_a_quote_survives_a_payment_that_is_undone():
    """R$ 153,25 on the 24th are reversed on the 25th, and paid again on the 26th."""
    money = [paid("153.25", "2026-04-24", payment="p"), undone("p", "2026-04-25"), paid("153.25", "2026-04-26")]
    assert not is_settled(*sent(), *money, when="2026-04-25")
    assert is_settled(*sent(), *money)


def test_where_the_principal_settles_a_quote_changes_nothing():
    """Two accounts with the same money, with and without the message, are remembered as one."""
    rules = newer(RULES, charges=ChargeRules(interest=CHARGES.interest))
    assert standing(rules, [BILL, *sent()]).quotes == ()


def test_a_quote_recorded_later_changes_what_is_remembered():
    """The account's memory rests on the quotes too."""
    account = fold([BILL, paid("153.25", "2026-04-25")])
    assert Standing(account, (RULES,), BANK).ledger.position("nf-1", clock("2026-05-30")).settled is None
    account = fold(sent(), account)
    assert Standing(account, (RULES,), BANK).ledger.position("nf-1", clock("2026-05-30")).settled is not None


def test_an_amount_holds_as_long_as_the_policy_says():
    """Three days, or business days; of several policies the longest."""
    found = standing(RULES, [BILL])
    assert found.quote_valid_until(day("2026-04-23")) == day("2026-04-26")
    business = standing(newer(RULES, limits=Limits(quote_valid=Duration(2, business=True))), [BILL])
    assert business.quote_valid_until(day("2026-04-23")) == day("2026-04-27")


def test_the_longest_of_two_terms_holds():
    """Three days by one policy, five by the other: the debtor reads one day."""
    short = policy(step("atraso", "D+3 10:00"), id="curta")
    long = policy(step("outra", "D+3 10:00"), id="longa", limits=Limits(quote_valid=Duration(5)))
    bills = [
        invoice("nf-1", policy="curta", policy_version=1),
        invoice("nf-2", due="2026-06-18", policy="longa", policy_version=1),
    ]
    (contact,) = [each for each in schedule([short, long], bills, "2026-04-22").contacts if each.day.month == 4]
    assert contact.valid_until == parse_date("2026-04-28")


@pytest.mark.parametrize(
    ("charges", "amount"),
    [
        (ChargeRules(interest=Rate(share=Fraction(1, 100)), residual="dun"), "150.25"),
        (ChargeRules(fine=Levy(share=Fraction(1, 50)), residual="dun"), "153.00"),
    ],
    ids=["interest", "fine"],
)
def test_interest_alone_is_quoted_and_a_fine_alone_is(charges: ChargeRules, amount: str):
    """Five days of R$ 0,05, or 2%."""
    rules = newer(RULES, charges=charges)
    assert is_settled(*sent(), paid(amount, "2026-04-26 23:59"), rules=rules)
    assert not is_settled(*sent(), paid("150.00", "2026-04-26 23:59"), rules=rules)


# the day that was stated


def test_a_late_message_states_a_day_that_is_not_past():
    """The message of the 23rd goes out on the 27th with the amount of that day: it holds until the 30th."""
    late = schedule(RULES, [BILL], "2026-04-27 10:00")
    assert [contact.valid_until for contact in late.contacts] == [parse_date("2026-04-30")]


def test_after_a_fallback_the_day_of_the_message_that_arrived_counts():
    """The e-mail of the 23rd bounced; the SMS of the 27th says R$ 153,45 until the 30th."""
    rules = policy(step("atraso", "D+3 10:00", channels=("email", "sms")), charges=CHARGES)
    mail = action(schedule(rules, [BILL], ASKED), "atraso")
    bounced = [outcome(ev.ActionSent, mail, ASKED), outcome(ev.ActionFailed, mail, "2026-04-27 09:00")]
    text = action(schedule(rules, [BILL, *bounced], "2026-04-27 10:00"), "atraso")
    assert text.channel == "sms"
    arrived = delivered(text, "2026-04-27 10:00")
    assert is_settled(*bounced, *arrived, paid("153.45", "2026-04-30 12:00"), rules=rules)
    assert not is_settled(*bounced, *arrived, paid("153.45", "2026-05-01 12:00"), rules=rules)


def test_a_later_policy_takes_no_stated_day_back():
    """Said under three days; on the 24th the receivable goes over to a policy under which nothing holds."""
    strict = newer(RULES, version=2, limits=Limits(quote_valid=Duration(0)))
    moved = said(ev.PolicyMigrated, "m", "2026-04-24", policy="loja", policy_version=2, verb="rebase")
    bill = invoice("nf-1", "150.00", "2026-04-18", policy="loja", policy_version=1)
    events = [bill, *sent(), moved, paid("153.25", "2026-04-25 12:00")]
    found = schedule([RULES, strict], events, "2026-04-26")
    assert {each.reason.code for each in found.ended} <= {"settled"}
    ledger = Standing(fold(events), [RULES, strict], BANK).ledger
    assert ledger.position("nf-1", clock("2026-04-26")).settled is not None


def test_a_message_that_states_no_day_quotes_nothing():
    """A reminder of R$ 150,00 of Friday the 17th: on Sunday the 26th fine and interest are owed."""
    rules = policy(step("lembrete", "D-1 10:00"), charges=CHARGES)
    reminder = action(schedule(rules, [BILL], "2026-04-17 10:00"), "lembrete")
    assert reminder.valid_until is None
    told = delivered(reminder, "2026-04-17 10:00")
    assert not is_settled(*told, paid("150.00", "2026-04-26 12:00"), rules=rules)
