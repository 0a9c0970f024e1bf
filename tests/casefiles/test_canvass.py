"""The canvass list: taken in, said of, taken back, vouched for; whom to ask first; sheets."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casefiles.canvass_types import (
    NEW_ENTRY,
    AddCanvass,
    CanvassEntry,
    CanvassId,
    ChangeCanvass,
    MarkCanvass,
    RemoveCanvass,
    SayCanvass,
)
from casefiles.case import Case
from casefiles.errors import BadCanvass, UnknownCanvass, WrongPlace
from casefiles.geo import GeoPoint, moved
from casefiles.jobs import finish
from casefiles.usecases.canvass import (
    CanvassAsked,
    export_canvass,
    find_canvass,
    import_registry,
)
from casefiles.usecases.canvass_sheets import SheetWanted, write_sheets
from casefiles.usecases.verify_case import verify_case
from casefiles.usecases.view_case import view_case
from tests.support.search_cases import START_NS, S, make_case
from workstation.__main__ import main

HERE = GeoPoint(40.0, -30.0)
DAY = 86_400 * S
REGISTRY = """\
id,Business,Street address,Latitude,Longitude,phone,type,retention days,notes
R1,Corner shop,1 First Street,40.0005,-30.0,555-0100,shop,7,
R2,Parking house,2 First Street,40.0,-30.001,,garage,,"=cmd|' /C calc'!A1"
R3,Far away farm,,41.0,-30.0,,,30 days,
R4,No place,9 Ninth Street,,,,doorbell,3,<script>alert(1)</script>
"""
BAD = "R5,Odd place,x,91.5,-30.0,,,7,\nR6,,,40.0,-30.0,,,7,\nR7,Odd days,x,,,,,week,\n"


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        yield made


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    path = tmp_path / "registry.csv"
    path.write_text(REGISTRY)
    return path


def entries(case: Case) -> tuple[CanvassEntry, ...]:
    return view_case(case).canvass


def test_a_registry_is_taken_in_as_one_change_and_undone(case: Case, registry: Path) -> None:
    done = import_registry(case, registry)
    assert len(done.ids) == 4
    shop, garage, _, homeless = entries(case)
    assert (shop.owner, shop.contact, shop.keeps_days) == ("Corner shop", "555-0100", 7.0)
    assert shop.point == GeoPoint(40.0005, -30.0)
    assert (shop.own_id, shop.origin, shop.status) == ("R1", "registry.csv", "to ask")
    assert len(shop.origin_sha256) == 64
    assert (garage.keeps_days, homeless.point) == (None, None)
    assert "1 entry has no place" in done.notes[-1]
    # The same file again adds nothing.
    again = import_registry(case, registry)
    assert (again.ids, again.known) == ((), 4)
    back = case.post(lambda: RemoveCanvass(done.ids)).result()
    assert entries(case) == ()
    case.post(lambda: back).result()
    assert len(entries(case)) == 4
    assert not [one for one in finish(verify_case(case)).bad if "canvass" in one]


def test_bad_rows_refuse_the_file_or_are_told_and_left_out(case: Case, registry: Path) -> None:
    registry.write_text(REGISTRY + BAD)
    with pytest.raises(BadCanvass, match=r"line 6: latitude 91\.5") as raised:
        import_registry(case, registry)
    assert "2 more rows" in str(raised.value)
    assert entries(case) == ()
    done = import_registry(case, registry, skip_bad=True)
    assert len(done.ids) == 4
    assert [one.partition(":")[0] for one in done.problems] == ["line 6", "line 7", "line 8"]


def test_a_table_of_something_else_is_refused_by_its_columns(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "plates.csv"
    path.write_text("plate,state\nA,B\n")
    with pytest.raises(BadCanvass, match="plate, state"):
        import_registry(case, path)


def test_what_is_said_of_entries_is_a_history_that_can_be_taken_back(
    case: Case, registry: Path
) -> None:
    first, second, *_ = import_registry(case, registry).ids
    back = case.post(lambda: SayCanvass((first, second), "asked", "by telephone")).result()
    case.post(lambda: SayCanvass((first,), "received")).result()
    shop, garage, *_ = entries(case)
    assert [one.status for one in shop.history] == ["asked", "received"]
    assert (garage.status, garage.history[0].note) == ("asked", "by telephone")
    forth = case.post(lambda: back).result()
    assert [one.status for one in entries(case)[:2]] == ["received", "to ask"]
    assert isinstance(forth, MarkCanvass)
    case.post(lambda: forth).result()
    assert entries(case)[1].status == "asked"
    with pytest.raises(UnknownCanvass):
        case.post(lambda: forth).result()
    with pytest.raises(UnknownCanvass):
        case.post(lambda: SayCanvass((CanvassId(99),), "asked")).result()


def test_words_are_changed_and_changed_back_and_the_chain_keeps_them_private(case: Case) -> None:
    made = case.post(lambda: AddCanvass((CanvassEntry("A shop", keeps_days=3),))).result()
    assert isinstance(made, RemoveCanvass)
    (before,) = entries(case)
    after = CanvassEntry("Another shop", contact="555-0199", entry_id=before.entry_id)
    back = case.post(lambda: ChangeCanvass(after)).result()
    assert entries(case)[0].contact == "555-0199"
    case.post(lambda: back).result()
    assert entries(case) == (before,)
    rows = case.read(lambda cursor: cursor.execute("SELECT row_text FROM audit").fetchall())
    chain = "\n".join(row[0] for row in rows)
    assert "canvass.change" in chain
    assert "shop" not in chain
    assert "555-0199" not in chain
    with pytest.raises(BadCanvass):
        case.post(lambda: AddCanvass((CanvassEntry(""),))).result()


def test_a_changed_row_is_found_by_checking(case: Case, registry: Path) -> None:
    import_registry(case, registry)
    case.write(lambda cursor: cursor.execute("UPDATE canvass SET owner = 'x' WHERE entry_id = 1"))
    assert any(one.startswith("canvass:") for one in finish(verify_case(case)).bad)


def test_whom_to_ask_first_follows_from_what_is_overwritten_first() -> None:
    def entry(number: int, days: float | None, north_m: float | None) -> CanvassEntry:
        point = None if north_m is None else moved(HERE, east_m=0, north_m=north_m)
        return CanvassEntry(f"{number}", point=point, keeps_days=days,
                            entry_id=CanvassId(number))  # fmt: skip

    known = (entry(1, 30, 10), entry(2, 5, 90), entry(3, None, 150), entry(4, 1, 20),
             entry(5, 5, 40), entry(6, 9, 500), entry(7, 7, None))  # fmt: skip
    asked = CanvassAsked((HERE,), 200.0, START_NS)
    rows = find_canvass(known, asked, now_ns=START_NS + 2 * DAY)
    assert [row.entry.entry_id for row in rows] == [3, 5, 2, 7, 1, 4]
    assert [row.urgency for row in rows] == ["unknown", *["in time"] * 4, "late"]
    assert rows[1].deadline_ns == START_NS + 5 * DAY
    assert "ask at once" in rows[0].words("UTC")
    # In a region: what lies outside is left out, what has no place nobody knows to be outside.
    north, wide = moved(HERE, east_m=0, north_m=100), 1e-4
    box = ((HERE.lon - wide, HERE.lat), (HERE.lon + wide, HERE.lat),
           (HERE.lon + wide, north.lat), (HERE.lon - wide, north.lat))  # fmt: skip
    inside = find_canvass(known, CanvassAsked(from_ns=START_NS, within=(box,)), now_ns=START_NS)
    assert [row.entry.entry_id for row in inside] == [4, 2, 5, 7, 1]
    nearest = find_canvass(known, CanvassAsked((HERE,), 200.0, by_distance=True), now_ns=START_NS)
    assert [row.entry.entry_id for row in nearest] == [1, 4, 5, 2, 3, 7]
    # Along a way: 500 m north of its beginning, but on it.
    way = (HERE, moved(HERE, east_m=0, north_m=1000))
    along = find_canvass(known, CanvassAsked(way, 20.0), now_ns=START_NS)
    assert CanvassId(6) in [row.entry.entry_id for row in along]


def test_sheets_ask_with_spare_time_and_a_deadline_and_run_nothing(
    case: Case, registry: Path, tmp_path: Path
) -> None:
    ids = import_registry(case, registry).ids
    out = tmp_path / "sheets.html"
    wanted = SheetWanted(
        (ids[3], ids[0]), START_NS, START_NS + 600 * S, "First Street at Second", out, at=HERE,
        officer="Desk 4", contact="555-0111",
    )  # fmt: skip
    done = write_sheets(case, wanted, now_ns=START_NS + DAY)
    assert done.pages == 2
    page = out.read_text()
    assert page.count("<section>") == 2
    assert "<script" not in page
    assert "&lt;script" not in page, "notes about an owner are not for the owner"
    assert "http" not in page.replace("http-equiv", "")
    table = list(csv.DictReader(io.StringIO(out.with_suffix(".csv").read_text("utf-8-sig"))))
    assert [row["Owner"] for row in table] == ["No place", "Corner shop"]
    # 17:24 of the story; a quarter of an hour earlier, and later than the end.
    assert (
        table[1]["Please save, from"]
        < table[1]["What happened, from"]
        < table[1]["What happened, until"]
    )
    assert table[1]["What happened, until"] < table[1]["Please save, until"]
    assert "before 20" in table[1]["Overwrite deadline"]
    assert table[1]["Overwrite deadline"] in page
    with pytest.raises(WrongPlace):
        write_sheets(case, wanted, now_ns=START_NS)


def test_a_list_written_is_read_back_as_it_was(case: Case, registry: Path, tmp_path: Path) -> None:
    import_registry(case, registry)
    made = tuple(
        CanvassEntry(
            text, text, GeoPoint(44.123456789012, -93.1), text, text, 1 / 3, f"{text}\nsecond", text
        )
        for text in ("=1+1", "+1 612 555-0100", "-5", "'=q", "''q", "@SUM(A1)", "5'", 'ü;,"')
    )
    case.post(lambda: AddCanvass(made)).result()
    out = tmp_path / "out.csv"
    assert export_canvass(case, CanvassAsked(), out, now_ns=START_NS) == 12
    # Numbers stay numbers for table programs, also west of Greenwich.
    assert ",-93.1," in out.read_text("utf-8-sig")
    assert import_registry(case, out).known == 12
    case.post(lambda: RemoveCanvass(tuple(one.entry_id for one in entries(case)))).result()
    import_registry(case, out)
    again = [
        replace(one, entry_id=NEW_ENTRY, origin="", origin_sha256="", added_ns=0, added_by="",
                program_version="")
        for one in entries(case)
    ]  # fmt: skip
    assert set(made) < set(again)


def test_a_sheet_that_cannot_be_logged_is_not_left(
    case: Case, registry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = import_registry(case, registry).ids
    wanted = SheetWanted(ids, START_NS, START_NS + 60 * S, "Here", tmp_path / "sheet.html")

    def full(_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(case, "record", full)
        with pytest.raises(OSError, match="no space left"):
            write_sheets(case, wanted, now_ns=START_NS)
    assert not [*tmp_path.glob("sheet.*")]


def test_the_commands_do_the_same(
    case: Case, registry: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(case.folder)
    case.close()

    def told(*more: str) -> object:
        assert main(["canvass", more[0], folder, *more[1:], "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    assert told("import", str(registry), "--dry-run")["added"] == 4  # type: ignore[index]
    assert told("list") == []
    assert told("import", str(registry))["added"] == 4  # type: ignore[index]
    assert told("add", "--owner", "By hand", "--at=-30.0,40.0001") == {"added": [5]}
    told("set", "5", "--status", "refused", "--note", "not without a warrant")
    near = told("list", "--near=-30.0,40.0", "--from", "2026-03-02T17:00:00-06:00")
    assert isinstance(near, list)
    assert {row["id"] for row in near} == {1, 2, 4, 5}
    (by_hand,) = [row for row in near if row["id"] == 5]
    assert (by_hand["status"], by_hand["urgency"]) == ("refused", "unknown")
    out = tmp_path / "list.csv"
    told("list", "--csv", str(out))
    assert "'=cmd" in out.read_text("utf-8-sig")
    told("sheet", "5", "--from", "2026-03-02T17:00:00Z", "--to", "2026-03-02T17:30:00Z",
         "--place", "Here", "--out", str(tmp_path / "s.html"), "--mark-asked")  # fmt: skip
    told("remove", "1")
    rows = told("list")
    assert isinstance(rows, list)
    assert {row["id"]: row["status"] for row in rows}[5] == "asked"
    # All or nothing: the owner stays when the note is refused.
    both = ["canvass", "set", folder, "5", "--owner", "X", "--status", "asked", "--note"]
    assert main([*both, "n" * 5000]) == 2
    assert "By hand" in json.dumps(told("list"))
    assert main(["canvass", "list", folder, "--from", "9999-12-31T00:00:00Z"]) == 2
    assert main(["canvass", "set", folder, "77", "--status", "asked"]) == 2
    assert "77" in capsys.readouterr().err
