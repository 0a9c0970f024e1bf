"""Site plans in the window: a picture laid onto the map by pairs, kept as a layer with undo."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from casefiles.calibration_types import GivenPairs
from casefiles.case import Case
from casefiles.edit_kinds import AddLayer, ChangeLayer, Edit
from casefiles.errors import BadMap
from casefiles.exchange.plan_pictures import read_plan_picture
from casefiles.map_types import MapLayer
from casefiles.usecases.map_layers import plan_picture
from casefiles.usecases.site_plan import FoundPlan, find_plan
from resources.errors import UserError
from ui.dialogs.pairs.book import Sheet, sheet_of
from ui.dialogs.pairs.plan import PlanDialog
from ui.dialogs.pairs.reading import reading
from ui.dialogs.pairs.shown import FitShown, shown_plan
from ui.panels.map import MapPanel, map_colours
from ui.session import Session
from video.types import Pixels
from workstation.desktop.pair_files import PairFiles


@dataclass(frozen=True, slots=True)
class _Plan:
    """The picture of a plan, as it is kept and as it is shown."""

    name: str
    sha256: str
    content: bytes
    image: QImage
    pixels: Pixels
    layer: MapLayer | None = None
    """The layer it is already; None for a new one."""


class SitePlanDesk(QObject):
    """Opens the dialog for a new plan, or for one that is a layer already."""

    def __init__(self, session: Session, window: QWidget, map_panel: MapPanel) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._map = map_panel
        self._found: FoundPlan | None = None

    def choose(self) -> None:
        """Asks for the picture of a plan."""
        if self._session.case is None:
            return
        asked = QFileDialog(self._window, self.tr("Site plan"))
        asked.setObjectName("site-plan-file")
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.setFileMode(QFileDialog.FileMode.ExistingFile)
        asked.setNameFilter(self.tr("Pictures of plans (*.png *.jpg *.jpeg)"))
        asked.fileSelected.connect(lambda name: self.lay(Path(name)))
        asked.open()

    def lay(self, path: Path) -> None:
        """Opens the dialog for a new plan from a picture."""

        def look(_: Case) -> _Plan:
            picture = read_plan_picture(path)
            return _shown(path.stem, picture.sha256, picture.content, None)

        self._session.ask(look, self._open, key="plan-picture")

    def lay_again(self, layer: MapLayer) -> None:
        """Opens the dialog for a plan that is a layer of the map, with its pairs."""
        plan = layer.plan
        if plan is None:
            return
        sha256 = plan.picture_sha256

        def look(case: Case) -> _Plan:
            return _shown(layer.name, sha256, plan_picture(case, sha256), layer)

        self._session.ask(look, self._open, key="plan-picture")

    def _open(self, plan: _Plan) -> None:
        dialog = PlanDialog(
            plan.name, colours=map_colours, render=reading(self._session), parent=self._window
        )
        self._found = None
        dialog.ground.map.set_ground(self._map.map.ground)
        dialog.ground.map.set_marks(self._map.map.marks)
        dialog.set_picture(plan.image)
        dialog.fit_wanted.connect(lambda: self._fit(dialog, plan))
        dialog.wanted.connect(lambda: self._keep(dialog, plan))
        size = (plan.image.width(), plan.image.height())
        dialog.files = PairFiles(self._session, dialog, plan.name, size=lambda: size)
        laid = None if plan.layer is None else plan.layer.plan
        dialog.set_sheet(Sheet() if laid is None else sheet_of(GivenPairs(laid.pairs)))
        if laid is not None:
            dialog.show_pairs()
        else:
            dialog.ground.show_viewport(self._map.map.view)
        dialog.open()

    def _fit(self, dialog: PlanDialog, plan: _Plan) -> None:
        self._found = None
        if dialog.needs_more():
            return
        sheet = dialog.book.sheet
        size = (plan.image.width(), plan.image.height())
        given = sheet.given(size)

        def work(_: Case) -> tuple[FoundPlan, FitShown]:
            found = find_plan(plan.sha256, size, given)
            return found, shown_plan(found, sheet.whole, plan.pixels)

        def show(made: tuple[FoundPlan, FitShown]) -> None:
            if isValid(dialog) and dialog.book.sheet == sheet:
                self._found = made[0]
                dialog.show_fit(made[1])

        self._session.ask(
            work, show, key="pairs-fit", failed=lambda error: self._no_fit(dialog, error)
        )

    def _no_fit(self, dialog: PlanDialog, error: BaseException) -> None:
        if not isinstance(error, UserError):
            self._session.failed.emit(error)
        elif isValid(dialog):
            dialog.no_fit(str(error))

    def _keep(self, dialog: PlanDialog, plan: _Plan) -> None:
        found = self._found
        if found is None:
            return
        name = dialog.name.text().strip() or plan.name
        edit: Edit
        if plan.layer is None:
            edit = AddLayer(MapLayer("plan", name, plan=found.plan), plan.content)
        else:
            edit = ChangeLayer(replace(plan.layer, name=name, plan=found.plan))
        self._session.do(self.tr("site plan {0}").format(name), edit)
        dialog.finish()


def _shown(name: str, sha256: str, content: bytes, layer: MapLayer | None) -> _Plan:
    """Decoded; on a reader thread.

    Raises:
        BadMap: Qt cannot decode it.
    """
    image = QImage.fromData(content).convertToFormat(QImage.Format.Format_BGR888)
    if image.isNull():
        raise BadMap(
            f"the picture of '{name}' cannot be shown", "Make it smaller, or save it anew as PNG."
        )
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()
    return _Plan(name, sha256, content, image, pixels, layer)
