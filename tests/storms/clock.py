"""The clock of a storm: real time, moved to a day on which debtors may be contacted, the same for all processes."""

import mmap
import struct
import time
from pathlib import Path

_SHIFT = struct.Struct("<q")


def wall_us() -> int:
    """The machine's clock, in microseconds since 1970 UTC."""
    return time.time_ns() // 1000


class StormClock:
    """Reads, and jumps, a clock that every process of a storm shares.

    Args:
        path: of the file that holds by how much it differs from the machine's; made where it is missing.
        skew_us: by how much the clock of this process alone is ahead.
    """

    def __init__(self, path: Path, *, skew_us: int = 0) -> None:
        if not path.exists():
            path.write_bytes(_SHIFT.pack(0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _SHIFT.size)
        self._skew_us = skew_us

    def __call__(self) -> int:
        """The instant, in microseconds since 1970 UTC."""
        return wall_us() + int(_SHIFT.unpack(self._shared[:])[0]) + self._skew_us

    def set_to(self, instant_us: int) -> None:
        """Jump, in every process at once."""
        self._shared[:] = _SHIFT.pack(instant_us - wall_us())

    def close(self) -> None:
        """Let go of the file."""
        self._shared.close()
