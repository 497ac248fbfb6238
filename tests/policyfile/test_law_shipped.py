"""What the packs that come with regua refuse, rule by rule."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from attrs import evolve
from tests.policyfile.writing import at, step

from regua.policyfile import DEFAULT_CATALOG, check_policy


def act(kind: str, day: str, *lines: str) -> str:
    """Write a step of an act."""
    return f'[[step]]\nid = "a"\nat = "{day} 10:00"\nkind = "{kind}"\n' + "".join(f"{line}\n" for line in lines)


WARNING = step("aviso", at("D+20"))
REQUIRING = 'registrar = "bureau"\nrequires = { delivered = "aviso" }\napproval = "human"'


def found(packs: str, body: str) -> list[str]:
    """Check a policy of the shipped packs; give `severity code rule` of each problem."""
    listed = ", ".join(f'"{name}"' for name in packs.split())
    text = f'format = 1\npolicy.id = "padrao"\nlegal.packs = [{listed}]\n{body}'
    problems = check_policy(text, catalog=evolve(DEFAULT_CATALOG, notifying=frozenset({"serasa"})))
    named = [re.search(r"\(([a-z0-9_]+\.[a-z0-9_]+)(?: for [^:]+)?: ", each.message) for each in problems]
    return [
        f"{each.severity} {each.code} {rule[1] if rule else ''}" for each, rule in zip(problems, named, strict=True)
    ]


@pytest.mark.parametrize(
    ("packs", "body", "told"),
    [
        pytest.param(
            "br-consumer",
            'charges.fine = "2.01%"\n',
            "error fine-over-cap multa.cdc",
            marks=pytest.mark.law("multa.cdc"),
        ),
        pytest.param(
            "br-condominium",
            'charges.fine = "2.01%"\n',
            "error fine-over-cap multa.condominio",
            marks=pytest.mark.law("multa.condominio"),
        ),
        pytest.param(
            "br-health",
            'charges.fine = "2.01%"\n',
            "error fine-over-cap multa.plano_saude",
            marks=pytest.mark.law("multa.plano_saude"),
        ),
        pytest.param(
            "br-health",
            'charges.interest = "1.01%/month"\n',
            "error interest-over-cap multa.plano_saude",
            marks=pytest.mark.law("multa.plano_saude"),
        ),
        pytest.param(
            "br-energy",
            'charges.fine = "2.01%"\n',
            "error fine-over-cap setor.energia",
            marks=pytest.mark.law("setor.energia"),
        ),
        pytest.param(
            "br", 'charges.fine = "10.01%"\n', "error fine-over-cap multa.usura", marks=pytest.mark.law("multa.usura")
        ),
        pytest.param(
            "br-rent",
            'charges.fine = "10.01%"\n',
            "warning fine-over-cap multa.locacao",
            marks=pytest.mark.law("multa.locacao"),
        ),
        pytest.param(
            "br",
            'charges.interest = "1.01%/month"\n',
            "warning interest-over-cap juros.convencionado",
            marks=pytest.mark.law("juros.convencionado"),
        ),
        pytest.param(
            "br",
            "limits.contacts_per_day = 2\n",
            "warning contacts-over-cap frequencia.padrao",
            marks=pytest.mark.law("frequencia.padrao"),
        ),
        pytest.param(
            "br",
            'limits.call_windows = { sunday = "10:00-12:00" }\n' + act("task", "D+3").replace("10:00", "11:00"),
            "warning window-wider-than-law horario.padrao",
            marks=pytest.mark.law("horario.padrao"),
        ),
        pytest.param(
            "br-condominium",
            act("suspend", "D+40"),
            "error forbidden-step setor.condominio",
            marks=pytest.mark.law("setor.condominio"),
        ),
        pytest.param(
            "br-school",
            act("suspend", "D+40"),
            "error forbidden-step setor.escola",
            marks=pytest.mark.law("setor.escola"),
        ),
        pytest.param(
            "br",
            act("protest", "D+40", 'approval = "human"'),
            "warning protest-without-title protesto.titulo",
            marks=pytest.mark.law("protesto.titulo"),
        ),
        pytest.param(
            "br",
            act("lawsuit", "D+40"),
            "warning approval-missing aprovacao.humana",
            marks=pytest.mark.law("aprovacao.humana"),
        ),
        pytest.param(
            "br-consumer",
            WARNING + act("listing", "D+40", REQUIRING),
            "error reminder-as-notice neg.aviso",
            marks=pytest.mark.law("neg.aviso"),
        ),
        pytest.param(
            "br",
            act("listing", "D+29", 'approval = "human"'),
            "warning step-before-term neg.pratica",
            marks=pytest.mark.law("neg.pratica"),
        ),
        pytest.param(
            "br-consumer",
            act("listing", "D+1828", 'approval = "human"'),
            "error step-after-term neg.cinco_anos",
            marks=pytest.mark.law("neg.cinco_anos"),
        ),
        pytest.param(
            "br-energy",
            act("suspend", "D+91"),
            "error step-after-term setor.energia",
            marks=pytest.mark.law("setor.energia"),
        ),
        pytest.param(
            "br",
            act("lawsuit", "D+1828", 'approval = "human"', 'when = { kind = "services" }'),
            "error step-after-term presc.5a",
            marks=pytest.mark.law("presc.5a"),
        ),
        pytest.param(
            "br",
            act("lawsuit", "D+1097", 'approval = "human"', 'when = { kind = "credit-title" }'),
            "error step-after-term presc.3a_titulo",
            marks=pytest.mark.law("presc.3a_titulo"),
        ),
        pytest.param(
            "br br-rent",
            act("lawsuit", "D+1097", 'approval = "human"', 'when = { kind = "rent" }'),
            "error step-after-term presc.3a_aluguel",
            marks=pytest.mark.law("presc.3a_aluguel"),
        ),
        pytest.param(
            "br",
            act("protest", "D+1097", 'approval = "human"', 'when = { kind = "duplicata" }'),
            "error step-after-term presc.duplicata",
            marks=pytest.mark.law("presc.duplicata", "protesto.prescricao"),
        ),
        pytest.param(
            "br",
            act("protest", "D+217", 'approval = "human"', 'when = { kind = "cheque" }'),
            "error step-after-term presc.cheque",
            marks=pytest.mark.law("presc.cheque", "protesto.prescricao"),
        ),
        pytest.param(
            "br",
            step("a", at("D+1828"), 'when = { kind = "services" }'),
            "error step-after-term presc.5a",
            marks=pytest.mark.law("presc.extrajudicial"),
        ),
    ],
)
def test_a_policy_that_goes_beyond_a_rule_is_told_so(packs: str, body: str, told: str):
    """An error where the rule is hard, else a warning; the message names the rule, of a prescription its term."""
    assert told in found(packs, body)


@pytest.mark.parametrize(
    ("packs", "body"),
    [
        ("br br-consumer", 'charges = { fine = "2.00%", interest = "1.00%/month" }\n'),
        ("br br-rent", 'charges.fine = "10.00%"\n'),
        ("br", act("protest", "D+30", 'approval = "human"', 'when = { kind = "duplicata" }')),
        ("br br-consumer", act("listing", "D+30", 'approval = "human"', 'registrar = "serasa"')),
        (
            "br br-energy",
            act("suspend", "D+90", 'when = { kind = "energy" }') + act("notice", "D+9").replace('"a"', '"b"'),
        ),
        ("br", act("lawsuit", "D+1096", 'approval = "human"')),
        ("br", "limits = { contacts_per_day = 1, contacts_per_week = 3 }\n"),
    ],
)
def test_a_policy_at_the_limit_is_told_nothing(packs: str, body: str):
    """What a rule allows is allowed to the day and the cent."""
    assert found(packs, body) == []


def test_the_policies_that_come_with_regua_keep_to_the_law():
    """Nothing but what this version does not carry out yet is said of them."""
    data = Path(str(files("regua"))) / "data"
    for name in ("policies/boleto-b2c.toml", "starter/padrao.toml"):
        assert {each.code for each in check_policy(data / name)} <= {"not-yet-supported"}


def test_the_starter_keeps_to_the_law_of_consumers():
    """It names the packs that most will want."""
    text = (Path(str(files("regua"))) / "data/starter/padrao.toml").read_text(encoding="utf-8")
    assert 'packs = ["br", "br-consumer"]' in text
    assert check_policy(text) == []


def test_who_wants_to_ask_for_time_barred_debts_is_told_of_the_switch():
    """STJ Tema 1.264 is undecided: the audited way is named where it is needed."""
    text = f'format = 1\npolicy.id = "x"\nlegal.packs = ["br"]\n{step("a", at("D+1828"))}'
    (found,) = check_policy(text)
    assert found.message.endswith(', or loosen it in [[legal.loosen]] with rule = "presc.extrajudicial"')
