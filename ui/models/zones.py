"""The zones of a case as rows."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from casefiles.view_types import CaseView, Zone
from ui.models.table import Column, TableModel
from ui.models.wall_text import moment


class ZonesModel(TableModel[Zone]):
    """Zones by name; typing over a name asks for it to be changed."""

    def __init__(self, rename: Callable[[Zone, str], None], parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self._view: CaseView | None = None
        self.columns = (
            Column(
                self.tr("Zone"),
                lambda zone: zone.name,
                lambda zone: zone.name.casefold(),
                change=rename,
            ),
            Column(self.tr("Where"), self.place_of, lambda zone: self.place_of(zone).casefold()),
            Column(self.tr("Drawn"), self.drawn, lambda zone: zone.created_ns),
        )

    def set_view(self, view: CaseView | None) -> None:
        """Shows the zones of a view."""
        self._view = view
        self.set_rows(() if view is None else view.zones)

    def place_of(self, zone: Zone) -> str:
        """On whose picture a zone lies, or on the map."""
        view = self._view
        if view is not None and zone.source_id is not None:
            source = view.source(zone.source_id)
            return view.title(source) if source is not None else self.tr("a recording")
        if view is not None and zone.camera_id is not None:
            camera = view.camera(zone.camera_id)
            return camera.name if camera is not None else str(zone.camera_id)
        return self.tr("on the map")

    def drawn(self, zone: Zone) -> str:
        """When and by whom."""
        if self._view is None:
            return ""
        return f"{moment(zone.created_ns, self._view.zone_name)} · {zone.created_by}"
