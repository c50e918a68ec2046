"""Migrations that move rows from one form to another: too long to stand among the tables.

Owns: how the rows get there.
Does not own: the order of migrations, and what the tables are for (schema).
"""

import sqlite_utils


def to_subscriptions(db: sqlite_utils.Database) -> None:
    """From chats that are subscribed or not to subscriptions of chats; m020."""
    db.execute("""
        CREATE TABLE subscriptions (
            id INTEGER PRIMARY KEY, chat INTEGER NOT NULL REFERENCES chats(id) ON DELETE CASCADE,
            number INTEGER NOT NULL, lang TEXT NOT NULL DEFAULT '', hour TEXT NOT NULL DEFAULT '',
            zone TEXT NOT NULL DEFAULT '', weekdays TEXT NOT NULL DEFAULT '', wish TEXT NOT NULL DEFAULT '{}',
            style TEXT NOT NULL DEFAULT '', silent INTEGER NOT NULL DEFAULT 0, rhythm TEXT NOT NULL DEFAULT 'daily',
            late TEXT NOT NULL DEFAULT 'edit', spoken TEXT NOT NULL DEFAULT '', live INTEGER NOT NULL,
            began TEXT NOT NULL, UNIQUE (chat, number)
        ) STRICT""")
    db.execute("""
        INSERT INTO subscriptions (id, chat, number, hour, wish, style, silent, spoken, live, began)
        SELECT id, id, 1, hour, iif(topics = '[]', '{}', json_object('groups', json(topics))), style, silent,
               coalesce(served.lang, ''), subscribed, created
        FROM chats LEFT JOIN served ON served.chat = chats.id
        WHERE subscribed = 1 OR served.chat IS NOT NULL OR id IN (SELECT chat FROM outbox)""")
    _by_subscription(db)
    db.execute("DROP INDEX chats_subscribed")
    db.execute("ALTER TABLE chats DROP COLUMN subscribed")


def _by_subscription(db: sqlite_utils.Database) -> None:
    """Outbox and served are of subscriptions, and of one kind of digest each (daily, weekly, monthly)."""
    db.execute("""
        CREATE TABLE moved (
            id INTEGER PRIMARY KEY, subscription INTEGER NOT NULL REFERENCES subscriptions(id) ON DELETE CASCADE,
            kind TEXT NOT NULL, day TEXT NOT NULL, part INTEGER NOT NULL,
            content INTEGER NOT NULL REFERENCES contents(id), state TEXT NOT NULL
            CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'parked')), attempts INTEGER NOT NULL DEFAULT 0,
            next_at TEXT NOT NULL, code TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
            message TEXT NOT NULL DEFAULT '', changed_at TEXT NOT NULL,
            UNIQUE (subscription, kind, day, part)
        ) STRICT""")
    columns = "id, day, part, content, state, attempts, next_at, code, reason, message, changed_at"
    db.execute(f"INSERT INTO moved (subscription, kind, {columns}) SELECT chat, 'daily', {columns} FROM outbox")  # noqa: S608
    db.execute("DROP TABLE outbox")
    db.execute("ALTER TABLE moved RENAME TO outbox")
    db.execute("CREATE INDEX outbox_state ON outbox (state)")
    db.execute("CREATE INDEX outbox_content ON outbox (content)")
    db.execute("CREATE INDEX outbox_day ON outbox (day, state)")
    db.execute("CREATE INDEX outbox_message ON outbox (message)")
    db.execute("""
        CREATE TABLE moved (
            subscription INTEGER NOT NULL REFERENCES subscriptions(id) ON DELETE CASCADE, kind TEXT NOT NULL,
            day TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (subscription, kind)
        ) STRICT, WITHOUT ROWID""")
    db.execute("INSERT INTO moved (subscription, kind, day, at) SELECT chat, 'daily', day, at FROM served")
    db.execute("DROP TABLE served")
    db.execute("ALTER TABLE moved RENAME TO served")
