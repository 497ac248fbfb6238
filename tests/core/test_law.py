"""How the rules of legal packs bind the steps (domain.md §6): hours, terms, proofs, what is forbidden or over."""

from datetime import date
from typing import Any

import pytest
from attrs import evolve
from tests.core.shop import BANK, action, clock, invoice, outcome, policy, reachable, said, schedule, step, told

from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Duration
from regua.core.events.base import Event
from regua.core.explain import explain
from regua.core.legal import (
    ActHours,
    Barred,
    ClaimLimit,
    ContactHours,
    ContactLimits,
    DoNotCall,
    Forbidden,
    LegalRule,
    LegalRules,
    Prescription,
    PrescriptionPause,
    PrescriptionRestart,
    Provision,
    Terms,
    Where,
)
from regua.core.money import Money
from regua.core.planning import Action, Schedule, plan
from regua.core.policy import Limits, window
from regua.core.tones import Tone

CLOSED = None
NINE_TO_SEVEN = (window("09:00-19:00"),) * 5 + (CLOSED, CLOSED)
BILL = invoice("nf-1", "150.00", "2026-03-02", when="2026-02-20")
"""Due on Monday 2 March 2026."""


def rule(name: str, *provisions: Provision, since: str = "", **where: Any) -> LegalRule:
    """A rule of a pack."""
    return LegalRule(
        id=name,
        title=name,
        kind="hard",
        nature="law",
        source=f"Lei {name}",
        since=date.fromisoformat(since) if since else None,
        reviewed_on=date(2026, 11, 21),
        trusted_until=date(2027, 11, 21),
        confidence="high",
        where=Where(**where),
        provisions=provisions,
    )


def under(*rules: LegalRule, notifying: Any = frozenset[str]()) -> LegalRules:
    """The law of a policy."""
    return LegalRules(packs=("teste",), rules=rules, notifying=notifying)


def lives(state: str, **fields: Any) -> Event:
    """The debtor's profile."""
    return said(ev.DebtorRegistered, f"cadastro-{state}", "2026-01-02", state=state, **fields)  # type: ignore[no-any-return]


KINDS = rule("multa.usura", titles=("services", "contract"))
"""A rule that knows other kinds of receivable, and does nothing."""
LISTING = step("negativar", "D+10 10:00", kind="listing", channels=(), templates={}, tone=None, registrar="bureau")


def codes(found: Action) -> list[tuple[str, str]]:
    """Codes of the reasons with their rules."""
    return [(reason.code, reason.rule) for reason in found.reasons]


# hours


RJ = rule("horario.rj", ContactHours(channels=("sms", "call"), windows=NINE_TO_SEVEN), states=("RJ",))
SATURDAY = step("sábado", "D+5 10:00", channels=("sms",))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("RJ", ("planned", "2026-03-09 10:00", [("planned", ""), ("outside-window", "horario.rj")])),
        ("SP", ("planned", "2026-03-07 10:00", [("planned", "")])),
        ("", ("planned", "2026-03-07 10:00", [("planned", "")])),
    ],
)
def test_a_state_closes_its_hours_to_who_lives_there(state: str, expected: Any) -> None:
    """Saturday 7 March is open by the policy and closed in Rio: the step comes on Monday, and says by which rule."""
    found = schedule(policy(SATURDAY, legal=under(RJ)), [BILL, lives(state)], "2026-03-03")
    one = action(found, "sábado")
    assert (one.status, one.at.format("YYYY-MM-DD HH:mm"), codes(one)) == expected


def test_the_area_code_of_a_telephone_counts_like_the_address() -> None:
    """Who lives in São Paulo with a telephone of Rio has the hours of both."""
    phone = said(ev.ContactPointAdded, "celular", "2026-01-02", point="celular", channels=("sms",), state="RJ")
    found = schedule(policy(SATURDAY, legal=under(RJ)), [BILL, lives("SP"), phone], "2026-03-03")
    assert action(found, "sábado").day == date(2026, 3, 9)


def test_hours_of_calls_do_not_bind_mail() -> None:
    """An e-mail goes out on the Saturday on which nobody may call."""
    mail = evolve(SATURDAY, channels=("email",))
    found = schedule(policy(mail, legal=under(RJ)), [BILL, lives("RJ")], "2026-03-03")
    assert action(found, "sábado").day == date(2026, 3, 7)


