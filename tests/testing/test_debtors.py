from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from tests.simulation.ladder import LADDER

from regua.core.events import CallbackRequested, Event
from regua.testing import Case, Invoice, Simulation, debtors
from regua.testing.debtors import Behaviour

DAY = timedelta(days=1)


def facts(case: Case, *types: str) -> list[str]:
    """Give the facts of these types as their lines."""
    return [str(entry).partition(f"  {case.id}")[0] + f" {entry.what}" for entry in case.transcript.of(*types)]


@pytest.fixture
def case_of(simulation: Callable[..., Simulation]) -> Callable[[Behaviour], Case]:
    """Sixty days of a debtor with R$ 150,00 due on Tuesday 2026-03-10."""

    def of(behaviour: Behaviour, **invoice: str) -> Case:
        sim = simulation(LADDER, start="2026-03-01")
        case = sim.debtor(
            invoices=[Invoice(**({"due": "2026-03-10", "amount": "150.00"} | invoice))], behaves=behaviour
        )
        sim.advance(days=60)
        return case

    return of


def test_who_never_pays_climbs_the_whole_ladder(case_of):
    """Every rung in its order, one call, and the debt is still there."""
    case = case_of(debtors.never_pays())
    assert case.sent_by_day == [
        "D-3 lembrete",
        "D+2 atraso",
        "D+6 segundo-aviso",
        "D+7 ligacao",
        "D+9 terceiro-aviso",
        "D+15 ultimo-aviso",
    ]
    assert str(case.balance()) == "150.00 BRL"


def test_who_pays_on_time_is_reminded_and_thanked(case_of):
    """On the due date at 11:30; nothing presses."""
    case = case_of(debtors.pays_on_time())
    assert case.sent_by_day == ["D-3 lembrete", "D+1 obrigado"]
    assert facts(case, "payment.settled") == ["2026-03-10 11:30 payment.settled"]
    assert case.open == ()


def test_who_pays_after_two_days_is_dunned_once(case_of):
    """The message of D+2 goes out at 10:00, the money comes at 11:30."""
    case = case_of(debtors.pays_after(2))
    assert case.sent_by_day == ["D-3 lembrete", "D+2 atraso", "D+3 obrigado"]
    assert facts(case, "payment.settled") == ["2026-03-12 11:30 payment.settled"]


def test_who_pays_before_the_due_date_counts_backwards(case_of):
    """Negative days; the reminder is not needed any more."""
    case = case_of(debtors.pays_after(-5))
    assert case.sent_by_day == ["D-4 obrigado"]


def test_a_payment_may_be_known_later_than_it_is_made(case_of):
    """Paid on the due date, known on Friday the 13th: the message of D+2 is regretted."""
    case = case_of(debtors.pays_on_time(known_after=3 * DAY))
    assert facts(case, "payment.settled") == ["2026-03-13 11:30 payment.settled"]
    assert [event.at.isoformat() for event in case.events if event.type == "payment.settled"] == [
        "2026-03-10T14:30:00+00:00"
    ]
    assert case.sent_by_day == ["D-3 lembrete", "D+2 atraso", "D+3 desculpa", "D+6 obrigado"]


def test_who_pays_when_contacted_waits_for_so_many_messages(case_of):
    """The second pressing message arrives on D+6 at 10:00, the payment a day later; reminders do not count."""
    case = case_of(debtors.pays_when_contacted(2, after=DAY))
    assert case.sent_by_day == ["D-3 lembrete", "D+2 atraso", "D+6 segundo-aviso", "D+8 obrigado"]
    assert facts(case, "payment.settled") == ["2026-03-17 10:00 payment.settled"]


def test_reminders_count_where_they_are_said_to(case_of):
    """The reminder arrives on the 7th, a Saturday."""
    case = case_of(debtors.pays_when_contacted(after=DAY, reminders=True))
    assert facts(case, "payment.settled") == ["2026-03-08 09:00 payment.settled"]


def test_parts_are_equal_and_the_last_one_is_the_rest(case_of):
    """A hundred reais in three parts, a week apart, from the due date on."""
    case = case_of(debtors.pays_in_parts(3), amount="100.00")
    paid = [str(entry.amount) for entry in case.transcript.of("payment.settled")]
    assert paid == ["33.33 BRL", "33.33 BRL", "33.34 BRL"]
    assert [entry.day.day for entry in case.transcript.of("payment.settled")] == [10, 17, 24]
    assert case.open == ()


