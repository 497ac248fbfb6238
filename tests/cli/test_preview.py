"""`regua preview`: every message that a debtor would get, as it arrives."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("folder")
Run = Callable[..., Any]
ONE = ("preview", "email.toml", "events.jsonl", "--debtor", "0465-DTULQ", "--as-of", "2012-06-15")
PEOPLE = (
    "debtor,ref,name,address\n0465-DTULQ,0465-DTULQ/person,{name},\n0465-DTULQ,0465-DTULQ@example.invalid,,{address}\n"
)


def named(name: str, address: str = "ana@example.invalid") -> tuple[str, str]:
    """The option that gives the debtor a name, to which the events refer from now on."""
    events, registered = Path("events.jsonl"), '"debtor.registered","version":1,"id":"0465-DTULQ-registered",'
    text = events.read_text(encoding="utf-8")
    events.write_text(text.replace(registered, f'{registered}"person":"0465-DTULQ/person",'), encoding="utf-8")
    Path("people.csv").write_text(PEOPLE.format(name=name, address=address), encoding="utf-8")
    return "--people", "people.csv"


def test_every_contact_as_it_arrives(call: Run):
    """When, by what, from whom, how long, what it says."""
    ran = call(*ONE)
    assert ran.status == 0
    head, _, text = ran.out.partition("\n\n")
    assert head.splitlines()[1:] == [
        "When: 2012-06-21 09:00 -03:00 (planned)",
        "By: email",
        "From: loja",
        "Step: lembrete, reminder",
        "About: 1223908099",
        "Template: lembrete",
        f"Length: {len(text.partition(chr(10) + '-' * 72)[0]) - 1} characters",
        "Subject: loja: lembrete para você",
    ]
    assert text.startswith("Olá.\n\nAqui é loja. ")
    assert ran.out.count("\nWhen: ") == 3
    assert ran.err == "3 contacts; without --config the creditor is called by its id\n"
    assert call(*ONE).out == ran.out


def test_with_settings_and_names(call: Run):
    """In the name of the creditor, to whom it goes."""
    ran = call(*ONE, "--config", "regua.toml", *named("Ana Souza"))
    assert "From: Loja Exemplo\nTo: ana@example.invalid\n" in ran.out
    assert "\nOlá, Ana Souza.\n\nAqui é Loja Exemplo. " in ran.out
    assert ran.err == "3 contacts\n"


def test_with_templates_of_ones_own(folder: Path, call: Run):
    """As they will be sent."""
    (folder / "messages/pt-BR").mkdir(parents=True)
    (folder / "messages/pt-BR/_saudacao.txt.j2").write_text("Oi.", encoding="utf-8")
    settings = folder / "regua.toml"
    text = settings.read_text(encoding="utf-8").replace("format = 1\n", 'format = 1\ntemplates = "messages"\n')
    settings.write_text(text, encoding="utf-8")
    assert call(*ONE, "--config", "regua.toml").out.count("\n\nOi.\n\n") == 3


def test_in_json(call: Run):
    """For programs: text and HTML, and what is known around them."""
    found = json.loads(call(*ONE, "--format", "json").out)
    assert [each["step"] for each in found] == ["lembrete", "atraso", "firme"]
    assert found[1]["receivables"] == ["1223908099"]
    assert found[1]["html"].startswith("<!DOCTYPE html>")
    assert found[1]["sms"] is None


def test_an_sms_says_what_it_costs(folder: Path, call: Run):
    """Its alphabet, and how many are paid."""
    policy, events = folder / "email.toml", folder / "events.jsonl"
    policy.write_text(policy.read_text(encoding="utf-8").replace('"email"]', '"sms"]'), encoding="utf-8")
    events.write_text(
        events.read_text(encoding="utf-8")
        .replace('["email"]', '["sms"]')
        .replace('"channel":"email"', '"channel":"sms"'),
        encoding="utf-8",
    )
    ran = call(*ONE, "--config", "regua.toml")
    assert re.search(r"Length: \d+ characters, GSM-7, 1 message\n", ran.out)
    [first, *_] = json.loads(call(*ONE, "--format", "json").out)
    assert first["sms"] == {"encoding": "GSM-7", "units": len(first["text"]), "count": 1}
    assert first["html"] == ""


def test_a_call_is_a_script(call: Run):
    """For who phones."""
    policy = Path("email.toml")
    step = '\n[[step]]\nid = "fone"\nat = "D+5 10:00"\nkind = "task"\nqueue = "cobranca"\n'
    policy.write_text(policy.read_text(encoding="utf-8") + step, encoding="utf-8")
    ran = call(*ONE)
    assert "By: telephone: a person calls\n" in ran.out
    assert "Se for outra pessoa, não diga o assunto" in ran.out


def test_a_creditor_who_is_not_identified(folder: Path, call: Run):
    """What would not go out is told as that."""
    settings = folder / "regua.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r"(?m)^document = .*$", "", text), encoding="utf-8")
    ran = call(*ONE, "--config", "regua.toml")
    assert ran.status == 1
    assert "the creditor's document is missing" in ran.out
    assert ran.out.count("Subject: ") == 1


def test_a_creditor_whom_the_settings_lack(folder: Path, call: Run):
    """Somebody else's settings, or a slip of the pen: it is told that the signature is none."""
    settings = folder / "regua.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("[creditor.loja]", "[creditor.lojas]"), "utf-8")
    ran = call(*ONE, "--config", "regua.toml", "--quiet")
    lacking = "the settings have no creditor 'loja'; did you mean 'lojas'?"
    assert ran.err == f"regua.toml: {lacking}; until then messages call it by its id, with placeholders\n"
    assert "00.000.000/0000-00" in ran.out


