"""What was done to a debtor and what undoes it: filings, cutoffs, registrars, grounds that come back."""

import pytest
from attrs import evolve
from tests.core.shop import action, clock, delivered, invoice, outcome, paid, policy, said, schedule, step, told, undone

from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Duration
from regua.core.events.base import Event
from regua.core.legal import LegalRules, OwedAct
from regua.core.policy import Limits, StepReference

BILL = invoice("nf-1", "150.00", "2026-03-02", when="2026-02-20")
PAID = paid("150.00", "2026-04-17 14:00", "nf-1", payment="pix")
DELIST = OwedAct(
    rule="neg.baixa", kind="delisting", consequence="listing", within=Duration(5, business=True), source="Súmula 548"
)
RESTORE = OwedAct(
    rule="super.carencia", kind="restore", consequence="suspension", within=Duration(1), source="CDC art. 51 XVIII"
)
RULES = policy(legal=LegalRules(owed=(DELIST, RESTORE)))
ACT = {"tone": None, "channels": (), "templates": {}}


def fact(cls: type[Event], when: str, name: str = "", **fields: str) -> Event:
    """A fact of a registrar about nf-1."""
    return said(cls, name or f"{cls.type} {when}", when, receivable="nf-1", **fields)


def filings(*events: Event, place: str = "listed") -> list[tuple[str, bool]]:
    """Registrar of each filing, and whether it is open."""
    found = fold([BILL, *events]).facts.receivables["nf-1"].filings.get(place, [])
    return [(filing.registrar, filing.end is None) for filing in found]


# filings


@pytest.mark.parametrize(
    ("listed", "removed", "expected"),
    [
        (("spc", "serasa"), ("spc",), [("spc", False), ("serasa", True)]),
        (("spc", "serasa"), ("serasa", "spc"), [("spc", False), ("serasa", False)]),
        (("spc", "spc"), ("spc",), [("spc", False)]),
        (("spc",), ("serasa",), [("spc", True)]),
        (("spc",), ("",), [("spc", False)]),
        (("spc", "serasa"), ("",), [("spc", True), ("serasa", True)]),
        (("",), ("spc",), [("", False)]),
        (("", "spc"), ("spc",), [("", True), ("spc", False)]),
        (("spc", ""), ("spc",), [("spc", False)]),
    ],
)
def test_each_registrar_has_its_own_filing(listed: tuple[str, ...], removed: tuple[str, ...], expected: list[object]):
    """A fact without a registrar is about the only one; of two nobody knows which, and both stay."""
    events = [fact(ev.ListingRequested, f"2026-04-0{day} 10:00", registrar=name) for day, name in enumerate(listed, 1)]
    events += [fact(ev.ListingRemoved, f"2026-04-1{day} 10:00", registrar=name) for day, name in enumerate(removed, 1)]
    assert filings(*events) == expected


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (ev.ListingConfirmed, [("", True), ("b2", False)]),
        (ev.ListingRequested, [("b2", False)]),
    ],
)
def test_a_registrar_removes_what_it_listed_itself(first: type[Event], expected: list[object]):
    """What was asked of nobody in particular is its own once it confirms; what is listed already is another one's."""
    confirmed = fact(ev.ListingConfirmed, "2026-04-02", registrar="b2")
    events = [fact(first, "2026-04-01"), confirmed, fact(ev.ListingRemoved, "2026-04-03", registrar="b2")]
    assert filings(*events) == expected


def test_a_step_does_not_undo_what_is_undone():
    """Somebody removed the listing while the shop's own step waited for its hour: it is over, and names the fact."""
    rules = policy(step("baixa", on="receivable.settled", kind="delisting", after="1bd 10:00", **ACT))
    listed = fact(ev.ListingConfirmed, "2026-04-03", registrar="spc")
    removed = fact(ev.ListingRemoved, "2026-04-17 15:00", "removida", registrar="spc")
    found = action(schedule(rules, [BILL, listed, PAID, removed], "2026-04-20 10:00"), "baixa")
    assert (found.status, found.reasons[0].code, found.reasons[0].facts["event"]) == ("ended", "superseded", "removida")
    still = action(schedule(rules, [BILL, listed, PAID], "2026-04-17 15:00"), "baixa")
    assert still.status != "ended"


