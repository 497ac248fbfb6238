import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "library"),
    [
        ("regua.testing.contracts", "pytest"),
        ("regua.testing.strategies", "hypothesis"),
        ("regua.testing.machine", "hypothesis"),
    ],
)
def test_a_missing_library_is_told_with_its_extra(module: str, library: str):
    """Who imports what needs it reads what to install."""
    program = (
        f"import sys; sys.modules[{library!r}] = None\ntry: import {module}\nexcept ImportError as error: print(error)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told == f"this needs {library}, which is not installed; install it: pip install 'regua[testing]'\n"
