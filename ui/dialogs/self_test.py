"""The self-test as a table: what was checked, what was found, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from ui.dialogs.form import FormDialog, named
from ui.icons import icon
from ui.theme import THEME, Token, text_font

State = Literal["ok", "note", "problem"]
_NUMBER, _RESULT, _NAME, _FOUND = range(4)
_LOOKS: Final[dict[State, tuple[str, Token]]] = {
    "ok": ("check", "text_dim"),
    "note": ("info", "warn"),
    "problem": ("error", "alert"),
}


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check: its number, what it is about, and what was found, in words."""

    number: int
    group: str
    name: str
    state: State
    says: str
    means: str = ""
    do: str = ""


class SelfTestDialog(FormDialog):
    """Opened before there is anything to show; filled when the checks are through."""

    file_wanted = Signal()
    """Write the one file for the help desk."""

    def __init__(self, parent: QWidget | None = None) -> None:
        said = QCoreApplication.translate
        super().__init__(
            "self-test",
            said("SelfTestDialog", "Self-test"),
            said("SelfTestDialog", "What works on this computer. A help desk asks for the numbers "
                 "of the lines that are not OK."),
            parent,
        )  # fmt: skip
        self._whole = ""
        self._shown: tuple[CheckRow, ...] = ()
        self.verdict = QLabel(self.tr("Checking…"))
        self.verdict.setObjectName("self-test-verdict")
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setWordWrap(True)
        self.verdict.setFont(text_font(13, bold=True))
        self.progress = QProgressBar()
        named(self.progress, "self-test-progress", self.tr("Checks done"))
        self.progress.setTextVisible(False)
        self.table = self._make_table()
        self.details = QPlainTextEdit()
        named(self.details, "self-test-details", self.tr("What it means and what to do"))
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setMaximumHeight(96)
        for widget in (self.verdict, self.progress):
            self.rows.addWidget(widget)
        self.rows.addWidget(self.table, 1)
        self.rows.addWidget(self.details)
        across = QHBoxLayout()
        across.setSpacing(8)
        self.copy_button = self._button("self-test-copy", self.tr("Copy"), self.copy)
        self.save_button = self._button(
            "self-test-save", self.tr("Save a file for the help desk…"), self.file_wanted.emit
        )
        across.addWidget(self.copy_button)
        across.addWidget(self.save_button)
        across.addStretch(1)
        self.rows.addLayout(across)
        self.add_buttons(self.tr("Close"), cancel=False)
        THEME.changed.connect(self._tint)
        self.resize(860, 640)

    def show_progress(self, done: int, total: int, name: str) -> None:
        """How far it is, and which check runs."""
        self.progress.setMaximum(total)
        self.progress.setValue(done)
        self.verdict.setText(self.tr("Checking {0} of {1}: {2}").format(done + 1, total, name))

    def show_results(self, rows: Sequence[CheckRow], verdict: str, whole: str) -> None:
        """What was found; `whole` is all of it as text, to be copied."""
        self._whole, self._shown = whole, tuple(rows)
        self.verdict.setText(verdict)
        self.progress.hide()
        self.copy_button.setEnabled(True)
        self.table.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        for row in rows:
            if row.group not in groups:
                groups[row.group] = self._group(row.group)
            words = [str(row.number), self._sign(row.state), row.name, row.says]
            item = QTreeWidgetItem(groups[row.group], words)
            item.setData(_NUMBER, Qt.ItemDataRole.UserRole, row)
            item.setData(
                _NUMBER, Qt.ItemDataRole.AccessibleTextRole, f"{row.number}, {words[_RESULT]}"
            )
            item.setToolTip(_FOUND, self._details_of(row))
            if row.state != "ok":
                item.setFont(_RESULT, text_font(13, bold=True))
        self.table.expandAll()
        self._tint()
        self._choose_worst()

    def show_failure(self, words: str) -> None:
        """The test itself could not be done."""
        self.progress.hide()
        self.verdict.setText(words)

    def copy(self) -> None:
        """Puts all of it on the clipboard, as text."""
        QGuiApplication.clipboard().setText(self._whole)

    def shown(self) -> tuple[CheckRow, ...]:
        """The checks in the table."""
        return self._shown

    def _make_table(self) -> QTreeWidget:
        table = QTreeWidget()
        named(table, "self-test-table", self.tr("Checks"))
        table.setHeaderLabels(
            [self.tr("No."), self.tr("Result"), self.tr("Check"), self.tr("Found")]
        )
        table.setRootIsDecorated(False)
        table.setItemsExpandable(False)
        table.setIndentation(0)
        table.setUniformRowHeights(True)
        table.header().setStretchLastSection(True)
        for column, width in ((_NUMBER, 56), (_RESULT, 110), (_NAME, 180)):
            table.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            table.header().resizeSection(column, width)
        table.currentItemChanged.connect(self._show_details)
        return table

    def _button(self, name: str, words: str, do: object) -> QPushButton:
        button = QPushButton(words)
        named(button, name, words)
        button.setAutoDefault(False)
        button.clicked.connect(do)
        button.setEnabled(name != "self-test-copy")
        return button

    def _group(self, name: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.table, [self.tr(name)])
        item.setFont(0, text_font(13, bold=True))
        item.setFirstColumnSpanned(True)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        return item

    def _items(self) -> list[QTreeWidgetItem]:
        found = []
        for at in range(self.table.topLevelItemCount()):
            group = self.table.topLevelItem(at)
            for row in range(group.childCount() if group is not None else 0):
                item = group.child(row) if group is not None else None
                if item is not None:
                    found.append(item)
        return found

    def _tint(self) -> None:
        for item in self._items():
            row = item.data(_NUMBER, Qt.ItemDataRole.UserRole)
            if isinstance(row, CheckRow):
                item.setIcon(_RESULT, _sign_icon(row.state))

    def _choose_worst(self) -> None:
        items = self._items()
        order = ("problem", "note", "ok")
        worst = min(
            items,
            key=lambda item: order.index(item.data(_NUMBER, Qt.ItemDataRole.UserRole).state),
            default=None,
        )
        if worst is not None:
            self.table.setCurrentItem(worst)

    def _show_details(self, item: QTreeWidgetItem | None, _before: object) -> None:
        row = None if item is None else item.data(_NUMBER, Qt.ItemDataRole.UserRole)
        self.details.setPlainText(self._details_of(row) if isinstance(row, CheckRow) else "")

    def _details_of(self, row: CheckRow) -> str:
        lines = [f"{row.number} {row.name}: {row.says}"]
        if row.means:
            lines.append(self.tr("What it means: {0}").format(row.means))
        if row.do:
            lines.append(self.tr("What to do: {0}").format(row.do))
        return "\n".join(lines)

    def _sign(self, state: State) -> str:
        words = {"ok": self.tr("OK"), "note": self.tr("NOTE"), "problem": self.tr("PROBLEM")}
        return words[state]


def _sign_icon(state: State) -> QIcon:
    sign, token = _LOOKS[state]
    return icon(sign, token)
