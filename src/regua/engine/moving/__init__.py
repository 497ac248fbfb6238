"""Everything of a creditor as a file, and back into any store.

lines       what the lines of the file are
exporting   from a store to lines
checking    a file read back: whole and unharmed, debtor by debtor
importing   from a file into a store
"""

from regua.engine.moving.checking import Moved
from regua.engine.moving.exporting import exported
from regua.engine.moving.importing import Imported, import_file, silent

__all__ = ["Imported", "Moved", "exported", "import_file", "silent"]