def test_a_suspended_service_is_a_filing():
    """From suspended to restored; it stops no dunning."""
    events = [fact(ev.ServiceSuspended, "2026-04-01", registrar="erp")]
    assert filings(*events, place="suspended") == [("erp", True)]
    rules = policy(step("atraso", "D+40 10:00"))
    assert told(schedule(rules, [BILL, *events], "2026-04-02"), "atraso")[0] == "planned"
    assert filings(*events, fact(ev.ServiceRestored, "2026-04-02"), place="suspended") == [("erp", False)]


# restoring


def test_a_service_comes_back_at_once():
    """On Friday night, with a term of one civil day; no business day is waited for."""
    cut = fact(ev.ServiceSuspended, "2026-04-01", registrar="erp")
    late = paid("150.00", "2026-04-17 22:00", "nf-1", payment="pix")
    one = action(schedule(RULES, [BILL, cut, late], "2026-04-17 22:00"), "owed:super.carencia")
    assert (one.status, one.registrar, one.kind) == ("due", "erp", "restore")
    assert one.at_us == clock("2026-04-17 22:00")
    assert [reason.code for reason in one.reasons] == ["due", "owed", "deadline-near"]
    assert one.reasons[1].facts["deadline"] == "2026-04-18"
    missed = action(schedule(RULES, [BILL, cut, late], "2026-04-19"), "owed:super.carencia")
    assert [reason.code for reason in missed.reasons] == ["due", "owed", "deadline-missed"]


def test_a_ground_that_was_never_gone_takes_nothing_away():
    """Paid and reversed, or an agreement signed and cancelled, at the same instant."""
    listed = fact(ev.ListingRequested, "2026-04-01 10:00")
    found = schedule(RULES, [BILL, listed, PAID, undone("pix", "2026-04-17 14:00")], "2026-04-20")
    assert [each.step for each in found.all] == []
    part = ev.Instalment(receivable="p-1", amount=BILL.amount, due=BILL.due.replace(month=5))
    heads = {"agreement": "a", "receivables": ("nf-1",), "instalments": (part,)}
    signed = said(ev.AgreementSigned, "acordo", "2026-04-17 14:00", **heads)
    cancelled = said(ev.AgreementCancelled, "desfeito", "2026-04-17 14:00", agreement="a")
    found = schedule(RULES, [BILL, listed, signed, cancelled], "2026-04-20")
    assert [each.step for each in found.all] == []


# who


def test_an_act_is_for_who_did_what_it_undoes():
    """Two bureaus, two acts, each with its own identity; a step of the policy undoes one, the law the other."""
    both = [fact(ev.ListingRequested, "2026-04-01 10:00", f"em {name}", registrar=name) for name in ("serasa", "spc")]
    found = schedule(RULES, [BILL, *both, PAID], "2026-04-20")
    assert {(each.registrar, each.occurrence) for each in found.due} == {
        ("serasa", "pix pago@serasa"),
        ("spc", "pix pago@spc"),
    }
    own = step("baixa", on="receivable.settled", kind="delisting", **ACT)
    found = schedule(evolve(RULES, steps=(own,)), [BILL, *both, PAID], "2026-04-20")
    assert {(each.step, each.registrar) for each in found.due} == {("baixa", "serasa"), ("owed:neg.baixa", "spc")}
    named = evolve(RULES, steps=(evolve(own, registrar="spc"),))
    found = schedule(named, [BILL, *both, PAID], "2026-04-20")
    assert {(each.step, each.registrar) for each in found.due} == {("baixa", "spc"), ("owed:neg.baixa", "serasa")}


def test_a_removal_that_was_sent_to_one_bureau_leaves_the_other_owed():
    """Whoever sent it: the law or a step."""
    both = [fact(ev.ListingRequested, "2026-04-01 10:00", f"em {name}", registrar=name) for name in ("serasa", "spc")]
    first = next(each for each in schedule(RULES, [BILL, *both, PAID], "2026-04-20").due if each.registrar == "spc")
    sent = outcome(ev.ActionSent, first, "2026-04-20 10:00")
    found = schedule(RULES, [BILL, *both, PAID, sent], "2026-04-20 11:00")
    assert {(each.occurrence, each.status, each.registrar) for each in found.all} == {
        ("pix pago@serasa", "due", "serasa"),
        ("pix pago@spc", "done", "spc"),
    }


