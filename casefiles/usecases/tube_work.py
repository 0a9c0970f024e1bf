"""What cutting out is, without a case: a recording and its tracks in, a pack of cut-outs out.

Runs in a process of its own (`casefiles.workers`) that decodes with one thread; a file that makes
it crash or hang costs that recording alone. The messages it sends are the dataclasses below.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import workers
from casefiles.errors import SourceMoved
from casefiles.synopsis_types import DropWhy, ViewChange
from casefiles.types import TrackId
from casefiles.usecases.tube_pace import Pace
from casefiles.usecases.tube_paths import TrackBoxes
from resources.errors import UserError
from video.clock import NS_PER_S
from video.decoder import Decoder, open_source
from video.errors import CannotWrite, Damaged
from video.key_frames import decode_key_frames, key_frames
from video.packet_index import times_ns
from video.probe import hash_file
from video.pulse import heard_by
from video.sampling import sampled_frames, wanted_frames
from video.synopsis.masks import cut_out
from video.synopsis.pack import CUTOUT_QUALITY, PLATE_QUALITY, PackWriter
from video.synopsis.plates import MadePlate, PlateMaker
from video.synopsis.scaling import fitted, from_jpeg, scaled, to_jpeg
from video.synopsis.shades import relit
from video.synopsis.stretches import even_rate, frames_of
from video.synopsis.types import ABSENT_NS, Spot
from video.synopsis.views import Found, Look, find_views, small, turn_of
from video.types import Frame, PacketIndex, Pixels, Span, TimeNs

RECIPE: Final[dict[str, int]] = {
    # Raise it whenever cutting out gives other results for the same frames.
    "recipe": 3,
    "rows": 720,
    "fps": 15,
    "slow_fps": 5,
    "still_fps": 2,
    "still_after_s": 8,
    "absent_s": ABSENT_NS // NS_PER_S,
    "cutout_quality": CUTOUT_QUALITY,
    "plate_quality": PLATE_QUALITY,
}
"""Everything that changes what is cut out of the same frames."""
_TELL_EVERY_S: Final = 0.2
_CHUNK_ROWS: Final = 4096
"""DuckDB's cost per row rises below some 500."""
_MOST_MEMORY: Final = 4 << 30
_LEAST_SAMPLES: Final = 25
_MOST_SAMPLES: Final = 900
"""More only where they would be more than 10 s apart."""
_MOST_LOOKS: Final = 1500
_MOST_KEY_GAP_NS: Final = 12 * NS_PER_S
_MOST_BETWEEN: Final = 100
"""Frames between two looks that are searched for the one where the view changes."""
_SAMPLE_QUALITY: Final = 95
_VIEW_QUALITY: Final = 90
_LEAST_SIDE: Final = 3
_OTHER_LIGHT: Final = 0.02
"""From which difference of light between frame and empty picture on it is taken out."""


@dataclass(frozen=True, slots=True)
class CutOrder:
    """One recording to cut out."""

    path: Path
    sha256: str | None
    """What its bytes must be; None where they are a copy that was re-wrapped."""
    index: PacketIndex
    size: tuple[int, int]
    """Width and height of the recording, which boxes are told in."""
    end_ns: int
    """Media time up to which it was analysed; nothing after it is decoded."""
    boxes: TrackBoxes
    pack: Path
    """Where the pack is to be made; nothing is there."""
    key: bytes | None


