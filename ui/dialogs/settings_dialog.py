"""The settings as a form, made from the same table as their file."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QPushButton, QSizePolicy, QWidget

from ui.dialogs.form import FormDialog, named
from ui.settings import SETTINGS, Setting, Settings, Value


class SettingsDialog(FormDialog):
    """`result_settings()` is what was chosen, once it was accepted; everything else is kept."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("SettingsDialog", "Settings")
        super().__init__("settings", title, parent=parent)
        self._settings = settings
        self._read: dict[str, Callable[[], Value]] = {}
        self._put: dict[str, Callable[[Value], object]] = {}
        form = self.add_form()
        for setting in SETTINGS:
            control = self._combo(setting) if setting.choices else self._check_box(setting)
            named(control, f"setting-{setting.name}", self.tr(setting.text))
            control.setToolTip(self.tr(setting.tip))
            form.addRow(self.tr(setting.text) if setting.choices else "", control)
            self._put[setting.name](settings[setting.name])
        defaults = QPushButton(self.tr("Back to the defaults"))
        named(defaults, "settings-defaults", self.tr("Back to the defaults"))
        defaults.setAutoDefault(False)
        defaults.clicked.connect(self.show_defaults)
        defaults.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        form.addRow("", defaults)
        self.add_buttons(self.tr("Apply"))
        self.setMinimumWidth(440)

    def result_settings(self) -> Settings:
        """The settings as chosen here."""
        chosen = self._settings
        for name, read in self._read.items():
            chosen = chosen.with_value(name, read())
        return chosen

    def show_defaults(self) -> None:
        """Shows the defaults; they hold once accepted."""
        for setting in SETTINGS:
            self._put[setting.name](setting.default)

    def _combo(self, setting: Setting) -> QWidget:
        combo = QComboBox()
        for value, words in setting.choices:
            combo.addItem(self.tr(words), value)
        self._read[setting.name] = combo.currentData
        self._put[setting.name] = lambda value: combo.setCurrentIndex(combo.findData(value))
        return combo

    def _check_box(self, setting: Setting) -> QWidget:
        box = QCheckBox(self.tr(setting.text))
        self._read[setting.name] = box.isChecked
        self._put[setting.name] = lambda value: box.setChecked(bool(value))
        return box
