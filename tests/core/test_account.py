"""fold: what each type of event does to the facts."""

from typing import Any

import pytest
from attrs import evolve
from tests.codec import specimens
from tests.core.shop import amended, clock, invoice, noticed, paid, policy, said, standing, undone

from regua.core import events as ev
from regua.core.account import EMPTY, TRANSITIONS, accounts, fold
from regua.core.dates import parse_date
from regua.core.facts import Episode, Facts
from regua.core.money import Money
from regua.core.timeline import Register, Span, covering
from regua.errors import AccountMismatch, EventConflict

BILL = invoice("nf-1")


def facts(*events: ev.Event) -> Facts:
    """What they come to."""
    return fold(events).facts


def spans(table: dict[str, Any], key: str) -> tuple[int | None, int | None]:
    """Start and end of an opening."""
    return table[key].start, table[key].end


def test_every_type_has_its_transition_and_its_rank():
    """The tables are whole: retraction alone stands above them."""
    classes = {cls for cls, _ in ev.EVENT_TYPES.values()}
    assert set(TRANSITIONS) == classes - {ev.EventRetracted}
    assert set(ev.RANKS) == classes
    assert sorted(ev.RANKS.values()) == list(range(len(classes)))


@pytest.mark.parametrize("kind", ev.EVENT_TYPES)
def test_every_type_can_be_folded(kind: str):
    """Alone, and however much it says; what it belongs to may come later."""
    cls, _ = ev.EVENT_TYPES[kind]
    for event in specimens.event_specimens(cls):
        found = fold([event])
        assert found.events == (event,)
        assert found.facts.by_type == ({} if kind == "event.retracted" else {kind: [event]})


def test_no_events_are_the_empty_account():
    """Of nobody."""
    assert fold([]) == EMPTY
    assert (EMPTY.creditor, EMPTY.debtor, EMPTY.events) == ("", "", ())
    assert accounts([]) == {}


def test_accounts_are_by_creditor_and_debtor_in_that_order():
    """Many debtors in one log."""
    other = evolve(BILL, debtor="bia")
    shop = evolve(BILL, creditor="feira")
    found = accounts([other, BILL, shop])
    assert list(found) == [("feira", "ana"), ("loja", "ana"), ("loja", "bia")]
    assert found["loja", "bia"].events == (other,)
    assert accounts([BILL], known_at=BILL.recorded_us - 1)["loja", "ana"].events == ()


def test_another_debtor_does_not_fold_into_this_one():
    """Nor another creditor."""
    for stranger in (evolve(BILL, id="x", debtor="bia"), evolve(BILL, id="x", creditor="feira")):
        with pytest.raises(AccountMismatch, match="another account"):
            fold([stranger], fold([BILL]))


def test_one_id_with_two_contents_is_a_conflict():
    """R$ 150,00 or R$ 160,00: within a batch and against the account."""
    other = evolve(BILL, amount=Money.of("160.00"))
    for batch, account in (([BILL, other], EMPTY), ([other], fold([BILL]))):
        with pytest.raises(EventConflict, match="recorded before with other content"):
            fold(batch, account)
    assert fold([BILL], fold([BILL])) == fold([BILL])


def test_known_at_is_inclusive():
    """Recorded at that microsecond is known, one later is not."""
    assert fold([BILL], known_at=BILL.recorded_us).events == (BILL,)
    assert fold([BILL], known_at=BILL.recorded_us - 1).events == ()


def test_events_of_one_instant_go_by_rank_then_id():
    """What creates comes first: consent given and taken back at noon is taken back."""
    granted = said(ev.ConsentGranted, "z", "2026-04-01", channel="email")
    revoked = said(ev.ConsentRevoked, "a", "2026-04-01", channel="email")
    assert fold([revoked, granted]).events == (granted, revoked)
    assert facts(revoked, granted).consents["email"].at(clock("2026-04-01")) is False
    twins = [evolve(granted, id=name) for name in ("b", "a")]
    assert [event.id for event in fold(twins).events] == ["a", "b"]


# debtor


def test_a_profile_replaces_the_one_before_it():
    """Whole."""
    first = said(ev.DebtorRegistered, "1", "2026-04-01", state="SP", segment="ouro")
    second = said(ev.DebtorUpdated, "2", "2026-04-10", state="RJ")
    register = facts(first, second).profile
    assert register.at(clock("2026-04-09")) == first
    assert register.at(clock("2026-04-10")) == second
    assert register.at(clock("2026-03-01")) is None


