"""Rows of a made-up crowd, put in by the hundred thousand; only `bench` and its tests use it.

A look holds a JPEG and a vector of some kilobytes, and a value for each would take longer to make
than to search: vectors are put together inside the database, from pieces that lie there once.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.store.engine import Cursor, insert_columns

PARTS: Final = 4
"""A vector is made of so many pieces."""
_MAKE_PIECES = "CREATE OR REPLACE TEMP TABLE crowd_pieces AS SELECT n, unhex(h) AS b FROM batch"
_INSERT_LOOKS = """
INSERT INTO track_looks
    (track_id, run_id, frame, pts, time_ns, x1, y1, x2, y2, quality, colour_doubt, thumbnail,
     vector)
SELECT track_id, run_id, 0, 0, time_ns, 0, 0, 1, 1, 0.5, doubt, ''::BLOB, ''::BLOB FROM batch
"""
_INSERT_VECTORS = """
INSERT INTO track_vectors
    (track_id, run_id, ordinal, frame, pts, time_ns, x1, y1, x2, y2, quality, vector)
SELECT w.track_id, w.run_id, w.ordinal, 0, 0, w.time_ns, 0, 0, 1, 1, 0.5,
       (a.b || b.b) || (c.b || d.b)
FROM batch w
JOIN crowd_pieces a ON a.n = w.piece_0 JOIN crowd_pieces b ON b.n = w.piece_1
JOIN crowd_pieces c ON c.n = w.piece_2 JOIN crowd_pieces d ON d.n = w.piece_3
"""
_INSERT_COLOURS = """
INSERT INTO track_colours (track_id, run_id, part, colour, share)
SELECT track_id, run_id, part, colour, share FROM batch
"""
_INSERT_ATTRIBUTES = """
INSERT INTO track_attributes (track_id, run_id, name, value, confidence, frame, pts)
SELECT track_id, run_id, 'backpack', CASE WHEN chance >= 0.5 THEN 'yes' ELSE 'no' END,
       greatest(chance, 1 - chance), 0, 0
FROM batch
"""
_INSERT_TRACKS = """
INSERT INTO tracks
    (track_id, run_id, source_id, class_id, from_ns, to_ns, points, mean_score, suppressed)
SELECT track_id, run_id, source_id, class_id, from_ns, to_ns, points, mean_score, false FROM batch
"""
_SUPPRESS = "UPDATE tracks SET suppressed = true WHERE run_id = ? AND track_id % ? = 0"


def make_pieces(cursor: Cursor, pieces: NDArray[np.float32]) -> None:
    """Puts the pieces of vectors, `(n, d / 4)`, where this cursor's next looks are made from."""
    texts = np.array([piece.astype("<f2").tobytes().hex() for piece in pieces], np.str_)
    insert_columns(cursor, _MAKE_PIECES, {"n": np.arange(len(pieces)), "h": texts})


def insert_looks(cursor: Cursor, columns: dict[str, object]) -> None:
    """Looks of tracks: `track_id, run_id, time_ns, doubt`."""
    insert_columns(cursor, _INSERT_LOOKS, columns)


def insert_vectors(cursor: Cursor, columns: dict[str, object]) -> None:
    """Vectors of tracks: `track_id, run_id, ordinal, time_ns` and the numbers of the four pieces,
    `piece_0 … piece_3`."""
    insert_columns(cursor, _INSERT_VECTORS, columns)


def insert_colours(cursor: Cursor, columns: dict[str, object]) -> None:
    """Colours: `track_id, run_id, part, colour, share`."""
    insert_columns(cursor, _INSERT_COLOURS, columns)


def insert_backpacks(cursor: Cursor, columns: dict[str, object]) -> None:
    """How likely tracks have a backpack: `track_id, run_id, chance`."""
    insert_columns(cursor, _INSERT_ATTRIBUTES, columns)


def insert_tracks(cursor: Cursor, columns: dict[str, object]) -> None:
    """Tracks without points, by the names of their columns."""
    insert_columns(cursor, _INSERT_TRACKS, columns)


def suppress_each(cursor: Cursor, run_id: int, every: int) -> None:
    """Suppresses the tracks of a run whose id is a multiple of `every`."""
    cursor.execute(_SUPPRESS, [run_id, every])
