"""The bundled town: files, clocks and pictures agree, and can be made again."""

import csv
import hashlib
import json
import math
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.geometry import Point, shape

from installer.make_demo_material import (
    CLIPS,
    SOURCE_FPS,
    Clip,
    Crop,
    MaterialError,
    crop_planes,
    footage_table,
    kept_frames,
    source_pictures,
    write_clip,
)
from resources.files import packaged
from resources.paths import shared_test_data
from video.clock import NS_PER_S, ClockOffset, wall_to_ns
from video.types import TimeNs

DEMO = packaged("demo")
FOOTAGE = tomllib.loads((DEMO / "footage.toml").read_text(encoding="utf-8"))
TOWN = json.loads((DEMO / "town.geojson").read_text(encoding="utf-8"))
BY_CAMERA = {clip.camera: clip for clip in CLIPS}
HALF_FRAME_NS = NS_PER_S // (2 * SOURCE_FPS)


def rows_of_cameras() -> list[dict[str, str]]:
    with (DEMO / "cameras.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def clock_of(camera: str, *, corrected: bool = True) -> ClockOffset:
    note = next(note for note in FOOTAGE["clip"] if note["camera"] == camera)
    offset_ns = round(note["offset_s"] * NS_PER_S) if corrected else 0
    return ClockOffset(wall_to_ns(note["recorded_start"]), offset_ns)


def pts_in_seconds(camera: str) -> list[Fraction]:
    with av.open(str(DEMO / BY_CAMERA[camera].file)) as container:
        stream = container.streams.video[0]
        base = stream.time_base
        assert base is not None
        return sorted(p.pts * base for p in container.demux(stream) if p.pts is not None)


def frames(path: Path) -> Iterator[av.VideoFrame]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        yield from container.decode(stream)


@cache
def shared_pixels(camera: str, other: str) -> dict[int, NDArray[np.uint8]]:
    """Brightness of what two cameras both see, by media time in ns, frame for frame."""
    own, second = BY_CAMERA[camera].crop, BY_CAMERA[other].crop
    left, top = max(own.left, second.left), max(own.top, second.top)
    right = min(own.left + own.width, second.left + second.width)
    bottom = min(own.top + own.height, second.top + second.height)
    pictures = {}
    for frame in frames(DEMO / BY_CAMERA[camera].file):
        assert frame.pts is not None
        assert frame.time_base is not None
        luma = np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)[: frame.height]
        seen = luma[top - own.top : bottom - own.top, left - own.left : right - own.left]
        pictures[round(frame.pts * frame.time_base * NS_PER_S)] = seen.copy()
    return pictures


def psnr_db(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    error = float(((first.astype(np.float64) - second) ** 2).mean())
    return 10 * math.log10(255**2 / max(error, 1e-9))


def likeness(first: str, second: str, *, corrected: bool) -> list[float]:
    """PSNR of the shared pixels at one wall time, for one frame in ten of `first`."""
    clock = clock_of(first, corrected=corrected)
    other_clock = clock_of(second, corrected=corrected)
    theirs = shared_pixels(second, first)
    values = []
    for media_ns, picture in list(shared_pixels(first, second).items())[::10]:
        there_ns = other_clock.to_media(clock.to_wall_ns(TimeNs(media_ns)))
        nearest = min(theirs, key=lambda candidate: abs(candidate - there_ns))
        if abs(nearest - there_ns) < HALF_FRAME_NS:
            values.append(psnr_db(picture, theirs[nearest]))
    return values


@pytest.mark.parametrize("note", FOOTAGE["clip"], ids=lambda note: str(note["camera"]))
def test_clip_has_the_hash_of_its_footage_note(note: dict[str, Any]) -> None:
    found = hashlib.sha256((DEMO / note["file"]).read_bytes()).hexdigest()
    assert found == note["sha256"]


def test_demo_folder_stays_under_fifteen_megabytes() -> None:
    assert sum(path.stat().st_size for path in DEMO.iterdir()) < 15_000_000


def test_footage_notes_are_what_the_maker_writes() -> None:
    written = tomllib.loads(footage_table(CLIPS, [note["sha256"] for note in FOOTAGE["clip"]]))
    assert written["clip"] == FOOTAGE["clip"]


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.camera)
def test_clip_shows_the_kept_frames_at_their_true_times(clip: Clip) -> None:
    wanted = [Fraction(number - clip.first, SOURCE_FPS) for number in kept_frames(clip)]
    found = pts_in_seconds(clip.camera)
    assert len(found) == len(wanted)
    # Matroska counts in milliseconds.
    assert all(abs(a - b) <= Fraction(1, 2000) for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("camera", ["harbor-west", "harbor-east", "market-gate"])
def test_constant_clips_have_one_interval(camera: str) -> None:
    times = pts_in_seconds(camera)
    assert {b - a for a, b in pairwise(times)} == {Fraction(1, SOURCE_FPS)}


def test_ferry_stairs_has_a_variable_rate_and_one_gap_of_four_seconds() -> None:
    times = pts_in_seconds("ferry-stairs")
    steps = [float(b - a) for a, b in pairwise(times)]
    assert [step for step in steps if step > 0.5] == [4.0]
    for frames_apart in (1, 2, 3):
        share = sum(abs(step - frames_apart / SOURCE_FPS) < 0.002 for step in steps) / len(steps)
        assert share > 0.05


def test_only_market_gate_presents_frames_in_another_order_than_it_stores_them() -> None:
    reordered = set()
    for clip in CLIPS:
        with av.open(str(DEMO / clip.file)) as container:
            stored = [p.pts for p in container.demux(video=0) if p.pts is not None]
        if stored != sorted(stored):
            reordered.add(clip.camera)
    assert reordered == {"market-gate"}


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.camera)
def test_a_keyframe_comes_at_least_every_thirty_frames(clip: Clip) -> None:
    with av.open(str(DEMO / clip.file)) as container:
        keys = [p.is_keyframe for p in container.demux(video=0) if p.pts is not None]
    at = [number for number, is_key in enumerate(keys) if is_key]
    assert at[0] == 0
    assert max(b - a for a, b in zip(at, [*at[1:], len(keys)], strict=True)) <= 30


