"""Dark and light, by palette: every colour of the window has a name here and nowhere else."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from string import Template
from time import thread_time
from typing import Final, Literal, TypeAlias, get_args

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QHeaderView,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from resources.files import packaged

Scheme: TypeAlias = Literal["dark", "light"]
Wish: TypeAlias = Literal["system", "dark", "light"]
TextSize: TypeAlias = Literal[11, 13, 16, 22]
"""The four sizes of type, in pixels at scale 1."""
Token: TypeAlias = Literal[
    "window", "panel", "raised", "line", "text", "text_dim", "text_disabled",
    "accent", "accent_text", "good", "warn", "alert", "training",
    "video", "video_text", "lane", "footage", "gap", "playhead", "selection", "row", "hit",
    "bookmark", "event", "person", "vehicle", "other",
    "map_land", "map_water", "map_street", "map_building", "map_park",
]  # fmt: skip

_TOKENS: Final[dict[Token, tuple[str, str]]] = {
    # name: (dark, light)
    "window": ("#1b1d20", "#e9ebee"),
    "panel": ("#22252a", "#f6f7f8"),
    "raised": ("#2d3138", "#ffffff"),
    "line": ("#3a3f47", "#c6cad0"),
    "text": ("#e6e8eb", "#16191d"),
    "text_dim": ("#a3a9b2", "#565d67"),
    "text_disabled": ("#6f757e", "#8b919a"),
    "accent": ("#6ea8ff", "#1257c4"),
    "accent_text": ("#0b1526", "#ffffff"),
    "good": ("#59c27d", "#19723a"),
    "warn": ("#e5b04a", "#855700"),
    "alert": ("#ff7b72", "#b3261e"),
    "training": ("#c78bff", "#7a2fc0"),
    "video": ("#0a0b0c", "#101214"),
    "video_text": ("#f2f4f6", "#f2f4f6"),
    "lane": ("#1f2226", "#fbfcfd"),
    "footage": ("#3b4450", "#cdd6e1"),
    "gap": ("#6b3d3a", "#e9b9b5"),
    "playhead": ("#f2f4f6", "#16191d"),
    "selection": ("#2f5ea8", "#9cc1f7"),
    # Behind a selected row: every colour of text stays readable on it.
    "row": ("#27354c", "#dce8fb"),
    "hit": ("#6ea8ff", "#1257c4"),
    "bookmark": ("#e5b04a", "#855700"),
    "event": ("#6fd3bd", "#0b6558"),
    # Okabe and Ito (2008), "Color Universal Design": told apart by colour-blind people.
    "person": ("#56b4e9", "#0072b2"),
    "vehicle": ("#e69f00", "#b06a00"),
    "other": ("#9aa3ad", "#6b7480"),
    "map_land": ("#24272c", "#f1efe9"),
    "map_water": ("#1a2733", "#c5dcec"),
    "map_street": ("#454b54", "#ffffff"),
    "map_building": ("#31363d", "#dcd8cf"),
    "map_park": ("#22302a", "#d5e5cc"),
}

TOKENS: Final[Sequence[Token]] = get_args(Token)
"""Every name a colour has."""


_TURN_S: Final = 0.006
_REMEMBERING: Final = (QAbstractButton, QComboBox, QHeaderView, QTabBar)
"""What keeps the size it once wanted until it is told of another style."""


class Turns(QObject):
    """Does what is made of many small steps a few milliseconds at a time: no frame waits."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: Iterator[None] = iter(())
        self._next = QTimer(self, interval=0, singleShot=True)
        self._next.timeout.connect(self._turn)

    @property
    def busy(self) -> bool:
        """Whether steps are left."""
        return self._next.isActive()

    def start(self, steps: Iterator[None]) -> None:
        """Takes these steps; what is left of those before is dropped."""
        self._steps = steps
        self._next.start()

    def stop(self) -> None:
        """Drops what is left."""
        self.start(iter(()))
        self._next.stop()

    def _turn(self) -> None:
        until = thread_time() + _TURN_S
        for _ in self._steps:
            if thread_time() >= until:
                self._next.start()
                return


