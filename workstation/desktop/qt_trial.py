"""What a started Qt has here; run in a process of its own by the self-test."""

import PySide6QtAds
from PySide6 import QtSvg
from PySide6.QtGui import QFontDatabase, QImageReader
from PySide6.QtWidgets import QApplication

from ui import theme

LOADED = (PySide6QtAds, QtSvg)
"""Used by the window; loaded here so that one that cannot be is named."""


def facts() -> dict[str, object]:
    """Starts an application, and ends the process where Qt finds no platform to start on."""
    app = QApplication.instance() or QApplication(["selftest"])
    formats = sorted({bytes(name.data()).decode() for name in QImageReader.supportedImageFormats()})
    return {
        "platform": app.platformName() if isinstance(app, QApplication) else "",
        "formats": formats,
        "fonts": len(QFontDatabase.families()),
        "family": theme.text_font().family(),
    }
