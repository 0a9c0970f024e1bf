"""Synchronized playing: one master clock, a decoder thread for each source, frames by signal."""

from ui.playback.moments import PlaySource
from ui.playback.player import Playback
from ui.playback.values import TileFrame, TileState

__all__ = ["PlaySource", "Playback", "TileFrame", "TileState"]
