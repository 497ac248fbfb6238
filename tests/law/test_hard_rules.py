"""Policies under whole packs, read as a shop would write them, each of which tries to break one hard rule."""

from typing import Any

import pytest
from attrs import evolve, field, frozen
from tests.core.shop import paid, said
from tests.law.breaking import approved, bill, codes, lives, noticed, one, refusals
from tests.law.facts import RULES
from tests.law.proofs import proofs

from regua.core import events as ev
from regua.core.events.base import Event
from regua.core.legal import BuiltIn
from regua.core.planning import Action
from regua.policyfile import DEFAULT_CATALOG, load_policy

_ALWAYS = '{ weekdays = "00:00-24:00", saturday = "00:00-24:00", sunday = "00:00-24:00" }'
_HEAD = f"""format = 1
[policy]
id = "loja"
calendar = "br-bancario"
[plan]
max_wait = "90d"
[limits]
windows = {_ALWAYS}
call_windows = {_ALWAYS}
"""
_NEEDS = {"message": 'tone = "courteous"\nchannels = ["sms"]\ntemplate = "aviso"', "task": 'queue = "cobranca"'}
_NEEDS |= {"suspend": "", "listing": 'registrar = "orgao"\napproval = "human"'}
_NEEDS |= dict.fromkeys(("protest", "lawsuit"), f'{_NEEDS["listing"]}\nwhen = {{ kind = "TITLE" }}')
OLD = {"due": "2021-01-04", "when": "2020-12-01"}
"""Its last day is Sunday 4 January 2026, and D+1826 is that day."""
THREE = {"due": "2023-01-04", "when": "2022-12-01"}
"""Three years, D+1096, end on that day."""
PRESENTED = {"due": "2025-06-04", "when": "2025-05-02"}
"""So do thirty days and six months, D+214."""
RECENT = {"due": "2026-03-02"}
NOBODY_NOTIFIES = evolve(DEFAULT_CATALOG, notifying=frozenset())


def legal(*packs: str) -> str:
    """The packs of a policy."""
    return f"[legal]\npacks = [{', '.join(map(repr, packs))}]\n"


@frozen(kw_only=True)
class Attempt:
    """A step that a rule keeps from its day.

    Attributes:
        kind: of step.
        at: when the policy wants it; due is Monday 2 March 2026.
        as_of: then.
        code: the blocker that keeps it.
        title: kind of receivable.
        facts: what happened.
        packs: beside `br`.
        bill: of the receivable.
    """

    kind: str
    at: str = "D+31 10:00"
    as_of: str = "2026-04-02 10:00"
    code: str
    title: str = "services"
    facts: tuple[Event, ...] = ()
    packs: tuple[str, ...] = ()
    bill: dict[str, str] = field(factory=lambda: RECENT)

    def outcome(self) -> Action:
        """What becomes of it for `nf-1`, approved by a person."""
        needed = _NEEDS[self.kind].replace("TITLE", self.title)
        step = f'[[step]]\nid = "passo"\nkind = "{self.kind}"\nat = "{self.at}"\n{needed}\n'
        rules = load_policy(_HEAD + legal("br", *self.packs) + step, catalog=NOBODY_NOTIFIES)
        approval = approved("passo", "2026-01-02" if "when" in self.bill else "2026-01-06")
        return one(rules, [bill(kind=self.title, **self.bill), approval, *self.facts], self.as_of, "passo")


def call(at: str, day: str) -> dict[str, Any]:
    """A call at a time that a state closes."""
    return {"kind": "task", "at": at, "as_of": day, "code": "outside-window"}


def old(kind: str = "message", title: str = "services", day: int = 1826, **fields: Any) -> dict[str, Any]:
    """A step for the last day of a term, a Sunday, which closes on Monday only what is over by then."""
    at = {"at": f"D+{day} 10:00", "as_of": "2026-01-05 10:00"}
    return {"kind": kind, "title": title, "code": "time-barred", "bill": OLD, **at, **fields}


ON_THE_LIST = said(ev.DoNotCallRegistered, "lista", "2026-01-10", point="sms", list="procon-sp")
FIRST, SECOND = (
    said(ev.ProtestRegistered, f"protesto {day}", day, known="2026-01-05", receivable="nf-1")
    for day in ("2021-01-05", "2025-12-01")
)
BACK = [
    said(ev.ProtestCancelled, f"cancelado {day}", day, known="2026-01-05", receivable="nf-1")
    for day in ("2021-01-06", "2025-12-02")
]


