"""The tables, as numbered migrations. A released migration is never edited: a change is the next number.

Owns: which tables and columns there are, and why.
Does not own: reading or writing them.
"""

from pathlib import Path

import sqlite_utils
from sqlite_utils.migrations import Migrations

from store import moves
from store.errors import StoreError

migrations = Migrations("paperboy")


@migrations()
def m001_papers(db: sqlite_utils.Database) -> None:
    """Papers, their summaries, and the sections that answers quote from. `day` is ISO text: it sorts as a date."""
    db.table("papers").create(
        {"id": int, "arxiv_id": str, "title": str, "day": str, "authors": str, "abstract": str, "upvotes": int,
         "keywords": str, "repository": str, "project_page": str},
        pk="id", not_null={"arxiv_id", "title", "day", "authors", "abstract", "keywords", "repository", "project_page"},
        strict=True,
    )  # fmt: skip
    db.table("papers").create_index(["arxiv_id"], unique=True)
    db.table("papers").create_index(["day"])
    # Foreign keys with ON DELETE CASCADE are beyond sqlite-utils' create().
    db.execute("""
        CREATE TABLE summaries (
            id INTEGER PRIMARY KEY, paper INTEGER NOT NULL REFERENCES papers(id) ON DELETE CASCADE, lang TEXT NOT NULL,
            source TEXT NOT NULL, model TEXT NOT NULL, prompt_version TEXT NOT NULL, made_at TEXT,
            UNIQUE (paper, lang)
        ) STRICT""")
    db.execute("""
        CREATE TABLE sections (
            summary INTEGER NOT NULL REFERENCES summaries(id) ON DELETE CASCADE, name TEXT NOT NULL, text TEXT NOT NULL,
            PRIMARY KEY (summary, name)
        ) STRICT, WITHOUT ROWID""")


@migrations()
def m002_passages(db: sqlite_utils.Database) -> None:
    """What is embedded: one text a paper and language.

    `digest` names the text, `vector` is little-endian float32 and NULL until the text has been embedded; `indexed` says
    that Chroma has it. `facts` keeps single values, such as the signature of the model that made the vectors.
    """
    db.execute("""
        CREATE TABLE passages (
            id INTEGER PRIMARY KEY, paper INTEGER NOT NULL REFERENCES papers(id) ON DELETE CASCADE, lang TEXT NOT NULL,
            digest TEXT NOT NULL, vector BLOB, indexed INTEGER NOT NULL DEFAULT 0,
            UNIQUE (paper, lang)
        ) STRICT""")
    db.execute("CREATE INDEX passages_lacking ON passages (id) WHERE vector IS NULL")
    db.execute("CREATE INDEX passages_not_indexed ON passages (id) WHERE indexed = 0")
    db.table("facts").create({"name": str, "value": bytes}, pk="name", not_null={"value"}, strict=True)


@migrations()
def m003_words(db: sqlite_utils.Database) -> None:
    """The words of each paper, already cut into tokens (store.words); rowid is papers.id."""
    db.execute("CREATE VIRTUAL TABLE words USING fts5 (title, core, rest, tokenize = 'unicode61 remove_diacritics 0')")


@migrations()
def m004_ledger(db: sqlite_utils.Database) -> None:
    """What models cost: one row a day, model and purpose. `day` is ISO text, the operator's calendar day."""
    db.execute("""
        CREATE TABLE ledger (
            day TEXT NOT NULL, model TEXT NOT NULL, purpose TEXT NOT NULL,
            calls INTEGER NOT NULL, tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, cost_usd REAL NOT NULL,
            PRIMARY KEY (day, model, purpose)
        ) STRICT, WITHOUT ROWID""")


@migrations()
def m005_summary_cost(db: sqlite_utils.Database) -> None:
    """What each summary took of the calls that made it."""
    db.execute("ALTER TABLE summaries ADD COLUMN tokens INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE summaries ADD COLUMN cost_usd REAL NOT NULL DEFAULT 0")


@migrations()
def m006_ingest(db: sqlite_utils.Database) -> None:
    """What ingest remembers: each look at a day's list, votes counted again, failures, and texts that expire."""
    db.execute("CREATE TABLE polls (day TEXT, at TEXT, ids TEXT, reason TEXT, PRIMARY KEY (day, at)) STRICT")
    db.execute("CREATE TABLE refreshes (day TEXT, age INTEGER, PRIMARY KEY (day, age)) STRICT")
    db.execute("""
        CREATE TABLE failures (
            paper INTEGER NOT NULL REFERENCES papers(id) ON DELETE CASCADE, stage TEXT NOT NULL, reason TEXT NOT NULL,
            times INTEGER NOT NULL, last_at TEXT NOT NULL, PRIMARY KEY (paper, stage)
        ) STRICT""")
    db.execute("""
        CREATE TABLE fulltexts (
            paper INTEGER PRIMARY KEY REFERENCES papers(id) ON DELETE CASCADE, text BLOB NOT NULL, read_at TEXT NOT NULL
        ) STRICT""")


