"""Areas, routes and circles take in who stands in them, and who sees into them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.geo import GeoPoint, distance_m, moved
from casefiles.types import Camera, CameraId, Placement
from mapview.layers import CameraMark, camera_marks
from mapview.selection import Plane, Region, cameras_in

MIDDLE = GeoPoint(43.1, -89.5)


def at(east_m: float, north_m: float, origin: GeoPoint = MIDDLE) -> tuple[float, float]:
    point = moved(origin, east_m=east_m, north_m=north_m)
    return point.lon, point.lat


def camera(
    name: str,
    east_m: float,
    north_m: float,
    *,
    heading: float | None = 0.0,
    origin: GeoPoint = MIDDLE,
) -> Camera:
    point = moved(origin, east_m=east_m, north_m=north_m)
    return Camera(CameraId(name), name, (Placement(point, heading, 60, 50),))


def marks(*cameras: Camera, wall_ns: int | None = None) -> tuple[CameraMark, ...]:
    return camera_marks(cameras, wall_ns=wall_ns)


SQUARE = Region("area", (at(-100, -100), at(100, -100), at(100, 100), at(-100, 100)))


def test_an_area_takes_in_who_stands_in_it_and_tells_apart_who_only_sees_it() -> None:
    found = cameras_in(
        marks(
            camera("in", 0, 0),
            camera("looks-in", 0, -130),
            camera("looks-away", 0, 130),
            camera("too-far", 0, -151),
        ),
        SQUARE,
    )
    assert (found.inside, found.seeing) == (("in",), ("looks-in",))


def test_a_freehand_line_that_crosses_itself_takes_in_both_its_loops() -> None:
    bow = Region("area", (at(-100, -50), at(100, 50), at(100, -50), at(-100, 50)))
    found = cameras_in(marks(camera("west", -70, 0), camera("east", 70, 0)), bow)
    assert found.inside == ("west", "east")


def test_a_route_reaches_half_its_width_to_both_sides_and_beyond_its_ends() -> None:
    route = Region("route", (at(0, 0), at(0, 500), at(400, 500)), 30)
    shown = marks(
        *(
            camera(f"{east},{north}", east, north, heading=180 if east > 31 else 270)
            for east, north in ((29, 250), (-29, 250), (-31, 250), (0, -29), (200, 529))
        )
    )
    found = cameras_in(shown, route)
    assert found.inside == ("29,250", "-29,250", "0,-29", "200,529")
    assert "-31,250" not in found.seeing


def test_a_circle_is_as_wide_in_every_direction() -> None:
    around = [camera(f"{n}", *place) for n, place in enumerate(((99, 0), (0, 99), (-70, -70)))]
    beyond = [camera("e", 151, 0, heading=90), camera("n", 0, 101, heading=0)]
    found = cameras_in(marks(*around, *beyond), Region("circle", (at(0, 0),), 100))
    assert found.inside == ("0", "1", "2")
    assert found.seeing == ()


def test_places_across_the_date_line_lie_together() -> None:
    origin = GeoPoint(-17.0, 179.9999)
    ring = tuple(at(e, n, origin) for e, n in ((-100, -100), (100, -100), (100, 100), (-100, 100)))
    found = cameras_in(
        marks(camera("east", 60, 0, origin=origin), camera("west", -60, 0, origin=origin)),
        Region("area", ring),
    )
    assert found.inside == ("east", "west")


def test_a_camera_that_stood_there_only_before_is_not_taken_in() -> None:
    there, elsewhere = camera("m", 0, 0).placements[0], camera("m", 5000, 0).placements[0]
    moved_away = Camera(
        CameraId("m"),
        "m",
        (
            Placement(there.point, 0, 60, 50, to_ns=100),
            Placement(elsewhere.point, 0, 60, 50, from_ns=100),
        ),
    )
    assert cameras_in(marks(moved_away, wall_ns=50), SQUARE).inside == ("m",)
    assert cameras_in(marks(moved_away, wall_ns=150), SQUARE).inside == ()


def test_a_car_on_its_way_counts_where_it_is_now() -> None:
    parked = camera("car", 5000, 0)
    away = marks(
        Camera(parked.camera_id, "car", (Placement(parked.placements[0].point, to_ns=1),)),
        wall_ns=2,
    )
    here, there = moved(MIDDLE, east_m=10, north_m=10), moved(MIDDLE, east_m=500, north_m=0)
    assert cameras_in(away, SQUARE, moving={parked.camera_id: here}).inside == ("car",)
    assert cameras_in(away, SQUARE, moving={parked.camera_id: there}).inside == ()


def test_no_camera_at_all_is_no_error() -> None:
    assert cameras_in((), SQUARE).inside == ()


@pytest.mark.parametrize("kind", ["route", "circle"])
@pytest.mark.parametrize("reach", [0.0, -1.0, float("nan")])
def test_a_reach_that_is_none_is_refused(kind: str, reach: float) -> None:
    with pytest.raises(ValueError, match="reach"):
        Region(kind, (at(0, 0), at(0, 9)), reach)  # type: ignore[arg-type]


def test_the_outline_of_a_closed_route_has_a_hole() -> None:
    corners = ((0, 0), (0, 500), (500, 500), (500, 0), (0, 0))
    rings = Region("route", tuple(at(*one) for one in corners), 20).outlines()
    assert len(rings) == 2


@given(
    lat=st.floats(-80, 80),
    lon=st.floats(-180, 180),
    east=st.floats(-4000, 4000),
    north=st.floats(-4000, 4000),
)
def test_metres_of_the_plane_are_metres_on_the_ground(
    lat: float, lon: float, east: float, north: float
) -> None:
    origin = GeoPoint(lat, lon)
    plane = Plane.around([(lon, lat)])
    ((back_lon, back_lat),) = plane.to_degrees([(east, north)]).tolist()
    away = moved(origin, east_m=east, north_m=north)
    assert distance_m(GeoPoint(back_lat, back_lon), away) < 0.01
    ((east_again, north_again),) = plane.to_metres([(back_lon, back_lat)]).tolist()
    assert east_again == pytest.approx(east, abs=1e-4)
    assert north_again == pytest.approx(north, abs=1e-4)
