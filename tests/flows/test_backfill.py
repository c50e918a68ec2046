"""Days filled back in batches, through the real command line; killed while the model server works."""

import subprocess
from pathlib import Path
from time import monotonic

import pytest

from tests.flows.command import COMMAND, environment
from tests.flows.world import COUNT, MADE, Run, World
from tests.shared import needs_shared

RECORDED = "2026-02-26"
QUICK = {"PAPERBOY_LLM__BATCH_POLL_S": "0.5"}
DEADLINE_S = 60.0


@pytest.mark.parametrize(
    "day",
    [pytest.param(MADE, id="a made-up day"), pytest.param(RECORDED, id="the recorded day", marks=needs_shared)],
)
def test_a_day_goes_in_as_one_batch_at_half_the_price(run: Run, world: World, day: str) -> None:
    listed, done = run("backfill", day, day, "--batch", "--json", **QUICK).json["days"]
    assert (listed["day"], done["summarised"], done["failed"]) == (day, listed["listed"], [])
    assert len(world.llm.batches) == 1
    usual = run("ingest", "--date", day, "--json", "--data", "other").json
    assert done["cost_usd"] < 0.75 * usual["cost_usd"]


def test_a_server_that_is_done_at_the_first_look_is_believed(run: Run, world: World) -> None:
    world.llm.looks = 0
    assert run("backfill", MADE, MADE, "--batch", "--json", **QUICK).json["days"][1]["summarised"] == COUNT


def test_killed_while_the_server_works_the_next_run_takes_up_the_same_batch(
    run: Run, world: World, tmp_path: Path
) -> None:
    world.llm.looks = 1000
    command, began = [*COMMAND, "backfill", MADE, MADE, "--batch"], monotonic()
    variables = environment(**world.variables(model=True) | QUICK)
    with subprocess.Popen(command, cwd=tmp_path, env=variables, stderr=subprocess.PIPE) as process:
        while not any(batch["looks"] for batch in list(world.llm.batches.values())):
            assert process.poll() is None, process.stderr
            assert monotonic() - began < DEADLINE_S
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.02)
        process.kill()
    asked = len(world.chats)
    world.llm.looks = 0
    _, done = run("backfill", MADE, MADE, "--batch", "--json", **QUICK).json["days"]
    assert (done["summarised"], done["failed"]) == (COUNT, [])
    assert len(world.llm.batches) == 1
    assert len(world.chats) == asked + 1  # the first question is asked by itself, and its answer was lost
