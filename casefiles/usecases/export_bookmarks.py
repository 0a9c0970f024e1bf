"""The bookmarks of a case as a CSV table, for a report or another program."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from casefiles import audit
from casefiles.case import Case
from casefiles.exchange.csv_rows import safe_cell
from casefiles.usecases.export_places import check_new_file
from casefiles.usecases.view_case import view_case
from casefiles.usecases.write_new import write_new
from casefiles.view_types import Bookmark, CaseView
from video.clock import format_media, format_wall, format_wall_in, wall_from_ns, zone_of

_HEADINGS = (
    "id", "note", "true_time_utc", "true_time", "camera_time", "recording", "media_time", "track",
    "made", "made_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenBookmarks:
    """What was written."""

    bookmarks: int
    sha256: str


def export_bookmarks(case: Case, out: Path) -> WrittenBookmarks:
    """Writes the bookmarks to a new UTF-8 CSV file; both times, the zone of the case named in each.

    A cell that a table program would compute is written as text. The act is logged.

    Raises:
        WrongPlace: something is there already, or it lies in the case.
        Unwritable: it cannot be written; nothing is left of it.
    """
    check_new_file(case, out)
    view = view_case(case)
    held = io.StringIO(newline="")
    rows = csv.writer(held)
    rows.writerow(_HEADINGS)
    for bookmark in view.bookmarks:
        rows.writerow([safe_cell(cell) for cell in _cells(view, bookmark)])
    # With a mark of order, by which table programs know that it is UTF-8.
    content = held.getvalue().encode("utf-8-sig")

    def log(sha256: str) -> None:
        case.record(
            audit.Entry(
                "bookmark.export",
                "done",
                facts={"bookmarks": len(view.bookmarks), "sha256": sha256},
                private={"file": str(out.resolve())},
            )
        )

    return WrittenBookmarks(len(view.bookmarks), write_new(out, content, log))


def _cells(view: CaseView, bookmark: Bookmark) -> tuple[str, ...]:
    zone = zone_of(view.zone_name)
    source = None if bookmark.source_id is None else view.source(bookmark.source_id)
    wall_ns, shown = bookmark.wall_ns, ""
    if source is not None and source.clock is not None and bookmark.time_ns is not None:
        wall_ns = source.clock.to_wall_ns(bookmark.time_ns)
        shown = format_wall_in(source.clock.to_recorder_ns(wall_ns), zone)
    return (
        str(bookmark.bookmark_id),
        bookmark.note,
        "" if wall_ns is None else format_wall(wall_from_ns(wall_ns)),
        "" if wall_ns is None else format_wall_in(wall_ns, zone),
        shown,
        "" if source is None else view.title(source),
        "" if bookmark.time_ns is None else format_media(bookmark.time_ns),
        "" if bookmark.track_id is None else str(bookmark.track_id),
        format_wall(wall_from_ns(bookmark.created_ns)),
        bookmark.created_by,
    )
