"""Margins of households for tests: written by hand, or counted from drawn households so that they are consistent."""

import numpy as np
import pandas as pd

from nahraum.grid import cell_key
from nahraum.households.contracts import CLASSES

COLUMNS = ["level", "area_key", "dimension", "class_id", "count", "status"]
TOWN = 5315000


def key(number: int) -> int:
    """The key of a cell; thirty in a row, so that numbers 0 to 9 lie in one square kilometre."""
    return int(cell_key([4_100_000 + 100 * (number % 30)], [3_090_000 + 100 * (number // 30)])[0])


def cells(n: int) -> pd.DataFrame:
    return pd.DataFrame({"cell_key": [key(i) for i in range(n)], "municipality_key": TOWN})


def rows(area: int, dimension: str, counts, level: str = "cell") -> pd.DataFrame:
    """Rows of one dimension; None is suppressed, NaN is missing."""
    listed = [
        (level, area, dimension, k + 1, np.nan if c is None else float(c),
         "suppressed" if c is None else "missing" if c != c else "ok")
        for k, c in enumerate(counts)
    ]  # fmt: skip
    return pd.DataFrame(listed, columns=COLUMNS)


def drawn_counts(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    """Consistent margins of n households."""
    sizes = rng.multinomial(n, [0.4, 0.33, 0.13, 0.09, 0.03, 0.02])
    types = rng.multinomial(sizes[1], [0.7, 0, 0.16, 0.14]) + rng.multinomial(sizes[2:].sum(), [0.05, 0.69, 0.18, 0.08])
    counts = {"household_size": sizes, "household_type": np.r_[sizes[0], types]}
    for name in ("tenure", "rooms", "floor_area", "building_type", "building_year"):
        counts[name] = rng.multinomial(n, rng.dirichlet(np.full(len(CLASSES[name]), 2.0)))
    persons = int((sizes * np.arange(1, 7)).sum())
    counts["age_five"] = rng.multinomial(persons, [0.17, 0.14, 0.26, 0.22, 0.21])
    return counts


def town(n: int, seed: int = 0, least: int = 3, most: int = 120) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Margins and cells of a small town."""
    rng = np.random.default_rng(seed)
    parts = []
    for i in range(n):
        parts += [rows(key(i), name, c) for name, c in drawn_counts(rng, int(rng.integers(least, most))).items()]
    return pd.concat(parts, ignore_index=True), cells(n)
