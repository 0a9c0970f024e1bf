"""A dropped GPX file becomes the way of a camera on the map."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from tests.casefiles.test_position_files import FIRST_NS, GPX
from tests.support.small_case import make_small_case
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import dialog, drop
from workstation.desktop.desktop import Desktop


@pytest.fixture
def small_case(tmp_path: Path) -> Path:
    make_small_case(tmp_path / "case").close()
    return tmp_path / "case"


def test_dropped_positions_are_joined_to_the_camera_that_the_file_names(
    qtbot: QtBot, small_case: Path, empty_desktop: Desktop, tmp_path: Path
) -> None:
    desktop = empty_desktop
    open_case(qtbot, desktop, small_case)
    file = tmp_path / "ferry-stairs.gpx"
    file.write_text(GPX, encoding="utf-8")
    assert drop(desktop.window, [file])
    asked = dialog(qtbot, desktop, QInputDialog)
    assert asked.textValue() == "Ferry Stairs (stairs)"
    asked.accept()
    # The recordings of this case are made up, and are said to be missing.
    qtbot.waitUntil(
        lambda: any("2 positions of stairs" in one.title for one in desktop.banner.messages),
        timeout=PATIENCE_MS,
    )

    def moves() -> bool:
        # Nothing plays here: the player says 0 whenever the case was read again.
        desktop.session.set_playhead(FIRST_NS + 500_000_000)
        return bool(desktop.map.map.movers)

    qtbot.waitUntil(moves, timeout=PATIENCE_MS)
    (mover,) = desktop.map.map.movers
    assert mover.name == "Ferry Stairs"
