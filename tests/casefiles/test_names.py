"""Names of zones, lines, cameras and saved searches are one line of whole letters, everywhere."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casefiles.case import Case
from casefiles.edit_kinds import (
    AddLine,
    AddZone,
    ChangeLine,
    ChangeZone,
    Edit,
    RenameSearch,
    SaveSearch,
)
from casefiles.errors import BadLine, BadSearch, BadTable, BadZone
from casefiles.exchange.camera_rows import read_cameras
from casefiles.queries.saved import saved_search
from casefiles.types import LineId, SavedSearchId, SourceId, ZoneId
from casefiles.usecases.view_case import view_case
from casefiles.view_types import Line, Zone
from tests.support.search_cases import make_case, put_source

SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
ZONE = Zone("Gate", SQUARE, source_id=SourceId(1))
LINE = Line("Kerb", ((10.0, 20.0), (300.0, 40.0)), source_id=SourceId(1))
WITH_BREAKS = ("a\nb", "a\rb", "a\tb", "a\0b", "a\x1b[2Jb", "a\u2028b", "a\u2029b", "a\ud800b")
OTHERS = ("Tür 3", "門", "a\u200db", "שער", "👩‍🚒")


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "c") as made:
        put_source(made)
        yield made


def do(case: Case, edit: Edit) -> Edit:
    return case.post(lambda: edit).result()


@pytest.mark.parametrize("name", WITH_BREAKS)
def test_a_name_of_several_lines_or_with_controls_is_refused(case: Case, name: str) -> None:
    do(case, AddZone(ZONE))
    do(case, AddLine(LINE))
    do(case, SaveSearch(saved_search("Red", "person red")))
    before = view_case(case)
    for edit, error in (
        (AddZone(replace(ZONE, name=name)), BadZone),
        (ChangeZone(replace(ZONE, name=name, zone_id=ZoneId(1))), BadZone),
        (AddLine(replace(LINE, name=name)), BadLine),
        (ChangeLine(replace(LINE, name=name, line_id=LineId(1))), BadLine),
        (SaveSearch(saved_search(name, "person blue")), BadSearch),
        (RenameSearch(SavedSearchId(1), name), BadSearch),
    ):
        with pytest.raises(error, match="cannot be the name of a") as refused:
            do(case, edit)
        # The message itself is one line, which can be printed.
        assert str(refused.value).encode().isascii()
        assert "\n" not in refused.value.message
    assert view_case(case) == before


@pytest.mark.parametrize("name", WITH_BREAKS[1:-1])
def test_a_camera_with_such_a_name_is_refused_with_its_row(tmp_path: Path, name: str) -> None:
    table = tmp_path / "cameras.csv"
    table.write_text(f'id,name,lat,lon\na,"{name}",1,2\n', newline="")
    with pytest.raises(BadTable):
        read_cameras(table)


@pytest.mark.parametrize("name", OTHERS)
def test_names_of_all_scripts_are_kept_as_they_were_given(case: Case, name: str) -> None:
    do(case, AddZone(replace(ZONE, name=name)))
    do(case, AddLine(replace(LINE, name=name)))
    do(case, SaveSearch(saved_search(name, "person")))
    view = view_case(case)
    assert {view.zones[0].name, view.lines[0].name, view.searches[0].name} == {name}


def test_a_zone_of_an_older_case_keeps_its_name_when_it_is_reshaped(case: Case) -> None:
    do(case, AddZone(ZONE))
    old = "UPDATE zones SET name = 'Old' || chr(10) || 'gate'"
    case.write(lambda cursor: cursor.execute(old))
    (zone,) = view_case(case).zones
    back = do(case, ChangeZone(replace(zone, polygon=SQUARE[:3])))
    assert view_case(case).zones[0].name == "Old\ngate"
    do(case, back)
    assert view_case(case).zones == (zone,)