def test_only_harbor_west_claims_its_start_and_claims_it_rightly() -> None:
    claims = {}
    for clip in CLIPS:
        with av.open(str(DEMO / clip.file)) as container:
            if "creation_time" in container.metadata:
                claims[clip.camera] = datetime.fromisoformat(container.metadata["creation_time"])
    assert claims == {"harbor-west": BY_CAMERA["harbor-west"].recorded_start.astimezone(UTC)}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("harbor-west", "harbor-east"),
        ("harbor-west", "market-gate"),
        ("harbor-east", "ferry-stairs"),
    ],
)
def test_shared_pixels_agree_at_the_same_corrected_wall_time(first: str, second: str) -> None:
    values = likeness(first, second, corrected=True)
    assert len(values) > 15
    assert min(values) > 25


def test_shared_pixels_disagree_while_the_clocks_are_not_corrected() -> None:
    values = likeness("harbor-west", "harbor-east", corrected=False)
    assert len(values) > 15
    assert float(np.median(values)) < 25


def test_ferry_stairs_and_market_gate_share_no_pixel() -> None:
    market, ferry = BY_CAMERA["market-gate"].crop, BY_CAMERA["ferry-stairs"].crop
    assert market.left + market.width <= ferry.left


def test_footage_cameras_stand_in_the_camera_table_when_they_recorded() -> None:
    for note in FOOTAGE["clip"]:
        row = next(row for row in rows_of_cameras() if row["id"] == note["camera"])
        assert datetime.fromisoformat(row["from"]) < note["recorded_start"]
        assert row["to"] == ""


def test_camera_table_parses_and_its_values_are_in_range() -> None:
    rows = rows_of_cameras()
    heading = "id,name,lat,lon,heading_deg,fov_deg,range_m,from,to,kind,notes"
    assert ",".join(rows[0]) == heading
    west, south, east, north = TOWN["bbox"]
    for row in rows:
        assert south < float(row["lat"]) < north
        assert west < float(row["lon"]) < east
        assert 0 <= float(row["heading_deg"]) < 360
        assert 0 < float(row["fov_deg"]) < 180
        assert 0 < float(row["range_m"]) <= 500
        assert row["kind"] in {"fixed", "ptz", "trailer"}
        assert datetime.fromisoformat(row["from"]).utcoffset() == timedelta(hours=-6)


def test_only_the_trailer_has_two_placements_and_they_do_not_overlap() -> None:
    rows = rows_of_cameras()
    ids = [row["id"] for row in rows]
    assert {name for name in ids if ids.count(name) > 1} == {"trailer-2"}
    assert len(set(ids)) == 12
    first, second = (row for row in rows if row["id"] == "trailer-2")
    assert datetime.fromisoformat(first["to"]) < datetime.fromisoformat(second["from"])


def test_the_four_cameras_look_into_lantern_square() -> None:
    square = next(f for f in TOWN["features"] if f["properties"]["name"] == "Lantern Square")
    ground = shape(square["geometry"])
    for row in rows_of_cameras():
        if row["id"] not in BY_CAMERA:
            continue
        lat, bearing = float(row["lat"]), math.radians(float(row["heading_deg"]))
        north_deg = 30 * math.cos(bearing) / 111_000
        east_deg = 30 * math.sin(bearing) / (111_000 * math.cos(math.radians(lat)))
        assert ground.contains(Point(float(row["lon"]) + east_deg, lat + north_deg)), row["id"]


def test_town_is_a_feature_collection_without_forbidden_members() -> None:
    assert TOWN["type"] == "FeatureCollection"
    # RFC 7946, 7.1.
    assert not {"geometry", "properties", "coordinates", "geometries"} & set(TOWN)
    assert "made-up" in TOWN["features"][0]["properties"]["note"]


def test_town_names_are_unique_and_streets_are_many() -> None:
    names = [feature["properties"]["name"] for feature in TOWN["features"]]
    assert len(set(names)) == len(names)
    kinds = [feature["geometry"]["type"] for feature in TOWN["features"]]
    assert kinds.count("LineString") == 25


