"""The shipped embedder: the shipped detector's own features by body part, and coloured stripes.

A detector's features say what a thing is; how it differs from others of its kind lies mostly in
how its parts differ from each other. Measured on 37 people seen by two cameras, the features as
they are ranked the same person first in 0.37 of the cases, less their mean over many people in
0.41, as differences between parts in 0.48 (so no mean of any set of people is kept here); colour
alone 0.20. Half-way through the network (stride 16) individuals are told apart best.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detection.appearance import DEFAULT_EMBEDDER, Kind
from detection.colours import oklab
from detection.models import ModelCard, card, load
from detection.onnx_graph import also_giving
from detection.onnx_session import Session
from detection.preprocess import planes, require_bgr, shrink, stretch
from detection.types import Device, ModelProvenance
from video.types import Pixels

_TAP: Final = "t173"
_CHANNELS: Final = 384
_STRIDE: Final = 16
_SIZES: Final[dict[Kind, tuple[int, int]]] = {"person": (128, 256), "vehicle": (256, 128)}
"""Width and height of the network's input."""

# Between four parts, top to bottom: an orthonormal basis of their differences. What all parts
# have in common (mostly "this is a person") is left out; angles between the differences are kept.
_CONTRASTS: Final = np.array(
    [[0.5, 0.5, -0.5, -0.5], [0.5**0.5, -(0.5**0.5), 0, 0], [0, 0, 0.5**0.5, -(0.5**0.5)]],
    np.float32,
)
_PARTS: Final = _CONTRASTS.shape[1]

_COLOUR_WEIGHT: Final = 0.3
_STRIPES: Final = 6
_STRIPE_WIDTH, _STRIPE_HEIGHT = 32, 16
_LIGHTNESS_BINS: Final = 8
_HUE_BINS: Final = 6
_MOST_CHROMA: Final = 0.15
_TINY: Final = 1e-6


class SsdEmbedder:
    """An `Embedder` of people and vehicles that needs no model beside the detector's."""

    def __init__(self, content: bytes, model: ModelCard, *, threads: int = 1) -> None:
        """Load the network and try it once.

        Raises:
            ModelUnusable: the network cannot be loaded or gives something else than expected.
        """
        self._card = model
        tapped = also_giving(content, [_TAP])
        self._session = Session(tapped, model=model.name, threads=threads)
        self.embed([np.zeros((48, 24, 3), np.uint8)], "person")

    @property
    def name(self) -> str:
        return DEFAULT_EMBEDDER

    @property
    def provenance(self) -> ModelProvenance:
        options: dict[str, int | float | str] = {
            "embedder": self.name,
            "tensor": _TAP,
            "input": " ".join(f"{kind}:{w}x{h}" for kind, (w, h) in _SIZES.items()),
            "parts": _PARTS,
            "colour_weight": _COLOUR_WEIGHT,
            "stripes": _STRIPES,
        }
        return ModelProvenance(self._card.name, self._card.sha256, options)

    @property
    def device(self) -> Device:
        """What the session reports it runs on."""
        return self._session.device

    def embed(self, pictures: Sequence[Pixels], kind: Kind) -> NDArray[np.float32]:
        """As the Protocol says."""
        rows = [self._one(picture, kind) for picture in pictures]
        length = len(_CONTRASTS) * _CHANNELS + _STRIPES * (_LIGHTNESS_BINS + _HUE_BINS**2)
        return np.array(rows, np.float32).reshape(len(rows), length)

    def _one(self, picture: Pixels, kind: Kind) -> NDArray[np.float32]:
        require_bgr(picture)
        shape = self._contrasts(picture, kind) * (1 - _COLOUR_WEIGHT) ** 0.5
        colour = coloured_stripes(picture) * _COLOUR_WEIGHT**0.5
        # Where the parts do not differ (a blank picture), colour is all there is.
        return _unit(np.concatenate([shape, colour]))

    def _contrasts(self, picture: Pixels, kind: Kind) -> NDArray[np.float32]:
        """How the parts of the picture differ to the network, `(3 · channels,)` of length 1."""
        width, height = _SIZES[kind]
        scaled, _ = stretch(picture, width=width, height=height)
        rows, columns = height // _STRIDE, width // _STRIDE
        (found,) = self._session.run(
            planes(scaled, scale=1 / 127.5, offset=-1, rgb=True),
            {_TAP: (1, _CHANNELS, rows, columns)},
        )
        pooled = found[0].reshape(_CHANNELS, _PARTS, -1).mean(axis=2).T
        parts = pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), _TINY)
        return _unit((_CONTRASTS @ parts).ravel())


def coloured_stripes(picture: Pixels) -> NDArray[np.float32]:
    """Which lightness and hues lie in each of six stripes, top to bottom, `(n,)` of length 1.

    The light's colour is taken out first (grey world: on average, things are grey), and what is
    near the middle column counts most, as the rest is often background.
    """
    small = shrink(picture, width=_STRIPE_WIDTH, height=_STRIPES * _STRIPE_HEIGHT)
    balance = small.reshape(-1, 3).mean(axis=0) + 1
    balanced = np.clip(np.rint(small * (balance.mean() / balance)), 0, 255).astype(np.uint8)
    lab = oklab(balanced).reshape(_STRIPES, -1, 3)
    lightness = _bins(lab[..., 0], 0, 1, _LIGHTNESS_BINS)
    hue = _bins(lab[..., 1], -_MOST_CHROMA, _MOST_CHROMA, _HUE_BINS) * _HUE_BINS
    hue += _bins(lab[..., 2], -_MOST_CHROMA, _MOST_CHROMA, _HUE_BINS)
    across = (np.arange(_STRIPE_WIDTH) - (_STRIPE_WIDTH - 1) / 2) / (_STRIPE_WIDTH / 4)
    weights = np.tile(np.exp(-0.5 * across**2), _STRIPE_HEIGHT)
    weights /= weights.sum()
    counts = [
        np.bincount(bins[stripe], weights, minlength=most)
        for stripe in range(_STRIPES)
        for bins, most in ((lightness, _LIGHTNESS_BINS), (hue, _HUE_BINS**2))
    ]
    # Roots: the dot product of two is then how much the distributions overlap.
    return _unit(np.sqrt(np.concatenate(counts)).astype(np.float32))


def _bins(values: NDArray[np.float32], least: float, most: float, bins: int) -> NDArray[np.intp]:
    scaled = (values - least) / (most - least) * bins
    found: NDArray[np.intp] = np.clip(scaled, 0, bins - 1).astype(np.intp)
    return found


def _unit(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The values at length 1; zeros stay zeros."""
    unit: NDArray[np.float32] = values / max(float(np.linalg.norm(values)), _TINY)
    return unit


def open_ssd_embedder(*, threads: int) -> SsdEmbedder:
    """The shipped embedder.

    Raises:
        DetectionError: its model is missing, damaged or cannot run.
    """
    model = card("ssd-oidv4")
    return SsdEmbedder(load(model), model, threads=threads)
