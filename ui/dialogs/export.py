"""Dialogs for what leaves a case: one still, and clips of several cameras over a span."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from casefiles.usecases.plan_clips import ClipModes, ClipsWanted
from resources.errors import UserError
from ui.dialogs.form import FormDialog, dim_label, named
from ui.models.time_entry import wall_of_entry
from ui.models.wall_text import local
from ui.views.check_list import CheckList, Choice
from video.enhance import Recipe

_TYPING_MS: Final = 250
_WIDE: Final = 560


@dataclass(frozen=True, slots=True)
class ClipChoice:
    """A camera, or a recording without one, that clips can be made of."""

    title: str
    camera_id: str | None
    source_id: int | None


class PathRow(QWidget):
    """A field for a path, and a button that asks for one."""

    def __init__(self, name: str, spoken: str, path: Path) -> None:
        super().__init__()
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        self.field = QLineEdit(str(path))
        named(self.field, name, spoken)
        self.button = QPushButton(self.tr("Choose…"))
        named(self.button, f"{name}-choose", self.tr("Choose: {0}").format(spoken))
        self.button.setAutoDefault(False)
        across.addWidget(self.field, 1)
        across.addWidget(self.button)

    @property
    def path(self) -> Path:
        """What is written in the field."""
        return Path(self.field.text().strip()).expanduser()

    def ask(self, title: str, mode: QFileDialog.FileMode) -> None:
        """Asks for another one."""
        dialog = QFileDialog(self.window(), title, str(self.path.parent))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        if mode == QFileDialog.FileMode.AnyFile:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            # Nothing is ever replaced: the export says so in its own words.
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(self.field.setText)
        dialog.open()


class StillDialog(FormDialog):
    """Where a still goes, and of how many pictures it is made."""

    def __init__(self, said: str, out: Path, recipe: Recipe, parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("StillDialog", "Save this frame")
        super().__init__("still-dialog", title, said, parent)
        self._recipe = recipe
        form = self.add_form()
        self.out = PathRow("still-file", self.tr("Picture file"), out)
        self.out.button.clicked.connect(
            lambda: self.out.ask(self.tr("Picture file"), QFileDialog.FileMode.AnyFile)
        )
        form.addRow(self.tr("File"), self.out)
        self.average = QSpinBox()
        self.average.setRange(1, 256)
        self.average.setValue(recipe.averaged)
        named(self.average, "still-average", self.tr("How many pictures are averaged"))
        form.addRow(self.tr("Average"), self.average)
        steps = ", ".join(recipe.steps())
        self.rows.addWidget(
            dim_label(
                self.tr("Done to the picture as in the tile: {0}.").format(steps)
                if steps
                else self.tr("Nothing is done to the picture: pixels as decoded, 1:1.")
            )
        )
        self.rows.addWidget(
            dim_label(self.tr("A sidecar beside it holds source, hashes, both times and recipe."))
        )
        self.add_buttons(self.tr("Save"))
        self.setMinimumWidth(_WIDE)

    def recipe(self) -> Recipe:
        """What is done to the picture, with the number of pictures as chosen."""
        one = self._recipe
        return Recipe(one.deinterlace, one.black, one.white, one.gamma, one.denoise,
                      self.average.value())  # fmt: skip


class ClipsDialog(FormDialog):
    """Which cameras, from when to when, as what, and into which folder; says what will come."""

    preview_wanted = Signal(object)
    """What is chosen now (`ClipsWanted`): whoever hears it answers with `show_preview`."""

    def __init__(
        self,
        choices: Sequence[ClipChoice],
        checked: Sequence[ClipChoice],
        span: tuple[int, int],
        zone_name: str,
        folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "clips-dialog",
            QCoreApplication.translate("ClipsDialog", "Export clips of the span"),
            QCoreApplication.translate(
                "ClipsDialog",
                "A new folder with the clips, a manifest and the hashes of all files.",
            ),
            parent,
        )
        self._zone_name, self._span = zone_name, span
        form = self.add_form()
        self.cameras = CheckList([Choice(one, one.title) for one in choices], checked)
        named(self.cameras, "clip-cameras", self.tr("Cameras to export"))
        form.addRow(self.tr("Cameras"), self.cameras)
        self.begin = self._time_field("clip-from", self.tr("From"), span[0])
        self.end = self._time_field("clip-to", self.tr("To"), span[1])
        form.addRow(self.tr("From"), self.begin)
        form.addRow(self.tr("To"), self.end)
        self.mode = QComboBox()
        named(self.mode, "clip-mode", self.tr("What kind of clips"))
        for mode, text in zip(
            get_args(ClipModes),
            (
                self.tr("Original excerpt: coded pictures as they are"),
                self.tr("Exact frames: re-encoded"),
                self.tr("Both"),
            ),
            strict=True,
        ):
            self.mode.addItem(text, mode)
        form.addRow(self.tr("Kind"), self.mode)
        self.burn = QCheckBox(self.tr("Both times in a strip below the picture (exact frames)"))
        named(self.burn, "clip-burn", self.burn.text())
        form.addRow("", self.burn)
        self.folder = PathRow("clip-folder", self.tr("New folder"), folder)
        self.folder.button.clicked.connect(
            lambda: self.folder.ask(self.tr("New folder"), QFileDialog.FileMode.Directory)
        )
        form.addRow(self.tr("Folder"), self.folder)
        self.preview = dim_label("")
        named(self.preview, "clip-preview", self.tr("What will be written"))
        self.preview.setMinimumHeight(3 * self.preview.fontMetrics().lineSpacing())
        self.rows.addWidget(self.preview)
        self.button = self.add_buttons(self.tr("Export"))
        self.setMinimumWidth(_WIDE)
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._pause.timeout.connect(self._ask_preview)
        for changed in (self.cameras.itemChanged, self.begin.textChanged, self.end.textChanged,
                        self.mode.currentIndexChanged, self.burn.toggled,
                        self.folder.field.textChanged):  # fmt: skip
            changed.connect(self._changed)
        self._changed()

    def wanted(self) -> ClipsWanted:
        """What is chosen.

        Raises:
            UserError: a time is none, or the span ends before it starts.
        """
        chosen = self.cameras.checked()
        span = self._time(self.begin, 0), self._time(self.end, 1)
        if span[1] <= span[0]:
            raise UserError(self.tr("The span ends before it starts."))
        mode: ClipModes = self.mode.currentData()
        return ClipsWanted(
            self.folder.path,
            sources=tuple(one.source_id for one in chosen if one.source_id is not None),
            cameras=tuple(one.camera_id for one in chosen if one.camera_id is not None),
            wall_ns=span,
            mode=mode,
            burn_time=self.burn.isChecked() and self.burn.isEnabled(),
        )

    def show_preview(self, asked: ClipsWanted, text: str, *, possible: bool) -> None:
        """What would come of what was asked, unless something else is chosen by now."""
        try:
            is_meant = self.wanted() == asked
        except UserError:
            is_meant = False
        if is_meant:
            self.preview.setText(text)
            self.button.setEnabled(possible)

    def _time_field(self, name: str, spoken: str, wall_ns: int) -> QLineEdit:
        field = QLineEdit(self._text(wall_ns))
        named(field, name, spoken)
        return field

    def _text(self, wall_ns: int) -> str:
        return local(wall_ns, self._zone_name).isoformat(" ", "milliseconds")

    def _time(self, field: QLineEdit, which: int) -> int:
        """The exact time where the text was left alone: it shows milliseconds."""
        exact = self._span[which]
        if field.text() == self._text(exact):
            return exact
        return wall_of_entry(field.text(), exact, self._zone_name)

    def _changed(self) -> None:
        self.burn.setEnabled(self.mode.currentData() != "copy")
        self.button.setEnabled(False)
        self._pause.start()

    def _ask_preview(self) -> None:
        try:
            wanted = self.wanted()
        except UserError as error:
            self.preview.setText(str(error))
            return
        if not (wanted.sources or wanted.cameras):
            self.preview.setText(self.tr("Check at least one camera."))
            return
        self.preview_wanted.emit(wanted)
