"""What moved inside a drawn region: the share of it that changed, picture by picture.

A cell of the region counts where it differs from a running background and from the picture a moment
before. The first alone would show a car for as long as it stands, the second alone would show each
departure twice; asking both is Collins et al. 2000, "A System for Video Surveillance and
Monitoring" (CMU-RI-TR-00-12, section 3.1). The background is a running mean that changed cells
join more slowly (Wren et al. 1997, "Pfinder: Real-Time Tracking of the Human Body").

Light that changes for all of the picture is taken out before: bright and dark half of the cells
give a line from one picture to the other by the method of two groups (Wald 1940, "The Fitting of
Straight Lines if Both Variables are Subject to Error"), here with medians, which do not see what
moves in less than half of each. What is left over the whole picture is the noise, and a cell must
stand out from it. Works alike on key frames that are seconds apart and on five pictures a second.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from video.clock import NS_PER_S
from video.types import Pixels, TimeNs

# The standard deviation of normal noise over its median absolute value.
_NORMAL: Final = 1.4826
_SAMPLED: Final = 4
"""Every this many cells is plenty for a median."""
_FINE: Final = 4
"""Cells are cut into so many parts a side, to tell how much of each lies in the region."""
_WHOLE: Final = 0.99
_HALF: Final = 0.5
_LEAST_SIDE: Final = 40
"""A region is looked at so closely that it is about as many cells wide and high."""
_LEAST_WIDTH: Final = 160
_MOST_WIDTH: Final = 640
_MOST_GAIN: Final = 2.0
_LEAST_SPREAD: Final = 10.0
"""Grey levels between bright and dark half below which only their mean can be told."""
_LIGHT_SHARE: Final = 0.5
"""When more of the whole picture than this changed, the light or the camera did."""
# Noise in grey levels of single cells: so much is believed at once, so much more from one picture
# to the next, and so much of it is taken over.
_MOST_NOISE: Final = 20.0
_FIRST_NOISE: Final = 3.0
_NOISE_GROWTH: Final = 2.0
_NOISE_FOLLOWS: Final = 0.2
_CHANGED_FOLLOWS: Final = 0.1
"""How much of what other cells take from a picture a changed cell takes."""

Why = Literal["first", "still", "motion", "light"]
Cells = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class RegionOptions:
    """What counts as motion in a region; brightness in grey levels of 256."""

    least_change: float = 14.0
    """A cell changed when it differs by so much. Higher: what hardly stands out goes unseen."""
    noise_factor: float = 6.0
    """And by at least so many standard deviations of the noise."""
    least_share: float = 0.005
    """So much of the region changed in one piece is motion. Higher: small things go unseen."""
    least_cells: int = 4
    """And at least so many cells, whatever the share."""
    background_s: float = 10.0
    """How fast the background follows. Higher: what stopped leaves a trace for longer."""
    lag_s: float = 2.0
    """The picture before is at least so old. Higher: slower things are seen; what stops counts as
    moving for so long."""

    @classmethod
    def for_sensitivity(cls, sensitivity: float) -> "RegionOptions":
        """From 0 (only large and clear motion) to 1 (whatever stands out of the noise).

        Raises:
            ValueError: not between 0 and 1.
        """
        if not 0 <= sensitivity <= 1:
            raise ValueError(f"a sensitivity lies between 0 and 1, not at {sensitivity}")
        return cls(
            least_change=32.0 * (6.0 / 32.0) ** sensitivity,
            least_share=0.05 * (0.0005 / 0.05) ** sensitivity,
        )


@dataclass(frozen=True, slots=True)
class Region:
    """A polygon on a grid of cells that covers the picture."""

    size: tuple[int, int]
    """Width and height of the picture whose pixels the polygon is drawn in."""
    width: int
    """Cells of the grid."""
    height: int
    inside: NDArray[np.bool_]
    """Which cells count, `(height, width)`."""

    @classmethod
    def of(cls, polygon: tuple[tuple[float, float], ...], size: tuple[int, int]) -> "Region":
        """The cells of a polygon in pixels of pictures of `size`; at least one of them counts.

        Cells wholly inside count, so that what moves right beside it does not; where that would
        leave less than half of it, those half inside count too.

        Raises:
            ValueError: it lies beside the picture.
        """
        corners = np.array(polygon, np.float64)
        left, top = np.maximum(corners.min(axis=0), 0)
        right, bottom = np.minimum(corners.max(axis=0), size)
        if left >= right or top >= bottom:
            raise ValueError("the region lies beside the picture")
        closest = np.sqrt((right - left) * (bottom - top)) / _LEAST_SIDE
        width = int(np.clip(size[0] / closest, _LEAST_WIDTH, _MOST_WIDTH))
        # Never finer than the picture: scaled up, noise would lie in cells that are alike.
        width = min(width, size[0])
        height = max(round(width * size[1] / size[0]), 1)
        fine = np.zeros((height * _FINE, width * _FINE), np.uint8)
        # `fillPoly` takes pixel centres as whole numbers, and 1/16 of a pixel as unit.
        scale = np.array([width * _FINE / size[0], height * _FINE / size[1]])
        points = np.rint((np.clip(corners, -1e5, 1e5) * scale - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(fine, [points], (1,), shift=4)
        part = fine.reshape(height, _FINE, width, _FINE).mean(axis=(1, 3))
        inside = part >= _WHOLE
        if inside.sum() < _HALF * part.sum():
            inside = part >= _HALF
        if not inside.any():
            inside = part == part.max()
        return cls(size, width, height, inside)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one picture showed in the region."""

    time_ns: TimeNs
    why: Why
    share: float
    """Of the region, 0..1, that changed in pieces large enough."""
    box: tuple[float, float, float, float] | None
    """Left, top, right, bottom of those pieces in pixels of the picture; None where none did."""

    @property
    def moved(self) -> bool:
        return self.why == "motion"


