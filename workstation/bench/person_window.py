"""Hands on the real window that look for one person: run as a process of its own, with a task as
JSON in one file and what came of it in another.

Only keys are used. The truth tells whether a hit is right, where a person would look at it.
"""

import faulthandler
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Final

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from casefiles.types import Actor
from casefiles.view_types import Hit, Hits
from resources.errors import UserError
from workstation.bench.person_keys import Asked, Outcome, Task, goes_on
from workstation.crash import save_report
from workstation.desktop.desktop import Desktop
from workstation.desktop.memory import Memory
from workstation.gui import application, spare_the_lasting

_SIZE: Final = (1440, 900)
_LOOK_EVERY_MS: Final = 2
_LONGEST_MS: Final = 60_000
_SEARCH_AFTER: Final = 5
"""So many wrong hits in a row, and all recordings are searched by what was confirmed since."""
_MOST_PASSED: Final = 200
_Key = Qt.Key
_NONE: Final = Qt.KeyboardModifier.NoModifier
_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier


def main(task_file: Path, outcome_file: Path) -> None:
    """Does what the task says, and writes the outcome."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    given = json.loads(task_file.read_text(encoding="utf-8"))
    task = Task(given["case"], tuple(given["texts"]), tuple(given["sightings"]))
    application()
    desktop = Desktop(Actor("bench", "bench"), Memory(task_file.with_name("memory.json")), _tell)
    try:
        desktop.apply_settings()
        desktop.window.resize(*_SIZE)
        desktop.window.show()
        desktop.window.activateWindow()
        spare_the_lasting()
        desktop.cases.open_folder(Path(task.case))
        _until(lambda: desktop.session.view is not None, "the case")
        _until(desktop.settled, "the first pictures")
        hands = _Hands(desktop, task)
        for text in reversed(task.texts):
            hands.ask(text)
        hands.find_first()
        hands.confirm_all()
    finally:
        desktop.close()
    outcome_file.write_text(json.dumps(asdict(hands.outcome)), encoding="utf-8")


def _tell(error: BaseException) -> object:
    sys.stderr.write(f"{error!r}\n")
    return save_report(error)


def _until(ready: Callable[[], bool], what: str) -> None:
    """Lets the window work until something is so.

    Raises:
        UserError: it takes too long.
    """
    loop, asking, patience = QEventLoop(), QTimer(interval=_LOOK_EVERY_MS), QTimer()
    asking.timeout.connect(lambda: loop.quit() if ready() else None)
    patience.setSingleShot(True)
    patience.timeout.connect(loop.quit)
    asking.start()
    patience.start(_LONGEST_MS)
    loop.exec()
    asking.stop()
    if not ready():
        # What everybody waits for then is the only trace of it.
        faulthandler.dump_traceback(all_threads=True)
        raise UserError(f"{what} did not come within {_LONGEST_MS // 1000} s", "Measure again.")


class _PaintWatch(QObject):
    """When the cards of a new answer were painted first, and when with every picture in view."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._session, self._panel = desktop.session, desktop.results
        self._old: Hits | None = None
        self._began: float | None = None
        self.rows_s = self.pictures_s = 0.0
        self._viewport: QWidget = self._panel.cards.viewport()
        self._viewport.installEventFilter(self)

    def begin(self) -> None:
        """From now on it counts: the last key is pressed."""
        self._old, self._began = self._session.hits, perf_counter()
        self.rows_s = self.pictures_s = 0.0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Asked before the painting; looked at in a turn after it.
        if event.type() == QEvent.Type.Paint and self._began is not None:
            QTimer.singleShot(0, self._painted)
        return super().eventFilter(watched, event)

    def _painted(self) -> None:
        hits = self._session.hits
        if self._began is None or hits is None or hits is self._old:
            return
        if not self._panel.model.rowCount():
            return
        if not self.rows_s:
            self.rows_s = perf_counter() - self._began
        if self._panel.settled:
            self.pictures_s = perf_counter() - self._began
            self._began = None


