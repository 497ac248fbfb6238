import time
from pathlib import Path

import pytest

from regua.errors import PolicyError
from regua.policyfile import check_policy, load_policy
from regua.policyfile.source import LARGEST, Source

POLICY = 'format = 1\n\n[policy]\nid = "padrao"\n'


def said(source: Source) -> list[str]:
    """Give every problem of a source as it prints."""
    return [str(problem) for problem in check_policy(source)]


def codes(source: Source) -> list[str]:
    """Give the code of every problem."""
    return [problem.code for problem in check_policy(source)]


def test_a_path_is_read_and_named_as_given(tmp_path: Path):
    """A `pathlib.Path` and a str without a line break are paths; diagnostics and origins name them."""
    file = tmp_path / "padrao.toml"
    file.write_text(POLICY, encoding="utf-8")
    assert load_policy(file) == load_policy(str(file)) == load_policy(POLICY)
    origin = load_policy(file).origin_of("id")
    assert str(origin) == f"{file}:4:1"


def test_a_text_is_read_and_named_by_the_caller():
    """A str with a line break and bytes are TOML text."""
    assert load_policy(POLICY.encode()).id == "padrao"
    assert str(load_policy(POLICY).origin_of("id")) == "<text>:4:1"
    assert str(load_policy(POLICY, name="padrao.toml").origin_of("id")) == "padrao.toml:4:1"


def test_a_file_that_cannot_be_read_is_one_problem(tmp_path: Path):
    """A missing file, a folder and a name that no file can have are diagnostics."""
    missing = tmp_path / "nada.toml"
    assert said(missing) == [f"{missing}:1:1: cannot be read: No such file or directory [unreadable]"]
    assert codes(tmp_path) == codes("a\0b") == ["unreadable"]


def test_a_str_that_was_meant_as_text_is_told_so():
    """Who passes one line of TOML reads that it was taken for a path."""
    assert "a str without a line break is taken for a path" in said("format = 1")[0]


def test_syntax_is_reported_with_line_and_column():
    """One problem, at the place where the file stops being TOML."""
    problem = "<text>:4:6: not TOML: invalid value; a string is written in double quotes"
    assert said("format = 1\n\n[policy]\nid = padrao\n")[0].startswith(problem)


def test_syntax_at_the_end_of_the_file_has_a_place_too():
    """An open string ends where the file does."""
    assert [(p.line, p.column) for p in check_policy('format = 1\na = """\n')] == [(3, 1)]


def test_a_key_given_twice_names_both_lines():
    """The place is that of the second."""
    assert said(f'{POLICY}id = """\n"""\n') == [
        "<text>:5:1: 'policy.id' is given twice, first in line 4; remove one, or rename it [toml-syntax]"
    ]


def test_a_file_in_another_encoding_is_told_the_byte():
    """The column counts the characters before it."""
    assert said(b"format = 1\n# a\xc3\xa7\xc3\xa3o, liga\xe7\xe3o\n") == [
        "<text>:2:13: byte 0xe7 is not UTF-8; save the file as UTF-8 [encoding]"
    ]


def test_utf_16_and_lone_surrogates_are_no_utf_8():
    """Neither is decoded to something else."""
    assert codes(POLICY.encode("utf-16")) == codes(f"{POLICY}# \ud800\n") == ["encoding"]


def test_a_byte_order_mark_is_refused_and_the_rest_still_read():
    """Its columns are those without the mark."""
    mark, key = said("\ufeffformat = 1\nid = 1\npolicy.id = 'a'\n")
    assert mark == "<text>:1:1: begins with a byte order mark; save the file as UTF-8 without one [encoding]"
    assert key.startswith("<text>:2:1: unknown key 'id'; write one of 'format', 'policy', ")


def test_windows_line_ends_are_line_ends():
    """A file with CRLF means what it means with LF."""
    assert load_policy(POLICY.replace("\n", "\r\n").encode()) == load_policy(POLICY)


def test_an_empty_file_lacks_what_every_policy_has():
    """Both keys are named."""
    assert codes(b"") == ["missing-key", "missing-key"]


@pytest.mark.parametrize(
    ("hostile", "code"),
    [
        ("a = " + "[" * 500_000, "too-deep"),
        ("a = " + "{a = " * 200_000, "too-deep"),
        ("a" + ".a" * 500_000 + " = 1", "too-deep"),
        ("[" + "a." * 500_000 + "a]", "too-deep"),
        ("a = 1\n" * 1_000_000, "too-large"),
        ("".join(f"k{number} = 1\n" for number in range(60_000)), "too-many-problems"),
        ("[[step]]\n" * 100_000, "out-of-range"),
        ("a = 1" + " " * 900_000 + "b", "toml-syntax"),
        ('a = """' + '\\"' * 500_000, "toml-syntax"),
        ("a = " + "9" * 100_000, "toml-syntax"),
        ("format = 0x" + "f" * 100_000, "unknown-format"),
        ("a = 2026-02-30", "toml-syntax"),
        ("a = 1\rb = 2", "toml-syntax"),
        ("a = '\0'", "toml-syntax"),
    ],
    ids=lambda value: value if len(value) < 20 else f"{value[:9]}…",
)
def test_a_hostile_file_is_a_problem_and_no_traceback(hostile: str, code: str):
    """Deep, large, endless: soon over, with a diagnostic at a line of the file."""
    start = time.monotonic()
    found = check_policy(f"{hostile}\n")
    assert code in {problem.code for problem in found}
    assert all(problem.line <= hostile.count("\n") + 2 for problem in found)
    assert time.monotonic() - start < 20


def test_a_number_without_end_has_a_place():
    """Python reads no integer of more than 4,300 digits."""
    assert [(p.line, p.column) for p in check_policy("format = 1\na = " + "9" * 5000 + "\n")] == [(2, 5)]


def test_the_largest_file_is_read():
    """The limit is a file that no policy comes near."""
    filling = "#" * (LARGEST - len(POLICY))
    assert codes(POLICY + filling) == []
    assert codes(POLICY + filling + "#") == ["too-large"]


def test_load_policy_raises_with_every_problem():
    """The error prints all of them, warnings too."""
    with pytest.raises(PolicyError) as caught:
        load_policy("format = 1\nplan.max_wait = 3\noffer = [{ id = 'quitacao' }]\n", name="padrao.toml")
    assert [problem.code for problem in caught.value.diagnostics] == ["missing-key", "wrong-type", "not-yet-supported"]
    assert str(caught.value).splitlines()[1] == (
        "padrao.toml:2:17: 'max_wait' takes a duration in civil days such as \"10d\", not the integer 3; "
        'write "10d" [wrong-type]'
    )


def test_a_key_given_twice_after_the_first_mistake_is_not_the_mistake():
    """The problem is where the file stops being TOML."""
    assert [(p.line, p.column) for p in check_policy("a = x\nb = 1\nb = 2\n")] == [(1, 5)]
