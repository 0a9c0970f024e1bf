"""An hour of footage full of people, assembled from the shared clips, with who is where in it.

Each recording of ten minutes shows one clip again and again, every other time as in a mirror and in
seven lights, so that no two of the first fourteen showings hold the same pictures; between them
lies the empty scene for a few seconds. The truth of a clip is mirrored and repeated with it.
"""

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import workers
from casefiles.types import PlacedPoints
from casefiles.workers import Ended, Processes
from detection.labels import ObjectClass
from video.decoder import open_source
from video.encode import write_clip
from video.geometry import iou_matrix
from video.types import Pixels

SAME: Final = 0.5
"""A box this much over a labelled one (intersection over union) shows that person."""
_GAP_S: Final = 4
# Seven of them: with the mirror, two showings are equal only fourteen apart.
_LIGHTS: Final = (1.0, 0.86, 0.95, 0.8, 0.9, 0.75, 0.83)
_EMPTY_OF: Final = 15
_AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip of the shared footage: so many of its frames, every `step`-th of them, at `fps`."""

    camera: str
    video: str
    truth: str | None
    """MOT text; its frame 1 is the clip's frame 0."""
    frames: int
    step: int
    fps: int
    width: int


@dataclass(frozen=True, slots=True)
class Showing:
    """One time that a recording shows its clip."""

    first: int
    """The recording's frame that it begins with."""
    mirrored: bool
    light: float


CLIPS: Final = (
    Clip("whole", "data/video/vtest.avi", "data/gt/PETS09-S2L1_gt_001-400.txt", 400, 2, 5, 768),
    Clip("west", "data/multicam/pets_two_halves/camA.mp4",
         "data/multicam/pets_two_halves/camA_gt.txt", 400, 1, 7, 352),
    Clip("east", "data/multicam/pets_two_halves/camB.mp4",
         "data/multicam/pets_two_halves/camB_gt.txt", 386, 1, 7, 352),
    Clip("corridor", "data/video/one-by-one-person-detection.mp4", None, 1394, 2, 5, 768),
    Clip("lobby", "data/video/people-detection.264", None, 596, 5, 5, 768),
    Clip("campus", "data/video/TUD-Campus.mp4", None, 71, 5, 5, 640),
)  # fmt: skip
"""`whole` shows the street that `west` and `east` show parts of: the same walks."""


