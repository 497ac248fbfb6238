"""The contract of a store is tested itself: it catches stores that are broken in one place each."""

import inspect
import re

import pytest
from tests.testing.broken_stores import BROKEN

from regua.ports import Store, Transaction
from regua.testing.contracts import StoreContract

pytest_plugins = ["pytester"]

pytestmark = pytest.mark.one_python

SUITE = """
import pytest
from regua.testing.contracts import StoreContract
from {module} import {name}


class TestBroken(StoreContract):
    @pytest.fixture
    def store(self):
        return {name}()
"""


@pytest.mark.parametrize("broken", BROKEN, ids=lambda each: each.__name__)
def test_a_broken_store_is_caught(pytester: pytest.Pytester, broken: type[Store]):
    """At least one test fails, by an assertion or by what the store did not raise."""
    pytester.makepyfile(SUITE.format(module="tests.testing.broken_stores", name=broken.__name__))
    result = pytester.runpytest_inprocess("-q", "-x", "-p", "no:cacheprovider")
    assert result.parseoutcomes().get("failed") == 1, result.outlines


def test_a_sound_store_passes(pytester: pytest.Pytester):
    """The harness of this test finds no fault where there is none."""
    pytester.makepyfile(SUITE.format(module="regua.builtin.memory", name="MemoryStore"))
    outcomes = pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider").parseoutcomes()
    assert set(outcomes) == {"passed"}
    assert outcomes["passed"] > 40


def test_a_failed_comparison_shows_both_sides(pytester: pytest.Pytester):
    """The contract's assertions are rewritten as those of any test."""
    pytester.makepyfile(SUITE.format(module="tests.testing.broken_stores", name="LosesTheOrder"))
    result = pytester.runpytest_inprocess("-q", "-x", "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["*AssertionError: assert *"])


def test_every_call_of_the_port_is_in_the_contract():
    """A call that is added to the port is added to the contract."""
    text = "".join(map(inspect.getsource, StoreContract.__mro__[1:-1]))
    calls = {name for port in (Store, Transaction) for name in vars(port) if not name.startswith("_")}
    assert {name for name in calls if not re.search(rf"\b(store|transaction)\.{name}\b", text)} == set()
