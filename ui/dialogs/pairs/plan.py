"""A site plan laid onto the map by pairs."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from mapview.qt.map_colours import MapColours
from mapview.qt.picture import Render
from ui.dialogs.form import named
from ui.dialogs.pairs.dialog import PairsDialog


class PlanDialog(PairsDialog):
    """The pairs of a plan, and what its layer is called."""

    def __init__(
        self,
        name: str,
        *,
        colours: Callable[[], MapColours],
        render: Render,
        parent: QWidget | None = None,
    ) -> None:
        said = QCoreApplication.translate
        super().__init__(
            "site-plan-dialog",
            said("PlanDialog", "Lay a site plan onto the map"),
            said(
                "PlanDialog",
                "Mark points of the plan that the map shows too, such as corners of buildings: two "
                "turn and size it, three also stretch it, from five on a wrong one is named.",
            ),
            colours=colours, render=render, least=2,
            keep=said("PlanDialog", "Keep as a layer"), parent=parent,
        )  # fmt: skip
        self.files: QObject | None = None
        """Takes in and saves files of pairs."""
        self.show_grid.hide()
        self.show_outline.setText(self.tr("Its edge"))
        self.show_laid.setText(self.tr("Plan on the map"))
        self.name = QLineEdit(name)
        named(self.name, "site-plan-name", self.tr("Name of the layer"))
        self.head.addWidget(QLabel(self.tr("Name")))
        self.head.addWidget(self.name, 1)
