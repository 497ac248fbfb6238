import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("folder")
Run = Callable[..., Any]
HEAD = (
    "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,"
    "Disputed,SettledDate,PaperlessBill,DaysToSettle,DaysLate\n"
)
GOOD = "391,ana,4/6/2013,1,1/2/2013,2/1/2013,55.94,No,1/15/2013,Paper,13,0\n"
MAYBE = "391,bia,4/6/2013,2,1/2/2013,2/1/2013,55.94,Maybe,1/15/2013,Paper,13,0\n"
SHORT = "a,b,c\n"


@pytest.fixture
def bad(folder: Path) -> Path:
    """A file with one good row between two bad ones."""
    path = folder / "bad.csv"
    path.write_text(HEAD + MAYBE + GOOD + SHORT, encoding="utf-8")
    return path


def events(path: Path) -> list[str]:
    """Give the types of the events in a file."""
    return [json.loads(line)["type"] for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.usefixtures("bad")
def test_good_rows_are_kept_and_bad_ones_told(call: Run):
    """Line, column, value and reason of each; status 1."""
    ran = call("import", "bad.csv", "--map", "receivables", "-o", "out.jsonl", "--quiet")
    assert ran.status == 1
    assert ran.err.splitlines()[:2] == [
        "bad.csv: line 2, column 'Disputed': 'Maybe': none of the words of columns.Disputed in the map",
        "bad.csv: line 4: 'a,b,c': 3 cells where the header has 12",
    ]
    assert "3 rows, 2 bad; 5 events" in ran.err
    assert events(Path("out.jsonl")).count("invoice.issued") == 1


@pytest.mark.usefixtures("bad")
@pytest.mark.parametrize("out", ["out.jsonl", "-"])
def test_strict_writes_nothing(call: Run, out: str):
    """Neither a file nor a line on standard output."""
    ran = call("import", "bad.csv", "--map", "receivables", "-o", out, "--strict")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.endswith("bad.csv: 3 rows, 2 bad; nothing was written (--strict)\n")
    assert not Path("out.jsonl").exists()


@pytest.mark.usefixtures("bad")
def test_strict_leaves_the_older_result(call: Run):
    """What a good run wrote before stays."""
    Path("out.jsonl").write_text("old\n", encoding="utf-8")
    call("import", "bad.csv", "--map", "receivables", "-o", "out.jsonl", "--strict")
    assert Path("out.jsonl").read_text(encoding="utf-8") == "old\n"
    assert sorted(path.name for path in Path().iterdir() if path.name.startswith(".")) == []


def test_strict_on_good_rows_writes_all(call: Run):
    """To standard output, once the last row was read."""
    plain = call("import", "receivables.csv", "--map", "receivables")
    strict = call("import", "receivables.csv", "--map", "receivables", "--strict")
    assert strict.status == 0
    assert strict.out == plain.out == Path("events.jsonl").read_text(encoding="utf-8")


@pytest.mark.usefixtures("bad")
@pytest.mark.parametrize("strict", [(), ("--strict",)])
def test_bad_rows_go_to_a_file(call: Run, strict: tuple[str, ...]):
    """As JSON Lines, instead of a long listing; also where nothing else is written."""
    ran = call("import", "bad.csv", "--map", "receivables", "-o", "out.jsonl", "--bad-rows", "rows.jsonl", *strict)
    assert ran.status == 1
    assert "Maybe" not in ran.err
    rows = [json.loads(line) for line in Path("rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["line"], row["column"], row["value"]) for row in rows] == [(2, "Disputed", "Maybe"), (4, "", "a,b,c")]


def test_from_standard_input_to_standard_output(call: Run):
    """As a stage of a pipe."""
    ran = call("import", "-", "--map", "receivables", stdin=(HEAD + GOOD).encode())
    assert ran.status == 0
    assert len(ran.out.splitlines()) == 5
    assert "<stdin>: 1 row, 0 bad; 5 events (debtor.registered 1," in ran.err


def test_a_shipped_map_by_name_is_said_so(call: Run):
    """A map of one's own comes first; without one the shipped one of that name serves, and regua says so."""
    said = "no such file here; taking the map that comes with regua (receivables.map.toml)"
    for name in ("receivables", "receivables.map.toml"):
        ran = call("import", "receivables.csv", "--map", name)
        assert (ran.status, ran.err.splitlines()[0]) == (0, f"{name}: {said}")
    Path("receivables.map.toml").write_text("format = 1\n", encoding="utf-8")
    ran = call("import", "receivables.csv", "--map", "receivables.map.toml")
    assert (ran.status, said in ran.err) == (1, False)


@pytest.mark.parametrize("name", ["nothing.map.toml", "../receivables.map.toml", "nothing"])
def test_a_map_that_is_nowhere(call: Run, name: str):
    """Only bare names are looked for among the shipped ones."""
    ran = call("import", "receivables.csv", "--map", name)
    assert (ran.status, ran.err) == (1, f"Error: {name}: No such file or directory\n")


def test_a_map_that_does_not_fit_the_header(call: Run):
    """All its mistakes at once, each on a line, and no half output."""
    Path("other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    ran = call("import", "other.csv", "--map", "receivables", "-o", "out.jsonl", "--quiet")
    assert ran.status == 1
    assert len(ran.err.splitlines()) > 2
    assert all(line.startswith("receivables.map.toml: column ") for line in ran.err.splitlines())
    assert not Path("out.jsonl").exists()


@pytest.mark.parametrize(
    "options",
    [
        ("-o", "receivables.csv"),
        ("-o", "./receivables.csv"),
        ("--bad-rows", "receivables.csv"),
        ("-o", "x", "--bad-rows", "./x"),
        ("--bad-rows", "-"),
    ],
)
def test_nothing_is_written_over_what_is_read(call: Run, options: tuple[str, ...]):
    """Nor are two results written to one place."""
    before = Path("receivables.csv").read_bytes()
    assert call("import", "receivables.csv", "--map", "receivables", *options).status == 2
    assert Path("receivables.csv").read_bytes() == before


def test_a_replaced_file_keeps_its_permissions(call: Run):
    """And a new one has those that the umask gives."""
    Path("out.jsonl").touch(mode=0o600)
    Path("out.jsonl").chmod(0o640)
    assert call("import", "receivables.csv", "--map", "receivables", "-o", "out.jsonl").status == 0
    assert Path("out.jsonl").stat().st_mode & 0o777 == 0o640
    former = os.umask(0o027)
    try:
        call("import", "receivables.csv", "--map", "receivables", "-o", "new.jsonl")
    finally:
        os.umask(former)
    assert Path("new.jsonl").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(("content", "problem"), [(b"", "the file is empty"), (HEAD.encode("utf-16"), "is UTF-16")])
def test_a_file_that_cannot_be_begun(call: Run, content: bytes, problem: str):
    """It is named as it was given."""
    Path("sub").mkdir()
    Path("sub/x.csv").write_bytes(content)
    ran = call("import", "sub/x.csv", "--map", "receivables", "--quiet", "-o", "out.jsonl")
    assert (ran.status, Path("out.jsonl").exists()) == (1, False)
    assert ran.err.startswith("sub/x.csv: line 1: ")
    assert problem in ran.err
    assert len(ran.err.splitlines()) == 1 + ran.err.count("no such file here")


def test_a_map_is_named_as_it_was_given(call: Run):
    """With its folder, in its own mistakes and in those of the header."""
    Path("sub").mkdir()
    Path("sub/x.map.toml").write_text("format = 2\n", encoding="utf-8")
    ran = call("import", "receivables.csv", "--map", "sub/x.map.toml")
    assert ran.err.startswith("sub/x.map.toml: format: ")


def test_a_link_is_followed(call: Run):
    """The file behind it is replaced, the link stays."""
    Path("real").mkdir()
    Path("link.jsonl").symlink_to("real/out.jsonl")
    assert call("import", "receivables.csv", "--map", "receivables", "-o", "link.jsonl").status == 0
    assert Path("link.jsonl").is_symlink()
    assert Path("real/out.jsonl").is_file()


def test_a_device_is_written_to_as_it_is(call: Run):
    """It is no file that could be replaced."""
    assert call("import", "receivables.csv", "--map", "receivables", "-o", "/dev/null").status == 0
    assert not Path("/dev/null").is_file()


def test_a_folder_that_is_not_there(call: Run):
    """The remedy is plain: its name is told."""
    ran = call("import", "receivables.csv", "--map", "receivables", "-o", "no/out.jsonl", "--quiet")
    assert ran.status == 1
    assert ran.err == "Error: no: there is no such folder\n"


def test_a_full_disk(call: Run):
    """An error of the machine is no bug."""
    ran = call("import", "receivables.csv", "--map", "receivables", "-o", "/dev/full", "--quiet")
    assert (ran.status, ran.err) == (1, "Error: /dev/full: No space left on device\n")
