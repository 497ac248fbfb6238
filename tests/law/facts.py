"""The researched facts about the law (`facts.toml`) and the rules that the packs of regua make of them."""

import tomllib
from pathlib import Path
from typing import Any, Final

from regua.core.legal import LegalRule
from regua.policyfile.packs.builtin import BUILTIN

FACTS: Final[dict[str, dict[str, Any]]] = {
    fact["id"]: fact
    for fact in tomllib.loads((Path(__file__).parent / "facts.toml").read_text(encoding="utf-8"))["rule"]
}
OWN: Final = frozenset({"aprovacao.humana", "protesto.anuencia"})
"""Rules that are choices of regua and stand in no law."""
RULES: Final[dict[str, LegalRule]] = {rule.id: rule for pack in BUILTIN.values() for rule in pack.rules}
