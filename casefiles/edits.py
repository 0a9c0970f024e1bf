"""How the small changes of a person are made: each is applied, and gives its inverse.

Undo is the inverse applied: an edit too, logged like the first. Nothing here opens a transaction
or knows a window; `Case.post` runs `apply` on the writer.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from casefiles import (
    audit,
    calibration_edits,
    camera_edits,
    canvass_edits,
    drawn_edits,
    edit_entries,
    layer_edits,
    search_edits,
    subject_edits,
    subject_entries,
)
from casefiles.canvass_types import (
    AddCanvass,
    ChangeCanvass,
    MarkCanvass,
    RemoveCanvass,
    RestoreCanvass,
    SayCanvass,
)
from casefiles.checks import (
    check_clock,
    check_decisions,
    check_drawn_name,
    check_line,
    check_note,
    check_origin,
    check_place,
    check_zone,
    known_bookmark,
    known_line,
    known_spot,
    known_zone,
    picture_type,
)
from casefiles.edit_kinds import (
    AddBookmark,
    AddCamera,
    AddLayer,
    AddLine,
    AddZone,
    ChangeBookmark,
    ChangeCamera,
    ChangeLayer,
    ChangeLine,
    ChangeZone,
    DecideHits,
    Edit,
    NoteOrigin,
    PlaceCamera,
    PutCameras,
    RemoveBookmark,
    RemoveCamera,
    RemoveEvents,
    RemoveLayer,
    RemoveLine,
    RemovePositions,
    RemoveSearch,
    RemoveZone,
    RenameSearch,
    RestoreEvents,
    RestorePositions,
    RestoreSpot,
    SaveSearch,
    SetCalibration,
    SetClock,
    SuppressSpot,
    TakeBackCalibration,
    TakeBackClock,
    TakeBackDecisions,
)
from casefiles.errors import (
    UnknownSpot,
    UnknownTrack,
)
from casefiles.intake_types import Intake, Origin
from casefiles.store import (
    bookmarks,
    clocks,
    decisions,
    events,
    intake,
    lines,
    map_layers,
    positions,
    static_spots,
    zones,
)
from casefiles.store.engine import Cursor
from casefiles.subject_types import (
    AddSubject,
    ChangeSubject,
    MarkAbsences,
    MarkLinkRules,
    MarkSightings,
    NoteAbsences,
    RemoveSubject,
    RestoreSubject,
    SaySightings,
    SetLinkRules,
)
from casefiles.types import (
    NEW_CLOCK,
    SourceClock,
    SourceId,
    SpotId,
)
from casefiles.view_types import NEW_BOOKMARK, NEW_LINE, NEW_ZONE
from video.clock import now_ns


def apply(cursor: Cursor, edit: Edit, *, by: str) -> Edit:
    """Makes the edit in the caller's transaction and gives the edit that takes it back.

    `by` is noted as the maker of what is new.

    Raises:
        BadZone, BadLine, BadBookmark, BadPlacement, BadSearch, UnknownZone, UnknownLine,
        UnknownBookmark, UnknownCamera, UnknownSource, UnknownTrack, UnknownSpot, UnknownSearch,
        BadOrigin, BadCalibration, UnknownCalibration, CameraInUse: the edit cannot be made; nothing
        was changed.
    """
    match edit:
        case AddZone(zone):
            return drawn_edits.add_zone(cursor, zone, by)
        case RemoveZone(zone_id):
            zone = known_zone(cursor, zone_id)
            zones.mark_removed(cursor, zone_id, now_ns())
            return AddZone(zone)
        case ChangeZone(zone):
            before = known_zone(cursor, zone.zone_id)
            # One of an older case may have a name that would not do today, and is reshaped.
            if zone.name != before.name:
                check_drawn_name(zone)
            check_zone(replace(before, name=zone.name, polygon=zone.polygon))
            zones.change(cursor, zone)
            return ChangeZone(before)
        case AddLine(line):
            return drawn_edits.add_line(cursor, line, by)
        case RemoveLine(line_id):
            line = known_line(cursor, line_id)
            lines.mark_removed(cursor, line_id, now_ns())
            return AddLine(line)
        case ChangeLine(line):
            old = known_line(cursor, line.line_id)
            check_drawn_name(line)
            check_line(replace(old, name=line.name, points=line.points))
            lines.change(cursor, line)
            return ChangeLine(old)
        case AddBookmark(bookmark):
            return drawn_edits.add_bookmark(cursor, bookmark, by)
        case RemoveBookmark(bookmark_id):
            bookmark = known_bookmark(cursor, bookmark_id)
            bookmarks.mark_removed(cursor, bookmark_id, now_ns())
            return AddBookmark(bookmark)
        case ChangeBookmark(bookmark_id, note):
            bookmark = known_bookmark(cursor, bookmark_id)
            check_note(note)
            bookmarks.change_note(cursor, bookmark_id, note)
            return ChangeBookmark(bookmark_id, bookmark.note)
        case SaveSearch() | RemoveSearch() | RenameSearch():
            return search_edits.apply(cursor, edit, by=by)
        case SetCalibration() | TakeBackCalibration():
            return calibration_edits.apply(cursor, edit, by=by)
        case AddLayer() | RemoveLayer() | ChangeLayer():
            return layer_edits.apply(cursor, edit, by=by)
        case RemoveEvents(import_id):
            events.decide(cursor, import_id, now_ns())
            return RestoreEvents(import_id)
        case RestoreEvents(import_id):
            events.decide(cursor, import_id, None)
            return RemoveEvents(import_id)
        case RemovePositions(import_id):
            positions.decide(cursor, import_id, now_ns())
            return RestorePositions(import_id)
        case RestorePositions(import_id):
            positions.decide(cursor, import_id, None)
            return RemovePositions(import_id)
        case PlaceCamera() | AddCamera() | RemoveCamera() | ChangeCamera() | PutCameras():
            return camera_edits.apply(cursor, edit)
        case (
            AddCanvass() | RemoveCanvass() | RestoreCanvass() | ChangeCanvass()
            | SayCanvass() | MarkCanvass()
        ):  # fmt: skip
            return canvass_edits.apply(cursor, edit, by=by)
        case (
            AddSubject() | ChangeSubject() | RemoveSubject() | RestoreSubject() | SaySightings()
            | MarkSightings() | NoteAbsences() | MarkAbsences() | SetLinkRules() | MarkLinkRules()
        ):  # fmt: skip
            return subject_edits.apply(cursor, edit, by=by)
        case SetClock(clock, picture):
            return _set_clock(cursor, clock, picture, by)
        case TakeBackClock(clock_id):
            known_clock = clocks.one(cursor, clock_id, standing=True)
            clocks.mark_taken_back(cursor, clock_id, now_ns())
            return SetClock(known_clock)
        case SuppressSpot(spot_id):
            _decide_spot(cursor, spot_id, hidden=True)
            return RestoreSpot(spot_id)
        case RestoreSpot(spot_id):
            _decide_spot(cursor, spot_id, hidden=False)
            return SuppressSpot(spot_id)
        case DecideHits():
            return _decide_hits(cursor, edit, by)
        case TakeBackDecisions(taken, put_back):
            check_decisions(cursor, taken, put_back)
            decisions.mark_taken_back(cursor, taken, now_ns())
            decisions.mark_taken_back(cursor, put_back, None)
            return TakeBackDecisions(put_back, taken)
        case NoteOrigin(notes):
            return NoteOrigin(_note_origins(cursor, notes))


_TOUCHED: Final[dict[type[Edit], frozenset[str]]] = {
    **dict.fromkeys((AddZone, RemoveZone, ChangeZone), frozenset({"zones"})),
    **dict.fromkeys((AddLine, RemoveLine, ChangeLine), frozenset({"lines"})),
    **dict.fromkeys((AddBookmark, RemoveBookmark, ChangeBookmark), frozenset({"bookmarks"})),
    **dict.fromkeys((SaveSearch, RemoveSearch, RenameSearch), frozenset({"saved_searches"})),
    **dict.fromkeys((AddLayer, RemoveLayer, ChangeLayer), map_layers.TABLES),
    **dict.fromkeys((RemoveEvents, RestoreEvents), events.TABLES),
    **dict.fromkeys((RemovePositions, RestorePositions), positions.TABLES),
    **dict.fromkeys((SuppressSpot, RestoreSpot), static_spots.TABLES),
    **dict.fromkeys((SetClock, TakeBackClock), frozenset({"sources", "source_clocks"})),
    **dict.fromkeys((SetCalibration, TakeBackCalibration), frozenset({"calibrations"})),
    **dict.fromkeys((DecideHits, TakeBackDecisions), decisions.TABLES),
    NoteOrigin: frozenset({"source_intake"}),
    **dict.fromkeys(camera_edits.KINDS, frozenset({"cameras", "placements"})),
    **dict.fromkeys(canvass_edits.KINDS, canvass_edits.TABLES),
    **dict.fromkeys(subject_edits.KINDS, subject_edits.TABLES),
}


def touched(edit: Edit) -> frozenset[str]:
    """The tables that an edit writes, and its inverse too."""
    return _TOUCHED[type(edit)]


def describe(edit: Edit, inverse: Edit) -> audit.Entry:
    """The audit row of an edit that was made; `inverse` is what `apply` gave for it."""
    match edit, inverse:
        case AddZone(zone), RemoveZone(zone_id):
            facts = {"restored": zone.zone_id != NEW_ZONE}
            return edit_entries.of_zone("zone.add", zone_id, zone, facts)
        case RemoveZone(zone_id), AddZone(zone):
            return edit_entries.of_zone("zone.remove", zone_id, zone, {})
        case ChangeZone(zone), ChangeZone(before):
            facts = {
                "renamed": zone.name != before.name,
                "reshaped": zone.polygon != before.polygon,
            }
            return edit_entries.of_zone("zone.change", zone.zone_id, zone, facts)
        case AddLine(line), RemoveLine(line_id):
            facts = {"restored": line.line_id != NEW_LINE}
            return edit_entries.of_line("line.add", line_id, line, facts)
        case RemoveLine(line_id), AddLine(line):
            return edit_entries.of_line("line.remove", line_id, line, {})
        case ChangeLine(line), ChangeLine(old):
            facts = {
                "renamed": line.name != old.name,
                "redrawn": line.points != old.points,
            }
            return edit_entries.of_line("line.change", line.line_id, line, facts)
        case AddBookmark(bookmark), RemoveBookmark(bookmark_id):
            facts = {"restored": bookmark.bookmark_id != NEW_BOOKMARK}
            return edit_entries.of_bookmark("bookmark.add", bookmark_id, bookmark, facts)
        case RemoveBookmark(bookmark_id), AddBookmark(bookmark):
            return edit_entries.of_bookmark("bookmark.remove", bookmark_id, bookmark, {})
        case ChangeBookmark(bookmark_id, note), ChangeBookmark(note=before_it):
            return edit_entries.of_note(bookmark_id, note, before_it)
        case SaveSearch(search), RemoveSearch(search_id):
            return edit_entries.of_search("search.save", search_id, search)
        case RemoveSearch(search_id), SaveSearch(search):
            return edit_entries.of_search("search.remove", search_id, search)
        case RenameSearch(search_id, name), RenameSearch(name=before_it):
            return edit_entries.of_search_name(search_id, name, before_it)
        case ((AddLayer() | RemoveLayer() | ChangeLayer()), _):
            return layer_edits.describe(edit, inverse)
        case RemoveEvents(import_id), RestoreEvents():
            return edit_entries.of_events("events.remove", import_id)
        case RestoreEvents(import_id), RemoveEvents():
            return edit_entries.of_events("events.restore", import_id)
        case RemovePositions(import_id), RestorePositions():
            return edit_entries.of_positions("positions.remove", import_id)
        case RestorePositions(import_id), RemovePositions():
            return edit_entries.of_positions("positions.restore", import_id)
        case SetClock(clock), TakeBackClock(clock_id):
            return edit_entries.of_clock("clock.set", clock_id, clock)
        case TakeBackClock(clock_id), SetClock(clock):
            return edit_entries.of_clock("clock.undo", clock_id, clock)
        case SetCalibration(made), TakeBackCalibration(calibration_id):
            return calibration_edits.entry("calibration.set", calibration_id, made)
        case TakeBackCalibration(calibration_id), SetCalibration(made):
            return calibration_edits.entry("calibration.undo", calibration_id, made)
        case (
            PlaceCamera() | AddCamera() | RemoveCamera() | ChangeCamera() | PutCameras(),
            PlaceCamera() | AddCamera() | RemoveCamera() | ChangeCamera() | PutCameras(),
        ):
            return camera_edits.entry(edit, inverse)
        case (
            AddCanvass() | RemoveCanvass() | RestoreCanvass() | ChangeCanvass()
            | SayCanvass() | MarkCanvass(),
            RemoveCanvass() | RestoreCanvass() | ChangeCanvass() | MarkCanvass(),
        ):  # fmt: skip
            return canvass_edits.entry(edit, inverse)
        case (
            AddSubject() | ChangeSubject() | RemoveSubject() | RestoreSubject() | SaySightings()
            | MarkSightings() | NoteAbsences() | MarkAbsences() | SetLinkRules() | MarkLinkRules(),
            ChangeSubject() | RemoveSubject() | RestoreSubject()
            | MarkSightings() | MarkAbsences() | MarkLinkRules(),
        ):  # fmt: skip
            return subject_entries.entry(edit, inverse)
        case SuppressSpot(spot_id), RestoreSpot():
            return audit.Entry("static.suppress", "done", f"spot:{spot_id}", vouches=("static",))
        case RestoreSpot(spot_id), SuppressSpot():
            return audit.Entry("static.restore", "done", f"spot:{spot_id}", vouches=("static",))
        case DecideHits(question, said), TakeBackDecisions(_, replaced):
            return edit_entries.of_decisions(question, said, len(replaced))
        case TakeBackDecisions(taken, put_back), TakeBackDecisions():
            return edit_entries.of_taken_back(taken, put_back)
        case NoteOrigin(notes), NoteOrigin():
            return edit_entries.of_origins(notes)
    raise ValueError(f"{inverse} does not take back {edit}")


def _note_origins(
    cursor: Cursor, notes: Sequence[tuple[SourceId, Origin]]
) -> tuple[tuple[SourceId, Origin], ...]:
    """Notes them, and gives what was noted before."""
    known = intake.every(cursor)
    for source_id, origin in notes:
        check_place(cursor, source_id, None)
        check_origin(origin)
        intake.note_origin(cursor, source_id, origin)
    return tuple((one, known.get(one, Intake()).origin) for one, _ in notes)


def _set_clock(cursor: Cursor, clock: SourceClock, picture: bytes, by: str) -> Edit:
    if clock.clock_id != NEW_CLOCK:
        clocks.one(cursor, clock.clock_id, standing=False)
        clocks.mark_taken_back(cursor, clock.clock_id, None)
        return TakeBackClock(clock.clock_id)
    check_clock(clock)
    check_place(cursor, clock.source_id, None)
    kept = ""
    if picture:
        kind = picture_type(picture, clock.proof or "the proof")
        kept = clocks.keep_picture(cursor, picture, kind)
    made = replace(clock, clock_id=clocks.next_id(cursor), proof_sha256=kept, set_by=by)
    clocks.insert(cursor, replace(made, set_ns=now_ns()))
    return TakeBackClock(made.clock_id)


def _decide_hits(cursor: Cursor, edit: DecideHits, by: str) -> Edit:
    # Of a track that is named twice, the last counts.
    said = tuple({one.track_id: one for one in edit.said}.values())
    tracks = [one.track_id for one in said]
    unknown = sorted(set(tracks) - decisions.known_tracks(cursor, tracks))
    if unknown:
        raise UnknownTrack(f"the case has no track {unknown[0]}", "Take it from an answer.")
    question = decisions.keep_question(cursor, edit.question, now_ns(), by)
    replaced = decisions.replaced(cursor, question, tracks)
    decisions.mark_taken_back(cursor, replaced, now_ns())
    return TakeBackDecisions(decisions.insert(cursor, question, said, now_ns(), by), replaced)


def _decide_spot(cursor: Cursor, spot_id: SpotId, *, hidden: bool) -> None:
    spot = known_spot(cursor, spot_id)
    if spot.hidden == hidden:
        raise UnknownSpot(
            f"static spot {spot_id} {'is hidden' if hidden else 'was brought back'} already",
            "'static list' shows how each is.",
        )
    static_spots.decide(cursor, spot_id, hidden=hidden, when_ns=now_ns())
    static_spots.follow(cursor, spot_id)
