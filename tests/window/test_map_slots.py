"""The window answers within a frame on a map of 600 cameras: panned, zoomed, chosen, led through
time, with blind spots and tracks over it.

`SIGHTLINE_SLOT_MS=16 make test PYTEST="--log-cli-level=INFO tests/window/test_map_slots.py"` prints
the longest slots of the GUI thread and asks for the aim of the house.
"""

import logging
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from casefiles.types import Actor
from casefiles.usecases.open_case import open_case as open_folder
from tests.support.city_case import put_city
from tests.support.gui_guards import GuiGuards
from tests.support.slot_clock import slot_clock
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import Button, Key, Modifier, press
from workstation.desktop.desktop import Desktop

FRAME_MS = 16
STEPS = 12
log = logging.getLogger(__name__)


def test_nothing_holds_the_window_up_on_a_map_of_600_cameras(
    qtbot: QtBot, empty_desktop: Desktop, practice_case: Path, tmp_path: Path, guards: GuiGuards
) -> None:
    desktop = empty_desktop
    with guards.lifted(), open_folder(practice_case, Actor("tester", "bench")) as case:
        put_city(case, tmp_path, cameras=600, streets=1000, places=10_000, asked=300)
    open_case(qtbot, desktop, practice_case)
    desktop.window.set_workspace("follow")
    desktop.window.show_dock("map")
    panel, shown, sight = desktop.map, desktop.map.map, desktop.map.map_sight
    panel.fit()
    qtbot.waitUntil(lambda: desktop.settled() and shown.is_settled, timeout=PATIENCE_MS)
    with slot_clock() as clock:
        drag(qtbot, desktop)
        for _ in range(3):
            panel.zoom_in()
            qtbot.wait(FRAME_MS)
        panel.fit()
        shown.setFocus()
        for _ in range(3):
            press(desktop, Key.Key_Tab)
        desktop.actions["map.choose-view"].trigger()
        assert len(desktop.mapping.tools.chosen.ids) > 400
        drag(qtbot, desktop)
        sight.blind_button.click()
        sight.ways_button.click()
        qtbot.waitUntil(lambda: sight.spots is not None and sight.tracks is not None,
                        timeout=PATIENCE_MS)  # fmt: skip
        lead_through_time(qtbot, desktop)
        qtbot.waitUntil(lambda: desktop.settled() and shown.is_settled, timeout=PATIENCE_MS)
    longest = "\n".join(f"  {slot.ms:6.1f} ms  {slot.what}" for slot in clock.longest)
    log.info("%d slots with 600 cameras; the longest:\n%s", clock.slots, longest)
    clock.check()


def drag(qtbot: QtBot, desktop: Desktop) -> None:
    """Pans the map by hand."""
    shown = desktop.map.map
    before, at = shown.view, shown.rect().center()
    QTest.mousePress(shown, Button.LeftButton, Modifier.NoModifier, at)
    for step in range(STEPS):
        QTest.mouseMove(shown, at + QPoint(9 * step, 5 * step))
        qtbot.wait(FRAME_MS)
    QTest.mouseRelease(shown, Button.LeftButton, pos=at + QPoint(9 * STEPS, 5 * STEPS))
    assert shown.view != before


def lead_through_time(qtbot: QtBot, desktop: Desktop) -> None:
    """Drags along all dates: cameras come, go and move."""
    strip, before = desktop.map.map_time.strip, desktop.map.map_time.wall_ns
    right, middle = strip.width() - 5, strip.height() // 2
    QTest.mousePress(strip, Button.LeftButton, Modifier.NoModifier, QPoint(right, middle))
    for step in range(STEPS):
        QTest.mouseMove(strip, QPoint(right - step * (right - 10) // STEPS, middle))
        qtbot.wait(FRAME_MS)
    QTest.mouseRelease(strip, Button.LeftButton, pos=QPoint(10, middle))
    assert desktop.map.map_time.wall_ns != before