class _Hands:
    """Presses keys, and counts them by what they mean."""

    def __init__(self, desktop: Desktop, task: Task) -> None:
        self._desktop = desktop
        self._panel = desktop.results
        self._task = task
        self._right = frozenset(task.sightings)
        self._watch = _PaintWatch(desktop)
        self.outcome = Outcome()

    def ask(self, text: str) -> None:
        """Types a text and waits for its pictures. Only the last one's keys count."""
        self.outcome.keys.clear()
        self._press("/", _Key.Key_Slash)
        QTest.keyClicks(self._focused(), text)
        self.outcome.keys["typed"] = len(text)
        # What was typed is read while one types; nobody presses Enter within that moment.
        _until(lambda: self._desktop.search.draft.text == text, "the reading of the text")
        self._watch.begin()
        self._press("Enter", _Key.Key_Return)
        _until(lambda: self._watch.pictures_s > 0, f"the pictures of {text!r}")
        hits = self._desktop.session.hits
        assert hits is not None
        self.outcome.asked.append(
            Asked(text, self._watch.rows_s, self._watch.pictures_s, self._in_view(), hits.total)
        )

    def find_first(self) -> None:
        """Goes down the answer to the first sighting, which is the example from there on."""
        for _ in range(_MOST_PASSED):
            hit = self._step()
            if self._is_right(hit):
                break
            self.outcome.passed += 1
        else:
            raise UserError("the text does not find the person", "Measure with another text.")
        self.outcome.start = hit.track.track_id

    def confirm_all(self) -> None:
        """More like that one, each hit decided, searched anew where they get worse; until every
        sighting is confirmed or patience ends."""
        self._search("S", _NONE)
        wanted = len(self._right) - 1
        looked = self.outcome.looked
        decided = since = 0
        while goes_on(looked, wanted):
            hit = self._panel.current
            if hit is None:
                hit = self._step()
            if self._panel.review.verdict(hit) is not None:
                break
            is_right = self._is_right(hit)
            looked.append((hit.track.track_id, is_right))
            decided += 1
            since += is_right
            began = perf_counter()
            self._press("Y" if is_right else "N", _Key.Key_Y if is_right else _Key.Key_N)
            self._settle(decided)
            self.outcome.next_s.append(perf_counter() - began)
            last = [right for _, right in looked[-_SEARCH_AFTER:]]
            if since and len(last) == _SEARCH_AFTER and not any(last):
                self._leave()
                self._search("Shift+S", _SHIFT)
                decided = since = 0
        self._leave()

    def _leave(self) -> None:
        self.outcome.precision.append(self._panel.precision.text())

    def _search(self, name: str, held: Qt.KeyboardModifier) -> None:
        before = self._desktop.session.hits
        self._press(name, _Key.Key_S, held)

        def came() -> bool:
            hits = self._desktop.session.hits
            return hits is not None and hits is not before and hits.complete

        _until(came, "the search by appearance")
        _until(lambda: self._panel.settled, "its pictures")

    def _step(self) -> Hit:
        """To the next hit; it is shown."""
        before = self._panel.current
        self._press(".", _Key.Key_Period)
        _until(lambda: self._panel.current is not before, "the next hit")
        _until(lambda: self._panel.settled, "its picture")
        hit = self._panel.current
        assert hit is not None
        return hit

    def _settle(self, decided: int) -> None:
        """Until what was said is stored and has given the order anew."""
        review = self._panel.review
        _until(lambda: review.precision.looked_at == decided, "the new order")
        _until(lambda: self._panel.settled, "its pictures")

    def _is_right(self, hit: Hit) -> bool:
        return hit.track.track_id in self._right

    def _in_view(self) -> int:
        """How many cards are at least partly in view."""
        cards, model = self._panel.cards, self._panel.model
        area = cards.viewport().rect()
        rows: Sequence[int] = range(model.rowCount())
        return sum(cards.visualRect(model.index(row, 0)).intersects(area) for row in rows)

    def _press(self, name: str, key: Qt.Key, held: Qt.KeyboardModifier = _NONE) -> None:
        self.outcome.keys[name] = self.outcome.keys.get(name, 0) + 1
        QTest.keyClick(self._focused(), key, held)

    def _focused(self) -> QWidget:
        return QApplication.focusWidget() or self._desktop.window


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
