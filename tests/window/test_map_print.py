"""The map as a picture, a PDF and a print, from the window; each is logged, nothing is replaced."""

import json
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from casefiles import audit
from casefiles.case import Case
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import Key, dialog, message, press
from ui.dialogs.map_picture import MapPictureDialog
from workstation.desktop.desktop import Desktop


def _events(case: Case) -> list[str]:
    rows = case.read(lambda cursor: list(audit.stored_rows(cursor)))
    return [json.loads(row.text)["event"] for row in rows]


def test_the_map_is_saved_and_printed_and_nothing_is_replaced(
    qtbot: QtBot, desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.waitUntil(lambda: desktop.map.map.is_settled, timeout=PATIENCE_MS)
    sight = desktop.map.map_sight
    desktop.actions["map.blind"].trigger()
    qtbot.waitUntil(lambda: sight.spots is not None, timeout=PATIENCE_MS)
    for name in ("map.png", "map.pdf"):
        desktop.actions["map.picture"].trigger()
        asked = dialog(qtbot, desktop, MapPictureDialog)
        asked.out.field.setText(str(tmp_path / name))
        with qtbot.waitSignal(desktop.session.notice, timeout=PATIENCE_MS) as told:
            press(desktop, Key.Key_Return)
        assert told.args is not None
        assert name in told.args[0]
    page = QImage(str(tmp_path / "map.png"))
    assert page.width() > page.height() > 1900
    # The practice case is one: what leaves it says so. The stamp's frame is dark on light.
    ink = page.copy(page.width() * 3 // 4, 90, page.width() // 4 - 110, 60)
    assert min(ink.pixelColor(x, 20).lightness() for x in range(ink.width())) < 80
    assert (tmp_path / "map.pdf").read_bytes().startswith(b"%PDF")

    desktop.actions["map.picture"].trigger()
    dialog(qtbot, desktop, MapPictureDialog).out.field.setText(str(tmp_path / "map.pdf"))
    with qtbot.waitSignal(desktop.session.failed, timeout=PATIENCE_MS):
        press(desktop, Key.Key_Return)
    qtbot.waitUntil(lambda: "there already" in message(qtbot, desktop).title)

    def into_a_file() -> QPrinter:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "print.pdf"))
        return printer

    monkeypatch.setattr(desktop.mapping.printing, "ask_printer", into_a_file)
    desktop.actions["map.print"].trigger()
    dialog(qtbot, desktop, MapPictureDialog)
    with qtbot.waitSignal(desktop.session.notice, timeout=PATIENCE_MS):
        press(desktop, Key.Key_Return)
    assert (tmp_path / "print.pdf").stat().st_size > 10_000
    case = desktop.session.case
    assert case is not None
    # Read here, for it is the test that looks.
    events: list[list[str]] = []
    desktop.session.ask(_events, events.append)
    qtbot.waitUntil(lambda: bool(events), timeout=PATIENCE_MS)
    assert events[0].count("map.export") == 2
    assert events[0].count("map.print") == 1
