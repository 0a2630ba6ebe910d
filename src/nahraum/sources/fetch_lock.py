"""What was downloaded: `fetch.lock.json` beside the study. Checksums are noted when first seen, never invented."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from nahraum.errors import InputError, OutputError

LOCK_NAME = "fetch.lock.json"
FOUND_HERE = "found here"  # instead of a date: the file was put there by hand
_VERSION = 1


@dataclass(frozen=True)
class Locked:
    """One file as it came: its address, sha256, size, how to ask for changes, and when (UTC)."""

    url: str
    sha256: str
    bytes: int
    etag: str = ""
    last_modified: str = ""
    fetched: str = ""


def read_lock(folder: Path) -> dict[str, Locked]:
    """The downloads noted beside a study, by path relative to the folder.

    Raises
        InputError where the file is there and not understood.
    """
    path = folder / LOCK_NAME
    if not path.exists():
        return {}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format_version"] != _VERSION:
            raise ValueError(f"format_version = {document['format_version']}")
        return {str(name): Locked(**entry) for name, entry in document["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{LOCK_NAME} is not understood",
            where=f"{path}: {error}",
            expected=f"as nahraum wrote it, format_version = {_VERSION}",
            fix="put the old one back; without it the files beside the study are taken as they are",
        ) from None


def write_lock(folder: Path, files: Mapping[str, Locked]) -> None:
    """Writes the notes in one piece, by name."""
    document = {"format_version": _VERSION, "files": {name: asdict(files[name]) for name in sorted(files)}}
    write_json(folder / LOCK_NAME, document)


def write_json(path: Path, document: object) -> None:
    """A JSON file in one piece: written beside, then renamed. Raises OutputError where that fails."""
    temporary = path.with_name(f".tmp-{path.name}")
    try:
        temporary.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{path.name} cannot be written", where=f"{path}: {error.strerror or error}") from None


def lock_key(file: Path, folder: Path) -> str:
    """How a file is called in the notes: relative to the folder, with slashes."""
    return Path(os.path.relpath(file, folder)).as_posix()


def cache_folder() -> Path:
    """Where downloads for all studies lie: NAHRAUM_CACHE, else the cache of the desktop, `nahraum` in it."""
    if named := os.environ.get("NAHRAUM_CACHE"):
        return Path(named).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().resolve() / "nahraum"
