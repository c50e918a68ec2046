"""The names in a sentence: methods, models, datasets, organisations, people, as far as their spelling shows them.

A name may be said by what the glossary knows as the same ("LLM" for 大语言模型). Words that every paper has (GPU, API)
are no names; a capital at the start of a sentence makes none by itself.

Owns: which words of a sentence are names, and whether a passage has them.
Does not own: numbers (summaries.checks.numbers), what becomes of a sentence with a strange name (checks).
"""

import re
from collections.abc import Iterator

from ingest.summaries.checks.prose import without_code
from store.lexicon import Lexicon
from store.words import HAN, is_chinese, phrase

_LATIN = re.compile(r"[A-Za-z][\w+&/.-]*[\w+]|[A-Z]")
_CASED = re.compile(r".+[A-Z]|[A-Za-z].*\d")
_PLACE = re.compile(rf"[{HAN}]{{2,8}}?(?:大学|研究院|实验室|公司|学院)|《[^》\n]{{1,40}}》")
_ET_AL = re.compile(r"\b([A-Z]\w+) (?:et al|and colleagues)", re.ASCII)
_FIRST = re.compile(r"(?:^|[.!?:。！？：；;]\s*|[\"“‘'(（]|(?:^|\s)[-*•]\s+)$")
_KNOWN = """google openai microsoft meta nvidia anthropic deepmind amazon apple alibaba baidu tencent bytedance huawei
facebook tesla ibm intel stanford berkeley harvard oxford cambridge princeton tsinghua"""
_MODELS = """bert llama qwen mamba claude gemini mistral mixtral deepseek sora vicuna alpaca whisper imagenet kimi"""
_ALWAYS = frozenset(f"{_KNOWN} {_MODELS}".split())
"""Organisations and models that are names even where a sentence begins with them."""

_FIELD_WORDS = """ai ml gpu gpus cpu cpus ram vram tpu tpus api apis cli url http json html pdf sota llm llms vlm vlms
mllm mllms nlp rl sft ok vs id ids faq io 2d 3d 4d 1d k-nn fps english chinese mandarin american
european python pytorch linux arxiv figure table section appendix equation january february march april may june july
august september october november december monday tuesday wednesday thursday friday saturday sunday i"""
_ORDINARY = frozenset(_FIELD_WORDS.split())

_NOT_LETTERS = re.compile(rf"[^a-z0-9{HAN}]+")


def strange(sentence: str, known: str, lexicon: Lexicon) -> list[str]:
    """The names in `sentence` that `known` doesn't have, each once, as they are spelled."""
    said, cut = _letters(known), f" {phrase(known)} "
    return [name for name in dict.fromkeys(_names(sentence)) if not _has(name, said, cut, lexicon)]


def _names(sentence: str) -> Iterator[str]:
    plain = without_code(sentence).replace("*", "").replace("_", " ")
    yield from (found[1] for found in _ET_AL.finditer(plain))
    yield from (found[0].strip("《》") for found in _PLACE.finditer(plain))
    chinese = is_chinese(plain)  # there a capital says a name wherever it stands
    for found in _LATIN.finditer(plain):
        word = found[0].rstrip(".-")
        lower = word.lower()
        if lower in _ORDINARY or (not any(map(str.isupper, word)) and not any(map(str.isdigit, word))):
            continue
        first = not chinese and _FIRST.search(plain, 0, found.start()) is not None
        if _CASED.match(word) or lower in _ALWAYS or (len(word) > 1 and not first):
            yield word


def _has(name: str, said: str, cut: str, lexicon: Lexicon) -> bool:
    """Whether the passage has the name, its singular, each part of it, or another spelling that the glossary knows."""
    letters = _letters(name)
    if not letters or letters in said or (letters.endswith("s") and letters[:-1] in said):
        return True
    parts = [part for part in re.split(r"[-/&+]", name) if part]
    if len(parts) > 1 and all(_letters(part) in said or part.islower() for part in parts):
        return True
    units = lexicon.units(name)
    return bool(units) and all(any(f" {phrase(one)} " in cut for one in unit if phrase(one)) for unit in units)


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text.lower())
