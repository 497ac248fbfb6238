"""The reference of ports: every protocol with its methods, every value with its fields, every function."""

import inspect
from typing import Any, get_args

from tests.docs.reference.docstrings import attributes, code, fields, first_paragraph, section, sentence, summary, table

import regua.ports


def ports() -> str:
    """Protocols first, then the values that pass through them."""
    names = [(name, getattr(regua.ports, name)) for name in regua.ports.__all__]
    classes = [(name, each) for name, each in names if isinstance(each, type) and not issubclass(each, Exception)]
    protocols = [_protocol(name, each) for name, each in classes if getattr(each, "_is_protocol", False)]
    values = [_value(name, each) for name, each in classes if not getattr(each, "_is_protocol", False)]
    functions = [_function(name, each) for name, each in names if inspect.isfunction(each)]
    words = [(f"`{name}`", code(get_args(each))) for name, each in names if get_args(each)]
    sections = ["## Protocols\n", *protocols, "## Values\n", *values, "## Functions\n", *functions]
    return "\n".join([*sections, "## Words\n", table(("name", "words"), words)])


def _function(name: str, function: Any) -> str:
    rows = [(f"`{argument}`", sentence(text)) for argument, text in section(function, "Args").items()]
    return f"### {name}\n\n{sentence(summary(function))}\n\n{table(('argument', 'meaning'), rows)}"


def _protocol(name: str, cls: type) -> str:
    members = [(f"`{member}`", sentence(text)) for member, text in attributes(cls).items()]
    parts = [f"### {name}\n\n{sentence(summary(cls))}\n"]
    for member, value in vars(cls).items():
        if isinstance(value, property):
            members.append((f"`{member}`", sentence(first_paragraph(value))))
        elif inspect.isfunction(value) and not member.startswith("_"):
            parts.append(_method(member, value))
    if members:
        parts.insert(1, table(("attribute", "meaning"), members))
    return "\n".join(parts)


def _method(name: str, function: Any) -> str:
    text = f"**`{name}({', '.join(_parameters(function))})`** {sentence(summary(function))}\n"
    raises = [f"`{error}`: {meaning}" for error, meaning in section(function, "Raises").items()]
    return text + (f"\nRaises {'; '.join(raises)}\n" if raises else "")


def _parameters(function: Any) -> list[str]:
    found = list(inspect.signature(function).parameters.values())[1:]
    return [f"{each.name}=…" if each.default is not each.empty else each.name for each in found]


def _value(name: str, cls: type) -> str:
    rows = fields(cls)
    body = table(("field", "meaning"), rows) if rows else "No fields.\n"
    return f"### {name}\n\n{sentence(summary(cls))}\n\n{body}"
