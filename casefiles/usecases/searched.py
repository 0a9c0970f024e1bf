"""What was searched for a subject and not found, and what was not searched: as rows of a table."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from casefiles.exchange.csv_rows import safe_cell
from casefiles.types import Source, SourceId
from casefiles.usecases.follow_types import Journey
from casefiles.usecases.journey_files import utc
from casefiles.view_types import CaseView
from video.clock import NS_PER_S, format_wall_in, zone_of
from video.types import TimeNs

AROUND_NS: Final = 3600 * NS_PER_S
"""An hour before the first thing known and after the last one is looked at."""
_HEADINGS: Final = (
    "training", "what", "camera", "recording", "from_utc", "to_utc", "from", "to", "how",
    "looked_at", "share_analysed", "note", "said_by", "said_utc",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SearchedRow:
    """One line: footage and what became of it."""

    what: str
    """"looked for and not seen", "rejected", "not analysed", "no footage", "time not known"."""
    camera: str
    recording: str = ""
    from_ns: int | None = None
    to_ns: int | None = None
    how: str = ""
    looked_at: int | None = None
    share: float | None = None
    note: str = ""
    said_by: str = ""
    said_ns: int | None = None


def searched(view: CaseView, journey: Journey) -> tuple[SearchedRow, ...]:
    """The rows over the time of a journey and an hour around it: where it was looked for in vain,
    how many candidates were rejected by camera, what was not analysed, and cameras without any
    footage then."""
    opens, closes = span_of(journey)
    return (
        *_absences(view, journey),
        *_rejected(view, journey),
        *_not_analysed(view, opens, closes),
        *_without_footage(view, opens, closes),
    )


def span_of(journey: Journey) -> tuple[int | None, int | None]:
    """From an hour before the first thing known of a subject to an hour after the last; None where
    no time is known."""
    known = [at for one in journey.stops for at in (one.from_ns, one.to_ns) if at is not None]
    known += [at for one in journey.absences for at in (one.from_ns, one.to_ns)]
    if journey.subject.last_seen is not None:
        known.append(journey.subject.last_seen.wall_ns)
    return (min(known) - AROUND_NS, max(known) + AROUND_NS) if known else (None, None)


def searched_csv(view: CaseView, rows: Sequence[SearchedRow]) -> bytes:
    """The rows as a table, UTF-8 with a mark of order: so that table programs know it."""
    held = io.StringIO(newline="")
    lines = csv.writer(held)
    lines.writerow(_HEADINGS)
    zone = zone_of(view.zone_name)

    def in_utc(wall_ns: int | None) -> str:
        return "" if wall_ns is None else utc(wall_ns)

    def told(wall_ns: int | None) -> str:
        return "" if wall_ns is None else format_wall_in(wall_ns, zone)

    for row in rows:
        cells = (
            "TRAINING" if view.header.training else "", row.what, row.camera, row.recording,
            in_utc(row.from_ns), in_utc(row.to_ns), told(row.from_ns), told(row.to_ns), row.how,
            "" if row.looked_at is None else str(row.looked_at),
            "" if row.share is None else f"{row.share:.3f}", row.note, row.said_by,
            in_utc(row.said_ns),
        )  # fmt: skip
        lines.writerow([safe_cell(cell) for cell in cells])
    return held.getvalue().encode("utf-8-sig")


def _absences(view: CaseView, journey: Journey) -> Iterator[SearchedRow]:
    for one in sorted(journey.absences, key=lambda absence: (absence.from_ns, absence.camera_id)):
        camera = view.camera(one.camera_id)
        yield SearchedRow(
            "looked for and not seen",
            str(one.camera_id) if camera is None else camera.name,
            from_ns=one.from_ns,
            to_ns=one.to_ns,
            how="watched" if one.how == "watched" else "every candidate rejected",
            looked_at=one.looked_at,
            share=one.share,
            note=one.note,
            said_by=one.said_by,
            said_ns=one.said_ns,
        )


def _rejected(view: CaseView, journey: Journey) -> Iterator[SearchedRow]:
    counts: dict[SourceId, int] = {}
    for one in view.sightings:
        if one.subject_id == journey.subject.subject_id and one.verdict == "rejected":
            counts[one.source_id] = counts.get(one.source_id, 0) + 1
    for source in view.sources:
        if source.source_id in counts:
            start, end = _walls(source)
            yield SearchedRow(
                "rejected", view.title(source), source.path.name, start, end,
                how="candidates that are not the subject", looked_at=counts[source.source_id],
            )  # fmt: skip


def _not_analysed(view: CaseView, opens: int | None, closes: int | None) -> Iterator[SearchedRow]:
    for source in view.sources:
        start, end = _walls(source)
        title, name = view.title(source), source.path.name
        run = view.runs.get(source.source_id)
        if start is None or end is None:
            why = "nobody knows when it was recorded"
            yield SearchedRow(
                "time not known", title, name, how="analysed" if run else "not analysed", note=why
            )
            continue
        if opens is None or closes is None or end <= opens or start >= closes:
            continue
        if run is None:
            yield SearchedRow(
                "not analysed", title, name, max(start, opens), min(end, closes), share=0.0
            )
            continue
        if run.stop is not None and source.clock is not None:
            upto = source.clock.to_wall_ns(TimeNs(run.stop.analysed_to_ns))
            if max(upto, opens) < min(end, closes):
                yield SearchedRow(
                    "not analysed", title, name, max(upto, opens), min(end, closes), share=0.0,
                    note=run.stop.reason,
                )  # fmt: skip


def _without_footage(
    view: CaseView, opens: int | None, closes: int | None
) -> Iterator[SearchedRow]:
    if opens is None or closes is None:
        return
    for camera in view.cameras:
        walls = [_walls(one) for one in view.sources if one.camera_id == camera.camera_id]
        # A recording of which nobody knows when it was made is told in a row of its own.
        if any(start is None for start, _ in walls):
            continue
        held = sorted((start, end) for start, end in walls if start is not None and end is not None)
        at = opens
        for start, end in held:
            if start > at and at < closes:
                yield SearchedRow("no footage", camera.name, "", at, min(start, closes))
            at = max(at, end)
        if at < closes:
            yield SearchedRow("no footage", camera.name, "", at, closes)


def _walls(source: Source) -> tuple[int | None, int | None]:
    """True times of its first and last moment; None where its start is not known."""
    if source.clock is None:
        return None, None
    return (
        source.clock.to_wall_ns(TimeNs(0)),
        source.clock.to_wall_ns(TimeNs(source.duration_ns)),
    )
