"""The reference of `regua.testing`: its classes with their members, behaviours, strategies, invariants, fixtures."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_args

import attrs
from hypothesis.stateful import Bundle
from tests.docs.reference.docstrings import attributes, first_paragraph, section, sentence, summary, table

import regua.testing
from regua.testing import (
    channels,
    debtors,
    delivered,
    faults,
    invariants,
    machine,
    pytest_plugin,
    strategies,
)
from regua.testing.contracts import (
    BEHAVIOURS,
    Bank,
    BoletoProviderContract,
    CalendarContract,
    ChannelContract,
    ExecutorContract,
    Provider,
    StoreContract,
    Taken,
    WebhookContract,
)

_INHERITED = ("ScriptedProvider", "Sequence")


def classes() -> str:
    """Every class of the package, errors and modules aside."""
    names = [name for name in regua.testing.__all__ if isinstance(getattr(regua.testing, name), type)]
    chosen = [getattr(regua.testing, name) for name in sorted(names)]
    return "\n".join(_class(cls) for cls in chosen if not issubclass(cls, Exception)) + _words()


def behaviours() -> str:
    """Every behaviour, with what it takes."""
    found = [each for name, each in inspect.getmembers(debtors, inspect.isfunction) if not name.startswith("_")]
    own = [each for each in found if each.__module__ == debtors.__name__]
    rows = [(f"`{_call(each)}`", sentence(first_paragraph(each)), _taken(each)) for each in own]
    return table(("behaviour", "what it does, and when", "with"), rows)


def machine_rules() -> str:
    """The rules of the machine, and the invariants that are checked after each."""
    members = vars(machine.DunningMachine).items()
    made = {
        name: each for name, each in members if inspect.isfunction(each) and hasattr(each, "hypothesis_stateful_rule")
    }
    rules = table(("rule", "what happens"), [(f"`{name}`", sentence(summary(each))) for name, each in made.items()])
    held = [(f"`{each.__name__}`", sentence(summary(each))) for each in invariants.INVARIANTS]
    assert isinstance(machine.DunningMachine.invoices, Bundle)
    return f"{rules}\n{table(('invariant', 'what always holds'), held)}"


def what_goes_wrong() -> str:
    """Every fault with what it takes, and the moments at which one may happen."""
    rows = [(f"`{each.__name__}`", sentence(first_paragraph(each)), _own(each)) for each in faults.ALL]
    told = table(("fault", "what happens", "with, beside `chance`"), rows)
    moments = [(f"`{name}`", sentence(text)) for name, text in faults.MOMENTS.items()]
    return f"{told}\n### Moments\n\n{table(('moment', 'where a worker is'), moments)}"


def deliveries() -> str:
    """What must hold of deliveries."""
    rows = [(f"`{each.__name__}`", sentence(summary(each))) for each in delivered.DELIVERY]
    return table(("invariant", "what holds once faults have stopped"), rows)


def _own(fault: type) -> str:
    told = {name: text for base in reversed(fault.__mro__[:-1]) for name, text in attributes(base).items()}
    return " ".join(f"`{name}`: {text.removesuffix('.')}." for name, text in told.items() if name != "chance")


def given() -> str:
    """The strategies, with what they take."""
    functions = [getattr(strategies, name) for name in strategies.__all__ if name != "Portfolio"]
    return table(("strategy", "gives"), [(f"`{each.__name__}`", sentence(summary(each))) for each in functions])


def fixtures() -> str:
    """The fixtures of the pytest plugin."""
    names = ("simulation", "regua_engine")
    made = [(name, getattr(pytest_plugin, name)) for name in names]
    return table(("fixture", "gives"), [(f"`{name}`", sentence(first_paragraph(each))) for name, each in made])


def contract_tests() -> str:
    """What every implementation of a port does, by the tests of its contract; parts that two share stand once."""
    told: dict[type, str] = {}
    parts = []
    for contract in (
        StoreContract,
        ChannelContract,
        ExecutorContract,
        WebhookContract,
        CalendarContract,
        BoletoProviderContract,
    ):
        parts.append(f"### {contract.__name__}\n\n{sentence(summary(contract))}\n")
        own = [part for part in contract.__mro__ if any(name.startswith("test_") for name in vars(part))]
        parts += [f"*{_about(part)}*: as of `{told[part]}`.\n" for part in own if part in told]
        parts += [_tests(part) for part in own if part not in told]
        told |= {part: contract.__name__ for part in own if part not in told}
    return "\n".join(parts)


def provider() -> str:
    """What the author of a plugin gives, and how a provider may behave."""
    rows = [(f"`{how}`", sentence(f"it {text}")) for how, text in BEHAVIOURS.items()]
    behaves = f"#### Behaviours of a provider\n\n{table(('behaviour', 'what the provider does'), rows)}"
    classes = [f"#{_class(each)}" for each in (Provider, Taken, Bank)]
    return "\n".join([*classes, behaves])


def _about(part: type) -> str:
    return sentence(first_paragraph(part)).partition(":")[0].removesuffix(".")


def _tests(part: type) -> str:
    tests = [(name, each) for name, each in vars(part).items() if name.startswith("test_")]
    rows = [(name.removeprefix("test_").replace("_", " "), sentence(summary(each))) for name, each in tests]
    return table((sentence(first_paragraph(part)).removesuffix("."), "meaning"), rows)


def _class(cls: type) -> str:
    parts = [f"### {cls.__name__}\n\n{sentence(summary(cls))}\n"]
    for head, rows in (("argument", section(cls, "Args").items()), ("attribute", _attributes(cls))):
        if rows:
            parts.append(table((head, "meaning"), [(f"`{name}`", sentence(text)) for name, text in rows]))
    members = [*_properties(cls), *_methods(cls)]
    if members:
        parts.append(table(("member", "meaning"), members))
    return "\n".join(parts)


def _attributes(cls: type) -> Iterable[tuple[str, str]]:
    properties = {name for name, each in inspect.getmembers(cls) if isinstance(each, property)}
    return [(name, text) for name, text in attributes(cls).items() if attrs.has(cls) or name not in properties]


def _members(cls: type, wanted: Callable[[object], bool]) -> Iterator[tuple[str, Any]]:
    """Of the class and of what it has in common with its like, in the order of the source."""
    seen = set()
    for base in cls.__mro__:
        if base is cls or (base.__name__ in _INHERITED and base.__module__.startswith("regua")):
            for name, each in vars(base).items():
                if wanted(each) and not name.startswith("_") and name not in seen:
                    seen.add(name)
                    yield name, each


def _properties(cls: type) -> Iterator[tuple[str, str]]:
    told = attributes(cls)
    for name, each in _members(cls, lambda each: isinstance(each, property)):
        if name not in told:
            yield f"`{name}`", _one_line(each)


def _methods(cls: type) -> Iterator[tuple[str, str]]:
    for _, each in _members(cls, inspect.isfunction):
        taken = _taken(each)
        yield f"`{_call(each)}`", _one_line(each) + (f" {taken}" if taken else "")


def _one_line(thing: object) -> str:
    return sentence(summary(thing).replace("\n\n", " "))


def _call(function: Any) -> str:
    return f"{function.__name__}({', '.join(_parameters(function))})"


def _parameters(function: Any) -> Iterator[str]:
    for each in inspect.signature(function).parameters.values():
        if each.name == "self":
            continue
        star = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        yield f"{star}{each.name}" if star or each.default is each.empty else f"{each.name}=…"


def _taken(function: Any) -> str:
    return " ".join(f"`{name}`: {text.removesuffix('.')}." for name, text in section(function, "Args").items())


def _words() -> str:
    return f"\n### Answers\n\n{'; '.join(f'`{word}`' for word in get_args(channels.Word))}.\n"
