"""Writes request sheets for owners of cameras: HTML to print, and the same as a table."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from casefiles import audit
from casefiles.canvass_types import CanvassId
from casefiles.case import Case
from casefiles.errors import BadCanvass
from casefiles.exchange.canvass_files import canvass_csv
from casefiles.exchange.canvass_sheets import SheetPage, sheets_html
from casefiles.geo import GeoPoint
from casefiles.usecases.canvass import CanvassAsked, CanvassRow, chosen, find_canvass
from casefiles.usecases.export_places import check_new_file
from casefiles.usecases.view_case import view_case
from casefiles.usecases.write_new import write_new
from casefiles.view_types import CaseView
from resources.version import PROGRAM_VERSION
from video.clock import NS_PER_S, format_wall_in, zone_of

SPARE_S: Final = 900.0
"""A quarter of an hour is asked for before and after: clocks of recorders are off."""
_MOST_SPARE_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class SheetWanted:
    """Of whom what is asked, and by whom."""

    entry_ids: tuple[CanvassId, ...]
    from_ns: int
    to_ns: int
    place: str
    out: Path
    """The HTML file; the table goes beside it, with the ending .csv."""
    at: GeoPoint | None = None
    spare_s: float = SPARE_S
    officer: str = ""
    unit: str = ""
    contact: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class WrittenSheets:
    """What was written, with the SHA-256 of each file."""

    pages: int
    files: tuple[tuple[Path, str], ...]


def write_sheets(case: Case, wanted: SheetWanted, *, now_ns: int) -> WrittenSheets:
    """Writes the sheets; the act is logged, with what was asked of whom among the private values.

    Raises:
        BadCanvass: what is asked for makes no sense. WrongPlace, Unwritable: as ever. Nothing was
            written.
    """
    _check(wanted)
    table = wanted.out.with_suffix(".csv")
    check_new_file(case, wanted.out, table)
    view = view_case(case)
    asked = CanvassAsked(
        route=() if wanted.at is None else (wanted.at,), radius_m=float("inf"),
        from_ns=wanted.from_ns,
    )  # fmt: skip
    rows = chosen(find_canvass(view.canvass, asked, now_ns=now_ns), wanted.entry_ids)
    made = (
        f"Case {view.header.number} · written {_told(view, now_ns)} by {case.actor.user} "
        f"with Sightline {PROGRAM_VERSION}"
    )
    pages = [_page(view, wanted, row) for row in rows]
    html = sheets_html(
        f"Request for recordings, case {view.header.number}", pages,
        training=view.header.training, made=made,
    )  # fmt: skip
    labels = [label for label, _ in (*pages[0].asked, *pages[0].owner, *pages[0].officer)]
    cells = canvass_csv(
        (*labels, "Overwrite deadline", "Entry", "Written"),
        (
            (*(text for _, text in (*page.asked, *page.owner, *page.officer)), page.deadline,
             str(row.entry.entry_id), made)
            for page, row in zip(pages, rows, strict=True)
        ),
    )  # fmt: skip
    files: dict[Path, str] = {}

    def write_table(first: str) -> None:
        files[wanted.out] = first
        files[table] = write_new(table, cells, lambda second: log(first, second))

    def log(first: str, second: str) -> None:
        case.record(
            audit.Entry(
                "canvass.sheet",
                "done",
                facts={
                    "ids": [int(one) for one in wanted.entry_ids], "sha256": first,
                    "table_sha256": second, "from_ns": wanted.from_ns, "to_ns": wanted.to_ns,
                    "spare_s": round(wanted.spare_s),
                },
                private={
                    "file": str(wanted.out.resolve()), "place": wanted.place, "note": wanted.note,
                    "officer": " · ".join((wanted.officer, wanted.unit, wanted.contact)),
                },
            )
        )  # fmt: skip

    write_new(wanted.out, html, write_table)
    return WrittenSheets(len(pages), tuple(files.items()))


def _check(wanted: SheetWanted) -> None:
    if not wanted.entry_ids:
        raise BadCanvass("nobody was chosen", "Name one or more entries of the canvass list.")
    if wanted.to_ns <= wanted.from_ns:
        raise BadCanvass("the time asked for ends before it begins", "Give --from before --to.")
    if not 0 <= wanted.spare_s <= _MOST_SPARE_S:
        raise BadCanvass("so much spare time cannot be asked for", "Give 0 to 1440 minutes.")
    if not wanted.place.strip():
        raise BadCanvass("nobody said where", "Say the place in words that the owner knows.")
    if wanted.out.suffix.lower() not in (".html", ".htm"):
        raise BadCanvass(f"{wanted.out} is not named as a page", "Let its name end in .html.")


def _page(view: CaseView, wanted: SheetWanted, row: CanvassRow) -> SheetPage:
    spare_ns = round(wanted.spare_s * NS_PER_S)
    one = row.entry
    metres = "" if row.metres is None else f" ({row.metres:.0f} m from there)"
    deadline = {
        "unknown": "Please save it at once: nobody here knows when your recorder writes over it.",
        "late": "Please look at once: your recorder may have written over it already.",
    }.get(row.urgency)
    if deadline is None:
        assert row.deadline_ns is not None
        deadline = f"Please save it before {_told(view, row.deadline_ns)}: then it is written over."
    return SheetPage(
        heading="Request to save and hand over video recordings",
        deadline=deadline,
        asked=(
            ("Case number", view.header.number),
            ("Place", wanted.place),
            ("What happened, from", _told(view, wanted.from_ns)),
            ("What happened, until", _told(view, wanted.to_ns)),
            ("Please save, from", _told(view, wanted.from_ns - spare_ns)),
            ("Please save, until", _told(view, wanted.to_ns + spare_ns)),
            ("Spare time",
             f"{wanted.spare_s / 60:g} minutes before and after, as clocks of recorders are off"),
            ("Cameras", f"all that show the place or the ways to it{metres}"),
            ("Note", wanted.note),
        ),
        owner=(
            ("Owner", one.owner),
            ("Address", one.address),
            ("Contact", one.contact),
            ("Camera", one.kind),
            ("Registered as", one.own_id or "not registered"),
            ("Recorder holds",
             "not known" if one.keeps_days is None else f"{one.keeps_days:g} days"),
        ),
        officer=(
            ("Name", wanted.officer), ("Unit", wanted.unit), ("Telephone, e-mail", wanted.contact),
        ),
    )  # fmt: skip


def _told(view: CaseView, wall_ns: int) -> str:
    # Whole seconds: nobody sets a recorder finer.
    told = format_wall_in(wall_ns // NS_PER_S * NS_PER_S, zone_of(view.zone_name))
    return told.replace(".000 ", " ")
