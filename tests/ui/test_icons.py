"""Every drawing obeys the grid, and is tinted, sharp and greyed."""

import re

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QApplication

from resources.errors import MissingFile
from resources.files import packaged
from ui import theme
from ui.actions import ACTIONS
from ui.icons import icon, names, pixmap
from ui.theme import colour


def _inked(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }


@pytest.mark.parametrize("name", names())
def test_drawing_obeys_the_grid(name: str) -> None:
    text = packaged("icons", f"{name}.svg").read_text(encoding="utf-8")
    assert 'viewBox="0 0 20 20"' in text
    assert 'stroke="currentColor"' in text
    assert re.findall(r'stroke-width="([^"]+)"', text) == ["1.5"]
    assert not re.search(r"#[0-9a-fA-F]{3}|rgb|<image|<style|href", text)


@pytest.mark.parametrize("name", names())
def test_drawing_leaves_ink_and_stays_inside(qapp: QApplication, name: str) -> None:
    theme.apply(qapp, "dark")
    image = pixmap(name, 20).toImage()
    inked = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 60
    ]
    assert inked
    edge = image.width() - 1
    assert not [(x, y) for x, y in inked if min(x, y) == 0 or max(x, y) == edge]


def test_every_command_has_its_drawing() -> None:
    assert {row.icon for row in ACTIONS if row.icon} <= set(names())


def test_icon_wears_the_colour_asked_for_and_is_grey_when_disabled(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    made = icon("add", "alert")
    size = QSize(20, 20)
    assert _inked(made.pixmap(size, 1.0).toImage()) == {colour("alert").name()}
    disabled = made.pixmap(size, 1.0, QIcon.Mode.Disabled).toImage()
    assert _inked(disabled) == {colour("text_disabled").name()}


def test_icons_of_another_scheme_are_others(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    dark = pixmap("play", 20).toImage()
    theme.apply(qapp, "light")
    light = pixmap("play", 20).toImage()
    theme.apply(qapp, "dark")
    assert dark != light
    assert pixmap("play", 20).toImage() == dark


def test_same_icon_is_drawn_once(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    assert icon("map") is icon("map")


def test_unknown_drawing_is_named(qapp: QApplication) -> None:
    with pytest.raises(MissingFile, match="no-such-icon"):
        icon("no-such-icon")
