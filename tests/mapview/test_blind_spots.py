"""What no camera has in view: streets by length, else ground."""

import json
import math

import numpy as np
import pytest

from casefiles.calibration_types import Calibration, CalibrationId
from casefiles.geo import GeoPoint, moved, view_polygon
from casefiles.types import Camera, CameraId, Placement
from mapview.basemap import BaseMap, parse_base_map
from mapview.blind_spots import blind_spots
from mapview.layers import camera_marks, reach, seen_by, view_cone
from mapview.projection import to_mercator

_HERE = GeoPoint(40.0, -30.0)


def _street(*east_m: float, kind: str = "street") -> BaseMap:
    """A street from west to east through `_HERE`."""
    places = [moved(_HERE, east_m=east, north_m=0) for east in east_m]
    line = [[place.lon, place.lat] for place in places]
    return parse_base_map(
        json.dumps(
            {
                "type": "Feature",
                "properties": {"kind": kind, "name": "Long Street"},
                "geometry": {"type": "LineString", "coordinates": line},
            }
        )
    )


def _view(range_m: float, east_m: float = 0.0) -> np.ndarray:
    """A camera that sees all around."""
    at = moved(_HERE, east_m=east_m, north_m=0)
    return to_mercator(view_polygon(at, None, None, range_m))


def test_street_in_view_is_measured_on_the_ground() -> None:
    found = blind_spots([_street(-500, 500)], [_view(50)], reach_m=100)
    # 100 m either side of a circle of 50 m; pieces are 4 m long.
    assert found.street_m == pytest.approx(300, abs=8)
    assert found.seen_m == pytest.approx(100, abs=8)
    assert found.share == pytest.approx(1 / 3, abs=0.03)
    assert len(found.unseen) == 2


def test_two_views_of_the_same_street_count_once() -> None:
    one = blind_spots([_street(-500, 500)], [_view(50)])
    both = blind_spots([_street(-500, 500)], [_view(50), _view(50)])
    assert both.seen_m == one.seen_m
    assert both.cameras == 2


def test_an_area_takes_the_place_of_what_lies_around_the_cameras() -> None:
    corners = [
        moved(_HERE, east_m=east, north_m=north)
        for east, north in ((-400, -20), (400, -20), (400, 20), (-400, 20))
    ]
    area = to_mercator([(one.lon, one.lat) for one in corners])
    found = blind_spots([_street(-500, 500)], [_view(50)], area=area)
    assert found.street_m == pytest.approx(800, abs=8)
    assert found.seen_m == pytest.approx(100, abs=8)
    without = blind_spots([_street(-500, 500)], [], area=area)
    assert without.share == 0


def test_runs_are_not_joined_over_a_piece_in_view_nor_from_street_to_street() -> None:
    maps = [_street(-90, 90), _street(-90, 90, kind="lane")]
    found = blind_spots(maps, [_view(20)])
    assert len(found.unseen) == 4
    lengths = [float(np.hypot(*(run[-1] - run[0]))) for run in found.unseen]
    assert max(lengths) < 80 / math.cos(math.radians(40)) + 8


def test_water_and_borders_are_no_streets_and_ground_is_judged_instead() -> None:
    found = blind_spots([_street(-500, 500, kind="canal")], [_view(50)], reach_m=50)
    assert not found.has_streets
    # A circle of 50 m within one of 100 m.
    assert found.share == pytest.approx(0.25, abs=0.02)
    assert found.ground_m2 == pytest.approx(math.pi * 100**2, rel=0.05)
    assert found.areas


def test_no_camera_and_no_area_is_no_answer() -> None:
    assert blind_spots([_street(-500, 500)], []).share is None


def test_an_outline_that_crosses_itself_is_taken_as_it_can_be() -> None:
    bow = _view(50)[[0, 30, 5, 40]]
    assert blind_spots([_street(-500, 500)], [bow]).street_m > 0


def test_a_calibrated_camera_sees_what_its_calibration_says_by_placement() -> None:
    # A picture of 100 × 100 px, a pixel 0.2 m, north at its top, its lower left at the origin.
    to_image = (5.0, 0.0, 0.0, 0.0, -5.0, 100.0, 0.0, 0.0, 1.0)
    made = Calibration(
        CameraId("c"), (100, 100), to_image, (0.0,) * 81, origin=_HERE, placement_from_ns=10,
        calibration_id=CalibrationId(1),
    )  # fmt: skip
    camera = Camera(
        CameraId("c"), "C",
        (Placement(_HERE, 0, 60, 50, to_ns=10), Placement(_HERE, 0, None, 50, from_ns=10)),
    )  # fmt: skip
    seen = seen_by([made])
    old, new = camera_marks([camera], wall_ns=5, seen=seen)
    assert (old.seen, old.coming, new.coming) == ((), False, True)
    assert not new.is_assumed
    cone = view_cone(new)
    corner = moved(_HERE, east_m=20, north_m=20)
    ((right, top),) = to_mercator([(corner.lon, corner.lat)]).tolist()
    assert cone.max(axis=0).tolist() == pytest.approx([right, top], abs=0.05)
    assert np.array(reach(new)).max(axis=0).tolist() == pytest.approx([right, top], abs=0.05)
