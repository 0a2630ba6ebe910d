"""One writer per study: a lock that the operating system lets go of when its holder dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nahraum.errors import OutputError


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


@contextmanager
def sole_writer(path: Path) -> Iterator[None]:
    """Holds the lock file as long as the block runs; the file itself stays and means nothing.

    Raises
        OutputError where another process holds it.
    """
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        if not _take(handle):
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
