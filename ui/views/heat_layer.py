"""A heat map over a picture, with its legend; and what is brushed on it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from casefiles.usecases.read_heat import HeatMap, heat_colours
from ui.theme import on_video, text_font
from ui.tools.picture_map import PictureMap

_BAR: Final = (120.0, 8.0)
_EDGE: Final = 6.0
_LINE: Final = 16.0
_DARK: Final = QColor(0, 0, 0, 170)


class HeatLayer:
    """A heat map as an image, made once."""

    def __init__(self, found: HeatMap) -> None:
        self.found = found
        colours = heat_colours(found)
        height, width = found.grid.shape
        self._image = QImage(
            colours.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888
        ).copy()
        self._ramp = QImage(64, 1, QImage.Format.Format_RGB32)
        # The very scale of the cells: square roots, dark to light.
        scale = HeatMap(
            found.kind, _ramp_of(), found.cell_px, found.size, found.unit, (), 0
        )  # fmt: skip
        for at, (red, green, blue, _) in enumerate(heat_colours(scale)[0].tolist()):
            self._ramp.setPixelColor(at, 0, QColor(red, green, blue))

    @property
    def words(self) -> tuple[str, str]:
        """What is shown, and from how much on a cell has the lightest colour."""
        found = self.found
        kinds = {
            "paths": QCoreApplication.translate("HeatLayer", "Time in view"),
            "dwell": QCoreApplication.translate("HeatLayer", "Time standing"),
            "stops": QCoreApplication.translate("HeatLayer", "Stops of 2 s or more"),
        }
        title = QCoreApplication.translate("HeatLayer", "{0} · {1} tracks · cell {2} px").format(
            kinds[found.kind], f"{found.tracks:,}", found.cell_px
        )
        unit = "" if found.kind == "stops" else " s"
        full = f"{found.full:.0f}" if found.full >= 10 or not unit else f"{found.full:.1f}"
        return title, f"{'≥ ' if found.full < found.most else ''}{full}{unit}"

    def paint(self, painter: QPainter, place: PictureMap) -> None:
        """Over the picture where it lies; the legend at the lower right of the view,
        above what tools say."""
        left, top = place.to_view((0.0, 0.0))
        height, width = self.found.grid.shape
        side = self.found.cell_px * place.scale
        painter.save()
        right, low = place.to_view((float(place.source[0]), float(place.source[1])))
        painter.setClipRect(QRectF(left, top, right - left, low - top))
        painter.drawImage(QRectF(left, top, width * side, height * side), self._image)
        painter.restore()
        title, most = self.words
        painter.save()
        painter.setFont(text_font(11))
        wide = max(painter.fontMetrics().horizontalAdvance(title) + 2 * _EDGE, _BAR[0] + 70)
        box = QRectF(place.view[0] - wide - _EDGE, place.view[1] - 4.6 * _LINE, wide, 2.4 * _LINE)
        painter.fillRect(box, _DARK)
        painter.setPen(on_video("video_text"))
        line = box.adjusted(_EDGE, 2, -_EDGE, -box.height() + 2 + _LINE)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        line.translate(0, _LINE)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "0")
        bar = QRectF(line.left() + 12, line.center().y() - _BAR[1] / 2, *_BAR)
        painter.drawImage(bar, self._ramp)
        line.setLeft(bar.right() + 6)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, most)
        painter.restore()


def _ramp_of() -> NDArray[np.float32]:
    return np.square(np.linspace(0.01, 1, 64, dtype=np.float32))[None]
