"""The way from a server into `<file>.part`: in as many tries as it takes, going on where it broke off.

What is known of the bytes stands in `<file>.part.json`: their address, what proves that the server still has the same
file, and how many there are in all. Only `nahraum.sources.fetch` gives a whole, sound file its name.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

from nahraum.errors import InputError, OutputError
from nahraum.sources.fetch_content import HEAD_BYTES, ends_openly, refuse_wrong_head
from nahraum.sources.fetch_http import Answer, InterruptedDownloadError, Manners, asked
from nahraum.sources.fetch_lock import Locked, write_json

_BLOCK = 1 << 18
_TRIES_IN_ALL = 20  # times `tries`: a server that gives a few bytes each time does not keep us for ever
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


@dataclass(frozen=True)
class Download:
    """One file wanted: from where, to where, and the sha256 that the study demands ('' for none)."""

    url: str
    file: Path
    sha256: str = ""


@dataclass(frozen=True)
class Asking:
    """How to ask: the name we give, our manners, whom to tell (bytes so far, bytes in all or None, a remark)."""

    agent: str
    manners: Manners
    tell: Callable[[int, int | None, str], None] = lambda done, whole, remark: None
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Part:
    """What is known of the bytes in `.part`."""

    url: str
    etag: str = ""
    last_modified: str = ""
    bytes: int | None = None
    proven: bool = True  # the server told how long it is, or where it ends

    @property
    def validator(self) -> str:
        """What proves to the server that we mean the same file; '' where nothing does."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


