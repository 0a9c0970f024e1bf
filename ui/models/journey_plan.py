"""The journey as something to be played: which recording at which time, and what is left out."""

from dataclasses import dataclass

from casefiles.types import SourceId, TrackId
from casefiles.usecases.follow_types import Journey, Stop


@dataclass(frozen=True, slots=True)
class Piece:
    """One stop of a journey, or what is left of it after the one before."""

    number: int
    """Of the stop, from 1."""
    source_id: SourceId
    track_id: TrackId
    camera: str
    from_ns: int
    to_ns: int
    skipped_ns: int = 0
    """How much time nobody saw before it; 0 for the first, and where stops overlap."""


@dataclass(frozen=True, slots=True)
class JourneyPlan:
    """Pieces in order of time, and what cannot be played."""

    pieces: tuple[Piece, ...] = ()
    untimed: tuple[str, ...] = ()
    """Cameras of stops of which nobody knows when they were."""
    hidden: tuple[int, ...] = ()
    """Numbers of stops that lie wholly within another, which is played."""

    def at(self, wall_ns: int) -> int | None:
        """The place of the piece that shows a moment; None in between."""
        for place, piece in enumerate(self.pieces):
            if piece.from_ns <= wall_ns <= piece.to_ns:
                return place
        return None

    def after(self, wall_ns: int) -> int | None:
        """The place of the next piece that begins later."""
        return next((n for n, one in enumerate(self.pieces) if one.from_ns > wall_ns), None)

    def before(self, wall_ns: int) -> int | None:
        """The place of the last piece that ended before."""
        found = [n for n, one in enumerate(self.pieces) if one.to_ns < wall_ns]
        return found[-1] if found else None


def plan_journey(journey: Journey) -> JourneyPlan:
    """A stop that overlaps the one before begins where that ends: each moment is shown once."""
    timed = [one for one in enumerate(journey.stops, 1) if one[1].from_ns is not None]
    pieces: list[Piece] = []
    hidden: list[int] = []
    for number, stop in sorted(timed, key=_start):
        begin, end = stop.from_ns or 0, stop.to_ns if stop.to_ns is not None else stop.from_ns or 0
        last = pieces[-1].to_ns if pieces else None
        if last is not None and end <= last:
            hidden.append(number)
            continue
        start = begin if last is None else max(begin, last)
        skipped = 0 if last is None else start - last
        track = stop.track
        pieces.append(
            Piece(number, track.source_id, track.track_id, stop.camera, start, end, skipped)
        )
    untimed = tuple(one.camera for one in journey.stops if one.from_ns is None)
    return JourneyPlan(tuple(pieces), untimed, tuple(hidden))


def _start(numbered: tuple[int, Stop]) -> tuple[int, int]:
    return numbered[1].from_ns or 0, numbered[0]
