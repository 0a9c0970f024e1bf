"""The first page: three ways to begin, and the cases that were open before."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui.icons import pixmap
from ui.models.wall_text import moment
from ui.settings import RecentCase
from ui.theme import THEME, colour, set_property, text_font

_CASE: Final = Qt.ItemDataRole.UserRole
_WIDTH: Final = 760
_ROUND: Final = 6


class BeginButton(QAbstractButton):
    """One way to begin: a sign, what it is, and what will happen."""

    def __init__(self, name: str, sign: str, title: str, text: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setText(title)
        self.lit = False
        self._sign, self._words = sign, text
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(232, 176)

    def minimumSizeHint(self) -> QSize:
        return QSize(184, 176)

    def set_lit(self, lit: bool) -> None:
        """Marks it as where dropped files go."""
        self.lit = lit
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Space alone presses a button in Qt; on a page with one question Enter should too.
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self.lit or self.hasFocus() or self.isDown()
        edge = colour("accent") if strong or self.underMouse() else colour("line")
        wide = 2 if strong else 1
        pen = QPen(edge, wide)
        if self.lit:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(colour("row") if self.lit or self.isDown() else colour("panel"))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), _ROUND, _ROUND)
        inside = self.rect().adjusted(16, 20, -16, -12)
        painter.drawPixmap(inside.x(), inside.y(), pixmap(self._sign, 40, "accent"))
        painter.setPen(colour("text"))
        painter.setFont(text_font(16, bold=True))
        painter.drawText(inside.adjusted(0, 52, 0, 0), Qt.AlignmentFlag.AlignTop, self.text())
        painter.setPen(colour("text_dim"))
        painter.setFont(text_font(13))
        wrapped = Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(inside.adjusted(0, 78, 0, 0), int(wrapped), self._words)
        painter.end()


class _CaseDelegate(QStyledItemDelegate):
    """A recent case: number and title, the folder below, the word TRAINING where it is one."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(200, 48)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        case: RecentCase = index.data(_CASE)
        area: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, colour("row"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, colour("raised"))
        practice = pixmap("practise", 20, "training")
        usual = pixmap("lock" if case.encrypted else "folder", 20, "text_dim")
        sign = practice if case.training else usual
        painter.drawPixmap(area.x() + 12, area.y() + 14, sign)
        inside = area.adjusted(44, 6, -12, -6)
        if case.training:
            inside.adjust(0, 0, -_paint_mark(painter, inside), 0)
        painter.setPen(colour("text"))
        painter.setFont(text_font(13))
        top = QRect(inside.x(), inside.y(), inside.width(), 18)
        _elided(painter, top, case.name, Qt.TextElideMode.ElideRight)
        painter.setPen(colour("text_dim"))
        painter.setFont(text_font(11))
        below = QRect(inside.x(), inside.y() + 19, inside.width(), 16)
        _elided(painter, below, str(case.folder), Qt.TextElideMode.ElideMiddle)
        painter.restore()


def _paint_mark(painter: QPainter, inside: QRect) -> int:
    """The word TRAINING in a frame, at the right; gives the room it took."""
    painter.setFont(text_font(11, bold=True))
    word = "TRAINING"
    wide = painter.fontMetrics().horizontalAdvance(word) + 12
    box = QRect(inside.right() - wide, inside.center().y() - 9, wide, 18)
    painter.setPen(QPen(colour("training"), 1))
    painter.setBrush(QColor(0, 0, 0, 0))
    painter.drawRoundedRect(box, 4, 4)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)
    return wide + 12


