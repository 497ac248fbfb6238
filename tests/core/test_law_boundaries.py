"""The law at its boundaries: whom a rule means, from which day, by which clock, what is not overdue yet."""

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from tests.core.shop import BANK, action, clock, invoice, paid, policy, promised, reachable, said, schedule, step, told
from tests.core.test_law import (
    BILL,
    DNC,
    FIVE,
    KINDS,
    LISTING,
    NINE_TO_SEVEN,
    OVER,
    SATURDAY,
    codes,
    lives,
    rule,
    under,
)

from regua.core import events as ev
from regua.core.account import fold
from regua.core.legal import ClaimLimit, ContactHours, Forbidden, InterestCap, Terms
from regua.core.money import Money
from regua.core.planning import plan
from regua.core.policy import ChargeRules, Limits, Policy, Rate, window

ACT: dict[str, Any] = {"channels": (), "templates": {}, "tone": None}
CUT = step("suspender", "D+20 10:00", kind="suspend", **ACT)
SUIT = step("processar", "D+60 10:00", kind="lawsuit", **ACT)
OPEN = Limits(windows=(window("00:00-24:00"),) * 7)


def when(rules: Policy, *events: ev.Event) -> str:
    """Wall clock of Saturday's message, as of Tuesday 3 March 2026."""
    return told(schedule(rules, [BILL, *events], "2026-03-03"), "sábado")[1]


# whom


@pytest.mark.parametrize(
    ("meant", "profile", "status"),
    [
        ("person", None, "ended"),
        ("person", "person", "ended"),
        ("person", "company", "planned"),
        ("company", None, "planned"),
        ("company", "person", "planned"),
        ("company", "company", "ended"),
    ],
)
def test_a_rule_about_persons_binds_no_company(meant: str, profile: str | None, status: str):
    """Of whom nobody told anything is a person."""
    law = under(rule("setor.escola", Forbidden(kinds=("suspend",)), debtor=meant))
    known = [] if profile is None else [lives("SP", kind=profile)]
    assert told(schedule(policy(CUT, legal=law), [BILL, *known], "2026-03-03"), "suspender")[0] == status


def test_a_number_on_another_list_is_open():
    """The list of Pará closes nothing in São Paulo."""
    listed = said(ev.DoNotCallRegistered, "lista", "2026-01-03", point="sms", list="procon-pa")
    found = schedule(policy(SATURDAY, legal=under(DNC)), [BILL, lives("SP"), listed], "2026-03-03")
    assert told(found, "sábado")[::2] == ("planned", ["planned"])


def test_a_number_counts_from_its_first_registration_and_again_after_it_was_taken_off():
    """Closed from 5 March though told once more on 20 February; taken off on the 28th and back on 1 March, not yet."""
    first, second, back = (
        said(ev.DoNotCallRegistered, f"lista {day}", day, point="sms", list="procon-sp")
        for day in ("2026-02-03", "2026-02-20", "2026-03-01")
    )
    off = said(ev.DoNotCallRemoved, "fora", "2026-02-28", point="sms", list="procon-sp")
    rules = policy(SATURDAY, legal=under(DNC))
    for events, code in (([first, second], "opted-out"), ([first, off, back], "planned")):
        found = schedule(rules, [BILL, lives("SP"), *events], "2026-03-03")
        assert action(found, "sábado").reasons[0].code == code


# by which clock


def test_a_state_of_another_country_keeps_the_debtors_clock():
    """Nobody knows the zone of Texas by its name: what its rule closes is closed by the clock of the policy."""
    texas = rule("hours.tx", ContactHours(channels=("sms",), windows=NINE_TO_SEVEN), states=("TX",))
    assert when(policy(SATURDAY, legal=under(texas)), lives("TX", country="US")) == "2026-03-09 10:00"


@pytest.mark.parametrize(("at", "expected"), [("05:59", "08:00"), ("17:30", "17:30"), ("18:00", "17:59")])
def test_hours_of_two_clocks_leave_what_is_open_by_both_in_winter_and_in_summer(at: str, expected: str):
    """In São Paulo 8 to 20 is 6 to 18 in New York in winter, 7 to 19 in summer: from 8 to 18 both are open."""
    hours = rule("horario.sp", ContactHours(channels=("sms",), windows=(window("08:00-20:00"),) * 7), states=("SP",))
    rules = policy(evolve(SATURDAY, trigger=step("x", f"D+4 {at}").trigger), legal=under(hours), limits=OPEN)
    assert when(rules, lives("SP", timezone="America/New_York")) == f"2026-03-06 {expected}"


# from which day