def test_a_contact_point_knows_the_record_behind_it():
    """The reference of the newest time that it was added."""
    added = [
        said(ev.ContactPointAdded, "1", "2026-04-01", point="p", channels=("sms",), ref="registro-1"),
        said(ev.ContactPointAdded, "2", "2026-04-02", point="p", channels=("sms",), ref="registro-2"),
        said(ev.ContactPointVerified, "3", "2026-04-03", point="p"),
    ]
    assert facts(*added[:1]).points["p"].ref == "registro-1"
    assert facts(*added).points["p"].ref == "registro-2"


def test_a_contact_point_works_until_it_fails_and_again_when_verified():
    """And never again once it is removed."""
    events = [
        said(ev.ContactPointAdded, "1", "2026-04-01", point="p", channels=("sms", "whatsapp")),
        said(ev.ContactPointFailed, "2", "2026-04-02", point="p"),
        said(ev.ContactPointVerified, "3", "2026-04-03", point="p"),
        said(ev.ContactPointRemoved, "4", "2026-04-04", point="p"),
        said(ev.ContactPointVerified, "5", "2026-04-05", point="p"),
    ]
    point = facts(*events).points["p"]
    assert point.channels == ("sms", "whatsapp")
    works = [point.works.at(clock(f"2026-04-0{day}")) for day in (1, 2, 3, 4, 5)]
    assert works == [True, False, True, False, False]


def test_a_debtor_dies_once():
    """On the first day that was said."""
    deaths = [said(ev.DebtorDeceased, name, f"2026-04-0{name}") for name in "21"]
    assert facts(*deaths).deceased == Span(clock("2026-04-01"), None, "1", clock("2026-04-01"))


def test_an_insolvency_lasts_until_it_ended():
    """By its case."""
    started = said(ev.InsolvencyStarted, "1", "2026-04-01", case="rj-1")
    over = said(ev.InsolvencyEnded, "2", "2026-04-20", case="rj-1")
    other = said(ev.InsolvencyEnded, "3", "2026-04-10", case="rj-2")
    assert spans(facts(started, over, other).insolvencies, "rj-1") == (clock("2026-04-01"), clock("2026-04-20"))


# receivables


def test_a_receivable_is_issued_once():
    """Two issues under one id contradict each other: neither is dropped in silence."""
    again = evolve(invoice("nf-1", "999.00", when="2026-04-05"), id="outra")
    with pytest.raises(EventConflict, match="'outra' issues receivable 'nf-1', which event 'emissão nf-1' issued"):
        facts(BILL, again)
    taken_back = said(ev.EventRetracted, "r", "2026-04-06", event=BILL.id, reason="duplicada")
    assert facts(BILL, again, taken_back).receivables["nf-1"].terms[0].amount == Money.of("999.00")


def test_what_was_never_issued_is_no_receivable():
    """However much is said about it."""
    strangers = [
        amended("nf-9", "2026-04-02", amount="1.00"),
        said(ev.InvoiceCancelled, "x", "2026-04-03", receivable="nf-9"),
    ]
    assert list(facts(BILL, *strangers).receivables) == ["nf-1"]


def test_amendments_add_terms_and_keep_what_they_do_not_name():
    """Amount, then due date, then rebate."""
    lower = amended("nf-1", "2026-04-05", amount="120.00")
    later = amended("nf-1", "2026-04-10", due="2026-05-18", known="2026-04-12")
    rebate = evolve(said(ev.InvoiceAmended, "r", "2026-04-15", receivable="nf-1"), rebate=Money.of("20.00"))
    found = facts(BILL, rebate, later, lower).receivables["nf-1"].terms
    asked = [(terms.amount.minor, terms.due, terms.rebate) for terms in found]
    april, may = parse_date("2026-04-18").toordinal(), parse_date("2026-05-18").toordinal()
    assert asked == [(15_000, april, 0), (12_000, april, 0), (12_000, may, 0), (12_000, may, 2_000)]
    assert (found[2].at, found[2].known) == (clock("2026-04-10"), clock("2026-04-12"))
    receivable = facts(BILL, lower).receivables["nf-1"]
    assert receivable.terms_at(clock("2026-04-05") - 1).amount == Money.of("150.00")
    assert receivable.terms_at(clock("2026-04-05")).amount == Money.of("120.00")
    assert receivable.terms_at(0).amount == Money.of("150.00")


