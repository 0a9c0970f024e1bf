"""The sound of a tile: one key lets it be heard, one mutes it, its lane lies under the timeline."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.types import Actor
from casefiles.usecases.add_source import Recording, add_source
from tests.support.tones import tone_clip
from tests.ui.test_sound import HandSpeaker
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import message, press
from video.clock import parse_wall
from workstation.desktop.desktop import Desktop


@pytest.fixture
def with_sound(tmp_path: Path) -> Path:
    clip = tone_clip(tmp_path / "gate.mov", ((0.5, 3.5),))
    with Case.create(
        tmp_path / "case", Actor("tester", "bench"), number="1", title="Sound", policy="none"
    ) as case:
        add_source(case, clip, Recording(start=parse_wall("2026-03-02T14:00:00Z")))
    return tmp_path / "case"


def test_tile_is_heard_while_it_plays_and_muted_again(
    qtbot: QtBot, with_sound: Path, empty_desktop: Desktop
) -> None:
    desktop = empty_desktop
    speaker = HandSpeaker()
    desktop.sounding.sound._speaker = speaker
    open_case(qtbot, desktop, with_sound)
    sounding = desktop.sounding
    (source_id,) = desktop.tiles.shown
    qtbot.waitUntil(lambda: sounding.sound.has_sound(source_id), timeout=PATIENCE_MS)
    qtbot.waitUntil(sounding.panel.isVisible, timeout=PATIENCE_MS)
    press(desktop, Qt.Key.Key_U)
    assert sounding.sound.is_on(source_id)
    pull = speaker.pull
    assert pull is not None
    assert not np.abs(pull(480)).any()
    desktop.playback.seek(desktop.playback.span[0] + 10**9)
    press(desktop, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desktop.playback.playing, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: float(np.abs(pull(480)).max()) > 0.1, timeout=PATIENCE_MS)
    press(desktop, Qt.Key.Key_U, held=Qt.KeyboardModifier.ShiftModifier)
    assert not sounding.sound.is_on(source_id)
    qtbot.waitUntil(lambda: not np.abs(pull(480)).any(), timeout=PATIENCE_MS)
    # The lane shows where it is loud.
    qtbot.waitUntil(
        lambda: float(np.nan_to_num(sounding.panel.lane.columns()[1]).max()) > 0.3,
        timeout=PATIENCE_MS,
    )


def test_recording_without_sound_says_so(qtbot: QtBot, desktop: Desktop) -> None:
    press(desktop, Qt.Key.Key_U)
    assert "no sound" in message(qtbot, desktop).title
    assert desktop.sounding.panel.isHidden()
