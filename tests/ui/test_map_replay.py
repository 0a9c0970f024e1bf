"""Rapid review on the map: dots where tracks were at the show time, or in true time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.geo import GeoPoint
from casefiles.jobs import finish
from casefiles.synopsis_types import Synopsis
from casefiles.types import Camera, CameraId, Placement, SourceId, TrackId
from casefiles.usecases.plan_synopsis import plan_synopsis
from casefiles.usecases.view_case import view_case
from mapview.qt.replay_painter import ReplayLayer
from tests.support.search_cases import (
    START_NS,
    S,
    Seen,
    make_case,
    put_cameras,
    put_run,
    put_source,
)
from tests.support.synopsis_cases import Walk, put_take
from ui.actions import Actions
from ui.dialogs.track_stills import TrackStillDialog
from ui.panels.map import MapPanel, map_colours
from ui.panels.map_replay import replay_picture
from ui.session import Selection, Session
from ui.theme import Scheme, apply, text_font
from workstation.desktop.stills import StillsDesk

HERE = GeoPoint(40.0, -30.0)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """One walker at each of two cameras, an hour apart; nobody knows which way the second looks,
    and where the third stands."""
    made = make_case(tmp_path_factory.mktemp("replay") / "case")
    put_cameras(
        made,
        Camera(CameraId("gate"), "Market Gate", (Placement(HERE, 90, 60, 40),)),
        Camera(CameraId("stairs"), "Ferry Stairs", (Placement(GeoPoint(40.0005, -30.0)),)),
        Camera(CameraId("quay"), "Quay", ()),
    )
    for hour, camera in enumerate(("gate", "stairs", "quay")):
        source = put_source(made, camera, start_ns=START_NS + hour * 3600 * S)
        (track,) = put_run(made, source, Seen(0, 10))
        put_take(made, source, Walk(track, 0, 10))
    yield made
    made.close()


@pytest.fixture(scope="module")
def synopsis(case: Case) -> Synopsis:
    return finish(plan_synopsis(case, ""))


@pytest.fixture
def session(qtbot: QtBot, case: Case) -> Iterator[Session]:
    shared = Session()
    shared.set_case(case)
    qtbot.waitUntil(lambda: shared.view is not None)
    yield shared
    shared.stop()


@pytest.fixture
def panel(qtbot: QtBot, session: Session, synopsis: Synopsis) -> MapPanel:
    shown = MapPanel(session)
    qtbot.addWidget(shown)
    shown.resize(900, 640)
    shown.show()
    shown.set_replay(synopsis)
    qtbot.waitUntil(lambda: shown.replay.replay is not None)
    return shown


def show(qtbot: QtBot, panel: MapPanel, show_ns: int) -> None:
    panel.show_replay(show_ns)
    qtbot.waitUntil(lambda: any(_time_of(panel, dot) == show_ns for dot in range(2)))


def _time_of(panel: MapPanel, at: int) -> int | None:
    dots = panel.map.replay.dots
    return None if at >= len(dots) else dots[at].time_ns - dots[at].track.from_ns


def spots(panel: MapPanel) -> dict[int, QPointF]:
    """The pixel of each track that is there."""
    return {dot.track.track_id: at for dot, at in panel.map.replay.placed(panel.map.view)}


def test_tracks_of_all_cameras_are_replayed_and_the_note_says_what_is_rough(
    qtbot: QtBot, panel: MapPanel
) -> None:
    show(qtbot, panel, 3 * S)
    words = {dot.track.camera: dot.words for dot in panel.map.replay.dots}
    assert words == {"Market Gate": "17:24:03", "Ferry Stairs": "18:24:03"}
    assert "rough" in panel.note.text()
    assert "heading is not known: Ferry Stairs." in panel.note.text()
    assert "no place is known: Quay." in panel.note.text()
    panel.set_replay(None)
    assert spots(panel) == {}
    assert "rough" not in panel.note.text()


def test_a_dot_names_itself_and_a_click_selects_its_track_everywhere(
    qtbot: QtBot, panel: MapPanel, session: Session
) -> None:
    show(qtbot, panel, 3 * S)
    at = spots(panel)[1_000_001].toPoint()
    tip = QHelpEvent(QEvent.Type.ToolTip, at, panel.map.mapToGlobal(at))
    QApplication.sendEvent(panel.map, tip)
    assert "Market Gate · 17:24:03 · track 1000001 · rough place" in QToolTip.text()
    with qtbot.waitSignal(session.seek_wanted) as asked:
        QTest.mouseClick(panel.map, Qt.MouseButton.LeftButton, pos=at)
    assert asked.args == [START_NS + 3 * S]
    chosen = Selection(SourceId(1), CameraId("gate"), TrackId(1_000_001))
    assert session.selection == chosen
    assert panel.map.replay.chosen == 1_000_001
    other = spots(panel)[2_000_001]
    assert panel.map.replay.at(panel.map.view, other + QPointF(2, 1)) is not None
    assert panel.map.replay.at(panel.map.view, other + QPointF(60, 60)) is None


def test_in_true_time_the_playhead_says_who_is_there(
    qtbot: QtBot, panel: MapPanel, session: Session
) -> None:
    panel.replay.set_in_true_time(True)
    assert spots(panel) == {}
    assert "true time" in panel.note.text()
    session.set_playhead(START_NS + 3600 * S + 4 * S)
    qtbot.waitUntil(lambda: len(panel.map.replay.dots) == 1)
    (dot,) = panel.map.replay.dots
    assert (dot.track.camera, dot.words) == ("Ferry Stairs", "18:24:04")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_a_picture_of_it_is_made_without_a_window(
    qapp: QApplication, case: Case, panel: MapPanel, scheme: Scheme
) -> None:
    apply(qapp, scheme)
    layer = ReplayLayer()
    layer.replay = panel.replay.replay
    pictures = []
    for moment in (3 * S, 8 * S, 10**12):
        layer.show("show", moment)
        made = replay_picture(
            view_case(case), None, layer, map_colours(), text_font(13), (500, 400)
        )
        assert (made.width(), made.height()) == (500, 400)
        pictures.append(made)
    hue = map_colours().camera(0)
    # The symbol of a camera has its hue too.
    assert _count(pictures[0], hue) > _count(pictures[2], hue) + 30
    assert pictures[0] != pictures[1]
    apply(qapp, "dark")


def _count(picture: QImage, hue: QColor) -> int:
    wanted = hue.rgb()
    return sum(
        picture.pixel(x, y) == wanted
        for x in range(picture.width())
        for y in range(picture.height())
    )


def test_a_track_and_an_answer_are_saved_as_pictures_from_the_window(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    told: list[tuple[str, str, Path]] = []
    desk = StillsDesk(
        session, window, Actions(window, session), room=lambda: tmp_path,
        tell=lambda *said: told.append(said),
    )  # fmt: skip
    desk.ask_strobe()
    assert not window.findChildren(TrackStillDialog)
    session.select(Selection(track_id=TrackId(1_000_001)))
    desk.ask_strobe()
    (dialog,) = window.findChildren(TrackStillDialog)
    assert dialog.out.path == tmp_path / "track-1000001.png"
    dialog.moments.setValue(4)
    dialog.accept()
    qtbot.waitUntil(lambda: bool(told))
    assert told == [("Stroboscope still saved: track-1000001.png", "", tmp_path)]
    assert {path.name for path in tmp_path.iterdir()} == {
        "track-1000001.png", "track-1000001.png.json",
    }  # fmt: skip