def test_cancelled_and_written_off_are_two_things():
    """Each with its own cause."""
    events = [
        said(ev.InvoiceCancelled, "c", "2026-04-03", receivable="nf-1"),
        said(ev.InvoiceWrittenOff, "w", "2026-04-02", receivable="nf-1"),
    ]
    assert [(code, span.cause) for code, span in facts(BILL, *events).receivables["nf-1"].void] == [
        ("written-off", "w"),
        ("cancelled", "c"),
    ]


# payments


def episodes(found: list[Episode]) -> list[tuple[int, int | None]]:
    """Start and end of each."""
    return [(episode.start, episode.end) for episode in found]


def test_a_notice_ends_when_the_payment_settles():
    """From the 10th to the 12th it was only announced."""
    payment = facts(noticed("150.00", "2026-04-10", payment="p"), paid("150.00", "2026-04-12", payment="p")).payments[
        "p"
    ]
    assert episodes(payment.notices) == [(clock("2026-04-10"), clock("2026-04-12"))]
    assert episodes(payment.settled) == [(clock("2026-04-12"), None)]


def test_a_notice_withdrawn_ends_there():
    """And a later settlement of it is a payment of its own."""
    events = [
        noticed("150.00", "2026-04-10", payment="p"),
        undone("p", "2026-04-11"),
        paid("150.00", "2026-04-12", payment="p"),
    ]
    payment = facts(*events).payments["p"]
    assert episodes(payment.notices) == [(clock("2026-04-10"), clock("2026-04-11"))]
    assert episodes(payment.settled) == [(clock("2026-04-12"), None)]


def test_a_notice_that_comes_with_or_after_the_settlement_says_nothing_new():
    """Same instant, or later."""
    for day in ("2026-04-10", "2026-04-11"):
        payment = facts(paid("150.00", "2026-04-10", payment="p"), noticed("150.00", day, payment="p")).payments["p"]
        assert payment.notices == []


def test_two_notices_of_one_payment_are_one():
    """Until it is undone."""
    again = evolve(noticed("150.00", "2026-04-11", payment="p"), id="outro")
    assert len(facts(noticed("150.00", "2026-04-10", payment="p"), again).payments["p"].noticed) == 1


def test_two_settlements_of_one_payment_are_one():
    """The bank sent it twice under two ids; after a reversal it is another."""
    first, second = paid("150.00", "2026-04-10", payment="p"), evolve(paid("150.00", "2026-04-11", payment="p"), id="2")
    assert len(facts(first, second).payments["p"].settled) == 1
    third = evolve(first, id="3", at=clock("2026-04-20"))
    payment = facts(first, undone("p", "2026-04-15"), third).payments["p"]
    assert episodes(payment.settled) == [(clock("2026-04-10"), clock("2026-04-15")), (clock("2026-04-20"), None)]


def test_a_reversal_that_came_first_waits_for_its_payment():
    """It takes effect when the payment does."""
    payment = facts(undone("p", "2026-04-09"), paid("150.00", "2026-04-10", payment="p")).payments["p"]
    assert episodes(payment.settled) == [(clock("2026-04-10"), clock("2026-04-10"))]


def test_a_reversal_told_twice_undoes_one_payment():
    """The money that comes again on the 20th stays."""
    events = [paid("150.00", "2026-04-10", payment="p"), undone("p", "2026-04-15"), undone("p", "2026-04-16")]
    again = evolve(paid("150.00", "2026-04-20", payment="p"), id="de novo")
    assert episodes(facts(*events, again).payments["p"].settled)[-1] == (clock("2026-04-20"), None)


def test_what_is_known_of_payments_is_remembered():
    """Through which day, and since when."""
    event = said(ev.PaymentsKnownThrough, "k", "2026-04-20", known="2026-04-21", through=parse_date("2026-04-19"))
    assert facts(event).known_through == [(clock("2026-04-21"), parse_date("2026-04-19").toordinal())]


