"""Suspension of a service: the notice, the days on which it may begin, and where there is none."""

import pytest
from tests.core.shop import invoice, paid, policy, said, schedule
from tests.law.breaking import act, bill, codes, noticed, one, only, refusals, when

from regua.core import events as ev
from regua.core.events.base import Event
from regua.core.planning import Action


def cut(rule: str, kind: str, at: str, as_of: str, *facts: Event) -> Action:
    """A suspension of what was due on Monday 2 March 2026."""
    return one(policy(act("corte", at, "suspend"), legal=only(rule)), [bill(kind=kind), *facts], as_of, "corte")


@pytest.mark.parametrize(
    ("rule", "kind", "day"),
    [
        pytest.param("setor.energia", "energy", "2026-03-26", marks=pytest.mark.law("setor.energia")),
        pytest.param("setor.agua", "water", "2026-04-10", marks=pytest.mark.law("setor.agua")),
        pytest.param("setor.telecom", "telecom", "2026-03-26", marks=pytest.mark.law("setor.telecom")),
    ],
)
def test_a_service_is_cut_after_the_notice_and_its_term(rule: str, kind: str, day: str) -> None:
    """Told on 10 March, 15 or 30 days pass; without the notice it waits."""
    silent = cut(rule, kind, "D+5 10:00", "2026-03-10")
    assert (silent.status, codes(silent)[0]) == ("waiting", ("legal-wait", rule))
    assert when(cut(rule, kind, "D+5 10:00", "2026-03-10 12:00", noticed("2026-03-10")))[:10] == day


@pytest.mark.law("setor.energia")
def test_electricity_is_not_cut_after_90_days() -> None:
    """31 May is the 90th day, a Sunday: after Friday the 29th there is no day left."""
    told = noticed("2026-03-10")
    assert cut("setor.energia", "energy", "D+88 10:00", "2026-05-29", told).status == "due"
    late = cut("setor.energia", "energy", "D+91 10:00", "2026-06-01", told)
    assert (late.status, codes(late)[0]) == ("ended", ("forbidden", "setor.energia"))


@pytest.mark.law("setor.energia")
def test_electricity_is_cut_from_8_to_18_hours_of_a_weekday() -> None:
    """Saturday 4 April, in the evening: on Monday, while it is open."""
    found = cut("setor.energia", "energy", "D+33 19:00", "2026-04-01", noticed("2026-03-10"))
    assert when(found) == "2026-04-06 17:59"


@pytest.mark.law("setor.publico")
@pytest.mark.parametrize("kind", ["energy", "water", ""])
def test_no_public_service_is_cut_before_a_weekend_or_a_holiday(kind: str) -> None:
    """Friday 17 April goes to Monday; Monday is the eve of Tiradentes: on Wednesday 22 April."""
    found = cut("setor.publico", kind, "D+46 10:00", "2026-04-13", noticed("2026-03-10"))
    assert when(found) == "2026-04-22 10:00"
    assert cut("setor.publico", kind, "D+42 10:00", "2026-04-13").status == "waiting"


@pytest.mark.law("setor.saude")
def test_a_health_plan_is_cut_for_two_fees_after_a_notice_by_day_50() -> None:
    """Due on 2 March and 2 April; told on 15 April (day 44), the 60th day is 1 May."""
    rules = policy(act("corte", "D+45 10:00", "suspend"), legal=only("setor.saude"))
    second = invoice("nf-2", "150.00", "2026-04-02", kind="health", when="2026-01-05")
    facts = [bill(kind="health"), second, noticed("2026-04-15")]
    assert when(one(rules, facts, "2026-04-17", "corte"))[:10] == "2026-05-04"  # 1 May is a holiday, then a weekend
    alone = one(rules, [facts[0], facts[2]], "2026-05-04", "corte")
    assert (alone.status, codes(alone)[0]) == ("waiting", ("legal-wait", "setor.saude"))
    late = one(rules, [*facts[:2], noticed("2026-04-22")], "2026-05-04", "corte")
    assert (late.status, codes(late)[0]) == ("waiting", ("legal-wait", "setor.saude"))


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        pytest.param("setor.escola", "school", marks=pytest.mark.law("setor.escola")),
        pytest.param("setor.condominio", "condominium", marks=pytest.mark.law("setor.condominio")),
    ],
)
def test_neither_pupil_nor_owner_is_shut_out(rule: str, kind: str) -> None:
    """At no time; and `regua check` says so before."""
    found = cut(rule, kind, "D+30 10:00", "2026-04-01", noticed("2026-03-05"))
    assert (found.status, codes(found)[0]) == ("ended", ("forbidden", rule))
    pack = {"school": "br-school", "condominium": "br-condominium"}[kind]
    text = f'[legal]\npacks = ["{pack}"]\n[[step]]\nid = "corte"\nat = "D+30 10:00"\nkind = "suspend"\n'
    assert rule in dict(refusals(text))["forbidden-step"]


@pytest.mark.law("setor.escola")
def test_a_school_sues_after_90_days() -> None:
    """More than 90 days: the 91st is 1 June."""
    rules = policy(act("ação", "D+60 10:00", "lawsuit"), legal=only("setor.escola"))
    assert when(one(rules, [bill(kind="school")], "2026-05-04", "ação"))[:10] == "2026-06-01"


@pytest.mark.law("super.carencia")
def test_a_service_comes_back_at_once() -> None:
    """Paid on Saturday 4 April: it is owed that day, though the policy has no step for it."""
    suspended = said(ev.ServiceSuspended, "cortado", "2026-04-01", receivable="nf-1")
    rules = policy(act("corte", "D+20 10:00", "suspend"), legal=only("super.carencia"))
    found = schedule(rules, [bill(), suspended, paid("150.00", "2026-04-04", "nf-1")], "2026-04-04 13:00")
    [restoring] = [each for each in found.due if each.step == "owed:super.carencia"]
    assert restoring.kind == "restore"
