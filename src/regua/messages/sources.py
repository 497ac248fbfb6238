"""One file as it was written: `Assunto: …`, an empty line, the text; or a block, which is text or HTML alone."""

from __future__ import annotations

import re
from typing import Final, Literal

from attrs import frozen
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from regua.messages.checking import Checker
from regua.messages.declared import FILTERS
from regua.messages.expressions import Size
from regua.messages.problems import MessageProblem
from regua.messages.values import is_unseen

Form = Literal["txt", "html"]
"""What a file is written in: plain text or HTML."""

_SUBJECT: Final = re.compile(r"(?:Assunto|Subject):[ ]*(.*)")
_SPACES: Final = frozenset({" ", "\N{NO-BREAK SPACE}"})
_BODY_AFTER: Final = 2
"""Lines above the text where there is a subject."""
_ACTING: Final = re.compile(
    r"<\s*(?:script|iframe|object|embed|form|base|link|textarea|template|svg|math)\b|\bhttp-equiv\b"
    r"|[\s/\"']on[a-z]+\s*=|javascript:|@import",
    re.IGNORECASE,
)
"""HTML that acts, or is fetched and acts; mail programs drop it, and pages of ours hold none."""

_COMMENT: Final = re.compile("<!--.*?-->", re.DOTALL)


@frozen(kw_only=True)
class Source:
    """A file that can be read.

    Attributes:
        file: its name in problems.
        subject: its first line, or None where it has none.
        body: the text.
        above: lines of the file above the text.
        size: what a block can come to; of a message, nothing yet: it depends on the blocks.
    """

    file: str
    subject: nodes.Template | None
    body: nodes.Template
    above: int = 0
    size: Size = Size()


class RefusedError(Exception):
    """A file that cannot be used; never leaves this package."""

    def __init__(self, *problems: MessageProblem) -> None:
        self.problems = problems
        super().__init__()


def environment(*, autoescape: bool) -> ImmutableSandboxedEnvironment:
    """What templates may know: next to nothing."""
    # optimized=False: constants are not computed while a file is compiled.
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=autoescape,
        optimized=False,
        cache_size=0,
    )
    made.globals.clear()
    made.tests.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    return made


ENVIRONMENTS: Final[dict[Form, ImmutableSandboxedEnvironment]] = {
    "txt": environment(autoescape=False),
    "html": environment(autoescape=True),
}


def read_message(text: str, file: str, *, needs_subject: bool) -> Source:
    """Read a message.

    Args:
        text: what the file holds.
        file: its name in problems.
        needs_subject: whether the first line must be the subject.

    Raises:
        RefusedError: it is no message.
    """
    text = _seen(text, file)
    lines = text.split("\n")
    head = _SUBJECT.fullmatch(lines[0])
    if (head is None and needs_subject) or (head is not None and not head[1].strip()):
        raise wrong(file, 1, "the subject is missing", "begin with a line such as 'Assunto: Mensagem para você'")
    if head is None:
        return Source(file=file, subject=None, body=_parsed(text, file, "txt"))
    if len(lines) < _BODY_AFTER or lines[1].strip():
        raise wrong(file, _BODY_AFTER, "an empty line stands between the subject and the text", "put one there")
    body = _parsed("\n".join(lines[_BODY_AFTER:]), file, "txt", above=_BODY_AFTER)
    return Source(file=file, subject=_parsed(head[1], file, "txt"), body=body, above=_BODY_AFTER)


def read_block(text: str, file: str, form: Form, *, is_page: bool) -> Source:
    """Read a block, and check it.

    Args:
        text: what the file holds.
        file: its name in problems.
        form: of the file.
        is_page: whether it is the page, which alone takes other blocks; it is checked with them.

    Raises:
        RefusedError: it is no block.
    """
    text = _seen(text, file)
    if form == "html":
        _refuse_acting(text, file)
    body = _parsed(text, file, form)
    if is_page:
        return Source(file=file, subject=None, body=body)
    checker = Checker(file=file, above=0, form=form)
    size = checker.size(body)
    if checker.problems:
        raise RefusedError(*checker.problems)
    return Source(file=file, subject=None, body=body, size=size)


def wrong(file: str, line: int, message: str, remedy: str) -> RefusedError:
    """One thing that is wrong with a file."""
    return RefusedError(MessageProblem(file=file, line=line, message=message, remedy=remedy))


def _seen(text: str, file: str) -> str:
    text = text.replace("\r\n", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        for character in line:
            if is_unseen(character) or (character.isspace() and character not in _SPACES):
                raise wrong(file, number, f"the character U+{ord(character):04X} cannot be seen", "take it out")
    return text


def _refuse_acting(text: str, file: str) -> None:
    found = _ACTING.search(text)
    if found is not None:
        raise wrong(
            file, _line(text, found.start()), f"{found[0].strip()!r} acts, and a message is only read", "take it out"
        )
    opened = _COMMENT.sub(lambda each: "\n" * each[0].count("\n"), text)
    if "<!--" in opened:
        raise wrong(
            file, _line(opened, opened.index("<!--")), "a comment has no end, and hides what follows", "write -->"
        )


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _parsed(text: str, file: str, form: Form, *, above: int = 0) -> nodes.Template:
    try:
        return ENVIRONMENTS[form].parse(text)
    except TemplateSyntaxError as error:
        raise wrong(file, error.lineno + above, f"cannot be read: {error.message}", "") from None
    except (RecursionError, ValueError):
        raise wrong(file, above + 1, "nested too deep, or a number too long", "write it simpler") from None
