"""Directed lines as stored things: added, changed, taken away and brought back, each logged."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casefiles.case import Case
from casefiles.checks import check_line, check_zone
from casefiles.edit_kinds import AddLine, AddZone, ChangeLine, Edit, RemoveLine
from casefiles.errors import BadLine, BadZone, UnknownLine, UnknownSource
from casefiles.jobs import finish
from casefiles.queries.line_text import line_json, parse_line, parse_points
from casefiles.store import sources
from casefiles.store.engine import Cursor
from casefiles.types import Camera, CameraId, LineId, NewSource, SourceId
from casefiles.usecases.verify_case import verify_case
from casefiles.usecases.view_case import view_case
from casefiles.view_types import Line, Zone
from tests.support.search_cases import make_case, put_cameras, put_source

LINE = Line("Kerb", ((10.0, 20.0), (300.0, 40.0)), source_id=SourceId(1))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    made = make_case(tmp_path / "c")
    put_source(made)
    yield made
    made.close()


def do(case: Case, edit: Edit) -> Edit:
    return case.post(lambda: edit).result()


def test_a_line_is_added_changed_taken_away_and_brought_back(case: Case) -> None:
    remove = do(case, AddLine(LINE))
    assert isinstance(remove, RemoveLine)
    (added,) = view_case(case).lines
    assert (added.name, added.points, added.created_by) == ("Kerb", LINE.points, "tester")
    turned = replace(added, name="Step", points=added.points[::-1])
    back = do(case, ChangeLine(turned))
    assert view_case(case).lines == (turned,)
    do(case, back)
    assert view_case(case).lines == (added,)
    restore = do(case, RemoveLine(added.line_id))
    assert view_case(case).lines == ()
    with pytest.raises(UnknownLine, match="the case has no line 1"):
        do(case, RemoveLine(added.line_id))
    do(case, restore)
    assert view_case(case).lines == (added,)


def test_lines_are_vouched_for(case: Case) -> None:
    do(case, AddLine(LINE))

    def of_lines() -> list[str]:
        return [one for one in finish(verify_case(case)).bad if one.startswith("lines")]

    assert of_lines() == []
    case.write(lambda cursor: cursor.execute("UPDATE lines SET points = '[[0,0],[9,9]]'"))
    assert of_lines() == ["lines: its rows were changed outside the program"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (replace(LINE, points=((1.0, 1.0), (1.0, 1.0))), "are the same"),
        (replace(LINE, points=((1.0, float("nan")), (1.0, 1.0))), "not a pair of numbers"),
        (replace(LINE, points=((-90.0, 9.0), (-5.0, 9.0))), "beside the picture of 640 × 480"),
        (replace(LINE, points=((0.0, 0.0), (1e300, 9.0))), "far beside any picture"),
        (replace(LINE, source_id=None), "lies on the map.*on pictures only"),
        (replace(LINE, camera_id=CameraId("north")), "a source and a camera"),
        (replace(LINE, name="a\nb"), "'a b' cannot be the name of a line"),
        (replace(LINE, name="x" * 121), "cannot be the name of a line"),
        (replace(LINE, size=(1920, 1080)), "drawn on pictures of 1920 × 1080.*640 × 480"),
    ],
)
def test_a_line_that_cannot_be_is_refused(case: Case, line: Line, why: str) -> None:
    with pytest.raises(BadLine, match=why):
        do(case, AddLine(line))
    assert view_case(case).lines == ()


def test_a_line_on_what_is_not_there_is_refused(case: Case) -> None:
    with pytest.raises(UnknownSource, match="no source 7"):
        do(case, AddLine(replace(LINE, source_id=SourceId(7))))
    with pytest.raises(UnknownLine, match="no removed line 5"):
        do(case, AddLine(replace(LINE, line_id=LineId(5))))


def test_what_is_drawn_on_a_camera_of_several_picture_sizes_must_say_which(tmp_path: Path) -> None:
    case = make_case(tmp_path / "c")
    put_cameras(case, Camera(CameraId("north"), "North", ()))
    first = put_source(case, "north")
    zone = Zone("z", ((0, 0), (50, 0), (50, 50)), camera_id=CameraId("north"))
    do(case, AddZone(zone))
    assert view_case(case).zones[0].size == (640, 480)

    def add_smaller(cursor: Cursor) -> None:
        (known,) = (one for one in sources.every(cursor) if one.source_id == first)
        small = replace(known, source_id=SourceId(9), sha256="f" * 64, width=320, height=240)
        sources.insert(cursor, NewSource(small, b""))

    case.write(add_smaller)
    line = replace(LINE, source_id=None, camera_id=CameraId("north"))
    with pytest.raises(BadLine, match=r"320 × 240 and 640 × 480.*does not say"):
        do(case, AddLine(line))
    with pytest.raises(BadZone, match="does not say on which"):
        do(case, AddZone(zone))
    do(case, AddLine(replace(line, size=(320, 240))))
    assert view_case(case).lines[0].size == (320, 240)
    case.close()


def test_a_zone_whose_edges_cross_says_where() -> None:
    bow = ((0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 8.0))
    with pytest.raises(BadZone, match=r"cross or touch themselves .*4\.4"):
        check_zone(Zone("z", bow, source_id=SourceId(1)))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "not a JSON object"),
        ("{", "not JSON"),
        ('{"source": 1, "line": [[1, 2]]}', "two points, not 1"),
        ('{"source": 1, "line": [[1, 2], [1]]}', r"\[1\] is not a point"),
        ('{"source": 1, "line": [[1, NaN], [1, 2]]}', "NaN is no number"),
        ('{"source": true, "line": [[1, 2], [3, 4]]}', "true is not the id"),
        ('{"line": [[1, 2], [3, 4]]}', "where it lies"),
        ('{"map": [[1, 2], [3, 4]]}', "on the map"),
        ('{"source": 1, "lines": []}', "unknown part 'lines'"),
        ('{"source": 1, "line": [[1, 2], [3, 4]], "size": [0, 4]}', "not the size"),
        ('{"source": 1, "line": [[1, 2], [3, 4]], "name": "\\ud800"}', "not JSON"),
    ],
)
def test_a_text_that_is_no_line_is_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(BadLine, match=why):
        parse_line(text)


def test_what_is_written_reads_back() -> None:
    for line in (LINE, Line("", ((0.5, 1.0), (2.0, 3.25), (9.0, 9.0)), camera_id=CameraId("7"),
                            size=(640, 480))):  # fmt: skip
        check_line(line)
        assert parse_line(line_json(line)) == line
        assert parse_points(json.dumps(line.points)) == line.points
