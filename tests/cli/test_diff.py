import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest

from regua.cli.commands.diff import VERBS
from regua.core.events.control import Migration

pytestmark = pytest.mark.usefixtures("folder")
Run = Callable[..., Any]
DAY = ("--as-of", "2012-06-15")


@pytest.fixture
def new() -> str:
    """The second version of the policy: two steps come later."""
    text = Path("policy.toml").read_text(encoding="utf-8")
    changed = (
        text.replace("version = 7 ", "version = 8 ").replace("D+2bd 10:00", "D+4bd 10:00").replace("D+8 ", "D+10 ")
    )
    assert changed != text
    Path("new.toml").write_text(changed, encoding="utf-8")
    return "new.toml"


@pytest.fixture
def steps() -> str:
    """The second version of email.toml: `atraso` a day later, `firme` by another template."""
    text = Path("email.toml").read_text(encoding="utf-8")
    changed = text.replace('id = "email"', 'id = "email"\nversion = 2').replace("D+3 ", "D+4 ")
    Path("email-2.toml").write_text(changed.replace('"segundo-aviso"', '"ultimo-aviso"'), encoding="utf-8")
    return "email-2.toml"


def facts(debtor: str = "ana", due: str = "2026-04-20") -> bytes:
    """A debtor with one invoice, who can be reached by e-mail."""
    head = {"version": 1, "creditor": "loja", "debtor": debtor}
    when = {"at": "2026-03-30T12:00:00Z", "recorded_at": "2026-03-30T12:00:00Z"}
    events = [
        {"type": "contact-point.added", "id": f"{debtor}-p", "point": "p", "channels": ["email"]},
        {"type": "consent.granted", "id": f"{debtor}-c", "channel": "email"},
        {"type": "invoice.issued", "id": f"{debtor}-i", "receivable": f"nf-{debtor}", "due": due}
        | {"amount": {"amount": "150.00", "currency": "BRL"}},
    ]
    return "".join(json.dumps(head | when | event) + "\n" for event in events).encode()


def rows(text: str) -> list[list[str]]:
    """The cells of a table."""
    return [re.split(r" {2,}", line) for line in text.splitlines() if line]


def test_all_four_side_by_side(call: Run, steps: str):
    """A row a debtor, then the sum; nothing changes under keep."""
    ran = call("diff", "email.toml", steps, "-", "--as-of", "2026-04-21", stdin=facts() + facts("bia"))
    assert rows(ran.out) == [
        ["DEBTOR", "KEEP", "REBASE", "FAST-FORWARD", "RESTART"],
        ["ana", "=", "~2", "~2", "~2"],
        ["bia", "=", "~2", "~2", "~2"],
        ["", "keep", "rebase", "fast-forward", "restart"],
        ["debtors changed", "0", "2", "2", "2"],
        ["added", "0", "0", "0", "0"],
        ["removed", "0", "0", "0", "0"],
        ["moved", "0", "2", "2", "4"],
        ["tone", "0", "0", "0", "0"],
        ["channel", "0", "0", "0", "0"],
        ["template", "0", "2", "2", "2"],
        ["status", "0", "0", "0", "0"],
        *([f"contacts {when}", "4", "4", "4", "4"] for when in ("before", "after")),
        *([f"contacts today {when}", "0", "0", "0", "0"] for when in ("before", "after")),
    ]
    assert ran.status == 0
    assert ran.err == (
        "as of 2026-04-21 12:00 America/Sao_Paulo: 2 debtors with receivables under policy 'email' version 1\n"
    )


def test_one_verb_change_by_change(call: Run, steps: str):
    """Before and after of every action that changes."""
    told = "10:00 courteous email planned"
    ran = call("diff", "email.toml", steps, "-", "--as-of", "2026-04-21", "--verb", "rebase", "--quiet", stdin=facts())
    assert rows(ran.out) == [
        ["DEBTOR", "RECEIVABLE", "STEP", "WHAT", "BEFORE", "AFTER"],
        ["ana", "nf-ana", "atraso", "moved", f"2026-04-23 {told}", f"2026-04-24 {told}"],
        ["ana", "nf-ana", "firme", "template", *["2026-04-30 15:00 courteous email planned"] * 2],
    ]


def test_the_portfolio_as_json_lines(call: Run, new: str):
    """Every debtor under the old version a line, with all four verbs; the sum of the changes is that of the table."""
    ran = call("diff", "policy.toml", new, "events.jsonl", *DAY, "--format", "jsonl")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.status == 0
    assert {tuple(each["verbs"]) for each in found} == {VERBS}
    assert not any(each["verbs"]["keep"]["changes"] for each in found)
    table = call("diff", "policy.toml", new, "events.jsonl", *DAY)
    sums = {row[0]: row[1:] for row in rows(table.out)[-12:]}
    for place, verb in enumerate(VERBS):
        changes = [change for each in found for change in each["verbs"][verb]["changes"]]
        for what in ("added", "removed", "moved", "tone", "channel", "template", "status"):
            assert f"{sum(what in change['what'] for change in changes):,}" == sums[what][place]
        contacts = sum(each["verbs"][verb]["contacts"]["after"] for each in found)
        assert f"{contacts:,}" == sums["contacts after"][place]
    assert int(sums["moved"][1]) > 0


