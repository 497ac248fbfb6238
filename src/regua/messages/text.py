"""A message whose blocks are in place: compiled when it is first needed, then filled many times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from html import escape
from typing import Any, Final

from attrs import frozen
from jinja2 import Template, nodes

from regua.messages.declared import LONGEST_SUBJECT
from regua.messages.expressions import Size
from regua.messages.page import TEXT, filled, paragraphs
from regua.messages.sms import in_gsm
from regua.messages.sources import ENVIRONMENTS, Form
from regua.messages.values import one_line

_BREAKS: Final = re.compile(r"\n{3,}")


@frozen(slots=False, eq=False)
class Page:
    """The page around a message.

    Attributes:
        file: that holds it.
        body: with its blocks.
        size: what it can come to without the message.
    """

    file: str
    body: nodes.Template
    size: Size

    @cached_property
    def template(self) -> Template:
        """Ready to be filled."""
        return _compiled(self.body, "html")


@frozen(slots=False, eq=False, kw_only=True)
class MessageText:
    """A message that can be filled.

    Attributes:
        file: that holds it.
        subject: its first line, or None where it has none.
        body: the text.
        marked: the text with a slot for each block that is written in HTML, too.
        twins: those blocks, by name.
        page: around its HTML.
        is_sms: whether it is written in the alphabet of SMS.
    """

    file: str
    subject: nodes.Template | None
    body: nodes.Template
    marked: nodes.Template
    twins: Mapping[str, nodes.Template]
    page: Page
    is_sms: bool = False

    def fill(self, values: Mapping[str, Any]) -> tuple[str, str]:
        """Subject and text for values from `plain_values`."""
        subject = "" if self._subject is None else self._subject.render(values)
        text = _tidy(self._body.render(values))
        return one_line(subject, LONGEST_SUBJECT), in_gsm(text) if self.is_sms else text

    def html(self, values: Mapping[str, Any], subject: str, language: str) -> str:
        """The page of such a text."""
        twins = {name: template.render(values) for name, template in self._twins.items()}
        told = filled(paragraphs(_tidy(self._marked.render(values))), twins)
        slots = {TEXT: told, "_assunto": escape(subject), "_lingua": escape(language)}
        return filled(self.page.template.render(values), slots)

    @cached_property
    def _subject(self) -> Template | None:
        return None if self.subject is None else _compiled(self.subject, "txt")

    @cached_property
    def _body(self) -> Template:
        return _compiled(self.body, "txt")

    @cached_property
    def _marked(self) -> Template:
        return _compiled(self.marked, "txt")

    @cached_property
    def _twins(self) -> dict[str, Template]:
        return {name: _compiled(tree, "html") for name, tree in self.twins.items()}


def _compiled(tree: nodes.Template, form: Form) -> Template:
    return ENVIRONMENTS[form].from_string(tree)


def _tidy(text: str) -> str:
    """Without spaces at the end of lines, and with one empty line where there are several."""
    return _BREAKS.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip("\n")
