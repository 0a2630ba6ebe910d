"""One public file onto this machine: resumed where it broke off, checked by content and checksum, or not at all.

The bytes go to `<file>.part`, what is known of them to `<file>.part.json`; only a whole, sound file gets its name.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nahraum.errors import InputError
from nahraum.provenance import file_sha256
from nahraum.sources.fetch_content import refuse_broken
from nahraum.sources.fetch_lock import FOUND_HERE, Locked, cache_folder, read_lock
from nahraum.sources.fetch_transfer import Asking, Download, Part, forget, transfer

__all__ = ["Asking", "Download", "Fetched", "copy_from_cache", "fetch_file"]
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Fetched:
    """What happened: unchanged, noted (was there, is now noted), copied, downloaded, resumed, renewed."""

    outcome: str
    locked: Locked


def fetch_file(wanted: Download, known: Locked | None, asking: Asking, *, refresh: bool = False) -> Fetched:
    """The file at its place, sound and with the checksum it had before.

    Parameters
        known : what was noted when it was fetched first; None for the first time.
        refresh : ask whether there is a newer file, and take it.

    Raises
        InputError for what the server cannot or must not give, another content than before, a checksum that is not
        the demanded one; OutputError where the disk is full. What was loaded so far stays in `.part`.
    """
    existed = wanted.file.exists()
    if existed and not refresh:
        return _present(wanted, known)
    part = wanted.file.with_name(wanted.file.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    as_noted = existed and known is not None and file_sha256(wanted.file) == known.sha256
    answered = transfer(wanted, part, known if as_noted else None, asking)
    if answered is None:
        return _present(wanted, known)  # the server has nothing newer; the study may demand another one
    found, resumed = answered
    locked = _accepted(wanted, part, found, None if refresh else known)
    if not existed:
        return Fetched("resumed" if resumed else "downloaded", locked)
    same = known is not None and locked.sha256 == known.sha256
    return Fetched("unchanged" if same else "renewed", locked)


def copy_from_cache(wanted: Download, known: Locked | None) -> Fetched | None:
    """The file copied from the cache where the same address was downloaded before; None where it was not."""
    folder = cache_folder()
    for name, noted in read_lock(folder).items():
        source = folder / name
        demanded = {sha256 for sha256 in (wanted.sha256, known.sha256 if known else "") if sha256}
        if noted.url != wanted.url or not source.is_file() or demanded - {noted.sha256}:
            continue
        if file_sha256(source) != noted.sha256:
            continue
        wanted.file.parent.mkdir(parents=True, exist_ok=True)
        temporary = wanted.file.with_name(f".tmp-{wanted.file.name}")
        shutil.copyfile(source, temporary)
        temporary.replace(wanted.file)
        return Fetched("copied", noted)
    return None


def _present(wanted: Download, known: Locked | None) -> Fetched:
    """The file that is there already, held against what was noted and what is demanded."""
    sha256 = file_sha256(wanted.file)
    if wanted.sha256 and sha256 != wanted.sha256:
        raise _another(wanted, f"the file has sha256 {sha256}", f"sha256 {wanted.sha256}, as the study demands")
    if known is None:
        refuse_broken(wanted.file, wanted.file.name, str(wanted.file))
        size = wanted.file.stat().st_size
        return Fetched("noted", Locked(wanted.url, sha256, size, fetched=FOUND_HERE))
    if known.sha256 != sha256:
        raise _another(wanted, f"the file has sha256 {sha256}", f"sha256 {known.sha256}, as first downloaded")
    return Fetched("unchanged", known)


def _another(wanted: Download, found: str, expected: str) -> InputError:
    return InputError(
        f"{wanted.file.name} is another file than before",
        where=[str(wanted.file), found],
        expected=expected,
        fix="the publisher (or somebody here) changed it: take the new one by --refresh, "
        "correct sha256 in the study if it stands there, or put the old one back",
    )


def _accepted(wanted: Download, part: Path, found: Part, demanded: Locked | None) -> Locked:
    """The whole `.part` under its name, after all checks; refused bytes are removed."""
    try:
        refuse_broken(part, wanted.file.name, wanted.url)
        sha256 = file_sha256(part)
        if wanted.sha256 and sha256 != wanted.sha256:
            raise _another(wanted, f"{wanted.url} gives sha256 {sha256}", f"sha256 {wanted.sha256}, as in the study")
        if demanded is not None and sha256 != demanded.sha256:
            told = f"sha256 {demanded.sha256}, as first downloaded on {demanded.fetched}"
            raise _another(wanted, f"{wanted.url} now gives sha256 {sha256}", told)
    except InputError:
        forget(part)
        raise
    locked = Locked(
        wanted.url, sha256, part.stat().st_size, found.etag, found.last_modified, datetime.now(UTC).strftime(_STAMP)
    )
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    part.replace(wanted.file)
    forget(part)
    return locked
