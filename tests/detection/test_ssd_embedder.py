"""The shipped embedder: taps the detector's network without changing it, and ranks people."""

import json
import subprocess
import sys

import numpy as np
import onnx
import pytest

from detection.models import card, load
from detection.onnx_graph import also_giving
from detection.onnx_session import Session
from detection.ssd_embedder import coloured_stripes
from resources.paths import shared_test_data
from tests.support.tiny_networks import constant_network


def test_added_output_leaves_the_network_as_it_was() -> None:
    content = load(card("ssd-oidv4"))
    tapped = also_giving(content, ["t173"])
    before, after = onnx.load_from_string(content), onnx.load_from_string(tapped)
    assert [output.name for output in after.graph.output] == ["box_encodings", "scores", "t173"]
    del after.graph.output[-1]
    assert after == before


def test_added_outputs_may_have_long_names_and_be_many() -> None:
    names = ["x" * 300, *(f"tensor{at}" for at in range(40))]
    model = onnx.load_from_string(also_giving(constant_network({"a": (1, 2)}), names))
    assert [output.name for output in model.graph.output] == ["a", *names]
    assert all(output.type.tensor_type.elem_type == 1 for output in model.graph.output)


def test_detections_stay_the_same_to_the_bit() -> None:
    content = load(card("ssd-oidv4"))
    picture = np.random.default_rng(0).normal(0, 0.3, (1, 3, 128, 160)).astype(np.float32)
    outputs = {"scores": (1, 396, 24)}
    plain = Session(content, model="plain")
    (expected,) = plain._session.run(["scores"], {"images": picture})
    outputs["scores"] = expected.shape
    (found,) = Session(also_giving(content, ["t173"]), model="tapped").run(picture, outputs)
    assert (found == expected).all()


def test_colour_of_the_light_matters_less_than_colours_of_things() -> None:
    rng = np.random.default_rng(2)
    shirt = rng.integers(40, 220, (12, 4, 3), np.uint8).repeat(8, axis=0).repeat(8, axis=1)
    warm = np.clip(shirt * np.array([0.8, 1.0, 1.15]), 0, 255).astype(np.uint8)
    other = rng.integers(40, 220, (12, 4, 3), np.uint8).repeat(8, axis=0).repeat(8, axis=1)
    first = coloured_stripes(shirt)
    assert first @ coloured_stripes(warm) > first @ coloured_stripes(other) + 0.2


@pytest.mark.slow
def test_people_of_two_cameras_are_ranked_as_measured() -> None:
    crops = shared_test_data() / "data" / "reid" / "pku_reid"
    judge = shared_test_data() / "tools" / "reid_eval.py"
    if not crops.is_dir() or not judge.is_file():
        pytest.skip(f"the crops are test material and not here: {crops}")
    command = [sys.executable, "-m", "workstation", "embed", "--kind", "person", "--json"]
    done = subprocess.run(
        [sys.executable, judge, crops, "--", *command], capture_output=True, text=True, check=True
    )
    measured = json.loads(done.stdout)
    assert measured["failed"] == 0
    # Measured: 0.446 and 0.270.
    assert measured["rank1"] >= 0.42
    assert measured["mAP"] >= 0.25
