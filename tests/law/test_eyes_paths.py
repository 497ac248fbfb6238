"""Paths around a hard rule that an adversary found: shadowing, a pause without end, acts about nobody, clocks."""

from datetime import date
from fractions import Fraction

import pytest
from attrs import evolve
from tests.core.shop import policy, said, step
from tests.law.breaking import OPEN, bill, codes, one, only, when
from tests.policyfile.lawful import HEAD, diagnosed, pack

from regua.core import events as ev
from regua.core.policy import ChargeRules, Levy
from regua.policyfile import DEFAULT_CATALOG, check_policy

CALL = {"kind": "task", "channels": (), "templates": {}, "tone": None}


def test_no_pack_replaces_a_hard_rule_by_naming_its_id_first():
    """The first named counts, unless what it replaces is hard."""
    strict = pack('fine_cap = [{ max = "2.00%" }]')
    loose = evolve(pack('fine_cap = [{ max = "50.00%" }]', kind="default"), name="meu")
    catalog = evolve(DEFAULT_CATALOG, packs={"teste": strict, "meu": loose})
    head = HEAD.replace('["teste"]', '["meu", "teste"]')
    found = check_policy(head + '[charges]\nfine = "30%"\n', catalog=catalog)
    assert [each.code for each in found if each.severity == "error"] == ["fine-over-cap"]


def test_no_pause_of_the_prescription_is_made_longer():
    """A default is taken away whole; with other dates a claim would live for ever."""
    rule = pack("prescription_pause = [{ first = 2020-06-12, last = 2020-10-30 }]", kind="default")
    body = '[[legal.loosen]]\nrule = "lei.um"\nvalue = "last = 2035-01-01"\nreason = "r"\ndecided_by = "d"\n'
    assert "invalid-value" in [each.code for each in diagnosed(body, rule)]


@pytest.mark.parametrize("kind", ["listing", "protest", "suspend", "lawsuit", "agency", "credit-block"])
def test_no_act_is_about_the_debtor_in_general(kind: str):
    """The law binds an act by its receivable; one about none was free of all of it."""
    body = f'[[step]]\nid = "x"\nkind = "{kind}"\non = "promise.made"\nscope = "debtor"\n'
    assert "misplaced-key" in [each.code for each in diagnosed(body, pack('fine_cap = [{ max = "2.00%" }]'))]


@pytest.mark.parametrize(
    ("state", "area", "told"),
    [
        ("AM", "", "2026-03-05 09:00"),  # 8:00 in Manaus
        ("SP", "AM", "2026-03-05 09:00"),
        ("RJ", "", "2026-03-05 09:00"),
    ],
)
def test_hours_are_those_of_the_clock_where_the_debtor_is(state: str, area: str, told: str):
    """Whose time zone nobody told."""
    rule = {"AM": "horario.am"}.get(area or state, "horario.rj")
    rules = policy(step("contato", "D+3 05:00", **CALL), limits=OPEN, legal=only(rule))
    facts = [bill(), said(ev.DebtorRegistered, "quem", "2026-01-05", state=state)]
    if area:
        facts.append(
            said(ev.ContactPointAdded, "fone", "2026-01-05", point="fone", channels=("call",), ref="f", state=area)
        )
    found = one(rules, facts, "2026-03-03", "contato")
    assert found.at.in_timezone("America/Sao_Paulo").format("YYYY-MM-DD HH:mm") == told


def test_nothing_is_done_about_what_may_still_be_paid_in_time():
    """Though the policy loosens the days past due: due on Saturday, on Monday it may be paid, on Tuesday filed."""
    act = step("agir", "D+1 10:00", kind="lawsuit", channels=(), templates={}, tone=None, anchor="due")
    found = one(policy(act, legal=only("presc.5a")), [bill("2026-11-14", when="2026-10-14")], "2026-11-14", "agir")
    assert when(found)[:10] >= "2026-11-17"


def test_an_amended_due_date_revives_no_claim():
    """Due in 2015, barred in 2020, amended in 2026."""
    rules = policy(step("contato", "D+3 10:00"), legal=only("presc.5a", "presc.extrajudicial"))
    amended = said(ev.InvoiceAmended, "novo", "2026-01-12", receivable="nf-1", due=date(2026, 3, 2))
    found = one(rules, [bill("2015-03-02", when="2015-02-02"), amended], "2026-03-03", "contato")
    assert codes(found)[0][0] == "time-barred"


def test_no_charge_goes_over_a_cap_by_a_migration():
    """The bill was issued under a policy without packs, at ten percent; the one that governs now knows the law."""
    ten = ChargeRules(fine=Levy(share=Fraction(1, 10)))
    old = policy(step("contato", "D+3 10:00"), charges=ten)
    found = one(evolve(old, legal=only("multa.cdc")), [bill()], "2026-03-03", "contato")
    assert found.amount.minor == 15300
