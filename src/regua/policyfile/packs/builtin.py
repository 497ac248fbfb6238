"""The packs that come with regua, each read when a policy names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

from attrs import frozen

from regua.core.legal import LegalPack

NAMES: Final = (
    "br",
    "br-consumer",
    "br-b2b",
    "br-condominium",
    "br-rent",
    "br-school",
    "br-telecom",
    "br-energy",
    "br-water",
    "br-health",
)


@frozen
class BuiltinPack:
    """A pack of `regua/data/law`, by its name.

    Attributes:
        name: the name, and the file's.
    """

    name: str

    def read(self) -> LegalPack:
        """Read its file, once."""
        return _read(self.name)


@frozen
class Packs(Mapping[str, LegalPack]):
    """Packs by name; to know the names costs nothing."""

    _given: Mapping[str, LegalPack | BuiltinPack]

    def __getitem__(self, name: str) -> LegalPack:
        given = self._given[name]
        return given.read() if isinstance(given, BuiltinPack) else given

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)


def builtin_packs() -> list[BuiltinPack]:
    """The packs of regua, none read yet."""
    return [BuiltinPack(name) for name in NAMES]


BUILTIN: Final = Packs({pack.name: pack for pack in builtin_packs()})
"""They by name."""


@lru_cache(maxsize=len(NAMES))
def _read(name: str) -> LegalPack:
    from regua.policyfile.packs.reading import read_pack  # noqa: PLC0415 - only who names a pack pays

    file = f"{name}.toml"
    return read_pack(files("regua").joinpath("data", "law", file).read_bytes(), name=file)
