"""What `regua check` says of the law, with the settings and without."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("folder")
Run = Callable[..., Any]


@pytest.mark.law("multa.cdc")
def test_a_fine_over_the_cap_is_refused(folder: Path, call: Run):
    """With the rule's id and source, and what to write."""
    policy = folder / "email.toml"
    policy.write_text(
        f'{policy.read_text("utf-8")}[charges]\nfine = "10%"\n[legal]\npacks = ["br-consumer"]\n', "utf-8"
    )
    ran = call("check", "email.toml")
    assert (ran.status, ran.err) == (1, "1 file: 1 error, 0 warnings\n")
    assert ran.out == (
        "email.toml:29:1: the fine of 10% is over the cap of 2% "
        "(multa.cdc: CDC (Lei 8.078/1990) art. 52 §1, wording of Lei 9.298/1996); "
        'write fine = "2%" [fine-over-cap]\n'
    )


def unnamed(folder: Path) -> None:
    """Take its address from the creditor of the settings."""
    settings = folder / "regua.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        "".join(line for line in text.splitlines(keepends=True) if not line.startswith("address")), "utf-8"
    )


@pytest.mark.law("cdc.42a")
def test_a_creditor_that_does_not_say_who_it_is(folder: Path, call: Run):
    """At its table in the settings, once, whatever the number of its policies."""
    unnamed(folder)
    (folder / "outra.toml").write_text((folder / "email.toml").read_text("utf-8").replace('"email"\n', '"outra"\n', 1))
    ran = call("check", "email.toml", "outra.toml", "--config", "regua.toml")
    assert ran.status == 1
    (line,) = ran.out.splitlines()
    assert line.startswith("regua.toml:6:1: creditor 'loja' has no address; a message names who is owed")
    assert line.endswith("(CDC art. 42-A) [creditor-unidentified]")
    assert call("check", "email.toml").status == 0


def test_a_creditor_with_other_policies_is_not_asked(folder: Path, call: Run):
    """Where a creditor names the file, it is that one's alone."""
    settings = folder / "regua.toml"
    (folder / "outra.toml").write_text((folder / "email.toml").read_text("utf-8").replace('"email"\n', '"outra"\n', 1))
    settings.write_text(f'{settings.read_text("utf-8")}\n[creditor.filial]\npolicies = ["outra.toml"]\n', "utf-8")
    assert call("check", "email.toml", "--config", "regua.toml", "--quiet") == (0, "", "")
    ran = call("check", "outra.toml", "--config", "regua.toml", "--quiet")
    assert (ran.status, "creditor 'filial' has no name and no document and no address" in ran.out) == (1, True)


def test_a_policy_from_standard_input_is_any_creditor_s(folder: Path, call: Run):
    """Whose it will be nobody knows; one that cannot be read says that."""
    unnamed(folder)
    text = (folder / "email.toml").read_bytes()
    assert "[creditor-unidentified]" in call("check", "-", "--config", "regua.toml", stdin=text).out
    ran = call("check", "-", "--config", "regua.toml", stdin=text.replace(b'"D+3 10:00"', b'"D+3"'))
    assert [line.split()[-1] for line in ran.out.splitlines()] == ["[invalid-value]"]


LISTING = """
[[step]]
id = "negativacao"
at = "D+45 10:00"
kind = "listing"
registrar = "bureau"
requires = { delivered = "atraso", at_least = "10d" }
approval = "human"

[legal]
packs = ["br", "br-consumer"]
"""
REGISTRAR = '\n[registrar.bureau]\nuse = "file-registrar"\npath = "bureau"\n'


@pytest.mark.law("neg.aviso")
def test_our_reminder_is_not_the_notice_of_a_registrar_that_sends_none(folder: Path, call: Run):
    """The file registrar does not notify; without the settings nobody knows."""
    policy, settings = folder / "email.toml", folder / "regua.toml"
    policy.write_text(policy.read_text("utf-8") + LISTING, "utf-8")
    settings.write_text(settings.read_text("utf-8") + REGISTRAR, "utf-8")
    assert call("check", "email.toml").out == ""
    ran = call("check", "email.toml", "--config", "regua.toml")
    assert (ran.status, "[reminder-as-notice]" in ran.out) == (1, True)
    notice = '\n[[step]]\nid = "notificacao"\nat = "D+20 10:00"\nkind = "notice"\nregistrar = "bureau"\n'
    policy.write_text(policy.read_text("utf-8").replace("\n[legal]", f"{notice}\n[legal]"), "utf-8")
    assert call("check", "email.toml", "--config", "regua.toml").out == ""
