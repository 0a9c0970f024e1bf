"""Dark and light, by palette: every colour of the window has a name here and nowhere else."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from string import Template
from typing import Final, Literal, TypeAlias, get_args

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from resources.files import packaged

Scheme: TypeAlias = Literal["dark", "light"]
Wish: TypeAlias = Literal["system", "dark", "light"]
TextSize: TypeAlias = Literal[11, 13, 16, 22]
"""The four sizes of type, in pixels at scale 1."""
Token: TypeAlias = Literal[
    "window", "panel", "raised", "line", "text", "text_dim", "text_disabled",
    "accent", "accent_text", "good", "warn", "alert", "training",
    "video", "video_text", "lane", "footage", "gap", "playhead", "selection", "row", "hit",
    "bookmark", "person", "vehicle", "other",
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


class _Theme(QObject):
    """Which scheme is in force, and the signal that it was changed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.scheme: Scheme = "dark"
        self._follows = False

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
            apply(app, system_scheme())


THEME: Final = _Theme()
"""`THEME.changed` fires after another scheme was applied: what caches colours makes them anew."""


def colour(token: Token) -> QColor:
    """The colour of that name in the scheme in force."""
    return QColor(_text_of(token, THEME.scheme))


def on_video(token: Token) -> QColor:
    """The colour of that name for what is painted on video, which is dark in both schemes."""
    return QColor(_text_of(token, "dark"))


def system_scheme() -> Scheme:
    """The scheme the system asks for; dark where it does not say."""
    light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
    return "light" if light else "dark"


def apply_wish(app: QApplication, wish: Wish) -> None:
    """Puts in force what the person chose; `system` goes on following the system."""
    THEME.follow(wish == "system")
    apply(app, system_scheme() if wish == "system" else wish)


def apply(app: QApplication, scheme: Scheme) -> None:
    """Puts a scheme in force: Fusion style, an explicit palette, one style sheet, one font.

    The style hint for the colour scheme does nothing on some platforms (findings D 5).
    """
    THEME.scheme = scheme
    if app.style().name().lower() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(_palette())
    app.setFont(text_font())
    # Taken off first: putting one sheet in the place of another takes Qt five times as long.
    app.setStyleSheet("")
    app.setStyleSheet(style_sheet(scheme))
    THEME.changed.emit()


@contextmanager
def undressed() -> Iterator[None]:
    """Takes the style sheet off inside of the block.

    Qt goes through the sheet for every widget inside of one that gets another parent: moving all
    docks takes twice as long with it as taking it off and putting it on again besides.
    """
    app = QApplication.instance()
    sheet = app.styleSheet() if isinstance(app, QApplication) else ""
    if not isinstance(app, QApplication) or not sheet:
        yield
        return
    app.setStyleSheet("")
    try:
        yield
    finally:
        app.setStyleSheet(sheet)


def dress_docks(manager: QWidget) -> None:
    """Takes the dock manager's own style sheet away, so that the window's holds for docks too."""
    manager.setStyleSheet("")


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
