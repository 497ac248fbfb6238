import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
POLICY = """\
format = 1

[policy]
id = "loja"
version = 1
timezone = "America/Sao_Paulo"
calendar = "br-bancario"

[[step]]
id = "lembrete"
at = "D-5 09:00"
tone = "reminder"
channels = ["email"]
template = "lembrete"

[[step]]
id = "atraso"
at = "D+2bd 10:00"
tone = "courteous"
channels = ["email"]
template = "atraso"
"""


def fact(type: str, name: str, when: str, creditor: str = "loja", **fields: Any) -> dict[str, Any]:  # noqa: A002 - its name
    """A fact as a line of the file holds it."""
    heads = {"type": type, "version": 1, "id": name, "creditor": creditor, "debtor": "ana"}
    return {**heads, "at": when, "recorded_at": when, **fields}


ISSUED = "2026-04-01T10:00:00-03:00"
FACTS = [
    fact("contact-point.added", "ponto", ISSUED, point="email", channels=["email"]),
    fact("consent.granted", "aceite", ISSUED, channel="email"),
    fact(
        "invoice.issued",
        "nota",
        ISSUED,
        receivable="nf-1",
        amount={"amount": "150.00", "currency": "BRL"},
        due="2026-04-18",
    ),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a policy and the facts of an invoice."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.toml").write_text(POLICY, encoding="utf-8")
    write(tmp_path, FACTS)
    return tmp_path


def write(folder: Path, facts: list[dict[str, Any]]) -> None:
    """Write facts, one a line."""
    (folder / "events.jsonl").write_text("".join(json.dumps(each) + "\n" for each in facts), encoding="utf-8")


def steps(text: str) -> list[str]:
    """What became of actions."""
    return [" ".join(line.split()[:2] + line.split()[4:6]) for line in text.splitlines() if "nf-1" in line]


def test_the_whole_lifecycle_is_told(folder: Path, call: Run):
    """Up to when nothing more is planned, and the same again."""
    ran = call("simulate", "policy.toml", "events.jsonl")
    assert ran.status == 0
    assert steps(ran.out) == [
        "2026-04-01 10:00 invoice.issued amount",
        "2026-04-15 09:00 sent lembrete",
        "2026-04-15 09:00 delivered lembrete",
        "2026-04-23 10:00 sent atraso",
        "2026-04-23 10:00 delivered atraso",
    ]
    assert ran.err.endswith(": 2 delivered, 2 sent\n")
    assert call("simulate", "policy.toml", "events.jsonl").out == ran.out
    assert sorted(path.name for path in folder.iterdir()) == ["events.jsonl", "policy.toml"]


def test_who_pays_is_thanked_by_silence(folder: Path, call: Run):
    """The payment is known on its day, and not before."""
    paid = fact(
        "payment.settled",
        "pix",
        "2026-04-22T15:00:00-03:00",
        payment="pix",
        amount={"amount": "150.00", "currency": "BRL"},
        receivables=["nf-1"],
    )
    write(folder, [*FACTS, paid])
    out = call("simulate", "policy.toml", "events.jsonl").out
    assert [line for line in steps(out) if "sent" in line] == ["2026-04-15 09:00 sent lembrete"]


@pytest.mark.usefixtures("folder")
def test_a_channel_that_bounces(call: Run):
    """`--answer` says how a channel answers."""
    ran = call("simulate", "policy.toml", "events.jsonl", "--answer", "email=bounced")
    assert "failed lembrete by email" in ran.out
    assert "contact-point.failed" in ran.out
    assert "sent atraso" not in ran.out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("answer", "problem"), [("email=eaten", "'eaten' is no answer"), ("fax=failed", "no scripted channel 'fax'")]
)
def test_an_answer_that_is_none(call: Run, answer: str, problem: str):
    """Wrong usage, with what there is."""
    ran = call("simulate", "policy.toml", "events.jsonl", "--answer", answer)
    assert ran.status == 2
    assert problem in ran.err


@pytest.mark.usefixtures("folder")
def test_up_to_a_day(call: Run):
    """The whole day belongs to it."""
    ran = call("simulate", "policy.toml", "events.jsonl", "--until", "2026-04-15")
    assert "sent lembrete" in ran.out
    assert "sent atraso" not in ran.out


@pytest.mark.usefixtures("folder")
def test_for_programs(call: Run):
    """One entry a line, with the text that the debtor reads."""
    rows = [
        json.loads(line)
        for line in call("simulate", "policy.toml", "events.jsonl", "--format", "jsonl").out.splitlines()
    ]
    [sent] = [row for row in rows if row["what"] == "sent" and row["step"] == "atraso"]
    assert (sent["at"], sent["channel"], sent["tone"]) == ("2026-04-23T10:00:00-03:00", "email", "courteous")
    assert (sent["receivable"], sent["amount"]) == ("nf-1", "150.00 BRL")
    assert "R$ 150,00" in sent["text"]


def test_the_sample_portfolio(tmp_path: Path, call: Run, monkeypatch: pytest.MonkeyPatch):
    """Two years of three customers, twice the same, and no pressing message to who is settled or disputed."""
    monkeypatch.chdir(tmp_path)
    data = Path(str(files("regua") / "data"))
    assert (
        call(
            "import", str(data / "receivables.csv"), "--map", str(data / "receivables.map.toml"), "-o", "e.jsonl"
        ).status
        == 0
    )
    three = [word for name in ("0379-NEVHP", "1408-OQZUE", "3676-CQAIF") for word in ("--debtor", name)]
    line = ("simulate", str(data / "starter/padrao.toml"), "e.jsonl", *three, "--format", "jsonl")
    out = call(*line).out
    assert call(*line).out == out
    rows = [json.loads(each) for each in out.splitlines()]
    closed: dict[str, str] = {}
    pressed = 0
    for row in rows:
        if row["what"] in {"payment.settled", "dispute.opened"}:
            closed.setdefault(row["event"].split("-")[1], row["at"])
        elif row["what"] == "sent" and row["step"] not in {"lembrete", "vencimento", "obrigado"}:
            pressed += 1
            assert row["receivable"] not in closed, row
    assert pressed > 5


def test_two_creditors_are_two_simulations(folder: Path, call: Run):
    """One has to be chosen."""
    write(folder, [*FACTS, fact("contact-point.added", "p", ISSUED, "oficina", point="email", channels=["email"])])
    ran = call("simulate", "policy.toml", "events.jsonl")
    assert (ran.status, "--creditor" in ran.err) == (1, True)
    assert call("simulate", "policy.toml", "events.jsonl", "--creditor", "loja").status == 0


def test_what_cannot_be_simulated_is_told(folder: Path, call: Run):
    """No events, or two contents of one id, with the remedy."""
    write(folder, [])
    assert "nothing to simulate" in call("simulate", "policy.toml", "events.jsonl").err
    write(folder, [*FACTS, {**FACTS[2], "due": "2026-04-20"}])
    ran = call("simulate", "policy.toml", "events.jsonl")
    assert ran.status == 1
    assert "event 'nota' " in ran.err
