"""What a tile says of itself: title, times, and why there is no picture; words only."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from PySide6.QtCore import QCoreApplication

from casefiles.types import Source
from casefiles.view_types import CaseView
from ui.models.wall_text import clock_time, doubt_words, local
from ui.playback import PlaySource, TileFrame
from ui.theme import Token
from ui.tools.zone_tool import Mode
from ui.views.tile_chips import Chip, Mark
from video.clock import ClockOffset, format_media
from video.enhance import Recipe

_SECOND_NS = 1_000_000_000


SoundState: TypeAlias = Literal["", "mute", "heard"]


@dataclass(frozen=True, slots=True)
class TileFacts:
    """What the case says of the source in a tile."""

    title: str
    zone_name: str = "UTC"
    offset_ns: int = 0
    """Recorder display minus true time, at the first frame."""
    drifting: ClockOffset | None = None
    """Its clock, where it drifts too."""
    doubt: str = ""
    """How far its corrected times may be off; empty where nothing was corrected."""
    time_known: bool = True
    width: int = 16
    height: int = 9
    frame_ns: int = 0
    """What one frame usually lasts: pictures may lag by so much unnoticed."""
    sound: SoundState = ""
    """Whether it has sound, and whether that is heard."""
    cut: str = ""
    """Why it is not played to its end; empty where it is."""


def facts_of(view: CaseView, source: Source, ready: PlaySource | None) -> TileFacts:
    """What the case says of a source, and once it is `ready` to play, what its frames say."""
    return TileFacts(
        title=view.title(source),
        zone_name=view.zone_name,
        offset_ns=source.offset_ns,
        drifting=_drifting(source),
        doubt=doubt_words(source),
        time_known=source.clock is not None,
        width=source.width,
        height=source.height,
        frame_ns=0 if ready is None else ready.moments.length_ns,
        cut="" if ready is None else ready.cut,
    )


def _drifting(source: Source) -> ClockOffset | None:
    clock = source.clock
    return clock if clock is not None and clock.drift_ppb else None


def _tr(text: str) -> str:
    return QCoreApplication.translate("Tile", text)


def header(facts: TileFacts, frame: TileFrame | None, *, playing: bool) -> tuple[Chip, ...]:
    """The chips at the upper edge: title with times, then what is worth a warning."""
    warnings = _warnings(facts, frame, playing=playing)
    if frame is None:
        return _header(facts, None, warnings, (), playing=playing)
    at_ns = frame.wall_ns if facts.time_known else int(frame.time_ns)
    # While playing the words change once a second, and are made so often.
    shown_ns = at_ns // _SECOND_NS * _SECOND_NS if playing else at_ns
    return _header(facts, shown_ns, warnings, _steps(frame.recipe), playing=playing)


def small_header(
    title: str, facts: TileFacts, frame: TileFrame | None, *, playing: bool
) -> tuple[Chip, ...]:
    """The title alone, as far as there is room for it, marked where there is more to know."""
    if frame is not None and not frame.recipe.is_plain:
        mark: Mark = "zone"
    else:
        mark = "warn" if _warnings(facts, frame, playing=playing) else ""
    return _small(title, mark)


@lru_cache(maxsize=256)
def _small(title: str, mark: Mark) -> tuple[Chip, ...]:
    tone: Token = "accent" if mark == "zone" else "warn"
    return (Chip(((title, "video_text"),), mark=mark, mark_tone=tone, size=11, bold=True),)


@lru_cache(maxsize=64)
def _steps(recipe: Recipe) -> tuple[str, ...]:
    return recipe.steps()


@lru_cache(maxsize=256)
def _header(
    facts: TileFacts,
    at_ns: int | None,
    warnings: tuple[str, ...],
    changed: tuple[str, ...],
    *,
    playing: bool,
) -> tuple[Chip, ...]:
    parts: list[tuple[str, Token]] = [(facts.title, "video_text")]
    if at_ns is not None and facts.time_known:
        parts.append((_time(at_ns, facts.zone_name, playing=playing), "video_text"))
        if facts.doubt:
            parts.append((facts.doubt, "text_dim"))
        if facts.offset_ns or facts.drifting is not None:
            shown_ns = at_ns + facts.offset_ns
            if facts.drifting is not None:
                shown_ns = facts.drifting.to_recorder_ns(at_ns)
            shown = _time(shown_ns, facts.zone_name, playing=playing)
            parts.append((_tr("camera {0}").format(shown), "text_dim"))
    elif at_ns is not None:
        parts.append((_media(at_ns, playing=playing), "video_text"))
    if facts.sound:
        heard = facts.sound == "heard"
        parts.append((_tr("sound on"), "accent") if heard else (_tr("sound off"), "text_dim"))
    chips = [Chip(tuple(parts), size=13, bold=True)]
    if changed:
        steps: list[tuple[str, Token]] = [(_tr("picture changed:"), "text_dim")]
        steps += [(step, "video_text") for step in changed]
        chips.append(Chip(tuple(steps), mark="zone", mark_tone="accent"))
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


def tool_hint(mode: Mode) -> Chip:
    """What keys and clicks do while something is drawn or changed; or why a corner was not
    taken."""
    if mode == "crossing":
        texts = [_tr("Edges of a zone must not cross"), _tr("Backspace takes one back")]
    elif mode == "line":
        texts = [
            _tr("Click two points or more"), _tr("forward is from A to B"), _tr("Enter ends it"),
            _tr("Esc cancels"),
        ]  # fmt: skip
    elif mode == "brush":
        texts = [_tr("Drag over the heat map"), _tr("Esc ends")]
    elif mode == "edit":
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
