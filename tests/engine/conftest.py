"""A shop with an engine: a real store of each sort, a clock that the test sets, channels that record what they got."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
