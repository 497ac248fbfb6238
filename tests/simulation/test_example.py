"""The three tests of the example policy, as simulations.

Its steps of other kinds than `message` and `task` are planned and not carried out yet: `segunda-via` is a message here,
and `negativacao` is only looked at in the schedule. Several messages of one day do not become one contact yet, and the
caps `contacts_per_day` and `contacts_per_week` do not count: with one invoice nothing of this shows.
"""

from collections.abc import Callable

import pytest

from regua.testing import Case, Simulation

POLICY = """
format = 1

[policy]
id = "boleto-b2c"
version = 7

[limits]
min_balance = "10.00"
tolerance = "1.00"
windows = { weekdays = "08:00-20:00", saturday = "08:00-14:00" }

[promise]
max_days = "15d"
max_in_a_row = 2

[charges]
fine = "2.00%"
interest = "1.00%/month"

[[step]]
id = "lembrete-email"
at = "D-5 09:00"
tone = "reminder"
channels = ["email"]
template = "lembrete"

[[step]]
id = "lembrete-zap"
at = "D-1 10:00"
tone = "reminder"
channels = ["whatsapp", "sms"]
template = "lembrete"
unless = { read = "lembrete-email" }

[[step]]
id = "atraso-2"
at = "D+2bd 10:00"
tone = "courteous"
channels = ["whatsapp", "email"]
template = "atraso"

[[step]]
id = "segunda-via"
at = "D+8 10:00"
tone = "formal"
channels = ["email"]
template = { courteous = "segunda-via-cortes", formal = "segunda-via" }

[[step]]
id = "ligacao"
at = "D+12 10:00"
kind = "task"
queue = "cobranca"
tone = "formal"
when = { balance = "100.." }

[[step]]
id = "ultimo-aviso"
at = "D+30 10:00"
tone = "final"
channels = ["email"]
template = "ultimo-aviso"

[[step]]
id = "negativacao"
at = "D+45 10:00"
kind = "listing"
registrar = "bureau"
requires = { delivered = "ultimo-aviso", at_least = "10d" }
approval = "human"

[[step]]
id = "obrigado"
on = "receivable.settled"
after = "1bd 10:00"
tone = "courteous"
channels = ["email"]
template = "obrigado"

[[step]]
id = "promessa-quebrada"
on = "promise.broken"
after = "0d 10:00"
tone = "courteous"
channels = ["whatsapp"]
template = "promessa-quebrada"
"""


@pytest.fixture
def sim(simulation: Callable[..., Simulation]) -> Simulation:
    """Make the world."""
    return simulation(POLICY, start="2026-03-01")


def reasons(case: Case, step: str, day: str) -> list[str]:
    """Give why a step stood where it stood at noon of a day, the primary reason first."""
    schedule = case.schedule(as_of=case.simulation.instant(f"{day}T12:00-03:00"))
    [action] = [action for action in schedule.all if action.step == step]
    return [reason.code for reason in action.reasons]


def test_who_pays_on_d_3_does_not_get_d_8(sim):
    """Quem paga no D+3 não recebe o D+8."""
    case = sim.debtor(invoices=[{"id": "nf-1", "due": "2026-03-10", "amount": "150.00"}])
    sim.at("2026-03-13T11:30-03:00", lambda: case.pay("150.00"))
    sim.advance(until="2026-06-09")
    assert case.sent_by_day == ["D-5 lembrete-email", "D-1 lembrete-zap", "D+2 atraso-2", "D+6 obrigado"]
    assert case.open == ()


def test_without_a_delivered_last_notice_there_is_no_listing(sim):
    """Sem aviso entregue não há negativação."""
    case = sim.debtor(invoices=[{"id": "nf-2", "due": "2026-03-10", "amount": "900.00"}])
    sim.channel("email").answers("bounced")
    sim.advance(until="2026-06-09")
    assert "negativacao" not in case.sent
    assert "ultimo-aviso" not in case.sent
    assert reasons(case, "negativacao", "2026-04-24") == ["requires-step", "awaiting-approval"]


def test_a_promise_suspends_and_its_breaking_resumes(sim):
    """Promessa suspende, quebra retoma. D+3 is a Friday: cleared on Monday D+6, so broken when D+7 begins."""
    case = sim.debtor(invoices=[{"id": "nf-3", "due": "2026-03-10", "amount": "150.00"}])
    sim.at("2026-03-11T09:00-03:00", lambda: case.promise("2026-03-13", "150.00"))
    sim.advance(until="2026-03-19")
    assert case.sent_by_day == [
        "D-5 lembrete-email",
        "D-1 lembrete-zap",
        "D+7 promessa-quebrada",
        "D+8 segunda-via",
    ]
    assert reasons(case, "atraso-2", "2026-03-12")[0] == "promised"
    assert case.open == ("nf-3",)
