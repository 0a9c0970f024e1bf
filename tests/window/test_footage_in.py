"""Files dropped on the window become recordings, cameras or a map, as a person lets them."""

import shutil
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from casefiles.queries.filters import ZoneFilter
from casefiles.types import Actor
from casefiles.usecases.import_cameras import import_cameras
from casefiles.usecases.open_case import create_case
from resources.files import packaged
from tests.support.clips import beginning
from tests.support.gui_guards import GuiGuards
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import (
    Key,
    case_open,
    click,
    dialog,
    drop,
    focused,
    jobs_ended,
    message,
    no_dialog,
    press,
    tab_to,
    write,
)
from ui.dialogs.camera_import import CameraImportDialog
from ui.dialogs.intake import IntakeDialog
from ui.dialogs.new_case import NewCaseDialog
from ui.dialogs.pairs.plan import PlanDialog
from ui.jobs import JobState, RunningJob
from ui.models.intake_table import FILE, KNOWN, LOOK, START
from workstation.desktop.desktop import Desktop

ANALYSIS_MS = 60_000
CLIP_S = 6.0
GATE, STAIRS = "2026-03-02 17-24-00 market-gate.mp4", "ferry-stairs.mkv"


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as it comes from a recorder: the beginnings of two bundled clips, and rubbish."""
    folder = tmp_path_factory.mktemp("recorded")
    beginning(packaged("demo", "market-gate.mp4"), folder / GATE, CLIP_S)
    beginning(packaged("demo", "ferry-stairs.mkv"), folder / STAIRS, CLIP_S)
    (folder / "notes.txt").write_text("handed over at the gate\n")
    (folder / "torn.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40)
    return folder


@pytest.fixture
def footage(recorded: Path, tmp_path: Path) -> Path:
    """That folder, to do anything with."""
    return Path(shutil.copytree(recorded, tmp_path / "recorded"))


@pytest.fixture
def cameras_only(
    qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path, guards: GuiGuards
) -> Desktop:
    """The window with a case that knows its cameras and has no footage."""
    actor = Actor("tester", "bench")
    with guards.lifted(), create_case(tmp_path / "c", actor, number="26-2", title="Quay") as case:
        import_cameras(case, packaged("demo", "cameras.csv"))
    open_case(qtbot, empty_desktop, tmp_path / "c")
    return empty_desktop


def rows_of(asked: IntakeDialog) -> dict[str, int]:
    """The rows of the dialog by file name."""
    model = asked.model
    return {model.index(row, FILE).data(): row for row in range(model.rowCount())}


def analysis(qtbot: QtBot, desktop: Desktop) -> RunningJob:
    """The job that analyses, as soon as it works."""

    def there() -> RunningJob | None:
        jobs = desktop.session.jobs.jobs
        return next((one for one in jobs if one.title.startswith("Analyse")), None)

    qtbot.waitUntil(lambda: there() is not None, timeout=PATIENCE_MS)
    job = there()
    assert job is not None
    return job


def test_dropped_folder_is_proposed_corrected_added_and_analysed(
    qtbot: QtBot, cameras_only: Desktop, footage: Path
) -> None:
    desktop = cameras_only
    assert drop(desktop.window, [footage])
    asked = dialog(qtbot, desktop, IntakeDialog)
    rows = rows_of(asked)
    assert set(rows) == {GATE, STAIRS, "notes.txt", "torn.mp4"}
    known = {name: asked.model.index(row, KNOWN).data() for name, row in rows.items()}
    assert "names it" in known[GATE]
    assert "file name" in known[GATE]
    looks = {name: asked.model.index(row, LOOK).data() for name, row in rows.items()}
    assert "start not known" in looks[STAIRS]
    for broken in ("notes.txt", "torn.mp4"):
        assert looks[broken]
        assert not known[broken]
    correct_start(qtbot, desktop, asked, rows[STAIRS], "2026-03-02 17:24:08")
    assert "Add 2 recordings" in asked.add.text()
    tab_to(desktop, asked.add)
    press(desktop, Key.Key_Return)
    job = analysis(qtbot, desktop)
    check_pause(qtbot, desktop, job)
    view = desktop.session.view
    assert view is not None
    assert {str(source.camera_id) for source in view.sources} == {"market-gate", "ferry-stairs"}
    stairs = next(one for one in view.sources if one.camera_id == "ferry-stairs")
    assert stairs.start_basis == "given"
    assert len(desktop.tiles.shown) == 2
    for one in view.sources:
        assert desktop.sources.model.find(one.source_id, one.camera_id).isValid()
    lanes = {lane.camera_id for lane in desktop.timeline.timeline.lanes if len(lane.spans)}
    assert lanes == {"market-gate", "ferry-stairs"}
    qtbot.waitUntil(lambda: job.state is JobState.DONE, timeout=ANALYSIS_MS)
    qtbot.waitUntil(
        lambda: desktop.badges.coverage.words.text().startswith("2 of 2"), timeout=PATIENCE_MS
    )


def correct_start(qtbot: QtBot, desktop: Desktop, asked: IntakeDialog, row: int, text: str) -> None:
    """Moves to the start of a row by keys and types another."""
    tab_to(desktop, asked.table)
    asked.table.setCurrentIndex(asked.model.index(row, FILE))
    for _ in range(START - FILE):
        press(desktop, Key.Key_Right)
    press(desktop, Key.Key_F2)
    editor = focused(desktop)
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    write(desktop, text)
    press(desktop, Key.Key_Return)
    assert asked.isVisible(), "Enter ends the typing, not the dialog"
    qtbot.waitUntil(lambda: asked.model.index(row, START).data() == text, timeout=PATIENCE_MS)


def check_pause(qtbot: QtBot, desktop: Desktop, job: RunningJob) -> None:
    """Pauses and goes on with the buttons of the row; progress and rate are said meanwhile."""
    row = next(one for one in desktop.jobs.rows if one.job is job)
    qtbot.waitUntil(lambda: "frames/s" in row.words.text(), timeout=ANALYSIS_MS)
    assert row.bar.maximum() > 0
    click(row.hold)
    qtbot.waitUntil(lambda: job.state is JobState.PAUSED, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "paused" in row.words.text(), timeout=PATIENCE_MS)
    click(row.hold)
    qtbot.waitUntil(lambda: job.state is not JobState.PAUSED, timeout=PATIENCE_MS)


def test_few_keys_and_clicks_lead_from_dropped_files_to_a_searched_zone(
    qtbot: QtBot,
    empty_desktop: Desktop,
    footage: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Counted: every key pressed and every click; waiting is free, and so is the drop itself."""
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    desktop, keys, clicks = empty_desktop, 0, 0
    assert drop(desktop.start_page, [footage / GATE])
    # Where no case is open: its number, Enter.
    dialog(qtbot, desktop, NewCaseDialog)
    write(desktop, "26-3")
    press(desktop, Key.Key_Return)
    case_open(qtbot, desktop, "26-3")
    # From here on it is the same in any case.
    dialog(qtbot, desktop, IntakeDialog)
    press(desktop, Key.Key_Return)
    keys += 1
    no_dialog(qtbot, desktop)
    job = analysis(qtbot, desktop)
    qtbot.waitUntil(lambda: job.state is JobState.DONE, timeout=ANALYSIS_MS)
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
    press(desktop, Key.Key_Z)
    keys += 1
    tile = desktop.tiles.tile(desktop.tiles.shown[0])
    assert tile is not None
    assert tile.tool is not None, "Z draws at once: the keyboard is on the tile"
    view, room = tile.place, tile.rect()
    for across, down in ((0.02, 0.02), (0.98, 0.02), (0.5, 0.98)):
        width, height = view.source
        x, y = view.to_view((across * width, down * height))
        assert room.contains(QPoint(round(x), round(y)))
        click(tile, QPoint(round(x), round(y)))
        clicks += 1
    press(desktop, Key.Key_Return)
    keys += 1
    qtbot.waitUntil(lambda: desktop.session.hits is not None, timeout=PATIENCE_MS)
    query, hits = desktop.session.query, desktop.session.hits
    assert query is not None
    assert hits is not None
    assert any(isinstance(one, ZoneFilter) for one in query.filters)
    assert hits.hits, "who walks through the picture walks through the zone"
    assert (keys, clicks) == (3, 3)


