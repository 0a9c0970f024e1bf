"""An original that goes away while it is on show: its tile says so, and comes back with it."""

import os
import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from casefiles.types import Actor
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.open_case import create_case
from resources.files import packaged
from tests.support.gui_guards import GuiGuards
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import Key, message, press
from ui.models import originals
from ui.views.tile import TileView
from workstation.desktop.desktop import Desktop

ACTOR = Actor("tester", "bench")
NAMES = ("market-gate.mp4", "ferry-stairs.mkv")


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits two seconds for the next look."""
    monkeypatch.setattr(originals, "LOOK_EVERY_MS", 50)


@pytest.fixture
def share(tmp_path: Path, guards: GuiGuards, qtbot: QtBot, empty_desktop: Desktop) -> Path:
    """A folder elsewhere with the two recordings of the case that is open."""
    folder = tmp_path / "share"
    folder.mkdir()
    with guards.lifted(), create_case(tmp_path / "c", ACTOR, number="26-6", title="") as case:
        for name in NAMES:
            add_source(case, Path(shutil.copy(packaged("demo", name), folder / name)), Recording())
    open_case(qtbot, empty_desktop, tmp_path / "c")
    return folder


def tiles(desktop: Desktop) -> list[TileView]:
    """The tiles on the wall, in order."""
    found = [desktop.tiles.tile(source_id) for source_id in desktop.tiles.shown]
    return [tile for tile in found if tile is not None]


def shows(desktop: Desktop, tile: TileView) -> bool:
    """Whether a tile has a picture and nothing to say against it."""
    shown = desktop.playback.shown(tile.source_id)
    return not tile.accessibleDescription() and shown is not None and shown.state == "frame"


@pytest.mark.parametrize("playing", [False, True], ids=["standing", "playing"])
def test_tile_says_that_its_original_is_gone_and_shows_it_again_when_it_is_back(
    qtbot: QtBot, empty_desktop: Desktop, share: Path, playing: bool
) -> None:
    desktop = empty_desktop
    first, second = tiles(desktop)
    if playing:
        press(desktop, Key.Key_Space)
        qtbot.waitUntil(lambda: desktop.playback.playing, timeout=PATIENCE_MS)
    here, elsewhere = share / NAMES[0], share / "elsewhere.mp4"
    here.rename(elsewhere)
    qtbot.waitUntil(lambda: NAMES[0] in first.accessibleDescription(), timeout=PATIENCE_MS)
    assert "missing" in first.accessibleDescription()
    said = message(qtbot, desktop)
    assert (said.kind, len(desktop.banner.messages)) == ("error", 1)
    assert NAMES[0] in said.title
    assert "Connect the disk" in said.hint
    assert not second.accessibleDescription(), "the other one is not concerned"
    press(desktop, Key.Key_Escape)
    elsewhere.rename(here)
    qtbot.waitUntil(lambda: shows(desktop, first), timeout=PATIENCE_MS)
    assert not desktop.banner.messages, "it is told once"


def test_share_that_goes_away_is_said_by_every_tile_and_all_come_back(
    qtbot: QtBot, empty_desktop: Desktop, share: Path
) -> None:
    desktop = empty_desktop
    at_ns = desktop.session.playhead_ns
    away = share.rename(share.with_name("away"))
    for tile, name in zip(tiles(desktop), NAMES, strict=True):
        qtbot.waitUntil(lambda: name in tile.accessibleDescription(), timeout=PATIENCE_MS)  # noqa: B023 - waited for here
    assert not desktop.playback.source_ids, "nothing plays on from what is still open"
    away.rename(share)
    for tile in tiles(desktop):
        qtbot.waitUntil(lambda: shows(desktop, tile), timeout=PATIENCE_MS)  # noqa: B023 - as above
    assert desktop.session.playhead_ns == at_ns, "where one was"


def test_original_that_is_cut_off_while_it_is_shown_is_not_shown_on(
    qtbot: QtBot, empty_desktop: Desktop, share: Path
) -> None:
    desktop = empty_desktop
    first, _ = tiles(desktop)
    whole = (share / NAMES[0]).read_bytes()
    os.truncate(share / NAMES[0], len(whole) // 2)
    qtbot.waitUntil(lambda: "has changed" in first.accessibleDescription(), timeout=PATIENCE_MS)
    assert "has changed" in message(qtbot, desktop).title
    (share / NAMES[0]).write_bytes(whole)
    qtbot.waitUntil(lambda: shows(desktop, first), timeout=PATIENCE_MS)


def test_closing_the_case_asks_for_no_original_any_more(
    qtbot: QtBot, empty_desktop: Desktop, share: Path
) -> None:
    desktop = empty_desktop
    (share / NAMES[0]).rename(share / "elsewhere.mp4")
    desktop.cases.close_case()
    qtbot.waitUntil(lambda: desktop.session.case is None, timeout=PATIENCE_MS)
    assert not desktop.banner.messages
