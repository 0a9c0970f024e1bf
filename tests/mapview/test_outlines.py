"""State and county outlines: TopoJSON is read as it is specified, each border is drawn once."""

from typing import Any

import numpy as np
import pytest

from casefiles.geo import GeoPoint
from mapview.outlines import MAINLAND, Outlines, outlines_of, read_outlines
from mapview.projection import project, unproject
from mapview.topojson import read_topology
from resources.errors import UserError

# Two counties of one state side by side, a third of another state beside them:
#   +---+---+---+      arcs: 0 left half of A, 1 A|B, 2 upper and lower side of B,
#   | A | B | C |            4 B|C, 3 the right half of C
#   +---+---+---+
TOPOLOGY: dict[str, Any] = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.5], "translate": [-100, 40]},
    "arcs": [
        [[2, 2], [-2, 0], [0, -2], [2, 0]],
        [[2, 0], [0, 2]],
        [[2, 2], [2, 0]],
        [[4, 2], [2, 0], [0, -2], [-2, 0]],
        [[4, 2], [0, -2]],
        [[4, 0], [-2, 0]],
    ],
    "objects": {
        "counties": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "01001", "arcs": [[0, 1]], "properties": {"name": "A"}},
                {"type": "Polygon", "id": "01003", "arcs": [[2, 4, 5, 1]],
                 "properties": {"name": "B"}},
                {"type": "MultiPolygon", "id": "02001", "arcs": [[[3, -5]]],
                 "properties": {"name": "C"}},
                {"type": None},
            ],
        },
        "states": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "01", "arcs": [[0, -6, -5, -3]],
                 "properties": {"name": "West"}},
                {"type": "Polygon", "id": "02", "arcs": [[3, -5]], "properties": {"name": "East"}},
            ],
        },
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def whole() -> Outlines:
    return read_outlines()


def test_steps_become_degrees_and_a_negative_number_walks_an_arc_backwards() -> None:
    topology = read_topology(TOPOLOGY)
    np.testing.assert_allclose(topology.arcs[1], [(-99, 40), (-99, 41)])
    (east,) = topology.objects["states"][1].rings
    ring = topology.ring(east)
    np.testing.assert_allclose(ring, [(-98, 41), (-97, 41), (-97, 40), (-98, 40), (-98, 41)])


def test_each_border_is_there_once_and_knows_what_it_parts() -> None:
    borders = outlines_of(read_topology(TOPOLOGY)).borders
    assert sorted(border.kind for border in borders) == [
        "coast", "coast", "coast", "coast", "county", "state",
    ]  # fmt: skip


def test_names_stand_in_the_middle_of_their_area_states_first() -> None:
    names = outlines_of(read_topology(TOPOLOGY)).names
    assert [name.name for name in names[:2]] == ["West", "East"]
    east = unproject(names[1].x, names[1].y)
    assert (east.lon, east.lat) == pytest.approx((-97.5, 40.5), abs=0.01)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "FeatureCollection"},
        {"arcs": [[[0, 0]]]},
        {"arcs": None},
        {"arcs": []},
        {"transform": {}},
        {"objects": {"states": {"type": "Polygon", "arcs": [[99]]}}},
        {"objects": {"states": {"type": "Polygon", "arcs": [[]]}}},
        {"objects": []},
    ],
)
def test_what_is_no_topology_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="not TopoJSON"):
        read_topology({**TOPOLOGY, **change})


def test_the_packaged_outlines_have_every_state_and_put_a_county_where_it_is(
    whole: Outlines,
) -> None:
    states = {name.name for name in whole.names if name.kind == "state"}
    assert {"California", "Alaska", "Hawaii", "District of Columbia", "Puerto Rico"} <= states
    assert len(states) == 56
    (county,) = [name for name in whole.names if name.name == "Santa Cruz" and name.x < -13.4e6]
    x, y = project(GeoPoint(37.03, -122.0))
    assert abs(county.x - x) < 20_000
    assert abs(county.y - y) < 20_000


def test_the_mainland_holds_the_states_that_touch_and_not_the_islands(whole: Outlines) -> None:
    inside = {
        name.name
        for name in whole.names
        if name.kind == "state"
        and MAINLAND[0] < name.x < MAINLAND[2]
        and MAINLAND[1] < name.y < MAINLAND[3]
    }
    assert len(inside) == 49
    assert not {"Alaska", "Hawaii", "Guam", "Puerto Rico"} & inside
