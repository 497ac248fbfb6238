"""Packs as files: what a pack may say, and figures that a policy loosens."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from tests.law.facts import RULES

from regua import load_policy, read_pack
from regua.core.dates import Duration
from regua.core.legal import ClaimLimit, FineCap, OwedAct, Terms
from regua.errors import PolicyError
from regua.policyfile.packs import telling
from regua.policyfile.packs.builtin import NAMES
from regua.policyfile.packs.reading import loosened

HEAD = """\
format = 1

[pack]
name = "uy"
version = "1"
title = "Uruguai"

[[rule]]
id = "uy.multa"
title = "Multa"
kind = "hard"
nature = "law"
source = "exemplo"
reviewed_on = 2026-11-21
trusted_until = 2027-11-21
confidence = "high"
"""


def problems(text: str) -> list[str]:
    """What is wrong with a pack, with the place."""
    with pytest.raises(PolicyError) as caught:
        read_pack(text, name="uy.toml")
    return [str(each) for each in caught.value.diagnostics]


def test_a_pack_is_read_from_a_path_a_text_or_bytes(tmp_path: Path) -> None:
    """And gives the same rules."""
    path = tmp_path / "uy.toml"
    path.write_text(HEAD, encoding="utf-8")
    assert read_pack(path) == read_pack(HEAD) == read_pack(HEAD.encode())
    [rule] = read_pack(path).rules
    assert (rule.id, rule.since, rule.provisions, rule.doubts) == ("uy.multa", None, (), ("date not confirmed",))
    assert str(rule.origin_of("title")) == f"{path}:10:1"


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("colour = 1\n", "uy.toml:17:1: unknown key 'colour'"),
        ("in_force_since = '2020'\n", "uy.toml:17:18: 'in_force_since' takes a date without quotes"),
        ("where = { states = ['XX'] }\n", "uy.toml:17:21: unknown value of 'states': 'XX'"),
        ("where = {}\n", "uy.toml:17:9: "),
        ("[[rule.fine_cap]]\nmax = 0.02\n", "uy.toml:18:7: "),
        ("[[rule.terms]]\nkinds = ['listin']\n", "did you mean 'listing'?"),
        ("[[rule.built_in]]\nby = 'magic'\n", "unknown value of 'by': 'magic'"),
        ("[[rule.owed]]\nkind = 'delisting'\nconsequence = 'listing'\nwithin = '0bd'\n", "'0bd' is not a duration"),
        (HEAD[HEAD.index("[[rule]]") :], "uy.toml:18:1: two rules have the id 'uy.multa'; rename one [duplicate-id]"),
    ],
)
def test_what_a_pack_cannot_say_is_told_with_its_place(more: str, problem: str) -> None:
    """And the remedy."""
    assert problem in "\n".join(problems(HEAD + more))


def test_a_rule_for_people_does_nothing() -> None:
    """A `doc` with a provision is a mistake."""
    text = HEAD.replace('"hard"', '"doc"') + '[[rule.fine_cap]]\nmax = "2.00%"\n'
    [problem] = problems(text)
    assert "is for people only and has 1 provisions; remove them" in problem


def test_a_default_is_loosened_by_its_own_figures() -> None:
    """What is not named stays."""
    rule = loosened(RULES["neg.pratica"], 'days_past_due = 20; notice_wait = "5d"')
    [terms] = rule.provisions
    assert isinstance(terms, Terms)
    assert (terms.days_past_due, terms.notice_wait, terms.notice) == (20, Duration(5), True)
    assert rule.id == "neg.pratica"


def test_what_is_owed_later_still_names_its_rule() -> None:
    """So that the plan can."""
    [act] = loosened(RULES["protesto.anuencia"], 'within = "30d"').provisions
    assert isinstance(act, OwedAct)
    assert (act.rule, act.within) == ("protesto.anuencia", Duration(30))


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (
            "twenty days",
            'write "off", or figures such as \'days_past_due = 20; notice_wait = "5d"\'',
        ),
        ("days = 20", "the rule has no figure 'days'; it has days_past_due, kinds, notice, notice_wait"),
        ("days_past_due = -1", "'days_past_due' takes a whole number from 0"),
    ],
)
def test_a_figure_that_is_none_is_told(value: str, problem: str) -> None:
    """With those that there are."""
    with pytest.raises(ValueError, match=problem.replace("(", r"\(")):
        loosened(RULES["neg.pratica"], value)


def test_a_policy_loosens_by_the_file() -> None:
    """The deviation of the how-to page."""
    policy = load_policy(
        'format = 1\npolicy.id = "loja"\nlegal.packs = ["br"]\n[[legal.loosen]]\nrule = "protesto.dias"\n'
        'value = "days_past_due = 20"\nreason = "contrato"\ndecided_by = "Maria"\n'
    )
    [rule] = [each for each in policy.legal.rules if each.id == "protesto.dias"]
    assert telling.value(rule) == "days_past_due 20"


def test_figures_are_told_as_a_pack_writes_them() -> None:
    """Shares in percent, money in its currency, days of equal hours together."""
    assert telling.value(RULES["multa.cdc"]) == "max 2%"
    assert telling.value_of(FineCap(max=RULES["multa.cdc"].provisions[0].max / 3)).startswith("max 0.66666")  # type: ignore[union-attr]
    assert telling.value(RULES["salario_minimo.2026"]) == "year 2026, max 64840.00, without_lawyer 32420.00"
    assert telling.value(RULES["presc.covid"]) == "first 2020-06-12, last 2020-10-30"
    assert telling.value(RULES["setor.publico"]) == "act_hours Mon-Thu 08:00-18:00, no eve; terms notice"
    assert telling.place_of(RULES["neg.baixa"].provisions[0]) == "owed: delisting"
    assert telling.where(RULES["presc.cheque"]) == "cheque (told)"
    limit = RULES["salario_minimo.2026"].provisions[0]
    assert isinstance(limit, ClaimLimit)
    assert telling.figures_of(limit)["max"] == "64840.00"


def test_every_file_of_the_folder_is_a_pack() -> None:
    """And every name has its file."""
    there = {each.name for each in files("regua").joinpath("data", "law").iterdir()}
    assert there == {f"{name}.toml" for name in NAMES}


def test_a_rule_is_in_force_from_its_day_on() -> None:
    """One without a day always is."""
    rule = RULES["neg.pr"]
    assert not rule.is_in_force(date(2025, 3, 9).toordinal())
    assert rule.is_in_force(date(2025, 3, 10).toordinal())
    assert RULES["neg.pratica"].is_in_force(1)


@pytest.mark.parametrize(
    ("more", "place", "told"),
    [
        ("[[rule.prescription]]\nyears = 99999\n", "18:9", "'years' takes a whole number from 0 to 100 [out"),
        ("[[rule.prescription]]\ndays = 40000\n", "18:8", "'days' takes a whole number from 0 to 36500 [out"),
        ("[[rule.prescription]]\nmonths = 1201\n", "18:10", "'months' takes a whole number from 0 to 1200 [out"),
        ("[[rule.terms]]\nkinds = ['listing']\nlast_year = 9999\n", "19:13", "'last_year' takes a whole number from 0"),
        (
            "[[rule.prescription_pause]]\nfirst = 2020-06-10\nlast = 9999-12-31\n",
            "19:8",
            "'last' takes a date from 1900-01-01 to 2999-12-31, not 9999-12-31 [out-of-range]",
        ),
        ("in_force_since = 0001-01-01\n", "17:18", "'in_force_since' takes a date from 1900-01-01 to"),
        (
            "[[rule.prescription_pause]]\nfirst = 2020-10-30\nlast = 2020-06-10\n",
            "19:1",
            "'first' 2020-10-30 comes after 'last' 2020-06-10; exchange them [invalid-value]",
        ),
        ("[[rule.prescription_pause]]\nfirst = 1900-01-01\nlast = 2999-12-31\n", "19:1", "a pause has at most 36500"),
        ("[[rule.act_hours]]\nkinds = ['suspend']\nwindows = {}\n", "19:1", "no day is open; write hours such as"),
        ("[[rule.prescription]]\n", "17:1", "the term has no length; write one of 'days', 'years', 'months' above 0"),
        ("[[rule.prescription]]\nyears = 0\n", "17:1", "the term has no length; write one of"),
        (
            "[[rule.prescription_restart]]\nevents = ['protest.registred']\n",
            "18:11",
            "unknown event 'protest.registred'; did you mean 'protest.registered'? [unknown-event]",
        ),
        ("[[rule.prescription_restart]]\nevents = ['debtor.registered']\n", "18:11", "unknown event"),
        (
            "[[rule.forbidden]]\nkinds = ['delisting']\n",
            "18:1",
            "'delisting' undoes what was done to the debtor, and no rule ends it; remove it [invalid-value]",
        ),
        ("[[rule.barred]]\nkinds = ['listing', 'credit-release']\n", "18:1", "'credit-release' undoes what was done"),
        (
            "[[rule.owed]]\nkind = 'restore'\nconsequence = 'listing'\nwithin = '1d'\n",
            "19:1",
            "'restore' does not undo a listing; write consequence = \"suspension\" [invalid-value]",
        ),
    ],
)
def test_a_pack_that_no_plan_could_keep_is_refused(more: str, place: str, told: str) -> None:
    """With the place and what to write: figures beyond calendars, terms of nothing, ended undoings."""
    assert any(f"uy.toml:{place}: {told}" in each for each in problems(HEAD + more)), problems(HEAD + more)