def test_town_geometry_is_valid_and_inside_its_box() -> None:
    west, south, east, north = TOWN["bbox"]
    # Open water: the nearest land, Corvo in the Azores, is more than 90 km away.
    assert -30.1 < west < east < -29.9
    assert 39.9 < south < north < 40.1
    for feature in TOWN["features"]:
        geometry = shape(feature["geometry"])
        assert geometry.is_valid
        assert geometry.is_simple
        left, bottom, right, top = geometry.bounds
        assert west <= left <= right <= east
        assert south <= bottom <= top <= north


def test_town_rings_are_closed_and_wound_by_the_right_hand_rule() -> None:
    polygons = [f["geometry"] for f in TOWN["features"] if f["geometry"]["type"] == "Polygon"]
    assert any(len(polygon["coordinates"]) > 1 for polygon in polygons)
    for polygon in polygons:
        outer, *holes = (np.asarray(ring) for ring in polygon["coordinates"])
        for ring, sign in [(outer, 1), *((hole, -1) for hole in holes)]:
            assert (ring[0] == ring[-1]).all()
            x, y = (ring - ring[0]).T
            assert sign * float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) > 0


def a_clip(**changes: Any) -> Clip:
    plain: dict[str, Any] = {
        "file": "a.mp4",
        "camera": "a",
        "crop": Crop(0, 0, 16, 16),
        "first": 0,
        "stop": 400,
        "offset_s": Fraction(0),
        "evidence": "",
    }
    return Clip(**(plain | changes))


def test_without_drops_every_frame_is_kept() -> None:
    assert kept_frames(a_clip(first=7, stop=21)) == tuple(range(7, 21))


@given(
    first=st.integers(0, 20).map(lambda second: second * SOURCE_FPS),
    length=st.integers(60, 250),
    share=st.floats(0, 0.9),
    gap_at=st.integers(1, 30),
    gap_length=st.integers(4, 28),
)
def test_kept_frames_hold_the_ends_the_gap_and_no_second_gap(
    first: int, length: int, share: float, gap_at: int, gap_length: int
) -> None:
    gap = (first + gap_at, first + gap_at + gap_length)
    clip = a_clip(first=first, stop=first + length, drop_share=share, gap=gap)
    kept = kept_frames(clip)
    assert kept == kept_frames(clip)
    assert (kept[0], kept[-1]) == (clip.first, clip.stop - 1)
    steps = {(a, b) for a, b in pairwise(kept) if b - a > 3}
    assert steps == {gap}


def test_dropped_frames_come_near_the_wanted_share() -> None:
    kept = kept_frames(a_clip(drop_share=0.3))
    assert 0.2 < 1 - len(kept) / 400 < 0.35


@given(
    left=st.integers(0, 12).map(lambda n: 2 * n),
    top=st.integers(0, 12).map(lambda n: 2 * n),
    width=st.integers(1, 8).map(lambda n: 2 * n),
    height=st.integers(1, 4).map(lambda n: 4 * n),
)
def test_cropped_planes_hold_the_same_samples(left: int, top: int, width: int, height: int) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (60, 40), dtype=np.uint8)
    cropped = crop_planes(picture, Crop(left, top, width, height))

    def planes(p: NDArray[np.uint8], w: int, h: int) -> tuple[NDArray[np.uint8], ...]:
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(p), format="yuv420p")
        return tuple(
            np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[
                :, : plane.width
            ]
            for plane in frame.planes
        )

    for step, whole, part in zip(
        (1, 2, 2), planes(picture, 40, 40), planes(cropped, width, height), strict=True
    ):
        rows = slice(top // step, (top + height) // step)
        columns = slice(left // step, (left + width) // step)
        assert (whole[rows, columns] == part).all()


def test_a_crop_outside_the_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="leaves a picture of 40x40"):
        crop_planes(np.zeros((60, 40), np.uint8), Crop(32, 0, 16, 16))


@pytest.mark.parametrize(
    "changes", [{"stop": 401}, {"first": 400}, {"first": 3}], ids=["end", "empty", "half second"]
)
def test_a_clip_that_cannot_be_told_exactly_is_refused(changes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"a\.mp4"):
        a_clip(**changes)


def test_other_footage_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "vtest.avi"
    other.write_bytes(b"RIFF")
    with pytest.raises(MaterialError, match=r"is not the vtest\.avi"):
        next(source_pictures(other))


def test_making_a_clip_again_gives_the_same_pictures(tmp_path: Path) -> None:
    source = shared_test_data() / "data" / "video" / "vtest.avi"
    if not source.is_file():
        pytest.skip("the shared test data lacks vtest.avi")
    if FOOTAGE["encoder"] != tomllib.loads(footage_table((), ()))["encoder"]:
        pytest.skip(f"the clips were encoded with {FOOTAGE['encoder']}")
    clip = BY_CAMERA["market-gate"]
    write_clip(source, clip, tmp_path / clip.file)
    again, bundled = frames(tmp_path / clip.file), frames(DEMO / clip.file)
    for ours, theirs in zip(again, bundled, strict=True):
        assert (ours.to_ndarray() == theirs.to_ndarray()).all()
