"""Measure the bundled embedder: `python -m tests.bench.embedder [--json] [--texts N]`, from the project's folder.

CPU time of the whole process, so that other programs on the machine count for little. The summaries and questions
are made here (some 790 tokens and 15), half of them Chinese. Memory is Linux's, in MB: `anon` is the process's own,
the rest are pages of files, which the system may take back.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

ENGLISH = "The method trains a video diffusion model with a sparse attention mask and reports 3.2x faster sampling. "
CHINESE = "该方法利用稀疏注意力训练视频扩散模型，在三个基准上的采样速度提升了3.2倍，同时保持了生成质量。"
SUMMARIES = ("Title {}\n" + ENGLISH * 38, "标题{}\n" + CHINESE * 27)
QUESTIONS = ("Which papers of day {} make video diffusion models faster?", "第{}天有哪些论文研究视频扩散模型的加速？")


def memory_mb() -> dict[str, int]:
    """Resident memory now (`rss`), at most (`peak`), and the part that isn't files (`anon`); empty elsewhere."""
    names = {"VmRSS": "rss", "VmHWM": "peak", "RssAnon": "anon"}
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    pairs = (line.split(":") for line in lines)
    return {names[key]: int(value.split()[0]) // 1024 for key, value in pairs if key in names}


def spent(act: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of CPU and of waiting that `act` takes."""
    cpu, wall = time.process_time(), time.perf_counter()
    act()
    return 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall)


def measure(count: int) -> dict[str, float]:
    """Every figure by its name, which ends in its unit."""
    from ingest.e5.local import LocalE5

    libraries = memory_mb()
    made: list[LocalE5] = []
    start_cpu, start_wall = spent(lambda: made.append(LocalE5()))
    e5 = made[0]
    passages = [SUMMARIES[n % 2].format(n) for n in range(count)]
    questions = [QUESTIONS[n % 2].format(n) for n in range(10 * count)]
    e5.passages(passages[:1])
    tokenizing, _ = spent(lambda: [e5.tokens(text) for text in passages])
    alone, _ = spent(lambda: [e5.passages([text]) for text in passages])
    together, together_wall = spent(lambda: e5.passages(passages))
    asked, _ = spent(lambda: [e5.queries([text]) for text in questions])
    return {
        "start-up, ms": start_wall,
        "start-up, CPU ms": start_cpu,
        "a passage, tokens": sum(len(e5.tokens(text)) for text in passages) / count,
        "a passage, CPU ms": alone / count,
        "of which its tokens, CPU ms": tokenizing / count,
        "a passage among many, CPU ms": together / count,
        "a passage among many, ms": together_wall / count,
        "a question, tokens": sum(len(e5.tokens(text)) for text in questions) / len(questions),
        "a question, CPU ms": asked / len(questions),
        "before, with numpy and onnxruntime, rss MB": libraries.get("rss", 0),
        **{f"after all, {name} MB": value for name, value in memory_mb().items()},
    }


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description="Measure the bundled embedder.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--texts", type=int, default=20, help="summaries to embed (20)")
    chosen = parser.parse_args()
    figures = {name: round(value, 2) for name, value in measure(chosen.texts).items()}
    if chosen.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<44}{value:>10.1f}")


if __name__ == "__main__":
    main()
