"""The ledger of a study: what was released, when, with every value, so that a later release can be held against it.

`internal/ledger.jsonl` has a line per release; each line names the one before it by its hash, so that a line taken out
or changed is noticed. The values of each table lie beside it, `internal/ledger/<sha256>.parquet`, once however often
they were released. Lines are only ever added, and a line stands whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nahraum.errors import InputError, OutputError
from nahraum.publish.bundle import Released

FILE, FOLDER, SECRET = "ledger.jsonl", "ledger", "cell_key.secret"
_FIRST = "0" * 64


@dataclass(frozen=True)
class ReleasedTable:
    """One table of a release: its rows are found again by its hash.

    columns : of the values that were published; hidden : how many values were held back per column.
    """

    name: str
    geography: str
    sha256: str
    n_rows: int
    columns: tuple[str, ...]
    hidden: dict[str, int]


@dataclass(frozen=True)
class Entry:
    """One release, or the withdrawal of one that nobody outside has seen.

    id : hash of all its tables. previous : hash of the line before. withdraws : id of the release taken back.
    """

    id: str
    previous: str
    study: str
    reference_date: str
    released_on: str
    version: str
    tables: tuple[ReleasedTable, ...] = ()
    withdraws: str = ""
    reason: str = ""


def _told(frame: pd.DataFrame) -> pd.DataFrame:
    """The values as they are kept: without shapes, rows in the order of the release."""
    shapes = [column for column in frame.columns if str(frame[column].dtype) == "geometry"]
    return pd.DataFrame(frame.drop(columns=shapes))


def content_hash(frame: pd.DataFrame) -> str:
    """Hash of names and values, the same on every machine and with every version of the file format."""
    found = hashlib.sha256()
    for column in frame.columns:
        values = frame[column]
        found.update(f"\x1e{column}\x1f".encode())
        if pd.api.types.is_numeric_dtype(values.dtype):
            numbers = values.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0  # no negative zero
            numbers[np.isnan(numbers)] = np.nan
            found.update(np.ascontiguousarray(numbers, dtype="<f8").tobytes())
        else:
            found.update("\x1f".join("" if value != value else str(value) for value in values).encode())
    return found.hexdigest()


def _entry(line: str) -> Entry:
    document = json.loads(line)
    tables = tuple(
        ReleasedTable(**{**one, "columns": tuple(one["columns"])}) for one in document.pop("tables")
    )  # fmt: skip
    return Entry(tables=tables, **document)


def _line(entry: Entry) -> str:
    document: dict[str, Any] = {**entry.__dict__, "tables": [table.__dict__ for table in entry.tables]}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_ledger(internal: Path) -> tuple[Entry, ...]:
    """All entries, the oldest first; none where nothing was released yet.

    Raises
        InputError where a line was changed, taken out or damaged.
    """
    path = internal / FILE
    if not path.exists():
        return ()
    entries, before, problems = [], _FIRST, []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            entry = _entry(line)
        except (ValueError, TypeError, KeyError, AttributeError):
            problems.append(f"line {number} cannot be read")
            break
        if entry.previous != before:
            problems.append(f"line {number} does not follow the line before it")
        entries.append(entry)
        before = hashlib.sha256(line.encode()).hexdigest()
    if problems:
        raise InputError(
            "the ledger of past releases was changed", where=[f"{path}: {problem}" for problem in problems[:3]],
            expected="the lines as nahraum wrote them: without them nobody knows what is public already",
            fix="put the file back from a backup; to take back a release that nobody has seen, withdraw it",
        )  # fmt: skip
    return tuple(entries)


def standing(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Releases that were not withdrawn, the oldest first; one that is made again after that stands again."""
    found: list[Entry] = []
    for entry in entries:
        if entry.withdraws:
            found = [one for one in found if one.id != entry.withdraws]
        else:
            found.append(entry)
    return tuple(found)


def _private(path: Path, content: bytes) -> None:
    """A file that appears whole or not at all, readable by its owner only."""
    temporary = path.with_name(f".tmp-{path.name}")
    temporary.touch(mode=0o600)
    with temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def _append(internal: Path, entry: Entry) -> None:
    path = internal / FILE
    before = path.read_bytes() if path.exists() else b""
    _private(path, before + _line(entry).encode() + b"\n")


def _folder(internal: Path) -> Path:
    folder = internal / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        internal.chmod(0o700)
        folder.chmod(0o700)
    except OSError as error:
        raise OutputError(
            "the ledger of releases cannot be written", where=f"{folder}: {error.strerror}",
            expected="a folder one may write to", fix="choose another [output] folder or --out",
        ) from None  # fmt: skip
    return folder


