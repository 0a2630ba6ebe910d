"""How kernels are compiled: once per machine, kept beside the source, without holding Python's lock."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numba
from numba.core import event


def compiled(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numbers and arrays, compiled at its first call and found again by later processes."""
    dispatcher: Callable[..., Any] = numba.njit(nogil=True, cache=True)(kernel)
    return dispatcher


class _Clock(event.Listener):
    """Adds up the time spent compiling; kernels found on disk cost none."""

    def __init__(self) -> None:
        self.seconds, self._depth, self._begun = 0.0, 0, 0.0

    def on_start(self, event: Any) -> None:
        self._begun = time.perf_counter() if self._depth == 0 else self._begun
        self._depth += 1

    def on_end(self, event: Any) -> None:
        self._depth -= 1
        self.seconds += time.perf_counter() - self._begun if self._depth == 0 else 0.0


_clock = _Clock()
event.register("numba:compile", _clock)  # type: ignore[no-untyped-call]


def seconds_compiling() -> float:
    """How long this process has compiled kernels. [s]"""
    return _clock.seconds
