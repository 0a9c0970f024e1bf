"""What the session shows of a case keeps up with it, however fast it is written to."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from pytestqt.qtbot import QtBot

import ui.session
from casefiles.case import Case
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from tests.support.small_case import make_small_case
from ui.session import Session


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    """A session on the small case, read once."""
    with make_small_case(tmp_path / "c") as case:
        shown = Session()
        with qtbot.waitSignal(shown.view_changed):
            shown.set_case(case)
        yield shown
        shown.stop()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """Reading a case waits for `go`; `reads` counts."""
    go, told = Event(), SimpleNamespace(reads=0)

    def read(case: Case) -> CaseView:
        told.reads += 1
        go.wait(20)
        return view_case(case)

    told.go = go
    told.begin = _patched(monkeypatch, read)
    yield told
    go.set()


def _patched(patch: pytest.MonkeyPatch, read: Callable[[Case], CaseView]) -> Callable[[], None]:
    return lambda: patch.setattr(ui.session, "view_case", read)


def test_a_slow_read_is_shown_though_changes_go_on(
    qtbot: QtBot, session: Session, slow: SimpleNamespace
) -> None:
    slow.begin()
    session.reload()
    qtbot.waitUntil(lambda: slow.reads == 1)
    for _ in range(5):
        session.reload()
    shown: list[CaseView | None] = []
    session.view_changed.connect(lambda: shown.append(session.view))
    slow.go.set()
    # The one under way, and one more for all that was written since.
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert slow.reads == 2


def test_a_failed_read_is_told_and_the_next_one_shows(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(case: Case) -> CaseView:
        raise OSError("the disk is gone")

    with monkeypatch.context() as broken:
        broken.setattr(ui.session, "view_case", torn)
        with qtbot.waitSignal(session.failed) as told:
            session.reload()
    assert "disk" in str(told.args[0])
    with qtbot.waitSignal(session.view_changed):
        session.reload()
