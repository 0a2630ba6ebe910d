"""How kernels are compiled: once per machine, kept beside the source, without holding Python's lock."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core import caching, event

_stamps: dict[int, str] = {}
_LOADED_LIGHTLY = ("0.68.",)  # versions of numba whose inside `_Kept` was tried with


def compiled(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numbers and arrays, compiled at its first call and found again by later processes.

    Notes
        numba finds a kernel again by the time and size of its own file. A kernel that calls one of another file, or
        uses a number from there, would stay as it was when only that file changes; so the stamp holds these too.
    """
    lightly = numba.__version__.startswith(_LOADED_LIGHTLY)
    dispatcher: Callable[..., Any] = numba.njit(nogil=True, cache=not lightly)(kernel)
    stamp = _stamp(kernel)
    _stamps[id(dispatcher)] = stamp
    if lightly:
        dispatcher._cache = _Kept(kernel)  # type: ignore[attr-defined,no-untyped-call]
    kept: Any = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    if hasattr(kept, "_source_stamp"):
        kept._source_stamp = (kept._source_stamp, stamp)
    return dispatcher


class _Kept(caching.FunctionCache):
    """Kernels on disk, found again without all that only compiling needs.

    Notes
        numba imports everything it can compile before it looks for a kernel on disk: 0.25 s of each process. What
        a kernel itself needs is how memory is asked for. A kernel that is not found is compiled, which imports
        the rest.
    """

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        _know_memory()
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)  # type: ignore[no-untyped-call]


@cache
def _know_memory() -> None:
    """Makes numba's own functions for memory known by name, as its runtime does when it begins to compile."""
    from llvmlite import binding  # type: ignore[import-untyped]
    from numba.core.runtime import _nrt_python  # type: ignore[attr-defined]

    for name, address in _nrt_python.c_helpers.items():
        binding.add_symbol(name if name.startswith("_") else f"NRT_{name}", address)


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
