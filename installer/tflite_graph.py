"""TFLite graphs as ONNX graphs: the few operators that an SSD detector of half-float weights needs.

It knows no model: `installer.convert_ssd` names the files, hashes and outputs.

TFLite keeps pictures as (1, h, w, c), ONNX convolutions want (1, c, h, w). What comes out of a
convolution is therefore kept in ONNX order here, and turned back only where a reshape or a graph
output looks at the order of the values. Half-float weights stay half floats in the file behind a
Cast, which onnxruntime folds away when it loads the model.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import onnx
import tflite
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

_OPSET: Final = 17
_IR_VERSION: Final = 8
_DTYPES: Final[dict[int, np.dtype[Any]]] = {
    tflite.TensorType.FLOAT32: np.dtype("<f4"),
    tflite.TensorType.FLOAT16: np.dtype("<f2"),
    tflite.TensorType.INT32: np.dtype("<i4"),
}
_OPERATOR_NAMES: Final = {
    number: name for name, number in vars(tflite.BuiltinOperator).items() if isinstance(number, int)
}


class UnsupportedGraph(ValueError):
    """The graph uses something that this converter does not know."""


def convert(content: bytes, *, input_name: str, output_names: Mapping[str, str]) -> onnx.ModelProto:
    """The first subgraph of a TFLite file as an ONNX model of the same arithmetic.

    Args:
        content: the TFLite flatbuffer.
        input_name: name for the one input; it becomes (1, channels, height, width) float32 with
            free height and width.
        output_names: TFLite output name to ONNX output name, in the wanted order. Outputs keep
            the axis order that they have in TFLite.

    Raises:
        UnsupportedGraph: an operator, option, element type or output name is not known here.
    """
    if len(content) < 8 or not tflite.Model.ModelBufferHasIdentifier(content, 0):
        raise UnsupportedGraph("this is no TFLite file")
    return _Conversion(tflite.Model.GetRootAsModel(content, 0)).model(input_name, output_names)


class _Conversion:
    """One pass over the operators; TFLite lists them in an order that can be executed."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._graph = model.Subgraphs(0)
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: list[TensorProto] = []
        self._names: dict[int, str] = {}
        self._channels_first: set[int] = set()
        self._dequantized_from: dict[int, int] = {}

    def model(self, input_name: str, output_names: Mapping[str, str]) -> onnx.ModelProto:
        """The whole graph; called once."""
        declared_input = self._declare_input(input_name)
        steps: dict[str, Callable[[Any], None]] = {
            "CONV_2D": self._convolution,
            "DEPTHWISE_CONV_2D": self._depthwise_convolution,
            "ADD": self._add,
            "RESHAPE": self._reshape,
            "CONCATENATION": self._concatenation,
            "DEQUANTIZE": self._dequantize,
        }
        for position in range(self._graph.OperatorsLength()):
            operator = self._graph.Operators(position)
            code = self._model.OperatorCodes(operator.OpcodeIndex())
            # Writers older than schema 3a fill the small field only.
            name = _OPERATOR_NAMES[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
            if name not in steps:
                raise UnsupportedGraph(f"operator {position} is {name}")
            steps[name](operator)
        declared_outputs = self._declare_outputs(output_names)
        graph = helper.make_graph(
            self._nodes, "detector", [declared_input], declared_outputs, self._initializers
        )
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION
        )

    def _declare_input(self, name: str) -> onnx.ValueInfoProto:
        if self._graph.InputsLength() != 1:
            raise UnsupportedGraph(f"{self._graph.InputsLength()} inputs instead of one")
        index = self._graph.Inputs(0)
        shape = self._shape(index)
        if len(shape) != 4:
            raise UnsupportedGraph(f"the input has shape {shape}, not (1, height, width, channels)")
        self._names[index] = name
        self._channels_first.add(index)
        return helper.make_tensor_value_info(
            name, TensorProto.FLOAT, [1, shape[3], "height", "width"]
        )

    def _declare_outputs(self, output_names: Mapping[str, str]) -> list[onnx.ValueInfoProto]:
        outputs = [self._graph.Outputs(i) for i in range(self._graph.OutputsLength())]
        by_name = {self._graph.Tensors(index).Name().decode(): index for index in outputs}
        declared = []
        for theirs, ours in output_names.items():
            if theirs not in by_name:
                raise UnsupportedGraph(f"there is no output {theirs}, only {sorted(by_name)}")
            index = by_name[theirs]
            shape = self._shape(index)
            self._emit("Identity", [self._in_source_order(index)], ours)
            # The axes between the batch and the values of one place follow the picture's size.
            free = [f"{ours}_{axis}" for axis in range(1, len(shape) - 1)]
            declared.append(
                helper.make_tensor_value_info(ours, TensorProto.FLOAT, [1, *free, shape[-1]])
            )
        return declared

    def _convolution(self, operator: Any) -> None:
        # TFLite (out, h, w, in) to ONNX (out, in, h, w).
        self._convolve(operator, tflite.Conv2DOptions(), weight_axes=(0, 3, 1, 2))

    def _depthwise_convolution(self, operator: Any) -> None:
        # TFLite (1, h, w, channels) to ONNX (channels, 1, h, w), one group per channel.
        self._convolve(operator, tflite.DepthwiseConv2DOptions(), weight_axes=(3, 0, 1, 2))

    def _convolve(self, operator: Any, options: Any, *, weight_axes: tuple[int, ...]) -> None:
        _read_options(operator, options)
        if (options.DilationHFactor(), options.DilationWFactor()) != (1, 1):
            raise UnsupportedGraph("a dilated convolution")
        depthwise = isinstance(options, tflite.DepthwiseConv2DOptions)
        if depthwise and options.DepthMultiplier() != 1:
            raise UnsupportedGraph(f"a depth multiplier of {options.DepthMultiplier()}")
        picture, weight_index, bias_index = (operator.Inputs(i) for i in range(3))
        weights = self._constant(weight_index).transpose(weight_axes)
        self._emit_activated(
            "Conv",
            [
                self._names[picture],
                self._float_initializer(f"weights_{weight_index}", weights),
                self._float_initializer(f"bias_{bias_index}", self._constant(bias_index)),
            ],
            operator.Outputs(0),
            options.FusedActivationFunction(),
            # Not explicit numbers: at stride 2 they depend on whether the extent is even.
            auto_pad="SAME_UPPER" if options.Padding() == tflite.Padding.SAME else "VALID",
            group=len(weights) if depthwise else 1,
            kernel_shape=list(weights.shape[2:]),
            strides=[options.StrideH(), options.StrideW()],
        )
        self._channels_first.add(operator.Outputs(0))

    def _add(self, operator: Any) -> None:
        options = tflite.AddOptions()
        _read_options(operator, options)
        left, right, out = operator.Inputs(0), operator.Inputs(1), operator.Outputs(0)
        if self._shape(left) != self._shape(right):
            raise UnsupportedGraph("an addition that repeats one side")
        inputs = self._in_one_order([left, right], out)
        self._emit_activated("Add", inputs, out, options.FusedActivationFunction())

    def _concatenation(self, operator: Any) -> None:
        options = tflite.ConcatenationOptions()
        _read_options(operator, options)
        out = operator.Outputs(0)
        parts = [operator.Inputs(i) for i in range(operator.InputsLength())]
        inputs = self._in_one_order(parts, out)
        axis = options.Axis() % len(self._shape(out))
        if out in self._channels_first:
            axis = (0, 2, 3, 1)[axis]
        self._emit_activated("Concat", inputs, out, options.FusedActivationFunction(), axis=axis)

    def _reshape(self, operator: Any) -> None:
        out = operator.Outputs(0)
        extents = self._constant(operator.Inputs(1)).astype(np.int64)
        # A list of anchors written down for one input size: its length follows the picture's.
        if len(extents) > 1 and not (extents == -1).any():
            extents[1] = -1
        shape = self._store(f"shape_{out}", extents)
        name = f"t{out}"
        self._emit("Reshape", [self._in_source_order(operator.Inputs(0)), shape], name)
        self._names[out] = name

    def _dequantize(self, operator: Any) -> None:
        source = operator.Inputs(0)
        if self._dtype(source) != np.float16:
            raise UnsupportedGraph("quantised weights other than half floats")
        self._dequantized_from[operator.Outputs(0)] = source

    def _emit(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> None:
        self._nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))

    def _emit_activated(
        self, kind: str, inputs: list[str], out: int, activation: int, **attributes: Any
    ) -> None:
        name = self._names[out] = f"t{out}"
        if activation == tflite.ActivationFunctionType.NONE:
            self._emit(kind, inputs, name, **attributes)
        elif activation == tflite.ActivationFunctionType.RELU6:
            self._emit(kind, inputs, f"{name}_linear", **attributes)
            bounds = [
                self._store(f"{name}_{word}", np.array(bound, np.float32))
                for word, bound in (("least", 0), ("most", 6))
            ]
            self._emit("Clip", [f"{name}_linear", *bounds], name)
        else:
            raise UnsupportedGraph(f"activation {activation}")

    def _in_source_order(self, index: int) -> str:
        """The name of a tensor whose axes are as in TFLite."""
        name = self._names[index]
        if index not in self._channels_first:
            return name
        turned = f"{name}_channels_last"
        if turned not in (node.name for node in self._nodes):
            self._emit("Transpose", [name], turned, perm=[0, 2, 3, 1])
        return turned

    def _in_one_order(self, indices: list[int], out: int) -> list[str]:
        """Names of tensors that share one axis order, which `out` takes over."""
        if all(index in self._channels_first for index in indices):
            self._channels_first.add(out)
            return [self._names[index] for index in indices]
        return [self._in_source_order(index) for index in indices]

    def _float_initializer(self, name: str, values: NDArray[Any]) -> str:
        if values.dtype == np.float32:
            return self._store(name, values)
        half = self._store(f"{name}_half", values)
        self._emit("Cast", [half], name, to=TensorProto.FLOAT)
        return name

    def _store(self, name: str, values: NDArray[Any]) -> str:
        self._initializers.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _shape(self, index: int) -> list[int]:
        tensor = self._graph.Tensors(index)
        return [tensor.Shape(axis) for axis in range(tensor.ShapeLength())]

    def _dtype(self, index: int) -> np.dtype[Any]:
        kind = self._graph.Tensors(index).Type()
        if kind not in _DTYPES:
            raise UnsupportedGraph(f"tensor {index} has element type {kind}")
        return _DTYPES[kind]

    def _constant(self, index: int) -> NDArray[Any]:
        source = self._dequantized_from.get(index, index)
        buffer = self._model.Buffers(self._graph.Tensors(source).Buffer())
        if buffer.DataLength() == 0:
            raise UnsupportedGraph(f"tensor {source} is computed where a constant is expected")
        values: NDArray[Any] = buffer.DataAsNumpy().view(self._dtype(source))
        return values.reshape(self._shape(source))


def _read_options(operator: Any, options: Any) -> None:
    table = operator.BuiltinOptions()
    options.Init(table.Bytes, table.Pos)
