"""Takes the pictures of `docs/pictures` from the real window on a practice case.

    python installer/take_pictures.py CASE OUT      every picture at scale 1
    python installer/take_pictures.py CASE OUT --footage    intake, 64 tiles, the timeline's zooms
    python installer/take_pictures.py CASE OUT --finding    the Search workspace and the heat map
    python installer/take_pictures.py CASE OUT --map        Rapid review on the map
    python installer/take_pictures.py CASE OUT --ground     town, 600 cameras, dates, blind spots
    python installer/take_pictures.py CASE OUT --rapid      Rapid review of one and of three cameras
    QT_SCALE_FACTOR=2 python installer/take_pictures.py CASE OUT --scaled

CASE is an indexed practice case (`workstation demo --headless --dir CASE`); it is copied, not
changed.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest

from casefiles.case import Case
from casefiles.decision_types import Verdict
from casefiles.jobs import Job, finish
from casefiles.types import Actor, SourceId
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.index_source import index_sources
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.load_map import read_map
from casefiles.usecases.make_tubes import make_tubes
from casefiles.usecases.map_synopsis import read_map_synopsis
from casefiles.usecases.open_case import open_case
from casefiles.usecases.plan_synopsis import plan_synopsis
from casefiles.usecases.view_case import view_case
from installer import map_pictures
from mapview.basemap import parse_base_map
from mapview.qt.base_painter import BaseShapes
from mapview.qt.replay_painter import ReplayLayer
from mapview.replay import Replay
from resources.errors import UserError
from resources.files import packaged
from ui.dialogs.intake import IntakeDialog
from ui.panels.map import map_colours
from ui.panels.map_replay import replay_picture
from ui.theme import apply, text_font
from video.clock import parse_wall, wall_to_ns
from video.decoder import open_source
from video.encode import write_clip
from video.synthetic.variants import VARIANTS
from workstation import gui
from workstation.crash import save_report
from workstation.desktop.desktop import Desktop
from workstation.desktop.memory import Memory

USUAL = (1440, 900)
LAPTOP = (1366, 768)
LARGE = (1920, 1080)
WORKSPACES = ("review", "search", "follow", "plates", "case")
MINUTE = ("2026-03-02T17:24:00-06:00", "2026-03-02T17:25:00-06:00")
MIXED = (
    "b_frames", "variable_mkv", "hevc_open_gop", "mjpeg_avi", "edit_list", "mpeg_ts", "raw_h264",
    "interlaced", "turned", "gap", "duplicate_times", "jump_back", "with_sound",
)  # fmt: skip
VERDICTS: Final[tuple[Verdict, ...]] = ("right", "right", "wrong")
EMPTY_CAMERAS = ("market-hall", "quay-crane", "ferry-berth", "station-forecourt", "mill-bridge")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--scaled", action="store_true")
    parser.add_argument("--footage", action="store_true")
    parser.add_argument("--finding", action="store_true")
    parser.add_argument("--map", action="store_true")
    parser.add_argument("--ground", action="store_true")
    parser.add_argument("--rapid", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WORKSTATION_HOME"] = f"{folder}/home"
        case = Path(shutil.copytree(options.case, f"{folder}/case"))
        if options.scaled:
            _case_picture(case, options.out / "review-200-percent.jpg", "review", LARGE)
        elif options.footage:
            _footage(case, Path(folder), options.out)
        elif options.finding:
            _search_pictures(case, options.out)
        elif options.map:
            _map_synopsis(case, options.out)
        elif options.ground:
            _map_pictures(case, Path(folder), options.out)
        elif options.rapid:
            _rapid(case, options.out)
        else:
            _all(case, Path(folder), options.out)
    return 0


def _all(case: Path, folder: Path, out: Path) -> None:
    for scheme in ("dark", "light"):
        with _Window(USUAL, scheme) as desktop:
            _save(desktop, out / f"first-run-{scheme}.jpg")
        _case_picture(case, out / f"review-{scheme}.jpg", "review", USUAL, scheme=scheme)
    for name in WORKSPACES[2:]:
        _case_picture(case, out / f"{name}-dark.jpg", name, USUAL)
    _search_pictures(case, out)
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


def _search_pictures(case: Path, out: Path) -> None:
    for scheme in ("dark", "light"):
        _case_picture(case, out / f"search-{scheme}.jpg", "search", USUAL, scheme=scheme)
    _finding(case, out)


def _finding(case: Path, out: Path) -> None:
    """Results that somebody decided on, and a heat map of where people walked."""
    with _Window(USUAL, "dark") as desktop:
        _open(desktop, case)
        desktop.window.set_workspace("search")
        desktop.window.reset_layout()
        _search(desktop, "person dark trousers near Market Gate after 17:24, walking left")
        for verdict in VERDICTS:
            desktop.results.decide(verdict)
            _pause(800)
        desktop.results.cards.scrollToTop()
        _wait(desktop.settled)
        _save(desktop, out / "search-decided.jpg")
        desktop.search.clear()
        desktop.window.set_workspace("review")
        desktop.window.reset_layout()
        desktop.tiles.set_layout(1)
        desktop.drawing.show_heat("paths")
        source = desktop.tiles.focused_source()
        tile = None if source is None else desktop.tiles.tile(source)
        assert tile is not None
        _wait(lambda: tile.heat is not None)
        _pause(1200)
        _wait(desktop.settled)
        _save(desktop, out / "heat-map.jpg")


def _rapid(case: Path, out: Path) -> None:
    """One camera, three side by side, one object selected; and how long its people were where."""
    with open_case(case, Actor("trainer", "docs")) as opened:
        finish(make_tubes(opened))
        everything = [source.source_id for source in opened.sources()]
    for name, size, scheme, sources in (
        ("rapid-one-dark", USUAL, "dark", everything[:1]),
        ("rapid-three-dark", USUAL, "dark", everything[:3]),
        ("rapid-three-light", USUAL, "light", everything[:3]),
        ("rapid-1366x768", LAPTOP, "dark", everything),
    ):
        with _Window(size, scheme) as desktop:
            _open(desktop, case)
            _review(desktop, sources)
            _save(desktop, out / f"{name}.jpg")
    with _Window(USUAL, "dark") as desktop:
        _open(desktop, case)
        _review(desktop, everything[:1])
        desktop.tiles.set_layout(1)
        desktop.actions["rapid.paths"].trigger()
        tile = desktop.tiles.tile(everything[0])
        assert tile is not None
        _wait(lambda: tile.heat is not None)
        _pause(1200)
        _save(desktop, out / "rapid-heat-map.jpg")


def _review(desktop: Desktop, sources: Sequence[SourceId]) -> None:
    """Rapid review of some recordings where most is shown together, an object selected."""
    desktop.window.show_dock("rapid")
    panel = desktop.synopsis.panel
    _wait(lambda: panel.isVisible() and panel.settled)
    panel.controls.choose(sources)
    _pause(400)
    _wait(lambda: panel.settled)
    latest = panel.review.latest
    assert latest is not None
    busiest = int(latest.crowd.argmax()) * panel.player.length_ns // len(latest.crowd)
    panel.player.seek(busiest)
    _pause(600)
    panel.canvas.setFocus()
    QTest.keyClick(panel.canvas, Qt.Key.Key_Down)
    _pause(1200)
    _wait(desktop.settled)


def _map_synopsis(case: Path, out: Path) -> None:
    """The tracks of all cameras on the map, at the moment when most are shown together."""
    app = gui.application()
    with open_case(case, Actor("trainer", "docs")) as opened:
        finish(make_tubes(opened))
        about = read_map_synopsis(opened, finish(plan_synopsis(opened, "person")))
        view, text = view_case(opened), read_map(opened)
    layer = ReplayLayer()
    layer.replay = replay = Replay(about)
    moments = range(0, about.length_ns, 100_000_000)
    layer.show("show", max(moments, key=lambda ns: len(replay.at("show", ns))))
    base = None if text is None else BaseShapes(parse_base_map(text)).prepare()
    for scheme in ("dark", "light"):
        apply(app, scheme)
        made = replay_picture(view, base, layer, map_colours(), text_font(13), (1100, 760))
        made.save(str(out / f"map-synopsis-{scheme}.jpg"), quality=90)
        print(out / f"map-synopsis-{scheme}.jpg")


def _map_pictures(case: Path, folder: Path, out: Path) -> None:
    @contextmanager
    def opened(size: tuple[int, int], scheme: str) -> Iterator[Desktop]:
        with _Window(size, scheme) as desktop:
            _open(desktop, case)
            yield desktop

    map_pictures.take(opened, case, folder, out, map_pictures.Saver(_wait, _pause))


def _footage(case: Path, folder: Path, out: Path) -> None:
    mixed = folder / "mixed exports"
    mixed.mkdir()
    for kind in MIXED:
        VARIANTS[kind](mixed)
    (mixed / "notes.mp4").write_text("not a video")
    (mixed / "empty.mp4").touch()
    for scheme in ("dark", "light"):
        with _Window(LAPTOP, scheme) as desktop:
            _open(desktop, case)
            desktop.footage.take([mixed])
            intake = _dialog(desktop, IntakeDialog)
            intake.resize(1320, 700)
            intake.table.selectRow(1)
            _pause(1000)
            intake.grab().save(str(out / f"intake-{scheme}.jpg"), "JPG", 88)
            print(out / f"intake-{scheme}.jpg")
            intake.reject()
    _fill(case, folder)
    _fill_weeks(case, folder)
    with _Window(LARGE, "dark") as desktop:
        _open(desktop, case)
        first, last = (wall_to_ns(parse_wall(text)) for text in MINUTE)
        line = desktop.timeline.timeline
        for name, show in (
            ("weeks", line.fit),
            ("minutes", lambda: line.show_range(first, last)),
            ("frames", lambda: line.show_range(first + 30 * 10**9, first + 32 * 10**9)),
        ):
            desktop.playback.seek(first + 31 * 10**9)
            show()
            _pause(1500)
            _wait(desktop.settled)
            desktop.timeline.grab().save(str(out / f"timeline-{name}.jpg"), "JPG", 90)
            print(out / f"timeline-{name}.jpg")
        desktop.tiles.set_layout(64)
        desktop.playback.seek(first + 15 * 10**9)
        _pause(4000)
        desktop.playback.play()
        _pause(6000)
        _save(desktop, out / "sixty-four-tiles-playing.jpg")


def _dialog(desktop: Desktop, kind: type[IntakeDialog]) -> IntakeDialog:
    _wait(lambda: bool(desktop.window.findChildren(kind)))
    return desktop.window.findChildren(kind)[0]


def _fill_weeks(folder: Path, work: Path) -> None:
    """Fifty-one more recordings of the same minute, and one a day for six weeks before it."""
    with (
        open_case(folder, Actor("trainer", "docs")) as case,
        open_source(packaged("demo", "harbor-west.mp4")) as decoder,
    ):
        pictures = [frame.bgr() for frame in decoder.frames()]
        start = parse_wall(MINUTE[0])
        for number in range(51):
            path = work / f"wall-{number:02d}.mp4"
            write_clip(path, pictures[number * 4 : number * 4 + 150], fps=5)
            add_source(case, path, Recording(None, start))
        for day in range(1, 41):
            path = work / f"day-{day:02d}.mp4"
            write_clip(path, [pictures[(day * 7 + at) % 300] for at in range(120)], fps=1)
            add_source(case, path, Recording("quay-crane", start - timedelta(days=day)))


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
