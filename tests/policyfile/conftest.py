from collections.abc import Callable
from pathlib import Path

import pytest

from regua.policyfile import check_policy

HEAD = 'format = 1\npolicy.id = "padrao"\n'


@pytest.fixture
def example() -> Path:
    """The policy that regua ships."""
    return Path(__file__).resolve().parents[2] / "src/regua/data/policies/boleto-b2c.toml"


@pytest.fixture
def problems() -> Callable[[str], list[str]]:
    """Check the lines that follow a minimal policy's head; give `line:column code` of each problem, from line 1."""

    def check(body: str) -> list[str]:
        skipped = HEAD.count("\n")
        return [f"{found.line - skipped}:{found.column} {found.code}" for found in check_policy(HEAD + body)]

    return check
