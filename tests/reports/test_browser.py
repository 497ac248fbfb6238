"""The pictures in a real browser: Debian's Chromium, driven by playwright."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from regua.reports import Row, Ruler, drawn, page_end, page_section, page_start

pytestmark = pytest.mark.one_python

Open = Callable[..., Any]
NAMES = ("busy", "single", "hostile", "long")
each_ruler = pytest.mark.parametrize("name", NAMES)

BOXES = """selector => [...document.querySelectorAll(selector)].map(element => {
    const box = element.getBoundingClientRect();
    return [element.textContent, box.left, box.top, box.right, box.bottom];
})"""
"""Boxes of elements in units of the picture, which is opened as large as it is."""
MARKS = """() => [...document.querySelectorAll('svg g > title')].map(title => {
    const box = title.parentElement.getBoundingClientRect();
    return [title.textContent, box.left, box.top, box.right, box.bottom];
})"""
SIZE = "() => [document.rootElement.viewBox.baseVal.width, document.rootElement.viewBox.baseVal.height]"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
HATCHES = """() => [...document.querySelectorAll('.regua .hatch')].map(path => {
    const style = getComputedStyle(path);
    return [style.stroke, style.visibility, style.display];
})"""
FILLS = "() => [...new Set([...document.querySelectorAll('.regua .done .shape')].map(s => getComputedStyle(s).fill))]"


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Open a text as a file in a window of its own, in which nothing may go wrong and nothing be fetched."""
    said: list[str] = []
    contexts: list[Any] = []

    def open_(text: str, suffix: str, **how: Any) -> Any:
        file = tmp_path / f"picture.{suffix}"
        file.write_text(text, encoding="utf-8")
        contexts.append(browser.new_context(**how))
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if request.url != file.as_uri() else None)
        page.goto(file.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert said == []


def whole_page(rulers: dict[str, Ruler]) -> str:
    """A page of all of them, each with a line that is long."""
    lived = [Row(when="2026-04-20 10:00", about="nf-1", what="payment.settled", details="x" * 300)]
    sections = [page_section(number, rulers[name], lived) for number, name in enumerate(NAMES, 1)]
    return page_start("Simulation", [rulers[name].debtor for name in NAMES]) + "".join(sections) + page_end()


def overlapping(boxes: list[list[Any]]) -> list[tuple[str, str]]:
    """Pairs of boxes that have more than a hair's breadth in common."""
    return [
        (one[0], other[0])
        for place, one in enumerate(boxes)
        for other in boxes[place + 1 :]
        if min(one[3], other[3]) - max(one[1], other[1]) > 1 and min(one[4], other[4]) - max(one[2], other[2]) > 3
    ]


@each_ruler
def test_all_of_it_lies_inside_the_picture(opened: Open, rulers: dict[str, Ruler], name: str):
    """Every mark, band and text."""
    page = opened(drawn(rulers[name]), "svg")
    [width, height] = page.evaluate(SIZE)
    boxes = page.evaluate(MARKS) + page.evaluate(BOXES, "svg text")
    assert len(boxes) > 10
    outside = [box for box in boxes if min(box[1:3]) < 0 or box[3] > width or box[4] > height]
    assert outside == []


@each_ruler
def test_texts_do_not_overlap(opened: Open, rulers: dict[str, Ruler], name: str):
    """Neither each other nor another mark, whatever fonts there are."""
    page = opened(drawn(rulers[name]), "svg")
    assert overlapping(page.evaluate(BOXES, "svg text:not(.number)")) == []
    assert overlapping(page.evaluate(MARKS)) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_as_wide_as_the_window(opened: Open, rulers: dict[str, Ruler], width: int):
    """On a telephone pictures and tables scroll in their own frames."""
    page = opened(whole_page(rulers), "html", viewport={"width": width, "height": 800})
    assert page.evaluate(OVERFLOW) <= 0


def test_a_frame_scrolls_by_keyboard(opened: Open, rulers: dict[str, Ruler]):
    """Whoever has no mouse sees the end of a picture."""
    page = opened(whole_page(rulers), "html", viewport={"width": 360, "height": 800})
    frame = page.get_by_role("group").first
    frame.focus()
    page.keyboard.press("ArrowRight")
    for _ in range(100):  # the page allows no script, so it is asked from outside
        if page.evaluate("() => document.activeElement.scrollLeft"):
            return
        page.wait_for_timeout(20)
    pytest.fail("the frame stands still")


def test_a_reader_finds_picture_and_tables_by_name(opened: Open, rulers: dict[str, Ruler]):
    """An image and two tables a debtor, under a heading."""
    page = opened(whole_page(rulers), "html")
    assert page.get_by_role("img", name="Régua of ana").count() == 1
    assert page.get_by_role("heading", name="bruno").count() == 1
    assert page.get_by_role("table", name="What happened").count() == len(NAMES)
    assert page.get_by_role("table", name="What is in the picture").count() == len(NAMES)


def test_bands_and_marks_stay_on_paper(opened: Open, rulers: dict[str, Ruler]):
    """In black, and not as backgrounds, which browsers leave out; also for who reads on a dark screen."""
    page = opened(whole_page(rulers), "html", color_scheme="dark")
    page.emulate_media(media="print")
    hatches = page.evaluate(HATCHES)
    assert hatches
    assert all(hatch == ["rgb(0, 0, 0)", "visible", "inline"] for hatch in hatches)
    assert page.evaluate(FILLS) == ["rgb(0, 0, 0)"]
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_paper_is_wide_enough(opened: Open, rulers: dict[str, Ruler]):
    """On A4 pictures and tables shrink to the page."""
    page = opened(whole_page(rulers), "html", viewport={"width": 718, "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate("() => Math.max(...[...document.querySelectorAll('svg')].map(s => s.clientWidth))") <= 718
    assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize(("scheme", "paper"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(21, 23, 28)")])
def test_light_and_dark(opened: Open, rulers: dict[str, Ruler], scheme: str, paper: str):
    """The picture follows the reader's choice."""
    page = opened(drawn(rulers["busy"]), "svg", color_scheme=scheme)
    assert page.evaluate("() => getComputedStyle(document.querySelector('.paper')).fill") == paper


def test_the_index_leads_to_a_debtor(opened: Open, rulers: dict[str, Ruler]):
    """By its link."""
    page = opened(whole_page(rulers), "html")
    page.get_by_role("link", name="bruno").click()
    assert page.evaluate("() => document.querySelector(':target h2').textContent") == "bruno"
