"""What looking for motion in a region is, without a case: recordings in, what each picture showed.

Runs in a process of its own (`casefiles.workers`) that decodes with one thread; a file that makes
it crash or hang costs that recording alone. The messages it sends are the dataclasses below.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import workers
from detection.region_motion import Region, RegionOptions, RegionWatch, Sight
from resources.errors import UserError
from video.clock import NS_PER_S
from video.decoder import open_source
from video.key_frames import decode_key_frames, key_frames
from video.packet_index import times_ns
from video.pulse import heard_by
from video.sampling import sampled_frames
from video.types import Frame, PacketIndex, Span

_TELL_EVERY_S: Final = 0.2
_MOST_MEMORY: Final = 4 << 30
_MOST_KEYS_PER_S: Final = 4
"""Where every picture is a key frame, so many of them a second are enough."""


@dataclass(frozen=True, slots=True)
class Look:
    """One recording to look at: by its key frames, or closely within some spans."""

    path: Path
    index: PacketIndex
    region: Region
    options: RegionOptions
    spans: tuple[Span, ...]
    fps: float | None = None
    """None for key frames; else so many pictures a second of everything in the spans."""


@dataclass(frozen=True, slots=True)
class Looking(workers.Question):
    """Nothing is being looked at; the answer is the next `Look`, or None to go home."""

    error: UserError | None = None
    """Why the last one was not looked at to its end."""
    damaged: int = 0
    """How many of its pictures did not decode."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the pictures since the last message showed, in order, and up to where it is done."""

    sights: tuple[Sight, ...]
    reached_ns: int
    """Media time."""


Watching = Generator[Looking | Seen, Look | None, None]


def watch() -> Watching:
    """Looks at one recording after another, as they are ordered."""
    workers.limit_memory(_MOST_MEMORY)
    look = yield Looking()
    while look is not None:
        try:
            with heard_by(workers.alive):
                damaged = yield from _look(look)
        except UserError as error:
            look = yield Looking(error)
        except MemoryError:
            look = yield Looking(
                UserError(
                    f"{look.path} asks for more memory than a recording needs",
                    "It is damaged, or made to do harm: export it again.",
                )
            )
        else:
            look = yield Looking(damaged=damaged)


def _look(look: Look) -> Generator[Seen, None, int]:
    """Tells what was seen, and gives how many pictures did not decode."""
    if look.fps is not None:
        with open_source(look.path, look.index, threads=1) as decoder:
            for span in look.spans:
                yield from _through(look, sampled_frames(decoder, look.fps, span=span))
            yield Seen((), int(look.spans[-1].end_ns))
            return decoder.damaged
    missing = 0
    for span in look.spans:
        numbers = wanted_keys(look.index, span)
        frames = decode_key_frames(look.path, look.index, numbers.tolist())
        missing += len(numbers) - (yield from _through(look, frames))
        yield Seen((), int(span.end_ns))
    return missing


def _through(look: Look, frames: Iterator[Frame]) -> Generator[Seen, None, int]:
    """The same of the pictures of one span, and how many came."""
    watching = RegionWatch(look.region, look.options)
    sights: list[Sight] = []
    came, told, reached = 0, perf_counter(), 0
    for frame in frames:
        workers.alive()
        luma = frame.luma(look.region.width, look.region.height)
        sights.append(watching.look(luma, frame.time_ns))
        came, reached = came + 1, int(frame.time_ns)
        if perf_counter() - told > _TELL_EVERY_S:
            yield Seen(tuple(sights), reached)
            sights, told = [], perf_counter()
    yield Seen(tuple(sights), reached)
    return came


def wanted_keys(index: PacketIndex, span: Span) -> NDArray[np.int64]:
    """The numbers of the key frames that are looked at in a span, `(n,)`; the one before it too,
    so that what has changed at its first can be told."""
    numbers = key_frames(index, at_least_ns=NS_PER_S // _MOST_KEYS_PER_S)
    times = times_ns(index)[numbers]
    first = max(int(np.searchsorted(times, span.start_ns, "right")) - 1, 0)
    end = int(np.searchsorted(times, span.end_ns))
    return numbers[first:end]
