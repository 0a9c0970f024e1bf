"""Dark and light, by palette: every colour of the window has a name here and nowhere else."""

from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

Scheme: TypeAlias = Literal["dark", "light"]
Token: TypeAlias = Literal[
    "window", "panel", "raised", "line", "text", "text_dim", "text_disabled",
    "accent", "accent_text", "good", "warn", "alert", "training",
    "video", "video_text", "lane", "footage", "gap", "playhead", "selection", "hit", "bookmark",
    "person", "vehicle", "other", "map_land", "map_water", "map_street", "map_building", "map_park",
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


class _Theme(QObject):
    """Which scheme is in force, and the signal that it was changed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.scheme: Scheme = "dark"


THEME: Final = _Theme()
"""`THEME.changed` fires after another scheme was applied: what caches colours makes them anew."""


def colour(token: Token) -> QColor:
    """The colour of that name in the scheme in force."""
    dark, light = _TOKENS[token]
    return QColor(dark if THEME.scheme == "dark" else light)


def apply(app: QApplication, scheme: Scheme) -> None:
    """Puts a scheme in force: Fusion style and an explicit palette.

    The style hint for the colour scheme does nothing on some platforms (findings D 5).
    """
    THEME.scheme = scheme
    app.setStyle("Fusion")
    app.setPalette(_palette())
    THEME.changed.emit()


def _palette() -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette(colour("panel"), colour("window"))
    roles: dict[QPalette.ColorRole, Token] = {
        role.Window: "window", role.WindowText: "text", role.Base: "panel",
        role.AlternateBase: "raised", role.Text: "text", role.PlaceholderText: "text_dim",
        role.Button: "raised", role.ButtonText: "text", role.ToolTipBase: "raised",
        role.ToolTipText: "text", role.BrightText: "alert", role.Highlight: "accent",
        role.HighlightedText: "accent_text", role.Link: "accent", role.Mid: "line",
        role.Midlight: "line", role.Dark: "line", role.Light: "raised",
    }  # fmt: skip
    for one, token in roles.items():
        palette.setColor(one, colour(token))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, colour("text_disabled"))
    return palette
