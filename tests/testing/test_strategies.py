from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regua.calendars import BrazilianBankCalendar
from regua.core.account import fold
from regua.core.planning import plan
from regua.core.planning.schedule import Schedule
from regua.core.policy import Policy
from regua.testing import Simulation, strategies
from regua.testing.invariants import no_action_is_sent_twice
from regua.testing.strategies.histories import MONEY, STOPS

few = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])


@few
@given(strategies.policies())
def test_policies_are_policies(policy: Policy):
    """They say the same again."""
    assert policy.fingerprint == policy.fingerprint
    assert len({step.id for step in policy.steps}) == len(policy.steps)


@few
@given(strategies.policies(), strategies.histories())
def test_histories_can_be_planned(policy, events):
    """Whatever happens to a debtor, in whatever order it is folded."""
    as_of = max(event.known_us for event in events)
    calendar = BrazilianBankCalendar()
    schedule = plan(policy, fold(events), as_of=as_of, calendar=calendar)
    assert plan(policy, fold(reversed(events)), as_of=as_of, calendar=calendar) == schedule


@few
@given(strategies.histories(invoices=1, happenings=MONEY + STOPS))
def test_what_may_happen_can_be_chosen(events):
    """No amendment, no write-off."""
    assert not {event.type for event in events} & {"invoice.amended", "invoice.written-off", "step.vetoed"}


@few
@given(strategies.accounts(), strategies.schedules(), strategies.events())
def test_values_are_of_the_right_form(account, schedule, event):
    """They need not make sense."""
    assert all(event.debtor == account.debtor for event in account.events)
    assert isinstance(schedule, Schedule)
    assert event.recorded_us <= event.known_us


@settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None)
@given(strategies.portfolios(debtors=2, invoices=2))
def test_portfolios_can_be_simulated(portfolio):
    """From the first fact to the last, twice the same."""

    def transcript() -> str:
        start = portfolio.start_us
        with Simulation(portfolio.policy, start=start) as sim:
            sim.script(*portfolio.events)
            sim.advance(until=max(portfolio.end_us, start))
            no_action_is_sent_twice(sim)
            assert set(portfolio.accounts) == {case.id for case in sim.cases}
            return str(sim.transcript)

    assert transcript() == transcript()


def test_there_is_no_strategy_for_what_is_no_field():
    """The error names the type."""
    import pytest

    from regua.testing.strategies.fields import of_kind

    with pytest.raises(TypeError, match="no strategy for"):
        of_kind(complex)


@few
@given(st.data())
def test_a_failing_portfolio_prints_one_fact_a_line(data):
    """Hypothesis shows it so."""
    from hypothesis.vendor.pretty import pretty

    portfolio = data.draw(strategies.portfolios(debtors=1, invoices=1))
    assert len(pretty(portfolio).splitlines()) == 1 + len(portfolio.events)
