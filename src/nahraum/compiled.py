"""How kernels are compiled: once per machine, kept beside the source, without holding Python's lock."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core import event

_stamps: dict[int, str] = {}


def compiled(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numbers and arrays, compiled at its first call and found again by later processes.

    Notes
        numba finds a kernel again by the time and size of its own file. A kernel that calls one of another file, or
        uses a number from there, would stay as it was when only that file changes; so the stamp holds these too.
    """
    dispatcher: Callable[..., Any] = numba.njit(nogil=True, cache=True)(kernel)
    stamp = _stamp(kernel)
    _stamps[id(dispatcher)] = stamp
    kept: Any = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    if hasattr(kept, "_source_stamp"):
        kept._source_stamp = (kept._source_stamp, stamp)
    return dispatcher


def _stamp(kernel: Callable[..., Any]) -> str:
    """Hash of a kernel's file, of the numbers it sees, and of the kernels its file imports."""
    parts = [Path(kernel.__code__.co_filename).read_bytes()]
    for name, value in sorted(kernel.__globals__.items()):
        if id(value) in _stamps:
            if value.py_func.__module__ != kernel.__module__:
                parts.append(f"{name}={_stamps[id(value)]}".encode())
        elif isinstance(value, bool | int | float | np.generic):
            parts.append(f"{name}={value!r}".encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


class _Clock(event.Listener):
    """Adds up the time spent compiling; kernels found on disk cost none."""

    def __init__(self) -> None:
        self.seconds, self._depth, self._begun, self._lock = 0.0, 0, 0.0, threading.Lock()

    def on_start(self, event: Any) -> None:
        with self._lock:
            self._begun = time.perf_counter() if self._depth == 0 else self._begun
            self._depth += 1

    def on_end(self, event: Any) -> None:
        with self._lock:
            self._depth -= 1
            self.seconds += time.perf_counter() - self._begun if self._depth == 0 else 0.0


_clock = _Clock()
event.register("numba:compile", _clock)  # type: ignore[no-untyped-call]


def seconds_compiling() -> float:
    """How long this process has compiled kernels. [s]"""
    return _clock.seconds
