"""Sets one clock by another: the same moment, seen in the pictures of two sources."""

from dataclasses import dataclass

import numpy as np

from casefiles.case import Case
from casefiles.errors import BadClock
from casefiles.types import Source, SourceClock, SourceId
from casefiles.usecases.read_frame import Moment, number_at
from casefiles.usecases.set_clock import ProposedClock
from video.clock import ClockOffset
from video.packet_index import picture_length_ns, times_ns
from video.types import PacketIndex, TimeNs


@dataclass(frozen=True, slots=True)
class Seen:
    """A moment in a source: one of its frames."""

    source_id: SourceId
    moment: Moment


def propose_alignment(
    case: Case, wrong: Seen, trusted: Seen, *, note: str = "", read_s: float = 0.0
) -> ProposedClock:
    """The clock of the wrong source under which both frames have the trusted one's time.

    Its drift stays what it was. `read_s` is how far apart the two frames may be beyond half a
    frame of each, such as where the event itself is not sharp.

    Raises:
        UnknownSource, SeekFailed: there is no such source or frame.
        BadClock: it is the same source twice, or the start of the trusted one is not known.
    """
    if wrong.source_id == trusted.source_id:
        raise BadClock("a recording cannot be aligned with itself", "Choose another one.")
    source, reference = case.source(wrong.source_id), case.source(trusted.source_id)
    true = known_clock(reference)
    index, other = case.packet_index(source.source_id), case.packet_index(reference.source_id)
    number = number_at(source, index, wrong.moment)
    other_number = number_at(reference, other, trusted.moment)
    at_ns = TimeNs(int(times_ns(index)[number]))
    true_ns = true.to_wall_ns(TimeNs(int(times_ns(other)[other_number])))
    read_ns = round(read_s * 1e9)
    read_ns += half_picture_ns(index, number) + half_picture_ns(other, other_number)
    # A recording without a start gets it here, as if its recorder had shown the true time.
    said_ns = true_ns - at_ns if source.clock is None else None
    clock = source.clock or ClockOffset(true_ns - at_ns, source.offset_ns)
    before = source.clock_set
    clock_set = SourceClock(
        source_id=source.source_id,
        # Moved by as much as the frame is off now.
        offset_ns=0 if said_ns else source.offset_ns + clock.to_wall_ns(at_ns) - true_ns,
        basis=f"aligned with source {reference.source_id} on one event",
        drift_ppb=clock.drift_ppb,
        reference_source=reference_words(reference),
        zone_name="" if before is None else before.zone_name,
        summer_time=before is None or before.summer_time,
        uncertainty_ns=read_ns + (reference.uncertainty_ns or 0),
        proof=(
            f"time stamp {int(index.pts[number])} here is time stamp "
            f"{int(other.pts[other_number])} of source {reference.source_id}"
        ),
        note=note.strip(),
        start_ns=said_ns,
    )
    return ProposedClock(clock_set, warnings=doubts_of(reference))


def known_clock(source: Source) -> ClockOffset:
    """The clock of a source.

    Raises:
        BadClock: its start is not known.
    """
    if source.clock is None:
        raise BadClock(
            f"the start of source {source.source_id} is not known",
            "Say it first (clock set --start), or align it with a recording whose start is known.",
        )
    return source.clock


def reference_words(reference: Source) -> str:
    """What told the true time, where another source did; empty where that one is not verified."""
    known = reference.clock_set
    if known is None or not known.verified:
        return ""
    return f"source {reference.source_id} ({known.reference_source})"


def doubts_of(reference: Source) -> tuple[str, ...]:
    """What is to be said of a clock that is taken for right."""
    if reference.clock_set is not None and reference.clock_set.verified:
        return ()
    return (f"the clock of source {reference.source_id} is not verified, so this one is not",)


def half_picture_ns(index: PacketIndex, number: int) -> int:
    """Half of the time a picture is on show: until the next one, and before a gap no longer than
    pictures of this recording usually are."""
    usual = picture_length_ns(index)
    own = np.diff(times_ns(index)[number : number + 2])
    return min(int(own[0]) if len(own) else usual, usual) // 2
