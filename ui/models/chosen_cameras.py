"""The cameras that were chosen on the map: one by one, or by what was drawn around them."""

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QObject, Signal

from casefiles.geo import GeoPoint
from casefiles.types import CameraId, Source, SourceId
from casefiles.view_types import CaseView
from mapview.layers import CameraMark
from mapview.selection import Picked, Region, cameras_in
from ui.session import Session
from video.types import TimeNs


class ChosenCameras(QObject):
    """What is chosen now; nothing of it is kept in the case."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.ids: tuple[CameraId, ...] = ()
        """In the order in which they were chosen."""
        self.region: Region | None = None
        """What they were chosen by; None where it was by hand."""
        self.picked = Picked()
        self.with_seeing = True
        """Whether those count that stand outside of the region and see into it."""
        self.moving: Callable[[], Mapping[CameraId, GeoPoint]] = dict
        """Cameras on their way, and where they are at the time shown."""
        self._marks: tuple[CameraMark, ...] = ()
        session.case_changed.connect(self.clear)

    def clear(self) -> None:
        """Chooses none."""
        self.region, self.picked = None, Picked()
        self._put(())

    def toggle(self, ids: Iterable[str]) -> None:
        """Chooses these too; where all of them are chosen already, none of them any more."""
        wanted = [CameraId(one) for one in ids]
        if all(one in self.ids for one in wanted):
            self._put(one for one in self.ids if one not in wanted)
        else:
            self._put((*self.ids, *wanted))

    def choose(self, ids: Iterable[str]) -> None:
        """Exactly these, by hand."""
        self.region, self.picked = None, Picked()
        self._put(CameraId(one) for one in ids)

    def choose_by(self, region: Region) -> None:
        """The cameras that a region takes in, of those the map shows."""
        self.region = region
        self._pick()

    def set_reach(self, reach_m: float) -> None:
        """Another width of the route, or radius of the circle."""
        if self.region is not None and self.region.reach_m != reach_m:
            self.choose_by(self.region.with_reach(reach_m))

    def set_with_seeing(self, on: bool) -> None:
        """With those that only see the region, or without."""
        self.with_seeing = on
        if self.region is not None:
            self._pick()

    def set_marks(self, marks: tuple[CameraMark, ...]) -> None:
        """The cameras as they stand now: a region takes in others when they have moved."""
        if marks == self._marks:
            return
        self._marks = marks
        if self.region is not None:
            self._pick()

    def forget_missing(self, view: CaseView) -> None:
        """Cameras that are in the case no more."""
        known = {camera.camera_id for camera in view.cameras}
        self._put(one for one in self.ids if one in known)

    # -- what there is of them

    def sources(self) -> tuple[Source, ...]:
        """All recordings of the chosen cameras, in their order."""
        view = self._session.view
        if view is None:
            return ()
        of = {one: [s for s in view.sources if s.camera_id == one] for one in self.ids}
        return tuple(source for one in self.ids for source in of[one])

    def sources_at(self, wall_ns: int) -> tuple[SourceId, ...]:
        """Of each the recording that was running at a wall time; those without are left out."""
        view, found = self._session.view, dict[CameraId | None, SourceId]()
        if view is None:
            return ()
        for source in self.sources():
            start = view.clock_of(source).to_wall_ns(TimeNs(0))
            if start <= wall_ns < start + source.duration_ns:
                found.setdefault(source.camera_id, source.source_id)
        return tuple(found.values())

    def nearest_footage(self, wall_ns: int) -> int | None:
        """The wall time nearest to another at which one of them has footage; None where none
        has any."""
        view = self._session.view
        times = []
        for source in self.sources() if view is not None else ():
            assert view is not None
            start = view.clock_of(source).to_wall_ns(TimeNs(0))
            times.append(min(max(wall_ns, start), start + max(source.duration_ns - 1, 0)))
        return min(times, key=lambda one: abs(one - wall_ns), default=None)

    def _pick(self) -> None:
        assert self.region is not None
        self.picked = cameras_in(self._marks, self.region, moving=self.moving())
        seeing = self.picked.seeing if self.with_seeing else ()
        self._put((*self.picked.inside, *seeing), always=True)

    def _put(self, ids: Iterable[CameraId], *, always: bool = False) -> None:
        wanted = tuple(dict.fromkeys(ids))
        if always or wanted != self.ids or not wanted:
            self.ids = wanted
            self.changed.emit()
