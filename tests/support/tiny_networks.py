"""ONNX networks of a few nodes, for sessions and detectors that must refuse or pass them."""

from collections.abc import Mapping

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


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
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content
