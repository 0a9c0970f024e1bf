"""Request sheets as HTML: one page an owner; no scripts, nothing from outside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_STYLE: Final = """
@page { size: letter; margin: 18mm }
* { box-sizing: border-box }
body { font: 11pt/1.4 "Helvetica Neue", Arial, sans-serif; color: #111; background: #fff;
       max-width: 180mm; margin: 0 auto; padding: 6mm }
section { break-after: page; page-break-after: always; margin-bottom: 14mm }
section:last-child { break-after: auto; page-break-after: auto }
h1 { font-size: 17pt; margin: 0 0 1mm } h2 { font-size: 12pt; margin: 5mm 0 1mm }
p { margin: 1mm 0 } .dim { color: #444 } .training { border: 1.5pt solid #111; padding: 2mm }
.deadline { border: 2pt solid #111; padding: 3mm 4mm; margin: 4mm 0; font-size: 15pt;
            font-weight: bold }
table { border-collapse: collapse; width: 100% }
th { text-align: left; font-weight: normal; color: #444; width: 42mm; vertical-align: top }
th, td { padding: .8mm 2mm .8mm 0 } td { white-space: pre-wrap; overflow-wrap: anywhere }
.receipt th, .receipt td { border: .75pt solid #777; padding: 1.5mm; width: auto; height: 9mm }
.receipt .hash { width: 46% } ol { margin: 1mm 0; padding-left: 6mm } li { margin: .6mm 0 }
.line { display: inline-block; border-bottom: .75pt solid #111; min-width: 62mm; height: 6mm }
"""
_HOW: Final = (
    "Hand over the original files, as the recorder exports them. Do not convert, cut or film them "
    "from a screen.",
    "Export them in the recorder's own format too, with its player, if it offers that.",
    "Compare the recorder's clock with a telephone before you export, and write both times down: "
    "recorders are often wrong by minutes or by an hour. Do not set the clock.",
    "If somebody else maintains the recorder, say so today: what is asked for may be written over.",
    "If you cannot export it, leave the recorder as it is, and call: somebody comes to you.",
    "If nothing was recorded, say that too: then nobody asks again.",
)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """What one owner is asked, as labels and texts in the order in which they are printed."""

    heading: str
    deadline: str
    asked: Sequence[tuple[str, str]]
    owner: Sequence[tuple[str, str]]
    officer: Sequence[tuple[str, str]]


def sheets_html(title: str, pages: Iterable[SheetPage], *, training: bool, made: str) -> bytes:
    """The pages as one HTML document (UTF-8); every text is escaped."""
    body = "\n".join(_page(one, training=training, made=made) for one in pages)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        # A browser that opens it fetches nothing and runs nothing, whatever a registry wrote.
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n{body}\n"
        "</body></html>\n"
    ).encode()


def _page(page: SheetPage, *, training: bool, made: str) -> str:
    mark = '<p class="training"><b>TRAINING</b>: not a real request</p>' if training else ""
    steps = "".join(f"<li>{escape(one)}</li>" for one in _HOW)
    row = "<tr><td></td><td></td><td></td></tr>"
    return (
        f"<section>{mark}<h1>{escape(page.heading)}</h1>"
        f'<p class="deadline">{escape(page.deadline)}</p>'
        f"<h2>What is asked for</h2>{_table(page.asked)}"
        f"<h2>Of whom</h2>{_table(page.owner)}"
        f"<h2>How to hand it over</h2><ol>{steps}</ol>"
        "<p>Recorder's clock showed <span class=line></span></p>"
        "<p>The true time then was <span class=line></span></p>"
        f"<h2>Who asks</h2>{_table(page.officer)}"
        "<h2>Receipt</h2><table class=receipt><tr><th>File</th><th>Bytes</th>"
        f"<th class=hash>SHA-256</th></tr>{row * 4}</table>"
        "<p>Handed over by <span class=line></span> on <span class=line></span></p>"
        "<p>Received by <span class=line></span> on <span class=line></span></p>"
        f'<p class="dim">{escape(made)}</p></section>'
    )


def _table(rows: Sequence[tuple[str, str]]) -> str:
    cells = (
        f"<tr><th>{escape(label)}</th><td>"
        # What nobody filled in is left to be written by hand.
        f"{escape(text) or '<span class=line></span>'}</td></tr>"
        for label, text in rows
    )
    return f"<table>{''.join(cells)}</table>"
