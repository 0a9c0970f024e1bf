"""Indexing against its bound, and what the motion gate saves, on the bundled footage."""

from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from casefiles import workers
from casefiles.agency import UNREGISTERED
from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.types import Actor, PlacedPoints
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.index_source import index_source
from casefiles.usecases.index_work import DEFAULT_DETECTOR, IndexOptions
from casefiles.usecases.show_tracks import show_points
from casefiles.workers import Ended, Processes
from detection.detector import open_detector
from detection.errors import ModelMissing
from resources.files import packaged
from video.decoder import open_source
from video.encode import write_clip
from video.geometry import iou_matrix
from video.sampling import wanted_frames
from video.types import Pixels
from workstation.bench.result import Figure, interleaved

_CLIP = "harbor-west.mp4"
_ROUNDS = 3
_STILL_SHARE = 0.9
_STATIC_FPS = 10


def index_vs_bound() -> list[Figure]:
    """CPU time of decoding and inference alone over that of indexing, for each detector here."""
    figures = []
    for name, sample_fps in ((DEFAULT_DETECTOR, 2.0), ("yolox-nano", None)):
        try:
            open_detector(name)
        except ModelMissing:
            continue
        options = IndexOptions(detector=name, sample_fps=sample_fps, motion_gate=False)
        with _cases(packaged("demo", _CLIP), _ROUNDS) as cases:
            indexed, bound = interleaved(
                [partial(_index, case, options) for case in cases],
                [partial(_bound, options)] * _ROUNDS,
            )
        rate = "every frame" if sample_fps is None else f"{sample_fps:g} frames/s"
        figures.append(
            Figure(
                "index-vs-bound" if name == DEFAULT_DETECTOR else f"index-vs-bound/{name}",
                indexed,
                bound,
                bound / indexed,
                "CPU s",
                f"{name}, {_CLIP}, {rate}, gate off: decode, convert and detect of the same frames "
                f"with the same detector in a process of its own, over `index` into a fresh case "
                "(start of the process and model load on both sides); "
                f"medians of {_ROUNDS} interleaved rounds; asked ≥ 0.85",
            )
        )
    return figures


def gate() -> list[Figure]:
    """CPU time without the motion gate over that with it, on a clip that is nine tenths still."""
    with TemporaryDirectory() as folder:
        clip = Path(folder) / "mostly-still.mp4"
        write_clip(clip, _mostly_still(), fps=_STATIC_FPS)
        plain = IndexOptions(motion_gate=False)
        gated = IndexOptions(motion_gate=True)
        with _cases(clip, 2 * _ROUNDS) as cases:
            without, with_gate = interleaved(
                [partial(_index, case, plain) for case in cases[:_ROUNDS]],
                [partial(_index, case, gated) for case in cases[_ROUNDS:]],
            )
            everything, seen = _tracks(cases[0]), _tracks(cases[-1])
    lost = [track for track in everything if not any(_covers(track, other) for other in seen)]
    return [
        Figure(
            "gate",
            with_gate,
            without,
            without / with_gate,
            "CPU s",
            f"{_CLIP} between long stretches of its empty street with sensor noise (90 % still), "
            f"5 frames/s, default detector: `index` without the gate over `index` with it; "
            f"medians of {_ROUNDS} interleaved rounds; asked ≥ 2.5",
        ),
        Figure(
            "gate/lost-tracks",
            len(lost),
            len(everything),
            len(lost) / max(len(everything), 1),
            "tracks",
            "tracks found without the gate that have no counterpart with it (same class, "
            "overlapping by half or more in at least half of the frames both have); asked 0",
        ),
    ]


def _mostly_still() -> Iterator[Pixels]:
    """Three short scenes of real movement, each after a long stretch of the empty street."""
    with open_source(packaged("demo", _CLIP)) as decoder:
        pictures = [np.array(frame.bgr()) for frame in decoder.frames()]
    empty = np.median(np.stack(pictures[::8]), axis=0)
    rng = np.random.default_rng(7)
    moving = 40
    still = round(moving * _STILL_SHARE / (1 - _STILL_SHARE))
    for start in (20, 150, 300):
        for _ in range(still):
            noisy = empty + rng.normal(0, 2.0, empty.shape)
            yield np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
        yield from pictures[start : start + moving]


@contextmanager
def _cases(clip: Path, how_many: int) -> Iterator[list[Case]]:
    """Cases that hold one source each, made beforehand: taking footage in is not measured."""
    with TemporaryDirectory() as folder, ExitStack() as opened:
        cases = []
        for number in range(how_many):
            # Straight from the class: a bench is no investigation and leaves no agency row.
            case = opened.enter_context(
                Case.create(
                    Path(folder) / str(number),
                    Actor("bench", "bench"),
                    number="bench",
                    title="bench",
                    policy=UNREGISTERED,
                    training=True,
                )
            )
            add_source(case, clip, Recording())
            cases.append(case)
        yield cases


def _index(case: Case, options: IndexOptions) -> None:
    finish(index_source(case, 1, options))


def _bound(options: IndexOptions) -> None:
    with Processes() as crew:
        crew.hire(_decode_and_detect, options)
        while not any(isinstance(event, Ended) for _, event in crew.hear(1.0)):
            pass


def _decode_and_detect(options: IndexOptions) -> Generator[None, None, None]:
    """In a process of its own, as indexing is: its start and the load of its model count too."""
    detector = open_detector(options.detector)
    yield
    with open_source(packaged("demo", _CLIP)) as decoder:
        wanted = set(wanted_frames(decoder.index, options.sample_fps).tolist())
        for frame in decoder.frames():
            workers.alive()
            if frame.number in wanted:
                detector.detect(frame.bgr())


def _tracks(case: Case) -> list[PlacedPoints]:
    """The points of each track."""
    points = show_points(case, 1, with_suppressed=False)
    return [points.where(points.track_id == track) for track in np.unique(points.track_id)]


def _covers(track: PlacedPoints, other: PlacedPoints) -> bool:
    """Whether `other` follows the same object for at least half of the frames both could see."""
    if track.at.class_ids[0] != other.at.class_ids[0]:
        return False
    shared, here, there = np.intersect1d(track.at.frame, other.at.frame, return_indices=True)
    if 2 * len(shared) < len(other.at.frame) and 2 * len(shared) < len(track.at.frame):
        return False
    overlap = np.diagonal(iou_matrix(track.at.boxes[here], other.at.boxes[there]))
    return bool((overlap >= 0.5).mean() >= 0.5)
