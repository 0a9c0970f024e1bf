"""The colours of the map, given from outside: this package knows no theme."""

from dataclasses import dataclass, field

from PySide6.QtGui import QColor


@dataclass(frozen=True)
class MapColours:
    """Every colour the map paints with; `cameras` are the hues, counted round."""

    land: QColor
    water: QColor
    park: QColor
    building: QColor
    street: QColor
    panel: QColor
    line: QColor
    text: QColor
    text_dim: QColor
    accent: QColor
    accent_text: QColor
    event: QColor
    cameras: tuple[QColor, ...]
    warn: QColor = field(default_factory=lambda: QColor("#b84a00"))
    """What cannot be."""

    @property
    def square(self) -> QColor:
        """Open paved ground: between land and street."""
        return mixed(self.land, self.street, 0.45)

    @property
    def casing(self) -> QColor:
        """The edge that lifts a street from what lies beside it."""
        return mixed(self.land, self.text, 0.14)

    @property
    def edge(self) -> QColor:
        """The outline of a building."""
        return mixed(self.building, self.text, 0.12)

    @property
    def water_text(self) -> QColor:
        """Names of water."""
        return mixed(self.text_dim, self.accent, 0.5)

    def camera(self, index: int) -> QColor:
        """The hue of a camera."""
        return self.cameras[index % len(self.cameras)]


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """A colour between two: `share` 0 is the first, 1 the second."""
    return QColor.fromRgbF(
        one.redF() + (other.redF() - one.redF()) * share,
        one.greenF() + (other.greenF() - one.greenF()) * share,
        one.blueF() + (other.blueF() - one.blueF()) * share,
    )


def faded(colour: QColor, alpha: float) -> QColor:
    """The colour, so far opaque (0..1)."""
    thin = QColor(colour)
    thin.setAlphaF(alpha)
    return thin