def test_a_channel_whose_name_says_nothing_counts_as_meant() -> None:
    """Nobody knows what `torpedo` is: it keeps the hours of a text message."""
    added = said(ev.ContactPointAdded, "ponto torpedo", "2026-01-02", point="torpedo", channels=("torpedo",))
    agreed = said(ev.ConsentGranted, "aceite torpedo", "2026-01-02", channel="torpedo")
    other = evolve(SATURDAY, channels=("torpedo",))
    found = schedule(policy(other, legal=under(RJ)), [BILL, lives("RJ"), added, agreed], "2026-03-03")
    assert action(found, "sábado").day == date(2026, 3, 9)


def test_a_task_keeps_the_hours_of_calls() -> None:
    """A call at 08:30 comes at nine where nobody may call before."""
    call = step("ligar", "D+3 08:30", kind="task", channels=(), templates={}, queue="cobrança")
    found = schedule(policy(call, legal=under(RJ)), [BILL, lives("RJ")], "2026-03-03")
    assert told(found, "ligar")[:2] == ("planned", "2026-03-05 09:00")


def test_hours_bind_from_the_day_of_their_force_on() -> None:
    """A law in force from Monday 9 March leaves Saturday the 7th open, and closes Saturday the 14th."""
    later = evolve(RJ, since=date(2026, 3, 9))
    again = evolve(SATURDAY, id="outro", trigger=step("x", "D+12 10:00").trigger)
    found = schedule(policy(SATURDAY, again, legal=under(later)), [BILL, lives("RJ")], "2026-03-03")
    assert [action(found, name).day for name in ("sábado", "outro")] == [date(2026, 3, 7), date(2026, 3, 16)]


def test_an_act_begins_in_the_hours_of_its_rule_and_not_on_the_eve_of_a_holiday() -> None:
    """No power is cut on Thursday 2 April, the eve of Good Friday, nor on Friday to Sunday: Monday 6 it is."""
    week = (window("08:00-18:00"),) * 4 + (CLOSED,) * 3
    cut = rule("setor.publico", ActHours(kinds=("suspend",), windows=week, eve=False))
    act = step("cortar", "D+31 19:00", kind="suspend", channels=(), templates={}, tone=None, registrar="rede")
    found = schedule(policy(act, legal=under(cut)), [BILL], "2026-03-03")
    assert told(found, "cortar") == ("planned", "2026-04-06 17:59", ["planned", "outside-window"])
    noon = schedule(
        policy(evolve(act, trigger=step("x", "D+31 12:00").trigger), legal=under(cut)), [BILL], "2026-03-03"
    )
    assert codes(action(noon, "cortar"))[1] == ("outside-window", "setor.publico")


def test_nobody_else_notifies_of_a_suspension() -> None:
    """Where nobody told which registrars notify by themselves, a bureau is believed to; who cuts the power tells it."""
    law = rule("setor.energia", Terms(kinds=("suspend",), notice=True))
    act = step("cortar", "D+20 10:00", kind="suspend", channels=(), templates={}, tone=None)
    found = schedule(policy(act, legal=under(law, notifying=None)), [BILL], "2026-03-23")
    assert (action(found, "cortar").status, codes(action(found, "cortar"))[0][1]) == ("waiting", "setor.energia")


# limits


def test_a_default_fills_what_the_policy_leaves_open() -> None:
    """Once a day though the policy says nothing: the second message of the day moves, and names the rule."""
    once = rule("frequencia.padrao", ContactLimits(per_day=1))
    steps = (step("um", "D+3 10:00"), step("dois", "D+3 11:00", channels=("sms",)))
    found = schedule(policy(*steps, legal=under(once)), [BILL], "2026-03-03")
    assert [action(found, name).day.day for name in ("um", "dois")] == [5, 6]
    assert ("daily-cap", "frequencia.padrao") in codes(action(found, "dois"))


