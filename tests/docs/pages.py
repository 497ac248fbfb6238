"""Markdown pages as values: their fenced blocks, headings and links, as GitHub reads them."""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

from attrs import frozen

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / "docs"

_FENCE: Final = re.compile(
    r"^(?P<fence>```+)(?P<language>[^\n`]*)\n(?P<body>.*?)^(?P=fence)$\n?", re.MULTILINE | re.DOTALL
)
_SAVED_AS: Final = re.compile(r"`([\w./-]+\.\w+)`:\s*\Z")
_HEADING: Final = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
_LINK: Final = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)")
_CODE: Final = re.compile(r"(`+)(?:(?!\1).)+?\1")


@frozen(kw_only=True)
class Block:
    """A fenced block.

    Attributes:
        language: the word after the fence, or "".
        body: what stands in it, ending in a line break.
        start: where the body begins in the text of the page.
        line: of the page, on which the fence opens; from 1.
        saved_as: the file name at the end of the sentence before it ("Save it as `first.toml`:"), or "".
    """

    language: str
    body: str
    start: int
    line: int
    saved_as: str


@frozen
class Page:
    """One Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        """Its path in the repository."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        """The whole file."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Its fenced blocks, in order."""
        return tuple(self._blocks())

    def _blocks(self) -> Iterator[Block]:
        end = 0
        for match in _FENCE.finditer(self.text):
            before, end = self.text[end : match.start()], match.end()
            saved_as = _SAVED_AS.search(before)
            yield Block(
                language=match["language"].strip(),
                body=match["body"],
                start=match.start("body"),
                line=self.text.count("\n", 0, match.start()) + 1,
                saved_as=saved_as[1] if saved_as else "",
            )

    @cached_property
    def prose(self) -> str:
        """The text without its fenced blocks."""
        return _FENCE.sub("\n", self.text)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The fragments by which its headings can be linked."""
        seen: dict[str, int] = {}
        anchors = set()
        for match in _HEADING.finditer(self.prose):
            slug = slug_of(match[2])
            count = seen[slug] = seen.get(slug, -1) + 1
            anchors.add(f"{slug}-{count}" if count else slug)
        return frozenset(anchors)

    @cached_property
    def links(self) -> tuple[str, ...]:
        """The targets of its links, in order; what stands in code is none."""
        return tuple(_LINK.findall(_CODE.sub("code", self.prose)))


def slug_of(heading: str) -> str:
    """The fragment that GitHub makes of a heading."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def all_pages() -> list[Page]:
    """README, CHANGELOG and every page of docs/."""
    return [Page(ROOT / "README.md"), Page(ROOT / "CHANGELOG.md"), *map(Page, sorted(DOCS.rglob("*.md")))]