# alarms


def test_what_was_asked_for_alarms_until_it_is_confirmed():
    """By a step of the policy as by the law; the schedule wakes up for it."""
    listed = fact(ev.ListingRequested, "2026-04-01 10:00")
    own = step("baixa", on="receivable.settled", after="1bd 10:00", kind="delisting", **ACT)
    for rules in (RULES, evolve(RULES, steps=(own,))):
        events = [BILL, listed, PAID]
        name = "baixa" if rules.steps else "owed:neg.baixa"
        events += delivered(action(schedule(rules, events, "2026-04-20 10:00"), name), "2026-04-20 10:00")
        for when, alarm in (("2026-04-22", []), ("2026-04-23", ["deadline-near"]), ("2026-04-28", ["deadline-missed"])):
            one = action(schedule(rules, events, when), name)
            assert [reason.code for reason in one.reasons] == ["delivered", "owed", "unconfirmed", *alarm]
            assert (one.status, one.at_us) == ("done", clock("2026-04-20 10:00"))
        assert schedule(rules, events, "2026-04-22").next_wakeup_us == clock("2026-04-23 00:00")
        removed = fact(ev.ListingRemoved, "2026-05-04")
        codes = [reason.code for reason in action(schedule(rules, [*events, removed], "2026-05-04"), name).reasons]
        assert codes == ["delivered"]


# cutoff


@pytest.mark.parametrize(
    ("kind", "there", "back", "blocker"),
    [
        ("agency", ev.AgencyAssigned, ev.AgencyReturned, "with-agency"),
        ("protest", ev.ProtestFiled, ev.ProtestCancelled, "with-notary"),
        ("lawsuit", ev.LawsuitFiled, None, "in-court"),
    ],
)
def test_amicable_dunning_ends_with_a_cutoff(kind: str, there: type[Event], back: type[Event] | None, blocker: str):
    """From the request on, before anybody has said where the case is; and comes back with the case."""
    handover = step("entrega", "D+10 10:00", kind=kind, cutoff=True, **ACT)
    rules = policy(handover, step("atraso", "D+20 10:00"))
    one = action(schedule(rules, [BILL], "2026-03-12 10:00"), "entrega")
    tried = outcome(ev.ActionAttempted, one, "2026-03-12 10:00")
    events = [BILL, tried]
    assert told(schedule(rules, events, "2026-03-13"), "atraso")[0::2] == ("waiting", [blocker])
    refused = outcome(ev.ActionFailed, one, "2026-03-13 10:00")
    assert told(schedule(rules, [*events, refused], "2026-03-14"), "atraso")[0] == "planned"
    assert told(schedule(rules, [*events, refused], "2026-03-14"), "atraso")[1] == "2026-03-23 10:00"
    events += [outcome(ev.ActionSent, one, "2026-03-12 10:01"), fact(there, "2026-03-16 09:00")]
    assert told(schedule(rules, events, "2026-03-30"), "atraso")[0::2] == ("waiting", [blocker])
    if back is not None:
        events.append(fact(back, "2026-04-01 09:00"))
        assert told(schedule(rules, events, "2026-04-01 09:00"), "atraso")[0] == "planned"


def test_without_a_cutoff_dunning_goes_on_until_the_case_is_there():
    """As the facts say."""
    rules = policy(step("entrega", "D+10 10:00", kind="agency", **ACT), step("atraso", "D+20 10:00"))
    tried = outcome(ev.ActionAttempted, action(schedule(rules, [BILL], "2026-03-12 10:00"), "entrega"), "2026-03-12")
    assert told(schedule(rules, [BILL, tried], "2026-03-13"), "atraso")[0] == "planned"


