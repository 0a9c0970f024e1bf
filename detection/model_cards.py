"""Cards: what a model is, in a TOML file, checked when it is read. Holds none of its bytes.

The format is told in docs/models.md; the cards of the program lie in resources/model_cards, those
of an agency beside the files they speak of.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

from detection.errors import ModelUnusable
from detection.labels import CLASS_NAMES, ObjectClass

Task = Literal[
    "detect", "person-attributes", "vehicle-attributes", "person-appearance", "vehicle-appearance",
    "text-image", "plate-find", "plate-read", "face-blur",
]  # fmt: skip
TASKS: Final[tuple[str, ...]] = get_args(Task)
Fit = Literal["letterbox", "stretch", "pad", "crop", "any"]
FITS: Final[tuple[str, ...]] = get_args(Fit)
CARD_FILE: Final = "card.toml"
"""What the card of an agency's own model is called, in the folder that holds its files."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,127}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
# Parts of the names that models give to what this program neither infers nor stores.
_PROTECTED: Final = re.compile(
    r"\bsex|gender|male\b|\bage\b|\bages\b|adult|child|\bhair|longhair|\brace\b|racial|ethnic|skin|"
    r"relig|pregnan|emotion|identity|intent|beard|\bface",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model: the very bytes meant, and where they can be had."""

    name: str
    sha256: str
    size_bytes: int
    role: str = "network"
    """What the adapter uses it for."""
    addresses: tuple[str, ...] = ()
    """https addresses, tried in this order; none where nobody offers the file."""


@dataclass(frozen=True, slots=True)
class InputRecipe:
    """What becomes of a picture before the network sees it: `(value · scale − mean) / std`."""

    says: str
    """Name, shape and meaning of what the network takes, for people."""
    width: int = 0
    height: int = 0
    """Pixels of the input; 0 where the network takes any size."""
    colours: Literal["bgr", "rgb"] = "bgr"
    fit: Fit = "stretch"
    fill: int = 0
    scale: float = 1.0
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """Of the channels in the order of `colours`, in scaled values."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One entry of the catalogue; says everything about a model but holds none of its bytes."""

    name: str
    task: Task
    adapter: str
    """Which code runs it, see docs/models.md."""
    files: tuple[ModelFile, ...]
    shipped: bool
    """True if the files come with the program."""
    licence: str
    licence_note: str
    """What the licence's name does not say, such as terms of the training data; may be empty."""
    origin: str
    adds: str
    """What a user gains by installing it, as a sentence."""
    input: InputRecipe
    classes: Mapping[ObjectClass, tuple[int, ...]] = field(default_factory=dict)
    """Our classes and the model's own numbers that belong to each."""
    outputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of what each output tensor gives, in its order."""
    dropped: frozenset[str] = frozenset()
    """Names among the outputs that an adapter throws away unread."""
    settings: Mapping[str, str | int | float] = field(default_factory=dict)
    """What else the adapter has to know."""
    pack: Path | None = None
    """The folder of an agency's own model; None for the program's catalogue."""

    @property
    def file(self) -> str:
        """The name of its only, or first, file."""
        return self.files[0].name

    def goes_by(self, name: str) -> bool:
        """Whether it is called so: by its name, or by that of its only file."""
        stems = [Path(part.name).stem for part in self.files if len(self.files) == 1]
        return name in (self.name, *stems)

    @property
    def size_bytes(self) -> int:
        return sum(part.size_bytes for part in self.files)

    @property
    def sha256(self) -> str:
        """The hash of its file; of several files, the hash of their names and hashes by name."""
        if len(self.files) == 1:
            return self.files[0].sha256
        lines = sorted(f"{part.name} {part.sha256}\n" for part in self.files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def part(self, role: str) -> ModelFile | None:
        """The file of that role, if the model has one."""
        return next((part for part in self.files if part.role == role), None)

    def number(self, setting: str, default: int) -> int:
        """A whole number among the settings."""
        found = self.settings.get(setting, default)
        return found if isinstance(found, int) else default

    def text(self, setting: str, default: str) -> str:
        """A text among the settings."""
        found = self.settings.get(setting, default)
        return found if isinstance(found, str) else default


def read_card(path: Path, *, pack: Path | None = None) -> ModelCard:
    """The card in a TOML file; `pack` is the folder of its files where it is an agency's own.

    Raises:
        ModelUnusable: it is no card, or says something that cannot be.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return _card(values, pack)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelUnusable(f"the card {path} cannot be read: {error}", _SEE) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        raise ModelUnusable(f"the card {path} is wrong: {what}", _SEE) from error


_SEE: Final = "docs/models.md tells what a card says."


def address_allowed(address: str) -> bool:
    """Whether models may be fetched from there: https, or this very computer."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _card(values: dict[str, Any], pack: Path | None) -> ModelCard:
    name = _matching(values["name"], _NAME, "name")
    files = tuple(_file(part) for part in values["files"])
    if not files:
        raise ValueError("it names no file")
    if len({part.name for part in files}) < len(files):
        raise ValueError("it names a file twice")
    outputs = {str(key): tuple(map(str, names)) for key, names in values.get("outputs", {}).items()}
    dropped = frozenset(map(str, values.get("dropped", ())))
    _check_outputs(outputs, dropped)
    if values["task"] not in TASKS:
        raise ValueError(f"the task {values['task']} is none of {', '.join(TASKS)}")
    shipped = bool(values.get("shipped", False))
    if shipped and pack is not None:
        raise ValueError("only models of the program are shipped")
    for said in ("licence", "origin", "adds"):
        if not str(values[said]).strip():
            raise ValueError(f"{said} is empty")
    card = ModelCard(
        name=name,
        task=values["task"],
        adapter=str(values["adapter"]),
        files=files,
        shipped=shipped,
        licence=str(values["licence"]),
        licence_note=str(values.get("licence_note", "")),
        origin=str(values["origin"]),
        adds=str(values["adds"]),
        input=_recipe(values["input"]),
        classes=_classes(values.get("classes", {})),
        outputs=outputs,
        dropped=dropped,
        settings=dict(values.get("settings", {})),
        pack=pack,
    )
    if card.task == "detect":
        _check_classes(card)
    return card


def _file(values: dict[str, Any]) -> ModelFile:
    addresses = tuple(map(str, values.get("addresses", ())))
    for address in addresses:
        if not address_allowed(address):
            raise ValueError(f"{address} is no https address")
    size = values["bytes"]
    if not isinstance(size, int) or size <= 0:
        raise ValueError(f"{values['name']} has {size} bytes")
    return ModelFile(
        name=_matching(values["name"], _FILE_NAME, "file name"),
        sha256=_matching(values["sha256"], _SHA256, "sha256"),
        size_bytes=size,
        role=str(values.get("role", "network")),
        addresses=addresses,
    )


def _recipe(values: dict[str, Any]) -> InputRecipe:
    colours, fit = values.get("colours", "bgr"), values.get("fit", "stretch")
    if colours not in ("bgr", "rgb"):
        raise ValueError(f"colours are bgr or rgb, not {colours}")
    if fit not in FITS:
        raise ValueError(f"fit is one of {', '.join(FITS)}, not {fit}")
    width, height = int(values.get("width", 0)), int(values.get("height", 0))
    if not (0 <= width <= 4096 and 0 <= height <= 4096):
        raise ValueError(f"the input is {width}x{height} pixels")
    std = _three(values.get("std", (1.0, 1.0, 1.0)))
    if 0.0 in std:
        raise ValueError("std has a zero")
    return InputRecipe(
        says=str(values["says"]),
        width=width,
        height=height,
        colours=colours,
        fit=fit,
        fill=int(values.get("fill", 0)),
        scale=float(values.get("scale", 1.0)),
        mean=_three(values.get("mean", (0.0, 0.0, 0.0))),
        std=std,
    )


def _three(values: Any) -> tuple[float, float, float]:
    first, second, third = map(float, values)
    return first, second, third


def _classes(values: dict[str, Any]) -> dict[ObjectClass, tuple[int, ...]]:
    for name in values:
        if name not in CLASS_NAMES:
            raise ValueError(f"there is no class {name}; known: {', '.join(CLASS_NAMES)}")
    return {CLASS_NAMES[name]: tuple(map(int, own)) for name, own in values.items()}


def _check_classes(card: ModelCard) -> None:
    if not card.classes:
        raise ValueError("a detector names its classes")
    count = card.number("class_count", 0)
    numbers = [number for own in card.classes.values() for number in own]
    if len(set(numbers)) < len(numbers):
        raise ValueError("two classes share a number of the model")
    if count and not all(0 <= number < count for number in numbers):
        raise ValueError(f"a class has a number beyond the {count} of the model")


def _check_outputs(outputs: Mapping[str, tuple[str, ...]], dropped: frozenset[str]) -> None:
    """Nothing, if everything that must not be inferred is named only to be dropped."""
    names = {name for given in outputs.values() for name in given}
    for name in sorted(names - dropped):
        if _PROTECTED.search(name.replace("_", " ")):
            raise ValueError(
                f"it gives {name}, which this program never infers nor stores: list it in 'dropped'"
            )
    if unknown := sorted(dropped - names):
        raise ValueError(f"it drops {unknown[0]}, which no output gives")


def _matching(value: Any, form: re.Pattern[str], what: str) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError(f"{value!r} is no {what}")
    return value
