"""HTML made of a text: whatever a name holds, it is read and does nothing."""

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.messages.reading import read_text

from regua.messages import SPECIMEN, MessageBook
from regua.messages.declared import DECLARED, ITEM
from regua.messages.page import SLOTS, paragraphs, slot
from regua.messages.text import MessageText
from regua.messages.values import one_line, plain_values

BOOK = MessageBook.open()
HOSTILE = {
    "template": "{{7*7}}{% for x in y %}",
    "line breaks": "Ana\r\nBcc: todos@example.invalid",
    "commas": "a@example.invalid, b@example.invalid; c",
    "direction": "\u202eazuoS\u202c \u2066Ana\u2069",
    "ten megabytes": "Ana " * 2_500_000,
    "tags": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "end of everything": "</style></title></td></div></body><h1>",
    "attributes": "\" onmouseover=\"alert(1)' x='",
    "entities": "&lt;script&gt;&#60;b&#62;",
    "comment": "--><!-- -->",
    "formulas": '=1+1 @SUM(A1) -cmd|"/c calc"!A1',
    "slots": "".join(f"{slot(name)} {name}" for name in SLOTS),
}


class Tags(HTMLParser):
    """The tags of a page with their attributes, and what is read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[Any] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        """Something that is read."""
        self.text += data


def everywhere(text: str) -> dict[str, Any]:
    """The specimen with a text in every place that takes one."""
    item = {name: text if each.kind == "text" else each.example for name, each in ITEM.items()}
    filled = {name: text for name, each in DECLARED.items() if each.kind == "text" and each.form is None}
    return {**SPECIMEN, **filled, "items": [item]}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", ["atraso", "lembrete", "obrigado", "proposta"])
def test_a_hostile_name_is_read_as_it_stands(name: str, text: str):
    """No tag, attribute or style comes of it, and no block of ours stands where it says."""
    mild, wild = (Tags(BOOK.render(name, everywhere(each), html=True).html) for each in ("Ana", text))
    assert wild.tags == mild.tags
    assert one_line(text, 24).rstrip("…") in " ".join(wild.text.split())
    assert "\x02" not in wild.text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_stays_on_its_line(text: str):
    """A text has as many lines as with any other name, the subject one."""
    mild, wild = (BOOK.render("atraso", everywhere(each)) for each in ("Ana", text))
    assert len(wild.text.split("\n")) == len(mild.text.split("\n"))
    assert wild.subject.isprintable()
    assert len(wild.text) < 30_000


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])) | st.text(st.sampled_from("a-& <>'\" \n"), max_size=60))
def test_any_text_is_read_whole(text: str):
    """Whatever it holds: tags are paragraphs, lines and lists alone."""
    found = Tags(paragraphs(text))
    assert {tag for tag, _ in found.tags} <= {"p", "br", "ul", "li"}
    words = re.sub(r"(?m)^(- |  )", "", text)
    assert "".join(found.text.split()) == "".join(html.unescape(html.escape(words)).split())


def test_paragraphs_lines_and_lists():
    """An empty line divides; what goes on below an entry belongs to it."""
    assert paragraphs("a & b\nc\n\nList:\n- d\n  e\n- f\ng") == (
        "<p>a &amp; b<br>\nc</p>\n<p>List:</p>\n<ul>\n<li>d<br>\ne</li>\n<li>f</li>\n</ul>\n<p>g</p>\n"
    )


def test_a_block_in_html_stands_between_paragraphs():
    """Also where the text names it in the middle of one."""
    read = read_text('a {% include "_x" %} b\n\n{% include "_x" %}', x_txt="texto", x_html="<hr>")
    assert isinstance(read, MessageText)
    values = plain_values(SPECIMEN)
    assert read.html(values, "s", "pt-BR") == "<main><p>a</p>\n<hr>\n<p> b</p>\n<hr>\n</main>"


def test_html_is_made_where_it_is_asked_for():
    """Else nobody pays for it."""
    assert BOOK.render("atraso", SPECIMEN).html == ""
    told = BOOK.render("atraso", SPECIMEN, html=True)
    assert told.html.startswith('<!DOCTYPE html>\n<html lang="pt-BR">')
    assert "<title>Loja da Ana: mensagem para você</title>" in told.html
    assert repr(told) == "Rendered(language='pt-BR')"
