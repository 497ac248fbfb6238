"""The contract of providers of boletos is tested itself: it catches those that are broken in one place each."""

import inspect
from datetime import date, timedelta
from typing import Any

import pytest
from tests.testing.broken_banks import BROKEN, SORTS

from regua.errors import PluginError
from regua.ports import BoletoCapabilities, BoletoProvider, BoletoQueryable, BoletoWebhook
from regua.testing.banks import SimulatedBank
from regua.testing.barcodes import barcode_of, line_of, problem_of
from regua.testing.contracts import BoletoProviderContract

pytest_plugins = ["pytester"]

pytestmark = pytest.mark.one_python

SUITE = """
import pytest
from regua.testing.contracts import BoletoProviderContract
from tests.testing.broken_banks import *


class TestIt(BoletoProviderContract):
    @pytest.fixture
    def bank(self):
        return Simulated({made})
"""


@pytest.mark.parametrize("broken", BROKEN, ids=lambda each: each.__name__)
def test_a_broken_provider_is_caught(pytester: pytest.Pytester, broken: type[SimulatedBank]):
    """At least one test fails."""
    pytester.makepyfile(SUITE.format(made=f"{broken.__name__}()"))
    result = pytester.runpytest_inprocess("-q", "-x", "-p", "no:cacheprovider")
    assert result.parseoutcomes().get("failed") == 1, result.outlines


@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_a_sound_provider_passes(pytester: pytest.Pytester, sort: str, slow: bool):  # noqa: FBT001 - as parametrized
    """Of every sort, and whether the bank does things at once or later."""
    pytester.makepyfile(SUITE.format(made=f"sort({sort!r}, slow={slow})"))
    outcomes = pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider").parseoutcomes()
    assert not {"failed", "errors"} & outcomes.keys()
    assert outcomes["passed"] > 12


def test_every_call_of_the_port_is_in_the_contract():
    """A call that is added to the port is added to the contract."""
    text = "".join(map(inspect.getsource, BoletoProviderContract.__mro__[1:-1]))
    calls = {
        name
        for port in (BoletoProvider, BoletoQueryable, BoletoWebhook)
        for name in vars(port)
        if not name.startswith("_")
    }
    assert {name for name in calls - {"Config", "capabilities"} if f"plugin.{name}" not in text} == set()


@pytest.mark.parametrize(
    ("barcode", "line"),
    [
        ("00193376900000135000000001238798977770016818", "00190000090123879897777700168188337690000013500"),
        ("00195377100000723560000001238798777770016818", "00190000090123879877977700168188537710000072356"),
    ],
)
def test_lines_are_those_of_real_boletos(barcode: str, line: str):
    """Of the table of the research; a digit more or less is noticed."""
    assert line_of(barcode) == line
    assert problem_of(barcode, line) == ""
    assert problem_of(barcode, line[:-1] + "1")
    assert problem_of(barcode[:-1] + "9", line)
    assert problem_of(barcode[:-1], line)


@pytest.mark.parametrize(
    ("day", "factor"),
    [
        (date(2000, 7, 3), "1000"),
        (date(2025, 2, 21), "9999"),
        (date(2025, 2, 22), "1000"),
        (date(2026, 11, 21), "1637"),
        (date(2049, 10, 14), "1000"),
    ],
)
def test_the_factor_counts_in_cycles(day: date, factor: str):
    """FEBRABAN 2012."""
    assert barcode_of("999", day, 100, "0" * 25)[5:9] == factor


@pytest.mark.parametrize(
    "declared", [{"keeps_line": True}, {"alters": frozenset({"due"}), "alter_delay": timedelta(seconds=-1)}]
)
def test_capabilities_that_contradict_each_other_are_refused(declared: dict[str, Any]):
    """When they are declared, not at the first boleto."""
    with pytest.raises(PluginError):
        BoletoCapabilities(**declared)
