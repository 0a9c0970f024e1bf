"""The menu of an object of Rapid review, and of all that is shown."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from casefiles.decision_types import Verdict
from ui.icons import icon


def rapid_menu(
    parent: QWidget,
    *,
    enter: Callable[[], None],
    decide: Callable[[Verdict], None],
    bookmark: Callable[[], None],
    has_object: bool,
    more: Sequence[QAction],
) -> QMenu:
    """What keys do with the selected object, where there is one, then `more`."""
    menu = QMenu(parent)
    menu.setObjectName("rapid-menu")
    menu.aboutToHide.connect(menu.deleteLater)
    if has_object:
        menu.addAction(icon("inspect"), _said("Look at the original (Enter)"), enter)
        menu.addAction(icon("check"), _said("This one is right (Y)"), partial(decide, "right"))
        menu.addAction(icon("cancel"), _said("This one is wrong (N)"), partial(decide, "wrong"))
        menu.addAction(icon("bookmark"), _said("Bookmark this moment… (B)"), bookmark)
        menu.addSeparator()
    menu.addActions(more)
    return menu


def _said(text: str) -> str:
    return QCoreApplication.translate("RapidMenu", text)
