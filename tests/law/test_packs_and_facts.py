"""The packs against the facts from which they were made: nothing lost, nothing invented, nothing said otherwise."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from importlib.resources import files
from typing import Any, TypeVar

import pytest
from tests.docs.pages import DOCS, Page
from tests.law.facts import FACTS, OWN, RULES

from regua.core import legal
from regua.core.dates import Duration
from regua.core.rules import window
from regua.policyfile.packs.builtin import BUILTIN

PENDING = {
    "anatel.chamada_curta",  # its extension after 2026-05-31
    "duplicata.escritural",  # its schedule
    "neg.pr",  # an action of unconstitutionality
    "presc.extrajudicial",  # STJ Tema 1.264
    "presc.tema1264",
    "super.minimo",  # STF ADPFs 1.005, 1.006, 1.097
}
OF_ONE_YEAR = {"salario_minimo.2026", "jec.valor"}
REVIEWED = date(2026, 11, 21)
each_fact = pytest.mark.parametrize("rule_id", FACTS)
P = TypeVar("P")


def provision(rule_id: str, cls: type[P]) -> P:
    """The one provision of that class that a rule has."""
    [found] = [each for each in RULES[rule_id].provisions if isinstance(each, cls)]
    return found


def test_every_fact_stands_in_exactly_one_pack() -> None:
    """105 of the facts, and two choices of our own."""
    counted = Counter(rule.id for pack in BUILTIN.values() for rule in pack.rules)
    assert counted == dict.fromkeys([*FACTS, *OWN], 1)
    assert len(FACTS) == 105


@pytest.mark.parametrize("name", BUILTIN)
def test_a_pack_is_of_the_file_of_its_name(name: str) -> None:
    """And its rules tell where they stand."""
    pack = BUILTIN[name]
    assert (pack.name, pack.jurisdiction) == (name, "BR")
    assert {str(rule.origin_of("id")).partition(":")[0] for rule in pack.rules} == {f"{name}.toml"}


@each_fact
def test_a_rule_says_what_the_fact_says(rule_id: str) -> None:
    """Word for word: title, kind, nature, source, address, confidence, how it was checked, exceptions and notes."""
    fact, rule = FACTS[rule_id], RULES[rule_id]
    words = ("title", "kind", "nature", "source", "url", "confidence", "checked", "exceptions", "notes")
    assert {word: getattr(rule, word) for word in words} == {word: fact.get(word, "") for word in words}


@each_fact
def test_a_rule_is_in_force_since_the_facts_day(rule_id: str) -> None:
    """A month or a year is its first day and is confirmed by nobody."""
    fact, rule = FACTS[rule_id], RULES[rule_id]
    text = fact["in_force_since"]
    whole = {0: "", 4: f"{text}-01-01", 7: f"{text}-01", 10: text}[len(text)]
    assert rule.since == (date.fromisoformat(whole) if whole else None)
    assert rule.since_confirmed == (len(text) == 10 and fact["in_force_confirmed"])


@each_fact
def test_a_rule_is_trusted_as_long_as_the_docs_say(rule_id: str) -> None:
    """A year where confidence is high, six months where it is medium, three where low, from memory or pending."""
    rule = RULES[rule_id]
    trusted = {"high": date(2027, 11, 21), "medium": date(2027, 5, 21), "low": date(2027, 2, 21)}
    confidence = "low" if rule.checked == "memory" or rule_id in PENDING else rule.confidence
    assert rule.reviewed_on == REVIEWED
    assert rule.trusted_until == (date(2026, 12, 31) if rule_id in OF_ONE_YEAR else trusted[confidence])


@each_fact
def test_a_figure_for_people_is_the_facts(rule_id: str) -> None:
    """What no provision says stands under `values` as the source writes it."""
    written = {key: value for rule in _tables(rule_id) for key, value in rule.get("values", {}).items()}
    assert written == {key: FACTS[rule_id]["values"][key] for key in written}
    if not RULES[rule_id].provisions:
        assert written == FACTS[rule_id]["values"]


@pytest.mark.parametrize(
    "rule_id", [name for name, fact in FACTS.items() if any("UF=" in word for word in fact["applies_to"])]
)
def test_a_state_rule_is_of_that_state(rule_id: str) -> None:
    """And every other rule of all states, but for São Paulo's list, which the facts give by its area codes."""
    states = tuple(word.removeprefix("UF=") for word in FACTS[rule_id]["applies_to"] if word.startswith("UF="))
    assert RULES[rule_id].where.states == states


