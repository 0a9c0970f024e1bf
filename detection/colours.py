"""Named colours in a perceptual space: pixels in, names and shares out."""

from collections.abc import Mapping
from typing import Final

COLOURS: Final = (
    "black", "dark grey", "grey", "white", "beige", "brown", "red", "orange", "yellow",
    "green", "dark green", "blue", "dark blue", "purple", "pink",
)  # fmt: skip
"""Every name there is; stored in cases, so names are only ever added."""

DARK: Final = ("black", "dark grey", "brown", "dark green", "dark blue")
LIGHT: Final = ("white", "beige", "grey", "yellow", "pink")
SAID: Final[Mapping[str, tuple[str, ...]]] = {
    "grey": ("grey", "dark grey"),
    "blue": ("blue", "dark blue"),
    "green": ("green", "dark green"),
    "dark": DARK,
    "light": LIGHT,
}
"""What a word of a person stands for, where it is more than itself."""
