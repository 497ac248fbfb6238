import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("folder")
Run = Callable[..., Any]
BROKEN = """\
format = 1

[policy]
id = "quebrada"

[[step]]
id = "um"
chanel = "email"
at = "D+3 10:00"
tone = "courteous"
channels = ["email"]
template = "x"

[[step]]
id = "um"
at = "D+33 25:00"
tone = "rude"
channels = ["email"]
template = "x"
"""
PLACE = re.compile(r"^(\S+):(\d+):(\d+): (warning: )?.* \[([a-z-]+)\]$")


@pytest.fixture
def broken(folder: Path) -> Path:
    """A policy with several errors."""
    path = folder / "quebrada.toml"
    path.write_text(BROKEN, encoding="utf-8")
    return path


def test_a_clean_policy_is_zero(call: Run):
    """Nothing to say is nothing on standard output."""
    ran = call("check", "email.toml")
    assert (ran.status, ran.out, ran.err) == (0, "", "1 file: 0 errors, 0 warnings\n")


def test_warnings_are_printed_and_no_failure(call: Run):
    """A policy that asks for what is not there yet can be used."""
    ran = call("check", "policy.toml")
    assert ran.status == 0
    assert all("warning:" in line for line in ran.out.splitlines())
    assert "[not-yet-supported]" in ran.out


@pytest.mark.usefixtures("broken")
def test_every_problem_of_every_file(call: Run):
    """All at once, each with file, line, column and code."""
    ran = call("check", "quebrada.toml", "email.toml", "nada.toml")
    assert ran.status == 1
    found = [PLACE.match(line) for line in ran.out.splitlines()]
    assert all(found)
    places = {(match[1], int(match[2]), int(match[3]), match[5]) for match in found if match}
    assert {
        ("quebrada.toml", 8, 1, "unknown-key"),
        ("quebrada.toml", 15, 6, "duplicate-id"),
        ("quebrada.toml", 16, 6, "invalid-value"),
        ("quebrada.toml", 17, 8, "unknown-tone"),
        ("nada.toml", 1, 1, "unreadable"),
    } <= places
    assert ran.err.startswith("3 files: ")


@pytest.mark.usefixtures("broken")
def test_from_standard_input(call: Run):
    """`-` is a file named <stdin>."""
    ran = call("check", "-", stdin=BROKEN.encode())
    assert ran.status == 1
    assert ran.out.startswith("<stdin>:8:1: ")


@pytest.mark.usefixtures("broken")
def test_as_json(call: Run):
    """For programs: the fields of each diagnostic."""
    ran = call("check", "quebrada.toml", "--format", "json", "--quiet")
    found = json.loads(ran.out)
    assert (ran.status, ran.err) == (1, "")
    assert {"file", "line", "column", "severity", "code", "message"} == set(found[0])
    assert json.loads(call("check", "email.toml", "--format", "json").out) == []


def test_as_annotations_of_github(folder: Path, call: Run):
    """What would end a property or a line is escaped."""
    (folder / "a,b:c.toml").write_text('format = 1\n[policy]\nid = "100%"\nx%0 = 1\n', encoding="utf-8")
    ran = call("check", "a,b:c.toml", "--format", "github")
    assert ran.status == 1
    assert ran.out.startswith("::error file=a%2Cb%3Ac.toml,line=4,col=")
    assert len(ran.out.splitlines()) == ran.out.count("::error ")


def test_against_an_older_version(folder: Path, call: Run):
    """Other content under the same version, and a step that would be sent again."""
    text = (folder / "email.toml").read_text(encoding="utf-8")
    (folder / "new.toml").write_text(text.replace('"atraso"\nat', '"atraso-3"\nat'), encoding="utf-8")
    ran = call("check", "new.toml", "--against", "email.toml")
    assert ran.status == 1
    assert "[version-unchanged]" in ran.out
    assert "[id-renamed]" in ran.out


def test_against_is_for_one_file(call: Run):
    """Which of several would be compared nobody can know."""
    assert call("check", "email.toml", "policy.toml", "--against", "old.toml").status == 2
    assert call("check", "-", "--against", "-").status == 2


def test_the_names_that_the_settings_have(folder: Path, call: Run):
    """A channel that nobody provides is refused, at its place, once it is told what is provided."""
    assert call("check", "email.toml", "--config", "regua.toml", "--quiet") == (0, "", "")
    text = (folder / "email.toml").read_text(encoding="utf-8").replace('["email"]', '["e-mail"]', 1)
    (folder / "new.toml").write_text(text, encoding="utf-8")
    assert call("check", "new.toml", "--quiet").status == 0
    ran = call("check", "new.toml", "--config", "regua.toml", "--quiet")
    assert (ran.status, ran.out) == (
        1,
        "new.toml:12:13: there is no channel 'e-mail'; did you mean 'email'? [channel-unknown]\n",
    )


@pytest.mark.parametrize(
    "command",
    [
        ("check", "email.toml"),
        ("plan", "email.toml", "events.jsonl"),
        ("preview", "email.toml", "events.jsonl", "--debtor", "0465-DTULQ"),
    ],
)
def test_no_secret_is_needed_where_nothing_is_sent(folder: Path, call: Run, command: tuple[str, ...]):
    """A build server checks a policy with the settings of production; `regua run` names every variable that lacks."""
    settings = (folder / "regua.toml").read_text(encoding="utf-8")
    for value, variable in (
        ("sqlite:///regua.sqlite3", "SHOP_STORE"),
        ("11.222.333/0001-81", "SHOP_CNPJ"),
        ("outbox", "SHOP_OUT"),
    ):
        settings = settings.replace(f'"{value}"', f'"env:{variable}"')
    (folder / "regua.toml").write_text(settings, encoding="utf-8")
    ran = call(*command, "--config", "regua.toml", "--quiet")
    assert (ran.status, ran.err) == (0, "")
    lacking = call("run", "--once").err
    assert [name for name in ("SHOP_STORE", "SHOP_CNPJ", "SHOP_OUT") if f"no variable '{name}'" not in lacking] == []


def test_settings_that_are_not_there(call: Run):
    """Told as everywhere."""
    ran = call("check", "email.toml", "--config", "nowhere.toml")
    assert (ran.status, ran.err.partition(";")[0]) == (1, f"nowhere.toml:1:1: there is no such file in {Path.cwd()}")
