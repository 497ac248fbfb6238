"""From files to texts that can be filled: each block of a message is put where the message names it, before it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import partial
from typing import Final

from attrs import evolve, field, frozen
from jinja2 import nodes

from regua.messages.checking import Checker, block_name
from regua.messages.declared import DEFAULT_LANGUAGE, LONGEST_HTML, LONGEST_TEXT
from regua.messages.expressions import Size
from regua.messages.folder import Folder, Place
from regua.messages.page import PAGE, SLOTS, TEXT, slot
from regua.messages.problems import MessageProblem
from regua.messages.sources import RefusedError, Source, wrong
from regua.messages.text import MessageText, Page
from regua.policyfile.diagnostics import nearest

MOST_STEPS: Final = 100_000
"""Steps of the work that a message may make: some hundredths of a second."""
_PER_CHARACTER: Final = 7
"""Characters of HTML that one of a text can become, with its share of the tags."""


@frozen
class Linker:
    """Puts messages and blocks together.

    Args:
        folders: of which the first that has a file wins.
    """

    _folders: tuple[Folder, ...]
    _pages: dict[tuple[str, str], Page] = field(factory=dict, init=False)

    def texts(self, among: Iterable[Folder]) -> tuple[dict[Place, MessageText], list[MessageProblem]]:
        """The messages of some of the folders, for each channel that has files of its own; and what is wrong."""
        channels = sorted({place.channel for folder in self._folders for place in folder.sources} | {""})
        places = (place for folder in among for place in folder.sources if not place.is_block)
        asked = {(place.language, place.name) for place in places}
        texts: dict[Place, MessageText] = {}
        problems: dict[tuple[str, int, str], MessageProblem] = {}
        for language, name in sorted(asked):
            for channel in channels:
                place = Place(language=language, name=name, channel=channel)
                try:
                    found = self._find(place)
                    if found is not None:
                        texts[place] = self._text(place, found[1])
                except RefusedError as refused:
                    for each in refused.problems:  # once, although channels have other blocks to choose from
                        problems.setdefault((each.file, each.line, each.message), each)
        return texts, list(problems.values())

    def idle(self, own: Iterable[Folder]) -> list[MessageProblem]:
        """Blocks of some of the folders that no message and no page of their language takes."""
        taken = {(place.language, name) for place, source in self._all() for name in _included(source)}
        # What a language has no page of its own for, it shows in that of the default one.
        shown = {name for language, name in taken if language == DEFAULT_LANGUAGE}
        return [
            MessageProblem(
                file=source.file,
                message="no message takes this block",
                remedy=nearest(place.name, sorted({name for tag, name in taken if tag == place.language})),
            )
            for folder in own
            for place, source in folder.sources.items()
            if place.is_block and place.name != PAGE and (place.language, place.name) not in taken
            if place.form == "txt" or place.name not in shown
        ]

    def _all(self) -> Iterator[tuple[Place, Source]]:
        return (each for folder in self._folders for each in folder.sources.items())

    def _text(self, place: Place, source: Source) -> MessageText:
        blocks, twins = self._blocks(place), self._twins(place)
        page = self._page(place)
        known = {name: block.size for name, block in blocks.items()}
        size = _measured(source, known)
        _refuse_large(source, size, LONGEST_TEXT, "the text")
        whole = _measured(source, {**known, **{name: _as_text(twin.size) for name, twin in twins.items()}})
        in_html = Size(whole.characters * _PER_CHARACTER, whole.steps) + page.size
        _refuse_large(source, in_html, LONGEST_HTML, "its HTML")
        linked = partial(_linked, blocks=blocks)
        return MessageText(
            file=source.file,
            subject=None if source.subject is None else linked(source.subject),
            body=linked(source.body),
            marked=_linked(source.body, blocks, marked=twins),
            twins={name: twin.body for name, twin in twins.items()},
            page=page,
            is_sms=place.channel == "sms",
        )

    def _blocks(self, place: Place) -> dict[str, Source]:
        """The blocks that a text may take, by name."""
        found = ((name, self._find(evolve(place, name=name))) for name in self._names(place, "txt"))
        return {name: source for name, (_, source) in _there(found)}

    def _twins(self, place: Place) -> dict[str, Source]:
        """Blocks that are written in HTML, too, in the folder of the text or before it: it never undoes a text."""
        twins: dict[str, Source] = {}
        for name in self._names(place, "txt"):
            text, twin = self._find(evolve(place, name=name)), self._find(evolve(place, name=name, form="html"))
            if text is not None and twin is not None and twin[0] <= text[0]:
                twins[name] = twin[1]
        return twins

    def _page(self, place: Place) -> Page:
        key = place.language, place.channel
        if key not in self._pages:
            self._pages[key] = self._made_page(evolve(place, name=PAGE, form="html"))
        return self._pages[key]

    def _made_page(self, place: Place) -> Page:
        names = self._names(place, "html") | self._names(evolve(place, language=DEFAULT_LANGUAGE), "html")
        found = ((name, self._or_default(evolve(place, name=name))) for name in sorted(names - {PAGE}))
        blocks = {name: source for name, (_, source) in _there(found)}
        source = self._or_default(place)
        if source is None:
            raise wrong(str(self._folders[-1].path), 0, f"has no {PAGE}.html.j2", "put one there")
        shown = [each for each in source[1].body.body if isinstance(each, nodes.Include) and block_name(each) == TEXT]
        if len(shown) != 1:
            remedy = f'write {{% include "{TEXT}" %}} once where it stands, in no choice and no loop'
            raise wrong(source[1].file, 0, "does not show the message", remedy)
        known = {name: block.size for name, block in blocks.items()} | dict.fromkeys(SLOTS, Size(1, 1))
        size = _measured(source[1], known, form="html")
        for slotted in SLOTS:
            blocks[slotted] = evolve(source[1], body=nodes.Template([_data(slot(slotted))]))
        return Page(file=source[1].file, body=_linked(source[1].body, blocks), size=size)

    def _or_default(self, place: Place) -> tuple[int, Source] | None:
        return self._find(place) or self._find(evolve(place, language=DEFAULT_LANGUAGE))

    def _names(self, place: Place, form: str) -> set[str]:
        return {
            each.name
            for folder in self._folders
            for each in folder.sources
            if each.is_block and each.language == place.language and each.form == form
        }

    def _find(self, place: Place) -> tuple[int, Source] | None:
        """The number of the first folder that has it, for the channel or for all, and what it has."""
        for number, folder in enumerate(self._folders):
            found = folder.sources.get(place) or folder.sources.get(evolve(place, channel=""))
            if found is not None:
                return number, found
        return None


def _included(source: Source) -> set[str]:
    return {block_name(node) for node in source.body.find_all(nodes.Include)}


def _there(
    found: Iterator[tuple[str, tuple[int, Source] | None]],
) -> Iterator[tuple[str, tuple[int, Source]]]:
    return ((name, each) for name, each in found if each is not None)


def _measured(source: Source, blocks: Mapping[str, Size], *, form: str = "txt") -> Size:
    checker = Checker(file=source.file, above=source.above, form="html" if form == "html" else "txt", blocks=blocks)
    size = checker.size(source.body)
    head = Checker(file=source.file, above=0, blocks=blocks)
    if source.subject is not None:
        _refuse_large(evolve(source, above=0), head.size(source.subject), LONGEST_TEXT, "the subject")
    if head.problems or checker.problems:
        raise RefusedError(*head.problems, *checker.problems)
    return size


def _as_text(size: Size) -> Size:
    """What a block in HTML counts for where a text is measured that becomes HTML: as often as it stands there."""
    return Size(size.characters // _PER_CHARACTER + 1, size.steps)


def _refuse_large(source: Source, size: Size, most: int, what: str) -> None:
    if size.characters > most or size.steps > MOST_STEPS:
        long = f"{what} could grow to {size.characters:,} characters" if size.characters > most else "is too much work"
        remedy = "say less for each item"
        raise wrong(source.file, source.above + 1, f"{long} when every value is as long as it may be", remedy)


def _linked(
    tree: nodes.Template, blocks: Mapping[str, Source], *, marked: Mapping[str, Source] | None = None
) -> nodes.Template:
    """A template without includes; for a block that is marked there stands where it belongs."""

    def put(node: nodes.Include) -> list[nodes.Node]:
        name = block_name(node)
        if marked and name in marked:
            return [_data(f"\n\n{slot(name)}\n\n")]
        ending = [] if name in SLOTS else [_data("\n")]
        return [*blocks[name].body.body, *ending]

    return _with_body(tree, put)


def _with_body(node: nodes.Template, put: Callable[[nodes.Include], list[nodes.Node]]) -> nodes.Template:
    made = copy(node)
    made.body = _filled(node.body, put)
    return made


def _filled(body: Sequence[nodes.Node], put: Callable[[nodes.Include], list[nodes.Node]]) -> list[nodes.Node]:
    filled: list[nodes.Node] = []
    for node in body:
        filled += put(node) if isinstance(node, nodes.Include) else [_inside(node, put)]
    return filled


def _inside(node: nodes.Node, put: Callable[[nodes.Include], list[nodes.Node]]) -> nodes.Node:
    if not isinstance(node, nodes.If | nodes.For):
        return node
    made = copy(node)
    made.body, made.else_ = _filled(node.body, put), _filled(node.else_, put)
    if isinstance(made, nodes.If):
        made.elif_ = [each for each in _filled(made.elif_, put) if isinstance(each, nodes.If)]
    return made


def _data(text: str) -> nodes.Node:
    return nodes.Output([nodes.TemplateData(text)])