def test_the_notary_alone_takes_the_money():
    """Nothing presses, no reminder goes out and nobody lists it beside another debt; thanks and owed acts go on."""
    rules = evolve(
        RULES,
        steps=(
            step("lembrete", "D-2 10:00", tone=None),
            step("atraso", "D+2 10:00"),
            step("obrigado", on="receivable.settled", after="0d 10:00", tone=None),
        ),
        limits=Limits(clearing=Duration(0)),
    )
    later = said(ev.InvoiceAmended, "novo", "2026-03-10", receivable="nf-1", due=BILL.due.replace(month=5))
    filed = fact(ev.ProtestFiled, "2026-03-11 10:00")
    found = schedule(rules, [BILL, later, filed], "2026-04-01")
    assert [told(found, name, occurrence="1")[2] for name in ("lembrete", "atraso")] == [["with-notary"]] * 2
    other = invoice("nf-2", "90.00", "2026-03-16")
    found = schedule(rules, [BILL, filed, other], "2026-03-18 10:00")
    assert [item.receivable for contact in found.contacts for item in contact.items] == ["nf-2"]
    found = schedule(rules, [BILL, filed, paid("150.00", "2026-03-20 09:00", "nf-1")], "2026-03-20 10:00")
    assert action(found, "obrigado").status == "due"


# prerequisites


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((), ["requires-step"]),
        ((ev.ActionAttempted,), ["requires-step"]),
        ((ev.ActionAttempted, ev.ActionUnknown), ["requires-step"]),
        ((ev.ActionAttempted, ev.ActionSent), ["requires-step"]),
        ((ev.ActionAttempted, ev.ActionFailed), ["requires-step"]),
        ((ev.ActionAttempted, ev.ActionSent, ev.ActionDelivered), ["due"]),
    ],
)
def test_a_prerequisite_is_proved_by_a_receipt(outcomes: tuple[type[Event], ...], expected: list[str]):
    """That it was asked for proves nothing."""
    first = step("negativacao", "D+10 10:00", kind="listing", **ACT)
    needs = StepReference(step="negativacao", outcome="done")
    rules = policy(first, step("protesto", "D+11 10:00", kind="protest", requires=needs, **ACT))
    one = action(schedule(rules, [BILL], "2026-03-12 10:00"), "negativacao")
    events = [outcome(cls, one, f"2026-03-12 10:0{minute}") for minute, cls in enumerate(outcomes)]
    found = told(schedule(rules, [BILL, *events], "2026-03-13 10:00"), "protesto")
    assert found[2] == expected


# grounds that come back


def test_a_listing_whose_ground_came_back_asks_a_person():
    """At the reversal, once; not while it is paid, not before it was removed, not once it is listed again."""
    listed, removed = fact(ev.ListingRequested, "2026-04-01 10:00"), fact(ev.ListingRemoved, "2026-04-22 15:00")
    gone = undone("pix", "2026-04-27 10:00")

    def asked(*events: Event, as_of: str) -> list[str]:
        return [each.status for each in schedule(RULES, [BILL, *events], as_of).all if each.step == "review:ground"]

    assert asked(listed, PAID, removed, as_of="2026-04-26") == []
    assert asked(listed, PAID, removed, gone, as_of="2026-04-27 10:00") == ["due"]
    assert asked(listed, PAID, gone, as_of="2026-04-27 10:00") == []
    assert asked(PAID, gone, as_of="2026-04-27 10:00") == []
    early = fact(ev.ListingRemoved, "2026-04-10 15:00")
    assert asked(listed, early, PAID, gone, as_of="2026-04-27 10:00") == []
    again = fact(ev.ListingRequested, "2026-04-28 10:00")
    assert asked(listed, PAID, removed, gone, again, as_of="2026-04-28 10:00") == ["ended"]
    repaid = paid("150.00", "2026-04-28 09:00", "nf-1", payment="ted")
    assert asked(listed, PAID, removed, gone, repaid, as_of="2026-04-28 10:00") == ["ended"]
    lost = fact(ev.InvoiceWrittenOff, "2026-04-26 09:00")
    assert asked(listed, PAID, removed, lost, gone, as_of="2026-04-28 10:00") == []


def test_a_removal_that_comes_after_the_reversal_asks_a_person_too():
    """It was on its way."""
    listed, gone = fact(ev.ListingRequested, "2026-04-01 10:00"), undone("pix", "2026-04-21 10:00")
    removed = fact(ev.ListingRemoved, "2026-04-22 15:00")
    found = schedule(RULES, [BILL, listed, PAID, gone, removed], "2026-04-22 15:00")
    assert action(found, "review:ground").status == "due"
    assert action(found, "review:ground").occurrence == "pix pago/listing.requested 2026-04-01 10:00"
