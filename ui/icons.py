"""Icons by name, drawn once in one line-weight and tinted from the palette.

The drawings are `resources/icons/*.svg`: a 20 × 20 grid, lines 1.5 wide in `currentColor`.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resources.files import packaged
from ui.theme import THEME, Token, colour

SIZES: Final = (16, 20, 24)
"""Sides that are drawn ahead, in pixels at scale 1; Qt picks the nearest."""

_asked: Final[dict[tuple[str, Token], None]] = {}


def icon(name: str, token: Token = "text") -> QIcon:
    """The icon of that name in a colour of the scheme in force, greyed where disabled.

    Ask again on `THEME.changed`: an icon keeps the colours it was made with.

    Raises:
        MissingFile: there is no such drawing.
    """
    made = _icon(name, colour(token).name(), colour("text_disabled").name(), _ratio())
    _asked[name, token] = None
    return made


def pixmap(name: str, side: int, token: Token = "text") -> QPixmap:
    """The drawing as a square of `side` pixels at scale 1, sharp on the present screen.

    Raises:
        MissingFile: there is no such drawing.
    """
    return _pixmap(name, side, colour(token).name(), _ratio())


@cache
def names() -> tuple[str, ...]:
    """Every icon there is, sorted."""
    return tuple(sorted(file.stem for file in packaged("icons").glob("*.svg")))


def _draw_ahead() -> Iterator[None]:
    """Draws what was ever asked for in the colours of the scheme in force."""
    for name, token in tuple(_asked):
        icon(name, token)
        yield


THEME.ahead.append(_draw_ahead)


def _ratio() -> float:
    app = QGuiApplication.instance()
    return app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0


@cache
def _icon(name: str, tone: str, disabled: str, ratio: float) -> QIcon:
    made = QIcon()
    for side in SIZES:
        plain = _pixmap(name, side, tone, ratio)
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Active, QIcon.Mode.Selected):
            made.addPixmap(plain, mode)
        made.addPixmap(_pixmap(name, side, disabled, ratio), QIcon.Mode.Disabled)
    return made


@cache
def _pixmap(name: str, side: int, tone: str, ratio: float) -> QPixmap:
    drawing = _drawing(name).replace("currentColor", QColor(tone).name())
    picture = QPixmap(QSize(side, side) * ratio)
    picture.fill(Qt.GlobalColor.transparent)
    picture.setDevicePixelRatio(ratio)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return picture


@cache
def _drawing(name: str) -> str:
    return packaged("icons", f"{name}.svg").read_text(encoding="utf-8")
