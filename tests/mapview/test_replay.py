"""Tracks of a synopsis on the ground: roughly where they were, and when that is shown."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from casefiles.fixes import Fixes
from casefiles.geo import GeoPoint, bearing_deg, distance_m
from casefiles.synopsis_types import (
    Measures,
    Stage,
    StagePlan,
    Synopsis,
    SynopsisCoverage,
    SynopsisOptions,
)
from casefiles.types import Camera, CameraId, CaseHeader, Placement, SourceId, TrackId
from casefiles.usecases.map_synopsis import (
    NEAR_SHARE,
    MapSynopsis,
    ground_places,
    map_synopsis,
    tracks_of,
)
from casefiles.view_types import CaseView
from mapview.replay import TRAIL_NS, Replay
from video.synopsis.types import Schedule, TubeFrames, Unit

S = 10**9
START = 1_772_493_840 * S
"""2026-03-02T17:24:00-06:00."""
SIZE = (640, 480)
HERE = GeoPoint(40.0, -90.0)
EAST = Camera(CameraId("east"), "East", (Placement(HERE, 90, 60, 40),))
LOST = Camera(CameraId("lost"), "Lost", (Placement(HERE),))


def box(x: float, foot: float) -> list[float]:
    return [x - 20, foot - 90, x + 20, foot]


def place(camera: Camera, x: float, foot: float) -> tuple[float, float]:
    """Distance and bearing from where the camera stands."""
    found = ground_places(camera, SIZE, np.array([box(x, foot)]))
    assert found.is_rough
    there = GeoPoint(float(found.lonlat[0, 1]), float(found.lonlat[0, 0]))
    return distance_m(HERE, there), bearing_deg(HERE, there)


@pytest.mark.parametrize(
    ("x", "foot", "away_m", "bearing"),
    [
        (320, 480, 40 * NEAR_SHARE, 90),
        (320, 0, 40, 90),
        (0, 240, 40 / 3, 60),
        (640, 240, 40 / 3, 120),
        # A pinhole: a quarter of the width is less than a quarter of the angle from its middle.
        (480, 240, 40 / 3, 90 + math.degrees(math.atan(0.5 * math.tan(math.radians(30))))),
        # Feet below the picture are at its edge, not behind the camera.
        (320, 900, 40 * NEAR_SHARE, 90),
    ],
)
def test_where_the_feet_are_in_the_picture_says_roughly_where_somebody_stood(
    x: float, foot: float, away_m: float, bearing: float
) -> None:
    found = place(EAST, x, foot)
    assert found[0] == pytest.approx(away_m, rel=0.01)
    assert found[1] == pytest.approx(bearing, abs=0.1)


def test_without_a_heading_the_place_is_the_cameras_own_and_is_called_so() -> None:
    found = ground_places(LOST, SIZE, np.array([box(10, 100), box(600, 400)]))
    assert found.around.all()
    assert found.lonlat.tolist() == [[-90.0, 40.0]] * 2


def test_the_placement_of_the_time_counts_and_where_there_is_none_there_is_no_place() -> None:
    other = GeoPoint(41.0, -90.0)
    moved = Camera(
        CameraId("m"), "M",
        (Placement(HERE, to_ns=START), Placement(other, 0, 60, 40, from_ns=START + 10 * S)),
    )  # fmt: skip
    boxes = np.array([box(320, 480)] * 3)
    found = ground_places(moved, SIZE, boxes, np.array([START - S, START + S, START + 11 * S]))
    assert found.lonlat[0].tolist() == [-90.0, 40.0]
    assert np.isnan(found.lonlat[1]).all()
    assert found.lonlat[2, 1] > 41
    assert found.around.tolist() == [True, True, False]


def test_a_camera_on_the_move_is_where_it_was_then() -> None:
    fixes = Fixes(
        np.array([START, START + 10 * S]), np.array([40.0, 40.0]), np.array([179.9, -179.9]),
        np.array([np.nan, np.nan]),
    )  # fmt: skip
    found = ground_places(
        EAST, SIZE, np.array([box(320, 480)] * 2), np.array([START + 5 * S, START + 99 * S]), fixes
    )
    # The shorter way round the world.
    assert abs(found.lonlat[0, 0]) == pytest.approx(180.0)
    assert found.around.tolist() == [True, False]


# -- replay


def tube(number: int, from_s: float, xs: NDArray[np.float64], step_s: float = 0.1) -> TubeFrames:
    count = len(xs)
    boxes = np.array([box(x, 240) for x in xs]).astype(np.int32)
    zeros = np.zeros(count, np.int32)
    times = START + np.round((from_s + np.arange(count) * step_s) * S).astype(np.int64)
    return TubeFrames(number, times, boxes, zeros, zeros.astype(np.int64), zeros)


def stage(camera: str | None, *tubes: TubeFrames, title: str = "") -> Stage:
    return Stage(
        title or str(camera), None if camera is None else CameraId(camera), SIZE, True, (), (),
        tubes, {TrackId(one.tube): SourceId(1) for one in tubes},
    )  # fmt: skip


def synopsis(*stages: Stage, starts_s: float = 0, speed: int = 1, piece: int = 0) -> Synopsis:
    """Every tube a unit of its own, all beginning at once."""
    parts = []
    for one in stages:
        units = tuple(
            Unit(
                (index,),
                np.array([[t.time_ns[0], 0], [t.time_ns[-1], np.ptp(t.time_ns) // speed]]),
                piece, piece + 1,
            )
            for index, t in enumerate(one.tubes)
        )  # fmt: skip
        starts = np.full(len(units), round(starts_s * S), np.int64)
        parts.append(StagePlan(one, units, Schedule(starts, 60 * S)))
    return Synopsis(
        SynopsisOptions(), "", tuple(parts), Measures(1, 1, 1, 0, 0),
        SynopsisCoverage(1, 1), 60 * S,
    )  # fmt: skip


def view(*cameras: Camera) -> CaseView:
    header = CaseHeader("0", "1", "t", False, 0, "tester", "test")
    return CaseView(header, (), cameras, {}, (), (), "-06:00")


def on_map(made: Synopsis, *cameras: Camera) -> MapSynopsis:
    return map_synopsis(made, view(*cameras), {})


ACROSS = np.linspace(0, 640, 101)
"""Ten seconds across the picture."""


def test_tracks_of_several_cameras_are_shown_together_at_their_recorded_times() -> None:
    made = synopsis(
        stage("east", tube(1, 0, ACROSS)), stage("lost", tube(2, 3600, ACROSS)), starts_s=5
    )
    replay = Replay(on_map(made, EAST, LOST))
    assert replay.at("show", 4 * S) == ()
    first, second = replay.at("show", 10 * S)
    assert (first.words, second.words) == ("17:24:05", "18:24:05")
    assert (first.track.colour, second.track.colour) == (0, 1)
    assert (first.track.around, second.track.around) == (False, True)
    assert replay.about.around == ("Lost",)
    assert first.wall_ns == START + 5 * S
    assert replay.at("show", 16 * S) == ()


def test_the_trail_is_the_way_of_the_last_seconds_and_ends_at_the_dot() -> None:
    replay = Replay(on_map(synopsis(stage("east", tube(1, 0, ACROSS))), EAST))
    (early,), (late,) = replay.at("show", 1 * S), replay.at("show", 9 * S)
    assert len(early.trail) < len(late.trail)
    assert late.share[-1] == 1.0
    assert late.share[0] == pytest.approx(0.0)
    assert (np.diff(late.share) > 0).all()
    # Looking east, what goes to the right in the picture goes south.
    assert (np.diff(late.trail[:, 1]) < 0).all()
    (earlier,) = replay.at("show", 9 * S - TRAIL_NS)
    assert late.trail[0] == pytest.approx(earlier.trail[-1], abs=0.02)


def test_held_stays_pass_faster_and_pieces_say_which_they_are() -> None:
    made = synopsis(stage("east", tube(1, 0, ACROSS)), speed=5, piece=1)
    (dot,) = Replay(on_map(made, EAST)).at("show", 1 * S)
    assert dot.words == "17:24:05 x5 2/2"


def test_in_true_time_each_is_shown_when_it_was_there() -> None:
    made = synopsis(stage("east", tube(1, 0, ACROSS), tube(2, 3600, ACROSS)))
    replay = Replay(on_map(made, EAST))
    assert len(replay.at("show", 5 * S)) == 2
    assert [dot.track.track_id for dot in replay.at("true", START + 3605 * S)] == [2]
    assert replay.at("true", START + 1800 * S) == ()
    assert replay.span == (START, START + 3610 * S)


def test_what_has_no_place_is_named() -> None:
    nowhere = Camera(CameraId("nowhere"), "Nowhere", ())
    made = synopsis(
        stage("nowhere", tube(1, 0, ACROSS), title="Nowhere"),
        stage(None, tube(2, 0, ACROSS), title="clip.mp4"),
        stage("east", tube(3, 0, ACROSS)),
    )
    about = on_map(made, EAST, nowhere)
    assert about.not_on_map == ("Nowhere", "clip.mp4")
    assert [track.track_id for track in about.tracks] == [3]
    assert tracks_of(made) == (1, 2, 3)
    assert tracks_of(made, camera_id="east") == (3,)
    assert tracks_of(made, source_id=2) == ()
    assert Replay(on_map(synopsis(), EAST)).at("show", 0) == ()


def test_who_was_away_for_a_while_is_not_shown_going_there() -> None:
    whole = tube(1, 0, ACROSS)
    kept = np.r_[0:20, 80:101]
    gone = TubeFrames(
        1, whole.time_ns[kept], whole.boxes[kept], whole.pixels[kept], whole.at[kept],
        whole.length[kept],
    )  # fmt: skip
    replay = Replay(on_map(synopsis(stage("east", gone)), EAST))
    assert len(replay.at("show", 1 * S)) == 1
    assert replay.at("show", 5 * S) == ()
    (back,) = replay.at("show", 9 * S)
    ways = np.hypot(*np.diff(back.trail, axis=0).T)
    assert ways.max() < 1.0


def test_the_date_is_said_where_the_synopsis_spans_days() -> None:
    made = synopsis(stage("east", tube(1, 0, ACROSS), tube(2, 86_400, ACROSS)))
    words = {dot.words for dot in Replay(on_map(made, EAST)).at("show", 5 * S)}
    assert words == {"2026-03-02 17:24:05", "2026-03-03 17:24:05"}