class RegionWatch:
    """Looks at one picture after the other, in presentation order."""

    def __init__(self, region: Region, options: RegionOptions | None = None) -> None:
        self._region = region
        self._options = options or RegionOptions()
        rows, columns = (
            np.flatnonzero(region.inside.any(axis=1)),
            np.flatnonzero(region.inside.any(axis=0)),
        )
        self._top, self._left = int(rows[0]), int(columns[0])
        self._crop = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        self._inside = region.inside[self._crop]
        self._weight = self._inside.astype(np.float32)
        # Averages are taken over cells of the region only: what moves beside it stays out.
        self._near = np.maximum(cv2.blur(self._weight, (3, 3)), np.float32(1e-6))
        self._cells = int(self._inside.sum())
        self._least = min(
            max(self._options.least_cells, round(self._options.least_share * self._cells)),
            self._cells,
        )
        self._background: Cells | None = None
        self._noise: float | None = None
        self._seen_ns = 0
        self._before: deque[tuple[int, Cells]] = deque()

    def look(self, luma: Pixels, time_ns: TimeNs) -> Sight:
        """What moved since the pictures before; `luma` has the shape of the region's grid."""
        if luma.shape != self._region.inside.shape:
            raise ValueError(f"a picture of {luma.shape}, not {self._region.inside.shape}")
        now = luma.astype(np.float32)
        background = self._background
        if background is None:
            return self._begin(now, time_ns, "first")
        background = _in_the_light_of(now, background)
        change = now - background
        # Averaged over 3 × 3 cells, a third of it is left.
        noise = self._learn_noise(change) / 3
        least = max(self._options.least_change, self._options.noise_factor * noise)
        everywhere = np.abs(cv2.blur(change, (3, 3))) > least
        if np.count_nonzero(everywhere) > _LIGHT_SHARE * everywhere.size:
            return self._begin(now, time_ns, "light")
        before = _in_the_light_of(now, self._picture_before(time_ns))
        # Where it differs from the background alone, something stands that moved a while ago.
        moving = self._differs(change, least) & self._differs(now - before, least)
        follow = -float(np.expm1((self._seen_ns - time_ns) / NS_PER_S / self._options.background_s))
        weight = np.full(now.shape, follow, np.float32)
        weight[self._crop][moving] *= _CHANGED_FOLLOWS
        self._background = background + weight * change
        self._remember(now, time_ns)
        return self._sight(moving, time_ns)

    def _begin(self, now: Cells, time_ns: TimeNs, why: Why) -> Sight:
        self._background, self._noise = now, None
        self._before.clear()
        self._remember(now, time_ns)
        return Sight(time_ns, why, 0.0, None)

    def _remember(self, now: Cells, time_ns: TimeNs) -> None:
        self._seen_ns = time_ns
        self._before.append((time_ns, now))

    def _learn_noise(self, change: Cells) -> float:
        """The standard deviation of the noise; another picture altogether is not taken for it."""
        seen = _NORMAL * _median(np.abs(change))
        if self._noise is None:
            self._noise = min(seen, _MOST_NOISE)
        else:
            most = max(_NOISE_GROWTH * self._noise, _FIRST_NOISE)
            self._noise += _NOISE_FOLLOWS * (min(seen, most) - self._noise)
            seen = min(seen, most)
        return max(seen, self._noise)

    def _picture_before(self, time_ns: TimeNs) -> Cells:
        """The newest picture that is old enough, or the oldest there is; older ones are let go."""
        lag_ns = self._options.lag_s * NS_PER_S
        while len(self._before) > 1 and time_ns - self._before[1][0] >= lag_ns:
            self._before.popleft()
        return self._before[0][1]

    def _differs(self, change: Cells, least: float) -> NDArray[np.bool_]:
        """Which cells of the region differ, averaged with their neighbours in it."""
        mean = cv2.blur(change[self._crop] * self._weight, (3, 3)) / self._near
        differs: NDArray[np.bool_] = (np.abs(mean) > least) & self._inside
        return differs

    def _sight(self, moving: NDArray[np.bool_], time_ns: TimeNs) -> Sight:
        count, _, stats, _ = cv2.connectedComponentsWithStats(moving.astype(np.uint8))
        pieces = np.asarray(stats[1:count])
        pieces = pieces[pieces[:, cv2.CC_STAT_AREA] >= self._least]
        if not len(pieces):
            return Sight(time_ns, "still", 0.0, None)
        across = self._region.size[0] / self._region.width
        down = self._region.size[1] / self._region.height
        left = self._left + pieces[:, cv2.CC_STAT_LEFT]
        top = self._top + pieces[:, cv2.CC_STAT_TOP]
        box = (
            float(left.min() * across),
            float(top.min() * down),
            float((left + pieces[:, cv2.CC_STAT_WIDTH]).max() * across),
            float((top + pieces[:, cv2.CC_STAT_HEIGHT]).max() * down),
        )
        share = float(pieces[:, cv2.CC_STAT_AREA].sum()) / self._cells
        return Sight(time_ns, "motion", share, box)


def _in_the_light_of(now: Cells, before: Cells) -> Cells:
    """A picture before as it would be in the light of this one."""
    then, here = before.ravel()[::_SAMPLED], now.ravel()[::_SAMPLED]
    bright = then > _median(before)
    if not bright.any() or bright.all():
        return before + np.float32(np.median(here) - np.median(then))
    dark_then, dark_here = float(np.median(then[~bright])), float(np.median(here[~bright]))
    bright_then, bright_here = float(np.median(then[bright])), float(np.median(here[bright]))
    gain = 1.0
    if bright_then - dark_then >= _LEAST_SPREAD:
        gain = (bright_here - dark_here) / (bright_then - dark_then)
        gain = min(max(gain, 1 / _MOST_GAIN), _MOST_GAIN)
    middle_then, middle_here = (dark_then + bright_then) / 2, (dark_here + bright_here) / 2
    return np.asarray(np.float32(gain) * (before - np.float32(middle_then)), np.float32) + (
        np.float32(middle_here)
    )


def _median(values: Cells) -> float:
    some = values.ravel()[::_SAMPLED]
    middle = len(some) // 2
    return float(np.partition(some, middle)[middle])
