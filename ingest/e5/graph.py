"""Write multilingual-e5-small's encoder as an int8 ONNX graph, by hand: the package `onnx` is not needed.

Owns: the model's architecture, int8 codes for its weights, ONNX's wire format.
Does not own: the weights' file (weights), words and positions, running the graph (local).

Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 (field numbers),
https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
"""

import struct
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ingest.e5.weights import Floats, WeightFile

# Weights as -63..63, not -127..127: on x86 without VNNI onnxruntime's uint8 * int8 kernel adds pairs of products in
# 16 bits, which would saturate. The weights have 16 levels to begin with; this costs 0.0004 of cosine.
WEIGHT_MAX = 63
TENSOR_TYPES = {"float32": 1, "int8": 3}  # onnx.TensorProto.DataType
FLOAT, INT, INTS = 1, 2, 7  # onnx.AttributeProto.AttributeType
IR_VERSION, OPSET = 8, 17
MICROSOFT = "com.microsoft"  # the domain of onnxruntime's own operators

Attribute: TypeAlias = int | float | list[int]
Tensors: TypeAlias = dict[str, NDArray[Any]]


class Graph:
    """An ONNX graph under construction. Values are known by name.

    `constants` are kept beside the graph, as "external" data, so that they are never copied into its bytes.
    """

    def __init__(self) -> None:
        self.constants: Tensors = {}
        self._parts: list[bytes] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """Declare a tensor; returns its name."""
        self.constants[name] = values = np.ascontiguousarray(values)
        shape = b"".join(_field(1, size) for size in values.shape)
        kind = _field(2, TENSOR_TYPES[values.dtype.name])
        location = _field(13, _field(1, "location") + _field(2, name)) + _field(14, 1)
        self._parts.append(_field(5, shape + kind + _field(8, name) + location))
        return name

    def add(self, op: str, *inputs: str, domain: str = "", **attributes: Attribute) -> str:
        """Append an operation; returns the name of its output."""
        return self.split(op, *inputs, outputs=1, domain=domain, **attributes)[0]

    def split(self, op: str, *inputs: str, outputs: int, domain: str = "", **attributes: Attribute) -> list[str]:
        """Append an operation that has several outputs; returns their names."""
        names = [f"t{len(self._parts)}.{number}" for number in range(outputs)]
        ends = [_field(1, name) for name in inputs] + [_field(2, name) for name in names]
        extras = [_field(5, _attribute(name, value)) for name, value in attributes.items()]
        self._parts.append(_field(1, b"".join([*ends, _field(4, op), _field(7, domain), *extras])))
        return names

    def model(self, source: str, result: str) -> bytes:
        """Return the whole model, from one float32 input to one float32 output."""
        floats = _field(2, _field(1, _field(1, TENSOR_TYPES["float32"])))
        ends = [_field(11, _field(1, source) + floats), _field(12, _field(1, result) + floats)]
        opsets = [_field(8, _field(1, domain) + _field(2, n)) for domain, n in (("", OPSET), (MICROSOFT, 1))]
        graph = b"".join([*self._parts, _field(2, "e5"), *ends])
        return b"".join([_field(1, IR_VERSION), *opsets, _field(7, graph)])


def encoder(weights: WeightFile) -> tuple[bytes, Tensors]:
    """Return the encoder as an ONNX model, and its tensors (22 MB) by name.

    It takes "x", the summed embeddings of one window, of shape (1, tokens, dim), and gives the mean of the
    last layer over the tokens, of shape (1, dim).
    """
    graph = Graph()
    x = _norm(graph, weights, "x", "emb.ln")
    for layer in (f"l{number}." for number in range(weights.layers)):
        x = _layer(graph, weights, x, layer)
    return graph.model("x", graph.add("ReduceMean", x, axes=[1], keepdims=0)), graph.constants


def _layer(graph: Graph, weights: WeightFile, x: str, layer: str) -> str:
    """Attention and feed-forward, each added to what came in, then normalised (BERT's order)."""
    projected = _linear(graph, x, *_int8(graph, weights, [layer + "q", layer + "k", layer + "v"], weights.dim))
    query_key_value = graph.split("Split", projected, outputs=3, axis=-1)
    attended = graph.add("MultiHeadAttention", *query_key_value, domain=MICROSOFT, num_heads=weights.heads)
    mixed = _linear(graph, attended, *_int8(graph, weights, [layer + "ao"], weights.dim))
    x = _norm(graph, weights, graph.add("Add", mixed, x), layer + "aln")
    wide = _linear(graph, x, *_int8(graph, weights, [layer + "fi"], weights.dim))
    active = graph.add("Gelu", wide, domain=MICROSOFT)
    # A few tokens' inner values dwarf the others' (most in layers 4 and 5): hence the scale per token.
    narrow = _linear_per_token(graph, active, *_int8(graph, weights, [layer + "fo"], weights.inner))
    return _norm(graph, weights, graph.add("Add", narrow, x), layer + "oln")


def _norm(graph: Graph, weights: WeightFile, x: str, name: str) -> str:
    gain, shift = (graph.constant(f"{name}.{part}", weights.floats(f"{name}.{part}")) for part in "wb")
    return graph.add("LayerNormalization", x, gain, shift, axis=-1, epsilon=weights.epsilon)


def _int8(graph: Graph, weights: WeightFile, names: Sequence[str], columns: int) -> tuple[str, str, str]:
    """Declare one matrix from those in `names`, stacked: its int8 codes (transposed), scales and biases."""
    matrix: Floats = np.concatenate([weights.matrix(name + ".w", columns) for name in names])
    scale = np.abs(matrix).max(axis=1) / WEIGHT_MAX
    codes = np.rint(matrix / scale[:, None]).astype(np.int8).T
    bias = np.concatenate([weights.floats(name + ".b") for name in names])
    key = names[0]
    return graph.constant(key + ".q", codes), graph.constant(key + ".s", scale), graph.constant(key + ".b", bias)


def _linear(graph: Graph, x: str, codes: str, scales: str, bias: str) -> str:
    """x @ W.T + b in int8, with one scale for the whole of x."""
    return graph.add("DynamicQuantizeMatMul", x, codes, scales, "", bias, domain=MICROSOFT)


def _linear_per_token(graph: Graph, x: str, codes: str, scales: str, bias: str) -> str:
    """x @ W.T + b in int8, each token brought to -1..1 first."""
    peak = graph.add("ReduceMax", graph.add("Abs", x), axes=[-1])  # (1, tokens, 1)
    product = graph.add("DynamicQuantizeMatMul", graph.add("Div", x, peak), codes, scales, domain=MICROSOFT)
    return graph.add("Add", graph.add("Mul", product, peak), bias)


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, list):
        return _field(1, name) + b"".join(_field(8, number) for number in value) + _field(20, INTS)
    if isinstance(value, float):
        return _field(1, name) + _field(2, value) + _field(20, FLOAT)
    return _field(1, name) + _field(3, value) + _field(20, INT)


def _field(number: int, value: float | str | bytes) -> bytes:
    """One protobuf field: https://protobuf.dev/programming-guides/encoding/."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | 5) + struct.pack("<f", value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    rest, low = number & (1 << 64) - 1, []  # negative numbers as 64 bits
    while rest > 127:
        low.append(rest & 127 | 128)
        rest >>= 7
    return bytes([*low, rest])
