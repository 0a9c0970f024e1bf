"""Light and colour of a frame against those of the empty picture: what differs, what is shadow.

Shadows are told as in R. Cucchiara, C. Grana, M. Piccardi, A. Prati, "Detecting Moving Objects,
Ghosts, and Shadows in Video Streams" (PAMI 2003): darker by a bounded ratio, with the colour of the
ground; and, since dark clothes are that too, only where the ratio is smooth.
"""

from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from video.types import Pixels

DARK: Final = 4.0
"""Added to brightness before one is divided by another: the ratio of two blacks is noise."""
_SQUARE: Final = np.ones((5, 5), np.uint8)

Floats = NDArray[np.float32]
Colours: TypeAlias = tuple[Pixels, Pixels, Pixels]
"""Brightness and the two colour channels (Y, Cr, Cb), `(h, w) uint8` each."""


def relit(picture: Pixels, light: float) -> Pixels:
    """A picture, or its brightness alone, in so many times the light."""
    return np.asarray(cv2.convertScaleAbs(picture, alpha=light, beta=DARK * (light - 1)), np.uint8)


def lit_by(colours: Colours, light: float) -> Colours:
    """What a ground of these colours looks like in this light."""
    bright, red, blue = colours
    off = 128 * (1 - light)
    return (
        relit(bright, light),
        np.asarray(cv2.convertScaleAbs(red, alpha=light, beta=off), np.uint8),
        np.asarray(cv2.convertScaleAbs(blue, alpha=light, beta=off), np.uint8),
    )


def differences(
    here: Colours, ground: Colours, box: Floats
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """How much each pixel differs from the empty picture; where it is the ground in a little other
    light; and where that may be the ground in a shadow."""
    colour = cv2.add(cv2.absdiff(here[1], ground[1]), cv2.absdiff(here[2], ground[2]))
    light = cv2.absdiff(here[0], ground[0])
    score = cv2.addWeighted(light, 1.0, colour, 1.6, 0, dtype=cv2.CV_32F)
    ratio = (here[0] + np.float32(2)) / (ground[0] + np.float32(2))
    smooth = np.asarray(cv2.blur(ratio, (5, 5)), np.float32)
    rough = np.asarray(cv2.sqrBoxFilter(ratio, cv2.CV_32F, (5, 5)), np.float32) - smooth * smooth
    # The colour of the ground weakens with its light.
    weak = np.minimum(ratio, np.float32(1.3))
    tint = _tint(here[1], ground[1], weak) + _tint(here[2], ground[2], weak)
    pale = tint < 8
    plain = (rough < 0.0036) & pale
    shadow = plain & (smooth < 1.3) & (smooth > 0.42)
    # The ratio is not smooth across the edge of a shadow: a rim would be left, and filled. Within
    # the box that rim is the outline of grey trousers on a grey road.
    rim = cv2.dilate(shadow.view(np.uint8), _SQUARE).view(np.bool_)
    rim &= pale & (ratio < 1.05) & (ratio > 0.42)
    rim[:, max(0, int(box[0])) : max(0, int(box[2]))] = False
    shadow |= rim
    lit = plain & (rough < 0.0012) & (smooth < 1.13) & (smooth > 0.87) & (tint < 5)
    return np.asarray(score, np.float32), lit, shadow


def in_colours(picture: Pixels) -> Colours:
    """Brightness and the two colour channels of a picture, without its finest grain."""
    bright, red, blue = cv2.split(cv2.cvtColor(cv2.blur(picture, (3, 3)), cv2.COLOR_BGR2YCrCb))
    return np.asarray(bright, np.uint8), np.asarray(red, np.uint8), np.asarray(blue, np.uint8)


def _tint(here: Pixels, ground: Pixels, weak: Floats) -> Floats:
    """How far a colour channel is from that of the ground, weakened as its light is."""
    return np.abs((here - np.float32(128)) - (ground - np.float32(128)) * weak)
