"""One message file: `Assunto: …`, an empty line, the text. Checked, compiled and tried once, then filled many times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from attrs import frozen
from jinja2 import StrictUndefined, Template, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from regua.messages.checking import Checker
from regua.messages.declared import FILTERS, LONGEST_SUBJECT, LONGEST_TEXT, SPECIMEN
from regua.messages.problems import MessageProblem
from regua.messages.values import is_unseen, one_line, plain_values

MOST_STEPS: Final = 100_000
"""Steps of the work that a message may make: some hundredths of a second."""

_SUBJECT: Final = re.compile(r"(?:Assunto|Subject):[ ]*(.*)")
_SPACES: Final = frozenset({" ", "\N{NO-BREAK SPACE}"})
_BODY_AFTER: Final = 2
"""Lines above the text where there is a subject."""


@frozen
class MessageText:
    """A file that can be filled.

    Attributes:
        subject: its first line, or None where it has none.
        body: the text.
    """

    subject: Template | None
    body: Template

    def fill(self, values: Mapping[str, Any]) -> tuple[str, str]:
        """Subject and text for values from `plain_values`."""
        subject = "" if self.subject is None else self.subject.render(values)
        lines = "\n".join(line.rstrip() for line in self.body.render(values).split("\n"))
        return one_line(subject, LONGEST_SUBJECT), re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def _environment() -> ImmutableSandboxedEnvironment:
    # optimized=False: constants are not computed while a file is compiled.
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False, optimized=False, cache_size=0
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment


_ENVIRONMENT: Final = _environment()


class _TextRefusedError(Exception):
    """A file that cannot be used; never leaves this module."""

    def __init__(self, *problems: MessageProblem) -> None:
        self.problems = problems
        super().__init__()


def read_text(source: str, file: str, *, needs_subject: bool) -> MessageText | list[MessageProblem]:
    """Read one file, or say all that is wrong with it.

    Args:
        source: what it holds.
        file: its name in problems.
        needs_subject: whether the first line must be the subject.
    """
    try:
        return _tried(_read(source.replace("\r\n", "\n"), file, needs_subject=needs_subject), file)
    except _TextRefusedError as refused:
        return list(refused.problems)


def _read(source: str, file: str, *, needs_subject: bool) -> MessageText:
    _refuse_unseen(source, file)
    lines = source.split("\n")
    head = _SUBJECT.fullmatch(lines[0])
    if head is None and needs_subject:
        raise _wrong(file, 1, "the subject is missing", "begin with a line such as 'Assunto: Mensagem para você'")
    if head is None:
        return MessageText(None, _compiled(source, file, above=0))
    if len(lines) < _BODY_AFTER or lines[1].strip():
        raise _wrong(file, _BODY_AFTER, "an empty line stands between the subject and the text", "put one there")
    body = _compiled("\n".join(lines[_BODY_AFTER:]), file, above=_BODY_AFTER)
    return MessageText(_compiled(head[1], file, above=0), body)


def _refuse_unseen(source: str, file: str) -> None:
    for number, line in enumerate(source.split("\n"), 1):
        for character in line:
            if is_unseen(character) or (character.isspace() and character not in _SPACES):
                raise _wrong(file, number, f"the character U+{ord(character):04X} cannot be seen", "take it out")


def _compiled(source: str, file: str, *, above: int) -> Template:
    try:
        tree = _ENVIRONMENT.parse(source)
    except TemplateSyntaxError as error:
        raise _wrong(file, error.lineno + above, f"cannot be read: {error.message}", "") from None
    except (RecursionError, ValueError):
        raise _wrong(file, above + 1, "nested too deep, or a number too long", "write it simpler") from None
    checker = Checker(file=file, above=above)
    size = checker.size(tree)
    if checker.problems:
        raise _TextRefusedError(*checker.problems)
    if size.characters > LONGEST_TEXT or size.steps > MOST_STEPS:
        long = f"could grow to {size.characters:,} characters" if size.characters > LONGEST_TEXT else "is too much work"
        raise _wrong(file, above + 1, f"{long} when every value is as long as it may be", "say less for each item")
    return _ENVIRONMENT.from_string(tree)


def _tried(text: MessageText, file: str) -> MessageText:
    _, body = text.fill(plain_values(SPECIMEN))
    if not body.strip():
        raise _wrong(file, 0, "has no text", "write what the debtor is to read")
    return text


def _wrong(file: str, line: int, message: str, remedy: str) -> _TextRefusedError:
    return _TextRefusedError(MessageProblem(file=file, line=line, message=message, remedy=remedy))
