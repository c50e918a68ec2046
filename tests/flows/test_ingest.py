"""A day through the real command line against the stand-ins: with a model and without, killed at any moment.

The made-up day tests a stranger's clone too; the recorded one is skipped where it isn't at hand.
"""

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.flows.command import COMMAND, environment
from tests.flows.world import COUNT, MADE, Run, World
from tests.shared import needs_shared

RECORDED = "2026-02-26"
KEYS = ["day", "listed", "new", "read", "summarised", "failed", "skipped", "tokens", "cost_usd", "seconds", "state"]
DEADLINE_S = 60.0


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{home / 'data' / 'paperboy.db'}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def ids_of(world: World, day: str = MADE) -> list[str]:
    return [entry["paper"]["id"] for when, entries in world.site.library.days.items() if str(when) == day
            for entry in entries]  # fmt: skip


def name_of(world: World, arxiv_id: str) -> str:
    """What a paper calls its method."""
    page = world.site.library.page(arxiv_id)
    assert page is not None
    return page.name


# --- a day ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [pytest.param(True, id="with a model"), pytest.param(False, id="without one")])
@pytest.mark.parametrize(
    "day",
    [pytest.param(MADE, id="a made-up day"), pytest.param(RECORDED, id="the recorded day", marks=needs_shared)],
)
def test_a_day_goes_in_and_is_asked_about(run: Run, world: World, day: str, model: bool) -> None:
    count = len(ids_of(world, day))
    given = run("ingest", "--date", day, "--json", model=model).json
    assert list(given) == KEYS
    assert (given["day"], given["listed"], given["new"]) == (day, count, count)
    assert (given["summarised"], given["failed"], given["skipped"]) == (count, [], 0)
    assert (given["read"], given["state"]) == ({"HTML": count, "PDF": 0, "ArXiv Abs": 0}, "settled")
    assert (given["tokens"] > 0, given["cost_usd"] > 0) == (model, model)
    one = ids_of(world, day)[0]
    asked = run("ask", f"What is {name_of(world, one)}?", "--json", model=model).json
    assert (asked["kind"] in ("paper", "fact"), [paper["arxiv_id"] for paper in asked["papers"]]) == (True, [one])


def test_a_second_run_does_nothing(run: Run, world: World) -> None:
    run("ingest", "--date", MADE)
    calls, requests = len(world.chats), len(world.site.requests)
    given = run("ingest", "--date", MADE, "--json").json
    assert (given["listed"], given["new"], given["summarised"], given["skipped"]) == (COUNT, 0, 0, COUNT)
    assert (len(world.chats), len(world.site.requests)) == (calls, requests + 1)


def test_for_people_it_is_a_line_and_a_limit_is_kept(run: Run) -> None:
    done = run("ingest", "--date", MADE, "--limit", "1")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{MADE}: {COUNT} listed, {COUNT} new, 1 summarised, 0 failed, 0 skipped (read: HTML 1)")


# --- exit codes -----------------------------------------------------------------------------------


def test_an_outage_fails_in_a_line(run: Run, world: World) -> None:
    world.site.configure(list_fault="html")
    done = run("ingest", "--date", MADE, "--json")
    assert (done.code, json.loads(done.out)["state"]) == (1, "down")
    assert ("JSON was expected" in done.err, done.err.count("\n")) == (True, 1)


def test_an_outage_with_stored_papers_goes_on_with_those_and_says_so(run: Run, world: World) -> None:
    run("ingest", "--date", MADE, "--limit", "1")
    world.site.configure(list_fault="html")
    done = run("ingest", "--date", MADE, "--json")
    given = json.loads(done.out)
    assert (done.code, given["listed"], given["summarised"], given["state"]) == (1, 0, COUNT - 1, "down")
    assert "JSON was expected" in done.err


def test_an_empty_day_is_no_failure(run: Run) -> None:
    given = run("ingest", "--date", "2026-03-04", "--json").json
    assert (given["listed"], given["summarised"], given["state"]) == (0, 0, "empty")


def test_a_day_on_which_all_failed_is_a_failure(run: Run, world: World) -> None:
    world.llm.behave(fault="refusal")
    done = run("ingest", "--date", MADE, "--limit", "2", "--json")
    assert (done.code, len(json.loads(done.out)["failed"])) == (1, 2)


def test_a_wrong_key_is_a_reason_that_does_not_show_it(run: Run, world: World) -> None:
    world.llm.behave(api_key="another")
    done = run("ingest", "--date", MADE, "--limit", "1", "--json", PAPERBOY_LOG__LEVEL="debug")
    assert (done.code, json.loads(done.out)["failed"]) == (1, [])
    assert "api_key" in done.err


def test_a_spent_budget_is_told_and_is_no_failure(run: Run) -> None:
    done = run(
        "ingest", "--date", MADE, "--json", PAPERBOY_LLM__DAILY_BUDGET_USD="0.000001", PAPERBOY_INGEST__CONCURRENCY="1"
    )
    assert (done.json["summarised"], done.json["skipped"], done.json["failed"]) == (1, COUNT - 1, [])
    assert "budget" in done.err


def test_no_secret_is_in_any_line_whatever_it_looks_like(run: Run, world: World) -> None:
    world.llm.behave(api_key="")
    secrets = {
        "LLM__API_KEY": "moonlight-on-water",
        "EMBEDDING__API_KEY": "snow-on-pines",
        "SOURCES__HF_DAILY__TOKEN": "lantern-oil",
    }
    variables = {f"PAPERBOY_{name}": value for name, value in secrets.items()}
    done = run("ingest", "--date", MADE, "--limit", "1", PAPERBOY_LOG__LEVEL="debug", **variables)
    assert done.code == 0
    assert [secret for secret in secrets.values() if secret in done.out + done.err] == []


