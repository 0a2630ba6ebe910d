"""One writer per study: a lock that the operating system lets go of when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nahraum.errors import OutputError

_PAUSE_S = 0.02


def _take(handle: int) -> bool:
    """Whether the lock could be taken at once."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _taken(handle: int, wait_s: float) -> bool:
    """Whether the lock could be taken within so many seconds."""
    end = time.monotonic() + wait_s
    while not (taken := _take(handle)) and time.monotonic() < end:
        time.sleep(_PAUSE_S)
    return taken


@contextmanager
def sole_writer(path: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """Holds the lock file as long as the block runs; the file itself stays and means nothing.

    Parameters
        wait_s : how long another holder is waited for.

    Raises
        OutputError where another holder keeps it.
    """
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        if not _taken(handle, wait_s):
            raise OutputError(
                "another run of this study is at work",
                where=f"{path}, process {path.read_text(encoding='utf-8').strip() or 'unknown'}",
                fix="wait for it, or end it",
            )
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)
