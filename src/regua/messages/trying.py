"""What only shows when a creditor's own files are filled: a message with no text, a value that changes the HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from html.parser import HTMLParser
from typing import Any, Final

from jinja2 import Template, nodes

from regua.messages.declared import DECLARED, ITEM, SPECIMEN, Variable
from regua.messages.folder import Folder, Place
from regua.messages.page import PAGE
from regua.messages.problems import MessageProblem
from regua.messages.sources import ENVIRONMENTS
from regua.messages.text import MessageText
from regua.messages.values import plain_values

_MILD: Final = "plain"
_END: Final = '<p id="end">'
_ADDRESS: Final = re.compile("(?:https?|mailto|tel|cid):|data:image/|#|$", re.IGNORECASE)
"""How addresses begin that are followed or shown, and run nothing."""
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
    return list(dict.fromkeys(problems)) or _in_style(folders, texts.values())


def _unquoted(folder: Folder) -> list[MessageProblem]:
    blocks = (source for place, source in folder.sources.items() if place.form == "html" and place.name != PAGE)
    remedy = 'show values as text, or as attributes between quotes: alt="{{ creditor_name }}"'
    problems = []
    for block in blocks:
        tried = _both(block.body)
        if any(map(_changes, tried)):
            changing = "a value could become a part of the HTML"
            problems.append(MessageProblem(file=block.file, message=changing, remedy=remedy))
        elif not _ends(tried[0]):
            open_ = "a tag or a quote is not closed, and takes what follows with it"
            problems.append(MessageProblem(file=block.file, message=open_, remedy="close it"))
        elif any(map(_acts, tried)):
            acting = "an address acts, and a message is only read"
            problems.append(
                MessageProblem(file=block.file, message=acting, remedy="let it begin with https:, mailto: or tel:")
            )
    return problems


def _in_style(folders: Iterable[Folder], texts: Iterable[MessageText]) -> list[MessageProblem]:
    """Of pages with their blocks, among which are those inside `<style>`."""
    pages = [page.body for page in dict.fromkeys(text.page for text in texts)]
    if not any(_changes(each) for page in pages for each in _both(page)):
        return []
    remedy = "write in the page, and where its blocks are CSS, what no value changes"
    message = "a value could become a part of the page"
    html = (source for folder in folders for place, source in folder.sources.items() if place.form == "html")
    showing = [source.file for source in html if any(_shows(node) for node in source.body.find_all(nodes.Output))]
    return [MessageProblem(file=file, message=message, remedy=remedy) for file in dict.fromkeys(showing)]


def _shows(node: nodes.Output) -> bool:
    return any(not isinstance(each, nodes.TemplateData) for each in node.nodes)


def _changes(template: Template) -> bool:
    """Whether values change the HTML, beside what is read."""
    return len({_shape(template.render(_full(word))) for word in (_MILD, _WILD)}) > 1


def _ends(template: Template) -> bool:
    """Whether what stands behind the HTML is read as it stands."""
    return _shape(template.render(_full(_MILD)) + _END)[-1] == _shape(_END)[-1]


def _acts(template: Template) -> bool:
    parser = _parsed(template.render(_full(_MILD)))
    return not all(_ADDRESS.match("".join(address.split())) for address in parser.addresses)


def _both(tree: nodes.Template) -> list[Template]:
    """HTML as it is chosen where every value is full, and with all that it could choose."""
    return [ENVIRONMENTS["html"].from_string(each) for each in (tree, _every_branch(tree))]


def _every_branch(tree: nodes.Template) -> nodes.Template:
    """The same with all branches of its choices, one behind the other."""
    made = copy(tree)
    made.body = [each for node in tree.body for each in _branches(node)]
    return made


def _branches(node: nodes.Node) -> list[nodes.Node]:
    match node:
        case nodes.If():
            return [each for inner in (*node.body, *node.elif_, *node.else_) for each in _branches(inner)]
        case nodes.For():
            made = copy(node)
            made.body, made.test, made.else_ = [each for inner in node.body for each in _branches(inner)], None, []
            return [made, *(each for inner in node.else_ for each in _branches(inner))]
        case nodes.Output():
            return [nodes.Output([part for each in node.nodes for part in _parts(each)])]
        case _:
            return [node]


def _parts(node: nodes.Expr) -> list[nodes.Expr]:
    if isinstance(node, nodes.CondExpr) and node.expr2 is not None:
        return [*_parts(node.expr1), *_parts(node.expr2)]
    return [node]


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
    return tuple(_parsed(html).found)


def _parsed(html: str) -> _Shape:
    parser = _Shape()
    parser.feed(html)
    parser.close()
    return parser


class _Shape(HTMLParser):
    """Tags with the names of their attributes; of style, what it says."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []
        self.addresses: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        acting = [value for name, value in attrs if name in {"style", "href", "src", "srcset"}]
        self.found.append((tag, *(name for name, _ in attrs), *acting))
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "background", "action"}]

    def handle_endtag(self, tag: str) -> None:
        self._style = False
        self.found.append(tag)

    def handle_data(self, data: str) -> None:
        if self._style:
            self.found.append(data)

    def handle_comment(self, data: str) -> None:
        self.found.append(data)
