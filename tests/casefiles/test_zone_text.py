"""Zones as text: what is written reads back; anything else is refused in words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.errors import BadZone
from casefiles.queries.zone_text import parse_polygon, parse_zone, zone_json
from casefiles.types import CameraId, SourceId
from casefiles.view_types import Zone

SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10]]
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@st.composite
def zones(draw: st.DrawFn) -> Zone:
    where = draw(st.sampled_from(["source", "camera", "map"]))
    width, height = (90.0, 45.0) if where == "map" else (1e5, 1e5)
    x = draw(st.floats(0, width))
    y = draw(st.floats(0, height))
    side = draw(st.floats(0.5, 40))
    corners = ((x, y), (x + side, y), (x + side, y + side), (x, y + side))
    return Zone(
        name=draw(words),
        polygon=corners[: draw(st.sampled_from([3, 4]))],
        source_id=SourceId(draw(st.integers(1, 2**63 - 1))) if where == "source" else None,
        camera_id=CameraId(draw(words)) if where == "camera" else None,
    )


@given(zone=zones())
def test_written_zone_reads_back_the_same(zone: Zone) -> None:
    assert parse_zone(zone_json(zone)) == zone


@given(text=words | st.from_type(dict[str, list[float] | int | str | None]).map(json.dumps))
def test_any_other_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadZone) as refused:
        parse_zone(text)
    assert refused.value.hint


def test_forms_of_the_command_line() -> None:
    assert parse_zone(json.dumps({"source": 3, "polygon": SQUARE})).source_id == 3
    assert parse_zone(json.dumps({"camera": "gate", "polygon": SQUARE})).camera_id == "gate"
    assert parse_zone(json.dumps({"camera": 7, "polygon": SQUARE})).camera_id == "7"
    on_map = parse_zone('{"map": [[-30, 40], [-29, 40], [-29, 41]], "name": "Quay"}')
    assert (on_map.source_id, on_map.camera_id, on_map.name) == (None, None, "Quay")


def test_closed_ring_loses_its_repeated_corner() -> None:
    assert len(parse_polygon(json.dumps([*SQUARE, SQUARE[0]]))) == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON: it is nested too deep"),
        ("[]", "not a JSON object"),
        ('{"polygon": [[0,0],[1,0],[1,1]]}', "where it lies"),
        ('{"source": 1}', "where it lies"),
        ('{"source": 1, "polygon": [[0,0],[1,0],[1,1]], "colour": "red"}', "colour"),
        ('{"source": 1, "camera": "a", "polygon": [[0,0],[1,0],[1,1]]}', "source and a camera"),
        ('{"source": 1, "map": [[0,0],[1,0],[1,1]]}', "at once"),
        ('{"source": 0, "polygon": [[0,0],[1,0],[1,1]]}', "id of a source"),
        ('{"source": true, "polygon": [[0,0],[1,0],[1,1]]}', "id of a source"),
        ('{"source": 1, "polygon": [[0,0],[1,0]]}', "three corners, not 2"),
        ('{"source": 1, "polygon": [[0,0],[1,0],[0,0]]}', "no area|three corners"),
        ('{"source": 1, "polygon": [[0,0],[1,0],[1,"1"]]}', "not a corner"),
        ('{"source": 1, "polygon": [[0,0],[1,0],[1,1,1]]}', "not a corner"),
        ('{"source": 1, "polygon": [[0,0],[1,0],[1,NaN]]}', "NaN"),
        ('{"source": 1, "polygon": [[0,0],[1,0],[1,1e999]]}', "pair of numbers"),
        (f'{{"source": 1, "polygon": [[0,0],[1,0],[1,{"9" * 400}]]}}', "not a corner"),
        ('{"source": 1, "polygon": [[0,0],[9,9],[9,0],[0,9]]}', "cross"),
        ('{"map": [[0,0],[100,0],[100,100]]}', "earth"),
        ('{"camera": "\\ud800", "polygon": [[0,0],[1,0],[1,1]]}', "half a letter"),
    ],
)
def test_refusals_say_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(BadZone, match=said):
        parse_zone(text)
