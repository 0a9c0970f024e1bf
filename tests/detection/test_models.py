"""The catalogue, and files that are or are not the models of it."""

import hashlib
import os
from pathlib import Path

import pytest

from detection.detector import detector_names, open_detector
from detection.errors import ModelCorrupt, ModelMissing
from detection.model_import import import_models
from detection.models import ModelCard, card, cards, find, load, model_states
from resources.errors import MissingFile, UserError
from resources.files import packaged
from resources.paths import user_model_folder
from tests.support.model_packs import model_card

_CONTENT = b"the one and only model"


def _card(content: bytes = _CONTENT, name: str = "example") -> ModelCard:
    return model_card({f"{name}.onnx": content}, name=name)


def _put(folder: Path, name: str = "example.onnx", content: bytes = _CONTENT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


@pytest.fixture
def extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder named in WORKSTATION_MODELS, behind one that does not exist."""
    folder = tmp_path / "extra"
    folder.mkdir()
    monkeypatch.setenv("WORKSTATION_MODELS", os.pathsep.join((str(tmp_path / "gone"), str(folder))))
    return folder


def test_every_detector_has_its_card_and_says_what_it_adds() -> None:
    detectors = {entry.name for entry in cards() if entry.task == "detect"}
    assert detectors == set(detector_names())
    assert {f"yolox-{size}" for size in ("nano", "tiny", "s", "m", "l")} < detectors
    for entry in cards():
        assert entry.adds
        assert entry.licence
        assert entry.input.says
        assert bool(entry.classes) == (entry.task == "detect")


def test_every_address_of_the_catalogue_is_https_and_names_one_version_or_the_hash_does() -> None:
    for entry in cards():
        for part in entry.files:
            assert part.size_bytes > 0
            assert all(address.startswith("https://") for address in part.addresses)


def test_protected_outputs_are_named_only_to_be_dropped() -> None:
    assert card("person-attributes-0230").dropped == {"is_male", "longhair"}


@pytest.mark.parametrize("name", ["yolox-tiny", "yolox-s", "yolox-m", "yolox-l", "dfine-s"])
def test_a_detector_that_is_not_here_says_what_it_adds_and_how_to_have_it(name: str) -> None:
    with pytest.raises(ModelMissing) as caught:
        open_detector(name)

    assert card(name).adds in caught.value.hint
    assert f"workstation models install {name}" in caught.value.hint
    assert "workstation models import DIR" in caught.value.hint


def test_shipped_models_come_first_and_are_the_files_their_cards_name() -> None:
    assert cards()[0].shipped
    for entry in cards():
        if entry.shipped:
            assert find(entry) == packaged("models", entry.file)
            assert hashlib.sha256(load(entry)).hexdigest() == entry.sha256


def test_no_file_is_shipped_without_a_card() -> None:
    shipped = {entry.file for entry in cards() if entry.shipped}

    assert {path.name for path in packaged("models").iterdir()} == shipped


def test_an_unknown_model_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ModelMissing) as caught:
        card("yolov8n")

    assert "ssd-oidv4" in caught.value.hint


def test_a_model_is_found_in_the_users_folder_before_the_extra_ones(extra: Path) -> None:
    _put(extra)
    first = _put(user_model_folder())

    assert find(_card()) == first
    assert load(_card()) == _CONTENT


def test_a_model_is_found_in_an_extra_folder(extra: Path) -> None:
    put = _put(extra)

    assert find(_card()) == put


def test_a_model_is_found_under_another_name(extra: Path) -> None:
    _put(extra, "larger.onnx", _CONTENT + b"!")
    _put(extra, "same size.onnx", _CONTENT[::-1])

    renamed = _put(extra, "renamed.onnx")

    assert find(_card()) == renamed


def test_a_whole_copy_elsewhere_is_better_than_a_damaged_one(extra: Path) -> None:
    _put(user_model_folder(), content=_CONTENT[::-1])
    whole = _put(extra)

    assert find(_card()) == whole


@pytest.mark.parametrize("content", [_CONTENT[::-1], b"", _CONTENT + b"and more"])
def test_a_damaged_model_is_named_with_both_hashes(extra: Path, content: bytes) -> None:
    damaged = _put(extra, content=content)

    with pytest.raises(ModelCorrupt) as caught:
        load(_card())

    assert str(damaged) in caught.value.message
    assert _card().sha256 in caught.value.message
    assert hashlib.sha256(content).hexdigest() in caught.value.message


def test_a_missing_model_says_where_was_looked_and_what_to_do(extra: Path) -> None:
    with pytest.raises(ModelMissing) as caught:
        find(_card())

    assert str(extra) in caught.value.message
    assert str(user_model_folder()) in caught.value.message
    assert "workstation models import" in caught.value.hint


def test_a_folder_of_the_models_name_is_no_model(extra: Path) -> None:
    (extra / "example.onnx").mkdir()

    with pytest.raises(ModelMissing):
        find(_card())


def test_states_tell_found_missing_and_damaged_apart(extra: Path) -> None:
    shipped, catalogue = card("ssd-oidv4"), card("yolox-nano")

    states = {state.card.name: state for state in model_states()}

    assert states[shipped.name].path == find(shipped)
    assert states[catalogue.name].missing
    _put(extra, catalogue.file)
    damaged = {state.card.name: state for state in model_states()}[catalogue.name]
    assert not damaged.missing
    assert catalogue.sha256 in damaged.problem


def test_an_imported_model_is_found_afterwards(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    _put(stick, "whatever it was called")

    (row,) = import_models(stick, [_card()])

    assert row.outcome == "imported"
    assert row.path == user_model_folder() / "example.onnx"
    assert find(_card()) == row.path


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    _put(stick)
    import_models(stick, [_card()])
    written = (user_model_folder() / "example.onnx").stat().st_mtime_ns

    (row,) = import_models(stick, [_card()])

    assert row.outcome == "already there"
    assert (user_model_folder() / "example.onnx").stat().st_mtime_ns == written


def test_a_damaged_installed_model_is_replaced_by_a_whole_one(tmp_path: Path) -> None:
    _put(user_model_folder(), content=b"half of")
    stick = tmp_path / "stick"
    _put(stick)

    (row,) = import_models(stick, [_card()])

    assert row.outcome == "imported"
    assert load(_card()) == _CONTENT


def test_a_file_with_the_wrong_hash_is_left_alone(tmp_path: Path) -> None:
    damaged = _put(tmp_path / "stick", content=_CONTENT[::-1])

    (row,) = import_models(tmp_path / "stick", [_card()])

    assert (row.outcome, row.path) == ("wrong hash", damaged)
    assert list(user_model_folder().iterdir()) == []


def test_there_is_a_row_for_each_model_that_is_not_shipped(tmp_path: Path) -> None:
    rows = import_models(tmp_path)

    assert [row.card for row in rows] == [entry for entry in cards() if not entry.shipped]
    assert {row.outcome for row in rows} == {"not found"}


def test_a_model_that_cannot_be_written_leaves_nothing_half(tmp_path: Path) -> None:
    _put(tmp_path / "stick")
    # A folder of that name is in the way of the file.
    (user_model_folder() / "example.onnx").mkdir()

    with pytest.raises(UserError, match="cannot be imported"):
        import_models(tmp_path / "stick", [_card()])

    assert [path.name for path in user_model_folder().iterdir()] == ["example.onnx"]


def test_importing_from_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="not a folder"):
        import_models(tmp_path / "none")


def test_a_model_goes_by_its_name_and_by_that_of_its_file() -> None:
    assert card("osnet_x0_25_msmt17") is card("osnet-x0-25")
    with pytest.raises(ModelMissing):
        card("osnet")
