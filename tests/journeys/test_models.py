"""Models: what is here, what a missing one adds, and taking one in from a folder."""

from pathlib import Path

import pytest

from casefiles import agency
from resources.files import packaged
from resources.paths import shared_test_data, user_model_folder
from tests.journeys.conftest import Run
from tests.support.model_packs import DETECTOR_TAIL, pack
from tests.support.tiny_networks import constant_network, detr_network

SHARED_MODELS = shared_test_data() / "data" / "models"
needs_shared = pytest.mark.skipif(
    not SHARED_MODELS.is_dir(), reason="the folder of test data is not here (WORKSTATION_SHARED)"
)


def test_list_says_what_is_here_and_what_a_missing_model_adds(run: Run) -> None:
    listed = {entry["model"]: entry for entry in run("models", "list", "--json").document}
    assert listed["ssd-oidv4"]["verified"] is True
    assert listed["yolox-nano"]["path"] is None
    assert "buses" in listed["yolox-nano"]["adds"]
    for_people = run("models", "list").out
    assert "verified" in for_people
    assert "models import" in for_people
    assert "research only" in for_people
    sizes = {name: entry["bytes"] for name, entry in listed.items()}
    assert sizes["yolox-l"] > sizes["yolox-m"] > sizes["yolox-s"] > sizes["yolox-tiny"]
    assert "models install yolox-s" in listed["yolox-s"]["install"]


@needs_shared
def test_imported_model_is_verified_logged_and_used(run: Run, case: Path) -> None:
    done = run("models", "import", SHARED_MODELS, "--json")
    assert done.code == 0
    assert {row["model"] for row in done.document if row["outcome"] == "imported"} == {
        "cct-plates", "osnet-x0-25", "person-attributes-0230", "vehicle-attributes-0039",
        "yolox-nano", "yunet-faces",
    }  # fmt: skip
    assert "research only" in done.err
    assert "yolox-nano: already there, verified\n" in run("models", "import", SHARED_MODELS).out
    assert run("models", "verify").code == 0
    assert agency.check_chain().holds
    run("source", "add", case, packaged("demo", "market-gate.mp4"))
    report = run("index", case, "--detector", "yolox-nano", "--sample-fps", 1, "--json").document
    (source,) = report["sources"]
    assert source["detector"] == "yolox-nano"
    assert source["tracks"] >= 1
    assert "truck" in source["classes"]


def test_folder_without_a_known_model_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "yolox_nano.onnx").write_bytes(b"something else")
    done = run("models", "import", tmp_path)
    assert done.code == 2
    assert "yolox_nano.onnx is not the model" in done.err
    missing = run("models", "import", tmp_path / "gone")
    assert missing.code == 2
    assert "not a folder" in missing.err


def _detector_pack(folder: Path, network: bytes, *, at: str = "", card_only: bool = False) -> Path:
    return pack(
        folder, {"net.onnx": network}, name="agency-detector", task="detect", adapter="detr",
        says='says = "images"\nwidth = 64\nheight = 64\ncolours = "rgb"', tail=DETECTOR_TAIL,
        at=at, card_only=card_only,
    )  # fmt: skip


def test_a_pack_of_the_agencys_own_is_taken_in_verified_and_indexes(
    run: Run, case: Path, tmp_path: Path
) -> None:
    _detector_pack(tmp_path / "stick" / "any name", detr_network([2], [(0, 0, 1, 1)], [0.9]))

    done = run("models", "import", tmp_path / "stick")

    assert done.out == "agency-detector: imported, verified\n"
    assert done.err.index("licence: MIT") < done.err.index("from: this test")
    assert (user_model_folder() / "agency-detector" / "card.toml").is_file()
    assert run("models", "verify").code == 0
    run("source", "add", case, packaged("demo", "market-gate.mp4"))
    report = run(
        "index", case, "--detector", "agency-detector", "--no-motion-gate", "--sample-fps", 1,
        "--json",
    ).document  # fmt: skip
    assert report["sources"][0]["detector"] == "agency-detector"
    assert "car" in report["sources"][0]["classes"]
    assert "already there" in run("models", "import", tmp_path / "stick").out


