"""A squad car's positions joined to its camera: through the command line, and shown on the map."""

import json
from pathlib import Path

import pytest

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.types import Actor
from casefiles.usecases.import_positions import read_fixes
from casefiles.usecases.verify_case import verify_case
from tests.casefiles.test_position_files import FIRST_NS, GPX
from tests.support.small_case import make_small_case
from workstation.__main__ import main


@pytest.fixture
def case_folder(tmp_path: Path) -> Path:
    with make_small_case(tmp_path / "case"):
        return tmp_path / "case"


def test_positions_are_joined_listed_and_asked_for(
    case_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "squad.gpx"
    file.write_text(GPX, encoding="utf-8")
    case = str(case_folder)
    assert main(["positions", "import", case, str(file), "--camera", "gate", "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["camera"], done["fixes"]) == ("gate", 2)
    assert main(["positions", "list", case, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [done]
    asked = ["positions", "at", case, "--camera", "gate", "--json", "--at"]
    assert main([*asked, "2026-03-02T14:05:11.500Z"]) == 0
    place = json.loads(capsys.readouterr().out)
    assert (place["lat"], place["lon"]) == pytest.approx((44.95005, -93.1001))
    assert place["estimated"] is False
    assert main([*asked, "2026-03-02T15:00:00Z"]) == 2
    assert "nobody knows where camera gate was" in capsys.readouterr().err


def test_same_file_is_joined_once_and_a_camera_must_be_known(
    case_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "squad.gpx"
    file.write_text(GPX, encoding="utf-8")
    ask = ["positions", "import", str(case_folder), str(file), "--camera"]
    assert main([*ask, "nobody"]) == 2
    assert "no camera nobody" in capsys.readouterr().err
    assert main([*ask, "gate"]) == 0
    assert main([*ask, "stairs"]) == 2
    assert "in the case already" in capsys.readouterr().err


def test_positions_are_taken_away_and_brought_back(
    case_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "squad.gpx"
    file.write_text(GPX, encoding="utf-8")
    case = str(case_folder)
    assert main(["positions", "import", case, str(file), "--camera", "gate"]) == 0
    remove = ["positions", "remove", case, "--positions", "1"]
    assert main(remove) == 0
    capsys.readouterr()
    assert main(["positions", "list", case, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(remove) == 2
    assert "no positions 1" in capsys.readouterr().err
    assert main([*remove, "--restore"]) == 0
    asked = ["positions", "at", case, "--camera", "gate", "--at", "2026-03-02T14:05:11Z"]
    assert main(asked) == 0


def test_positions_are_vouched_for(case_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "squad.gpx"
    file.write_text(GPX, encoding="utf-8")
    assert main(["positions", "import", str(case_folder), str(file), "--camera", "gate"]) == 0
    with Case.open(case_folder, Actor("tester", "bench"), policy="none") as case:
        (fixes,) = read_fixes(case).values()
        assert fixes.times_ns[0] == FIRST_NS
        assert not [one for one in finish(verify_case(case)).bad if "positions" in one]
        case.write(lambda cursor: cursor.execute("UPDATE positions SET lat = lat + 1"))
        assert [one for one in finish(verify_case(case)).bad if "positions" in one]
