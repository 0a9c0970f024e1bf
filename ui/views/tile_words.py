"""What a tile says of itself: title, times, and why there is no picture; words only."""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QCoreApplication

from casefiles.types import Source
from casefiles.view_types import CaseView
from ui.models.wall_text import clock_time, local
from ui.playback import PlaySource, TileFrame
from ui.theme import Token
from ui.views.tile_chips import Chip
from video.clock import format_media

_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class TileFacts:
    """What the case says of the source in a tile."""

    title: str
    zone_name: str = "UTC"
    offset_ns: int = 0
    """Recorder display minus true time."""
    time_known: bool = True
    width: int = 16
    height: int = 9
    frame_ns: int = 0
    """What one frame usually lasts: pictures may lag by so much unnoticed."""
    cut: str = ""
    """Why it is not played to its end; empty where it is."""


def facts_of(view: CaseView, source: Source, ready: PlaySource | None) -> TileFacts:
    """What the case says of a source, and once it is `ready` to play, what its frames say."""
    return TileFacts(
        title=view.title(source),
        zone_name=view.zone_name,
        offset_ns=source.offset_ns,
        time_known=source.clock is not None,
        width=source.width,
        height=source.height,
        frame_ns=0 if ready is None else ready.moments.length_ns,
        cut="" if ready is None else ready.cut,
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Tile", text)


def header(facts: TileFacts, frame: TileFrame | None, *, playing: bool) -> tuple[Chip, ...]:
    """The chips at the upper edge: title with times, then what is worth a warning."""
    if frame is None:
        return _header(facts, None, _warnings(facts, frame, playing=playing), playing=playing)
    at_ns = frame.wall_ns if facts.time_known else int(frame.time_ns)
    # While playing the words change once a second, and are made so often.
    shown_ns = at_ns // _SECOND_NS * _SECOND_NS if playing else at_ns
    return _header(facts, shown_ns, _warnings(facts, frame, playing=playing), playing=playing)


@lru_cache(maxsize=64)
def _header(
    facts: TileFacts, at_ns: int | None, warnings: tuple[str, ...], *, playing: bool
) -> tuple[Chip, ...]:
    parts: list[tuple[str, Token]] = [(facts.title, "video_text")]
    if at_ns is not None and facts.time_known:
        parts.append((_time(at_ns, facts.zone_name, playing=playing), "video_text"))
        if facts.offset_ns:
            shown = _time(at_ns + facts.offset_ns, facts.zone_name, playing=playing)
            parts.append((_tr("camera {0}").format(shown), "text_dim"))
    elif at_ns is not None:
        parts.append((_media(at_ns, playing=playing), "video_text"))
    chips = [Chip(tuple(parts), size=13, bold=True)]
    chips += [Chip(((text, "warn"),), mark="warn", mark_tone="warn") for text in warnings]
    return tuple(chips)


def _warnings(facts: TileFacts, frame: TileFrame | None, *, playing: bool) -> tuple[str, ...]:
    texts = []
    if facts.cut:
        texts.append(_tr("played only in part"))
    if not facts.time_known:
        texts.append(_tr("time not known"))
    if frame is None or frame.state != "frame" or not playing:
        return tuple(texts)
    if frame.reduced:
        texts.append(_tr("keyframes only"))
    elif abs(frame.sync_error_ns) > max(facts.frame_ns, 1):
        texts.append(_tr("{0:.1f} s behind").format(abs(frame.sync_error_ns) / _SECOND_NS))
    return tuple(texts)


def state_text(facts: TileFacts, frame: TileFrame | None, problem: str = "") -> tuple[str, str]:
    """A heading and a line below it where there is no picture; both empty where there is one."""
    if problem:
        return _tr("This recording cannot be shown"), problem
    if frame is None or frame.state in ("frame", "waiting"):
        return "", ""
    if frame.state == "gap" and frame.missing is not None:
        from_ns, to_ns = frame.missing
        zone = facts.zone_name
        return _tr("No footage"), f"{clock_time(from_ns, zone)}–{clock_time(to_ns, zone)}"
    if frame.state == "before":
        return _tr("Not recorded yet"), _tr("This recording begins later")
    if frame.state == "after" and facts.cut:
        return _tr("Not played any further"), facts.cut
    if frame.state == "after":
        return _tr("The recording has ended"), ""
    return _tr("This frame is damaged"), _tr("It cannot be decoded; look at its neighbours")


def tool_hint(*, editing: bool) -> Chip:
    """What keys and clicks do while a zone is drawn or changed."""
    if editing:
        texts = [_tr("Drag the corners"), _tr("Enter keeps them"), _tr("Esc cancels")]
    else:
        texts = [
            _tr("Click the corners"), _tr("Enter closes"), _tr("Backspace takes one back"),
            _tr("Esc cancels"),
        ]  # fmt: skip
    first, *others = texts
    parts: list[tuple[str, Token]] = [
        (first, "video_text"),
        *((text, "text_dim") for text in others),
    ]
    return Chip(tuple(parts), mark="zone", mark_tone="accent")


def _time(wall_ns: int, zone_name: str, *, playing: bool) -> str:
    """To the second while playing, where thousandths could not be read; else exact."""
    if playing:
        return clock_time(wall_ns, zone_name)
    there = local(wall_ns, zone_name)
    return f"{there:%H:%M:%S}.{there.microsecond // 1000:03d}"


def _media(time_ns: int, *, playing: bool) -> str:
    text = format_media(time_ns)
    return text.partition(".")[0] if playing else text
