"""An hour in which nothing happens nine tenths of the time, assembled from the shared clips.

A clip is shown a few times at uneven distances; between them lies the empty scene, with the noise
of a sensor. Daylight fades and comes back over the hour, so that one empty picture does not do.
"""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import workers
from casefiles.workers import Ended, Processes
from video.encode import write_clip
from video.types import Pixels
from workstation.bench.person_footage import CLIPS, Clip, empty_scene, frames_of

HOUR_S: Final = 3600
BUSY_S: Final = 360
STREET: Final = next(clip for clip in CLIPS if clip.camera == "whole")
CORRIDOR: Final = next(clip for clip in CLIPS if clip.camera == "corridor")
_NOISE: Final = 2.0
_DRAWN: Final = 32
"""So many pictures of noise, used in turns: drawing each anew would take minutes."""
_DARKEST: Final = 0.78
_UNEVEN: Final = 0.4
"""Gaps differ by so much of their mean, either way."""


def busy_stretches(clip: Clip, seconds: int = HOUR_S, busy_s: int = BUSY_S) -> list[range]:
    """The frames of the recording that show the clip, `busy_s` seconds of them altogether; the
    last showing may be cut short."""
    shown = -(-clip.frames // clip.step)
    left = busy_s * clip.fps
    count = -(-left // shown)
    gap = (seconds - busy_s) * clip.fps / (count + 1)
    at = 0.0
    found = []
    for number in range(count):
        # The same uneven gaps every time; together they are as long as even ones.
        at += gap * (1 + _UNEVEN * np.cos(np.pi * number) * (number + 1 < count or count % 2 == 0))
        length = min(shown, left)
        found.append(range(round(at), round(at) + length))
        at, left = at + length, left - length
    return found


def write_quiet_hour(shared: Path, path: Path, clip: Clip, seconds: int = HOUR_S) -> list[range]:
    """Writes the recording, H.264 at the clip's rate, in a process of its own; gives the frames
    that show the clip."""
    with Processes() as crew:
        crew.hire(_write, shared / clip.video, path, clip, seconds)
        ended = False
        while not ended:
            for _, event in crew.hear(0.5):
                if isinstance(event, Ended):
                    ended = True
                elif not isinstance(event, workers.Said):
                    raise AssertionError(f"the hour was not written: {event}")
    return busy_stretches(clip, seconds)


def _write(source: Path, path: Path, clip: Clip, seconds: int) -> Generator[None, None, None]:
    yield
    write_clip(path, pictures(source, clip, seconds), fps=clip.fps, preset="ultrafast")


def pictures(source: Path, clip: Clip, seconds: int = HOUR_S) -> Iterator[Pixels]:
    """What the recording shows, `(h, w, 3) uint8 BGR`."""
    empty = empty_scene(source, clip)
    random = np.random.default_rng(6)
    noise = [np.rint(random.normal(0, _NOISE, empty.shape)).astype(np.int16) for _ in range(_DRAWN)]
    busy = {at: span for span in busy_stretches(clip, seconds) for at in span}
    showing: Iterator[Pixels] = iter(())
    total = seconds * clip.fps
    for at in range(total):
        workers.alive()
        span = busy.get(at)
        if span is not None and at == span.start:
            showing = frames_of(source, clip)
        light = round(256 * (1 - (1 - _DARKEST) * np.sin(np.pi * at / total)))
        if span is None:
            yield _lit(empty.astype(np.int16) + noise[at * 7 % _DRAWN], light)
        else:
            yield _lit(next(showing).astype(np.int16), light)


def _lit(picture: NDArray[np.int16], light: int) -> Pixels:
    # Noise below black is black, as on a sensor.
    darker = picture.clip(0, 255).astype(np.uint16) * light >> 8
    return np.ascontiguousarray(darker.astype(np.uint8))
