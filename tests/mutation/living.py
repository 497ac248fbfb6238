"""Mutants that live: put into the functions of a running process, or imported in the module's place."""

import functools
import gc
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from attrs import frozen

from tests.mutation.mutants import Mutant


def put_into(mutant: Mutant) -> bool:
    """Change the functions of this process as the mutant says; tell whether that is possible.

    What is not inside a function was computed when its module was imported: see `import_in_place`.
    """
    changed = {code.co_firstlineno: code for code in _codes(compile(mutant.source, str(mutant.path), "exec"))}
    found = False
    for living in gc.get_objects():
        if isinstance(living, functools._lru_cache_wrapper):  # noqa: SLF001 - it has no public name
            living.cache_clear()  # what was remembered before the change
        elif isinstance(living, FunctionType) and living.__code__.co_firstlineno in mutant.firsts:
            code = changed[living.__code__.co_firstlineno]
            if living.__code__.co_filename == str(mutant.path) and living.__code__.co_name == code.co_name:
                if len(living.__code__.co_freevars) != len(code.co_freevars):
                    return False
                living.__code__ = code
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

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
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