def _elided(painter: QPainter, room: QRect, text: str, mode: Qt.TextElideMode) -> None:
    shown = painter.fontMetrics().elidedText(text, mode, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class StartPage(QWidget):
    """What a person sees before a case is open."""

    new_case_wanted = Signal()
    open_case_wanted = Signal()
    practise_wanted = Signal()
    add_footage_wanted = Signal()
    """Recordings are to be chosen, since none were dropped."""
    recent_wanted = Signal(object)
    """The case in this folder (`Path`) is to be opened."""
    forget_wanted = Signal(object)
    """The case in this folder (`Path`) is to be listed no longer."""
    files_dropped = Signal(object)
    """Files and folders (`list[Path]`) were dropped on the page."""

    def __init__(self, recent: Sequence[RecentCase] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start-page")
        self.setAccessibleName(self.tr("Start"))
        self.setAcceptDrops(True)
        self.drop = BeginButton(
            "start-drop", "import", self.tr("Drop footage"),
            self.tr("Recordings or whole folders. We ask for a case to put them in."),
        )  # fmt: skip
        self.open = BeginButton(
            "start-open", "open", self.tr("Open a case"),
            self.tr("Choose the folder of a case on this computer or a shared drive."),
        )  # fmt: skip
        self.practise = BeginButton(
            "start-practise", "practise", self.tr("Practise"),
            self.tr("Four cameras of an invented town. Nothing can go wrong."),
        )  # fmt: skip
        self.drop.clicked.connect(self.add_footage_wanted)
        self.open.clicked.connect(self.open_case_wanted)
        self.practise.clicked.connect(self.practise_wanted)
        self.recent_title = QLabel(self.tr("Recent cases"))
        self.recent_title.setFont(text_font(13, bold=True))
        self.list = self._make_list()
        self.no_recent = QLabel(self.tr("Cases you open are listed here."))
        self.no_recent.setObjectName("start-no-recent")
        set_property(self.no_recent, "dim", True)
        self._lay_out()
        THEME.changed.connect(self._repaint_all)
        self.set_recent(recent)

    def set_recent(self, recent: Sequence[RecentCase]) -> None:
        """Lists these cases, newest first."""
        self.list.clear()
        for case in recent:
            item = QListWidgetItem(case.name)
            item.setData(_CASE, case)
            opened = moment(case.opened_ns, "UTC")
            item.setToolTip(f"{case.folder}\n{self.tr('last opened')} {opened}")
            mark = self.tr(", training") if case.training else ""
            mark += self.tr(", encrypted") if case.encrypted else ""
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole,
                f"{case.name}{mark}, {case.folder}",
            )
            self.list.addItem(item)
        self.list.setVisible(bool(recent))
        self.no_recent.setVisible(not recent)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.drop.set_lit(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop.set_lit(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop.set_lit(False)
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.files_dropped.emit(files)

    def _open_recent(self, item: QListWidgetItem) -> None:
        case: RecentCase = item.data(_CASE)
        self.recent_wanted.emit(case.folder)

    def _forget_current(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            row, case = self.list.currentRow(), item.data(_CASE)
            self.forget_wanted.emit(case.folder)
            # The keyboard stays where it was in the list.
            self.list.setCurrentRow(min(row, self.list.count() - 1))

    def _repaint_all(self) -> None:
        for button in (self.drop, self.open, self.practise):
            button.update()
        self.list.viewport().update()

    def _make_list(self) -> QListWidget:
        made = QListWidget()
        made.setObjectName("start-recent")
        made.setAccessibleName(self.tr("Recent cases"))
        made.setItemDelegate(_CaseDelegate(made))
        made.setMouseTracking(True)
        made.setUniformItemSizes(True)
        made.itemActivated.connect(self._open_recent)
        forget = QAction(self.tr("Take it off this list"), made)
        forget.setObjectName("start-forget")
        forget.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        forget.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        forget.triggered.connect(self._forget_current)
        made.addAction(forget)
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return made

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH)
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(16, 32, 16, 16)
        rows.setSpacing(8)
        heading = QLabel(self.tr("Where do we begin?"))
        heading.setFont(text_font(22, bold=True))
        promise = QLabel(self.tr("Everything stays on this computer. Every step is logged."))
        set_property(promise, "dim", True)
        ways = QHBoxLayout()
        ways.setSpacing(16)
        for button in (self.drop, self.open, self.practise):
            ways.addWidget(button)
        rows.addWidget(heading)
        rows.addWidget(promise)
        rows.addSpacing(16)
        rows.addLayout(ways)
        rows.addSpacing(24)
        rows.addWidget(self.recent_title)
        rows.addWidget(self.list, 1)
        rows.addWidget(self.no_recent)
        rows.addStretch(0)
        area = QScrollArea()
        area.setObjectName("start-scroll")
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        middle = QWidget()
        across = QHBoxLayout(middle)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(inner, 8)
        across.addStretch(1)
        area.setWidget(middle)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