def test_a_policy_that_is_stricter_than_the_default_stays_so() -> None:
    """Three a week by law, one a week by the policy: one a week."""
    three = rule("frequencia.padrao", ContactLimits(per_week=3))
    steps = (step("um", "D+3 10:00"), step("dois", "D+4 10:00", channels=("sms",)))
    rules = policy(*steps, legal=under(three), limits=Limits(contacts_per_week=1))
    assert told(schedule(rules, [BILL], "2026-03-03"), "dois")[0] == "waiting"


# do not call


DNC = rule("dnc.sp", DoNotCall(lists=("procon-sp",), channels=("sms", "call"), after=Duration(30)), states=("SP",))


@pytest.mark.parametrize(("since", "status"), [("2026-02-03 09:00", "waiting"), ("2026-02-10 09:00", "planned")])
def test_a_number_on_a_list_is_closed_thirty_days_later(since: str, status: str) -> None:
    """On the list since 3 February it is closed from 5 March on; since 10 February it is open on that day."""
    listed = said(ev.DoNotCallRegistered, "lista", since, point="sms", list="procon-sp")
    rules = policy(step("aviso", "D+3 10:00", channels=("sms",)), legal=under(DNC))
    one = action(schedule(rules, [BILL, lives("SP"), listed], "2026-03-03"), "aviso")
    assert one.status == status
    assert (("opted-out", "dnc.sp") in codes(one)) == (status == "waiting")


def test_a_number_off_the_list_or_of_another_state_is_open() -> None:
    """The list of São Paulo closes nothing in Rio, nor a number that was taken off it."""
    rules = policy(step("aviso", "D+3 10:00", channels=("sms",)), legal=under(DNC))
    listed = said(ev.DoNotCallRegistered, "lista", "2026-01-03", point="sms", list="procon-sp")
    off = said(ev.DoNotCallRemoved, "fora", "2026-02-20", point="sms", list="procon-sp")
    assert told(schedule(rules, [BILL, lives("RJ"), listed], "2026-03-03"), "aviso")[0] == "planned"
    assert told(schedule(rules, [BILL, lives("SP"), listed, off], "2026-03-03"), "aviso")[0] == "planned"


def test_a_listed_number_gives_way_to_the_next_channel() -> None:
    """The text message is closed; the e-mail is not."""
    listed = said(ev.DoNotCallRegistered, "lista", "2026-01-03", point="sms", list="procon-sp")
    rules = policy(step("aviso", "D+3 10:00", channels=("sms", "email")), legal=under(DNC))
    assert action(schedule(rules, [BILL, lives("SP"), listed], "2026-03-03"), "aviso").channel == "email"


def test_nobody_calls_where_every_telephone_is_listed() -> None:
    """A task waits while the only telephone is on the list."""
    listed = said(ev.DoNotCallRegistered, "lista", "2026-01-03", point="sms", list="procon-sp")
    call = step("ligar", "D+3 10:00", kind="task", channels=(), templates={}, queue="cobrança")
    one = action(schedule(policy(call, legal=under(DNC)), [BILL, lives("SP"), listed], "2026-03-03"), "ligar")
    assert (one.status, codes(one)[0]) == ("waiting", ("opted-out", "dnc.sp"))


# terms and proofs


def test_a_listing_waits_for_the_day_of_the_law() -> None:
    """Thirty days past due in Paraná: due 2 March, not before 1 April, though the policy says the 12th."""
    days = rule("neg.pr", Terms(kinds=("listing",), days_past_due=30), states=("PR",))
    found = schedule(policy(LISTING, legal=under(days)), [BILL, lives("PR")], "2026-03-03")
    assert told(found, "negativar") == ("planned", "2026-04-01 10:00", ["planned", "legal-wait"])
    assert told(schedule(policy(LISTING, legal=under(days)), [BILL, lives("SP")], "2026-03-03"), "negativar")[1] == (
        "2026-03-12 10:00"
    )


NOTICE = rule("neg.aviso", Terms(kinds=("listing",), notice=True, notice_wait=Duration(10)))


