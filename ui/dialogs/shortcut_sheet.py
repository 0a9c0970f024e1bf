"""Every key of the window on one sheet, by menu; made from the rows of the command palette."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from ui.dialogs.command_palette import PaletteRow, fuzzy_score
from ui.dialogs.form import FormDialog, named
from ui.theme import digits_font, text_font

_KEYS: Final = 1
_KEYS_WIDTH: Final = 180
_ROW_HEIGHT: Final = 26


class ShortcutSheet(FormDialog):
    """Commands that have keys, grouped; a field narrows them by name or key."""

    def __init__(self, rows: Sequence[PaletteRow], parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("ShortcutSheet", "Keyboard shortcuts")
        super().__init__("shortcut-sheet", title, parent=parent)
        self._rows = tuple(row for row in rows if row.shortcut)
        self.filter = QLineEdit()
        named(self.filter, "shortcut-filter", self.tr("Filter by command or key"))
        self.filter.setPlaceholderText(self.tr("Filter by command or key"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._fill)
        self.tree = QTreeWidget()
        named(self.tree, "shortcut-table", title)
        self.tree.setHeaderLabels([self.tr("Command"), self.tr("Keys")])
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setIndentation(12)
        self.tree.setUniformRowHeights(True)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(_KEYS, QHeaderView.ResizeMode.Fixed)
        self.tree.header().resizeSection(_KEYS, _KEYS_WIDTH)
        self.rows.addWidget(self.filter)
        self.rows.addWidget(self.tree, 1)
        self.add_buttons(self.tr("Close"), cancel=False)
        self._fill()
        self.resize(560, 620)

    def shown(self) -> list[tuple[str, str]]:
        """Command and keys of every row listed now."""
        found = []
        for group in (self.tree.topLevelItem(at) for at in range(self.tree.topLevelItemCount())):
            for at in range(group.childCount() if group is not None else 0):
                item = group.child(at) if group is not None else None
                if item is not None:
                    found.append((item.text(0), item.text(_KEYS)))
        return found

    def _fill(self) -> None:
        self.tree.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        typed = self.filter.text().strip()
        for row in self._rows:
            by_key = typed.lower() in row.shortcut.lower()
            if typed and not by_key and fuzzy_score(typed, row.text) is None:
                continue
            if row.group not in groups:
                groups[row.group] = self._group(row.group)
            item = QTreeWidgetItem(groups[row.group], [row.text, row.shortcut])
            item.setFont(_KEYS, digits_font())
            item.setTextAlignment(
                _KEYS, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
        self.tree.expandAll()

    def _group(self, name: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.tree, [self.tr(name)])
        item.setFont(0, text_font(13, bold=True))
        item.setFirstColumnSpanned(True)
        # All rows are as high as the first.
        item.setSizeHint(0, QSize(0, _ROW_HEIGHT))
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        return item
