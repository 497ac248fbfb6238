"""What `regua check` asks of message templates: that they can be used, and that channels can carry what they say."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from regua.messages import SPECIMEN, MessageBook, MessageError, MessageProblem
from regua.messages.declared import PLAIN_CHANNELS
from regua.messages.folder import read_folder
from regua.plugins import Registry
from regua.policyfile import Diagnostic
from regua.policyfile.diagnostics import nearest
from regua.policyfile.nodes import place
from regua.ports import Capabilities

if TYPE_CHECKING:
    from regua.core.policy import Policy, Step
    from regua.engine.settings import Settings


def read_book(settings: Settings) -> tuple[MessageBook | None, list[Diagnostic]]:
    """The templates of the settings; where a file has problems none, and all of them."""
    try:
        return MessageBook.open(*([settings.templates] if settings.templates else [])), []
    except MessageError as error:
        return None, [_told(problem) for problem in error.problems if isinstance(problem, MessageProblem)]


def check_folder(settings: Settings, asked: Collection[str] | None) -> Iterator[Diagnostic]:
    """Files that nobody asks for: most likely the name of their channel or template is mistyped.

    Args:
        settings: the folder, and the channels that there are.
        asked: names of templates that policies ask for; None where not all of them are known.
    """
    names = None if asked is None else sorted({*MessageBook.open().names(), *asked})
    for where, source in read_folder(settings.templates).sources.items() if settings.templates else ():
        if where.channel not in {"", *settings.channels, *PLAIN_CHANNELS}:
            remedy = nearest(where.channel, settings.channels)
            yield _suspicious(source.file, f"the settings have no channel {where.channel!r}", remedy)
        if not (names is None or where.is_block or where.name in names):
            remedy = nearest(where.name, names, "name it in a step, or remove it")
            yield _suspicious(source.file, f"no policy asks for template {where.name!r}", remedy)


def _suspicious(file: str, message: str, remedy: str) -> Diagnostic:
    return evolve(_told(MessageProblem(file=file, message=message, remedy=remedy)), severity="warning")


def check_texts(settings: Settings, registry: Registry, book: MessageBook, policy: Policy) -> Iterator[Diagnostic]:
    """What a policy asks for and no channel can carry, judged by the example of the reference."""
    for step in policy.steps:
        for template in dict.fromkeys(step.templates.values()):
            for channel in step.channels:
                problem = _problem(book, template, channel, _most(settings, registry, channel))
                if problem is not None:
                    yield _at(step, *problem)


def _problem(book: MessageBook, template: str, channel: str, most: int | None) -> tuple[str, str] | None:
    try:
        text = book.render(template, SPECIMEN, channel=channel).text
    except MessageError:
        remedy = f"write {template}.txt.j2 or {template}.{channel}.txt.j2"
        return "template-unknown", f"template {template!r} has no text for channel {channel!r}; {remedy}"
    if most is None or len(text) <= most:
        return None
    long = f"the text of template {template!r} has {len(text):,} characters for one receivable"
    return "text-too-long", f"{long}, and channel {channel!r} takes {most:,}; write {template}.{channel}.txt.j2"


def _most(settings: Settings, registry: Registry, channel: str) -> int | None:
    """How much a channel takes, where it says so before it is made."""
    section = settings.channels.get(channel)
    told = getattr(registry.channels.get(section.use), "capabilities", None) if section else None
    return told.max_characters if isinstance(told, Capabilities) else None


def _at(step: Step, code: str, message: str) -> Diagnostic:
    origin = place(step, "template")
    return Diagnostic(
        file=origin.file, line=origin.line, column=origin.column, severity="error", code=code, message=message
    )


def _told(problem: MessageProblem) -> Diagnostic:
    message = problem.message + (f"; {problem.remedy}" if problem.remedy else "")
    path, here = Path(problem.file), Path.cwd()
    file = str(path.relative_to(here)) if path.is_relative_to(here) else problem.file
    return Diagnostic(
        file=file, line=problem.line or 1, column=1, severity="error", code="message-invalid", message=message
    )
