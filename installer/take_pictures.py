"""Takes the pictures of `docs/pictures` from the real window on a practice case.

    python installer/take_pictures.py CASE OUT      every picture at scale 1
    QT_SCALE_FACTOR=2 python installer/take_pictures.py CASE OUT --scaled

CASE is an indexed practice case (`workstation demo --headless --dir CASE`); it is copied, not
changed.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer

from casefiles.case import Case
from casefiles.jobs import Job
from casefiles.types import Actor
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.index_source import index_sources
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.open_case import open_case
from resources.errors import UserError
from resources.files import packaged
from video.clock import parse_wall
from video.decoder import open_source
from video.encode import write_clip
from workstation import gui
from workstation.crash import save_report
from workstation.desktop.desktop import Desktop
from workstation.desktop.memory import Memory

USUAL = (1440, 900)
LAPTOP = (1366, 768)
LARGE = (1920, 1080)
WORKSPACES = ("review", "search", "follow", "plates", "case")
EMPTY_CAMERAS = ("market-hall", "quay-crane", "ferry-berth", "station-forecourt", "mill-bridge")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--scaled", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WORKSTATION_HOME"] = f"{folder}/home"
        case = Path(shutil.copytree(options.case, f"{folder}/case"))
        if options.scaled:
            _case_picture(case, options.out / "review-200-percent.jpg", "review", LARGE)
        else:
            _all(case, Path(folder), options.out)
    return 0


def _all(case: Path, folder: Path, out: Path) -> None:
    for scheme in ("dark", "light"):
        with _Window(USUAL, scheme) as desktop:
            _save(desktop, out / f"first-run-{scheme}.jpg")
        _case_picture(case, out / f"review-{scheme}.jpg", "review", USUAL, scheme=scheme)
    for name in WORKSPACES[1:]:
        _case_picture(case, out / f"{name}-dark.jpg", name, USUAL)
    _case_picture(case, out / "search-light.jpg", "search", USUAL, scheme="light")
    _case_picture(case, out / "review-1366x768.jpg", "review", LAPTOP)
    with _Window(USUAL, "dark") as desktop:
        _open(desktop, case)
        _search(desktop, "person near Lantern Square")
        desktop.session.failed.emit(
            UserError("clip-07.avi cannot be opened: it holds no pictures",
                      "Ask for another export of it.")
        )  # fmt: skip
        desktop.session.run("Analyse 2 recordings", lambda case: _again(case))
        _wait(
            lambda: any(
                job.progress and job.progress.done > 10 for job in desktop.session.jobs.jobs
            )
        )
        _save(desktop, out / "job-and-banner.jpg")
    _fill(case, folder)
    with _Window(LARGE, "dark") as desktop:
        _open(desktop, case)
        desktop.tiles.set_layout(9)
        desktop.playback.seek(desktop.playback.span[0] + 28 * 10**9)
        _pause(1500)
        desktop.playback.play()
        _pause(2500)
        _save(desktop, out / "nine-tiles-playing.jpg")


def _again(case: Case) -> Job[object]:
    """An analysis with other options than before, so that there is something to do."""
    ids = [source.source_id for source in case.sources()][:2]
    return index_sources(case, ids, IndexOptions(sample_fps=7.0))


def _fill(folder: Path, work: Path) -> None:
    """Gives cameras without footage some: the bundled clips, each cut a little differently."""
    clips = ("harbor-west.mp4", "harbor-east.mp4", "ferry-stairs.mkv", "market-gate.mp4")
    with open_case(folder, Actor("trainer", "docs")) as case:
        for number, camera in enumerate(EMPTY_CAMERAS):
            with open_source(packaged("demo", clips[number % len(clips)])) as decoder:
                pictures = [frame.bgr() for frame in decoder.frames()][number * 20 :: 2]
            path = work / f"{camera}.mp4"
            write_clip(path, pictures, fps=5)
            start = parse_wall(f"2026-03-02T17:24:{10 + number}-06:00")
            add_source(case, path, Recording(camera, start))


class _Window:
    """A desktop for one picture."""

    def __init__(self, size: tuple[int, int], scheme: str) -> None:
        gui.application()
        self.desktop = Desktop(Actor("trainer", "docs"), Memory.of_this_user(), save_report)
        self.desktop.memory.settings = self.desktop.memory.settings.with_value("scheme", scheme)
        self.desktop.apply_settings()
        self.desktop.window.resize(*size)
        self.desktop.window.show()

    def __enter__(self) -> Desktop:
        _pause(400)
        return self.desktop

    def __exit__(self, *_: object) -> None:
        self.desktop.window.set_workspace("review")
        self.desktop.close()


def _case_picture(
    case: Path, picture: Path, workspace: str, size: tuple[int, int], *, scheme: str = "dark"
) -> None:
    with _Window(size, scheme) as desktop:
        _open(desktop, case)
        desktop.window.set_workspace(workspace)
        desktop.window.reset_layout()
        _pause(300)
        _search(desktop, "person dark jacket near Lantern Square")
        _save(desktop, picture)


def _open(desktop: Desktop, case: Path) -> None:
    desktop.cases.open_folder(case)
    _wait(lambda: desktop.session.view is not None)
    _wait(desktop.settled)


def _search(desktop: Desktop, text: str) -> None:
    desktop.search.search_for(text)
    _wait(lambda: desktop.session.hits is not None)
    desktop.results.go_next()
    _pause(500)
    _wait(desktop.settled)
    _pause(1200)


def _save(desktop: Desktop, picture: Path) -> None:
    desktop.window.grab().save(str(picture), "JPG", 88)
    print(picture)


def _wait(ready: Callable[[], bool]) -> None:
    gui.wait(ready, "what a picture shows")


def _pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())
