"""Names as makers of recorders write them: each family with golden names."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from casefiles.types import Camera, CameraId
from casefiles.usecases.name_hints import ZONE_NOT_STATED, CameraNames, TimeHint, time_hint
from casefiles.usecases.name_rules import FOLDER_DATE, RULES, read_name
from video.clock import zone_of

ZONE = "-06:00"
LOCAL = datetime(2026, 3, 2, 20, 5, 11, tzinfo=UTC)
"""14:05:11 in the zone of the case."""
AT_UTC = datetime(2026, 3, 2, 14, 5, 11, tzinfo=UTC)
GOLDEN = [
    ("NVR_ch3_main_20260302140511_20260302141011.dav", "Dahua-type NVR", LOCAL, "channel 3"),
    ("NVR_ch12_sub_20260302140511_20260302141011.mp4", "Dahua-type NVR", LOCAL, "channel 12"),
    ("store/2026/03/02/14/0511-01AF02GX.ps", "exacqVision store", LOCAL, "device 02"),
    ("2026/03/02/14/051101AF0211.psi", "exacqVision store", LOCAL, "device 02"),
    (
        "00:1A:2B:3C:4D:5E/2026-03-02/1772460311.mp4", "Cloudvue gateway", AT_UTC,
        "MAC 00:1A:2B:3C:4D:5E",
    ),
    ("001a2b3c4d5e/2026-03-02/1772460311.mp4", "Cloudvue gateway", AT_UTC, "MAC 001a2b3c4d5e"),
    (
        "NVR_MEDIA_Gate_20260302_140511_20260302_141011.avi", "Canon NVR", AT_UTC,
        "camera Gate",
    ),
    ("NVR_MPEG4_c_1_20260302_140511_20260302_141011.mov", "Canon NVR", AT_UTC, "camera c_1"),
    ("20260302-140511-141011_192.0.2.7-CH4.avi", "Brickcom", LOCAL, "channel 4"),
    ("H20260302-140511PNA2P0.avi", "vehicle recorder", LOCAL, "channel 2"),
    ("H20260302-140511N3N4P0.AVI", "vehicle recorder", LOCAL, "channel 4"),
    ("20260302/140511C03M.DSF", "DIGIOP", LOCAL, "camera C03"),
    ("2026-03-02/140511.mp4", "folder date", LOCAL, ""),
    ("20260302/14-05-11.mp4", "folder date", LOCAL, ""),
    ("2026-03-02/gate/cam3_140511_x.mkv", "folder date", LOCAL, ""),
]  # fmt: skip


def hint(path: str, *, zone: str = ZONE, duration_s: float = 300.0) -> TimeHint:
    return time_hint(Path("/media/stick") / path, zone_of(zone), zone, duration_s=duration_s)


@pytest.mark.parametrize(("path", "family", "start", "device"), GOLDEN)
def test_names_of_each_family(path: str, family: str, start: datetime, device: str) -> None:
    found = hint(path)
    assert found.start == start, found
    assert found.device == device
    assert (ZONE_NOT_STATED in found.notes) == (start is LOCAL)
    reading = read_name(Path(path)) or read_name(Path(path), (FOLDER_DATE,))
    assert reading is not None
    assert reading.rule.family == family
    assert reading.rule is FOLDER_DATE or family in found.basis


def test_every_rule_has_golden_names() -> None:
    assert {rule.family for rule in (*RULES, FOLDER_DATE)} == {family for _, family, *_ in GOLDEN}


@pytest.mark.parametrize(
    "path",
    [
        "NVR_ch3_main_20261302140511_20261302141011.dav",
        "2026/13/02/14/0511-01AF02GX.ps",
        "20260302/990511C03M.DSF",
        "2026-02-30/140511.mp4",
        "2026-03-02/1405111.mp4",
        "2026-03-02/part 3.mp4",
        "140511.mp4",
    ],
)
def test_digits_that_are_no_time_tell_none(path: str) -> None:
    assert hint(path).start is None


def test_end_in_the_name_is_held_against_the_length() -> None:
    name = "NVR_ch3_main_20260302140511_20260302141011.dav"
    assert not any("footage" in note for note in hint(name).notes)
    (note, _) = hint(name, duration_s=100).notes
    assert "300 s" in note
    assert "100 s" in note
    past_midnight = hint("20260302-235900-000100_192.0.2.7-CH4.avi", duration_s=120)
    assert past_midnight.notes == (ZONE_NOT_STATED,)


@pytest.mark.parametrize(
    "path", ["NVR_ch3_main_20261101013000_20261101013500.dav", "2026-11-01/013000.mp4"]
)
def test_hour_that_happens_twice_is_offered_twice(path: str) -> None:
    found = hint(path, zone="America/Chicago")
    assert found.start is None
    assert [one.utcoffset() for one in found.choices] == [
        timedelta(hours=-5), timedelta(hours=-6),
    ]  # fmt: skip
    assert "skip or repeat" in found.doubt
    assert found.choices[1] - found.choices[0] == timedelta(hours=1)


def test_camera_that_the_recorder_names_comes_first() -> None:
    cameras = CameraNames([Camera(CameraId("2"), "Bus, front", ()),
                           Camera(CameraId("gate"), "Gate", ())])  # fmt: skip
    path = Path("/in/gate/H20260302-140511PNA2P0.avi")
    assert cameras.hint(path, "channel 2").camera_id == "2"
    assert cameras.hint(path, "channel 7").camera_id == "gate"
    assert "channel 7" in cameras.hint(Path("/in/x.avi"), "channel 7").why
