"""Further outputs for a network, added to its bytes in memory; what it computes stays the same.

An ONNX file is a protobuf message, and protobuf messages that follow each other are merged:
repeated fields, such as the outputs of the graph, are joined. So the file on disk keeps its hash,
and no library is needed to build messages.
"""

from collections.abc import Sequence
from typing import Final

# Field numbers of onnx.proto: ModelProto.graph, GraphProto.output, ValueInfoProto.name.
_GRAPH: Final = 7
_OUTPUT: Final = 12
_NAME: Final = 1
_DELIMITED: Final = 2
# ValueInfoProto.type: a tensor of 32-bit floats, of no said shape.
_FLOAT_TENSOR: Final = b"\x12\x04\x0a\x02\x08\x01"


def also_giving(content: bytes, tensors: Sequence[str]) -> bytes:
    """The network `content` (an ONNX file) with these of its tensors as outputs, after its own."""
    outputs = b"".join(
        _field(_OUTPUT, _field(_NAME, tensor.encode()) + _FLOAT_TENSOR) for tensor in tensors
    )
    return content + _field(_GRAPH, outputs)


def _field(number: int, inside: bytes) -> bytes:
    return _varint(number << 3 | _DELIMITED) + _varint(len(inside)) + inside


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