def test_one_page(call: Run):
    """That needs nothing else: no script, no address to fetch from; each message in a frame without rights."""
    page = call(*ONE, "--format", "html").out
    assert page.count("<iframe sandbox ") == 3
    assert page.count("<section ") == 3
    assert "default-src 'none'" in page
    assert re.search(r"<script|\b(?:src|href)=", page) is None


def test_a_hostile_name_stays_a_name(call: Run):
    """In the terminal, in JSON, in the page."""
    hostile = '"</pre></iframe><script>{{7*7}} =1+1"'
    people = named(hostile)
    ran = call(*ONE, *people)
    assert "\nOlá, </pre></iframe><script>{{7*7}} =1+1.\n" in ran.out
    page = call(*ONE, *people, "--format", "html").out
    assert "<script" not in page
    assert page.count("</iframe>") == 3
    [first, *_] = json.loads(call(*ONE, *people, "--format", "json").out)
    assert "&lt;/pre&gt;&lt;/iframe&gt;&lt;script&gt;{{7*7}} =1+1" in first["html"]


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("preview", "email.toml", "events.jsonl", "--debtor", "0465-DTULX"), 1, "did you mean '0465-DTULQ'?"),
        (("preview", "email.toml", "events.jsonl"), 2, "Missing option '--debtor'"),
        ((*ONE, "--people", "email.toml"), 1, "email.toml: line 1: the first line does not name each column once"),
        ((*ONE, "--config", "nowhere.toml"), 1, "nowhere.toml:1:1: there is no such file in "),
        ((*ONE[:-1], "2001-01-01"), 1, "nothing was known of debtor '0465-DTULQ' then"),
    ],
)
def test_what_cannot_be_shown(call: Run, arguments: tuple[str, ...], status: int, told: str):
    """It says why."""
    ran = call(*arguments)
    assert (ran.status, ran.out) == (status, "")
    assert told in ran.err


def test_nothing_planned(call: Run):
    """An empty page says so."""
    arguments = ("preview", "email.toml", "events.jsonl", "--debtor", "0187-ERLSR", "--as-of", "2014-06-15")
    assert (call(*arguments).status, call(*arguments).out) == (0, "")
    assert "<p>Nothing is planned.</p>" in call(*arguments, "--format", "html").out
