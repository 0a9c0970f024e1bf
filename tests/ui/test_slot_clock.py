"""The slot clock sees what keeps the GUI thread busy, however it was set off, and nothing else."""

from collections.abc import Callable
from time import thread_time

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.support.slot_clock import ClockedApplication, slot_clock
from ui.jobs import Reader


def burn(milliseconds: float) -> None:
    end = thread_time() + milliseconds / 1000
    while thread_time() < end:
        pass


class Busy(QObject):
    asked = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("busy")
        self.done = 0
        self.asked.connect(self.work, Qt.ConnectionType.QueuedConnection)

    @Slot(float)
    def work(self, milliseconds: float) -> None:
        burn(milliseconds)
        self.done += 1

    @Slot()
    def go(self) -> None:
        self.work(20.0)


def by_click(qtbot: QtBot, busy: Busy) -> None:
    button = QPushButton("go")
    button.setObjectName("go")
    qtbot.addWidget(button)
    button.clicked.connect(busy.go)
    button.show()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def by_timer(qtbot: QtBot, busy: Busy) -> None:
    timer = QTimer(busy, singleShot=True)
    timer.timeout.connect(busy.go)
    timer.start(1)


def by_queue(qtbot: QtBot, busy: Busy) -> None:
    busy.asked.emit(20.0)


@pytest.mark.parametrize("way", [by_click, by_timer, by_queue])
def test_a_long_slot_is_seen_whatever_set_it_off(
    way: Callable[[QtBot, Busy], None], qtbot: QtBot
) -> None:
    busy = Busy()
    with slot_clock() as clock:
        way(qtbot, busy)
        qtbot.waitUntil(lambda: busy.done > 0)
    assert 19 < clock.worst_ms < 200
    with pytest.raises(AssertionError, match="busy too long"):
        clock.check(16)


def test_the_slot_is_named_by_its_event_and_receiver(qtbot: QtBot) -> None:
    with slot_clock() as clock:
        by_click(qtbot, Busy())
    assert clock.longest[0].what == "MouseButtonRelease to QPushButton go"


def test_what_the_test_itself_does_and_waits_for_does_not_count(qtbot: QtBot) -> None:
    with slot_clock() as clock:
        qtbot.wait(60)
        burn(60)
        qtbot.wait(1)
    assert clock.slots > 0
    clock.check()


def test_events_inside_of_an_event_belong_to_it(qtbot: QtBot) -> None:
    class Outer(QObject):
        def event(self, event: QEvent) -> bool:
            for _ in range(4):
                busy.work(6)
                QCoreApplication.sendEvent(busy, QEvent(QEvent.Type.User))
            return True

    busy, outer = Busy(), Outer()
    with slot_clock() as clock:
        QCoreApplication.sendEvent(outer, QEvent(QEvent.Type.User))
    assert clock.slots == 1
    assert clock.worst_ms > 22


def test_a_receiver_that_its_own_event_deletes_is_survived(qtbot: QtBot) -> None:
    with slot_clock() as clock:
        for _ in range(200):
            QWidget().deleteLater()
        qtbot.wait(10)
    assert clock.slots > 0


def test_at_most_five_are_kept_longest_first(qtbot: QtBot) -> None:
    busy = Busy()
    with slot_clock() as clock:
        for milliseconds in (1, 9, 3, 7, 5, 2, 8):
            busy.asked.emit(float(milliseconds))
        qtbot.waitUntil(lambda: busy.done == 7)
    taken = [slot.ms for slot in clock.longest]
    assert len(taken) == 5
    assert taken == sorted(taken, reverse=True)
    assert 9 <= taken[0] < 30


def test_events_of_other_threads_belong_to_nobody(qtbot: QtBot) -> None:
    class Elsewhere(QObject):
        def event(self, event: QEvent) -> bool:
            burn(30)
            return True

    def work() -> None:
        QCoreApplication.sendEvent(Elsewhere(), QEvent(QEvent.Type.User))

    reader, done = Reader(), list[None]()
    with slot_clock() as clock:
        reader.ask(work, done.append)
        qtbot.waitUntil(lambda: bool(done))
    reader.stop()
    clock.check(25)


def test_nothing_is_counted_outside_of_the_block(qapp: QApplication, qtbot: QtBot) -> None:
    assert isinstance(qapp, ClockedApplication)
    with slot_clock() as clock:
        pass
    before = clock.slots
    by_click(qtbot, Busy())
    assert clock.slots == before
