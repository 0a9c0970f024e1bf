"""A progress bar that is painted with the next frame."""

from PySide6.QtWidgets import QProgressBar


class ProgressBar(QProgressBar):
    """Qt's own paints at once, and with it everything in the window that waits for a frame."""

    def setValue(self, value: int) -> None:
        """Shows how much is done."""
        # Qt paints at once only where updates are on; switching them on marks the bar.
        self.setUpdatesEnabled(False)
        super().setValue(value)
        self.setUpdatesEnabled(True)
