"""Decoded plates and cut-outs of one stage, as many as fit, and the tones between plates.

Holds what composing asks for again and again; knows nothing of schedules.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from video.synopsis.paste import Coarse, Pack, Tone, coarse, is_plain, tone_between
from video.synopsis.types import Cutout, Plate, Spot
from video.types import Pixels

T = TypeVar("T")
_PLATE_BYTES: Final = 48 << 20
_CUTOUT_BYTES: Final = 48 << 20
_TONES: Final = 256


@dataclass(frozen=True, slots=True)
class Mix:
    """What ground is shown: plate number `one`, and of plate `other` so many sixteenths."""

    one: int
    other: int = 0
    sixteenths: int = 0


class _Bounded(Generic[T]):
    """What was used last, up to so many bytes (or entries, where each counts 1)."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._sum = 0

    def get(self, key: Hashable) -> T | None:
        found = self._held.get(key)
        if found is None:
            return None
        self._held.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: T, weight: int) -> T:
        self._held[key] = value, weight
        self._sum += weight
        while self._sum > self._most and len(self._held) > 1:
            self._sum -= self._held.popitem(last=False)[1][1]
        return value


class Shelf:
    """The pictures of a stage, read from its packs when they are asked for."""

    def __init__(
        self, plates: Sequence[Plate], packs: Sequence[Pack], size: tuple[int, int]
    ) -> None:
        if not plates:
            raise ValueError("a stage has at least one plate")
        self.size = size
        self.times_ns: NDArray[np.int64] = np.array([plate.time_ns for plate in plates], np.int64)
        self._plates = plates
        self._packs = packs
        self._decoded: _Bounded[Pixels] = _Bounded(_PLATE_BYTES)
        self._cutouts: _Bounded[Cutout] = _Bounded(_CUTOUT_BYTES)
        self._coarse: dict[int, Coarse] = {}
        self._tones: _Bounded[tuple[Tone | None]] = _Bounded(_TONES)

    def ground(self, mix: Mix, size: tuple[int, int]) -> Pixels:
        """The ground of a mix in a size; not to be changed."""
        one = self._plate(mix.one, size)
        if not mix.sixteenths:
            return one
        key = ("mix", mix, size)
        found = self._decoded.get(key)
        if found is not None:
            return found
        part = mix.sixteenths / 16
        mixed = cv2.addWeighted(one, 1 - part, self._plate(mix.other, size), part, 0)
        return self._decoded.put(key, np.asarray(mixed, np.uint8), mixed.nbytes)

    def ground_at(
        self, time_ns: int, box: tuple[int, int, int, int], size: tuple[int, int]
    ) -> Pixels:
        """The ground at a box, in pixels of a size, at the time of day of a stage time; where
        the box reaches out of the picture, the ground of its edge."""
        plate = self._plate(self.plate_at(time_ns), size)
        left, top, right, bottom = box
        if left >= 0 and top >= 0 and right <= size[0] and bottom <= size[1]:
            return plate[top:bottom, left:right]
        rows = np.clip(np.arange(top, bottom), 0, size[1] - 1)
        columns = np.clip(np.arange(left, right), 0, size[0] - 1)
        return plate[rows[:, None], columns[None, :]]

    def plate_at(self, time_ns: int) -> int:
        """The number of the plate of a stage time."""
        return max(int(np.searchsorted(self.times_ns, time_ns, "right")) - 1, 0)

    def tone(self, time_ns: int, mix: Mix) -> Tone | None:
        """What moves an object recorded at a stage time to the tone of a mix; None: nothing."""
        own = self.plate_at(time_ns)
        if mix.one == own and not mix.sixteenths:
            return None
        key = (own, mix)
        found = self._tones.get(key)
        if found is None:
            part = np.float32(mix.sixteenths / 16)
            shown = self._small(mix.one) * (1 - part)
            if mix.sixteenths:
                shown = shown + self._small(mix.other) * part
            tone = tone_between(self._small(own), shown)
            found = self._tones.put(key, (None if is_plain(tone) else tone,), 1)
        return found[0]

    def cutout(self, pack: int, spot: Spot, size: tuple[int, int]) -> Cutout:
        """A cut-out in a size (width, height)."""
        key = (pack, spot.at, size)
        found = self._cutouts.get(key)
        if found is None:
            found = _scaled(self._packs[pack].cutout(spot), size)
            self._cutouts.put(key, found, found.picture.nbytes + found.alpha.nbytes)
        return found

    def _plate(self, number: int, size: tuple[int, int]) -> Pixels:
        key = (number, size)
        found = self._decoded.get(key)
        if found is not None:
            return found
        if size != self.size:
            picture = np.asarray(
                cv2.resize(self._plate(number, self.size), size, interpolation=cv2.INTER_AREA),
                np.uint8,
            )
            return self._decoded.put(key, picture, picture.nbytes)
        plate = self._plates[number]
        picture = self._packs[plate.pack].plate(plate.spot)
        if picture.shape[1::-1] != size:
            # Recordings of one camera may differ by some pixels once they are scaled.
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        return self._decoded.put(key, picture, picture.nbytes)

    def _small(self, number: int) -> Coarse:
        """A plate, coarse: kept for all plates, a 256th of them."""
        found = self._coarse.get(number)
        if found is None:
            found = self._coarse[number] = coarse(self._plate(number, self.size))
        return found


def _scaled(cutout: Cutout, size: tuple[int, int]) -> Cutout:
    high, wide = cutout.alpha.shape
    if (wide, high) == size:
        return cutout
    picture = cv2.resize(cutout.picture, size, interpolation=cv2.INTER_AREA)
    alpha = cv2.resize(cutout.alpha, size, interpolation=cv2.INTER_AREA)
    return Cutout(np.asarray(picture, np.uint8), np.asarray(alpha, np.uint8), cutout.reliable)
