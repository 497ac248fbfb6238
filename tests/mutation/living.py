"""Mutants that live: put into the functions of a running process, or imported in the module's place."""

import functools
import gc
import sys
from collections.abc import Container, Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, Self

from attrs import frozen
from tests.mutation.mutants import Mutant


@frozen
class Living:
    """What of a process a mutant may change.

    Attributes:
        functions: functions by file and first line; several where a function was made more than once.
        caches: what remembers results of before a change.
    """

    functions: dict[tuple[str, int], list[FunctionType]]
    caches: list[Any]

    @classmethod
    def found(cls, files: Container[str]) -> Self:
        """Look for the functions of these files."""
        functions: dict[tuple[str, int], list[FunctionType]] = {}
        caches = []
        for each in gc.get_objects():
            if isinstance(each, functools._lru_cache_wrapper):  # noqa: SLF001 - it has no public name
                caches.append(each)
            elif isinstance(each, FunctionType) and each.__code__.co_filename in files:
                functions.setdefault((each.__code__.co_filename, each.__code__.co_firstlineno), []).append(each)
        return cls(functions, caches)

    def put(self, mutant: Mutant) -> bool:
        """Change the functions as the mutant says; tell whether that is possible.

        What is not inside a function was computed when its module was imported: see `import_in_place`.
        """
        changed = {code.co_firstlineno: code for code in _codes(compile(mutant.source, str(mutant.path), "exec"))}
        for cache in self.caches:
            cache.cache_clear()
        found = False
        for first in mutant.firsts:
            for function in self.functions.get((str(mutant.path), first), ()):
                code = changed[first]
                if function.__code__.co_name == code.co_name:
                    if function.__code__.co_freevars != code.co_freevars:
                        return False
                    function.__code__ = code
                    found = True
        return found


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The functions of a module, the nested ones too; no lambdas and no comprehensions."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if not constant.co_name.startswith("<"):
                yield constant
            yield from _codes(constant)


class _Loader(SourceFileLoader):
    """Compiles what the mutant says, and leaves no file behind."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        super().__init__(name, str(path))
        self._source = source

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - there is one module
        """Give the mutant's code."""
        return compile(self._source, self.path, "exec")


@frozen
class _Finder:
    path: Path
    source: str

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find the module that the mutant stands for."""
        if name.rpartition(".")[2] != self.path.stem:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin is None or Path(spec.origin) != self.path:
            return None
        spec.loader = _Loader(name, self.path, self.source)
        return spec


def import_in_place(path: Path, source: str) -> None:
    """Let this process import other source in a module's place; it must not have imported the module yet."""
    sys.meta_path.insert(0, _Finder(path, source))  # type: ignore[arg-type]