def test_without_a_delivered_notice_nobody_is_listed() -> None:
    """The listing waits on the notice; ten days after its delivery are over on the eleventh."""
    rules = policy(LISTING, legal=under(NOTICE))
    alone = action(schedule(rules, [BILL], "2026-03-13"), "negativar")
    assert (alone.status, codes(alone)) == ("waiting", [("listing-notice-wait", "neg.aviso")])
    given = said(ev.NoticeDelivered, "aviso", "2026-03-10 15:00", receivable="nf-1")
    assert told(schedule(rules, [BILL, given], "2026-03-13"), "negativar") == (
        "planned",
        "2026-03-23 10:00",
        ["planned", "listing-notice-wait"],
    )


def test_a_term_that_ends_on_no_business_day_ends_on_the_next_one() -> None:
    """Código Civil art. 132 §1: the tenth day is Saturday 21 March, so Monday is still the debtor's: Tuesday it is."""
    given = said(ev.NoticeDelivered, "aviso", "2026-03-11 15:00", receivable="nf-1")
    assert told(schedule(policy(LISTING, legal=under(NOTICE)), [BILL, given], "2026-03-13"), "negativar")[1] == (
        "2026-03-24 10:00"
    )


def test_a_registrar_that_notifies_by_itself_is_asked_at_once() -> None:
    """Its wait is its own; without word of it, a policy with a notice step of its own is not believed to have one."""
    notice = step("avisar", "D+5 10:00", kind="notice", channels=(), templates={}, tone=None, registrar="bureau")
    for notifying, steps, status in (
        (frozenset({"bureau"}), (LISTING,), "planned"),
        (frozenset({"outro"}), (LISTING,), "waiting"),
        (None, (LISTING,), "planned"),
        (None, (notice, LISTING), "waiting"),
    ):
        rules = policy(*steps, legal=under(NOTICE, notifying=notifying))
        assert told(schedule(rules, [BILL], "2026-03-11"), "negativar")[0] == status, (notifying, len(steps))


def test_a_message_is_no_notice() -> None:
    """Our own reminder, delivered, lifts nothing (CDC art. 43 §2; Súmula STJ 359)."""
    rules = policy(step("aviso", "D+3 10:00"), LISTING, legal=under(NOTICE))
    sent = action(schedule(rules, [BILL], "2026-03-05 10:00"), "aviso")
    said_so = [outcome(cls, sent, "2026-03-05 10:00") for cls in (ev.ActionSent, ev.ActionDelivered)]
    assert told(schedule(rules, [BILL, *said_so], "2026-03-13"), "negativar")[0] == "waiting"


def test_a_notice_that_came_too_late_does_not_count() -> None:
    """By the 50th day past due: delivered on the 51st, it lifts nothing."""
    law = rule("setor.saude", Terms(kinds=("suspend",), notice=True, notice_by=50))
    act = step("suspender", "D+60 10:00", kind="suspend", channels=(), templates={}, tone=None, registrar="plano")
    for day, status in (("2026-04-21 10:00", "planned"), ("2026-04-22 10:00", "waiting")):
        given = said(ev.NoticeDelivered, "aviso", day, receivable="nf-1")
        found = schedule(policy(act, legal=under(law)), [BILL, given], "2026-05-02")
        assert told(found, "suspender")[0] == status, day


def test_two_unpaid_fees_are_two() -> None:
    """The second fee is overdue from 3 April on: no suspension before; one alone never allows it."""
    law = rule("setor.saude", Terms(kinds=("suspend",), unpaid=2))
    act = step("suspender", "D+20 10:00", kind="suspend", channels=(), templates={}, tone=None, registrar="plano")
    second = invoice("nf-2", "150.00", "2026-04-01", when="2026-02-20")
    found = schedule(policy(act, legal=under(law)), [BILL, second], "2026-03-03")
    assert told(found, "suspender")[:2] == ("planned", "2026-04-02 10:00")
    alone = schedule(policy(act, legal=under(law)), [BILL], "2026-03-23")
    assert told(alone, "suspender") == ("waiting", "2026-03-23 10:00", ["legal-wait"])