@pytest.mark.parametrize(("since", "day"), [("2026-03-12", "2026-04-01"), ("2026-03-13", "2026-03-12")])
def test_a_term_is_waited_for_from_the_day_of_its_force_on(since: str, day: str):
    """Thirty days past due, of a listing that the policy puts on the 12th."""
    law = under(rule("neg.pr", Terms(kinds=("listing",), days_past_due=30), since=since))
    assert told(schedule(policy(LISTING, legal=law), [BILL], "2026-03-03"), "negativar")[1] == f"{day} 10:00"


@pytest.mark.parametrize("kind", ["listing", "protest", "suspend", "agency", "lawsuit"])
def test_nothing_is_done_on_the_last_day_on_which_it_is_paid_in_time(kind: str):
    """Due on Saturday 14 November 2026 it is paid in time on Monday the 16th (Lei 7.089/1983)."""
    rules = policy(step("agir", "D+0 10:00", kind=kind, **ACT), legal=under(KINDS))
    bill = invoice("nf-1", "150.00", "2026-11-14", when="2026-10-14")
    one = action(schedule(rules, [bill], "2026-11-16 10:00"), "agir")
    assert (one.status, codes(one)) == ("ended", [("legal-wait", "data.lei_7089"), ("lapsed", "")])
    assert one.reasons[0].facts == {"first_day": "2026-11-17", "until": "2026-11-17T00:00-03:00"}


def test_five_years_from_29_february_end_on_the_first_of_march():
    """The year has no such day (Código Civil art. 132 §3)."""
    law = under(rule("neg.cinco_anos", Terms(kinds=("listing",), last_year=5)))
    late = evolve(LISTING, trigger=step("x", "D+1830 10:00").trigger)
    bill = invoice("nf-1", "150.00", "2024-02-29", when="2024-02-01")
    one = action(schedule(policy(late, legal=law), [bill], "2029-03-05"), "negativar")
    assert one.reasons[0].facts["last_day"] == "2029-03-01"


@pytest.mark.parametrize("kind", ["listing", "protest", "lawsuit"])
@pytest.mark.parametrize("trigger", [{"at": "D+10 10:00"}, {"on": "invoice.amended"}], ids=["offset", "event"])
def test_a_person_approves_what_the_law_wants_approved_whatever_asks_for_it(kind: str, trigger: dict[str, str]):
    """What answers an event presses nobody, and is no less of a listing; nothing else keeps it from going out."""
    law = under(rule("aprovacao.humana", Terms(kinds=("listing", "protest", "lawsuit"), approval=True)))
    rules = policy(step("agir", **trigger, kind=kind, **ACT), legal=law)
    papers = said(ev.InvoiceAmended, "papéis", "2026-03-20", receivable="nf-1", documents=("invoice",))
    assert codes(action(schedule(rules, [BILL, papers], "2026-03-20 12:00"), "agir")) == [("awaiting-approval", "")]


@pytest.mark.parametrize("kind", ["message", "task"])
def test_terms_bind_every_kind_of_step_that_they_name(kind: str):
    """A pack may want ten days past due before anybody writes or calls, and a person who agrees."""
    law = under(rule("lei.um", Terms(kinds=(kind,), days_past_due=10, approval=True)))
    channels = ("email",) if kind == "message" else ()
    rules = policy(step("aviso", "D+5 10:00", kind=kind, channels=channels, tone=None), legal=law)
    assert codes(action(schedule(rules, [BILL], "2026-03-08"), "aviso"))[:2] == [
        ("legal-wait", "lei.um"),
        ("awaiting-approval", ""),
    ]
    yes = said(ev.StepApproved, "sim", "2026-03-05 09:00", receivable="nf-1", step="aviso")
    assert told(schedule(rules, [BILL, yes], "2026-03-08"), "aviso")[1] == "2026-03-12 10:00"


def test_what_is_about_the_debtor_waits_for_no_terms():
    """Each is of one receivable; here they are of the only one, and of none."""
    law = under(rule("lei.um", Terms(kinds=("message",), approval=True)))
    asking = step("combinado", on="promise.made", tone=None)
    made = promised("150.00", "2026-03-04", "2026-03-10", "nf-1")
    for scope, status in (("receivable", "waiting"), ("debtor", "due")):
        rules = policy(evolve(asking, scope=scope), legal=law)
        (found,) = [each for each in schedule(rules, [BILL, made], "2026-03-04").all if each.step == "combinado"]
        assert found.status == status, scope


@pytest.mark.parametrize("approval", ["", "human"], ids=["law", "policy"])
def test_a_missing_approval_is_looked_at_whoever_wants_it(approval: str):
    """The listing waits since 12 March: thirty days later a person is asked, where the law alone wants it as well."""
    law = under(rule("aprovacao.humana", Terms(kinds=("listing",), approval=True)))
    found = schedule(policy(evolve(LISTING, approval=approval), legal=law), [BILL], "2026-04-13 10:00")
    assert told(found, "review:approval")[:2] == ("due", "2026-04-11 10:00")