class _Theme(QObject):
    """Which scheme is in force, and the signal that it was changed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.scheme: Scheme = "dark"
        self._follows = False
        self.ahead: list[Callable[[], Iterator[None]]] = []
        """What takes long in new colours, in steps: done before `changed`."""
        self._still: list[QWidget] = []
        """Windows that are not painted until all of them can show the new colours."""
        self._turns = Turns(self)

    @property
    def settled(self) -> bool:
        """Whether every widget has the colours of the scheme."""
        return not self._turns.busy

    def change(self, app: QApplication, scheme: Scheme) -> None:
        """Puts a scheme in force, at once."""
        self._turns.stop()
        _put_on(app, scheme)
        for _ in self._dress(app, app.allWidgets(), ()):
            pass

    def change_in_turns(self, app: QApplication, scheme: Scheme) -> None:
        """The same a few milliseconds at a time; windows stand still until all in view is done."""
        for window in app.topLevelWidgets():
            if window.isVisible() and window.updatesEnabled():
                window.setUpdatesEnabled(False)
                self._still.append(window)
        # Asked for first, so that nobody below has to find them again.
        widgets = app.allWidgets()
        _put_on(app, scheme)
        seen = [one for one in widgets if one.isVisible()]
        hidden = [one for one in widgets if not one.isVisible()]
        self._turns.start(self._dress(app, seen, hidden))

    def _dress(
        self, app: QApplication, seen: Sequence[QWidget], hidden: Sequence[QWidget]
    ) -> Iterator[None]:
        def polish(widget: QWidget) -> None:
            app.style().polish(widget)

        yield from _each(seen, polish)
        for draw in self.ahead:
            yield from draw()
        still, self._still = self._still, []
        for window in still:
            if isValid(window):
                window.setUpdatesEnabled(True)
        # Only now: panels are painted one after another, which cannot be asked of a still window.
        self.changed.emit()
        yield
        yield from _each(hidden, polish)

    def follow(self, follows: bool) -> None:
        """Whether the scheme goes along when the system changes its own."""
        if follows == self._follows:
            return
        self._follows = follows
        told = QGuiApplication.styleHints().colorSchemeChanged
        if follows:
            told.connect(self._system_changed)
        else:
            told.disconnect(self._system_changed)

    @Slot()
    def _system_changed(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication) and system_scheme() != self.scheme:
            self.change_in_turns(app, system_scheme())


THEME: Final = _Theme()
"""`THEME.changed` fires after another scheme was applied: what caches colours makes them anew."""


def colour(token: Token) -> QColor:
    """The colour of that name in the scheme in force."""
    return QColor(_text_of(token, THEME.scheme))


def on_video(token: Token) -> QColor:
    """The colour of that name for what is painted on video, which is dark in both schemes."""
    return QColor(_text_of(token, "dark"))


def on_paper(token: Token) -> QColor:
    """The colour of that name for what is printed, which is light in both schemes."""
    return QColor(_text_of(token, "light"))


def system_scheme() -> Scheme:
    """The scheme the system asks for; dark where it does not say."""
    light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
    return "light" if light else "dark"


def apply_wish(app: QApplication, wish: Wish) -> None:
    """Puts in force what the person chose; `system` goes on following the system."""
    THEME.follow(wish == "system")
    scheme = system_scheme() if wish == "system" else wish
    if any(window.isVisible() for window in app.topLevelWidgets()):
        THEME.change_in_turns(app, scheme)
    else:
        THEME.change(app, scheme)


def apply(app: QApplication, scheme: Scheme) -> None:
    """Puts a scheme in force, at once: Fusion style, an explicit palette, one sheet, one font.

    The style hint for the colour scheme does nothing on some platforms (findings D 5).
    """
    THEME.change(app, scheme)


@contextmanager
def undressed() -> Iterator[None]:
    """Takes the style sheet off inside of the block: for giving many widgets another parent.

    Qt goes through the sheet for every widget inside of one that is moved. What was laid out in the
    block was laid out without the sheet: `lay_out_again` tells it.
    """
    app = QApplication.instance()
    sheet = app.styleSheet() if isinstance(app, QApplication) else ""
    if not isinstance(app, QApplication) or not sheet:
        yield
        return
    with _left_alone(app):
        app.setStyleSheet("")
        try:
            yield
        finally:
            app.setStyleSheet(sheet)


def dress_again(widget: QWidget) -> None:
    """Goes through the style sheet for one widget, frame and margins included."""
    widget.style().polish(widget)
    QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))


def widgets_inside(inside: QWidget) -> list[QWidget]:
    """All widgets inside of one.

    `findChildren` would give them too, but what it gives is kept by the one asked for as long as
    that lives: with docks, whose frames come and go, for ever.
    """
    # To Qt a widget is its own ancestor.
    return [
        one for one in QApplication.allWidgets() if inside.isAncestorOf(one) and one is not inside
    ]


def lay_out_again(inside: QWidget) -> None:
    """Makes everything inside of a widget say anew how large it wants to be."""
    for widget in widgets_inside(inside):
        if isinstance(widget, _REMEMBERING):
            QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
        widget.updateGeometry()


def polished_ahead(inside: QWidget) -> Iterator[None]:
    """Steps that ready what is inside of a widget for being shown."""
    return _each(widgets_inside(inside), QWidget.ensurePolished)


@cache
def style_sheet(scheme: Scheme) -> str:
    """The style sheet of the window in the colours of a scheme."""
    template = packaged("styles", "window.qss").read_text(encoding="utf-8")
    values: dict[str, str] = {token: _text_of(token, scheme) for token in TOKENS}
    return Template(template).substitute(values, art=packaged("styles", scheme).as_posix())


def text_font(size: TextSize = 13, *, bold: bool = False) -> QFont:
    """The font of the window in one of its four sizes; grows with the system's scale."""
    font = QFont(_family())
    # Pixels are at scale 1; Qt multiplies them by the scale of the screen.
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font