def test_only_the_debtors_asked_for(call: Run, new: str):
    """By creditor and debtor, as in `plan`."""
    ran = call("diff", "policy.toml", new, "events.jsonl", *DAY, "--debtor", "0187-ERLSR", "--format", "jsonl")
    assert [json.loads(line)["debtor"] for line in ran.out.splitlines()] == ["0187-ERLSR"]
    assert call("diff", "policy.toml", new, "events.jsonl", *DAY, "--debtor", "0187-ERLSX").status == 1


def test_an_edited_file_is_compared_as_a_version_of_its_own(call: Run, steps: str):
    """Whoever edits a policy in place sees what it does, and is told to raise the version."""
    text = Path(steps).read_text(encoding="utf-8").replace("version = 2\n", "version = 1\n")
    Path(steps).write_text(text, encoding="utf-8")
    ran = call("diff", "email.toml", steps, "-", "--as-of", "2026-04-21", stdin=facts())
    assert rows(ran.out)[1] == ["ana", "=", "~2", "~2", "~2"]
    assert ran.err.startswith(
        "email-2.toml: still version 1 of policy 'email', with other content; compared as version 2"
    )


def test_the_same_file_twice_changes_nothing(call: Run):
    """Under rebase; the sum says so."""
    ran = call("diff", "email.toml", "email.toml", "-", "--as-of", "2026-04-21", "--verb", "rebase", stdin=facts())
    assert rows(ran.out)[:2] == [["", "rebase"], ["debtors changed", "0"]]


def test_receivables_of_other_policies_stay(call: Run, steps: str):
    """They are in play, and do not migrate; a debtor who has no others is not compared."""
    bound = facts("bia").replace(b'"receivable"', b'"policy": "boleto-b2c", "policy_version": 7, "receivable"')
    options = ("--as-of", "2026-04-21", "--policy", "policy.toml", "--format", "jsonl")
    mine = facts().replace(b'"receivable"', b'"policy": "email", "policy_version": 1, "receivable"')
    ran = call("diff", "email.toml", steps, "-", *options, stdin=mine + bound)
    assert [json.loads(line)["debtor"] for line in ran.out.splitlines()] == ["ana"]
    alone = call("diff", "email.toml", steps, "-", "--as-of", "2026-04-21", stdin=mine + bound)
    assert (alone.status, "'boleto-b2c' version 7, which was not given" in alone.err) == (1, True)


def test_an_invoice_that_lies_ahead_does_not_migrate(call: Run, steps: str):
    """It is not in flight, and is planned under the old version all the same."""
    ahead = (
        facts().replace(b'-i", "', b'-i2", "').replace(b"nf-ana", b"nf-2").replace(b'"at": "2026-03', b'"at": "2026-05')
    )
    options = ("--as-of", "2026-04-21", "--verb", "rebase", "--format", "jsonl", "--known-at", "2026-12-31")
    ran = call("diff", "email.toml", steps, "-", *options, stdin=facts() + ahead.splitlines(keepends=True)[2])
    (found,) = [json.loads(line) for line in ran.out.splitlines()]
    assert {change["receivable"] for change in found["verbs"]["rebase"]["changes"]} == {"nf-ana"}


class Tags(HTMLParser):
    """What a browser would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str | None] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.tags.add(tag)
        self.links |= {value for name, value in attrs if name in {"href", "src"}}


def test_the_page_needs_nothing_else_and_escapes_everything(call: Run, steps: str):
    """Ids are text, whatever they look like."""
    evil = facts("ana").replace(b"nf-ana", b"<script>alert(1)</script>").replace(b'"ana"', b'"<img src=x>&\'"')
    ran = call("diff", "email.toml", steps, "-", "--as-of", "2026-04-21", "--format", "html", stdin=evil)
    page = Tags()
    page.feed(ran.out)
    assert not page.tags & {"script", "img", "link", "iframe"}
    assert page.links == {"#sum"}
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in ran.out
    assert "<bdi>&lt;img src=x&gt;&amp;&#x27;</bdi>" in ran.out
    assert ran.out.startswith("<!DOCTYPE html>")
    assert ran.out.endswith("</html>\n")


def test_the_page_tells_the_same_as_the_table(call: Run, steps: str):
    """A section a debtor who changes, a table a verb, the sum."""
    ran = call("diff", "email.toml", steps, "-", "--as-of", "2026-04-21", "--format", "html", stdin=facts())
    assert re.findall(r"<summary>(.*?)</summary>", ran.out) == [
        f"{verb}: 2 actions changed" for verb in ("rebase", "fast-forward", "restart")
    ]
    assert "<td>debtors changed</td><td>0</td><td>1</td><td>1</td><td>1</td>" in ran.out


def test_every_verb_can_be_chosen():
    """The option offers those of the event."""
    assert get_args(Migration) == VERBS


def test_standard_input_is_read_once(call: Run):
    """Of the three only one."""
    ran = call("diff", "email.toml", "-", "-")
    assert (ran.status, "can be read once" in ran.err) == (2, True)
