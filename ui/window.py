"""The main window: places panels in docks, keeps their layouts, takes dropped files; no behaviour.

Five workspaces rearrange the same docks. A layout is saved only once the window was shown: before
that, splitters have no sizes.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import PySide6QtAds as ads
from PySide6.QtCore import QByteArray, QEvent, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QMainWindow,
    QMenuBar,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from ui.theme import THEME, Turns, dress_again, lay_out_again, polished_ahead, undressed
from ui.views.training_frame import TrainingFrame

Column: TypeAlias = tuple[int, tuple[tuple[int, tuple[str, ...]], ...]]
"""Width share, and from the top: height share and the docks tabbed there."""

WORKSPACES: Final[Mapping[str, tuple[Column, ...]]] = {
    "review": (
        (20, ((45, ("sources",)), (20, ("jobs",)), (35, ("map",)))),
        (56, ((66, ("tiles", "rapid")), (34, ("timeline", "activity")))),
        (24, ((36, ("inspector", "places")), (64, ("search",)))),
    ),
    "search": (
        (32, ((100, ("search",)),)),
        (46, ((66, ("tiles",)), (34, ("timeline",)))),
        (22, ((60, ("inspector", "places")), (40, ("map",)))),
    ),
    "follow": (
        (34, ((70, ("map",)), (30, ("inspector", "places")))),
        (38, ((62, ("tiles",)), (38, ("timeline",)))),
        (28, ((100, ("follow", "search")),)),
    ),
    "plates": (
        (58, ((70, ("tiles",)), (30, ("timeline",)))),
        (42, ((20, ("plates",)), (50, ("search",)), (30, ("inspector", "places")))),
    ),
    "case": (
        (36, ((60, ("sources",)), (40, ("jobs",)))),
        (36, ((100, ("history",)),)),
        (28, ((44, ("places",)), (28, ("inspector",)), (28, ("map",)))),
    ),
}
# Where a widget with the keyboard uses these keys itself, no shortcut of the window may take them.
_OWN_KEYS: Final[tuple[tuple[tuple[type[QWidget], ...], frozenset[int]], ...]] = (
    ((QAbstractButton, QComboBox), frozenset({Qt.Key.Key_Space})),
    (
        (QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QTabBar),
        frozenset(
            {
                Qt.Key.Key_Left,
                Qt.Key.Key_Right,
                Qt.Key.Key_Home,
                Qt.Key.Key_End,
                Qt.Key.Key_PageUp,
                Qt.Key.Key_PageDown,
            }
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class DockRow:
    """One dock: its name in layouts, its title, and what is in it."""

    name: str
    title: str
    widget: QWidget


class MainWindow(QMainWindow):
    """The window; it tells gestures and knows nobody."""

    files_dropped = Signal(object)
    """Files and folders (`list[Path]`) were dropped somewhere on the window."""
    workspace_chosen = Signal(str)
    _page_wanted = Signal()

    def __init__(self, start_page: QWidget, banner: QWidget, badges: QWidget) -> None:
        super().__init__()
        self.setObjectName("main-window")
        self.setAcceptDrops(True)
        self.may_close: Callable[[], bool] = lambda: True
        """Asked before the window closes."""
        self.workspace = "review"
        self._states: dict[str, QByteArray] = {}
        self._ready = Turns(self)
        self._docks: dict[str, ads.CDockWidget] = {}
        self.menu_bar = QMenuBar()
        self.menu_bar.setObjectName("menu-bar")
        self.tabs = self._make_tabs()
        self.setMenuWidget(self._top_row(badges))
        self._frame = TrainingFrame()
        self._stack = QStackedWidget()
        self._start_page = self._page = start_page
        # By an event, not a timer: what is read of a case meanwhile comes after it.
        self._page_wanted.connect(self._show_page, Qt.ConnectionType.QueuedConnection)
        self._dock_host = QWidget()
        host = QVBoxLayout(self._dock_host)
        host.setContentsMargins(0, 0, 0, 0)
        self._manager = self._make_manager()
        host.addWidget(self._manager)
        self._stack.addWidget(start_page)
        self._stack.addWidget(self._dock_host)
        self._frame.rows.addWidget(banner)
        self._frame.rows.addWidget(self._stack, 1)
        self.setCentralWidget(self._frame)
        THEME.changed.connect(self._dress)
        self._dress()
        self.set_training(training=False)

    # -- docks and layouts

    def set_docks(self, rows: tuple[DockRow, ...]) -> None:
        """Takes the panels in; they show with the first layout."""
        for row in rows:
            dock = ads.CDockWidget(self._manager, row.title)
            dock.setObjectName(row.name)
            dock.setWidget(row.widget, ads.CDockWidget.eInsertMode.ForceNoScrollArea)
            dock.setMinimumSizeHintMode(
                ads.CDockWidget.eMinimumSizeHintMode.MinimumSizeHintFromContent
            )
            self._docks[row.name] = dock
            self._name_close_button(dock)
            # A layout brings back only docks that had a place before.
            self._manager.addDockWidget(ads.RightDockWidgetArea, dock)
        self._arrange(WORKSPACES[self.workspace])

    def _name_close_button(self, dock: ads.CDockWidget) -> None:
        button = dock.tabWidget().findChild(QAbstractButton, "tabCloseButton")
        if button is not None:
            button.setAccessibleName(self.tr("Close {0}").format(dock.windowTitle()))
            button.setToolTip(self.tr("Close; the menu View brings it back"))
            button.setProperty("keyboard_instead", "the menu View")

    def dock(self, name: str) -> ads.CDockWidget:
        """The dock of that name."""
        return self._docks[name]

    def show_dock(self, name: str) -> None:
        """Brings a dock to the front, opening it where it was closed."""
        dock = self._docks[name]
        dock.toggleView(True)
        dock.setAsCurrentTab()
        dock.raise_()

    def toggle_dock(self, name: str) -> None:
        """Shows a dock, or hides it where it is in view."""
        dock = self._docks[name]
        if dock.isClosed() or not dock.widget().isVisible():
            self.show_dock(name)
        else:
            dock.toggleView(False)

    def set_workspace(self, name: str) -> None:
        """Rearranges the docks; how the workspace before was left is remembered."""
        if name == self.workspace:
            return
        self.keep_layout()
        self.workspace = name
        self.tabs.setCurrentIndex(list(WORKSPACES).index(name))
        state = self._states.get(name)
        with self._moving():
            if state is None or not self._manager.restoreState(state):
                self._arrange(WORKSPACES[name])

    def keep_layout(self) -> None:
        """Notes the present layout as that of the present workspace."""
        if self.isVisible() and self._stack.currentWidget() is self._dock_host:
            self._states[self.workspace] = self._manager.saveState()

    def reset_layout(self) -> None:
        """Puts the docks of this workspace where they were at first."""
        self._states.pop(self.workspace, None)
        with self._moving():
            self._arrange(WORKSPACES[self.workspace])

    def layouts(self) -> dict[str, bytes]:
        """The kept layouts by workspace."""
        self.keep_layout()
        return {name: bytes(state.data()) for name, state in self._states.items()}

    def set_layouts(self, layouts: Mapping[str, bytes], workspace: str = "") -> None:
        """Takes layouts from another time; each is used when its workspace is next entered."""
        if workspace in WORKSPACES:
            self.workspace = workspace
            self.tabs.setCurrentIndex(list(WORKSPACES).index(workspace))
            self._arrange(WORKSPACES[workspace])
        self._states = {
            name: QByteArray(state) for name, state in layouts.items() if name in WORKSPACES
        }
        state = self._states.get(self.workspace)
        if state is not None and not self._manager.restoreState(state):
            self.reset_layout()

    def show_start(self, *, start: bool) -> None:
        """The start page, or the docks."""
        self._page = self._start_page if start else self._dock_host
        self.tabs.setEnabled(not start)
        if self._page is self._stack.currentWidget():
            return
        if self.isVisible() and not start:
            # All docks are laid out: in a turn of its own, not in that of what brings them up.
            self._page_wanted.emit()
        else:
            self._show_page()

    def _show_page(self) -> None:
        self._stack.setCurrentWidget(self._page)

    def set_training(self, *, training: bool) -> None:
        """Frames the window as that of a practice case."""
        self._frame.set_training(training=training)

    # -- gestures

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            focused = QApplication.focusWidget()
            plain = event.modifiers() in {
                Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier,
            }  # fmt: skip
            for kinds, keys in _OWN_KEYS:
                if plain and event.key() in keys and isinstance(focused, kinds):
                    event.accept()
                    return True
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stack.currentWidget() is not self._dock_host:
            # A case shows them all at once: by then they are ready, while nobody waits for them.
            self._ready.start(polished_ahead(self._dock_host))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.may_close():
            event.accept()
        else:
            event.ignore()

    # -- making

    def _make_tabs(self) -> QTabBar:
        tabs = QTabBar()
        tabs.setObjectName("workspace-tabs")
        tabs.setAccessibleName(self.tr("Workspaces"))
        tabs.setDrawBase(False)
        tabs.setExpanding(False)
        for number, name in enumerate(WORKSPACES, 1):
            tabs.addTab(self.tr(name.capitalize()))
            tabs.setTabToolTip(number - 1, self.tr("Workspace {0} (Ctrl+{1})").format(
                name.capitalize(), number))  # fmt: skip
        tabs.tabBarClicked.connect(self._choose_workspace)
        tabs.currentChanged.connect(self._choose_workspace)
        return tabs

    def _choose_workspace(self, index: int) -> None:
        name = list(WORKSPACES)[index]
        if name != self.workspace:
            self.workspace_chosen.emit(name)

    def _top_row(self, badges: QWidget) -> QWidget:
        row = QWidget()
        row.setObjectName("top-row")
        across = QHBoxLayout(row)
        across.setContentsMargins(4, 2, 8, 2)
        across.setSpacing(16)
        across.addWidget(self.menu_bar)
        across.addWidget(self.tabs)
        across.addStretch(1)
        across.addWidget(badges)
        return row

    def _make_manager(self) -> ads.CDockManager:
        flags = ads.CDockManager.eConfigFlag
        for flag, on in (
            (flags.OpaqueSplitterResize, True),
            (flags.FocusHighlighting, False),
            (flags.DockAreaHasUndockButton, False),
            (flags.DockAreaHasTabsMenuButton, False),
            # Every tab has a close button of its own.
            (flags.DockAreaHasCloseButton, False),
            (flags.AlwaysShowTabs, True),
            (flags.EqualSplitOnInsertion, True),
        ):
            ads.CDockManager.setConfigFlag(flag, on)
        manager = ads.CDockManager(self._dock_host)
        manager.setObjectName("docks")
        # Its own style sheet carries colours of a light theme; ours is that of the application.
        manager.setStyleSheet("")
        return manager

    @contextmanager
    def _moving(self) -> Iterator[None]:
        """Moves docks about inside of the block, which are then laid out anew."""
        with undressed():
            yield
        for dock in self._docks.values():
            # The library goes through the style for these whenever another tab comes to the front.
            tab = dock.tabWidget()
            for part in (tab, *tab.findChildren(QWidget)):
                dress_again(part)
        lay_out_again(self._dock_host)

    def _arrange(self, columns: tuple[Column, ...]) -> None:
        wanted = {name for _, rows in columns for _, names in rows for name in names}
        for name, dock in self._docks.items():
            # Asking a dock that was never placed to hide would crash the docking library.
            if name not in wanted and dock.dockAreaWidget() is not None and not dock.isClosed():
                dock.toggleView(False)
        tops = [(share, self._stacked(rows)) for share, rows in columns]
        splitter = self._manager.rootSplitter()
        width = max(self._manager.width(), 1200)
        sizes = [0] * splitter.count()
        for at in range(splitter.count()):
            # Areas of closed docks stay in the splitter, hidden: sizes go by what is inside.
            part = splitter.widget(at)
            for share, area in tops:
                if part is area or part.isAncestorOf(area):
                    sizes[at] = width * share // 100
        splitter.setSizes(sizes)

    def _stacked(self, rows: tuple[tuple[int, tuple[str, ...]], ...]) -> ads.CDockAreaWidget:
        """Builds one column at the right of what is there; gives its topmost area."""
        areas: list[ads.CDockAreaWidget] = []
        for _, names in rows:
            docks = [self._docks[name] for name in names]
            for dock in docks:
                # Opened before it is moved: a closed one would come without its tab.
                if dock.dockAreaWidget() is not None:
                    dock.toggleView(True)
            if areas:
                area = self._manager.addDockWidget(ads.BottomDockWidgetArea, docks[0], areas[-1])
            else:
                area = self._manager.addDockWidget(ads.RightDockWidgetArea, docks[0])
            for other in docks[1:]:
                self._manager.addDockWidgetTabToArea(other, area)
            docks[0].setAsCurrentTab()
            areas.append(area)
        if len(areas) > 1:
            height = max(self._manager.height(), 600)
            self._manager.setSplitterSizes(areas[0], [height * share // 100 for share, _ in rows])
        return areas[0]

    def _dress(self) -> None:
        self._frame.update()
