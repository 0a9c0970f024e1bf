"""ONNX networks of a few nodes, for sessions and detectors that must refuse or pass them."""

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Stored = NDArray[np.float32] | NDArray[np.int64]


def constant_network(
    outputs: Mapping[str, tuple[int, ...]], value: float = 0.0, *, inputs: int = 1
) -> bytes:
    """A network that takes pictures of any size and gives the same value everywhere.

    The values are added to the input's mean times nothing, so that the input is really used.
    """
    taken = [f"images{at}" if at else "images" for at in range(inputs)]
    nodes = [
        helper.make_node("ReduceMean", [taken[0]], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "nothing"], ["zero"]),
    ]
    stored = [numpy_helper.from_array(np.array(0, np.float32), "nothing")]
    for name, shape in outputs.items():
        stored.append(numpy_helper.from_array(np.full(shape, value, np.float32), f"{name}_values"))
        nodes.append(helper.make_node("Add", [f"{name}_values", "zero"], [name]))
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, "h", "w"])
            for name in taken
        ],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
            for name, shape in outputs.items()
        ],
        stored,
    )
    return _checked(graph)


def detr_network(
    labels: Sequence[int], shares: Sequence[Sequence[float]], scores: Sequence[float]
) -> bytes:
    """A network that takes `images` and `orig_target_sizes` (width, height) and always finds the
    same: boxes at these shares (left, top, right, bottom) of the size."""
    stored: dict[str, Stored] = {
        "labels_values": np.array([labels], np.int64),
        "shares": np.array([shares], np.float32).reshape(1, -1, 4),
        "scores_values": np.array([scores], np.float32),
        "nothing": np.array(0, np.float32),
    }
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "nothing"], ["zero"]),
        helper.make_node("Cast", ["orig_target_sizes"], ["size"], to=TensorProto.FLOAT),
        helper.make_node("Concat", ["size", "size"], ["ends"], axis=1),
        helper.make_node("Mul", ["shares", "ends"], ["boxes"]),
        helper.make_node("Add", ["scores_values", "zero"], ["scores"]),
        helper.make_node("Identity", ["labels_values"], ["labels"]),
    ]
    inputs: dict[str, tuple[int, list[int | str]]] = {
        "images": (TensorProto.FLOAT, [1, 3, "h", "w"]),
        "orig_target_sizes": (TensorProto.INT64, [1, 2]),
    }
    outputs: dict[str, tuple[int, list[int]]] = {
        "labels": (TensorProto.INT64, [1, len(labels)]),
        "boxes": (TensorProto.FLOAT, [1, len(labels), 4]),
        "scores": (TensorProto.FLOAT, [1, len(labels)]),
    }
    return _network(nodes, inputs, outputs, stored)


def fixed_network(taken: str, outputs: Mapping[str, NDArray[np.float32]]) -> bytes:
    """A network that takes pictures called `taken` and always gives these arrays."""
    stored: dict[str, Stored] = {"nothing": np.array(0, np.float32)}
    nodes = [
        helper.make_node("ReduceMean", [taken], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "nothing"], ["zero"]),
    ]
    for name, values in outputs.items():
        stored[f"{name}_values"] = values.astype(np.float32)
        nodes.append(helper.make_node("Add", [f"{name}_values", "zero"], [name]))
    shapes = {name: (TensorProto.FLOAT, list(values.shape)) for name, values in outputs.items()}
    return _network(nodes, {taken: (TensorProto.FLOAT, [1, 3, "h", "w"])}, shapes, stored)


def text_network(table: NDArray[np.float32]) -> bytes:
    """A network that gives the sum of the rows of `table` that `input_ids` names: text_embeds."""
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("ReduceSum", ["rows", "axis"], ["text_embeds"], keepdims=0),
    ]
    return _network(
        nodes,
        {"input_ids": (TensorProto.INT64, [1, "n"])},
        {"text_embeds": (TensorProto.FLOAT, [1, table.shape[1]])},
        {"table": table.astype(np.float32), "axis": np.array([1], np.int64)},
    )


def mean_colour_network() -> bytes:
    """A network that gives the mean of each plane of `pixel_values`: image_embeds, `(1, 3)`."""
    nodes = [helper.make_node("ReduceMean", ["pixel_values"], ["image_embeds"], axes=[2, 3],
                              keepdims=0)]  # fmt: skip
    return _network(
        nodes,
        {"pixel_values": (TensorProto.FLOAT, [1, 3, "h", "w"])},
        {"image_embeds": (TensorProto.FLOAT, [1, 3])},
        {},
    )


def _network(
    nodes: Sequence[onnx.NodeProto],
    inputs: Mapping[str, tuple[int, list[int | str]]],
    outputs: Mapping[str, tuple[int, list[int]]],
    stored: Mapping[str, Stored],
) -> bytes:
    return _checked(
        helper.make_graph(
            list(nodes),
            "tiny",
            [helper.make_tensor_value_info(name, *what) for name, what in inputs.items()],
            [helper.make_tensor_value_info(name, *what) for name, what in outputs.items()],
            [numpy_helper.from_array(values, name) for name, values in stored.items()],
        )
    )


def _checked(graph: onnx.GraphProto) -> bytes:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content
