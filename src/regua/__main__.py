"""`python -m regua` is the same as `regua`."""

from __future__ import annotations

import sys

from regua.cli import main

if __name__ == "__main__":
    sys.exit(main())
