"""How kernels are compiled: once per machine, kept beside the source, without holding Python's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def compiled(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numbers and arrays, compiled at its first call and found again by later processes."""
    dispatcher: Callable[..., Any] = numba.njit(nogil=True, cache=True)(kernel)
    return dispatcher
