"""The figures of `paperboy eval`, against ones worked out by hand."""

import asyncio
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot import evaluate
from bot.app import App
from bot.evaluate import Case, Scores
from store.errors import FormatError, InputError
from tests.makers.papers import LIBRARY, about

AppOf = Callable[..., App]
SECOND, THIRD = 1 / math.log2(3), 1 / math.log2(4)
"""What a relevant paper in second and third place gains."""


def case(question: str, kind: str = "topic", lang: str = "en", **more: Any) -> Case:
    sets = {"relevant": frozenset(), "optional": frozenset(), "facts": ()} | more
    return Case(kind, lang, question, frozenset(sets["relevant"]), frozenset(sets["optional"]), sets["facts"])


def scored(answered: bool, kind: str = "topic", lang: str = "en", ms: float = 1.0, **figures: float) -> Scores:
    return Scores(case("?", kind, lang), answered, ms, figures)


def evaluated(app: App, *cases: Case) -> dict[str, Any]:
    return asyncio.run(evaluate.evaluate(app, cases, lambda done, of: None))


@pytest.mark.parametrize(
    ("hits", "relevant", "figures"),
    [
        pytest.param("ab", "ab", (1.0, 1.0, 1.0, 1.0, 1.0), id="perfect"),
        pytest.param("axb", "ab", ((1 + THIRD) / (1 + SECOND), 1.0, 1.0, 1.0, 1.0), id="one in between"),
        pytest.param("xa", "a", (SECOND, 1.0, 1.0, 0.5, 0.0), id="second"),
        pytest.param("xyza", "ab", (1 / math.log2(5) / (1 + SECOND), 0.5, 0.5, 0.25, 0.0), id="fourth, one missed"),
        pytest.param("12345a", "a", (1 / math.log2(7), 0.0, 1.0, 1 / 6, 0.0), id="sixth"),
        pytest.param("0123456789a", "a", (0.0, 0.0, 0.0, 1 / 11, 0.0), id="eleventh"),
        pytest.param("xyz", "a", (0.0, 0.0, 0.0, 0.0, 0.0), id="not found"),
        pytest.param("", "a", (0.0, 0.0, 0.0, 0.0, 0.0), id="no hits"),
        pytest.param("abcdefghijkl", "abcdefghijkl", (1.0, 5 / 12, 10 / 12, 1.0, 1.0), id="more than ten relevant"),
    ],
)
def test_a_ranking_is_scored(hits: str, relevant: str, figures: tuple[float, ...]) -> None:
    found = evaluate.ranking(list(hits), frozenset(relevant))
    assert found == pytest.approx(dict(zip(("ndcg@10", "recall@5", "recall@10", "mrr", "r@1"), figures, strict=True)))


@pytest.mark.parametrize(
    ("named", "relevant", "figures"),
    [
        pytest.param("ab", "ab", (1.0, 1.0, 1.0), id="perfect"),
        pytest.param("abxy", "ab", (0.5, 1.0, 2 / 3), id="two too many"),
        pytest.param("a", "abcd", (1.0, 0.25, 0.4), id="three missed"),
        pytest.param("aab", "ab", (1.0, 1.0, 1.0), id="one named twice"),
        pytest.param("xy", "ab", (0.0, 0.0, 0.0), id="all wrong"),
        pytest.param("", "ab", (0.0, 0.0, 0.0), id="none named"),
    ],
)
def test_a_list_is_scored(named: str, relevant: str, figures: tuple[float, ...]) -> None:
    found = evaluate.listing(named, frozenset(relevant))
    names = ("listing_precision", "listing_recall", "listing_f1")
    assert found == pytest.approx(dict(zip(names, figures, strict=True)))


def test_figures_are_averaged_by_kind_and_language() -> None:
    found = evaluate.report([scored(True, lang="en", mrr=1.0), scored(True, lang="zh", mrr=0.5), scored(True, "fact")])
    assert found["kinds"] == {
        "topic": {"n": 2, "mrr": 0.75, "by_lang": {"en": {"n": 1, "mrr": 1.0}, "zh": {"n": 1, "mrr": 0.5}}},
        "fact": {"n": 1, "by_lang": {"en": {"n": 1}}},
    }


def test_a_figure_is_averaged_over_the_questions_that_have_it() -> None:
    found = evaluate.report([scored(True, mrr=0.5), scored(True)])
    assert found["kinds"]["topic"]["mrr"] == 0.5


