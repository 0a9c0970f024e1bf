"""A round length for the scale bar."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A length on the ground, how many pixels it is, and how it is called."""

    length_m: float
    width_px: float
    text: str


def scale_bar(ground_m_per_px: float, *, most_px: float = 120.0) -> ScaleBar:
    """The longest bar of 1, 2 or 5 times a power of ten metres that fits."""
    room_m = ground_m_per_px * most_px
    power = 10.0 ** math.floor(math.log10(room_m))
    length_m = next((step * power for step in (5.0, 2.0) if step * power <= room_m), power)
    return ScaleBar(length_m, length_m / ground_m_per_px, _called(length_m))


def _called(length_m: float) -> str:
    if length_m >= 1000:
        return f"{length_m / 1000:g} km"
    return f"{length_m:g} m" if length_m >= 1 else f"{length_m * 100:g} cm"
