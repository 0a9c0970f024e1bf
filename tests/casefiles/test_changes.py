"""Who listens to a case is told of every stored change, in order, and of nothing else."""

import gc
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from casefiles import audit
from casefiles.case import Case
from casefiles.edit_kinds import AddBookmark, RemoveBookmark
from casefiles.errors import UnknownBookmark
from casefiles.store.engine import Cursor
from casefiles.types import Actor, BookmarkId
from casefiles.usecases.import_cameras import import_cameras
from casefiles.usecases.open_case import create_case
from casefiles.usecases.set_time_zone import set_time_zone
from casefiles.usecases.view_case import view_case
from casefiles.view_types import Bookmark, Change

WAIT_S = 20
MARK = AddBookmark(Bookmark("here", wall_ns=1))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with create_case(tmp_path / "c", Actor("tester", "desk"), number="1", title="T") as opened:
        yield opened


def test_change_names_its_tables_and_grows(case: Case, tmp_path: Path) -> None:
    told: list[Change] = []
    case.listen(told.append)
    case.post(lambda: MARK).result(WAIT_S)
    table = tmp_path / "cameras.csv"
    table.write_text("id,name,lat,lon\na,A,1,2\n")
    import_cameras(case, table)
    set_time_zone(case, "-06:00")
    case.write(lambda _: None, touches=("tracks",))
    assert [set(change.tables) for change in told] == [
        {"bookmarks"},
        {"cameras", "placements"},
        {"case_settings"},
        {"tracks"},
    ]
    assert [change.revision for change in told] == [1, 2, 3, 4]
    assert view_case(case).revision == 4


def test_acts_that_only_look_tell_nobody(case: Case) -> None:
    told: list[Change] = []
    case.listen(told.append)
    case.record(audit.Entry("case.info", "done"))
    case.act(audit.Entry("tracks.show", "done"), lambda _: None)
    assert told == []


def test_failed_edit_tells_nobody(case: Case) -> None:
    told: list[Change] = []
    case.listen(told.append)
    with pytest.raises(UnknownBookmark):
        case.post(lambda: RemoveBookmark(BookmarkId(3))).result(WAIT_S)
    assert told == []


def test_listener_is_told_after_the_commit_on_the_thread_of_the_writer(case: Case) -> None:
    seen: list[tuple[int, str]] = []

    def look(_: Change) -> None:
        seen.append((len(view_case(case).bookmarks), threading.current_thread().name))

    case.listen(look)
    case.post(lambda: MARK).result(WAIT_S)
    assert seen == [(1, "case-writer")]


def test_who_stops_listening_is_told_nothing_more_and_let_go(case: Case) -> None:
    class Ear:
        def __init__(self) -> None:
            self.told: list[Change] = []

        def hear(self, change: Change) -> None:
            self.told.append(change)

    ear, other = Ear(), Ear()
    stop = case.listen(ear.hear)
    case.listen(other.hear)
    case.post(lambda: MARK).result(WAIT_S)
    stop()
    stop()
    case.post(lambda: MARK).result(WAIT_S)
    assert (len(ear.told), len(other.told)) == (1, 2)
    gone = weakref.ref(ear)
    del ear
    gc.collect()
    assert gone() is None


def test_listener_may_stop_listening_while_it_is_told(case: Case) -> None:
    told: list[Change] = []

    def once(change: Change) -> None:
        told.append(change)
        stop()

    stop = case.listen(once)
    for _ in range(2):
        case.post(lambda: MARK).result(WAIT_S)
    assert len(told) == 1


def test_listener_that_writes_is_refused_instead_of_waiting_for_itself(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", reported.append)
    case.listen(lambda _: case.record(audit.Entry("x", "done")))
    case.post(lambda: MARK).result(WAIT_S)
    assert [report.exc_type for report in reported] == [RuntimeError]
    case.post(lambda: MARK).result(WAIT_S)
    assert len(view_case(case).bookmarks) == 2


def test_read_sees_one_moment_whatever_is_written_meanwhile(case: Case) -> None:
    def twice(cursor: Cursor) -> tuple[int, int]:
        statement = "SELECT count(*) FROM bookmarks"
        before = cursor.execute(statement).fetchall()[0][0]
        case.post(lambda: MARK).result(WAIT_S)
        return before, cursor.execute(statement).fetchall()[0][0]

    assert case.read(twice) == (0, 0)
    assert len(view_case(case).bookmarks) == 1


def test_case_without_a_zone_shows_the_one_of_the_computer(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/Chicago")
    assert view_case(case).zone_name == "America/Chicago"
    set_time_zone(case, "-06:00")
    assert view_case(case).zone_name == "-06:00"
