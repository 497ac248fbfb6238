"""What holds of closed receivables, and of what an account remembers from plan to plan."""

from hypothesis import given
from hypothesis import strategies as st
from tests.properties.portfolios import CALENDAR, DAY, Portfolio, few, portfolios

from regua.core.account import EMPTY, fold
from regua.core.planning import Schedule, plan


def open_only(portfolio: Portfolio, as_of: int) -> Schedule:
    """The plan without closed receivables."""
    return plan(portfolio.policy, fold(portfolio.events), as_of=as_of, calendar=CALENDAR, closed=False)


@few
@given(portfolios(), st.sampled_from([0, 3 * DAY, 10 * DAY, 30 * DAY]))
def test_without_closed_receivables_all_else_is_the_same(portfolio, later):
    """What is left out is done or ended, and the rest, the next wakeup too, is what the full plan says."""
    whole = portfolio.schedule(portfolio.as_of + later)
    part = open_only(portfolio, portfolio.as_of + later)
    left_out = {action.receivable for action in whole.all} - {action.receivable for action in part.all}
    assert part.all == tuple(action for action in whole.all if action.receivable not in left_out)
    assert part.next_wakeup_us == whole.next_wakeup_us
    assert {action.status for action in whole.all if action.receivable in left_out} <= {"done", "ended"}


@few
@given(portfolios(), st.randoms(use_true_random=False))
def test_an_account_that_remembers_plans_as_one_that_does_not(portfolio, chance):
    """Facts recorded one by one, planned at each, at any instants: the same as planning anew every time."""
    account = EMPTY
    for event in sorted(portfolio.events, key=lambda event: (event.recorded_us, event.id)):
        account = fold([event], account)
        for closed in (True, False):
            as_of = event.recorded_us + chance.choice([0, 0, DAY, 20 * DAY, -5 * DAY])
            found = plan(portfolio.policy, account, as_of=as_of, calendar=CALENDAR, closed=closed)
            anew = plan(portfolio.policy, fold(account.events), as_of=as_of, calendar=CALENDAR, closed=closed)
            assert found == anew
