"""What is told about debtors apart from schedules: the picture of a régua, and the page of a simulation.

The dossier stands in `regua.reports.dossier`, which imports the engine.
"""

from regua.reports.drawing import drawn
from regua.reports.page import Row, page_end, page_section, page_start
from regua.reports.reading import ruler_of
from regua.reports.ruler import Band, Lane, Mark, Ruler

__all__ = ["Band", "Lane", "Mark", "Row", "Ruler", "drawn", "page_end", "page_section", "page_start", "ruler_of"]
