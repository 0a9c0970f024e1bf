"""542 cameras from a list with five bad rows: taken in, relocated, moved on a date, all undone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from casefiles.case import Case
from casefiles.edit_kinds import AddCamera, AddZone, ChangeCamera, Edit, PlaceCamera, RemoveCamera
from casefiles.errors import BadPlacement, CameraInUse
from casefiles.exchange.camera_files import read_list
from casefiles.geo import GeoPoint
from casefiles.jobs import finish
from casefiles.store import digests
from casefiles.types import Actor, Camera, CameraId, Placement
from casefiles.usecases.import_cameras import do_import, import_cameras, plan_import
from casefiles.usecases.open_case import open_case
from casefiles.usecases.place_cameras import moved_since
from casefiles.usecases.verify_case import verify_case
from casefiles.view_types import Zone
from tests.journeys.conftest import Ran
from video.clock import parse_wall, wall_to_ns

Run = Callable[..., Ran]
HEAD = "id,name,lat,lon,heading_deg,fov_deg,range_m,from,to,kind,notes"
WRONG = {
    20: "c20,Corner 20,95.0,-93.1,90,60,40,,,fixed,",
    77: "c77,Corner 77,,-93.1,90,60,40,,,fixed,",
    150: "c150,Corner 150,44.95,-93.1,400,60,40,,,fixed,",
    301: "c301,Corner 301,44.95,-93.1,90,60,40,last week,,fixed,",
    500: "c1,Corner 1,44.96,-93.11,90,60,40,,,fixed,",
}
MOVED = "2026-03-02T08:00:00Z"


def rows() -> list[str]:
    """542 of them: five are wrong, one is a trailer."""
    made = [
        f"c{n},Corner {n},{44.9 + n // 25 / 500:.6f},{-93.2 + n % 25 / 500:.6f},"
        f"{n * 7 % 360},60,40,,,{'trailer' if n == 9 else 'fixed'},"
        for n in range(542)
    ]
    for number, row in WRONG.items():
        made[number] = row
    return made


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("list") / "cameras.csv"
    path.write_text("\n".join([HEAD, *rows()]) + "\n", encoding="utf-8")
    return path


def opened(folder: Path) -> Case:
    return open_case(folder, Actor("tester", "desk-1"))


def test_list_with_bad_rows_is_taken_in_relocated_moved_exported_and_read_back(
    run: Run, case: Path, table: Path, tmp_path: Path
) -> None:
    refused = run("camera", "import", case, table)
    assert refused.code == 2
    assert "line 22: latitude 95.0 is outside -90..90 (4 more rows are wrong)" in refused.err

    looked = run("camera", "import", case, table, "--dry-run", "--json")
    assert (looked.document["added"], len(looked.document["problems"])) == (537, 5)
    assert run("camera", "list", case, "--json").document == []

    taken = run("camera", "import", case, table, "--skip-bad", "--json")
    assert taken.code == 0
    assert [one["where"] for one in taken.document["problems"]] == [
        f"line {number + 2}" for number in WRONG
    ]
    assert taken.err.count("left out: ") == 5
    assert len(run("camera", "list", case, "--json").document) == 537

    again = run("camera", "import", case, table, "--skip-bad", "--json").document
    assert (again["added"], again["replaced"], again["same"]) == (0, 0, 537)

    placed = run(
        "camera", "place", case, "c5", "--lat", "44.9005", "--lon", "-93.1905", "--heading", "45",
        "--name", "Corner 5, mended", "--json",
    ).document  # fmt: skip
    assert (placed["name"], len(placed["placements"])) == ("Corner 5, mended", 1)
    moved = run("camera", "move", case, "c9", "--at", MOVED, "--lat", "45.0", "--lon", "-93.0",
                "--json").document["placements"]  # fmt: skip
    assert [one["from"] for one in moved] == [None, "2026-03-02T08:00:00.000Z"]
    assert moved[0]["to"] == moved[1]["from"]
    assert (moved[1]["heading_deg"], moved[1]["fov_deg"]) == (None, 60.0)
    added = run("camera", "place", case, "new", "--lat", "45", "--lon", "-93.3", "--json")
    assert added.document["name"] == "new"
    assert run("camera", "remove", case, "new").code == 0
    assert run("camera", "remove", case, "new").code == 2

    known = run("camera", "list", case, "--json").document
    out = tmp_path / "out.kml"
    assert run("camera", "export", case, out).code == 0
    assert "replace nothing" in run("camera", "export", case, out).err
    assert run("camera", "export", case, tmp_path / "out.txt").code == 2
    back = run("camera", "import", case, out, "--json").document
    assert (back["added"], back["replaced"], back["same"]) == (0, 0, 537)
    assert run("camera", "list", case, "--json").document == known
    with opened(case) as there:
        assert finish(verify_case(there)).bad == ()


def test_everything_is_undone_to_the_last_row_and_done_again(case: Path, table: Path) -> None:
    with opened(case) as there:
        other = Camera(CameraId("c3"), "Before", (Placement(GeoPoint(44.0, -93.0)),), "ptz", "old")
        there.post(lambda: AddCamera(other)).result()
        states = [there.read(lambda cursor: digests.digest(cursor, "cameras"))]
        inverses: list[Edit] = []

        def do(edit: Edit) -> None:
            inverses.append(there.post(lambda: edit).result())
            states.append(there.read(lambda cursor: digests.digest(cursor, "cameras")))

        plan = plan_import(there, read_list(table))
        assert (len(plan.new), len(plan.changed), len(plan.table.problems)) == (536, 1, 5)
        do(plan.edit)
        corner, trailer = there.camera("c5"), there.camera("c9")
        at_ns = wall_to_ns(parse_wall(MOVED))
        do(PlaceCamera(corner.camera_id, (Placement(GeoPoint(44.91, -93.1), 10.0),)))
        do(
            PlaceCamera(
                trailer.camera_id,
                moved_since(trailer.placements, at_ns, Placement(GeoPoint(45.0, -93.0))),
            )
        )
        do(ChangeCamera(Camera(corner.camera_id, "Corner five", (), "alpr", "no place")))
        do(RemoveCamera(CameraId("c7")))
        assert len(set(states)) == len(states)
        for number in range(len(inverses) - 1, -1, -1):
            inverses[number] = there.post(lambda edit=inverses[number]: edit).result()  # type: ignore[misc]
            assert there.read(lambda cursor: digests.digest(cursor, "cameras")) == states[number]
        assert there.cameras() == (other,)
        for number, edit in enumerate(inverses, 1):
            there.post(lambda edit=edit: edit).result()  # type: ignore[misc]
            assert there.read(lambda cursor: digests.digest(cursor, "cameras")) == states[number]
        assert finish(verify_case(there)).bad == ()


def test_camera_that_something_belongs_to_stays_and_so_does_its_list(
    case: Path, table: Path
) -> None:
    with opened(case) as there:
        plan = plan_import(there, read_list(table))
        undo = there.post(lambda: plan.edit).result()
        square = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0))
        there.post(lambda: AddZone(Zone("Gate", square, camera_id=CameraId("c8")))).result()
        for edit in (RemoveCamera(CameraId("c8")), undo):
            with pytest.raises(CameraInUse, match="c8 cannot be removed: it has 1 zone"):
                there.post(lambda edit=edit: edit).result()  # type: ignore[misc]
        assert len(there.cameras()) == 537


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("place", "c1", "--lat", "91", "--lon", "0"), "latitude 91.0 is outside"),
        (("place", "c1", "--lat", "1", "--lon", "1", "--from", MOVED), "overlap"),
        (("place", "c1", "--lat", "1", "--lon", "1", "--heading", "361"), "heading 361"),
        # Beyond 64 bits of nanoseconds it was once stored as no time at all.
        (("place", "c2", "--lat", "1", "--lon", "1", "--from", "2500-01-01T00:00:00Z"), "2500"),
        (("move", "nobody", "--at", MOVED, "--lat", "1", "--lon", "1"), "no camera nobody"),
        (("move", "c1", "--at", "2026-03-02T08:00:00", "--lat", "1", "--lon", "1"), "no time zone"),
    ],
)
def test_placement_that_cannot_be_is_told_in_one_line(
    run: Run, case: Path, words: tuple[str, ...], says: str
) -> None:
    assert run("camera", "place", case, "c1", "--lat", "45", "--lon", "-93").code == 0
    ran = run("camera", words[0], case, *words[1:])
    assert ran.code == 2
    assert says in ran.err


def test_list_the_wrong_way_round_is_refused_and_swapped_on_demand(
    run: Run, case: Path, tmp_path: Path
) -> None:
    path = tmp_path / "turned.csv"
    path.write_text("id,name,lat,lon\na,A,-93.1,44.9\nb,B,-93.2,44.8\n", encoding="utf-8")
    refused = run("camera", "import", case, path, "--skip-bad")
    assert refused.code == 2
    assert "seem to be swapped" in refused.err
    assert "--swap" in refused.err
    assert run("camera", "import", case, path, "--swap").code == 0
    listed = run("camera", "list", case, "--json").document
    assert listed[0]["placements"][0]["lat"] == 44.9


def test_headings_of_another_program_are_proposed(run: Run, case: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("Cam No;Latitude;Longitude\n7;44.9;-93.1\n", encoding="utf-8")
    refused = run("camera", "import", case, path)
    assert refused.code == 2
    assert "--map id='Cam No'" in refused.err
    assert "--map lat='Latitude'" in refused.err


def test_calibration_stays_with_the_placement_that_it_belongs_to(
    case: Path, tmp_path: Path
) -> None:
    with opened(case) as there:
        stood = Camera(CameraId("t"), "Trailer", (Placement(GeoPoint(45.0, -93.0), 0.0, 60.0),))
        there.post(lambda: AddCamera(stood)).result()
        at_ns = wall_to_ns(parse_wall(MOVED))
        made = moved_since(stood.placements, at_ns, Placement(GeoPoint(45.1, -93.1)))
        assert made[0].from_ns is None
        assert (made[0].to_ns, made[1].from_ns, made[1].to_ns) == (at_ns, at_ns, None)
        with pytest.raises(BadPlacement, match="begins at"):
            moved_since(made, at_ns, Placement(GeoPoint(45.2, -93.2)))
        between = moved_since(made, at_ns - 10**9, Placement(GeoPoint(45.3, -93.3)))
        assert [one.to_ns for one in between] == [at_ns - 10**9, at_ns, None]
        assert between[1].fov_deg == 60.0


def test_list_in_a_case_says_where_each_row_came_from(case: Path, table: Path) -> None:
    with opened(case) as there:
        import_cameras(there, table, skip_bad=True)
        texts = there.read(
            lambda cursor: cursor.execute("SELECT row_text FROM audit ORDER BY seq").fetchall()
        )
        logged = [json.loads(text) for (text,) in texts]
        row = next(one for one in logged if one["event"] == "camera.import")
        assert row["facts"]["left_out"] == 5
        assert row["facts"]["sha256"] == read_list(table).sha256
        do_import(there, plan_import(there, read_list(table)))