def test_same_files_dropped_again_are_said_to_be_in_the_case(
    qtbot: QtBot, cameras_only: Desktop, footage: Path
) -> None:
    desktop = cameras_only
    for turn in ("first", "second"):
        assert drop(desktop.window, [footage / GATE])
        asked = dialog(qtbot, desktop, IntakeDialog)
        asked.analyse.setChecked(False)
        if turn == "first":
            press(desktop, Key.Key_Return)
            no_dialog(qtbot, desktop)
            jobs_ended(qtbot, desktop)
            qtbot.waitUntil(
                lambda: bool(desktop.session.view and desktop.session.view.sources),
                timeout=PATIENCE_MS,
            )
    assert asked.model.index(0, LOOK).data() == "already in the case"
    assert not asked.add.isEnabled()
    press(desktop, Key.Key_Escape)
    no_dialog(qtbot, desktop)
    assert len(desktop.session.view.sources) == 1  # type: ignore[union-attr]  # it is open


def test_dropped_tables_become_cameras_and_a_map(
    qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path, guards: GuiGuards
) -> None:
    desktop = empty_desktop
    with guards.lifted():
        create_case(tmp_path / "c", Actor("tester", "bench"), number="26-4", title="").close()
    open_case(qtbot, desktop, tmp_path / "c")
    assert drop(desktop.start_page, [packaged("demo", "cameras.csv")])
    assert dialog(qtbot, desktop, CameraImportDialog).take.text() == "Import 13 of 13 rows"
    press(desktop, Key.Key_Return)
    assert "cameras from cameras.csv" in message(qtbot, desktop).title
    qtbot.waitUntil(
        lambda: bool(desktop.session.view and desktop.session.view.cameras), timeout=PATIENCE_MS
    )
    # With cameras there is something to see.
    qtbot.waitUntil(desktop.sources.isVisible, timeout=PATIENCE_MS)
    assert desktop.sources.model.find(None, "market-gate").isValid()
    assert desktop.session.view is not None
    ids = {one.camera_id for one in desktop.session.view.cameras}
    assert len(ids) == 12
    qtbot.waitUntil(lambda: {mark.camera_id for mark in desktop.map.map.marks} == ids, timeout=3000)
    assert "No map loaded" in desktop.map.note.text()
    pairs = tmp_path / "pairs.json"
    pairs.write_text('[{"image": [1, 2], "lonlat": [-30.02, 40.02]}]')
    assert drop(desktop.window, [pairs])
    qtbot.waitUntil(
        lambda: "select the camera that they belong to" in desktop.banner.messages[-1].title,
        timeout=PATIENCE_MS,
    )
    plan = tmp_path / "plan.png"
    desktop.map.map.grab().save(str(plan))
    # A picture dropped on the map is a plan, as one that is loaded as a map.
    for take in (partial(drop, desktop.map), lambda files: desktop.footage.take_map(files[0])):
        take([plan])
        dialog(qtbot, desktop, PlanDialog).reject()
        no_dialog(qtbot, desktop)
    assert drop(desktop.window, [packaged("demo", "town.geojson")])
    qtbot.waitUntil(lambda: desktop.map.note.isHidden(), timeout=PATIENCE_MS)
    jobs_ended(qtbot, desktop)
    assert "Map town.geojson loaded" in desktop.banner.messages[-1].title


def test_drop_without_a_case_that_is_then_called_off_touches_no_other_case(
    qtbot: QtBot, empty_desktop: Desktop, footage: Path, tmp_path: Path, guards: GuiGuards
) -> None:
    desktop = empty_desktop
    with guards.lifted():
        create_case(tmp_path / "c", Actor("tester", "bench"), number="26-5", title="").close()
    assert drop(desktop.window, [footage])
    dialog(qtbot, desktop, NewCaseDialog)
    press(desktop, Key.Key_Escape)
    no_dialog(qtbot, desktop)
    open_case(qtbot, desktop, tmp_path / "c")
    assert not desktop.session.jobs.jobs, "those files were for a case that was never made"