def test_no_other_rule_is_of_a_state() -> None:
    """A rule for the whole country is not narrowed by mistake."""
    local = {rule.id for rule in RULES.values() if rule.where.states}
    assert local == {name for name, fact in FACTS.items() if "UF=" in str(fact["applies_to"])} | {"dnc.sp"}


@pytest.mark.parametrize(
    "rule_id", ["horario.sp", "horario.rj", "horario.es", "horario.am", "horario.al", "horario.pr"]
)
def test_hours_are_the_facts(rule_id: str) -> None:
    """Monday to Friday, Saturday, and never on Sunday."""
    values, hours = FACTS[rule_id]["values"], provision(rule_id, legal.ContactHours)
    saturday = None if values["sat"] == "none" else window(values["sat"])
    assert hours.windows == (window(values["mon_fri"]),) * 5 + (saturday, None)
    assert hours.channels == tuple(values["channels"])


def test_the_cautious_hours_are_of_every_telephone_channel() -> None:
    """E-mail is free."""
    values, hours = FACTS["horario.padrao"]["values"], provision("horario.padrao", legal.ContactHours)
    assert hours.windows == (window(values["mon_fri"]),) * 5 + (window(values["sat"]), None)
    assert hours.channels == ("call", "sms", "whatsapp")


@pytest.mark.parametrize(
    ("rule_id", "key"),
    [
        ("multa.cdc", "max_pct"),
        ("multa.condominio", "max_pct"),
        ("multa.usura", "max_pct"),
        ("multa.locacao", "default_max_pct"),
        ("multa.plano_saude", "max_fee_pct"),
        ("setor.energia", "fee_pct"),
    ],
)
def test_the_largest_fine_is_the_facts(rule_id: str, key: str) -> None:
    """As a share."""
    assert provision(rule_id, legal.FineCap).max == Fraction(FACTS[rule_id]["values"][key]) / 100


@pytest.mark.parametrize(
    ("rule_id", "key"), [("multa.plano_saude", "max_interest_month_pct"), ("setor.energia", "interest_month_pct")]
)
def test_the_largest_rate_is_the_facts(rule_id: str, key: str) -> None:
    """As a share a month."""
    assert provision(rule_id, legal.InterestCap).max == Fraction(FACTS[rule_id]["values"][key]) / 100


@pytest.mark.parametrize(
    ("rule_id", "field", "key"),
    [
        ("neg.pr", "days_past_due", "min_days_past_due"),
        ("neg.pr", "notice_wait", "min_notice_days"),
        ("neg.pratica", "days_past_due", "default_min_days_past_due"),
        ("neg.pratica", "notice_wait", "default_days_after_notice"),
        ("neg.cinco_anos", "last_year", "max_years"),
        ("protesto.dias", "days_past_due", "default_days"),
        ("setor.energia", "notice_wait", "notice_days"),
        ("setor.energia", "last_day_past_due", "max_days_after_due"),
        ("setor.agua", "notice_wait", "notice_days"),
        ("setor.telecom", "notice_wait", "notice_then_suspend_days"),
        ("setor.saude", "unpaid", "min_unpaid_fees"),
        ("setor.saude", "notice_by", "notice_by_day"),
        ("setor.saude", "notice_wait", "days_to_pay_after_notice"),
        ("setor.saude", "days_past_due", "law_min_days_overdue"),
    ],
)
def test_a_term_is_the_facts(rule_id: str, field: str, key: str) -> None:
    """Civil days or years, as the fact says them."""
    found = getattr(provision(rule_id, legal.Terms), field)
    assert (found.days if isinstance(found, Duration) else found) == FACTS[rule_id]["values"][key]


@pytest.mark.parametrize("rule_id", ["neg.aviso", "neg.sp", "neg.pr", "neg.pratica", "setor.publico", "setor.saude"])
def test_a_notice_is_needed_where_the_facts_say_so(rule_id: str) -> None:
    """A term after the notice would mean nothing without the notice."""
    assert provision(rule_id, legal.Terms).notice
    waiting = [each for rule in RULES.values() for each in rule.provisions if isinstance(each, legal.Terms)]
    assert all(each.notice for each in waiting if each.notice_wait.days or each.notice_by)


