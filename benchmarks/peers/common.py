"""What every measured process shares: its clock, its input and the line it tells. Needs NumPy alone."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import statistics
import time
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
RADII_M = (300, 500, 800, 1000, 1500)
CATCHMENT_CATEGORY = 15

_seconds: dict[str, float] = {}
_cpu: dict[str, float] = {}


def timed(phase: str, act: Callable[[], T], *, repeats: int = 1) -> T:
    """The result of `act`; the median seconds of its repeats are told under `phase`, CPU seconds of all cores too."""
    times, works = [], []
    for _ in range(repeats):
        start, work = time.perf_counter(), time.process_time()
        result = act()
        times.append(time.perf_counter() - start)
        works.append(time.process_time() - work)
    _seconds[phase], _cpu[phase] = statistics.median(times), statistics.median(works)
    return result


def tell(*packages: str, checksum: str = "", **facts: Any) -> None:
    """The last line of a measured process, read by the harness."""
    versions = {name: importlib.metadata.version(name) for name in packages}
    print(json.dumps({"seconds": _seconds, "checksum": checksum, "versions": versions, "cpu": _cpu, "facts": facts}))


def checksum(values: npt.NDArray[Any]) -> str:
    """A short mark of a table of whole numbers; equal tables have equal marks."""
    whole = np.ascontiguousarray(np.rint(values).astype(np.int64))
    return f"{int(whole.sum())}:{hashlib.sha256(whole.tobytes()).hexdigest()[:8]}"


def graph(path: str, kind: str) -> dict[str, npt.NDArray[Any]]:
    """One graph of an input (networks.py): x, y, a, b, w, origin, place, category; `kind` is F or C."""
    with np.load(path) as stored:
        found = {name.split("_", 1)[1]: stored[name] for name in stored.files if name.startswith(f"{kind}_")}
        found["category"] = stored["category"]
    return found


def catchment_input(found: dict[str, npt.NDArray[Any]]) -> tuple[npt.NDArray[Any], ...]:
    """Nodes and supply of the facilities (one category of about n/400), residents of every origin; seeded."""
    rng = np.random.default_rng(2)
    facility = found["place"][found["category"] == CATCHMENT_CATEGORY]
    supply = rng.integers(500, 3000, len(facility)).astype(np.float64)
    return facility, supply, rng.gamma(0.7, 60, len(found["origin"])).round() + 1


def region_facts(path: str, labels: npt.NDArray[Any]) -> dict[str, Any]:
    """Of regions of one max-p input: how many, heterogeneity, smallest region, whether all hang together."""
    with np.load(path) as stored:
        pairs, residents, values = (stored[name] for name in ("pairs", "residents", "values"))
    heterogeneity = 0.0
    for label in np.unique(labels):
        rows = values[labels == label]
        heterogeneity += float(np.abs(rows[:, None, :] - rows[None, :, :]).sum()) / 2
    top = np.arange(len(labels))
    same = pairs[labels[pairs[:, 0]] == labels[pairs[:, 1]]]
    while True:
        before = top.copy()
        np.minimum.at(top, same[:, 0], top[same[:, 1]])
        np.minimum.at(top, same[:, 1], top[same[:, 0]])
        if (before == top).all():
            break
    sizes = np.bincount(np.unique(labels, return_inverse=True)[1], weights=residents)
    return {
        "regions": len(np.unique(labels)), "heterogeneity": round(heterogeneity, 1),
        "smallest": float(sizes.min()), "contiguous": len(np.unique(top)) == len(np.unique(labels)),
    }  # fmt: skip


def write_counts(path: str, counts: npt.NDArray[Any]) -> None:
    """Counts [origins, categories, radii] as a Parquet table, one column per category and radius."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    flat = counts.reshape(len(counts), -1).T.astype(np.int32, order="C")
    columns = [
        pa.Array.from_buffers(pa.int32(), len(one), [None, pa.py_buffer(one)]) for one in flat
    ]  # pa.array would import pandas
    names = [f"n_{category}_{radius}" for category in range(counts.shape[1]) for radius in RADII_M]
    pq.write_table(pa.table(columns, names=names), path)
