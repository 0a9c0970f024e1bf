"""Events besides footage and bookmarks as a table: through the command line, checked and undone."""

import csv
import io
import json
from pathlib import Path

import pytest

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.types import Actor
from casefiles.usecases.import_events import read_case_events
from casefiles.usecases.verify_case import verify_case
from tests.casefiles.test_event_files import CALLS, write
from tests.support.small_case import make_small_case
from workstation.__main__ import main


@pytest.fixture
def case_folder(tmp_path: Path) -> Path:
    with make_small_case(tmp_path / "case"):
        return tmp_path / "case"


def test_events_are_imported_listed_removed_and_brought_back(
    case_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, file = str(case_folder), write(tmp_path, CALLS)
    assert main(["event", "import", case, str(file), "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["id"], done["events"], done["zone"], done["added_by"]) == (1, 2, None, "tester")
    assert main(["event", "import", case, str(file)]) == 2
    assert "in the case already, as events 1" in capsys.readouterr().err

    def listed() -> list[dict[str, object]]:
        assert main(["event", "list", case, "--json"]) == 0
        found: list[dict[str, object]] = json.loads(capsys.readouterr().out)["events"]
        return found

    assert [(one["id"], one["title"], one["uncertainty_s"]) for one in listed()] == [
        (1000002, "Door", 300.0), (1000001, "Caller hears shots", 30.0),
    ]  # fmt: skip
    assert main(["event", "remove", case, "--events", "1"]) == 0
    assert main(["event", "remove", case, "--events", "1"]) == 2
    assert "no present events 1" in capsys.readouterr().err
    assert listed() == []
    assert main(["event", "remove", case, "--events", "1", "--restore"]) == 0
    capsys.readouterr()
    assert len(listed()) == 2


def test_zone_and_headings_are_asked_for(
    case_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = str(case_folder)
    file = write(tmp_path, "When it was;What\n2026-11-01 01:30;call\n")
    ask = ["event", "import", case, str(file)]
    assert main(ask) == 2
    assert "--map time=COLUMN" in capsys.readouterr().err
    ask += ["--map", "time=When it was", "--map", "kind=What"]
    assert main(ask) == 2
    assert "--zone" in capsys.readouterr().err
    ask += ["--zone", "America/Chicago"]
    assert main(ask) == 2
    assert "--fold 1 (the first) or --fold 2" in capsys.readouterr().err
    assert main([*ask, "--fold", "2", "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["from"], done["zone"]) == ("2026-11-01T07:30:00.000Z", "America/Chicago")


def test_events_are_vouched_for(case_folder: Path, tmp_path: Path) -> None:
    file = write(tmp_path, CALLS)
    assert main(["event", "import", str(case_folder), str(file)]) == 0
    with Case.open(case_folder, Actor("tester", "bench"), policy="none") as case:
        assert len(read_case_events(case)) == 2
        assert not [one for one in finish(verify_case(case)).bad if "events" in one]
        case.write(lambda cursor: cursor.execute("UPDATE events SET text = 'three shots'"))
        assert [one for one in finish(verify_case(case)).bad if "events" in one]


def test_a_hundred_thousand_events_go_in_at_once(
    case_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = (f"2026-03-02T{n // 3600 % 24:02d}:{n // 60 % 60:02d}:{n % 60:02d}Z,call,{n}\n"
            for n in range(100_000))  # fmt: skip
    file = write(tmp_path, "time,kind,text\n" + "".join(rows))
    assert main(["event", "import", str(case_folder), str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["events"] == 100_000


def test_note_is_changed_and_bookmarks_are_written_as_a_table_without_formulas(
    case_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, out = str(case_folder), tmp_path / "marks.csv"
    add = ["bookmark", "add", case, "--note", "red coat", "--source", "1", "--media-s", "2"]
    assert main(add) == 0
    assert main(["bookmark", "note", case, "--bookmark", "1", "--note", "=1+1"]) == 0
    assert main(["bookmark", "note", case, "--bookmark", "7", "--note", "x"]) == 2
    capsys.readouterr()
    assert main(["bookmark", "export", case, "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bookmarks"] == 1
    (row,) = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig")))
    assert (row["note"], row["recording"]) == ("'=1+1", "Market Gate")
    assert row["true_time"] != row["camera_time"] != ""
    assert main(["bookmark", "export", case, "--out", str(out)]) == 2
    assert "is there already" in capsys.readouterr().err
