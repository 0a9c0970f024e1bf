"""Exact seeks: on every kind of container the decoded picture must be the frame asked for."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from video.decoder import open_source
from video.packet_index import read_index
from video.rewrap import rewrap
from video.synthetic.encode import Clip
from video.synthetic.scene import read_number
from video.synthetic.variants import VARIANTS
from workstation.bench.result import Figure

_SEEKS = 60


def seek_exact() -> list[Figure]:
    """Share of random seeks that land on the frame asked for, for each kind of clip."""
    figures = []
    with TemporaryDirectory() as folder:
        for name, make in VARIANTS.items():
            place = Path(folder) / name
            place.mkdir()
            clip = make(place)
            right = _right_seeks(clip.path, clip)
            figures.append(_figure(name, right, "opened as it is"))
            if name.startswith("raw"):
                copy = place / "rewrapped.mp4"
                rewrap(clip.path, copy)
                right = _right_seeks(copy, clip)
                figures.append(_figure(f"{name}/re-wrapped", right, "re-wrapped as intake does"))
    right = round(sum(figure.value for figure in figures))
    whole = round(sum(figure.bound_or_peer for figure in figures))
    how = f"all {len(figures)} kinds together; asked 1, no exception"
    return [Figure("seek-exact", right, whole, right / whole, "seeks", how), *figures]


def _right_seeks(path: Path, clip: Clip) -> int:
    """How many of the seeks gave the painted number and the true time of the frame asked for."""
    index = read_index(path)
    if len(index) != len(clip.numbers):
        return 0
    random = Random(7)
    right = 0
    with open_source(path, index) as decoder:
        for _ in range(_SEEKS):
            at = random.randrange(len(index))
            frame = decoder.frame_at(int(index.pts[at]))
            painted = read_number(frame.bgr())
            # Nominal and rounded time stamps may be off by their rounding, never by a frame.
            on_time = abs(frame.time_ns - clip.times_ns[at]) < 2_000_000
            right += painted == clip.numbers[at] and on_time and frame.number == at
    return right


def _figure(name: str, right: int, how: str) -> Figure:
    return Figure(
        f"seek-exact/{name}",
        right,
        _SEEKS,
        right / _SEEKS,
        "seeks",
        f"painted clip, {how}: random seeks by time stamp whose picture, number and time are right",
    )
