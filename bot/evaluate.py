"""Score search and answers against questions whose papers are known (`paperboy eval FILE`).

A line of FILE is {"kind", "lang", "question", "relevant_ids", "optional_ids", "answer_facts"}. `optional_ids` are
neutral: taken out of ranking and answer before scoring.

    recall@k, ndcg@10, mrr, r@1     over the first 100 hits of a search; gain is 0 or 1
    listing_precision, _recall, _f1 over the papers that the answer to a topic question names
    facts                           share of `answer_facts` that stand in the answer's text ("a|b": either spelling)
    false_answers                   share of unanswerable questions that were answered
    false_refusals                  share of the others that were not
    leave_one_out                   of questions about one paper, asked as if it weren't stored: the shares that were
                                    answered all the same, and that were told the closest papers

Owns: the figures and their definitions.
Does not own: searching and answering, which it calls as `paperboy search` and `paperboy ask` do.
"""

import json
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

from bot import answer, written
from bot.app import App
from bot.given import Answer
from bot.request import Request
from bot.written import Asker
from store import ledger, question
from store.errors import FormatError, InputError

DEPTH = 100
"""Hits of a search that are scored."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the papers that answer it."""

    kind: str
    lang: str
    question: str
    relevant: frozenset[str]
    optional: frozenset[str]
    facts: tuple[str, ...]


@dataclass
class Scores:
    """One question's figures, by name."""

    case: Case
    answered: bool
    latency_ms: float
    figures: dict[str, float] = field(default_factory=dict)
    written: bool = False
    said: int = 0
    kept: int = 0
    hidden: str = ""


