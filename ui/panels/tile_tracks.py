"""What was found on the sources of the wall: read once for each run, and again as it goes on."""

from collections.abc import Mapping, Sequence
from functools import partial

from casefiles.types import Run, SourceId
from casefiles.view_types import CaseView
from ui.models.tile_sources import track_boxes
from ui.models.track_boxes import TrackBoxes
from ui.session import Session
from ui.views.tile import TileView


class TileTracks:
    """Gives tiles their boxes; `tiles` is the wall's own table and may change."""

    def __init__(self, session: Session, tiles: Mapping[SourceId, TileView]) -> None:
        self._session = session
        self._tiles = tiles
        self._read: dict[SourceId, object] = {}

    def clear(self) -> None:
        """Another case."""
        self._read = {}

    def forget(self, source_id: SourceId) -> None:
        """Its tile is gone."""
        self._read.pop(source_id, None)

    def ask(self, view: CaseView, shown: Sequence[SourceId]) -> None:
        """Reads wherever another run, or another state of it, is shown."""
        for source_id in shown:
            state = _state_of(view.runs.get(source_id), view)
            if self._read.get(source_id) == state:
                continue
            self._read[source_id] = state
            if state is None:
                self._tiles[source_id].set_tracks(None)
                continue
            self._session.ask(
                partial(track_boxes, source_id=source_id),
                partial(self._take, source_id),
                key=f"tile-tracks-{source_id}",
            )

    def _take(self, source_id: SourceId, tracks: TrackBoxes | None) -> None:
        tile = self._tiles.get(source_id)
        if tile is not None:
            tile.set_tracks(tracks)


def _state_of(run: Run | None, view: CaseView) -> object:
    if run is None:
        return None
    hidden = frozenset(spot.spot_id for spot in view.spots if spot.hidden)
    return run.run_id, run.state, run.finished_ns, hidden
