"""Text becomes chips, chips become hits; what is not understood, refused or not covered is said."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.edit_kinds import AddZone
from casefiles.jobs import Job
from casefiles.queries.filters import (
    CameraFilter,
    ClassFilter,
    ColourFilter,
    DwellFilter,
    Query,
    TimeFilter,
    ZoneFilter,
)
from casefiles.queries.words import NOT_GUESSED
from casefiles.store import audit_rows
from casefiles.types import CameraId, SourceId
from casefiles.usecases.search_tracks import search_tracks
from casefiles.view_types import FirstHits, Hits, Zone
from tests.support.accessibility import walk
from tests.support.gui_guards import gui_guards
from tests.support.slot_clock import slot_clock
from tests.support.small_case import make_small_case
from ui import theme
from ui.models.coverage_words import missing_words
from ui.panels.search import SearchPanel
from ui.session import Session
from ui.views.chip import Chip
from ui.views.filter_editors import (
    CameraEditor,
    ClassEditor,
    ColourEditor,
    EditorPopover,
    TimeEditor,
)
from ui.views.way_editors import DwellEditor, ZoneEditor

DOOR = Zone("door", ((50.0, 150.0), (250.0, 150.0), (250.0, 250.0), (50.0, 250.0)), SourceId(1))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_small_case(tmp_path / "case") as made:
        yield made


@pytest.fixture
def session(qapp: QApplication, case: Case, qtbot: QtBot) -> Iterator[Session]:
    theme.apply(qapp, "dark")
    made = Session()
    made.set_case(case)
    qtbot.waitUntil(lambda: made.view is not None)
    yield made
    made.stop()


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> SearchPanel:
    made = SearchPanel(session)
    qtbot.addWidget(made)
    made.resize(400, 400)
    made.show()
    return made


def words(panel: SearchPanel) -> list[str]:
    return [chip.text() for chip in panel.chips.chips]


def found(session: Session) -> list[int]:
    assert session.hits is not None
    return [hit.track.track_id for hit in session.hits.hits]


def searched(qtbot: QtBot, session: Session) -> Hits:
    qtbot.waitUntil(lambda: session.hits is not None)
    assert session.hits is not None
    return session.hits


def asked(session: Session) -> str | None:
    return None if session.query is None else session.query.text


def popover(panel: SearchPanel) -> EditorPopover:
    (opened,) = [one for one in panel.findChildren(EditorPopover) if one.isVisible()]
    return opened


def test_typing_shows_chips_without_searching(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    QTest.keyClicks(panel.field, "person red jacket at Market Gate")
    qtbot.waitUntil(lambda: len(words(panel)) == 3)
    assert words(panel) == ["person", "upper: red", "camera Market Gate"]
    assert session.query is None
    assert not panel.examples.isVisible()


def test_words_for_sex_and_refused_words_are_struck_chips_that_say_why_and_go_away(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    QTest.keyClicks(panel.field, "asian woman red jacket")
    qtbot.waitUntil(lambda: len(panel.chips.struck) == 2)
    assert words(panel) == ["person", "upper: red"]
    sex, race = panel.chips.struck
    assert (sex.text(), race.text()) == ("woman", "asian")
    assert all(chip.font().strikeOut() for chip in (sex, race))
    assert not panel.chips.chips[0].font().strikeOut()
    assert sex.toolTip() == sex.accessibleName() == f"woman: {NOT_GUESSED}"
    assert "E-10 race" in race.accessibleName()
    QTest.keyClick(sex, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: [chip.text() for chip in panel.chips.struck] == ["asian"])
    QTest.keyClicks(panel.field, "s")
    qtbot.waitUntil(lambda: panel.draft.text.endswith("s"))
    assert [chip.text() for chip in panel.chips.struck] == ["asian"]
    assert panel.draft.refused == ("asian",)


def test_a_text_of_refused_words_alone_is_logged_and_not_searched(
    panel: SearchPanel, case: Case, session: Session, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(session.notice):
        panel.search_for("pregnant")

    def outcomes() -> list[str]:
        rows = case.read(lambda cursor: list(audit_rows.every(cursor)))
        return [row["outcome"] for row in map(json.loads, (text for _, text, *_ in rows))
                if row["event"] == "search"]  # fmt: skip

    qtbot.waitUntil(lambda: outcomes() == ["refused"])
    assert session.hits is None


def test_filters_that_exclude_each_other_are_told_below_the_chips(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    QTest.keyClicks(panel.field, "person, long and short sleeves")
    qtbot.waitUntil(lambda: len(words(panel)) == 3)
    assert "nothing can be found" in panel.notes.contradictions.text


def test_enter_searches_and_says_what_was_covered(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    QTest.keyClicks(panel.field, "person red jacket")
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    hits = searched(qtbot, session)
    assert set(found(session)) >= {1000001, 2000001}
    assert hits.hits[0].track.track_id in (1000001, 2000001)
    assert session.query is not None
    assert session.query.text == "person red jacket"
    assert "2 of 2 recordings" in panel.coverage.toolTip()
    assert "motion gate" in panel.coverage.toolTip()
    assert panel.coverage.text.lower() == "; ".join(missing_words(hits.coverage)).lower()


def test_the_button_searches_what_was_just_typed(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    QTest.keyClicks(panel.field, "white car")
    QTest.mouseClick(panel.button, Qt.MouseButton.LeftButton)
    searched(qtbot, session)
    assert found(session) == [1000004]


def test_words_that_are_not_understood_or_refused_are_said_and_change_nothing(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    panel.search_for("asian person in a red jacket xyzzy")
    searched(qtbot, session)
    assert "xyzzy" in panel.notes.unknown.text
    assert "asian" in panel.notes.refused.text
    assert "does not search by" in panel.notes.refused.text
    assert panel.notes.refused.isVisible()
    assert all("asian" not in one for one in words(panel))


def test_a_text_without_anything_to_search_by_is_not_searched_as_anything(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(session.notice):
        panel.search_for("suspicious xyzzy")
    assert session.query is None
    assert session.hits is None


@pytest.mark.parametrize("way", ["cross", "delete"])
def test_a_chip_is_taken_away_by_its_cross_and_by_delete_and_searched_without(
    way: str, panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    panel.search_for("person red jacket")
    searched(qtbot, session)
    chip = panel.chips.chips[1]
    assert chip.text() == "upper: red"
    if way == "cross":
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=chip.cross().center())
    else:
        chip.setFocus()
        QTest.keyClick(chip, Qt.Key.Key_Delete)
    assert words(panel) == ["person"]
    searched(qtbot, session)
    assert len(found(session)) == 6


def test_a_removed_chip_stays_away_while_one_goes_on_typing(
    panel: SearchPanel, qtbot: QtBot
) -> None:
    QTest.keyClicks(panel.field, "person red jacket")
    qtbot.waitUntil(lambda: len(words(panel)) == 2)
    panel.chips.chips[0].removed.emit()
    QTest.keyClicks(panel.field, " for 5 seconds")
    qtbot.waitUntil(lambda: len(words(panel)) == 2)
    assert words(panel) == ["upper: red", "at least 5 s"]


def test_a_colour_chip_opens_swatches_and_applies_on_enter(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    panel.search_for("person red jacket")
    searched(qtbot, session)
    QTest.mouseClick(panel.chips.chips[1], Qt.MouseButton.LeftButton, pos=QPoint(20, 14))
    editor = popover(panel).editor
    assert isinstance(editor, ColourEditor)
    assert editor.list.checked() == ("red",)
    editor.list.check("red", on=False)
    editor.list.check("green")
    QTest.keyClick(popover(panel), Qt.Key.Key_Return)
    assert panel.draft.filters[1] == ColourFilter("upper", ("green",))
    searched(qtbot, session)
    assert 1000003 in found(session)
    assert 1000001 not in found(session)


def test_escape_leaves_a_chip_as_it_was(panel: SearchPanel, session: Session, qtbot: QtBot) -> None:
    panel.search_for("person")
    searched(qtbot, session)
    chip = panel.chips.chips[0]
    chip.setFocus()
    QTest.keyClick(chip, Qt.Key.Key_Space)
    editor = popover(panel).editor
    assert isinstance(editor, ClassEditor)
    editor.list.check(3)
    QTest.keyClick(editor.list, Qt.Key.Key_Escape)
    assert not panel.findChildren(EditorPopover) or not popover_is_open(panel)
    assert panel.draft.filters == (ClassFilter((1,)),)


def popover_is_open(panel: SearchPanel) -> bool:
    return any(one.isVisible() for one in panel.findChildren(EditorPopover))


def test_an_editor_with_nothing_chosen_takes_the_chip_away(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    panel.search_for("person red jacket")
    searched(qtbot, session)
    panel.chips.chips[0].click()
    editor = popover(panel).editor
    assert isinstance(editor, ClassEditor)
    editor.list.check(1, on=False)
    QTest.mouseClick(popover(panel).apply_button, Qt.MouseButton.LeftButton)
    assert words(panel) == ["upper: red"]


def test_filters_are_added_from_the_menu(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    session.do("zone", AddZone(DOOR))
    qtbot.waitUntil(lambda: session.view is not None and len(session.view.zones) == 1)
    for kind, fill in (
        ("class", lambda editor: editor.list.check(1)),
        ("camera", lambda editor: editor.list.check("gate")),
        ("zone", lambda editor: editor.list.check(editor.list._choices[0].value)),
        ("dwell", lambda editor: editor.seconds.setValue(12)),
        ("time", lambda editor: None),
        ("clock", lambda editor: None),
        ("colour", lambda editor: editor.list.check("red")),
    ):
        panel.chips.add_wanted.emit(kind)
        opened = popover(panel)
        fill(opened.editor)
        QTest.keyClick(opened, Qt.Key.Key_Return)
    kinds = [type(one).__name__ for one in panel.draft.filters]
    assert kinds == ["ClassFilter", "CameraFilter", "ZoneFilter", "DwellFilter", "TimeFilter",
                     "ClockFilter", "ColourFilter"]  # fmt: skip
    assert panel.draft.filters[1] == CameraFilter((CameraId("gate"),))
    assert panel.draft.filters[3] == DwellFilter(12.0)
    qtbot.waitUntil(lambda: len(words(panel)) == 7)


def test_a_time_editor_shows_the_case_zone_and_gives_back_what_was_not_touched(
    session: Session, qtbot: QtBot
) -> None:
    assert session.view is not None
    wall_ns = 1_772_493_845_250_000_000
    editor = TimeEditor(TimeFilter(wall_ns, None), session.view)
    qtbot.addWidget(editor)
    assert editor.begin.text() == "2026-03-02 17:24:05"
    assert not editor.end.isEnabled()
    assert editor.value() == TimeFilter(wall_ns, None)
    editor.has_to.setChecked(True)
    editor.end.setDateTime(editor.begin.dateTime().addSecs(60))
    assert editor.value() == TimeFilter(wall_ns, wall_ns // 10**9 * 10**9 + 60 * 10**9)


def test_editors_of_an_empty_case_say_what_is_missing(session: Session, qtbot: QtBot) -> None:
    assert session.view is not None
    editor = ZoneEditor(None, session.view)
    qtbot.addWidget(editor)
    assert editor.value() is None
    camera = CameraEditor(CameraFilter(()), session.view)
    qtbot.addWidget(camera)
    assert camera.value() is None
    dwell = DwellEditor(DwellFilter(3))
    qtbot.addWidget(dwell)
    assert dwell.value() == DwellFilter(3.0)


def test_a_zone_is_searched_with_what_is_asked_for_already(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    panel.search_for("person")
    searched(qtbot, session)
    panel.set_zone(DOOR)
    qtbot.waitUntil(lambda: session.hits is not None and "zone: door" in words(panel))
    assert found(session) == [1000001]
    other = Zone("far", ((500.0, 0.0), (600.0, 0.0), (600.0, 50.0)), SourceId(1))
    panel.set_zone(other)
    qtbot.waitUntil(lambda: session.hits is not None and "zone: far" in words(panel))
    assert [one for one in panel.draft.filters if isinstance(one, ZoneFilter)] == [
        ZoneFilter(other)
    ]
    assert found(session) == []


def test_more_like_this_shows_similar_appearance_and_never_a_match(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    panel.more_like(1000001)
    assert panel.similar_chip.isVisible()
    assert panel.similar_chip.text() == "similar appearance to track 1000001"
    searched(qtbot, session)
    # At the same time on the other camera it cannot be; what was later can.
    assert 1000001 not in found(session)
    said = [reason for hit in session.hits.hits for reason in hit.why] if session.hits else []
    assert not any("match" in reason for reason in said)
    assert asked(session) == "similar appearance to track 1000001"
    panel.similar_chip.removed.emit()
    assert asked(session) is None
    assert not panel.similar_chip.isVisible()


def test_a_newer_search_replaces_the_one_that_runs(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    answers: list[str] = []
    session.hits_changed.connect(
        lambda: answers.append(session.query.text) if session.hits and session.query else None
    )
    for text in ("person", "car", "person red jacket"):
        panel.search_for(text)
    qtbot.waitUntil(lambda: bool(answers) and answers[-1] == "person red jacket")
    qtbot.wait(50)
    assert answers[-1] == "person red jacket"


def test_escape_cancels_a_search_and_nothing_arrives(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    panel.search_for("person")
    searched(qtbot, session)
    panel.search()
    qtbot.waitUntil(lambda: panel.busy)
    assert panel.button.text() == "Cancel"
    QTest.keyClick(panel.field, Qt.Key.Key_Escape)
    assert not panel.busy
    assert panel.button.text() == "Search"
    qtbot.wait(100)
    assert session.hits is None


def test_the_first_hits_of_a_long_search_are_shown_while_it_goes_on(
    panel: SearchPanel, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Event()

    def long(case: Case, query: Query, *, limit: int, skip: int) -> Job[Hits]:
        whole = yield from search_tracks(case, query, limit=limit, skip=skip)
        first = replace(whole, hits=whole.hits[:1], total=1, complete=False)
        yield FirstHits(1, 2, "sources", hits=first)
        assert seen.wait(60)
        return whole

    monkeypatch.setattr("ui.panels.search.search_ranked", long)
    panel.search_for("person")
    first = searched(qtbot, session)
    assert (len(first.hits), first.complete) == (1, False)
    assert panel.busy
    seen.set()
    qtbot.waitUntil(lambda: not panel.busy)
    assert session.hits is not None
    assert session.hits.complete
    assert session.hits.total == 6


def test_another_page_is_searched_of_the_same_question(
    panel: SearchPanel, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.panels.search.PAGE", 4)
    panel.search_for("person")
    first = searched(qtbot, session)
    assert (len(first.hits), first.total) == (4, 6)
    panel.turn_to(4)
    assert session.hits is None
    second = searched(qtbot, session)
    assert (len(second.hits), second.skipped, second.total) == (2, 4, 6)
    both = [hit.track.track_id for hit in (*first.hits, *second.hits)]
    assert len(set(both)) == 6
    assert words(panel) == ["person"]


def test_an_error_ends_the_search_and_reaches_the_banner(
    panel: SearchPanel, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(case: Case, query: object, *, limit: int, skip: int) -> Iterator[None]:
        yield from ()
        raise ValueError("no")

    monkeypatch.setattr("ui.panels.search.search_ranked", broken)
    with qtbot.waitSignal(session.failed) as told:
        panel.search_for("person")
    assert isinstance(told.args[0], ValueError) if told.args else False
    assert not panel.busy


def test_arrows_bring_back_earlier_texts_and_the_unfinished_one(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    for number, text in enumerate(("person", "car"), 1):
        panel.search_for(text)
        qtbot.waitUntil(lambda count=number: len(panel.field.history) == count)  # type: ignore[misc]
    panel.field.clear()
    QTest.keyClicks(panel.field, "wh")
    for key, text in ((Qt.Key.Key_Up, "car"), (Qt.Key.Key_Up, "person"), (Qt.Key.Key_Up, "person"),
                      (Qt.Key.Key_Down, "car"), (Qt.Key.Key_Down, "wh")):  # fmt: skip
        QTest.keyClick(panel.field, key)
        assert panel.field.text() == text


def test_at_most_twenty_texts_are_remembered(panel: SearchPanel) -> None:
    for number in range(30):
        panel.field.remember(f"person {number}")
    panel.field.remember("person 15")
    assert len(panel.field.history) == 20
    assert panel.field.history[-2:] == ["person 29", "person 15"]


def test_an_example_is_searched_when_pressed(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    assert panel.examples.isVisible()
    QTest.mouseClick(panel.examples.chips[0], Qt.MouseButton.LeftButton)
    searched(qtbot, session)
    assert panel.field.text() == "person in a red jacket"
    assert not panel.examples.isVisible()


def test_clear_forgets_text_chips_and_hits(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    panel.search_for("person")
    searched(qtbot, session)
    panel.clear()
    assert (panel.field.text(), words(panel), session.query, session.hits) == ("", [], None, None)
    assert panel.coverage.text == ""
    assert panel.examples.isVisible()


def test_a_closed_case_leaves_nothing_of_its_search(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    panel.search_for("person")
    searched(qtbot, session)
    session.set_case(None)
    assert panel.field.text() == ""
    assert words(panel) == []
    assert not panel.field.isEnabled()


def test_a_query_set_elsewhere_is_shown(panel: SearchPanel, session: Session, qtbot: QtBot) -> None:
    panel.search_for("person")
    searched(qtbot, session)
    assert session.query is not None
    other = session.query.with_filter(DwellFilter(7))
    session.set_query(other)
    assert words(panel) == ["person", "at least 7 s"]


def test_keys_of_a_chip_are_its_own_and_not_the_players(panel: SearchPanel, qtbot: QtBot) -> None:
    chip = Chip("person")
    qtbot.addWidget(chip)
    for key, own in ((Qt.Key.Key_Space, True), (Qt.Key.Key_Delete, True), (Qt.Key.Key_J, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.setAccepted(False)
        QApplication.sendEvent(chip, event)
        assert event.isAccepted() is own


def test_everything_has_a_name_and_is_reached_by_tab(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    assert [str(one) for one in walk(panel)] == []
    panel.search_for("asian person red jacket xyzzy at Market Gate")
    searched(qtbot, session)
    qtbot.wait(20)
    assert [str(one) for one in walk(panel)] == []


def test_searching_keeps_the_gui_thread_free_of_work_and_quick(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    panel.search_for("person")
    searched(qtbot, session)
    with gui_guards(), slot_clock() as clock:
        QTest.keyClicks(panel.field, " red jacket at Market Gate")
        QTest.keyClick(panel.field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: len(words(panel)) == 3 and session.hits is not None)
        panel.chips.chips[0].removed.emit()
        qtbot.waitUntil(lambda: session.hits is not None)
    clock.check()


HOSTILE = (
    "person " * 1500,
    "x" * 10_000,
    "\u202eperson\u202c \x07\x1b[31mred\x00",
    "'; DROP TABLE tracks; --",
    "person at least " + "9" * 400 + " px",
    "person 9999-12-31 \U0001f52a",
    "m u s l i m person",
    "\ud800 person",
)


def test_texts_of_the_worst_kind_leave_the_panel_as_it_was(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    for text in HOSTILE:
        panel.search_for(text)
    panel.search_for("person red jacket")
    searched(qtbot, session)
    qtbot.waitUntil(lambda: asked(session) == "person red jacket")
    assert words(panel) == ["person", "upper: red"]


def _last_is(panel: SearchPanel, text: str) -> bool:
    return words(panel)[-1:] == [text]


def test_chips_taken_away_while_a_search_runs_end_with_the_answer_to_what_is_left(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    panel.search_for("person red jacket for 1 second")
    for left in ("at least 1 s", "upper: red"):
        qtbot.waitUntil(partial(_last_is, panel, left))
        panel.search()
        panel.chips.chips[-1].removed.emit()
    qtbot.waitUntil(lambda: not panel.busy and session.hits is not None)
    assert words(panel) == ["person"]
    assert session.query is not None
    assert [type(one) for one in session.query.filters] == [ClassFilter]
