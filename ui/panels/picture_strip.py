"""How the pictures of the focused tile are made easier to see: for the screen, never burned in."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from ui.theme import digits_font, set_property, text_font
from video.enhance import Deinterlace, Recipe

_WIDTH: Final = 190
_APART: Final = 1
"""Black stays below white by so many hundredths."""


@dataclass(frozen=True, slots=True)
class _Dial:
    """One number of a recipe: hundredths on its slider."""

    name: str
    text: str
    least: int
    most: int


_DIALS: Final = (
    _Dial("black", "Black", 0, 99),
    _Dial("white", "White", 1, 100),
    _Dial("gamma", "Gamma", 20, 500),
    _Dial("denoise", "Noise removal", 0, 100),
)
_KINDS: Final[tuple[tuple[Deinterlace, str], ...]] = (
    ("off", "As recorded"),
    ("blend", "Rows blended"),
    ("bob", "Top field only"),
)


class PictureStrip(QFrame):
    """Controls beside the tiles; every change is told at once."""

    recipe_changed = Signal(object)
    """What is to be done to the pictures (`Recipe`)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picture-strip")
        self.setAccessibleName(self.tr("Picture"))
        self.setFixedWidth(_WIDTH)
        self.recipe = Recipe()
        self.title = QLabel()
        self.title.setWordWrap(True)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.deinterlace = QComboBox()
        self.deinterlace.setObjectName("picture-deinterlace")
        self.deinterlace.setAccessibleName(self.tr("Interlaced rows"))
        for kind, text in _KINDS:
            self.deinterlace.addItem(self.tr(text), kind)
        self.deinterlace.activated.connect(self._change)
        self._dials: dict[str, tuple[QSlider, QLabel]] = {}
        self.reset = QPushButton(self.tr("As recorded"))
        self.reset.setObjectName("picture-reset")
        self.reset.setToolTip(self.tr("Takes all of it back"))
        self.reset.setAccessibleName(self.tr("Pictures as recorded"))
        self.reset.clicked.connect(self._reset)
        self._lay_out()
        self.show_recipe("", self.recipe)

    def slider(self, name: str) -> QSlider:
        """The slider of `black`, `white`, `gamma` or `denoise`."""
        return self._dials[name][0]

    def show_recipe(self, title: str, recipe: Recipe) -> None:
        """The recipe of a source, and how the source is called; nothing is told."""
        self.title.setText(title)
        self.setEnabled(bool(title))
        self.recipe = recipe
        for dial in _DIALS:
            slider, value = self._dials[dial.name]
            number = round(100 * getattr(recipe, dial.name))
            with QSignalBlocker(slider):
                slider.setValue(number)
            value.setText(f"{self.tr(dial.text)} {number / 100:.2f}")
        self.deinterlace.setCurrentIndex(self.deinterlace.findData(recipe.deinterlace))
        self.reset.setEnabled(bool(title) and not recipe.is_plain)

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 8, 12, 8)
        rows.addWidget(self.title)
        rows.addWidget(QLabel(self.tr("Interlaced rows")))
        rows.addWidget(self.deinterlace)
        for dial in _DIALS:
            slider, value = QSlider(Qt.Orientation.Horizontal), QLabel()
            slider.setObjectName(f"picture-{dial.name}")
            slider.setAccessibleName(self.tr(dial.text))
            slider.setRange(dial.least, dial.most)
            slider.setPageStep(10)
            slider.setMinimumHeight(24)
            slider.valueChanged.connect(self._change)
            value.setFont(digits_font(13))
            value.setBuddy(slider)
            self._dials[dial.name] = slider, value
            rows.addWidget(value)
            rows.addWidget(slider)
        rows.addWidget(self.reset)
        note = QLabel(
            self.tr("Seen only: the recording stays as it is. The tile says what is done.")
        )
        note.setWordWrap(True)
        note.setFont(text_font(11))
        set_property(note, "dim", True)
        rows.addWidget(note)
        rows.addStretch(1)

    def _change(self) -> None:
        black, white = self.slider("black").value(), self.slider("white").value()
        if black >= white:
            # The one that is moved pushes the other along.
            if self.sender() is self.slider("white"):
                black = max(white - _APART, 0)
            else:
                white = min(black + _APART, 100)
        recipe = Recipe(
            deinterlace=self.deinterlace.currentData(),
            black=black / 100,
            white=white / 100,
            gamma=self.slider("gamma").value() / 100,
            denoise=self.slider("denoise").value() / 100,
        )
        self._take(recipe)

    def _reset(self) -> None:
        self._take(Recipe())

    def _take(self, recipe: Recipe) -> None:
        changed = recipe != self.recipe
        self.show_recipe(self.title.text(), recipe)
        if changed:
            self.recipe_changed.emit(recipe)
