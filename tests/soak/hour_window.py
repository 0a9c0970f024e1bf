"""The window at work for an hour: the same working day over and over, in one process.

Appended to FOLDER/journal.jsonl: a line a second, and one for each turn that is done.
"""

import gc
import json
import shutil
from pathlib import Path
from time import monotonic
from typing import Final

import av
from av.video.stream import VideoStream
from PySide6.QtCore import QPoint, QTimer

from casefiles.view_types import CaseView
from resources.files import packaged
from tests.soak.hand import Hand
from tests.window.hands import Key, click, drop, press
from ui.dialogs.intake import IntakeDialog
from ui.window import WORKSPACES

_CLIPS: Final = ("market-gate.mp4", "ferry-stairs.mkv")
_BEGINNING: Final = 30
_SIGN_MS: Final = 1000
_ANALYSIS_S: Final = 900.0
_PLAY_S: Final = 2.0
_CORNERS: Final = ((-60, -40), (60, -40), (60, 80), (-60, 80))


def footage(folder: Path, name: str, turn: int, repeats: int) -> Path:
    """A bundled recording so many times one after the other, or with 0 only its beginning; its
    bytes differ with every turn."""
    path = folder / f"turn-{turn}-{name}"
    with av.open(packaged("demo", name)) as source, av.open(path, "w") as out:
        stream = source.streams.video[0]
        packets = [
            (bytes(one), one.pts or 0, one.dts, one.is_keyframe)
            for one in source.demux(stream)
            if one.dts is not None
        ]
        tick = stream.time_base
        assert tick is not None
        if not repeats:
            packets, repeats = packets[:_BEGINNING], 1
        length = packets[-1][2] - packets[0][2] + packets[1][2] - packets[0][2]
        out.metadata["comment"] = f"turn {turn}"
        copy = out.add_stream_from_template(stream)
        assert isinstance(copy, VideoStream)
        for again in range(repeats):
            for payload, pts, dts, is_key in packets:
                packet = av.Packet(payload)
                packet.time_base, packet.is_keyframe = tick, is_key
                packet.pts, packet.dts = pts + again * length, dts + again * length
                packet.stream = copy
                out.mux_one(packet)
    return path


class Days:
    """Turn after turn of the same work."""

    def __init__(self, folder: Path, repeats: int) -> None:
        self._folder = folder
        self._repeats = repeats
        self._journal = (folder / "journal.jsonl").open("a", encoding="utf-8")
        self._hand = Hand(clocked=False)
        self._sign = QTimer(interval=_SIGN_MS)
        self._sign.timeout.connect(lambda: self._write(alive=True))
        self._sign.start()
        self._kept: list[Path] = []

    def turn(self, number: int) -> None:
        """A new case, footage in, analysed, looked at, searched, closed; then an old one again."""
        began = monotonic()
        hand, desktop = self._hand, self._hand.desktop
        place = self._folder / f"turn-{number}"
        place.mkdir()
        clips = [footage(place, name, number, self._repeats) for name in _CLIPS]
        hand.open_new_case(place / "case", f"turn-{number}")
        desktop.banner.clear()
        hand.take_gap()
        assert drop(desktop.window, clips)
        hand.dialog(IntakeDialog).accept()
        hand.dialogs_gone()
        hand.until(lambda: len(self._view().sources) == len(clips), "the recordings")
        hand.until(desktop.settled, "the pictures")
        # The window is worked with while two recordings are analysed.
        self._look_around()
        hand.jobs_ended(within_s=_ANALYSIS_S)
        hand.until(lambda: len(self._view().runs) == len(clips), "the results")
        self._search()
        self._draw()
        hand.until(desktop.settled, "the pictures")
        if self._kept:
            hand.open_case(self._kept[-1] / "case")
            hand.until(desktop.settled, "the pictures")
            self._search()
        hand.close_case()
        self._kept.append(place)
        if len(self._kept) > 2:
            shutil.rmtree(self._kept.pop(0))
        gc.collect()
        self._write(
            turn=number,
            seconds=round(monotonic() - began, 1),
            case_bytes=(place / "case" / "case.duckdb").stat().st_size,
            complaints=hand.complaints.take(),
            gap_s=round(hand.take_gap(), 2),
            said=[one.title for one in desktop.banner.messages if one.kind == "error"],
        )

    def close(self) -> None:
        """Ends the window."""
        self._hand.close()
        self._write(closed=True, complaints=self._hand.complaints.take())
        self._journal.close()

    def _view(self) -> CaseView:
        view = self._hand.desktop.session.view
        assert view is not None
        return view

    def _look_around(self) -> None:
        hand, desktop = self._hand, self._hand.desktop
        for count in (1, 2, 4):
            desktop.actions[f"tiles.{count}"].trigger()
            hand.until(desktop.settled, "the pictures")
        desktop.playback.play()
        hand.work_for(_PLAY_S)
        desktop.playback.pause()
        for name in (*WORKSPACES, "review"):
            desktop.actions[f"workspace.{name}"].trigger()
            hand.until(desktop.settled, f"the workspace {name}")

    def _search(self) -> None:
        hand, desktop = self._hand, self._hand.desktop
        for words in ("person", "person dark jacket", "white car"):
            desktop.search.search_for(words)
            hand.until(lambda: desktop.session.hits is not None, "the hits")
        desktop.search.search_for("person")
        hand.until(lambda: desktop.session.hits is not None, "the hits")
        for _ in range(3):
            desktop.results.go_next()
            hand.until(desktop.settled, "the hit")
        desktop.actions["find.similar"].trigger()
        hand.until(lambda: desktop.session.hits is not None, "those that look alike")

    def _draw(self) -> None:
        hand, desktop = self._hand, self._hand.desktop
        desktop.actions["workspace.review"].trigger()
        desktop.tiles.focus(1)
        desktop.tiles.take_keyboard()
        desktop.actions["find.zone"].trigger()
        tile = desktop.tiles.tile(desktop.tiles.shown[0])
        assert tile is not None
        for across, down in _CORNERS:
            click(tile, tile.rect().center() + QPoint(across, down))
        press(desktop, Key.Key_Return)
        hand.until(lambda: bool(self._view().zones), "the zone")
        hand.until(lambda: desktop.session.hits is not None, "the hits in the zone")
        desktop.session.undo.undo()
        hand.until(lambda: not self._view().zones, "the zone taken back")

    def _write(self, **facts: object) -> None:
        self._journal.write(json.dumps(facts) + "\n")
        self._journal.flush()


def main(folder: Path, minutes: float, turns: int, repeats: int) -> None:
    """Turns until the time is over, and at least so many."""
    days = Days(folder, repeats)
    end = monotonic() + 60 * minutes
    number = 0
    while number < turns or monotonic() < end:
        days.turn(number)
        number += 1
    days.close()
