"""What keys do on the show of Rapid review: as on the tiles, where they can."""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from PySide6.QtCore import Qt

from casefiles.decision_types import Verdict
from ui.playback.synopsis_player import SynopsisPlayer

Keys: TypeAlias = dict[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[], None]]
_SECOND: Final = 25
"""Pictures of a second of the show."""


def show_keys(
    player: SynopsisPlayer,
    *,
    walk: Callable[[int], None],
    enter: Callable[[], None],
    decide: Callable[[Verdict], None],
    bookmark: Callable[[], None],
    labels: Callable[[], None],
) -> Keys:
    """What to call for a key with what is held: `walk` goes to the next object (1) or the one
    before (−1), `enter` to the original."""
    key, none = Qt.Key, Qt.KeyboardModifier.NoModifier
    plain: dict[Qt.Key, Callable[[], None]] = {
        key.Key_Space: player.toggle,
        key.Key_J: partial(player.shuttle, -1),
        key.Key_K: player.pause,
        key.Key_L: partial(player.shuttle, 1),
        key.Key_Right: partial(player.step, 1),
        key.Key_Left: partial(player.step, -1),
        key.Key_Home: partial(player.seek, 0),
        key.Key_End: lambda: player.seek(player.length_ns),
        key.Key_Down: partial(walk, 1),
        key.Key_Up: partial(walk, -1),
        key.Key_Return: enter,
        key.Key_Enter: enter,
        key.Key_Y: partial(decide, "right"),
        key.Key_N: partial(decide, "wrong"),
        key.Key_B: bookmark,
        key.Key_O: labels,
    }
    found: Keys = {(one, none): call for one, call in plain.items()}
    found[key.Key_Right, Qt.KeyboardModifier.ShiftModifier] = partial(player.step, _SECOND)
    found[key.Key_Left, Qt.KeyboardModifier.ShiftModifier] = partial(player.step, -_SECOND)
    return found
