"""The lane of the sound: loud where it is loud, on the time of the timeline."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.types import Actor
from casefiles.usecases.add_source import Recording, add_source
from tests.support.tones import tone_clip
from tests.ui.test_sound import HandClock, HandSpeaker, played
from ui.panels.sound import SoundPanel
from ui.playback.sound import Sound
from ui.session import Session
from ui.theme import apply, colour
from ui.views.sound_lane import SoundLane
from video.clock import ClockOffset, parse_wall, wall_to_ns
from video.sound import Loudness
from video.types import TimeNs

S = 1_000_000_000
START = 1_772_460_000 * S


@pytest.fixture
def lane(qtbot: QtBot, qapp: QApplication) -> SoundLane:
    """400 px over 10 s of a recording that starts with them; loud from 2 to 4 s."""
    apply(qapp, "dark")
    shown = SoundLane()
    qtbot.addWidget(shown)
    shown.resize(400, 40)
    shown.show()
    high = np.zeros(200, np.int8)
    high[40:80] = 100
    shown.set_loudness(Loudness(TimeNs(0), S // 20, -high, high), ClockOffset(START))
    shown.show_range(START, START + 10 * S)
    return shown


def test_columns_are_loud_where_the_sound_is(lane: SoundLane) -> None:
    low, high = lane.columns()
    loud = np.flatnonzero(high > 0.5)
    assert (loud[0], loud[-1]) == (80, 159)
    assert low[100] == pytest.approx(-100 / 127)


def test_a_short_bang_is_seen_at_every_zoom(lane: SoundLane) -> None:
    high = np.zeros(72_000, np.int8)
    high[36_000] = 120
    lane.set_loudness(Loudness(TimeNs(0), S // 20, -high, high), ClockOffset(START))
    for length_s in (3600, 600, 60):
        middle = START + 1800 * S
        lane.show_range(middle - length_s * S // 2, middle + length_s * S // 2)
        assert np.nanmax(lane.columns()[1]) == pytest.approx(120 / 127)


def test_nothing_is_drawn_where_there_is_no_sound(lane: SoundLane) -> None:
    lane.show_range(START - 10 * S, START + 10 * S)
    _, high = lane.columns()
    assert np.isnan(high[:200]).all()
    assert not np.isnan(high[200:]).any()


def test_loud_and_silent_places_are_painted_apart(lane: SoundLane) -> None:
    picture = lane.grab().toImage()
    assert picture.pixelColor(100, 8) == colour("accent")
    assert picture.pixelColor(300, 8) == colour("panel")


def test_click_asks_for_its_moment(qtbot: QtBot, lane: SoundLane) -> None:
    with qtbot.waitSignal(lane.seek_wanted) as asked:
        QTest.mouseClick(lane, Qt.MouseButton.LeftButton, pos=QPoint(100, 20))
    assert asked.args[0] == pytest.approx(START + 2.5 * S, abs=S // 10)


def test_focused_recording_with_sound_shows_its_lane_and_is_heard_by_its_button(
    qtbot: QtBot, tmp_path: Path
) -> None:
    clip = tone_clip(tmp_path / "a.mov", ((1.0, 1.5),))
    session = Session()
    sound = Sound(HandClock, speaker=HandSpeaker())
    panel = SoundPanel(session, sound)
    qtbot.addWidget(panel)
    with Case.create(
        tmp_path / "case", Actor("tester", "bench"), number="1", title="t", policy="none"
    ) as case:
        start = parse_wall("2026-03-02T14:00:00Z")
        source = add_source(case, clip, Recording(start=start))
        session.set_case(case)
        qtbot.waitUntil(lambda: session.view is not None)
        assert panel.isHidden()
        sound.open([played(clip, source.source_id)])
        panel.set_focused(source.source_id)
        panel.show()
        panel.resize(600, 40)
        panel.lane.show_range(wall_to_ns(start), wall_to_ns(start) + 4 * S)
        qtbot.waitUntil(lambda: not np.isnan(panel.lane.columns()[1]).all(), timeout=20_000)
        high = panel.lane.columns()[1]
        loud = np.flatnonzero(high > 0.3) / len(high) * 4
        assert (loud[0], loud[-1]) == pytest.approx((1.0, 1.5), abs=0.06)
        QTest.mouseClick(panel.button, Qt.MouseButton.LeftButton)
        assert sound.is_on(source.source_id)
        assert "Mute" in panel.button.accessibleName()
        sound.close()
        session.set_case(None)
        session.stop()
