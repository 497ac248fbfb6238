"""The dossier in a real browser, on a telephone, on a screen and on paper."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.reports.dossiers import chain, lived

from regua.reports.dossier import dossier_html

pytestmark = pytest.mark.one_python

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDEST = (
    "() => Math.max(...[...document.querySelectorAll('table, pre')].map(each => each.getBoundingClientRect().right))"
)
SHOWN = "() => [...document.querySelectorAll('pre.registro')].map(each => each.innerText)"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as a file."""
    folder = tmp_path_factory.mktemp("page")
    with lived(folder) as case:
        page = "".join(dossier_html(case.simulation.creditor.dossier("ana")))
    path = folder / "dossier.html"
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture
def open_page(browser: Any, file: Path) -> Iterator[Any]:
    """Open it in a window in which nothing may go wrong and nothing be fetched."""
    said: list[str] = []
    contexts: list[Any] = []

    def opened(**how: Any) -> Any:
        contexts.append(browser.new_context(**how))
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: said.append(request.url) if request.url != file.as_uri() else None)
        page.goto(file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_as_wide_as_the_window(open_page: Any, width: int):
    """Tables scroll in their own frames, the entries of the chain break."""
    page = open_page(viewport={"width": width, "height": 800})
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate("() => Math.max(...[...document.querySelectorAll('pre')].map(p => p.scrollWidth))") <= width


def test_paper_is_wide_enough(open_page: Any):
    """On A4 nothing is cut off, no number of an entry is broken, and it is black on white for a dark screen too."""
    page = open_page(viewport={"width": 680, "height": 1000}, color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(WIDEST) <= 680
    numbers = page.evaluate(
        "() => [...document.querySelectorAll('td:first-child')].filter(cell => /^[0-9]+$/.test(cell.textContent))"
        ".map(cell => { const range = document.createRange(); range.selectNodeContents(cell);"
        " return range.getClientRects().length; })"
    )
    assert set(numbers) == {1}
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("() => getComputedStyle(document.querySelector('.hash')).color") == "rgb(0, 0, 0)"


def test_what_is_shown_is_what_is_hashed(open_page: Any, file: Path):
    """Whoever copies an entry from the screen has its text."""
    page = open_page()
    assert page.evaluate(SHOWN) == [text for text, _ in chain(file.read_text(encoding="utf-8"))]


def test_a_reader_finds_the_parts(open_page: Any):
    """By heading, and the tables by name."""
    page = open_page()
    assert page.get_by_role("heading", name="6. Contatos e atos executados").count() == 1
    for name in ("Quem deve", "Saldo de cada título, parte por parte", "Todos os fatos", "Todas as etapas"):
        assert page.get_by_role("table", name=name, exact=True).count() == 1