def test_a_pack_whose_file_was_changed_is_left_alone(run: Run, tmp_path: Path) -> None:
    made = _detector_pack(tmp_path / "stick", detr_network([2], [(0, 0, 1, 1)], [0.9]))
    (made / "net.onnx").write_bytes(b"something else")

    done = run("models", "import", tmp_path / "stick")

    assert done.code == 2
    assert "net.onnx is not the model agency-detector: left alone" in done.err
    assert list(user_model_folder().iterdir()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('name = "agency-detector"', 'name = "../../etc"'), "is no name"),
        (('name = "net.onnx"', 'name = "../net.onnx"'), "is no file name"),
        (('task = "detect"', 'task = "face-recognition"'), "the task face-recognition is none of"),
        (('name = "agency-detector"', 'name = "yolox-s"'), "a model of the program"),
        (("[settings]", '[outputs]\na = ["gender"]\n[settings]'), "never infers nor stores"),
        (("person = [0]", "person = [80]"), "beyond the 80"),
        (("person = [0]", "suspect = [0]"), "no class suspect"),
        (('licence = "MIT"', 'licence = " "'), "licence is empty"),
        (("[settings]", "[["), "cannot be read"),
    ],
)
def test_a_card_that_says_what_cannot_be_is_refused_in_words(
    run: Run, tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    card = _detector_pack(tmp_path / "stick", b"x") / "card.toml"
    card.write_text(card.read_text().replace(*change))

    done = run("models", "import", tmp_path / "stick")

    assert done.code == 2
    assert words in done.err
    assert list(user_model_folder().iterdir()) == []


def test_a_pack_that_finds_other_things_than_its_card_says_stops_in_one_line(
    run: Run, case: Path, tmp_path: Path
) -> None:
    _detector_pack(tmp_path / "stick", constant_network({"output": (1, 3549, 85)}))
    run("models", "import", tmp_path / "stick")
    run("source", "add", case, packaged("demo", "market-gate.mp4"))

    done = run("index", case, "--detector", "agency-detector")

    assert done.code == 2
    assert "the model agency-detector" in done.err


def test_nothing_is_installed_before_its_licence_was_shown_and_accepted(
    run: Run, tmp_path: Path
) -> None:
    _detector_pack(tmp_path / "stick", b"x")

    done = run("models", "install", "yolox-s")

    assert done.code == 2
    assert done.err.index("licence: Apache-2.0") < done.err.index("was not accepted")
    assert "--accept-licence" in done.err
    assert list(user_model_folder().iterdir()) == []


@needs_shared
def test_one_model_is_installed_from_a_folder_alone(run: Run) -> None:
    done = run(
        "models", "install", "yunet-faces", "--from", SHARED_MODELS, "--accept-licence", "--json"
    )

    assert done.document["outcome"] == "installed"
    assert [path.name for path in user_model_folder().iterdir()] == [
        "face_detection_yunet_2026may.onnx"
    ]
    assert "already there" in run("models", "install", "yunet-faces").out
    assert agency.check_chain().holds


def test_a_folder_without_the_model_installs_nothing(run: Run, tmp_path: Path) -> None:
    done = run("models", "install", "yolox-s", "--from", tmp_path, "--accept-licence")

    assert done.code == 2
    assert "does not hold the model yolox-s" in done.err


def test_a_card_alone_is_enough_to_fetch_its_files(run: Run, tmp_path: Path) -> None:
    # An agency's own server; here one that is not there.
    _detector_pack(
        user_model_folder() / "agency-detector", b"x", at="http://127.0.0.1:9", card_only=True
    )

    assert "missing" in run("models", "list").out
    done = run("models", "install", "agency-detector", "--accept-licence")

    assert done.code == 2
    assert "no connection" in done.err
    assert "Traceback" not in done.err
