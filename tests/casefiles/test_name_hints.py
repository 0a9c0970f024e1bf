"""Names of recordings: a camera or a time is read from them only where it can mean one thing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.types import Camera, CameraId
from casefiles.usecases.name_hints import CameraNames, TimeHint, time_hint
from video.clock import zone_of

ZONE = "-06:00"
CAMERAS = CameraNames([
    Camera(CameraId("harbor-west"), "Harbor Office, west lens", ()),
    Camera(CameraId("harbor-west-2"), "Spare", ()),
    Camera(CameraId("7"), "Crane Four", ()),
    Camera(CameraId("12"), "Mill", ()),
    Camera(CameraId("cam01"), "Łódź Café", ()),
    Camera(CameraId("a"), "B", ()),
])  # fmt: skip


def hint(name: str, *, zone: str = ZONE, duration_s: float = 60.0) -> TimeHint:
    return time_hint(Path(name), zone_of(zone), zone, duration_s=duration_s)


@pytest.mark.parametrize(
    ("path", "camera"),
    [
        ("harbor-west.mp4", "harbor-west"),
        ("20260302_HARBOR_West_172400.mp4", "harbor-west"),
        ("harborwest 3.mp4", "harbor-west"),
        ("harbor office west lens (1).mkv", "harbor-west"),
        ("harbor-west-2.mp4", "harbor-west-2"),
        ("export/harbor-west/0001.mp4", "harbor-west"),
        ("harbor-west/crane_four.mp4", "7"),
        ("cam7_20260302.mp4", "7"),
        ("Camera 07.mp4", "7"),
        ("CH12.mp4", "12"),
        ("cam1.mp4", "cam01"),
        ("ŁÓDŹ-CAFÉ.mp4", "cam01"),
        ("lodz.mp4", None),
        ("7.mp4", None),
        ("20260712.mp4", None),
        ("cam 1 2.mp4", "cam01"),
        ("cam123.mp4", None),
        ("a.mp4", None),
        ("portharborwest.mp4", None),
        ("one/two/three/four/harbor-west/x/y/z/clip.mp4", None),
        ("clip.mp4", None),
    ],
)
def test_camera_is_read_from_file_then_folders(path: str, camera: str | None) -> None:
    found = CAMERAS.hint(Path("/") / path)
    assert found.camera_id == camera
    assert bool(found.why) == (camera is not None)


def test_name_that_fits_two_cameras_chooses_none_and_says_so() -> None:
    found = CAMERAS.hint(Path("/x/harbor-west and crane four.mp4"))
    assert found.camera_id is None
    assert "7, harbor-west" in found.why


@pytest.mark.parametrize(
    "name",
    [
        "20260302_172400",
        "20260302172400",
        "20260302-172400",
        "20260302T172400",
        "2026-03-02 17-24-00",
        "2026-03-02_17.24.00",
        "2026_03_02_17_24_00",
        "2026-03-02T17:24:00",
        "20260302_172400.000",
        "20260302T232400Z",
        "1772493840000",
        "Recording 2026-03-02 at 17.24.00",
        "ch01_20260302172400_001",
        "cam_20260302_172400_20260302_172500",
    ],
)
def test_known_ways_to_write_one_moment(name: str) -> None:
    found = hint(f"{name}.mp4")
    assert found.start == datetime(2026, 3, 2, 23, 24, tzinfo=UTC), found
    assert found.basis.startswith("file name ")
    assert not found.doubt


def test_basis_says_text_and_zone() -> None:
    assert hint("x_20260302_172400.mp4").basis == "file name 20260302_172400, zone -06:00"
    assert hint("20260302T232400Z.mp4").basis == "file name 20260302T232400Z, zone UTC"
    assert "milliseconds" in hint("1772493840000.mp4").basis


@pytest.mark.parametrize(
    "name",
    [
        "clip", "2026", "20260302", "172400", "02-03-2026 17-24-00", "20261302_172400",
        "20260230_172400", "20260302_246000", "120260302172400", "202603021724001",
        "1772493840", "0000000000000", "9999999999999", "18000101_000000", "2026-03-02 5.24 PM",
    ],
)  # fmt: skip
def test_name_that_may_mean_something_else_tells_no_time(name: str) -> None:
    assert hint(f"{name}.mp4").start is None


def test_two_times_that_are_not_from_and_to_are_doubted() -> None:
    found = hint("20260302_172400_20260305_080000.mp4")
    assert (found.start, bool(found.doubt)) == (None, True)
    backwards = hint("20260302_172500_20260302_172400.mp4")
    assert backwards.start is None


@pytest.mark.parametrize("name", ["20261101_013000", "20260308_023000"])
def test_hour_that_clocks_repeat_or_skip_is_not_guessed(name: str) -> None:
    found = hint(f"{name}.mp4", zone="America/Chicago")
    assert found.start is None
    assert "America/Chicago" in found.doubt
    assert hint(f"{name}.mp4").start is not None


@given(
    moment=st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)),  # noqa: DTZ001
    form=st.sampled_from(["%Y%m%d_%H%M%S", "%Y-%m-%d %H-%M-%S", "%Y%m%d%H%M%S"]),
    hours=st.integers(-12, 14),
    around=st.sampled_from(["{}", "cam_{}", "{}_0001", "ch3-{}-x"]),
)
def test_written_moment_reads_back(moment: datetime, form: str, hours: int, around: str) -> None:
    zone = f"{'-' if hours < 0 else '+'}{abs(hours):02d}:00"
    found = hint(around.format(moment.strftime(form)) + ".mp4", zone=zone)
    expected = moment.replace(microsecond=0, tzinfo=zone_of(zone))
    assert found.start == expected
    assert found.start is not None
    assert found.start.utcoffset() == timedelta(hours=hours)
