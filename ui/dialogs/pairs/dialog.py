"""Pairs of points marked side by side, in a picture and on a map, with the fit as it stands.

It knows no case: what is to be fitted, read or kept goes out as a signal; answers come in.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from casefiles.calibration_types import Point
from mapview.qt.map_colours import MapColours
from mapview.qt.picture import Render
from ui.dialogs.form import FormDialog, dim_label, named
from ui.dialogs.pairs.book import PairBook, Sheet
from ui.dialogs.pairs.dots import Dot
from ui.dialogs.pairs.map_pane import MapPane
from ui.dialogs.pairs.pair_table import PairTable
from ui.dialogs.pairs.picture_pane import PicturePane
from ui.dialogs.pairs.shown import FitShown, Residual, words_of_worst
from ui.icons import icon
from ui.theme import THEME, set_property, text_font

_UNJUDGED: Final = Residual(None, None, None, None, used=True, worst=False)


class PairsDialog(FormDialog):
    """Asks for a fit whenever the pairs change (`fit_wanted`), and to keep what was found."""

    fit_wanted = Signal()
    """Of `book.sheet`; the answer is `show_fit` or `refuse`."""
    wanted = Signal()
    """Keep the fit shown."""
    import_wanted = Signal()
    export_wanted = Signal()

    def __init__(
        self,
        name: str,
        title: str,
        explanation: str,
        *,
        colours: Callable[[], MapColours],
        render: Render,
        keep: str,
        least: int,
        parent: QWidget | None = None,
    ) -> None:
        """`keep` is what the button at the foot says; `least` how many pairs make a fit."""
        super().__init__(name, title, explanation, parent)
        self._least = least
        self._keep_words = keep
        self.book = PairBook(parent=self)
        self.near: list[Point] = []
        """What the map shows beside the pairs, (lon, lat)."""
        self.fit: FitShown | None = None
        """What is shown; None while there is none, or it is being made."""
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.rows.addLayout(self.head)
        self.picture = PicturePane("pairs-picture", self.tr("Picture: points of the pairs"))
        self.ground = MapPane(colours, render)
        self.table = PairTable(self.book, self.refuse)
        self._make_panes()
        self._make_foot()
        self._connect()
        room = self.screen().availableGeometry()
        self.resize(min(1240, room.width() - 40), min(860, room.height() - 60))
        self._follow()

    @property
    def may_keep(self) -> bool:
        """Whether what is shown is a fit of the pairs there are."""
        return self.keep_button.isEnabled()

    def set_sheet(self, sheet: Sheet) -> None:
        """Pairs to begin with; there is nothing to undo yet."""
        self.book = self._bound(PairBook(sheet, self), self.book)
        self._follow()
        self.fit_wanted.emit()

    def show_pairs(self) -> None:
        """The map shows the places of the pairs, and what is near."""
        sheet = self.book.sheet
        places = [sheet.lonlat(one.place) for one in sheet.entries if one.place is not None]
        self.ground.show_around([*(one for one in places if one is not None), *self.near])

    def set_picture(self, image: QImage) -> None:
        """Shows another picture of the same points."""
        self.picture.set_image(image)

    def show_fit(self, fit: FitShown) -> None:
        """The pairs there are give this."""
        self.fit = fit
        self.headline.setText(fit.headline)
        self.worst.setText(words_of_worst(fit))
        set_property(self.worst, "tone", "alert" if fit.wrong else "warn")
        self.worst.setVisible(bool(self.worst.text()))
        # Sentences begin with a small letter where the command line continues one.
        self.notes.setText("\n".join(f"{one[:1].upper()}{one[1:]}." for one in fit.notes))
        self.notes.setVisible(bool(fit.notes))
        self.keep_button.setEnabled(True)
        self._draw()

    def refuse(self, why: str) -> None:
        """Why there is no fit, or what was typed is not taken; the lines of the fit before go."""
        self.worst.setText(why)
        set_property(self.worst, "tone", "warn")
        self.worst.show()

    def no_fit(self, why: str) -> None:
        """The pairs there are give none."""
        self.fit = None
        self.headline.setText(self._wish())
        self.notes.hide()
        self.keep_button.setEnabled(False)
        self.refuse(why)
        if not why:
            self.worst.hide()
        self._draw()

    def accept(self) -> None:
        if self.may_keep:
            self.wanted.emit()

    def finish(self) -> None:
        """Goes; it was kept."""
        super().accept()

    def needs_more(self) -> bool:
        """Whether there are too few pairs to ask for a fit."""
        sheet = self.book.sheet
        return not sheet.homography and len(sheet.whole) < self._least

    # -- made of

    def _make_panes(self) -> None:
        self.show_grid = self._tick("pairs-grid", self.tr("Grid and horizon"))
        self.show_laid = self._tick("pairs-laid", self.tr("Picture on the map"))
        self.show_outline = self._tick("pairs-outline", self.tr("What it sees"))
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        named(self.opacity, "pairs-opacity", self.tr("How strong the picture lies on the map"))
        self.opacity.setRange(10, 100)
        self.opacity.setValue(60)
        self.opacity.setMaximumWidth(110)
        left, right = QWidget(), QWidget()
        for side, pane, tools in (
            (left, self.picture, (self.show_grid,)),
            (right, self.ground, (self.show_laid, self.opacity, self.show_outline)),
        ):
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(6)
            column.addWidget(pane, 1)
            row = QHBoxLayout()
            for tool in tools:
                row.addWidget(tool)
            row.addStretch(1)
            column.addLayout(row)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(left)
        self.split.addWidget(right)
        self.split.setChildrenCollapsible(False)
        self.split.setSizes([640, 560])
        self.rows.addWidget(self.split, 1)

    def _make_foot(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(16)
        self.table.setFixedHeight(196)
        row.addWidget(self.table, 7)
        side = QVBoxLayout()
        side.setSpacing(6)
        self.headline = QLabel()
        self.headline.setObjectName("pairs-headline")
        self.headline.setWordWrap(True)
        self.headline.setFont(text_font(13, bold=True))
        self.worst = QLabel()
        self.worst.setObjectName("what-is-wrong")
        self.worst.setWordWrap(True)
        self.notes = dim_label("")
        self.notes.setObjectName("pairs-notes")
        for label in (self.headline, self.worst, self.notes):
            label.setTextFormat(Qt.TextFormat.PlainText)
            side.addWidget(label)
        side.addStretch(1)
        tools = QHBoxLayout()
        self.undo_button = self._tool("undo", self.tr("Undo (Ctrl+Z)"), lambda: self.book.undo())
        self.redo_button = self._tool("redo", self.tr("Redo (Ctrl+Y)"), lambda: self.book.redo())
        self.delete_button = self._tool("trash", self.tr("Delete the pair (Del)"), self._delete)
        self.import_button = self._tool(
            "import", self.tr("Take pairs from a file…"), self.import_wanted.emit
        )
        self.export_button = self._tool(
            "export", self.tr("Save the pairs as a file…"), self.export_wanted.emit
        )
        self.tools: tuple[QToolButton, ...] = (
            self.undo_button, self.redo_button, self.delete_button,
            self.import_button, self.export_button,
        )  # fmt: skip
        for button in self.tools:
            tools.addWidget(button)
        tools.addStretch(1)
        side.addLayout(tools)
        row.addLayout(side, 3)
        self.rows.addLayout(row)
        self.keep_button = self.add_buttons(self._keep_words)
        self.keep_button.setEnabled(False)
        # Enter marks and types here: it must not keep a calibration by accident.
        self.keep_button.setAutoDefault(False)
        self.keep_button.setDefault(False)

    @property
    def button_box(self) -> QDialogButtonBox:
        """The buttons at the foot."""
        found = self.findChild(QDialogButtonBox, "buttons")
        assert found is not None
        return found

    def _tick(self, name: str, text: str) -> QCheckBox:
        box = QCheckBox(text)
        named(box, name, text)
        box.setChecked(True)
        box.toggled.connect(self._draw)
        return box

    def _tool(self, picture: str, tip: str, act: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        named(button, f"pairs-{picture}", tip)
        button.setToolTip(tip)
        button.setIcon(icon(picture))
        button.clicked.connect(lambda _=False: act())
        return button

    def _connect(self) -> None:
        self.opacity.valueChanged.connect(self._draw)
        for keys, act in (
            (QKeySequence.StandardKey.Undo, lambda: self.book.undo()),
            (QKeySequence.StandardKey.Redo, lambda: self.book.redo()),
        ):
            for sequence in QKeySequence.keyBindings(keys):
                QShortcut(sequence, self).activated.connect(act)
        picture, ground = self.picture, self.ground
        picture.marked.connect(lambda x, y: self.book.mark_image((x, y)))
        ground.marked.connect(self._mark_place)
        picture.dragged.connect(lambda number, x, y: self.book.move_image(number - 1, (x, y)))
        picture.nudged.connect(lambda number, x, y: self.book.move_image(number - 1, (x, y)))
        ground.dragged.connect(lambda number, x, y: self.book.move_lonlat(number - 1, (x, y)))
        ground.nudged.connect(lambda number, x, y: self.book.move_lonlat(number - 1, (x, y)))
        for pane in (picture, ground):
            pane.grabbed.connect(self._grab)
            pane.dropped.connect(lambda: self.book.let_go())
            pane.removed.connect(lambda number: self.book.remove(number - 1))
            pane.left.connect(lambda: self.book.choose(None))
        THEME.changed.connect(self._dress)
        self._bound(self.book, None)

    def _bound(self, book: PairBook, before: PairBook | None) -> PairBook:
        if before is not None:
            before.changed.disconnect(self._changed)
            before.chosen_changed.disconnect(self._follow)
            self.table.set_book(book)
            before.deleteLater()
        book.changed.connect(self._changed)
        book.chosen_changed.connect(self._follow)
        return book

    # -- what hands do

    def _grab(self, number: int) -> None:
        self.book.choose(number - 1)
        self.book.hold()

    def _mark_place(self, lon: float, lat: float) -> None:
        if not self.book.mark_place((lon, lat)):
            self.refuse(self.tr(
                "These metres lie on no map: type the place into the table, or say where their "
                "(0, 0) is."
            ))  # fmt: skip

    def _delete(self) -> None:
        if self.book.chosen is not None:
            self.book.remove(self.book.chosen)

    # -- looks

    def _changed(self) -> None:
        # What is shown belongs to other pairs from now on.
        self.keep_button.setEnabled(False)
        self._follow()
        if self.needs_more():
            self.no_fit("")
        else:
            self.fit_wanted.emit()

    def _follow(self) -> None:
        book = self.book
        self.undo_button.setEnabled(book.can_undo)
        self.redo_button.setEnabled(book.can_redo)
        self.delete_button.setEnabled(book.chosen is not None)
        self.export_button.setEnabled(bool(book.sheet.whole))
        if self.fit is None:
            self.headline.setText(self._wish())
        self._draw()

    def _wish(self) -> str:
        """What to do next, in one sentence."""
        sheet = self.book.sheet
        at = self.book.open_entry
        if at is not None:
            missing_place = sheet.entries[at].place is None
            text = (
                self.tr("Pair {0}: now click the same point on the map.")
                if missing_place
                else self.tr("Pair {0}: now click the same point in the picture.")
            )
            return text.format(at + 1)
        count = len(sheet.whole)
        if count < self._least:
            return self.tr(
                "Click a point on the ground in the picture and the same point on the map, in "
                "either order: {0} of at least {1} pairs."
            ).format(count, self._least)
        return self.tr("{0} pairs.").format(count)

    def _draw(self) -> None:
        """Points and lines of the entries and of the fit."""
        fit, sheet, chosen = self.fit, self.book.sheet, self.book.chosen
        in_picture, on_map = [], []
        for at, entry in enumerate(sheet.entries):
            row = _UNJUDGED if fit is None else fit.residuals.get(at, _UNJUDGED)
            plain = Dot((0.0, 0.0), at + 1, not row.used, row.worst and row.used,
                        not entry.is_whole, at == chosen)  # fmt: skip
            if entry.image is not None:
                said = None if fit is None else fit.seen_at.get(at)
                in_picture.append(replace(plain, at=entry.image, said=said))
            lonlat = None if entry.place is None else sheet.lonlat(entry.place)
            if lonlat is not None:
                said = None if fit is None else fit.lies_at.get(at)
                on_map.append(replace(plain, at=lonlat, said=said))
        self.picture.set_dots(in_picture)
        lines = self.show_grid.isChecked() and fit is not None
        if lines and fit is not None:
            self.picture.set_ground(fit.step_m, fit.grid, fit.horizon)
        else:
            self.picture.set_ground(0.0, (), None)
        tool = self.ground.tool
        tool.dots = tuple(on_map)
        tool.laid = None if fit is None else fit.laid
        tool.outline = () if fit is None else fit.outline
        tool.shows_laid = self.show_laid.isChecked()
        tool.shows_outline = self.show_outline.isChecked()
        tool.opacity = self.opacity.value() / 100
        tool.hint = "" if sheet.has_earth else self.tr("These metres lie on no map.")
        self.ground.map.update()
        self.table.show_fit(fit)

    def _dress(self) -> None:
        for button in self.tools:
            button.setIcon(icon(button.objectName().removeprefix("pairs-")))