def test_what_is_no_fee_of_the_plan_is_not_counted() -> None:
    """One fee and an overdue book are one fee; so are two of which an agreement replaced one."""
    law = rule("setor.saude", Terms(kinds=("suspend",), unpaid=2), titles=("health",))
    act = step("suspender", "D+20 10:00", kind="suspend", channels=(), templates={}, tone=None, registrar="plano")
    fee = evolve(BILL, kind="health")
    other = invoice("nf-2", "150.00", "2026-03-02", when="2026-02-20", kind="services")
    part = ev.Instalment(receivable="ac-1", amount=Money.of("150.00"), due=date(2026, 9, 1))
    signed = {"agreement": "ac", "receivables": ("nf-2",), "instalments": (part,)}
    replaced = [evolve(other, kind="health"), said(ev.AgreementSigned, "acordo", "2026-03-10", **signed)]
    unknown = [evolve(other, kind="boleto")]
    for events, status in (([other], "waiting"), (unknown, "waiting"), (replaced, "waiting"), (replaced[:1], "due")):
        found = schedule(policy(act, legal=under(law, KINDS)), [fee, *events], "2026-03-23")
        [one] = [each for each in found.all if (each.step, each.receivable) == ("suspender", "nf-1")]
        assert one.status == status, events


def test_a_protest_waits_for_the_proof_of_delivery() -> None:
    """A duplicata by indication needs the invoice and the proof that the goods came; a later fact may bring it."""
    law = rule(
        "protesto.titulo", Terms(kinds=("protest",), documents=("invoice", "delivery-proof")), titles=("duplicata",)
    )
    act = step("protestar", "D+30 10:00", kind="protest", channels=(), templates={}, tone=None, registrar="cartório")
    bill = evolve(BILL, kind="duplicata", documents=("invoice",))
    rules = policy(act, legal=under(law, KINDS))
    one = action(schedule(rules, [bill], "2026-04-02"), "protestar")
    assert (one.status, one.reasons[0].facts["missing"]) == ("waiting", "delivery-proof")
    proof = said(ev.InvoiceAmended, "canhoto", "2026-04-02 09:00", receivable="nf-1", documents=("delivery-proof",))
    assert told(schedule(rules, [bill, proof], "2026-04-02"), "protestar")[0] == "due"
    assert told(schedule(rules, [evolve(bill, kind="contract")], "2026-04-02"), "protestar")[0] == "due"


def test_a_person_approves_what_the_law_wants_approved() -> None:
    """The policy forgot `approval`: it waits all the same."""
    law = rule("aprovacao.humana", Terms(kinds=("listing",), approval=True))
    rules = policy(LISTING, legal=under(law))
    assert told(schedule(rules, [BILL], "2026-03-12"), "negativar")[2][0] == "awaiting-approval"
    yes = said(ev.StepApproved, "sim", "2026-03-11 09:00", receivable="nf-1", step="negativar")
    assert told(schedule(rules, [BILL, yes], "2026-03-11 10:00"), "negativar")[0] == "planned"


# forbidden


def test_what_is_forbidden_is_over() -> None:
    """A school suspends nobody (Lei 9.870/1999 art. 6); of others the rule says nothing; a misspelt one is none."""
    law = rule("setor.escola", Forbidden(kinds=("suspend",)), titles=("school",))
    act = step("suspender", "D+20 10:00", kind="suspend", channels=(), templates={}, tone=None, registrar="escola")
    rules = policy(act, legal=under(law, KINDS))
    told_of = (("school", "ended"), ("", "ended"), ("School", "ended"), ("services", "planned"))
    for kind, status in told_of:
        one = action(schedule(rules, [evolve(BILL, kind=kind)], "2026-03-03"), "suspender")
        assert (one.status, ("forbidden", "setor.escola") in codes(one)) == (status, status == "ended"), kind


def test_a_cut_is_forbidden_after_its_last_day() -> None:
    """Ninety days after the due date is 31 May: from 1 June on no power is cut for that bill."""
    law = rule("setor.energia", Terms(kinds=("suspend",), last_day_past_due=90))
    for days, status in ((88, "planned"), (91, "ended")):
        act = step("cortar", f"D+{days} 10:00", kind="suspend", channels=(), templates={}, tone=None, registrar="rede")
        assert told(schedule(policy(act, legal=under(law)), [BILL], "2026-03-03"), "cortar")[0] == status, days


