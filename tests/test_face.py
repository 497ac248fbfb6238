import ast
import re
import subprocess
import sys
import types
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import regua
from regua.errors import PluginError, ReguaError, Rejected, Retryable, Unknown, Unsupported

FACE = Path(regua.__file__)
MOST_NAMES = 30


def run(program: str) -> str:
    """Give what a fresh interpreter prints."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def names_for_type_checkers() -> set[str]:
    """Give what the face imports where only a type checker looks."""
    [block] = [node for node in ast.parse(FACE.read_text(encoding="utf-8")).body if isinstance(node, ast.If)]
    imported = {alias.name for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    declared = {node.target.id for node in block.body if isinstance(node, ast.AnnAssign)}
    return (imported | declared) - {"Any"}


def test_the_face_is_small():
    """A newcomer reads all of it."""
    assert len(regua.__all__) <= MOST_NAMES
    assert len(set(regua.__all__)) == len(regua.__all__)


@pytest.mark.parametrize("name", regua.__all__)
def test_every_name_is_there(name: str):
    """Each name comes from its home and is what the home has."""
    value = getattr(regua, name)
    if isinstance(value, type | types.FunctionType):
        assert value.__module__.startswith("regua.")
        assert getattr(import_module(value.__module__), name) is value
    assert getattr(regua, name) is value


def test_type_checkers_and_python_see_the_same_names():
    """The imports for type checkers are no second list that drifts."""
    assert names_for_type_checkers() == set(regua.__all__)


def test_dir_lists_the_names_before_they_are_used():
    """Completion in a shell shows the face."""
    assert run("import regua; print(set(regua.__all__) <= set(dir(regua)))") == "True"


def test_events_are_a_module_of_the_face():
    """One name stands for all event types."""
    assert run("from regua import events; print(events.PaymentSettled.type)") == "payment.settled"


def test_a_star_import_gives_the_face():
    """`from regua import *` asks for every name once."""
    assert run("from regua import *; print(fold([]) == EMPTY, plan_many.__name__)") == "True plan_many"


def test_a_name_that_is_not_there_is_an_attribute_error():
    """As of any module, and hasattr works."""
    with pytest.raises(AttributeError, match=r"module 'regua' has no attribute 'fol'"):
        _ = regua.fol
    assert not hasattr(regua, "Simulation")


def test_an_amount_of_money_costs_no_planner():
    """Each name brings its own home alone."""
    program = "import regua, sys; regua.Money.of('150.00'); print(*sorted(m for m in sys.modules if 'regua.' in m))"
    assert run(program) == "regua.core regua.core.money regua.errors"


def test_the_version_is_the_distributions():
    """It stands in one place, pyproject.toml."""
    try:
        expected = version("regua")
    except PackageNotFoundError:
        expected = "0+unknown"
    assert regua.__version__ == expected


def test_the_error_tree_is_as_drawn():
    """The drawing in `regua.errors` has every error, under its parent."""
    errors = import_module("regua.errors")
    drawing = (errors.__doc__ or "").split("\n\n")[1]
    drawn, parents = {}, ["ReguaError"]
    for line in drawing.splitlines()[1:]:
        branch = re.match(r"(.*?)(?:├──|└──) (\w+)", line)
        if branch:
            depth = (len(branch[1]) - 4) // 4 + 1
            parents[depth:] = [branch[2]]
            drawn[branch[2]] = parents[depth - 1]
    classes = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, ReguaError)]
    assert drawn == {cls.__name__: cls.__bases__[0].__name__ for cls in classes if cls is not ReguaError}


def test_what_plugin_authors_raise():
    """Four words, each with what the engine needs to go on."""
    assert {cls.__base__ for cls in (Retryable, Rejected, Unsupported, Unknown)} == {PluginError}
    assert [str(Retryable()), str(Retryable(reason="busy"))] == ["not now", "busy"]
    assert not Rejected("no-such-number").point_failed
    assert str(Unsupported("attachments")) == "not supported: attachments"
    assert Unknown("no answer").why == "no answer"