def test_thanks_that_wait_for_the_law_are_open_while_they_may_wait():
    """Paid on 4 March, and nobody approved in two weeks."""
    law = under(rule("lei.um", Terms(kinds=("message",), approval=True)))
    rules = policy(step("obrigado", on="receivable.settled", tone=None), legal=law)
    events = [*reachable(), BILL, paid("150.00", "2026-03-04", "nf-1")]
    found = plan(rules, fold(events), as_of=clock("2026-03-18"), calendar=BANK, closed=False)
    assert [(each.step, each.status) for each in found.all] == [("obrigado", "waiting")]


@pytest.mark.parametrize(
    "terms", [{"days_past_due": 30}, {"notice": True}, {"approval": True}], ids=["days", "notice", "approval"]
)
def test_a_policy_is_not_exhausted_while_its_last_step_may_wait_for_the_law(terms: dict[str, Any]):
    """The listing of 12 March may come five days late and wait sixty: it is surely over with 16 May."""
    end = step("acabou", on="policy.exhausted", after="0d 10:00", kind="task", tone=None, channels=())
    law = under(rule("neg.lei", Terms(kinds=("listing",), **terms)))
    assert told(schedule(policy(LISTING, end, legal=law), [BILL], "2026-03-30"), "acabou")[1] == "2026-05-18 10:00"
    free = schedule(policy(LISTING, end, legal=under(KINDS)), [BILL], "2026-03-30")
    assert told(free, "acabou")[1] == "2026-03-18 10:00"


# how much


def test_what_is_time_barred_is_in_no_total_and_no_message():
    """R$ 150,00 of 2015 beside R$ 50,00 of March: the message lists the second, and is below a minimum of R$ 100,00."""
    old = invoice("nf-0", "150.00", "2015-03-02", when="2015-02-20")
    bill = evolve(BILL, amount=Money.of("50.00"))
    rules = policy(step("aviso", "D+3 10:00"), legal=under(FIVE, OVER))
    (contact,) = schedule(rules, [old, bill], "2026-03-05 10:00").contacts
    assert [item.receivable for item in contact.items] == ["nf-1"]
    least = evolve(rules, limits=Limits(min_balance=10000))
    assert codes(action(schedule(least, [old, bill], "2026-03-05 10:00"), "aviso")) == [("below-minimum", "")]


def test_a_suit_tells_the_claim_and_the_limit_that_it_fits():
    """In the words of the reason."""
    limit = ClaimLimit(kinds=("lawsuit",), year=2026, max=6484000, without_lawyer=3242000)
    rules = policy(SUIT, legal=under(rule("jec.valor", limit)))
    reasons = action(schedule(rules, [BILL], "2026-03-03"), "processar").reasons
    (note,) = [reason for reason in reasons if reason.code == "claim-limit"]
    told_of = {"claim": "150.00 BRL", "limit": "64840.00 BRL", "fits": "yes", "lawyer": "optional"}
    assert note.facts == told_of | {"source": "Lei jec.valor"}


def test_a_suit_that_is_over_tells_no_claim():
    """Nothing is claimed of who has paid."""
    limit = ClaimLimit(kinds=("lawsuit",), year=2026, max=6484000, without_lawyer=3242000)
    rules = policy(SUIT, legal=under(rule("jec.valor", limit)))
    found = schedule(rules, [BILL, paid("150.00", "2026-03-04", "nf-1")], "2026-03-05")
    assert codes(action(found, "processar")) == [("settled", "")]


@pytest.mark.parametrize(("amount", "asked"), [("300.00", "303.00 BRL"), ("299.00", "301.99 BRL")])
def test_ten_centavos_a_day_are_one_percent_of_three_hundred(amount: str, asked: str):
    """In a month of thirty days; of 299 they are more, and are lowered to one percent."""
    law = under(rule("teto", InterestCap(max=Fraction(1, 100))))
    rules = policy(step("aviso", "D+30 10:00"), charges=ChargeRules(interest=Rate(minor=10, per="day")), legal=law)
    bill = invoice("nf-1", amount, "2026-03-02", when="2026-02-20")
    assert str(action(schedule(rules, [bill], "2026-03-31"), "aviso").amount) == asked


def test_a_receivable_of_another_kind_does_not_end_the_count_of_unpaid_fees():
    """A book that was issued before both fees: two fees are overdue all the same."""
    law = under(rule("setor.saude", Terms(kinds=("suspend",), unpaid=2), titles=("health",)), KINDS)
    book = invoice("nf-0", "150.00", "2026-03-02", when="2026-02-10", kind="services")
    fees = [evolve(BILL, kind="health"), invoice("nf-2", "150.00", "2026-03-02", when="2026-02-21", kind="health")]
    assert told(schedule(policy(CUT, legal=law), [book, *fees], "2026-03-23"), "suspender")[0] == "due"
