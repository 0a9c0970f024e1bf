"""The lines of a case as rows."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from casefiles.view_types import CaseView, Line
from ui.models.table import Column, TableModel
from ui.models.wall_text import moment


class LinesModel(TableModel[Line]):
    """Lines by name; typing over a name asks for it to be changed."""

    def __init__(self, rename: Callable[[Line, str], None], parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self._view: CaseView | None = None
        self.columns = (
            Column(
                self.tr("Line"),
                lambda line: line.name,
                lambda line: line.name.casefold(),
                change=rename,
            ),
            Column(self.tr("Where"), self.place_of, lambda line: self.place_of(line).casefold()),
            Column(self.tr("Drawn"), self.drawn, lambda line: line.created_ns),
        )

    def set_view(self, view: CaseView | None) -> None:
        """Shows the lines of a view."""
        self._view = view
        self.set_rows(() if view is None else view.lines)

    def place_of(self, line: Line) -> str:
        """On whose pictures a line lies."""
        view = self._view
        if view is not None and line.source_id is not None:
            source = view.source(line.source_id)
            return view.title(source) if source is not None else self.tr("a recording")
        camera = None if view is None else view.camera(line.camera_id)
        return camera.name if camera is not None else str(line.camera_id or "")

    def drawn(self, line: Line) -> str:
        """When and by whom."""
        if self._view is None:
            return ""
        return f"{moment(line.created_ns, self._view.zone_name)} · {line.created_by}"