def _last_hash(internal: Path) -> str:
    path = internal / FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return hashlib.sha256(lines[-1].encode()).hexdigest() if lines else _FIRST


def of_persons(tables: Iterable[Released]) -> list[Released]:
    """Tables that disclosure control judged; facts about places are not kept."""
    return [table for table in tables if "suppressed" in table.frame.columns]


def release_id(tables: Iterable[Released], reference_date: date) -> str:
    """The id that a release has, or would have."""
    return _id([_kept(table, _told(table.frame)) for table in of_persons(tables)], reference_date)


def _kept(table: Released, frame: pd.DataFrame) -> ReleasedTable:
    hidden = {str(name): int(n) for name, n in table.hidden.items()}
    columns = tuple(map(str, frame.columns))
    return ReleasedTable(table.name, table.geography, content_hash(frame), len(frame), columns, hidden)


def _id(kept: Sequence[ReleasedTable], reference_date: date) -> str:
    text = "\n".join(f"{one.name} {one.geography} {one.sha256}" for one in kept)
    return hashlib.sha256(f"{reference_date.isoformat()}\n{text}".encode()).hexdigest()[:16]


def keep_beside(internal: Path, name: str, content: bytes) -> None:
    """Keeps something of a release for the office beside its values; written whole, readable by its owner only."""
    path = _folder(internal) / name
    if not path.exists():
        _private(path, content)


def record(
    internal: Path, tables: Iterable[Released], *, study: str, reference_date: date, released_on: date, version: str
) -> Entry | None:
    """Writes a release into the ledger; None where the same release stands there already.

    Parameters
        internal : the folder `internal/` of the study.
        released_on : the day on which it is done; it stands in the ledger only.
    """
    entries, judged = read_ledger(internal), of_persons(tables)
    frames = {table.name: _told(table.frame) for table in judged}
    kept = [_kept(table, frames[table.name]) for table in judged]
    name = _id(kept, reference_date)
    if any(entry.id == name for entry in standing(entries)):
        return None
    folder = _folder(internal)
    for one in kept:  # values first: a line never names a file that is not there
        path = folder / f"{one.sha256}.parquet"
        if not path.exists():
            _private(path, frames[one.name].to_parquet(None, compression="zstd", index=False))
    entry = Entry(
        name, _last_hash(internal), study, reference_date.isoformat(), released_on.isoformat(), version, tuple(kept)
    )
    _append(internal, entry)
    return entry


def withdraw(internal: Path, release_id: str, *, reason: str, on: date, version: str) -> Entry:
    """Takes back a release that never left the office (a draft); its line stays, another says so.

    Raises
        InputError for an id that is no standing release, and without a reason.
    """
    entries = read_ledger(internal)
    found = [entry for entry in standing(entries) if entry.id.startswith(release_id)] if release_id else []
    if len(found) != 1 or not reason.strip():
        raise InputError(
            f"release {release_id!r} cannot be withdrawn",
            where="no reason is given" if len(found) == 1 else f"{len(found)} releases have this id",
            expected=", ".join(entry.id for entry in standing(entries)) or "a release in the ledger",
            fix='nahraum ledger STUDY --withdraw ID --reason "draft, never handed out"',
        )  # fmt: skip
    old = found[0]
    entry = Entry(
        f"-{old.id}", _last_hash(internal), old.study, old.reference_date, on.isoformat(), version,
        withdraws=old.id, reason=reason.strip(),
    )  # fmt: skip
    _append(internal, entry)
    return entry


def past_values(internal: Path, name: str) -> list[tuple[Entry, pd.DataFrame]]:
    """A table as it was released before, the newest first; releases that were withdrawn do not count.

    Raises
        InputError where the values of a release are gone.
    """
    found, seen = [], set()
    for entry in reversed(standing(read_ledger(internal))):
        for table in entry.tables:
            if table.name != name or table.sha256 in seen:
                continue
            seen.add(table.sha256)
            path = internal / FOLDER / f"{table.sha256}.parquet"
            with suppress(OSError, ValueError):
                frame = pd.read_parquet(path)
                if content_hash(frame) == table.sha256:
                    found.append((entry, frame))
                    continue
            raise InputError(
                f"the values of a past release are gone: table {name!r} of {entry.released_on}", where=str(path),
                expected="the file as nahraum wrote it", fix="put it back from a backup",
            )  # fmt: skip
    return found


def office_secret(internal: Path) -> bytes:
    """The secret of the study's cell keys, made once; whoever loses it gets other noise for the same persons."""
    path = internal / SECRET
    if not path.exists():
        _folder(internal)
        _private(path, os.urandom(32).hex().encode())
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
