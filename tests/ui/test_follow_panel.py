"""The Follow panel: candidates, words said of them, undo, where to look; who is missed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.geo import GeoPoint
from casefiles.jobs import Job, Progress
from casefiles.subject_types import (
    NEW_SUBJECT,
    Absence,
    AddSubject,
    ChangeSubject,
    LastSeen,
    Sighting,
    Subject,
    SubjectId,
)
from casefiles.types import CameraId, SourceId, TrackId
from casefiles.usecases.follow_types import (
    CameraCandidates,
    Candidate,
    FollowAnswer,
    Forecast,
    Journey,
    Look,
    TimeWindow,
    ToAnalyse,
)
from casefiles.usecases.roads import Roads
from casefiles.usecases.show_tracks import show_tracks
from casefiles.view_types import Coverage, Part
from tests.support.accessibility import walk
from tests.support.gui_guards import gui_guards
from tests.support.search_cases import START_NS, S
from tests.support.small_case import make_small_case
from ui import theme
from ui.dialogs.missing_person import MissingPersonDialog
from ui.panels.follow import FollowPanel
from ui.session import Session

FIRST = TrackId(1_000_001)
STAIRS = (TrackId(2_000_001), TrackId(2_000_002), TrackId(2_000_003))
ADA = Subject("Subject 1", "person", clothing="red coat")


class PlainState:
    """Ranks the tracks of the other camera by their ids: what the panel does with an answer does
    not depend on how good it is."""

    def __init__(self, case: Case, subject: Subject) -> None:
        rows = show_tracks(case, SourceId(2), with_suppressed=False)
        self.pool = sorted(rows, key=lambda one: one.track_id)
        self.subject = subject
        self.asked: list[tuple[Sighting, ...]] = []

    def after(
        self, _case: Case, sightings: Sequence[Sighting], *, absences: Sequence[Absence] = (),
        subject: Subject | None = None, gate: bool = True, limit: int = 20,
    ) -> FollowAnswer:  # fmt: skip
        self.asked.append(tuple(sightings))
        said = {one.track_id for one in sightings}
        part = Part("travel time", 0.8, "42 s for 110 m, usual is 60 to 120 s")
        queue = tuple(
            Candidate(
                row, CameraId("stairs"), START_NS + row.from_ns, START_NS + row.to_ns, 2.0,
                0.7, (part,), (part.words, "appearance was not compared"), None,
                neighbour=FIRST, metres=110.0,
            )
            for row in self.pool
            if row.track_id not in said
        )  # fmt: skip
        window = TimeWindow(START_NS, START_NS + 60 * S, START_NS + 9 * S)
        there = CameraCandidates(
            CameraId("stairs"), "Ferry Stairs", (window,), 0.6, queue, len(queue), 0.5,
            tuple(absences),
        )  # fmt: skip
        missing = ToAnalyse(SourceId(2), CameraId("stairs"), START_NS, START_NS + 720 * S, 0.6)
        return FollowAnswer(
            subject or self.subject, tuple(sightings), (there,), queue, (missing,),
            Coverage(2, 1, 50, 30, 20, 0, (), 0), (), gate,
        )  # fmt: skip


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_small_case(tmp_path / "case") as made:
        yield made


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> list[PlainState]:
    """Those that were opened, in order."""
    opened: list[PlainState] = []

    def open_state(case: Case, subject_id: SubjectId, **_: object) -> Job[PlainState]:
        yield Progress(0, 1, "tracks")
        opened.append(PlainState(case, replace(ADA, subject_id=subject_id)))
        return opened[-1]

    def look(_case: Case, _id: SubjectId, *, roads: Roads | None, journey: Journey) -> Forecast:
        window = TimeWindow(START_NS, START_NS + 60 * S, START_NS + 30 * S)
        words = f"Look on Ferry Stairs after {len(journey.stops)} stops"
        one = Look(CameraId("stairs"), "Ferry Stairs", window, 0.6, 110.0, words, True)
        return Forecast(journey.subject, START_NS, START_NS, None, None, None, None, None, (one,))

    monkeypatch.setattr("casefiles.usecases.follow.open_follow", open_state)
    monkeypatch.setattr("casefiles.usecases.forecast.forecast", look)
    return opened


@pytest.fixture
def session(qapp: QApplication, case: Case, qtbot: QtBot) -> Iterator[Session]:
    theme.apply(qapp, "dark")
    made = Session()
    made.set_case(case)
    qtbot.waitUntil(lambda: made.view is not None)
    yield made
    made.stop()


@pytest.fixture
def panel(session: Session, qtbot: QtBot, states: list[PlainState]) -> FollowPanel:
    """The panel with a subject of one sighting followed, and everything read."""
    made = FollowPanel(session)
    qtbot.addWidget(made)
    made.resize(400, 860)
    made.show()
    session.do("new", AddSubject(ADA, (Sighting(NEW_SUBJECT, FIRST, "confirmed"),)))
    qtbot.waitUntil(lambda: bool(made.following.subjects))
    made.following.follow(made.following.subjects[0].subject_id)
    qtbot.waitUntil(lambda: made.settled and made.following.answer is not None)
    assert len(states) == 1
    return made


def listed(panel: FollowPanel) -> list[int]:
    answer = panel.following.answer
    return [] if answer is None else [one.track.track_id for one in answer.queue]


def looked_at(panel: FollowPanel) -> int | None:
    one = panel.following.current
    return None if one is None else one.track.track_id


def test_without_a_subject_it_says_what_to_do(session: Session, qtbot: QtBot) -> None:
    panel = FollowPanel(session)
    qtbot.addWidget(panel)
    panel.resize(400, 600)
    panel.show()
    assert panel.empty.isVisible()
    assert not panel.choice.isVisible()
    assert walk(panel) == []


def test_it_shows_why_when_and_what_was_not_analysed(panel: FollowPanel, qtbot: QtBot) -> None:
    assert listed(panel) == list(STAIRS)
    assert panel.state.text() == "1 confirmed"
    assert panel.bars.words == ("42 s for 110 m, usual is 60 to 120 s",)
    assert panel.why.text == "appearance was not compared"
    assert "Ferry Stairs · 17:24:05" in panel.theirs_words.text
    assert "may be" in panel.theirs_words.text
    assert "Market Gate" in panel.mine_words.text
    with qtbot.waitSignal(panel.analyse_wanted):
        QTest.mouseClick(panel.analyse, Qt.MouseButton.LeftButton)
    assert "12 min of 1 recordings" in panel.analyse.text()
    assert not panel.mine.image.isNull()
    item = panel.looks.item(0)
    assert item is not None
    assert item.text() == "60 % · Look on Ferry Stairs after 1 stops"
    assert walk(panel) == []


def test_a_word_counts_at_once_and_undo_takes_it_back(
    panel: FollowPanel, session: Session, qtbot: QtBot, states: list[PlainState]
) -> None:
    model = panel.following
    with gui_guards():
        model.decide("confirmed")
        # Nobody is proposed until all are ranked by it: a second key would mean somebody else.
        assert panel.strip.currentRow() == -1
        qtbot.waitUntil(lambda: looked_at(panel) == STAIRS[1])
        model.decide("rejected")
        qtbot.waitUntil(lambda: listed(panel) == [STAIRS[2]] and panel.settled)
        # Both words are in the case, with the place in the queue at which each was proposed.
        view = session.view
        assert view is not None
        assert {one.track_id: one.verdict for one in view.sightings} == {
            FIRST: "confirmed", STAIRS[0]: "confirmed", STAIRS[1]: "rejected"
        }  # fmt: skip
        assert next(one.rank for one in view.sightings if one.track_id == STAIRS[0]) == 1
        qtbot.waitUntil(lambda: panel.stops.count() == 2)
        assert panel.mine_strip.isVisible()
        session.undo.undo()
        session.undo.undo()
        qtbot.waitUntil(lambda: listed(panel) == list(STAIRS) and panel.settled)
        assert list(model.confirmed) == [FIRST]
    # What a person says makes another order, not another set: it is read once.
    assert len(states) == 1


def test_going_on_from_a_sighting_leaves_out_what_came_later_and_does_not_ask_again(
    panel: FollowPanel, qtbot: QtBot, states: list[PlainState]
) -> None:
    model = panel.following
    model.decide("confirmed")
    qtbot.waitUntil(lambda: panel.settled and panel.stops.count() == 2)
    qtbot.waitUntil(lambda: model.journey is not None and len(model.journey.stops) == 2)
    stops = model.journey.stops if model.journey is not None else ()
    model.go_on_from(stops[0].track.track_id)
    qtbot.waitUntil(lambda: panel.settled and len(states[-1].asked[-1]) == 1)
    assert states[-1].asked[-1][0].track_id == stops[0].track.track_id
    assert STAIRS[0] not in listed(panel)
    qtbot.waitUntil(lambda: "after 1 stops" in panel.looks.item(0).text())
    model.go_on_from(None)
    qtbot.waitUntil(lambda: panel.settled and len(states[-1].asked[-1]) == 2)


def test_not_seen_there_rejects_those_of_the_span_in_one_act(
    panel: FollowPanel, session: Session, qtbot: QtBot
) -> None:
    panel.following.say_absent(CameraId("stairs"), START_NS, START_NS + 25 * S)
    qtbot.waitUntil(lambda: listed(panel) == [STAIRS[2]] and panel.settled)
    (noted,) = panel.following.absences
    assert (noted.looked_at, noted.share) == (2, 0.5)
    item = panel.gone.item(0)
    assert item is not None
    assert item.text() == "Ferry Stairs: 17:24:00 to 17:24:25"
    session.undo.undo()
    qtbot.waitUntil(lambda: listed(panel) == list(STAIRS) and panel.settled)
    assert panel.gone.count() == 0


def test_lists_lead_to_camera_and_time_with_enter(panel: FollowPanel, qtbot: QtBot) -> None:
    told: list[tuple[str, object]] = []
    panel.look_wanted.connect(lambda camera, wall: told.append((camera, wall)))
    panel.looks.setFocus()
    panel.looks.setCurrentRow(0)
    QTest.keyClick(panel.looks, Qt.Key.Key_Return)
    assert told == [("stairs", START_NS + 30 * S)]
    gone_to: list[object] = []
    panel.stop_wanted.connect(gone_to.append)
    panel.tabs.setCurrentWidget(panel.stops)
    panel.stops.setFocus()
    panel.stops.setCurrentRow(0)
    QTest.keyClick(panel.stops, Qt.Key.Key_Return)
    assert gone_to == [FIRST]
    panel.strip.setFocus()
    QTest.keyClick(panel.strip, Qt.Key.Key_Right)
    assert panel.following.current is not None
    assert panel.following.current.track.track_id == STAIRS[1]


def test_a_newly_analysed_recording_opens_the_candidates_anew(
    panel: FollowPanel, session: Session, qtbot: QtBot, case: Case, states: list[PlainState]
) -> None:
    case.write(lambda cursor: cursor.execute("UPDATE sources SET offset_ns = 0"))
    session.reload()
    qtbot.waitUntil(lambda: len(states) == 2 and panel.settled)
    assert listed(panel) == list(STAIRS)


def test_the_form_keeps_what_is_known_and_refuses_half_a_place(
    session: Session, qtbot: QtBot
) -> None:
    last = LastSeen(START_NS, GeoPoint(40.0, -30.0), 50.0, 60.0, "a neighbour")
    known = replace(ADA, mode="missing", last_seen=last, note="limps", fastest_m_s=2.5)
    dialog = MissingPersonDialog("Change", "-06:00", None, known)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert walk(dialog) == []
    told: list[Subject] = []
    dialog.wanted.connect(told.append)
    dialog.when.clear()
    dialog.accept()
    assert told == []
    assert dialog.problem.isVisible()
    dialog.when.setText("2026-03-02T17:24:00")
    dialog.set_place(GeoPoint(40.5, -30.5))
    dialog.name.setText("Subject 2")
    dialog.accept()
    (said,) = told
    assert said == replace(
        known, name="Subject 2", last_seen=replace(last, point=GeoPoint(40.5, -30.5))
    )
    session.do("change", ChangeSubject(said))


def test_a_place_is_picked_on_the_map(session: Session, qtbot: QtBot) -> None:
    from mapview.projection import project  # noqa: PLC0415 - for one test
    from ui.panels.map import MapPanel  # noqa: PLC0415
    from ui.panels.place_pick import PlacePick  # noqa: PLC0415

    panel = MapPanel(session)
    qtbot.addWidget(panel)
    panel.resize(500, 400)
    panel.show()
    told: list[GeoPoint | None] = []
    PlacePick(panel.map, "Click", told.append).start()
    middle = QPointF(panel.map.rect().center())
    QTest.mouseClick(
        panel.map, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle.toPoint()
    )
    assert panel.map.tool is None
    (place,) = told
    assert place is not None
    assert project(place) == pytest.approx(panel.map.view.world_at(middle.x(), middle.y()))
    PlacePick(panel.map, "Click", told.append).start()
    QTest.keyClick(panel.map, Qt.Key.Key_Escape)
    assert told[1:] == [None]
