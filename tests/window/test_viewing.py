"""The wall by hand: layouts and pages, counters while it plays, pictures made easier to see, and
the tiles on a screen of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import Key, Modifier, click, control, message, press, tab_to
from ui.actions import TILE_COUNTS
from video.enhance import Recipe
from workstation.desktop.desktop import Desktop
from workstation.desktop.memory import Memory


def test_layouts_up_to_64_from_menu_and_button_and_pages_by_key(
    qtbot: QtBot, desktop: Desktop
) -> None:
    menu = desktop.transport.tiles_button.menu()
    assert {f"tiles.{count}" for count in TILE_COUNTS} <= {a.objectName() for a in menu.actions()}
    desktop.actions["tiles.64"].trigger()
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
    every = list(desktop.tiles.shown)
    assert len(every) == 4
    press(desktop, Key.Key_PageDown)
    assert "on the tiles already" in message(qtbot, desktop).title
    press(desktop, Key.Key_2, held=Modifier.AltModifier)
    assert list(desktop.tiles.shown) == every[:2]
    assert desktop.tiles.page == (1, 2)
    desktop.tiles.take_keyboard()
    press(desktop, Key.Key_PageDown)
    assert list(desktop.tiles.shown) == every[2:]
    assert desktop.tiles.page == (2, 2)
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
    press(desktop, Key.Key_PageUp)
    assert list(desktop.tiles.shown) == every[:2]
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)


def test_playing_counts_and_a_high_rate_says_keyframes_only(qtbot: QtBot, desktop: Desktop) -> None:
    play, label = desktop.playback, desktop.transport.load_words
    play.set_loop(play.span)
    play.set_rate(64.0)
    desktop.window.activateWindow()
    desktop.tiles.take_keyboard()
    tile = desktop.tiles.wall.focused
    assert tile is not None
    qtbot.waitUntil(tile.hasFocus, timeout=PATIENCE_MS)
    press(desktop, Key.Key_Space)
    assert play.playing
    assert label.text().startswith("0/4 live")
    assert "0 of 4 tiles live, the others keyframes only" in label.toolTip()
    qtbot.waitUntil(lambda: "frames not shown" in label.toolTip(), timeout=PATIENCE_MS)
    press(desktop, Key.Key_Space)
    assert label.text() == ""
    # One tile alone: the others are not decoded, and that is said too.
    desktop.tiles.toggle_alone()
    assert label.accessibleDescription() == "3 paused: not visible"
    desktop.tiles.toggle_alone()
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)


def test_the_picture_of_a_tile_is_changed_by_hand_and_remembered_for_stills(
    qtbot: QtBot, desktop: Desktop
) -> None:
    tiles = desktop.tiles
    control(desktop, Key.Key_E)
    assert tiles.strip.isVisible()
    source_id = tiles.focused_source()
    assert source_id is not None
    gamma = tiles.strip.slider("gamma")
    gamma.setFocus()
    # Arrows turn the slider here, and are no steps of the player.
    before = desktop.playback.wall_ns
    press(desktop, Key.Key_Right, Key.Key_PageUp)
    assert desktop.playback.wall_ns == before
    assert tiles.recipe_of(source_id) == Recipe(gamma=1.11)

    def shown() -> Recipe:
        frame = desktop.playback.shown(source_id)
        return Recipe() if frame is None else frame.recipe

    qtbot.waitUntil(lambda: shown() == Recipe(gamma=1.11), timeout=PATIENCE_MS)
    tiles.focus(2)
    assert gamma.value() == 100
    other = tiles.focused_source()
    assert other is not None
    assert tiles.recipe_of(other).is_plain
    tiles.focus(1)
    assert gamma.value() == 111
    tab_to(desktop, tiles.strip.reset)
    press(desktop, Key.Key_Space)
    qtbot.waitUntil(lambda: shown().is_plain, timeout=PATIENCE_MS)
    desktop.actions["tile.picture"].trigger()
    assert not tiles.strip.isVisible()


def test_the_tiles_fill_the_screen_with_keys_that_work_and_come_back(
    qtbot: QtBot, desktop: Desktop
) -> None:
    stage = desktop.tiles.stage
    press(desktop, Key.Key_F, held=Modifier.ShiftModifier)
    assert stage.is_away
    assert stage.isFullScreen()
    assert desktop.actions["tiles.full"].isChecked()
    stage.activateWindow()
    qtbot.waitUntil(stage.isActiveWindow, timeout=PATIENCE_MS)
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
    desktop.tiles.take_keyboard()
    states = []
    for _ in range(2):
        press(desktop, Key.Key_Space)
        states.append(desktop.playback.playing)
    assert states == [True, False]
    tile = desktop.tiles.wall.focused
    assert tile is not None
    QTest.keyClick(tile, Key.Key_Escape)
    assert desktop.window.isAncestorOf(stage)
    assert stage.isVisible()
    assert not desktop.actions["tiles.full"].isChecked()
    # Again, and back from the dock.
    desktop.actions["tiles.full"].trigger()
    click(stage.away.back_button)
    assert desktop.window.isAncestorOf(stage)
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)


def test_without_a_second_screen_the_command_says_so(qtbot: QtBot, desktop: Desktop) -> None:
    assert len(QApplication.screens()) == 1
    desktop.actions["tiles.second"].trigger()
    assert "no second screen" in message(qtbot, desktop).title
    assert not desktop.tiles.stage.is_away
    assert not desktop.actions["tiles.second"].isChecked()


def test_the_window_closes_with_the_tiles_on_a_screen(qtbot: QtBot, desktop: Desktop) -> None:
    desktop.actions["tiles.full"].trigger()
    assert desktop.tiles.stage.is_away
    desktop.viewing.end()
    assert not desktop.tiles.stage.is_away


def test_tiles_on_the_second_screen_are_there_again_after_a_start_if_it_still_is(
    practice_case: Path, tmp_path: Path
) -> None:
    """In processes of their own: no screen can be plugged into this one."""
    two = tmp_path / "screens.json"
    sides = [("left", 0), ("right", 1600)]
    two.write_text(json.dumps({"screens": [
        {"name": name, "x": x, "y": 0, "width": 1600, "height": 1000,
         "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        for name, x in sides
    ]}))  # fmt: skip

    def start(*what: str, platform: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.second_screen", str(practice_case), *what],
            env={**os.environ, "QT_QPA_PLATFORM": platform},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    both = f"offscreen:configfile={two}"
    assert start("leave", "unplug", "stay", platform=both) == [
        "dock right on",
        # There with the case; back in their dock when that screen is unplugged.
        "right dock off",
        "right right on",
    ]
    # Without that screen they are in their dock, and it is not forgotten.
    assert start("stay", platform="offscreen") == ["dock dock off"]
    assert Memory.of_this_user().tiles_screen() == "right"


def test_pictures_are_settled_only_once_the_recordings_are_with_the_player(
    qtbot: QtBot, empty_desktop: Desktop, practice_case: Path
) -> None:
    desktop, seen = empty_desktop, []
    desktop.session.view_changed.connect(
        lambda: seen.append((desktop.settled(), len(desktop.playback.source_ids)))
    )
    open_case(qtbot, desktop, practice_case)
    assert (False, 0) in seen, "its files are read after it was"
    assert not any(settled and not count for settled, count in seen)
    assert len(desktop.playback.source_ids) == 4
    desktop.tiles.take_keyboard()
    press(desktop, Key.Key_Space)
    assert desktop.playback.playing
    press(desktop, Key.Key_Space)
