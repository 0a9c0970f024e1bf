"""Zones, bookmarks, zone of time and map, from the command line to the audit trail."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from casefiles.case import DATABASE
from casefiles.types import Actor
from casefiles.usecases.build_demo import open_demo
from casefiles.usecases.load_map import load_map
from casefiles.usecases.open_case import open_case
from casefiles.usecases.set_time_zone import set_time_zone
from resources.files import packaged
from tests.journeys.conftest import TRACKED, Run, lived_through, taken_over

SQUARE = "[[10,10],[200,10],[200,150],[10,150]]"


def events(case: Path) -> list[str]:
    """The audit trail's events, in order."""
    with duckdb.connect(str(case / DATABASE), read_only=True) as opened:
        rows = opened.execute("SELECT row_text FROM audit ORDER BY seq").fetchall()
    return [json.loads(row[0])["event"] for row in rows]


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a case with two cameras and one recording was made, not indexed."""
    place = tmp_path_factory.mktemp("filmed")
    case, clip = place / "case", packaged("demo", TRACKED)
    start = "2026-03-02T17:24:00-06:00"
    return lived_through(
        place,
        ("case", "create", case, "--number", "26-1", "--title", "Test"),
        ("camera", "import", case, packaged("demo", "cameras.csv")),
        ("source", "add", case, clip, "--start", start, "--camera", "market-gate"),
    )


@pytest.fixture
def footage(filmed: Path, tmp_path: Path) -> Path:
    """A case with two cameras and one recording, not indexed."""
    return taken_over(filmed, tmp_path)


@pytest.fixture(scope="module")
def marked(filmed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the same was given a zone, a bookmark, a zone of time and a map."""
    place = tmp_path_factory.mktemp("marked")
    shutil.copytree(filmed, place, dirs_exist_ok=True)
    case = place / "case"
    lived_through(
        place,
        ("zone", "add", case, "--source", 1, "--polygon", SQUARE),
        ("bookmark", "add", case, "--note", "n", "--at", "2026-03-02T23:24:05Z"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSTATION_HOME", str(place / "home"))
        with open_case(case, Actor("tester", "desk")) as opened:
            set_time_zone(opened, "-06:00")
            load_map(opened, packaged("demo", "town.geojson"))
    return place


def test_zone_is_added_listed_and_removed(run: Run, footage: Path) -> None:
    assert run("zone", "list", footage).out.startswith("no zones yet")
    added = run(
        "zone", "add", footage, "--source", 1, "--name", "Yard", "--polygon", SQUARE, "--json"
    )
    assert added.code == 0, added
    assert (added.document["id"], added.document["source"]) == (1, 1)
    assert added.document["polygon"] == json.loads(SQUARE)
    assert added.document["created_by"] == "tester"
    by_camera = ("--camera", "market-gate", "--name", "Gate")
    assert run("zone", "add", footage, *by_camera, "--polygon", SQUARE).code == 0
    on_map = json.dumps({"map": [[-30.02, 40.02], [-30.01, 40.02], [-30.01, 40.03]]})
    assert run("zone", "add", footage, "--zone", on_map, "--name", "Quay").code == 0
    listed = run("zone", "list", footage, "--json").document
    assert [(zone["id"], zone["name"]) for zone in listed] == [
        (1, "Yard"),
        (2, "Gate"),
        (3, "Quay"),
    ]
    assert (listed[1]["camera"], "source" in listed[1]) == ("market-gate", False)
    assert len(listed[2]["map"]) == 3
    assert "on the map" in run("zone", "list", footage).out
    assert run("zone", "remove", footage, "--zone", 2, "--json").document == {"removed": 2}
    left = run("zone", "list", footage, "--json").document
    assert [zone["id"] for zone in left] == [1, 3]
    assert [name for name in events(footage) if name in ("zone.add", "zone.remove")] == [
        "zone.add", "zone.add", "zone.add", "zone.remove",
    ]  # fmt: skip
    assert run("case", "verify", footage).code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--source", 1, "--polygon", "[[0,0],[9,9],[9,0],[0,9]]"), "cross"),
        (("--source", 1, "--polygon", "[[0,0],[9,9]]"), "three corners"),
        (("--source", 1, "--polygon", "[[0,0],[5,5],[9,9]]"), "zone"),
        (("--source", 1, "--polygon", "nonsense"), "JSON"),
        (("--source", 1), "--polygon"),
        (("--source", 9, "--polygon", SQUARE), "source 9"),
        (("--camera", "nowhere", "--polygon", SQUARE), "nowhere"),
        (("--zone", '{"source": 1}'), "where it lies"),
        (("--zone", '{"map": [[0,0],[500,0],[500,500]]}'), "earth"),
        (("--zone", f'{{"source": 1, "polygon": {SQUARE}}}', "--polygon", SQUARE), "--polygon"),
    ],
)
def test_impossible_zone_is_refused_in_one_line(
    run: Run, footage: Path, arguments: tuple[object, ...], said: str
) -> None:
    done = run("zone", "add", footage, *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done
    assert said in done.err
    assert run("zone", "list", footage, "--json").document == []


def test_removing_a_zone_twice_names_those_left(run: Run, footage: Path) -> None:
    run("zone", "add", footage, "--source", 1, "--polygon", SQUARE)
    assert run("zone", "remove", footage, "--zone", 1).code == 0
    again = run("zone", "remove", footage, "--zone", 1)
    assert again.code == 2
    assert "no zone 1" in again.err


def test_bookmarks_mark_what_was_said(run: Run, footage: Path) -> None:
    assert run("bookmark", "list", footage).out.startswith("no bookmarks yet")
    at = "2026-03-02T17:24:05-06:00"
    for arguments in (("--at", at), ("--source", 1, "--media-s", 2.5)):
        done = run("bookmark", "add", footage, "--note", "van stops", *arguments)
        assert done.code == 0, done
        assert "van stops" in done.out
    first, second = run("bookmark", "list", footage, "--json").document
    assert (first["at"], first["source"]) == ("2026-03-02T23:24:05.000Z", None)
    assert (second["at"], second["source"], second["media_s"]) == (
        "2026-03-02T23:24:02.500Z", 1, 2.5,
    )  # fmt: skip
    assert {first["note"], second["note"]} == {"van stops"}
    assert "van stops" in run("bookmark", "list", footage).out
    assert run("case", "verify", footage).code == 0


def test_bookmark_of_a_track_lies_where_the_track_begins(run: Run, practice_case: Path) -> None:
    track = run("tracks", practice_case, "--source", 4, "--format", "json").document[0]
    done = run("bookmark", "add", practice_case, "--note", "n", "--track", track["track"], "--json")
    assert done.code == 0, done
    assert (done.document["track"], done.document["source"]) == (track["track"], 4)
    assert done.document["at"] is not None
    listed = run("bookmark", "list", practice_case).out
    assert "-06:00" in listed, "times are shown in the zone of the practice case"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no moment"),
        (("--source", 1), "Give both"),
        (("--media-s", 1), "Give both"),
        (("--source", 1, "--media-s", 9999), "no footage"),
        (("--source", 1, "--media-s", -1), "no footage"),
        (("--source", 8, "--media-s", 1), "source 8"),
        (("--at", "noon"), "noon"),
        (("--at", "2026-03-02T17:24:05"), "zone"),
        (("--at", "2026-03-02T17:24:05Z", "--source", 1, "--media-s", 1), "two moments"),
        (("--track", 12), "track 12"),
    ],
)
def test_bookmark_of_no_moment_is_refused_in_one_line(
    run: Run, footage: Path, arguments: tuple[object, ...], said: str
) -> None:
    done = run("bookmark", "add", footage, "--note", "n", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done
    assert said in done.err
    assert run("bookmark", "list", footage, "--json").document == []


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("UPDATE zones SET name = 'Elsewhere'", "zones"),
        ("UPDATE zones SET removed_ns = 5", "zones"),
        ("UPDATE zones SET polygon = '[[0,0],[1,0],[1,1]]'", "zones"),
        ("UPDATE zones SET polygon = 'nonsense'", "zones"),
        ("DELETE FROM zones", "zones"),
        ("UPDATE bookmarks SET note = 'other'", "bookmarks"),
        ("DELETE FROM bookmarks", "bookmarks"),
        ("INSERT INTO bookmarks SELECT * REPLACE (7 AS bookmark_id) FROM bookmarks", "bookmarks"),
        ("UPDATE case_settings SET value = '+09:00'", "settings"),
        ("DELETE FROM case_settings", "settings"),
        ("UPDATE base_maps SET geojson = '{}'", "maps"),
        ("UPDATE base_maps SET sha256 = 'x'", "maps"),
        ("DELETE FROM base_maps", "maps"),
    ],
)
def test_changed_marks_settings_and_maps_do_not_verify(
    run: Run, marked: Path, tmp_path: Path, damage: str, named: str
) -> None:
    folder = taken_over(marked, tmp_path)
    with duckdb.connect(str(folder / DATABASE)) as case:
        case.execute(damage)
    verdict = run("case", "verify", folder, "--json")
    assert verdict.code == 2
    assert any(fault.startswith(f"{named}:") for fault in verdict.document["bad"]), verdict
    assert "Traceback" not in verdict.err