def test_a_promise_is_cancelled_once():
    """By the first word."""
    words = [said(ev.PromiseCancelled, name, f"2026-04-0{name}", promise="p") for name in "12"]
    assert facts(*words).promises["p"].cancelled == clock("2026-04-01")


# what opens and closes

OPENED = [
    (ev.DisputeOpened, ev.DisputeResolved, "dispute", "disputes", {"receivables": ("nf-1",)}, {"outcome": "upheld"}),
    (ev.HoldPlaced, ev.HoldReleased, "hold", "holds", {}, {}),
    (ev.InsolvencyStarted, ev.InsolvencyEnded, "case", "insolvencies", {}, {}),
]


@pytest.mark.parametrize(("opens", "closes", "key", "table", "first", "last"), OPENED)
def test_what_one_event_opens_another_of_that_name_closes(
    opens: type[Any],
    closes: type[Any],
    *,
    key: str,
    table: str,
    first: dict[str, Any],
    last: dict[str, Any],
):
    """Once each: what comes again under the name changes nothing."""
    events = [
        said(opens, "1", "2026-04-01", **{key: "x"}, **first),
        said(opens, "2", "2026-04-02", **{key: "x"}, **first),
        said(closes, "3", "2026-04-10", **{key: "x"}, **last),
        said(closes, "4", "2026-04-11", **{key: "x"}, **last),
    ]
    assert spans(getattr(facts(*events), table), "x") == (clock("2026-04-01"), clock("2026-04-10"))
    assert getattr(facts(events[2]), table)["x"].start is None


def test_a_hold_may_end_by_itself():
    """On its last day."""
    hold = said(ev.HoldPlaced, "1", "2026-04-01", hold="x", until=parse_date("2026-04-10"))
    assert facts(hold).holds["x"].until == parse_date("2026-04-10").toordinal()


def test_an_agreement_replaces_and_creates():
    """Its instalments are receivables under its own policy."""
    signed = said(
        ev.AgreementSigned,
        "a",
        "2026-04-20",
        agreement="acordo",
        receivables=("nf-1",),
        instalments=tuple(
            ev.Instalment(receivable=name, amount=Money.of("80.00"), due=parse_date("2026-05-20"))
            for name in ("a-1", "a-2")
        ),
        policy="acordos",
        policy_version=3,
    )
    found = facts(BILL, signed)
    assert found.receivables["a-1"].policies == [(clock("2026-04-20"), "acordos", 3)]
    assert found.receivables["nf-1"].terms[0].amount == Money.of("150.00")
    assert found.agreements["acordo"].receivables == ("nf-1",)
    assert facts(evolve(signed, policy="")).receivables["a-1"].policies == []


@pytest.mark.parametrize(
    ("there", "back", "place"),
    [
        (ev.ProtestFiled, ev.ProtestCancelled, "with-notary"),
        (ev.ProtestRegistered, ev.ProtestCancelled, "with-notary"),
        (ev.AgencyAssigned, ev.AgencyReturned, "with-agency"),
    ],
)
def test_what_went_away_may_come_back_and_go_again(there: type[Any], back: type[Any], place: str):
    """Two spans; what comes back without having gone changes nothing."""
    moves = [(back, 1), (there, 2), (there, 3), (back, 4), (back, 5), (there, 6)]
    events = [said(cls, str(day), f"2026-04-0{day}", receivable="nf-1") for cls, day in moves]
    found = facts(BILL, *events).receivables["nf-1"].filings[place]
    assert [(span.start, span.end) for span in found] == [
        (clock("2026-04-02"), clock("2026-04-04")),
        (clock("2026-04-06"), None),
    ]


def test_a_lawsuit_stays():
    """Until it is retracted."""
    filed = said(ev.LawsuitFiled, "1", "2026-04-02", receivable="nf-1")
    assert facts(BILL, filed).receivables["nf-1"].filings["in-court"][0].end is None


def test_a_step_is_vetoed_once_and_approved_as_often_as_it_is():
    """The first veto counts; each approval is one for its term."""
    events = [
        said(cls, f"{cls.type}{day}", f"2026-04-0{day}", receivable="nf-1", step="s")
        for cls in (ev.StepApproved, ev.StepVetoed)
        for day in (1, 2)
    ]
    found = facts(BILL, *events).receivables["nf-1"]
    assert found.vetoes["s"].start == clock("2026-04-01")
    assert [span.start for span in found.approvals["s"]] == [clock("2026-04-01"), clock("2026-04-02")]


