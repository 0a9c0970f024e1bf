"""Hits as cards and as a list: chosen here, shown everywhere; pictures only of what is seen."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.edit_kinds import SetClock
from casefiles.jobs import finish
from casefiles.queries.filters import ClassFilter, Query
from casefiles.types import SourceClock, TrackId
from casefiles.usecases.search_tracks import search_tracks
from casefiles.view_types import Coverage, Hit, Hits
from tests.support.accessibility import walk
from tests.support.gui_guards import gui_guards
from tests.support.search_cases import START_NS
from tests.support.slot_clock import slot_clock
from tests.support.small_case import FAST_S, jpeg, make_small_case
from ui import theme
from ui.models.hits import CONFIDENCE, WHAT
from ui.models.searching import PAGE
from ui.panels.results import ResultsPanel
from ui.session import Selection, Session
from ui.views.thumbnail import Thumbnails

PEOPLE = Query("person", (ClassFilter((1,)),))
S = 10**9


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
def panel(session: Session, qtbot: QtBot) -> ResultsPanel:
    made = ResultsPanel(session)
    qtbot.addWidget(made)
    made.resize(380, 600)
    made.show()
    return made


@pytest.fixture
def hits(case: Case) -> Hits:
    return finish(search_tracks(case, PEOPLE, limit=100))


def show(session: Session, hits: Hits | None, query: Query | None = PEOPLE) -> None:
    session.set_query(query)
    session.set_hits(hits)


def click(panel: ResultsPanel, row: int, *, double: bool = False) -> None:
    view = panel.cards
    index = panel.model.index(row, WHAT)
    view.scrollTo(index)
    press = QTest.mouseDClick if double else QTest.mouseClick
    press(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())


def many(hits: Hits, count: int) -> Hits:
    one = hits.hits[0]
    made = tuple(
        replace(one, track=replace(one.track, track_id=TrackId(1_000_000 + n)), score=1 - n / count)
        for n in range(count)
    )
    return Hits(made, count, hits.coverage)


def test_before_a_search_it_says_what_to_do(panel: ResultsPanel) -> None:
    assert panel.empty.isVisible()
    assert panel.empty.heading.text() == "Nothing searched yet"
    assert panel.count.text() == ""


def test_hits_are_counted_and_their_zone_is_said_once(
    panel: ResultsPanel, session: Session, hits: Hits
) -> None:
    show(session, hits)
    assert panel.cards.isVisible()
    assert panel.count.text() == "6 of 6 · times in UTC−06:00"
    show(session, replace(hits, total=310))
    assert panel.count.text().startswith("6 of 310")


def test_what_does_not_fit_a_page_is_turned_to(
    panel: ResultsPanel, session: Session, hits: Hits, qtbot: QtBot
) -> None:
    show(session, hits)
    assert not panel.on_button.isVisible()
    assert not panel.back_button.isVisible()
    show(session, replace(hits, total=PAGE + 6))
    assert not panel.back_button.isEnabled()
    with qtbot.waitSignal(panel.page_wanted) as told:
        QTest.mouseClick(panel.on_button, Qt.MouseButton.LeftButton)
    assert told.args == [6]
    show(session, replace(hits, total=PAGE + 6, skipped=PAGE))
    assert panel.count.text().startswith("5001–5006 of 5006")
    assert not panel.on_button.isEnabled()
    with qtbot.waitSignal(panel.page_wanted) as told:
        QTest.mouseClick(panel.back_button, Qt.MouseButton.LeftButton)
    assert told.args == [0]


def test_first_hits_of_a_search_that_goes_on_say_so_and_keep_what_is_current(
    panel: ResultsPanel, session: Session, hits: Hits
) -> None:
    first = replace(hits, hits=hits.hits[:2], total=2, complete=False)
    show(session, first)
    assert panel.count.text().startswith("2 of 2 so far")
    click(panel, 1)
    chosen = panel.current
    session.set_hits(replace(hits, hits=hits.hits[::-1]))
    assert panel.count.text().startswith("6 of 6")
    assert panel.current == chosen


def test_nothing_found_says_what_was_not_covered(panel: ResultsPanel, session: Session) -> None:
    coverage = Coverage(4, 3, 100, 80, 20, 0, ("truck",), 0, ("source 9 not analysed yet",))
    show(session, Hits((), 0, coverage))
    assert panel.empty.heading.text() == "Nothing found"
    assert "trucks: needs another model" in panel.empty.text.text()
    assert "source 9 not analysed yet" in panel.empty.text.text()
    show(session, Hits((), 0, Coverage(2, 0, 0, 0, 0, 0, (), 0)))
    assert "no recording that was asked for has been analysed" in panel.empty.text.text()


def test_a_quick_search_does_not_flash_an_empty_page(
    panel: ResultsPanel, session: Session, hits: Hits, qtbot: QtBot
) -> None:
    show(session, hits)
    session.set_query(Query("car"))
    assert panel.cards.isVisible()
    qtbot.waitUntil(lambda: panel.empty.isVisible())
    assert panel.empty.heading.text() == "Searching…"


def test_a_click_selects_everywhere_and_goes_to_the_best_frame(
    panel: ResultsPanel, session: Session, hits: Hits, qtbot: QtBot
) -> None:
    show(session, hits)
    told: list[Hit] = []
    panel.hit_selected.connect(told.append)
    row = next(n for n, hit in enumerate(panel.model.rows) if hit.track.track_id == 1000001)
    with qtbot.waitSignal(session.seek_wanted) as went:
        click(panel, row)
    # Seen from second 10 to 24, best in the middle, on a recorder that is fast.
    assert went.args == [START_NS + (17 - FAST_S) * S]
    assert session.selection == Selection(source_id=1, camera_id="gate", track_id=1000001)  # type: ignore[arg-type]
    assert [hit.track.track_id for hit in told] == [1000001]


@pytest.mark.parametrize("way", ["enter", "double click"])
def test_a_hit_is_chosen_by_enter_and_by_double_click(
    way: str, panel: ResultsPanel, session: Session, hits: Hits, qtbot: QtBot
) -> None:
    show(session, hits)
    click(panel, 1)
    with qtbot.waitSignal(panel.hit_chosen) as told:
        if way == "enter":
            QTest.keyClick(panel.cards, Qt.Key.Key_Return)
        else:
            click(panel, 1, double=True)
    assert told.args == [panel.model.rows[1]]


def test_arrows_move_between_cards_and_next_and_previous_do(
    panel: ResultsPanel, session: Session, hits: Hits
) -> None:
    show(session, hits)
    panel.go_next()
    assert panel.current is panel.model.rows[0]
    QTest.keyClick(panel.cards, Qt.Key.Key_Right)
    assert panel.current is panel.model.rows[1]
    panel.go_next()
    assert panel.current is panel.model.rows[2]
    for _ in range(5):
        panel.go_previous()
    assert panel.current is panel.model.rows[0]
    assert session.selection.track_id == panel.model.rows[0].track.track_id


def test_what_is_selected_elsewhere_is_marked_without_going_anywhere(
    panel: ResultsPanel, session: Session, hits: Hits, qtbot: QtBot
) -> None:
    show(session, hits)
    with qtbot.assertNotEmitted(session.seek_wanted):
        session.select(Selection(track_id=TrackId(2000003)))
    assert panel.current is not None
    assert panel.current.track.track_id == 2000003


def test_the_list_shows_the_same_current_hit_and_sorts_by_any_column(
    panel: ResultsPanel, session: Session, hits: Hits
) -> None:
    show(session, hits)
    panel.go_next()
    chosen = panel.current
    QTest.mouseClick(panel.list_button, Qt.MouseButton.LeftButton)
    assert panel.table.isVisible()
    assert panel.model.row(panel.table.currentIndex()) is chosen
    panel.table.sortByColumn(CONFIDENCE, Qt.SortOrder.AscendingOrder)
    scores = [hit.score for hit in panel.model.rows]
    assert scores == sorted(scores)
    assert panel.current is chosen


def test_one_camera_can_be_asked_for_and_the_choice_ends_with_its_hits(
    panel: ResultsPanel, session: Session, hits: Hits
) -> None:
    show(session, hits)
    names = [panel.camera.itemText(n) for n in range(panel.camera.count())]
    assert names == ["All cameras", "Market Gate", "Ferry Stairs"]
    panel.camera.setCurrentIndex(2)
    assert {hit.camera_id for hit in panel.model.rows} == {"stairs"}
    assert panel.count.text().startswith("3 of 6")
    only_gate = tuple(hit for hit in hits.hits if hit.camera_id == "gate")
    show(session, Hits(only_gate, len(only_gate), hits.coverage))
    assert panel.model.rowCount() == 3


def test_more_like_names_the_current_track(
    panel: ResultsPanel, session: Session, hits: Hits, qtbot: QtBot
) -> None:
    show(session, hits)
    assert not panel.similar_button.isEnabled()
    click(panel, 0)
    with qtbot.waitSignal(panel.more_like_wanted) as told:
        QTest.mouseClick(panel.similar_button, Qt.MouseButton.LeftButton)
    assert told.args == [panel.model.rows[0].track.track_id]


# -- pictures


def test_pictures_are_asked_for_where_they_are_seen_and_only_once(
    panel: ResultsPanel, session: Session, hits: Hits, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[TrackId] = []

    def show_thumbnails(case: Case, ids: Iterable[TrackId]) -> dict[TrackId, bytes]:
        wanted = list(ids)
        asked.extend(wanted)
        return dict.fromkeys(wanted, jpeg("#336699"))

    monkeypatch.setattr("ui.views.thumbnail.show_thumbnails", show_thumbnails)
    show(session, many(hits, 10_000))
    qtbot.waitUntil(lambda: len(asked) > 3)
    qtbot.wait(50)
    assert len(asked) < 40

    def is_at_the_end() -> bool:
        # The rows are laid out a thousand at a time: the bottom of a busy machine comes later.
        panel.cards.scrollToBottom()
        return TrackId(1_009_999) in asked

    qtbot.waitUntil(is_at_the_end)
    assert len(asked) == len(set(asked)) < 100


def test_a_picture_is_decoded_and_a_track_without_one_is_not_asked_for_again(
    session: Session, qtbot: QtBot
) -> None:
    pictures = Thumbnails(session)
    assert pictures.image(TrackId(1000001)) is None
    assert pictures.image(TrackId(2000002)) is None
    with qtbot.waitSignal(pictures.arrived):
        pass
    first, second = (pictures.image(TrackId(n)) for n in (1000001, 2000002))
    assert first is not None
    assert first.size() == QSize(24, 60)
    assert second == QImage()


def test_a_picture_made_later_is_seen_when_the_case_says_so(
    session: Session, case: Case, qtbot: QtBot
) -> None:
    pictures = Thumbnails(session)
    pictures.image(TrackId(1000003))
    with qtbot.waitSignal(pictures.arrived):
        pass
    picture = jpeg("#336699")
    case.write(
        lambda cursor: cursor.execute(
            "UPDATE track_looks SET thumbnail = ? WHERE track_id = 1000003", [picture]
        )
    )
    session.data_changed.emit(frozenset({"track_looks"}))

    def has_come() -> bool:
        image = pictures.image(TrackId(1000003))
        return image is not None and not image.isNull()

    qtbot.waitUntil(has_come)


def test_a_picture_that_cannot_be_read_is_told_once_and_leaves_the_rest_alone(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(case: Case, ids: Iterable[TrackId]) -> dict[TrackId, bytes]:
        raise OSError("disk")

    monkeypatch.setattr("ui.views.thumbnail.show_thumbnails", broken)
    pictures = Thumbnails(session)
    with qtbot.waitSignal(session.failed):
        pictures.image(TrackId(1000001))
    image = pictures.image(TrackId(1000001))
    assert image is not None
    assert image.isNull()


def test_cards_fill_the_width_in_columns(
    panel: ResultsPanel, session: Session, hits: Hits, qtbot: QtBot
) -> None:
    show(session, hits)
    for width, columns in ((380, 2), (520, 3), (200, 1)):
        panel.resize(width, 600)
        qtbot.wait(10)
        rects = [panel.cards.visualRect(panel.model.index(n, WHAT)) for n in range(6)]
        assert len([one for one in rects if one.top() == rects[0].top()]) == columns
        assert rects[columns - 1].right() <= panel.cards.viewport().width()


def test_ten_thousand_hits_scroll_within_a_frame_each(
    panel: ResultsPanel, session: Session, hits: Hits, qtbot: QtBot
) -> None:
    show(session, many(hits, 10_000))
    qtbot.wait(100)
    bar = panel.cards.verticalScrollBar()
    with gui_guards(), slot_clock() as clock:
        for place in range(0, bar.maximum(), bar.maximum() // 40):
            bar.setValue(place)
            qtbot.wait(5)
    clock.check()


def test_everything_has_a_name_and_is_reached_by_tab(
    panel: ResultsPanel, session: Session, hits: Hits, qtbot: QtBot
) -> None:
    assert [str(one) for one in walk(panel)] == []
    show(session, hits)
    panel.go_next()
    for as_list in (False, True):
        panel.set_mode(as_list=as_list)
        qtbot.wait(10)
        assert [str(one) for one in walk(panel)] == []


def test_hits_listed_before_a_clock_was_changed_say_so_and_can_be_searched_again(
    panel: ResultsPanel, session: Session, hits: Hits, case: Case, qtbot: QtBot
) -> None:
    show(session, hits)
    note = panel.clocks_note
    assert not note.isVisible()
    number = hits.hits[0].track.source_id
    clock = SourceClock(number, 5 * S, "stated", uncertainty_ns=S // 2)
    session.do("Set the clock", SetClock(clock))
    qtbot.waitUntil(note.isVisible)
    first = panel.model.index(0, WHAT)
    assert "± 0.5 s, unverified" in first.data(Qt.ItemDataRole.ToolTipRole)
    assert "unverified" in first.data(Qt.ItemDataRole.AccessibleTextRole)
    with qtbot.waitSignal(panel.page_wanted) as told:
        QTest.mouseClick(note.button, Qt.MouseButton.LeftButton)
    assert told.args == [0]
    show(session, finish(search_tracks(case, PEOPLE, limit=100)))
    assert not note.isVisible()
    session.undo.undo()
    qtbot.waitUntil(note.isVisible)
