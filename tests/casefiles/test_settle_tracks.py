"""What ends a run does: pieces joined, classes settled, quality told; the same however it ran."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.store import pieces, traits
from casefiles.store.engine import Cursor
from casefiles.types import Actor, RunId, TrackId
from casefiles.usecases import index_source as indexing
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.index_source import index_source
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.show_track import show_track
from casefiles.usecases.show_tracks import show_points, show_tracks, track_making
from casefiles.usecases.verify_case import verify_case
from tests.casefiles.test_index_source import everything
from tests.support.bad_workers import Unlucky
from video.synthetic.encode import Clip, encode
from video.synthetic.scene import Box, Scene

ACTOR = Actor("tester", "desk-1")
EVERYTHING = IndexOptions(detector="fake", sample_fps=None, motion_gate=False, attributes=True)
HIDDEN_FROM, HIDDEN_TO = 40, 120
RED, BLUE = (40, 40, 220), (200, 60, 30)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """Somebody out of sight for longer than a tracker waits, among others in other colours."""
    before = Box(150, 60, 24, 60, last=HIDDEN_FROM)
    after = Box(150, 60, 24, 60, first=HIDDEN_TO)
    others = [Box(20 + 60 * n, 150, 24, 60, colour=BLUE) for n in range(4)]
    scene = Scene((before, after, *others))
    return encode(tmp_path_factory.mktemp("clip") / "gap.mp4", frames=160, scene=scene)


def fresh(folder: Path, clip: Clip) -> Case:
    case = Case.create(folder, ACTOR, number="1", title="t", policy="none")
    add_source(case, clip.path, Recording())
    return case


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, clip: Clip) -> Iterator[Case]:
    with fresh(tmp_path_factory.mktemp("whole") / "case", clip) as case:
        finish(index_source(case, 1, EVERYTHING, crew=partial(Unlucky, "SIGSEGV", sys.maxsize)))
        yield case


def rows_of(case: Case) -> dict[str, list[tuple[Any, ...]]]:
    """Every table that a run writes, but what `everything` tells of."""

    def read(cursor: Cursor) -> dict[str, list[tuple[Any, ...]]]:
        return {
            table: cursor.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()  # noqa: S608
            for table in (
                "track_pieces", "track_quality", "track_vectors", "attribute_votes",
                "track_attributes", "track_movement", "track_points", "tracks",
            )
        }  # fmt: skip

    return case.read(read)


def test_pieces_become_one_track_with_the_id_of_the_first_and_long_gaps_stay(whole: Case) -> None:
    rows = show_tracks(whole, 1, with_suppressed=True)
    joined = {
        row.track_id: making.pieces
        for row in rows
        if (making := track_making(whole, rows)[row.track_id]).pieces
    }
    ((track, (first, second)),) = joined.items()
    assert first.piece == track < second.piece
    assert second.piece not in {row.track_id for row in rows}
    assert second.gap_ns is not None
    assert second.gap_ns == second.from_ns - first.to_ns > 3e9
    assert second.confidence is not None
    assert 0 < second.confidence <= 1
    points = show_points(whole, 1, with_suppressed=True)
    frames = points.at.frame[points.track_id == track]
    assert not ((frames > HIDDEN_FROM) & (frames < HIDDEN_TO)).any()
    # Who kept the id of a piece finds the track.
    assert show_track(whole, second.piece).track_id == track
    assert not finish(verify_case(whole)).bad


def test_votes_of_all_pieces_count_for_the_joined_track(whole: Case) -> None:
    def read(cursor: Cursor) -> tuple[list[tuple[int, ...]], ...]:
        return tuple(
            cursor.execute(statement).fetchall()
            for statement in (
                "SELECT track_id, piece FROM track_pieces ORDER BY number",
                "SELECT track_id, ordinal, frame FROM attribute_votes ORDER BY ALL",
                "SELECT track_id, ordinal, frame FROM track_vectors ORDER BY ALL",
                "SELECT track_id FROM tracks",
            )
        )

    pieces_, votes, vectors, tracks_ = whole.read(read)
    ((track, _), (_, second)) = pieces_
    people = {row[0] for row in votes}
    assert people
    assert second not in people
    assert people <= {row[0] for row in tracks_}
    # Every vote stays beside the vector of the frame that said it, in a place of its own.
    assert set(votes) <= set(vectors)
    assert len(set(votes)) == len(votes)
    frames = [frame for owner, _, frame in votes if owner == track]
    assert min(frames) < HIDDEN_FROM
    assert max(frames) >= HIDDEN_TO
    # And the sums are those of all of them, as if they were counted anew.
    before = rows_of(whole)["track_attributes"]
    whole.write(lambda cursor: traits.sum_up(cursor, RunId(1)))
    assert rows_of(whole)["track_attributes"] == before
    assert not finish(verify_case(whole)).bad


def test_quality_is_told_of_every_track_and_is_less_where_it_was_not_seen(whole: Case) -> None:
    rows = show_tracks(whole, 1, with_suppressed=True)
    told = track_making(whole, rows)
    found = [making.quality for making in told.values() if making.quality is not None]
    assert len(found) == len(rows)
    assert all(0 < one.quality <= 1 for one in found)
    (joined,) = [making.quality for making in told.values() if making.pieces]
    assert joined == min(found, key=lambda one: one.quality)


def test_a_run_that_was_killed_joins_the_same(
    tmp_path: Path, clip: Clip, whole: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "CHUNK_FRAMES", 16)
    crew = partial(Unlucky, "SIGKILL", 130, once=tmp_path / "died")
    with fresh(tmp_path / "case", clip) as case:
        finish(index_source(case, 1, EVERYTHING, crew=crew))
        assert (tmp_path / "died").exists()
        assert everything(case) == everything(whole)
        assert rows_of(case) == rows_of(whole)


def test_a_case_of_an_earlier_version_knows_neither(whole: Case) -> None:
    rows = show_tracks(whole, 1, with_suppressed=True)
    found = whole.read(
        lambda cursor: pieces.making_of(cursor, [TrackId(rows[0].track_id + 900_000)])
    )
    (making,) = found.values()
    assert making.pieces == ()
    assert making.quality is None
