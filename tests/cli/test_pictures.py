"""`plan --format svg` and `simulate --format html`."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

pytestmark = pytest.mark.usefixtures("folder")
Run = Callable[..., Any]
SVG = "{http://www.w3.org/2000/svg}"
PLAN = ("plan", "policy.toml", "events.jsonl", "--as-of", "2012-06-15", "--format", "svg")
ONE = ("--debtor", "0465-DTULQ")


def labels(picture: str) -> list[str]:
    """The texts of a picture."""
    return [text.text or "" for text in ET.fromstring(picture).iter(f"{SVG}text")]  # noqa: S314 - our own


def test_the_picture_of_one_debtor(call: Run):
    """All actions, whatever becomes of them; the counts stand beside it."""
    ran = call(*PLAN, *ONE)
    assert ran.status == 0
    assert labels(ran.out)[0] == "Régua of 0465-DTULQ, as of 2012-06-15"
    assert {"segunda-via", "lembrete-email"} <= set(labels(ran.out))
    assert ran.err.startswith("as of 2012-06-15 12:00 America/Sao_Paulo\n")
    assert call(*PLAN, *ONE).out == ran.out


def test_a_status_may_be_chosen(call: Run):
    """Then the other actions are left out, and the facts stay."""
    found = labels(call(*PLAN, *ONE, "--status", "waiting").out)
    assert "segunda-via" not in found
    assert "due" in found


@pytest.mark.parametrize("chosen", [(), (*ONE, "--debtor", "0187-ERLSR")])
def test_several_debtors_are_no_picture(call: Run, chosen: tuple[str, ...]):
    """It says how to choose one."""
    ran = call(*PLAN, *chosen)
    assert (ran.status, ran.out) == (2, "")
    assert "--format svg draws one debtor; choose with --debtor" in ran.err


def test_a_debtor_of_whom_nothing_was_known_has_none(call: Run):
    """No empty file without a word."""
    ran = call("plan", "policy.toml", "events.jsonl", "--as-of", "2001-01-01", "--format", "svg", *ONE)
    assert (ran.status, ran.out) == (1, "")
    assert "nothing was known of that debtor then; ask with a later --as-of or --known-at" in ran.err


def test_a_debtor_who_cannot_be_planned_has_none(call: Run):
    """The problem is told once."""
    lines = Path("events.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    issued = next(line for line in lines if '"invoice.issued"' in line and ONE[1] in line)
    Path("twice.jsonl").write_text(
        "".join(lines) + re.sub(r'"amount":"[0-9.]+"', '"amount":"1.00"', issued), encoding="utf-8"
    )
    ran = call("plan", "policy.toml", "twice.jsonl", "--as-of", "2012-06-15", "--format", "svg", *ONE)
    assert (ran.status, ran.out) == (1, "")
    assert "other content" in ran.err
    assert "nothing was known" not in ran.err


def test_the_page_of_a_simulation(call: Run):
    """A section a debtor, each with its picture and what happened, and the same again."""
    ask = ("simulate", "policy.toml", "events.jsonl", "--until", "2012-03-31", "--format", "html")
    ran = call(*ask)
    assert ran.status == 0
    assert ran.out.startswith("<!DOCTYPE html>\n<html lang")
    assert ran.out.endswith("</html>\n")
    debtors = re.findall(r"<h2[^>]*><bdi>(.*?)</bdi></h2>", ran.out)
    assert debtors == sorted(debtors)
    assert ONE[1] in debtors
    assert ran.out.count('role="img"') == len(debtors)
    assert "<h1>Simulation of boleto-b2c version 7</h1>" in ran.out
    told = call(*ask[:-1], "text").out
    assert ran.out.count("<tr><td>2012") >= len(told.splitlines())
    assert call(*ask).out == ran.out


def test_the_page_says_what_the_transcript_says(call: Run):
    """Line by line."""
    ask = ("simulate", "policy.toml", "events.jsonl", "--until", "2012-03-31", *ONE, "--format")
    page = call(*ask, "html").out.partition("<caption>What happened")[2].partition("</table>")[0]
    rows = [re.findall("<td>(.*?)</td>", row) for row in page.splitlines() if row.startswith("<tr><td>")]
    lines = [line.replace('"', "&quot;") for line in call(*ask, "text").out.splitlines()]
    assert len(rows) == len(lines)
    for (when, about, what, details), line in zip(rows, lines, strict=True):
        assert line.startswith(when)
        assert line.endswith(f"{' ' + about if about else ''}  {what} {details}".rstrip())
