"""Where the clock of a recorder steps while it writes, told from its packets."""

from pathlib import Path
from typing import Final

import numpy as np

from video.clock import NS_PER_S, format_media
from video.errors import VideoError
from video.packet_index import IndexReading, picture_length_ns, times_ns
from video.packet_scan import NO_STAMP
from video.pyav_decoder import PyavDecoder
from video.types import ClockJump, TimeNs

# Recorders that save pictures of a quiet scene still write one every few seconds.
_LEAST_AHEAD_NS: Final = 5 * NS_PER_S
_MOST_LOOKED_AT: Final = 4
# Time stamps of MPEG that begin anew, after 26.5 hours at 90 kHz (ISO/IEC 13818-1), are no step.
_WRAP: Final = 1 << 33
_WRAP_SLACK: Final = 1 << 23
# A step ahead that is taken back: by so much may the two differ.
_TAKEN_BACK: Final = 0.1


def find_clock_jumps(path: Path, reading: IndexReading) -> tuple[ClockJump, ...]:
    """The steps of the recorder's clock, by media time.

    Back: decode times fall. Ahead: at least five seconds are passed over, but the pictures go on in
    the middle of a group, decoding without a fault, as if none were missing; or the step is taken
    back later. A step ahead at a keyframe cannot be told from missing footage, and is a gap only.
    At most four places are decoded.
    """
    back = _steps_back(reading)
    return tuple(sorted((*back, *_steps_ahead(path, reading, back)), key=lambda jump: jump.at_ns))


def _steps_back(reading: IndexReading) -> list[ClockJump]:
    scan, index = reading.scan, reading.index
    known = np.flatnonzero(scan.dts != NO_STAMP)
    steps = np.diff(scan.dts[known])
    falls = np.flatnonzero((steps < 0) & (np.abs(steps + _WRAP) > _WRAP_SLACK))
    if not len(falls):
        return []
    times, usual = times_ns(index), picture_length_ns(index)
    # In presentation order the packets of frames do not rise; the first shown after counts.
    found = []
    for at in falls:
        after = np.flatnonzero(reading.packets >= known[at + 1])
        media = int(times[after[0]]) if len(after) else int(times[-1])
        by = round(int(steps[at]) * scan.time_base * NS_PER_S) - usual
        found.append(ClockJump(TimeNs(media), by))
    return found


def _steps_ahead(path: Path, reading: IndexReading, back: list[ClockJump]) -> list[ClockJump]:
    index = reading.index
    times, usual = times_ns(index), picture_length_ns(index)
    steps = np.diff(times)
    found: list[ClockJump] = []
    looked_at = 0
    for at in np.flatnonzero(steps > _LEAST_AHEAD_NS + usual):
        jump = ClockJump(TimeNs(int(times[at + 1])), int(steps[at]) - usual)
        taken_back = any(
            later.at_ns > jump.at_ns and abs(later.by_ns + jump.by_ns) < _TAKEN_BACK * jump.by_ns
            for later in back
        )
        if taken_back:
            found.append(jump)
        elif not index.keyframes[at + 1] and not index.counted and looked_at < _MOST_LOOKED_AT:
            looked_at += 1
            if _goes_on(path, reading, int(at)):
                found.append(jump)
    return found


def _goes_on(path: Path, reading: IndexReading, at: int) -> bool:
    """Whether frame `at + 1` decodes without a fault from what comes before it."""
    index = reading.index
    try:
        with PyavDecoder(path, index, threads=1) as decoder:
            for number in (at, at + 1):
                decoder.frame_at(int(index.pts[number]))
            return decoder.damaged == 0
    except VideoError:
        return False


def clock_warnings(jumps: tuple[ClockJump, ...]) -> list[str]:
    """The steps in words; of many only the first is told exactly."""
    told = []
    for words, found in (
        ("jumps back", [jump for jump in jumps if jump.by_ns < 0]),
        ("jumps ahead", [jump for jump in jumps if jump.by_ns > 0]),
    ):
        if found:
            times = "1 time" if len(found) == 1 else f"{len(found)} times"
            by_s = abs(found[0].by_ns) / NS_PER_S
            told.append(
                f"The recorder's clock {words} ({times}): by {by_s:.1f} s "
                f"at {format_media(found[0].at_ns)}{', and later' if len(found) > 1 else ''}."
            )
    return told
