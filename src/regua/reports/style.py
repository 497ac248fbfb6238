"""The looks of the picture and of the page: light, dark, and on paper, where nothing rests on colour."""

from __future__ import annotations

from typing import Final

from regua.core.tones import Tone

_MONO: Final = '"DejaVu Sans Mono",Menlo,Consolas,"Liberation Mono",monospace'
_LIGHT: Final = ("#fff", "#1d2026", "#5b616b", "#d4d8de", "#eef0f3")
_DARK: Final = ("#15171c", "#eceef1", "#a5acb8", "#3b404a", "#20242b")
_LIGHT_TONES: Final = ("#50555e", "#1f6db0", "#0b7a5b", "#7d6000", "#b34700", "#c0143c", "#5b2a86")
_DARK_TONES: Final = ("#b4bac4", "#86bdf0", "#63cda8", "#dcbc50", "#f59a63", "#ff8aa0", "#c8a2ec")


def _tones(colours: tuple[str, ...]) -> str:
    return "".join(
        f".regua .t{tone} .shape{{stroke:{colour}}}.regua .t{tone} .number{{fill:{colour}}}"
        f".regua .t{tone}.done .shape{{fill:{colour}}}"
        for tone, colour in enumerate(colours)
    )


def _scheme(paper: str, ink: str, faint: str, line: str, shade: str) -> str:
    return (
        f".regua .paper,.regua .shape{{fill:{paper}}}.regua text{{fill:{ink}}}.regua .faint{{fill:{faint}}}"
        f".regua .label{{stroke:{paper}}}.regua .closed{{fill:{shade}}}.regua .line{{stroke:{line}}}"
        f".regua .today,.regua .join,.regua .due,.regua .hatch,.regua .edge{{stroke:{faint}}}"
        f".regua .coin{{fill:{paper};stroke:{ink}}}.regua .coin.money{{fill:{ink}}}"
        f".regua .ended .shape{{stroke:{faint}}}.regua .ended .number{{fill:{faint}}}"
        f".regua .strike{{stroke:{ink}}}.regua .done .number{{fill:{paper}}}.regua .money .number{{fill:{paper}}}"
        f".regua .listed .shape{{stroke:{ink}}}"
    )


PICTURE: Final = (
    f".regua text{{font:11px {_MONO};unicode-bidi:isolate}}"
    ".regua .lane{font-weight:bold}.regua .title{font-weight:bold;font-size:13px}"
    ".regua .number{font-weight:bold;font-size:10px;text-anchor:middle}"
    ".regua .label{paint-order:stroke;stroke-width:3px;stroke-linejoin:round}"
    ".regua .shape{stroke-width:1.6}.regua .due-now .shape{stroke-width:3.2}"
    ".regua .waiting .shape{stroke-dasharray:2.5 2}.regua .ended .shape{stroke-width:1}"
    ".regua .strike{stroke-width:1.8}.regua .band .label{stroke-width:5px}.regua .coin{stroke-width:1.4}"
    ".regua .today{stroke-dasharray:1 3;stroke-width:1.6}"
    ".regua .join{stroke-width:3;opacity:.45}.regua .thin{stroke-width:1}"
    ".regua .due{stroke-width:1.6}.regua .hatch{stroke-width:1.2;opacity:.55}.regua .edge{fill:none}"
    + _tones(_LIGHT_TONES)
    + _scheme(*_LIGHT)
    + "@media (prefers-color-scheme:dark){"
    + _tones(_DARK_TONES)
    + _scheme(*_DARK)
    + "}@media print{"
    + _tones(("#000",) * (max(Tone) + 1))
    + _scheme("#fff", "#000", "#000", "#888", "#e6e6e6")
    + "}"
)
"""Of the picture; every rule is under `.regua`, so that a page may hold others."""

PAGE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:15px/1.45 system-ui,sans-serif;margin:0 auto;max-width:76rem;padding:1rem;overflow-wrap:anywhere;"
    "color:#1d2026;background:#fff}"
    "figure{margin:1rem 0}a{color:#1f5fa8}h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2.5rem}h3{font-size:1rem}"
    ".wide{overflow-x:auto}.wide:focus-visible{outline:2px solid #1f5fa8}"
    ".wide svg{display:block;height:auto;max-width:none}"
    "table{border-collapse:collapse;font-size:.85rem;overflow-wrap:normal}"
    "caption{text-align:start;padding:.3rem 0}"
    "th,td{text-align:start;vertical-align:top;padding:.2rem .6rem;border-bottom:1px solid #d4d8de}"
    "td:first-child{white-space:nowrap}td{max-width:34rem;overflow-wrap:anywhere;min-width:4.5rem}"
    "td:last-child{min-width:18rem}"
    "ol.index{columns:14rem}"
    "@media (prefers-color-scheme:dark){body{color:#eceef1;background:#15171c}a{color:#86bdf0}"
    ".wide:focus-visible{outline-color:#86bdf0}th,td{border-color:#3b404a}}"
    "@media print{body{color:#000;background:#fff;max-width:none;padding:0}a{color:#000}"
    "th,td,td:last-child{border-color:#888;color:#000;min-width:5em;padding:.1rem .3rem}"
    ".wide{overflow:visible}.wide svg{max-width:100%}"
    "table{font-size:.65rem}section+section{break-before:page}figure,tr{break-inside:avoid}nav{display:none}}"
)
"""Of the page around the pictures."""

DOSSIER: Final = (
    "h1{font-size:1.6rem}h3{margin-top:1.8rem}p{max-width:46rem}td:last-child{min-width:4.5rem}"
    "td:first-child{min-width:2.2rem}"
    "tbody th{font-weight:600;min-width:9rem}td:first-child{white-space:normal}"
    "article{border-top:1px solid #d4d8de;padding:.3rem 0}article p{margin:0;font-weight:600}"
    f"pre{{margin:.2rem 0;font:.75rem/1.35 {_MONO};white-space:pre-wrap;overflow-wrap:anywhere}}"
    ".hash{color:#5b616b}"
    "@media (prefers-color-scheme:dark){article{border-color:#3b404a}.hash{color:#a5acb8}}"
    "@media print{td:last-child,td,th{min-width:6em}td:first-child{min-width:3em}table{width:100%}"
    "h1,h2,h3,caption{break-after:avoid}"
    "tr{break-inside:auto}td,th{overflow-wrap:anywhere}article{border-color:#888}pre{font-size:.55rem}"
    "p{font-size:.75rem;max-width:none}.hash{color:#000}@page{margin:15mm}}"
)
"""Of a dossier, after `PAGE`."""
