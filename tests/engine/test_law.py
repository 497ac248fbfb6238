"""Policies that the law does not allow, in an engine."""

from fractions import Fraction

import pytest
from attrs import evolve
from counter import IDENTITY, POLICY, Counter, People
from tests.policyfile.lawful import catalog, pack

from regua.builtin.memory import MemoryStore
from regua.core.policy import ChargeRules, LegalRules, Levy, Policy
from regua.engine import CreditorSettings
from regua.engine.shelf import Shelf
from regua.errors import PolicyError, SettingsError
from regua.policyfile import load_policy
from regua.ports import Capabilities

CAP = 'fine_cap = [{{ max = "{}" }}]'
REMINDING = POLICY[: POLICY.index("[[step]]", POLICY.index("lembrete"))]
"""A policy that never asks for overdue money."""


@pytest.fixture
def counter():
    """An engine with the policy of every test."""
    store = MemoryStore(lambda: counter.at)
    counter = Counter(store=store)
    yield counter
    counter.engine.close()
    store.close()


def settings(*policies: str | Policy, **identity: str) -> dict[str, CreditorSettings]:
    """A creditor with these policies."""
    return {"loja": CreditorSettings(policies=policies, **{**IDENTITY, **identity})}


def over(policy: str = POLICY, packs: str = '"br", "br-consumer"') -> str:
    """The policy with a fine of 10%, where CDC art. 52 §1 allows 2%."""
    return f'{policy}\n[charges]\nfine = "10%"\n[legal]\npacks = [{packs}]\n'


@pytest.mark.law("multa.cdc")
def test_a_file_that_breaks_a_hard_rule_opens_no_engine(counter: Counter):
    """The rule and its place are told."""
    with pytest.raises(PolicyError, match=r"fine of 10% is over the cap of 2% \(multa\.cdc: CDC.*\[fine-over-cap\]"):
        counter.another(creditors=settings(over()))


@pytest.mark.law("multa.cdc")
def test_a_policy_built_in_python_that_breaks_a_hard_rule_opens_no_engine(counter: Counter):
    """No file was read, and the law is the same."""
    policy = evolve(
        load_policy(POLICY),
        charges=ChargeRules(fine=Levy(share=Fraction(1, 10))),
        legal=LegalRules(packs=("br", "br-consumer")),
    )
    with pytest.raises(PolicyError, match=r"<policy loja>:1:1: .*multa\.cdc"):
        counter.another(creditors=settings(policy))


def test_a_policy_built_in_python_is_bound_by_its_packs(counter: Counter):
    """It names them; what they say it need not know."""
    policy = evolve(load_policy(POLICY), version=2, legal=LegalRules(packs=("br",)))
    with counter.another(creditors=settings(policy)) as engine:
        counter.open_account()
        counter.bill()
        engine.creditor().schedule("ana")
        assert counter.store.policies("loja")[-1].fingerprint == policy.fingerprint


def test_a_stored_version_stays_under_the_law_of_today():
    """It was accepted once, so that it is not refused; what binds it is what its packs say now."""
    store = MemoryStore(lambda: 0)
    text = over(packs='"teste"')
    Shelf("loja", [text], store, catalog(pack(CAP.format("20%"))))
    later = Shelf(
        "loja",
        [text.replace("version = 1", "version = 2").replace("10%", "2%")],
        store,
        catalog(pack(CAP.format("2%"))),
    )
    (rule,) = later.version("loja", 1).legal.rules
    assert rule.provisions[0].max == Fraction(1, 50)
    store.close()


def test_a_loosened_version_is_read_again_when_its_pack_is_gone():
    """Its text was accepted with a pack that no plugin gives any more."""
    store = MemoryStore(lambda: 0)
    loosen = '[[legal.loosen]]\nrule = "lei.um"\nvalue = "off"\nreason = "contrato"\ndecided_by = "diretoria"\n'
    given = catalog(pack(CAP.format("2%"), kind="default"))
    Shelf("loja", [over(packs='"teste"') + loosen], store, given)
    later = Shelf("loja", [POLICY.replace("version = 1", "version = 2")], store, evolve(given, packs={}))
    assert later.version("loja", 1).legal.loosen[0].reason == "contrato"
    assert later.version("loja", 1).legal.rules == ()
    store.close()


@pytest.mark.law("cdc.42a")
@pytest.mark.parametrize("part", ["name", "document", "address"])
def test_a_creditor_that_does_not_say_who_it_is_opens_no_engine(counter: Counter, part: str):
    """Under a pack with `identification` also where nothing is overdue; the rule is told."""
    policy = f'{REMINDING.replace("version = 1", "version = 2")}[legal]\npacks = ["br-consumer"]\n'
    with pytest.raises(SettingsError, match=rf"has no {part};.*\(cdc\.42a: CDC art\. 42-A"):
        counter.another(creditors=settings(policy, **{part: " "}))


def test_a_creditor_that_only_reminds_has_a_name(counter: Counter):
    """Without such a pack."""
    policy = REMINDING.replace("version = 1", "version = 2")
    counter.another(creditors=settings(policy, document="", address="")).close()
    with pytest.raises(SettingsError, match="has no name"):
        counter.another(creditors=settings(policy, name=""))


LISTING = """
[[step]]
id = "negativacao"
at = "D+45 10:00"
kind = "listing"
registrar = "bureau"
requires = { delivered = "atraso", at_least = "10d" }
approval = "human"
[legal]
packs = ["br", "br-consumer"]
"""


@pytest.mark.law("neg.aviso")
def test_a_registrar_that_does_not_notify_needs_a_notice(counter: Counter):
    """Our reminder is not the notice of CDC art. 43 §2, also in a policy that was loaded before."""
    text = POLICY.replace("version = 1", "version = 2") + LISTING
    for policy in (text, load_policy(text)):
        with pytest.raises(PolicyError, match="reminder-as-notice"):
            counter.another(creditors=settings(policy), registrars={"bureau": People(kinds=frozenset({"listing"}))})
    bureau = People(kinds=frozenset({"listing"}), capabilities=Capabilities(sends_legal_notice=True))
    counter.another(creditors=settings(text), registrars={"bureau": bureau}).close()
