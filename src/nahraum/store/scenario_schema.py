"""The tables of stored scenarios, and what brings a file of an earlier version to this one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

FORMAT_VERSION = 2
_TABLES = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE scenario (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, made TEXT NOT NULL, changed TEXT NOT NULL,
    version INTEGER NOT NULL, n_done INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE edit (
    scenario_id TEXT NOT NULL REFERENCES scenario(id) ON DELETE CASCADE,
    position INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (scenario_id, position)
) WITHOUT ROWID;
"""
_COSTING = """CREATE TABLE costing (
    scenario_id TEXT NOT NULL REFERENCES scenario(id) ON DELETE CASCADE,
    digest TEXT NOT NULL, type_id TEXT, quantity REAL, PRIMARY KEY (scenario_id, digest)
) WITHOUT ROWID"""
_STEPS = {1: (_COSTING,)}  # what makes of each version the next


def make(db: sqlite3.Connection, crs: str) -> None:
    """Makes the tables in an empty file."""
    for statement in (*_TABLES.split(";")[:-1], _COSTING):
        db.execute(statement)
    db.executemany("INSERT INTO about VALUES (?, ?)", [("format_version", str(FORMAT_VERSION)), ("crs", crs)])
    db.execute(f"PRAGMA user_version={FORMAT_VERSION}")


def version_of(db: sqlite3.Connection) -> int:
    """The version of a file: its `user_version`, of the first one what `about` says; 0 where the two differ."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    told = dict(db.execute("SELECT key, value FROM about")).get("format_version", "")
    known = int(told) if told.isdecimal() else 0
    return known if version in (0, known) else 0


def copied(db: sqlite3.Connection, path: Path) -> Path | None:
    """A copy of a file of an earlier version, beside it: `scenarios.v1.sqlite`; None where none is needed."""
    version = version_of(db)
    if version not in _STEPS:
        return None
    copy = path.with_name(f"{path.stem}.v{version}{path.suffix}")
    copy.touch(mode=0o600)
    with closing(sqlite3.connect(copy)) as kept:
        db.backup(kept)
    return copy


def migrate(db: sqlite3.Connection) -> None:
    """Brings a file of an earlier version to this one, inside the transaction that is open; others stay as they are."""
    version = version_of(db)
    if version not in _STEPS:
        return
    for one in range(version, FORMAT_VERSION):
        for statement in _STEPS[one]:
            db.execute(statement)
    db.execute("UPDATE about SET value = ? WHERE key = 'format_version'", (str(FORMAT_VERSION),))
    db.execute(f"PRAGMA user_version={FORMAT_VERSION}")