# --- failures, and trying again -------------------------------------------------------------------


@pytest.fixture
def failed(run: Run, world: World) -> str:
    """The made-up day with one paper that failed; its id. The model is well again."""
    arxiv_id = ids_of(world)[0]
    world.llm.behave(fault="refusal", fault_match=f"{name_of(world, arxiv_id)}:")
    given = run("ingest", "--date", MADE, "--json").json
    assert [(one["arxiv_id"], one["stage"]) for one in given["failed"]] == [(arxiv_id, "summarise")]
    world.llm.behave(fault="")
    return arxiv_id


def test_a_failure_is_listed_until_it_is_made_good(run: Run, failed: str) -> None:
    (row,) = run("failures", "--json").json["failures"]
    assert (row["arxiv_id"], row["stage"], row["times"]) == (failed, "summarise", 1)
    assert "declines to answer" in row["reason"]
    assert failed in run("failures").out
    assert run("resummarize", "--failed", "--json").json["summarised"] == 1
    assert run("failures").out == "No paper has failed.\n"


def test_papers_are_summarised_afresh_by_id_or_by_version(run: Run, world: World, tmp_path: Path) -> None:
    run("ingest", "--date", MADE, "--limit", "2")
    ((version,),) = rows(tmp_path, "SELECT DISTINCT prompt_version FROM summaries")
    ((one, *_), *_) = rows(tmp_path, "SELECT arxiv_id FROM papers JOIN summaries ON paper = papers.id")
    assert run("resummarize", one, "--json").json["summarised"] == 1
    assert run("resummarize", "--prompt-version", version, "--json").json["summarised"] == 2


@pytest.mark.parametrize("arguments", [(), ("2602.00001", "--failed")], ids=["none", "two"])
def test_one_way_of_naming_papers_is_wanted(run: Run, arguments: tuple[str, ...]) -> None:
    done = run("resummarize", *arguments)
    assert (done.code, "Say which papers" in done.err) == (2, True)


# --- many days ------------------------------------------------------------------------------------


def test_days_are_filled_back_and_again_only_where_something_lacks(run: Run, world: World) -> None:
    for day, count in (("2026-03-04", 2), ("2026-03-05", 1)):
        world.site.add_day(day, count=count)
    found = [run("backfill", "2026-03-04", "2026-03-06", "--json").json["days"] for _ in range(2)]
    assert [(one["day"][-2:], one["listed"], one["summarised"], one["skipped"]) for days in found for one in days] == [
        ("04", 2, 2, 0), ("05", 1, 1, 0), ("06", 0, 0, 0), ("04", 2, 0, 2), ("05", 1, 0, 1), ("06", 0, 0, 0)
    ]  # fmt: skip


def test_days_in_the_wrong_order_are_wrong_use(run: Run) -> None:
    assert run("backfill", "2026-03-06", "2026-03-04").code == 2


# --- out again ------------------------------------------------------------------------------------


def test_a_report_that_is_exported_is_imported_as_it_was(run: Run, tmp_path: Path) -> None:
    run("ingest", "--date", MADE, "--limit", "2")
    exported = run("export", MADE, "--lang", "zh").out
    (tmp_path / "report.md").write_text(exported, encoding="utf-8")
    other = tmp_path / "other"
    assert run("import", "report.md", "--data", other).code == 0
    assert run("export", MADE, "--lang", "zh", "--data", other).out == exported


# --- killed ---------------------------------------------------------------------------------------

MOMENTS = {
    "as the list is asked for": lambda home, world: bool(world.site.requests),
    "as the first page is read": lambda home, world: len(world.site.requests) >= 2,
    "as the model is asked": lambda home, world: bool(world.chats),
    "when one paper is stored": lambda home, world: summarised(home) >= 1,
    "when most are stored": lambda home, world: summarised(home) >= COUNT - 2,
}


def summarised(home: Path) -> int:
    """How many papers have a summary; 0 before there are tables."""
    if not (home / "data" / "paperboy.db").exists():
        return 0
    try:
        return int(rows(home, "SELECT count(DISTINCT paper) FROM summaries")[0][0])
    except sqlite3.OperationalError:  # being made just now
        return 0


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_the_next_run_completes_the_day(
    run: Run, world: World, tmp_path: Path, moment: str
) -> None:
    world.llm.behave(latency_s=0.2)
    variables = world.variables(model=True) | {"PAPERBOY_INGEST__CONCURRENCY": "2"}
    command = [*COMMAND, "ingest", "--date", MADE]
    began = monotonic()
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(**variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        while not MOMENTS[moment](tmp_path, world) and monotonic() - began < DEADLINE_S:
            try:
                process.wait(0.005)
            except subprocess.TimeoutExpired:
                continue
            break
        process.kill()
    assert process.returncode == -9, "it was over before it could be killed"
    finished, before = summarised(tmp_path), len(world.chats)
    given = run("ingest", "--date", MADE, "--json", PAPERBOY_INGEST__CONCURRENCY="2").json
    assert (given["summarised"], given["failed"], given["skipped"]) == (COUNT - finished, [], finished)
    assert len(world.chats) - before == COUNT - finished, "a finished summary is not paid for again"
    counts = "SELECT count(*), count(DISTINCT arxiv_id) FROM papers"
    assert rows(tmp_path, counts) == [(COUNT, COUNT)]
    assert rows(tmp_path, "SELECT count(*) FROM summaries") == [(2 * COUNT,)]
    assert rows(tmp_path, "SELECT count(*) FROM passages WHERE vector IS NULL OR indexed = 0") == [(0,)]
    one = ids_of(world)[0]
    asked = run("ask", f"What about {one}?", "--json").json
    assert (asked["kind"], [paper["arxiv_id"] for paper in asked["papers"]]) == ("paper", [one])
