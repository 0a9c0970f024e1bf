"""The labels are what they say they are, and the bench counts right against them."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from detection.appearance import Kind
from detection.attribute_names import ATTRIBUTES
from detection.colours import COLOURS
from resources.paths import shared_test_data
from workstation.__main__ import main
from workstation.bench import attributes
from workstation.bench.attributes import Told, confusion_table, right_names
from workstation.bench.labels import (
    HALVES,
    UNCLEAR,
    Label,
    columns,
    cut,
    labels_folder,
    pictures,
    read_labels,
)

FOLDER = labels_folder()
KINDS: tuple[Kind, ...] = ("person", "vehicle")
ALL = [label for kind in KINDS for label in read_labels(kind, FOLDER)]
LAST_VTEST = 399
PHOTOS_CHECKED = 6


def a_label(*names: str, half: str = "dev", **traits: str) -> Label:
    return Label(
        "person", "data/x.png", None, (0, 0, 9, 9), "dev" if half == "dev" else "held",
        {"upper": names} if names else {}, traits,
    )  # fmt: skip


def told(*names: str, **traits: str) -> Told:
    return Told({"upper": names}, False, traits)


@pytest.mark.parametrize(("kind", "fewest"), [("person", 150), ("vehicle", 60)])
def test_enough_are_labelled_and_both_halves_have_their_share(kind: Kind, fewest: int) -> None:
    labels = read_labels(kind, FOLDER)
    assert len(labels) >= fewest
    assert len({(label.file, label.frame, label.box) for label in labels}) == len(labels)
    halves = Counter(label.half for label in labels)
    assert set(halves) == set(HALVES)
    assert min(halves.values()) >= 0.4 * len(labels)


def test_the_half_is_settled_by_file_and_box_alone() -> None:
    for label in ALL:
        where = label.file.partition("/")[2]
        frame = "" if label.frame is None else label.frame
        key = ",".join(map(str, (where, frame, *label.box)))
        even = hashlib.sha256(key.encode()).digest()[0] % 2 == 0
        assert label.half == ("dev" if even else "held"), label


def test_only_known_names_are_used() -> None:
    for label in ALL:
        for names in label.colours.values():
            assert names
            assert set(names) <= set(COLOURS), label
            assert UNCLEAR not in names
            assert len(set(names)) == len(names), label
        for name, value in label.traits.items():
            assert value in ATTRIBUTES[name], label


@pytest.mark.parametrize("kind", KINDS)
def test_no_column_says_anything_of_a_body_or_a_face(kind: Kind) -> None:
    heads = columns(kind)
    about_clothes = {"file", "frame", "x", "y", "w", "h", "half", "upper", "lower", "body", "type"}
    named = {head.removesuffix("_or") for head in heads}
    assert named - about_clothes - set(ATTRIBUTES) == set()


def test_a_file_with_another_column_is_refused(tmp_path: Path) -> None:
    stored = (FOLDER / "people.csv").read_text(encoding="utf-8")
    (tmp_path / "people.csv").write_text(stored.replace("coat", "age", 1), encoding="utf-8")
    with pytest.raises(ValueError, match="age"):
        read_labels("person", tmp_path)


def test_no_pixels_lie_beside_the_labels_and_no_footage_of_the_second_half_is_labelled() -> None:
    assert {path.suffix for path in FOLDER.iterdir() if path.is_file()} == {".csv", ".md"}
    frames = [label.frame for label in ALL if label.file.endswith("vtest.avi")]
    assert frames
    assert max(frame or 0 for frame in frames) <= LAST_VTEST


def test_boxes_of_bundled_clips_lie_inside_their_pictures() -> None:
    bundled = [label for label in ALL if label.file.startswith("resources/")]
    assert bundled
    _assert_inside(bundled)


def test_boxes_of_shared_footage_lie_inside_their_pictures() -> None:
    if not (shared_test_data() / "data").is_dir():
        pytest.skip(f"no shared test data in {shared_test_data()}")
    people = [label for label in ALL if label.file.startswith("data/reid/")]
    cars = [label for label in ALL if label.kind == "vehicle"]
    clips = [label for label in ALL if label.file.endswith("TUD-Campus.mp4")]
    _assert_inside([*people, *cars[:: len(cars) // PHOTOS_CHECKED], *clips])


def _assert_inside(labels: list[Label]) -> None:
    seen = 0
    for label, picture in pictures(labels):
        left, top, width, height = label.box
        assert min(left, top) >= 0, label
        assert min(width, height) > 0, label
        assert cut(picture, label).shape == (height, width, 3), label
        seen += 1
    assert seen == len(labels)


def test_a_second_name_is_right_too_but_not_strictly() -> None:
    scored = [
        (a_label("black"), told("black", "grey")),
        (a_label("grey", "beige"), told("beige", "grey")),
        (a_label("red"), told("brown", "red", "pink")),
        (a_label("white"), told("grey", "blue", "white")),
        (a_label("white"), told()),
        (a_label(), told("white")),
    ]
    assert right_names(scored, "upper", among=1) == 2
    assert right_names(scored, "upper", among=2) == 3
    assert right_names(scored, "upper", among=1, strict=True) == 1
    assert right_names(scored, "upper", among=2, strict=True) == 3


def test_confusions_name_what_was_said_instead() -> None:
    scored = [
        (a_label("white"), told("grey")),
        (a_label("white", "grey"), told("grey")),
        (a_label("white"), told()),
    ]
    line = confusion_table(scored, "dev")[1].strip()
    assert line == "white: 1 of 3; grey 1, (none) 1"


def test_precision_and_recall_count_only_what_both_speak_of() -> None:
    scored = [
        (a_label(hat="yes"), told(hat="yes")),
        (a_label(hat="yes"), told(hat="no")),
        (a_label(hat="no"), told(hat="yes")),
        (a_label(hat="no"), told(hat="yes")),
        (a_label(), told(hat="yes")),
        (a_label(hat="yes"), told()),
    ]
    precision, recall = attributes.trait_figure(scored, "dev", "hat", "yes")
    assert precision.value == pytest.approx(1 / 3)
    assert recall.value == pytest.approx(1 / 2)
    assert precision.bound_or_peer == pytest.approx(2 / 4)
    assert recall.bound_or_peer == pytest.approx(3 / 4)


def test_without_the_footage_the_bench_says_why_it_measures_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORKSTATION_SHARED", str(tmp_path))
    assert main(["bench", "attributes", "--json"]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == "[]"
    assert "attributes not measured" in said.err
    assert str(tmp_path) in said.err