@migrations()
def m007_listing(db: sqlite_utils.Database) -> None:
    """What the list says of a paper beside its metadata."""
    for name in ("ai_summary", "organisation", "thumbnail"):
        db.execute(f"ALTER TABLE papers ADD COLUMN {name} TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE papers ADD COLUMN stars INTEGER")


@migrations()
def m008_counted(db: sqlite_utils.Database) -> None:
    """What is in the index is counted without reading the vectors."""
    db.execute("CREATE INDEX passages_indexed ON passages (indexed)")


@migrations()
def m009_batches(db: sqlite_utils.Database) -> None:
    """Batches of questions that model servers have; `asked` is a JSON list of the questions' names."""
    db.execute("""
        CREATE TABLE batches (
            server TEXT NOT NULL, batch_id TEXT NOT NULL, asked TEXT NOT NULL, at TEXT NOT NULL,
            booked INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (server, batch_id)
        ) STRICT""")


@migrations()
def m010_chats(db: sqlite_utils.Database) -> None:
    """Chats and what they chose. `thread` is "" for the chat itself; `user` owns a private chat, "" for a group.

    What was delivered where is a table of its own that will refer to `id`.
    """
    db.execute("""
        CREATE TABLE chats (
            id INTEGER PRIMARY KEY, front TEXT NOT NULL, chat TEXT NOT NULL, thread TEXT NOT NULL, user TEXT NOT NULL,
            lang TEXT NOT NULL, hour TEXT NOT NULL, zone TEXT NOT NULL, topics TEXT NOT NULL, style TEXT NOT NULL,
            silent INTEGER NOT NULL, subscribed INTEGER NOT NULL, paused TEXT NOT NULL, created TEXT NOT NULL,
            UNIQUE (front, chat, thread)
        ) STRICT""")
    db.execute("CREATE INDEX chats_subscribed ON chats (front) WHERE subscribed = 1")


@migrations()
def m011_talks(db: sqlite_utils.Database) -> None:
    """What is in mind in a conversation, by asker and by message (JSON), and what each asker and chat used in a day."""
    db.execute("""
        CREATE TABLE talks (
            front TEXT NOT NULL, chat TEXT NOT NULL, thread TEXT NOT NULL, user TEXT NOT NULL,
            talk TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (front, chat, thread, user)
        ) STRICT""")
    db.execute("CREATE INDEX talks_at ON talks (at)")
    db.execute("""
        CREATE TABLE messages (
            front TEXT NOT NULL, chat TEXT NOT NULL, message TEXT NOT NULL, user TEXT NOT NULL,
            talk TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (front, chat, message)
        ) STRICT""")
    db.execute("CREATE INDEX messages_at ON messages (at)")
    db.execute("""
        CREATE TABLE usage (
            day TEXT NOT NULL, front TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
            asked INTEGER NOT NULL, cost_usd REAL NOT NULL, PRIMARY KEY (day, front, kind, name)
        ) STRICT, WITHOUT ROWID""")


@migrations()
def m012_listed(db: sqlite_utils.Database) -> None:
    """Papers that no day's list held: they were fetched because somebody asked. Days are counted by the index alone."""
    db.execute("ALTER TABLE papers ADD COLUMN listed INTEGER NOT NULL DEFAULT 1")
    db.execute("CREATE INDEX papers_listed ON papers (listed, day)")


@migrations()
def m013_outbox(db: sqlite_utils.Database) -> None:
    """What is to be sent where, and what each subscription had last. `contents` are shared: 10,000 chats, one text.

    `served` has the newest day that a subscription was given (or had already when it began; "" for none), when, and the
    language in which it subscribed. An outbox row is one part of one day's digest for one subscription.
    """
    db.execute(
        "CREATE TABLE contents (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, content TEXT NOT NULL) STRICT"
    )
    db.execute("""
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY, chat INTEGER NOT NULL REFERENCES chats(id) ON DELETE CASCADE, day TEXT NOT NULL,
            part INTEGER NOT NULL, content INTEGER NOT NULL REFERENCES contents(id), state TEXT NOT NULL
            CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'parked')), attempts INTEGER NOT NULL DEFAULT 0,
            next_at TEXT NOT NULL, code TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
            message TEXT NOT NULL DEFAULT '', changed_at TEXT NOT NULL,
            UNIQUE (chat, day, part)
        ) STRICT""")
    db.execute("CREATE INDEX outbox_state ON outbox (state)")
    db.execute("CREATE INDEX outbox_content ON outbox (content)")
    db.execute("CREATE INDEX outbox_day ON outbox (day, state)")
    db.execute("""
        CREATE TABLE served (
            chat INTEGER PRIMARY KEY REFERENCES chats(id) ON DELETE CASCADE, day TEXT NOT NULL, at TEXT NOT NULL,
            lang TEXT NOT NULL DEFAULT ''
        ) STRICT""")


