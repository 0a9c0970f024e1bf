"""Stills and clips out of the window: asked for by key, made in a job, checked by their hashes."""

import hashlib
import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QInputDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.support.bad_disks import small_disk
from tests.support.gui_guards import GuiGuards
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import Key, control, dialog, jobs_ended, message, press
from ui.dialogs.export import ClipsDialog, StillDialog
from video.decoder import open_source
from video.enhance import Recipe
from workstation.desktop.desktop import Desktop

SECOND_NS = 1_000_000_000


def press_clips(desktop: Desktop) -> None:
    desktop.actions["export.clips"].trigger()


def mark(desktop: Desktop, from_s: float, to_s: float) -> None:
    start, _ = desktop.playback.span
    desktop.timeline.set_span(start + round(from_s * SECOND_NS), start + round(to_s * SECOND_NS))


def look_at(desktop: Desktop, qtbot: QtBot, at_s: float) -> None:
    """Shows a moment, with a tile focused that shows a picture of it."""
    desktop.playback.seek(desktop.playback.span[0] + round(at_s * SECOND_NS))
    qtbot.waitUntil(lambda: desktop.settled() and bool(pictured(desktop)), timeout=PATIENCE_MS)
    desktop.tiles.focus_source(pictured(desktop)[0])


def pictured(desktop: Desktop) -> list[int]:
    """The sources whose tile shows a picture."""
    shown = {one: desktop.playback.shown(one) for one in desktop.tiles.shown}
    return [one for one, tile in shown.items() if tile is not None and tile.state == "frame"]


def previewed(qtbot: QtBot, asked: ClipsDialog) -> str:
    qtbot.waitUntil(asked.button.isEnabled, timeout=PATIENCE_MS)
    return asked.preview.text()


def keep_picture(widget: QWidget, name: str, folder: Path) -> None:
    assert widget.grab().save(str(folder / name))


