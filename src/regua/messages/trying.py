"""What only shows when a creditor's own files are filled: a message with no text, a value that changes the HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from typing import Any, Final

from jinja2 import Template

from regua.messages.declared import DECLARED, ITEM, SPECIMEN, Variable
from regua.messages.folder import Folder, Place
from regua.messages.page import PAGE
from regua.messages.problems import MessageProblem
from regua.messages.sources import ENVIRONMENTS
from regua.messages.text import MessageText
from regua.messages.values import plain_values

_MILD: Final = "plain"
_WILD: Final = "wild' \"=<b>wild"


def tried(folders: Iterable[Folder], texts: Mapping[Place, MessageText]) -> list[MessageProblem]:
    """What is wrong with the files of folders, none of which was refused."""
    problems: list[MessageProblem] = []
    for folder in folders:
        own = {source.file for source in folder.sources.values()}
        for text in dict.fromkeys(each for each in texts.values() if each.file in own):
            subject, body = text.fill(plain_values(SPECIMEN))
            if text.subject is not None and not subject:
                remedy = "write one that is there whatever the message says"
                problems.append(
                    MessageProblem(file=text.file, line=1, message="the subject can be empty", remedy=remedy)
                )
            if not body.strip():
                remedy = "write what the debtor is to read"
                problems.append(MessageProblem(file=text.file, message="has no text", remedy=remedy))
        problems += _unquoted(folder)
    return list(dict.fromkeys(problems)) or _in_style(texts.values())


def _unquoted(folder: Folder) -> list[MessageProblem]:
    blocks = (source for place, source in folder.sources.items() if place.form == "html" and place.name != PAGE)
    remedy = 'show values as text, or as attributes between quotes: alt="{{ creditor_name }}"'
    return [
        MessageProblem(file=block.file, message="a value could become a part of the HTML", remedy=remedy)
        for block in blocks
        if _changes(ENVIRONMENTS["html"].from_string(block.body))
    ]


def _in_style(texts: Iterable[MessageText]) -> list[MessageProblem]:
    """Of pages with their blocks, among which are those inside `<style>`."""
    pages = dict.fromkeys(text.page for text in texts)
    remedy = "write there, and in its blocks, what no value changes"
    changing = dict.fromkeys(page.file for page in pages if _changes(page.template))
    message = "a value could become a part of the page"
    return [MessageProblem(file=file, message=message, remedy=remedy) for file in changing]


def _changes(template: Template) -> bool:
    """Whether values change the HTML, beside what is read."""
    return len({_shape(template.render(_full(word))) for word in (_MILD, _WILD)}) > 1


def _full(word: str) -> dict[str, Any]:
    """Every text full, so that every choice is the same."""
    return plain_values({name: _value(variable, word) for name, variable in DECLARED.items()})


def _value(variable: Variable, word: str) -> Any:
    if variable.kind == "items":
        return [{name: _value(each, word) for name, each in ITEM.items()}]
    if variable.kind == "text":
        return variable.like or word
    return variable.example


def _shape(html: str) -> tuple[object, ...]:
    parser = _Shape()
    parser.feed(html)
    parser.close()
    return tuple(parser.found)


class _Shape(HTMLParser):
    """Tags with the names of their attributes; of style, what it says."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        acting = [value for name, value in attrs if name in {"style", "href", "src", "srcset"}]
        self.found.append((tag, *(name for name, _ in attrs), *acting))

    def handle_endtag(self, tag: str) -> None:
        self._style = False
        self.found.append(tag)

    def handle_data(self, data: str) -> None:
        if self._style:
            self.found.append(data)

    def handle_comment(self, data: str) -> None:
        self.found.append(data)
