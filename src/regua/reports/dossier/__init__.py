"""A dossier for a lawyer: as a page, as JSON, as PDF."""

from regua.reports.dossier.page import dossier_html
from regua.reports.dossier.pdf import dossier_pdf
from regua.reports.dossier.plain import dossier_json

__all__ = ["dossier_html", "dossier_json", "dossier_pdf"]