def test_no_listing_five_years_after_the_due_date() -> None:
    """CDC art. 43 §1: the last day is 2 March 2031; whatever waited is over then, and the plan wakes up for it."""
    law = rule("neg.cinco_anos", Terms(kinds=("listing",), last_year=5))
    waiting = evolve(LISTING, approval="human", trigger=step("x", "D+1820 10:00").trigger)
    rules = policy(waiting, legal=under(law))
    before = schedule(rules, [BILL], "2031-03-02 12:00")
    assert action(before, "negativar").status == "waiting"
    assert before.next_wakeup is not None
    assert before.next_wakeup.format("YYYY-MM-DD HH:mm") == "2031-03-03 00:00"
    assert codes(action(schedule(rules, [BILL], "2031-03-03 00:00"), "negativar"))[0] == ("forbidden", "neg.cinco_anos")


# claims


@pytest.mark.parametrize(
    ("amount", "fits", "lawyer"),
    [
        ("32420.00", "yes", "optional"),
        ("32420.01", "yes", "needed"),
        ("64840.00", "yes", "needed"),
        ("64840.01", "no", "needed"),
    ],
)
def test_a_lawsuit_tells_whether_the_small_claims_court_takes_it(amount: str, fits: str, lawyer: str) -> None:
    """Forty minimum wages of 2026, twenty without a lawyer; of another year nothing is known."""
    limit = ClaimLimit(kinds=("lawsuit",), year=2026, max=6484000, without_lawyer=3242000)
    act = step("processar", "D+60 10:00", kind="lawsuit", channels=(), templates={}, tone=None)
    rules = policy(act, legal=under(rule("jec.valor", limit)))
    found = schedule(rules, [invoice("nf-1", amount, "2026-03-02", when="2026-02-20")], "2026-03-03")
    (note,) = [reason for reason in action(found, "processar").reasons if reason.code == "claim-limit"]
    assert (note.facts["fits"], note.facts["lawyer"], note.rule) == (fits, lawyer, "jec.valor")
    later = schedule(rules, [invoice("nf-1", amount, "2027-03-02", when="2027-02-20")], "2027-03-03")
    assert "claim-limit" not in [reason.code for reason in action(later, "processar").reasons]


# prescription


FIVE = rule("presc.5a", Prescription(years=5))
OVER = rule("presc.extrajudicial", Barred(kinds=("message", "listing", "protest", "task")))
ONCE = rule("presc.interrupcao", PrescriptionRestart(events=("protest.registered", "agreement.signed")))
COVID = rule("presc.covid", PrescriptionPause(first=date(2020, 6, 12), last=date(2020, 10, 30)))


def last_day(*events: Event, rules: tuple[LegalRule, ...] = (FIVE, ONCE, COVID), as_of: str = "2026-11-22") -> str:
    """The last day of the only receivable's term."""
    found = schedule(policy(step("aviso", "D+3 10:00"), legal=under(*rules)), events, as_of)
    return found.prescriptions[0].last_day.isoformat()


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("2026-03-02", "2031-03-02"),
        ("2024-02-29", "2029-03-01"),
        ("2020-06-12", "2025-10-30"),
        ("2019-01-10", "2024-05-30"),
    ],
)
def test_five_years_from_the_due_date(due: str, expected: str) -> None:
    """On the day of the same number, or the next one where there is none; 141 days of 2020 do not count."""
    assert last_day(invoice("nf-1", "150.00", due, when="2018-12-01")) == expected


def test_a_claim_past_its_term_in_2020_gains_nothing_by_the_pause() -> None:
    """Due on 1 June 2015: over on 1 June 2020, before the pause began."""
    assert last_day(invoice("nf-1", "150.00", "2015-06-01", when="2015-05-01")) == "2020-06-01"


def test_the_term_begins_anew_once_and_only_while_it_runs() -> None:
    """A protest of 2028 restarts it (Código Civil art. 202); one of 2030 does not again, nor one after its end."""
    protest = said(ev.ProtestRegistered, "protesto", "2028-05-10 10:00", receivable="nf-1")
    second = said(ev.ProtestRegistered, "outro", "2030-05-10 10:00", receivable="nf-1")
    late = said(ev.ProtestRegistered, "tarde", "2031-03-03 10:00", receivable="nf-1")
    assert last_day(BILL, protest, as_of="2031-01-01") == "2033-05-10"
    assert last_day(BILL, protest, second, as_of="2031-01-01") == "2033-05-10"
    assert last_day(BILL, late, as_of="2031-04-01") == "2031-03-02"


