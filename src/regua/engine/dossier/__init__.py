"""The dossier: everything about one debtor, for a lawyer, as plain values and a chain of hashes (domain.md §6)."""

from regua.engine.dossier.chain import START, Dossier, Entry, link
from regua.engine.dossier.compiling import dossier_of
from regua.engine.dossier.material import Material

__all__ = ["START", "Dossier", "Entry", "Material", "dossier_of", "link"]
