"""Single values that outlive the process, by name: what was told to a platform, whom an operator let in.

Owns: reading and writing a value of the facts table.
Does not own: the signature and centres of the vectors, which lie there too (vectors).
"""

from store.db import Db


def get(db: Db, name: str) -> str:
    """The value of `name`, "" where there is none."""
    value = db.value("SELECT value FROM facts WHERE name = ?", [name])
    return value.decode() if value else ""


def put(db: Db, name: str, value: str, *, lasting: bool = True) -> None:
    """Keep `value` under `name`, in place of an earlier one; `lasting` as for `Db.write`."""
    with db.write(lasting=lasting) as connection:
        connection.execute(
            "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name, value.encode()],
        )
