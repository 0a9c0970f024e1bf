"""Colours and attributes as the product tells them, against what labels say is to be seen.

Two halves apart: rules may be made on `dev`; `held` shows what they are worth.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from detection.appearance import Kind
from detection.attribute_names import ATTRIBUTES
from detection.attributes import Part, describe, judge_light, sample
from detection.colours import COLOURS
from detection.trait_judges import Judges, open_judges
from resources.paths import shared_test_data
from video.types import Pixels
from workstation.bench.labels import (
    HALVES,
    PARTS,
    TRAITS,
    Half,
    Label,
    cut,
    labels_folder,
    pictures,
    read_labels,
)
from workstation.bench.result import Figure
from workstation.output import say

_KINDS: Final[tuple[Kind, ...]] = ("person", "vehicle")
_TOP_1, _TOP_2 = 0.75, 0.90
"""Asked of naming colours."""
_NOTHING: Final = "(none)"


@dataclass(frozen=True, slots=True)
class Told:
    """What the product says of a labelled picture: names of each part's colours, largest share
    first, whether it doubts them, and values of attributes (empty where nothing judges)."""

    colours: Mapping[Part, tuple[str, ...]]
    doubted: bool
    traits: Mapping[str, str]


Scored = tuple[Label, Told]


def attributes() -> list[Figure]:
    """Right names among colours, and precision and recall of each value of each attribute."""
    folder = labels_folder()
    if not folder.is_dir():
        return _skipped("the labels are in the source tree only (tests/labels)")
    labels = [label for kind in _KINDS for label in read_labels(kind, folder)]
    absent = next((label for label in labels if not label.path.is_file()), None)
    if absent is not None:
        return _skipped(f"{absent.file} is not in {shared_test_data()}")
    judges = open_judges()
    for kind, judge in (("people", judges.person), ("vehicles", judges.vehicle)):
        if judge is None:
            say(f"workstation: attributes of {kind} not measured: their network is not installed")
    scored = [(label, tell(picture, label, judges)) for label, picture in pictures(labels)]
    for half in HALVES:
        for line in confusion_table(_of(scored, half), half):
            say(line)
    return [*_colour_figures(scored), *_trait_figures(scored, judges)]


def tell(picture: Pixels, label: Label, judges: Judges) -> Told:
    """What the product says of what lies in the label's box of the whole BGR picture."""
    crop, whole = cut(picture, label), sample(picture)
    judged = judges.judge(crop, label.kind)
    found = describe(crop, label.kind, judge_light(whole), whole=whole)
    return Told(
        {part: tuple(name for name, _ in shares) for part, shares in found.colours.items()},
        bool(found.doubt),
        {name: trait.value for name, trait in judged.items()},
    )


def right_names(scored: Iterable[Scored], part: Part, *, among: int, strict: bool = False) -> int:
    """How many labels of the part have one of their names among the first `among` told.

    Strictly, only a label's first name is right.
    """
    return sum(
        bool(
            set(label.colours[part][: 1 if strict else None])
            & set(told.colours.get(part, ())[:among])
        )
        for label, told in scored
        if part in label.colours
    )


def confusion_table(scored: Sequence[Scored], half: Half) -> list[str]:
    """All parts, as lines: for each seen colour, what was told first instead and how often. A
    second name that was accepted counts as the seen colour."""
    lines = [f"colours of half '{half}', seen: right of all; told first instead"]
    for name, told in _confusions(scored).items():
        wrong = ", ".join(f"{other} {n}" for other, n in told.most_common() if other != name)
        lines.append(f"  {name}: {told[name]} of {told.total()}{'; ' if wrong else ''}{wrong}")
    return lines


def _confusions(scored: Iterable[Scored]) -> dict[str, Counter[str]]:
    counts = {name: Counter[str]() for name in COLOURS}
    for label, told in scored:
        for part, names in label.colours.items():
            first = (*told.colours.get(part, ()), _NOTHING)[0]
            counts[names[0]][names[0] if first in names else first] += 1
    return {name: told for name, told in counts.items() if told}


def _colour_figures(scored: Sequence[Scored]) -> list[Figure]:
    by_part: dict[str, tuple[Part, ...]] = {
        "all": tuple(part for kind in _KINDS for part in PARTS[kind])
    } | {part: (part,) for kind in _KINDS for part in PARTS[kind]}
    figures = []
    for half in (*HALVES, None):
        chosen = _of(scored, half)
        for name, parts in by_part.items():
            for among, bound in ((1, _TOP_1), (2, _TOP_2)):
                figures.append(_colour_figure(chosen, half, name, parts, among, bound))
    return figures


def _colour_figure(
    scored: Sequence[Scored],
    half: Half | None,
    name: str,
    parts: Sequence[Part],
    among: int,
    bound: float,
) -> Figure:
    asked = sum(part in label.colours for label, _ in scored for part in parts)
    right, strictly = (
        sum(right_names(scored, part, among=among, strict=strict) for part in parts)
        for strict in (False, True)
    )
    doubted = sum(told.doubted for label, told in scored for part in parts if part in label.colours)
    share = right / max(asked, 1)
    return Figure(
        f"attributes/colour/{name}/{half or 'both'}/top-{among}",
        share,
        bound,
        share / bound,
        "of the labels",
        f"{right} of {asked} have the name of the label (or the second one that the label "
        f"allows) {'first' if among == 1 else 'among the first two'}; only its first name: "
        f"{strictly}; colours of {doubted} are doubted by the product and count all the same; "
        f"asked ≥ {bound:g}",
    )


def _trait_figures(scored: Sequence[Scored], judges: Judges) -> list[Figure]:
    there = {"person": judges.person is not None, "vehicle": judges.vehicle is not None}
    return [
        figure
        for kind in _KINDS
        if there[kind]
        for half in HALVES
        for name in TRAITS[kind].values()
        for value in ATTRIBUTES[name]
        if value != "no"
        for figure in trait_figure(_of(scored, half), half, name, value)
    ]


def trait_figure(scored: Sequence[Scored], half: Half, name: str, value: str) -> list[Figure]:
    """Precision and recall; nothing where nobody saw the value and nobody told it."""
    pairs = [
        (label.traits[name] == value, told.traits[name] == value)
        for label, told in scored
        if name in label.traits and name in told.traits
    ]
    seen, told = sum(is_so for is_so, _ in pairs), sum(said for _, said in pairs)
    both = sum(is_so and said for is_so, said in pairs)
    figures = []
    for what, among, by_chance in (("precision", told, seen), ("recall", seen, told)):
        if not among or not by_chance:
            continue
        share, chance = both / among, by_chance / len(pairs)
        figures.append(
            Figure(
                f"attributes/{name}={value}/{half}/{what}",
                share,
                chance,
                share / chance,
                "of those told" if what == "precision" else "of those seen",
                f"of {len(pairs)} labels {seen} are seen so, {told} told so, {both} both; against "
                "telling as many by chance",
            )
        )
    return figures


def _of(scored: Sequence[Scored], half: Half | None) -> list[Scored]:
    return [one for one in scored if half is None or one[0].half == half]


def _skipped(why: str) -> list[Figure]:
    say(f"workstation: attributes not measured: {why}")
    return []
