import json
import re
import shlex
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from regua.cli.commands.init import FILES, NEXT
from regua.policyfile import check_policy, schema_text

Run = Callable[..., Any]
Clock = Callable[[str], None]
TUESDAY = "2026-04-14T10:30-03:00"
COMMAND = re.compile(r"^  (cd|regua) (.+)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def texts(folder: Path) -> dict[str, str]:
    """Every file below a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_it_writes_the_starter_and_says_what_comes_next(call: Run):
    """Each file by name, then the three commands."""
    ran = call("init")
    assert (ran.status, ran.err) == (0, "")
    written, _, following = ran.out.partition("\n\nNext:\n")
    assert sorted(written.splitlines()) == sorted(FILES) == sorted(texts(Path()))
    assert following == "".join(f"  {line}\n" for line in NEXT)


@pytest.mark.parametrize("folder", ["shop", "my shop/dunning"])
def test_the_printed_commands_work_as_printed(call: Run, folder: str, monkeypatch: pytest.MonkeyPatch):
    """At whatever hour this test runs."""
    lines = COMMAND.findall(call("init", folder).out)
    assert [name for name, _ in lines] == ["cd", "regua", "regua", "regua"]
    for name, words in lines:
        if name == "cd":
            monkeypatch.chdir(shlex.split(words)[0])
        else:
            ran = call(*shlex.split(words))
            assert ran.status == 0, ran.err


def test_in_working_hours_six_of_seven_are_written_to(call: Run, clock: Clock):
    """A reminder, a due date, three overdue, a thank-you; who owes nothing yet hears nothing."""
    clock(TUESDAY)
    call("init")
    ran = [call(*shlex.split(line)[1:]) for line in NEXT][-1]
    assert ran.out.startswith("sent 6, retried 0, suppressed 0, failed 0, unknown 0, stuck 0; ")
    messages = texts(Path("outbox")).values()
    assert sorted(re.findall("^To: (.+)$", "\n".join(messages), re.MULTILINE)) == [
        *("+5511900000002", "+5511900000003"),
        *("ana@example.invalid", "diego@example.invalid", "elisa@example.invalid", "fabio@example.invalid"),
    ]


@pytest.mark.parametrize("later", range(14))
def test_something_is_due_soon_on_any_day(call: Run, clock: Clock, later: int):
    """Two weeks with a weekend, Good Friday and a holiday: within four days somebody is written to."""
    first = date(2026, 3, 30) + timedelta(days=later)
    clock(f"{first}T11:00-03:00")
    call("init")
    for line in NEXT[:2]:
        assert call(*shlex.split(line)[1:]).status == 0
    sent = 0
    for day in range(5):
        clock(f"{first + timedelta(days=day)}T11:00-03:00")
        ran = call("run", "--once")
        assert ran.status == 0
        sent += int(re.findall("sent ([0-9]+)", ran.out)[0])
    assert sent >= 5


def test_the_policy_has_neither_errors_nor_warnings(call: Run):
    """What a newcomer begins with is as good as it gets."""
    call("init")
    assert check_policy(Path("policies/padrao.toml")) == []


def test_a_line_that_is_only_commented_out_is_good_where_it_stands(call: Run):
    """Of what is no section: without its `#` it is no key of the section above."""
    call("init")
    settings = Path("regua.toml").read_text(encoding="utf-8")
    Path("messages/pt-BR").mkdir(parents=True)
    Path("regua.toml").write_text(settings.replace("# templates =", "templates ="), encoding="utf-8")
    assert call("check", "policies/padrao.toml", "--config", "regua.toml").status == 0


def test_editors_find_the_schema(call: Run):
    """The first line of the policy names a file beside it, which is the schema of this version, and it is met."""
    call("init")
    policy = Path("policies/padrao.toml").read_text(encoding="utf-8")
    reference = re.match(r"#:schema (\./\S+)\n", policy)
    assert reference
    schema = Path("policies", reference[1])
    assert schema.read_text(encoding="utf-8") == schema_text()
    Draft202012Validator(json.loads(schema_text())).validate(tomllib.loads(policy))


def test_nothing_that_exists_is_written_over(call: Run):
    """All such files are named, and nothing is written at all."""
    Path("policies").mkdir()
    Path("regua.toml").write_text("mine\n", encoding="utf-8")
    Path("policies/padrao.toml").write_text("mine\n", encoding="utf-8")
    ran = call("init")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "regua.toml: is there already",
        "policies/padrao.toml: is there already",
        "nothing was written; name another folder, or write over these with --force",
    ]
    assert texts(Path()) == {"regua.toml": "mine\n", "policies/padrao.toml": "mine\n"}


def test_force_writes_over_but_keeps_what_git_ignores(call: Run):
    """The lines of .gitignore are somebody's; they stay, and come once."""
    call("init")
    clean = texts(Path())
    Path("regua.toml").write_text("mine\n", encoding="utf-8")
    Path(".gitignore").write_text("*.pyc\noutbox/\n", encoding="utf-8")
    assert call("init", "--force").status == 0
    after = texts(Path())
    lines = after.pop(".gitignore").splitlines()
    assert lines[:2] == ["*.pyc", "outbox/"]
    assert sorted(lines) == sorted(["*.pyc", *clean.pop(".gitignore").splitlines()])
    assert after == clean


def test_a_folder_in_the_place_of_a_file_stops_it(call: Run):
    """Also with --force: a folder is not written over."""
    Path("sample.csv").mkdir()
    ran = call("init", "--force")
    assert ran.status == 1
    assert ran.err == "sample.csv: is there already\nnothing was written; name another folder\n"
    assert texts(Path()) == {}


def test_a_folder_that_cannot_be_made(call: Run):
    """One line with its name."""
    Path("taken").write_text("", encoding="utf-8")
    ran = call("init", "taken")
    assert ran.status == 1
    assert ran.err.startswith("Error: taken")
    assert ran.err.count("\n") == 1


def test_what_is_stored_and_sent_is_not_for_git(call: Run, clock: Clock):
    """After a run, git sees what was there before."""
    clock(TUESDAY)
    call("init")
    before = {*texts(Path())}
    for line in NEXT:
        call(*shlex.split(line)[1:])
    ignored = [line for line in Path(".gitignore").read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    new = {path.parts[0] for path in Path().rglob("*") if path.is_file() and path.as_posix() not in before}
    assert new
    assert not {name for name in new if not any(Path(name).match(pattern.rstrip("/")) for pattern in ignored)}


def test_the_sample_holds_nobody(call: Run):
    """Addresses that cannot exist: RFC 2606, and mobile numbers that begin with 90, the prefix of collect calls."""
    call("init")
    text = Path("sample.people.csv").read_text(encoding="utf-8")
    addresses = [cell for cell in re.split("[,\n]", text) if "@" in cell or cell.startswith("+")]
    assert len(addresses) == 9
    assert all(each.endswith("@example.invalid") or each.startswith("+55 11 90000-") for each in addresses)


def test_quietly_it_names_the_files_alone(call: Run):
    """--quiet leaves out what comes next."""
    ran = call("init", "--quiet")
    assert ran.out.splitlines() == list(FILES)
