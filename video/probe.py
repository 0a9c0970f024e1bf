"""What a file claims and what reading its packets finds, side by side; and its SHA-256.

Says only what is there: nothing is corrected, and no recording time is guessed.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from video.clock import NS_PER_S, format_media
from video.clock_steps import clock_warnings, find_clock_jumps
from video.container import VideoFile, open_read_only
from video.errors import VideoError
from video.onvif_boxes import iso, read_onvif
from video.packet_index import (
    IndexReading,
    duration_ns,
    picture_length_ns,
    read_index_fully,
    times_ns,
)
from video.picture_series import hash_series, series_in
from video.pyav_decoder import PyavDecoder, quarter_turns
from video.sound_facts import sound_facts, sound_warnings
from video.still_moments import find_frozen, frozen_warnings
from video.types import Gap, PacketIndex, SourceFacts, TimeNs

_CHUNK: Final = 1 << 20
# A gap is a step of more than 2.5 usual ones and more than half a second: one or two lost pictures
# at a low rate are no gap, and neither is a burst at a high one.
_GAP_STEPS: Final = 2.5
_GAP_NS: Final = NS_PER_S // 2
# The rate varies if more than one step in a hundred is off by more than this share of a step (or
# by the rounding of coarse time stamps).
_UNEVEN_SHARE: Final = 0.01
_UNEVEN_STEP: Final = 0.02
# Sound often outlasts the pictures a little; more than this is missing footage.
_CLAIM_SLACK_NS: Final = NS_PER_S // 2
_TS_SYNC: Final = b"\x47"
_TS_PACKETS: Final = (188, 192, 204)
"""Bytes of a packet of MPEG-TS: plain, with a time before it, with check bytes after it."""
_RECORDED_KEYS: Final = ("com.apple.quicktime.creationdate", "creation_time", "date")


def hash_file(path: Path, on_bytes: Callable[[int], None] | None = None) -> str:
    """SHA-256 of a file as hexadecimal text; `on_bytes` is told how many bytes are done.

    Of a folder that is a series of pictures: as `picture_series` says.

    Raises:
        CannotOpen: missing, another folder, unreadable or empty.
        OSError: the drive failed while reading.
    """
    if path.is_dir() and (series := series_in(path)) is not None:
        return hash_series(series, on_bytes)
    digest = hashlib.sha256()
    done = 0
    with open_read_only(path) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            done += len(chunk)
            if on_bytes is not None:
                on_bytes(done)
    return digest.hexdigest()


def probe(path: Path, *, sha256: str | None = None) -> SourceFacts:
    """The facts of the first video stream of a file; the file is hashed unless `sha256` is given.

    Raises:
        CannotOpen: missing, a folder, unreadable, empty, unknown, unfinished or a still picture.
        NoPictures: only sound, or not one picture that decodes.
        Damaged: the drive failed while reading.
    """
    reading = read_index_fully(path)
    index = reading.index
    head = reading.head[0]
    turns = quarter_turns(head)
    with VideoFile(path) as file:
        stream = file.stream
        claimed_duration = _claimed_duration_ns(file)
        claimed_frames = stream.frames or None
        claimed_fps = None if index.counted else stream.average_rate or None
        aspect = stream.sample_aspect_ratio or Fraction(1)
        recorded_at, undated = _recorded_at({**stream.metadata, **file.container.metadata})
        onvif_start = False
        container, codec = file.container.format.name, stream.codec_context.name
        first = int(index.pts[0]) * index.time_base
        sound = sound_facts(file, first)
        track = stream.id
    onvif = read_onvif(path)
    on_timeline = TimeNs(round(first * NS_PER_S))
    if onvif is not None and (start := onvif.start_of(track, on_timeline)) is not None:
        recorded_at, undated, onvif_start = iso(start), [], True
    gaps = find_gaps(index)
    jumps = find_clock_jumps(path, reading)
    frozen = find_frozen(path, reading)
    interlaced = any(frame.interlaced_frame for frame in reading.head)
    warnings = [
        *_stamp_warnings(reading, gaps),
        *_damage_warnings(reading, claimed_frames, claimed_duration),
        *_cut_warnings(path, container),
        *_picture_warnings(aspect, interlaced=interlaced, turns=turns, angle=-head.rotation),
        *_size_warnings(path, index, (head.width, head.height)),
        *clock_warnings(jumps),
        *frozen_warnings(frozen),
        *sound_warnings(sound),
        *([] if onvif is None else onvif.warnings(track, on_timeline)),
        *undated,
    ]
    return SourceFacts(
        path=path,
        sha256=hash_file(path) if sha256 is None else sha256,
        size_bytes=path.stat().st_size,
        container=container,
        codec=codec,
        width=head.height if turns % 2 else head.width,
        height=head.width if turns % 2 else head.height,
        rotation_deg=turns * 90,
        sample_aspect=aspect,
        claimed_fps=claimed_fps,
        measured_fps=_measured_fps(index),
        claimed_frames=claimed_frames,
        claimed_duration_ns=claimed_duration,
        duration_ns=duration_ns(index),
        index=index,
        variable_rate=is_variable_rate(index),
        gaps=gaps,
        recorded_at=recorded_at,
        audio_streams=len(sound),
        interlaced=interlaced,
        raw_stream=index.counted,
        warnings=tuple(warnings),
        frozen=frozen,
        clock_jumps=jumps,
        corrupt_packets=int(reading.scan.corrupt.sum()),
        sound=sound,
        exported_by="" if onvif is None else onvif.exported_by,
        onvif_start=onvif_start,
    )


def find_gaps(index: PacketIndex) -> tuple[Gap, ...]:
    """Where footage is missing: steps of more than 2.5 times the median and half a second."""
    times = times_ns(index)
    steps = np.diff(times)
    least = max(_GAP_STEPS * picture_length_ns(index), _GAP_NS)
    return tuple(
        Gap(TimeNs(int(times[at])), TimeNs(int(times[at + 1])))
        for at in np.flatnonzero(steps > least)
    )


def is_variable_rate(index: PacketIndex) -> bool:
    """Whether, gaps aside, more than one step in a hundred differs from the usual one."""
    if len(index) < 3:
        return False
    steps = np.diff(index.pts)
    usual = float(np.median(steps))
    tick_ns = float(index.time_base * NS_PER_S)
    steps = steps[steps * tick_ns <= max(_GAP_STEPS * usual * tick_ns, _GAP_NS)]
    # Rounding moves each of the two ends of a step by up to half a tick.
    allowed = max(_UNEVEN_STEP * usual, 1.0)
    return bool((np.abs(steps - usual) > allowed).mean() > _UNEVEN_SHARE)


def _measured_fps(index: PacketIndex) -> float | None:
    if len(index) < 2:
        return None
    return float((len(index) - 1) / (int(index.pts[-1] - index.pts[0]) * index.time_base))


def _claimed_duration_ns(file: VideoFile) -> int | None:
    stream = file.stream
    if stream.duration is not None and stream.time_base is not None:
        return int(stream.duration * stream.time_base * NS_PER_S)
    # The container's own is in microseconds.
    return None if file.container.duration is None else file.container.duration * 1000


def _recorded_at(metadata: dict[str, str]) -> tuple[str | None, list[str]]:
    """The first recording time with a zone, as found; and a warning about one without."""
    # Matroska writes its keys in capitals.
    found = {key.lower(): text for key, text in metadata.items()}
    for key in _RECORDED_KEYS:
        text = found.get(key, "")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            continue
        if moment.tzinfo is not None:
            return text, []
        return None, [f"The file names a recording time without a time zone: {text}."]
    return None, []


def _size_warnings(path: Path, index: PacketIndex, first: tuple[int, int]) -> list[str]:
    """Whether the last group of pictures has another size than the first, as stored.

    A recorder that is set up anew keeps its new size, so the end tells; a size that came and went
    is not found here.
    """
    keys = np.flatnonzero(index.keyframes)
    # Where times are counted, the last picture costs decoding them all.
    if index.counted or len(keys) < 2:
        return []
    try:
        with PyavDecoder(path, index, threads=1) as decoder:
            last = decoder.frame_at(int(index.pts[keys[-1]])).stored_size
    # It is said elsewhere what does not decode.
    except VideoError:
        return []
    if last == first:
        return []
    return [
        f"The picture changes its size, from {first[0]} × {first[1]} to {last[0]} × {last[1]}: "
        "all of it is shown and analysed in the first one."
    ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _stamp_warnings(reading: IndexReading, gaps: tuple[Gap, ...]) -> list[str]:
    index = reading.index
    warnings = []
    if index.counted:
        rate = _measured_fps(index)
        warnings.append(
            "The file has no usable time stamps: times are counted"
            + (f" at {rate:.3f} frames a second." if rate else ".")
        )
    if index.duplicate_pts:
        repeated = _count(index.duplicate_pts, "frame")
        warnings.append(f"{repeated} left out for repeating the time stamp of the one before.")
    if reading.lost_at_start:
        warnings.append(
            "The recording starts between keyframes: its first "
            f"{_count(reading.lost_at_start, 'frame')} cannot be decoded."
        )
    if gaps:
        missing = sum(gap.to_ns - gap.from_ns for gap in gaps) / NS_PER_S
        warnings.append(f"{_count(len(gaps), 'gap')} in the footage, {missing:.1f} s together.")
    return warnings


def _damage_warnings(
    reading: IndexReading, claimed_frames: int | None, claimed_duration: int | None
) -> list[str]:
    index, scan = reading.index, reading.scan
    found = len(index)
    end = duration_ns(index)
    warnings = []
    if scan.faults or (len(scan) and scan.corrupt[-1]):
        warnings.append(
            f"Reading failed near {format_media(end)}: the file breaks off or is damaged."
        )
    corrupt = int(scan.corrupt.sum())
    if corrupt:
        warnings.append(f"{_count(corrupt, 'packet')} damaged.")
    if claimed_frames is not None and len(scan) < claimed_frames:
        warnings.append(
            f"The file lists {claimed_frames} frames but holds {len(scan)}: it breaks off."
        )
    elif (hidden := int(scan.hidden.sum())) != 0:
        warnings.append(
            f"The file holds {len(scan)} frames, of which its edit list hides {hidden}."
        )
    elif claimed_frames is not None and claimed_frames != found:
        warnings.append(f"The file claims {claimed_frames} frames; {found} were found.")
    if claimed_duration is not None and not index.counted:
        missing = claimed_duration - end
        if missing > max(_CLAIM_SLACK_NS, claimed_duration // 50):
            warnings.append(
                f"The file claims to last {format_media(claimed_duration)} but its pictures end "
                f"at {format_media(end)}."
            )
    return warnings


def _cut_warnings(path: Path, container: str) -> list[str]:
    """MPEG-TS has neither head nor end that would tell; but it is made of whole packets."""
    if container != "mpegts":
        return []
    with open_read_only(path) as file:
        head = file.read(2 * max(_TS_PACKETS) + 1) or b""
        size = file.seek(0, 2)
    for length in _TS_PACKETS:
        first = head.find(_TS_SYNC, 0, length)
        if first >= 0 and head[first + length : first + length + 1] == _TS_SYNC:
            # Cameras' own cards put four bytes of time before each packet.
            over = (size - (first if length == _TS_PACKETS[0] else 0)) % length
            return ["The file ends inside a packet: it breaks off."] if over else []
    return []


def _picture_warnings(aspect: Fraction, *, interlaced: bool, turns: int, angle: int) -> list[str]:
    warnings = []
    if aspect != 1:
        warnings.append(
            f"Pixels are not square ({aspect.numerator}:{aspect.denominator}); pictures are shown "
            "as stored."
        )
    if turns:
        warnings.append(f"The file asks for a turn of {turns * 90}° clockwise, which is applied.")
    elif abs(angle) > 1:
        warnings.append(f"The file asks for a turn of about {angle}°, which is not applied.")
    if interlaced:
        warnings.append("The footage is interlaced: moving edges look combed.")
    return warnings
