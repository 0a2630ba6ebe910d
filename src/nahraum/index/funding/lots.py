"""Kernels: random numbers from one whole number that the caller holds; the same everywhere and in every thread."""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled

_FIFTY_THREE = 1 << 53


@compiled
def lot(rng, below):  # type: ignore[no-untyped-def]
    """A whole number from 0 to below - 1 by lot (xorshift64, Marsaglia 2003); `rng` is moved on."""
    x = rng[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    rng[0] = x
    return np.int64((x >> np.uint64(11)) % np.uint64(below))


@compiled
def chance(rng):  # type: ignore[no-untyped-def]
    """A number from 0 to 1 by lot."""
    return lot(rng, _FIFTY_THREE) / _FIFTY_THREE


@compiled
def lots(seed):  # type: ignore[no-untyped-def]
    """Random numbers from a seed; neighbouring seeds are made unlike first."""
    rng = np.empty(1, np.uint64)
    rng[0] = np.uint64(seed + 1) * np.uint64(0x9E3779B97F4A7C15)
    for _ in range(8):
        lot(rng, 2)
    return rng
