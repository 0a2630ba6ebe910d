"""Named scenarios of a study in one SQLite file: the log of edits as plain data, so that a killed server loses nothing.

A scenario is its log and how many of its edits count; those behind were undone and can be made again.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any

from nahraum.errors import InputError, NahraumError, OutputError
from nahraum.store.scenario_schema import FORMAT_VERSION, copied, make, migrate

LONGEST_NAME = 120
_REPLACES = "replaces"
_COLUMNS = (
    "id, name, made, changed, version, n_done, (SELECT count(*) FROM edit WHERE scenario_id = scenario.id) - n_done, "
    "(SELECT coalesce(sum(CASE WHEN json_extract(document, '$.replaces') IS NULL THEN 1 "
    "WHEN json_extract(document, '$.edit') IS NULL THEN -1 ELSE 0 END), 0) "
    "FROM edit WHERE scenario_id = scenario.id AND position < n_done)"
)


class UnknownScenarioError(InputError):
    """There is no scenario of that id."""


class OutdatedScenarioError(NahraumError):
    """Somebody else has changed the scenario meanwhile."""


@dataclass(frozen=True)
class Scenario:
    """A stored scenario without its edits.

    version : counts its changes, from 0; n_done : entries of its log that count; n_undone : those that can be made
    again; n_edits : edits that the log amounts to.
    """

    id: str
    name: str
    made: str
    changed: str
    version: int
    n_done: int
    n_undone: int
    n_edits: int


class ScenarioStore:
    """The scenarios of one study; every change is on disk when the function returns."""

    def __init__(self, path: Path, *, crs: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path, self._clock, self._lock = path, clock, RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.parent.chmod(0o700)
            path.touch(mode=0o600)
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5)
            self._prepare(crs)
        except (OSError, sqlite3.Error) as wrong:
            raise OutputError(
                "the scenarios of the study cannot be opened", where=f"{path}: {wrong}",
                expected="a file that nahraum made and may write to", fix="move the file away to begin anew",
            ) from None  # fmt: skip

    def _prepare(self, crs: str) -> None:
        for line in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
            self._db.execute(f"PRAGMA {line}")
        with self._change():
            known = self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'about'").fetchone()
            if not known:
                make(self._db, crs)
        copied(self._db, self.path)
        with self._change():
            migrate(self._db)
        about = dict(self._db.execute("SELECT key, value FROM about"))
        if about.get("format_version") != str(FORMAT_VERSION):
            raise OutputError(
                "the scenarios of the study have another format", where=f"{self.path}: {about.get('format_version')}",
                expected=f"version {FORMAT_VERSION}", fix="use the nahraum that wrote them, or move the file away",
            )  # fmt: skip
        if about.get("crs") != crs:
            raise OutputError(
                "the scenarios were drawn in another CRS", where=f"{self.path}: {about.get('crs')}", expected=crs,
                fix="set the study's CRS back, or move the file away",
            )  # fmt: skip

    @contextmanager
    def _change(self) -> Iterator[None]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def close(self) -> None:
        """Lets the file go."""
        with self._lock:
            self._db.close()

    def listed(self) -> list[Scenario]:
        """All scenarios, the first made first."""
        with self._lock:
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM scenario ORDER BY made, id").fetchall()  # noqa: S608
        return [Scenario(*row) for row in rows]

    def get(self, name: str) -> Scenario:
        """One scenario by its id.

        Raises
            UnknownScenarioError where there is none.
        """
        with self._lock:
            row = self._db.execute(f"SELECT {_COLUMNS} FROM scenario WHERE id = ?", (name,)).fetchone()  # noqa: S608
        if row is None:
            raise UnknownScenarioError(
                "there is no such scenario", where=name[:40], expected="an id of the list of scenarios"
            )
        return Scenario(*row)

    def edits(self, name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The edits of a scenario as plain values: those that count, and those undone, the next to be redone first."""
        with self._lock:
            kept = self.get(name)
            rows = self._db.execute("SELECT document FROM edit WHERE scenario_id = ? ORDER BY position", (name,))
            documents = [json.loads(row[0]) for row in rows]
        return standing(documents[: kept.n_done]), documents[kept.n_done :]

    def is_replaced(self, name: str, by: int) -> bool:
        """Whether a step goes over an entry of `replace`."""
        with self._lock:
            at = self.get(name).n_done + (-1 if by < 0 else 0)
            held = "SELECT document FROM edit WHERE scenario_id = ? AND position = ?"
            row = self._db.execute(held, (name, at)).fetchone()
        return row is not None and _REPLACES in json.loads(row[0])

    def replace(
        self, name: str, position: int, edit: Mapping[str, Any] | None, *, version: int | None = None
    ) -> Scenario:  # fmt: skip
        """Another edit in the place of one of those that count, or None in its place: it is taken out of the list.

        Notes
            An entry of the log like any other (`{"replaces": position, "edit": …}`), so it can be undone.
        """
        return self.add(name, {_REPLACES: position, "edit": None if edit is None else dict(edit)}, version=version)

    def create(self, name: str, edits: Sequence[Mapping[str, Any]] = ()) -> Scenario:
        """A new scenario."""
        made, key, now = checked_name(name), secrets.token_hex(8), self._now()
        with self._change():
            self._db.execute("INSERT INTO scenario VALUES (?, ?, ?, ?, 0, ?)", (key, made, now, now, len(edits)))
            self._write(key, 0, edits)
        return self.get(key)

    def costings(self, name: str) -> dict[str, tuple[str | None, float | None]]:
        """Type and quantity that were set for edits of a scenario, by the digest of the edit."""
        with self._lock:
            self.get(name)
            held = "SELECT digest, type_id, quantity FROM costing WHERE scenario_id = ? ORDER BY digest"
            return {row[0]: (row[1], row[2]) for row in self._db.execute(held, (name,))}

    def set_costings(self, name: str, chosen: Mapping[str, tuple[str | None, float | None]]) -> None:
        """Type and quantity of some edits, by digest, in the place of those that were set."""
        rows = [(name, key, *one) for key, one in sorted(chosen.items())]
        with self._change():
            self.get(name)
            self._db.execute("DELETE FROM costing WHERE scenario_id = ?", (name,))
            self._db.executemany("INSERT INTO costing VALUES (?, ?, ?, ?)", rows)

    def rename(self, name: str, new: str) -> Scenario:
        """The scenario with another name."""
        words = checked_name(new)
        with self._change():
            self.get(name)
            self._db.execute("UPDATE scenario SET name = ?, changed = ? WHERE id = ?", (words, self._now(), name))
        return self.get(name)

    def delete(self, name: str) -> None:
        """Takes a scenario away, with all its edits."""
        with self._change():
            self.get(name)
            self._db.execute("DELETE FROM scenario WHERE id = ?", (name,))

    def add(self, name: str, edit: Mapping[str, Any], *, version: int | None = None) -> Scenario:
        """One more edit; those undone before are gone."""
        with self._change():
            kept = self._known(name, version)
            self._db.execute("DELETE FROM edit WHERE scenario_id = ? AND position >= ?", (name, kept.n_done))
            self._write(name, kept.n_done, [edit])
            self._moved(name, kept.n_done + 1)
        return self.get(name)

    def step(self, name: str, by: int, *, version: int | None = None) -> Scenario:
        """One edit fewer (-1, undo) or one more of those undone (1, redo).

        Raises
            InputError where there is none.
        """
        with self._change():
            kept = self._known(name, version)
            if (kept.n_done if by < 0 else kept.n_undone) == 0:
                raise InputError(f"there is no edit to {'undo' if by < 0 else 'redo'}", where=kept.name)
            self._moved(name, kept.n_done + by)
        return self.get(name)

    def check(self, name: str, version: int | None) -> Scenario:
        """The scenario, if it is still at this version.

        Raises
            OutdatedScenarioError where it is not.
        """
        with self._lock:
            return self._known(name, version)

    def _known(self, name: str, version: int | None) -> Scenario:
        kept = self.get(name)
        if version is not None and version != kept.version:
            raise OutdatedScenarioError(
                "the scenario has been changed meanwhile", where=f"{kept.name}: version {kept.version}",
                expected=f"version {version}", fix="load the scenario again, then make the edit",
            )  # fmt: skip
        return kept

    def _moved(self, name: str, n_done: int) -> None:
        row = (n_done, self._now(), name)
        self._db.execute("UPDATE scenario SET n_done = ?, version = version + 1, changed = ? WHERE id = ?", row)

    def _write(self, name: str, first: int, edits: Sequence[Mapping[str, Any]]) -> None:
        rows = [(name, first + at, json.dumps(dict(edit))) for at, edit in enumerate(edits)]
        self._db.executemany("INSERT INTO edit VALUES (?, ?, ?)", rows)

    def _now(self) -> str:
        return self._clock().isoformat(timespec="microseconds")


def standing(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The edits that a log amounts to: those that replaced another in its place."""
    found: list[dict[str, Any]] = []
    for entry in entries:
        if _REPLACES in entry:
            at = int(entry[_REPLACES])
            found[at : at + 1] = [] if entry["edit"] is None else [dict(entry["edit"])]
        else:
            found.append(dict(entry))
    return found


def checked_name(name: str) -> str:
    """The name of a scenario, without blanks around it.

    Raises
        InputError for one that is empty, too long or holds control characters.
    """
    words = name.strip()
    if not words or len(words) > LONGEST_NAME or not words.isprintable():
        raise InputError(
            "a scenario cannot have this name", where=repr(name[:40]),
            expected=f"1 to {LONGEST_NAME} printable characters on one line",
        )  # fmt: skip
    return words