def test_the_span_of_two_cameras_goes_out_as_excerpts_and_exact_clips(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path, guards: GuiGuards
) -> None:
    mark(desktop, 2.0, 3.0)
    press_clips(desktop)
    asked = dialog(qtbot, desktop, ClipsDialog)
    assert "MB" in previewed(qtbot, asked)
    assert len(asked.cameras.checked()) > 1
    for row in range(2, asked.cameras.count()):
        asked.cameras.item(row).setCheckState(asked.cameras.item(row).checkState().Unchecked)
    for row in range(2):
        asked.cameras.item(row).setCheckState(asked.cameras.item(row).checkState().Checked)
    assert not asked.burn.isEnabled(), "nothing is written into a stream copy"
    asked.mode.setCurrentIndex(asked.mode.findData("both"))
    asked.burn.setChecked(True)
    out = tmp_path / "clips"
    asked.folder.field.setText(str(out))
    assert "2 cameras" in previewed(qtbot, asked)
    keep_picture(asked, "clips.png", tmp_path)
    press(desktop, Key.Key_Return)
    jobs_ended(qtbot, desktop)
    told = message(qtbot, desktop)
    assert told.title == "4 clips exported, with manifest and hashes"
    assert told.action == "Show folder"
    names = {path.name for path in out.iterdir()}
    sums = (out / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    assert {line.split("  ")[1] for line in sums} == names - {"SHA256SUMS"}
    for line in sums:
        digest, name = line.split("  ")
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    said = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert said["training"] is True
    assert sorted(one["kind"] for one in said["files"]) == [
        "original excerpt", "original excerpt", "re-encoded derivative", "re-encoded derivative",
    ]  # fmt: skip
    for one in said["files"]:
        with guards.lifted(), open_source(out / one["file"]) as decoder:
            assert sum(1 for _ in decoder.frames()) == len(decoder.index)


def test_what_cannot_be_exported_is_said_before_it_is_tried(desktop: Desktop, qtbot: QtBot) -> None:
    mark(desktop, 2.0, 3.0)
    press_clips(desktop)
    asked = dialog(qtbot, desktop, ClipsDialog)
    previewed(qtbot, asked)
    asked.begin.setText("2031-01-01T00:00:00Z")
    asked.end.setText("yesterday")
    qtbot.waitUntil(lambda: "is not a time" in asked.preview.text(), timeout=PATIENCE_MS)
    asked.end.setText("2031-01-01T00:00:09Z")
    qtbot.waitUntil(lambda: "no footage lies" in asked.preview.text(), timeout=PATIENCE_MS)
    assert not asked.button.isEnabled()
    asked.reject()


def test_clips_need_a_span(desktop: Desktop) -> None:
    assert not desktop.actions["export.clips"].isEnabled()
    mark(desktop, 1, 2)
    assert desktop.actions["export.clips"].isEnabled()


def test_the_frame_on_show_is_saved_with_its_sidecar(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    look_at(desktop, qtbot, 2.5)
    source_id = desktop.tiles.focused_source()
    assert source_id is not None
    shown = desktop.playback.shown(source_id)
    assert shown is not None
    assert shown.state == "frame"
    control(desktop, Key.Key_S)
    asked = dialog(qtbot, desktop, StillDialog)
    asked.out.field.setText(str(tmp_path / "still.png"))
    asked.average.setValue(3)
    keep_picture(asked, "still-dialog.png", tmp_path)
    press(desktop, Key.Key_Return)
    jobs_ended(qtbot, desktop)
    assert message(qtbot, desktop).title == "Frame saved: still.png"
    said = json.loads((tmp_path / "still.png.json").read_text(encoding="utf-8"))
    assert said["frame"]["number"] == shown.number
    assert said["source"]["id"] == source_id
    assert len(said["recipe"]["averaged_pts"]) == 3


def test_a_frame_of_every_tile_is_saved_as_it_is_shown(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_at(desktop, qtbot, 2.5)
    monkeypatch.setattr(desktop.tiles, "recipe_of", lambda _: Recipe(gamma=1.5))
    desktop.actions["export.stills"].trigger()
    asked = dialog(qtbot, desktop, QInputDialog)
    asked.setTextValue(str(tmp_path))
    asked.accept()
    jobs_ended(qtbot, desktop)
    message(qtbot, desktop)
    sidecars = [json.loads(path.read_text("utf-8")) for path in tmp_path.glob("*.png.json")]
    assert 1 < len(sidecars) <= len(desktop.tiles.shown)
    assert {tuple(one["recipe"]["steps"]) for one in sidecars} == {("gamma 1.50",)}


def ask_long_clips(desktop: Desktop, qtbot: QtBot, out: Path) -> None:
    """Twenty seconds of everything, excerpts and exact clips: work for a while."""
    mark(desktop, 0.0, 20.0)
    press_clips(desktop)
    asked = dialog(qtbot, desktop, ClipsDialog)
    asked.mode.setCurrentIndex(asked.mode.findData("both"))
    asked.folder.field.setText(str(out))
    previewed(qtbot, asked)
    press(desktop, Key.Key_Return)


def test_closing_the_window_while_clips_are_written_leaves_nothing_of_them(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path, guards: GuiGuards
) -> None:
    out = tmp_path / "clips"
    ask_long_clips(desktop, qtbot, out)
    qtbot.waitUntil(lambda: out.is_dir() and any(out.iterdir()), timeout=PATIENCE_MS)
    with guards.lifted():
        desktop.close()
    assert not out.exists()


def test_a_disk_that_fills_up_is_one_message_and_what_was_finished_stays(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "stick", megabytes=16) as stick:
        out = stick.path / "clips"
        ask_long_clips(desktop, qtbot, out)
        qtbot.waitUntil(lambda: any(out.glob("*.mp4")) if out.is_dir() else False,
                        timeout=PATIENCE_MS)  # fmt: skip
        stick.fill()
        qtbot.waitUntil(lambda: bool(desktop.banner.messages), timeout=PATIENCE_MS)
        jobs_ended(qtbot, desktop)
        told = desktop.banner.messages[-1]
        assert "cannot be written" in told.title + told.hint
        assert desktop.window.isVisible()
        assert not list(out.glob("*.part") if out.is_dir() else ())
        if out.is_dir():
            said = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
            assert said["complete"] is False
            assert {one["file"] for one in said["files"]} == {
                path.name for path in out.iterdir() if path.suffix in {".mp4", ".mkv", ".mov"}
            }
