"""The window under mutated files: a process that takes one group of them after the other.

FOLDER/groups.json lists groups of [number, how, path]. Appended to FOLDER/journal.jsonl: a line
when a group begins, one for each file that is done, one a second as a sign of life from the GUI
thread. What dies or hangs here is the supervisor's to find.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Final

from PySide6.QtCore import QTimer

from casefiles.types import SourceId
from tests.soak.hand import Hand, TooLong
from tests.window.hands import Key, drop, press
from ui.dialogs.intake import IntakeDialog
from ui.playback import TileFrame

_CASE_FILES: Final = 20
_SIGN_MS: Final = 1000
_PLAY_S: Final = 3.0
_FRAMES: Final = 5
_NOT_FOR_PEOPLE: Final = ("Traceback", "Errno", " object at 0x", "None", "patches welcome")


class Taker:
    """Takes files through the window; `limit_s` is for each wait."""

    def __init__(self, folder: Path, limit_s: float) -> None:
        self._folder = folder
        self._limit_s = limit_s
        self._journal = (folder / "journal.jsonl").open("a", encoding="utf-8")
        self._hand = Hand(clocked=True)
        self._sign = QTimer(interval=_SIGN_MS)
        self._sign.timeout.connect(lambda: self._write(alive=True))
        self._sign.start()
        self._in_case = _CASE_FILES

    def take(self, group: list[tuple[int, str, Path]]) -> None:
        """Drops a group of files, accepts what can be accepted, has it analysed, plays each."""
        desktop = self._hand.desktop
        if self._in_case >= _CASE_FILES:
            self._in_case = 0
            name = f"case-{group[0][0]}"
            self._hand.open_new_case(self._folder / name, name)
        self._in_case += len(group)
        self._write(begins=[number for number, _, _ in group])
        desktop.banner.clear()
        self._hand.take_gap()
        clock = self._hand.watch()
        began = monotonic()
        outcomes: dict[Path, tuple[str, str]] = {}
        late = ""
        try:
            outcomes = self._through([path for _, _, path in group])
        except TooLong as error:
            late = str(error)
        said = [f"{message.title} {message.hint}" for message in desktop.banner.messages]
        complaints = self._hand.complaints.take()
        words = [*said, *(told for _, told in outcomes.values())]
        complaints += [f"not for people: {text}" for text in words if _is_unclear(text)]
        self._write(
            group=[number for number, _, _ in group],
            late=late,
            said=said,
            complaints=complaints,
            slot_ms=round(clock.worst_ms, 1),
            slot=clock.longest[0].what if clock.longest else "",
            gap_s=round(self._hand.take_gap(), 2),
            seconds=round(monotonic() - began, 1),
            outcomes=[
                [number, *outcomes.get(path, ("taken", ""))] for number, _, path in group
            ],
        )  # fmt: skip

    def _through(self, paths: list[Path]) -> dict[Path, tuple[str, str]]:
        """What became of those that were not simply taken, and why."""
        hand, desktop = self._hand, self._hand.desktop
        assert drop(desktop.window, paths), "the window took no file"
        asked = hand.dialog(IntakeDialog, within_s=self._limit_s)
        refused = {row.proposal.path: row.problem for row in asked.model.rows if row.problem}
        outcomes = {path: ("refused", problem) for path, problem in refused.items()}
        if len(refused) == len(paths):
            press(desktop, Key.Key_Escape)
            hand.dialogs_gone()
            return outcomes
        asked.accept()
        hand.dialogs_gone()
        hand.jobs_ended(within_s=self._limit_s)
        expected = [path for path in paths if path not in outcomes]

        def told_of(path: Path) -> str:
            said = (f"{one.title} {one.hint}" for one in desktop.banner.messages)
            return next((text for text in said if path.name in text), "")

        def place_of(path: Path) -> SourceId | None:
            real = Path(os.path.realpath(path))
            sources = self._sources()
            return next((one for one in sources if sources[one] == real), None)

        # The view follows the case at most four times a second.
        hand.until(
            lambda: all(place_of(path) or told_of(path) for path in expected),
            "word of every file",
        )
        for path in expected:
            source_id, told = place_of(path), told_of(path)
            if source_id is None:
                outcomes[path] = ("refused", told)
                continue
            if "the process that" in told:
                outcomes[path] = ("worker died", told)
            self._play(source_id)
        return outcomes

    def _sources(self) -> dict[SourceId, Path]:
        view = self._hand.desktop.session.view
        return {} if view is None else {source.source_id: source.path for source in view.sources}

    def _play(self, source_id: SourceId) -> None:
        """Shows a recording alone, plays a little of it, goes to its middle and its end."""
        hand, desktop, playback = self._hand, self._hand.desktop, self._hand.desktop.playback
        desktop.tiles.set_layout(1)
        desktop.tiles.focus_source(source_id)
        hand.until(lambda: playback.source_ids == (source_id,), "the tile", within_s=self._limit_s)
        first, last = playback.span
        playback.seek(first)
        hand.until(desktop.settled, "the first picture", within_s=self._limit_s)
        shown: list[TileFrame] = []

        def count(_: int, frame: TileFrame) -> None:
            shown.append(frame)

        playback.frame_shown.connect(count)
        playback.play()
        with suppress(TooLong):
            hand.until(
                lambda: len(shown) >= _FRAMES or not playback.playing, "frames", within_s=_PLAY_S
            )
        playback.frame_shown.disconnect(count)
        playback.pause()
        for wall in ((first + last) // 2, last, first):
            playback.seek(wall)
            hand.until(desktop.settled, "the picture", within_s=self._limit_s)

    def _write(self, **facts: object) -> None:
        self._journal.write(json.dumps(facts) + "\n")
        self._journal.flush()

    def close(self) -> None:
        """Ends the window; what it says then counts too."""
        self._hand.close()
        self._write(closed=True, complaints=self._hand.complaints.take())
        self._journal.close()


def _is_unclear(text: str) -> bool:
    return any(mark in text for mark in _NOT_FOR_PEOPLE) or "\n" in text.strip()


def main(folder: Path, limit_s: float) -> None:
    """Takes the groups that are listed in the folder."""
    groups = json.loads((folder / "groups.json").read_text(encoding="utf-8"))
    taker = Taker(folder, limit_s)
    for group in groups:
        taker.take([(number, how, Path(path)) for number, how, path in group])
    taker.close()