def test_a_time_barred_claim_is_not_asked_for() -> None:
    """The last day is Sunday 2 March 2031: Friday's message goes out; Monday's is over, and one that moved there."""
    steps = [
        step("sexta", "D+1824 10:00"),
        step("domingo", "D+1826 10:00", channels=("sms",), tone=Tone.FORMAL),
        step("segunda", "D+1827 10:00", channels=("sms",), tone=Tone.FIRM),
    ]
    found = schedule(policy(*steps, legal=under(FIVE, OVER)), [BILL], "2031-02-27")
    assert told(found, "sexta")[:2] == ("planned", "2031-02-28 10:00")
    for name in ("domingo", "segunda"):
        assert codes(action(found, name))[0] == ("time-barred", "presc.extrajudicial"), name


def test_the_switch_leaves_listing_and_protest_barred() -> None:
    """With presc.extrajudicial loosened messages go on; what bars a listing by itself stays (CDC art. 43 §5)."""
    listing = evolve(LISTING, trigger=step("x", "D+1830 10:00").trigger)
    message = step("aviso", "D+1830 10:00")
    bars = rule("neg.cinco_anos", Barred(kinds=("listing",)))
    found = schedule(policy(message, listing, legal=under(FIVE, bars)), [BILL], "2031-03-03")
    assert told(found, "aviso")[0] == "planned"
    assert codes(action(found, "negativar"))[0] == ("time-barred", "neg.cinco_anos")


def test_a_term_for_protest_alone_leaves_the_ordinary_claim() -> None:
    """A duplicata is enforced for three years and claimed for five."""
    three = rule("presc.duplicata", Prescription(years=3, only=("protest",)))
    bars = rule("protesto.prescricao", Barred(kinds=("protest",)))
    act = step("protestar", "D+1100 10:00", kind="protest", channels=(), templates={}, tone=None, registrar="cartório")
    message = step("aviso", "D+1100 10:00")
    rules = policy(act, message, legal=under(FIVE, three, OVER, bars))
    found = schedule(rules, [BILL], "2029-03-03")
    assert (told(found, "aviso")[0], codes(action(found, "protestar"))[0][0]) == ("planned", "time-barred")
    assert found.prescriptions[0].last_day == date(2031, 3, 2)


def test_explain_tells_until_when_a_claim_lives() -> None:
    """The heading of a receivable names its last day and the rule."""
    found = schedule(policy(step("aviso", "D+3 10:00"), legal=under(FIVE)), [BILL], "2026-03-03")
    assert "nf-1, time-barred after 2031-03-02  [presc.5a]" in explain(found)


# what binds a schedule


def test_the_law_is_in_the_fingerprint_of_the_schedule_and_not_of_the_policy() -> None:
    """A release that knows another law makes another schedule of the same policy version."""
    plain, bound = (
        policy(step("aviso", "D+3 10:00"), legal=under(OVER)),
        policy(step("aviso", "D+3 10:00"), legal=under(FIVE)),
    )
    assert plain.fingerprint == bound.fingerprint
    schedules = [schedule(each, [BILL], "2026-03-03") for each in (plain, bound)]
    assert schedules[0].fingerprint != schedules[1].fingerprint


def test_debtor_wide_law_is_the_strictest_in_play() -> None:
    """The pack of one receivable's policy closes Saturday to the step of another one's."""
    bills = [
        evolve(BILL, policy="livre", policy_version=1),
        invoice("nf-2", due="2026-12-18", policy="severa", policy_version=1),
    ]
    loose, severe = policy(SATURDAY, id="livre"), policy(id="severa", legal=under(RJ))
    account = fold([*reachable(), *bills, lives("RJ")])
    found: Schedule = plan([loose, severe], account, as_of=clock("2026-03-03"), calendar=BANK)
    assert action(found, "sábado").day == date(2026, 3, 9)
