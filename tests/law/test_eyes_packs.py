"""Ways around the packs that careful readers found, each closed."""

import pytest
from attrs import evolve
from tests.core.shop import BANK, clock, invoice, policy, reachable
from tests.law.breaking import act

from regua.core.account import fold
from regua.core.legal import LegalRules, Loosening
from regua.core.planning import plan
from regua.core.policy import ACTS, EventTrigger, Policy, Step
from regua.errors import PlanError
from regua.policyfile import check_policy, under_law

OFF = Loosening(rule="aprovacao.humana", value="off", reason="contrato", decided_by="diretoria")
ACCOUNT = fold([*reachable("email"), invoice("nf-1", "150.00", "2026-03-02", when="2026-02-20")])


def planned(rules: Policy) -> None:
    """Plan one debtor."""
    plan(rules, ACCOUNT, as_of=clock("2026-03-03"), calendar=BANK)


def test_a_policy_that_loosens_is_looked_up_like_any_other() -> None:
    """Built in Python and never looked up, it would be under no law at all."""
    rules = policy(act("negativar", "D+40 10:00", "listing"), legal=LegalRules(packs=("br",), loosen=(OFF,)))
    with pytest.raises(PlanError, match="names the legal packs br, and nobody looked them up; load it with"):
        planned(rules)
    planned(under_law(rules))


def test_a_pack_that_is_added_later_is_looked_up_too() -> None:
    """The rules of the others do not stand for it."""
    rules = under_law(policy(legal=LegalRules(packs=("br",))))
    more = evolve(rules, legal=evolve(rules.legal, packs=("br", "br-consumer")))
    with pytest.raises(PlanError, match="names the legal packs br-consumer, and nobody"):
        planned(more)
    planned(under_law(more))


@pytest.mark.parametrize("kind", sorted(ACTS))
def test_no_act_is_about_nobody_in_particular(kind: str) -> None:
    """Built in Python as in a file: the law binds an act by its receivable."""
    with pytest.raises(PlanError, match=rf"step 'a' is a {kind}, which is about one receivable"):
        Step(id="a", trigger=EventTrigger(on="promise.broken"), kind=kind, scope="debtor")  # type: ignore[arg-type]


NOTICE = """
format = 1
policy.id = "padrao"
legal.packs = ["br", "br-consumer"]
[[step]]
id = "negativar"
at = "D+40 10:00"
kind = "listing"
approval = "human"
registrar = "bureau"
"""


def test_the_hard_rule_is_named_that_wants_the_notice() -> None:
    """To loosen the practice of the bureaus would leave CDC art. 43 §2."""
    more = '[[step]]\nid = "aviso"\nat = "D+10 10:00"\nkind = "notice"\nregistrar = "outro"\n'
    [found] = [each for each in check_policy(NOTICE + more) if each.code == "notice-missing"]
    assert "(neg.aviso: CDC art. 43 §2" in found.message
    assert "loosen" not in found.message
