"""Seconds and peak memory to write Musterstadt: python benchmarks/musterstadt.py [residents ...] (default 1,000,000).

Aim: a million residents in under 2 minutes on 2 cores. Results with commit go to benchmarks/RESULTS.md.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from nahraum.musterstadt import write_city

LIMIT_S = {1_000: 2.0, 1_000_000: 120.0}


def measure(residents: int) -> bool:
    """Writes one city into a temporary folder; prints what it took; False where it took too long."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        city = write_city(residents, 1, Path(folder))
        seconds = time.perf_counter() - start
        size_mb = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{residents:>9} residents {city['cells']:>6} cells {city['quarters']:>5} quarters "
        f"{seconds:>7.1f} s {peak_mb:>6.0f} MB peak {size_mb:>7.1f} MB files"
    )
    return seconds <= LIMIT_S.get(residents, float("inf"))


if __name__ == "__main__":
    sizes = [int(text) for text in sys.argv[1:]] or [1_000_000]
    within = [measure(size) for size in sizes]
    sys.exit(0 if all(within) else 1)
