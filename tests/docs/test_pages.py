import re
import unicodedata

import pytest
from tests.docs.pages import DOCS, ROOT, Page, all_pages, slug_of

PAGES = {page.name: page for page in all_pages()}
each_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


def _target(page: Page, link: str) -> tuple[Page, str]:
    path, _, anchor = link.partition("#")
    return Page((page.path.parent / path).resolve() if path else page.path), anchor


@each_page
def test_links_lead_somewhere(page: Page) -> None:
    """Every link inside the repository names a file that is there, and a heading of it."""
    broken = []
    for link in page.links:
        if link.startswith("https://"):
            continue
        target, anchor = _target(page, link)
        there = target.path.exists() and target.path.is_relative_to(ROOT)
        if not there or (anchor and anchor not in target.anchors):
            broken.append(link)
    assert broken == []


def test_every_page_is_found_from_the_index() -> None:
    """Who starts at docs/index.md and follows links comes to every page; and the README leads to the index."""
    found, waiting = set(), [Page(DOCS / "index.md")]
    while waiting:
        page = waiting.pop()
        found.add(page.name)
        targets = [_target(page, link)[0] for link in page.links if not link.startswith("https://")]
        waiting += [target for target in targets if target.path.suffix == ".md" and target.name not in found]
    assert {page.name for page in all_pages()} - found <= {"README.md"}
    assert "docs/index.md" in PAGES["README.md"].links


@each_page
def test_a_page_is_plain_markdown(page: Page) -> None:
    """One title, at the top; no HTML but comments, no tabs, no directives of a site generator, every fence closed."""
    assert re.findall(r"^# ", page.prose, re.MULTILINE) == ["# "]
    assert page.text.startswith("# ")
    assert page.text.endswith("\n")
    assert "\t" not in page.text
    shown = re.sub(r"<!--.*?-->|`[^`]*`", "", page.prose, flags=re.DOTALL)
    assert not re.search(r"</?[a-zA-Z]|^:::|^!!!|\{%|```", shown, re.MULTILINE)


@each_page
def test_a_page_has_no_emoji(page: Page) -> None:
    """Words do."""
    symbols = {unicodedata.name(char) for char in page.text if unicodedata.category(char) == "So"}
    assert {name for name in symbols if not name.startswith(("BOX DRAWINGS", "BLACK RIGHT-POINTING"))} == set()


@each_page
def test_every_fence_names_a_language_that_is_checked(page: Page) -> None:
    """What a block shows is executed, read or compared; a block without a language would be neither."""
    assert {block.language for block in page.blocks} <= {"python", "console", "toml", "jsonl", "csv", "text"}


@pytest.mark.parametrize(
    "page", [*PAGES.values(), *map(Page, sorted(ROOT.glob("plugins/*/README.md")))], ids=lambda page: page.name
)
def test_a_page_that_installs_says_how_before_the_first_release(page: Page) -> None:
    """Nothing of regua is on PyPI yet, so who copies the line reads beside it what works from a checkout."""
    if re.search(r"pip install [\"']?regua", page.text):
        assert re.search(r"until the first release, in a checkout.*: `pip install [\"']?\.", page.text, re.IGNORECASE)


def test_slugs_are_githubs() -> None:
    """Anchors keep accents and dots are dropped."""
    assert slug_of("Ação e `invoice.issued`") == "ação-e-invoiceissued"
    assert slug_of("What comes [later](x.md), then?") == "what-comes-later-then"
