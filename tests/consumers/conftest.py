"""Each program finds its own modules, as it would where it is installed."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

sys.path[:0] = [str(HERE), str(HERE / "channelpkg/src")]
