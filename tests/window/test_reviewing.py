"""Journeys on the practice case: results decided on by keys alone, taken back, exported."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.support.slot_clock import slot_clock
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import control, message, press, write
from workstation.desktop.desktop import Desktop

Key = Qt.Key


def search(qtbot: QtBot, desktop: Desktop, text: str) -> None:
    press(desktop, Key.Key_Slash)
    write(desktop, text)
    press(desktop, Key.Key_Return)
    qtbot.waitUntil(
        lambda: desktop.session.hits is not None and desktop.session.hits.complete,
        timeout=PATIENCE_MS,
    )


def said(desktop: Desktop) -> list[str]:
    return sorted(desktop.results.review.verdicts.values())


def test_keys_confirm_reject_and_take_back_in_gallery_and_list(
    qtbot: QtBot, desktop: Desktop
) -> None:
    search(qtbot, desktop, "person")
    panel = desktop.results
    with slot_clock() as clock:
        # From the question to the hits, then a word a key.
        press(desktop, Key.Key_Period)
        panel.take_keyboard()
        press(desktop, Key.Key_Y, Key.Key_N)
        qtbot.waitUntil(lambda: panel.precision.text().startswith("1 of 2"), timeout=PATIENCE_MS)
        panel.set_mode(as_list=True)
        panel.take_keyboard()
        press(desktop, Key.Key_Y)
        qtbot.waitUntil(lambda: panel.precision.text().startswith("2 of 3"), timeout=PATIENCE_MS)
        control(desktop, Key.Key_Z)
        qtbot.waitUntil(lambda: panel.precision.text().startswith("1 of 2"), timeout=PATIENCE_MS)
    clock.check()
    assert said(desktop) == ["right", "wrong"]


def test_letters_typed_into_the_question_decide_nothing(qtbot: QtBot, desktop: Desktop) -> None:
    search(qtbot, desktop, "person")
    press(desktop, Key.Key_Period, Key.Key_Slash)
    write(desktop, "yn")
    assert desktop.search.field.text().endswith("yn")
    assert said(desktop) == []


def test_results_are_exported_with_what_was_said_and_compared_later(
    qtbot: QtBot, desktop: Desktop, tmp_path: Path
) -> None:
    search(qtbot, desktop, "vehicle")
    press(desktop, Key.Key_Period)
    desktop.results.take_keyboard()
    press(desktop, Key.Key_Y)
    qtbot.waitUntil(lambda: desktop.results.precision.isVisible(), timeout=PATIENCE_MS)
    out = tmp_path / "out"
    desktop.reviewing.export(out)
    qtbot.waitUntil((out / "SHA256SUMS").exists, timeout=180_000)
    told = message(qtbot, desktop)
    assert "stills written" in told.title
    (table,) = out.glob("*results.csv")
    assert table.name == "TRAINING-results.csv"
    assert ",right," in table.read_text(encoding="utf-8-sig")
    assert len(list(out.glob("*.png"))) == table.read_text(encoding="utf-8-sig").count(".png")
    desktop.actions["find.compare"].trigger()
    qtbot.waitUntil(lambda: "the same answer" in message(qtbot, desktop).title, timeout=PATIENCE_MS)
