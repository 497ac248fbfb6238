from fractions import Fraction

import pytest
from tests.policyfile.lawful import HEAD, catalog, diagnosed, pack, told

from regua.core.legal import FineCap, LegalPack, LegalRules, Loosening
from regua.core.policy import ChargeRules, Levy, Policy
from regua.errors import PolicyError
from regua.policyfile import Catalog, check_policy, load_policy, under_law
from regua.policyfile.lint.law import breaches

CAP = 'fine_cap = [{ max = "2.00%" }]'


def loosening(value: str, rule: str = "lei.um") -> str:
    """Loosen a rule: its id stands in line 2, the value in line 3."""
    return f'[[legal.loosen]]\nrule = "{rule}"\nvalue = \'{value}\'\nreason = "contrato"\ndecided_by = "diretoria"\n'


FINE = '[charges]\nfine = "3%"\n'


def test_every_loosening_is_told():
    """Rule, value, reason and who decided, as a warning that does not go away."""
    (found,) = diagnosed(loosening("off") + FINE, pack(CAP, kind="default"))
    assert (found.line - 3, found.severity, found.code) == (2, "warning", "loosened")
    assert found.message == "rule 'lei.um' is loosened to 'off': 'contrato', decided by 'diretoria'"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("off", ["2:1 warning loosened"]),
        ('max = "3%"', ["2:1 warning loosened"]),
        ('max = "2.5%"', ["2:1 warning loosened", "7:1 warning fine-over-cap"]),
        ('most = "3%"', ["3:1 error invalid-value", "7:1 warning fine-over-cap"]),
        ("3%", ["3:1 error invalid-value", "7:1 warning fine-over-cap"]),
    ],
)
def test_a_default_is_loosened_to_a_figure_or_off(value: str, found: list[str]):
    """As the rule writes it; what it cannot be leaves the rule as it was, and loosens nothing."""
    assert told(loosening(value) + FINE, pack(CAP, kind="default")) == found


def test_a_hard_rule_cannot_be_loosened():
    """It is law; the rule and its source are named, and the rule stays."""
    (first, second) = diagnosed(loosening("off") + FINE, pack(CAP))
    assert (first.line - 3, first.severity, first.code) == (2, "error", "hard-rule")
    assert first.message == "lei.um is law and cannot be loosened (Lei 1/2000 art. 1); remove this table"
    assert second.code == "fine-over-cap"


def test_a_hard_rule_that_says_so_can_be_loosened():
    """The audited switch of `presc.extrajudicial` for what STJ Tema 1.264 will say."""
    assert told(loosening("off") + FINE, pack(CAP, more="loosens = true")) == ["2:1 warning loosened"]
    (found,) = diagnosed(FINE, pack(CAP, more="loosens = true"))
    assert found.message.endswith(', or loosen it in [[legal.loosen]] with rule = "lei.um"')


def test_a_rule_of_no_pack_cannot_be_loosened():
    """The nearest one is offered."""
    (found,) = diagnosed(loosening("off", "lei.un"), pack(CAP))
    assert (found.code, found.message) == (
        "unknown-rule",
        "no pack of this policy has the rule 'lei.un'; did you mean 'lei.um'?",
    )


def test_where_no_pack_is_known_no_loosening_is_refused():
    """A text that was accepted once is read again when its pack is gone."""
    policy = load_policy(HEAD + loosening("off") + FINE, catalog=Catalog())
    assert (policy.legal.rules, policy.legal.loosen[0].rule) == ((), "lei.um")


def over(**legal: object) -> Policy:
    """A policy built in Python with a fine of 3%."""
    return Policy(id="padrao", charges=ChargeRules(fine=Levy(share=Fraction(3, 100))), legal=LegalRules(**legal))


def test_a_policy_built_in_python_gets_the_rules_of_its_packs():
    """And the same fingerprint: a new version of a pack is no new version of the policy."""
    policy = over(packs=("teste",))
    bound = under_law(policy, catalog=catalog(pack('fine_cap = [{ max = "3%" }]'), frozenset({"serasa"})))
    assert [rule.id for rule in bound.legal.rules] == ["lei.um"]
    assert bound.legal.notifying == {"serasa"}
    assert bound.fingerprint == policy.fingerprint


@pytest.mark.parametrize(
    ("policy", "rules", "code"),
    [
        (over(packs=("teste",)), pack(CAP), "fine-over-cap"),
        (over(packs=("testa",)), pack(CAP), "pack-unknown"),
        (
            over(packs=("teste",), loosen=(Loosening(rule="lei.um", value="off", reason="x", decided_by="y"),)),
            pack(CAP),
            "hard-rule",
        ),
        (over(rules=pack(CAP).rules), pack('fine_cap = [{ max = "3%" }]'), "fine-over-cap"),
    ],
)
def test_a_policy_built_in_python_that_breaks_a_hard_rule_is_refused(policy: Policy, rules: LegalPack, code: str):
    """As a file would be, under the name of the policy."""
    with pytest.raises(PolicyError) as caught:
        under_law(policy, catalog=catalog(rules))
    told = str(caught.value).splitlines()
    assert all(line.startswith("<policy padrao>:1:1: ") for line in told)
    assert f"[{code}]" in str(caught.value)


def test_a_policy_built_in_python_may_deviate_from_a_default():
    """A warning refuses nothing."""
    assert under_law(over(packs=("teste",)), catalog=catalog(pack(CAP, kind="default"))).legal.rules


def test_a_policy_without_packs_has_no_breaches():
    """The law of a policy is what its packs say."""
    assert breaches(over()) == ()
    assert under_law(over(), catalog=catalog(pack(CAP))) == over()


def test_of_two_rules_the_hard_one_is_told():
    """A default that says the same adds nothing."""
    soft, hard = pack('fine_cap = [{ max = "1%" }]', kind="default").rules, pack(CAP).rules
    (found,) = breaches(over(rules=(*soft, *hard)))
    assert (found.severity, found.rule.provisions) == ("error", (FineCap(max=Fraction(1, 50)),))


def test_a_file_with_other_errors_is_held_against_the_law_where_it_could_be_read():
    """All problems at once; nothing is guessed of a step or a limit that could not be read."""
    wrong = 'limits.clearing = "soon"\n'
    assert [each.split()[-1] for each in told(f'plan.catch_up = "never"\n{FINE}', pack(CAP))] == [
        "unknown-value",
        "fine-over-cap",
    ]
    assert [each.split()[-1] for each in told(f"{wrong}{FINE}", pack(CAP))] == ["invalid-value"]
    assert "fine-over-cap" not in " ".join(told(f'{FINE}[[step]]\nid = "a"\n', pack(CAP)))


def test_the_older_version_may_be_what_the_new_one_mends():
    """Only the new one is held against the law."""
    rules = catalog(pack(CAP))
    new = f"{HEAD}policy.version = 2\n[charges]\nfine = '2%'\n"
    assert check_policy(new, catalog=rules, against=HEAD + FINE) == []
