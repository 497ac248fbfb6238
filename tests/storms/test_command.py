"""What `python3 dev.py storm` takes: without options everything, and each storm says how to have it alone."""

import pytest
from tests.storms.__main__ import options, real, storms
from tests.storms.fates import MODES
from tests.storms.places import STORES
from tests.storms.report import again
from tests.storms.storm import Storm


def asked(*args: str) -> list[Storm]:
    """The storms of a command line."""
    return list(storms(options().parse_args(["--seed", "7", *args])))


@pytest.mark.parametrize("sizes", [(), ("--quick",), ("--actions", "300")])
def test_it_takes_every_store_with_every_capability_and_the_control(sizes: tuple[str, ...]):
    """The long ones also a full disk and clocks that differ."""
    found = asked(*sizes)
    assert {(each.store, each.capability) for each in found if not each.control} == {
        (store, mode) for store in STORES for mode in MODES
    }
    assert [each.store for each in found if each.control] == [*STORES]
    assert bool([each for each in found if each.fills]) == ("--quick" not in sizes)


@pytest.mark.parametrize("sizes", [(), ("--quick",), ("--fills", "1", "--no-mount")])
def test_each_says_how_to_run_it_again(sizes: tuple[str, ...]):
    """The same storm alone, to the last number."""
    for storm in asked(*sizes):
        given = again(storm).split()[3:]
        assert list(storms(options().parse_args(given))) == [storm], again(storm)


def test_the_long_ones_are_what_the_design_asks_for():
    """10,000 actions, four workers, thirty kills, and PostgreSQL crashed in the middle."""
    for storm in asked():
        assert (storm.actions, storm.workers) == (10_000, 4)
        assert storm.kills >= 30
    assert all(each.crashes == 3 for each in asked("--store", "postgresql", "--capability", "blind"))


def test_what_cannot_be_run_says_so(capsys: pytest.CaptureFixture[str]):
    """The server of PostgreSQL writes its files itself: without a small disk nobody makes it full."""
    args = ["--seed", "7", "--store", "postgresql", "--capability", "blind", "--actions", "10", "--fills", "1"]
    assert real(options().parse_args([*args, "--no-mount"])) == 0
    assert "not run: only a small disk can be full under postgresql: none is to be mounted" in capsys.readouterr().out
