"""Pictures as a card says that a network wants them: pure, knows no network."""

import cv2
import numpy as np
from numpy.typing import NDArray

from detection.model_cards import InputRecipe
from detection.preprocess import Placement, letterbox, planes, require_bgr, shrink, stretch
from video.types import Pixels


def as_input(picture: Pixels, recipe: InputRecipe) -> tuple[NDArray[np.float32], Placement]:
    """A BGR picture as `(1, 3, height, width) float32`, and where it lies in the input.

    `recipe` has a size and the fit letterbox (top-left, its shape kept) or stretch.

    Raises:
        ValueError: the picture is not BGR or has no pixels, or the recipe has another fit.
    """
    require_bgr(picture)
    if recipe.fit == "letterbox":
        placed, placement = letterbox(
            picture, width=recipe.width, height=recipe.height, fill=recipe.fill
        )
    elif recipe.fit == "stretch":
        placed, placement = stretch(picture, width=recipe.width, height=recipe.height)
    else:
        raise ValueError(f"boxes cannot be brought back from the fit {recipe.fit}")
    return _values(placed, recipe), placement


def as_look(picture: Pixels, recipe: InputRecipe) -> NDArray[np.float32]:
    """A BGR picture as `(1, 3, height, width) float32`, for networks that give no places.

    Beside the fits of `as_input`: pad (whole, in the middle, its shape kept) and crop (the middle,
    as large as the input allows).

    Raises:
        ValueError: the picture is not BGR or has no pixels.
    """
    require_bgr(picture)
    width, height = recipe.width, recipe.height
    if recipe.fit not in ("pad", "crop"):
        return as_input(picture, recipe)[0]
    rows, columns = picture.shape[:2]
    shares = (width / columns, height / rows)
    scale = max(shares) if recipe.fit == "crop" else min(shares)
    if recipe.fit == "crop":
        # Cut before scaling: a picture of one row would otherwise become as wide as a street.
        picture = _middle(picture, max(round(height / scale), 1), max(round(width / scale), 1))
        return _values(_scaled(picture, width, height), recipe)
    inner_width = min(max(round(columns * scale), 1), width)
    inner_height = min(max(round(rows * scale), 1), height)
    canvas = np.full((height, width, 3), recipe.fill, np.uint8)
    top, left = (height - inner_height) // 2, (width - inner_width) // 2
    canvas[top : top + inner_height, left : left + inner_width] = _scaled(
        picture, inner_width, inner_height
    )
    return _values(canvas, recipe)


def _values(placed: Pixels, recipe: InputRecipe) -> NDArray[np.float32]:
    values = planes(placed, scale=recipe.scale, rgb=recipe.colours == "rgb")
    values -= np.array(recipe.mean, np.float32).reshape(1, 3, 1, 1)
    values /= np.array(recipe.std, np.float32).reshape(1, 3, 1, 1)
    return values


def _middle(picture: Pixels, height: int, width: int) -> Pixels:
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    cut: Pixels = picture[max(top, 0) : max(top, 0) + height, max(left, 0) : max(left, 0) + width]
    return cut


def _scaled(picture: Pixels, width: int, height: int) -> Pixels:
    if picture.shape[0] >= height and picture.shape[1] >= width:
        return shrink(picture, width=width, height=height)
    scaled = cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC)
    return scaled.astype(np.uint8, copy=False)