def showings(clip: Clip, seconds: float) -> tuple[Showing, ...]:
    """When a recording of that length shows its clip: from the first frame on, gaps between."""
    each = _shown(clip) + _GAP_S * clip.fps
    count = -(-round(seconds * clip.fps) // each)
    return tuple(
        Showing(at * each, bool(at % 2), _LIGHTS[at % len(_LIGHTS)]) for at in range(count)
    )


def write_recordings(
    shared: Path, folder: Path, seconds: float, clips: Sequence[Clip] = CLIPS
) -> list[Path]:
    """Writes one recording of each clip, H.264 at a constant rate, two at a time."""
    paths = [folder / f"{clip.camera}.mp4" for clip in clips]
    waiting = list(zip(clips, paths, strict=True))
    with Processes() as crew:
        busy = 0
        while waiting or busy:
            while waiting and busy < _AT_ONCE:
                clip, path = waiting.pop(0)
                crew.hire(_write, shared / clip.video, path, clip, seconds)
                busy += 1
            ended = [event for _, event in crew.hear(0.5) if not isinstance(event, workers.Said)]
            if not all(isinstance(event, Ended) for event in ended):
                raise AssertionError(f"a recording was not written: {ended}")
            busy -= len(ended)
    return paths


def _write(source: Path, path: Path, clip: Clip, seconds: float) -> Generator[None, None, None]:
    yield
    write_clip(path, pictures(source, clip, seconds), fps=clip.fps, preset="ultrafast")


def pictures(source: Path, clip: Clip, seconds: float) -> Iterator[Pixels]:
    """What the recording of a clip shows, BGR; it ends where its time does."""
    left = round(seconds * clip.fps)
    empty = empty_scene(source, clip)
    for one in showings(clip, seconds):
        for picture in frames_of(source, clip):
            yield _seen(picture, one)
            left -= 1
            if not left:
                return
        still = _seen(empty, one)
        for _ in range(_GAP_S * clip.fps):
            yield still
            left -= 1
            if not left:
                return


def _seen(picture: Pixels, showing: Showing) -> Pixels:
    if showing.mirrored:
        picture = picture[:, ::-1]
    darker = picture.astype(np.uint16) * round(256 * showing.light) >> 8
    return np.ascontiguousarray(darker.astype(np.uint8))


def frames_of(source: Path, clip: Clip) -> Iterator[Pixels]:
    with open_source(source) as decoder:
        for frame in decoder.frames():
            workers.alive()
            if frame.number >= clip.frames:
                return
            if frame.number % clip.step == 0:
                yield frame.bgr()


def empty_scene(source: Path, clip: Clip) -> Pixels:
    """The scene without those who walk through it."""
    every = max(_shown(clip) // _EMPTY_OF, 1)
    some = [picture for at, picture in enumerate(frames_of(source, clip)) if at % every == 0]
    empty: Pixels = np.median(np.stack(some), axis=0).astype(np.uint8)
    return empty


def _shown(clip: Clip) -> int:
    return -(-clip.frames // clip.step)


# -- who is where


@dataclass(frozen=True, slots=True)
class Truth:
    """Labelled people of a recording, columns `(n,)`; boxes `(n, 4) float32` x1, y1, x2, y2."""

    frame: NDArray[np.int64]
    person: NDArray[np.int64]
    boxes: NDArray[np.float32]
    showing: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A track that is one labelled person, in which showing of its clip."""

    track_id: int
    person: int
    camera: str
    showing: int


def truth_of(shared: Path, clip: Clip, seconds: float) -> Truth:
    """Who is where in the recording of a clip that has a truth.

    A person can be judged only where the clip shows one: boxes in the gaps match nobody.
    """
    assert clip.truth is not None
    rows = np.loadtxt(shared / clip.truth, delimiter=",", usecols=range(6), ndmin=2)
    source = rows[:, 0].astype(np.int64) - 1
    rows = rows[(source % clip.step == 0) & (source >= 0) & (source < clip.frames)]
    at = (rows[:, 0].astype(np.int64) - 1) // clip.step
    plain = np.concatenate([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]], axis=1)
    # Pixels are counted from the left edge of the first: the mirrored right edge is the left one.
    mirrored = plain[:, [2, 1, 0, 3]] * [-1, 1, -1, 1] + [clip.width, 0, clip.width, 0]
    end = round(seconds * clip.fps)
    parts = []
    for number, one in enumerate(showings(clip, seconds)):
        kept = at + one.first < end
        parts.append((
            at[kept] + one.first, rows[kept, 1].astype(np.int64),
            (mirrored if one.mirrored else plain)[kept].astype(np.float32),
            np.full(int(kept.sum()), number, np.int64),
        ))  # fmt: skip
    frame, person, boxes, showing = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Truth(frame, person, boxes, showing)


def sightings(points: PlacedPoints, truth: Truth, camera: str) -> list[Sighting]:
    """The tracks that follow one labelled person for more than half of their points; what was
    filled in between detections is not judged."""
    kept = (points.at.class_ids == ObjectClass.PERSON) & ~points.interpolated
    seen = points.where(kept)
    votes: dict[int, Counter[tuple[int, int]]] = {}
    counts = Counter(seen.track_id.tolist())
    for frame in np.unique(seen.at.frame).tolist():
        real = np.flatnonzero(truth.frame == frame)
        here = np.flatnonzero(seen.at.frame == frame)
        if not len(real):
            continue
        shared = iou_matrix(seen.at.boxes[here], truth.boxes[real])
        for row, best in enumerate(shared.argmax(axis=1).tolist()):
            if shared[row, best] >= SAME:
                who = int(truth.person[real[best]]), int(truth.showing[real[best]])
                votes.setdefault(int(seen.track_id[here[row]]), Counter())[who] += 1
    found = []
    for track_id, said in sorted(votes.items()):
        people: Counter[int] = Counter()
        for (person, _), count in said.items():
            people[person] += count
        person, count = people.most_common(1)[0]
        if 2 * count > counts[track_id]:
            showing = max((n, -s) for (p, s), n in said.items() if p == person)[1]
            found.append(Sighting(track_id, person, camera, -showing))
    return found
