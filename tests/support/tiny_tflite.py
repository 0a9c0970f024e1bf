"""Small TFLite files with random half-float weights, written with the format's own builders."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import flatbuffers
import numpy as np
import tflite
from numpy.typing import NDArray

BOXES: Final = "boxes"
VALUES: Final = "values"
PICTURE: Final = "picture"


class GraphWriter:
    """Collects tensors and operators, then writes one TFLite file."""

    def __init__(self) -> None:
        self._builder = flatbuffers.Builder(1 << 16)
        self._buffers: list[bytes] = [b""]
        self._tensors: list[tuple[str, Sequence[int], int, int]] = []
        self._operators: list[tuple[int, Sequence[int], int, str, Mapping[str, int]]] = []

    def tensor(self, name: str, shape: Sequence[int]) -> int:
        """A tensor that is computed or fed; gives its number."""
        return self._add_tensor(name, shape, tflite.TensorType.FLOAT32, 0)

    def constant(self, values: NDArray[Any]) -> int:
        """A tensor that is stored, of float16, float32 or int32."""
        kinds = {"f2": "FLOAT16", "f4": "FLOAT32", "i4": "INT32"}
        kind = getattr(tflite.TensorType, kinds[values.dtype.str[1:]])
        self._buffers.append(np.ascontiguousarray(values).tobytes())
        return self._add_tensor("", values.shape, kind, len(self._buffers) - 1)

    def weights(self, values: NDArray[np.float32]) -> int:
        """A float tensor that is stored as half floats and dequantised by an operator."""
        half = self.constant(values.astype(np.float16))
        return self.operator("DEQUANTIZE", [half], values.shape, "DequantizeOptions", {})

    def operator(
        self,
        kind: str,
        inputs: Sequence[int],
        shape: Sequence[int],
        options: str,
        values: Mapping[str, int],
        name: str = "",
    ) -> int:
        """Add an operator; gives the number of its one output."""
        output = self.tensor(name or f"t{len(self._tensors)}", shape)
        code = getattr(tflite.BuiltinOperator, kind)
        self._operators.append((code, inputs, output, options, values))
        return output

    def convolution(
        self,
        picture: int,
        shape: Sequence[int],
        weights: NDArray[np.float32],
        bias: NDArray[np.float32],
        *,
        stride: int = 1,
        valid: bool = False,
        relu6: bool = False,
        depthwise: bool = False,
        name: str = "",
    ) -> int:
        """A (depthwise) convolution to an output of `shape`."""
        values = {
            "Padding": tflite.Padding.VALID if valid else tflite.Padding.SAME,
            "StrideH": stride,
            "StrideW": stride,
            "DilationHFactor": 1,
            "DilationWFactor": 1,
            "FusedActivationFunction": tflite.ActivationFunctionType.RELU6 if relu6 else 0,
        }
        if depthwise:
            values["DepthMultiplier"] = 1
        return self.operator(
            "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D",
            [picture, self.weights(weights), self.weights(bias)],
            shape,
            "DepthwiseConv2DOptions" if depthwise else "Conv2DOptions",
            values,
            name,
        )

    def file(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        """The whole file."""
        builder = self._builder
        codes = sorted({code for code, *_ in self._operators})
        operators = [self._operator(codes, *operator) for operator in self._operators]
        tensors = [self._tensor(*tensor) for tensor in self._tensors]
        tensor_list = self._offsets(tflite.SubGraphStartTensorsVector, tensors)
        input_list, output_list = (
            builder.CreateNumpyVector(np.array(ends, np.int32)) for ends in (inputs, outputs)
        )
        operator_list = self._offsets(tflite.SubGraphStartOperatorsVector, operators)
        tflite.SubGraphStart(builder)
        tflite.SubGraphAddTensors(builder, tensor_list)
        tflite.SubGraphAddInputs(builder, input_list)
        tflite.SubGraphAddOutputs(builder, output_list)
        tflite.SubGraphAddOperators(builder, operator_list)
        graphs = self._offsets(tflite.ModelStartSubgraphsVector, [tflite.SubGraphEnd(builder)])
        code_list = self._offsets(
            tflite.ModelStartOperatorCodesVector, [self._code(code) for code in codes]
        )
        buffers = self._offsets(
            tflite.ModelStartBuffersVector, [self._buffer(content) for content in self._buffers]
        )
        tflite.ModelStart(builder)
        tflite.ModelAddVersion(builder, 3)
        tflite.ModelAddOperatorCodes(builder, code_list)
        tflite.ModelAddSubgraphs(builder, graphs)
        tflite.ModelAddBuffers(builder, buffers)
        builder.Finish(tflite.ModelEnd(builder), b"TFL3")
        return bytes(builder.Output())

    def _add_tensor(self, name: str, shape: Sequence[int], kind: int, buffer: int) -> int:
        self._tensors.append((name or f"t{len(self._tensors)}", shape, kind, buffer))
        return len(self._tensors) - 1

    def _offsets(self, start: Any, offsets: Sequence[int]) -> int:
        start(self._builder, len(offsets))
        for offset in reversed(offsets):
            self._builder.PrependUOffsetTRelative(offset)
        ended: int = self._builder.EndVector()
        return ended

    def _tensor(self, name: str, shape: Sequence[int], kind: int, buffer: int) -> Any:
        builder = self._builder
        extents = builder.CreateNumpyVector(np.array(shape, np.int32))
        text = builder.CreateString(name)
        tflite.TensorStart(builder)
        tflite.TensorAddShape(builder, extents)
        tflite.TensorAddType(builder, kind)
        tflite.TensorAddBuffer(builder, buffer)
        tflite.TensorAddName(builder, text)
        return tflite.TensorEnd(builder)

    def _operator(
        self,
        codes: Sequence[int],
        code: int,
        inputs: Sequence[int],
        output: int,
        options: str,
        values: Mapping[str, int],
    ) -> Any:
        builder = self._builder
        takes = builder.CreateNumpyVector(np.array(inputs, np.int32))
        gives = builder.CreateNumpyVector(np.array([output], np.int32))
        getattr(tflite, f"{options}Start")(builder)
        for key, value in values.items():
            getattr(tflite, f"{options}Add{key}")(builder, value)
        table = getattr(tflite, f"{options}End")(builder)
        tflite.OperatorStart(builder)
        tflite.OperatorAddOpcodeIndex(builder, codes.index(code))
        tflite.OperatorAddInputs(builder, takes)
        tflite.OperatorAddOutputs(builder, gives)
        tflite.OperatorAddBuiltinOptionsType(builder, getattr(tflite.BuiltinOptions, options))
        tflite.OperatorAddBuiltinOptions(builder, table)
        return tflite.OperatorEnd(builder)

    def _code(self, code: int) -> Any:
        tflite.OperatorCodeStart(self._builder)
        tflite.OperatorCodeAddDeprecatedBuiltinCode(self._builder, code)
        tflite.OperatorCodeAddBuiltinCode(self._builder, code)
        tflite.OperatorCodeAddVersion(self._builder, 1)
        return tflite.OperatorCodeEnd(self._builder)

    def _buffer(self, content: bytes) -> Any:
        values = None
        if content:
            values = self._builder.CreateNumpyVector(np.frombuffer(content, np.uint8))
        tflite.BufferStart(self._builder)
        if values is not None:
            tflite.BufferAddData(self._builder, values)
        return tflite.BufferEnd(self._builder)


def tiny_detector(height: int, width: int, *, seed: int = 5) -> bytes:
    """A TFLite detector in small for one input size; the same weights for the same seed.

    Two grids of anchors as `boxes` (1, n, 4), with a length written down as a number, and `values`
    (1, n, 3), with a free one; and the last feature map as `picture` (1, h, w, 6).
    """
    random = np.random.default_rng(seed)

    def some(*shape: int) -> NDArray[np.float32]:
        return random.normal(0, 0.4, shape).astype(np.float32)

    graph = GraphWriter()
    fine = (-(-height // 2), -(-width // 2))
    coarse = (-(-fine[0] // 2), -(-fine[1] // 2))
    inner = (coarse[0] - 1, coarse[1] - 1)
    images = graph.tensor("images", (1, height, width, 3))
    stem = graph.convolution(images, (1, *fine, 6), some(6, 3, 3, 3), some(6), stride=2, relu6=True)
    mixed = graph.convolution(
        stem, (1, *fine, 6), some(1, 3, 3, 6), some(6), depthwise=True, relu6=True
    )
    narrowed = graph.convolution(mixed, (1, *fine, 6), some(6, 1, 1, 6), some(6))
    summed = graph.operator(
        "ADD", [narrowed, stem], (1, *fine, 6), "AddOptions", {"FusedActivationFunction": 0}
    )
    shrunk = graph.convolution(
        summed, (1, *coarse, 6), some(1, 3, 3, 6), some(6), depthwise=True, stride=2
    )
    joined = graph.operator(
        "CONCATENATION",
        [shrunk, shrunk],
        (1, *coarse, 12),
        "ConcatenationOptions",
        {"Axis": 3, "FusedActivationFunction": 0},
    )
    last = graph.convolution(
        joined, (1, *inner, 6), some(6, 2, 2, 12), some(6), valid=True, name=PICTURE
    )
    lists = {}
    for name, each in ((BOXES, 4), (VALUES, 3)):
        parts, total = [], 0
        for source, grid in ((summed, fine), (last, inner)):
            places = 2 * grid[0] * grid[1]
            head = graph.convolution(
                source, (1, *grid, 2 * each), some(2 * each, 1, 1, 6), some(2 * each)
            )
            wanted = (1, -1, 1, each) if name == BOXES else (1, -1, each)
            parts.append(_reshaped(graph, head, wanted, places))
            total += places
        lists[name] = graph.operator(
            "CONCATENATION",
            parts,
            (1, total, 1, each) if name == BOXES else (1, total, each),
            "ConcatenationOptions",
            {"Axis": 1, "FusedActivationFunction": 0},
            "" if name == BOXES else name,
        )
    boxes = _reshaped(graph, lists[BOXES], (1, total, 4), total, BOXES)
    return graph.file([images], [boxes, lists[VALUES], last])


def _reshaped(
    graph: GraphWriter, source: int, wanted: Sequence[int], places: int, name: str = ""
) -> int:
    extents = graph.constant(np.array(wanted, np.int32))
    shape = [places if extent == -1 else extent for extent in wanted]
    return graph.operator("RESHAPE", [source, extents], shape, "ReshapeOptions", {}, name)
