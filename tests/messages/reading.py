"""One message as a text, without a folder: what takes hundreds of them has no time for files."""

from pathlib import Path

from regua.messages.folder import Folder, Place
from regua.messages.linking import Linker
from regua.messages.page import PAGE
from regua.messages.problems import MessageProblem
from regua.messages.sources import RefusedError, read_block, read_message
from regua.messages.text import MessageText

PLACE = Place(language="pt-BR", name="x")
BARE = read_block('<main>{% include "_texto" %}</main>', "page", "html", is_page=True)


def read_text(text: str, *, needs_subject: bool = False, **blocks: str) -> MessageText | list[MessageProblem]:
    """A message with its blocks, each by its name and `_txt` or `_html`, or all that is wrong with it."""
    folder = Folder(Path("x"))
    try:
        folder.sources[Place(language="pt-BR", name=PAGE, form="html")] = BARE
        folder.sources[PLACE] = read_message(text, "x", needs_subject=needs_subject)
        for name, block in blocks.items():
            stem, _, form = name.rpartition("_")
            read = read_block(block, name, "html" if form == "html" else "txt", is_page=False)
            folder.sources[Place(language="pt-BR", name=f"_{stem}", form="html" if form == "html" else "txt")] = read
    except RefusedError as refused:
        return list(refused.problems)
    texts, problems = Linker((folder,)).texts([folder])
    return problems or texts[PLACE]
