"""Run tests on a mutant in a Python of its own: the order comes in on standard input, the exit status says the rest."""

import json
import resource
import sys
from pathlib import Path

from tests.mutation.judging import run_pytest
from tests.mutation.living import import_in_place

SECONDS = 120
"""Of the processor; what takes longer hangs, and ends by SIGXCPU."""

if __name__ == "__main__":
    order = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    import_in_place(Path(order["path"]), order["source"])
    # pytest would import what it rewrites, which a plugin's whole package is, past whoever was asked first.
    sys.exit(run_pytest(["-x", "--assert=plain", *order["names"]]))
