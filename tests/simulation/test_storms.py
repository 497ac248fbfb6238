"""What holds after every storm: workers die, providers lie, stores fail, and facts race the sends (see storm.py)."""

import re

import pytest
from tests.simulation import storms
from tests.simulation.profiles import PROFILES, profile_of
from tests.simulation.storm import ACTIONS, FAULTS, SORTS, Report, storm

AT_ONCE, TOGETHER = 25, 500


@pytest.mark.one_python
@pytest.mark.parametrize("first", range(0, TOGETHER, AT_ONCE))
def test_storms(first):
    """Five hundred of them, each with twenty actions, two workers and three faults of three sorts at least."""
    for seed in range(first, first + AT_ONCE):
        report = storm(seed)
        assert report.actions >= ACTIONS
        assert report.workers >= 2
        assert sum(report.faults.values()) >= FAULTS
        assert len(report.faults) >= SORTS


@pytest.mark.parametrize("seed", range(3))
def test_storms_on_a_disk(seed):
    """The same on SQLite."""
    assert storms.on_disk(seed) == storm(seed)


def test_a_refusal_that_was_read_is_no_answer_to_an_attempt_before_it():
    """A worker that was taken for dead sends once its successor has been refused; that stays unknown."""
    assert storm(50996).unknown


def test_nobody_stands_still_before_the_wire_until_a_key_is_forgotten():
    """That no engine can prevent; who is taken for dead there does not, nor pauses there afterwards."""
    assert storm(3996).unknown
    assert storm(9240).actions


def test_every_profile_has_its_seeds():
    """In turn."""
    assert [profile_of(seed) for seed in range(len(PROFILES))] == [*PROFILES]


def nobody_follows(book, asking, sparing):  # noqa: ARG001 - as of what it replaces
    """A bug: what the dead held is theirs."""
    return iter(())


def test_a_failing_storm_is_made_small_and_says_how_to_run_it_again(monkeypatch, capsys):
    """Fewer moves break the same invariant."""
    monkeypatch.setattr("regua.engine.desk.recover", nobody_follows)
    assert storms.run(1, 2, processes=1) == 1
    told = capsys.readouterr().out
    assert "seed 2: everything_goes_on" in told
    assert "run it again: python3 dev.py storm --simulated 1 --seed 2" in told
    fewer, all_of_them = map(int, re.search(r"([0-9]+) of ([0-9]+) moves show it", told).groups())
    assert fewer < all_of_them
    assert "Crash at" in told
    assert "simulated storms from seed 2: 1 in" in told


def test_ctrl_c_tells_what_was_done(monkeypatch, capsys):
    """And ends with 130."""
    done = []

    def interrupted(seed: int) -> Report:
        if done:
            raise KeyboardInterrupt
        done.append(seed)
        return storm(seed)

    monkeypatch.setattr(storms, "judged", interrupted)
    assert storms.run(10, 5, processes=1) == 130
    assert "simulated storms from seed 5: 1 in" in capsys.readouterr().out