@pytest.mark.parametrize("rule_id", ["presc.5a", "presc.3a_aluguel", "presc.3a_titulo", "presc.duplicata"])
def test_a_prescription_has_the_facts_years(rule_id: str) -> None:
    """And nothing else."""
    found = provision(rule_id, legal.Prescription)
    assert (found.years, found.months, found.days) == (FACTS[rule_id]["values"]["years"], 0, 0)


def test_a_cheque_is_presented_before_its_term_begins() -> None:
    """The shorter presentation, of the same place, is taken: the longer one stands among the figures."""
    found, values = provision("presc.cheque", legal.Prescription), FACTS["presc.cheque"]["values"]
    assert (found.days, found.months) == (values["presentation_days_same_place"], values["months"])
    assert RULES["presc.cheque"].values["presentation_days_other"] == "60"


def test_the_suspension_of_2020_has_141_days() -> None:
    """From the day of the publication."""
    pause, values = provision("presc.covid", legal.PrescriptionPause), FACTS["presc.covid"]["values"]
    assert (pause.first.isoformat(), pause.last.isoformat()) == (values["from"], values["to"])
    assert (pause.last - pause.first).days + 1 == values["days"]


def test_prescription_restarts_once() -> None:
    """Código Civil art. 202."""
    restart = provision("presc.interrupcao", legal.PrescriptionRestart)
    assert restart.times == FACTS["presc.interrupcao"]["values"]["max_times"]


def test_the_delisting_has_the_facts_business_days() -> None:
    """Súmula STJ 548."""
    act = provision("neg.baixa", legal.OwedAct)
    assert act.within == Duration(FACTS["neg.baixa"]["values"]["business_days"], business=True)
    assert (act.rule, act.source) == ("neg.baixa", FACTS["neg.baixa"]["source"])


def test_caps_of_contacts_are_the_facts() -> None:
    """24 hours are the next day."""
    caps, values = provision("frequencia.padrao", legal.ContactLimits), FACTS["frequencia.padrao"]["values"]
    assert (caps.per_day, caps.per_week) == (values["max_per_day"], values["max_per_week"])
    assert caps.min_interval == Duration(values["min_hours_between"] // 24)


@pytest.mark.parametrize("rule_id", ["dnc.sp", "dnc.pa"])
def test_a_do_not_call_list_binds_after_the_facts_days(rule_id: str) -> None:
    """Civil days after the registration."""
    assert provision(rule_id, legal.DoNotCall).after == Duration(FACTS[rule_id]["values"]["days_after_registration"])


def test_the_largest_small_claim_is_forty_minimum_wages() -> None:
    """And twenty without a lawyer."""
    limit = provision("salario_minimo.2026", legal.ClaimLimit)
    wage = round(Fraction(FACTS["salario_minimo.2026"]["values"]["brl_month"]) * 100)
    values = FACTS["jec.valor"]["values"]
    assert (limit.max, limit.without_lawyer) == (
        wage * values["max_min_wages"],
        wage * values["no_lawyer_max_min_wages"],
    )
    assert (limit.max, limit.without_lawyer) == (6484000, 3242000)


def test_a_hard_rule_does_something() -> None:
    """What the engine cannot do at all would be documentation."""
    assert [rule.id for rule in RULES.values() if rule.kind == "hard" and not rule.provisions] == []


def test_one_hard_rule_may_be_loosened() -> None:
    """The switch for Tema 1.264."""
    assert [rule.id for rule in RULES.values() if rule.loosens] == ["presc.extrajudicial"]


def test_kinds_of_receivable_are_told_in_the_docs() -> None:
    """A host finds the words that the packs ask for."""
    page = Page(DOCS / "reference/law.md").prose.partition("\n## Kinds of receivable\n")[2].partition("\n## ")[0]
    told = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    assert {title for rule in RULES.values() for title in rule.where.titles} <= told


def _tables(rule_id: str) -> Iterator[dict[str, Any]]:
    for name in BUILTIN:
        text = files("regua").joinpath("data", "law", f"{name}.toml").read_text(encoding="utf-8")
        yield from (rule for rule in tomllib.loads(text)["rule"] if rule["id"] == rule_id)
