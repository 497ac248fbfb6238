"""Personal data and secrets that no other text could hold, and who looks for them. All of it is made up."""

import logging
import traceback
import unicodedata
from collections.abc import Callable
from typing import Any, Final

import pytest
from attrs import define, field

NAME: Final = "Zenaide Canário"
PERSON: Final = {
    "name": NAME,
    "cpf": "529.982.247-25",
    "cnpj": "11.444.777/0001-61",
    "street": "Rua dos Canários 77",
    "note": "canarinho-da-vizinha",
}
EMAIL: Final = "zenaide.c@email.invalid"
PHONE: Final = "+5511987651234"
PASSWORD: Final = "s3nha-do-smtp"  # noqa: S105 - a canary
TOKEN: Final = "t0ken-da-url"  # noqa: S105
REPLY: Final = "nao-me-escrevam-mais"
WORDS: Final = ("zenaide", "canario", "canarinho", PASSWORD, TOKEN, REPLY)
NUMBERS: Final = ("52998224725", "11444777000161", "11987651234")
_GROUPING: Final = str.maketrans("", "", " .()-/+")


def told_by(text: str) -> list[str]:
    """The canaries in a text, in whatever case, accents and grouping."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )
    digits = plain.translate(_GROUPING)
    hidden = [word for word in WORDS if word.encode().hex() in plain]  # as databases show bytes
    return [*(word for word in WORDS if word in plain), *hidden, *(each for each in NUMBERS if each in digits)]


@define
class Listener:
    """A host's own structlog logger, without any list of what may pass; and whatever else is said."""

    said: list[tuple[str, str]] = field(factory=list)

    def info(self, event: str, **values: Any) -> None:
        """Write it down."""
        self.hear("log", f"{event} {values!r} {[str(each) for each in values.values()]}")

    warning = error = debug = info

    def hear(self, place: str, *things: object) -> None:
        """Write down what is said at a place: texts as they are, of other things the repr."""
        self.said += [(place, thing if isinstance(thing, str) else repr(thing)) for thing in things]

    def records(self, caplog: pytest.LogCaptureFixture) -> None:
        """Write down what the standard library's loggers got."""
        for record in caplog.records:
            self.hear("logging", record.getMessage(), vars(record), logging.Formatter().format(record))

    def raised(self, call: Callable[[], object], kind: type[BaseException] = Exception) -> BaseException:
        """Write down everything that the error of a call shows, with what caused it, as a host's log would."""
        try:
            call()
        except kind as error:
            self.hear(f"traceback of {type(error).__name__}", traceback.format_exc())
            cause: BaseException | None = error
            while cause is not None:
                shown = (repr(cause), str(cause), *getattr(cause, "__notes__", ()))
                self.hear(f"{type(cause).__name__}", *shown)
                cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
            return error
        pytest.fail("nothing was raised")

    @property
    def leaks(self) -> list[tuple[str, list[str], str]]:
        """Where a canary was heard, which, and in what."""
        return [(place, found, text[:300]) for place, text in self.said if (found := told_by(text))]
