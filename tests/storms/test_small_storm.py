"""Small storms, as real as those of `python3 dev.py storm`: processes die, a server crashes, a provider lies."""

import os
import sys
from collections import Counter
from pathlib import Path

import pytest
from attrs import evolve
from tests.servers.postgres import PostgresServer
from tests.storms.blowing import blow
from tests.storms.fates import ProviderSettings
from tests.storms.population import population
from tests.storms.report import again, problems, row_of, table
from tests.storms.storm import Outcome, Storm

pytestmark = [
    pytest.mark.one_python,
    pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "fork"), reason="workers need flock"),
]
SMALL = Storm(seed=5, actions=36, workers=2, kills=4, stops=0, hanging=3, timeout=0.4)


def blown(storm: Storm, folder: Path, server: PostgresServer | None = None) -> Outcome:
    """A storm that came out as it must."""
    outcome = blow(storm, folder, server=server)
    assert problems(outcome) == [], f"again: {again(storm)}\n{table([outcome])}"
    return outcome


def test_on_sqlite_nothing_is_sent_twice_lost_or_stuck(tmp_path: Path):
    """Two workers on one file, one of them stopped for a while; the provider knows keys again."""
    outcome = blown(evolve(SMALL, capability="idempotent", stops=1), tmp_path)
    assert outcome.killed >= SMALL.kills // 2
    assert outcome.stops == 1
    assert outcome.verdict.states.total() >= 30


def test_on_postgresql_nothing_is_sent_twice_lost_or_stuck(tmp_path: Path, postgres: PostgresServer):
    """The server crashes in the middle; the provider can be asked."""
    if not postgres.is_ours:
        pytest.skip("not run: the server is somebody else's")
    outcome = blown(evolve(SMALL, store="postgresql", capability="queryable", crashes=1), tmp_path, postgres)
    assert outcome.killed >= SMALL.kills // 2
    assert outcome.crashes == 1
    assert outcome.verdict.states.total() >= 30


@pytest.mark.skipif(sys.platform != "linux", reason="no process can limit another's files")
def test_on_a_full_disk_nothing_is_sent_twice_lost_or_stuck(tmp_path: Path):
    """No tmpfs may be mounted: workers cannot write while their files are limited, and go on afterwards."""
    outcome = blown(evolve(SMALL, kills=0, hanging=0, fills=1, no_mount=True), tmp_path)
    assert row_of(outcome)["full"] == "1 by limit"
    assert {"SQLITE_IOERR_WRITE", "SQLITE_FULL"} & {*outcome.errors}
    assert outcome.verdict.states.total() >= 30


def test_a_queue_with_leases_sends_twice(tmp_path: Path):
    """The harness can fail: an answer that is lost is enough, and the seed has some."""
    storm = evolve(SMALL, control=True, kills=0, payments=0.0)
    settings = ProviderSettings(seed=str(storm.seed), mode="blind", book="", rates=storm.rates())
    jobs = [name for debtor in population(storm.seed, storm.actions) for name, _ in debtor.receivables]
    fates = Counter(settings.fate(job, 1) for job in jobs)
    assert fates["drop"] >= 1
    assert blow(storm, tmp_path).verdict.duplicates >= fates["drop"]