@migrations()
def m014_staged(db: sqlite_utils.Database) -> None:
    """Another model's vectors are made beside those in use, and take their place when all are there."""
    db.execute("ALTER TABLE passages ADD COLUMN staged BLOB")
    db.execute("CREATE INDEX passages_not_staged ON passages (id) WHERE staged IS NULL")


@migrations()
def m015_feedback(db: sqlite_utils.Database) -> None:
    """What people said of papers: useful (1), or not for me (-1)."""
    db.execute("""
        CREATE TABLE feedback (
            front TEXT NOT NULL, chat TEXT NOT NULL, user TEXT NOT NULL,
            paper INTEGER NOT NULL REFERENCES papers(id) ON DELETE CASCADE,
            vote INTEGER NOT NULL CHECK (vote IN (-1, 1)), at TEXT NOT NULL,
            PRIMARY KEY (front, chat, user, paper)
        ) STRICT, WITHOUT ROWID""")


@migrations()
def m016_overviews(db: sqlite_utils.Database) -> None:
    """The paragraph about a day, by language; "" where none was any good (`reason`). `tries` counts what was asked."""
    db.execute("""
        CREATE TABLE overviews (
            day TEXT NOT NULL, lang TEXT NOT NULL, text TEXT NOT NULL, model TEXT NOT NULL, version TEXT NOT NULL,
            reason TEXT NOT NULL, tries INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (day, lang)
        ) STRICT, WITHOUT ROWID""")


@migrations()
def m017_learnt(db: sqlite_utils.Database) -> None:
    """Terms of both languages that mean one idea, read out of the papers or given by a model (store.learnt)."""
    db.execute("""
        CREATE TABLE learnt (
            id INTEGER PRIMARY KEY, english TEXT NOT NULL, chinese TEXT NOT NULL,
            origin TEXT NOT NULL CHECK (origin IN ('papers', 'model')), UNIQUE (english, chinese)
        ) STRICT""")


@migrations()
def m018_traces(db: sqlite_utils.Database) -> None:
    """Which message each send became, in the order in which the sends began; `message` is NULL while nobody knows.

    `after_chat`, `after_all`: the highest number known when it began, in its chat and in the chats that are numbered
    together. `apart`: its chat is numbered by itself. `lost`: the last send that had begun when this one was over.
    """
    db.execute("""
        CREATE TABLE traces (
            id INTEGER PRIMARY KEY AUTOINCREMENT, bot TEXT NOT NULL, chat TEXT NOT NULL, key TEXT NOT NULL,
            after_chat INTEGER NOT NULL, after_all INTEGER NOT NULL, message INTEGER, apart INTEGER, lost INTEGER
        ) STRICT""")
    db.execute("CREATE INDEX traces_chat ON traces (bot, chat, message)")
    db.execute("CREATE INDEX traces_all ON traces (bot, apart, message)")
    db.execute("CREATE INDEX outbox_message ON outbox (message)")


@migrations()
def m019_votes(db: sqlite_utils.Database) -> None:
    """Votes as they were counted: on each day (UTC) at which a paper was looked at, the first and the last count."""
    db.execute("""
        CREATE TABLE votes (
            paper INTEGER NOT NULL REFERENCES papers(id) ON DELETE CASCADE, day TEXT NOT NULL,
            first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (paper, day)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX votes_day ON votes (day)")


@migrations()
def m020_subscriptions(db: sqlite_utils.Database) -> None:
    """A chat may have several subscriptions. The one that it had becomes its first, with what it chose and was sent.

    That one has its chat's id, so what referred to it goes on to. `weekdays` are digits, 0 being Monday; `rhythm` is
    words; `wish` is JSON (store.wishes). What a chat chose stays with it too: a further subscription begins with that.
    """
    moves.to_subscriptions(db)


def refuse_newer(db: sqlite_utils.Database, path: Path) -> None:
    """Raise StoreError when a migration was applied that this version doesn't know."""
    ours = {migration.name for migration in migrations._migrations}
    if newer := sorted({migration.name for migration in migrations.applied(db)} - ours):
        raise StoreError(f"{path} was written by a newer Paperboy ({newer[-1]}): upgrade, or use another with --data.")
