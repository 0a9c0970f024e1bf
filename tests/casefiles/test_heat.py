"""Heat maps: seconds and stops by cell, and what is brushed on one."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.checks import check_zone
from casefiles.errors import UnknownSource, UnknownTrack
from casefiles.types import SourceId, TrackId
from casefiles.usecases.read_heat import brushed, heat_colours, read_heat
from casefiles.view_types import Zone
from tests.support.search_cases import Seen, make_case, put_run, put_source

SOURCE = SourceId(1)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    made = make_case(tmp_path / "c")
    put_source(made)
    yield made
    made.close()


def track(*feet: tuple[float, float, float], suppressed: bool = False) -> Seen:
    return Seen(feet[0][0], feet[-1][0], feet=feet, suppressed=suppressed)


# Walks from the left for 5 s at 60 px/s, then stands for 10 s.
WALKS_AND_STANDS = track(
    *((t / 5, 12 * t + 5, 105) for t in range(25)), *((5 + t / 5, 305, 105) for t in range(51))
)


def test_seconds_lie_where_the_feet_were(case: Case) -> None:
    put_run(case, SOURCE, WALKS_AND_STANDS, track((0, 600, 400), (4, 600, 400), suppressed=True))
    found = read_heat(case, "paths", source_id=SOURCE)
    assert (found.cell_px, found.size, found.grid.shape) == (10, (640, 480), (48, 64))
    assert found.tracks == 1
    assert found.grid.sum() == pytest.approx(15.0)
    assert found.grid[10, 30] == pytest.approx(10.0, abs=0.21)
    assert found.grid[40].sum() == 0


def test_only_standing_is_dwell_and_long_enough_a_stop(case: Case) -> None:
    first, other = put_run(
        case, SOURCE, WALKS_AND_STANDS, track(*((t / 5, 305 + t % 2, 105) for t in range(6)))
    )
    dwell = read_heat(case, "dwell", source_id=SOURCE, tracks=[TrackId(first)])
    assert dwell.grid.sum() == pytest.approx(dwell.grid[10, 29:31].sum())
    # Who comes to a stand is known to stand up to a second later.
    assert dwell.grid.sum() == pytest.approx(10, abs=1)
    stops = read_heat(case, "stops", source_id=SOURCE)
    assert (stops.tracks, stops.grid.sum(), stops.grid[10, 30]) == (2, 1, 1)
    assert read_heat(case, "stops", source_id=SOURCE, tracks=[TrackId(other)]).most == 0


def test_a_recording_that_was_not_analysed_is_named(case: Case) -> None:
    found = read_heat(case, "paths", source_id=SOURCE)
    assert found.notes == ("source 1 not analysed yet",)
    assert heat_colours(found)[..., 3].max() == 0
    with pytest.raises(UnknownSource, match="no source 9"):
        read_heat(case, "paths", source_id=9)


def test_a_track_that_is_not_there_is_refused_and_one_of_other_pictures_named(case: Case) -> None:
    (one,) = put_run(case, SOURCE, WALKS_AND_STANDS)
    track = TrackId(one)
    with pytest.raises(UnknownTrack, match="no track 99"):
        read_heat(case, "paths", source_id=SOURCE, tracks=[track, TrackId(99)])
    other = put_source(case, "east")
    found = read_heat(case, "paths", source_id=other, tracks=[track])
    assert "1 of the tracks asked for not on these pictures" in found.notes


def test_what_is_brushed_is_a_zone(case: Case) -> None:
    put_run(case, SOURCE, WALKS_AND_STANDS)
    found = read_heat(case, "paths", source_id=SOURCE)
    assert brushed(found, []) is None
    cells = [(10, 29), (10, 30), (11, 30), (40, 2), (99, 99)]
    polygon = brushed(found, cells)
    assert polygon is not None
    check_zone(Zone("", polygon, source_id=SOURCE))
    assert set(polygon) == {
        (290.0, 100.0), (310.0, 100.0), (310.0, 120.0), (300.0, 120.0), (300.0, 110.0),
        (290.0, 110.0),
    }  # fmt: skip
    hot = heat_colours(found)
    assert hot[..., 3].argmax() == np.ravel_multi_index((10, 30), hot.shape[:2])
