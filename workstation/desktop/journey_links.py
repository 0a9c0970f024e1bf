"""The ways between cameras on the map: of the selected camera, closed, opened and timed by hand."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from casefiles.subject_types import LinkRule, SetLinkRules, Subject, SubjectKind
from casefiles.types import CameraId
from casefiles.view_types import CaseView
from mapview.journey_shapes import LinkLine, link_line
from mapview.projection import project
from ui.panels.map import MapPanel
from ui.panels.map_follow import MapFollow
from ui.session import Session
from ui.views.timeline_overlay import length_text
from video.clock import NS_PER_S
from workstation.desktop.map_tools import MapPlace

if TYPE_CHECKING:  # loaded with the first question, so that the window starts sooner
    from casefiles.usecases.topology import Link, Topology

_MOST_SHOWN: Final = 24
"""Ways from one camera: the quickest; more hide the map."""
_MOST_S: Final = 86_400.0


class LinkDesk(QObject):
    """Shows ways while that is switched on; what a person says of them can be undone."""

    def __init__(
        self, session: Session, window: QWidget, panel: MapPanel, shown: MapFollow
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._panel, self._map = session, window, panel, shown
        self._topology: Topology | None = None
        self.on = False
        """Whether ways are shown."""
        self._kind: SubjectKind = "person"
        session.selection_changed.connect(self._show)
        shown.link_chosen.connect(self._tell)

    def set_topology(self, topology: "Topology", subject: Subject) -> None:
        """Newer ways, of the kind of that subject."""
        self._topology, self._kind = topology, subject.kind
        self._show()

    def forget(self) -> None:
        """No subject is followed."""
        self._topology = None
        self._map.show_links(())

    def set_shown(self, *, on: bool) -> None:
        """Shows the ways of the selected camera, or none."""
        self.on = on
        if on and self._session.selection.camera_id is None:
            self._session.notice.emit(self.tr("Select a camera: the ways from it are shown."))
        self._show()

    def add_to_menu(self, menu: QMenu, place: MapPlace) -> None:
        """Lines for the way under the pointer."""
        view = self._panel.map.view
        ((x, y),) = view.to_screen([project(place.point)]).tolist()
        link = self._map.links.link_at(view, x, y)
        if link is None:
            return
        menu.addSeparator()
        names = f"{self._name(link.start)} → {self._name(link.end)}".replace("&", "&&")
        menu.addAction(names).setEnabled(False)
        if link.closed:
            menu.addAction(self.tr("Open this way again"), partial(self.open_way, link))
        else:
            menu.addAction(self.tr("Close this way"), partial(self.close_way, link))
        menu.addAction(self.tr("Say how long it takes…"), partial(self.ask_time, link))

    def close_way(self, link: LinkLine) -> None:
        """Nobody goes that way without being somewhere else in between."""
        self._say(
            self.tr("closing a way"), LinkRule(link.start, link.end, closed=True, kind=self._kind)
        )

    def open_way(self, link: LinkLine) -> None:
        """It can be gone again, as long as it usually takes."""
        self._say(self.tr("opening a way"), LinkRule(link.start, link.end, kind=self._kind))

    def ask_time(self, link: LinkLine) -> None:
        """Asks how many seconds it usually takes."""
        dialog = QInputDialog(self._window)
        dialog.setObjectName("link-time")
        dialog.setWindowTitle(self.tr("How long this way takes"))
        dialog.setLabelText(
            self.tr("From {0} to {1}, usually (seconds)").format(
                self._name(link.start), self._name(link.end)
            )
        )
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setDoubleRange(0.1, _MOST_S)
        dialog.setDoubleDecimals(1)
        topology = self._topology
        known = None if topology is None else topology.link(link.start, link.end, self._kind)
        usual = 60.0 if known is None else min(max(known.travel.median_s, 0.1), _MOST_S)
        dialog.setDoubleValue(usual)
        dialog.doubleValueSelected.connect(
            lambda seconds: self._say(
                self.tr("the time of a way"),
                LinkRule(link.start, link.end, kind=self._kind, typical_s=seconds),
            )
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _say(self, text: str, rule: LinkRule) -> None:
        self._session.do(text, SetLinkRules((rule,)))

    def _tell(self, link: LinkLine) -> None:
        self._session.notice.emit(f"{self._name(link.start)} → {self._name(link.end)}: {link.tip}")

    def _name(self, camera_id: CameraId) -> str:
        view = self._session.view
        camera = None if view is None else view.camera(camera_id)
        return str(camera_id) if camera is None else camera.name

    def _show(self) -> None:
        topology, view = self._topology, self._session.view
        camera_id = self._session.selection.camera_id
        if not self.on or topology is None or view is None or camera_id is None:
            self._map.show_links(())
            return
        at_ns, kind = self._panel.map_time.wall_ns, self._kind
        self._session.ask(
            lambda _: link_lines(topology, view, camera_id, kind, at_ns),
            self._take, key="map-links",
        )  # fmt: skip

    def _take(self, lines: Sequence[LinkLine]) -> None:
        if self.on:
            self._map.show_links(lines)


def link_lines(
    topology: "Topology", view: CaseView, camera_id: CameraId, kind: SubjectKind, at_ns: int | None
) -> tuple[LinkLine, ...]:
    """The ways from a camera: those that pass no other view, the quickest first, and those that a
    person closed. On a thread of its own."""
    cameras = {one.camera_id for one in view.cameras}
    direct: list[Link] = [
        one
        for one in topology.links_from(camera_id, kind, at_ns)
        if (one.direct or one.basis in ("person", "sightings")) and one.end in cameras
    ]
    lines = []
    for link in direct[:_MOST_SHOWN]:
        end = CameraId(str(link.end))
        path, _ = topology.path(camera_id, end, at_ns)
        typical = length_text(round(max(link.travel.median_s, 0.0) * NS_PER_S))
        short = typical if link.basis != "unknown" else ""
        lines.append(
            link_line(
                camera_id, end, path, short, link.words or short, seen=link.seen,
                by_person=link.basis == "person",
            )
        )  # fmt: skip
    for rule in view.link_rules:
        mine = rule.from_camera == camera_id and rule.kind in (None, kind)
        if mine and rule.closed and rule.to_camera in cameras:
            path, _ = topology.path(camera_id, rule.to_camera, at_ns)
            said = f"closed by {rule.said_by}" if rule.said_by else "closed"
            lines.append(
                link_line(camera_id, rule.to_camera, path, "", said, closed=True, by_person=True)
            )
    return tuple(lines)