@dataclass(frozen=True, slots=True)
class Reached:
    """How many of the pictures that are looked at are done."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class MadeView:
    """A view, its first empty picture as a small JPEG, and where its empty pictures lie."""

    view: ViewChange
    picture: bytes
    plates: tuple[tuple[TimeNs, Spot], ...]


@dataclass(frozen=True, slots=True)
class CutChunk:
    """What was cut out since the last chunk, as columns like those of the store."""

    track_id: NDArray[np.int64]
    time_ns: NDArray[np.int64]
    boxes: NDArray[np.int32]
    pixels: NDArray[np.int32]
    at: NDArray[np.int64]
    length: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class CutWhole:
    """The pack is there."""

    pack_sha256: str
    size_bytes: int
    frames: int
    damaged: int
    """How many pictures did not decode."""
    dropped: dict[TrackId, DropWhy]


@dataclass(frozen=True, slots=True)
class Taking(workers.Question):
    """Nothing is being cut out; the answer is the next `CutOrder`, or None to go home."""

    outcome: CutWhole | UserError | None = None
    """What came of the last one."""


Cutting = Generator[Taking | Reached | MadeView | CutChunk, CutOrder | None, None]


def cut_each() -> Cutting:
    """Cuts out one recording after another, as they are ordered.

    Raises:
        CannotWrite: the disk of the pack is full: no other recording will do better.
    """
    workers.limit_memory(_MOST_MEMORY)
    order = yield Taking()
    while order is not None:
        outcome: CutWhole | UserError
        try:
            with heard_by(workers.alive):
                outcome = yield from _Cutter(order).run()
        except CannotWrite:
            raise
        except UserError as error:
            outcome = error
        except MemoryError:
            outcome = UserError(
                f"{order.path} asks for more memory than a recording needs",
                "It is damaged, or made to do harm: export it again.",
            )
        order = yield Taking(outcome)


@dataclass(frozen=True, slots=True)
class _Sample:
    """A picture of the first pass, scaled, as JPEG: hours of them stay in memory."""

    time_ns: TimeNs
    coded: bytes


class _Cutter:
    """One recording."""

    def __init__(self, order: CutOrder) -> None:
        self._order = order
        self._times = times_ns(order.index)
        self._size = fitted(order.size, RECIPE["rows"])
        self._scale = np.array(
            [self._size[0] / order.size[0], self._size[1] / order.size[1]] * 2, np.float64
        )
        self._rows: list[tuple[int, int, NDArray[np.int32], int, Spot]] = []
        self._cut: dict[int, int] = {}
        self._tried: set[int] = set()
        self._pace = Pace(RECIPE["slow_fps"], RECIPE["still_fps"], RECIPE["still_after_s"])
        self._damaged = 0
        self._done = 0
        self._total = 0
        self._told = 0.0

    def run(self) -> Generator[Reached | MadeView | CutChunk, None, CutWhole]:
        """Cuts everything out.

        Raises:
            VideoError: not one picture decodes, or the file is gone; CannotWrite: the disk is full.
            SourceMoved: its bytes are not those that were analysed.
        """
        self._check_bytes()
        wanted = self._wanted()
        with PackWriter(self._order.pack, self._order.key) as writer:
            if len(wanted):
                yield from self._cut_out(writer, wanted)
            sha256 = writer.close()
            if self._rows:
                yield self._chunk()
            return CutWhole(
                sha256,
                writer.size_bytes,
                sum(self._cut.values()),
                self._damaged,
                self._dropped(self._times[wanted]),
            )

    def _check_bytes(self) -> None:
        path, sha256 = self._order.path, self._order.sha256
        # Objects would be told to be of a recording that they are not of.
        if sha256 is not None and hash_file(path, lambda _: workers.alive()) != sha256:
            raise SourceMoved(
                f"{path} has changed since it was added: its bytes are others",
                "Put the original back: 'case verify' tells whether it is the same.",
            )

    def _wanted(self) -> NDArray[np.int64]:
        """The numbers of the frames in which something is tracked, of those cut out."""
        numbers = wanted_frames(self._order.index, even_rate(self._order.index, RECIPE["fps"]))
        return numbers[self._order.boxes.any_at(self._times[numbers])]

    def _cut_out(
        self, writer: PackWriter, wanted: NDArray[np.int64]
    ) -> Generator[Reached | MadeView | CutChunk, None, None]:
        every_ns = self._sample_every_ns()
        self._total = len(wanted) + int(self._order.end_ns // every_ns)
        samples: list[_Sample] = []
        looks: list[Look] = []
        look_every_ns = max(every_ns, self._order.end_ns // _MOST_LOOKS)
        for frame in self._first_pass(every_ns):
            workers.alive()
            picture = scaled(frame.bgr(), self._size)
            samples.append(_Sample(frame.time_ns, to_jpeg(picture, _SAMPLE_QUALITY)))
            if not looks or frame.time_ns - looks[-1].time_ns >= look_every_ns * 9 // 10:
                looks.append(Look(frame.time_ns, small(picture)))
            self._done += 1
            yield from self._tell()
        if not samples:
            raise Damaged(f"no picture of {self._order.path} decodes", "Export it anew.")
        self._done, self._total = len(samples), len(wanted) + len(samples)
        with open_source(self._order.path, self._order.index, threads=1) as decoder:
            views = [self._exactly(decoder, view, looks) for view in find_views(looks)]
            del looks
            for number, view in enumerate(views):
                from_ns = 0 if number == 0 else int(view.time_ns)
                last = number + 1 == len(views)
                to_ns = int(self._times[-1]) + 1 if last else int(views[number + 1].time_ns)
                mine = [one for one in samples if from_ns <= one.time_ns < to_ns]
                plates = self._plates(mine)
                if not plates:
                    continue
                change = ViewChange(TimeNs(from_ns), view.words)
                yield _made_view(writer, change, plates)
                times = self._times[wanted]
                numbers = wanted[(times >= from_ns) & (times < to_ns)]
                yield from self._cut_view(writer, decoder, numbers, plates)
            self._damaged += decoder.damaged

    def _exactly(self, decoder: Decoder, view: Found, looks: list[Look]) -> Found:
        """The view from the frame on that is the first of it: looks lie seconds apart, and what is
        cut out there against the empty picture of the other view is the whole box."""
        at = next((at for at, look in enumerate(looks) if look.time_ns == view.time_ns), 0)
        if at == 0:
            return view
        before, after = looks[at - 1], looks[at]
        first, last = np.searchsorted(self._times, [before.time_ns + 1, after.time_ns + 1])
        numbers = np.arange(first, last, max(1, (last - first) // _MOST_BETWEEN))
        between: list[Look] = []
        for frame in frames_of(decoder, numbers):
            workers.alive()
            between.append(Look(frame.time_ns, small(scaled(frame.bgr(), self._size))))
        turn = turn_of(between, before.picture, after.picture)
        return view if turn is None else Found(turn, view.words)

    def _sample_every_ns(self) -> int:
        length_ns = max(self._order.end_ns, 1)
        usual = min(max(length_ns // _LEAST_SAMPLES, NS_PER_S // 5), 2 * NS_PER_S)
        return max(usual, min(length_ns // _MOST_SAMPLES, 10 * NS_PER_S))

    def _first_pass(self, every_ns: int) -> Iterator[Frame]:
        """Pictures of the whole recording: key frames, where there are enough of them."""
        path, index = self._order.path, self._order.index
        span = Span(TimeNs(0), TimeNs(max(self._order.end_ns, 1)))
        keys = key_frames(index, at_least_ns=every_ns, span=span)
        often = len(keys) >= _LEAST_SAMPLES * 3 // 4
        if often and int(np.median(np.diff(self._times[keys]))) <= _MOST_KEY_GAP_NS:
            yield from decode_key_frames(path, index, keys.tolist())
            return
        with open_source(path, index, threads=1) as decoder:
            yield from sampled_frames(decoder, Fraction(NS_PER_S, every_ns), span=span)

    def _plates(self, samples: list[_Sample]) -> tuple[MadePlate, ...]:
        maker = PlateMaker(self._size)
        for sample in samples:
            workers.alive()
            picture = from_jpeg(sample.coded)
            assert picture is not None
            _, boxes = self._order.boxes.at(int(sample.time_ns))
            maker.add(sample.time_ns, picture, (boxes * self._scale).astype(np.float32))
        return maker.plates()

    def _cut_view(
        self,
        writer: PackWriter,
        decoder: Decoder,
        numbers: NDArray[np.int64],
        plates: tuple[MadePlate, ...],
    ) -> Generator[Reached | CutChunk, None, None]:
        from_ns = np.array([plate.time_ns for plate in plates], np.int64)
        for frame in frames_of(decoder, numbers):
            workers.alive()
            at = int(np.searchsorted(from_ns, frame.time_ns, "right")) - 1
            self._cut_frame(writer, frame, plates[max(at, 0)])
            self._done += 1
            if len(self._rows) >= _CHUNK_ROWS:
                yield self._chunk()
            yield from self._tell()

    def _cut_frame(self, writer: PackWriter, frame: Frame, plate: MadePlate) -> None:
        tracks, boxes = self._order.boxes.at(int(frame.time_ns))
        placed = (boxes * self._scale).astype(np.float32)
        picture: Pixels | None = None
        for row, track in enumerate(tracks.tolist()):
            if self._pace.may_skip(track, int(frame.time_ns), placed[row]):
                continue
            self._tried.add(track)
            if picture is None:
                picture = scaled(frame.bgr(), self._size)
            cut = cut_out(picture, plate, placed[row], np.delete(placed, row, axis=0))
            if cut is None or min(cut.alpha.shape) < _LEAST_SIDE:
                continue
            x1, y1, x2, y2 = cut.box.tolist()
            piece = _in_plate_light(picture[y1:y2, x1:x2], cut.light)
            spot = writer.cutout(piece, cut.alpha, cut.reliable)
            pixels = int(np.count_nonzero(cut.alpha > 127))
            self._rows.append((track, int(frame.time_ns), cut.box, pixels, spot))
            self._cut[track] = self._cut.get(track, 0) + 1

    def _tell(self) -> Iterator[Reached]:
        if perf_counter() - self._told > _TELL_EVERY_S:
            self._told = perf_counter()
            yield Reached(min(self._done, self._total), self._total)

    def _chunk(self) -> CutChunk:
        rows, self._rows = self._rows, []
        return CutChunk(
            np.array([row[0] for row in rows], np.int64),
            np.array([row[1] for row in rows], np.int64),
            np.array([row[2] for row in rows], np.int32).reshape(-1, 4),
            np.array([row[3] for row in rows], np.int32),
            np.array([row[4].at for row in rows], np.int64),
            np.array([row[4].length for row in rows], np.int32),
        )

    def _dropped(self, wanted_ns: NDArray[np.int64]) -> dict[TrackId, DropWhy]:
        dropped: dict[TrackId, DropWhy] = {}
        for track in self._order.boxes.tracks().tolist():
            if self._cut.get(track, 0) >= 2:
                continue
            seen = self._order.boxes.times_of(track)
            first, last = np.searchsorted(wanted_ns, [seen[0], seen[-1] + 1])
            if track in self._cut or last - first < 2:
                dropped[TrackId(track)] = "too short"
            else:
                dropped[TrackId(track)] = "too small" if track in self._tried else "unreadable"
        return dropped


def _in_plate_light(piece: Pixels, light: float) -> Pixels:
    """A cut-out in the light of its empty picture: a cloud or the exposure came between the two,
    and the ground at its rim would stand out."""
    if abs(light - 1) < _OTHER_LIGHT:
        return piece
    return relit(piece, 1 / light)


def _made_view(writer: PackWriter, change: ViewChange, plates: tuple[MadePlate, ...]) -> MadeView:
    placed = []
    for number, plate in enumerate(plates):
        time_ns = change.time_ns if number == 0 else TimeNs(int(plate.time_ns))
        placed.append((time_ns, writer.plate(plate.picture)))
    return MadeView(change, to_jpeg(small(plates[0].picture), _VIEW_QUALITY), tuple(placed))
