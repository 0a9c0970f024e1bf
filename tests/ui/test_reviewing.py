"""Deciding on hits with keys and mouse: marks, order, figures, groups; undo brings it back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.queries.filters import ClassFilter, Query
from casefiles.types import TrackId
from casefiles.usecases.decided import decisions_of
from casefiles.usecases.search_similar import search_similar
from casefiles.usecases.search_tracks import search_tracks
from casefiles.view_types import Coverage, Hits
from tests.support.accessibility import walk
from tests.support.gui_guards import gui_guards
from tests.support.small_case import make_small_case
from ui import theme
from ui.models.coverage_words import coverage_line
from ui.panels.results import ResultsPanel
from ui.session import Session
from ui.theme import colour

PEOPLE = Query("person", (ClassFilter((1,)),))


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
def panel(session: Session, qtbot: QtBot, case: Case) -> ResultsPanel:
    """The panel with six people listed, the first current."""
    made = ResultsPanel(session)
    qtbot.addWidget(made)
    made.resize(380, 700)
    made.show()
    session.set_query(PEOPLE)
    session.set_hits(finish(search_tracks(case, PEOPLE)))
    made.go_next()
    return made


def shown(panel: ResultsPanel) -> list[int]:
    return [hit.track.track_id for hit in panel.model.rows]


def said(case: Case, session: Session) -> dict[int, str]:
    assert session.hits is not None
    assert session.hits.question is not None
    return {one.track_id: one.verdict for one in decisions_of(case, session.hits.question)}


def current(panel: ResultsPanel) -> int:
    assert panel.current is not None
    return panel.current.track.track_id


def click(panel: ResultsPanel, row: int) -> None:
    place = panel.cards.visualRect(panel.model.index(row, 0)).center()
    QTest.mouseClick(panel.cards.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_word_marks_the_hit_and_goes_to_the_next_undecided(
    panel: ResultsPanel, session: Session, case: Case, qtbot: QtBot
) -> None:
    first, second, third = shown(panel)[:3]
    panel.head.rank_button.setChecked(False)
    with gui_guards():
        QTest.mouseClick(panel.head.right_button, Qt.MouseButton.LeftButton)
        assert current(panel) == second
        assert panel.review.verdicts == {first: "right"}
        QTest.mouseClick(panel.head.wrong_button, Qt.MouseButton.LeftButton)
        assert current(panel) == third
        qtbot.waitUntil(lambda: panel.precision.text().startswith("1 of 2"))
    assert said(case, session) == {first: "right", second: "wrong"}
    assert panel.precision.text() == "1 of 2 looked at are right: 0.50 (0.09–0.91)"
    assert "first 2 of the list" in panel.precision.toolTip()


def test_undo_brings_the_old_order_back(
    panel: ResultsPanel, session: Session, case: Case, qtbot: QtBot
) -> None:
    before = shown(panel)
    panel.decide("wrong")
    qtbot.waitUntil(lambda: shown(panel)[-1] == before[0])
    assert current(panel) == before[1], "what is current stays current when the order changes"
    session.undo.undo()
    qtbot.waitUntil(lambda: shown(panel) == before)
    qtbot.waitUntil(lambda: not panel.precision.isVisible())
    assert said(case, session) == {}
    session.undo.redo()
    qtbot.waitUntil(lambda: shown(panel)[-1] == before[0])


def test_confirmed_looks_pull_what_is_like_them_up(
    panel: ResultsPanel, session: Session, qtbot: QtBot
) -> None:
    click(panel, shown(panel).index(1000001))
    panel.decide("right")
    qtbot.waitUntil(lambda: shown(panel)[:2] == [1000001, 2000001])
    like = panel.model.rows[1]
    assert like.why[-1] == "nearest to track 1000001, which was confirmed"
    panel.head.rank_button.setChecked(False)
    assert session.hits is not None
    assert shown(panel) == [hit.track.track_id for hit in session.hits.hits]


def test_rejected_ones_sink_or_are_hidden(
    panel: ResultsPanel, session: Session, qtbot: QtBot
) -> None:
    first = shown(panel)[0]
    panel.decide("wrong")
    qtbot.waitUntil(lambda: shown(panel)[-1] == first)
    panel.head.hide_button.click()
    assert first not in shown(panel)
    assert "1 rejected hidden" in panel.count.text()
    panel.head.hide_button.click()
    assert first in shown(panel)


def test_several_selected_hits_are_decided_at_once_and_undone_at_once(
    panel: ResultsPanel, session: Session, case: Case, qtbot: QtBot
) -> None:
    ids = shown(panel)
    place = panel.cards.visualRect(panel.model.index(2, 0)).center()
    QTest.mouseClick(
        panel.cards.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, place
    )
    panel.decide("right")
    qtbot.waitUntil(lambda: len(said(case, session)) == 3)
    assert set(said(case, session)) == set(ids[:3])
    session.undo.undo()
    qtbot.waitUntil(lambda: said(case, session) == {})


def test_marks_are_shape_and_colour(panel: ResultsPanel, qtbot: QtBot) -> None:
    panel.head.rank_button.setChecked(False)
    panel.decide("right")
    panel.decide("wrong")
    seen = panel.cards.viewport().grab().toImage()
    for row, token in ((0, "good"), (1, "text_dim")):
        box = panel.cards.visualRect(panel.model.index(row, 0))
        corner = box.topRight() + QPoint(-40, 12)
        found = {
            seen.pixelColor(corner.x() + dx, corner.y() + dy).name()
            for dx in range(30)
            for dy in range(30)
        }
        assert colour(token).name() in found  # type: ignore[arg-type]  # names of colours
    assert "confirmed" in panel.model.spoken(panel.model.rows[0])
    assert "rejected" in panel.model.spoken(panel.model.rows[1])


def test_when_all_is_decided_it_says_so(panel: ResultsPanel, session: Session) -> None:
    told: list[str] = []
    session.notice.connect(told.append)
    for _ in range(len(shown(panel))):
        panel.decide("right")
    assert told == ["Every result that is listed is decided."]


def test_until_a_search_is_through_nothing_can_be_decided(
    panel: ResultsPanel, session: Session
) -> None:
    told: list[str] = []
    session.notice.connect(told.append)
    assert session.hits is not None
    session.set_hits(Hits(session.hits.hits, 6, session.hits.coverage, complete=False))
    panel.go_next()
    panel.decide("right")
    assert panel.review.verdicts == {}
    assert "goes on" in told[0]


def test_hits_of_another_question_carry_no_marks(
    panel: ResultsPanel, session: Session, case: Case, qtbot: QtBot
) -> None:
    panel.decide("right")
    qtbot.waitUntil(lambda: bool(panel.precision.text()))
    other = Query("anything", (ClassFilter((1, 3)),))
    session.set_query(other)
    session.set_hits(finish(search_tracks(case, other)))
    assert panel.review.verdicts == {}
    session.set_query(PEOPLE)
    session.set_hits(finish(search_tracks(case, PEOPLE)))
    qtbot.waitUntil(lambda: len(panel.review.verdicts) == 1)


@pytest.mark.parametrize("order", [1, 2])
def test_cards_come_under_headings_with_counts(panel: ResultsPanel, order: int) -> None:
    panel.order.setCurrentIndex(order)
    groups = panel.cards.groups
    assert sum(group.count for group in groups) == 6
    if order == 2:
        assert [(one.heading, one.count) for one in groups] == [
            ("Ferry Stairs", 3), ("Market Gate", 3),
        ]  # fmt: skip
    tops = [panel.cards.visualRect(panel.model.index(row, 0)).top() for row in range(6)]
    assert tops == sorted(tops)
    for row in range(6):
        panel.cards.scrollTo(panel.model.index(row, 0))
        place = panel.cards.visualRect(panel.model.index(row, 0))
        assert panel.cards.indexAt(place.center()).row() == row
    panel.order.setCurrentIndex(0)
    assert panel.cards.groups == ()


def test_arrows_and_clicks_work_under_headings(panel: ResultsPanel) -> None:
    panel.order.setCurrentIndex(2)
    panel.cards.setFocus()
    QTest.keyClick(panel.cards, Qt.Key.Key_Home)
    rows = [panel.views.selection.currentIndex().row()]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_End):
        QTest.keyClick(panel.cards, key)
        rows.append(panel.views.selection.currentIndex().row())
    # Two columns: 0 1 / 2 // 3 4 / 5.
    assert rows == [0, 1, 2, 3, 2, 5]
    panel.cards.verticalScrollBar().setValue(0)
    click(panel, 1)
    assert panel.views.selection.currentIndex().row() == 1
    assert [one.row() for one in panel.views.selection.selectedIndexes()] == [1]


def test_headings_are_painted_over_their_cards(panel: ResultsPanel) -> None:
    panel.order.setCurrentIndex(2)
    panel.cards.verticalScrollBar().setValue(0)
    seen = panel.cards.viewport().grab().toImage()
    text = colour("text").name()
    band = {seen.pixelColor(x, y).name() for x in range(4, 160) for y in range(4, 28)}
    assert text in band


def test_coverage_stays_in_view_also_when_nothing_is_found(
    panel: ResultsPanel, session: Session
) -> None:
    assert panel.coverage.isVisible()
    assert panel.coverage.text().startswith("2 of 2 recordings analysed")
    about = Coverage(3, 2, 1000, 700, 239, 0, ("truck",), 0, ("a", "b", "c"), 212, 1000, 939)
    session.set_hits(Hits((), 0, about))
    assert panel.coverage.isVisible()
    assert panel.coverage.text() == (
        "2 of 3 recordings analysed, 93 % of the footage, 4 gaps, 212 hidden"
    )
    assert coverage_line(Coverage(1, 0, 0, 0, 0, 0, (), 0)) == "0 of 1 recordings analysed, 0 gaps"


def test_everything_can_be_reached_and_spoken(panel: ResultsPanel) -> None:
    assert walk(panel) == []


def test_a_decision_goes_on_to_the_best_hit_nobody_looked_at(
    panel: ResultsPanel, session: Session, qtbot: QtBot
) -> None:
    places = shown(panel)
    # Somebody picks a hit from the middle: what it lifts comes next, not what lies below it.
    click(panel, 3)
    assert current(panel) == places[3]
    panel.decide("right")
    # The first was current when the list came; who went past it need not be shown it again.
    assert current(panel) == places[1]
    qtbot.waitUntil(lambda: shown(panel)[0] == places[3])
    panel.head.rank_button.setChecked(False)
    click(panel, shown(panel).index(places[3]))
    panel.decide("right")
    assert current(panel) == places[4], "in the order of the search it goes down the list"


def test_who_searches_again_keeps_the_examples_of_before(
    panel: ResultsPanel, session: Session, case: Case, qtbot: QtBot
) -> None:
    example, rejected = shown(panel)[:2]
    found = finish(search_similar(case, tracks=[TrackId(example)], without=[TrackId(rejected)]))
    session.set_hits(found)
    qtbot.waitUntil(lambda: panel.model.rowCount() == len(found.hits))
    assert panel.review.examples() == ((example,), (rejected,))
    panel.go_next()
    confirmed = current(panel)
    panel.decide("right")
    assert panel.review.examples() == ((example, confirmed), (rejected,))
