"""Who of a household may do what: workers, pupils, children; households that are alike are asked once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import comb, prod

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.households.contracts import BANDS
from nahraum.households.mismatch.needs import persons_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_UNDER_10, _TEENS = f"age_{BANDS[0]}", f"age_{BANDS[1]}"
_ADULTS = tuple(f"age_{band}" for band in BANDS[2:])
_UNDER_12 = 2 / 8  # of the years 10 to 17, two are below 12
_UNDER_6 = 6 / 10
_FROM_75 = 5 / 10
_MOST_KINDS = 100_000


@dataclass(frozen=True)
class People:
    """Persons of each household by what they may do; None where no column says so."""

    persons: Ints
    workers: Ints | None
    pupils: Ints | None
    pupils_from_10: Ints | None
    adults: Ints | None
    any_under_12: Floats | None
    any_frail: Floats | None

    def number(self, who: str) -> Ints | None:
        """How many of each household are `who`; children below 12 as none or one."""
        if who == "households":
            return np.ones_like(self.persons)
        if who == "children_under_12":
            return None if self.any_under_12 is None else (self.any_under_12 > 0).astype(np.int64)
        found: Ints | None = getattr(self, who)
        return found


def people_of(households: pd.DataFrame) -> People:
    """The persons of each household. Raises InputError as `rooms_needed` where they are impossible.

    Notes
        Which pupils are 10 and older is not published: those of 10 to 17 go to school first, then the younger ones.
    """
    persons_of(households)  # checks
    size = households["household_size"].to_numpy(dtype=np.int64)
    ages = {_UNDER_10, _TEENS, *_ADULTS} <= set(households.columns)

    def column(name: str) -> Ints | None:
        return households[name].to_numpy(dtype=np.int64) if name in households else None

    workers, pupils = column("workers_assumed"), column("school_children_assumed")
    if not ages:
        return People(size, workers, pupils, None, None, None, None)
    under_10, teens = (households[name].to_numpy(dtype=np.int64) for name in (_UNDER_10, _TEENS))
    older = None if pupils is None else np.minimum(pupils, teens) + np.maximum(pupils - teens - under_10, 0)
    seventies, eighties = (households[f"age_{band}"].to_numpy(dtype=np.int64) for band in BANDS[-2:])
    none_frail = (1 - _UNDER_6) ** under_10 * (1 - _FROM_75) ** seventies * (eighties == 0)
    return People(
        size, workers, pupils, older, size - under_10 - teens,
        np.where(under_10 > 0, 1.0, 1 - (1 - _UNDER_12) ** teens), 1 - none_frail,
    )  # fmt: skip


@lru_cache(maxsize=8192)
def sum_distribution(numbers: tuple[int, ...], chances: tuple[float, ...], steps: tuple[int, ...]) -> Floats:
    """Chance of each sum of several binomials, each counted in its own whole step."""
    found = np.ones(1)
    for number, chance, step in zip(numbers, chances, steps, strict=True):
        one = np.zeros(number * step + 1)
        for k in range(number + 1):
            one[k * step] = comb(number, k) * chance**k * (1 - chance) ** (number - k)
        found = np.convolve(found, one)
    found.setflags(write=False)  # kept and handed out again
    return found


def by_kind(rows: list[Ints], of_one: Callable[[tuple[int, ...]], float]) -> Floats:
    """A figure of each household that depends on some whole numbers only: asked once for each combination."""
    if not rows[0].size:
        return np.zeros(0)
    least, spans = [int(row.min()) for row in rows], [int(row.max()) - int(row.min()) + 1 for row in rows]
    key = np.zeros(rows[0].size, dtype=np.int64)
    for row, low, span in zip(rows, least, spans, strict=True):
        key = key * span + (row - low)
    if (n := prod(spans)) <= _MOST_KINDS:  # a table of all of them is shorter than a sorted list
        there = np.zeros(n, dtype=bool)
        there[key] = True
        kinds, of = np.flatnonzero(there), np.cumsum(there)[key] - 1
    else:
        kinds, of = np.unique(key, return_inverse=True)
    numbers = np.unravel_index(kinds, spans)
    listed = zip(*((each + low).tolist() for each, low in zip(numbers, least, strict=True)), strict=True)
    figures = np.array([of_one(tuple(row)) for row in listed], dtype=np.float64)
    return np.asarray(figures[of.reshape(-1)])
