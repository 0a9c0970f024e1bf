"""What every embedder must do, whatever network is inside."""

import json

import numpy as np
import pytest

from detection.appearance import EMBEDDERS, Embedder, Kind, open_embedder
from resources.errors import UserError
from video.types import Pixels

KINDS: tuple[Kind, ...] = ("person", "vehicle")


@pytest.fixture(params=EMBEDDERS.names(), scope="module")
def embedder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSTATION_HOME", str(tmp_path_factory.mktemp("home")))
        patch.delenv("WORKSTATION_DEVICE", raising=False)
        return open_embedder(request.param)


def noise(seed: int, height: int = 90, width: int = 40) -> Pixels:
    coarse = np.random.default_rng(seed).integers(0, 256, (height // 5, width // 5, 3), np.uint8)
    return coarse.repeat(5, axis=0).repeat(5, axis=1)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_finite_of_length_one_and_one_a_picture(embedder: Embedder, kind: Kind) -> None:
    pictures = [noise(1), noise(2, 40, 90), noise(3, 5, 5), np.zeros((30, 20, 3), np.uint8)]
    pictures.append(np.full((1, 1, 3), 255, np.uint8))
    rows = embedder.embed(pictures, kind)
    assert rows.dtype == np.float32
    assert rows.shape == (len(pictures), embedder.embed([noise(9)], "person").shape[1])
    assert np.isfinite(rows).all()
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_pictures_give_no_rows_of_the_usual_length(embedder: Embedder) -> None:
    assert embedder.embed([], "person").shape == (0, embedder.embed([noise(1)], "person").shape[1])


@pytest.mark.parametrize("kind", KINDS)
def test_same_picture_gives_the_same_row_whatever_is_beside_it(
    embedder: Embedder, kind: Kind
) -> None:
    alone = embedder.embed([noise(1)], kind)
    together = embedder.embed([noise(2), noise(1)], kind)
    assert (alone[0] == together[1]).all()


def test_picture_is_not_changed_and_may_be_a_part_of_another(embedder: Embedder) -> None:
    whole = noise(4, 200, 100)
    whole.setflags(write=False)
    part = whole[50:150, 20:80]
    assert (embedder.embed([part], "person") == embedder.embed([part.copy()], "person")).all()


def test_slightly_changed_picture_is_nearer_than_another(embedder: Embedder) -> None:
    one, other = noise(5), noise(6)
    changed = np.clip(one.astype(np.int16) * 0.9 + 6, 0, 255).astype(np.uint8)
    for kind in KINDS:
        near, far = embedder.embed([changed, other], kind) @ embedder.embed([one], kind)[0]
        assert near > far + 0.1


def test_what_is_no_colour_picture_is_refused(embedder: Embedder) -> None:
    for bad in (np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)):
        with pytest.raises(ValueError, match="BGR"):
            embedder.embed([bad], "person")  # type: ignore[list-item]
    with pytest.raises(ValueError, match="pixel"):
        embedder.embed([np.zeros((0, 4, 3), np.uint8)], "person")


def test_provenance_names_the_model_by_hash_and_fits_json(embedder: Embedder) -> None:
    made = embedder.provenance
    assert len(made.sha256) == 64
    assert json.loads(json.dumps(dict(made.options))) == dict(made.options)


def test_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="no embedder named nothing"):
        open_embedder("nothing")
