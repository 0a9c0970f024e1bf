"""Colours can be read in both schemes, the style sheet knows them, the system is followed."""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from resources.files import packaged
from ui import theme
from ui.theme import THEME, TOKENS, Scheme, Token, colour

WORDS: tuple[Token, ...] = ("text", "text_dim", "accent", "warn", "alert", "good", "training")
GROUNDS: tuple[Token, ...] = ("window", "panel", "raised", "row", "lane")
LEAST = 4.5


@pytest.fixture(autouse=True)
def _dark_again(qapp: QApplication) -> Iterator[None]:
    yield
    theme.apply_wish(qapp, "dark")


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _luminance(tone: QColor) -> float:
    red, green, blue = (_linear(one) for one in (tone.redF(), tone.greenF(), tone.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio by WCAG 2.x, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_formula_knows_its_ends() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_words_can_be_read_on_every_ground(qapp: QApplication, scheme: Scheme) -> None:
    theme.apply(qapp, scheme)
    weak = [
        f"{word} on {ground}: {ratio:.2f}"
        for word, ground in product(WORDS, GROUNDS)
        if (ratio := contrast(colour(word), colour(ground))) < LEAST
    ]
    assert not weak
    for ground in ("selection", "raised"):
        assert contrast(colour("text"), colour(ground)) >= LEAST
    assert contrast(colour("accent_text"), colour("accent")) >= LEAST
    assert contrast(colour("video_text"), colour("video")) >= LEAST


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_style_sheet_is_filled_and_its_drawings_are_there(scheme: Scheme) -> None:
    sheet = theme.style_sheet(scheme)
    assert "$" not in sheet
    drawings = re.findall(r"url\(([^)]+)\)", sheet)
    assert len(drawings) > 10
    for drawing in drawings:
        assert packaged("styles", scheme, drawing.rpartition("/")[2]).as_posix() == drawing


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_drawings_of_the_style_sheet_have_the_colours_of_its_scheme(
    qapp: QApplication, scheme: Scheme
) -> None:
    theme.apply(qapp, scheme)
    ours = {colour(token).name() for token in TOKENS}
    for drawing in packaged("styles", scheme).glob("*.svg"):
        found = set(re.findall(r"#[0-9a-f]{6}", drawing.read_text(encoding="utf-8")))
        assert found, drawing.name
        assert found <= ours, drawing.name


def test_another_scheme_is_told_and_changes_palette_and_colours(
    qapp: QApplication, qtbot: QtBot
) -> None:
    theme.apply(qapp, "dark")
    dark = colour("panel")
    with qtbot.waitSignal(THEME.changed):
        theme.apply(qapp, "light")
    assert colour("panel") != dark
    assert qapp.palette().base().color() == colour("panel")
    assert colour("accent").name() in qapp.styleSheet()


def test_system_is_followed_only_while_wished(qapp: QApplication) -> None:
    theme.apply_wish(qapp, "system")
    assert THEME.scheme == theme.system_scheme()
    theme.apply_wish(qapp, "light")
    qapp.styleHints().colorSchemeChanged.emit(qapp.styleHints().colorScheme())
    assert THEME.scheme == "light"
    theme.apply_wish(qapp, "system")
    theme.apply(qapp, "light")
    qapp.styleHints().colorSchemeChanged.emit(qapp.styleHints().colorScheme())
    assert THEME.scheme == theme.system_scheme()


def test_digits_have_one_width(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "dark")
    label = QLabel()
    qtbot.addWidget(label)
    label.setFont(theme.digits_font(13))
    widths = {label.fontMetrics().horizontalAdvance(digit) for digit in "0123456789"}
    assert len(widths) == 1
    assert label.font().pixelSize() == 13
    assert label.font().family() == qapp.font().family()


def test_tone_of_a_label_changes_with_its_property(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "dark")
    label = QLabel("word")
    qtbot.addWidget(label)
    label.ensurePolished()
    theme.set_property(label, "tone", "alert")
    assert label.palette().windowText().color() == colour("alert")
    theme.set_property(label, "tone", "")
    assert label.palette().windowText().color() == colour("text")
