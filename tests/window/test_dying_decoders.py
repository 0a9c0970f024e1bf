"""A decoder that dies takes neither the window nor the case with it, and it is said how far it
came; the window does not decode where the worker died."""

import shutil
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from casefiles.types import Actor, SourceId
from casefiles.usecases import index_source
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.open_case import create_case
from tests.support.bad_workers import Unlucky
from tests.support.gui_guards import GuiGuards
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import Key, Modifier, dialog, drop, jobs_ended, message, press
from ui.dialogs.intake import IntakeDialog
from ui.jobs import JobState
from ui.models.sources_tree import rows_of
from video.synthetic.encode import encode
from video.synthetic.scene import Box, Scene
from workstation.desktop import footage
from workstation.desktop.desktop import Desktop

OPTIONS = IndexOptions(detector="fake", sample_fps=None, motion_gate=False)
FRAMES = 80
DIES_AT = 30


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scene = Scene((Box(10, 60, 30, 60, dx=1),))
    return encode(tmp_path_factory.mktemp("clip") / "corridor.mp4", frames=FRAMES, scene=scene).path


@pytest.fixture
def empty_case(qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path, guards: GuiGuards) -> Desktop:
    """The window with a case without footage, whose decoders die at a frame."""
    with guards.lifted():
        create_case(tmp_path / "c", Actor("tester", "bench"), number="26-3", title="Dock").close()
    open_case(qtbot, empty_desktop, tmp_path / "c")
    return empty_desktop


@pytest.mark.parametrize(("how", "words"), [("SIGSEGV", "SIGSEGV"), ("hang", "no sign of life")])
def test_recording_whose_decoder_dies_is_marked_and_the_window_goes_on(
    qtbot: QtBot,
    empty_case: Desktop,
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
    words: str,
) -> None:
    desktop = empty_case
    unlucky = partial(Unlucky, how, DIES_AT, silence_s=2.5 if how == "hang" else 60.0)
    monkeypatch.setattr(footage, "index_sources", partial(index_source.index_sources, crew=unlucky))
    monkeypatch.setattr(footage, "IndexOptions", lambda: OPTIONS)
    monkeypatch.setattr(index_source, "_CAREFUL_FRAMES", 4)
    original = Path(shutil.copy(clip, tmp_path / "corridor.mp4"))
    assert drop(desktop.window, [original])
    dialog(qtbot, desktop, IntakeDialog)
    press(desktop, Key.Key_Return)
    # Two processes are started and waited for, one after the other.
    qtbot.waitUntil(lambda: bool(desktop.banner.messages), timeout=6 * PATIENCE_MS)
    said = message(qtbot, desktop)
    assert "corridor.mp4 ended early" in said.title
    assert words in said.title
    jobs_ended(qtbot, desktop)
    assert desktop.session.jobs.jobs[-1].state is JobState.DONE

    def marked() -> bool:
        view = desktop.session.view
        return view is not None and any(
            row.state.startswith("analysed only up to") for row in rows_of(view, {})
        )

    qtbot.waitUntil(marked, timeout=PATIENCE_MS)
    # The window plays up to there, and says why no further.
    press(desktop, Key.Key_2, held=Modifier.AltModifier)
    source = SourceId(1)
    qtbot.waitUntil(lambda: desktop.tiles.tile(source) is not None, timeout=PATIENCE_MS)
    tile = desktop.tiles.tile(source)
    assert tile is not None
    qtbot.waitUntil(lambda: "ended early" in tile.accessibleDescription(), timeout=PATIENCE_MS)
    press(desktop, Key.Key_End)
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
    shown = desktop.playback.shown(source)
    assert shown is not None
    assert shown.number < DIES_AT
    assert desktop.session.case is not None
