"""The shipped embedder: the shipped detector's own features by body part, and coloured stripes.

A detector's features say what a thing is; how it differs from others of its kind lies mostly in
how its parts differ from each other. So each of eight parts, top to bottom, is told by how it
differs from the mean of all eight (no mean over people, which would be of some camera), and what
is near the middle column counts most, as the rest is often background. Half-way through the
network individuals are told apart best: stride 16 for what people wear, stride 8 for its texture.
What was tried, and how it was chosen on one half of the people and measured on the other, is told
in docs/appearance.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detection.appearance import DEFAULT_EMBEDDER, KINDS, Kind
from detection.colours import oklab
from detection.models import ModelCard, card, load
from detection.onnx_graph import also_giving
from detection.onnx_session import Session
from detection.preprocess import planes, require_bgr, shrink, stretch
from detection.types import Device, ModelProvenance
from video.types import Pixels


@dataclass(frozen=True, slots=True)
class _Layer:
    """One tensor of the network: its channels, pixels a cell, how much it counts, and into how
    many sums its channels are folded."""

    name: str
    channels: int
    stride: int
    weight: float
    folded: int


_LAYERS: Final = (_Layer("t173", 384, 16, 0.7, 128), _Layer("t168", 32, 8, 0.2, 32))
_SIZES: Final[dict[Kind, tuple[int, int]]] = {"person": (128, 256), "vehicle": (256, 128)}
"""Width and height of the network's input."""
_PARTS: Final = 8

_COLOUR_WEIGHT: Final = 0.1
_STRIPES: Final = 6
_STRIPE_WIDTH, _STRIPE_HEIGHT = 32, 16
_LIGHTNESS_BINS: Final = 8
_HUE_BINS: Final = 6
_MOST_CHROMA: Final = 0.15
_LENGTH: Final = sum(_PARTS * layer.folded for layer in _LAYERS) + _STRIPES * (
    _LIGHTNESS_BINS + _HUE_BINS**2
)
_TINY: Final = 1e-6


def _signs(count: int) -> NDArray[np.float32]:
    """Plus and minus one, evenly mixed and the same for ever, `(count,)`: bits of a linear
    congruential generator (that of the C standard's example), whose first number is fixed."""
    state, signs = 12345, []
    for _ in range(count):
        state = (1103515245 * state + 12345) % 2**31
        signs.append(1.0 if state >> 16 & 1 else -1.0)
    return np.array(signs, np.float32)


_SIGNS: Final = {layer.name: _signs(layer.channels) for layer in _LAYERS}


class SsdEmbedder:
    """An `Embedder` of people and vehicles that needs no model beside the detector's."""

    def __init__(self, content: bytes, model: ModelCard, *, threads: int = 1) -> None:
        """Load the network and try it once.

        Raises:
            ModelUnusable: the network cannot be loaded or gives something else than expected.
        """
        self._card = model
        tapped = also_giving(content, [layer.name for layer in _LAYERS])
        self._session = Session(tapped, model=model.name, threads=threads)
        self.embed([np.zeros((48, 24, 3), np.uint8)], "person")

    @property
    def name(self) -> str:
        return DEFAULT_EMBEDDER

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Both."""
        return KINDS

    @property
    def provenance(self) -> ModelProvenance:
        options: dict[str, int | float | str] = {
            "embedder": self.name,
            "layers": " ".join(f"{one.name}:{one.weight}:{one.folded}" for one in _LAYERS),
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
        return np.array(rows, np.float32).reshape(len(rows), _LENGTH)

    def _one(self, picture: Pixels, kind: Kind) -> NDArray[np.float32]:
        require_bgr(picture)
        width, height = _SIZES[kind]
        scaled, _ = stretch(picture, width=width, height=height)
        shapes = {
            layer.name: (1, layer.channels, height // layer.stride, width // layer.stride)
            for layer in _LAYERS
        }
        found = self._session.run(planes(scaled, scale=1 / 127.5, offset=-1, rgb=True), shapes)
        told = [
            _differences(tensor[0], layer) * layer.weight**0.5
            for tensor, layer in zip(found, _LAYERS, strict=True)
        ]
        # Where the parts do not differ (a blank picture), colour is all there is.
        return _unit(np.concatenate([*told, coloured_stripes(picture) * _COLOUR_WEIGHT**0.5]))


def _differences(tensor: NDArray[np.float32], layer: _Layer) -> NDArray[np.float32]:
    """How each part of a tensor `(channels, rows, columns)` differs from the mean of all parts,
    `(parts · folded,)` of length 1.

    Channels are folded into fewer sums with fixed signs, which keeps angles nearly as they are
    (Weinberger et al. 2009, "Feature hashing for large scale multitask learning").
    """
    channels, rows, columns = tensor.shape
    across = (np.arange(columns) - (columns - 1) / 2) / (columns / 4)
    weights = np.exp(-0.5 * across**2).astype(np.float32)
    middle = tensor @ (weights / weights.sum())
    parts = _unit(middle.reshape(channels, _PARTS, rows // _PARTS).mean(axis=2).T)
    apart = _unit(parts - parts.mean(axis=0)) * _SIGNS[layer.name]
    folded = apart.reshape(_PARTS, channels // layer.folded, layer.folded).sum(axis=1)
    return _unit(folded.ravel())


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
    """The values at length 1 along their last axis; zeros stay zeros."""
    lengths = np.linalg.norm(values, axis=-1, keepdims=True)
    unit: NDArray[np.float32] = values / np.maximum(lengths, _TINY)
    return unit


def open_ssd_embedder(*, threads: int) -> SsdEmbedder:
    """The shipped embedder.

    Raises:
        DetectionError: its model is missing, damaged or cannot run.
    """
    model = card("ssd-oidv4")
    return SsdEmbedder(load(model), model, threads=threads)
