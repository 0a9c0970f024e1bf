"""Exact frames as a person asks for them: in a case, by number, time and time stamp."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from casefiles.agency import UNREGISTERED
from casefiles.case import Case
from casefiles.types import Actor, SourceId
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.read_frame import Moment, read_frame
from video.clock import NS_PER_S
from video.synthetic.encode import Clip
from video.synthetic.kinds import KINDS
from video.synthetic.scene import read_number
from workstation.bench.result import Figure

ASKED = 60
# Nominal and rounded time stamps may be off by their rounding, never by a frame.
_ROUNDING_NS = 2_000_000


def exact_frames() -> list[Figure]:
    """Share of randomly asked frames that are the right ones, a figure for each kind of file."""
    figures = []
    with TemporaryDirectory() as folder, _case(Path(folder) / "case") as case:
        for kind, make in KINDS.items():
            clip = make(Path(folder))
            source = add_source(case, clip.path, Recording())
            figures.append(_figure(kind, right_frames(case, source.source_id, clip), ASKED))
    right = round(sum(figure.value * ASKED for figure in figures))
    return [*figures, _figure(f"all {len(figures)} kinds", right, ASKED * len(figures))]


def right_frames(case: Case, source_id: SourceId, clip: Clip, *, asked: int = ASKED) -> int:
    """How many of `asked` frames, drawn at random, are the right picture with the right time.

    They are asked for by number, by media time and by time stamp in turn.
    """
    index = case.packet_index(source_id)
    if len(index) != len(clip.numbers):
        return 0
    random = Random(7)
    right = 0
    for turn in range(asked):
        number = random.randrange(len(index))
        true_s = clip.times_ns[number] / NS_PER_S
        moment = (
            Moment(frame=number),
            # Two milliseconds in: stamps that are rounded or nominal may come that much later.
            Moment(media_s=true_s + _ROUNDING_NS / NS_PER_S),
            Moment(pts=int(index.pts[number])),
        )[turn % 3]
        exact = read_frame(case, source_id, moment)
        right += (
            read_number(exact.picture) == clip.numbers[number]
            and exact.number == number
            and exact.pts == int(index.pts[number])
            and abs(exact.time_ns - clip.times_ns[number]) < _ROUNDING_NS
        )
    return right


@contextmanager
def _case(folder: Path) -> Iterator[Case]:
    # Straight from the class: a bench is no investigation and leaves no agency row.
    with Case.create(
        folder,
        Actor("bench", "bench"),
        number="bench",
        title="bench",
        policy=UNREGISTERED,
        training=True,
    ) as case:
        yield case


def _figure(kind: str, right: int, asked: int) -> Figure:
    return Figure(
        f"exact-frames/{kind}",
        right / asked,
        1.0,
        right / asked,
        "of the frames asked for",
        f"{right} of {asked} random frames of a painted clip in a case, asked for by number, time "
        "and time stamp, are the right picture with the right time",
    )
