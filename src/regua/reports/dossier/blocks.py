"""What a dossier is laid out in, whatever prints it."""

from __future__ import annotations

from attrs import frozen


@frozen
class Heading:
    """The title of a part.

    Attributes:
        text: the title.
        level: 1 for the whole, 2 for a part, 3 for a receivable.
    """

    text: str
    level: int = 2


@frozen
class Paragraph:
    """A sentence or some."""

    text: str


@frozen
class Table:
    """Rows under heads.

    Attributes:
        caption: its name.
        heads: of the columns; empty where the first cell of a row is its head.
        rows: cells, whose lines are apart by a line feed.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@frozen
class Link:
    """One entry of the chain.

    Attributes:
        number: from 1.
        text: canonical JSON.
        hash: of the entry.
    """

    number: int
    text: str
    hash: str


Block = Heading | Paragraph | Table | Link
