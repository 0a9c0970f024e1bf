"""One hash over the rows of a thing: what an audit row vouches for, and what checking recomputes.

Things are named `header`, `cameras`, `shown` (which run of each source is shown), `zones`,
`lines`, `bookmarks`, `searches` (saved ones), `questions`, `decisions`, `answers`, `settings`,
`maps`, `static` (what never moves, and which tracks are suppressed for it), `clocks`, `positions`,
`events`, `calibrations`, `layers` (of the map), `canvass`, `subjects` (with sightings, absences and
rules of links), `source:ID`, `run:ID` and `take:ID`; a run stands for all it derived, a take for
all that was cut out in it.
"""

import hashlib
import json

import numpy as np

from casefiles.store.engine import Cursor

_SMALL = {
    "header": ("SELECT * FROM case_header",),
    "cameras": (
        "SELECT * FROM cameras ORDER BY camera_id",
        "SELECT * FROM placements ORDER BY ALL",
    ),
    "shown": ("SELECT * FROM shown_runs ORDER BY ALL",),
    "zones": (
        "SELECT * FROM zones ORDER BY zone_id",
        "SELECT * FROM zone_sizes ORDER BY zone_id",
    ),
    "lines": ("SELECT * FROM lines ORDER BY line_id",),
    "calibrations": ("SELECT * FROM calibrations ORDER BY calibration_id",),
    "bookmarks": ("SELECT * FROM bookmarks ORDER BY bookmark_id",),
    "canvass": (
        "SELECT * FROM canvass ORDER BY entry_id",
        "SELECT * FROM canvass_said ORDER BY said_id",
    ),
    "subjects": (
        "SELECT * FROM subjects ORDER BY subject_id",
        "SELECT * FROM sightings ORDER BY sighting_id",
        "SELECT * FROM absences ORDER BY absence_id",
        "SELECT * FROM link_rules ORDER BY rule_id",
    ),
    "searches": ("SELECT * FROM saved_searches ORDER BY search_id",),
    "settings": ("SELECT * FROM case_settings ORDER BY name",),
    "static": (
        "SELECT * FROM static_spots ORDER BY spot_id",
        "SELECT * FROM static_tracks ORDER BY ALL",
        "SELECT track_id FROM tracks WHERE suppressed ORDER BY track_id",
    ),
    "clocks": (
        "SELECT * FROM source_clocks ORDER BY clock_id",
        "SELECT * EXCLUDE (picture), sha256(picture) FROM clock_proofs ORDER BY sha256",
    ),
    "questions": ("SELECT * FROM questions ORDER BY question_id",),
    "decisions": ("SELECT * FROM decisions ORDER BY decision_id",),
    "answers": (
        "SELECT * FROM kept_answers ORDER BY answer_id",
        "SELECT * FROM kept_answer_runs ORDER BY ALL",
        "SELECT * FROM kept_answer_hits ORDER BY ALL",
    ),
    "positions": (
        "SELECT * FROM position_imports ORDER BY import_id",
        "SELECT import_id, wall_ns, lat, lon, accuracy_m FROM positions ORDER BY ALL",
    ),
    # One text for all events, made where they lie: there may be hundreds of thousands.
    "events": (
        "SELECT * FROM event_imports ORDER BY import_id",
        "SELECT count(*), sha256(string_agg(told, '\n' ORDER BY event_id, told)) FROM ("
        "SELECT event_id, concat_ws(',', event_id, import_id, line, from_ns, to_ns, "
        "uncertainty_ns, coalesce(lat::VARCHAR, ''), coalesce(lon::VARCHAR, ''), md5(own_id), "
        "md5(kind), md5(title), md5(text), md5(who)) AS told FROM events)",
    ),
    "maps": ("SELECT * EXCLUDE (geojson), sha256(geojson) FROM base_maps ORDER BY map_id",),
    "layers": (
        "SELECT * FROM map_layers ORDER BY layer_id",
        "SELECT * EXCLUDE (picture), sha256(picture) FROM map_pictures ORDER BY sha256",
    ),
}
_OF_SOURCE = "SELECT * EXCLUDE (packet_index), md5(packet_index) FROM sources WHERE source_id = ?"
# A source taken in before there was this table has no row of it, and adds nothing.
_INTAKE = (
    "SELECT source_id, facts, hashed_ns, reread_sha256, reread_ns, maker, model, serial, "
    "received_from, received_by, received_ns, note, overwrite_ns, collected, collected_ns "
    "FROM source_intake WHERE source_id = ?"
)
_RUN = "SELECT * FROM runs WHERE run_id = ?"
# Written out, so that the order of rows and columns stays what it was when the hash was made.
# `suppressed` changes after a run is finished and is hashed with `static`; cases made before that
# hashed it here, when it was always false.
_DERIVED = (
    "SELECT step, frame FROM analysed_frames WHERE run_id = ? ORDER BY ALL",
    "SELECT frame, pts, time_ns, x1, y1, x2, y2, score, class_id FROM detections "
    "WHERE run_id = ? ORDER BY ALL",
    "SELECT track_id, source_id, class_id, from_ns, to_ns, points, mean_score, false "
    "FROM tracks WHERE run_id = ? ORDER BY ALL",
    "SELECT track_id, frame, pts, time_ns, x1, y1, x2, y2, score, class_id, interpolated "
    "FROM track_points WHERE run_id = ? ORDER BY ALL",
    "SELECT minute, class_id, track_points FROM minute_activity WHERE run_id = ? ORDER BY ALL",
)
# As rows: there is text among them. A run made before looks were kept has none, and adds nothing.
_LOOKS = (
    "SELECT track_id, frame, pts, time_ns, x1, y1, x2, y2, quality, colour_doubt, "
    "sha256(thumbnail), sha256(vector) FROM track_looks WHERE run_id = ? ORDER BY ALL",
    "SELECT track_id, part, colour, share FROM track_colours WHERE run_id = ? ORDER BY ALL",
    "SELECT track_id, ordinal, frame, pts, time_ns, x1, y1, x2, y2, quality, sha256(vector) "
    "FROM track_vectors WHERE run_id = ? ORDER BY ALL",
    "SELECT track_id, ordinal, name, value, confidence, weight, frame, pts FROM attribute_votes "
    "WHERE run_id = ? ORDER BY ALL",
    "SELECT track_id, name, value, confidence, frame, pts FROM track_attributes "
    "WHERE run_id = ? ORDER BY ALL",
    "SELECT track_id, number, piece, from_ns, to_ns, gap_ns, confidence FROM track_pieces "
    "WHERE run_id = ? ORDER BY ALL",
    "SELECT track_id, quality, coverage, interpolated, mean_score, smoothness, cut "
    "FROM track_quality WHERE run_id = ? ORDER BY ALL",
    "SELECT track_id, across, towards, net, path, speed, standing, height_px FROM track_movement "
    "WHERE run_id = ? ORDER BY ALL",
)
_TAKE = (
    "SELECT * EXCLUDE (pack_key), sha256(pack_key) FROM synopsis_takes WHERE take_id = ?",
    "SELECT time_ns, words, sha256(picture) FROM synopsis_views WHERE take_id = ? ORDER BY ALL",
    "SELECT time_ns, pack_at, pack_length FROM synopsis_plates WHERE take_id = ? ORDER BY ALL",
    "SELECT track_id, why FROM synopsis_dropped WHERE take_id = ? ORDER BY ALL",
)
_CUT_OUT = """
SELECT track_id, time_ns, x1, y1, x2, y2, pixels, pack_at, pack_length FROM synopsis_frames
WHERE take_id = ? ORDER BY ALL
"""
_KNOWN = """
SELECT 'header' FROM case_header
UNION ALL SELECT 'cameras' FROM (SELECT 1 FROM cameras UNION ALL SELECT 1 FROM placements LIMIT 1)
UNION ALL SELECT 'shown' FROM (SELECT 1 FROM shown_runs LIMIT 1)
UNION ALL SELECT 'zones' FROM (
    SELECT 1 FROM zones UNION ALL SELECT 1 FROM zone_sizes LIMIT 1)
UNION ALL SELECT 'lines' FROM (SELECT 1 FROM lines LIMIT 1)
UNION ALL SELECT 'calibrations' FROM (SELECT 1 FROM calibrations LIMIT 1)
UNION ALL SELECT 'bookmarks' FROM (SELECT 1 FROM bookmarks LIMIT 1)
UNION ALL SELECT 'canvass' FROM (
    SELECT 1 FROM canvass UNION ALL SELECT 1 FROM canvass_said LIMIT 1)
UNION ALL SELECT 'subjects' FROM (
    SELECT 1 FROM subjects UNION ALL SELECT 1 FROM sightings UNION ALL SELECT 1 FROM absences
    UNION ALL SELECT 1 FROM link_rules LIMIT 1)
UNION ALL SELECT 'searches' FROM (SELECT 1 FROM saved_searches LIMIT 1)
UNION ALL SELECT 'settings' FROM (SELECT 1 FROM case_settings LIMIT 1)
UNION ALL SELECT 'static' FROM (
    SELECT 1 FROM static_spots UNION ALL SELECT 1 FROM static_tracks
    UNION ALL SELECT 1 FROM tracks WHERE suppressed LIMIT 1)
UNION ALL SELECT 'maps' FROM (SELECT 1 FROM base_maps LIMIT 1)
UNION ALL SELECT 'layers' FROM (
    -- Those that the step of the format made (019) are as it made them, until somebody sets one.
    SELECT 1 FROM map_layers AS l LEFT JOIN base_maps AS b USING (map_id)
    WHERE l.set_ns IS NOT NULL OR l.set_by <> '' OR l.opacity <> 1 OR l.removed_ns IS NOT NULL
        OR coalesce(l.path, l.sha256, l.plan, l.size_bytes::VARCHAR, l.modified_ns::VARCHAR)
            IS NOT NULL
        OR CASE l.kind
            WHEN 'outlines' THEN
                l.layer_id <> 1 OR l.name <> 'States and counties' OR NOT l.shown OR l.rank <> 0
            WHEN 'geojson' THEN l.name IS DISTINCT FROM b.name
                OR l.shown <> (l.map_id = (SELECT max(map_id) FROM base_maps))
            ELSE true END
    UNION ALL SELECT 1 FROM map_pictures LIMIT 1)
UNION ALL SELECT 'clocks' FROM (
    SELECT 1 FROM source_clocks UNION ALL SELECT 1 FROM clock_proofs LIMIT 1)
UNION ALL SELECT 'questions' FROM (SELECT 1 FROM questions LIMIT 1)
UNION ALL SELECT 'decisions' FROM (SELECT 1 FROM decisions LIMIT 1)
UNION ALL SELECT 'answers' FROM (
    SELECT 1 FROM kept_answers UNION ALL SELECT 1 FROM kept_answer_runs
    UNION ALL SELECT 1 FROM kept_answer_hits LIMIT 1)
UNION ALL SELECT 'positions' FROM (SELECT 1 FROM position_imports LIMIT 1)
UNION ALL SELECT 'events' FROM (
    SELECT 1 FROM event_imports UNION ALL SELECT 1 FROM events LIMIT 1)
UNION ALL SELECT 'source:' || source_id FROM sources
UNION ALL SELECT 'run:' || run_id FROM runs WHERE state = 'finished'
UNION ALL SELECT 'take:' || take_id FROM synopsis_takes WHERE state = 'finished'
"""


