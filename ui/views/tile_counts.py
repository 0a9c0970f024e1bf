"""How far a tile lags the master clock, and how many frames it never showed; in words."""

from time import monotonic
from typing import Final

from PySide6.QtCore import QCoreApplication

from ui.playback import TileFrame
from ui.theme import Token
from ui.views.tile_chips import Chip

_EVERY_S: Final = 0.5
_MS_NS: Final = 1_000_000


class CounterWords:
    """The counters of one tile; said anew twice a second, for nobody reads faster."""

    def __init__(self) -> None:
        self.chips: tuple[Chip, ...] = ()
        """None while nothing plays."""
        self._said_s = 0.0

    def clear(self) -> None:
        """Nothing plays, or has only just begun."""
        self.chips, self._said_s = (), 0.0

    def take(self, frame: TileFrame, *, playing: bool) -> None:
        """What the player shows now."""
        if frame.state != "frame":
            self.clear()
        if not playing or frame.state != "frame":
            return
        now = monotonic()
        if now - self._said_s >= _EVERY_S:
            self._said_s = now
            self.chips = (counters(frame),)


def counters(frame: TileFrame) -> Chip:
    """`sync +12 ms`: so much the clock was past the time of the picture when it came up."""
    lag = f"{round(frame.lag_ns / _MS_NS):+d}".replace("-", "\N{MINUS SIGN}")
    parts: list[tuple[str, Token]] = [(_tr("sync {0} ms").format(lag), "text_dim")]
    if frame.unseen:
        parts.append((_tr("{0} frames not shown").format(frame.unseen), "warn"))
    return Chip(tuple(parts), size=11)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Tile", text)