@pytest.mark.parametrize(
    ("rule", "attempt"),
    [
        pytest.param(
            "horario.sp",
            call("D+4 20:30", "2026-03-06") | {"facts": (lives("SP"),)},
            marks=pytest.mark.law("horario.sp"),
        ),
        pytest.param(
            "horario.rj",
            call("D+5 10:00", "2026-03-06") | {"facts": (lives("RJ"),)},
            marks=pytest.mark.law("horario.rj"),
        ),
        pytest.param(
            "horario.es",
            call("D+4 19:30", "2026-03-06") | {"facts": (lives("ES"),)},
            marks=pytest.mark.law("horario.es"),
        ),
        pytest.param(
            "horario.am",
            call("D+4 18:30", "2026-03-06") | {"facts": (lives("AM"),)},
            marks=pytest.mark.law("horario.am"),
        ),
        pytest.param(
            "horario.al",
            call("D+5 15:00", "2026-03-06") | {"facts": (lives("AL"),)},
            marks=pytest.mark.law("horario.al"),
        ),
        pytest.param(
            "dnc.sp",
            {
                "kind": "message",
                "at": "D+8 10:00",
                "as_of": "2026-03-10 10:00",
                "code": "opted-out",
                "facts": (lives("SP"), ON_THE_LIST),
            },
            marks=pytest.mark.law("dnc.sp"),
        ),
        pytest.param(
            "neg.aviso",
            {"kind": "listing", "code": "listing-notice-wait", "packs": ("br-consumer",)},
            marks=pytest.mark.law("neg.aviso"),
        ),
        pytest.param(
            "neg.pr",
            {
                "kind": "listing",
                "at": "D+8 10:00",
                "as_of": "2026-03-10 10:00",
                "code": "legal-wait",
                "facts": (lives("PR"), noticed("2026-02-10")),
            },
            marks=pytest.mark.law("neg.pr"),
        ),
        pytest.param("neg.cinco_anos", old("listing", packs=("br-consumer",)), marks=pytest.mark.law("neg.cinco_anos")),
        pytest.param(
            "protesto.titulo",
            {"kind": "protest", "title": "duplicata", "code": "legal-wait"},
            marks=pytest.mark.law("protesto.titulo"),
        ),
        pytest.param("protesto.prescricao", old("protest", "contract"), marks=pytest.mark.law("protesto.prescricao")),
        pytest.param("presc.extrajudicial", old(), marks=pytest.mark.law("presc.extrajudicial")),
        pytest.param("presc.5a", old("lawsuit"), marks=pytest.mark.law("presc.5a")),
        pytest.param(
            "presc.3a_titulo", old(title="credit-title", day=1096, bill=THREE), marks=pytest.mark.law("presc.3a_titulo")
        ),
        pytest.param(
            "presc.3a_aluguel",
            old(title="rent", day=1096, bill=THREE, packs=("br-rent",)),
            marks=pytest.mark.law("presc.3a_aluguel"),
        ),
        pytest.param(
            "presc.duplicata",
            old("protest", "duplicata", day=1096, bill=THREE),
            marks=pytest.mark.law("presc.duplicata"),
        ),
        pytest.param(
            "presc.cheque", old("protest", "cheque", 214, bill=PRESENTED), marks=pytest.mark.law("presc.cheque")
        ),
        pytest.param(
            "setor.publico",
            {"kind": "suspend", "title": "energy", "code": "outside-window", "facts": (noticed("2026-03-04"),)},
            marks=pytest.mark.law("setor.publico"),
        ),
        pytest.param(
            "setor.energia",
            {"kind": "suspend", "title": "energy", "code": "legal-wait", "packs": ("br-energy",)},
            marks=pytest.mark.law("setor.energia"),
        ),
        pytest.param(
            "setor.agua",
            {
                "kind": "suspend",
                "title": "water",
                "code": "legal-wait",
                "packs": ("br-water",),
                "facts": (noticed("2026-03-20"),),
            },
            marks=pytest.mark.law("setor.agua"),
        ),
        pytest.param(
            "setor.telecom",
            {"kind": "suspend", "title": "telecom", "code": "legal-wait", "packs": ("br-telecom",)},
            marks=pytest.mark.law("setor.telecom"),
        ),
        pytest.param(
            "setor.saude",
            {
                "kind": "suspend",
                "title": "health",
                "code": "legal-wait",
                "packs": ("br-health",),
                "facts": (noticed("2026-03-04"),),
            },
            marks=pytest.mark.law("setor.saude"),
        ),
    ],
)
def test_a_step_does_not_run_on_the_day_on_which_a_rule_keeps_it(rule: str, attempt: dict[str, Any]) -> None:
    """It is not due when the policy wants it, and a reason names the rule, or the term that the rule sets."""
    found = Attempt(**attempt).outcome()
    assert found.status != "due"
    named = {(reason.code, each) for reason in found.reasons for each in (reason.rule, reason.facts.get("term", ""))}
    assert (attempt["code"], rule) in named, codes(found)


