"""What hooks return, looked at before it is believed: one table of hooks, with what each gives."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs
from attrs import frozen

from regua.core.calendars import Calendar
from regua.core.events.base import is_name
from regua.core.legal import LegalPack
from regua.plugins.failures import UnusableError
from regua.policyfile.packs.builtin import BuiltinPack
from regua.ports import BoletoProvider, Channel, Executor, StorePlugin

LONGEST_NAME: Final = 64
"""Characters of the longest name that a policy can say."""


@frozen(kw_only=True)
class Offer:
    """What one hook gives.

    Attributes:
        what: how messages call one of it.
        port: the protocol whose methods it has, or None.
        classes: whether classes are given, which the host makes with their `Config`.
        objects: whether objects are given that are used as they are.
        attributes: what it has beside the methods.
        of: classes of which each object is one, or nothing where its members tell.
        names: where its names stand: `name`, or `schemes`.
    """

    what: str
    port: type | None = None
    classes: bool = False
    objects: bool = False
    attributes: tuple[str, ...] = ("name",)
    of: tuple[type, ...] = ()
    names: Callable[[Any], Any] = lambda found: (found.name,)

    def read(self, answer: object) -> dict[str, Any]:
        """Give what a hook returned, by name.

        Raises:
            UnusableError: it cannot be used.
        """
        if inspect.iscoroutine(answer):
            answer.close()
        if not isinstance(answer, list | tuple):
            raise UnusableError(f"returned {_shown(answer)} and not a list; return a list, with {self.what} in it")
        found: dict[str, Any] = {}
        for candidate in answer:
            self._examine(candidate)
            for name in self._names_of(candidate):
                if name in found:
                    raise UnusableError(f"returned two of the name {name!r}; rename one")
                found[name] = candidate
        return found

    def _examine(self, candidate: object) -> None:
        is_class = isinstance(candidate, type)
        if not (self.classes if is_class else self.objects):
            wanted = "a class, not an object" if is_class < self.classes else "an object, not a class"
            raise UnusableError(f"returned {_shown(candidate)}, which is not {self.what}; return {wanted}")
        if self.of and not isinstance(candidate, self.of):
            raise UnusableError(
                f"returned {_shown(candidate)}, which is not {self.what}; return a {self.of[0].__name__}"
            )
        lacking = [member for member in self._members(is_class=is_class) if not _has(candidate, member)]
        lacking += [f"{method}()" for method in _methods(self.port) if not callable(getattr(candidate, method, None))]
        if lacking:
            raise UnusableError(
                f"returned {_shown(candidate)}, which is not {self.what}: it lacks {', '.join(lacking)}; add them"
            )
        config = getattr(candidate, "Config", None) if "Config" in self.attributes else None
        if config is not None and not (isinstance(config, type) and attrs.has(config)):
            raise UnusableError(f"{_shown(candidate)} has a Config that is no attrs class; make it one")

    def _members(self, *, is_class: bool) -> tuple[str, ...]:
        # A class may set its capabilities when it is made: they may depend on the config.
        return self.attributes if is_class else (*self.attributes, *(("capabilities",) if self.classes else ()))

    def _names_of(self, candidate: object) -> Iterator[str]:
        names = self.names(candidate)
        if not isinstance(names, tuple) or not names:
            raise UnusableError(f"{_shown(candidate)} has no schemes; write them as a tuple: schemes = ('mysql',)")
        for name in names:
            if not (isinstance(name, str) and is_name(name) and len(name) <= LONGEST_NAME and len(name.split()) == 1):
                raise UnusableError(
                    f"{_shown(candidate)} has a name that cannot be written in a file: {_shown(name)}; "
                    f"take a string of 1 to {LONGEST_NAME} characters without spaces"
                )
            yield name


OFFERS: Final = {
    "regua_channels": Offer(what="a channel", port=Channel, classes=True, objects=True, attributes=("name", "Config")),
    "regua_stores": Offer(
        what="a store", port=StorePlugin, classes=True, attributes=("schemes",), names=lambda found: found.schemes
    ),
    "regua_boleto_providers": Offer(
        what="a provider of boletos", port=BoletoProvider, classes=True, attributes=("name", "Config")
    ),
    "regua_executors": Offer(what="an executor", port=Executor, classes=True, attributes=("name", "Config", "kinds")),
    "regua_calendars": Offer(what="a calendar", port=Calendar, objects=True, attributes=("name", "version")),
    "regua_legal_packs": Offer(what="a legal pack", objects=True, of=(LegalPack, BuiltinPack)),
    "regua_extensions": Offer(what="an extension", objects=True),
    "regua_commands": Offer(what="a click command", objects=True, attributes=("name", "main")),
}
"""Every hook that offers something; `regua_event_recorded` only listens."""


def _methods(port: type | None) -> Iterator[str]:
    for base in () if port is None else port.__mro__:
        for name, member in vars(base).items():
            if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, classmethod)):
                yield name


def _has(candidate: object, member: str) -> bool:
    """Whether it is there, without computing it: a calendar's version may cost an import."""
    return inspect.getattr_static(candidate, member, None) is not None


def _shown(value: object) -> str:
    if isinstance(value, type):
        return f"the class {value.__qualname__}"
    if value is None or isinstance(value, bool | int | str):
        return repr(value)[:LONGEST_NAME]
    return f"an object of {type(value).__qualname__}"
