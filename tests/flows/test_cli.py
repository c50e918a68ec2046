"""The command line through the real command: what other programs depend on."""

import gzip
import json
from pathlib import Path

import pytest

from store import exchange, report
from store.types import Entry
from tests.flows.command import Done, paperboy, start
from tests.makers.papers import LIBRARY, entry

FOLDS = entry("3105.00042", "zh", "en", authors=("Ada Crane", "Bo Boat"), upvotes=99)
ENTRIES: tuple[Entry, ...] = (*LIBRARY, FOLDS)
DAY, NEXT = "2031-05-06", "2031-05-07"


def jsonl(path: Path, entries: tuple[Entry, ...] = ENTRIES) -> Path:
    text = exchange.to_jsonl(entries).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose ./data holds ENTRIES."""
    home = tmp_path_factory.mktemp("home")
    given = paperboy("import", jsonl(home / "papers.jsonl.gz"), "--json", cwd=home)
    assert given.json == {"files": 1, "papers": 9, "summaries": 10}
    return home


@pytest.fixture(scope="module")
def run(home: Path):
    def run(*arguments: str | Path) -> Done:
        return paperboy(*arguments, cwd=home)

    return run


# import


def test_importing_twice_changes_nothing(home: Path, run) -> None:
    before = run("export", DAY, "--format", "jsonl").out
    assert run("import", home / "papers.jsonl.gz", "--json").json == {"files": 1, "papers": 9, "summaries": 10}
    assert run("export", DAY, "--format", "jsonl").out == before


def test_import_says_what_it_stored(home: Path, run) -> None:
    assert run("import", home / "papers.jsonl.gz").out == "9 papers with 10 summaries from 1 file are stored.\n"


def test_import_says_nothing_on_stderr_that_is_no_terminal(home: Path, run) -> None:
    assert run("import", home / "papers.jsonl.gz").err == ""


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param(
            "b.jsonl", '{"arxiv_id": "3105.00001", "title": "T"}', "b.jsonl:1: day", id="a line without a day"
        ),
        pytest.param("b.jsonl", '{"arxiv_id": "x", "title": "T", "day": "2031-05-06"}', "b.jsonl:1: ", id="no id"),
        pytest.param("b.jsonl", "not json", "b.jsonl:1: ", id="no JSON"),
        pytest.param("b.md", "# Something else", "b.md:1: ", id="no report"),
        pytest.param("b.jsonl.gz", "not compressed", "b.jsonl.gz", id="no gzip"),
        pytest.param("b.jsonl", "\udcff", "b.jsonl:1: ", id="no UTF-8"),
    ],
)
def test_a_faulty_file_is_named_and_nothing_of_any_file_is_stored(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    given = paperboy("import", jsonl(tmp_path / "good.jsonl"), name, "--json", cwd=tmp_path)
    assert (given.code in (1, 2), given.out, said in given.err, given.err.count("\n")) == (True, "", True, 1)
    assert paperboy("stats", "--json", cwd=tmp_path).json["papers"] == 0


# export


def test_a_day_as_a_report_is_the_report_format(run, tmp_path: Path) -> None:
    given = run("export", DAY, "--lang", "zh")
    read = report.parse(given.out, "out.md")
    assert [one.paper.arxiv_id for one in read.entries] == ["3105.00042", "3105.00001", "3105.00003", "3105.00004"]
    assert given.err == "paperboy: 1 of 5 papers have no zh summary and are left out.\n"


def test_a_day_as_json_is_one_object(run) -> None:
    given = run("export", DAY, "--format", "json").json
    assert (given["day"], given["papers"][0]) == (DAY, json.loads(exchange.to_jsonl([FOLDS])))


def test_a_day_as_lines_is_what_import_reads(run) -> None:
    lines = run("export", DAY, "--format", "jsonl").out
    assert [json.loads(line)["arxiv_id"] for line in lines.splitlines()] == [
        "3105.00042", "3105.00001", "3105.00002", "3105.00003", "3105.00004"
    ]  # fmt: skip


def test_a_day_as_bibtex_has_an_entry_a_paper(run) -> None:
    given = run("export", DAY, "--format", "bibtex").out
    assert (given.count("@misc{"), "author = {Ada Crane and Bo Boat}" in given) == (5, True)


@pytest.mark.parametrize(
    ("form", "suffix"), [pytest.param("md", ".md", id="report"), pytest.param("jsonl", ".jsonl", id="lines")]
)
def test_what_was_exported_and_imported_elsewhere_is_exported_the_same(
    run, tmp_path: Path, form: str, suffix: str
) -> None:
    first = run("export", DAY, "--lang", "zh", "--format", form).out
    (tmp_path / f"day{suffix}").write_text(first, encoding="utf-8")
    assert paperboy("import", f"day{suffix}", cwd=tmp_path).code == 0
    assert paperboy("export", DAY, "--lang", "zh", "--format", form, cwd=tmp_path).out == first


# search and ask


def test_search_prints_query_and_hits(run) -> None:
    given = run("search", "video generation", "--json").json
    assert (set(given), given["query"], set(given["hits"][0])) == (
        {"query", "hits"},
        "video generation",
        {"arxiv_id", "title", "day", "section", "score"},
    )


def test_search_gives_a_paper_once_and_the_best_first(run) -> None:
    hits = run("search", "视频生成", "--json").json["hits"]
    ids, scores = [hit["arxiv_id"] for hit in hits], [hit["score"] for hit in hits]
    assert (set(ids[:2]), len(set(ids)), scores) == (
        {"3105.00001", "3105.00002"}, len(ids), sorted(scores, reverse=True)
    )  # fmt: skip


def test_search_gives_so_many_and_only_of_those_days(run) -> None:
    few = run("search", "video generation", "--limit", "1", "--json").json["hits"]
    late = run("search", "video generation", "--since", NEXT, "--until", "2031/5/8", "--json").json["hits"]
    assert (len(few), {hit["day"] for hit in late}) == (1, {NEXT})


def test_ask_lists_the_papers_of_a_topic(run) -> None:
    given = run("ask", "which papers are about video generation?", "--json").json
    assert list(given) == ["question", "answered", "kind", "answer", "papers", "citations", "written_by"]
    assert (given["question"], given["answered"], given["kind"]) == (
        "which papers are about video generation?",
        True,
        "listing",
    )
    assert {paper["arxiv_id"] for paper in given["papers"]} == {"3105.00001", "3105.00002"}
    assert set(given["papers"][0]) == {"arxiv_id", "title", "url", "day"}
    assert set(given["citations"][0]) == {"n", "arxiv_id", "section", "quote"}
    assert given["answer"].startswith(
        "2 papers about video generation, all of 6 May 2031:\nWhat is stored in Chinese only is"
    )
    assert given["written_by"] == "quotes"


def test_ask_shows_a_paper_that_is_named(run) -> None:
    given = run("ask", "https://arxiv.org/abs/3105.00042v3", "--lang", "zh", "--json").json
    assert (given["kind"], given["papers"]) == (
        "paper",
        [
            {
                "arxiv_id": "3105.00042",
                "title": "FoldNet: Folding Paper at Scale",
                "url": "https://huggingface.co/papers/3105.00042",
                "day": DAY,
            }
        ],
    )


def test_ask_quotes_a_fact(run) -> None:
    given = run("ask", "how many fewer creases does FoldNet have?", "--json").json
    assert (given["kind"], next((one["section"], one["quote"]) for one in given["citations"])) == (
        "fact",
        ("results", "9.5% fewer creases."),
    )


def test_ask_refuses_what_is_not_stored(run) -> None:
    given = run("ask", "有没有量子纠错的论文？", "--json").json
    assert (given["answered"], given["kind"], given["papers"], given["citations"]) == (False, "none", [], [])


def test_a_refusal_is_an_answer_and_no_failure(run) -> None:
    given = run("ask", "any paper on quantum error correction?")
    assert (given.code, given.out.startswith("Nothing stored about quantum error correction."), given.err) == (
        0, True, ""
    )  # fmt: skip


# paper, guide, digest, stats, eval


def test_a_paper_is_printed_as_a_line_of_the_import_format(run) -> None:
    assert run("paper", "arXiv:3105.00042v2", "--json").json == json.loads(exchange.to_jsonl([FOLDS]))


def test_a_guide_is_printed_with_where_it_comes_from(run) -> None:
    assert run("guide", "FoldNet", "--lang", "en", "--json").json == {
        "arxiv_id": "3105.00042",
        "title": "FoldNet: Folding Paper at Scale",
        "url": "https://huggingface.co/papers/3105.00042",
        "day": DAY,
        "lang": "en",
        "guide": "Give it a sheet.",
        "source": "HTML",
        "model": "unknown",
    }


def test_a_digest_is_of_the_newest_day_unless_one_is_named(run) -> None:
    days = [run("digest", *day, "--json").json["day"] for day in ([], [DAY])]
    assert days == [NEXT, DAY]


def test_a_digest_is_the_days_papers_by_topic(run) -> None:
    given = run("digest", DAY, "--json").json
    found = [(group["topic"], [paper["arxiv_id"] for paper in group["papers"]]) for group in given["groups"]]
    assert (given["papers"], found) == (
        5,
        [
            ("video_audio", ["3105.00001", "3105.00002"]),
            ("agents", ["3105.00003"]),
            ("vision", ["3105.00004"]),
            ("other", ["3105.00042"]),
        ],
    )


@pytest.mark.parametrize("form", ["telegram", "discord", "text"])
def test_a_digest_is_shown_as_it_would_be_sent(run, form: str) -> None:
    given = run("digest", DAY, "--as", form, "--lang", "en", "--json").json
    (part,) = given["parts"]
    assert (given["of"], given["as"], given["lang"]) == (DAY, form, "en")
    assert "SkyLark" in part["text"]
    assert [button["label"] for button in part["buttons"][0]] == ["1", "2", "3", "4", "5"]
    assert bool(part["form"]) == (form == "discord")
    shown = run("digest", DAY, "--as", form, "--lang", "en").out
    assert part["text"] in shown
    assert "\n[1] [2] [3] [4] [5]\n" in shown


def test_a_round_up_is_shown_with_its_chart(home: Path, run) -> None:
    given = run("digest", "2031-W19", "--as", "telegram", "--lang", "en", "--picture", home / "w.png", "--json").json
    assert [part["picture_bytes"] > 0 for part in given["parts"]] == [True, False]
    assert len((home / "w.png").read_bytes()) == given["parts"][0]["picture_bytes"]
    assert given["parts"][0]["text"].startswith("<b>The week · 5–11 May 2031</b>")


def test_a_month_says_what_was_voted_for(run) -> None:
    given = run("digest", "2031-05", "--json").json
    assert (given["period"], given["first"], given["last"], given["papers"]) == (
        "2031-05",
        "2031-05-01",
        "2031-05-31",
        9,
    )
    assert [paper["arxiv_id"] for paper in given["voted"]][:2] == ["3105.00042", "3105.00001"]
    assert given["themes"]["video_audio"] == {"papers": 2, "change": None}


def test_stats_count_what_is_stored(run) -> None:
    given = run("stats", "--json").json
    sizes = given.pop("bytes")
    assert given == {
        "papers": 9,
        "summaries": 10,
        "passages": 11,
        "days": 2,
        "first_day": DAY,
        "last_day": NEXT,
        "embedding_model": given["embedding_model"],
        "waiting_for_embedding": 0,
    }
    assert given["embedding_model"].startswith("local:multilingual-e5-small")
    assert (set(sizes), min(sizes.values()) > 0) == ({"database", "index"}, True)


def test_eval_prints_the_figures_by_kind(run, tmp_path: Path) -> None:
    topic = {"kind": "topic", "lang": "en", "relevant_ids": ["3105.00001", "3105.00002"]}
    none = {"kind": "unanswerable", "lang": "zh", "question": "有没有量子纠错的论文？"}
    rows = [topic | {"question": "which papers are about video generation?"}, none]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    given = run("eval", tmp_path / "q.jsonl", "--json").json
    assert set(given) == {"questions", "kinds", "false_answers", "false_refusals", "leave_one_out", "latency_ms"}
    assert (given["questions"], given["false_answers"], given["false_refusals"]) == (2, 0.0, 0.0)
    figures = ["ndcg@10", "recall@5", "recall@10", "mrr", "r@1", "listing_precision", "listing_recall", "listing_f1"]
    assert set(given["kinds"]["topic"]) == {"n", "by_lang", *figures}
    assert given["kinds"]["topic"]["by_lang"]["en"]["listing_f1"] == 1.0
    assert set(given["latency_ms"]) == {"p50", "p95"}


def test_reindex_makes_every_vector_anew(home: Path, tmp_path: Path) -> None:
    jsonl(tmp_path / "one.jsonl", (FOLDS,))
    assert paperboy("import", "one.jsonl", cwd=tmp_path).code == 0
    assert paperboy("reindex", cwd=tmp_path).out.startswith("2 passages are embedded with local:")


# chat and demo


def test_chat_takes_what_a_chat_platform_takes(home: Path) -> None:
    typed = "/help\n哪些论文与视频生成有关\n/guide 3105.00042\n/quit\n/help\n"
    given = paperboy("chat", cwd=home, typed=typed)
    assert (given.code, given.err) == (0, "")
    assert [given.out.count(text) for text in ("What I do", "关于视频生成的论文有 2 篇", "给它一张纸。")] == [
        1,
        1,
        1,
    ]


@pytest.mark.parametrize(
    ("locale", "intro", "guide", "none"),
    [
        pytest.param(
            "en_US.UTF-8", "A sample day", "Usage guide", "Nothing stored about protein folding", id="English"
        ),
        pytest.param("zh_CN.UTF-8", "一天的示例", "使用指南", "没有找到关于蛋白质折叠的论文", id="Chinese"),
    ],
)
def test_the_demo_without_a_terminal_is_a_tour_in_the_users_language(
    home: Path, locale: str, intro: str, guide: str, none: str
) -> None:
    given = paperboy("--data", "demo", "demo", cwd=home, LANG=locale)
    assert (given.code, given.err) == (0, "")
    assert [text for text in (intro, guide, none) if text not in given.out] == []


# Options and exit codes


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--data", "data", "stats", "--json"], id="before the command"),
        pytest.param(["stats", "--data", "data", "--json"], id="after it"),
        pytest.param(["stats", "--json", "--data=data"], id="after it, with ="),
    ],
)
def test_the_data_folder_is_named_before_or_after_the_command(run, arguments: list[str]) -> None:
    assert run(*arguments).json["papers"] == 9


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--config", "my.toml", "stats", "--json"], id="before the command"),
        pytest.param(["stats", "--json", "--config=my.toml"], id="after it"),
    ],
)
def test_the_settings_are_named_before_or_after_the_command(home: Path, run, arguments: list[str]) -> None:
    (home / "my.toml").write_text('data = "other"', encoding="utf-8")
    assert run(*arguments).json["papers"] == 0


def test_the_data_option_wins_over_the_settings(home: Path, run) -> None:
    (home / "my.toml").write_text('data = "other"', encoding="utf-8")
    assert run("stats", "--config", "my.toml", "--data", "data", "--json").json["papers"] == 9


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["--version"], 0, id="version"),
        pytest.param(["--help"], 0, id="help"),
        pytest.param(["export", "2031-01-01"], 1, id="a day without papers"),
        pytest.param(["digest", "2031-01-01"], 1, id="a digest of a day without papers"),
        pytest.param(["digest", "2031-W01"], 1, id="a round-up of a week without papers"),
        pytest.param(["digest", "--as", "pigeon"], 2, id="a digest for no platform"),
        pytest.param(["digest", "2031-05-06", "--picture", "x.png"], 2, id="the picture of a day"),
        pytest.param(["paper", "2999.12345"], 1, id="an unknown paper"),
        pytest.param(["guide", "no such title"], 1, id="an unknown title"),
        pytest.param(["frobnicate"], 2, id="an unknown command"),
        pytest.param(["stats", "--frobnicate"], 2, id="an unknown option"),
        pytest.param(["ask"], 2, id="a missing argument"),
        pytest.param(["export", "soon"], 2, id="a date that is none"),
        pytest.param(["export", DAY, "--format", "pdf"], 2, id="an unknown format"),
        pytest.param(["ask", "video", "--lang", "fr"], 2, id="an unknown language"),
        pytest.param(["search", "video", "--limit", "0"], 2, id="a limit of none"),
        pytest.param(["search", "video", "--since", "soon"], 2, id="a since that is none"),
        pytest.param(["import", "missing.md"], 2, id="a file that isn't there"),
        pytest.param(["import", "notes.txt"], 2, id="a file of another kind"),
        pytest.param(["eval", "missing.jsonl"], 2, id="questions that aren't there"),
        pytest.param(["--config", "missing.toml", "stats"], 2, id="settings that aren't there"),
    ],
)
def test_the_exit_code_says_whether_it_was_done(run, arguments: list[str], code: int) -> None:
    given = run(*arguments)
    assert (given.code, "Traceback" in given.err, bool(given.err)) == (code, False, code != 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["paper", "2999.12345"], "2999.12345", id="an unknown paper"),
        pytest.param(["export", "2031-01-01"], "No papers are stored for 2031-01-01.", id="a day without papers"),
        pytest.param(["--data", "papers.jsonl.gz", "stats"], "papers.jsonl.gz", id="a file for the data folder"),
        pytest.param(["--data", "/proc/no", "stats"], "/proc/no", id="a folder that can't be made"),
    ],
)
def test_a_failure_is_one_line_on_stderr(run, arguments: list[str], said: str) -> None:
    assert said in run(*arguments).complaint


def test_an_unknown_setting_is_named_in_one_line(home: Path, run) -> None:
    (home / "bad.toml").write_text("[embedding]\nkey = 'sk-hush'", encoding="utf-8")
    given = run("--config", "bad.toml", "stats")
    assert (given.code, "embedding.key" in given.err, "sk-hush" in given.err, given.err.count("\n")) == (
        2, True, False, 1
    )  # fmt: skip


def test_a_reader_that_goes_away_is_no_failure(home: Path) -> None:
    with start("export", DAY, "--format", "jsonl", cwd=home) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert (process.wait(60), process.stderr.read()) == (0, "")
