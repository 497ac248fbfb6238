from collections.abc import Callable
from pathlib import Path

import pytest

from regua.errors import MessageError
from regua.messages import MessageBook


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A creditor's folder of messages, with an empty folder for pt-BR."""
    (tmp_path / "messages/pt-BR").mkdir(parents=True)
    return tmp_path / "messages"


@pytest.fixture
def write(folder: Path) -> Callable[..., Path]:
    """Put a message into the folder: the text alone, or the whole file as text or bytes."""

    def put(text: str = "", *, name: str = "aviso.txt.j2", whole: str | bytes = "", language: str = "pt-BR") -> Path:
        path = folder / language / name
        path.parent.mkdir(exist_ok=True)
        content = whole or f"Assunto: Mensagem\n\n{text}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return put


@pytest.fixture
def problems(folder: Path) -> Callable[[], list[str]]:
    """What is wrong with the folder, each problem with its path below it."""

    def read() -> list[str]:
        with pytest.raises(MessageError) as raised:
            MessageBook.open(folder)
        return [str(problem).replace(f"{folder}/", "") for problem in raised.value.problems]

    return read
