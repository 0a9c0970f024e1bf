"""Sessions: which device runs, and what happens to networks that do not work."""

import numpy as np
import pytest

from detection import onnx_session
from detection.detector import open_detector
from detection.errors import ModelUnusable
from detection.onnx_session import (
    Session,
    choose_device,
    cuda_trouble,
    probe_speed,
    try_cuda_in_child,
)
from resources.errors import UserError
from tests.support.tiny_networks import constant_network
from video.synthetic.scene import Scene

_PICTURE = np.zeros((1, 3, 8, 8), np.float32)

needs_no_cuda = pytest.mark.skipif(not cuda_trouble(), reason="CUDA works on this machine")


def test_outputs_come_in_the_order_they_are_asked_for() -> None:
    session = Session(constant_network({"a": (2,), "b": (1, 3)}, 0.5), model="tiny")

    b, a = session.run(_PICTURE, {"b": (1, 3), "a": (2,)})

    assert b.tolist() == [[0.5, 0.5, 0.5]]
    assert a.tolist() == [0.5, 0.5]


def test_the_cpu_is_used_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSTATION_DEVICE", "cpu")

    device = Session(constant_network({"a": (2,)}), model="tiny").device

    assert (device.provider, device.name) == ("CPUExecutionProvider", "cpu")
    assert "WORKSTATION_DEVICE" in device.reason


def test_an_unknown_device_is_refused_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSTATION_DEVICE", "tpu")

    with pytest.raises(UserError) as caught:
        choose_device()

    assert "auto, cpu or cuda" in caught.value.hint


@needs_no_cuda
@pytest.mark.parametrize(
    ("wanted", "words"), [("auto", "CUDA cannot be used"), ("cuda", "CUDA was asked for but")]
)
def test_falling_back_to_the_cpu_says_why(
    monkeypatch: pytest.MonkeyPatch, wanted: str, words: str
) -> None:
    monkeypatch.setenv("WORKSTATION_DEVICE", wanted)

    device = Session(constant_network({"a": (2,)}), model="tiny").device

    assert device.name == "cpu"
    assert device.reason.startswith(words)
    assert cuda_trouble() in device.reason


@needs_no_cuda
def test_a_trial_in_a_child_tells_what_is_missing_and_prints_nothing(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert try_cuda_in_child()
    assert capfd.readouterr() == ("", "")


def test_cuda_that_works_in_the_trial_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_session, "cuda_trouble", lambda: "")

    assert choose_device().provider == "CUDAExecutionProvider"


@needs_no_cuda
def test_a_session_that_lands_on_the_cpu_after_all_is_not_called_cuda(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(onnx_session, "cuda_trouble", lambda: "")

    session = Session(constant_network({"a": (2,)}), model="tiny")

    assert session.device.provider == "CPUExecutionProvider"
    assert session.device.name == "cpu"
    assert "CUDA" in session.device.reason or "cuda" in session.device.reason
    assert session.run(_PICTURE, {"a": (2,)})[0].tolist() == [0, 0]


@pytest.mark.gpu
def test_cuda_finds_what_the_cpu_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    if trouble := cuda_trouble():
        pytest.skip(f"CUDA cannot be used: {trouble}")
    picture = Scene().picture(5)
    on_cuda = open_detector("ssd-oidv4")
    monkeypatch.setenv("WORKSTATION_DEVICE", "cpu")
    on_cpu = open_detector("ssd-oidv4")

    expected, found = on_cpu.detect(picture), on_cuda.detect(picture)

    assert on_cuda.device.name == "cuda"
    n = int((expected.scores > 0.2).sum())
    np.testing.assert_allclose(found.scores[:n], expected.scores[:n], atol=5e-3)
    np.testing.assert_allclose(found.boxes[:n], expected.boxes[:n], atol=1)


@pytest.mark.parametrize("content", [b"", b"words", constant_network({"a": (9, 9)})[:-20]])
def test_what_is_no_network_cannot_be_loaded(content: bytes) -> None:
    with pytest.raises(ModelUnusable, match="the model tiny cannot be loaded"):
        Session(content, model="tiny")


def test_a_network_of_two_inputs_is_refused() -> None:
    with pytest.raises(ModelUnusable, match="2 inputs"):
        Session(constant_network({"a": (2,)}, inputs=2), model="tiny")


def test_an_output_that_is_not_there_is_named() -> None:
    session = Session(constant_network({"a": (2,)}), model="tiny")

    with pytest.raises(ModelUnusable, match="nowhere"):
        session.run(_PICTURE, {"nowhere": (2,)})


def test_an_output_of_another_shape_is_refused() -> None:
    session = Session(constant_network({"a": (2,)}), model="tiny")

    with pytest.raises(ModelUnusable, match=r"a as \(2,\) float32 instead of \(3,\)"):
        session.run(_PICTURE, {"a": (3,)})


def test_a_picture_the_network_does_not_take_is_refused() -> None:
    session = Session(constant_network({"a": (2,)}), model="tiny")

    with pytest.raises(ModelUnusable, match="failed on a picture"):
        session.run(np.zeros((1, 4, 8, 8), np.float32), {"a": (2,)})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_values_that_are_no_numbers_are_refused(value: float) -> None:
    session = Session(constant_network({"a": (2,)}, value), model="tiny")

    with pytest.raises(ModelUnusable, match="values in a that are no numbers"):
        session.run(_PICTURE, {"a": (2,)})


def test_the_speed_is_measured_on_the_device_that_runs() -> None:
    speed = probe_speed(runs=2)

    assert speed.milliseconds > 0
    assert speed.device == Session(constant_network({"a": (2,)}), model="tiny").device


def test_two_threads_give_the_same_values_as_one() -> None:
    content = constant_network({"a": (2,)}, 3)

    one, two = (
        Session(content, model="tiny", threads=n).run(_PICTURE, {"a": (2,)}) for n in (1, 2)
    )

    assert one[0].tolist() == two[0].tolist()
