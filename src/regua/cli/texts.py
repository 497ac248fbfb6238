"""What `regua check` asks of message templates: that they can be used, and that channels can carry what they say."""

from __future__ import annotations

from collections.abc import Iterator
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
        return MessageBook.open(*([settings.templates] if settings.templates else [])), list(_for_nobody(settings))
    except MessageError as error:
        return None, [_told(problem) for problem in error.problems if isinstance(problem, MessageProblem)]


def _for_nobody(settings: Settings) -> Iterator[Diagnostic]:
    """Files for a channel that the settings do not have: most likely its name is mistyped."""
    for where, source in read_folder(settings.templates).sources.items() if settings.templates else ():
        if where.channel not in {"", *settings.channels, *PLAIN_CHANNELS}:
            remedy = nearest(where.channel, settings.channels)
            unknown = MessageProblem(
                file=source.file, message=f"the settings have no channel {where.channel!r}", remedy=remedy
            )
            yield evolve(_told(unknown), severity="warning")


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
