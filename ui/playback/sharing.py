"""How the tiles of a wall share the computer: who plays in full, who takes turns at keyframes."""

import os
from collections.abc import Collection
from typing import Final

from ui.playback.budget import WallLoad, keyframes_only, reduced_tiles
from ui.playback.openings import Openings
from ui.playback.slots import Slots
from ui.playback.tile import Tile

# So many tiles get every frame at most; beside them the others take turns at their keyframes.
_MOST_LIVE: Final = 12
_MOST_OPEN: Final = 16
_KEPT_BYTES: Final = 256_000_000
_KEPT_BYTES_EACH: Final = 32_000_000


class Sharing:
    """Bounds what all decoders together do and hold; lives on the GUI thread."""

    def __init__(self) -> None:
        self.slots = Slots(max(1, (os.cpu_count() or 2) - 1))
        self.openings = Openings(_MOST_OPEN)
        self.load = WallLoad()

    def share_memory(self, tiles: Collection[Tile]) -> None:
        """What pictures kept for going back may take, among so many tiles."""
        for tile in tiles:
            tile.worker.kept_bytes = min(_KEPT_BYTES_EACH, _KEPT_BYTES // len(tiles))

    def share_out(self, tiles: Collection[Tile], focused: int | None, rate: float) -> list[Tile]:
        """Keyframes only for the least important tiles, if decoding cannot keep up, or for all at a
        rate that is too high; gives those that are served otherwise from now on."""
        first = sorted(
            (tile for tile in tiles if not tile.hidden), key=lambda tile: tile.source_id != focused
        )
        if keyframes_only(rate):
            reduced = frozenset(tile.source_id for tile in first)
        else:
            demands = [tile.demand(rate) for tile in first]
            reduced = reduced_tiles(demands, self.slots.places, _MOST_LIVE)
        changed = [tile for tile in first if tile.reduced != (tile.source_id in reduced)]
        for tile in changed:
            tile.reduced = not tile.reduced
        return changed

    def take_stock(self, tiles: Collection[Tile]) -> bool:
        """Notes how the tiles are served; whether that changed."""
        load = WallLoad(
            len(tiles),
            sum(tile.hidden for tile in tiles),
            sum(tile.reduced and not tile.hidden for tile in tiles),
            sum(tile.unseen for tile in tiles),
        )
        changed = load != self.load
        self.load = load
        return changed
