"""Time that passes whatever anybody does to the clock."""

from __future__ import annotations

import time


def elapsed() -> float:
    """Seconds since some instant, the same for as long as the system runs; its sleep counts where it tells (Linux)."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
