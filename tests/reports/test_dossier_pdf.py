"""The dossier as PDF, where reportlab is installed."""

import base64
import os
import re
import sys
import zlib
from pathlib import Path

import pytest
from tests.reports.dossiers import SECRET, THIRD, lived

from regua.errors import MissingExtra
from regua.reports.dossier import dossier_pdf

STREAM = re.compile(rb"(?<!end)stream\r?\n(.*?)~>", re.DOTALL)
TEXT = re.compile(rb"\((.*?)(?<!\\)\) Tj")
ESCAPED = re.compile(rb"\\([0-7]{3}|.)")


def printed(pdf: bytes) -> str:
    """What the pages say, a line a text."""
    pages = [zlib.decompress(base64.a85decode(each)) for each in STREAM.findall(pdf)]
    return "\n".join(ESCAPED.sub(_letter, text).decode("cp1252") for page in pages for text in TEXT.findall(page))


def _letter(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8)]) if len(found[1]) > 1 else found[1]


def test_the_pages(tmp_path: Path):
    """The same bytes each time, every part, the last hash on every page, nothing of third parties."""
    try:
        import reportlab  # noqa: F401 - whether it is there
    except ImportError:
        if os.environ.get("CI") == "true":
            pytest.fail("reportlab is not installed: pip install 'regua[pdf]'")
        pytest.skip("reportlab is not installed: pip install 'regua[pdf]'")
    with lived(tmp_path) as case:
        dossier = case.simulation.creditor.dossier("ana")
        nobody = case.simulation.creditor.dossier("nobody")
    assert dossier_pdf(nobody).startswith(b"%PDF-")
    pdf = dossier_pdf(dossier)
    assert pdf.startswith(b"%PDF-")
    assert dossier_pdf(dossier) == pdf
    said = printed(pdf)
    pages = len(re.findall(rb"/Type /Page\b", pdf))
    assert pages > 5
    assert said.count("página") == pages
    assert said.count(dossier.last_hash) >= pages
    for text in ("Credor", "Fatos", "Cadeia de hashes", "{{7*7}}", "\\u202e"):
        assert text in said, text
    assert [secret for secret in (*THIRD, *SECRET) if secret in said] == []


def test_without_reportlab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The error names the extra."""
    monkeypatch.setitem(sys.modules, "reportlab.platypus", None)
    with lived(tmp_path) as case:
        dossier = case.simulation.creditor.dossier("ana")
    with pytest.raises(MissingExtra, match=r"reportlab.*regua\[pdf\]"):
        dossier_pdf(dossier)
