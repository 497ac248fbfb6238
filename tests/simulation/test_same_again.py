"""The same arguments give the same transcript, byte for byte, in any process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.simulation.ladder import LADDER

from regua.testing import Invoice, Simulation, debtors

pytestmark = pytest.mark.one_python

ROOT = Path(__file__).resolve().parents[2]
EVERYBODY = debtors.mixed(
    (3, debtors.pays_on_time()),
    (2, debtors.pays_after(4)),
    debtors.never_pays(),
    debtors.pays_when_contacted(2),
    debtors.promises_and_keeps(5),
    debtors.promises_and_breaks(3),
    debtors.disputes(),
    debtors.pays_and_reverses(),
)


def quarter(seed: int) -> str:
    """Give the transcript of a quarter with twenty debtors and trouble with a channel."""
    with Simulation(LADDER, start="2026-03-01", seed=seed) as sim:
        for day in range(20):
            due = f"2026-03-{day + 8:02}"
            sim.debtor(invoices=[Invoice(due=due, amount=f"{day + 90}.50")], behaves=EVERYBODY)
        sim.advance(days=20)
        sim.channel("whatsapp").answers("transient", "unknown", "bounced", "delivered")
        sim.outage(days=3)
        sim.advance(days=67)
        return str(sim.transcript)


def test_the_same_seed_gives_the_same_transcript_in_every_process():
    """However Python orders its sets."""
    program = "from tests.simulation.test_same_again import quarter; import sys; sys.stdout.write(quarter(7))"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    paths = os.pathsep.join(filter(None, [str(ROOT), environment.get("PYTHONPATH", "")]))
    told = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=environment | {"PYTHONHASHSEED": seed, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
            cwd=ROOT,
        ).stdout
        for seed in ("0", "4711")
    ]
    assert told[0] == told[1] == quarter(7)
    assert len(told[0].splitlines()) > 200


def test_another_seed_gives_another_transcript():
    """Other debtors pay."""
    assert quarter(7) != quarter(8)