@pytest.mark.law("presc.interrupcao")
def test_a_term_does_not_begin_anew_twice() -> None:
    """Protested in 2021 it lives until 2026; a second protest of 2025 adds nothing."""
    again = (FIRST, SECOND, *BACK)
    found = Attempt(**old(facts=again, at="D+1825 10:00", as_of="2026-01-12")).outcome()
    assert (found.status, codes(found)[0]) == ("ended", ("time-barred", "presc.extrajudicial"))
    assert found.reasons[0].facts["restarted_by"] == FIRST.id


@pytest.mark.parametrize(
    ("rule", "consequence", "packs"),
    [
        pytest.param("neg.baixa", ev.ListingConfirmed, ("br",), marks=pytest.mark.law("neg.baixa")),
        pytest.param("super.carencia", ev.ServiceSuspended, ("br-consumer",), marks=pytest.mark.law("super.carencia")),
    ],
)
def test_what_has_no_ground_any_more_is_undone_though_the_policy_has_no_step_for_it(
    rule: str, consequence: type[Event], packs: tuple[str, ...]
) -> None:
    """Paid on Thursday 9 April: owed on the day after."""
    done = said(consequence, "feito", "2026-04-02", receivable="nf-1")
    rules = load_policy(_HEAD + legal(*packs))
    found = one(rules, [bill(), done, paid("150.00", "2026-04-09", "nf-1")], "2026-04-10", f"owed:{rule}")
    assert (found.status, ("owed", rule) in codes(found)) == ("due", True)


@pytest.mark.parametrize(
    ("rule", "code", "text"),
    [
        pytest.param(
            "multa.cdc",
            "fine-over-cap",
            legal("br", "br-consumer") + '[charges]\nfine = "2.01%"\n',
            marks=pytest.mark.law("multa.cdc"),
        ),
        pytest.param(
            "multa.usura",
            "fine-over-cap",
            legal("br") + '[charges]\nfine = "10.01%"\n',
            marks=pytest.mark.law("multa.usura"),
        ),
        pytest.param(
            "multa.condominio",
            "fine-over-cap",
            legal("br", "br-condominium") + '[charges]\nfine = "2.01%"\n',
            marks=pytest.mark.law("multa.condominio"),
        ),
        pytest.param(
            "multa.plano_saude",
            "interest-over-cap",
            legal("br", "br-health") + '[charges]\ninterest = "1.01%/month"\n',
            marks=pytest.mark.law("multa.plano_saude"),
        ),
        pytest.param(
            "setor.escola",
            "forbidden-step",
            legal("br", "br-school") + '[[step]]\nid = "portal"\nkind = "suspend"\nat = "D+30 10:00"\n',
            marks=pytest.mark.law("setor.escola"),
        ),
        pytest.param(
            "setor.condominio",
            "forbidden-step",
            legal("br", "br-condominium") + '[[step]]\nid = "piscina"\nkind = "suspend"\nat = "D+30 10:00"\n',
            marks=pytest.mark.law("setor.condominio"),
        ),
    ],
)
def test_a_policy_that_breaks_a_rule_is_refused(rule: str, code: str, text: str) -> None:
    """By the rule's id and its source."""
    [message] = [message for each, message in refusals(text) if each == code]
    assert rule in message
    assert RULES[rule].source in message


def test_every_hard_rule_is_tried_here() -> None:
    """But for who the creditor is, which no policy says."""
    hard = {
        rule.id
        for rule in RULES.values()
        if rule.kind == "hard" and any(not isinstance(each, BuiltIn) for each in rule.provisions)
    }
    assert hard - {proof.rule for proof in proofs() if proof.path == "law/test_hard_rules.py"} == {"cdc.42a"}
