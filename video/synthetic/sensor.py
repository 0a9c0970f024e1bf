"""A scene as a real sensor gives it, with noise in every picture; and a recorder that freezes."""

from dataclasses import dataclass

import numpy as np

from video.synthetic.scene import Scene
from video.types import Pixels


@dataclass(frozen=True, slots=True)
class SensorScene(Scene):
    """Like `Scene`, with noise (standard deviation `noise`, of 255) that is never the same twice.

    From frame `frozen_from` up to but not including `frozen_to` the very picture of `frozen_from`
    comes again and again, number and noise with it. Where `numbered` is false every frame bears the
    number 0: a scene in which nothing happens.
    """

    noise: float = 3.0
    frozen_from: int = 1 << 30
    frozen_to: int = 1 << 30
    numbered: bool = True

    def picture(self, number: int) -> Pixels:
        """What frame `number` shows, `(height, width, 3) uint8` BGR."""
        if self.frozen_from <= number < self.frozen_to:
            number = self.frozen_from
        # Not `super()`: a dataclass with slots is another class than the one being defined here.
        plain = Scene.picture(self, number if self.numbered else 0)
        grain = np.random.default_rng(number).normal(0, self.noise, plain.shape)
        return np.clip(plain + grain, 0, 255).astype(np.uint8)