def test_a_kept_promise_stops_the_ladder(case_of):
    """Promised an hour after the first pressing message, paid on the day, thanked: no other rung."""
    case = case_of(debtors.promises_and_keeps(5))
    assert case.sent_by_day == ["D-3 lembrete", "D+2 atraso", "D+8 obrigado"]
    assert facts(case, "promise.made", "payment.settled") == [
        "2026-03-12 11:00 promise.made",
        "2026-03-17 11:30 payment.settled",
    ]


def test_a_broken_promise_is_answered(case_of):
    """Promised by Tuesday 17; broken when its clearing is over, on Thursday 19."""
    case = case_of(debtors.promises_and_breaks(5))
    assert case.sent_by_day == ["D-3 lembrete", "D+2 atraso", "D+9 terceiro-aviso", "D+9 promessa-quebrada"]
    assert str(case.balance()) == "150.00 BRL"


def test_a_dispute_stops_and_its_end_lets_go_on(case_of):
    """Disputed a day after the first pressing message, rejected five days later; what fell between is left out."""
    case = case_of(debtors.disputes(resolved_after=5 * DAY))
    assert facts(case, "dispute.opened", "dispute.resolved") == [
        "2026-03-13 10:00 dispute.opened",
        "2026-03-18 10:00 dispute.resolved",
    ]
    assert case.sent_by_day == ["D-3 lembrete", "D+2 atraso", "D+9 terceiro-aviso"]


def test_an_open_dispute_stays_open(case_of):
    """Nothing more is asked; after 30 days somebody is to look at it."""
    case = case_of(debtors.disputes(resolved_after=None))
    assert case.sent == ["lembrete", "atraso", "review:dispute"]


def test_a_payment_taken_back_brings_the_receivable_back(case_of):
    """Paid on the due date, returned five days later: thanked first, dunned afterwards."""
    case = case_of(debtors.pays_and_reverses(5 * DAY))
    assert facts(case, "payment.settled", "payment.reversed") == [
        "2026-03-10 11:30 payment.settled",
        "2026-03-15 11:30 payment.reversed",
    ]
    assert case.sent_by_day[:4] == ["D-3 lembrete", "D+1 obrigado", "D+7 atraso", "D+10 segundo-aviso"]
    assert str(case.balance()) == "150.00 BRL"


def test_mixed_chooses_by_the_seed(simulation):
    """About as many as the weights say, the same ones for the same seed, others for another."""

    def payers(seed: int) -> list[str]:
        sim = simulation(LADDER, start="2026-03-01", seed=seed)
        behaviour = debtors.mixed((3, debtors.pays_on_time()), debtors.never_pays())
        for _ in range(40):
            sim.debtor(invoices=[Invoice(due="2026-03-10", amount="150.00")], behaves=behaviour)
        sim.advance(until="2026-03-11")
        return [case.id for case in sim.cases if not case.open]

    assert 20 < len(payers(0)) < 40
    assert payers(0) == payers(0) != payers(1)


def test_together_does_all_of_it(case_of):
    """A dispute and a payment of one debtor."""
    case = case_of(debtors.together(debtors.disputes(resolved_after=None), debtors.pays_after(20)))
    assert case.sent == ["lembrete", "atraso", "obrigado"]


def test_a_function_of_ones_own_is_a_behaviour(case_of):
    """It sees every fact and answers with instants and acts."""

    def calls_back(_: Case, event: Event) -> Iterator[tuple[int, Callable[[Case], object]]]:
        if event.type == "action.delivered":
            yield event.at_us, lambda case: case.record(CallbackRequested)

    case = case_of(Behaviour(calls_back))
    assert len(case.transcript.of("callback.requested")) == len(case.sent)


def test_what_is_settled_is_not_paid_again(simulation):
    """Somebody else paid by hand."""
    sim = simulation(LADDER, start="2026-03-01")
    case = sim.debtor(invoices=[Invoice(due="2026-03-10", amount="150.00")], behaves=debtors.pays_on_time())
    case.pay()
    sim.advance(days=30)
    assert len(case.transcript.of("payment.settled")) == 1


@pytest.mark.parametrize(
    "choices", [(), ((0, debtors.never_pays()),), ((-1, debtors.never_pays()), debtors.never_pays())]
)
def test_mixed_needs_weights(choices):
    """A choice of nothing is a mistake."""
    with pytest.raises(ValueError, match="weights"):
        debtors.mixed(*choices)
