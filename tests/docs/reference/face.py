"""The reference of the face: every name of `import regua`."""

import inspect
from collections.abc import Iterable, Iterator
from types import ModuleType

from tests.docs.reference.docstrings import first_paragraph, section, sentence, table

import regua

_VALUES = {
    "EMPTY": "The account without events, from which `fold` starts.",
    "__version__": "The version of the installed package.",
}


def face() -> str:
    """Every name: what it is and what it does, functions with what they take."""
    names = sorted(regua.__all__, key=lambda name: name.lower())
    functions = [name for name in names if inspect.isfunction(getattr(regua, name))]
    rows = [(f"`{name}`", _kind(name), _meaning(name)) for name in names]
    return table(("name", "what", "meaning"), rows) + "\n" + "\n".join(_function(name) for name in functions)


def _kind(name: str) -> str:
    value = getattr(regua, name)
    if isinstance(value, type):
        return "error" if issubclass(value, Exception) else "class"
    if isinstance(value, ModuleType):
        return "module"
    return f"[function](#{name})" if inspect.isfunction(value) else "value"


def _meaning(name: str) -> str:
    return _VALUES.get(name) or sentence(first_paragraph(getattr(regua, name)))


def _function(name: str) -> str:
    function = getattr(regua, name)
    signature = inspect.signature(function).parameters.values()
    taken = ", ".join(_shown(signature))
    parts = [f"### `{name}`\n\n`regua.{name}({taken})`\n\n{first_paragraph(function)}\n"]
    for title, head in (("Args", "argument"), ("Raises", "raises")):
        rows = [(f"`{entry}`", sentence(text)) for entry, text in section(function, title).items()]
        parts += [table((head, "meaning"), rows)] if rows else []
    return "\n".join(parts)


def _shown(parameters: Iterable[inspect.Parameter]) -> Iterator[str]:
    starred = False
    for each in parameters:
        if each.kind is each.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        yield each.name if each.default is each.empty else f"{each.name}=…"
