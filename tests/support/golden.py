"""Golden pictures: a painted picture must stay what somebody looked at and approved.

Paint at a fixed size and device ratio 1, and without text: no font is bundled, and system fonts
differ. Text that cannot be left out is named in `ignored`. `pytest --update-golden` writes the
pictures anew; look at them before keeping them.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

FOLDER: Final = Path(__file__).resolve().parents[1] / "golden"
# What another processor or build may round differently.
_LEVELS: Final = 1
_SHARE: Final = 0.995


def assert_golden(
    image: QImage, name: str, request: pytest.FixtureRequest, *, ignored: Sequence[QRect] = ()
) -> None:
    """Passes where `image` is the stored picture `name`, within one level on 99.5 % of pixels.

    `request` is the fixture of the test. On failure expected, actual and difference are saved in
    the temporary folder of the test, which the message names. Pixels in `ignored` do not count.
    """
    if not sys.platform.startswith("linux"):
        pytest.skip("golden pictures are painted on Linux")
    assert image.devicePixelRatio() == 1, "a golden picture is painted at device ratio 1"
    path = FOLDER / f"{name}.png"
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(parents=True, exist_ok=True)
        assert image.convertToFormat(QImage.Format.Format_RGB32).save(str(path))
        return
    assert path.is_file(), f"there is no {path}: look at the picture, then run --update-golden"
    expected, actual = _pixels(QImage(str(path))), _pixels(image)
    assert actual.shape == expected.shape, f"{name} is {actual.shape[:2]}, not {expected.shape[:2]}"
    difference = np.abs(actual.astype(np.int16) - expected.astype(np.int16)).astype(np.uint8)
    for area in ignored:
        inside = area.intersected(image.rect())
        difference[inside.top() : inside.bottom() + 1, inside.left() : inside.right() + 1] = 0
    same = float((difference.max(axis=2) <= _LEVELS).mean())
    if same < _SHARE:
        folder: Path = request.getfixturevalue("tmp_path")
        for kind, pixels in (
            ("expected", expected),
            ("actual", actual),
            ("difference", np.minimum(difference.astype(np.int32) * 8, 255).astype(np.uint8)),
        ):
            _image(pixels).save(str(folder / f"{name}-{kind}.png"))
        pytest.fail(f"{name}: only {same:.2%} of the pixels are as approved; see {folder}")


def _pixels(image: QImage) -> NDArray[np.uint8]:
    """The picture as `(h, w, 3) uint8`."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : plain.width() * 3].reshape(plain.height(), plain.width(), 3).copy()


def _image(pixels: NDArray[np.uint8]) -> QImage:
    height, width, _ = pixels.shape
    kept = np.ascontiguousarray(pixels)
    return QImage(kept.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
