"""What the README promises: a lifecycle in ten lines."""

from regua.testing import Invoice, debtors

POLICY = """
format = 1

[policy]
id = "loja"
version = 1
timezone = "America/Sao_Paulo"
calendar = "br-bancario"

[[step]]
id = "lembrete"
at = "D-5 09:00"            # five days before the due date
tone = "reminder"
channels = ["email"]
template = "lembrete"

[[step]]
id = "atraso"
at = "D+1 10:00"
tone = "courteous"
channels = ["whatsapp", "email"]
template = "atraso"

[[step]]
id = "obrigado"
on = "receivable.settled"
after = "1bd 10:00"         # one business day later
channels = ["email"]
template = "obrigado"
"""


def test_who_pays_six_days_late_hears_of_it_twice(simulation):
    """Due on Saturday 18, so D0 is Monday 20; Tuesday is a holiday, and Wednesday is for clearing."""
    sim = simulation(POLICY, start="2026-04-01")
    ana = sim.debtor("ana", invoices=[Invoice(due="2026-04-18", amount="150.00")], behaves=debtors.pays_after(6))
    sim.advance(days=60)
    assert ana.sent_by_day == ["D-5 lembrete", "D+3 atraso", "D+7 obrigado"]
    assert "R$ 150,00" in ana.messages[1].text
    assert ana.open == ()