def _notes(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def forget(part: Path) -> None:
    """Removes what was begun."""
    part.unlink(missing_ok=True)
    _notes(part).unlink(missing_ok=True)


def _started(part: Path, url: str) -> tuple[Part, int]:
    """What lies in `.part` of this address and can be gone on with, and how many bytes; else it is removed."""
    try:
        noted = Part(**json.loads(_notes(part).read_text(encoding="utf-8")))
        size = part.stat().st_size
    except (OSError, ValueError, TypeError):
        noted, size = Part(url), 0
    if noted.url != url or not noted.validator or (noted.bytes is not None and size > noted.bytes):
        noted, size = Part(url), 0
    if not size:
        forget(part)
    return noted, size


def transfer(wanted: Download, part: Path, known: Locked | None, asking: Asking) -> tuple[Part, bool] | None:
    """All bytes in `.part`, in as many tries as it takes; None where the server says that nothing changed."""
    manners, failures, resumed, most, ended_at = asking.manners, 0, False, 0, -1
    for _ in range(manners.tries * _TRIES_IN_ALL):
        noted, before = _started(part, wanted.url)
        resumed, most = resumed or before > 0, max(most, before)
        if noted.bytes is not None and before == noted.bytes:
            return noted, resumed
        try:
            found = _attempt(wanted, part, (noted, before), known, asking)
            if found is None or _believed(found, part, wanted, ended_at):
                return None if found is None else (found, resumed)
            ended_at = found.bytes or 0
            forget(part)
            raise InterruptedDownloadError("no length was told and the last line is not ended; once more to compare")
        except InterruptedDownloadError as broken:
            size = part.stat().st_size if part.exists() else 0
            failures, most = (1, size) if size > most else (failures + 1, most)
            if failures >= manners.tries:
                raise _given_up(wanted, part, broken, failures) from None
            pause = broken.wait_s or min(manners.first_pause_s * 2 ** (failures - 1), manners.longest_pause_s)
            if pause > manners.longest_pause_s:
                raise _given_up(wanted, part, broken, failures) from None
            asking.tell(size, noted.bytes, f"{broken.reason}; again in {pause:.0f} s")
            asking.sleep(pause)
    raise _given_up(wanted, part, InterruptedDownloadError("it breaks off again and again"), manners.tries)


def _believed(found: Part, part: Path, wanted: Download, ended_at: int) -> bool:
    """Whether what came may be all: its length was told, its content proves it, or it came twice as long."""
    return found.proven or found.bytes == ended_at or not ends_openly(part, wanted.file.name)


def _given_up(wanted: Download, part: Path, broken: InterruptedDownloadError, tries: int) -> InputError:
    size = part.stat().st_size if part.exists() else 0
    kept = f"; the {size:,} bytes loaded so far are kept and gone on with" if size else ""
    later = f"in {broken.wait_s / 60:.0f} minutes, as the server asks" if broken.wait_s else "later"
    return InputError(
        f"{wanted.url} cannot be downloaded now",
        where=f"{broken.reason} ({tries} {'tries' if tries > 1 else 'try'})",
        expected="a server that answers and a connection that holds",
        fix=f"run the same command again {later}{kept}; behind a proxy set https_proxy=http://proxy:port",
    )


def _question(noted: Part, size: int, known: Locked | None) -> dict[str, str]:
    if size:
        return {"Range": f"bytes={size}-", "If-Range": noted.validator}
    if known is not None and known.etag:
        return {"If-None-Match": known.etag}
    return {"If-Modified-Since": known.last_modified} if known is not None and known.last_modified else {}


def _attempt(
    wanted: Download, part: Path, started: tuple[Part, int], known: Locked | None, asking: Asking
) -> Part | None:
    """One question and as much of the answer as comes; the finished part, or None for "not modified"."""
    noted, size = started
    headers = _question(noted, size, known)
    with asked(wanted.url, headers, agent=asking.agent, manners=asking.manners) as answer:
        if answer.status == 304:
            return None
        total = _total(answer, noted, size) if answer.status == 206 else None
        if answer.status not in (200, 206) or (answer.status == 206 and total is None):
            forget(part)
            raise InterruptedDownloadError("the server cannot go on where it broke off; from the beginning")
        if answer.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
            raise InputError(
                f"{wanted.url} is sent packed although it was asked for plain",
                where=f"Content-Encoding: {answer.headers['content-encoding']}",
                fix="download it by hand and put it where the study names it",
            )
        size = size if answer.status == 206 else 0
        length = answer.number("content-length")
        whole = total or (None if length is None else size + length)
        noted = Part(wanted.url, answer.headers.get("etag", ""), answer.headers.get("last-modified", ""), whole)
        _room(wanted, part, whole, size, asking.manners)
        if not size:
            forget(part)
            write_json(_notes(part), asdict(noted))
        size = _pour(answer, part, (size, whole), wanted, asking)
        if whole is not None and size < whole:
            raise InterruptedDownloadError(f"the connection ended after {size:,} of {whole:,} bytes")
    chunked = "chunked" in answer.headers.get("transfer-encoding", "").lower()
    return replace(noted, bytes=size, proven=whole is not None or chunked)


def _total(answer: Answer, noted: Part, size: int) -> int | None:
    """Bytes in all of a file whose rest is sent; None where it does not go on just where ours ends, or is another."""
    told = _RANGE.fullmatch(answer.headers.get("content-range", "").strip())
    if told is None or not size or int(told[1]) != size:
        return None
    total = int(told[2]) + 1 if told[3] == "*" else int(told[3])
    known = {"etag": noted.etag, "last-modified": noted.last_modified}
    same = all(not ours or answer.headers.get(name, ours) == ours for name, ours in known.items())
    return total if same and noted.bytes in (None, total) else None


def _room(wanted: Download, part: Path, whole: int | None, size: int, manners: Manners) -> None:
    """Raises where the file is larger than any of its kind, or than the disk."""
    if whole is not None and whole > manners.largest_bytes:
        raise _too_large(wanted, whole, manners)
    free = shutil.disk_usage(part.parent).free
    needed = (whole or 0) - size + manners.spare_bytes
    if free < needed:
        raise OutputError(
            f"{wanted.file.name} does not fit on the disk",
            where=f"{part.parent}: {free / 1e9:.1f} GB are free",
            expected=f"{needed / 1e9:.1f} GB",
            fix="make room, or put the study on another disk",
        )


def _too_large(wanted: Download, size: int, manners: Manners) -> InputError:
    return InputError(
        f"{wanted.url} is larger than anything expected",
        where=f"{size / 1e9:.1f} GB",
        expected=f"at most {manners.largest_bytes / 1e9:.0f} GB",
        fix="check url in the study; for OpenStreetMap take the extract of the state, not of the continent",
    )


def _pour(answer: Answer, part: Path, extent: tuple[int, int | None], wanted: Download, asking: Asking) -> int:
    """The answer appended to `.part` as it comes; its size then. Raises where it is too slow, large or wrong."""
    size, whole = extent
    manners, since, counted = asking.manners, time.monotonic(), 0
    with _opened(part, size) as sink:
        while block := _next(answer):
            if size < HEAD_BYTES:
                _look(part, sink, block, wanted)
            size, counted = size + len(block), counted + len(block)
            _write(sink, block, part)
            if size > manners.largest_bytes:
                raise _too_large(wanted, size, manners)
            asking.tell(size, whole, "")
            if (seconds := time.monotonic() - since) >= manners.slow_for_s:
                if counted < manners.slowest_bytes_per_s * seconds:
                    raise InterruptedDownloadError(f"only {counted / seconds:.0f} bytes per second came")
                since, counted = time.monotonic(), 0
    return size


def _next(answer: Answer) -> bytes:
    """What came, at once: waiting for a full block would hide a server that drips."""
    read = getattr(answer.stream, "read1", answer.stream.read)
    block: bytes = read(_BLOCK)
    return block


def _look(part: Path, sink: IO[bytes], block: bytes, wanted: Download) -> None:
    """Refuses a web page at its first words, before gigabytes of it are loaded."""
    sink.flush()
    head = (part.read_bytes() + block)[:HEAD_BYTES]
    if len(head) < HEAD_BYTES:
        return
    try:
        refuse_wrong_head(head, wanted.file.name, wanted.url)
    except InputError:
        forget(part)
        raise


def _opened(part: Path, size: int) -> IO[bytes]:
    try:
        return part.open("ab" if size else "wb")
    except OSError as error:
        raise OutputError(f"{part.name} cannot be written", where=f"{part}: {error.strerror or error}") from None


def _write(sink: IO[bytes], block: bytes, part: Path) -> None:
    try:
        sink.write(block)
        sink.flush()
    except OSError as error:
        raise OutputError(
            f"{part.name} cannot be written", where=f"{part}: {error.strerror or error}", fix="make room on the disk"
        ) from None