def digits_font(size: TextSize = 13, *, bold: bool = False) -> QFont:
    """The same with digits of one width, for times and numbers that change in place."""
    font = text_font(size, bold=bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Sets a property that the style sheet asks about (`dim`, `tone`, …), and shows it."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def _put_on(app: QApplication, scheme: Scheme) -> None:
    """Style, palette, font and sheet of a scheme; widgets that are there keep the old look."""
    THEME.scheme = scheme
    # Telling every widget about the font it has takes as long as everything else together.
    if app.font() != text_font():
        app.setFont(text_font())
    with _left_alone(app):
        # Taken off first: with one sheet in the place of another Qt begins to polish by itself.
        app.setStyleSheet("")
        # Asked here: a style sheet is a style too, and has no name.
        if app.style().name().lower() != "fusion":
            app.setStyle("Fusion")
        app.setPalette(_palette())
        app.setStyleSheet(style_sheet(scheme))


@contextmanager
def _left_alone(app: QApplication) -> Iterator[None]:
    """Taking a style sheet off or putting one on touches no widget there is now.

    Qt otherwise takes the old look off each, puts the new one on and lays it out again, whether it
    is in view or not, in one piece of 150 to 300 ms. It leaves out widgets that were never polished
    and those with a style of their own, which two attributes tell. Widgets made inside of the block
    are treated as always.
    """
    polished, own = Qt.WidgetAttribute.WA_WState_Polished, Qt.WidgetAttribute.WA_SetStyle
    # While one widget has a sheet, Qt keeps what it knows of others: which colours were theirs.
    keeper = QWidget()
    keeper.setStyleSheet("QWidget {}")
    marks = [(one, one.testAttribute(polished), one.testAttribute(own)) for one in app.allWidgets()]
    for widget, _, _ in marks:
        widget.setAttribute(polished, False)
        widget.setAttribute(own, True)
    try:
        yield
    finally:
        for widget, was_polished, had_own in marks:
            if isValid(widget):
                widget.setAttribute(polished, was_polished)
                widget.setAttribute(own, had_own)


def _each(widgets: Sequence[QWidget], do: Callable[[QWidget], object]) -> Iterator[None]:
    """Steps that do something to each of these widgets, where it is still there."""
    for widget in widgets:
        if isValid(widget):
            do(widget)
        yield


@cache
def _family() -> str:
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()


def _text_of(token: Token, scheme: Scheme) -> str:
    dark, light = _TOKENS[token]
    return dark if scheme == "dark" else light


def _palette() -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette(colour("panel"), colour("window"))
    roles: dict[QPalette.ColorRole, Token] = {
        role.Window: "window", role.WindowText: "text", role.Base: "panel",
        role.AlternateBase: "lane", role.Text: "text", role.PlaceholderText: "text_dim",
        role.Button: "raised", role.ButtonText: "text", role.ToolTipBase: "raised",
        role.ToolTipText: "text", role.BrightText: "alert", role.Highlight: "row",
        role.HighlightedText: "text", role.Accent: "accent", role.Link: "accent",
        role.Mid: "line", role.Midlight: "line", role.Dark: "line", role.Light: "raised",
    }  # fmt: skip
    for one, token in roles.items():
        palette.setColor(one, colour(token))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, colour("text_disabled"))
    return palette