def read(path: Path) -> list[Case]:
    """The questions of a file.

    Raises:
        InputError: it can't be read.
        FormatError: a line is no question.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} can't be read ({error}).") from error
    return [_case(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


async def evaluate(
    app: App, cases: Sequence[Case], progress: Callable[[int, int], None], *, with_model: bool = False
) -> dict[str, Any]:
    """Put every question to search and answer, and return the report that `paperboy eval --json` prints.

    `with_model`: answers are written by the model where there is one; the report then also has `written`, the share of
    answers that are its words, `citation_precision`, the share of their citations that name a paper which answers the
    question, `unsupported_sentences`, the share of the sentences it wrote that no cited passage supports (none of them
    is shown), and `tokens`.
    """
    await answer.ask(app, "warm up / 预热")  # the model and the index are loaded once, not by a question
    before = ledger.spent(app.folder.db, app.budget.today).tokens
    ask = partial(_asked, app, keyless=not with_model)
    scores = []
    for at, case in enumerate(cases):
        progress(at, len(cases))
        scores.append(await _score(app, case, ask))
    progress(len(cases), len(cases))
    told = report(scores)
    if with_model:
        answered = [one for one in scores if one.answered]
        cited = [one.figures["citation_precision"] for one in answered if "citation_precision" in one.figures]
        said = sum(one.said for one in scores)
        told |= {
            "written": _mean([one.written for one in answered]),
            "citation_precision": round(mean(cited), 4) if cited else 0.0,
            "unsupported_sentences": round(1 - sum(one.kept for one in scores) / said, 4) if said else 0.0,
            "tokens": ledger.spent(app.folder.db, app.budget.today).tokens - before,
        }
    return told


def report(scores: Sequence[Scores]) -> dict[str, Any]:
    """All figures, averaged by kind, and within a kind by language."""
    kinds = dict.fromkeys(one.case.kind for one in scores)
    unanswerable = [one.answered for one in scores if one.case.kind == "unanswerable"]
    others = [not one.answered for one in scores if one.case.kind != "unanswerable"]
    times = [one.latency_ms for one in scores]
    return {
        "questions": len(scores),
        "kinds": {kind: _kind([one for one in scores if one.case.kind == kind]) for kind in kinds},
        "false_answers": _mean(unanswerable),
        "false_refusals": _mean(others),
        "leave_one_out": _hidden(scores),
        "latency_ms": {"p50": _percentile(times, 50), "p95": _percentile(times, 95)},
    }


def _hidden(scores: Sequence[Scores]) -> dict[str, float]:
    hidden = [one.hidden for one in scores if one.hidden]
    shares = {name: _mean([one == name for one in hidden]) for name in ("answered", "closest")}
    return {"n": len(hidden), **shares}


def ranking(hits: Sequence[str], relevant: frozenset[str]) -> dict[str, float]:
    """The figures of a ranking, best first, against its relevant ids (at least one)."""
    gains = [hit in relevant for hit in hits]
    ideal = sum(1 / math.log2(at + 2) for at in range(min(10, len(relevant))))
    first = next((at for at, gain in enumerate(gains) if gain), None)
    return {
        "ndcg@10": sum(gain / math.log2(at + 2) for at, gain in enumerate(gains[:10])) / ideal,
        "recall@5": sum(gains[:5]) / len(relevant),
        "recall@10": sum(gains[:10]) / len(relevant),
        "mrr": 0.0 if first is None else 1 / (first + 1),
        "r@1": float(first == 0),
    }


def listing(named: Iterable[str], relevant: frozenset[str]) -> dict[str, float]:
    """The figures of a list of papers against the relevant ids (at least one)."""
    found = set(named)
    right = len(found & relevant)
    precision = right / len(found) if found else 0.0
    recall = right / len(relevant)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"listing_precision": precision, "listing_recall": recall, "listing_f1": f1}


async def _asked(app: App, text: str, *, keyless: bool) -> Answer:
    """What people get."""
    asker = Asker(Request(text, chat="eval", user="eval", is_operator=True), keyless=keyless)
    return await written.ask(app, text, asker)


async def _score(app: App, case: Case, ask: Callable[[str], Awaitable[Answer]]) -> Scores:
    began = time.perf_counter()
    given = await ask(case.question)
    spent_ms = 1000 * (time.perf_counter() - began)
    scores = Scores(
        case, given.answered, spent_ms, written=given.written_by == "model", said=given.said, kept=given.kept
    )
    if scores.written and case.relevant and given.citations:
        right = [one.arxiv_id in case.relevant | case.optional for one in given.citations]
        scores.figures["citation_precision"] = _mean(right)
    if case.relevant:
        found = await answer.rank(app, question.read(case.question), limit=DEPTH + len(case.optional))
        hits = [hit.entry.paper.arxiv_id for hit in found.hits]
        scores.figures |= ranking([hit for hit in hits if hit not in case.optional][:DEPTH], case.relevant)
        if case.kind.startswith("topic"):
            named = (paper.arxiv_id for paper in given.papers)
            scores.figures |= listing((one for one in named if one not in case.optional), case.relevant)
        if len(case.relevant) == 1 and not case.kind.startswith("topic"):
            scores.hidden = await _without(app, case)
    if case.facts:
        text = given.text.casefold()
        spoken = [any(spelling.casefold() in text for spelling in fact.split("|")) for fact in case.facts]
        scores.figures["facts"] = _mean(spoken)
    return scores


async def _without(app: App, case: Case) -> str:
    """What becomes of a question whose one paper isn't there: "answered", "closest" or "refused"."""
    found = await answer.rank(app, question.read(case.question), limit=1, without=next(iter(case.relevant)))
    if not found.known:
        return "refused"
    return "answered" if found.sure else "closest"


def _kind(scores: Sequence[Scores]) -> dict[str, Any]:
    langs = dict.fromkeys(one.case.lang for one in scores)
    by_lang = {lang: _averages([one for one in scores if one.case.lang == lang]) for lang in langs}
    return {**_averages(scores), "by_lang": by_lang}


def _averages(scores: Sequence[Scores]) -> dict[str, float]:
    names = dict.fromkeys(name for one in scores for name in one.figures)
    figures = {name: mean(one.figures[name] for one in scores if name in one.figures) for name in names}
    return {"n": len(scores), **{name: round(value, 4) for name, value in figures.items()}}


def _case(path: Path, number: int, line: str) -> Case:
    try:
        row = json.loads(line)
        relevant, optional = (frozenset(map(str, row.get(name, ()))) for name in ("relevant_ids", "optional_ids"))
        facts = tuple(map(str, row.get("answer_facts", ())))
        return Case(str(row["kind"]), str(row["lang"]), str(row["question"]), relevant, optional, facts)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(
            path, number, f"this is no question ({error!r}): kind, lang and question are needed."
        ) from error


def _mean(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _percentile(values: Sequence[float], percent: int) -> float:
    if len(values) < 2:
        return round(values[0], 2) if values else 0.0
    return round(quantiles(values, n=100, method="inclusive")[percent - 1], 2)
