"""What is to be seen: labels of people and vehicles, and the pictures they were made from.

The labels are files and boxes only (`tests/labels/README.md`); the footage is test data that never
ships, so whoever reads them must be ready to find neither.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final, Literal, cast

from detection.appearance import Kind
from detection.attribute_names import PERSON_ATTRIBUTES
from detection.attributes import Part
from resources.files import packaged
from resources.paths import shared_test_data
from video.decoder import open_source
from video.stills import read_picture
from video.types import Pixels

Half = Literal["dev", "held"]
HALVES: Final[tuple[Half, ...]] = ("dev", "held")

UNCLEAR: Final = "unclear"
"""What nobody can tell from the picture: left out of every figure."""
FILES: Final[Mapping[Kind, str]] = {"person": "people.csv", "vehicle": "vehicles.csv"}
PARTS: Final[Mapping[Kind, tuple[Part, ...]]] = {
    "person": ("upper", "lower"),
    "vehicle": ("body",),
}
# Columns of a file, and the attribute each holds.
TRAITS: Final[Mapping[Kind, Mapping[str, str]]] = {
    "person": {name: name for name in PERSON_ATTRIBUTES},
    "vehicle": {"type": "vehicle type"},
}
_PLACE: Final = ("file", "frame", "x", "y", "w", "h", "half")
_OR: Final = "_or"
"""Ends the name of the column with a part's second name."""
_BUNDLED: Final = "resources/"


@dataclass(frozen=True, slots=True)
class Label:
    """One person or vehicle in one picture.

    `file` starts with `data/` (shared test data) or `resources/` (bundled); `frame` is its number
    in presentation order, None for a photo; `box` left, top, width, height in pixels. `colours`
    are the names that are right for a part, best first; a part that is unclear is left out, and
    so is an attribute of `traits`.
    """

    kind: Kind
    file: str
    frame: int | None
    box: tuple[int, int, int, int]
    half: Half
    colours: Mapping[Part, tuple[str, ...]]
    traits: Mapping[str, str]

    @property
    def path(self) -> Path:
        """Where the file is, or would be."""
        if self.file.startswith(_BUNDLED):
            return packaged(*self.file.removeprefix(_BUNDLED).split("/"))
        return shared_test_data() / self.file


def columns(kind: Kind) -> list[str]:
    """What the head of a label file says, in order."""
    parts = [name for part in PARTS[kind] for name in (part, part + _OR)]
    return [*_PLACE, *parts, *TRAITS[kind]]


def labels_folder() -> Path:
    """Where a checkout has them; an installed program has none."""
    return Path(__file__).resolve().parents[2] / "tests" / "labels"


def read_labels(kind: Kind, folder: Path) -> list[Label]:
    """All labels of people or of vehicles, in the order of the file.

    Raises:
        OSError: the file is not there.
        ValueError: its columns are not `columns(kind)`, or a number is none.
    """
    with (folder / FILES[kind]).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames != columns(kind):
            raise ValueError(f"columns of {FILES[kind]}: {rows.fieldnames}")
        return [_label(kind, row) for row in rows]


def pictures(labels: Iterable[Label]) -> Iterator[tuple[Label, Pixels]]:
    """Each label with its whole BGR picture, decoded exactly as the product does.

    Raises:
        CannotOpen, NoPictures, SeekFailed, Damaged: as decoders do.
    """
    for path, group in groupby(sorted(labels, key=_place), key=lambda label: label.path):
        inside = list(group)
        if inside[0].frame is None:
            picture = read_picture(path)
            yield from ((label, picture) for label in inside)
            continue
        with open_source(path) as decoder:
            for number, same in groupby(inside, key=lambda label: label.frame or 0):
                picture = decoder.frame_at(int(decoder.index.pts[number])).bgr()
                yield from ((label, picture) for label in same)


def cut(picture: Pixels, label: Label) -> Pixels:
    """What lies in the label's box."""
    left, top, width, height = label.box
    return picture[top : top + height, left : left + width].copy()


def _label(kind: Kind, row: Mapping[str, str]) -> Label:
    colours = {
        part: tuple(name for name in (row[part], row[part + _OR]) if name)
        for part in PARTS[kind]
        if row[part] != UNCLEAR
    }
    traits = {name: row[column] for column, name in TRAITS[kind].items() if row[column] != UNCLEAR}
    left, top, width, height = (int(row[name]) for name in ("x", "y", "w", "h"))
    return Label(
        kind,
        row["file"],
        int(row["frame"]) if row["frame"] else None,
        (left, top, width, height),
        cast("Half", row["half"]),
        colours,
        traits,
    )


def _place(label: Label) -> tuple[str, int]:
    return label.file, -1 if label.frame is None else label.frame
