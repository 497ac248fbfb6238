from pathlib import Path

import pytest
from tests.docs.executing import DATABASE, Execution
from tests.docs.pages import Page, all_pages
from tests.servers.fixtures import postgres, postgres_url

__all__ = ["postgres", "postgres_url"]

pytestmark = pytest.mark.one_python

PAGES = {page.name: page for page in all_pages() if page.blocks}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def _database(page: Page, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if DATABASE in page.text:
        monkeypatch.setenv(DATABASE, request.getfixturevalue("postgres_url"))


@pytest.mark.usefixtures("_database")
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_examples_do_what_the_page_says(page: Page) -> None:
    """Python and commands run in the order of the page and print what stands below them; files are read and valid."""
    corrections = Execution(page).run()
    assert not corrections, "\n".join(map(str, corrections))


def _page(tmp_path: Path, text: str) -> Page:
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    return Page(path)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("```python\nprint(1)\n```\n\nMore.\n", "prints and nothing shows it"),
        ("```python\nprint(1)\n```\n\n```toml\n```\n", "prints and no text block shows it"),
        ("```python\n1 / 0\n```\n", "ZeroDivisionError"),
        ('```toml\nformat = 1\n[policy]\nid = "x"\ncalender = "weekdays"\n```\n', "unknown key"),
        ('```toml\n[plan]\ncatch_up = "sometimes"\n```\n', "unknown value"),
        ('```toml\nformat = 1\n[values]\ntimezone = "Sao_Paulo"\n```\n', "no IANA time zone"),
        ('```jsonl\n{"type":"invoice.issued","version":1}\n```\n', "missing key"),
        ("```console\n$ python3 dev.py fly\n```\n", "dev.py has no command fly"),
        ("```console\n$ rm -rf src\n```\n", "rm is no command that the docs show"),
    ],
)
def test_an_example_that_cannot_be_meant_is_found(text: str, complaint: str, tmp_path: Path) -> None:
    """What checks the pages is checked itself."""
    with pytest.raises(AssertionError, match=complaint):
        Execution(_page(tmp_path, text)).run()


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("```python\nprint(1)\n```\n\n```text\n2\n```\n", "1\n"),
        ("```python\nx = 1\n```\n\n```text\n2\n```\n", ""),
        ("```console\n$ regua --version\nregua 99\n```\n", "$ regua --version\nregua 0"),
        ("```console\n$ python3 dev.py test\nall is well\n```\n", "$ python3 dev.py test\n"),
    ],
)
def test_an_output_that_is_not_the_real_one_is_found(text: str, body: str, tmp_path: Path) -> None:
    """A page shows what is printed, to the letter."""
    [correction] = Execution(_page(tmp_path, text)).run()
    assert correction.body.startswith(body)


def test_each_example_of_the_readme_has_twenty_lines_at_most() -> None:
    """What a newcomer reads first is short."""
    blocks = [block for block in PAGES["README.md"].blocks if block.language == "python"]
    assert [len([line for line in block.body.splitlines() if line]) <= 20 for block in blocks] == [True] * 4
