"""Counts while one types, steps to more answers, saved searches, and the editors of all filters."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.edit_kinds import AddLine, AddZone, RemoveZone
from casefiles.jobs import Job, Progress
from casefiles.queries.filters import (
    AttributeFilter,
    ClassFilter,
    ColourFilter,
    CountFilter,
    DirectionFilter,
    DwellFilter,
    Filter,
    LineFilter,
    LoiterFilter,
    SequenceFilter,
    SizeFilter,
    SpeedFilter,
    ZoneFilter,
)
from casefiles.store import audit_rows
from casefiles.types import SourceId
from casefiles.usecases.view_case import view_case
from casefiles.view_types import Line, SavedSearch, Zone
from tests.support.accessibility import walk
from tests.support.gui_guards import gui_guards
from tests.support.small_case import make_small_case
from ui import theme
from ui.models.counting import REST_MS
from ui.panels.search import SearchPanel
from ui.session import Session
from ui.views.filter_editors import KINDS, EditorPopover, editor_of, fresh
from ui.views.saved_popover import SavedPopover
from ui.views.trait_editors import AttributeEditor, DirectionEditor, SpeedEditor
from ui.views.way_editors import DwellEditor, LineEditor, SequenceEditor

DOOR = Zone("door", ((50.0, 150.0), (250.0, 150.0), (250.0, 250.0), (50.0, 250.0)), SourceId(1))
STEP = Line("step", ((50.0, 150.0), (250.0, 150.0)), SourceId(1))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_small_case(tmp_path / "case") as made:
        made.post(lambda: AddZone(DOOR)).result()
        made.post(lambda: AddLine(STEP)).result()
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
    made.resize(420, 480)
    made.show()
    return made


def counted(qtbot: QtBot, panel: SearchPanel) -> None:
    qtbot.waitUntil(lambda: panel.asking.live.counts is not None)


def counts_logged(case: Case) -> int:
    rows = case.read(lambda cursor: [text for _, text, *_ in audit_rows.every(cursor)])
    return sum('"search.count"' in text for text in rows)


def words(panel: SearchPanel) -> list[str]:
    return [chip.text() for chip in panel.chips.chips]


def saved_popover(panel: SearchPanel) -> SavedPopover:
    (opened,) = [one for one in panel.findChildren(SavedPopover) if one.isVisible()]
    return opened


def test_counts_come_when_typing_rests_and_are_logged_once(
    panel: SearchPanel, session: Session, case: Case, qtbot: QtBot
) -> None:
    with gui_guards():
        QTest.keyClicks(panel.field, "person red jacket")
        counted(qtbot, panel)
        counts = panel.asking.live.counts
    assert counts is not None
    assert counts.total is not None
    assert str(counts.total or "No") in panel.asking.hints.words.text
    person, red = panel.chips.chips
    assert f"{counts.alone[0]} tracks answer" in person.accessibleDescription()
    assert f"{counts.alone[1]} tracks answer" in red.accessibleDescription()
    assert session.query is None
    assert counts_logged(case) == 1
    QTest.keyClicks(panel.field, " ")
    QTest.keyClicks(panel.field, "x")
    qtbot.waitUntil(lambda: panel.draft.unknown == ("x",))
    assert panel.asking.live.counts is counts
    assert counts_logged(case) == 1


def test_while_something_is_worked_on_what_it_stores_asks_no_new_counts(
    panel: SearchPanel, session: Session, case: Case, qtbot: QtBot
) -> None:
    """An analysis stores a chunk every few seconds: nobody asked for an audit row at each."""
    QTest.keyClicks(panel.field, "person")
    counted(qtbot, panel)
    assert counts_logged(case) == 1

    def stores_now_and_then(_case: Case) -> Job[None]:
        while True:
            Event().wait(0.02)
            yield Progress(0, 0, "chunks", "storing")

    job = session.run("analyse", stores_now_and_then)
    for _ in range(3):
        session.data_changed.emit(frozenset({"tracks"}))
        assert panel.asking.live.counts is None
        qtbot.wait(2 * REST_MS)
    assert counts_logged(case) == 1
    assert job is not None
    job.cancel()
    counted(qtbot, panel)
    assert counts_logged(case) == 2


def test_a_step_is_followed_by_click_and_taken_back_by_key(
    panel: SearchPanel, qtbot: QtBot
) -> None:
    QTest.keyClicks(panel.field, "person on 2030-01-01")
    counted(qtbot, panel)
    before = panel.draft
    assert len(before.filters) == 2
    (step, *_) = [one for one in panel.asking.hints.chips if "without" in one.text()]
    QTest.mouseClick(step, Qt.MouseButton.LeftButton)
    assert panel.draft.filters == (ClassFilter((1,)),)
    assert panel.asking.hints.back.isVisible()
    QTest.keyClick(panel.asking.hints.back, Qt.Key.Key_Return)
    assert panel.draft == before
    assert not panel.asking.hints.back.isVisible()


def test_going_on_by_hand_forgets_the_step(panel: SearchPanel, qtbot: QtBot) -> None:
    QTest.keyClicks(panel.field, "person on 2030-01-01")
    counted(qtbot, panel)
    QTest.keyClick(panel.asking.hints.chips[0], Qt.Key.Key_Return)
    assert panel.asking.hints.back.isVisible()
    QTest.keyClicks(panel.field, " with a hat")
    qtbot.waitUntil(lambda: AttributeFilter("hat", ("yes",)) in panel.draft.filters)
    assert not panel.asking.hints.back.isVisible()


def test_a_search_is_saved_by_keys_and_asked_again_with_its_chips(
    panel: SearchPanel, session: Session, case: Case, qtbot: QtBot
) -> None:
    QTest.keyClicks(panel.field, "person red jacket")
    qtbot.waitUntil(lambda: len(panel.draft.filters) == 2)
    QTest.keyClick(panel.chips.chips[1], Qt.Key.Key_Delete)
    assert panel.draft.filters == (ClassFilter((1,)),)
    QTest.keyClick(panel.asking.star, Qt.Key.Key_Space)
    opened = saved_popover(panel)
    QTest.keyClick(opened.name, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(opened.name, "People")
    QTest.keyClick(opened.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(session.view and session.view.searches))
    assert panel.asking.star.accessibleDescription() == "This search is saved"
    panel.clear()
    assert words(panel) == []
    QTest.mouseClick(panel.asking.star, Qt.MouseButton.LeftButton)
    again = saved_popover(panel)
    assert not again.save_button.isEnabled()
    QTest.keyClick(again.saved, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.hits is not None)
    assert panel.field.text() == "person red jacket"
    assert panel.draft.filters == (ClassFilter((1,)),)
    session.undo.undo()
    qtbot.waitUntil(lambda: bool(session.view and not session.view.searches))


def test_a_saved_search_is_renamed_and_taken_away_in_the_list(
    panel: SearchPanel, session: Session, qtbot: QtBot
) -> None:
    panel.search_for("person")
    qtbot.waitUntil(lambda: session.hits is not None)
    panel.asking.open_saved()
    opened = saved_popover(panel)
    assert opened.recent.item(0).text() == "person"
    opened.name.setText("One")
    QTest.mouseClick(opened.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(session.view and session.view.searches))
    panel.asking.open_saved()
    opened = saved_popover(panel)
    opened.saved.item(0).setText("Two")
    qtbot.waitUntil(
        lambda: bool(session.view) and [one.name for one in view_of(session)] == ["Two"]
    )
    QTest.keyClick(opened.saved, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not view_of(session))
    assert opened.none_yet.isVisible()
    walk(opened)


def view_of(session: Session) -> tuple[SavedSearch, ...]:
    assert session.view is not None
    return session.view.searches


def test_a_removed_zone_of_a_saved_search_is_said(
    panel: SearchPanel, session: Session, case: Case, qtbot: QtBot
) -> None:
    (zone,) = view_case(case).zones
    panel.field.setText("person")
    panel.set_zone(zone)
    qtbot.waitUntil(lambda: session.hits is not None)
    panel.asking._save("At the door")
    qtbot.waitUntil(lambda: bool(session.view and session.view.searches))
    session.do("removal", RemoveZone(zone.zone_id))
    qtbot.waitUntil(lambda: bool(session.view and not session.view.zones))
    assert session.view is not None
    with qtbot.waitSignal(session.notice) as told:
        panel.asking.ask_again(session.view.searches[0])
    assert told.args is not None
    assert "Zone door was removed since" in told.args[0]
    qtbot.waitUntil(lambda: panel.draft.filters == (ClassFilter((1,)),))


@pytest.mark.parametrize("kind", [name for name, *_ in KINDS])
def test_every_kind_can_be_added_from_the_menu(
    panel: SearchPanel, session: Session, kind: str
) -> None:
    (action,) = [one for one in panel.chips.menu.actions() if one.data() == kind]
    action.trigger()
    (opened,) = [one for one in panel.findChildren(EditorPopover) if one.isVisible()]
    walk(opened)
    QTest.keyClick(opened, Qt.Key.Key_Return)
    if kind not in ("colour", "camera", "zone", "line", "sequence", "direction"):
        assert panel.draft.filters
    opened.close()


def test_editors_give_back_what_they_were_given(case: Case, qtbot: QtBot) -> None:
    view = view_case(case)
    (zone,), (line,) = view.zones, view.lines
    given: tuple[Filter, ...] = (
        AttributeFilter("sleeves", ("short",)),
        DirectionFilter(("left", "north")),
        SpeedFilter(None, 0.153),
        SpeedFilter(1.234567, 3.0),
        SizeFilter(20.4, None),
        CountFilter(3),
        LoiterFilter(61.5),
        DwellFilter(0.0, 12.5),
        DwellFilter(2.5),
        LineFilter(line, "backward"),
        ZoneFilter(zone, "leave"),
        SequenceFilter((ZoneFilter(zone, "enter"), LineFilter(line, "forward")), 90.5),
        ColourFilter("lower", ("red",)),
    )
    for one in given:
        editor = editor_of(one, view)
        qtbot.addWidget(editor)
        assert editor.value() == one  # type: ignore[attr-defined]  # every editor has one


def test_editors_are_driven_by_keys(case: Case, qtbot: QtBot) -> None:
    view = view_case(case)
    (zone,), (line,) = view.zones, view.lines

    attribute = AttributeEditor(AttributeFilter("backpack", ("yes",)))
    qtbot.addWidget(attribute)
    QTest.keyClick(attribute.name, Qt.Key.Key_Down)
    QTest.keyClick(attribute.lists[attribute.name.currentIndex()], Qt.Key.Key_Space)
    assert attribute.value() == AttributeFilter("hat", ("yes",))

    ways = DirectionEditor(DirectionFilter(()))
    qtbot.addWidget(ways)
    assert ways.value() is None
    QTest.keyClick(ways.list, Qt.Key.Key_Space)
    assert ways.value() == DirectionFilter(("left",))

    speed = SpeedEditor(SpeedFilter(2.0, None))
    qtbot.addWidget(speed)
    QTest.keyClick(speed.ends.has_most, Qt.Key.Key_Space)
    speed.ends.most.setValue(0.15)
    # However the ends were put, the smaller one is the lower.
    assert speed.value() == SpeedFilter(0.15, 2.0)

    stay = DwellEditor(DwellFilter(10.0))
    qtbot.addWidget(stay)
    QTest.keyClick(stay.has_most, Qt.Key.Key_Space)
    assert stay.value() == DwellFilter(10.0, 60.0)

    crossed = LineEditor(None, view)
    qtbot.addWidget(crossed)
    QTest.keyClick(crossed.list, Qt.Key.Key_Space)
    QTest.keyClick(crossed.way, Qt.Key.Key_Down)
    assert crossed.value() == LineFilter(line, "forward")

    order = SequenceEditor(None, view)
    qtbot.addWidget(order)
    assert order.value() is None
    QTest.keyClick(order.steps[0], Qt.Key.Key_Down)
    assert order.value() == ZoneFilter(zone, "enter")
    for _ in range(3):
        QTest.keyClick(order.steps[1], Qt.Key.Key_Down)
    QTest.keyClick(order.has_within, Qt.Key.Key_Space)
    assert order.value() == SequenceFilter((ZoneFilter(zone, "enter"), LineFilter(line)), 120.0)


def test_an_area_of_the_map_cannot_be_entered(case: Case, qtbot: QtBot) -> None:
    view = view_case(case)
    area = replace(view.zones[0], source_id=None, polygon=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))
    editor = editor_of(ZoneFilter(area, "enter"), view)
    qtbot.addWidget(editor)
    assert editor.value() == ZoneFilter(area)  # type: ignore[attr-defined]


def test_what_is_fresh_has_an_editor_of_its_kind(case: Case, qtbot: QtBot) -> None:
    view = view_case(case)
    for name, _, _ in KINDS:
        editor = editor_of(fresh(name, view), view, name)
        qtbot.addWidget(editor)
