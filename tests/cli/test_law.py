import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

PACK = """\
from regua import read_pack
from regua.plugins import hookimpl

TEXT = '''
format = 1
[pack]
name = "uy"
version = "1"
title = "Uruguai"
jurisdiction = "UY"
[[rule]]
id = "uy.horario"
title = "Sem ligações à noite"
kind = "default"
nature = "practice"
source = "exemplo"
reviewed_on = 2026-11-21
trusted_until = 2026-12-31
confidence = "high"
[[rule.contact_hours]]
channels = ["call"]
windows = { weekdays = "09:00-18:00", sunday = "10:00-12:00" }
'''


@hookimpl
def regua_legal_packs():
    return [read_pack(TEXT)]
"""


def rows(ran: Any) -> list[dict[str, Any]]:
    """What was listed for programs."""
    return [json.loads(line) for line in ran.out.splitlines()]


def test_every_rule_of_every_pack_is_listed(call: Run):
    """A row each, under one heading."""
    ran = call("law")
    head, *lines = ran.out.splitlines()
    assert head.split("  ")[0] == "RULE"
    assert (len(lines), ran.err, ran.status) == (107, "107 rules\n", 0)
    [row] = [line for line in lines if line.startswith("neg.pr ")]
    assert row.split() == [
        *("neg.pr", "br", "hard", "days_past_due", "30,", "notice,", "notice_wait", "5d", "terms:", "listing"),
        *("PR", "2025-03-10", "2027-02-21", "Lei", "PR", "22.130/2024", "art.", "183"),
    ]


def test_of_one_rule_everything_is_told(call: Run):
    """A line each, and none for what it does not say."""
    ran = call("law", "juros.usura_teto")
    assert ran.out.splitlines() == [
        "juros.usura_teto (br): Ceiling of agreed interest: twice the legal rate (contested after 2024)",
        "  kind: default, law",
        "  source: Decreto 22.626/1933 art. 1, with CC art. 406",
        "  url: https://migalhas.com.br/coluna/migalhas-notariais-e-registrais/412753/os-juros-moratorios-convencionais-apos-a-lei-dos-juros-legais",
        "  in force since: 1933-04-07 (not confirmed)",
        "  applies to: all",
        "  acts on: built_in: charges",
        "  figure max: 2*taxa_legal",
        "  figure warn_if_agreed_above: true",
        "  figure example_2026_10_pct: 0.758040",
        "  exceptions: Lei 14.905 art. 3",
        "  notes: Doctrine, no binding decision found. In some months 2 x taxa legal < 1%: warn, do not block.",
        "  reviewed on: 2026-11-21, trusted until 2027-02-21",
        "  confidence: low (secondary)",
        "  doubts: low confidence, date not confirmed",
    ]
    assert ran.status == 0


def test_one_rule_for_programs(call: Run):
    """What it does in the words of its pack."""
    [row] = rows(call("law", "setor.energia", "--format", "jsonl"))
    assert row["where"] == {"states": [], "titles": ["energy"], "told": False, "debtor": ""}
    assert row["provisions"] == [
        {"provision": "act_hours", "kinds": ["suspend"], "windows": ["Mon-Fri 08:00-18:00"]},
        {
            "provision": "terms",
            "kinds": ["suspend"],
            "last_day_past_due": "90",
            "notice": "true",
            "notice_wait": "15d",
        },
        {"provision": "fine_cap", "max": "2%"},
        {"provision": "interest_cap", "max": "1%"},
    ]
    assert (row["in_force_since"], row["in_force_confirmed"], row["loosens"]) == ("2022-01-01", False, False)


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        (("--pack", "br-rent"), 2),
        (("--pack", "br-rent", "--kind", "hard"), 1),
        (("--kind", "doc", "--pack", "br-b2b"), 2),
        (("--pack", "br-school", "--kind", "doc"), 0),
    ],
)
def test_fewer_rules(call: Run, arguments: tuple[str, ...], number: int):
    """Of one pack, of one kind, of both."""
    ran = call("law", *arguments, "--format", "jsonl")
    assert (len(rows(ran)), ran.err.split()[0], ran.status) == (number, str(number), 0)


def test_what_is_no_longer_trusted_is_due_for_review(call: Run):
    """The day after; and the exit status tells a scheduled job."""
    none = call("law", "--due-for-review", "--as-of", "2026-12-31")
    assert (none.out, none.err, none.status) == ("", "0 rules\n", 0)
    some = call("law", "--due-for-review", "--as-of", "2027-01-01", "--format", "jsonl")
    assert [row["id"] for row in rows(some)] == ["jec.valor", "salario_minimo.2026"]
    assert some.status == 1


def test_today_is_the_machines(call: Run, clock: Callable[[str], None]):
    """In São Paulo: three hours into the new day by UTC it is still the old one."""
    clock("2027-01-01T02:59+00:00")
    assert call("law", "--due-for-review").status == 0
    clock("2027-01-01T03:00+00:00")
    assert call("law", "--due-for-review").status == 1


def test_what_a_lawyer_should_look_at(call: Run):
    """With the reasons, instead of the source."""
    ran = call("law", "--needs-review", "--pack", "br-water")
    assert ran.out.splitlines()[0].endswith("DOUBTS")
    assert ran.out.splitlines()[1].endswith("low confidence, from memory, date not confirmed")
    [sure] = rows(call("law", "setor.telecom", "--format", "jsonl"))
    assert sure["doubts"] == []


def test_a_rule_or_pack_that_is_not_there(call: Run):
    """The nearest is named."""
    ran = call("law", "multa.cdx")
    assert (ran.status, ran.out) == (2, "")
    assert "there is no rule 'multa.cdx'; did you mean 'multa.cdc'?" in ran.err
    assert "there is no pack 'br-rentt'; did you mean 'br-rent'?" in call("law", "--pack", "br-rentt").err


def test_packs_of_plugins_are_read_too(call: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Beside regua's own."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "plug_uy", raising=False)
    (tmp_path / "plug_uy.py").write_text(PACK, encoding="utf-8")
    info = tmp_path / "plug_uy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plug_uy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[regua]\nuy = plug_uy\n")
    [row] = rows(call("law", "--pack", "uy", "--format", "jsonl"))
    assert row["provisions"][0]["windows"] == ["Mon-Fri 09:00-18:00", "Sun 10:00-12:00"]
    assert (row["in_force_since"], row["loosens"]) == (None, True)
    assert "legal packs: uy" in call("plugins").out