@pytest.mark.parametrize(
    ("scores", "false_answers", "false_refusals"),
    [
        pytest.param([], 0.0, 0.0, id="no questions"),
        pytest.param([(True, "topic"), (False, "unanswerable")], 0.0, 0.0, id="all right"),
        pytest.param([(True, "unanswerable"), (False, "unanswerable")], 0.5, 0.0, id="one false answer of two"),
        pytest.param([(False, "topic"), (True, "fact"), (True, "usage")], 0.0, 0.3333, id="one false refusal of three"),
    ],
)
def test_false_answers_and_refusals_are_shares_of_their_own_kind(
    scores: list[tuple[bool, str]], false_answers: float, false_refusals: float
) -> None:
    found = evaluate.report([scored(answered, kind) for answered, kind in scores])
    assert (found["false_answers"], found["false_refusals"]) == (false_answers, false_refusals)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        pytest.param(
            "How does ReelForge edit its own drafts?", {"n": 1, "answered": 0.0, "closest": 0.0}, id="refused"
        ),
        pytest.param("robot video", {"n": 1, "answered": 1.0, "closest": 0.0}, id="answered by another all the same"),
    ],
)
def test_a_question_about_one_paper_is_asked_again_without_it(
    app_of: AppOf, question: str, told: dict[str, float]
) -> None:
    entries = (*LIBRARY, about(20, "Otherwise", en="A robot in a video."))
    found = evaluated(app_of(entries), case(question, "fact", relevant={"3105.00002"}))
    assert found["leave_one_out"] == told


@pytest.mark.parametrize(
    ("times", "p50", "p95"),
    [
        pytest.param([], 0.0, 0.0, id="none"),
        pytest.param([4.0], 4.0, 4.0, id="one"),
        pytest.param([1.0, 3.0], 2.0, 2.9, id="two"),
        pytest.param([float(n) for n in range(101)], 50.0, 95.0, id="many"),
    ],
)
def test_times_are_percentiles(times: list[float], p50: float, p95: float) -> None:
    assert evaluate.report([scored(True, ms=ms) for ms in times])["latency_ms"] == {"p50": p50, "p95": p95}


def test_search_and_answer_are_scored_as_a_user_meets_them(app_of: AppOf) -> None:
    found = evaluated(
        app_of(LIBRARY),
        case("which papers are about video generation?", relevant={"3105.00001", "3105.00002"}),
        case("any paper on quantum error correction?", "unanswerable"),
    )
    figures = found["kinds"]["topic"]
    assert (found["questions"], figures["ndcg@10"], figures["listing_f1"], found["false_answers"]) == (2, 1.0, 1.0, 0.0)


def test_an_optional_paper_is_neutral_in_ranking_and_list(app_of: AppOf) -> None:
    question = "which papers are about video generation?"
    ids = [one.arxiv_id for one in asyncio.run(evaluate.answer.ask(app_of(LIBRARY), question)).papers]
    first, second = ids
    figures = evaluated(app_of(LIBRARY), case(question, relevant={second}, optional={first}))["kinds"]["topic"]
    assert (figures["r@1"], figures["listing_precision"]) == (1.0, 1.0)


def test_a_paper_that_is_not_optional_is_not_neutral(app_of: AppOf) -> None:
    question = "which papers are about video generation?"
    figures = evaluated(app_of(LIBRARY), case(question, relevant={"3105.00001"}))["kinds"]["topic"]
    assert figures["listing_precision"] == 0.5


@pytest.mark.parametrize(
    ("facts", "share"),
    [
        pytest.param(("soft fruit",), 1.0, id="it is said"),
        pytest.param(("SOFT FRUIT",), 1.0, id="in other letters"),
        pytest.param(("ripe fruit|soft fruit",), 1.0, id="in one of its spellings"),
        pytest.param(("soft fruit", "hard cheese"), 0.5, id="one of two"),
        pytest.param(("hard cheese",), 0.0, id="it isn't said"),
    ],
)
def test_facts_are_looked_for_in_the_answer(app_of: AppOf, facts: tuple[str, ...], share: float) -> None:
    asked = case("How does Graspable touch fruit?", "fact", relevant={"3105.00005"}, facts=facts)
    assert evaluated(app_of(LIBRARY), asked)["kinds"]["fact"]["facts"] == share


def test_only_topics_are_scored_as_lists(app_of: AppOf) -> None:
    figures = evaluated(app_of(LIBRARY), case("Graspable", "fact", relevant={"3105.00005"}))["kinds"]["fact"]
    assert "listing_f1" not in figures


def test_a_file_of_questions_is_read(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    row = {
        "kind": "topic",
        "lang": "zh",
        "question": "视频？",
        "relevant_ids": ["1"],
        "optional_ids": ["2"],
        "qid": "x",
    }
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n\n", encoding="utf-8")
    assert evaluate.read(path) == [case("视频？", lang="zh", relevant={"1"}, optional={"2"})]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("{", id="no JSON"),
        pytest.param('["topic"]', id="no object"),
        pytest.param('{"kind": "topic", "lang": "en"}', id="no question"),
        pytest.param('{"kind": "topic", "lang": "en", "question": "?", "relevant_ids": 3}', id="ids that are none"),
    ],
)
def test_a_malformed_line_is_an_error_that_names_file_and_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"kind": "topic", "lang": "en", "question": "?"}\n' + line, encoding="utf-8")
    with pytest.raises(FormatError, match=r"q\.jsonl:2: "):
        evaluate.read(path)


@pytest.mark.parametrize("content", [pytest.param(None, id="missing"), pytest.param(b"\xff", id="no UTF-8")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "q.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"q\.jsonl"):
        evaluate.read(path)
