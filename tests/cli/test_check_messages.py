"""`regua check --config`: the message templates of the settings, and what channels can carry."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regua.cli.texts import check_texts
from regua.engine.settings import read_settings
from regua.messages import MessageBook
from regua.plugins import Registry, channel
from regua.policyfile import load_policy
from regua.ports import Capabilities, Message, Receipt

Run = Callable[..., Any]
CHECK = ("check", "email.toml", "--config", "regua.toml", "--quiet")


@pytest.fixture
def messages(folder: Path) -> Path:
    """The folder of templates that the settings name."""
    settings = folder / "regua.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("format = 1\n", 'format = 1\ntemplates = "messages"\n'), "utf-8"
    )
    (folder / "messages/pt-BR").mkdir(parents=True)
    return folder / "messages/pt-BR"


def test_templates_of_the_settings_are_known(messages: Path, call: Run):
    """Beside those of regua."""
    (messages / "proprio.txt.j2").write_text("Assunto: x\n\nOi.", encoding="utf-8")
    policy = Path("email.toml")
    policy.write_text(policy.read_text(encoding="utf-8").replace('"atraso"\n\n', '"proprio"\n\n'), encoding="utf-8")
    assert call(*CHECK) == (0, "", "")
    (messages / "proprio.txt.j2").unlink()
    assert "[template-unknown]" in call(*CHECK).out


def test_every_problem_of_every_template(messages: Path, call: Run):
    """With file, line and remedy, beside those of the policy."""
    (messages / "atraso.txt.j2").write_text("Assunto: x\n\nOi, {{ debtor_nm }}.\n{{ x() }}", encoding="utf-8")
    (messages / "_rodape.txt.j2").write_text("\n{{ totl }}", encoding="utf-8")
    ran = call(*CHECK)
    assert ran.status == 1
    assert sorted(ran.out.splitlines()) == [
        "messages/pt-BR/_rodape.txt.j2:2:1: unknown variable 'totl'; did you mean 'total'? [message-invalid]",
        "messages/pt-BR/atraso.txt.j2:3:1: unknown variable 'debtor_nm'; did you mean 'debtor_name'? [message-invalid]",
        "messages/pt-BR/atraso.txt.j2:4:1: nothing can be called; values come ready to be shown [message-invalid]",
    ]


def test_a_file_for_a_channel_that_is_not_there_is_a_warning(messages: Path, call: Run):
    """Its author would look for it in vain."""
    (messages / "atraso.emial.txt.j2").write_text("Oi.", encoding="utf-8")
    ran = call(*CHECK)
    told = "warning: the settings have no channel 'emial'; did you mean 'email'? [message-invalid]"
    assert (ran.status, ran.out) == (0, f"messages/pt-BR/atraso.emial.txt.j2:1:1: {told}\n")


def test_a_file_that_no_policy_asks_for_is_a_warning(messages: Path, call: Run):
    """Its name is mistyped, or a policy forgets it; no block, nor what another policy of the settings asks for."""
    (messages / "atrazo.txt.j2").write_text('Assunto: x\n\n{% include "_bloco" %}', encoding="utf-8")
    (messages / "xyz.sms.txt.j2").write_text("Oi.", encoding="utf-8")
    (messages / "_bloco.txt.j2").write_text("Oi.", encoding="utf-8")
    ran = call(*CHECK)
    unasked = "messages/pt-BR/{}.txt.j2:1:1: warning: no policy asks for template {!r}; {} [message-invalid]"
    assert ran.out.splitlines() == [
        unasked.format("atrazo", "atrazo", "did you mean 'atraso'?"),
        unasked.format("xyz.sms", "xyz", "name it in a step, or remove it"),
    ]
    assert ran.status == 0
    policy, settings = Path("email.toml").read_text(encoding="utf-8"), Path("regua.toml").read_text(encoding="utf-8")
    other = policy.replace('id = "email"', 'id = "outra"').replace('"atraso"\n\n', '"xyz"\n\n')
    Path("outra.toml").write_text(other.replace('["email"]', '["sms"]'), encoding="utf-8")
    sms = '\n[channel.sms]\nuse = "folder"\npath = "outbox"\n'
    Path("regua.toml").write_text(settings.replace('["email.toml"]', '["email.toml", "outra.toml"]') + sms, "utf-8")
    assert "'xyz'" not in call(*CHECK).out


def test_problems_of_templates_in_json(messages: Path, call: Run):
    """As those of policies."""
    (messages / "atraso.txt.j2").write_text("Oi.", encoding="utf-8")
    [found] = json.loads(call(*CHECK, "--format", "json").out)
    assert (found["line"], found["code"]) == (1, "message-invalid")
    assert found["file"] == "messages/pt-BR/atraso.txt.j2"


def test_a_folder_that_is_none(messages: Path, call: Run):
    """It is named."""
    (messages / "x").mkdir()
    messages.rename(messages.parent / "portugues brasileiro")
    ran = call(*CHECK)
    assert ran.status == 1
    assert ran.out.endswith("has no folder of a language; put the files in pt-BR/ [message-invalid]\n")


def test_a_template_without_a_text_for_a_channel_of_the_step(messages: Path, call: Run):
    """It would wait for ever."""
    (messages / "so-sms.sms.txt.j2").write_text("Oi.", encoding="utf-8")
    policy = Path("email.toml")
    policy.write_text(policy.read_text(encoding="utf-8").replace('"atraso"\n\n', '"so-sms"\n\n'), encoding="utf-8")
    problem = "template 'so-sms' has no text for channel 'email'; write so-sms.txt.j2 or so-sms.email.txt.j2"
    assert call(*CHECK).out == f"email.toml:20:1: {problem} [template-unknown]\n"


def test_a_text_that_is_longer_than_the_channel_takes(folder: Path):
    """Told before it is sent, at the step."""

    @channel("curto", capabilities=Capabilities(max_characters=300))
    def short(message: Message) -> Receipt:
        return Receipt(key=message.key)

    settings = folder / "regua.toml"
    text = settings.read_text(encoding="utf-8").replace('use = "folder"\npath = "outbox"', 'use = "curto"')
    settings.write_text(text, encoding="utf-8")
    registry = Registry.discover(short)
    known, policy = read_settings(settings, registry), load_policy(folder / "email.toml")
    found = [str(each) for each in check_texts(known, registry, MessageBook.open(), policy)]
    assert len(found) == 3
    assert found[0].startswith(f"{folder}/email.toml:13:1: the text of template 'lembrete' has ")
    assert found[0].endswith(
        "characters for one receivable, and channel 'email' takes 300; write lembrete.email.txt.j2 [text-too-long]"
    )
