from collections import Counter
from typing import get_args

import pytest
from tests.docs.generating import PARTS, parts_of, refreshed
from tests.docs.pages import DOCS, ROOT, Page, all_pages

from regua import codec
from regua.cli.app import COMMANDS
from regua.core.planning.blockers import BlockerClass
from regua.core.planning.schedule import Status
from regua.core.policy import KINDS
from regua.core.tones import Tone
from regua.importfile import MapError, parse_map
from regua.importfile.formats import GROUPS, MARKS
from regua.importfile.loading import ENCODINGS

GENERATED = {page.name: page for page in all_pages() if list(parts_of(page))}
MAP_PAGE = Page(DOCS / "reference/import-map.md")
MAP_TABLES = {
    "Top level": "nonsense = 1",
    "`[file]`": "[file]\nnonsense = 1",
    "`[values]`": "[values]\nnonsense = 1",
    "`[defaults]`": "[defaults]\nnonsense = 1",
}


@pytest.mark.parametrize("page", GENERATED.values(), ids=GENERATED)
def test_the_reference_is_what_the_code_says(page: Page) -> None:
    """Everything in the code has its entry and nothing else has; `python -m tests.docs.generating` writes them."""
    assert page.text == refreshed(page.text)


def test_every_generated_part_stands_on_one_page() -> None:
    """None is forgotten, none said twice."""
    assert Counter(name for page in all_pages() for name in parts_of(page)) == Counter(PARTS.keys())


@pytest.mark.parametrize(("heading", "text"), MAP_TABLES.items(), ids=MAP_TABLES)
def test_the_import_map_page_names_the_keys_of_each_table(heading: str, text: str) -> None:
    """A table that meets an unknown key says which ones it knows; the page has these."""
    assert set(_codes(MAP_PAGE, heading)) == _known_keys(text)


def test_the_import_map_page_names_the_keys_of_a_column() -> None:
    """What a column takes beside the keys of `[values]` is in its table, the others in the sentence before it."""
    keys = _known_keys("[columns.x]\nnonsense = 1")
    assert {key for key in keys if f"`{key}`" not in _section(MAP_PAGE, "`[columns]`")} == set()


def test_the_import_map_page_names_every_word() -> None:
    """Encodings and marks are closed lists."""
    assert all(f"`{word}`" in MAP_PAGE.text for word in ENCODINGS)
    assert all(f'`"{mark}"`' in MAP_PAGE.text for mark in (*MARKS, *GROUPS))


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("Kinds of step", KINDS),
        ("Tones", [tone.word for tone in Tone]),
        ("Statuses", get_args(Status)),
        ("Classes of blockers", get_args(BlockerClass)),
    ],
)
def test_the_glossary_is_complete(heading: str, words: tuple[str, ...]) -> None:
    """Every kind, tone, status and class has its Portuguese word, in the order of the code, and no other has."""
    assert _codes(Page(DOCS / "glossary.md"), heading) == list(words)


def test_statuses_have_their_meaning() -> None:
    """The table of the schedule's page has all of them."""
    assert _codes(Page(DOCS / "reference/schedule.md"), "Statuses") == list(get_args(Status))


def test_stages_and_rooms_are_there() -> None:
    """Modules that the explanations name exist."""
    core, house = ROOT / "src/regua/core", Page(DOCS / "explanation/house.md")
    stages = _codes(Page(DOCS / "explanation/the-plan.md"), "", 1)
    assert [name for name in stages if not (core / f"planning/{name}.py").is_file()] == []
    rooms = _codes(house, "Rooms of the core")
    assert [room for room in rooms if not (core / room).is_dir() and not (core / f"{room}.py").is_file()] == []
    layers = {path.stem for path in core.parent.iterdir() if not path.name.startswith("_")} - {"data", "py"}
    assert {name for name in _codes(house, "Layers") if name} == layers


def test_the_codec_has_its_entries() -> None:
    """Every public name of `regua.codec` stands in the table of the Python page."""
    names = {name.partition("(")[0] for name in _codes(Page(DOCS / "reference/python.md"), "JSON Lines")}
    assert names == set(codec.__all__)


def test_the_readme_names_the_commands_that_are_there() -> None:
    """No command is promised as working that does not exist."""
    [row] = [line for line in Page(ROOT / "README.md").text.splitlines() if line.startswith("| Command line |")]
    assert row.split("|")[2].split("`")[1::2] == list(COMMANDS)


def _section(page: Page, heading: str) -> str:
    parts = page.prose.split(f"\n## {heading}\n", 1) if heading else ["", page.prose]
    return parts[1].split("\n## ", 1)[0]


def _codes(page: Page, heading: str, column: int = 0) -> list[str]:
    """The words in code in one column of the tables below a heading."""
    rows = [line.split("|")[1:-1] for line in _section(page, heading).splitlines() if line.startswith("| ")]
    return [word for row in rows for word in row[column].split("`")[1::2]]


def _known_keys(text: str) -> set[str]:
    """The keys that a table of a map knows, as it says when it meets another."""
    with pytest.raises(MapError, match="nonsense") as raised:
        parse_map(text)
    return set(str(raised.value).partition("unknown key 'nonsense'; known are ")[2].partition("\n")[0].split(", "))
