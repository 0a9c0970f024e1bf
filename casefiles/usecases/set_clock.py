"""What a person says of a recorder's clock, made into one that can be set; and the setting of it.

offset = recorder display − reference (positive: the recorder is fast), true = recorded − offset.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from casefiles import audit
from casefiles.case import Case
from casefiles.checks import check_clock
from casefiles.edit_kinds import SetClock, TakeBackClock
from casefiles.errors import BadClock
from casefiles.store import clocks
from casefiles.types import ClockReading, Source, SourceClock
from video.clock import FASTEST_DRIFT_PPB, NS_PER_S, format_media, wall_to_ns
from video.errors import CannotOpen
from video.local_time import parse_local, precision_ns
from video.stills import read_picture

_DAY_NS: Final = 86_400 * NS_PER_S
_HOUR_NS: Final = 3600 * NS_PER_S
_YEAR_NS: Final = 366 * _DAY_NS


@dataclass(frozen=True, slots=True)
class ClockWords:
    """What a person says: an offset, or what the recorder showed at a reference time, once or
    twice. Times are ISO 8601; without a zone of their own they are in `zone_name`."""

    offset_s: float | None = None
    """At the first frame."""
    recorder: str = ""
    reference: str = ""
    recorder_2: str = ""
    reference_2: str = ""
    reference_source: str = ""
    drift_ppm: float | None = None
    zone_name: str = ""
    summer_time: bool = True
    fold: int | None = None
    """Which of two is meant where an hour came twice: 1 or 2."""
    uncertainty_s: float | None = None
    """Reading precision and error of the reference, without half a frame; None: as the times are
    written."""
    proof: Path | None = None
    proof_frame: int | None = None
    note: str = ""
    sure: bool = False
    """A clock that is years off is meant."""
    start: str = ""
    """What the recorder showed at the first frame, where that was not known on adding."""


@dataclass(frozen=True, slots=True)
class ProposedClock:
    """A clock that could be set, with the picture that proves it, and what is odd about it."""

    clock: SourceClock
    picture: bytes = b""
    warnings: tuple[str, ...] = ()

    @property
    def edit(self) -> SetClock:
        return SetClock(self.clock, self.picture)


def propose_clock(case: Case, source_id: int, said: ClockWords) -> ProposedClock:
    """Resolves what was said; nothing is stored.

    Raises:
        UnknownSource: the case has no such source.
        TimeTwice: a local time came twice, and `fold` does not say which is meant.
        BadTime: a time or a zone cannot be read, or the clocks skipped it.
        BadClock: what was said contradicts itself, or proves nothing.
    """
    source = case.source(source_id)
    start_ns, said_ns = _start(source, said)
    readings = _readings(said)
    drift_ppb = _drift(said, readings)
    if readings:
        first = readings[0]
        offset_ns = first.offset_ns + _share(start_ns - first.recorder_ns, drift_ppb)
        basis = "two readings" if len(readings) > 1 else "one reading"
    elif said.offset_s is not None:
        offset_ns, basis = round(said.offset_s * NS_PER_S), "stated"
    elif said_ns is not None:
        offset_ns, basis = source.offset_ns, "start stated"
    else:
        raise BadClock(
            "nothing says how the clock stood",
            "Give an offset, or what the recorder showed and the true time then.",
        )
    proof, picture = _proof(source, said)
    clock = SourceClock(
        source_id=source.source_id,
        offset_ns=offset_ns,
        basis=basis,
        drift_ppb=drift_ppb,
        readings=readings,
        reference_source=said.reference_source.strip(),
        zone_name=said.zone_name,
        summer_time=said.summer_time,
        uncertainty_ns=_uncertainty(source, said, readings),
        proof=proof,
        note=said.note.strip(),
        start_ns=said_ns,
    )
    check_clock(clock)
    return ProposedClock(clock, picture, _odd(source, clock, sure=said.sure))


def put_clock(case: Case, proposed: ProposedClock) -> SourceClock:
    """Sets it, and gives it as it is stored."""
    inverse = case.post(lambda: proposed.edit).result()
    if not isinstance(inverse, TakeBackClock):
        raise TypeError(f"{inverse} does not take a new clock back")
    return case.read(lambda cursor: clocks.one(cursor, inverse.clock_id, standing=True))


def list_clocks(case: Case) -> tuple[tuple[SourceClock, bool], ...]:
    """Every clock ever set, oldest first, and whether it still stands; the look is logged."""
    found = case.read(clocks.history)
    case.record(audit.Entry("clock.list", "done", facts={"clocks": len(found)}))
    return found


def half_frame_ns(source: Source) -> int:
    """Half of the time between two frames, on average; gaps are no frames."""
    missing = sum(end - start for start, end in source.gaps)
    steps = source.frames - len(source.gaps)
    return (source.duration_ns - missing) // max(2 * steps, 1)


def _start(source: Source, said: ClockWords) -> tuple[int, int | None]:
    """What the recorder showed at the first frame; and the same again where it is said now."""
    known, earlier = source.recorded_start_ns, source.clock_set
    by_person = earlier is not None and earlier.start_ns is not None
    if said.start:
        if known is not None and not by_person:
            how = source.start_basis or "it was known when the recording was added"
            raise BadClock(
                f"the start of source {source.source_id} was recorded: {how}",
                "It is evidence and stays; say by how much the clock was off instead.",
            )
        moment = parse_local(
            said.start, said.zone_name or None, summer_time=said.summer_time, fold=said.fold
        )
        return wall_to_ns(moment), wall_to_ns(moment)
    if known is None:
        raise BadClock(
            f"the start of source {source.source_id} is not known, so there is no clock to set",
            "Say what the recorder showed at the first frame too (clock set --start).",
        )
    return known, None


def _readings(said: ClockWords) -> tuple[ClockReading, ...]:
    pairs = [(said.recorder, said.reference), (said.recorder_2, said.reference_2)]
    for recorder, reference in pairs:
        if bool(recorder) != bool(reference):
            raise BadClock(
                "a reading is what the recorder showed and the true time then", "Give both."
            )
    if pairs[1][0] and not pairs[0][0]:
        raise BadClock("there is a second reading and no first", "Give the first one too.")
    if pairs[0][0] and said.offset_s is not None:
        raise BadClock("an offset and a reading were given", "Give one of them.")
    zone = said.zone_name or None
    found = []
    for recorder, reference in pairs:
        if recorder:
            shown = parse_local(recorder, zone, summer_time=said.summer_time, fold=said.fold)
            true = parse_local(reference, zone, fold=said.fold)
            found.append(ClockReading(wall_to_ns(shown), wall_to_ns(true)))
    if len(found) > 1:
        one, other = found
        if other.reference_ns <= one.reference_ns or other.recorder_ns <= one.recorder_ns:
            raise BadClock(
                "the second reading is not after the first", "Give the earlier one first."
            )
    return tuple(found)


def _drift(said: ClockWords, readings: Sequence[ClockReading]) -> int:
    if len(readings) < 2:
        return round((said.drift_ppm or 0.0) * 1000)
    if said.drift_ppm is not None:
        raise BadClock("two readings tell the drift already", "Leave the drift out.")
    one, other = readings
    more, length = other.offset_ns - one.offset_ns, other.recorder_ns - one.recorder_ns
    drift = (2 * more * NS_PER_S + length) // (2 * length)
    if abs(drift) > FASTEST_DRIFT_PPB:
        raise BadClock(
            f"between the readings the clock would go {drift / 1e7:+.0f} % wrong",
            "Check both; a wrong hour or day in one of them looks like this.",
        )
    return drift


def _share(length_ns: int, drift_ppb: int) -> int:
    return (2 * length_ns * drift_ppb + NS_PER_S) // (2 * NS_PER_S)


def _uncertainty(source: Source, said: ClockWords, readings: Sequence[ClockReading]) -> int | None:
    """Reading precision + error of the reference + half a frame, and more of it where the
    footage lies far outside two readings (an error of each is carried on by the line through
    them)."""
    if said.uncertainty_s is not None:
        if not 0 <= said.uncertainty_s < 1e6:
            raise BadClock("an uncertainty is from 0 to a million seconds", "Mend it.")
        read_ns = round(said.uncertainty_s * NS_PER_S)
    elif readings:
        read_ns = precision_ns(said.recorder) + precision_ns(said.reference)
    else:
        return None
    if len(readings) > 1:
        one, other = readings
        length = other.recorder_ns - one.recorder_ns
        start = _start(source, said)[0]
        shares = [(at - one.recorder_ns) / length for at in (start, start + source.duration_ns)]
        read_ns = round(read_ns * max(max(1.0, abs(1 - k) + abs(k)) for k in shares))
    return read_ns + half_frame_ns(source)


def _proof(source: Source, said: ClockWords) -> tuple[str, bytes]:
    if said.proof is not None and said.proof_frame is not None:
        raise BadClock("two proofs were given", "Give a picture, or a frame of the recording.")
    if said.proof_frame is not None:
        if not 0 <= said.proof_frame < source.frames:
            raise BadClock(
                f"source {source.source_id} has no frame {said.proof_frame}",
                f"Its frames are 0 to {source.frames - 1}.",
            )
        return f"frame {said.proof_frame} of the recording itself", b""
    if said.proof is None:
        return "", b""
    try:
        read_picture(said.proof)
        return said.proof.name, said.proof.read_bytes()
    except CannotOpen as error:
        raise BadClock(
            f"{said.proof} shows no clock: {error.message}",
            "Give a PNG or JPEG of the recorder's clock.",
        ) from error


def _odd(source: Source, clock: SourceClock, *, sure: bool) -> tuple[str, ...]:
    """What is odd about a clock, though it can be.

    Raises:
        BadClock: it is years off, and nobody said that this is meant.
    """
    size = abs(clock.offset_ns)
    side = "fast" if clock.offset_ns > 0 else "slow"
    if size > _YEAR_NS and not sure:
        raise BadClock(
            f"the recorder would be {size / _YEAR_NS:.1f} years {side}",
            "Check the years; if its clock really stood so, say that you are sure (--sure).",
        )
    warnings = []
    if size > source.duration_ns:
        warnings.append(
            f"the offset of {format_media(size)} is larger than the footage "
            f"({format_media(source.duration_ns)})"
        )
    rest = size % _HOUR_NS
    if size >= _HOUR_NS - 60 * NS_PER_S and min(rest, _HOUR_NS - rest) < NS_PER_S:
        warnings.append("the offset is whole hours: is it the time zone or summer time?")
    if not clock.verified:
        warnings.append("what told the true time is not said: shown as unverified")
    return tuple(warnings)
