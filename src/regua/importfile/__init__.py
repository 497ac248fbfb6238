"""Files of billing systems → events: a map file says which columns become which events.

mapping = load_map("receivables.map.toml")
with open("receivables.csv", "rb") as file:
    for item in read_rows(file, mapping):
        ...  # an Event, or a BadRow with line, column, value and reason
"""

from regua.errors import MapError
from regua.importfile.loading import load_map, parse_map
from regua.importfile.mapping import ImportMap
from regua.importfile.problems import BadRow, MapProblem
from regua.importfile.reading import read_rows

__all__ = ["BadRow", "ImportMap", "MapError", "MapProblem", "load_map", "parse_map", "read_rows"]
