"""Searching motion in a zone: its speed against reading the key frames alone, and whether what it
finds is what was put there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import numpy as np

from casefiles.agency import UNREGISTERED
from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.types import Actor, SourceId
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.motion_scope import MotionAnswer
from casefiles.usecases.search_motion import search_motion
from casefiles.view_types import Zone
from casefiles.workers import Ended, Processes
from resources.files import packaged
from video.clock import NS_PER_S
from video.decoder import open_source
from video.encode import write_clip
from video.types import PacketIndex, Pixels
from workstation.bench.motion_bound import decode_keys
from workstation.bench.result import Figure, interleaved

_CLIP: Final = "harbor-west.mp4"
_FPS: Final = 6
_LENGTH_S: Final = 240
_KEY_EVERY_S: Final = 4
_ROUNDS: Final = 3
_NOISE: Final = 2.5
_DRAWN: Final = 64
"""So many pictures of noise, used in turns: drawing each anew would take minutes."""


@dataclass(frozen=True, slots=True)
class _Passing:
    """A square that crosses a part of the picture; seconds, and shares of the picture's width."""

    from_s: float
    to_s: float
    inside: bool
    level: int = 90


# Long and short, in the zone and beside it, bright and dark; and light that changes all along.
_PASSINGS: Final = (
    _Passing(11.0, 26.0, inside=True), _Passing(35.0, 48.0, inside=False),
    _Passing(57.0, 59.1, inside=True, level=25), _Passing(71.5, 72.5, inside=True),
    _Passing(82.0, 95.0, inside=False, level=30), _Passing(100.5, 112.0, inside=True, level=40),
    _Passing(121.2, 122.0, inside=True), _Passing(133.0, 173.0, inside=True),
    _Passing(180.0, 200.0, inside=False), _Passing(210.0, 219.5, inside=True, level=120),
)  # fmt: skip
_ZONE: Final = (0.55, 0.45, 0.95, 0.95)


def motion() -> list[Figure]:
    """Speed at key frames over its bound, and found, missed and false spans of a made clip."""
    with TemporaryDirectory() as folder:
        clip = Path(folder) / "made.mp4"
        write_clip(clip, _pictures(), fps=_FPS, key_every=_KEY_EVERY_S * _FPS)
        with _case(Path(folder) / "case", clip) as case:
            index = case.packet_index(SourceId(1))
            began = perf_counter()
            rough, bound = interleaved(
                [partial(_search_keys, case)] * _ROUNDS,
                [partial(_bound, clip, index)] * _ROUNDS,
            )
            took = (perf_counter() - began) / (2 * _ROUNDS)
            close, every = _search(case), _search(case, all_frames=True)
    hours = _LENGTH_S / max(rough, 1e-6)
    return [
        Figure(
            "motion", rough, bound, bound / rough, "CPU s",
            f"{_LENGTH_S} s of 464 × 360 with noise and passing squares, key frames only: decoding "
            "the same key frames in a process of its own (start on both sides), over the search; "
            f"medians of {_ROUNDS} interleaved rounds; {hours:.0f} hours of video an hour of CPU "
            f"time, {took:.1f} s of wall time a search",
        ),
        *_truth("motion/key-frames", close),
        *_truth("motion/all-frames", every),
    ]  # fmt: skip


def _truth(name: str, found: MotionAnswer) -> list[Figure]:
    """How many passings were found, how many spans are none, and how exact the ends are."""
    real = [one for one in _PASSINGS if one.inside]
    spans = [(one.from_ns / NS_PER_S, one.to_ns / NS_PER_S) for one in found.spans]
    met = {one: [s for s in spans if s[0] < one.to_s and one.from_s < s[1]] for one in real}
    hits = sum(bool(of) for of in met.values())
    false = sum(not any(s in of for of in met.values()) for s in spans)
    off = [
        max(abs(of[0][0] - one.from_s), abs(of[-1][1] - one.to_s)) for one, of in met.items() if of
    ]
    shortest = min((one.to_s - one.from_s for one, of in met.items() if of), default=0.0)
    gap = max(one.key_gap_ns for one in found.looks) / NS_PER_S
    how = (
        f"found of {len(real)} passings of 0.8 to 40 s through the zone ({false} false spans; 3 "
        f"passings beside it; light and noise); shortest found {shortest:.1f} s, ends off by at "
        f"most {max(off, default=0.0):.1f} s; key frames up to {gap:.1f} s apart"
    )
    return [
        Figure(name, hits, len(real), hits / len(real), "passings", how),
        Figure(f"{name}/false", false, len(spans), false / max(len(spans), 1), "spans",
               "spans in which nothing passed; asked 0"),
    ]  # fmt: skip


def _pictures() -> Iterator[Pixels]:
    """The empty street in noise and slowly changing light, with squares that pass."""
    with open_source(packaged("demo", _CLIP)) as decoder:
        kept = [np.array(frame.bgr()) for frame in decoder.frames() if frame.number % 16 == 0]
    empty = np.median(np.stack(kept), axis=0)[:360, :640].astype(np.float32)
    rng = np.random.default_rng(11)
    noises = [rng.normal(0, _NOISE, empty.shape).astype(np.float32) for _ in range(_DRAWN)]
    for number in range(_LENGTH_S * _FPS):
        at_s = number / _FPS
        picture = empty * np.float32(1 + 0.12 * np.sin(at_s / 40))
        for one in _PASSINGS:
            if one.from_s <= at_s < one.to_s:
                _paint(picture, one, (at_s - one.from_s) / (one.to_s - one.from_s))
        noisy = picture + noises[int(rng.integers(_DRAWN))]
        yield np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def _paint(picture: np.ndarray[tuple[int, ...], np.dtype[np.float32]], one: _Passing,
           share: float) -> None:  # fmt: skip
    height, width = picture.shape[:2]
    side = height // 10
    start, end = (_ZONE[0], _ZONE[2]) if one.inside else (0.05, _ZONE[0] - 0.1)
    left = int((start * width) + share * ((end - start) * width - side))
    top = int(height * 0.65)
    picture[top : top + side, left : left + side] = one.level


@contextmanager
def _case(folder: Path, clip: Path) -> Iterator[Case]:
    # Straight from the class: a bench is no investigation and leaves no agency row.
    with Case.create(
        folder, Actor("bench", "bench"), number="bench", title="bench", policy=UNREGISTERED,
        training=True,
    ) as case:  # fmt: skip
        add_source(case, clip, Recording())
        yield case


def _search(case: Case, *, refine: bool = True, all_frames: bool = False) -> MotionAnswer:
    source = case.source(1)
    left, top, right, bottom = (
        share * side for share, side in zip(_ZONE, (source.width, source.height) * 2, strict=True)
    )
    zone = Zone(
        "", ((left, top), (right, top), (right, bottom), (left, bottom)), source_id=SourceId(1)
    )
    return finish(search_motion(case, zone, refine=refine, all_frames=all_frames, processes=1))


def _search_keys(case: Case) -> None:
    _search(case, refine=False)


def _bound(clip: Path, index: PacketIndex) -> None:
    with Processes() as crew:
        crew.hire(decode_keys, clip, index)
        while not any(isinstance(event, Ended) for _, event in crew.hear(1.0)):
            pass
