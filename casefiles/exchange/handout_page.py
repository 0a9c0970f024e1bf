"""A page to hand out as HTML that prints on one sheet; no scripts, nothing from outside."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_STYLE: Final = """
@page { size: letter; margin: 12mm }
* { box-sizing: border-box }
body { font: 12pt/1.35 "Helvetica Neue", Arial, sans-serif; color: #111; background: #fff;
       max-width: 190mm; margin: 0 auto; padding: 2mm }
h1 { font-size: 26pt; margin: 0 0 2mm; overflow-wrap: anywhere }
p { margin: 1mm 0; overflow-wrap: anywhere } .dim { color: #444; font-size: 9pt }
.training { border: 2pt solid #111; padding: 1.5mm; text-align: center; font-weight: bold }
.top { display: flex; gap: 6mm } .top > div { flex: 1; min-width: 0 }
.picture { flex: 0 0 70mm !important } .picture img { width: 100%; max-height: 92mm;
           object-fit: contain; border: .75pt solid #777 }
.none { border: .75pt dashed #777; height: 60mm; display: flex; align-items: center;
        justify-content: center; color: #444; text-align: center; padding: 4mm }
dl { margin: 0 } dt { color: #444; font-size: 10pt; margin-top: 2mm }
dd { margin: 0; font-size: 13pt; overflow-wrap: anywhere }
.map svg { width: 100%; height: auto; max-height: 78mm; border: .75pt solid #777 }
.call { border: 2pt solid #111; padding: 3mm 4mm; margin: 3mm 0; font-size: 16pt;
        font-weight: bold; overflow-wrap: anywhere }
.line { display: inline-block; border-bottom: .75pt solid #111; min-width: 90mm; height: 7mm }
"""
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class HandoutPage:
    """What is on the page, in the words that are printed."""

    heading: str
    facts: Sequence[tuple[str, str]]
    """Labels and texts, in order; those without a text are left out."""
    picture: bytes
    """JPEG or PNG; empty where there is none."""
    picture_words: str
    """Below the picture: when and where it was taken, or that there is none."""
    map_svg: str
    """One `<svg>` element of ours; empty where no place is known."""
    map_words: str
    contact: str
    lead: str
    """What must be said of it: that it is a lead, for instance."""
    made: str
    training: bool


def handout_html(page: HandoutPage) -> bytes:
    """The page, UTF-8; every text is escaped."""
    mark = '<p class="training">TRAINING: nobody is looked for</p>' if page.training else ""
    facts = "".join(
        f"<dt>{escape(label)}</dt><dd>{_text(text)}</dd>" for label, text in page.facts if text
    )
    contact = _text(page.contact) if page.contact else "<span class=line></span>"
    drawn = f'<div class="map">{page.map_svg}</div>' if page.map_svg else ""
    body = (
        f"<main>{mark}<h1>{_text(page.heading)}</h1>"
        f'<div class="top"><div class="picture">{_picture(page)}</div><div><dl>{facts}</dl></div>'
        f'</div><p class="call">Seen? Call: {contact}</p>{drawn}'
        f'<p class="dim">{escape(page.map_words)}</p>'
        f'<p class="dim">{escape(page.lead)} {escape(page.made)}</p></main>'
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        # A browser that opens it fetches nothing and runs nothing, whatever somebody wrote.
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; img-src data:\">\n"
        f"<title>{escape(page.heading)}</title><style>{_STYLE}</style></head><body>\n{body}\n"
        "</body></html>\n"
    ).encode()


def kind_of_picture(content: bytes) -> str:
    """`png` or `jpeg` by the first bytes of a file; empty where it is neither."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "jpeg" if content.startswith(b"\xff\xd8\xff") else ""


def _picture(page: HandoutPage) -> str:
    below = f'<p class="dim">{escape(page.picture_words)}</p>'
    if not page.picture:
        return f'<div class="none">No picture</div>{below}'
    coded = b64encode(page.picture).decode("ascii")
    kind = kind_of_picture(page.picture)
    return f'<img alt="" src="data:image/{kind};base64,{coded}">{below}'


def _text(text: str) -> str:
    # More does not fit on one page.
    return escape(text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …")
