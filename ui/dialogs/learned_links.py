"""Ways between cameras that the traffic shows: proposals, kept where a person ticks them."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from casefiles.subject_types import LinkRule
from casefiles.view_types import CaseView
from ui.dialogs.form import FormDialog, dim_label, named

_WIDE, _TALL = 820, 400


class LearnedLinksDialog(FormDialog):
    """A line for each way with its figures; nothing is ticked until somebody ticks it."""

    wanted = Signal(object)
    """The rules to keep, a tuple of `LinkRule`."""

    def __init__(
        self, rules: Sequence[LinkRule], notes: Sequence[str], view: CaseView,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        title = QCoreApplication.translate("LearnedLinksDialog", "Ways the traffic shows")
        super().__init__("learned-links", title, "", parent)
        hint = self.tr(
            "Crowds that come at the same moments to both cameras for another reason look the "
            "same: look before you keep. What is kept is said by you, and can be undone."
        )
        self.rows.addWidget(dim_label("\n".join([hint, *notes])))
        self.list = QListWidget()
        named(self.list, "learned-list", title)
        self.list.setWordWrap(True)
        for rule in rules:
            ends = [view.camera(one) for one in (rule.from_camera, rule.to_camera)]
            names = [
                name if camera is None else camera.name
                for camera, name in zip(ends, (rule.from_camera, rule.to_camera), strict=True)
            ]
            item = QListWidgetItem(
                self.tr("{0} → {1}: usually {2} s\n{3}").format(*names, rule.typical_s, rule.note)
            )
            item.setData(Qt.ItemDataRole.UserRole, rule)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.rows.addWidget(self.list, 1)
        self.keep = self.add_buttons(self.tr("Keep the ticked ways"))
        self.keep.setEnabled(False)
        self.list.itemChanged.connect(lambda _: self.keep.setEnabled(bool(self.ticked)))
        self.accepted.connect(lambda: self.wanted.emit(self.ticked))
        self.resize(_WIDE, _TALL)

    @property
    def ticked(self) -> tuple[LinkRule, ...]:
        """What is to be kept."""
        items = [self.list.item(number) for number in range(self.list.count())]
        return tuple(
            one.data(Qt.ItemDataRole.UserRole)
            for one in items
            if one.checkState() is Qt.CheckState.Checked
        )
