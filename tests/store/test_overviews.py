"""Paragraphs about days: kept once, done without after some tries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from store import overviews
from store.db import Db
from store.overviews import AGAIN, TRIES, Overview
from tests.makers.papers import DAY

NOW = datetime(2031, 5, 6, 9, tzinfo=UTC)
WRITTEN = Overview(DAY, "en", "Much is folded.", "model", "overview-1", NOW)
FAILED = replace(WRITTEN, text="", reason="no answer", final=False)


def test_a_day_has_a_paragraph_a_language(db: Db) -> None:
    for made in (WRITTEN, replace(WRITTEN, lang="zh", text="多为折纸。"), replace(FAILED, day=DAY + timedelta(days=1))):
        overviews.save(db, made)
    assert overviews.of_day(db, DAY) == {"zh": "多为折纸。", "en": "Much is folded."}
    assert overviews.of_day(db, DAY + timedelta(days=1)) == {}


def test_what_is_written_stays(db: Db) -> None:
    overviews.save(db, WRITTEN)
    overviews.save(db, replace(WRITTEN, text="Another."))
    overviews.save(db, FAILED)
    assert overviews.of_day(db, DAY) == {"en": "Much is folded."}


def test_only_languages_without_one_are_lacking(db: Db) -> None:
    overviews.save(db, WRITTEN)
    assert overviews.lacking(db, DAY, ("zh", "en"), NOW) == ("zh",)


def test_one_that_failed_its_checks_is_done_without(db: Db) -> None:
    overviews.save(db, replace(FAILED, final=True))
    assert overviews.lacking(db, DAY, ("en",), NOW + timedelta(days=1)) == ()


def test_a_server_that_is_down_is_asked_again_some_times_and_not_at_once(db: Db) -> None:
    now, asked = NOW, 0
    while now < NOW + timedelta(days=1):
        if overviews.lacking(db, DAY, ("en",), now):
            overviews.save(db, replace(FAILED, at=now))
            asked += 1
            assert overviews.lacking(db, DAY, ("en",), now + AGAIN / 2) == ()
        now += timedelta(minutes=1)
    assert asked == TRIES
