import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

DATA = files("regua") / "data"

PROGRAM = """
import sys
from regua.importfile import load_map, read_rows

mapping = load_map(sys.argv[1])
with open(sys.argv[2], "rb") as file:
    events = sum(1 for _ in read_rows(file, mapping))
# The peak of this program alone: ru_maxrss is inherited from whoever started it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(events, int(peak.split()[1]))
"""


def peak_of(path: Path) -> tuple[int, int]:
    """Import a file in a program of its own; give the number of events and the peak of memory in KiB."""
    arguments = [sys.executable, "-c", PROGRAM, str(DATA / "receivables.map.toml"), str(path)]
    ran = subprocess.run(arguments, capture_output=True, text=True, check=True)
    events, peak = map(int, ran.stdout.split())
    return events, peak


def grown(path: Path, copies: int) -> Path:
    """Write the sample portfolio many times over, each invoice with a number of its own."""
    header, *rows = (DATA / "receivables.csv").read_text(encoding="ascii").split()
    with path.open("w", encoding="ascii", newline="") as file:
        file.write(header + "\r\n")
        for copy in range(copies):
            for number, row in enumerate(rows):
                cells = row.split(",")
                cells[3] = str(copy * len(rows) + number)
                file.write(",".join(cells) + "\r\n")
    return path


pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak of memory from /proc")


def test_a_large_file_needs_no_more_memory_than_a_small_one(tmp_path: Path):
    """Ten times the rows of the same customers, 2.2 MB, cost less than 2 MiB more."""
    small, least = peak_of(grown(tmp_path / "small.csv", 1))
    large, most = peak_of(grown(tmp_path / "large.csv", 10))
    assert large - 300 == 10 * (small - 300)
    assert most - least < 2048


@pytest.mark.parametrize("opening", [b"", b'"'])
def test_a_line_without_end_needs_no_memory(tmp_path: Path, opening: bytes):
    """100 MB without a line end, quoted or not, are one bad row and less than 8 MiB more."""
    _, least = peak_of(grown(tmp_path / "small.csv", 1))
    hostile = tmp_path / "hostile.csv"
    with hostile.open("wb") as file:
        file.write((DATA / "receivables.csv").read_bytes() + opening)
        for _ in range(100):
            file.write(b"x" * 1_000_000)
    events, most = peak_of(hostile)
    assert events == 300 + 2 * 2466 + 2 * 561 + 1
    assert most - least < 8192