@pytest.mark.parametrize(
    ("added", "named"),
    [
        ("zones VALUES (1, 'n', '[[0,0],[1,0],[1,1]]', 1, NULL, 0, 'x', NULL)", "zones"),
        ("bookmarks VALUES (1, 'n', 5, NULL, NULL, NULL, 0, 'x', NULL)", "bookmarks"),
        ("case_settings VALUES ('time_zone', 'Z')", "settings"),
        ("base_maps VALUES (1, 'n', 'x', '{}', 0, 'x')", "maps"),
    ],
)
def test_rows_that_no_audit_row_tells_of_are_named(
    run: Run, case: Path, added: str, named: str
) -> None:
    with duckdb.connect(str(case / DATABASE)) as opened:
        opened.execute(f"INSERT INTO {added}")
    verdict = run("case", "verify", case, "--json")
    assert any(fault.startswith(f"{named}: no audit row") for fault in verdict.document["bad"])


def test_damaged_zone_gives_a_clear_error(run: Run, footage: Path) -> None:
    run("zone", "add", footage, "--source", 1, "--polygon", SQUARE)
    with duckdb.connect(str(footage / DATABASE)) as case:
        case.execute("UPDATE zones SET polygon = '[[1]]'")
    listed = run("zone", "list", footage)
    assert (listed.code, listed.err.count("\n")) == (2, 1)
    assert "zone 1" in listed.err


def test_older_practice_case_gets_its_zone_and_map_once(run: Run, tmp_path: Path) -> None:
    folder, actor = tmp_path / "practice", Actor("tester", "desk")
    open_demo(folder, actor).close()
    with duckdb.connect(str(folder / DATABASE)) as case:
        case.execute("DELETE FROM case_settings; DELETE FROM base_maps")
    for _ in range(2):
        open_demo(folder, actor).close()
    with duckdb.connect(str(folder / DATABASE), read_only=True) as case:
        assert case.execute("SELECT * FROM case_settings").fetchall() == [("time_zone", "-06:00")]
        assert case.execute("SELECT name FROM base_maps").fetchall() == [("town.geojson",)]
    assert run("case", "verify", folder).code == 0
