"""What holds of explanations."""

from hypothesis import given
from tests.properties.portfolios import few, portfolios

from regua.core.explain import explain, explained
from regua.core.planning.blockers import CLASSES, NOTES


@few
@given(portfolios())
def test_every_step_of_every_receivable_has_one_primary_reason(portfolio):
    """Nothing is silent: what each policy says of each receivable is there, in its order, and nothing else."""
    schedule = portfolio.schedule()
    told = explained(schedule)
    for name, policies in schedule.governed.items():
        scope = "receivable" if name else "debtor"
        steps = [step.id for policy in policies for step in policy.steps if step.scope == scope]
        about = [entry["step"] for entry in told if entry["receivable"] == name]
        assert list(dict.fromkeys(about))[: len(set(steps))] == list(dict.fromkeys(steps))
    assert all(entry["reasons"][0]["code"] in CLASSES.keys() | NOTES.keys() for entry in told)
    actions = [entry["action"] for entry in told if entry["action"] is not None]
    assert sorted(actions) == sorted(action.id for action in schedule.all)


@few
@given(portfolios())
def test_a_step_has_a_line_in_the_text_too(portfolio):
    """The text says what the data say: as many steps, each with its status, and whose they are."""
    schedule = portfolio.schedule()
    lines = [line for line in explain(schedule).splitlines() if line[:4].strip().isdigit() or line.startswith(" " * 18)]
    told = explained(schedule)
    assert len(lines) == len(told)
    assert all(
        entry["step"] in line and f": {entry['status']}" in line for entry, line in zip(told, lines, strict=True)
    )
