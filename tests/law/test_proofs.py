"""Every rule that is refused when broken has a test that tries to break it."""

from tests.law.facts import RULES
from tests.law.proofs import proofs


def test_every_mark_names_a_rule() -> None:
    """A rule that was renamed leaves no test behind."""
    assert sorted({proof.rule for proof in proofs()} - RULES.keys()) == []


def test_every_hard_rule_has_a_test_that_tries_to_break_it() -> None:
    """And it is refused; what the engine holds for everybody is no exception."""
    hard = {rule.id for rule in RULES.values() if rule.kind == "hard"}
    assert sorted(hard - {proof.rule for proof in proofs()}) == []
