"""Fines and rates over a cap are refused, and what the engine never charges cannot be written."""

from fractions import Fraction

import pytest
from tests.core.shop import balance, brl, day, invoice, policy
from tests.law.breaking import refusals

from regua.core.charges import Position
from regua.core.policy import ChargeRules, Levy, Rate

MONTHLY = ChargeRules(interest=Rate(share=Fraction(1, 100)))


def refused(packs: str, charges: str) -> dict[str, str]:
    """What `regua check` refuses of these charges under packs."""
    return dict(refusals(f"[charges]\n{charges}\n[legal]\npacks = [{packs}]\n"))


@pytest.mark.parametrize(
    ("pack", "rule"),
    [
        pytest.param("br-consumer", "multa.cdc", marks=pytest.mark.law("multa.cdc")),
        pytest.param("br-condominium", "multa.condominio", marks=pytest.mark.law("multa.condominio")),
        pytest.param("br-health", "multa.plano_saude", marks=pytest.mark.law("multa.plano_saude")),
        pytest.param("br-energy", "setor.energia", marks=pytest.mark.law("setor.energia")),
    ],
)
def test_a_fine_of_more_than_two_percent_is_refused(pack: str, rule: str) -> None:
    """Two percent is not."""
    assert rule in refused(f'"{pack}"', 'fine = "2.01%"')["fine-over-cap"]
    assert refused(f'"{pack}"', 'fine = "2.00%"') == {}


@pytest.mark.law("multa.usura")
def test_a_fine_of_more_than_ten_percent_is_refused_everywhere_else() -> None:
    """Of persons, where the Usury Law still applies."""
    assert "multa.usura" in refused('"br"', 'fine = "10.01%"')["fine-over-cap"]
    assert refused('"br"', 'fine = "10.00%"') == {}


@pytest.mark.parametrize(
    ("pack", "rule"),
    [
        pytest.param("br-health", "multa.plano_saude", marks=pytest.mark.law("multa.plano_saude")),
        pytest.param("br-energy", "setor.energia", marks=pytest.mark.law("setor.energia")),
    ],
)
def test_interest_of_more_than_one_percent_a_month_is_refused(pack: str, rule: str) -> None:
    """However it is written."""
    assert rule in refused(f'"{pack}"', 'interest = "1.01%/month"')["interest-over-cap"]
    assert "interest-over-cap" in refused(f'"{pack}"', 'interest = "0.04%/day"')
    assert refused(f'"{pack}"', 'interest = "1.00%/month"') == {}


@pytest.mark.law("cdc.51xii")
@pytest.mark.parametrize("key", ["costs", "collection_fee", "fees"])
def test_the_cost_of_collecting_cannot_be_charged(key: str) -> None:
    """There is no such charge."""
    assert "unknown-key" in refused('"br-consumer"', f'{key} = "10.00"')


@pytest.mark.law("juros.anatocismo")
def test_there_is_no_interest_on_interest() -> None:
    """Ten years at 1% a month are ten times one year; nobody can write another regime."""
    due = day("2010-01-04")
    position = Position(amount=100_000, due=due, effective=due, rules=MONTHLY, tolerance=0)
    year, ten = position.breakdown(due + 360).interest, position.breakdown(due + 3600).interest
    assert brl(ten) == brl(10 * year) == "R$ 1.200,00"
    assert "unknown-key" in refused('"br"', 'interest = "1.00%/month"\ncompound = true')


@pytest.mark.law("multa.cdc")
def test_the_fine_is_taken_once_and_of_the_value_of_the_instalment() -> None:
    """Not of the updated debt, and not again each month."""
    rules = policy(charges=ChargeRules(fine=Levy(share=Fraction(2, 100))))
    events = [invoice("nf-1", "1000.00", "2026-03-02", when="2026-02-20")]
    assert balance(rules, events, "2026-03-10") == balance(rules, events, "2026-12-10") == "R$ 1.020,00"
