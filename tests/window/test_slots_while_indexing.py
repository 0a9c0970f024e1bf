"""The window answers within a frame while two recordings are analysed at once and it is worked in.

`SIGHTLINE_SLOT_MS=16 make test PYTEST="--log-cli-level=INFO tests/window/test_slots_while…"` prints
the longest slots of the GUI thread and asks for the aim of the house.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest
from av.video.stream import VideoStream
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from casefiles.types import Actor, SourceId
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.open_case import open_case as open_folder
from resources.files import packaged
from tests.support.gui_guards import GuiGuards
from tests.support.slot_clock import slot_clock
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import Button, Key, Modifier, click, press, write
from ui.jobs import JobState, RunningJob
from workstation.desktop.desktop import Desktop

START_MS = 120_000
"""Until both have stored something: the networks are loaded first."""
FRAME_MS = 16
CLIPS = (("market-gate.mp4", "market-gate"), ("ferry-stairs.mkv", "ferry-stairs"))
TIMES = 5
"""Longer than the work in the window takes."""
log = logging.getLogger(__name__)
STEPS = 30


@pytest.fixture
def two_more(
    qtbot: QtBot, empty_desktop: Desktop, practice_case: Path, tmp_path: Path, guards: GuiGuards
) -> tuple[SourceId, ...]:
    """The window with the practice case; two recordings in it wait to be analysed: their ids."""
    added = []
    with guards.lifted(), open_folder(practice_case, Actor("tester", "bench")) as case:
        for clip, camera in CLIPS:
            path = tmp_path / f"again-{clip}"
            _repeated(packaged("demo", clip), path)
            start = datetime(2026, 3, 2, 23, 26, tzinfo=UTC)
            source = add_source(case, path, Recording(camera, start))
            added.append(source.source_id)
    open_case(qtbot, empty_desktop, practice_case)
    return tuple(added)


def _repeated(whole: Path, copy: Path) -> None:
    """The same pictures several times over: a longer recording."""
    with av.open(whole) as source, av.open(copy, "w") as target:
        stream = source.streams.video[0]
        into = target.add_stream_from_template(stream)
        assert isinstance(into, VideoStream)
        late, last = 0, 0
        for _ in range(TIMES):
            source.seek(0)
            for packet in source.demux(stream):
                if packet.dts is None or packet.pts is None:
                    continue
                packet.dts, packet.pts = packet.dts + late, packet.pts + late
                last = max(last, packet.pts + (packet.duration or 1))
                packet.stream = into
                target.mux(packet)
            late = last


def both_work(desktop: Desktop, jobs: Sequence[RunningJob]) -> bool:
    """Whether both are at it and have told of frames."""
    return all(
        job.state is JobState.RUNNING and job.progress is not None and job.progress.done > 0
        for job in jobs
    )


def test_nothing_holds_the_window_up_while_two_recordings_are_analysed(
    qtbot: QtBot, empty_desktop: Desktop, two_more: tuple[SourceId, ...]
) -> None:
    desktop = empty_desktop
    desktop.actions["tiles.4"].trigger()
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
    with slot_clock() as clock:
        for source_id in two_more:
            desktop.footage.analyse([source_id])
        jobs = desktop.session.jobs.active
        assert len(jobs) == 2
        qtbot.waitUntil(lambda: both_work(desktop, jobs), timeout=START_MS)
        play(qtbot, desktop)
        scrub(qtbot, desktop)
        find(qtbot, desktop)
        draw(qtbot, desktop)
        told = [job.progress.done for job in jobs if job.progress is not None]
        assert both_work(desktop, jobs), "the analysis ended before the work: nothing was shown"
        for job in jobs:
            job.cancel()
        qtbot.waitUntil(lambda: not desktop.session.jobs.active, timeout=PATIENCE_MS)
        qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
    longest = "\n".join(f"  {slot.ms:6.1f} ms  {slot.what}" for slot in clock.longest)
    log.info("%d slots while %s frames were analysed; the longest:\n%s", clock.slots, told, longest)
    clock.check()


def play(qtbot: QtBot, desktop: Desktop) -> None:
    """Plays four tiles for two seconds."""
    desktop.tiles.take_keyboard()
    began = desktop.session.playhead_ns
    press(desktop, Key.Key_Space)
    qtbot.waitUntil(lambda: desktop.session.playhead_ns > began + 2 * 10**9, timeout=PATIENCE_MS)


def scrub(qtbot: QtBot, desktop: Desktop) -> None:
    """Drags the playhead along the axis while it plays."""
    timeline = desktop.timeline.timeline
    start = QPoint(timeline.width() // 2, 8)
    before = desktop.session.playhead_ns
    QTest.mousePress(timeline, Button.LeftButton, Modifier.NoModifier, start)
    for step in range(STEPS):
        QTest.mouseMove(timeline, start + QPoint(4 * step, 0))
        qtbot.wait(FRAME_MS)
    QTest.mouseRelease(timeline, Button.LeftButton, pos=start + QPoint(4 * STEPS, 0))
    assert desktop.session.playhead_ns != before


def find(qtbot: QtBot, desktop: Desktop) -> None:
    """Types a description, looks at five of the hits."""
    press(desktop, Key.Key_Slash)
    for letter in "person":
        write(desktop, letter)
        qtbot.wait(FRAME_MS)
    press(desktop, Key.Key_Return)
    qtbot.waitUntil(lambda: bool(desktop.session.hits and desktop.session.hits.hits),
                    timeout=PATIENCE_MS)  # fmt: skip
    desktop.results.take_keyboard()
    for _ in range(5):
        before = desktop.session.selection.track_id
        press(desktop, Key.Key_Period)
        qtbot.waitUntil(
            lambda before=before: desktop.session.selection.track_id != before,  # type: ignore[misc]
            timeout=PATIENCE_MS,
        )
        qtbot.waitUntil(lambda: desktop.playback.settled, timeout=PATIENCE_MS)


def draw(qtbot: QtBot, desktop: Desktop) -> None:
    """Draws a zone on the first tile, whose search starts by itself, and takes it back."""
    before = zones_of(desktop)
    press(desktop, Key.Key_1, Key.Key_Z)
    tile = desktop.tiles.tile(desktop.tiles.shown[0])
    assert tile is not None
    middle = tile.rect().center()
    for across, down in ((-60, -40), (60, -40), (60, 80), (-60, 80)):
        click(tile, middle + QPoint(across, down))
    press(desktop, Key.Key_Return)
    session = desktop.session
    qtbot.waitUntil(lambda: zones_of(desktop) > before, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: session.hits is not None, timeout=PATIENCE_MS)
    QTest.keyClick(desktop.window, Key.Key_Z, Modifier.ControlModifier)
    qtbot.waitUntil(lambda: zones_of(desktop) == before, timeout=PATIENCE_MS)


def zones_of(desktop: Desktop) -> int:
    """How many zones the window shows."""
    view = desktop.session.view
    return 0 if view is None else len(view.zones)
