"""The reference of plugins and of `regua.toml`: every hook, every key, what regua has of its own."""

import inspect
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
from tests.docs.reference.docstrings import attributes, code, first_paragraph, sentence, summary, table

from regua.engine.settings.calendars import OwnHoliday
from regua.engine.settings.config import words_of
from regua.engine.settings.environment import Taken
from regua.engine.settings.pacing import PACING
from regua.engine.settings.reading import CODES, Tables
from regua.engine.settings.sections import PluginName
from regua.engine.settings.shapes import Location, MasterKey, NamedTables, StoreUrl
from regua.plugins import Hooks, Registry
from regua.policyfile.scalars import Constant, DateOr, Integer, Name, Sentence, Shape, Text
from regua.policyfile.tables import Key, ListOf, Table


def hook_names() -> list[str]:
    """Every hook, in the order of the code."""
    return [name for name in vars(Hooks) if name.startswith("regua_")]


def hooks() -> str:
    """What each hook's docstring says, and its example."""
    return "\n".join(map(_hook, hook_names()))


def _hook(name: str) -> str:
    doc = inspect.getdoc(getattr(Hooks, name)) or ""
    head, _, example = doc.partition("\nExample:\n")
    said, _, returns = head.partition("\nReturns:\n")
    said = said.partition("\nArgs:\n")[0]
    paragraphs = [
        " ".join(each.split()) for each in (*said.split("\n\n"), f"Returns {_lower(returns)}") if each.strip()
    ]
    shown = "\n\n".join(each for each in paragraphs if each != "Returns")
    return f"### `{name}`\n\n{shown}\n\n```python\n{inspect.cleandoc(example)}\n```\n"


def _lower(text: str) -> str:
    stripped = text.strip()
    return stripped[:1].lower() + stripped[1:]


def settings_keys() -> str:
    """The tables of `regua.toml`."""
    tables = Tables(registry=Registry(), environment={}, folder=Path())
    parts = [_table("Top level", tables.document()), _table("`[store]`", tables.store())]
    parts += [_table("`[vault]`", tables.vault()), _table("`[creditor.ID]`", tables.creditor())]
    paced = "`[channel.NAME]`, `[executor.NAME]`, `[registrar.NAME]`, beside `use` and the plugin's own keys"
    parts += [_keyed(paced, PACING)]
    parts += [_table("`[calendar.NAME]`", tables.calendar().table)]
    parts += [_table("`[[calendar.NAME.holiday]]`", OwnHoliday(take=tables.taken).table)]
    parts += [_table("`[index.NAME]`", tables.index().table)]
    return "\n".join(parts)


def _table(title: str, shown: Table) -> str:
    return _keyed(title, shown.keys)


def _keyed(title: str, keys: Mapping[str, Key]) -> str:
    rows = [
        (f"`{name}`", _takes(key.shape), "required" if key.required else "", sentence(_as_code(key.doc)))
        for name, key in keys.items()
    ]
    return f"### {title}\n\n" + table(("key", "takes", "", "meaning"), rows)


def _as_code(doc: str) -> str:
    return re.sub(r"^(\w+ = \S+)", r"`\1`", doc)


def _takes(shape: Shape) -> str:
    match shape:
        case Taken():
            return _takes(shape.shape)
        case DateOr():
            return _takes(shape.other)
        case ListOf() if not isinstance(shape.item, OwnHoliday):
            return f"a list; each is {_takes(shape.item)}"
        case _:
            return _WORDS[type(shape)](shape)


_WORDS: Mapping[type, Callable[[Any], str]] = {
    Constant: lambda _: "`1`",
    Integer: lambda shape: f"a whole number from {shape.low} to {shape.high}",
    ListOf: lambda shape: f"`{shape.what}`",
    Location: lambda shape: f"the path of a {shape.kind}",
    Name: lambda _: "a name in quotes",
    NamedTables: lambda shape: f"`{shape.what}`",
    PluginName: lambda shape: f"the name of a {shape.what}",
    Sentence: lambda _: "a text in quotes",
    StoreUrl: lambda _: 'a URL such as `"sqlite:///dunning.sqlite3"`',
    MasterKey: lambda _: "32 random bytes in Base64",
    Table: lambda shape: f"a table: `{shape.what}`",
    Text: lambda shape: shape.expects,
}


def settings_codes() -> str:
    """Every code."""
    return table(("code", "meaning"), [(f"`{name}`", sentence(meaning)) for name, meaning in CODES.items()])


def builtin() -> str:
    """What regua has of its own, with its keys."""
    registry = Registry.discover(entry_points=False)
    parts = [_offered("Channels", registry.channels), _offered("Executors and registrars", registry.executors)]
    stores = [(f"`{scheme}`", sentence(first_paragraph(cls))) for scheme, cls in registry.stores.items()]
    calendars = [(f"`{name}`", sentence(first_paragraph(type(each)))) for name, each in registry.calendars.items()]
    parts += ["### Stores\n\n" + table(("URL begins with", "is"), stores)]
    parts += ["### Calendars\n\n" + table(("`calendar` of a policy", "is"), calendars)]
    packs = [(f"`{name}`", sentence(pack.title)) for name, pack in registry.legal_packs.items()]
    parts += ["### Legal packs\n\n" + table(("`packs` of a policy", "is"), packs)]
    return "\n".join(parts)


def _offered(title: str, offered: Mapping[str, Any]) -> str:
    rows = []
    for name, cls in offered.items():
        kinds = f" Carries out {code(sorted(cls.kinds))}." if hasattr(cls, "kinds") else ""
        rows.append((f"`{name}`", sentence(summary(cls).replace("\n\n", " ")) + kinds, _keys(cls.Config)))
    return f"### {title}\n\n" + table(("`use`", "is", "keys"), rows)


def _keys(config: type[Any]) -> str:
    attrs.resolve_types(config)
    docs = attributes(config)
    return "; ".join(
        f"`{field.name}`, {words_of(field.type)}"
        f"{', required' if field.default is attrs.NOTHING else f', by default `{field.default}`'}: {docs[field.name]}"
        for field in attrs.fields(config)
    )
