"""What is known of a file in words: what it claims, what reading it found, where it comes from."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication

from casefiles.intake_types import FileFacts, Intake, Origin
from casefiles.usecases.note_origin import SOON_NS, deadline_words
from ui.models.facts import Fact, Group, hash_fact
from ui.models.wall_text import length, moment
from ui.theme import Token
from video.clock import NS_PER_S, format_media

_SHOWN: Final = 4
_CODECS: Final = {
    "h264": "H.264", "hevc": "H.265", "mjpeg": "MJPEG", "mpeg4": "MPEG-4", "mpeg2video": "MPEG-2",
    "av1": "AV1", "vp9": "VP9",
}  # fmt: skip

_CONTAINERS: Final = {
    "matroska": "MKV", "avi": "AVI", "mpegts": "MPEG-TS", "asf": "ASF", "mpeg": "MPEG-PS",
    "h264": "raw", "hevc": "raw",
}  # fmt: skip


def codec_words(codec: str) -> str:
    """What people call a codec."""
    return _CODECS.get(codec, codec)


def container_words(container: str) -> str:
    """The short name of a container: libraries name whole families."""
    first = container.split(",")[0]
    return "MP4" if "mp4" in container.split(",") else _CONTAINERS.get(first, first)


def rate_words(facts: FileFacts) -> str:
    """The measured rate; variable marked."""
    if not facts.measured_fps:
        return ""
    return f"{facts.measured_fps:.2f}" + (_said(" variable") if facts.variable_rate else "")


def size_words(facts: FileFacts) -> str:
    """Size as displayed, and the turn asked for."""
    turn = f" ↻ {facts.rotation_deg}°" if facts.rotation_deg else ""
    return f"{facts.width} × {facts.height}{turn}"


def audio_words(facts: FileFacts) -> str:
    """Streams of sound, in short."""
    if facts.sound:
        return ", ".join(f"{one.codec} {one.sample_rate / 1000:g} kHz" for one in facts.sound)
    return str(facts.audio_streams) if facts.audio_streams else ""


def claims_group(facts: FileFacts) -> Group:
    """What the file says of itself."""
    claimed = facts.claimed_duration_ns
    rows = [
        Fact(_said("Container"), container_words(facts.container)),
        Fact(_said("Codec"), codec_words(facts.codec)),
        Fact(_said("Frames a second"), f"{float(facts.claimed_fps):.3f}"
             if facts.claimed_fps is not None else _said("not said")),
        Fact(_said("Frames"), str(facts.claimed_frames) if facts.claimed_frames is not None
             else _said("not said")),
        Fact(_said("Length"), length(claimed / NS_PER_S) if claimed is not None
             else _said("not said")),
        Fact(_said("Recorded at"), facts.recorded_at or _said("not said")),
        Fact(_said("Picture"), size_words(facts)),
    ]  # fmt: skip
    if facts.sample_aspect != 1:
        rows.append(Fact(_said("Pixel aspect"), str(facts.sample_aspect)))
    if facts.exported_by:
        rows.append(Fact(_said("Exported by"), facts.exported_by))
    return Group(_said("What the file claims"), tuple(rows))


def found_group(facts: FileFacts, sha256: str = "") -> Group:
    """What reading it whole found."""
    rate = rate_words(facts) or _said("not known")
    rows = [
        Fact(_said("Frames"), str(facts.frames)),
        Fact(_said("Length"), format_media(facts.duration_ns)),
        Fact(_said("Frames a second"), rate),
        Fact(_said("Interlaced"), _yes(facts.interlaced)),
        Fact(_said("Sound"), audio_words(facts) or _said("none")),
        Fact(_said("Gaps"), _spans(facts.gaps)),
        Fact(_said("Repeated time stamps"), str(facts.duplicates or _said("none"))),
        Fact(_said("Frozen"), _spans(facts.frozen)),
        Fact(_said("Clock jumps"), _jumps(facts.clock_jumps)),
        Fact(_said("Damaged packets"), str(facts.corrupt_packets or _said("none"))),
        Fact(_said("Size"), f"{facts.size_bytes:,} bytes".replace(",", " ")),
    ]
    if facts.raw_stream:
        rows.append(Fact(_said("Time stamps"), _said("none of use: pictures are counted")))
    if sha256:
        rows.append(hash_fact(_said("SHA-256"), sha256))
    return Group(_said("What was found"), tuple(rows))


def extra_facts(facts: FileFacts) -> list[Fact]:
    """What of a file is worth a line beside what every recording shows."""
    rows = []
    if facts.claimed_fps is not None:
        rows.append(Fact(_said("Claimed frames a second"), f"{float(facts.claimed_fps):.3f}"))
    if facts.rotation_deg:
        rows.append(Fact(_said("Turned"), f"{facts.rotation_deg}°"))
    if facts.interlaced:
        rows.append(Fact(_said("Interlaced"), _yes(facts.interlaced)))
    rows.append(Fact(_said("Sound"), audio_words(facts) or _said("none")))
    for name, value, there in (
        (_said("Frozen"), _spans(facts.frozen), bool(facts.frozen)),
        (_said("Clock jumps"), _jumps(facts.clock_jumps), bool(facts.clock_jumps)),
        (_said("Damaged packets"), str(facts.corrupt_packets), bool(facts.corrupt_packets)),
        (_said("Exported by"), facts.exported_by, bool(facts.exported_by)),
    ):
        if there:
            rows.append(Fact(name, value))
    return rows


def proof_facts(intake: Intake, sha256: str, zone_name: str) -> list[Fact]:
    """How it is known that the bytes are those that were added."""
    rows = []
    if intake.hashed_ns is not None:
        rows.append(Fact(_said("Hashed"), moment(intake.hashed_ns, zone_name)))
    if intake.reread_sha256 is not None and intake.reread_ns is not None:
        same = _said("same bytes") if intake.reread_sha256 == sha256 else intake.reread_sha256
        rows.append(Fact(_said("Read again"), f"{same}, {moment(intake.reread_ns, zone_name)}"))
    if intake.collected is not None and intake.collected_ns is not None:
        when = moment(intake.collected_ns, zone_name)
        rows.append(Fact(_said("Copy in the case"), when, intake.collected))
    return rows


def origin_group(origin: Origin, zone_name: str, now_ns: int) -> Group | None:
    """Where a recording comes from; None where nothing was noted."""
    recorder = " ".join(part for part in (origin.maker, origin.model) if part)
    received = "" if origin.received_ns is None else moment(origin.received_ns, zone_name)
    rows = [
        (_said("Recorder keeps it"), deadline_text(origin, zone_name, now_ns)),
        (_said("Recorder"), recorder),
        (_said("Serial number"), origin.serial),
        (_said("Received from"), origin.received_from),
        (_said("Received by"), origin.received_by),
        (_said("Received"), received),
        (_said("Origin"), origin.note),
    ]
    facts = tuple(Fact(name, value) for name, value in rows if value)
    return Group(_said("Origin"), facts) if facts else None


def deadline_text(origin: Origin, zone_name: str, now_ns: int) -> str:
    """When the recorder writes over it, relative and absolute; empty where nobody said."""
    if origin.overwrite_ns is None:
        return ""
    return (
        f"{deadline_words(origin.overwrite_ns, now_ns)} ({moment(origin.overwrite_ns, zone_name)})"
    )


def deadline_tone(overwrite_ns: int, now_ns: int) -> Token:
    """Red when past, amber when near."""
    if overwrite_ns < now_ns:
        return "alert"
    return "warn" if overwrite_ns - now_ns < SOON_NS else "text_dim"


def look_group(lines: Sequence[str]) -> Group:
    """What to look at, one fact a line."""
    if not lines:
        return Group(_said("What to look at"), (Fact(_said("Nothing"), _said("no doubts")),))
    return Group(
        _said("What to look at"), tuple(Fact(f"{at}.", line) for at, line in enumerate(lines, 1))
    )


def _spans(spans: Sequence[tuple[int, int]]) -> str:
    if not spans:
        return _said("none")
    shown = "; ".join(f"{format_media(a)} – {format_media(b)}" for a, b in spans[:_SHOWN])
    return f"{len(spans)}: {shown}" + (" …" if len(spans) > _SHOWN else "")


def _jumps(jumps: Sequence[tuple[int, int]]) -> str:
    if not jumps:
        return _said("none")
    shown = "; ".join(
        f"{_said('at')} {format_media(at)} {_said('by')} {by / NS_PER_S:+.3f} s"
        for at, by in jumps[:_SHOWN]
    )
    return f"{len(jumps)}: {shown}" + (" …" if len(jumps) > _SHOWN else "")


def _yes(value: bool | None) -> str:
    if value is None:
        return _said("not known")
    return _said("yes") if value else _said("no")


def _said(text: str) -> str:
    return QCoreApplication.translate("FileFacts", text)