def test_a_policy_governs_what_it_is_assigned_to():
    """A receivable, or the whole debtor."""
    one = said(ev.PolicyAssigned, "1", "2026-04-02", policy="a", policy_version=2, receivables=("nf-1",))
    everything = said(ev.PolicyAssigned, "2", "2026-04-03", policy="b")
    found = facts(BILL, one, everything)
    assert found.receivables["nf-1"].policies == [(clock("2026-04-02"), "a", 2)]
    assert found.policies == [(clock("2026-04-03"), "b", None)]
    moved = said(ev.PolicyMigrated, "3", "2026-04-04", policy="b", policy_version=2, verb="keep")
    assert facts(moved).migrations == [moved]


def test_outcomes_are_kept_by_action():
    """In order of time."""
    about = {"action": "a", "step": "s", "receivable": "nf-1"}
    read = said(ev.ActionRead, "2", "2026-04-03", **about)
    sent = said(ev.ActionSent, "1", "2026-04-02", **about)
    assert facts(BILL, read, sent).outcomes == {"a": [sent, read]}


# retraction


def test_a_retracted_event_leaves_no_trace_in_the_facts():
    """Nor does its retraction; the log keeps both."""
    death = said(ev.DebtorDeceased, "morte", "2026-04-02")
    taken_back = said(ev.EventRetracted, "engano", "2026-04-05", event="morte", reason="homônimo")
    account = fold([BILL, death, taken_back])
    assert account.facts.deceased is None
    assert list(account.facts.by_type) == ["invoice.issued"]
    assert len(account.events) == 3


def test_a_retraction_can_be_taken_back():
    """It was no mistake after all."""
    death = said(ev.DebtorDeceased, "morte", "2026-04-02")
    first = said(ev.EventRetracted, "engano", "2026-04-05", event="morte", reason="homônimo")
    second = said(ev.EventRetracted, "engano do engano", "2026-04-06", event="engano", reason="era ele")
    third = said(ev.EventRetracted, "e de novo", "2026-04-07", event="engano do engano", reason="não era")
    assert facts(BILL, death, first, second).deceased
    assert not facts(BILL, death, first, second, third).deceased


# time


def test_a_span_covers_its_start_and_not_its_end():
    """Half-open."""
    span = Span(10, 20, "x")
    assert [span.covers(instant) for instant in (9, 10, 19, 20)] == [False, True, True, False]
    assert Span(10, None, "x").covers(10**18)
    assert covering([Span(0, 5, "a"), span], 12) is span
    assert covering([span], 20) is None


def test_a_register_holds_a_value_from_its_instant_on():
    """Nothing before the first; the last of one instant counts."""
    register = Register[str]()
    for instant, value in ((10, "a"), (20, "b"), (20, "c")):
        register.set(instant, value)
    assert [register.at(instant) for instant in (9, 10, 19, 20)] == [None, "a", "a", "c"]
    assert register.entries() == [(10, "a"), (20, "b"), (20, "c")]


def test_a_court_may_stop_again_what_it_had_lifted():
    """One case, three orders: the number is the case's, not the order's."""
    orders = [("stop", "2026-04-01"), ("lifted", "2026-04-10"), ("stop", "2026-04-20")]
    events = [said(ev.CourtOrder, day, day, case="0001", effect=effect) for effect, day in orders]
    found = standing(policy(), [BILL, *events]).debtor_spans["court-order"]
    assert [(span.start, span.end) for span in found] == [
        (clock("2026-04-01"), clock("2026-04-10")),
        (clock("2026-04-20"), None),
    ]


def test_a_court_order_stops_though_an_older_one_of_its_case_was_lifted():
    """We learnt of the case when the first order was lifted."""
    events = [
        said(ev.CourtOrder, "1", "2026-04-10", case="0001", effect="lifted"),
        said(ev.CourtOrder, "2", "2026-04-20", case="0001", effect="stop"),
    ]
    found = standing(policy(), [BILL, *events]).debtor_spans["court-order"]
    assert covering(found, clock("2026-04-21")) is not None
