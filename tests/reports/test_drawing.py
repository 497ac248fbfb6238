import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from attrs import evolve
from tests.reports.specimens import HOSTILE

from regua.core.tones import Tone
from regua.reports import Lane, Mark, Ruler, drawn
from regua.reports.markup import clean

SVG = "{http://www.w3.org/2000/svg}"
each_ruler = pytest.mark.parametrize("name", ["busy", "single", "hostile", "long"])
DAY = date(2026, 4, 20)


def parsed(text: str) -> ET.Element:
    """The picture as a tree."""
    return ET.fromstring(text)  # noqa: S314 - our own


def of_marks(*marks: Mark) -> Ruler:
    """A ruler of one lane."""
    return Ruler(
        creditor="loja",
        debtor="ana",
        zone="America/Sao_Paulo",
        as_of=DAY,
        first=date(2026, 4, 10),
        last=date(2026, 6, 10),
        due=DAY,
        closed=(),
        lanes=(Lane(receivable="nf-1", marks=marks),),
    )


def step(**parts: object) -> Mark:
    """A mark of a step."""
    return Mark(**({"day": DAY, "sign": "message", "what": "atraso", "status": "planned"} | parts))  # type: ignore[arg-type]


def looks(mark: Mark) -> str:
    """How a mark is drawn, without its words, its label and its place."""
    texts = re.sub(r"<title>.*?</title>|<desc.*?</desc>|<style>.*?</style>", "", drawn(of_marks(mark)), flags=re.DOTALL)
    group = re.search(r'<g class="[^"]*">(?:(?!</g>).)*</g>', texts, re.DOTALL)
    assert group
    return group[0]


def uncoloured(drawing: str) -> str:
    """Without the class that gives a tone its colour."""
    return re.sub(r'class="t\d ', 'class="', drawing)


@each_ruler
def test_a_picture_is_whole_and_needs_nothing_else(rulers: dict[str, Ruler], name: str):
    """Well-formed, no script, no address but SVG's name, every id once and every reference to one that is there."""
    text = drawn(rulers[name])
    tree = parsed(text)
    assert {element.tag for element in tree.iter()} <= {
        SVG + tag for tag in ("svg", "title", "desc", "style", "defs", "pattern", "g", "path", "rect", "circle", "text")
    }
    assert re.findall(r"https?://[^\"]*", text) == ["http://www.w3.org/2000/svg"]
    attributes = Counter(key for element in tree.iter() for key in element.attrib)
    assert not [key for key in attributes if key.startswith("on") or "href" in key]
    ids = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)


@each_ruler
def test_a_reader_is_told_all_of_it(rulers: dict[str, Ruler], name: str):
    """The picture is an image with a title, and its description says every step, day and reason."""
    tree = parsed(drawn(rulers[name]))
    assert tree.attrib["role"] == "img"
    assert tree.attrib["aria-labelledby"].split() == ["regua-title", "regua-desc"]
    said = tree.findtext(f"{SVG}desc") or ""
    for lane in rulers[name].lanes:
        for mark in lane.marks:
            assert f"{mark.day} " in said
            assert all(clean(line) in said for line in mark.why)


def test_a_name_stays_text():
    """A script, the end of a CDATA section, a turn of direction, half a character and ten kilobytes."""
    text = drawn(of_marks(step(what=HOSTILE), step(what="x" * 10_000), step(what="\ud800\x00\u200f\n")))
    tree = parsed(text)
    assert "<script" not in text
    assert "\u202e" not in text
    assert len(text) < 12_000
    labels = [element.text for element in tree.iter(f"{SVG}text")]
    assert "<script>alert(1)</script> ]…" in labels
    assert "x" * 27 + "…" in labels
    assert "\ufffd\ufffd\ufffd\ufffd" in labels


def test_tones_are_told_apart_without_colour():
    """By their number, 1 to 6, and a dash for none."""
    drawings = [uncoloured(looks(step(tone=tone))) for tone in (None, *Tone)]
    assert len(set(drawings)) == 7


def test_statuses_and_sorts_are_told_apart_without_colour():
    """By their outline and their shape."""
    statuses = [uncoloured(looks(step(status=status))) for status in ("done", "due", "planned", "waiting", "ended")]
    signs = [
        looks(step(sign=sign)) for sign in ("message", "call", "act", "listed", "due", "money", "notice", "undone")
    ]
    assert len(set(statuses)) == 5
    assert len(set(signs)) == 8


def test_each_tone_has_a_colour_of_its_own():
    """On a light page as on a dark one."""
    style = drawn(of_marks(step()))
    light, _, rest = style.partition("@media (prefers-color-scheme:dark)")
    for scheme in (light, rest.partition("@media print")[0]):
        colours = re.findall(r"\.t\d \.shape\{stroke:(#\w+)\}", scheme)
        assert len(set(colours)) == len(colours) == 7


def test_a_failed_attempt_says_so_beside_its_mark():
    """A delivered one does not need to."""
    texts = drawn(of_marks(step(status="done", outcome="failed"), step(what="lembrete", status="done", outcome="sent")))
    assert [part for part in re.findall(r">([^<>]*)</text>", texts) if part.startswith(("atraso", "lembrete"))] == [
        "atraso (failed)",
        "lembrete",
    ]


def test_the_reasons_stand_on_hover():
    """In the title of the mark, a line each."""
    text = drawn(of_marks(step(why=("promised: a promise covers the receivable", "lapsed: its time has passed"))))
    [title] = [each.text or "" for each in parsed(text).iter(f"{SVG}title") if "atraso" in (each.text or "")]
    assert title.split("\n") == [
        "2026-04-20 Mon: atraso, planned",
        "promised: a promise covers the receivable",
        "lapsed: its time has passed",
    ]


def test_days_from_due_stand_below_the_days_of_one_receivable():
    """Where there are several, each counts from another day."""
    ruler = of_marks(step())
    assert ">D+7</text>" in drawn(ruler)
    assert ">D+7</text>" not in drawn(evolve(ruler, due=None))


def test_an_empty_ruler_is_a_picture():
    """Of whom something is known, and nothing is owed."""
    assert parsed(drawn(evolve(of_marks(), lanes=()))).tag == f"{SVG}svg"


def test_the_same_facts_give_the_same_bytes():
    """In processes that hash strings differently."""
    code = (
        "from tests.reports.specimens import busy, ruler\nfrom regua.reports import drawn\nimport hashlib\n"
        "with busy() as case: print(hashlib.sha256(drawn(ruler(case)).encode()).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1
