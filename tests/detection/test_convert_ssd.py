"""The converter of the shipped model, against the reference interpreter of the source format."""

import hashlib
import os
import tarfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import tflite
from ai_edge_litert.interpreter import Interpreter
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from installer.convert_ssd import TFLITE_SHA256, WrongPackage, main, onnx_from, tflite_from
from installer.tflite_graph import UnsupportedGraph, convert
from resources.files import packaged
from resources.paths import shared_test_data
from tests.support.tiny_tflite import BOXES, PICTURE, VALUES, GraphWriter, tiny_detector

_SHIPPED = "ssd_mobilenet_v2_oidv4.onnx"
_NAMES = {VALUES: "values", BOXES: "boxes", PICTURE: "picture"}

Picture = NDArray[np.float32]


def _reference(content: bytes, picture: Picture) -> dict[str, NDArray[np.float32]]:
    """Outputs of the TFLite file by name, for a picture `(h, w, 3)`."""
    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture[None])
    interpreter.invoke()
    return {
        output["name"]: interpreter.get_tensor(output["index"])
        for output in interpreter.get_output_details()
    }


def _session(content: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _ours(content: bytes, picture: Picture) -> list[NDArray[np.float32]]:
    """Outputs of the ONNX file in its order, for a picture `(h, w, 3)`."""
    images = np.ascontiguousarray(picture.transpose(2, 0, 1))[None]
    results: list[NDArray[np.float32]] = _session(content).run(None, {"images": images})
    return results


def _random_picture(height: int, width: int) -> Picture:
    return np.random.default_rng(2).uniform(-1, 1, (height, width, 3)).astype(np.float32)


@given(height=st.integers(8, 29), width=st.integers(8, 29))
def test_a_converted_graph_computes_what_the_interpreter_computes(height: int, width: int) -> None:
    content = tiny_detector(height, width)
    picture = _random_picture(height, width)
    expected = _reference(content, picture)

    converted = convert(content, input_name="images", output_names=_NAMES)
    found = _ours(converted.SerializeToString(), picture)

    for name, values in zip(_NAMES, found, strict=True):
        assert values.shape == expected[name].shape
        np.testing.assert_allclose(values, expected[name], rtol=1e-4, atol=1e-4)


@given(height=st.integers(8, 29), width=st.integers(8, 29))
def test_a_graph_drawn_for_one_size_runs_at_every_size(height: int, width: int) -> None:
    drawn_for_another = convert(tiny_detector(17, 22), input_name="images", output_names=_NAMES)
    picture = _random_picture(height, width)

    found = _ours(drawn_for_another.SerializeToString(), picture)

    expected = _reference(tiny_detector(height, width), picture)
    for name, values in zip(_NAMES, found, strict=True):
        np.testing.assert_allclose(values, expected[name], rtol=1e-4, atol=1e-4)


def test_conversion_gives_the_same_bytes_every_time() -> None:
    first, second = (
        convert(tiny_detector(9, 9), input_name="images", output_names=_NAMES).SerializeToString(
            deterministic=True
        )
        for _ in range(2)
    )

    assert first == second


def test_weights_stay_half_floats_in_the_file() -> None:
    model = convert(tiny_detector(9, 9), input_name="images", output_names=_NAMES)

    stored = [tensor.data_type for tensor in model.graph.initializer]

    assert stored.count(onnx.TensorProto.FLOAT16) == 2 * 9  # weights and bias of 9 convolutions
    # What else is stored are the two ends of each activation that is cut off.
    assert stored.count(onnx.TensorProto.FLOAT) == 2 * 2


def test_an_unknown_operator_is_refused_by_name() -> None:
    graph = GraphWriter()
    images = graph.tensor("images", (1, 4, 4, 3))
    out = graph.operator("SOFTMAX", [images], (1, 4, 4, 3), "SoftmaxOptions", {})

    with pytest.raises(UnsupportedGraph, match="SOFTMAX"):
        convert(graph.file([images], [out]), input_name="images", output_names={})


def test_another_activation_is_refused() -> None:
    graph = GraphWriter()
    images = graph.tensor("images", (1, 4, 4, 3))
    tanh = {"FusedActivationFunction": tflite.ActivationFunctionType.TANH}
    out = graph.operator("ADD", [images, images], (1, 4, 4, 3), "AddOptions", tanh)

    with pytest.raises(UnsupportedGraph, match="activation"):
        convert(graph.file([images], [out]), input_name="images", output_names={})


def test_a_missing_output_is_named() -> None:
    with pytest.raises(UnsupportedGraph, match="no output masks"):
        convert(tiny_detector(9, 9), input_name="images", output_names={"masks": "masks"})


@pytest.mark.parametrize("content", [b"", b"TFL3", b"no flatbuffer at all, only words"])
def test_something_else_than_tflite_is_refused(content: bytes) -> None:
    with pytest.raises(UnsupportedGraph, match="no TFLite"):
        convert(content, input_name="images", output_names={})


def test_a_package_of_another_version_is_refused_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assets = tmp_path / "objectron_solution_packed_assets.data"
    assets.write_bytes(bytes(184) + tiny_detector(9, 9))
    out = tmp_path / "made" / _SHIPPED

    code = main([str(assets), "--out", str(out)])

    assert code == 2
    assert TFLITE_SHA256 in capsys.readouterr().err
    assert not out.parent.exists()


def test_an_archive_without_the_assets_is_refused(tmp_path: Path) -> None:
    package = tmp_path / "other.tgz"
    (tmp_path / "package.json").write_text("{}")
    with tarfile.open(package, "w:gz") as archive:
        archive.add(tmp_path / "package.json", "package/package.json")

    with pytest.raises(WrongPackage, match="holds no"):
        tflite_from(package)


def test_a_missing_package_is_one_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none.tgz")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_shipped_model_agrees_with_the_reference_conversion() -> None:
    reference = shared_test_data() / "data" / "models" / _SHIPPED
    if not reference.is_file():
        pytest.skip(f"the reference conversion is not here: {reference}")
    shipped = packaged("models", _SHIPPED).read_bytes()

    for size in ((300, 300), (320, 432), (97, 161)):
        picture = _random_picture(*size)
        for ours, theirs in zip(
            _ours(shipped, picture), _ours(reference.read_bytes(), picture), strict=True
        ):
            np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_the_package_converts_to_the_shipped_model_and_agrees_with_the_interpreter(
    tmp_path: Path,
) -> None:
    package = os.environ.get("SIGHTLINE_OBJECTRON_PACKAGE")
    if not package:
        pytest.skip("SIGHTLINE_OBJECTRON_PACKAGE does not name the npm package")
    out = tmp_path / _SHIPPED

    assert main([package, "--out", str(out)]) == 0

    made = out.read_bytes()
    assert (
        hashlib.sha256(made).hexdigest()
        == hashlib.sha256(packaged("models", _SHIPPED).read_bytes()).hexdigest()
    )
    graph = tflite_from(Path(package))
    assert onnx_from(graph) == made
    picture = _random_picture(300, 300)
    expected = _reference(graph, picture)
    boxes, scores = _ours(made, picture)
    np.testing.assert_allclose(boxes, expected["raw_outputs/box_encodings"], atol=1e-4)
    logits = expected["raw_outputs/class_predictions"].astype(np.float64)
    np.testing.assert_allclose(scores, 1 / (1 + np.exp(-logits)), atol=1e-5)
