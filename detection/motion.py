"""The motion gate: which frames deserve a model, told from a small grey picture of each.

It must not decide what moved, and must never keep a model from a picture for longer than
`GateOptions.refresh_s`.

A running mean is the background, as in Wren et al. 1997, "Pfinder: Real-Time Tracking of the
Human Body", but with one noise level for the whole picture instead of one per cell: traffic cannot
teach it to ignore traffic. Differences are averaged over 3 × 3 cells before they are judged, which
divides sensor noise by three and leaves alone everything large enough for a detector.
"""

from dataclasses import asdict, dataclass
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from detection.saved_state import freeze, thaw
from video.clock import NS_PER_S
from video.types import Pixels, TimeNs

GATE_WIDTH: Final = 160
GATE_HEIGHT: Final = 90

# The standard deviation of normal noise over its median absolute value.
_NORMAL: Final = 1.4826
# Every this many cells is plenty for a median, and four times cheaper.
_SAMPLED: Final = 4
# When more of the picture than this changed, the light did.
_LIGHT_SHARE: Final = 0.5
# Noise in grey levels, after averaging, until it has been seen; and how much more is believed.
_FIRST_NOISE: Final = 1.0
_NOISE_GROWTH: Final = 2.0
_KIND: Final = "motion gate 1"

Reason = Literal["first", "motion", "light", "hold", "refresh", "still"]


@dataclass(frozen=True, slots=True)
class GateOptions:
    """When a frame is let through; times in seconds of media time, brightness in grey levels."""

    least_change: float = 5.0
    """A cell changed when it differs this much from the background. Higher: fewer analysed
    frames; low contrast goes unseen."""
    noise_factor: float = 6.0
    """And at least this many standard deviations of the noise. Higher: noisy cameras open the
    gate less often, and see less at night."""
    least_cells: int = 4
    """Changed cells of 160 × 90 that make motion. Higher: small objects go unseen."""
    background_s: float = 2.0
    """How fast the background follows the picture. Higher: what stopped keeps the gate open
    longer; lower: very slow things are absorbed while they move."""
    hold_s: float = 1.0
    """The gate stays open this long after the last motion. Higher: more frames analysed."""
    busy_refresh_s: float = 2.0
    """While something is followed, a frame passes at least this often. Higher: ends of tracks
    are less exact; must stay below what the tracker's `lost_s` bridges."""
    refresh_s: float = 10.0
    """A frame passes at least this often, come what may: the bound on what can be missed.
    Higher: fewer analysed frames."""


@dataclass(frozen=True, slots=True)
class GateDecision:
    """Whether to analyse a frame, and why (not)."""

    analyse: bool
    reason: Reason


class MotionGate:
    """Decides frame by frame; frames come in presentation order."""

    def __init__(self, options: GateOptions | None = None) -> None:
        self._options = options or GateOptions()
        self._background = np.zeros((0, 0), np.float32)
        self._noise = _FIRST_NOISE
        self._seen_ns = self._moved_ns = self._passed_ns = 0

    def decide(self, luma: Pixels, time_ns: TimeNs, *, busy: bool) -> GateDecision:
        """Whether the frame with this brightness, `(90, 160) uint8`, deserves a model.

        `busy` says that something is being followed: then the pauses are short enough not to lose
        it, even if it stands still.
        """
        reason = self._reason(luma, time_ns, busy=busy)
        if reason in ("first", "motion", "light"):
            self._moved_ns = time_ns
        if reason != "still":
            self._passed_ns = time_ns
        return GateDecision(reason != "still", reason)

    def options_as_dict(self) -> dict[str, float]:
        """What this gate runs with, for provenance: plain values that JSON can hold."""
        return asdict(self._options)

    def state(self) -> bytes:
        """Everything needed to go on later as if nothing had happened between."""
        arrays = {
            "background": self._background,
            "noise": np.array(self._noise),
            "times": np.array([self._seen_ns, self._moved_ns, self._passed_ns]),
        }
        return freeze(_KIND, self.options_as_dict(), arrays)

    def restore(self, state: bytes) -> None:
        """Go on from where `state()` was taken by a gate with the same options.

        Raises:
            StateUnusable: it was not; the gate is as before.
        """
        arrays = thaw(state, _KIND, self.options_as_dict())
        self._background = arrays["background"]
        self._noise = float(arrays["noise"])
        self._seen_ns, self._moved_ns, self._passed_ns = arrays["times"].tolist()

    def _reason(self, luma: Pixels, time_ns: TimeNs, *, busy: bool) -> Reason:
        options = self._options
        if self._background.shape != luma.shape:
            self._background, self._seen_ns = luma.astype(np.float32), time_ns
            return "first"
        change = self._compare(luma, time_ns)
        if change is not None:
            return change
        if time_ns - self._moved_ns <= options.hold_s * NS_PER_S:
            return "hold"
        pause_s = options.busy_refresh_s if busy else options.refresh_s
        return "refresh" if time_ns - self._passed_ns >= pause_s * NS_PER_S else "still"

    def _compare(self, luma: Pixels, time_ns: TimeNs) -> Literal["motion", "light"] | None:
        """What changed against the background, which then follows the picture."""
        options = self._options
        follow = -float(np.expm1((self._seen_ns - time_ns) / NS_PER_S / options.background_s))
        self._seen_ns = time_ns
        difference = cv2.subtract(luma, self._background, dtype=cv2.CV_32F)
        smooth = np.asarray(cv2.blur(difference, (3, 3)), np.float32)
        # All of the picture a little brighter is the camera's exposure, not motion.
        shift = _median(smooth)
        change: NDArray[np.float32] = np.abs(smooth - np.float32(shift))
        least = max(options.least_change, options.noise_factor * self._noise)
        changed = np.count_nonzero(change > least)
        # The median does not see what moves in less than half of the picture.
        noise = _NORMAL * _median(change)
        most = max(_NOISE_GROWTH * self._noise, _FIRST_NOISE)
        self._noise += follow * (min(noise, most) - self._noise)
        if abs(shift) > options.least_change or changed > _LIGHT_SHARE * change.size:
            self._background = luma.astype(np.float32)
            return "light"
        self._background += np.float32(shift)
        cv2.accumulateWeighted(luma, self._background, follow)
        return "motion" if changed >= options.least_cells else None


def _median(values: NDArray[np.float32]) -> float:
    """The median of every few values; six times faster than `np.median`, which looks for NaN."""
    some = values.ravel()[::_SAMPLED]
    middle = len(some) // 2
    return float(np.partition(some, middle)[middle])