def known(cursor: Cursor) -> frozenset[str]:
    """The names of everything that some audit row should vouch for."""
    return frozenset(row[0] for row in cursor.execute(_KNOWN).fetchall())


def digest(cursor: Cursor, name: str) -> str:
    """SHA-256 over the rows of a thing, as hexadecimal text; that of nothing where it has none."""
    hashed = hashlib.sha256()
    kind, _, number = name.partition(":")
    if kind in _SMALL:
        for statement in _SMALL[kind]:
            _add_rows(hashed, cursor.execute(statement).fetchall())
    elif kind == "source":
        for statement in (_OF_SOURCE, _INTAKE):
            _add_rows(hashed, cursor.execute(statement, [int(number)]).fetchall())
    elif kind == "take":
        for statement in _TAKE:
            _add_rows(hashed, cursor.execute(statement, [int(number)]).fetchall())
        _add_columns(hashed, cursor.execute(_CUT_OUT, [int(number)]))
    else:
        _add_rows(hashed, cursor.execute(_RUN, [int(number)]).fetchall())
        for statement in _DERIVED:
            _add_columns(hashed, cursor.execute(statement, [int(number)]))
        for statement in _LOOKS:
            _add_rows(hashed, cursor.execute(statement, [int(number)]).fetchall())
    return hashed.hexdigest()


def _add_columns(hashed: "hashlib._Hash", found: Cursor) -> None:
    """Columns as bytes: there may be millions of rows, and no text or NULL is among them."""
    for column in found.fetchnumpy().values():
        values = np.ascontiguousarray(column)
        hashed.update(values.astype(values.dtype.newbyteorder("<")).tobytes())


def _add_rows(hashed: "hashlib._Hash", rows: list[tuple[object, ...]]) -> None:
    for row in rows:
        hashed.update(json.dumps(row).encode() + b"\n")
