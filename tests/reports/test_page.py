import re
from html.parser import HTMLParser

import pytest
from tests.reports.specimens import HOSTILE

from regua.reports import Row, Ruler, page_end, page_section, page_start

VOID = frozenset({"meta", "br"})


class Tags(HTMLParser):
    """Collects tags, ids and cells, and sees that every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        given = dict(attrs)
        self.seen.add(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if "href" in given else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element of the picture that holds nothing."""
        self.handle_starttag(tag, attrs)
        self.open.remove(tag)

    def handle_endtag(self, tag: str) -> None:
        """It is the one that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect what is read."""
        self.text += data


def page(*rulers: Ruler, rows: tuple[Row, ...] = ()) -> str:
    """A whole page."""
    sections = [page_section(number, ruler, rows) for number, ruler in enumerate(rulers, 1)]
    return page_start("Simulation", [ruler.debtor for ruler in rulers], HOSTILE) + "".join(sections) + page_end()


def read(text: str) -> Tags:
    """A page, read."""
    tags = Tags()
    tags.feed(text)
    tags.close()
    assert tags.open == []
    return tags


def test_many_debtors_have_an_index(rulers: dict[str, Ruler]):
    """Each entry leads to a section; ids are there once, in the pictures too."""
    tags = read(page(rulers["busy"], rulers["hostile"], rulers["single"]))
    assert tags.links == ["#debtor-1", "#debtor-2", "#debtor-3"]
    assert len(tags.ids) == len(set(tags.ids))
    assert {link[1:] for link in tags.links} <= set(tags.ids)


def test_one_debtor_has_none(rulers: dict[str, Ruler]):
    """There is nothing to choose from."""
    assert read(page(rulers["single"])).links == []


def test_the_page_needs_nothing_else(rulers: dict[str, Ruler]):
    """No script, no style sheet, picture or font from elsewhere; and it forbids them."""
    text = page(rulers["busy"], rulers["hostile"])
    tags = read(text)
    assert not tags.seen & {"script", "link", "img", "iframe", "object", "image", "use"}
    assert set(re.findall(r"https?://[^\"]*", text)) == {"http://www.w3.org/2000/svg"}
    assert "default-src 'none'" in text


def test_the_table_says_all_that_is_in_the_picture(rulers: dict[str, Ruler]):
    """Every band and every mark is a row."""
    ruler = rulers["busy"]
    table = page(ruler).partition("<caption>What is in the picture")[2].partition("</table>")[0]
    rows = re.findall(r"<tr><td>(.*?)</td>", table)
    assert len(rows) == sum(len(lane.marks) + len(lane.bands) for lane in ruler.lanes)
    assert "<td>promised</td>" in table
    assert "2026-03-18 to 2026-03-25" in table
    assert "from 2026-04-24" in table
    assert "the contact lists nf-2" in table


def test_what_happened_is_told(rulers: dict[str, Ruler]):
    """As text, and cut where it is too long."""
    rows = (Row(when="2026-04-20 10:00", about="nf-1", what="sent", details=HOSTILE + "x" * 10_000),)
    text = page(rulers["single"], rows=rows)
    tags = read(text)
    assert "<script>alert(1)</script> ]]>" in tags.text
    assert "script" not in tags.seen
    assert "x" * 1_000 not in text


@pytest.mark.parametrize("name", ["busy", "hostile"])
def test_a_picture_of_a_page_has_no_styles_of_its_own(rulers: dict[str, Ruler], name: str):
    """They stand in its head, once."""
    assert page(rulers[name], rulers[name]).count("<style>") == 1
